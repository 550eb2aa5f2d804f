package lang

import "strings"

// negation is how a language says within the verb that something was not done.
type negation struct {
	marks  []string // what such forms hold behind their stem
	first  bool     // they begin with it instead
	spares []string // beginnings of words whose stem ends like the mark, which has to stand behind them
	past   []string // endings that make such a form of a negated stem, past or present
	lights []string // negated beginnings of verbs that make a deed of the noun before them
}

// Negated reports whether a word, in small letters, is a form of a verb that says
// it was not done: öldürmedi. Languages without such forms have none.
func Negated(language, word string) bool {
	n := &grammarOf(language).negation
	if n.first {
		return beginsWith(word, n.marks)
	}
	least := 2
	for _, spare := range n.spares {
		if strings.HasPrefix(word, spare) {
			least = len(spare)
		}
	}
	if len(word) < least {
		return false
	}
	for _, mark := range n.marks {
		if strings.Contains(word[least:], mark) {
			return true
		}
	}
	return false
}

// NegatedStem reports whether what stands before the asterisk of a phrase, in
// small letters, is the stem of a negated verb: "alınama" of alınamadı.
func NegatedStem(language, stem string) bool {
	for _, ending := range grammarOf(language).negation.past {
		if Negated(language, stem+ending) {
			return true
		}
	}
	return false
}

// Undone reports whether a word, in small letters, is a negated verb that makes a
// deed of the noun before it: "hujum qilmadi", they did not attack.
func Undone(language, word string) bool {
	return Negated(language, word) && beginsWith(word, grammarOf(language).negation.lights)
}
