package incident

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"faultline/pkg/event"
)

func titled(title string) func(*event.Assessment) {
	return func(a *event.Assessment) { a.Item.Title = title }
}

func feed(name string) func(*event.Assessment) {
	return func(a *event.Assessment) { a.Item.Source.Feed, a.Item.Source.Title = name, "Outlet "+name }
}

// An outlet that heads its report so takes it back, once, whatever the text below still
// says.
func TestReportIsTakenBackByItsTitle(t *testing.T) {
	i := open(build("a", killed(3)))
	grave := func(a *event.Assessment) {
		a.Score, a.Severity, a.Categories = 90, event.SeverityCritical, []string{"coup"}
	}
	back := merge(i, build("a", titled("RETRACTED: Title of a"), revision(1), killed(9), grave))
	equal(t, "kind", back.Change.Kind, event.ChangeCorrected)
	equal(t, "reasons", back.Change.Reasons, []string{"Outlet a takes its report back"})
	equal(t, "sources", back.Corroboration, event.Corroboration{Withdrawn: 1, Credibility: 5, Certainty: "Unlikely"})
	equal(t, "severity", []any{back.Severity, back.Score, back.Change.Severity, back.Change.Certainty}, []any{event.SeverityLow, i.Score / 10, event.SeverityModerate, i.Corroboration.Certainty})
	equal(t, "categories", back.Categories, []string{"protest"})
	equal(t, "toll", back.Casualties.Killed, (*event.Count)(nil))
	again := merge(back, build("a", titled("RETRACTED: Title of a, with a comma"), revision(2)))
	equal(t, "once more", again.Change.Kind, event.ChangeReworded)
}

// So it does in an item of its own, which opens no incident.
func TestRetractionIsAnItemOfItsOwn(t *testing.T) {
	i := open(build("a"))
	x := build("b", feed("a"), titled("Retracted: Title of a"))
	equal(t, "it opens nothing", Admissible(Default(), x, noon), false)
	equal(t, "it is heard", Contradicts(Default(), x, noon), true)
	back := Merge(Default(), i, x, Text{CopyOf: "a"}, noon)
	equal(t, "reasons", back.Change.Reasons, []string{"Outlet a takes its report back"})
	equal(t, "sources", back.Corroboration, event.Corroboration{Withdrawn: 1, Credibility: 5, Certainty: "Unlikely"})
	once := merge(back, build("e", feed("a"), titled("Retracted: Title of a, once more")))
	equal(t, "once more", []any{once.Change.Kind, once.Corroboration}, []any{event.ChangeReport, back.Corroboration})
	equal(t, "it joins what its outlet told", Joins(i, x), true)
	equal(t, "it joins nothing of others", Joins(i, build("c", titled("Retracted: Title of a"))), false)
	equal(t, "it joins once more", Joins(back, build("e", feed("a"), titled("Retracted: Title of a"))), true)
}

// A correction is told to those who have the report, and is news to others.
func TestReportIsCorrectedByItsTitle(t *testing.T) {
	i := open(build("a", killed(30)))
	fixed := merge(i, build("a", titled("CORRECTION: Title of a"), revision(1), killed(3)))
	equal(t, "kind", fixed.Change.Kind, event.ChangeCorrected)
	equal(t, "reasons", fixed.Change.Reasons, []string{"Outlet a corrects its report", "killed down from 30 to 3"})
	equal(t, "sources", fixed.Corroboration.Independent, 1)
	worse := merge(i, build("a", titled("CORRECTION: Title of a"), revision(1), killed(40)))
	equal(t, "upwards", []any{worse.Change.Kind, worse.Change.Reasons}, []any{event.ChangeEscalated, []string{"killed up from 30 to 40", "Outlet a corrects its report"}})
	again := merge(fixed, build("a", titled("CORRECTION: Title of a."), revision(2), killed(3)))
	equal(t, "once more", again.Change.Kind, event.ChangeReworded)
	x := build("b", titled("Corrected: Title of a"), killed(30))
	equal(t, "it may be the first report", Admissible(Default(), x, noon), true)
	equal(t, "of an outlet not heard before", merge(i, x).Change.Reasons, []string{"second independent source: Outlet b"})
}

// An outlet takes back in the first person as well, in any of the languages.
func TestWithdraws(t *testing.T) {
	for text, want := range map[string]bool{
		"We withdraw our earlier report that the town hall was seized.":                        true,
		"We have retracted our story about the town hall":                                      true,
		"Our earlier report that gunmen hold the town hall was false. We apologise.":           true,
		"Мы отзываем наше сообщение о захвате мэрии.":                                          true,
		"Наше более раннее сообщение о захвате мэрии не соответствует действительности.":       true,
		"Редакция отозвала материал о захвате мэрии":                                           true,
		"Мэрия басып алынды деген кабарыбызды кайтарып алабыз.":                                true,
		"Әкімдік басып алынды деген хабарымызды қайтарып аламыз.":                              true,
		"Hokimiyat egallangani haqidagi xabarimizni qaytarib olamiz.":                          true,
		"Ҳокимият эгаллангани ҳақидаги хабаримизни қайтариб оламиз.":                           true,
		"Мо хабари худро дар бораи ишғоли бино бозпас мегирем.":                                true,
		"Belediye binasının ele geçirildiği yönündeki haberimizi geri çekiyoruz.":              true,
		"Nous retirons notre article sur la prise de la mairie.":                               true,
		"Retiramos nuestra noticia sobre la toma del ayuntamiento.":                            true,
		"نسحب خبرنا عن اقتحام مبنى البلدية.":                                                   true,
		"Police withdraw from the town hall. Our report of Monday said forty men were inside.": false,
		"Our earlier report gave the wrong number of men.":                                     false,
		"The minister retracted his words about the governor":                                  false,
		"Troops withdraw as our reporters watch":                                               false,
		"Войска отозваны из города, сообщает редакционный корреспондент":                       false,
		"Министр отозвал своё заявление":                                                       false,
		"": false,
	} {
		for _, a := range []*event.Assessment{build("a", titled(text)), build("a", func(a *event.Assessment) { a.Item.Text = text })} {
			if got := withdraws(a); got != want {
				t.Errorf("%q, %q: %v, want %v", a.Item.Title, a.Item.Text, got, want)
			}
		}
	}
}

// A retraction in another item of the outlet takes its reports back, and those that rest on
// them; the others stand.
func TestRetractionTakesWhatRestsOnIt(t *testing.T) {
	agency := func(a *event.Assessment) { a.Item.Source.Feed, a.Item.Source.Title = "a", "Interfax" }
	i := open(build("a", agency))
	i = Merge(Default(), i, build("b"), Text{CopyOf: "a"}, noon)
	i = merge(merge(i, build("c", func(a *event.Assessment) { a.Item.Text = "It happened at noon, according to Interfax." })), build("d"))
	equal(t, "before", []int{i.Corroboration.Independent, i.Corroboration.Credibility}, []int{2, 2})
	says := func(a *event.Assessment) { a.Item.Text = "We withdraw our earlier report of a rally." }
	i = merge(i, build("e", agency, says))
	equal(t, "kind", i.Change.Kind, event.ChangeCorrected)
	equal(t, "after", i.Corroboration, event.Corroboration{Independent: 1, Withdrawn: 1, Credibility: 3, Certainty: "Possible"})
	var stances []string
	for _, r := range i.Reports {
		stances = append(stances, r.Stance())
	}
	equal(t, "stances", stances, []string{"taken back", "", "", "", "taken back"})
}

// So does a correction that denies it; a denial that the outlet only carries does not.
func TestCorrectionTakesBack(t *testing.T) {
	i := open(build("a"))
	back := merge(i, build("b", feed("a"), titled("Correction: there was no rally"), denying))
	equal(t, "reasons", back.Change.Reasons, []string{"Outlet a takes its report back: A rally"})
	equal(t, "support", back.Corroboration, event.Corroboration{Withdrawn: 1, Credibility: 5, Certainty: "Unlikely"})
	carried := merge(i, build("b", feed("a"), titled("Police deny that there was a rally"), denying))
	equal(t, "kind", carried.Change.Kind, event.ChangeDenied)
	equal(t, "its report stands", carried.Corroboration, event.Corroboration{Independent: 1, Denied: 1, Credibility: 3, Certainty: "Possible"})
	other := merge(i, build("b", titled("Correction: there was no rally"), denying))
	equal(t, "of an outlet that told nothing", other.Corroboration, event.Corroboration{Independent: 1, Denied: 1, Credibility: 3, Certainty: "Possible"})
}

// That other rules judge a text as a denial takes nothing back.
func TestJudgedAnewIsNotTakenBack(t *testing.T) {
	i := open(build("a"))
	judged := merge(i, build("a", denying, func(a *event.Assessment) { a.ID, a.Assessed = "newer", noon.Add(time.Minute) }))
	equal(t, "kind", judged.Change.Kind, event.ChangeReworded)
	equal(t, "taken back", []any{judged.Reports[0].Denies, judged.Reports[0].Withdrawn}, []any{true, false})
}

// An incident remembers how it stood before, each once, so that whoever was told by that is kept up to date.
func TestHowItStoodIsRemembered(t *testing.T) {
	i := open(build("a"))
	first := standing(i)
	equal(t, "at first", len(i.Formerly), 0)
	i = merge(i, build("a", titled("RETRACTED: Title of a"), revision(1)))
	taken := standing(i)
	equal(t, "taken back", i.Formerly, []event.Standing{first})
	i = Close(i, "over", noon)
	equal(t, "closed", i.Formerly, []event.Standing{first})
	i = merge(i, build("a", revision(2)))
	equal(t, "told anew", i.Formerly, []event.Standing{taken})
	i = merge(i, build("b", feed("a"), titled("RETRACTED: Title of a")))
	equal(t, "taken back again", i.Formerly, []event.Standing{first})
	stood := map[event.Standing]bool{}
	for n := range 40 {
		stood[standing(i)] = true
		i = merge(i, build(fmt.Sprint("n", n), func(a *event.Assessment) {
			a.Severity, a.Item.Source.Reliability = event.Severities()[n%5], string("ABCDE"[n/8])
			a.Findings[0].Indicator, a.Score = fmt.Sprint("indicator ", n/2), 50+n
		}))
	}
	delete(stood, standing(i))
	if len(stood) < 9 || len(stood) > maxFormerly {
		t.Fatalf("it stood in %d ways", len(stood))
	}
	for s := range stood {
		if !slices.Contains(i.Formerly, s) {
			t.Errorf("forgotten: %+v", s)
		}
	}
	for n := range 2 * maxFormerly {
		i.Language = fmt.Sprint(n)
		next := *i
		rederive(i, &next)
		i = &next
	}
	equal(t, "remembered", len(i.Formerly), maxFormerly)
}
