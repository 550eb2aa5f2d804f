package lang

import (
	"slices"
	"strings"
)

// negation is how a language says within the verb that something was not done.
type negation struct {
	marks  []string // what such forms hold behind their stem, in Tajik what they begin with
	spares []string // beginnings of words whose stem ends like the mark, which has to stand behind them
	past   []string // endings that make such a form of a negated stem, past or present
	lights []string // negated beginnings of verbs that make a deed of the noun before them
}

// negations are by language.
func negations(language string) *negation {
	switch language {
	case "tr":
		return &turkishNo
	case "uz":
		return &uzbekNo
	case "ky":
		return &kyrgyzNo
	case "kk":
		return &kazakhNo
	case "tg":
		return &tajikNo
	}
	return nil
}

var (
	turkishNo = negation{
		marks:  []string{"madı", "medi", "mamış", "memiş", "mıyor", "miyor", "muyor", "müyor", "mayan", "meyen", "mayacak", "meyecek"},
		spares: []string{"komedi", "trajikomedi", "göm", "muhammed", "ahmed", "mehmed", "damad", "yağma", "tama"}, // to bury; a son-in-law, to loot, to finish
		past:   []string{"dı", "di", "yor"},
		lights: []string{"etme", "yapma", "alma", "olma", "açma", "çıkma", "yaşanma", "düzenleme", "gerçekleştirme"},
	}
	uzbekNo = negation{
		marks:  []string{"madi", "magan", "mayapti", "maydi", "mayotgan", "мади", "маган", "маяпти", "майди", "маётган"},
		spares: []string{"qama", "қама"}, // to imprison
		past:   []string{"di", "ди"},
		lights: []string{"qilma", "olma", "etma", "ochma", "chiqma", "қилма", "олма", "этма", "очма", "чиқма"},
	}
	kyrgyzNo = negation{
		marks:  []string{"бады", "беди", "боду", "бөдү", "пады", "педи", "поду", "пөдү", "баган", "беген", "богон", "бөгөн", "паган", "пеген", "погон", "пөгөн", "баптыр", "бептир", "паптыр", "байт", "бейт", "бойт", "бөйт", "пайт", "пейт"},
		spares: []string{"саба", "каба"}, // to beat, to bite
		past:   []string{"ды", "ди", "ду", "дү"},
		lights: []string{"кылба", "кылышпа", "алба", "алышпа", "атпа", "атышпа", "салба", "салышпа", "чыкпа", "чыгышпа", "жасаба"},
	}
	kazakhNo = negation{
		marks:  []string{"мады", "меді", "бады", "беді", "пады", "педі", "маған", "меген", "баған", "беген", "паған", "пеген", "майды", "мейді"},
		spares: []string{"қама", "саба", "шаба", "таба", "қаба", "жаба", "тебе"}, // to imprison, to beat; they raid, find, bite, close, kick
		past:   []string{"ды", "ді"},
		lights: []string{"жасама", "алма", "етпе", "қылма", "шықпа", "атпа", "ашпа"},
	}
	tajikNo = negation{
		marks:  []string{"накард", "накушт", "нарабуд", "назад", "нашуд", "нагирифт", "накушод", "напартоб", "намекун", "набурд", "насӯхт", "насӯзон", "наандохт", "напаррон", "набаромад", "надода"},
		lights: []string{"накард", "назад", "нашуд", "нагирифт", "накушод"},
	}
)

// Negated reports whether a word, in small letters, is a form of a verb that says
// it was not done: öldürmedi. Languages without such forms have none.
func Negated(language, word string) bool {
	n := negations(language)
	if n == nil {
		return false
	}
	least := 2
	if language == "tg" {
		return slices.ContainsFunc(n.marks, func(mark string) bool { return strings.HasPrefix(word, mark) })
	}
	for _, spare := range n.spares {
		if strings.HasPrefix(word, spare) {
			least = len(spare)
		}
	}
	for _, mark := range n.marks {
		if strings.LastIndex(word, mark) >= least {
			return true
		}
	}
	return false
}

// NegatedStem reports whether what stands before the asterisk of a phrase, in
// small letters, is the stem of a negated verb: "alınama" of alınamadı.
func NegatedStem(language, stem string) bool {
	n := negations(language)
	if n == nil {
		return false
	}
	for _, ending := range n.past {
		if Negated(language, stem+ending) {
			return true
		}
	}
	return false
}

// Undone reports whether a word, in small letters, is a negated verb that makes a
// deed of the noun before it: "hujum qilmadi", they did not attack.
func Undone(language, word string) bool {
	n := negations(language)
	if n == nil || !Negated(language, word) {
		return false
	}
	for _, light := range n.lights {
		if strings.HasPrefix(word, light) {
			return true
		}
	}
	return false
}
