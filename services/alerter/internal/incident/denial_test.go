package incident

import (
	"fmt"
	"testing"
	"time"

	"faultline/pkg/event"
)

// denying is what the rules make of a text that says that the rally did not happen.
func denying(a *event.Assessment) {
	a.Relevant, a.Score, a.Severity, a.Categories = false, 2, event.SeverityNone, nil
	a.Findings = []event.Finding{{Indicator: "rally", Title: "A rally", Category: "protest", Assertion: event.Denied, Points: 1}}
}

// Somebody else denies it: the readers hear of that, and it is no second source.
func TestDenied(t *testing.T) {
	i := merge(open(build("a", killed(3))), build("b", denying, killed(9)))
	equal(t, "kind", i.Change.Kind, event.ChangeDenied)
	equal(t, "reasons", i.Change.Reasons, []string{"Outlet b denies it: A rally"})
	equal(t, "sources", i.Corroboration, event.Corroboration{Independent: 1, Denied: 1, Credibility: 3, Certainty: "Possible"})
	equal(t, "headline", i.Headline, "Title of a")
	equal(t, "toll", i.Casualties.Killed.Min, 3)
	equal(t, "severity", i.Severity, event.SeverityModerate)
	again := merge(i, build("b", denying, revision(1)))
	equal(t, "a revision of the denial", again.Change.Kind, event.ChangeReworded)
	copied := Merge(Default(), i, build("c", denying), Text{CopyOf: "b"}, noon)
	equal(t, "a copy of the denial", copied.Change.Kind, event.ChangeReworded)
	second := merge(i, build("c"))
	equal(t, "a second source after it", second.Change.Reasons, []string{"second independent source: Outlet c"})
}

// What three outlets confirmed is possibly true at best once another one denies it, until
// that one tells it too.
func TestDenialLowersCredibility(t *testing.T) {
	i := merge(merge(open(build("a")), build("b")), build("c"))
	equal(t, "confirmed", []any{i.Corroboration.Credibility, i.Corroboration.Certainty}, []any{1, "Observed"})
	i = merge(i, build("d", denying))
	equal(t, "denied", i.Corroboration, event.Corroboration{Independent: 3, Denied: 1, Credibility: 3, Certainty: "Possible"})
	i = merge(i, build("d", revision(1)))
	equal(t, "told after all", i.Corroboration, event.Corroboration{Independent: 4, Credibility: 1, Certainty: "Observed"})
}

// The outlet itself takes its report back.
func TestReportIsTakenBack(t *testing.T) {
	i := merge(open(build("a")), build("a", denying, revision(1)))
	equal(t, "kind", i.Change.Kind, event.ChangeCorrected)
	equal(t, "reasons", i.Change.Reasons, []string{"Outlet a takes its report back: A rally"})
	equal(t, "sources", i.Corroboration.Independent, 0)
	back := merge(i, build("a", revision(2)))
	equal(t, "told anew", []any{back.Reports[0].Denies, back.Corroboration.Independent}, []any{false, 1})
}

// What is denied must be what the incident is about, and be all that the text says of
// it.
func TestWhatIsNoDenial(t *testing.T) {
	i := open(build("a"))
	for name, change := range map[string]func(*event.Assessment){
		"of something else": func(a *event.Assessment) { a.Findings[0].Category = "coup" },
		"asserted besides": func(a *event.Assessment) {
			a.Findings = append(a.Findings, event.Finding{Indicator: "march", Category: "protest", Assertion: event.Asserted})
		},
		"planned": func(a *event.Assessment) { a.Findings[0].Assertion = event.Planned },
		"news":    func(a *event.Assessment) { a.Relevant = true },
	} {
		if denies(i, build("b", denying, change)) {
			t.Errorf("%s is a denial", name)
		}
	}
	c := Default()
	equal(t, "a denial is heard", Contradicts(c, build("b", denying), noon), true)
	equal(t, "it opens nothing", Admissible(c, build("b", denying), noon), false)
	equal(t, "old ones are not", Contradicts(c, build("b", denying, func(a *event.Assessment) { a.Item.Backlog = true }), noon), false)
	equal(t, "news is none", Contradicts(c, build("b"), noon), false)
	equal(t, "late ones are not", Contradicts(c, build("b", denying), noon.Add(time.Duration(c.Window)+time.Hour)), false)
}

// A lower toll is told, beside what goes up.
func TestTollsDown(t *testing.T) {
	injured := func(n int) func(*event.Assessment) {
		return func(a *event.Assessment) { a.Casualties.Injured = &event.Count{Min: n} }
	}
	i := open(build("a", killed(3), injured(10)))
	lower := merge(i, build("a", killed(2), injured(10), revision(1)))
	equal(t, "kind", lower.Change.Kind, event.ChangeCorrected)
	equal(t, "reasons", lower.Change.Reasons, []string{"killed down from 3 to 2", "Outlet a revised its report"})
	mixed := merge(i, build("a", killed(2), injured(20), revision(1)))
	equal(t, "kind of both", mixed.Change.Kind, event.ChangeEscalated)
	equal(t, "reasons of both", mixed.Change.Reasons, []string{"injured up from at least 10 to at least 20", "killed down from 3 to 2", "Outlet a revised its report"})
	silent := merge(i, build("a", revision(1)))
	equal(t, "a number that is left out", silent.Change.Kind, event.ChangeReworded)
}

// A source is told to deny it once. Others are told again if they add something: a second
// source, an official, or another part of it.
func TestDenialIsToldOnce(t *testing.T) {
	official := func(a *event.Assessment) {
		a.Findings[0].Attribution = &event.Attribution{Source: "official"}
	}
	more := func(a *event.Assessment) {
		a.Findings = append(a.Findings, event.Finding{Indicator: "riot", Title: "A riot", Category: "riot", Assertion: event.Denied})
	}
	i := open(build("a", func(a *event.Assessment) { a.Categories = append(a.Categories, "riot") }))
	for _, step := range []struct {
		name   string
		denial *event.Assessment
		kind   event.ChangeKind
		reason string
		denied int
	}{
		{"the first", build("b", denying), event.ChangeDenied, "Outlet b denies it: A rally", 1},
		{"its second", build("b2", feed("b"), denying), event.ChangeReport, "further denial by Outlet b", 1},
		{"of its owner", build("b3", owned("b"), denying), event.ChangeDenied, "Outlet b3 denies it too: A rally", 2},
		{"a third source", build("c", denying), event.ChangeReport, "further denial by Outlet c", 3},
		{"an official", build("c2", feed("c"), denying, official), event.ChangeDenied, "Outlet c has an official deny it: A rally", 3},
		{"another official", build("d", denying, official), event.ChangeReport, "further denial by Outlet d", 4},
		{"more of it", build("e", denying, more), event.ChangeDenied, "Outlet e denies more of it: A rally", 5},
		{"no more of it", build("f", denying, more), event.ChangeReport, "further denial by Outlet f", 6},
	} {
		i = merge(i, step.denial)
		if i.Change.Kind != step.kind || i.Change.Reasons[0] != step.reason || i.Corroboration.Denied != step.denied {
			t.Errorf("%s: %s %q, %d deny it", step.name, i.Change.Kind, i.Change.Reasons, i.Corroboration.Denied)
		}
	}
	equal(t, "support", i.Corroboration.String(), "single source, denied by 6 sources, credibility 3 (possibly true), certainty Possible")
}

// However many reports follow, an incident remembers that it is denied.
func TestDenialIsKept(t *testing.T) {
	c := Default()
	c.MaxReports = 10
	i := Merge(c, open(build("a")), build("b", denying), Text{}, noon)
	for n := range 30 {
		i = Merge(c, i, build(fmt.Sprint("more", n)), Text{}, noon)
	}
	equal(t, "denied", []int{len(i.Reports), i.Corroboration.Denied}, []int{10, 1})
	i = Merge(c, i, build("b2", feed("b"), denying), Text{}, noon)
	equal(t, "its second", i.Change.Kind, event.ChangeReport)
}
