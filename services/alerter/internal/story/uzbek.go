package story

import (
	"strings"
	"unicode"
)

// latinUzbek is a text with Uzbek Cyrillic letters in Latin ones, so that both scripts have
// one spelling. The apostrophes of oʻ and gʻ are left out, as they are when words are folded.
func latinUzbek(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		small := unicode.ToLower(r)
		latin := uzbekLatin(small)
		switch {
		case latin == "" && small != 'ъ' && small != 'ь':
			out.WriteRune(r)
		case small != r && latin != "":
			out.WriteString(strings.ToUpper(latin[:1]) + latin[1:])
		default:
			out.WriteString(latin)
		}
	}
	return out.String()
}

// latinWords are the same words in Latin letters.
func latinWords(words map[string]bool) map[string]bool {
	out := make(map[string]bool, len(words))
	for w := range words {
		out[latinUzbek(w)] = true
	}
	return out
}

// uzbekLatin is how the Latin alphabet of 1995 writes a small letter.
func uzbekLatin(r rune) string {
	const cyrillic = "абвгдеёжзийклмнопрстуфхцчшэюяўқғҳ"
	latin := [...]string{"a", "b", "v", "g", "d", "e", "yo", "j", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "x", "ts", "ch", "sh", "e", "yu", "ya", "o", "q", "g", "h"}
	at := strings.IndexRune(cyrillic, r)
	if at < 0 {
		return ""
	}
	return latin[at/2]
}
