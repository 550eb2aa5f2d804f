package story

import (
	"strings"
	"unicode/utf8"
)

// agency is the one name under which a news agency is known, whatever the
// language and the case of the word it is named by; "" when the word names none.
// Russian and Turkic endings are cut: "по данным Интерфакса", "Кабардын".
func agency(word string) string {
	for i := range agencies {
		a := &agencies[i]
		for _, stem := range a.stems {
			if rest, ok := strings.CutPrefix(word, stem); ok && (rest == "" || !a.exact && utf8.RuneCountInString(rest) <= 3) {
				return a.name
			}
		}
	}
	return ""
}

// newsAgency is an agency and how its name begins when folded. Names that are as
// short as an abbreviation are taken in full only.
type newsAgency struct {
	name  string
	exact bool
	stems []string
}

// agencies are the known ones. A table, as each word of a lead is looked up in it.
var agencies = [...]newsAgency{
	{"reuters", false, []string{"reuters", "рейтер"}},
	{"afp", true, []string{"afp", "афп"}},
	{"ap", true, []string{"ap"}},
	{"dpa", true, []string{"dpa", "дпа"}},
	{"efe", true, []string{"efe"}},
	{"upi", true, []string{"upi"}},
	{"pti", true, []string{"pti"}},
	{"ansa", true, []string{"ansa"}},
	{"interfax", false, []string{"interfax", "интерфакс"}},
	{"tass", true, []string{"tass", "тасс", "итартасс"}},
	{"xinhua", false, []string{"xinhua", "синьхуа"}},
	{"anadolu", false, []string{"anadolu", "анадолу"}},
	{"kyodo", false, []string{"kyodo", "киодо"}},
	{"yonhap", false, []string{"yonhap", "ренхап"}},
	{"irna", true, []string{"irna", "ирна"}},
	{"tasnim", false, []string{"tasnim", "тасним"}},
	{"bakhtar", false, []string{"bakhtar", "бахтар"}},
	{"pajhwok", false, []string{"pajhwok", "паджвок"}},
	{"akipress", false, []string{"akipress", "акипресс"}},
	{"kabar", true, []string{"kabar", "кабар", "кабардын", "кабара"}},
	{"kazinform", false, []string{"kazinform", "казинформ", "қазинформ"}},
	{"khovar", false, []string{"khovar", "ховар"}},
	{"uza", true, []string{"uza", "уза", "ўза"}},
	{"azertac", false, []string{"azertac", "azertag", "азертадж"}},
	{"armenpress", false, []string{"armenpress", "арменпресс"}},
	{"ukrinform", false, []string{"ukrinform", "укринформ", "укрінформ"}},
	{"belta", true, []string{"belta", "белта"}},
	{"ria", true, []string{"ria", "риа"}},
}

// Name is the one name of a news agency or outlet, by a folded name of it in any
// of our languages: the agency that one of its words names, else the name as it
// is. Channel 5 and Channel 24 are two outlets.
func Name(name string) string {
	ws := words(name, 6)
	for _, w := range ws {
		if a := agency(w.text); a != "" {
			return a
		}
	}
	if strings.ContainsAny(name, "0123456789") {
		return strings.ToLower(strings.Join(strings.Fields(name), " "))
	}
	return joined(ws)
}

// cites reports whether a word says that what stands next to it is where the
// news is from.
func cites(text string) bool {
	switch text {
	case "reported", "reports", "report", "reporting", "said", "says", "told", "tells", "citing", "cited", "quoting", "according", "via", "source",
		"сообщает", "сообщают", "сообщил", "сообщила", "сообщили", "сообщило", "сообщению", "сообщении", "передает", "передают", "передал", "передало",
		"пишет", "пишут", "данным", "ссылкой", "рассказал", "рассказали", "рассказала", "заявил", "заявила", "заявили", "информации", "информирует", "источник",
		"билдирет", "билдирди", "билдиргендей", "кабарлайт", "кабарлады", "жазды", "жазат", "хабарлайды", "хабарлады", "маалыматына", "мәліметінше",
		"bildirdi", "aktardi", "göre", "bildiriyor", "yazdi", "haberine",
		"xabar", "хабар", "хабарига", "хабари",
		"selon", "rapporte", "rapporté", "indique", "según", "informó", "informa", "reportó", "citando", "agencia", "agence":
		return true
	}
	return false
}

// citedAgency is the first known agency that a text names beside a word of
// citing, in one clause: "according to AP", "told Reuters", "по данным
// Интерфакса".
func citedAgency(ws []word) string {
	for i, w := range ws {
		if !w.capital {
			continue
		}
		name := agency(w.text)
		if name == "" {
			continue
		}
		for j := max(0, i-citeReach); j <= i+citeReach && j < len(ws); j++ {
			if ws[j].clause == w.clause && cites(ws[j].text) {
				return name
			}
		}
	}
	return ""
}

// citeReach is how many words may stand between an agency and the word of
// citing.
const citeReach = 3

// creditLine is the agency of a credit that stands alone at the end of a text, in
// brackets or between slashes: "(Reuters)", "/ТАСС/", "Interfax".
func creditLine(text string) string {
	text = strings.TrimSpace(text)
	line := text[strings.LastIndexByte(text, '\n')+1:]
	if ws := words(line, 4); len(ws) > 0 && len(ws) <= 3 {
		return anyAgency(ws)
	}
	for _, marks := range []string{"()", "//", "[]"} {
		inner, ok := strings.CutSuffix(strings.TrimRight(text, ". "), marks[1:])
		if at := strings.LastIndex(inner, marks[:1]); ok && at >= 0 {
			if ws := words(inner[at:], 5); len(ws) <= 4 {
				return anyAgency(ws)
			}
		}
	}
	return ""
}

func anyAgency(ws []word) string {
	for _, w := range ws {
		if !w.capital {
			continue
		}
		if a := agency(w.text); a != "" {
			return a
		}
	}
	return ""
}

// slashCredit is the agency between slashes in a dateline: "MOSCOW, 25 May.
// /TASS/.", the Russian agencies' way.
func slashCredit(text string) string {
	head := Lead(text, maxDateline)
	_, rest, ok := strings.Cut(head, "/")
	inner, _, closed := strings.Cut(rest, "/")
	if !ok || !closed {
		return ""
	}
	return anyAgency(words(inner, 5))
}
