package fulltext

import (
	"strings"
	"unicode"
)

// judge says what speaks against a text being the article of an item, or "".
func judge(text string, item Item) Reason {
	switch {
	case letters(text) < minLetters:
		return Short
	case letters(text) < letters(item.Text):
		return Shorter
	case !sameScript(text, item.Title+"\n"+item.Text):
		return Language
	case !related(text, item):
		return Unrelated
	}
	return ""
}

func letters(text string) (n int) {
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// minScript is how many letters show in which script a text is.
const minScript = 20

// sameScript compares the scripts in which most of two texts is written. A text
// too short to tell fits any.
func sameScript(a, b string) bool {
	if letters(a) < minScript || letters(b) < minScript {
		return true
	}
	return script(a) == script(b)
}

// script is the name of the script in which most of a text is written. Those of
// Japanese count as one with Chinese.
func script(text string) string {
	counts := map[string]int{}
	best := ""
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		name := scriptOf(r)
		counts[name]++
		if counts[name] > counts[best] {
			best = name
		}
	}
	return best
}

func scriptOf(r rune) string {
	switch {
	case unicode.Is(unicode.Latin, r):
		return "Latin"
	case unicode.Is(unicode.Cyrillic, r):
		return "Cyrillic"
	case unicode.Is(unicode.Arabic, r):
		return "Arabic"
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return "Han"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return ""
}

// A text is an item's when it has a share of the item's words: at least two
// fifths, beginnings compared, because languages bend the ends. An article tells
// the headline again in its first lines; a log-in page does not.
const (
	shareOf, shareIn = 2, 5
	// minTitle is how many words a headline must have to be enough alone.
	minTitle = 3
	// minWord is the length in letters from which words are compared: shorter
	// ones are the same in all texts of a language. stem is how much of them is.
	minWord, stem = 4, 5
)

func related(text string, item Item) bool {
	have, title := stems(text), stems(item.Title)
	return len(title) >= minTitle && shared(have, title) || shared(have, stems(item.Title+"\n"+item.Text))
}

// shared reports whether enough of the wanted words are there; of none, they are.
func shared(have, wanted map[string]bool) bool {
	found := 0
	for word := range wanted {
		if have[word] {
			found++
		}
	}
	return shareIn*found >= shareOf*len(wanted)
}

// stems are the beginnings of a text's words; scripts without spaces between
// words give each pair of neighbours.
func stems(text string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) }) {
		runes := []rune(word)
		if unicode.In(runes[0], unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			for i := range len(runes) - 1 {
				all[string(runes[i:i+2])] = true
			}
		} else if len(runes) >= minWord {
			all[string(runes[:min(len(runes), stem)])] = true
		}
	}
	return all
}
