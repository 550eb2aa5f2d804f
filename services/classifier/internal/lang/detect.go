// Package lang says which language a text is in, and reduces its words to stems
// where a stemmer exists.
package lang

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sample is how much of a text decides, in bytes of each field.
const sample = 768

// Detect returns the language of a text as a BCP 47 base language ("en", "ru",
// "ky"), "" when nothing tells. declared is what the feed or its outlet says,
// or "".
//
// The script and the letters that only some languages have decide first, then
// frequent words; what is declared wins wherever it is possible. Arabic script
// is told apart into ar, fa, ur, ug by letters only.
func Detect(declared, title, text string) string {
	declared = Base(declared)
	letters := count(title, text)
	switch letters.script() {
	case latin:
		return detectLatin(declared, &letters, title, text)
	case cyrillic:
		return detectCyrillic(declared, &letters, title, text)
	case arabic:
		return detectArabic(declared, &letters)
	case han:
		return among(declared, "zh", "zh", "ja")
	case other:
		return declared
	}
	return declared
}

// Base is the primary language of a BCP 47 tag, lower case: "ru" of "ru-RU".
func Base(tag string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(strings.TrimSpace(base))
}

// among returns declared when it is one of the possible languages, else the
// fallback.
func among(declared, fallback string, possible ...string) string {
	for _, p := range possible {
		if declared == p {
			return declared
		}
	}
	return fallback
}

type script int

const (
	none script = iota
	latin
	cyrillic
	arabic
	han
	other
)

// special are the letters that tell languages of one script apart.
var special = []rune("ҷӣӯәұһғқңөүіґїєўҳۋېۆۇټډړښځۍٹڈڑےںپچژگığşə")

// letters counts what tells languages apart.
type letters struct {
	scripts [other + 1]int
	special [64]int // by index in special
}

func count(title, text string) letters {
	var l letters
	for _, s := range []string{title, text} {
		for _, r := range s[:min(len(s), sample)] {
			if r < utf8.RuneSelf { // much of most texts
				if low := r | 0x20; 'a' <= low && low <= 'z' {
					l.scripts[latin]++
				}
				continue
			}
			l.add(r)
		}
	}
	return l
}

func (l *letters) add(r rune) {
	switch r = lower(r); {
	case 'а' <= r && r <= 'я':
		l.scripts[cyrillic]++
		return
	case !unicode.IsLetter(r):
		return
	case r <= 0x24F || 0x1E00 <= r && r <= 0x1EFF:
		l.scripts[latin]++
	case 0x400 <= r && r <= 0x52F:
		l.scripts[cyrillic]++
	case unicode.Is(unicode.Arabic, r):
		l.scripts[arabic]++
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		l.scripts[han] += 3 // a character is about a word
	default:
		l.scripts[other]++
	}
	if i := slices.Index(special, r); i >= 0 {
		l.special[i]++
	}
}

// script is the one most letters are in.
func (l *letters) script() script {
	best := none
	for s := latin; s <= other; s++ {
		if l.scripts[s] > 0 && (best == none || l.scripts[s] > l.scripts[best]) {
			best = s
		}
	}
	return best
}

// of counts the given letters.
func (l *letters) of(set string) int {
	n := 0
	for _, r := range set {
		if i := slices.Index(special, r); i >= 0 {
			n += l.special[i]
		}
	}
	return n
}

// detectCyrillic goes by letters that Russian lacks. A stray one, in a name, is
// no evidence: it takes one in fifty letters, or a short text. Texts of these
// languages have one in twenty.
func detectCyrillic(declared string, l *letters, title, text string) string {
	needed := 1 + l.scripts[cyrillic]/50
	has := func(set string) bool { return l.of(set) >= needed }
	switch {
	case has("ҷӣӯ"):
		return "tg"
	case has("әұһ") && has("әғқңөүұі"):
		return "kk"
	case has("ґїє") || has("і") && !has("қғ"):
		return among(declared, ukrainianOrBelarusian(l, has("ў")), "uk", "be", "kk")
	case has("ўҳ"):
		return among(declared, "uz", "uz", "tg", "be")
	case has("ғқ"):
		return among(declared, "kk", "kk", "uz", "tg")
	case has("ңөү"):
		return among(declared, "ky", "ky", "kk", "mn", "tt", "tk")
	}
	if declared != "" && declared != "ky" && cyrillicLanguage(declared) {
		return declared
	}
	if n := frequent(title, text)[len(languages)-1]; n >= 2 || declared == "ky" && (n >= 1 || l.scripts[cyrillic] < 60) {
		return "ky"
	}
	return "ru"
}

func ukrainianOrBelarusian(l *letters, short bool) string {
	if short && l.of("її") == 0 {
		return "be"
	}
	return "uk"
}

func cyrillicLanguage(code string) bool {
	switch code {
	case "ru", "bg", "mk", "sr", "mn", "ce", "av", "os", "ab", "ba", "cv", "tt":
		return true
	}
	return false
}

func detectArabic(declared string, l *letters) string {
	switch {
	case l.of("ټډړښځۍ") > 0:
		return "ps"
	case l.of("ۋېۆۇ") > 0:
		return "ug"
	case l.of("ٹڈڑےں") > 0:
		return "ur"
	case l.of("پچژگ") > 0:
		return among(declared, "fa", "fa", "ku", "ur", "ps", "ug", "prs")
	}
	return among(declared, "ar", "ar", "fa", "prs", "ur", "ps", "ug", "ku")
}

// frequent counts the frequent words of the sample.
func frequent(title, text string) (v votes) {
	v.count(title[:min(len(title), sample)])
	v.count(text[:min(len(text), sample)])
	return v
}

// detectLatin goes by frequent words, and by letters for the Turkic languages.
func detectLatin(declared string, l *letters, title, text string) string {
	best, most := "", 0
	for i, n := range frequent(title, text) {
		if languages[i] == declared {
			n = n*2 + 1
		}
		if n > most {
			best, most = languages[i], n
		}
	}
	turkish := l.of("ığş")
	switch {
	case turkish > 1 && l.of("ə") > 0:
		return "az"
	case turkish > 1 && best != "uz":
		return among(declared, "tr", "tr", "az", "kk", "tk")
	case best != "":
		return best
	case declared != "" && !cyrillicLanguage(declared):
		return declared
	}
	return "en" // headlines often have no frequent word at all
}
