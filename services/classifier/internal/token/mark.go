package token

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanMark takes note of a character that belongs to no word.
func (s *scanner) scanMark(r rune, size int) {
	at := s.pos
	s.pos += size
	switch r {
	case '\t', '\r', 0xA0, 0x202F, 0x2009:
		s.pending &^= Hyphen
	case '\n':
		s.newline()
	case '.':
		s.pending = s.pending&^Hyphen | Break
		if s.endsSentence(at) {
			s.endSentence()
		}
	case '!', '?', '…', '¡', '¿', '؟', '。', '！', '？', '．', '۔', '।':
		s.pending = s.pending&^Hyphen | Break
		if !s.lowerFollows() {
			s.endSentence()
		}
	case '-', '‐', '‑', '–', '—', '−':
		s.dash(at, r)
	case '"', '“', '”', '„', '«', '»', '‟', '〝', '〞', '「', '」':
		s.quote(r)
	case ',', '،', '、', '，':
		s.pending = s.pending&^Hyphen | Break
	case ';', ':', '(', ')', '[', ']', '{', '}', '|', '•', '·', '؛', '；', '：', '（', '）', '*', '=', '<', '>', '~':
		s.pending = s.pending&^Hyphen | Break | Clause
	default:
		s.otherMark(r)
	}
}

func (s *scanner) otherMark(r rune) {
	s.pending &^= Hyphen
	switch {
	case unitSign(r):
		s.pending |= Unit
	case apostrophe(r), unicode.IsSpace(r), r == '&', r == '@', r == '_':
	default:
		s.pending |= Break
	}
}

// newline ends a sentence when a blank line follows.
func (s *scanner) newline() {
	s.pending &^= Hyphen
	rest := strings.TrimLeft(s.src[s.pos:min(len(s.src), s.pos+8)], " \t\r")
	if strings.HasPrefix(rest, "\n") {
		s.endSentence()
		s.quoted = 0
	}
}

func (s *scanner) endSentence() {
	s.newPhrase = true
	s.pending &^= Hyphen
}

// dash tells a hyphen, with word characters on both sides, from a dash.
func (s *scanner) dash(at int, r rune) {
	before, _ := utf8.DecodeLastRuneInString(s.src[:at])
	after, _ := utf8.DecodeRuneInString(s.src[s.pos:])
	if wordRune(before) && wordRune(after) && r != '—' {
		s.pending |= Hyphen
		return
	}
	if unicode.IsDigit(after) && (r == '-' || r == '−') {
		s.pending |= Break // a sign
		return
	}
	s.pending = s.pending&^Hyphen | Break | Clause
}

func (s *scanner) quote(r rune) {
	s.pending &^= Hyphen
	switch r {
	case '«', '„', '「', '〝':
		s.quoted = 1
	case '»', '」', '〞':
		s.quoted = 0
	case '“':
		// opens in English, closes in German and Russian
		if s.quoted > 0 {
			s.quoted = 0
		} else {
			s.quoted = 1
		}
	case '”', '‟':
		s.quoted = 0
	default:
		if s.quoted > 0 {
			s.quoted = 0
		} else {
			s.quoted = 1
		}
	}
}

// endsSentence decides about the full stop at a position: not after an
// abbreviation or an initial, not before a small letter.
func (s *scanner) endsSentence(at int) bool {
	if s.pos < len(s.src) {
		next, _ := utf8.DecodeRuneInString(s.src[s.pos:])
		if wordRune(next) {
			return false
		}
	}
	if s.lowerFollows() {
		return false
	}
	n := len(s.field.Tokens)
	if n == 0 || int(s.field.Tokens[n-1].End) != at {
		return true
	}
	last := &s.field.Tokens[n-1]
	return last.Flags&(Number|Hyphen) != 0 || last.Flags&Stopped == 0
}

// lowerFollows reports whether the next letter, past spaces and closing
// marks, is a small one, in a text that has others.
func (s *scanner) lowerFollows() bool {
	if s.caseless {
		return false
	}
	for i, r := range s.src[s.pos:min(len(s.src), s.pos+16)] {
		if r == ' ' || unicode.IsSpace(r) || r == '"' || r == '”' || r == '»' || r == ')' || apostrophe(r) {
			if r == '\n' && i > 0 {
				return false
			}
			continue
		}
		return small(r)
	}
	return false
}

// small is unicode.IsLower, faster for most letters.
func small(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return 'a' <= r && r <= 'z'
	case 'А' <= r && r <= 'я':
		return r >= 'а'
	}
	return unicode.IsLower(r)
}

// stopped reports whether a word is a single letter or an abbreviation.
func stopped(word string) bool {
	return utf8.RuneCountInString(word) <= 1 || abbreviation(word)
}

// abbreviation reports whether a word is usually written with a full stop that
// ends no sentence.
func abbreviation(word string) bool {
	switch word {
	case "mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "maj", "capt", "cpt", "sgt", "gov", "sen", "rep", "rev", "hon", "pres",
		"st", "mt", "ft", "vs", "no", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"approx", "dept", "brig", "supt", "insp", "adm", "cmdr", "amb", "messrs", "viz", "cf", "al":
		return true
	case "гг", "ул", "им", "тыс", "млн", "млрд", "руб", "др", "пр", "см", "стр", "проц", "чел", "обл", "ген", "полк", "св", "ок", "акад", "проф", "зам", "гос", "респ":
		return true
	}
	return false
}
