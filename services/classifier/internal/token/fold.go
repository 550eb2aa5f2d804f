package token

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of one word under which all its spellings are equal:
// composed (NFC), lower case, with ё as е, every i (İ, I, ı, i) as i, without
// apostrophes of any shape (so that oʻ, o' and o‘ are one letter, and didn't
// is didnt), without a possessive 's, without zero-width and bidirectional
// characters, Arabic vowel signs and tatweel, with the Arabic forms of alef as
// one, teh marbuta as heh and alef maqsura as yeh, full-width forms as their plain
// ones, and with the look-alikes of another script in a mixed word turned into
// the letters they imitate.
//
// What is no letter or digit is kept as it is; for a text of several words use
// Words.
func Fold(s string) string {
	var f folder
	s = strings.TrimFunc(s, ignorable)
	body, possessive := strings.CutSuffix(s, "s")
	if !possessive {
		body, possessive = strings.CutSuffix(s, "S")
	}
	if r, size := utf8.DecodeLastRuneInString(body); possessive && size < len(body) && apostrophe(r) {
		s = body[:len(body)-size]
	}
	for _, r := range s {
		f.add(r)
	}
	return string(f.word())
}

// folder builds the folded form of a word rune by rune.
type folder struct {
	buf []byte
	// marks is set when a combining mark was seen: only then is the word
	// composed, which is slow. latin and cyrillic count letters by script.
	marks           bool
	latin, cyrillic int
}

func (f *folder) reset() {
	f.buf = f.buf[:0]
	f.marks = false
	f.latin, f.cyrillic = 0, 0
}

// add appends one rune in its folded form.
func (f *folder) add(r rune) {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		if 'a' <= r && r <= 'z' {
			f.latin++
		} else if r == '\'' || r == '`' {
			return
		}
		f.buf = append(f.buf, byte(r))
	case 0x400 <= r && r <= 0x52F:
		f.cyrillic++
		f.buf = utf8.AppendRune(f.buf, lowerCyrillic(r))
	default:
		f.addOther(r)
	}
}

func (f *folder) addOther(r rune) {
	if apostrophe(r) || ignorable(r) {
		return
	}
	if 0x300 <= r && r <= 0x36F {
		f.marks = true
		f.buf = utf8.AppendRune(f.buf, r)
		return
	}
	if 0xFF01 <= r && r <= 0xFF5E { // full-width forms
		f.add(r - 0xFEE0)
		return
	}
	if r <= 0x24F {
		f.latin++
	}
	f.buf = utf8.AppendRune(f.buf, lowerOther(r))
}

func lowerCyrillic(r rune) rune {
	switch {
	case 0x410 <= r && r <= 0x42F:
		return r + 0x20
	case 0x430 <= r && r <= 0x44F:
		return r
	case r == 'ё' || r == 'Ё':
		return 'е'
	}
	return unicode.ToLower(r)
}

func lowerOther(r rune) rune {
	switch r {
	case 'İ', 'ı':
		return 'i'
	case 'ي', 'ى': // Arabic yeh forms as the Persian one
		return 'ی'
	case 'ك':
		return 'ک'
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ة':
		return 'ه'
	case 'ς':
		return 'σ'
	}
	return unicode.ToLower(r)
}

// word is the folded form of what was added. It is valid until the next reset.
func (f *folder) word() []byte {
	if f.marks {
		f.compose()
	}
	if f.latin > 0 && f.cyrillic > 0 {
		f.unmix()
	}
	return f.buf
}

// compose brings the word into NFC. Turkish İ decomposes to I and a dot
// above; the dot goes, and so does the diaeresis of ё.
func (f *folder) compose() {
	out := make([]byte, 0, len(f.buf))
	for _, r := range string(norm.NFC.Bytes(f.buf)) {
		switch r {
		case 'ё':
			r = 'е'
		case 0x307:
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	f.buf = append(f.buf[:0], out...)
}

// unmix turns a word that mixes Latin and Cyrillic letters into one script,
// if the letters of the other one all are look-alikes. The script with more
// letters is tried first.
func (f *folder) unmix() {
	toLatin, toCyrillic := swap(f.buf, cyrillicLookalike), swap(f.buf, latinLookalike)
	switch {
	case toLatin != nil && (f.latin >= f.cyrillic || toCyrillic == nil):
		f.buf = append(f.buf[:0], toLatin...)
	case toCyrillic != nil:
		f.buf = append(f.buf[:0], toCyrillic...)
	}
}

// swap replaces every letter of one script by its look-alike in the other; nil
// when a letter has none.
func swap(word []byte, lookalike func(rune) (rune, bool)) []byte {
	out := make([]byte, 0, len(word))
	for _, r := range string(word) {
		other, ok := lookalike(r)
		if !ok {
			return nil
		}
		out = utf8.AppendRune(out, other)
	}
	return out
}

const lookalikes = "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwвbкkмmнhтt"

// cyrillicLookalike gives the Latin letter a Cyrillic one looks like; other
// letters are themselves. ok is false for a Cyrillic letter without one.
func cyrillicLookalike(r rune) (rune, bool) {
	if r < 0x400 || r > 0x52F {
		return r, true
	}
	pair := []rune(lookalikes)
	for i := 0; i < len(pair); i += 2 {
		if pair[i] == r {
			return pair[i+1], true
		}
	}
	return 0, false
}

func latinLookalike(r rune) (rune, bool) {
	if r > 0x24F || !unicode.IsLetter(r) {
		return r, true
	}
	pair := []rune(lookalikes)
	for i := 0; i < len(pair); i += 2 {
		if pair[i+1] == r {
			return pair[i], true
		}
	}
	return 0, false
}

// apostrophe reports whether r is written for an apostrophe or for the mark of
// Uzbek oʻ and gʻ.
func apostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', 'ʹ', 'ʻ', 'ʼ', 'ʽ', 'ʾ', 'ʿ', '‘', '’', '‛', '′', '＇':
		return true
	}
	return false
}

// ignorable reports whether r is invisible within a word: zero-width and
// bidirectional characters, soft hyphen, variation selectors, Arabic vowel
// signs and tatweel.
func ignorable(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x640, r == 0x670, r == 0xFEFF:
		return true
	case 0x64B <= r && r <= 0x65F, 0x200B <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E,
		0x2060 <= r && r <= 0x206F, 0xFE00 <= r && r <= 0xFE0F:
		return true
	}
	return false
}
