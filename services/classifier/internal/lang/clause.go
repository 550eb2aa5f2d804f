package lang

import (
	"slices"
	"strings"
)

// Clause reports whether a word, given in small letters with the one before it,
// begins a clause of its own, in which others act: when, while.
func Clause(language, before, word string) bool {
	switch language {
	case "en":
		return word == "when" || word == "while" || word == "after" || word == "because" || word == "where" || word == "as" && !slices.Contains(likened[:], before)
	case "ru":
		return word == "когда" || word == "пока" || word == "поскольку" || word == "где"
	case "fr":
		return word == "quand" || word == "lorsque" || word == "lorsqu" || word == "alors" || word == "pendant"
	case "es":
		return word == "cuando" || word == "mientras" || word == "después"
	case "ar":
		return word == "عندما" || word == "حين" || word == "حينما" || word == "بينما" || word == "بعدما"
	case "tg":
		return word == "вақте" || word == "ҳангоме"
	}
	return false
}

// likened are the English words before an "as" that begins no clause: "gunmen
// dressed as police".
var likened = [...]string{
	"dressed", "disguised", "masked", "posing", "posed", "masquerading", "known", "described", "identified", "named", "seen", "regarded", "used", "such", "well",
	"serving", "served", "acting", "acted", "working", "worked",
}

// EndsClause reports whether a word, in small letters, is a verb that ends a
// clause before the main one, in a language that says so by its ending: of
// saldırdığında, when they attacked.
func EndsClause(language, word string) bool {
	var endings []string
	switch language {
	case "tr":
		endings = turkishWhen[:]
	case "ky", "kk":
		endings = cyrillicWhen[:]
	case "uz":
		endings = uzbekWhen[:]
	}
	return len(word) > 6 && !strings.HasSuffix(word, "paganda") && !strings.HasSuffix(word, "паганда") && slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(word, ending) })
}

var (
	turkishWhen = [...]string{
		"dığında", "diğinde", "duğunda", "düğünde", "tığında", "tiğinde", "tuğunda", "tüğünde", "ırken", "irken", "urken", "ürken", "arken", "erken",
		"ığı", "iği", "ınca", "ince", "unca", "ünce", "dıktan", "dikten", "duktan", "dükten", "tıktan", "tikten", "tuktan", "tükten",
	}
	cyrillicWhen = [...]string{
		"ганда", "генде", "гондо", "гөндө", "канда", "кенде", "кондо", "көндө", "ғанда", "қанда", "гандан", "генден", "гондон", "гөндөн", "кандан", "кенден", "кондон", "көндөн", "ғаннан", "геннен", "қаннан", "кеннен",
	}
	uzbekWhen = [...]string{"ganda", "ganida", "gach", "ganidan", "gandan", "ганда", "ганида", "гач", "ганидан", "гандан"}
)

// Pronoun reports whether a word, in small letters, stands for somebody named
// before: they, him.
func Pronoun(language, word string) bool {
	switch language {
	case "en":
		return word == "they" || word == "it" || word == "he" || word == "she" || word == "him" || word == "them" || word == "her"
	case "ru":
		return word == "они" || word == "он" || word == "она" || word == "его" || word == "ее" || word == "их" || word == "ему" || word == "ей"
	case "fr":
		return word == "ils" || word == "elles" || word == "il" || word == "elle" || word == "lui"
	case "es":
		return word == "él" || word == "ella" || word == "ellos" || word == "lo" || word == "los"
	case "tg":
		return word == "ӯ" || word == "вай" || word == "ӯро" || word == "онҳо" || word == "онҳоро"
	}
	return false
}
