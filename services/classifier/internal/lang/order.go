package lang

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// VerbLast reports whether a language puts what is acted upon before the verb,
// and who acts before both: "gunmen the building seized".
func VerbLast(language string) bool {
	switch language {
	case "ky", "kk", "uz", "tg", "tr":
		return true
	}
	return false
}

// adjectival are the endings of Russian adjectives in any case.
var adjectival = [...]string{"ый", "ого", "ому", "ым", "ом", "ая", "ой", "ую", "ое", "ые", "ых", "ыми"}

// Attributive reports whether a word, given in small letters with the one before
// it, describes a noun rather than tells what somebody did: the ousted president.
func Attributive(language, before, word string) bool {
	switch language {
	case "en":
		if !strings.HasSuffix(word, "ed") {
			return false
		}
		switch before {
		case "the", "a", "an", "of", "for", "to", "by", "with", "from", "against", "his", "her", "its", "their":
			return true
		}
	case "ru":
		return utf8.RuneCountInString(word) > 6 && slices.ContainsFunc(adjectival[:], func(ending string) bool { return strings.HasSuffix(word, ending) })
	}
	return false
}

// causes are what brings about that others act, in any language.
var causes = [...]string{
	"spark", "sparks", "sparked", "trigger", "triggers", "triggered", "prompt", "prompts", "prompted", "provoke", "provokes", "provoked", "fuels", "fuelled", "fueled",
	"вызвал", "вызвала", "вызвало", "вызвали", "спровоцировал", "спровоцировала", "спровоцировало", "спровоцировали", "привел", "привела", "привело", "привели",
	"provoque", "provoqué", "déclenche", "déclenché", "provoca", "provocó", "desata", "desató", "desencadenó",
}

// abstract are the endings of English nouns for what is done.
var abstract = [...]string{"ment", "tion", "sion"}

// Deed reports whether a word, in small letters, is a noun for what is done, so
// that who stands before it only describes it: "army deployment".
func Deed(language, word string) bool {
	return language == "en" && len(word) > 6 && slices.ContainsFunc(abstract[:], func(ending string) bool { return strings.HasSuffix(word, ending) })
}

// Passive reports whether a word, in small letters, makes the passive of the verb
// after it: were killed.
func Passive(language, word string) bool {
	switch language {
	case "en":
		switch word {
		case "was", "were", "been", "being", "be", "is", "are":
			return true
		}
	case "fr":
		return word == "été"
	case "es":
		return word == "fue" || word == "fueron" || word == "sido"
	}
	return false
}

// Leads reports whether a word, in small letters, leads away from who acts: a
// noun after it has another part in what happens, as in "the police in the
// riot-torn state" and "the army sparks riots". Days follow "on", which does not.
func Leads(language, word string) bool {
	if slices.Contains(causes[:], word) {
		return true
	}
	switch language {
	case "en":
		switch word {
		case "in", "at", "during", "after", "before", "from", "to", "with", "against", "for", "over", "under", "than":
			return true
		}
	case "ru":
		switch word {
		case "в", "во", "из", "от", "при", "после", "для", "к", "ко", "до", "с", "со", "под", "против", "перед":
			return true
		}
	}
	return false
}
