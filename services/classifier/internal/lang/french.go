package lang

var ofFrench = grammar{
	clause:      setOf("quand", "lorsque", "lorsqu", "alors", "pendant"),
	pronouns:    setOf("ils", "elles", "il", "elle", "lui"),
	causes:      setOf("provoque", "provoqué", "déclenche", "déclenché"),
	says:        setOf("que"),
	tells:       []string{"annonce", "annoncé", "déclare", "déclaré", "selon", "indique", "indiqué", "affirme", "affirmé", "rapporte", "rapporté", "dit"},
	relating:    []string{"inspect", "visit", "enquêt", "condamn", "dénonc", "déplor", "examin"},
	passive:     setOf("été"),
	auxiliary:   setOf("a", "ont", "avait", "avaient"),
	articles:    setOf("le", "la", "les", "l", "un", "une", "des", "du", "de"),
	links:       setOf("de", "d", "des", "du", "la", "l"),
	verbBetween: true,
	between:     setOf("entre"),
	joins:       setOf("et"),
	within:      setOf("dans", "en", "à", "au", "aux"),
	during:      setOf("dans", "pendant", "durant"),
	around:      setOf("près", "vers", "devant", "depuis"),
	derivation:  &derivation{romanceBare, []suffixClass{{"ité", "ité"}, {"ist", "iste"}, {"eur", "eur"}, {"eus", "eur"}, {"if", "if"}, {"iv", "if"}}},
}
