package story

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"faultline/pkg/event"
)

func texts(ws []word) []string {
	out := make([]string, len(ws))
	for i, w := range ws {
		out[i] = w.text
	}
	return out
}

// stem is what a stemmer of the language makes of a word.
func stem(text, lang string) string {
	s := stemmer{lang: lang}
	return s.stem(text)
}

func TestWords(t *testing.T) {
	cases := map[string][]string{
		"":                             {},
		"  ... ":                       {},
		"Police OPENED fire":           {"police", "opened", "fire"},
		"Kyrgyzstan's governor":        {"kyrgyzstan", "governor"},
		"ёлка Ёлка":                    {"елка", "елка"},
		"İzmir Diyarbakır":             {"izmir", "diyarbakir"},
		"o‘zbek oʻzbek o'zbek":         {"ozbek", "ozbek", "ozbek"},
		"Jalal-Abad":                   {"jalal", "abad"},
		"covid19":                      {"covid19"},
		strings.Repeat("x", 300):       {strings.Repeat("x", maxWordBytes)},
		"killed 12\xff\xfe people":     {"killed", "#", "people"},
		"the crowd’s leader’s brother": {"the", "crowd", "leader", "brother"},
	}
	for text, want := range cases {
		if got := texts(words(text, 100)); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if n := len(words("a b c d", 2)); n != 2 {
		t.Errorf("%d words beyond the limit", n)
	}
}

func TestNumbers(t *testing.T) {
	cases := map[string][]int{
		"12 killed":                 {12},
		"12 000 people":             {12000},
		"1,200 and 1.200 and 1'200": {1200, 1200, 1200},
		"12 0000":                   {12, 0},
		"1,20 and 6.1 and 12.5%":    {1, 6, 12},
		"at 7.30 on 15.05.2026":     {7, 30, 15, 5, 2026},
		"1,2,3":                     {1, 2, 3},
		"5 300 400":                 {5300400},
		"٣٠ ۴۵":                     {30, 45},
		"999999999999999999999":     {999999999999},
		"１２":                        {0},
	}
	for text, want := range cases {
		var got []int
		for _, w := range words(text, 100) {
			if w.number >= 0 {
				got = append(got, w.number)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestSentencesAndClauses(t *testing.T) {
	ws := words("Troops left. Then, he said, they came\nBack", 20)
	var first []string
	for _, w := range ws {
		if w.sentence {
			first = append(first, w.text)
		}
	}
	if want := []string{"troops", "then", "back"}; !slices.Equal(first, want) {
		t.Errorf("first words %q, want %q", first, want)
	}
	if ws[3].clause == ws[2].clause || ws[3].clause != ws[4].clause {
		t.Errorf("clauses %+v", ws)
	}
}

func TestLead(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"short", 10, "short"},
		{"exactly ten", 11, "exactly ten"},
		{"one two three", 9, "one two"},
		{"nospacesatall", 4, "nosp"},
		{"Ошский рынок закрыт", 13, "Ошский рынок"},
	} {
		if got := Lead(c.text, c.limit); got != c.want {
			t.Errorf("Lead(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

func TestStemAndLanguage(t *testing.T) {
	for _, c := range []struct{ lang, a, b string }{
		{"en", "protesters", "protester"}, {"ru", "захватили", "захватила"}, {"ky", "митингчилер", "митингчилердин"},
	} {
		if stem(c.a, c.lang) != stem(c.b, c.lang) {
			t.Errorf("%s: %q and %q", c.lang, stem(c.a, c.lang), stem(c.b, c.lang))
		}
	}
	for _, c := range []struct{ tag, text, want string }{
		{"en-GB", "", "en"}, {"", "Ош: митинг", "ru"}, {"", "Rally in Osh", "en"}, {"", "", "en"}, {"KY", "x", "ky"},
	} {
		if got := language(c.tag, c.text); got != c.want {
			t.Errorf("language(%q, %q) = %s, want %s", c.tag, c.text, got, c.want)
		}
	}
}

func TestSkeleton(t *testing.T) {
	for _, same := range [][]string{
		{"otunbayeva", "otunbaeva", "отунбаева", "отунбаевой"},
		{"bakiyev", "bakiev", "бакиев"},
		{"asylbekov", "асылбеков"},
		{"kuvakin", "кувакин"},
	} {
		for _, s := range same[1:] {
			if skeleton(s) != skeleton(same[0]) {
				t.Errorf("%s and %s differ", same[0], s)
			}
		}
	}
	for _, apart := range [][2]string{{"bakiyev", "beknazarov"}, {"ay", "oy"}, {"акаев", "азаев"}} {
		if skeleton(apart[0]) == skeleton(apart[1]) {
			t.Errorf("%s and %s are one", apart[0], apart[1])
		}
	}
	alphabet := "абвгдежзийклмнопрстуфхцчшщъыьэюяңғқҳҗabcdefghijklmnopqrstuvwxyz"
	for _, r := range alphabet {
		if c := consonant(r); strings.ContainsAny(c, "aeiouyhj") {
			t.Errorf("consonant of %c is %q", r, c)
		}
	}
}

func TestDateline(t *testing.T) {
	cases := map[string]string{
		"OSH (Highland Wire) - Gunmen attacked":    "Gunmen attacked",
		"BISHKEK, Kyrgyzstan — Thousands rallied":  "Thousands rallied",
		"Бишкек, 14 мая — РИА Новости. Митинг":     "Бишкек, 14 мая — РИА Новости. Митинг",
		"МОСКВА, 14 мая - Митинг начался":          "Митинг начался",
		"Moscow, Interfax - A court":               "A court",
		"The march - the largest in years - began": "The march - the largest in years - began",
		"No dash here":         "No dash here",
		" - starts with one":   " - starts with one",
		"What? Yes! (so) - no": "What? Yes! (so) - no",
		strings.Repeat("long ", 30) + "(Agency) - then a text": strings.Repeat("long ", 30) + "(Agency) - then a text",
	}
	for text, want := range cases {
		if got := stripDateline(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAttribution(t *testing.T) {
	for _, c := range []struct{ title, text, want string }{
		{"Clash in Osh", "OSH (Highland Wire) - Gunmen attacked.", "highland wire"},
		{"Clash in Osh - Example Press", "Gunmen attacked.", "example press"},
		{"Clash in Osh", "Gunmen attacked a checkpoint, Interfax reported.", "interfax"},
		{"Clash in Osh", "Gunmen attacked a checkpoint, citing Interfax.", "interfax"},
		{"Бой в Оше", "Неизвестные напали на блокпост. Об этом сообщает АКИпресс.", "akipress"},
		{"Бой в Оше", "Неизвестные напали на блокпост, пишет Азаттык со ссылкой на очевидцев.", "азаттык"},
		{"Clash in Osh", "Moscow, Interfax - Gunmen attacked.", "interfax"},
		{"Clash in Osh", "Gunmen attacked a checkpoint, according to AP.", "ap"},
		{"Clash in Osh", "The attackers fled, a guard told Reuters by telephone.", "reuters"},
		{"Clash in Osh", "Gunmen attacked a checkpoint.\n\nReuters", "reuters"},
		{"Clash in Osh", "Gunmen attacked a checkpoint near the airport of the city on Friday. (AFP)", "afp"},
		{"Бой в Оше", "ОШ, 14 марта. /ТАСС/. Неизвестные напали на блокпост.", "tass"},
		{"Бой в Оше", "ОШ, 14 марта (Рейтер) - Неизвестные напали на блокпост.", "reuters"},
		{"Бой в Оше", "По данным Интерфакса, напали неизвестные.", "interfax"},
		{"Бой в Оше", "Нападавшие скрылись, рассказали Интерфаксу в милиции.", "interfax"},
		{"Оштогу атышуу", "Белгисиздер постко кол салды, деп билдирди Кабар.", "kabar"},
		{"Ош қаласында атыс", "Белгісіздер бекетке шабуыл жасады, деп хабарлайды Қазинформ.", "kazinform"},
		{"Oş'ta çatışma", "Silahlı kişiler kontrol noktasına saldırdı, Anadolu bildirdi.", "anadolu"},
		{"Combats à Och", "Des hommes armés ont attaqué un poste, rapporte l'agence Reuters.", "reuters"},
		{"Combates en Osh", "Hombres armados atacaron un puesto, informó EFE.", "efe"},
		{"ar", "هاجم مسلحون نقطة تفتيش قرب المدينة، حسبما ذكرت رويترز.", "reuters"},
		{"ar", "قتل ثلاثة جنود في الهجوم، وفقا لوكالة فرانس برس.", "afp"},
		{"ar", "نقلت وكالة إنترفاكس عن مسؤول أن المبنى احتل.", "interfax"},
		{"ar", "قال شاهد لرويترز إن المحتجين دخلوا المبنى.", "reuters"},
		{"ar", "أفادت وكالة تاس بأن الحاكم أفرج عنه.", "tass"},
		{"ar", "أوش (رويترز) - هاجم مسلحون نقطة تفتيش.", "reuters"},
		{"ar", "هاجم مسلحون نقطة تفتيش يوم الجمعة. (أ ف ب)", "afp"},
		{"ar", "ذكرت وكالة الأناضول أن المسلحين انسحبوا.", "anadolu"},
		{"ar", "وبحسب وكالة شينخوا أغلقت الطرق.", "xinhua"},
		{"ar", "ذكرت وكالة سبوتنيك أن الطريق أغلق.", "sputnik"},
		{"tg", "Ба иттилои Интерфакс, се нафар кушта шуд.", "interfax"},
		{"tg", "Дар ин бора ТАСС иттилоъ дод.", "tass"},
		{"uz", "Qurolli kishilar postga hujum qildi, deb xabar berdi Interfax.", "interfax"},
		{"uz", "TASS maʼlumotiga koʻra, uch kishi halok boʻldi.", "tass"},
		{"uz", "Бу ҳақда Интерфакс маълум қилди.", "interfax"},
		{"uz", "Reuters yozishicha, shahar qamalda.", "reuters"},
		{"fr", "Trois soldats ont été tués, a annoncé l'AFP.", "afp"},
		{"fr", "D'après Reuters, la route est fermée.", "reuters"},
		{"fr", "La route est fermée, a indiqué l'agence Interfax.", "interfax"},
		{"es", "De acuerdo con Reuters, tres soldados murieron.", "reuters"},
		{"es", "Tres soldados murieron, señaló la agencia EFE.", "efe"},
		{"ky", "Бул тууралуу Интерфакс билдирди.", "interfax"},
		{"ky", "ТАССтын маалыматы боюнча үч адам каза тапты.", "tass"},
		{"kk", "Интерфакстің хабарлауынша, үш адам қаза тапты.", "interfax"},
		{"kk", "ТАСС мәліметі бойынша жол жабылды.", "tass"},
		{"ru", "Об этом говорится в сообщении ТАСС.", "tass"},
		{"ru", "Как стало известно Интерфаксу, дорога закрыта.", "interfax"},
		{"ru", "Дорога закрыта, отмечает Рейтер.", "reuters"},
		{"en", "The road is shut, Sputnik reported.", "sputnik"},
		{"en", "The road is shut, the Associated Press reported.", "ap"},
		{"en", "The road is shut, Agence France-Presse said.", "afp"},
		{"ru", "Дорога закрыта, передает Франс Пресс.", "afp"},
		{"ru", "Дорога закрыта, передает Ассошиэйтед Пресс.", "ap"},
		{"fr", "La route est fermée, selon l'Agence France-Presse.", "afp"},
		{"ar", "قال فارس إن الطريق مغلق، ولم يذكر وفا أحدا.", ""},
		{"ar", "قال سكان في الأناضول إن الطريق مغلق.", ""},
		{"fr", "L'après-midi, un témoin a annoncé la fermeture.", ""},
		{"Clash in Osh", "The Interfax building in Osh was hit by a shell.", ""},
		{"Clash in Osh", "He lives in an ap of two rooms, he said.", ""},
		{"Clash in Osh", "Osh reported five dead after the attack.", ""},
		{"Clash in Osh - what we know about the night", "Clashes were reported near Osh.", ""},
		{"", "", ""},
	} {
		if got := Attribution(c.title, c.text); got != c.want {
			t.Errorf("Attribution(%q, %q) = %q, want %q", c.title, c.text, got, c.want)
		}
	}
}

func TestSpeakers(t *testing.T) {
	for text, want := range map[string][]string{
		"The road is closed, a hospital official said.":          {"official", "hospital"},
		"According to the interior ministry, the road is closed": {"interior", "ministry"},
		"По словам коменданта, дорога закрыта":                   {"коменданта"},
		"The road is closed": nil,
	} {
		var got []string
		for _, w := range speakers(words(text, 50)) {
			got = append(got, w.text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]bool{
		"14 May": true, "on March 3": true, "3 марта": true, "2010": true, "10:30": true,
		"14 killed": false, "500 marched": false, "12": false,
	} {
		ws := words(text, 10)
		at := slices.IndexFunc(ws, func(w word) bool { return w.number >= 0 })
		if got := isDate(ws, at); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestAreas(t *testing.T) {
	across := spot(7, "Across", "UZ.01", 40.75, 72.87)
	for _, c := range []struct {
		name string
		a, b *event.Place
		want area
	}{
		{"the same", osh(), osh(), areaSame},
		{"a suburb", osh(), karaSuu(), areaNear},
		{"a town of the region", osh(), uzgen(), areaRegion},
		{"another region", osh(), talas(), areaOther},
		{"its country", osh(), country(), areaCountry},
		{"another country", osh(), kabul(), areaOther},
		{"over the border", karaSuu(), across, areaNear},
		{"nowhere", osh(), nil, areaUnknown},
	} {
		if got := relate(c.a, c.b); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		if got := relate(c.b, c.a); got != c.want {
			t.Errorf("%s, turned round: %d, want %d", c.name, got, c.want)
		}
	}
	if !SameArea(osh(), karaSuu()) || SameArea(osh(), uzgen()) {
		t.Error("SameArea")
	}
}

func TestCategories(t *testing.T) {
	table := newTable(event.Categories())
	fits := func(a, b string) bool { return table.reach(table.set([]string{a}))&table.set([]string{b}) != 0 }
	for _, c := range event.Categories() {
		if !fits(c, c) {
			t.Errorf("%s does not fit itself", c)
		}
		for _, d := range event.Categories() {
			if fits(c, d) != fits(d, c) {
				t.Errorf("%s and %s fit one way only", c, d)
			}
		}
	}
	for _, pair := range [][2]string{{"protest", "riot"}, {"riot", "crackdown"}, {"crackdown", "casualties"}, {"armed-clash", "casualties"}} {
		if !fits(pair[0], pair[1]) {
			t.Errorf("%s does not fit %s", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"base-status", "armed-clash"}, {"extradition", "price-unrest"}, {"arms-hoarding", "protest"}} {
		if fits(pair[0], pair[1]) {
			t.Errorf("%s fits %s", pair[0], pair[1])
		}
	}
	if table.set([]string{"weather"}) != 0 {
		t.Error("an unknown category has a bit")
	}
	for _, theme := range themes() {
		for _, c := range theme {
			if !slices.Contains(event.Categories(), c) {
				t.Errorf("theme names %q", c)
			}
		}
	}
}

func TestStrongest(t *testing.T) {
	f := []event.Finding{
		{Indicator: "denied", Assertion: event.Denied, Points: 90},
		{Indicator: "weak", Assertion: event.Asserted, Points: 10},
		{Indicator: "strong", Assertion: event.Asserted, Points: 50},
		{Indicator: "equal", Assertion: event.Asserted, Points: 50},
	}
	if got := Strongest(f).Indicator; got != "strong" {
		t.Errorf("got %q", got)
	}
	if got := Strongest(f[:1]).Indicator; got != "" {
		t.Errorf("a denied finding is the strongest: %q", got)
	}
}

// What an event is names it before what it shows besides and what came of it.
func TestStrongestNamesTheEvent(t *testing.T) {
	for want, findings := range map[string][]event.Finding{
		"coup":            {{Category: "kidnapping", Points: 60}, {Category: "coup", Points: 48}},
		"kidnapping":      {{Category: "kidnapping", Points: 60}, {Category: "coup", Points: 19}},
		"mutiny":          {{Category: "arms-hoarding", Points: 50}, {Category: "mutiny", Points: 45}},
		"spillover":       {{Category: "armed-clash", Points: 50}, {Category: "spillover", Points: 50}},
		"armed-attack":    {{Category: "casualties", Points: 35}, {Category: "armed-attack", Points: 20}, {Category: "displacement", Points: 30}},
		"casualties":      {{Category: "casualties", Points: 35}, {Category: "protest", Points: 8}},
		"ethnic-violence": {{Category: "ethnic-violence", Points: 55}, {Category: "spillover", Points: 36}},
	} {
		for i := range findings {
			findings[i].Assertion, findings[i].Indicator = event.Asserted, findings[i].Category
		}
		if got := Strongest(findings).Category; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestJaccard(t *testing.T) {
	base := "Gunmen attacked an army checkpoint on the road from the city to the airport shortly before midnight and wounded many soldiers before they withdrew to the hills in three lorries"
	if j := Jaccard(Signature(base), Signature(base)); j != 1 {
		t.Errorf("a text and itself: %v", j)
	}
	if j := Jaccard(Signature(base), Signature(strings.ToUpper(base)+"!")); j != 1 {
		t.Errorf("case and punctuation count: %v", j)
	}
	if j := Jaccard(Signature(base), Signature(base+" late on Friday")); j < 0.75 || j == 1 {
		t.Errorf("three words more: %v", j)
	}
	if j := Jaccard(Signature(base), Signature("Traders at the bazaar closed their stalls and demand lower rents")); j > 0.05 {
		t.Errorf("different texts: %v", j)
	}
	for _, pair := range [][2][]uint32{{nil, nil}, {Signature(base), nil}, {make([]uint32, signatureSlots), make([]uint32, signatureSlots)}} {
		if j := Jaccard(pair[0], pair[1]); j != 0 {
			t.Errorf("without a signature: %v", j)
		}
	}
	if s := Signature(""); s != nil {
		t.Errorf("the signature of nothing: %v", s)
	}
	if s := Signature("Coup"); len(s) != signatureSlots || Jaccard(s, Signature("coup")) != 1 || Jaccard(s, Signature("coup plot")) != 0 {
		t.Error("texts of one and two words")
	}
}

// TestJaccardEstimate compares the estimate with the true share of shingles.
func TestJaccardEstimate(t *testing.T) {
	var a, b []string
	for i := range 400 {
		a = append(a, word20000(uint64(i*7)))
		if i < 300 {
			b = append(b, word20000(uint64(i*7)))
		} else {
			b = append(b, word20000(uint64(i*7+3)))
		}
	}
	// 298 shingles in common of 398 + 100.
	j := Jaccard(Signature(strings.Join(a, " ")), Signature(strings.Join(b, " ")))
	if want := 298.0 / 498; j < want-0.15 || j > want+0.15 {
		t.Errorf("estimate %v of %v", j, want)
	}
}

func FuzzSignature(f *testing.F) {
	f.Add("Gunmen attacked a checkpoint", "Вооружённые люди напали на блокпост")
	f.Add("", "\xff\x00")
	f.Add("12 000 000 000", "İ'ı’")
	f.Fuzz(func(t *testing.T, a, b string) {
		sa, sb := Signature(a), Signature(b)
		for _, s := range [][]uint32{sa, sb} {
			if s != nil && len(s) != signatureSlots {
				t.Fatalf("%d slots", len(s))
			}
		}
		if x, y := Jaccard(sa, sb), Jaccard(sb, sa); x != y || x < 0 || x > 1 {
			t.Fatalf("likeness %v and %v", x, y)
		}
		if sa != nil && Jaccard(sa, Signature(a)) != 1 {
			t.Fatal("a text is not like itself")
		}
		if lead := Lead(a, 20); !strings.HasPrefix(a, lead) || utf8.ValidString(a) && !utf8.ValidString(lead) {
			t.Fatalf("lead %q of %q", lead, a)
		}
	})
}

func FuzzStories(f *testing.F) {
	f.Add("Clash in Osh - Wire", "OSH (Wire) - Gunmen attacked, a man said.", "Clash", "Text")
	f.Add("", "", "(", " - ")
	f.Fuzz(func(t *testing.T, title1, text1, title2, text2 string) {
		g := NewGrouper(Default())
		one := report{title: title1, text: text1, place: osh(), named: title2, category: "riot"}
		two := report{title: title2, text: text2, place: osh(), category: "riot"}
		a := g.Add(one.assessment("one"))
		if g.Add(two.assessment("two")) == "" || a != ID("one") {
			t.Fatal("no story")
		}
		l := newKnowledge().compare(Default(), NewProfiler().Profile(one.assessment("one")), NewProfiler().Profile(two.assessment("two")), 0)
		if l.Score < 0 || l.Score > 1 {
			t.Fatalf("score %v", l.Score)
		}
		Attribution(title1, text1)
	})
}
