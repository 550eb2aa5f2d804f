package incident

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

// flap merges 20 revisions of an item, each as odd makes it or as even does, and returns how many
// of them were loud.
func flap(t *testing.T, i *event.Incident, item string, odd, even func(*event.Assessment)) (*event.Incident, int) {
	t.Helper()
	rung := 0
	for n := 1; n <= 20; n++ {
		change := even
		if n%2 == 1 {
			change = odd
		}
		i = Merge(Default(), i, build(item, revision(n), change), Text{}, noon.Add(time.Duration(n)*time.Minute))
		switch i.Change.Kind {
		case event.ChangeReworded:
		default:
			rung++
			t.Logf("%d: %s %q", n, i.Change.Kind, i.Change.Reasons)
		}
	}
	equal(t, "all are kept", i.Revision >= 21, true)
	return i, rung
}

func severe(s event.Severity) func(*event.Assessment) {
	return func(a *event.Assessment) { a.Severity = s }
}

func agency(name string) func(*event.Assessment) {
	return func(a *event.Assessment) { a.Item.Text = "A rally was held, " + name + " reported." }
}

func plain(*event.Assessment) {}

// FAULTS 97: what goes back and forth is told once each way.
func TestFault97FlappingIsToldOnce(t *testing.T) {
	freed := func(a *event.Assessment) {
		a.Findings = []event.Finding{{Indicator: "freed", Category: "protest", Title: "A person is free", Assertion: event.Asserted, Points: 50, Codes: map[string]string{"outcome": "released"}}}
	}
	for name, c := range map[string]struct {
		from      *event.Incident
		item      string
		odd, even func(*event.Assessment)
		most      int
	}{
		"a toll":             {open(build("a", killed(3))), "a", killed(2), killed(3), 1},
		"a toll that comes":  {open(build("a")), "a", killed(3), plain, 1},
		"a severity":         {open(build("a")), "a", severe(event.SeverityHigh), severe(event.SeverityModerate), 1},
		"another source":     {merge(open(build("a")), build("b")), "b", owned("feed"), plain, 1},
		"an agency":          {merge(open(build("a", agency("Interfax"))), build("b")), "b", agency("Interfax"), plain, 1},
		"a place":            {open(build("a")), "a", func(a *event.Assessment) { a.Main = town(2, "Uzgen", 40.77, 73.30) }, plain, 1},
		"a release":          {open(build("a")), "a", freed, plain, 1},
		"a heading":          {open(build("a")), "a", func(a *event.Assessment) { a.Item.Title = "CORRECTED: Title of a" }, plain, 1},
		"what is taken back": {open(build("a")), "a", func(a *event.Assessment) { a.Item.Title = "RETRACTED: Title of a" }, plain, 2},
	} {
		t.Run(name, func(t *testing.T) {
			i, rung := flap(t, c.from, c.item, c.odd, c.even)
			if rung > c.most {
				t.Errorf("%d loud changes, want %d at most", rung, c.most)
			}
			if len(i.Swings) > 4 {
				t.Errorf("%d swings are kept", len(i.Swings))
			}
		})
	}
}

// A figure that nobody heard yet, another outlet, or time makes it news again.
func TestNewsBesideASwing(t *testing.T) {
	at := func(i *event.Incident, minutes int, a *event.Assessment) *event.Incident {
		return Merge(Default(), i, a, Text{}, noon.Add(time.Duration(minutes)*time.Minute))
	}
	i, _ := flap(t, open(build("a", killed(3))), "a", killed(2), killed(3))
	equal(t, "a rise beyond it", at(i, 21, build("a", killed(4), revision(21))).Change.Reasons, []string{"killed up from 3 to 4", "Outlet a revised its report"})
	equal(t, "a fall below it", at(i, 21, build("a", killed(1), revision(21))).Change.Kind, event.ChangeCorrected)
	again := at(i, 21, build("a", killed(2), revision(21)))
	equal(t, "what it says", again.Change.Reasons, []string{"killed down from 3 to 2, as before", "Outlet a revised its report"})
	equal(t, "an hour later", at(i, 81, build("a", killed(2), revision(21))).Change.Kind, event.ChangeCorrected)

	i = at(open(build("a", severe(event.SeverityHigh))), 1, build("a", revision(1)))
	equal(t, "another outlet", at(i, 2, build("b", severe(event.SeverityHigh))).Change.Kind, event.ChangeEscalated)
	i = at(i, 3, build("a", revision(2), severe(event.SeverityHigh), func(a *event.Assessment) { a.Categories = []string{"riot"} }))
	equal(t, "with other news", i.Change.Reasons, []string{"new category: riot", "severity up from moderate to high, as before", "Outlet a revised its report"})
}

// What swings is bounded, whatever comes, and weighs little.
func TestSwingsAreBounded(t *testing.T) {
	var s swings
	for n := range 100 {
		s = s.note(fmt.Sprint("taken back by ", n), noon, n)
		s = s.note("killed", noon, 50+n, 49-n)
	}
	if len(s) > maxSwings {
		t.Errorf("%d swings", len(s))
	}
	killed := s[len(s)-1]
	equal(t, "values", len(killed.Values), maxSwingValues)
	equal(t, "the greatest, the least, and one between", []bool{s.has("killed", 149), s.has("killed", -50), s.has("killed", 77)}, []bool{true, true, true})
	equal(t, "beyond", s.has("killed", 150), false)
	if strings.Contains(encode(t, open(build("a"))), "swings") {
		t.Error("an incident in which nothing swings stores some")
	}
}

// As many things swing as are kept, and one more: what comes back meanwhile is remembered with what
// was told of it, and what is worse than that is news.
func TestASwingIsKeptWithItsValues(t *testing.T) {
	i := open(build("a", severe(event.SeverityHigh), killed(3)))
	at := func(minutes int, change ...func(*event.Assessment)) {
		i = Merge(Default(), i, build("a", append(change, revision(minutes))...), Text{}, noon.Add(time.Duration(minutes)*time.Minute))
	}
	at(1, killed(3)) // the severity falls
	for n := range maxSwings - 1 {
		i.Swings = swings(i.Swings).note(fmt.Sprint("taken back by ", n), i.Updated, 1)
	}
	at(2, severe(event.SeverityHigh), killed(2)) // it comes back, while a toll falls
	equal(t, "what comes back", slices.Contains(i.Change.Reasons, "severity up from moderate to high, as before"), true)
	for _, s := range i.Swings {
		if len(s.Values) == 0 {
			t.Errorf("%s is remembered without what was told of it", s.Of)
		}
	}
	at(3, severe(event.SeverityCritical), killed(2))
	equal(t, "what is worse", i.Change.Reasons, []string{"severity up from high to critical", "Outlet a revised its report"})

	i.Swings = []event.Swing{{Of: swingSeverity, At: i.Updated}} // as an earlier build stored it
	at(4, killed(2))
	i.Swings[0].Values = nil
	at(5, severe(event.SeverityHigh), killed(2))
	equal(t, "of which nothing is known", i.Change.Kind, event.ChangeEscalated)
}
