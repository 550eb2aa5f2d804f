package story

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"faultline/pkg/event"
)

func batken() *event.Place       { return spot(1528735, "Batken", "KG.09", 40.06, 70.82) }
func batkenRegion() *event.Place { return spot(1463580, "Batken Region", "KG.09", 40.0, 71.0) }
func isfana() *event.Place       { return spot(1222662, "Isfana", "KG.09", 39.84, 69.53) }

// seized is the report that is denied below.
func seized() report {
	return report{
		title: "Armed men seize town hall in Batken", lang: "en", place: batken(), category: "building-seizure", indicator: "building-seized",
		text: "About forty armed men entered the town hall of Batken at dawn and put its guards out, shopkeepers said. The road to the bridge is closed.",
	}
}

// denied is the assessment of a report that denies what it is made of.
func (r report) denied(item string) *event.Assessment {
	a := r.assessment(item)
	a.Relevant, a.Categories = false, nil
	for i := range a.Findings {
		a.Findings[i].Assertion = event.Denied
	}
	return a
}

// index puts reports into an index, each as a story of its own.
func index(reports ...report) *Index {
	p, x := NewProfiler(), NewIndex(Default())
	for n, r := range reports {
		a := r.assessment(fmt.Sprint(n))
		x.Add(a.Item.ID, a.Item.ID, p.Profile(a))
	}
	return x
}

// deniedOf are the stories that an assessment can deny, which are those that it is said of, one by one.
func deniedOf(t *testing.T, x *Index, a *event.Assessment) (ids []string) {
	t.Helper()
	f := NewProfiler().Denial(a)
	for _, m := range x.Denied(f) {
		ids = append(ids, m.ID)
	}
	for id := range x.stories {
		if one, among := x.Denies(f, id), slices.Contains(ids, id); one != among && len(ids) < maxStories {
			t.Errorf("%s denies %s: %v, among all: %v", a.Item.Title, id, one, among)
		}
	}
	if x.Denies(f, "none") {
		t.Error("a story that there is not is denied")
	}
	return ids
}

// A denial finds what it denies in other words and in another language.
func TestDenialFindsItsStory(t *testing.T) {
	x := index(seized())
	for lang, words := range map[string][2]string{
		"en": {"No, nobody holds the mayor's office, police say", "Work goes on as usual, a police spokeswoman said on the phone."},
		"ru": {"Милиция: мэрию Баткена никто не захватывал", "Сообщения о захвате мэрии не соответствуют действительности, сказал дежурный."},
		"ky": {"Баткен мэриясы басып алынган жок", "Милиция мэрия басып алынды деген кабарды төгүнгө чыгарды."},
		"kk": {"Баткен әкімдігі басып алынған жоқ", "Полиция бұл хабарды жоққа шығарды."},
		"uz": {"Botken hokimiyati egallab olinmagan", "Militsiya bu xabarni rad etdi."},
		"tg": {"Шаҳрдории Боткен ишғол нашудааст", "Милитсия ин хабарро рад кард."},
		"tr": {"Batken belediye binası ele geçirilmedi", "Polis bu yöndeki haberleri yalanladı."},
		"fr": {"Non, la mairie de Batken n'a pas été prise", "La police dément ces informations."},
		"es": {"No, el ayuntamiento de Batken no fue tomado", "La policía desmiente esas informaciones."},
		"ar": {"الشرطة تنفي الاستيلاء على بلدية باتكين", "وقالت الشرطة إن العمل مستمر كالمعتاد."},
	} {
		denial := seized().but(func(r *report) { r.title, r.text, r.lang, r.after = words[0], words[1], lang, 3*time.Hour })
		if got := fmt.Sprint(deniedOf(t, x, denial.denied("d"))); got != "[0]" {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

// fugitive is the report of somebody who is known, whom another country gives up.
func fugitive() report {
	return seized().but(func(r *report) {
		r.category, r.indicator, r.entities = "extradition", "extradition", []string{"person:rahmonov"}
		r.title, r.text = "Rahmonov to be extradited", "The prosecutor said that Rahmonov would be handed over within days."
	})
}

// What is denied must be what was told: there, then and of this kind.
func TestDenialOfAnotherEvent(t *testing.T) {
	governor := seized().but(func(r *report) { r.entities = []string{"person:rahmonov"} })
	for name, c := range map[string]struct {
		report report
		change func(*report)
		want   string
	}{
		"the same":                  {seized(), func(*report) {}, "[0]"},
		"another indicator, rare":   {seized(), func(r *report) { r.indicator = "building-stormed" }, "[0]"},
		"another town":              {seized(), func(r *report) { r.place = isfana() }, "[]"},
		"another region":            {seized(), func(r *report) { r.place = osh() }, "[]"},
		"the country":               {seized(), func(r *report) { r.place = country() }, "[]"},
		"nowhere":                   {seized(), func(r *report) { r.place = nil }, "[]"},
		"the region of the town":    {seized(), func(r *report) { r.place = batkenRegion() }, "[0]"},
		"whom both name, region":    {governor, func(r *report) { r.place, r.entities = isfana(), governor.entities }, "[0]"},
		"whom both name, elsewhere": {governor, func(r *report) { r.place, r.entities = osh(), governor.entities }, "[]"},
		"a man sought abroad":       {fugitive(), func(r *report) { r.place = osh() }, "[0]"},
		"one sought, nowhere":       {fugitive(), func(r *report) { r.place = nil }, "[0]"},
		"another one sought":        {fugitive(), func(r *report) { r.place, r.entities = osh(), []string{"person:azimov"} }, "[]"},
		"another category":          {seized(), func(r *report) { r.category, r.indicator = "kidnapping", "official-abducted" }, "[]"},
		"nothing":                   {seized(), func(r *report) { r.category = "" }, "[]"},
		"a day later":               {seized(), func(r *report) { r.after = 24 * time.Hour }, "[0]"},
		"long after":                {seized(), func(r *report) { r.after = 49 * time.Hour }, "[]"},
		"dated hours too early":     {seized(), func(r *report) { r.after = -5 * time.Hour }, "[0]"},
		"long before":               {seized(), func(r *report) { r.after = -7 * time.Hour }, "[]"},
		"a drill":                   {seized(), func(r *report) { r.exercise = true }, "[]"},
		"of another day":            {seized().but(func(r *report) { r.title += " on 13 March" }), func(r *report) { r.title = "Town hall was not seized on 12 March, police say" }, "[]"},
		"another kind that is common": {clash().but(func(r *report) { r.category, r.indicator = "kidnapping", "official-abducted" }),
			func(r *report) { r.indicator = "person-abducted" }, "[]"},
		"people killed in it": {clash().but(func(r *report) { r.category, r.indicator = "casualties", "killed" }), func(*report) {}, "[0]"},
	} {
		denial := c.report.but(func(r *report) { r.after = time.Hour }).but(c.change)
		if got := fmt.Sprint(deniedOf(t, index(c.report), denial.denied("d"))); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// That nobody was killed is no denial of what happened.
func TestDenialOfTheDead(t *testing.T) {
	deadly := seized().assessment("0")
	deadly.Findings = append(deadly.Findings, found("killed", "casualties")...)
	p, x := NewProfiler(), NewIndex(Default())
	x.Add("0", "0", p.Profile(deadly))
	denial := seized().but(func(r *report) { r.category, r.indicator = "casualties", "killed" })
	if got := deniedOf(t, x, denial.denied("d")); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// What was seized is another kind of building.
func TestDenialOfAnotherTarget(t *testing.T) {
	aimed := func(a *event.Assessment, kind string) *event.Assessment {
		a.Findings[0].Slots.Target = &event.Slot{Kind: kind}
		return a
	}
	p, x := NewProfiler(), NewIndex(Default())
	x.Add("0", "0", p.Profile(aimed(seized().assessment("0"), "government-building")))
	for kind, want := range map[string]int{"government-building": 1, "media": 0, "people": 1, "": 1} {
		if got := deniedOf(t, x, aimed(seized().denied("d"), kind)); len(got) != want {
			t.Errorf("%q: %v", kind, got)
		}
	}
}

// Of several the best comes first: with what is denied before others of the kind, then by
// the words, then the latest.
func TestDenialFindsTheBest(t *testing.T) {
	station := seized().but(func(r *report) {
		r.title, r.text, r.after = "Crowd holds the railway station of Batken", "Traders who lost their stalls hold the railway station of Batken; trains to Osh turn back.", 2*time.Hour
	})
	stormed := seized().but(func(r *report) { r.indicator, r.after = "building-stormed", 3*time.Hour })
	x := index(seized(), station, stormed)
	denial := station.but(func(r *report) {
		r.title, r.after = "Railway station of Batken is not held by a crowd, trains run", 4*time.Hour
	})
	if got := fmt.Sprint(deniedOf(t, x, denial.denied("d"))); got != "[1]" {
		t.Errorf("by the building: %s", got)
	}
	foreign := denial.but(func(r *report) {
		r.title, r.text, r.lang = "Ничего подобного", "Это неправда, сказали в милиции.", "ru"
	})
	if got := fmt.Sprint(deniedOf(t, x, foreign.denied("d"))); got != "[1 0 2]" {
		t.Errorf("the latest: %s", got)
	}
}

// In a kind of event that is common, others who are named speak against it.
func TestDenialNamesOthers(t *testing.T) {
	abducted := report{
		title: "Banker Timur Petrov kidnapped in Osh", lang: "en", place: osh(), category: "kidnapping", indicator: "person-abducted",
		text: "Masked men pulled the banker Timur Petrov out of his car in Osh on Monday evening, his wife said. His driver was beaten.",
	}
	x := index(abducted, clash(), seized())
	for _, c := range []struct{ lang, title, text, want string }{
		{"en", "Police deny journalist Aida Salieva was kidnapped in Osh", "Journalist Aida Salieva is at home with her family and nobody kidnapped her, a police spokesman in Osh said.", "[]"},
		{"en", "Banker Petrov was not kidnapped, police say", "Police in Osh said Timur Petrov had left the town of his own will.", "[0]"},
		{"en", "No kidnapping in Osh, police say", "Police in Osh said reports of a kidnapping were false.", "[0]"},
		{"ru", "В Оше опровергли похищение журналистки Аиды Салиевой", "Журналистка Аида Салиева находится дома, сообщили в милиции.", "[]"},
		{"ru", "Милиция: банкира Петрова в Оше не похищали", "Тимур Петров уехал сам, сообщили в милиции.", "[0]"},
	} {
		denial := abducted.but(func(r *report) { r.lang, r.title, r.text, r.after = c.lang, c.title, c.text, 10*time.Hour })
		if got := fmt.Sprint(deniedOf(t, x, denial.denied("d"))); got != c.want {
			t.Errorf("%s: %s, want %s", c.title, got, c.want)
		}
	}
}

// One that repeats the sentences of a report is of it, though others speak.
func TestDenialRepeatsTheReport(t *testing.T) {
	said := seized().but(func(r *report) { r.text = "Governor Asanov said: " + r.text })
	denial := said.but(func(r *report) {
		r.text, r.after = "Minister Kurmanov said it is false that about forty armed men entered the town hall of Batken at dawn and put its guards out. The road to the bridge is closed.", time.Hour
	})
	if got := fmt.Sprint(deniedOf(t, index(said), denial.denied("d"))); got != "[0]" {
		t.Error(got)
	}
}

func TestNamesake(t *testing.T) {
	named := func(name string) *event.Place { return &event.Place{Name: name} }
	for names, want := range map[[2]string]bool{
		{"Osh", "Osh Region"}: true, {"Osh Region", "Osh"}: true, {"Osh", "Oshoba Region"}: false, {"Osh", "Osh"}: false, {"", "Osh Region"}: false, {"Osh City", "Osh Region"}: false,
	} {
		if got := namesake(named(names[0]), named(names[1])); got != want {
			t.Errorf("%v: %v", names, got)
		}
	}
}

// BenchmarkDenied looks for what a denial is of among ten thousand stories, in one town
// and in a town of its own each.
func BenchmarkDenied(b *testing.B) {
	for _, spread := range []int{1, 1 << 20} {
		all := crowd(10_000, spread)
		p, x := NewProfiler(), NewIndex(Default())
		for _, a := range all {
			x.Add(a.Item.ID, a.Item.ID, p.Profile(a))
		}
		denial := p.Denial(all[7])
		b.Run(fmt.Sprintf("in up to %d towns", spread), func(b *testing.B) {
			for b.Loop() {
				x.Denied(denial)
			}
		})
	}
}
