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
	{"reuters", false, []string{"reuters", "рейтер", "رويترز", "رويتر"}},
	{"afp", true, []string{"afp", "афп"}},
	{"ap", true, []string{"ap"}},
	{"dpa", true, []string{"dpa", "дпа"}},
	{"efe", true, []string{"efe"}},
	{"upi", true, []string{"upi"}},
	{"pti", true, []string{"pti"}},
	{"ansa", true, []string{"ansa"}},
	{"interfax", false, []string{"interfax", "интерфакс", "interfaks", "إنترفاكس", "انترفاكس"}},
	{"tass", true, []string{"tass", "тасс", "итартасс", "тасстын", "тасстың", "тасска", "тассқа", "tassning", "tassın"}},
	{"xinhua", false, []string{"xinhua", "синьхуа", "şinhua", "شينخوا"}},
	{"anadolu", false, []string{"anadolu", "анадолу", "الأناضول", "الاناضول"}},
	{"kyodo", false, []string{"kyodo", "киодо", "كيودو"}},
	{"yonhap", false, []string{"yonhap", "ренхап", "يونهاب"}},
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
	{"ria", true, []string{"ria", "риа", "نوفوستي"}},
	{"sputnik", false, []string{"sputnik", "سبوتنيك"}},
}

// pairedAgencies are those whose names are two words, in full or by how each begins.
var pairedAgencies = [...]struct{ first, second, name string }{
	{"associated", "press", "ap"}, {"ассошиэйтед", "пресс", "ap"}, {"أسوشيتد", "برس", "ap"}, {"أسوشييتد", "برس", "ap"}, {"اسوشيتد", "برس", "ap"},
	{"france", "presse", "afp"}, {"франс", "пресс", "afp"}, {"فرانس", "برس", "afp"},
}

// calledAgencies are those whose Arabic names are other words as well, such as a cup or loyalty: they
// are meant behind the word for agency alone.
var calledAgencies = map[string]string{
	"تاس": "tass", "إرنا": "irna", "ارنا": "irna", "تسنيم": "tasnim", "باختر": "bakhtar", "إفي": "efe", "سانا": "sana", "وفا": "wafa", "فارس": "fars",
}

// initials are how Arabic credits spell agencies, letter by letter.
var initials = map[string]string{"أ ف ب": "afp", "ا ف ب": "afp", "أ ب": "ap", "د ب أ": "dpa"}

// agencyAt is the one name of the news agency that the word at an index names, alone, with
// the next one, or behind what French and Arabic write in one with it.
func agencyAt(ws []word, i int) string {
	w := ws[i]
	spellings, n := [3]string{w.text}, 1
	switch {
	case isArabic(w.text):
		if i > 0 && beforePlace(ws[i-1].text) { // Anatolia
			return ""
		}
		spellings[1], spellings[2], n = unprefixed(w.text), bare("ar", w.text), 3
	case w.root == 1: // l'AFP, d'Interfax
		spellings[1], n = w.text[1:], 2
	case !w.capital:
		return ""
	}
	for _, text := range spellings[:n] {
		if a := agency(text); a != "" {
			return a
		}
		for _, p := range pairedAgencies {
			if i+1 < len(ws) && strings.HasPrefix(text, p.first) && strings.HasPrefix(ws[i+1].text, p.second) {
				return p.name
			}
		}
	}
	if i > 0 && strings.HasSuffix(ws[i-1].text, "وكالة") {
		return calledAgencies[w.text]
	}
	return ""
}

// isArabic reports whether a word begins in Arabic letters, which have no capitals: by the byte
// that those of U+0600 to U+06FF begin with.
func isArabic(text string) bool { return text != "" && text[0] >= 0xd8 && text[0] <= 0xdb }

// Name is the one name of a news agency or outlet, by a folded name of it in any
// of our languages: the agency that one of its words names, else the name as it
// is. Channel 5 and Channel 24 are two outlets.
func Name(name string) string {
	ws := words(name, 6)
	for i := range ws {
		ws[i].capital = true // it is a name, however it is written
		if a := agencyAt(ws, i); a != "" {
			return a
		}
	}
	if a := initials[joined(ws)]; a != "" {
		return a
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
		"сообщает", "сообщают", "сообщил", "сообщила", "сообщили", "сообщило", "сообщению", "сообщении", "передает", "передают", "передал", "передала", "передали", "передало",
		"пишет", "пишут", "данным", "ссылкой", "рассказал", "рассказали", "рассказала", "заявил", "заявила", "заявили", "информации", "информирует", "источник", "известно", "отмечает", "уточняет",
		"билдирет", "билдирди", "билдиргендей", "кабарлайт", "кабарлады", "жазды", "жазат", "хабарлайды", "хабарлады", "маалыматына", "маалыматы", "маалымдады", "мәліметінше", "мәліметі", "хабарлауынша",
		"bildirdi", "aktardi", "aktardığına", "göre", "bildiriyor", "yazdi", "haberine", "duyurdu",
		"xabar", "malumotiga", "yozdi", "yozishicha", "хабар", "хабарига", "хабари", "маълум", "маълумотига", "ёзди", "езди", "езишича", "иттилои", "иттилоъ", "гуфт", "навишт",
		"selon", "rapporte", "rapporté", "indique", "indiqué", "annonce", "annoncé", "affirme", "affirmé", "précise", "précisé", "déclaré", "daprès",
		"según", "informó", "informa", "reportó", "citando", "agencia", "agence", "dijo", "señaló", "indicó", "anunció", "publicó", "acuerdo",
		"ذكرت", "ذكر", "نقلت", "نقل", "نقلا", "أفادت", "أفاد", "قالت", "قال", "أوردت", "أكدت", "أخبر", "أبلغ", "بحسب", "حسب", "حسبما", "وفقا", "وفق":
		return true
	}
	return false
}

// citedAgency is the first known agency that a text names beside a word of
// citing, in one clause: "according to AP", "told Reuters", "по данным
// Интерфакса".
func citedAgency(ws []word) string {
	for i, w := range ws {
		name := agencyAt(ws, i)
		if name == "" {
			continue
		}
		for j := max(0, i-citeReach); j <= i+citeReach && j < len(ws); j++ {
			if ws[j].clause == w.clause && (cites(ws[j].text) || isArabic(ws[j].text) && cites(unprefixed(ws[j].text))) {
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
	for i := range ws {
		if a := agencyAt(ws, i); a != "" {
			return a
		}
	}
	return initials[joined(ws)]
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
