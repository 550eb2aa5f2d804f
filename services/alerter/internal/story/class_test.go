package story

import (
	"testing"
	"unicode"
)

// What is known of common letters is what Unicode says of them.
func TestClassOf(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		var want class
		switch {
		case isApostrophe(r):
			want = anApostrophe
		case unicode.IsMark(r):
			want = aMark
		case unicode.IsLetter(r):
			want = aLetter
		case unicode.IsDigit(r):
			want = aDigit
		}
		if unicode.IsUpper(r) {
			want |= aCapital
		}
		if got := classOf(r); got != want || fold(r) != folding(r) {
			t.Errorf("%U is of class %b, not %b, or folded %U, not %U", r, got, want, fold(r), folding(r))
		}
	}
}

func folding(r rune) rune {
	switch r {
	case 'ё', 'Ё':
		return 'е'
	case 'İ', 'ı':
		return 'i'
	}
	return unicode.ToLower(r)
}

// The stem of a word is the same whatever was asked before, in either language.
func TestStemsAreRemembered(t *testing.T) {
	known := &stems{}
	for range 2 {
		for _, text := range []string{"protesters", "storming", "захватили", "поляков", "захвачено"} {
			for _, lang := range []string{"en", "ru", "ky"} {
				s := stemmer{lang: lang, known: known}
				if got, want := s.hash(text), hashString(stem(text, lang)); got != want {
					t.Errorf("%s, %q: %x, want %x", lang, text, got, want)
				}
			}
		}
	}
}
