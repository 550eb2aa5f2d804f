package correction

import (
	"slices"
	"strings"
	"unicode"
)

// own are the beginnings of the words for an outlet's own report. Here and below: lower case,
// е for ё, straight apostrophes; a space ends a word that has no other endings.
func own() []string {
	return []string{
		"our report ", "our earlier report ", "our previous report ", "our story ", "our earlier story ", "our previous story ", "our article ", "our earlier article ",
		"наше сообщение", "нашего сообщения", "наше более раннее сообщение", "наше предыдущее сообщение", "нашу новость", "наша новость", "нашу публикацию", "наша публикация",
		"наш материал", "нашу статью",
		"haberimiz", "notre information", "notre article", "notre dépêche", "notre précédent", "notre précédente",
		"nuestra información", "nuestra noticia", "nuestra nota", "nuestro artículo", "nuestro informe", "nuestra publicación",
		"خبرنا", "تقريرنا", "نشرناه",
		"кабарыбыз", "маалыматыбыз", "макалабыз", "хабарымыз", "ақпаратымыз", "хабарламамыз", "мақаламыз",
		"xabarimiz", "maqolamiz", "хабаримиз", "мақоламиз", "хабари мо", "хабари худ", "гузориши мо", "матлаби мо", "матлаби худ",
	}
}

// undone are those by which such a report, anywhere in the sentence, is taken back: that it
// was false, or a verb of which the form says who does it. That it was wrong in something
// is a correction, and is none of it.
func undone() []string {
	return []string{
		"was false", "untrue", "not true", "did not happen", "did not take place", "never happened",
		"отзываем ", "отозвали ", "снимаем ", "не соответству", "не подтвердилось ", "не подтвердилась ", "не подтвердились ", "не было правдой",
		"geri çekiyoruz", "geri çektik", "doğru değil", "gerçeği yansıtm", "asılsız", "retirons", "rétractons", "était fausse", "était faux", "n'a pas eu lieu",
		"retiramos", "era falsa", "era falso", "no ocurrió", "no sucedió", "no es cierta",
		"نسحب", "سحبنا", "نتراجع", "غير صحيح", "لم يحدث",
		"кайтарып алабыз", "кайтарып алдык", "чындыкка дал кел", "болгон эмес", "қайтарып аламыз", "қайтарып алдық", "кері қайтарамыз", "шындыққа сәйкес кел", "болған жоқ",
		"qaytarib olamiz", "qaytarib oldik", "haqiqatga to'g'ri kelma", "қайтариб оламиз", "қайтариб олдик", "ҳақиқатга тўғри келма",
		"бозпас мегирем", "бозпас гирифтем", "пас мегирем", "ба ҳақиқат мувофиқ нест", "рух надод", "рӯй надод",
	}
}

// withdrawing are the verbs that are said of troops and ambassadors as well: they stand beside
// the report, or beside the outlet's name for itself.
func withdrawing() []string {
	return []string{
		"withdraw", "retract", "take back", "отзыва", "отозва", "снимает с публикации", "geri çek", "rétract", "retira ",
		"кайтарып ал", "жокко чыгар", "қайтарып ал", "кері қайтар", "жоққа шығар", "qaytarib ol", "bekor qil", "қайтариб ол", "бекор қил",
		"бозпас ", "пас мегир", "бекор мекун", "рад мекун",
	}
}

// beside is how many words stand between those at most.
const beside = 1

// refusing are words before a verb by which it is not done.
func refusing() []string {
	return []string{"not", "never", "cannot", "won't", "don't", "refuse to", "refuses to", "refused to", "не", "ne", "no", "لا", "لن", "لم"}
}

// InPerson reports whether a sentence of the text takes a report of the outlet's own back.
func InPerson(text string) bool {
	folded := strings.NewReplacer("ё", "е", "’", "'", "‘", "'", "ʻ", "'", "ʼ", "'").Replace(strings.ToLower(text))
	apart := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '\'' }
	for sentence := range strings.FieldsFuncSeq(folded, func(r rune) bool { return strings.ContainsRune(".!?;\n؟۔", r) }) {
		sentence = " " + strings.Join(strings.FieldsFunc(sentence, apart), " ") + " "
		if reports := places(sentence, own()); len(reports) > 0 && (len(done(sentence, undone())) > 0 || verbBeside(sentence, reports)) {
			return true
		}
		if verbBeside(sentence, places(sentence, []string{"редакция "})) {
			return true
		}
	}
	return false
}

// verbBeside reports whether a verb of withdrawing stands beside one of the places.
func verbBeside(sentence string, of []place) bool {
	if len(of) == 0 {
		return false
	}
	return slices.ContainsFunc(done(sentence, withdrawing()), func(verb place) bool {
		return slices.ContainsFunc(of, func(p place) bool { return between(sentence, p, verb) <= beside })
	})
}

// place is where in a sentence a word begins, by the space before it, and where what is
// known of it ends.
type place struct{ from, to int }

// places are where the first of each of the words is.
func places(sentence string, words []string) (all []place) {
	for _, w := range words {
		if at := strings.Index(sentence, " "+w); at >= 0 {
			all = append(all, place{at, at + len(" "+strings.TrimSpace(w))})
		}
	}
	return all
}

// done are the places of those words that nobody refuses to do.
func done(sentence string, words []string) []place {
	return slices.DeleteFunc(places(sentence, words), func(p place) bool {
		return slices.ContainsFunc(refusing(), func(w string) bool { return strings.HasSuffix(sentence[:p.from], " "+w) })
	})
}

// between is how many words stand between two places.
func between(sentence string, a, b place) int {
	if b.from < a.from {
		a, b = b, a
	}
	_, after, _ := strings.Cut(sentence[min(a.to, b.from):b.from], " ") // without the ending of the first
	return len(strings.Fields(after))
}
