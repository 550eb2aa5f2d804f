package lang

import "unicode"

// letter is what a character of a text is.
type letter struct {
	lower   rune
	script  script // none: it is no letter
	special uint8  // its index in evidence.has, 0 when it is not special
	quote   bool   // an apostrophe
}

// letterOf looks up a character; nearly all are in the table.
func letterOf(r rune) letter {
	if int(r) < len(known.letters) {
		return known.letters[r]
	}
	if low := unicode.ToLower(r); int(low) < len(known.letters) {
		return known.letters[low] // as the sign of Ångström is
	}
	return newLetter(r)
}

// newLetter is a letter that is not special.
func newLetter(r rune) letter {
	lower := unicode.ToLower(r)
	return letter{lower: lower, script: scriptOf(lower), quote: r == '\'' || r == '’' || r == '‘'}
}

func scriptOf(r rune) script {
	switch {
	case !unicode.IsLetter(r):
		return none
	case r <= 0x24F || 0x1E00 <= r && r <= 0x1EFF:
		return latin
	case 0x400 <= r && r <= 0x52F:
		return cyrillic
	case unicode.Is(unicode.Arabic, r):
		return arabic
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return han
	}
	return other
}
