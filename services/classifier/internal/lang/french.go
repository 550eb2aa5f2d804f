package lang

var ofFrench = grammar{
	clause:      []string{"quand", "lorsque", "lorsqu", "alors", "pendant"},
	pronouns:    []string{"ils", "elles", "il", "elle", "lui"},
	causes:      []string{"provoque", "provoqué", "déclenche", "déclenché"},
	says:        []string{"que"},
	tells:       []string{"annonce", "annoncé", "déclare", "déclaré", "selon", "indique", "indiqué", "affirme", "affirmé", "rapporte", "rapporté", "dit"},
	relating:    []string{"inspect", "visit", "enquêt", "condamn", "dénonc", "déplor", "examin"},
	passive:     []string{"été"},
	auxiliary:   []string{"a", "ont", "avait", "avaient"},
	articles:    []string{"le", "la", "les", "l", "un", "une", "des", "du", "de"},
	links:       []string{"de", "d", "des", "du", "la", "l"},
	verbBetween: true,
	between:     []string{"entre"},
	joins:       []string{"et"},
	within:      []string{"dans", "en", "à", "au", "aux"},
	during:      []string{"dans", "pendant", "durant"},
	around:      []string{"près", "vers", "devant", "depuis"},
	derivation:  &derivation{romanceBare, []suffixClass{{"ité", "ité"}, {"ist", "iste"}, {"eur", "eur"}, {"eus", "eur"}, {"if", "if"}, {"iv", "if"}}},
}
