package lang

import (
	"slices"
	"strings"
)

// Between reports whether a word, in small letters, stands before two sides: clashes
// between police and protesters.
func Between(language, word string) bool {
	switch language {
	case "en":
		return word == "between"
	case "ru":
		return word == "между"
	case "fr", "es":
		return word == "entre"
	}
	return false
}

// Joins reports whether a word, in small letters, joins two nouns.
func Joins(language, word string) bool {
	switch language {
	case "en":
		return word == "and"
	case "ru":
		return word == "и"
	case "fr":
		return word == "et"
	case "es":
		return word == "y" || word == "e"
	}
	return false
}

// upon are the English nouns of deeds behind which "of" says to whom they were done.
var upon = [...]string{
	"ambush", "ambushes", "ambushing", "kidnapping", "kidnap", "abduction", "abducting", "killing", "killings", "murder", "murders", "assassination", "slaying", "shooting", "bombing",
	"shelling", "bombardment", "arrest", "arrests", "detention", "seizure", "capture", "occupation", "storming", "siege", "beating", "execution", "massacre", "lynching", "stabbing",
	"hijacking", "torture", "harassment", "dispersal", "expulsion", "extradition", "deportation", "poisoning", "beheading", "burning", "ouster", "overthrow",
}

// DeedUpon reports whether an English word, in small letters, is such a noun.
func DeedUpon(word string) bool { return slices.Contains(upon[:], word) }

// Takes reports whether an English word, in small letters, is a verb in the past that acts
// upon who stands right behind it.
func Takes(word string) bool {
	switch word {
	case "taken", "took", "held", "shot", "beaten", "beat", "slain", "sent":
		return true
	case "suffered", "sustained", "perished", "succumbed", "surrendered", "vanished", "disappeared", "fallen":
		return false
	}
	return len(word) > 4 && strings.HasSuffix(word, "ed")
}

// Participle reports whether an English word, in small letters, is a participle of the
// passive by its form.
func Participle(word string) bool {
	switch word {
	case "held", "led", "run", "backed", "torn", "hurt", "shot", "taken", "made", "born", "slain", "beaten", "seen", "found":
		return true
	}
	return len(word) > 4 && strings.HasSuffix(word, "ed")
}

// adjuncts are English nouns for who acts that describe the noun behind them.
var adjuncts = [...]string{
	"army", "police", "military", "navy", "rebel", "guerrilla", "militia", "militant", "insurgent", "terrorist", "separatist", "opposition", "government", "security", "prison",
	"village", "church", "school", "gendarmerie",
}

// Adjunct reports whether an English word, in small letters, is one of them: a police van.
func Adjunct(word string) bool { return slices.Contains(adjuncts[:], word) }

// Day reports whether an English word, in small letters, says when: today, Monday.
func Day(word string) bool {
	return word == "today" || word == "tonight" || word == "yesterday" || word == "tomorrow" || strings.HasSuffix(word, "day") || word == "overnight" || word == "again" || word == "there" || word == "here"
}
