package assess

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/token"
)

// undone returns the token of the verb that says, in a language that puts this
// into the verb, that what a match names was not done: its last word, or the one
// that makes a deed of it. It is -1 if there is none, or the phrase itself is of
// what was not done: "the order was not obeyed".
func (r *run) undone(f *fieldRun, h *phrase.Hit) int32 {
	language := r.program.Language
	if !lang.VerbLast(language) {
		return -1
	}
	small := func(i int32) string { return r.small(f, i) }
	at := h.End - 1
	if !lang.Negated(language, small(at)) {
		at++
		if int(at) >= len(f.Tokens) || f.Tokens[at].Has(token.Break) || f.Tokens[at].Sentence != f.Tokens[h.End-1].Sentence || !lang.Undone(language, small(at)) {
			return -1
		}
	}
	for _, word := range r.program.Owners[h.Phrase].Undone() {
		if alike(word, small(at)) {
			return -1
		}
	}
	return at
}

// alike reports whether two words begin with the same three letters.
func alike(a, b string) bool {
	x, y := []rune(a), []rune(b)
	return len(x) >= 3 && len(y) >= 3 && slices.Equal(x[:3], y[:3])
}

// small is the word of a token in small letters; in Turkish the small letter of I
// is ı.
func (r *run) small(f *fieldRun, i int32) string {
	t := &f.Tokens[i]
	switch language := r.program.Language; {
	case language == "ru":
		return t.Info.Text // folding takes only ё for е, as its lists do
	case !t.Has(token.Capital):
		return f.Source[t.Start:t.End]
	case language == "tr":
		return strings.ToLowerSpecial(unicode.TurkishCase, f.Source[t.Start:t.End])
	case len(t.Info.Text) == int(t.End-t.Start) && ascii(t.Info.Text):
		return t.Info.Text // nothing but letters of ASCII, of which folding takes the small ones
	}
	return strings.ToLower(f.Source[t.Start:t.End])
}

func ascii(word string) bool {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
