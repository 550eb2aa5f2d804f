package lang

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// HasInstrumental reports whether a language has such a case as Instrumental tells.
func HasInstrumental(language string) bool { return language == "ru" || language == "tr" }

// Instrumental reports whether a noun, in small letters, stands in the case of who
// did it in the passive, where a language has one, and the word before it does not
// ask for that case: похищен боевиками, but не столкновения с боевиками.
func Instrumental(language, before, word string) bool {
	switch language {
	case "ru":
		return utf8.RuneCountInString(word) > 4 && endsWith(word, doers[:]) && !slices.Contains(beside[:], before)
	case "tr":
		return endsWith(word, []string{"lerce", "larca"})
	}
	return false
}

var (
	doers  = [...]string{"ами", "ями", "ыми", "ими", "ом", "ем", "ым", "им", "ой", "ою", "ией", "ьей"}
	beside = [...]string{"с", "со", "под", "над", "перед", "между", "за", "рядом", "вместе"}
)

// From reports whether a noun, in small letters, stands in the case of where from, in
// a Turkic language.
func From(language, word string) bool {
	switch language {
	case "tr":
		return endsWith(word, []string{"dan", "den", "tan", "ten"})
	case "uz":
		return endsWith(word, []string{"dan", "дан"})
	case "ky", "kk":
		return endsWith(word, []string{"дан", "ден", "дон", "дөн", "тан", "тен", "тон", "төн", "нан", "нен", "нон", "нөн"})
	}
	return false
}

// Accusative reports whether a noun, in small letters, stands in the case of whom a
// verb acts upon, in a Turkic language where its endings say nothing else.
func Accusative(language, word string) bool {
	switch language {
	case "uz":
		return endsWith(word, accusativeUzbek[:])
	case "ky", "kk":
		return utf8.RuneCountInString(word) > 4 && endsWith(word, accusativeCyrillic[:])
	}
	return false
}

// "-лды" and its like are also how verbs of the passive end, which no actor is.
var (
	accusativeUzbek    = [...]string{"ni", "ни"}
	accusativeCyrillic = [...]string{"ды", "ді", "ди", "ду", "дү", "ты", "ті", "ти", "ту", "тү", "ны", "ні", "ни", "ну", "нү"}
)

func endsWith(word string, endings []string) bool {
	return slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(word, ending) })
}

// Suffered reports whether a word, given in small letters with the one before it, is
// a verb in the passive, in a language that makes it by an ending or, in Tajik, of a
// participle: похищен, kaçırıldı, рабуда шуд.
func Suffered(language, before, word string) bool {
	var endings, spares []string
	switch language {
	case "ru":
		return suffered(word)
	case "tr":
		endings, spares = turkishPassive[:], turkishActive[:]
	case "ky", "kk":
		endings, spares = cyrillicPassive[:], cyrillicActive[:]
	case "uz":
		endings, spares = uzbekPassive[:], uzbekActive[:]
	case "tg":
		return strings.HasPrefix(word, "шуд") && endsWith(before, []string{"да", "та"})
	}
	for _, ending := range endings {
		if at := strings.LastIndex(word, ending); at >= 2 && !slices.ContainsFunc(spares, func(spare string) bool { return strings.HasPrefix(word, spare) }) {
			return true
		}
	}
	return false
}

// suffered is Suffered of Russian.
func suffered(word string) bool {
	bare := word
	if end, size := utf8.DecodeLastRuneInString(word); end == 'а' || end == 'о' || end == 'ы' {
		bare = word[:len(word)-size]
	}
	for _, ending := range russianPassive {
		if len(bare) > len(ending) && strings.HasSuffix(bare, ending) {
			return !slices.ContainsFunc(russianActive[:], func(spare string) bool { return strings.HasPrefix(word, spare) })
		}
	}
	return false
}

// What the passive of a past or a participle looks like, and how words begin that
// only look like one: "qildi" is they did.
var (
	russianPassive = [...]string{"чен", "щен", "жен", "шен", "лен", "нен", "сен", "рен", "нан", "ван", "зан", "лян", "бран", "бит", "взят"} // with а, о or ы behind them as well
	russianActive  = [...]string{"член", "товарищ", "чечен", "пожен", "диван", "караван"}
	turkishPassive = [...]string{
		"ıldı", "ildi", "uldu", "üldü", "ındı", "indi", "undu", "ündü", "ılmış", "ilmiş", "ulmuş", "ülmüş", "ınmış", "inmiş", "unmuş", "ünmüş",
		"ılıyor", "iliyor", "uluyor", "ülüyor", "ılan", "ilen", "ulan", "ülen", "ınan", "inen", "landı", "lendi", "ulun", "tutuldu",
	}
	turkishActive   = [...]string{"kıldı", "bildi", "gülen", "geri", "seslen"}
	cyrillicPassive = [...]string{
		"ылды", "ілді", "улду", "үлдү", "илди", "ынды", "інді", "унду", "үндү", "инди", "ланды", "ленді", "ленди", "далды", "малды",
		"ылған", "ылган", "ілген", "илген", "улган", "үлгөн", "ынған", "ынган", "інген", "инген", "унган", "үнгөн", "ланған", "ланган", "далган", "малган",
	}
	cyrillicActive = [...]string{"қылды", "кылды", "қылған", "кылган", "білді", "билди", "жиналды"}
	uzbekPassive   = [...]string{"ildi", "indi", "ilgan", "ingan", "landi", "langan", "илди", "инди", "илган", "инган", "ланди", "ланган"}
	uzbekActive    = [...]string{"qildi", "qilgan", "bildi", "қилди", "қилган", "билди", "to'plandi", "тўпланди"}
)
