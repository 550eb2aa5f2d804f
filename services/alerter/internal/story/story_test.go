package story

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// Places of the tests.
func osh() *event.Place     { return spot(1527534, "Osh", "KG.08", 40.53, 72.80) }
func karaSuu() *event.Place { return spot(1527299, "Kara Suu", "KG.08", 40.70, 72.87) }
func uzgen() *event.Place   { return spot(1527590, "Uzgen", "KG.08", 40.77, 73.30) }
func talas() *event.Place   { return spot(1527199, "Talas", "KG.06", 42.52, 72.24) }
func country() *event.Place { return spot(1527747, "Kyrgyzstan", "KG.", 41.5, 75) }
func kabul() *event.Place   { return spot(1138958, "Kabul", "AF.13", 34.53, 69.17) }

// spot is a place; code is its country and first-level region: "KG.08".
func spot(id int, name, code string, lat, lon float64) *event.Place {
	country, admin1, _ := strings.Cut(code, ".")
	return &event.Place{GeonameID: id, Name: name, Country: country, Admin1: admin1, Lat: lat, Lon: lon, Confidence: 0.9}
}

// report is what the tests make assessments of.
type report struct {
	title, text, lang string
	place             *event.Place
	named             string // how the text names the place, if not by its name
	category          string
	indicator         string
	killed, injured   int
	entities          []string
	after             time.Duration
	exercise          bool
}

func (r report) assessment(item string) *event.Assessment {
	at := noon.Add(r.after)
	a := &event.Assessment{
		Item: event.Item{
			ID: item, Title: r.title, Text: r.text, Language: r.lang, Published: at, PublishedSource: event.PublishedFeed,
			FirstSeen: at, Seen: at, Exercise: r.exercise,
		},
		Language: r.lang, Relevant: true, Entities: r.entities, Main: r.place,
		Casualties: event.Casualties{Killed: count(r.killed), Injured: count(r.injured)},
	}
	if r.category != "" {
		a.Categories = []string{r.category}
		a.Findings = []event.Finding{{Indicator: r.indicator, Category: r.category, Assertion: event.Asserted, Points: 50}}
	}
	if r.place != nil {
		p := *r.place
		p.Text = r.named
		a.Places = []event.Place{p}
	}
	return a
}

func count(n int) *event.Count {
	if n == 0 {
		return nil
	}
	return &event.Count{Min: n, Max: n}
}

// clash is the report most cases are compared with.
func clash() report {
	return report{
		title: "Checkpoint near Osh attacked at night, 14 soldiers wounded", lang: "en", place: osh(), category: "armed-clash", indicator: "checkpoint-attacked", injured: 14,
		text: "Gunmen attacked an army checkpoint on the road from Osh to the airport shortly before midnight and wounded 14 soldiers, the defence ministry said. " +
			"The attackers came in three lorries and withdrew towards the hills after an hour. Colonel Marat Asylbekov, who commands the garrison, said two of his men were in a critical condition. " +
			"The road stays closed until the mines that were laid there have been cleared.",
	}
}

func (r report) but(change func(*report)) report {
	change(&r)
	return r
}

func TestSameStory(t *testing.T) {
	cases := map[string]report{
		"another outlet, other words": clash().but(func(r *report) {
			r.title = "Fourteen soldiers hurt in night raid on army checkpoint outside Osh"
			r.text = "At least 14 servicemen were injured when armed men in lorries raided an army checkpoint on the Osh airport road late on Friday. " +
				"Garrison commander Marat Asylbekov told journalists that two soldiers were fighting for their lives. Sappers are clearing mines from the road."
		}),
		"a wire copy with a dateline and an agency": clash().but(func(r *report) {
			r.title += " - Highland Wire"
			r.text = "OSH (Highland Wire) - " + r.text + " Highland Wire reported."
			r.after = 40 * time.Minute
		}),
		"a summary": clash().but(func(r *report) {
			r.text = "Gunmen attacked an army checkpoint on the road from Osh to the airport shortly before midnight and wounded 14 soldiers, the defence ministry said."
		}),
		"another category of the same event": clash().but(func(r *report) {
			r.title = "Hospital in Osh treats 14 soldiers after checkpoint attack"
			r.text = "Doctors at the military hospital in Osh are treating 14 soldiers wounded in the attack on the airport road checkpoint. Two are in a critical condition, garrison commander Marat Asylbekov said."
			r.category, r.indicator = "casualties", "injured"
		}),
		"a higher toll in the same words, hours later": clash().but(func(r *report) {
			r.title = "Checkpoint near Osh attacked at night, 19 soldiers wounded"
			r.text = "Gunmen attacked an army checkpoint on the road from Osh to the airport shortly before midnight and wounded 19 soldiers, the defence ministry said. " +
				"The attackers came in three lorries and withdrew towards the hills after an hour. Colonel Marat Asylbekov, who commands the garrison, said two of his men were in a critical condition."
			r.injured, r.after = 19, 5*time.Hour
		}),
		"a suburb": clash().but(func(r *report) {
			r.title = "Kara Suu: 14 soldiers wounded as gunmen raid airport road checkpoint"
			r.text = "Gunmen in lorries raided the army checkpoint on the airport road near Kara Suu before midnight; 14 soldiers were wounded and the attackers withdrew to the hills. Colonel Marat Asylbekov commands the garrison there."
			r.place = karaSuu()
		}),
		"an update that is about what came next": clash().but(func(r *report) {
			r.title = "Hunt for Osh checkpoint attackers: two soldiers die of their wounds"
			r.text = "Two of the 14 soldiers wounded at the checkpoint on the Osh airport road have died, the garrison's Colonel Marat Asylbekov said. Helicopters search the hills for the gunmen and their lorries."
			r.killed, r.injured, r.after = 2, 12, 9*time.Hour
		}),
		"in Russian, with the same number, name and place": {
			title: "Ночное нападение на блокпост под Ошем: ранены 14 военных", lang: "ru", place: osh(), named: "Ошем",
			category: "armed-clash", indicator: "checkpoint-attacked", injured: 14, after: 20 * time.Minute,
			text: "Неизвестные на грузовиках напали на армейский блокпост у дороги в аэропорт. Ранены 14 военнослужащих, двое из них в тяжёлом состоянии, сообщил командир гарнизона Марат Асылбеков.",
		},
	}
	for name, r := range cases {
		t.Run(name, func(t *testing.T) {
			both(t, clash(), r, true)
		})
	}
}

func TestDifferentStory(t *testing.T) {
	cases := map[string]report{
		"another story of the same city": {
			title: "Osh bazaar traders strike over rents", lang: "en", place: osh(), category: "protest", indicator: "strike",
			text: "Traders at the central bazaar of Osh closed their stalls on Saturday and demand that the city lowers the rents it raised in January.",
		},
		"another clash of the same city on the same day": clash().but(func(r *report) {
			r.title = "Police and smugglers trade shots in Osh suburb, one dead"
			r.text = "A smuggler was shot dead in a gun battle with customs police at a warehouse in a western suburb of Osh. Officers seized tobacco worth millions."
			r.indicator, r.injured, r.killed = "gun-battle", 0, 1
		}),
		"the same form with another number": clash().but(func(r *report) {
			r.title = "Checkpoint near Osh attacked at night, 31 soldiers wounded"
			r.text = "Gunmen attacked an army checkpoint on the road from Osh to the airport shortly before midnight and wounded 31 soldiers, the defence ministry said. " +
				"The attackers came in three lorries and withdrew towards the hills after an hour."
			r.injured, r.after = 31, 2*time.Minute
		}),
		"the same form of another place": clash().but(func(r *report) {
			r.title = "Checkpoint near Talas attacked at night, 14 soldiers wounded"
			r.text = "Gunmen attacked an army checkpoint on the road from Talas to the airport shortly before midnight and wounded 14 soldiers, the defence ministry said. " +
				"The attackers came in three lorries and withdrew towards the hills after an hour."
			r.place = talas()
		}),
		"the same form by another speaker": clash().but(func(r *report) {
			r.text = "Gunmen attacked an army checkpoint on the road from Osh to the airport shortly before midnight and wounded 14 soldiers, a village elder said. " +
				"The attackers came in three lorries and withdrew towards the hills after an hour. Colonel Marat Asylbekov, who commands the garrison, said two of his men were in a critical condition. " +
				"The road stays closed until the mines that were laid there have been cleared."
		}),
		"the same form about another person": clash().but(func(r *report) {
			r.text = "Gunmen attacked an army checkpoint on the road from Osh to the airport shortly before midnight and wounded 14 soldiers, the defence ministry said. " +
				"The attackers came in three lorries and withdrew towards the hills after an hour. Colonel Bolot Dzhunusaliev, who commands the garrison, said two of his men were in a critical condition. " +
				"The road stays closed until the mines that were laid there have been cleared."
		}),
		"a drill with the same text": clash().but(func(r *report) { r.exercise = true }),
		"the same text a week later": clash().but(func(r *report) { r.after = 7 * 24 * time.Hour }),
		"an unrelated category": {
			title: "Lease of the air base near Osh runs out", lang: "en", place: osh(), category: "base-status", indicator: "lease",
			text: "The lease of the foreign air base near Osh runs out in March and will not be prolonged, the defence ministry said. The soldiers there have until the summer to leave.",
		},
		"in Russian, of the same place and nothing": {
			title: "В Оше горит рынок", lang: "ru", place: osh(), named: "Оше", category: "riot", indicator: "arson",
			text: "Толпа подожгла торговые ряды на центральном рынке, пожарные не могут подъехать.",
		},
		"in another country": {
			title: "Kabul checkpoint hit by bomb", lang: "en", place: kabul(), category: "armed-attack", indicator: "bombing",
			text: "A bomb hid in a handcart tore through a police checkpoint in Kabul.",
		},
	}
	for name, r := range cases {
		t.Run(name, func(t *testing.T) {
			both(t, clash(), r, false)
		})
	}
}

func TestRussianStories(t *testing.T) {
	base := report{
		title: "Сторонники бывшего губернатора заняли здание областной администрации в Оше", lang: "ru", place: osh(), named: "Оше",
		category: "building-seizure", indicator: "government-building",
		text: "Около трёхсот сторонников бывшего губернатора Мамасадыка Бакирова ворвались в здание областной администрации и заблокировали кабинет его преемника. " +
			"Милиция не вмешивалась, но центральную площадь оцепили военные.",
	}
	retold := base.but(func(r *report) {
		r.title = "Ош: здание администрации области захвачено людьми экс-губернатора Бакирова"
		r.text = "Здание областной администрации захвачено: внутри находятся около 300 сторонников экс-губернатора Мамасадыка Бакирова, новый губернатор заблокирован в кабинете. Военные оцепили площадь."
		r.named = "Ош"
	})
	unlike := base.but(func(r *report) {
		r.title = "В Оше студенты требуют отставки ректора"
		r.text = "Студенты педагогического института второй день не ходят на занятия и требуют отставки ректора, которого обвиняют в поборах."
		r.category, r.indicator = "protest", "strike"
	})
	both(t, base, retold, true)
	both(t, base, unlike, false)
}

// TestOtherLanguage: without names and numbers two languages are one story when
// the rules see something rare in both, or several things of different kinds, in
// one town, soon.
func TestOtherLanguage(t *testing.T) {
	tell := func(r report, signs ...event.Finding) *event.Assessment {
		a := r.assessment(r.title)
		a.Findings = signs
		a.Categories = nil
		for _, s := range signs {
			a.Categories = append(a.Categories, s.Category)
		}
		return a
	}
	storm := event.Finding{Indicator: "building-stormed", Category: "building-seizure", Assertion: event.Asserted, Points: 50}
	hostage := event.Finding{Indicator: "official-abducted", Category: "kidnapping", Assertion: event.Asserted, Points: 60}
	rally := event.Finding{Indicator: "street-protest", Category: "protest", Assertion: event.Asserted, Points: 30}
	feared := hostage
	feared.Assertion = event.Hypothetical
	en := report{title: "Gunmen storm an office in Osh and hold a man", text: "He is held on the second floor.", lang: "en", place: osh()}
	ru := report{title: "В Оше захвачена контора, есть заложник", text: "Его удерживают на втором этаже.", lang: "ru", place: osh(), named: "Оше", after: time.Hour}
	late := ru.but(func(r *report) { r.after = 20 * time.Hour })
	away := ru.but(func(r *report) { r.place = uzgen() })
	for name, c := range map[string]struct {
		a    *event.Assessment
		same bool
	}{
		"both signs":       {tell(ru, storm, hostage), true},
		"one rare sign":    {tell(ru, storm), true},
		"one common sign":  {tell(ru, rally), false},
		"only feared":      {tell(ru, rally, feared), false},
		"the next day":     {tell(late, storm, hostage), false},
		"in another town":  {tell(away, storm, hostage), false},
		"the same one two": {tell(ru, rally, rally), false},
	} {
		g := NewGrouper(Default())
		first := g.Add(tell(en, storm, hostage, rally))
		if same := g.Add(c.a) == first; same != c.same {
			t.Errorf("%s: same story = %v", name, same)
		}
	}
}

// both checks a pair in both orders.
func both(t *testing.T, a, b report, same bool) {
	t.Helper()
	for n, pair := range [][2]report{{a, b}, {b, a}} {
		g := NewGrouper(Default())
		first := g.Add(pair[0].assessment("one"))
		second := g.Add(pair[1].assessment("two"))
		if (first == second) != same {
			p := NewProfiler()
			l := newKnowledge().compare(Default(), p.Profile(pair[1].assessment("two")), p.Profile(pair[0].assessment("one")), 0)
			t.Errorf("order %d: same story = %v, want %v; %+v", n, first == second, same, l)
		}
	}
}

func TestCopyIsRecognised(t *testing.T) {
	x := NewIndex(Default())
	p := NewProfiler()
	x.Add("story", "original", p.Profile(clash().assessment("original")))
	m, ok := x.Find(p.Profile(clash().but(func(r *report) { r.text += " Highland Wire reported." }).assessment("copy")))
	if !ok || !m.Copy || m.Item != "original" || m.ID != "story" {
		t.Errorf("match %+v, %v", m, ok)
	}
	m, ok = x.Find(p.Profile(clash().but(func(r *report) { r.place = nil }).assessment("unplaced")))
	if !ok || !m.Copy {
		t.Errorf("a copy in which no place was found: %+v, %v", m, ok)
	}
}

// TestForm: what is told of many places in the same words is a form, and two
// stories that share only the form are two.
func TestForm(t *testing.T) {
	form := func(place *event.Place, street string) report {
		return report{
			title: "Power cut brings people to the streets of " + place.Name, lang: "en", place: place, named: place.Name,
			category: "price-unrest", indicator: "power",
			text: "Residents of " + place.Name + " blocked " + street + " after another night without electricity and demanded that the energy company restores the supply at once.",
		}
	}
	g := NewGrouper(Default())
	for n := range 8 {
		place := spot(900+n, fmt.Sprintf("Town%c", 'a'+n), fmt.Sprint("KG.", 20+n), 41, 70+float64(n))
		g.Add(form(place, "the main road").assessment(fmt.Sprint("town", n)))
	}
	one := g.Add(form(uzgen(), "Lenin avenue and the old bridge").assessment("one"))
	evening := form(uzgen(), "a railway crossing with burning tyres").but(func(r *report) { r.after = 10 * time.Hour })
	two := g.Add(evening.assessment("two"))
	if one == two {
		t.Error("two stories were put together by a form")
	}
	again := g.Add(form(uzgen(), "Lenin avenue and the old bridge").assessment("three"))
	if again != one {
		t.Error("a copy of a text in a form was not recognised")
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	cases := []report{
		clash(),
		clash().but(func(r *report) {
			r.title = "Fourteen soldiers hurt in night raid on army checkpoint outside Osh"
			r.text = "At least 14 servicemen were injured when armed men in lorries raided an army checkpoint on the Osh airport road. Garrison commander Marat Asylbekov said two soldiers were fighting for their lives."
		}),
		clash().but(func(r *report) { r.text += " Highland Wire reported." }),
		{title: "Osh bazaar traders strike over rents", text: "Traders at the central bazaar of Osh closed their stalls over rents.", lang: "en", place: osh(), category: "protest", indicator: "strike"},
	}
	orders := [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 1, 3, 0}}
	for _, order := range orders {
		g := NewGrouper(Default())
		ids := map[int]string{}
		for _, n := range order {
			ids[n] = g.Add(cases[n].assessment(fmt.Sprint(n)))
		}
		if ids[0] != ids[1] || ids[0] != ids[2] || ids[0] == ids[3] {
			t.Errorf("order %v: %v", order, ids)
		}
	}
}

func TestRevisionStays(t *testing.T) {
	g := NewGrouper(Default())
	first := g.Add(clash().assessment("one"))
	if again := g.Add(report{title: "All new", text: "Nothing is left of it.", lang: "en"}.assessment("one")); again != first {
		t.Error("a revision went to another story")
	}
	if first != ID("one") {
		t.Errorf("id %s", first)
	}
}

// TestRestoredProfile: what an incident keeps of a report is enough to find it
// again after a restart.
func TestRestoredProfile(t *testing.T) {
	a := clash().assessment("one")
	p := NewProfiler()
	full := p.Profile(a)
	r := event.Report{
		Item: "one", Title: a.Item.Title, Lead: Lead(a.Item.Text, LeadRunes), Language: "en", Findings: a.Findings,
		Casualties: a.Casualties, Signature: full.Signature, PublishedSource: event.PublishedFeed,
		Times: event.Times{Published: a.Item.Published, Seen: a.Item.Seen},
	}
	i := &event.Incident{ID: "story", Categories: a.Categories, Entities: []string{"person:asylbekov"}, Place: a.Main, Reports: []event.Report{r}}
	for name, change := range map[string]func(*event.Report){
		"with the incident's place": func(*event.Report) {},
		"with its own place":        func(r *event.Report) { r.Place = a.Main },
		"without a date of its own": func(r *event.Report) { r.PublishedSource = event.PublishedFetched },
	} {
		kept := r
		change(&kept)
		x := NewIndex(Default())
		x.Add("story", "one", p.Restore(i, &kept))
		retold := clash().but(func(r *report) {
			r.title = "Fourteen soldiers hurt in night raid on army checkpoint outside Osh"
			r.text = "At least 14 servicemen were injured when armed men in lorries raided an army checkpoint on the Osh airport road. Garrison commander Marat Asylbekov said two soldiers were fighting for their lives."
		})
		if m, ok := x.Find(p.Profile(retold.assessment("two"))); !ok || m.ID != "story" {
			t.Errorf("%s: %+v, %v", name, m, ok)
		}
		if m, ok := x.Find(p.Profile(clash().assessment("three"))); !ok || !m.Copy {
			t.Errorf("%s: the copy: %+v, %v", name, m, ok)
		}
	}
}
