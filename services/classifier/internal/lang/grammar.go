package lang

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// grammar is what is known of the words and endings of one language with rules,
// beside what the rules themselves say: each language has its file. All are in
// small letters. What a language does not have, or what is not known of it, is
// left out.
type grammar struct {
	verbLast bool // what is acted upon stands before the verb, and who acts before both
	headLast bool // of two nouns side by side the last says what they are

	// Clauses.
	clause     wordSet  // words that begin a clause of its own, in which others act: when
	likening   wordSet  // words behind which an "as" begins none: "gunmen dressed as police"
	when       []string // endings of verbs that end a clause before the main one
	notWhen    []string // and of nouns that only end alike
	pronouns   wordSet  // they, him
	leads      wordSet  // lead away from who acts: in, against
	causes     wordSet  // what brings about that others act: sparked
	says       wordSet  // give the word to who stands before
	tells      []string // say that somebody told something, folded
	aside      []string // prepositions behind which nobody is the subject of a verb that follows: from
	did        []string // endings of verbs for what somebody did or does
	didToo     []string // verbs for it that end otherwise
	relating   []string // how verbs begin of what those do who have no part in an event: inspect, condemn, mourn
	passive    wordSet  // make the passive of the verb behind: were killed
	auxiliary  wordSet  // make the past of the verb behind, where the participle alone is passive
	victims    wordSet  // participles that make a headline's passive alone: "official kidnapped"
	negation   negation
	voice      voice
	deeds      []string // endings of nouns for what is done: deployment
	describing wordSet  // describe people before a noun: masked
	adjectives adjectives

	// Noun phrases.
	articles    wordSet
	links       wordSet  // tie a noun to the one behind in one phrase: of
	construct   []string // endings of a noun that a name behind it completes
	verbBetween bool     // a verb stands between who acts and who is acted upon
	between     wordSet  // stand before two sides: clashes between
	joins       wordSet  // join two nouns: and
	within      wordSet  // make a place of the phrase behind: in, inside
	during      wordSet  // make of the phrase behind what something happens in: amid
	around      wordSet  // make a place near what happens of the noun beside them

	// Cases.
	instrumental instrumental // who did it in the passive
	from         []string     // where from
	where        []string     // where
	accusative   accusative   // whom a verb acts upon, where the ending says nothing else
	object       []string     // endings of what is acted upon that say it whatever else they are
	objectAfter  wordSet      // words before what is acted upon: "arrestaron al presidente"
	oblique      oblique      // who does nothing, by the case of their name
	kept         wordSet      // words before whose thing it is, and not whom it is done to: у

	endings    endings     // what a stem is without, in languages that no Snowball stemmer is used for
	derivation *derivation // what keeps words apart that a Snowball stemmer makes one
}

// adjectives are how words end that describe a noun.
type adjectives struct {
	endings []string
	longer  int      // than so many letters
	after   []string // they describe behind these words only, if any
}

// instrumental is how nouns end in the case of who did it.
type instrumental struct {
	endings []string
	longer  int      // than so many letters
	beside  []string // words before that ask for this case themselves
}

// oblique is how nouns end that are neither the subject of a verb nor in the case of
// who did it in the passive.
type oblique struct {
	endings []string // that say so wherever they stand
	owner   []string // that say so unless a noun or number before them owns them: "отряд боевиков"
	notEnds []string // how words end that only look like those
	before  wordSet  // words before which own nobody: prepositions, adverbs of time
	verb    []string // endings of verbs, which own nobody either
	notVerb wordSet  // nouns that end like these
}

// accusative is how nouns end in the case of whom a verb acts upon.
type accusative struct {
	endings []string
	longer  int // than so many letters
}

// voice is what verbs of the passive look like.
type voice struct {
	passive    []string // what such a form holds behind its stem
	last       bool     // it stands last in the word, but for one of
	genders    string   // these letters
	active     []string // how words begin that only look like one
	light      string   // how the verb begins that makes the passive of a participle, if one does
	participle []string // and how the participle ends
}

// grammars are of all languages with rules.
var grammars = map[string]*grammar{
	"en": &ofEnglish, "ru": &ofRussian, "fr": &ofFrench, "es": &ofSpanish, "ar": &ofArabic, "tr": &ofTurkish, "ky": &ofKyrgyz, "kk": &ofKazakh, "uz": &ofUzbek, "tg": &ofTajik,
}

// unknown is of the others.
var unknown grammar

// grammarOf is what is known of a language. It is asked for each word around a match.
func grammarOf(language string) *grammar {
	switch language {
	case "en":
		return &ofEnglish
	case "ru":
		return &ofRussian
	case "fr":
		return &ofFrench
	case "es":
		return &ofSpanish
	case "ar":
		return &ofArabic
	case "tr":
		return &ofTurkish
	case "ky":
		return &ofKyrgyz
	case "kk":
		return &ofKazakh
	case "uz":
		return &ofUzbek
	case "tg":
		return &ofTajik
	}
	return &unknown
}

// wordSet is a list of words with what their lengths and letters at both ends are, by
// which most words are told at once that they are none of them.
type wordSet struct {
	words []string
	signs uint64
}

func setOf(words ...string) wordSet {
	s := wordSet{words: words}
	for _, w := range words {
		s.signs |= signOf(w)
	}
	return s
}

// has reports whether a word is in the set.
func (s *wordSet) has(word string) bool {
	return s.signs&signOf(word) != 0 && slices.Contains(s.words, word)
}

func signOf(word string) uint64 {
	if word == "" {
		return 1
	}
	return 1 << ((int(word[0]) + 7*int(word[len(word)-1]) + 13*len(word)) & 63)
}

func endsWith(word string, endings []string) bool {
	return slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(word, ending) })
}

func beginsWith(word string, beginnings []string) bool {
	return slices.ContainsFunc(beginnings, func(begin string) bool { return strings.HasPrefix(word, begin) })
}

// longerThan reports whether a word has more than so many letters.
func longerThan(word string, letters int) bool { return utf8.RuneCountInString(word) > letters }
