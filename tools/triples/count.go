package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// scripts are the files by the languages whose columns they have. Arabic is
// alone in its script among the languages with rules.
var scripts = map[string]struct {
	languages []string
	letters   *unicode.RangeTable
}{
	"latin.txt":    {[]string{"en", "es", "fr", "tr", "uz"}, unicode.Latin},
	"cyrillic.txt": {[]string{"kk", "ky", "ru", "tg", "uz"}, unicode.Cyrillic},
}

// rare is how often a triple must occur, in all languages together.
const rare = 5

// files are the counts by file name.
func files(examples texts) map[string][]byte {
	out := map[string][]byte{}
	for name, script := range scripts {
		counts := map[string][]int{}
		for column, language := range script.languages {
			for _, text := range examples[language] {
				if text = strings.ToLower(text); language == "uz" && script.letters == unicode.Cyrillic {
					text = cyrillicUzbek(text)
				}
				count(text, script.letters, func(triple string) {
					if counts[triple] == nil {
						counts[triple] = make([]int, len(script.languages))
					}
					counts[triple][column]++
				})
			}
		}
		out[name] = table(script.languages, counts)
	}
	return out
}

// count yields three letters in a row of each word of a script, an edge of a
// word as "_".
func count(text string, letters *unicode.RangeTable, yield func(string)) {
	text = strings.Map(func(r rune) rune {
		if strings.ContainsRune("'’‘ʻʼ`", r) {
			return -1
		}
		return r
	}, text)
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.Is(letters, r) }) {
		edged := []rune("_" + word + "_")
		for i := range len(edged) - 2 {
			yield(string(edged[i : i+3]))
		}
	}
}

// table writes one line a triple, the most frequent first, below the names of
// the columns.
func table(languages []string, counts map[string][]int) []byte {
	sum := func(triple string) (n int) {
		for _, c := range counts[triple] {
			n += c
		}
		return n
	}
	maps.DeleteFunc(counts, func(triple string, _ []int) bool { return sum(triple) < rare })
	var out bytes.Buffer
	fmt.Fprintln(&out, "triple", strings.Join(languages, " "))
	for _, triple := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(sum(b)-sum(a), strings.Compare(a, b))
	}) {
		fmt.Fprintf(&out, "%s %s\n", triple, strings.Trim(fmt.Sprint(counts[triple]), "[]"))
	}
	return out.Bytes()
}
