package inflect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Uzbek returns the case forms of a name in Latin Uzbek, whose endings do not
// change with the vowels: "Toshkentda", "Andijondan".
func Uzbek(name string) []string {
	if utf8.RuneCountInString(name) < 3 {
		return nil
	}
	return attach(name, []string{"da", "dan", dativeUzbek(name), "ning", "ni", "dagi"})
}

func dativeUzbek(name string) string {
	switch name[len(name)-1] {
	case 'k':
		return "ka"
	case 'q':
		return "qa"
	}
	return "ga"
}

// Kyrgyz returns the case forms of a name in Kyrgyz: the endings take the
// vowel of the last syllable and t- or d- by the last sound (Кыргыз тилинин
// грамматикасы): "Бишкекте", "Оштун", "Нарындан".
func Kyrgyz(name string) []string {
	harmony := map[rune][2]string{ // last vowel: wide and narrow vowel of the ending
		'а': {"а", "ы"}, 'ы': {"а", "ы"}, 'я': {"а", "ы"}, 'у': {"а", "у"}, 'ю': {"а", "у"},
		'о': {"о", "у"}, 'ё': {"о", "у"}, 'е': {"е", "и"}, 'э': {"е", "и"}, 'и': {"е", "и"},
		'ө': {"ө", "ү"}, 'ү': {"ө", "ү"},
	}
	forms := turkic(name, harmony, "н", [2]string{"г", "к"})
	if stem := borrowed(name, "и"); stem != "" {
		forms = append(forms, turkic(stem, harmony, "н", [2]string{"г", "к"})...)
	}
	return forms
}

// borrowed is what the endings are written to of a name taken from Russian, where that is
// not the name itself: none follows a soft sign ("Брюсселде"), and one that ends in -ск or
// -цк gets a vowel before it ("Минскиде").
func borrowed(name, vowel string) string {
	if stem, soft := strings.CutSuffix(name, "ь"); soft {
		return stem
	}
	if strings.HasSuffix(name, "ск") || strings.HasSuffix(name, "цк") {
		return name + vowel
	}
	return ""
}

// Kazakh returns the case forms of a name in Kazakh: "Алматыда", "Шымкентте".
func Kazakh(name string) []string {
	forms := kazakh(name)
	if stem := borrowed(name, "і"); stem != "" {
		forms = append(forms, kazakh(stem)...)
	}
	return forms
}

func kazakh(name string) []string {
	harmony := map[rune][2]string{
		'а': {"а", "ы"}, 'ы': {"а", "ы"}, 'о': {"а", "ы"}, 'ұ': {"а", "ы"}, 'у': {"а", "ы"}, 'я': {"а", "ы"},
		'ә': {"е", "і"}, 'е': {"е", "і"}, 'і': {"е", "і"}, 'и': {"е", "і"}, 'ө': {"е", "і"}, 'ү': {"е", "і"}, 'э': {"е", "і"},
	}
	forms := turkic(name, harmony, "ң", [2]string{"ғ", "қ"})
	last, _ := utf8.DecodeLastRuneInString(name)
	// What the name sounds as if it ended in: "Киевте" is spoken without voice, and у behind a vowel
	// is a consonant ("Мәскеуде").
	alike := ""
	if rest, ok := strings.CutSuffix(name, "у"); ok {
		if before, _ := utf8.DecodeLastRuneInString(rest); harmony[before][0] != "" {
			alike = rest + "л"
		}
	} else if strings.ContainsRune("бвгд", last) {
		alike = name + "к"
	}
	for _, f := range turkic(alike, harmony, "ң", [2]string{"ғ", "қ"}) {
		forms = append(forms, name+strings.TrimPrefix(f, alike))
	}
	if len(forms) == 0 || !strings.ContainsRune("мнң", last) {
		return forms
	}
	// Behind a nasal the ablative and the genitive begin with one: "Қазақстаннан".
	if strings.HasSuffix(forms[0], "е") {
		return append(forms, name+"нен", name+"нің")
	}
	return append(forms, name+"нан", name+"ның")
}

// turkic adds the endings of locative, ablative, dative, genitive, accusative
// and "which is in". nasal ends the genitive; velar begins the dative after a
// voiced and after a voiceless sound, before back vowels.
func turkic(name string, harmony map[rune][2]string, nasal string, velar [2]string) []string {
	lower := []rune(strings.ToLower(name))
	if len(lower) < 2 {
		return nil
	}
	var vowels [2]string
	for _, r := range lower {
		if v, ok := harmony[r]; ok {
			vowels = v
		}
	}
	if vowels[0] == "" {
		return nil // no word of the language
	}
	wide, narrow := vowels[0], vowels[1]
	last := lower[len(lower)-1]
	d, g, n := "д", velar[0], "д"
	_, open := harmony[last]
	switch {
	case open:
		n = "н"
	case strings.ContainsRune("кқптсшщчфхцһ", last):
		d, g, n = "т", velar[1], "т"
	}
	if velar[0] == "ғ" && (wide == "е") {
		g = map[string]string{"ғ": "г", "қ": "к"}[g]
	}
	return attach(name, []string{d + wide, d + wide + "н", g + wide, n + narrow + nasal, n + narrow, d + wide + related(wide, velar[0])})
}

// related ends "which is in": "Оштогу", "Баткендеги", "Алматыдағы", "Семейдегі".
func related(wide, velar string) string {
	switch {
	case velar == "ғ" && wide == "а":
		return "ғы"
	case velar == "ғ":
		return "гі"
	case wide == "е":
		return "ги"
	case wide == "о":
		return "гу"
	case wide == "ө":
		return "гү"
	}
	return "гы"
}

func attach(name string, endings []string) []string {
	out := make([]string, len(endings))
	for i, e := range endings {
		out[i] = name + e
	}
	return out
}

// UzbekCyrillic is Uzbek for names in Cyrillic letters: "Тошкентда".
func UzbekCyrillic(name string) []string {
	if utf8.RuneCountInString(name) < 2 {
		return nil
	}
	dative := "га"
	switch last, _ := utf8.DecodeLastRuneInString(name); last {
	case 'к':
		dative = "ка"
	case 'қ':
		dative = "қа"
	}
	return attach(name, []string{"да", "дан", dative, "нинг", "ни", "даги"})
}

// Tajik returns a name with the endings of object and attribute, and with the
// "and" that is written to its end: "Душанберо", "Хуҷанди", "Хуҷанду".
func Tajik(name string) []string {
	last, _ := utf8.DecodeLastRuneInString(name)
	if strings.ContainsRune("аеёиӣоуӯэюя", last) {
		return attach(name, []string{"ро", "ю"})
	}
	return attach(name, []string{"ро", "и", "у"})
}

// Turkish returns the case forms of a name in Turkish, the apostrophe left out:
// "Bişkekte", "Oştan", "Ankaraya".
func Turkish(name string) []string {
	lower := []rune(strings.ToLowerSpecial(unicode.TurkishCase, name))
	harmony := map[rune][2]string{
		'a': {"a", "ı"}, 'ı': {"a", "ı"}, 'o': {"a", "u"}, 'u': {"a", "u"}, 'â': {"a", "ı"},
		'e': {"e", "i"}, 'i': {"e", "i"}, 'ö': {"e", "ü"}, 'ü': {"e", "ü"},
	}
	var vowels [2]string
	for _, r := range lower {
		if v, ok := harmony[r]; ok {
			vowels = v
		}
	}
	if vowels[0] == "" || len(lower) < 2 {
		return nil
	}
	wide, narrow := vowels[0], vowels[1]
	last := lower[len(lower)-1]
	d, y, n := "d", "", ""
	if _, open := harmony[last]; open {
		y, n = "y", "n"
	} else if strings.ContainsRune("fstkçşhp", last) {
		d = "t"
	}
	forms := attach(name, []string{d + wide, d + wide + "n", y + wide, n + narrow + "n", y + narrow, d + wide + "ki"})
	if strings.Contains(name, " ") && strings.ContainsRune("ıiuü", last) { // "Ekvator Ginesi'nde", but "Yeni Delhi'de"
		forms = append(forms, attach(name, []string{"nd" + wide, "nd" + wide + "n", "n" + wide, "n" + narrow, "nd" + wide + "ki"})...)
	}
	return forms
}

// Arabic returns a name with the particles that are written to its beginning:
// and, in, to. The article loses its alef behind "to": "للقاهرة".
func Arabic(name string) []string {
	to := "ل" + name
	if rest, ok := strings.CutPrefix(name, "ال"); ok {
		to = "لل" + rest
	}
	return []string{"و" + name, "ب" + name, to}
}

// French returns a name that begins with a vowel with the elided words that
// begin a sentence, where the capital of both does not tell them from "O'Neill".
func French(name string) []string {
	first, _ := utf8.DecodeRuneInString(name)
	if !strings.ContainsRune("AEIOUYÉÈÊÎÔÂH", first) {
		return nil
	}
	return []string{"L'" + name, "D'" + name}
}
