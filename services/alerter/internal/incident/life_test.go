package incident

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/config"
	"faultline/pkg/event"
)

// Merging leaves the incident that it is given alone: whoever failed to store the
// new revision still has the old one.
func TestMergeDoesNotTouchTheOld(t *testing.T) {
	old := merge(open(build("a")), build("b"))
	before := encode(t, old)
	for name, a := range map[string]*event.Assessment{
		"a further report": build("c", killed(9), owned("x")),
		"a revision":       build("a", revision(1), killed(3)),
		"an irrelevant one": build("b", revision(1), func(a *event.Assessment) {
			a.Relevant = false
		}),
		"a wider one": build("d", func(a *event.Assessment) {
			a.Categories, a.Regions, a.Entities = []string{"riot", "coup"}, []string{"north"}, []string{"person:y"}
		}),
	} {
		if i := merge(old, a); i.Revision != old.Revision+1 {
			t.Errorf("%s: revision %d after %d", name, i.Revision, old.Revision)
		}
		equal(t, name, encode(t, old), before)
	}
	Age(Default(), old, noon.Add(100*time.Hour))
	Close(old, "too many", noon)
	equal(t, "after ageing and closing", encode(t, old), before)
}

// FAULTS 59: to decide again after a crash gives the same, byte by byte.
func TestFault59DecidingAgainGivesTheSame(t *testing.T) {
	tell := func() string {
		i := open(build("a"))
		for n := range 12 {
			i = merge(i, build(fmt.Sprint("r", n%7), revision(n), killed(n), owned(fmt.Sprint("o", n%3))))
		}
		return encode(t, Age(Default(), i, noon.Add(30*time.Hour)))
	}
	want := tell()
	for range 20 { // maps are walked in another order each time
		equal(t, "again", tell(), want)
	}
}

// FAULTS 74: what is delivered late or twice is recognised, whatever came between.
func TestFault74LateAndDoubleDeliveries(t *testing.T) {
	i := open(build("a", revision(2)))
	for name, c := range map[string]struct {
		a    *event.Assessment
		want Known
	}{
		"the same":                    {build("a", revision(2)), Same},
		"an older revision":           {build("a", revision(1)), Same},
		"a newer revision":            {build("a", revision(3)), Older},
		"another item":                {build("b", revision(2)), Unknown},
		"the same by newer rules":     {build("a", revision(2), judgedAt(time.Hour)), Older},
		"the same by older rules":     {build("a", revision(2), judgedAt(-time.Hour)), Same},
		"by rules of the same moment": {build("a", revision(2), judgedAt(2*time.Minute)), Same},
	} {
		equal(t, name, Has(i, c.a), c.want)
	}
	for range 5 {
		i = merge(i, build("b"))
	}
	equal(t, "reports", len(i.Reports), 2)
	equal(t, "count", i.ReportCount, 2)
}

// judgedAt is another assessment of the same revision, at noon and d.
func judgedAt(d time.Duration) func(*event.Assessment) {
	return func(a *event.Assessment) { a.ID, a.Assessed = "judged again", noon.Add(d) }
}

// The edge of the window, to the nanosecond.
func TestAdmissibleAtTheEdge(t *testing.T) {
	c := Default()
	window := time.Duration(c.Window)
	for age, want := range map[time.Duration]bool{0: true, window: true, window + 1: false, -time.Hour: true} {
		a := build("a", func(a *event.Assessment) { a.Item.FirstSeen, a.Item.Seen = noon.Add(-age), noon })
		equal(t, fmt.Sprint("age ", age), Admissible(c, a, noon), want)
	}
}

// The edges of quiet and closed, to the nanosecond, each with its reason.
func TestAgeAtTheEdges(t *testing.T) {
	c := Default()
	c.QuietAfter, c.CloseAfter, c.Keep = config.Duration(time.Hour), config.Duration(2*time.Hour), config.Duration(time.Minute)
	i := open(build("a"))
	for idle, want := range map[time.Duration]event.Status{
		-time.Hour: "", 0: "", time.Hour - 1: "", time.Hour: event.StatusQuiet, 2*time.Hour - 1: event.StatusQuiet, 2 * time.Hour: event.StatusClosed,
	} {
		got := event.Status("")
		if next := Age(c, i, noon.Add(idle)); next != nil {
			got = next.Status
		}
		equal(t, fmt.Sprint("idle for ", idle), got, want)
	}
	closed := Age(c, i, noon.Add(2*time.Hour))
	equal(t, "change", closed.Change, event.Change{Kind: event.ChangeClosed, Reasons: []string{"no report for 2h"}})
	equal(t, "updated", closed.Updated, noon.Add(2*time.Hour))
	equal(t, "kept to the edge", Expired(c, closed, closed.Updated.Add(time.Minute-1)), false)
	equal(t, "expired at the edge", Expired(c, closed, closed.Updated.Add(time.Minute)), true)
	early := Close(i, "too many incidents are open", noon.Add(time.Second))
	equal(t, "closed early", []any{early.Status, early.Change.Reasons, early.Revision}, []any{event.StatusClosed, []string{"too many incidents are open"}, 2})
}

// What keeps an incident awake is when reports came in, not when they were
// written.
func TestLastReport(t *testing.T) {
	i := open(build("a"))
	equal(t, "first", LastReport(i), noon)
	old := build("b", func(a *event.Assessment) { a.Item.Published = noon.Add(-40 * time.Hour) })
	i = Merge(Default(), i, old, Text{}, noon.Add(5*time.Hour))
	equal(t, "an old report that comes late", LastReport(i), noon.Add(5*time.Hour))
	i = Merge(Default(), i, build("a", revision(1)), Text{}, noon.Add(7*time.Hour))
	equal(t, "a revision", LastReport(i), noon.Add(7*time.Hour))
	i = Merge(Default(), i, build("c"), Text{}, noon.Add(6*time.Hour))
	equal(t, "clocks that go back", LastReport(i), noon.Add(7*time.Hour))
}

// A text that was edited until it is harmless does not undo what happened.
func TestIrrelevantRevisionKeepsTheJudgement(t *testing.T) {
	i := open(build("a", killed(4)))
	after := merge(i, build("a", revision(1), func(a *event.Assessment) {
		a.Relevant, a.Score, a.Severity, a.Categories, a.Findings, a.Main = false, 0, event.SeverityNone, nil, nil, nil
		a.Item.Title = "Corrected headline"
	}))
	equal(t, "headline", after.Headline, "Corrected headline")
	equal(t, "score", after.Score, i.Score)
	equal(t, "severity", after.Severity, i.Severity)
	equal(t, "place", after.Place, i.Place)
	equal(t, "toll", after.Casualties.Killed.Min, 4)
	equal(t, "findings", after.Reports[0].Findings, i.Reports[0].Findings)
	equal(t, "kind", after.Change.Kind, event.ChangeReworded)
	equal(t, "reasons", after.Change.Reasons, []string{"Outlet a revised its report"})
}

// The reasons, word by word, in their order, when one report brings them all.
func TestReasonsOfAnEscalation(t *testing.T) {
	i := open(build("a", killed(2)))
	i = merge(i, build("b", killed(5), func(a *event.Assessment) {
		a.Severity, a.Categories = event.SeverityCritical, []string{"riot"}
		a.Main = town(9, "Naryn", 41.43, 76)
		a.Casualties.Injured = &event.Count{Min: 30}
	}))
	equal(t, "kind", i.Change.Kind, event.ChangeEscalated)
	equal(t, "report", i.Change.Report, 1)
	equal(t, "reasons", i.Change.Reasons, []string{
		"severity up from moderate to critical", "killed up from 2 to 5", "injured: at least 30", "new category: riot", "new place: Naryn", "second independent source: Outlet b",
	})
}

// FAULTS 78: one story in forty copies escalates once at most, and counts as one
// source; FAULTS 97: nor does a text that goes back and forth.
func TestFault78CopiesAndFlappingTextsStayQuiet(t *testing.T) {
	i := open(build("a"))
	for n := range 40 {
		i = Merge(Default(), i, build(fmt.Sprint("copy", n)), Text{CopyOf: "a"}, noon.Add(time.Duration(n)*time.Second))
		if i.Change.Kind != event.ChangeReworded {
			t.Fatalf("copy %d is %s: %v", n, i.Change.Kind, i.Change.Reasons)
		}
	}
	equal(t, "independent", i.Corroboration.Independent, 1)
	for n := 1; n < 30; n++ {
		i = merge(i, build("a", revision(n), func(a *event.Assessment) { a.Item.Title = fmt.Sprint("Title ", n%2) }))
		if i.Change.Kind != event.ChangeReworded {
			t.Fatalf("revision %d is %s: %v", n, i.Change.Kind, i.Change.Reasons)
		}
	}
	equal(t, "count", i.ReportCount, 41)
}

// FAULTS 97: a severity that goes up and down in one source's revisions is said for
// each time that it is higher than it was.
func TestFault97SeverityFollowsTheReports(t *testing.T) {
	grave := func(a *event.Assessment) { a.Severity = event.SeverityHigh }
	i := merge(open(build("a")), build("b"))
	i = merge(i, build("a", revision(1), grave))
	equal(t, "up", []any{i.Severity, i.Change.Kind}, []any{event.SeverityHigh, event.ChangeEscalated})
	i = merge(i, build("c", grave))
	equal(t, "as grave", i.Change.Kind, event.ChangeReport)
	i = merge(i, build("a", revision(2)))
	equal(t, "one takes it back, the other does not", []any{i.Severity, i.Change.Kind}, []any{event.SeverityHigh, event.ChangeReworded})
}

// told is a report by a source, as far as corroboration looks at it.
func told(feed, owner, grade, agency, copyOf string) event.Report {
	return event.Report{Item: feed, Source: event.Source{Feed: feed, Owner: owner, Reliability: grade}, Attribution: agency, CopyOf: copyOf}
}

// Corroboration does not depend on the order of the reports, and one more report
// of a known owner never adds a source.
func TestCorroborationIsSymmetric(t *testing.T) {
	reports := []event.Report{
		told("a", "x", "C", "", ""), told("b", "", "B", "tass", ""), told("c", "y", "E", "tass", ""), told("d", "", "", "", "a"), told("e", "x", "A", "", ""),
	}
	want := corroborate(reports)
	for k := range reports {
		turned := slices.Concat(reports[k:], reports[:k])
		equal(t, fmt.Sprint("turned by ", k), corroborate(turned), want)
		slices.Reverse(turned)
		equal(t, fmt.Sprint("turned by ", k, ", reversed"), corroborate(turned), want)
	}
	more := append(slices.Clone(reports), told("f", "X", "C", "", ""))
	equal(t, "an owner in capitals", corroborate(more).Independent, want.Independent)
	equal(t, "nothing", corroborate(nil).Independent, 0)
	one := told("a", "", "C", "", "a")
	equal(t, "a copy of itself", corroborate([]event.Report{one}).Independent, 1)
	equal(t, "two that copy each other", corroborate([]event.Report{told("a", "", "", "", "b"), told("b", "", "", "", "a")}).Independent, 1)
}

// What came from a feed is bounded in a report on its own.
func TestReportIsBounded(t *testing.T) {
	a := build("a", func(a *event.Assessment) {
		a.Item.Title, a.Item.Text = strings.Repeat("ж", 9000), strings.Repeat("слово ", 9000)
		a.Main.Text = strings.Repeat("э", 9000)
		a.Item.URL = "https://a.example/" + strings.Repeat("x", maxURLBytes-18)
	})
	r := open(a).Reports[0]
	equal(t, "an address at the limit stays", len(r.URL), maxURLBytes)
	if n := len([]rune(r.Title)); n > maxTitleRunes+1 {
		t.Errorf("the title has %d characters", n)
	}
	if n := len([]rune(r.Place.Text)); n > maxEvidenceRunes+1 {
		t.Errorf("the place's words have %d characters", n)
	}
	equal(t, "the assessment keeps its own", len([]rune(a.Main.Text)), 9000)
	a.Item.URL += "x"
	equal(t, "an address beyond it goes", open(a).Reports[0].URL, "")
}

// An incident read by many while the next revision is made.
func TestMergeFromManyGoroutines(t *testing.T) {
	i := merge(open(build("a", killed(1))), build("b"))
	want := encode(t, merge(i, build("c", killed(2))))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { equal(t, "merged", encode(t, merge(i, build("c", killed(2)))), want) })
	}
	wait.Wait()
}
