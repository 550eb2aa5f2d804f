package lang

import (
	"slices"
	"strings"
)

// Between reports whether a word, in small letters, stands before two sides: clashes
// between police and protesters.
func Between(language, word string) bool { return grammarOf(language).between.has(word) }

// Joins reports whether a word, in small letters, joins two nouns.
func Joins(language, word string) bool { return grammarOf(language).joins.has(word) }

// Deed reports whether a word, in small letters, is a noun for what is done, so
// that who stands before it only describes it: "army deployment".
func Deed(language, word string) bool {
	return len(word) > 6 && endsWith(word, grammarOf(language).deeds)
}

// DeedUpon reports whether an English word, in small letters, is a noun of a deed behind
// which "of" says to whom it was done: the abduction of officials.
func DeedUpon(word string) bool { return slices.Contains(upon[:], word) }

// Sake reports whether an English word, in small letters, is a preposition before those for
// whom people are in the street, or because of whom: they march for a mayor.
func Sake(word string) bool { return slices.Contains(sakes[:], word) }

// SakeOf reports whether an English word, in small letters, is a noun before "of" by which
// people are in the street for somebody: the release of a mayor, her arrest.
func SakeOf(word string) bool { return slices.Contains(sakesOf[:], word) || DeedUpon(word) }

// Takes reports whether an English word, in small letters, is a verb in the past that acts
// upon who stands right behind it.
func Takes(word string) bool {
	return slices.Contains(taking[:], word) || didEnglish(word) && !slices.Contains(suffering[:], word)
}

// Endures reports whether an English word, in small letters, is a verb of what befalls who
// stands before it: died, suffered.
func Endures(language, word string) bool {
	return language == "en" && (word == "died" || word == "dies" || slices.Contains(suffering[:], word))
}

// Participle reports whether an English word, in small letters, is a participle of the
// passive by its form.
func Participle(word string) bool { return slices.Contains(participles[:], word) || didEnglish(word) }

// didEnglish reports whether a word ends as most verbs of the past do.
func didEnglish(word string) bool { return len(word) > 4 && strings.HasSuffix(word, "ed") }

// Aside reports whether a word, in small letters, is a preposition behind which nobody is
// the subject of a verb that follows: they fled from police and burnt a bus.
func Aside(language, word string) bool { return slices.Contains(grammarOf(language).aside, word) }

// Did reports whether a word, in small letters, is by its form a verb for what somebody did.
func Did(language, word string) bool {
	g := grammarOf(language)
	return len(word) > 3 && endsWith(word, g.did) || slices.Contains(g.didToo, word)
}

// Adjunct reports whether an English word, in small letters, is a noun for who acts that
// describes the noun behind it: a police van.
func Adjunct(word string) bool { return adjuncts.has(word) }

// Day reports whether an English word, in small letters, says when, or where, behind a
// verb: today, Monday, again.
func Day(word string) bool { return strings.HasSuffix(word, "day") || slices.Contains(days[:], word) }
