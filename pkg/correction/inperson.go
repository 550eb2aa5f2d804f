package correction

import (
	"slices"
	"strings"
	"unicode"
)

// own and undone are the beginnings of words by which outlets take a report back in the
// first person: "We withdraw our earlier report that ...". Both stand in one sentence.
// Lower case, е for ё, straight apostrophes; a space ends a word that has no other endings. That a report was wrong in something is a correction, and
// is none of it.
func own() []string {
	return []string{
		"our report ", "our earlier report ", "our previous report ", "our story ", "our earlier story ", "our previous story ", "our article ", "our earlier article ",
		"наше сообщение", "нашего сообщения", "наше более раннее сообщение", "наше предыдущее сообщение", "нашу новость", "наша новость", "нашу публикацию", "наша публикация",
		"наш материал", "нашу статью", "редакция ",
		"haberimiz", "notre information", "notre article", "notre dépêche", "notre précédent", "notre précédente",
		"nuestra información", "nuestra noticia", "nuestra nota", "nuestro artículo", "nuestro informe", "nuestra publicación",
		"خبرنا", "تقريرنا", "نشرناه",
		"кабарыбыз", "маалыматыбыз", "макалабыз", "хабарымыз", "ақпаратымыз", "хабарламамыз", "мақаламыз",
		"xabarimiz", "maqolamiz", "хабаримиз", "мақоламиз", "хабари мо", "хабари худ", "гузориши мо", "матлаби мо", "матлаби худ",
	}
}

func undone() []string {
	return []string{
		"withdraw", "retract", "take back", "was false", "untrue", "not true", "did not happen", "did not take place", "never happened",
		"отзыва", "отозва", "снимаем", "снимает с публикации", "не соответству", "не подтвердил", "не было правдой",
		"geri çek", "doğru değil", "gerçeği yansıtm", "asılsız", "nous retirons", "retirons", "rétract", "était fausse", "était faux", "n'a pas eu lieu",
		"retiramos", "retira ", "retract", "era falsa", "era falso", "no ocurrió", "no sucedió", "no es cierta",
		"نسحب", "سحبنا", "نتراجع", "غير صحيح", "لم يحدث",
		"кайтарып ал", "жокко чыгар", "чындыкка дал кел", "болгон эмес", "қайтарып ал", "кері қайтар", "жоққа шығар", "шындыққа сәйкес кел", "болған жоқ",
		"qaytarib ol", "bekor qil", "haqiqatga to'g'ri kelma", "қайтариб ол", "бекор қил", "ҳақиқатга тўғри келма",
		"бозпас ", "пас мегир", "бекор мекун", "рад мекун", "ба ҳақиқат мувофиқ нест", "рух надод", "рӯй надод",
	}
}

// InPerson reports whether a sentence of the text takes a report of the outlet's own back.
func InPerson(text string) bool {
	folded := strings.NewReplacer("ё", "е", "’", "'", "‘", "'", "ʻ", "'", "ʼ", "'").Replace(strings.ToLower(text))
	ours, taken := own(), undone()
	begins := func(sentence string) func(string) bool {
		return func(word string) bool { return strings.Contains(sentence, " "+word) }
	}
	apart := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '\'' }
	for sentence := range strings.FieldsFuncSeq(folded, func(r rune) bool { return strings.ContainsRune(".!?;\n؟۔", r) }) {
		sentence = " " + strings.Join(strings.FieldsFunc(sentence, apart), " ") + " "
		if slices.ContainsFunc(ours, begins(sentence)) && slices.ContainsFunc(taken, begins(sentence)) {
			return true
		}
	}
	return false
}
