package aggregate

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// denying makes of a report one that denies what it is of, in words of its own.
func denying(item, feed, language, title, text string) *event.Assessment {
	x := told(item, feed, title, text)
	x.Language, x.Item.Language = language, language
	x.Relevant, x.Score, x.Severity, x.Categories = false, 3, event.SeverityNone, nil
	for i := range x.Findings {
		x.Findings[i].Assertion, x.Findings[i].Title = event.Denied, "A government building is stormed"
	}
	x.Item.Published = noon.Add(30 * time.Second)
	return x
}

// inRussian denies the first report in a language that it is not in.
func inRussian() *event.Assessment {
	return denying("r", "vesti", "ru", "Милиция опровергла захват администрации", "Сообщения о захвате здания не соответствуют действительности, сказали в УВД.")
}

// A text that only denies opens no incident, and is heard against the one that it
// denies.
func TestDenialIsHeard(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	denial := func() *event.Assessment {
		return denying("c", "gamma", "en", first().Item.Title, "The ministry denied it. "+first().Item.Text) // its words are those of the first
	}
	take(t, a, 1, denial())
	equal(t, "a denial of nothing", kinds(t, b), "")
	a = newAggregator(t, b)
	take(t, a, 2, first())
	take(t, a, 3, denial())
	last := published(t, b)
	equal(t, "reports", len(last[len(last)-1].Reports), 2)
	equal(t, "denied", last[len(last)-1].Corroboration.Denied, 1)
	equal(t, "sources", last[len(last)-1].Corroboration.Independent, 1)
}

// It is in whatever words and language, and is told once, also by those who copy it, after
// it is delivered again and after a restart.
func TestDenialInOtherWords(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	take(t, a, 2, other())
	take(t, a, 3, inRussian())
	take(t, a, 3, inRussian())
	equal(t, "changes", kinds(t, b), "new new denied")

	a = newAggregator(t, b)
	take(t, a, 3, inRussian())
	take(t, a, 4, denying("n", "novosti", "ru", inRussian().Item.Title, inRussian().Item.Text))
	take(t, a, 5, denying("r2", "vesti", "ru", "В Джалал-Абаде здание администрации никто не занимал", "Об этом ещё раз заявили в областной милиции."))
	equal(t, "changes after a restart", kinds(t, b), "new new denied reworded report")
	take(t, a, 6, denying("e", "epsilon", "en", "No, nobody holds the governor's office", "Staff are at their desks, a caller was told."))
	equal(t, "a second source", kinds(t, b), "new new denied reworded report denied")
	all := published(t, b)
	equal(t, "incident", all[5].ID, all[0].ID)
	equal(t, "copy of", all[3].Reports[2].CopyOf, "r")
	equal(t, "support", all[5].Corroboration.String(), "single source, denied by 2 sources, credibility 3 (possibly true), certainty Possible")
	equal(t, "headline", all[5].Headline, first().Item.Title)
}

// A fast feed may deny what a slow one tells later: it is held against that, once, if it is
// soon enough and of it.
func TestDenialComesFirst(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	kidnapping, nowhere := inRussian(), inRussian()
	kidnapping.Item.ID, kidnapping.Findings[0].Indicator, kidnapping.Findings[0].Category = "k", "official-abducted", "kidnapping"
	nowhere.Item.ID, nowhere.Main = "nowhere", nil
	take(t, a, 1, nowhere)
	take(t, a, 1, inRussian())
	take(t, a, 1, inRussian())
	take(t, a, 2, kidnapping)
	take(t, a, 3, first())
	take(t, a, 3, first())
	take(t, a, 1, inRussian())
	equal(t, "changes", kinds(t, b), "new denied")
	equal(t, "waiting", len(a.waiting), 1)
	all := published(t, b)
	equal(t, "one incident", all[1].ID, all[0].ID)

	for n := range maxWaiting + 5 {
		late := inRussian()
		late.Item.ID = fmt.Sprint("late", n)
		late.Main = &event.Place{GeonameID: 1346798, Name: "Osh", Country: "KG", Admin1: "08", Lat: 40.53, Lon: 72.8}
		take(t, a, uint64(4+n), late)
	}
	equal(t, "the latest wait", len(a.waiting), maxWaiting)
	equal(t, "changes in the end", kinds(t, b), "new denied")
}

// What was edited to deny nothing, and what waited for too long, is held against nothing.
func TestDenialThatWaitsNoMore(t *testing.T) {
	edited := inRussian()
	edited.Item.Revision, edited.Findings = 2, nil
	earlier := inRussian()
	earlier.Item.Revision = 1
	for name, c := range map[string]struct {
		denials []*event.Assessment
		after   time.Duration
		want    string
	}{
		"edited":         {[]*event.Assessment{earlier, edited}, 0, "new"},
		"delivered late": {[]*event.Assessment{earlier, inRussian()}, 0, "new denied"},
		"in time":        {[]*event.Assessment{earlier}, waitsFor, "new denied"},
		"too late":       {[]*event.Assessment{earlier}, waitsFor + time.Minute, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			a := newAggregator(t, b)
			for i, x := range c.denials {
				take(t, a, uint64(1+i), x)
			}
			report := first()
			report.Assessed = report.Assessed.Add(c.after)
			take(t, a, 3, report)
			equal(t, "changes", kinds(t, b), c.want)
			if all := published(t, b); len(all) == 2 {
				equal(t, "revision", all[1].Reports[1].Revision, 1)
			}
		})
	}
}

// What a denial is not of: another town, kind or time.
func TestDenialOfAnotherEvent(t *testing.T) {
	elsewhere := inRussian()
	elsewhere.Main = &event.Place{GeonameID: 1346798, Name: "Osh", Country: "KG", Admin1: "08", Lat: 40.53, Lon: 72.8}
	kidnapping := inRussian()
	kidnapping.Findings[0].Indicator, kidnapping.Findings[0].Category = "official-abducted", "kidnapping"
	old := inRussian()
	old.Item.Published = noon.Add(-time.Hour * 24)
	for name, x := range map[string]*event.Assessment{"town": elsewhere, "kind": kidnapping, "time": old} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			a := newAggregator(t, b)
			take(t, a, 1, first())
			take(t, a, 2, x)
			equal(t, "changes", kinds(t, b), "new")
		})
	}
}

// An outlet takes its report back in an item of its own; others that are open are left
// alone, and a further report joins the story all the same.
func TestOutletTakesItBack(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	retraction := told("w", "alpha", "Correction: what we wrote about Jalalabad", "We withdraw our earlier report that the governor's office was taken.")
	take(t, a, 2, retraction)
	take(t, a, 2, retraction)
	equal(t, "changes", kinds(t, b), "new corrected")
	all := published(t, b)
	equal(t, "support", all[1].Corroboration.String(), "no source stands by it, taken back by 1 source, credibility 5 (improbable), certainty Unlikely")

	a = newAggregator(t, b)
	take(t, a, 3, second())
	equal(t, "a report after the restart", kinds(t, b), "new corrected escalated")
	all = published(t, b)
	equal(t, "incident", all[2].ID, all[0].ID)
	take(t, a, 4, told("v", "omega", "Correction: what we wrote about Jalalabad", "We withdraw our earlier report on the mayor."))
	equal(t, "of an outlet that told nothing", kinds(t, b), "new corrected escalated")
}

// A correction is of what its outlet told, however different its numbers: it opens nothing. Of
// an outlet that told nothing it is a report like any other.
func TestOutletCorrectsIt(t *testing.T) {
	killed := func(x *event.Assessment, n int) *event.Assessment {
		x.Casualties.Killed = &event.Count{Min: n, Max: n}
		return x
	}
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, killed(told("a", "alpha", "Nine die as crowd storms office in Jalalabad", "A crowd stormed the office on Friday and nine people were killed, doctors said."), 9))
	corrected := killed(told("c", "alpha", "CORRECTED: Eight, not nine, dead in Jalalabad", "Doctors put their first figure right: eight died at the scene."), 8)
	take(t, a, 2, corrected)
	take(t, a, 2, corrected)
	equal(t, "changes", kinds(t, b), "new corrected")
	last := published(t, b)[1]
	equal(t, "reasons", fmt.Sprint(last.Change.Reasons), "[ALPHA corrects its report killed down from 9 to 8]")
	equal(t, "toll", last.Casualties.Killed.Min, 8)
	take(t, a, 3, killed(told("o", "omega", "CORRECTED: Forty, not fifty, die in Jalalabad school fire", "The school of the northern district burned down at night."), 40))
	equal(t, "of an outlet that told nothing", kinds(t, b), "new corrected new")
}

// A report is taken back by its outlet in a text in which the rules find nothing.
func TestOutletTakesItBackWithoutAFinding(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	x := told("w", "alpha", "RETRACTED: "+first().Item.Title, "We were misled about the governor's office in Jalalabad by our source.")
	x.Relevant, x.Score, x.Severity, x.Categories, x.Findings = false, 0, event.SeverityNone, nil, nil
	take(t, a, 2, x)
	equal(t, "changes", kinds(t, b), "new corrected")
	equal(t, "certainty", published(t, b)[1].Corroboration.Certainty, "Unlikely")
}

// Whenever an aggregator dies with a denial in hand, it is told once.
func TestDenialSurvivesCrashes(t *testing.T) {
	for point := range points {
		b := bustest.Start(t)
		take(t, newAggregator(t, b), 1, first())
		dying := newAggregator(t, b)
		if err := dying.tryUntil(t.Context(), inRussian(), point); err != nil && !errors.Is(err, errAgain) {
			t.Fatal(err)
		}
		after := newAggregator(t, b)
		take(t, after, 2, inRussian())
		equal(t, "changes", kinds(t, b), "new denied")
	}
}
