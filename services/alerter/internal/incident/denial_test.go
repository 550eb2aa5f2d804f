package incident

import (
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
		if Denies(i, build("b", denying, change)) {
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
	equal(t, "reasons", lower.Change.Reasons, []string{"killed down from 3 to 2"})
	mixed := merge(i, build("a", killed(2), injured(20), revision(1)))
	equal(t, "kind of both", mixed.Change.Kind, event.ChangeEscalated)
	equal(t, "reasons of both", mixed.Change.Reasons, []string{"injured up from 10 to 20", "killed down from 3 to 2"})
	silent := merge(i, build("a", revision(1)))
	equal(t, "a number that is left out", silent.Change.Kind, event.ChangeReworded)
}
