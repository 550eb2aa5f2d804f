package story

import (
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

// One thing has one hash in every language, inflected, with an article, in two words.
func TestThingsAreNamedInAnyLanguage(t *testing.T) {
	names := newThingNames(thingList())
	find := func(lang, text string) [thingKinds][]uint64 {
		found, _ := names.find(lang, words(text, 40), nil)
		return found
	}
	for name, c := range map[string]struct {
		kind  kindOfThing
		texts map[string]string
	}{
		"a bazaar": {site, map[string]string{
			"en": "traders at the bazaar", "ru": "взрыв на рынке", "ky": "базарда жарылуу", "uz": "bozorda portlash", "tr": "pazarda patlama", "fr": "sur le marché", "es": "en el mercado", "ar": "في السوق", "tg": "дар бозор",
		}},
		"a mosque":         {site, map[string]string{"en": "inside a mosque", "kk": "мешітте", "ar": "داخل المسجد", "fr": "la mosquée", "tr": "camide", "uz": "masjidda"}},
		"a police station": {site, map[string]string{"en": "a police station", "ru": "у отдела милиции", "es": "una estación de policía", "ar": "مركز للشرطة"}},
		"an airport":       {site, map[string]string{"fr": "l'aéroport", "ar": "مطار المدينة", "ru": "в аэропорту", "kk": "әуежайда", "tr": "havalimanında"}},
		"teachers":         {people, map[string]string{"en": "a teachers' march", "ky": "мугалимдер", "kk": "мұғалімдер", "uz": "o‘qituvchilar", "tr": "öğretmenler", "fr": "enseignants", "tg": "омӯзгорон", "ar": "المعلمين"}},
		"an oil worker":    {people, map[string]string{"en": "oil workers", "ru": "нефтяники", "kk": "мұнайшылар"}},
		"a deputy":         {people, map[string]string{"en": "the deputy governor", "ru": "заместителя губернатора", "tr": "vali yardımcısı", "fr": "le vice-gouverneur", "es": "al vicegobernador", "ky": "губернатордун орун басары", "kk": "губернатор орынбасары", "ar": "نائب المحافظ"}},
		"the mayor":        {mayor, map[string]string{"en": "the mayor", "ru": "мэра", "tr": "belediye başkanı", "fr": "le maire", "es": "al alcalde", "ar": "رئيس بلدية"}},
		"the governor":     {governor, map[string]string{"en": "the governor", "ru": "губернатором", "ky": "губернатору", "ar": "المحافظ", "es": "gobernador"}},
		"what is paid":     {cause, map[string]string{"en": "better pay", "ru": "зарплату", "ky": "айлыкты", "kk": "жалақыны", "uz": "maoshi maosh", "es": "salarios"}},
	} {
		var want []uint64
		for lang, text := range c.texts {
			got := find(lang, text)[c.kind]
			if want == nil {
				want = got
			}
			if len(got) != 1 || !slices.Equal(got, want) {
				t.Errorf("%s in %s (%q): %d things, of another language %d; want the same one", name, lang, text, len(got), len(want))
			}
		}
	}
	for lang, text := range map[string]string{"en": "a portrait of the bankrupt courtyard", "ru": "сударь порталу не мостит"} {
		if got := find(lang, text); len(got[site])+len(got[people]) > 0 {
			t.Errorf("%q names %v, want nothing: whole words are no beginnings", text, got)
		}
	}
	if got := find("en", "the deputy governor met the mayor"); len(got[governor]) > 0 || len(got[mayor]) != 1 {
		t.Errorf("a deputy governor and a mayor are %v", got)
	}
	if got, _ := names.find("en", words("gunmen in Market", 9), map[string]bool{"market": true}); len(got[site]) > 0 {
		t.Errorf("a place's name is a thing: %v", got)
	}
}

// Each naming can be found: its first letters are what words are looked up by.
func TestThingNamesAreFolded(t *testing.T) {
	for _, all := range newThingNames(thingList()) {
		for _, n := range all {
			for _, part := range []string{n.stem, n.next} {
				if ws := words(part, 2); part != "" && (len(ws) != 1 || ws[0].text != part) {
					t.Errorf("%q of a thing's names is no folded word: %v", part, ws)
				}
			}
			if len([]rune(n.stem)) < keyRunes && !n.whole {
				t.Errorf("%q is too short for the beginning of a word", n.stem)
			}
		}
	}
}

// abroad are a report in English and one in Russian of attacks in one town.
func abroad() (en, ru report) {
	en = report{title: "Blast at Osh market", text: "A bomb went off at the market of Osh on Monday.", lang: "en", place: osh(), category: "building-seizure", indicator: "x"}
	ru = report{title: "Взрыв на рынке в Оше", text: "На рынке взорвалась бомба.", lang: "ru", place: osh(), named: "Оше", category: "building-seizure", indicator: "x", after: time.Hour}
	return en, ru
}

// What two languages share of place, time and kind of event makes a presumption; what is
// of the event alone makes it known, and what speaks against it parts them.
func TestPresumed(t *testing.T) {
	en, ru := abroad()
	bare := func(r report, title string) report { return r.but(func(r *report) { r.title, r.text = title, title }) }
	for name, c := range map[string]struct {
		a, b           report
		same, presumed bool
	}{
		"place, time and kind":   {bare(en, "Blast in Osh"), bare(ru, "Взрыв в Оше"), true, true},
		"one building":           {en, ru, true, true},
		"a building and numbers": {en.but(func(r *report) { r.killed, r.injured = 13, 47 }), ru.but(func(r *report) { r.killed, r.injured = 13, 47 }), true, false},
		"another building":       {en, bare(ru, "Взрыв в больнице в Оше"), false, false},
		"other people":           {bare(en, "Teachers seize office in Osh"), bare(ru, "Шахтёры захватили контору в Оше"), false, false},
		"one language":           {en, en.but(func(r *report) { r.title = "Bomb blast rips through Osh market, police seal it off" }), true, false},
	} {
		for _, pair := range [][2]report{{c.a, c.b}, {c.b, c.a}} {
			p, x := NewProfiler(), NewIndex(Default())
			x.Add("story", "one", p.Profile(pair[0].assessment("one")))
			m, ok := x.Find(p.Profile(pair[1].assessment("two")))
			if ok != c.same || ok && m.Presumed != c.presumed {
				t.Errorf("%s: same story %t (score %.2f), presumed %t; want %t, %t", name, ok, m.Score, m.Presumed, c.same, c.presumed)
			}
		}
	}
}

// A report that is like one that is presumed to be of a story is presumed to be of it too,
// also when the story was read again, and until one that is known to be says more.
func TestPresumptionIsHandedOn(t *testing.T) {
	en, ru := abroad()
	for _, r := range []*report{&en, &ru} {
		r.text = ""
	}
	en.title, ru.title = "Blast in Osh", "Взрыв в Оше"
	again := ru.but(func(r *report) {
		r.title, r.text = "В Оше произошёл взрыв", "Взрыв произошёл в Оше в понедельник днём."
	})
	p := NewProfiler()
	for name, add := range map[string]func(x *Index){
		"told": func(x *Index) {
			f := p.Profile(ru.assessment("two"))
			if m, ok := x.Find(f); !ok || !m.Presumed {
				t.Fatalf("found %t, presumed %t, want both", ok, m.Presumed)
			}
			x.Add("story", "two", f)
		},
		"read again": func(x *Index) {
			a := ru.assessment("two")
			r := event.Report{Item: "two", Title: ru.title, Language: "ru", Findings: a.Findings, Place: a.Main, Presumed: true, Times: event.Times{Seen: a.Item.Seen}}
			x.Add("story", "two", p.Restore(&event.Incident{Categories: a.Categories}, &r))
		},
		"revised": func(x *Index) {
			f := p.Profile(ru.assessment("two"))
			x.Find(f)
			x.Add("story", "two", f)
			x.Add("story", "two", p.Profile(ru.assessment("two")))
		},
	} {
		x := NewIndex(Default())
		x.Add("story", "one", p.Profile(en.assessment("one")))
		add(x)
		if m, ok := x.Find(p.Profile(again.assessment("three"))); !ok || !m.Presumed {
			t.Errorf("%s: found %t, presumed %t, want both", name, ok, m.Presumed)
		}
	}
}

// A presumption merges no two stories.
func TestPresumptionMergesNothing(t *testing.T) {
	en, ru := abroad()
	en.title, en.text, ru.title, ru.text = "Blast in Osh", "", "Взрыв в Оше", ""
	p, x := NewProfiler(), NewIndex(Default())
	f := p.Profile(en.assessment("one"))
	x.Add("a", "one", f)
	x.Add("b", "two", p.Profile(ru.assessment("two")))
	if other, ok := x.Twin("a", f); ok {
		t.Errorf("%s is the same story by place, time and kind of event alone", other)
	}
}

// Who was taken is one captive, when he is freed too, by his office in a town or province.
func TestCaptive(t *testing.T) {
	tell := func(lang, title string, place *event.Place) *Profile {
		return NewProfiler().Profile(report{title: title, lang: lang, place: place, category: taken, indicator: lang}.assessment(title))
	}
	freed := tell("en", "Mayor and governor freed", osh())
	for name, c := range map[string]struct {
		f    *Profile
		want float64
	}{
		"the mayor of the town":         {tell("ru", "Похищен мэр", osh()), 1},
		"of another town of the region": {tell("ru", "Похищен мэр", uzgen()), 0},
		"the governor, somewhere in it": {tell("ru", "Похищен губернатор", uzgen()), 1},
		"somebody without an office":    {tell("ru", "Похищен врач", osh()), 0},
		"nobody who was taken":          {NewProfiler().Profile(report{title: "Избран мэр", lang: "ru", place: osh(), category: "protest", indicator: "x"}.assessment("y")), 0},
	} {
		if got := captive(freed, c.f, relate(freed.place, c.f.place), 0.1); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	doctor, other := tell("en", "Doctor freed", osh()), tell("fr", "Un médecin enlevé", osh())
	if rare, usual := captive(doctor, other, areaSame, 0.01), captive(doctor, other, areaSame, 1); rare <= usual || usual != 0 {
		t.Errorf("a doctor where hardly any are taken %v, where one is each day %v; want more, and 0", rare, usual)
	}
}

// Places without an id of GeoNames are told apart by where they lie, and one that lies where
// GeoNames has one is that.
func TestPlacesWithoutAnID(t *testing.T) {
	here, there := spot(0, "A", "KG.08", 40.53, 72.80), spot(0, "B", "KG.06", 42.5, 72.2)
	if got := relate(here, there); got != areaOther {
		t.Errorf("two places without an id are %v, want %v", got, areaOther)
	}
	if got := relate(here, osh()); got != areaSame {
		t.Errorf("one place under two ids is %v, want %v", got, areaSame)
	}
}

// Who is freed is not whom somebody else of the town took, in one language either.
func TestAnotherCaptive(t *testing.T) {
	tell := func(category, title string) *Profile {
		return NewProfiler().Profile(report{title: title, lang: "en", place: osh(), category: category, indicator: title}.assessment(title))
	}
	mayor := tell(taken, "Mayor freed")
	for title, c := range map[string]struct {
		category string
		want     bool
	}{
		"Nurse kidnapped":         {taken, true},
		"Mayor kidnapped":         {taken, false},
		"Deputy mayor kidnapped":  {taken, true},
		"Somebody kidnapped":      {taken, false},
		"Nurse at a protest":      {"protest", false},
		"Mayor and nurse abroad":  {taken, false},
		"Nurses and doctors held": {taken, true},
	} {
		if got := others(mayor, tell(c.category, title)); got != c.want {
			t.Errorf("%q is of another captive: %t, want %t", title, got, c.want)
		}
	}
}

// Two who are taken in one town are of two stories, by their callings.
func TestCallingsTellCaptives(t *testing.T) {
	tell := func(lang, title string) *Profile {
		return NewProfiler().Profile(report{title: title, lang: lang, place: osh(), category: taken, indicator: "abduction"}.assessment(title))
	}
	for _, c := range []struct {
		lang, one, other string
		want             float64
	}{
		{"en", "Gunmen kidnap bank manager in Osh", "Gunmen abduct priest in Osh", 1},
		{"en", "Professor abducted in Osh", "Businessman kidnapped in Osh", 1},
		{"en", "Gunmen kidnap bank manager in Osh", "Banker kidnapped in Osh", 0},
		{"ru", "В Оше похищен директор банка", "В Оше похитили священника", 1},
		{"ru", "Предприниматель похищен в Оше", "Похищен турист", 1},
		{"ru", "В Оше похищен директор банка", "Похищен банкир", 0},
		{"en", "Village elder abducted in Osh", "Gunmen abduct priest in Osh", 1},
		{"en", "Elderly man abducted in Osh", "Gunmen abduct priest in Osh", 0}, // old is no calling
		{"ru", "Похищен олимпийский чемпион", "В Оше похитили священника", 0},   // nor is it a scholar, "олим"
	} {
		if got := otherTarget(tell(c.lang, c.one), tell(c.lang, c.other)); got != c.want {
			t.Errorf("%q and %q are of two targets by %v, want %v", c.one, c.other, got, c.want)
		}
	}
}

// A town that is on no map in one language is found by its name, and not in one language,
// where either report would have placed it, nor against a place that the text has.
func TestTownByItsName(t *testing.T) {
	p := NewProfiler()
	placed := p.Profile(report{title: "Mutiny", text: "A mutiny broke out in Uzgen.", lang: "en", place: uzgen()}.assessment("a"))
	tell := func(lang, town string, place *event.Place) *Profile {
		return p.Profile(report{title: "Mutinerie", text: "Des soldats de " + town + " se mutinent.", lang: lang, place: place, named: "x"}.assessment("b"))
	}
	for name, c := range map[string]struct {
		f    *Profile
		want area
	}{
		"the town":          {tell("fr", "Uzgen", nil), areaNear},
		"and its country":   {tell("fr", "Uzgen", country()), areaNear},
		"another country":   {tell("fr", "Uzgen", kabul()), areaOther},
		"another town":      {tell("fr", "Kidal", nil), areaUnknown},
		"the same language": {tell("en", "Uzgen", nil), areaUnknown},
	} {
		if a, b := whereabouts(placed, c.f), whereabouts(c.f, placed); a != c.want || b != c.want {
			t.Errorf("%s: %v and, the other way round, %v; want %v", name, a, b, c.want)
		}
	}
}

// By what it was is for one story when both say so, and never against it.
func TestMeansPartNothing(t *testing.T) {
	k, p := newKnowledge(), NewProfiler()
	tell := func(title string) *Profile { return p.Profile(report{title: title, lang: "en"}.assessment(title)) }
	if shared, apart := k.things(tell("Grenade at mosque"), tell("Ambush at mosque")); shared == 0 || apart != 0 {
		t.Errorf("two means at one mosque: %.2f shared, %.2f apart; want some and none", shared, apart)
	}
	if shared, apart := k.things(tell("Grenade at mosque"), tell("Grenade at school")); shared == 0 || apart != 1 {
		t.Errorf("one means at two buildings: %.2f shared, %.2f apart; want some and all", shared, apart)
	}
}

// Whoever speaks of a captive, or for whom somebody does, is not who was taken.
func TestWhoIsCitedIsNoCaptive(t *testing.T) {
	names := newThingNames(thingList())
	for text, want := range map[string]bool{
		"The governor was taken hostage":                           true,
		"Gunmen hold the mayor, police said":                       true,
		"A judge was taken, a spokesman for the governor said":     false,
		"A judge was taken, the governor said":                     false,
		"A judge was taken, according to the mayor":                false,
		"The governor's press office said a judge was taken":       false,
		"Судья похищен, сообщила пресс-служба губернатора":         false,
		"Судья похищен, заявил губернатор":                         false,
		"Похищен губернатор":                                       true,
		"Un juez fue secuestrado, dijo el portavoz del gobernador": false,
	} {
		lang := language("", text)
		if strings.HasPrefix(text, "Un ") {
			lang = "es"
		}
		found, _ := names.find(lang, words(text, 20), nil)
		if got := len(found[governor])+len(found[mayor]) > 0; got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
