package story

import "unicode/utf8"

// skeleton hashes the consonants of a name in Latin letters, so that Otunbayeva,
// Отунбаева and Отунбаевой are one name: vowels, and what Cyrillic and Latin
// spellings do differently, are left out.
func skeleton(folded string) uint64 {
	out := make([]byte, 0, 16)
	for _, r := range folded {
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
		case 'w':
			return "v"
		case 'x':
			return "ks"
		}
		return string(r)
	}
	switch r {
	case 'б':
		return "b"
	case 'в':
		return "v"
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
	case 'п':
		return "p"
	case 'р':
		return "r"
	case 'с', 'ш', 'щ':
		return "s"
	case 'т':
		return "t"
	case 'ф':
		return "f"
	case 'х', 'ҳ':
		return "k"
	case 'ц':
		return "ts"
	case 'ч':
		return "k"
	}
	return ""
}
