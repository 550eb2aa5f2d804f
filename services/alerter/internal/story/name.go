package story

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// name is a word as a name of a language, without what its case adds to the consonants. Turkish
// writes that behind an apostrophe: Musul'da.
func (w word) name(lang string) string {
	if lang == "tr" && w.root >= leastName {
		return w.text[:w.root]
	}
	return uninflected(lang, w.text)
}

// uninflected is a name of a language without what its case adds to the consonants: Russian has
// Полякова and Поляковым, Бородянского and Бородянскому, Трампом, Tajik Раҳимовро, Kyrgyz
// Осмоновдун. Vowels are left out anyway.
func uninflected(lang, text string) string {
	switch lang {
	case "ru":
		return uninflectedRussian(text)
	case "tg":
		if rest, ok := strings.CutSuffix(text, "ро"); ok && utf8.RuneCountInString(rest) > leastName { // Зуҳро is a name
			return rest
		}
	case "ky", "kk", "uz":
		return uninflectedTurkic(text)
	}
	return text
}

// uninflectedTurkic cuts the case off a surname in -ов, -ова or -бек and the like: given names may end
// as cases do.
func uninflectedTurkic(text string) string {
	for _, ending := range turkicCases {
		if rest, ok := strings.CutSuffix(text, ending); ok && slices.ContainsFunc(turkicSurnames[:], func(end string) bool { return strings.HasSuffix(rest, end) }) {
			return rest
		}
	}
	return text
}

// turkicSurnames is how surnames of Kyrgyz, Kazakh and Uzbek end, and turkicCases what cases add,
// the longer first.
var (
	turkicSurnames = [...]string{"ов", "ев", "ова", "ева", "бек", "бай", "ov", "ev", "ova", "eva", "bek", "boy"}
	turkicCases    = [...]string{
		"ning", "dagi", "дагы", "деги", "догу",
		"дын", "дин", "дун", "дүн", "нын", "нин", "нун", "нүн", "тын", "тин", "тун", "түн", "дың", "дің", "ның", "нің", "тың", "тің",
		"дан", "ден", "дон", "дөн", "тан", "тен", "тон", "төн", "нан", "нен", "dan", "мен", "пен", "бен",
		"ды", "ди", "ду", "дү", "ны", "ни", "ну", "нү", "ты", "ти", "ту", "тү", "ді", "ні", "ті", "ni",
		"га", "ге", "го", "гө", "ка", "ке", "ко", "кө", "ға", "қа", "да", "де", "до", "дө", "та", "те", "то", "тө", "ga", "ka", "qa", "da",
	}
)

func uninflectedRussian(text string) string {
	for _, ending := range [...]string{"ыми", "ими", "ого", "его", "ому", "ему", "ым", "им", "ых", "их", "ом", "ем"} {
		rest, ok := strings.CutSuffix(text, ending)
		if !ok || utf8.RuneCountInString(rest) < leastName {
			continue
		}
		switch ending {
		case "ым", "ых", "ыми", "им", "их", "ими": // of surnames: Ким and Салих have no ending
			if !surname(rest) {
				return text
			}
		case "ом", "ем", "ому", "ему":
			if clustered(rest) { // Газпром
				return text
			}
		}
		return rest
	}
	return text
}

// leastName is how many letters of a name are left at least when its ending is cut.
const leastName = 3

// surname reports whether the stem of a Russian name ends as those of surnames do, which are
// inflected as adjectives are.
func surname(stem string) bool {
	for _, end := range [...]string{"ов", "ев", "ин", "ын", "ск", "цк"} {
		if strings.HasSuffix(stem, end) {
			return true
		}
	}
	return false
}

// clustered reports whether a stem ends as no Russian word does, in a р or л behind a consonant.
func clustered(stem string) bool {
	last, size := utf8.DecodeLastRuneInString(stem)
	before, _ := utf8.DecodeLastRuneInString(stem[:len(stem)-size])
	return (last == 'р' || last == 'л') && consonant(before) != ""
}

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
