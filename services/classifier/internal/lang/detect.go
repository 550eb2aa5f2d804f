// Package lang says which language a text is in, and reduces its words to stems.
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
// "ky"), "" when nothing tells or when it is none of those known here. declared
// is what the feed or its outlet says, or "".
//
// The script decides first. Within a script each language gets points for its
// frequent words and endings and for letters that only some languages have, and
// loses points for letters it does not have; what is declared has a start.
func Detect(declared, title, text string) string {
	declared = Base(declared)
	letters := count(title, text)
	switch s := letters.script(); s {
	case latin, cyrillic, arabic:
		return letters.best(s, declared, frequent(title, text))
	case han:
		if declared == "ja" {
			return declared
		}
		return "zh"
	}
	return declared
}

// Base is the primary language of a BCP 47 tag, lower case: "ru" of "ru-RU".
func Base(tag string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(strings.TrimSpace(base))
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

// letters counts what tells languages apart.
type letters struct {
	scripts [other + 1]int
	special [maxSpecial]int // by index in evidence.has
}

func count(title, text string) letters {
	var l letters
	for _, s := range []string{title, text} {
		for s = s[:min(len(s), sample)]; s != ""; {
			ascii, size := 0, 0
			for ; size < len(s) && s[size] < utf8.RuneSelf; size++ { // much of most texts
				ascii += letter(s[size])
			}
			l.scripts[latin] += ascii
			for s = s[size:]; s != "" && s[0] >= utf8.RuneSelf; s = s[size:] {
				var r rune
				r, size = decode(s)
				l.add(r)
			}
		}
	}
	return l
}

// letter is 1 for a letter of ASCII and 0 for another byte of it, without a
// branch: whether a letter comes is nothing that a processor can foresee.
func letter(c byte) int { return int(uint32(c|0x20-'a')-26) >> 31 & 1 }

func (l *letters) add(r rune) {
	r = lower(r)
	if int(r) < len(known.letters) {
		l.special[known.letters[r]]++
	}
	switch {
	case 'а' <= r && r <= 'я':
		l.scripts[cyrillic]++
	case !unicode.IsLetter(r):
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

// Points of the evidence.
const (
	perWord     = 4
	perEnding   = 3
	perLetter   = 3
	perStray    = -1 // the first letters that the language does not have, as in a name
	perStranger = -6 // and each further one
	ofDeclared  = 8
	ofFallback  = 2
	convincing  = 12 // enough to overrule a declared language that has no profile
)

// best returns the language of the script with the most points.
func (l *letters) best(s script, declared string, v votes) string {
	own, strange := l.owners()
	stray := 1 + l.scripts[s]/60
	best, most := s.fallback(), -1<<31
	for i := range profiles {
		p := &profiles[i]
		if p.script != s {
			continue
		}
		points := v[i] + perLetter*own[i] + perStray*min(stray, strange[i]) + perStranger*max(0, strange[i]-stray)
		if p.code == declared {
			points += ofDeclared
		}
		if p.code == s.fallback() {
			points += ofFallback
		}
		if points > most {
			best, most = p.code, points
		}
	}
	if most < convincing && declared != "" && !slices.ContainsFunc(profiles[:], func(p profile) bool { return p.code == declared }) {
		return declared
	}
	if most < 0 {
		return ""
	}
	return best
}

// owners counts, by profile, the special letters that it has and those that it
// does not have.
func (l *letters) owners() (own, strange [len(profiles)]int) {
	for k, n := range l.special[:len(known.has)] {
		if k == 0 || n == 0 {
			continue
		}
		for i := range profiles {
			if known.has[k]>>i&1 == 1 {
				own[i] += n
			} else {
				strange[i] += n
			}
		}
	}
	return own, strange
}
