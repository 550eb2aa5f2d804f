package digest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

func build(t *testing.T, matchers ...string) *Ledger {
	t.Helper()
	c := daily()
	c.Matchers, c.TimeZone = matchers, "Asia/Bishkek"
	d, faults := New(c)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return d.NewLedger(func(region string) string { return map[string]string{"kg": "Kyrgyzstan"}[region] })
}

// change is a revision of an incident, brought by an outlet.
func change(id string, revision int, kind event.ChangeKind, severity event.Severity, region string) event.Incident {
	in := event.Incident{
		ID: id, Revision: revision, Change: event.Change{Kind: kind}, Status: event.StatusOpen, Severity: severity, Region: region, Category: "riot",
		Headline: "Headline of " + id, Place: &event.Place{Name: "Osh"}, Reports: []event.Report{{Source: event.Source{Title: "Wire " + region}}},
	}
	if kind == event.ChangeClosed {
		in.Status = event.StatusClosed
	}
	return in
}

func TestTell(t *testing.T) {
	l := build(t)
	for _, in := range []event.Incident{
		change("a", 1, event.ChangeNew, event.SeverityLow, "north"),
		change("a", 2, event.ChangeEscalated, event.SeverityHigh, "north"),
		change("a", 1, event.ChangeNew, event.SeverityLow, "north"), // late
		change("b", 7, event.ChangeClosed, event.SeverityCritical, "north"),
		change("c", 3, event.ChangeReport, event.SeverityModerate, "south"),
	} {
		l.Incident(in)
	}
	again := change("again", 9, event.ChangeReworded, event.SeverityCritical, "north") // over for days, and printed again
	again.Status = event.StatusClosed
	l.Incident(again)
	drill := change("drill", 1, event.ChangeNew, event.SeverityCritical, "north")
	drill.Exercise = true
	l.Incident(drill)
	since := time.Date(2026, 5, 1, 1, 0, 0, 0, time.UTC)
	quiet := event.Notice{ID: "q", Severity: event.SeverityLow, Summary: "Wire has gone quiet", Since: since}
	over := quiet
	over.ID = "o"
	l.Notice(over)
	l.Notice(quiet)
	over.Over = since.Add(time.Hour)
	l.Notice(over)
	a := l.Tell("id", since, since.Add(24*time.Hour), []Region{{"south", 1.5, -0.5, 0}, {"north", 12.25, 3.1, 8}, {"east", 4, 1, 0}, {"calm", 0.1, 0, 0}})
	if a.Labels["severity"] != "high" || a.Labels["category"] != "digest" || a.Labels["digest"] != "daily" || a.Incident != "id" {
		t.Errorf("labels %v", a.Labels)
	}
	if got := a.Annotations["summary"]; got != "daily: 1 new, 1 escalated, 1 closed" {
		t.Errorf("summary %q", got)
	}
	if got := a.Annotations["notice"]; got != "From 1 May 07:00 to 2 May 07:00, Asia/Bishkek. "+scale {
		t.Errorf("period %q", got)
	}
	want := `north: index 12.2 (+3.1, usually 8.0); 1 new, 1 escalated, 1 closed
– high, new, escalated: Headline of a (Osh) [a]
– critical, closed: Headline of b (Osh) [b]
east: index 4.0 (+1.0, usual not known yet); nothing new
south: index 1.5 (-0.5, usual not known yet); nothing new
– moderate: Headline of c (Osh) [c]
By severity: critical 1, high 1, moderate 1
By category: riot 3
Top sources: Wire north 3, Wire south 1
The watch in trouble: 1
– Wire has gone quiet, since 1 May 07:00`
	if got := a.Annotations["details"]; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A region in a surge comes first and says since when, one that was in the period until when; earlier ones are past. A
// surge is no trouble of the watch.
func TestTellSurges(t *testing.T) {
	l := build(t)
	since := time.Date(2026, 5, 2, 1, 0, 0, 0, time.UTC)
	surge := func(region string, began, over time.Duration) {
		n := event.Notice{ID: region, Kind: event.NoticeRegionSurge, Region: region, Severity: event.SeverityModerate, Summary: "Far more", Since: since.Add(began)}
		l.Notice(n)
		if over != 0 {
			n.Over = since.Add(over)
			l.Notice(n)
		}
	}
	surge("past", -9*time.Hour, -time.Hour)
	surge("south", -2*time.Hour, 3*time.Hour)
	surge("kg", time.Hour, 0)
	l.Incident(change("a", 1, event.ChangeEscalated, event.SeverityHigh, "north"))
	a := l.Tell("id", since, since.Add(24*time.Hour), []Region{{"north", 12, 3, 8}, {"kg", 9, 8, 1}, {"south", 2, 1, 1}, {"past", 3, -9, 1}})
	got, _, _ := strings.Cut(a.Annotations["details"], "\nBy severity")
	want := `Kyrgyzstan: index 9.0 (+8.0, usually 1.0), in a surge since 2 May 08:00; nothing new
south: index 2.0 (+1.0, usually 1.0), in a surge from 2 May 05:00 to 2 May 10:00; nothing new
north: index 12.0 (+3.0, usually 8.0); 0 new, 1 escalated, 0 closed
– high, escalated: Headline of a (Osh) [a]
past: index 3.0 (-9.0, usually 1.0); nothing new`
	if got != want || strings.Contains(a.Annotations["details"], "trouble") {
		t.Errorf("got\n%s\nwant\n%s", a.Annotations["details"], want)
	}
}

// What became part of another story is neither new nor closed, and each story has a
// link.
func TestTellLeavesOutWhatWasMerged(t *testing.T) {
	l := build(t)
	kept := change("a", 1, event.ChangeNew, event.SeverityHigh, "north")
	kept.Reports = []event.Report{{URL: "javascript:alert(1)", Title: kept.Headline}, {URL: "https://user:pw@news.example/a?b=(c)", Title: kept.Headline}, {URL: "https://news.example/late"}}
	gone := change("b", 2, event.ChangeClosed, event.SeverityCritical, "north")
	gone.MergedInto = "a"
	for _, in := range []event.Incident{kept, change("b", 1, event.ChangeNew, event.SeverityCritical, "north"), gone} {
		l.Incident(in)
	}
	a := l.Tell("id", time.Now(), time.Now(), nil)
	if a.Annotations["summary"] != "daily: 1 new, 0 escalated, 0 closed" || a.Labels["severity"] != "high" {
		t.Errorf("got %+v", a)
	}
	if got, want := a.Annotations["details"], "\nhttps://news.example/a?b=%28c%29 – high, new, merged with 1 more: Headline of a (Osh) [a]\nBy severity: high 1\n"; !strings.Contains(got, want) {
		t.Errorf("got\n%s", got)
	}
	long := change("c", 1, event.ChangeNew, event.SeverityHigh, "north")
	long.Reports[0].URL = "https://news.example/" + strings.Repeat("x", 400)
	l.Incident(long)
	if got := l.Tell("id", time.Now(), time.Now(), nil).Annotations["details"]; !strings.Contains(got, "\n– high, new: Headline of c") {
		t.Errorf("got\n%s", got)
	}
}

// A region counts the news of the regions in it, which are named there; an escalation comes
// first, and what is denied or taken back says so, also when it no longer matches.
func TestTellRegionsWithinRegions(t *testing.T) {
	l := build(t, `severity=~"high|critical"`)
	within := func(in event.Incident) event.Incident {
		in.Regions = []string{in.Region, "kg"}
		return in
	}
	l.Incident(within(change("a", 1, event.ChangeNew, event.SeverityHigh, "north")))
	lowered := within(change("a", 2, event.ChangeCorrected, event.SeverityLow, "north"))
	lowered.Corroboration = event.Corroboration{Withdrawn: 1, Credibility: 5}
	l.Incident(lowered)
	l.Incident(within(change("b", 1, event.ChangeNew, event.SeverityCritical, "south")))
	denied := within(change("c", 2, event.ChangeEscalated, event.SeverityHigh, "south"))
	denied.Corroboration = event.Corroboration{Independent: 1, Denied: 1}
	l.Incident(denied)
	l.Incident(change("d", 1, event.ChangeNew, event.SeverityHigh, "unplaced"))
	a := l.Tell("id", time.Now(), time.Now(), []Region{{"kg", 30, 2, 25}, {"north", 20, 1, 0}, {"south", 10, 1, 0}})
	want := `south: index 10.0 (+1.0, usual not known yet); 1 new, 1 escalated, 0 closed
– high, escalated, denied: Headline of c (Osh) [c]
– critical, new: Headline of b (Osh) [b]
north: index 20.0 (+1.0, usual not known yet); 1 new, 0 escalated, 0 closed
– low, new, taken back: Headline of a (Osh) [a]
No watched region: index 0.0 (+0.0, usual not known yet); 1 new, 0 escalated, 0 closed
– high, new: Headline of d (Osh) [d]
`
	if got := a.Annotations["details"]; !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	l = build(t)
	l.Incident(within(change("a", 1, event.ChangeNew, event.SeverityHigh, "north")))
	if got := l.Tell("id", time.Now(), time.Now(), []Region{{"kg", 38.4, -0.04, 25}}).Annotations["details"]; !strings.Contains(got, "index 38.4 (+0.0, usually 25.0)") {
		t.Errorf("got\n%s", got)
	}
	if got := l.Tell("id", time.Now(), time.Now(), []Region{{"kg", 30, 2, 25}}).Annotations["details"]; !strings.Contains(got, "\nKyrgyzstan: index 30.0 (+2.0, usually 25.0); 1 new, 0 escalated, 0 closed (1 within its parts)\n") {
		t.Errorf("got\n%s", got)
	}
}

// That somebody made two stories of one is said of the new one.
func TestTellWhatWasSplit(t *testing.T) {
	l := build(t)
	part := change("b123456789ab", 1, event.ChangeNew, event.SeverityHigh, "north")
	part.SplitFrom = "a123456789ab"
	rest := change("a123456789ab", 4, event.ChangeDesk, event.SeverityHigh, "north")
	l.Incident(part)
	l.Incident(rest)
	details := l.Tell("id", time.Now(), time.Now(), nil).Annotations["details"]
	for _, want := range []string{"– high: Headline of a123456789ab (Osh) [a123456789]", "– high, new, split from [a123456789]: Headline of b123456789ab (Osh) [b123456789]"} {
		if !strings.Contains(details, want) {
			t.Errorf("no %q in\n%s", want, details)
		}
	}
}

// That who was held is free is said of the incident, which stays as grave as it was.
func TestTellWhoWasReleased(t *testing.T) {
	l := build(t)
	l.Incident(change("a", 1, event.ChangeNew, event.SeverityHigh, "north"))
	l.Incident(change("a", 2, event.ChangeReleased, event.SeverityHigh, "north"))
	if details := l.Tell("id", time.Now(), time.Now(), nil).Annotations["details"]; !strings.Contains(details, "– high, new, released: Headline of a") {
		t.Errorf("got\n%s", details)
	}
}

// A digest of some incidents leaves the others out, and regions without one.
func TestTellWhatMatches(t *testing.T) {
	l := build(t, `severity=~"high|critical"`, "region!=south")
	l.Incident(change("a", 1, event.ChangeNew, event.SeverityHigh, "north"))
	l.Incident(change("b", 1, event.ChangeNew, event.SeverityLow, "north"))
	l.Incident(change("c", 1, event.ChangeNew, event.SeverityHigh, "south"))
	details := l.Tell("id", time.Now(), time.Now(), []Region{{"east", 4, 1, 0}}).Annotations["details"]
	if !strings.Contains(details, "Headline of a") || strings.Contains(details, " of b") || strings.Contains(details, " of c") || strings.Contains(details, "east") {
		t.Errorf("got\n%s", details)
	}
}

func TestTellNothing(t *testing.T) {
	a := build(t).Tell("id", time.Now(), time.Now(), nil)
	if a.Annotations["summary"] != "daily: nothing new" || a.Labels["severity"] != "low" {
		t.Errorf("got %+v", a)
	}
}

// However much happened, a digest is a page, and says what it leaves out.
func TestFaultADigestIsBounded(t *testing.T) {
	l := build(t)
	for i := range 3000 {
		l.Incident(change(fmt.Sprintf("incident-%04d", i), 1, event.ChangeNew, event.SeverityHigh, fmt.Sprintf("region-%02d", i%40)))
	}
	for i := range 500 {
		l.Notice(event.Notice{ID: fmt.Sprint(i), Summary: strings.Repeat("long ", 200), Severity: event.SeverityLow})
	}
	details := l.Tell("id", time.Now(), time.Now(), nil).Annotations["details"]
	if n := strings.Count(details, "\n"); n > 100 || len(details) > 16_000 {
		t.Errorf("%d lines, %d bytes", n, len(details))
	}
	for _, want := range []string{"and 25 regions more", "– and 72 more", "The watch in trouble: 500", "– and 492 more", "and 35 more"} {
		if !strings.Contains(details, want) {
			t.Errorf("no %q in\n%s", want, details)
		}
	}
}
