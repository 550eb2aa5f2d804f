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

// Auxiliary reports whether a word, in small letters, makes the past of the verb
// after it, where the participle alone is passive: a tué, but soldats tués; have shot.
func Auxiliary(language, word, verb string) bool {
	switch language {
	case "en":
		return Has(word) && Takes(verb)
	case "fr":
		return word == "a" || word == "ont" || word == "avait" || word == "avaient"
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

// Says reports whether a word, in small letters, gives the word to who stands
// before it: what follows is what they say, not what they did.
func Says(language, word string) bool {
	switch language {
	case "en":
		switch word {
		case "said", "says", "say", "told", "reported", "reports", "claimed", "claims", "confirmed", "stated", "added":
			return true
		}
	case "ru":
		switch word {
		case "сообщил", "сообщила", "сообщили", "сообщает", "сообщают", "заявил", "заявила", "заявили", "рассказал", "рассказали", "утверждает", "утверждают":
			return true
		}
	case "fr", "es":
		return word == "que"
	}
	return false
}

// Article reports whether a word, in small letters, is an article.
func Article(language, word string) bool {
	switch language {
	case "en":
		return word == "the" || word == "a" || word == "an"
	case "fr":
		return slices.Contains([]string{"le", "la", "les", "l", "un", "une", "des", "du", "de"}, word)
	case "es":
		return slices.Contains([]string{"el", "la", "los", "las", "un", "una", "de", "del"}, word)
	}
	return false
}

// around are the words, by language, that say where something happens by what is
// near it. Some languages have them behind the noun.
func around(language string) string {
	switch language {
	case "en":
		return " near outside towards toward to from beside around "
	case "ru":
		return " у около возле близ рядом к ко из от "
	case "fr":
		return " près vers devant depuis "
	case "es":
		return " cerca hacia desde frente "
	case "ar":
		return " قرب بالقرب نحو باتجاه "
	case "tg":
		return " назди наздики "
	case "tr":
		return " yakınında yakınlarında önünde yolunda "
	case "ky":
		return " жанында маңында алдында жолунда "
	case "kk":
		return " жанында маңында алдында жолында "
	case "uz":
		return " yaqinida yonida oldida yo'lida "
	}
	return ""
}

// Around reports whether a word, in small letters, makes the noun beside it a
// place near what happens: neither who did it nor to whom it was done.
func Around(language, word string) bool {
	return word != "" && strings.Contains(around(language), " "+word+" ")
}
