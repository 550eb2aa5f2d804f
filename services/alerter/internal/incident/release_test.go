package incident

import (
	"testing"

	"faultline/pkg/event"
)

// taken tells of an abduction, freed of its end, for which two were detained, and partly of
// some who are free while others are held.
func taken(a *event.Assessment) {
	a.Categories, a.Severity = []string{"kidnapping"}, event.SeverityHigh
	a.Findings = []event.Finding{{Indicator: "official-abducted", Category: "kidnapping", Severity: event.SeverityHigh, Assertion: event.Asserted, Points: 60}}
}

func freed(a *event.Assessment) {
	a.Categories, a.Casualties.Detained = []string{"kidnapping"}, &event.Count{Min: 2, Max: 2}
	a.Findings = []event.Finding{
		{Indicator: "captive-freed", Title: "A captive is free", Category: "kidnapping", Severity: event.SeverityModerate, Assertion: event.Asserted, Points: 50, Codes: map[string]string{"outcome": "released"}},
		{Indicator: "official-abducted", Category: "kidnapping", Severity: event.SeverityHigh, Assertion: event.Asserted, Points: 12},
	}
}

func partly(a *event.Assessment) {
	freed(a)
	a.Casualties.Detained, a.Severity = nil, event.SeverityHigh
	a.Findings[1].Points = 40
}

func planned(a *event.Assessment) {
	freed(a)
	a.Casualties.Detained, a.Findings[0].Assertion = nil, event.Planned
}

// A release is told once, as what it is, under its own headline; the abduction stays as grave as it was.
func TestRelease(t *testing.T) {
	i := merge(open(build("a", taken)), build("b", freed))
	equal(t, "kind", i.Change.Kind, event.ChangeReleased)
	equal(t, "reasons", i.Change.Reasons, []string{"released: A captive is free, says Outlet b", "second independent source: Outlet b"})
	equal(t, "headline", i.Headline, "Title of b")
	equal(t, "severity", i.Severity, event.SeverityHigh)
	equal(t, "indicator, by which routes go", i.Indicator, "official-abducted")
	equal(t, "detained", i.Casualties.Detained.Min, 2)
	i = merge(i, build("c", freed))
	equal(t, "kind of a second one", i.Change.Kind, event.ChangeReport)
	i = merge(i, build("d", taken))
	equal(t, "headline after a late report of the abduction", i.Headline, "Title of b")
}

func TestReleaseInPart(t *testing.T) {
	i := merge(open(build("a", taken)), build("b", partly))
	equal(t, "kind", i.Change.Kind, event.ChangeReleased)
	equal(t, "reason", i.Change.Reasons[0], "released in part: A captive is free, says Outlet b")
	equal(t, "headline", i.Headline, "Title of a")
	i = merge(i, build("c", partly))
	equal(t, "kind of a second one", i.Change.Kind, event.ChangeReport)
	i = merge(i, build("d", freed))
	equal(t, "kind of the release of all", i.Change.Kind, event.ChangeReleased)
	equal(t, "headline then", i.Headline, "Title of d")
	i = merge(i, build("e", partly))
	equal(t, "kind of a late one", i.Change.Kind, event.ChangeReport)
}

// Nobody is free by a plan or a denial, where nobody was taken, or by the report that opens an incident.
func TestNoRelease(t *testing.T) {
	for name, i := range map[string]*event.Incident{
		"planned":        merge(open(build("a", taken)), build("b", planned)),
		"denied":         merge(open(build("a", taken)), build("b", freed, denying)),
		"nobody taken":   merge(open(build("a")), build("b", freed)),
		"another report": merge(open(build("a", taken)), build("b", taken)),
		"the first":      open(build("a", freed)),
	} {
		if i.Change.Kind == event.ChangeReleased {
			t.Errorf("%s: %v", name, i.Change)
		}
	}
}

// A report that is revised to tell of the release is one of it.
func TestReleaseByRevision(t *testing.T) {
	i := merge(open(build("a", taken)), build("a", freed, revision(1)))
	equal(t, "kind", i.Change.Kind, event.ChangeReleased)
	equal(t, "reasons", i.Change.Reasons, []string{"released: A captive is free, says Outlet a", "Outlet a revised its report"})
}
