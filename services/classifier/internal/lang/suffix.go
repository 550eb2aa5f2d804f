package lang

import (
	"strings"
	"unicode/utf8"
)

// endings are the inflectional endings of a language in which they are glued
// on one after the other. Each line is the fewest letters that must remain and
// the endings. A capital letter stands for a sound that takes the shape of its
// neighbours: of the Turkic languages A and I are vowels in harmony with the one
// before, L D N G M K consonants that follow the last one. Derivational endings,
// which make another word (armed of weapon), and negation are left out on
// purpose: what they say matters.
type endings struct {
	sounds   map[rune]string // the letters a capital stands for
	suffixes map[int]string  // by letters that must remain
	prefixes map[int]string
	// An ending that begins with one of the hard letters follows voiceless ones
	// only: парламент-и is not парламен-ти.
	hard, voiceless string
	final           map[rune]rune // the last letter of the stem in another shape
	whole           string        // words that end like an ending
}

// stripper cuts endings off words of one language.
type stripper struct {
	rules              endings
	suffixes, prefixes map[string]int // the letters that must remain
	longest            int            // in bytes
	kept               map[string]bool
}

func newStripper(e endings) *stripper {
	s := &stripper{suffixes: map[string]int{}, prefixes: map[string]int{}, rules: e, kept: map[string]bool{}}
	s.add(s.suffixes, e.suffixes, e.sounds)
	s.add(s.prefixes, e.prefixes, e.sounds)
	for _, w := range strings.Fields(e.whole) {
		s.kept[w] = true
	}
	return s
}

func (s *stripper) add(to map[string]int, lists map[int]string, sounds map[rune]string) {
	for remain, list := range lists {
		for _, pattern := range strings.Fields(list) {
			for _, form := range shapes(pattern, sounds) {
				to[form] = remain
				s.longest = max(s.longest, len(form))
			}
		}
	}
}

// shapes are all forms of an ending. Its sounds vary independently: forms that
// break harmony occur in no word and do no harm.
func shapes(pattern string, sounds map[rune]string) []string {
	forms := []string{""}
	for _, r := range pattern {
		letters, ok := sounds[r]
		if !ok {
			letters = string(r)
		}
		var longer []string
		for _, f := range forms {
			for _, l := range letters {
				longer = append(longer, f+string(l))
			}
		}
		forms = longer
	}
	return forms
}

// stem cuts the longest ending, again and again, while enough is left.
func (s *stripper) stem(word string) string {
	if len(word) > longestStemmed {
		return word
	}
	letters := utf8.RuneCountInString(word)
	for !s.kept[word] {
		shorter := s.cutPrefix(word, letters)
		if shorter == word {
			shorter = s.cutSuffix(word, letters)
		}
		if shorter == word {
			break
		}
		word, letters = shorter, utf8.RuneCountInString(shorter)
	}
	last, size := utf8.DecodeLastRuneInString(word)
	if r, ok := s.rules.final[last]; ok && letters >= 3 && !s.kept[word] {
		return word[:len(word)-size] + string(r)
	}
	return word
}

// cutSuffix cuts the longest ending, or the one that leaves a word that is kept
// whole.
func (s *stripper) cutSuffix(word string, letters int) string {
	shortest := word
	for n := 1; n <= s.longest && n < len(word); n++ {
		rest, suffix := word[:len(word)-n], word[len(word)-n:]
		if !utf8.RuneStart(suffix[0]) {
			continue
		}
		if remain, ok := s.suffixes[suffix]; !ok || letters-utf8.RuneCountInString(suffix) < remain || !s.fits(rest, suffix) {
			continue
		}
		if shortest = rest; s.kept[rest] {
			break
		}
	}
	return shortest
}

// fits reports whether an ending can follow the letter before it.
func (s *stripper) fits(rest, suffix string) bool {
	if s.rules.hard == "" {
		return true
	}
	first, _ := utf8.DecodeRuneInString(suffix)
	last, _ := utf8.DecodeLastRuneInString(rest)
	return !strings.ContainsRune(s.rules.hard, first) || strings.ContainsRune(s.rules.voiceless, last)
}

func (s *stripper) cutPrefix(word string, letters int) string {
	if len(s.prefixes) == 0 {
		return word
	}
	for n := min(s.longest, len(word)-1); n > 0; n-- {
		if !utf8.RuneStart(word[n]) {
			continue
		}
		if remain, ok := s.prefixes[word[:n]]; ok && letters-utf8.RuneCountInString(word[:n]) >= remain {
			return word[n:]
		}
	}
	return word
}
