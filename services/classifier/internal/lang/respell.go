package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Respell returns an Uzbek phrase in Latin letters as it is spelled in Cyrillic
// ones (the official correspondence of 1995), so that rules are written once
// for both scripts. Names behind @ and within < > stay. It returns "" for
// other languages and for phrases without Latin letters.
func Respell(language, phrase string) string {
	if language != "uz" {
		return ""
	}
	var b strings.Builder
	latin, start := false, true
	for rest := phrase; rest != ""; {
		if n := nameLength(rest); n > 0 {
			b.WriteString(rest[:n])
			rest, start = rest[n:], true
			continue
		}
		from, to := uzbekLetter(rest, start)
		letter, _ := utf8.DecodeRuneInString(from)
		latin = latin || letter < unicode.MaxASCII && unicode.IsLetter(letter)
		start = !unicode.IsLetter(letter)
		b.WriteString(to)
		rest = rest[len(from):]
	}
	if !latin {
		return ""
	}
	return b.String()
}

// Kin are the languages whose spellings of foreign names a language borrows:
// Russian ones in Cyrillic script, English ones in Latin.
func Kin(language string) []string {
	switch language {
	case "ky", "kk", "tg":
		return []string{"ru"}
	case "tr", "fr", "es", "de":
		return []string{"en"}
	case "uz":
		return []string{"en", "ru"}
	}
	return nil
}

// nameLength is the length of a reference, a slot's name or a number
// expression that the text begins with.
func nameLength(text string) int {
	switch text[0] {
	case '@':
		n := strings.IndexFunc(text[1:], func(r rune) bool { return r != '-' && r != ':' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if n < 0 {
			return len(text)
		}
		return n + 1
	case '<':
		return strings.IndexAny(text, ":>") + 1
	}
	return 0
}

// uzbekLetter returns the first letter of a text, which may be two or three
// Latin ones, and its Cyrillic spelling.
func uzbekLetter(text string, start bool) (from, to string) {
	lower := strings.ToLower(begin(text, 3))
	for _, l := range uzbekDigraphs {
		if strings.HasPrefix(lower, l[0]) {
			return text[:len(l[0])], l[1]
		}
	}
	r, _ := utf8.DecodeRuneInString(text)
	from = begin(text, 1)
	switch l := unicode.ToLower(r); {
	case l == 'e' && start:
		return from, "э"
	case l >= 'a' && l <= 'z':
		return from, uzbekLetters[l-'a']
	case r == '\'' || r == 'ʼ' || r == '’':
		return from, "ъ"
	}
	return from, from
}

// begin is the first n characters of a text.
func begin(text string, n int) string {
	end := 0
	for ; n > 0 && end < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	return text[:end]
}

// uzbekLetters are the Cyrillic letters of a to z.
var uzbekLetters = [...]string{"а", "б", "с", "д", "е", "ф", "г", "ҳ", "и", "ж", "к", "л", "м", "н", "о", "п", "қ", "р", "с", "т", "у", "в", "w", "х", "й", "з"}

// uzbekDigraphs are spellings of more than one letter, the longest first.
var uzbekDigraphs = [...][2]string{
	{"yoʻ", "йў"}, {"yo'", "йў"}, {"yo‘", "йў"},
	{"oʻ", "ў"}, {"o'", "ў"}, {"o‘", "ў"}, {"gʻ", "ғ"}, {"g'", "ғ"}, {"g‘", "ғ"},
	{"sh", "ш"}, {"ch", "ч"}, {"ya", "я"}, {"yo", "ё"}, {"yu", "ю"}, {"ye", "е"}, {"ts", "ц"},
}
