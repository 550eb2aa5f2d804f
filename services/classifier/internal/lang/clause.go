package lang

// VerbLast reports whether a language puts what is acted upon before the verb,
// and who acts before both: "gunmen the building seized".
func VerbLast(language string) bool { return grammarOf(language).verbLast }

// Clause reports whether a word, given in small letters with the one before it,
// begins a clause of its own, in which others act: when, while.
func Clause(language, before, word string) bool {
	g := grammarOf(language)
	return g.clause.has(word) && (word != "as" || !g.likening.has(before))
}

// EndsClause reports whether a word, in small letters, is a verb that ends a
// clause before the main one, in a language that says so by its ending: of
// saldırdığında, when they attacked.
func EndsClause(language, word string) bool {
	g := grammarOf(language)
	return len(word) > 6 && endsWith(word, g.when) && !endsWith(word, g.notWhen)
}

// Pronoun reports whether a word, in small letters, stands for somebody named
// before: they, him.
func Pronoun(language, word string) bool { return grammarOf(language).pronouns.has(word) }

// Leads reports whether a word, in small letters, leads away from who acts: a
// noun after it has another part in what happens, as in "the police in the
// riot-torn state" and "the army sparks riots". Days follow "on", which does not.
func Leads(language, word string) bool {
	g := grammarOf(language)
	return g.leads.has(word) || g.causes.has(word)
}

// Says reports whether a word, in small letters, gives the word to who stands
// before it: what follows is what they say, not what they did.
func Says(language, word string) bool { return grammarOf(language).says.has(word) }

// Tells reports whether a folded word of any language says that somebody told
// something: what stands beside it may be said of it, on either side.
func Tells(word string) bool { return toldByAny[word] }

var toldByAny = func() map[string]bool {
	all := map[string]bool{}
	for _, g := range grammars {
		for _, w := range g.tells {
			all[w] = true
		}
	}
	return all
}()

// Relates reports whether a word, in small letters, begins like a verb of those who only
// deal with what others did: they inspect the site, investigate, condemn, mourn.
func Relates(language, word string) bool {
	return longerThan(word, 3) && beginsWith(word, grammarOf(language).relating)
}
