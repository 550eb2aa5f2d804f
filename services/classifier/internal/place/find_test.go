package place

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/token"
)

// shipped is the embedded gazetteer with a lexicon over its words.
var shipped = sync.OnceValues(func() (*Gazetteer, *token.Lexicon) {
	g, err := Load()
	if err != nil {
		panic(err) // a build without its data
	}
	return g, token.NewLexicon(g.Vocabulary(), nil)
})

func find(title, text, outlet string) Result {
	g, lexicon := shipped()
	var doc token.Document
	lexicon.Read(&doc, title, text)
	return g.Find(&doc, Context{Country: outlet})
}

// render writes places as "name/country.admin1", parted by commas.
func render(places []event.Place) string {
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = short(&p)
	}
	return strings.Join(out, ", ")
}

func short(p *event.Place) string {
	if p == nil {
		return "unplaced"
	}
	s := p.Name + "/" + p.Country
	if p.Admin1 != "" {
		s += "." + p.Admin1
	}
	return s
}

// mentions checks the places of texts without a title.
func mentions(t *testing.T, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		if got := render(find("", c[0], "").Mentions); got != c[1] {
			t.Errorf("%s\n\tgot  %s\n\twant %s", c[0], got, c[1])
		}
	}
}

func TestDisambiguation(t *testing.T) {
	mentions(t, [][2]string{
		{"Crowds filled the squares of Jalalabad and Osh; in Bishkek the government met.", "Jalal-Abad/KG.03, Osh/KG.08, Bishkek/KG.01"},
		{"A bomb went off in Jalalabad, and another in Kabul.", "Jalalabad/AF.18, Kabul/AF.13"},
		{"A bomb went off in Jalalabad.", "Jalalabad/AF.18"},
		{"The police withdrew from Jalalabad, Kyrgyzstan.", "Jalal-Abad/KG.03, Kyrgyzstan/KG"},
		{"Kyrgyz police and Kyrgyz soldiers withdrew from Jalalabad and from Osh.", "Jalal-Abad/KG.03, Osh/KG.08"},
		{"Fire broke out in Paris, Texas. The mayor of Paris was in Dallas.", "Paris/US.TX, Texas/US.TX, Paris/US.TX, Dallas/US.TX"},
		{"The ministers met in Paris and went on to Berlin.", "Paris/FR.11, Berlin/DE.16"},
		{"Shots were fired in Tbilisi, Georgia.", "Tbilisi/GE.51, Georgia/GE"},
		{"A storm hit Atlanta, Georgia, and parts of Alabama.", "Atlanta/US.GA, Georgia/US.GA, Alabama/US.AL"},
		{"He was seen in Tripoli, in the north of Lebanon, and in Beirut.", "Tripoli/LB.09, Lebanon/LB, Beirut/LB.04"},
		{"Rebels entered Tripoli, the capital of Libya.", "Tripoli/LY.77, Libya/LY"},
		{"Soldiers shelled Hyderabad and Karachi.", "Hyderābād/PK.05, Karachi/PK.05"},
		{"A train left Hyderabad for Mumbai.", "Hyderabad/IN.40, Mumbai/IN.16"},
		{"Unrest spread from Osh to Osh Region.", "Osh/KG.08, Osh Region/KG.08"},
		{"The Batken region of Kyrgyzstan borders the Sughd region of Tajikistan.", "Batken Region/KG.09, Kyrgyzstan/KG, Sughd/TJ.03, Tajikistan/TJ"},
		{"Residents of Springfield, Ill., protested.", "Springfield/US.IL, Illinois/US.IL"},
		{"Villagers blocked the road to Kyrgyzstan's Batken.", "Kyrgyzstan/KG, Batken/KG.09"},
		{"Troops left Uzbekistan’s Karakalpakstan.", "Uzbekistan/UZ, Karakalpakstan/UZ.09"},
		{"Washington condemned the attack, Moscow denied it.", "Washington D.C./US.DC, Moscow/RU.48"},
	})
}

func TestOutletCountry(t *testing.T) {
	for outlet, want := range map[string]string{"": "Jalalabad/AF.18", "AF": "Jalalabad/AF.18", "KG": "Jalal-Abad/KG.03", "XX": "Jalalabad/AF.18"} {
		if got := render(find("", "The night was quiet in Jalalabad.", outlet).Mentions); got != want {
			t.Errorf("outlet %q: %s, want %s", outlet, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	mentions(t, [][2]string{
		{"They flew from St. Petersburg to N'Djamena and Port-au-Prince.", "Saint Petersburg/RU.66, N'Djamena/TD.21, Port-au-Prince/HT.11"},
		{"Talks in the U.A.E. and the UAE, in the United Kingdom and the U.K.", "United Arab Emirates/AE, United Arab Emirates/AE, United Kingdom/GB, United Kingdom/GB"},
		{"The US and the U.S. told us that they let us go. Us they trust.", "United States/US, United States/US"},
		{"Troops moved to the Fergana Valley, to North Waziristan and to Nagorno-Karabakh.", "Fergana Valley/KG, North Waziristan/PK.03, Nagorno-Karabakh/AZ"},
		{"An aircraft landed at Manas airport, outside Bishkek.", "Manas airport/KG.02, Bishkek/KG.01"},
		{"Kashgar, Urumqi and Hotan were under curfew.", "Kashgar/CN.13, Urumqi/CN.13, Hotan/CN.13"},
		{"İstanbul and Diyarbakır, then Sirnak.", "Istanbul/TR.34, Diyarbakır/TR.21, Şırnak/TR.80"},
		{"The Kyrgyz foreign minister received a Kazakh delegation.", ""},
		{"Clashes in Washington, D.C., and in Newark, N.J., were reported.", "Washington D.C./US.DC, District of Columbia/US.DC, Newark/US.NJ, New Jersey/US.NJ"},
	})
}

func TestRussian(t *testing.T) {
	mentions(t, [][2]string{
		{"В Оше, Бишкеке и Джалал-Абаде прошли митинги.", "Osh/KG.08, Bishkek/KG.01, Jalal-Abad/KG.03"},
		{"Из Оша и Баткена выехали автобусы, над Ошом кружили вертолёты.", "Osh/KG.08, Batken/KG.09, Osh/KG.08"},
		{"Жители Андижанской области Узбекистана перешли границу Киргизии.", "Andijan Region/UZ.01, Uzbekistan/UZ, Kyrgyzstan/KG"},
		{"Обстановка в Ошской, Баткенской и Джалал-Абадской областях спокойная.", "Osh Region/KG.08, Batken Region/KG.09, Jalal-Abad Region/KG.03"},
		{"Перестрелка произошла в Баткенском районе.", "Batken Region/KG.09"},
		{"Ошская команда победила.", ""},
		{"Из Ростова-на-Дону в Нижний Новгород и Санкт-Петербург.", "Rostov-on-Don/RU.61, Nizhny Novgorod/RU.51, Saint Petersburg/RU.66"},
		{"Взрывы в Грозном, обстрел села в Дагестане, бои в Чечне.", "Grozny/RU.12, Dagestan/RU.17, Chechnya/RU.12"},
		{"Киргизские военные и казахстанские пограничники.", ""},
		{"Власти Кыргызстана и Республики Казахстан закрыли границу.", "Kyrgyzstan/KG, Kazakhstan/KZ"},
		{"Мария и Владимир Иванов, а также Роман Жуков и полковник Киров выступили.", ""},
		{"Секретарь прибыл в Соединённые Штаты, затем в сектор Газа.", "United States/US, Gaza Strip/PS.GZ"},
		{"Протесты в Алма-Ате и Нур-Султане.", "Almaty/KZ.02, Astana/KZ.05"},
	})
}

func TestTurkicLanguages(t *testing.T) {
	mentions(t, [][2]string{
		{"Бишкекте митинг өттү, Оштон автобустар келди.", "Bishkek/KG.01, Osh/KG.08"},
		{"Баткен облусунда атышуу болду.", "Batken Region/KG.09"},
		{"Алматыда митинг өтті.", "Almaty/KZ.02"},
		{"Минскиде митинг өттү, Донецкиге автобус келди.", "Minsk/BY.04, Donetsk/UA.05"},
		{"Брюсселде жолугушуу, Ыстамбулда митинг болду.", "Brussels/BE.BRU, Istanbul/TR.34"},
		{"Мәскеуде митинг өтті, Киевте жарылыс болды.", "Moscow/RU.48, Kyiv/UA.12"},
		{"Toshkentda va Andijonda namoyish bo‘ldi.", "Tashkent/UZ.13, Andijan/UZ.01"},
		{"Farg'ona, Fargʻona va Farg‘ona.", "Fergana/UZ.03, Fergana/UZ.03, Fergana/UZ.03"},
	})
}

// Short words in capitals are abbreviations unless they are known as such, or a
// report comes from there.
func TestInitials(t *testing.T) {
	mentions(t, [][2]string{
		{"Militants are holding UN workers.", ""},
		{"The U.N. mission left the town.", ""},
		{"Officials of the ILO and of UBA met them.", ""},
		{"The envoy of the US and the UK met them in the UAE.", "United States/US, United Kingdom/GB, United Arab Emirates/AE"},
		{"Взрыв прогремел, сообщают из города ОШ.", "Osh/KG.08"},
		{"GAO, Mali (Reuters) - Soldiers fired into the air.", "Gao/ML.09, Mali/ML"},
		{"Police in Richmond, Va., and in Portland, ME, closed the roads.", "Richmond/US.VA, Virginia/US.VA, Portland/US.ME, Maine/US.ME"},
	})
}

// Pronouns and the like of each language are no places: Anda is a town in China,
// Buga one in Colombia.
func TestFunctionWords(t *testing.T) {
	mentions(t, [][2]string{
		{"Анда көп адам чогулду.", ""},
		{"Буга байланыштуу жыйын өттү. Мен ага каршымын.", ""},
		{"Бул тууралуу Бишкек билет.", "Bishkek/KG.01"},
	})
}

func TestNoPlaces(t *testing.T) {
	for _, text := range []string{
		"Paris Hilton, Austin Powers and Jordan Peterson were not invited.",
		"President Lincoln and Mrs. Jackson thanked Gen. Houston.",
		"Michael Jackson sang. Jackson said he was happy. Jackson left early.",
		"In March the police said that may be nice, and the reading was split.",
		"Nice words, said the man. Reading helps. Split the bill. Of course not.",
		"Manchester United beat Newcastle United.",
		"J. Madison and Ali Bandar wrote the book.",
		"Northern and southern clans, the Central Committee and the Supreme Court.",
		"",
		"... !!! 12 000 34-56",
	} {
		if got := find("", text, ""); len(got.Mentions) > 0 || got.Main != nil {
			t.Errorf("%s\n\tgot %s, main %s; want none", text, render(got.Mentions), short(got.Main))
		}
	}
}

func TestHeadlines(t *testing.T) {
	for title, want := range map[string]string{
		"OSH CLASHES LEAVE FOUR DEAD, KYRGYZSTAN SENDS TROOPS": "Osh/KG.08, Kyrgyzstan/KG",
		"Kyrgyz Opposition Leaders Seize Buildings In Osh":     "Osh/KG.08",
		"Mobile Home Park Owners Face Nice Bill":               "",
		"Turkey Sends Troops Across The Border":                "Turkey/TR",
		"Two die in Batken":                                    "Batken/KG.09",
	} {
		if got := render(find(title, "", "").Mentions); got != want {
			t.Errorf("%s: %s, want %s", title, got, want)
		}
	}
}

func TestStory(t *testing.T) {
	for _, c := range []struct{ title, text, want string }{
		{"Kyrgyzstan: one dead in Jalalabad clashes", "Russia and the United States called for calm.", "Jalal-Abad/KG.03"},
		{"", "BISHKEK (Agency) - Gunmen seized a police station in Osh on Friday. Officials in Osh called for help.", "Osh/KG.08"},
		{"", "The president flew from Bishkek to Minsk, Belarus, and on to Osh. In Osh he met elders.", "Osh/KG.08"},
		{"", "China said that the ministers would meet in Samarkand.", "Samarkand/UZ.10"},
		{"Kyrgyz opposition storms parliament", "The guards fled.", "Kyrgyzstan/KG"},
		{"", "He ate. He slept. He rose. He read a Kyrgyz novel.", "unplaced"},
		{"", "He ate. He slept. He rose. He once saw Osh. He left.", "unplaced"},
		{"", "Nobody was hurt.", "unplaced"},
		{"Unrest in the Fergana Valley", "Shots were heard.", "Fergana Valley/KG"},
		{"Central Asia prepares for winter", "Prices rose.", "unplaced"},
		{"", "Fighting spread in Kyrgyzstan. Kyrgyzstan closed its border.", "Kyrgyzstan/KG"},
		{"Война в Сирии", "Совет собрался в Женеве, о Женеве писали.", "Syria/SY"},
	} {
		if got := short(find(c.title, c.text, "").Main); got != c.want {
			t.Errorf("%q, %q: main place %s, want %s", c.title, c.text, got, c.want)
		}
	}
}

func TestSpans(t *testing.T) {
	title, text := "«Ёлка» в Оше", "Süd-Kırgızistan’s «İstanbul» — Ош, Jalal-Abad’s centre, и Бишкек…"
	got := find(title, text, "").Mentions
	if len(got) < 4 {
		t.Fatalf("found %s, want four places at least", render(got))
	}
	for _, p := range got {
		source := text
		if p.Field == event.FieldTitle {
			source = title
		}
		if source[p.Start:p.End] != p.Text {
			t.Errorf("%s: bytes %d to %d of the %s are %q, not %q", p.Name, p.Start, p.End, p.Field, source[p.Start:p.End], p.Text)
		}
	}
	if got[0].Field != event.FieldTitle || got[0].Text != "Оше" {
		t.Errorf("first mention is %q in the %s, want the title's", got[0].Text, got[0].Field)
	}
}

func TestPlaceFields(t *testing.T) {
	got := find("", "Police fired at demonstrators in Osh.", "").Mentions
	if len(got) != 1 {
		t.Fatalf("found %s, want Osh", render(got))
	}
	p := got[0]
	if p.GeonameID != 1527534 || math.Abs(p.Lat-40.53) > .01 || math.Abs(p.Lon-72.8) > .01 || p.Confidence <= .5 || p.Confidence > 1 {
		t.Errorf("got %+v, want GeoNames' Osh", p)
	}
}

func TestConfidence(t *testing.T) {
	confidence := func(text string) float64 {
		got := find("", text, "").Mentions
		if len(got) == 0 {
			t.Fatalf("no place in %q", text)
		}
		return got[0].Confidence
	}
	said := confidence("He was in Jalalabad, Afghanistan.")
	alone := confidence("He was in Jalalabad.")
	bare := confidence("He likes Jalalabad very much.")
	if said <= alone || alone <= bare {
		t.Errorf("confidence %v with the country, %v with a preposition, %v without: want it to fall", said, alone, bare)
	}
}

// TestConcurrent lets several goroutines use one gazetteer.
func TestConcurrent(t *testing.T) {
	texts := []string{"A bomb in Kabul.", "В Оше и Бишкеке.", "Paris, Texas and London, Ontario.", "Nothing."}
	var want []string
	for _, text := range texts {
		want = append(want, render(find("", text, "").Mentions))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 200 {
				if got := render(find("", texts[i%4], "").Mentions); got != want[i%4] {
					t.Errorf("%s: %s, alone it was %s", texts[i%4], got, want[i%4])
				}
			}
		})
	}
	wg.Wait()
}

// TestHostile reads what a hostile feed can send: names without end.
func TestHostile(t *testing.T) {
	for _, word := range []string{"Springfield, ", "San ", "New York New ", "В Ошской и ", "U.S. ", "Paris, Texas, "} {
		text := strings.Repeat(word, 20_000)
		for _, p := range find("", text, "").Mentions {
			if p.End > len(text) {
				t.Fatalf("%q repeated: a place ends at %d of %d", word, p.End, len(text))
			}
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{report, "OSH, Kyrgyzstan (AP) - x", "В Ошской и", "St. ", "U.S", "\xff\xfe", "Paris,", "a-Osh-b", "Ош'с"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, title, text string) {
		result := find(title, text, "KG")
		last := -1
		lastField := event.FieldTitle
		for _, p := range result.Mentions {
			source := text
			if p.Field == event.FieldTitle {
				source = title
			}
			if p.Field != lastField {
				last, lastField = -1, p.Field
			}
			if p.Start < last || p.End <= p.Start || p.End > len(source) || source[p.Start:p.End] != p.Text {
				t.Fatalf("span %d to %d of the %s is wrong", p.Start, p.End, p.Field)
			}
			if p.Confidence < 0 || p.Confidence > 1 || math.IsNaN(p.Confidence) || p.Name == "" {
				t.Fatalf("bad place %+v", p)
			}
			last = p.End
		}
		if result.Main != nil && result.Main.Country == "" {
			t.Fatalf("the main place %+v has no country", result.Main)
		}
	})
}

func ExampleGazetteer_Find() {
	g, err := Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	var doc token.Document
	token.NewLexicon(g.Vocabulary(), nil).Read(&doc, "Clashes in Jalalabad", "Troops were sent from Osh and Bishkek.")
	result := g.Find(&doc, Context{})
	fmt.Println(result.Main.Name, result.Main.Country, result.Main.Admin1)
	// Output: Jalal-Abad KG 03
}
