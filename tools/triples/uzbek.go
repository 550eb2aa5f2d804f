package main

import "strings"

// cyrillicUzbek spells Uzbek in Latin letters, small ones, as it is spelled in
// Cyrillic ones: the examples are nearly all written in the first.
func cyrillicUzbek(text string) string {
	text = strings.NewReplacer("yoʻ", "йў", "yo'", "йў", "yo‘", "йў", "yo’", "йў", "oʻ", "ў", "o'", "ў", "o‘", "ў", "o’", "ў", "gʻ", "ғ", "g'", "ғ", "g‘", "ғ", "g’", "ғ",
		"sh", "ш", "ch", "ч", "yo", "ё", "yu", "ю", "ya", "я", "ye", "е", " e", " э").Replace(" " + text)
	from, to := []rune("abdefghijklmnopqrstuvxyz"), []rune("абдефгҳижклмнопқрстувхйз")
	return strings.Map(func(r rune) rune {
		for i := range from {
			if from[i] == r {
				return to[i]
			}
		}
		return r
	}, text)
}
