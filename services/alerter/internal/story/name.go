package story

import (
	"strings"
	"unicode/utf8"
)

// skeleton hashes the consonants of a name in Latin letters, so that Otunbayeva,
// Отунбаева and Отунбаевой are one name: vowels, and what Cyrillic and Latin
// spellings do differently, are left out. Arabic writes p as b and v as f.
func skeleton(folded string) uint64 {
	out := make([]byte, 0, 16)
	for _, r := range folded {
		if n := len(out); n > 0 && out[n-1] == 'd' && (r == 'j' || r == 'ж') { // one sound, which some write as j alone
			out = out[:n-1]
			continue
		}
		for _, c := range []byte(consonant(r)) {
			if n := len(out); n > 0 && out[n-1] == c {
				continue
			}
			if len(out) < cap(out) {
				out = append(out, c)
			}
		}
	}
	if len(out) < 2 { // too little left to tell names apart
		return hashString(folded)
	}
	return hashString(string(out))
}

// consonant is the Latin consonant of a letter, "" for vowels, signs and y.
func consonant(r rune) string {
	if r < utf8.RuneSelf {
		switch r {
		case 'a', 'e', 'i', 'o', 'u', 'y', 'h', 'j':
			return ""
		case 'q', 'c':
			return "k"
		case 'v', 'w':
			return "f"
		case 'p':
			return "b"
		case 'x':
			return "ks"
		}
		return string(r)
	}
	if r >= 'ء' {
		return arabicConsonant(r)
	}
	switch r {
	case 'б', 'п':
		return "b"
	case 'в', 'ф':
		return "f"
	case 'г', 'ғ':
		return "g"
	case 'д':
		return "d"
	case 'з':
		return "z"
	case 'ж', 'җ':
		return "z"
	case 'к', 'қ':
		return "k"
	case 'л':
		return "l"
	case 'м':
		return "m"
	case 'н':
		return "n"
	case 'ң':
		return "ng"
	case 'р':
		return "r"
	case 'с', 'ш', 'щ':
		return "s"
	case 'т':
		return "t"
	case 'х', 'ҳ':
		return "k"
	case 'ц':
		return "ts"
	case 'ч':
		return "k"
	}
	return ""
}

// arabicConsonant is the same of an Arabic letter, as names of other languages are spelt in
// it: ج is the j that the other spellings leave out, و and ي are vowels.
func arabicConsonant(r rune) string {
	switch r {
	case 'ب', 'پ':
		return "b"
	case 'ت', 'ث', 'ط':
		return "t"
	case 'خ', 'ك', 'ق', 'ک':
		return "k"
	case 'د', 'ذ', 'ض':
		return "d"
	case 'ر':
		return "r"
	case 'ز', 'ظ', 'ژ':
		return "z"
	case 'س', 'ش', 'ص':
		return "s"
	case 'غ', 'گ':
		return "g"
	case 'ف', 'ڤ':
		return "f"
	case 'ل':
		return "l"
	case 'م':
		return "m"
	case 'ن':
		return "n"
	}
	return ""
}

// leastSpelt is how many consonants a word of Arabic must have to stand for a name of another
// script, and leastPlaced those of one that follows the word for a place or "in": words of
// three are alike by chance.
const (
	leastSpelt  = 4
	leastPlaced = 3
)

// appendSpelt adds what an Arabic word may be as a name: with and without the letter that may
// be a word of its own.
func appendSpelt(to []uint64, before string, w word) []uint64 {
	if w.number >= 0 {
		return to
	}
	for i, text := range [...]string{bare("ar", w.text), unprefixed(w.text)} {
		least := leastSpelt
		if beforePlace(before) || i > 0 && strings.HasPrefix(w.text, "ب") {
			least = leastPlaced
		}
		n := 0
		for _, r := range text {
			n += len(consonant(r))
		}
		if n >= least {
			to = append(to, skeleton(text))
		}
	}
	return to
}

// beforePlace reports whether the name of a place may follow an Arabic word.
func beforePlace(text string) bool {
	switch text {
	case "في", "إلى", "من", "قرب", "بين", "شرق", "غرب", "شمال", "جنوب", "شرقي", "غربي", "شمالي", "جنوبي", "مدينة", "بلدة", "قرية", "ولاية", "محافظة", "إقليم", "العاصمة", "ريف":
		return true
	}
	return false
}
