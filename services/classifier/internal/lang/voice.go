package lang

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Passive reports whether a word, in small letters, makes the passive of the verb
// after it: were killed.
func Passive(language, word string) bool { return grammarOf(language).passive.has(word) }

// Auxiliary reports whether a word, in small letters, makes the past of the verb
// after it, where the participle alone is passive: a tué, but soldats tués; have shot.
func Auxiliary(language, word, verb string) bool {
	return grammarOf(language).auxiliary.has(word) && (language != "en" || Takes(verb))
}

// Has reports whether an English word, in small letters, makes the past of the verb behind it:
// gunmen have kidnapped.
func Has(word string) bool { return ofEnglish.auxiliary.has(word) }

// HeldAs reports whether an English word, in small letters, says as what people are held.
func HeldAs(word string) bool { return slices.Contains(held[:], word) }

// Victim reports whether a word, in small letters, is a participle of what is done to
// people, which says in a headline without "was" that it was done to who stands before it,
// where nobody is acted upon behind it.
func Victim(language, word string) bool { return grammarOf(language).victims.has(word) }

// Seizes reports whether a Russian word, in small letters, is an active verb of what is done to
// people: who stands behind it did not do it.
func Seizes(word string) bool { return endsWith(word, didSeize[:]) && beginsWith(word, seizing[:]) }

// Suffered reports whether a word, given in small letters with the one before it, is
// a verb in the passive, in a language that makes it by an ending or, in Tajik, of a
// participle: похищен, kaçırıldı, рабуда шуд.
func Suffered(language, before, word string) bool {
	v := &grammarOf(language).voice
	if v.light != "" {
		return strings.HasPrefix(word, v.light) && endsWith(before, v.participle)
	}
	return v.holds(word) && !beginsWith(word, v.active)
}

// holds reports whether a word has what makes the passive, behind a stem.
func (v *voice) holds(word string) bool {
	if !v.last {
		return slices.ContainsFunc(v.passive, func(mark string) bool { return strings.LastIndex(word, mark) >= 2 })
	}
	if end, size := utf8.DecodeLastRuneInString(word); strings.ContainsRune(v.genders, end) {
		word = word[:len(word)-size]
	}
	return slices.ContainsFunc(v.passive, func(ending string) bool { return len(word) > len(ending) && strings.HasSuffix(word, ending) })
}
