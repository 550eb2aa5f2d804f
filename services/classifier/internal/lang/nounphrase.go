package lang

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Links reports whether a word, in small letters, ties the noun before it to the one
// behind it in one noun phrase: thousands of protesters, des milliers de manifestants.
func Links(language, word string) bool {
	switch language {
	case "en":
		return word == "of" || word == "the"
	case "fr":
		return word == "de" || word == "d" || word == "des" || word == "du" || word == "la" || word == "l"
	case "es":
		return word == "de" || word == "del" || word == "la" || word == "las" || word == "los"
	}
	return false
}

// HeadLast reports whether the last of two nouns that stand side by side says what
// they are, and the one before it describes it: rebel soldiers, Талибан согушкерлери.
func HeadLast(language string) bool {
	return language == "en" || VerbLast(language) && language != "tg"
}

// Juxtaposed reports whether a name beside a noun, both in small letters, makes one noun
// phrase with it, rather than act upon it: боевики Талибана, مسلحو طالبان.
func Juxtaposed(language, first, second string) bool {
	switch language {
	case "en", "ru", "fr", "es":
		return true // a verb would stand between
	case "ar":
		return strings.HasSuffix(first, "و") || strings.HasSuffix(first, "ي")
	case "tg":
		return strings.HasSuffix(first, "и")
	}
	return slices.ContainsFunc(ofTheirs[:], func(ending string) bool { return strings.Contains(second, ending) })
}

// ofTheirs is how the Turkic plural of what belongs to somebody ends, before its case.
var ofTheirs = [...]string{
	"ları", "leri", "lari", "лары", "лери", "лору", "лөрү", "лері", "дары", "дери", "дору", "дөрү", "дері", "тары", "тери", "тору", "төрү", "тері", "лари",
}

// describing are English words that describe people before a noun.
var describing = [...]string{
	"armed", "masked", "hooded", "unarmed", "unidentified", "unknown", "suspected", "alleged", "former", "ousted", "deposed", "opposition", "government", "pro-government", "anti-government",
	"foreign", "local", "young", "senior", "angry", "other", "more", "innocent", "peaceful", "civilian", "female", "male", "elderly", "heavily", "loyal", "rival", "striking", "retired", "high-ranking",
}

// Describes reports whether a word, in small letters, describes the noun behind it.
func Describes(language, word string) bool {
	switch language {
	case "en":
		return slices.Contains(describing[:], word)
	case "ru":
		return Attributive(language, "", word)
	}
	return false
}

// Named reports whether a word, in small letters, that is of a people's name belongs to the noun
// beside it, as an adjective of Russian does by its form.
func Named(language, word string) bool {
	return language == "ru" && strings.Contains(word, "ск") && Attributive(language, "", word)
}

// Noun reports whether an English word, in small letters, can be a noun or describe one, by
// its form and as it is none of those that lead on to something else.
func Noun(word string) bool {
	switch word {
	case "van", "car", "bus", "hut", "jet":
		return true
	}
	if len(word) <= 3 || endsWith(word, []string{"ed", "ing", "ly"}) || slices.Contains(others[:], word) {
		return false
	}
	return !Leads("en", word) && !Around("en", word) && !Passive("en", word) && !Says("en", word) && !Clause("en", "", word) && !Has(word)
}

// others are further English words that are neither.
var others = [...]string{
	"that", "into", "amid", "last", "early", "late", "also", "this", "then", "they", "which", "whom", "whose", "upon", "until", "since", "next", "only", "shot", "dead",
	"will", "would", "could", "should", "must", "might", "cannot", "held", "struck", "began", "went", "came", "left", "lost", "fled", "took", "gave", "made",
}

// Within reports whether a word, in small letters, makes a place of the noun phrase behind it.
func Within(language, word string) bool {
	switch language {
	case "en":
		return word == "in" || word == "at" || word == "inside" || word == "within" || word == "across" || word == "throughout"
	case "ru":
		return word == "в" || word == "во" || word == "на"
	case "fr":
		return word == "dans" || word == "en" || word == "à" || word == "au" || word == "aux"
	case "es":
		return word == "en"
	case "ar":
		return word == "في"
	case "tg":
		return word == "дар"
	}
	return false
}

// During reports whether a word, in small letters, makes of the noun phrase behind it what
// something happens in: in police firing, durante el motín.
func During(language, word string) bool {
	switch language {
	case "en":
		return word == "in" || word == "during" || word == "amid" || word == "within"
	case "fr":
		return word == "dans" || word == "pendant" || word == "durant"
	case "es":
		return word == "en" || word == "durante"
	case "ar":
		return word == "في" || word == "خلال" || word == "أثناء"
	case "tg":
		return word == "дар"
	}
	return false
}

// HeldAs reports whether an English word, in small letters, says as what people are held.
func HeldAs(word string) bool { return word == "hostage" || word == "captive" || word == "prisoner" }

// Where reports whether a noun, in small letters, stands in the case of where or where
// from, in a Turkic language.
func Where(language, word string) bool {
	if From(language, word) {
		return true
	}
	switch language {
	case "tr":
		return endsWith(word, []string{"da", "de", "ta", "te"})
	case "uz":
		return endsWith(word, []string{"da", "да"})
	case "ky", "kk":
		return endsWith(word, []string{"да", "де", "до", "дө", "та", "те", "то", "тө"})
	}
	return false
}

// Object reports whether a noun, given in small letters with the one before it, is marked
// as acted upon: "arrestaron al presidente", "губернаторни", "ҳокимро".
func Object(language, before, word string) bool {
	switch language {
	case "es":
		return before == "al" || before == "a"
	case "tg":
		return strings.HasSuffix(word, "ро")
	}
	return Accusative(language, word)
}

// victims are English participles of what is done to people, which say in a headline without
// "was" that it was done to who stands before them.
var victims = [...]string{
	"kidnapped", "abducted", "killed", "arrested", "detained", "wounded", "injured", "murdered", "assassinated", "beheaded", "executed", "freed", "released",
	"dead", "missing", "jailed", "imprisoned", "deported", "extradited", "captured", "tortured", "beaten", "slain", "rescued", "hurt", "evicted", "expelled", "ambushed",
}

// Victim reports whether a word, in small letters, is such a participle where nobody is
// acted upon behind it.
func Victim(language, word string) bool { return language == "en" && slices.Contains(victims[:], word) }

// The beginnings of verbs of what is done about an event by those who have no part in it:
// they inspect the site, investigate, condemn, mourn.
var (
	relatingEnglish = [...]string{"inspect", "visit", "investigat", "probe", "probing", "condemn", "denounc", "deplor", "mourn", "commemorat", "examin", "survey", "lament"}
	relatingRussian = [...]string{"осматрива", "осмотрел", "посети", "посеща", "расследу", "осуди", "осужда", "провер", "изуча", "оплак", "скорб", "соболезн", "почтил"}
	relatingFrench  = [...]string{"inspect", "visit", "enquêt", "condamn", "dénonc", "déplor", "examin"}
	relatingSpanish = [...]string{"inspeccion", "visit", "investig", "conden", "denunci", "deplor", "lament", "examin", "repudi"}
	relatingArabic  = [...]string{"تفقد", "يتفقد", "زار", "يزور", "تحقق", "يحقق", "أدان", "يدين", "تدين", "استنكر", "ندد", "يندد", "يعاين", "تعاين"}
	relatingTurkish = [...]string{"incele", "soruştur", "kına", "ziyaret", "lanetle", "araştır"}
	relatingKyrgyz  = [...]string{"карап", "иликте", "айыпта", "тергө", "тергеп", "текшер"}
	relatingKazakh  = [...]string{"қарап", "тексер", "айыпта", "тергеп", "тергеу", "зертте"}
	relatingUzbek   = [...]string{"qoral", "tekshir", "tergov", "o'rgan", "oʻrgan", "o‘rgan", "ko'zdan", "koʻzdan", "қорала", "текшир", "ўрган"}
	relatingTajik   = [...]string{"маҳкум", "таҳқиқ", "тафтиш", "азназаргузаронӣ", "муоина"}
)

// seizing are the beginnings of Russian verbs of what is done to people.
var seizing = [...]string{"задерж", "арест", "похит", "уби", "ранил", "захват", "освобод", "застрел", "расстрел", "казнил", "избил", "ликвидир", "уничтож"}

// Seizes reports whether a Russian word, in small letters, is an active verb of what is done to
// people: who stands behind it did not do it.
func Seizes(word string) bool {
	return endsWith(word, []string{"л", "ла", "ли", "ло"}) && slices.ContainsFunc(seizing[:], func(begin string) bool { return strings.HasPrefix(word, begin) })
}

// relating is those of a language.
func relating(language string) []string {
	switch language {
	case "en":
		return relatingEnglish[:]
	case "ru":
		return relatingRussian[:]
	case "fr":
		return relatingFrench[:]
	case "es":
		return relatingSpanish[:]
	case "ar":
		return relatingArabic[:]
	case "tr":
		return relatingTurkish[:]
	case "ky":
		return relatingKyrgyz[:]
	case "kk":
		return relatingKazakh[:]
	case "uz":
		return relatingUzbek[:]
	case "tg":
		return relatingTajik[:]
	}
	return nil
}

// Relates reports whether a word, in small letters, begins like a verb of those who only
// deal with what others did.
func Relates(language, word string) bool {
	return utf8.RuneCountInString(word) > 3 && slices.ContainsFunc(relating(language), func(begin string) bool { return strings.HasPrefix(word, begin) })
}

// Has reports whether an English word, in small letters, makes the past of the verb behind it:
// gunmen have kidnapped.
func Has(word string) bool {
	return word == "has" || word == "have" || word == "had" || word == "having"
}
