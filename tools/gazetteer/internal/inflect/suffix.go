package inflect

import (
	"strings"
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
	return turkic(name, map[rune][2]string{ // last vowel: wide and narrow vowel of the ending
		'а': {"а", "ы"}, 'ы': {"а", "ы"}, 'я': {"а", "ы"}, 'у': {"а", "у"}, 'ю': {"а", "у"},
		'о': {"о", "у"}, 'ё': {"о", "у"}, 'е': {"е", "и"}, 'э': {"е", "и"}, 'и': {"е", "и"},
		'ө': {"ө", "ү"}, 'ү': {"ө", "ү"},
	}, "н", [2]string{"г", "к"})
}

// Kazakh returns the case forms of a name in Kazakh: "Алматыда", "Шымкентте".
func Kazakh(name string) []string {
	return turkic(name, map[rune][2]string{
		'а': {"а", "ы"}, 'ы': {"а", "ы"}, 'о': {"а", "ы"}, 'ұ': {"а", "ы"}, 'у': {"а", "ы"}, 'я': {"а", "ы"},
		'ә': {"е", "і"}, 'е': {"е", "і"}, 'і': {"е", "і"}, 'и': {"е", "і"}, 'ө': {"е", "і"}, 'ү': {"е", "і"}, 'э': {"е", "і"},
	}, "ң", [2]string{"ғ", "қ"})
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
