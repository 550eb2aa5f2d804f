package lang

import "slices"

// HasInstrumental reports whether a language has such a case as Instrumental tells.
func HasInstrumental(language string) bool { return grammarOf(language).instrumental.endings != nil }

// Instrumental reports whether a noun, in small letters, stands in the case of who did
// it in the passive, where a language has one, and the word before it does not ask for
// that case: похищен боевиками, but не столкновения с боевиками.
func Instrumental(language, before, word string) bool {
	c := &grammarOf(language).instrumental
	return endsWith(word, c.endings) && longerThan(word, c.longer) && !slices.Contains(c.beside, before)
}

// From reports whether a noun, in small letters, stands in the case of where from, in
// a Turkic language.
func From(language, word string) bool { return endsWith(word, grammarOf(language).from) }

// Where reports whether a noun, in small letters, stands in the case of where or where
// from, in a Turkic language.
func Where(language, word string) bool {
	g := grammarOf(language)
	return endsWith(word, g.from) || endsWith(word, g.where)
}

// Accusative reports whether a noun, in small letters, stands in the case of whom a
// verb acts upon, in a Turkic language where its endings say nothing else.
func Accusative(language, word string) bool {
	c := &grammarOf(language).accusative
	return endsWith(word, c.endings) && longerThan(word, c.longer)
}

// Object reports whether a noun, given in small letters with the one before it, is marked
// as acted upon: "arrestaron al presidente", "губернаторни", "ҳокимро".
func Object(language, before, word string) bool {
	g := grammarOf(language)
	return g.objectAfter.has(before) || endsWith(word, g.object) || Accusative(language, word)
}

// Oblique reports whether a noun, given in small letters with the word before it, ""
// at the beginning of a clause, stands in a case in which nobody does anything: "увезли
// боевиков", "по боевикам", but not "отряд боевиков".
func Oblique(language, before, word string) bool {
	c := &grammarOf(language).oblique
	switch {
	case c.endings == nil || endsWith(word, c.notEnds):
		return false
	case endsWith(word, c.endings):
		return true
	case !endsWith(word, c.owner):
		return false
	}
	return before == "" || c.before.has(before) || endsWith(before, c.verb) && !c.notVerb.has(before)
}

// Kept reports whether a word, in small letters, says of whoever stands behind it that
// something is theirs, and not that it is done to them: "забрали у водителя".
func Kept(language, word string) bool { return grammarOf(language).kept.has(word) }
