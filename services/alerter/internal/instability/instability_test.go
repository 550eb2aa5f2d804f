package instability

import (
	"fmt"
	"math"
	"testing"
	"time"

	"faultline/pkg/event"
)

func begin() time.Time { return time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC) }

func incident(id string, severity event.Severity, kind event.ChangeKind) event.Incident {
	return event.Incident{
		ID: id, Region: "south", Regions: []string{"south"}, Category: "protest", Categories: []string{"protest", "riot"}, Severity: severity,
		Change: event.Change{Kind: kind}, Corroboration: event.Corroboration{Credibility: 1},
	}
}

func region(t *testing.T, x *Index, id string, at time.Time) Region {
	t.Helper()
	for _, r := range x.Regions(at) {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no region %s", id)
	return Region{}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestIncidentsDecayAndAddUp(t *testing.T) {
	x := New(begin())
	x.Observe(incident("a", event.SeverityHigh, event.ChangeNew), begin())
	near(t, "a new one", region(t, x, "south", begin()).Value, 8)
	near(t, "after a day", region(t, x, "south", begin().Add(HalfLife)).Value, 4)
	doubtful := incident("b", event.SeverityCritical, event.ChangeNew)
	doubtful.Corroboration.Credibility = 4
	at := begin().Add(HalfLife + time.Hour)
	x.Observe(doubtful, at)
	r := region(t, x, "south", at)
	near(t, "with a doubtful one", r.Value, 8*decay(at.Sub(begin()))+20*0.4)
	near(t, "its categories", r.ByCategory["protest"]+r.ByCategory["riot"], r.Value)
	near(t, "the rise in a day", r.Change, r.Value-8*decay(time.Hour))
}

func TestOnlyNewsRenewsAnIncident(t *testing.T) {
	x := New(begin())
	x.Observe(incident("a", event.SeverityHigh, event.ChangeNew), begin())
	at := begin().Add(HalfLife)
	x.Observe(incident("a", event.SeverityHigh, event.ChangeReport), at)
	near(t, "after one more report", region(t, x, "south", at).Value, 4)
	x.Observe(incident("a", event.SeverityCritical, event.ChangeEscalated), at)
	near(t, "after an escalation", region(t, x, "south", at).Value, 20)
	drill := incident("drill", event.SeverityCritical, event.ChangeNew)
	drill.Exercise = true
	x.Observe(drill, at)
	near(t, "after a drill", region(t, x, "south", at).Value, 20)
	x.Observe(incident("old", event.SeverityLow, event.ChangeNew), at.Add(-time.Hour)) // the clock was set back
	near(t, "after one of the past", region(t, x, "south", at).Value, 21)
}

// A region with two small incidents a day is used to them: one large one is a
// surge, the same in a region that has one each day is none.
func TestSurgeIsMeasuredByWhatIsUsual(t *testing.T) {
	x := New(begin())
	at := begin()
	for i := range 60 {
		at = begin().Add(time.Duration(i) * 12 * time.Hour)
		x.Observe(incident(fmt.Sprintf("calm-%d", i), event.SeverityLow, event.ChangeNew), at)
		rough := incident(fmt.Sprintf("rough-%d", i), event.SeverityCritical, event.ChangeNew)
		rough.Regions = []string{"north"}
		x.Observe(rough, at)
	}
	if r := region(t, x, "south", at); r.Usual < 2 || r.Usual > 4 || math.Abs(r.Surge) > 2 {
		t.Errorf("a usual day: %+v", r)
	}
	x.Observe(incident("large", event.SeverityCritical, event.ChangeNew), at)
	north := incident("large-north", event.SeverityCritical, event.ChangeNew)
	north.Regions = []string{"north"}
	x.Observe(north, at)
	if calm, rough := region(t, x, "south", at).Surge, region(t, x, "north", at).Surge; calm < 5 || rough > 4 {
		t.Errorf("a surge of %v in the calm region, of %v in the rough one", calm, rough)
	}
}

func TestNoSurgeBeforeAWeekIsKnown(t *testing.T) {
	x := New(begin())
	x.Observe(incident("a", event.SeverityLow, event.ChangeNew), begin())
	at := begin().Add(6 * 24 * time.Hour)
	x.Observe(incident("b", event.SeverityCritical, event.ChangeNew), at)
	if r := region(t, x, "south", at); r.Surge != 0 || r.Usual != 0 || r.Value < 20 {
		t.Errorf("got %+v", r)
	}
}

// What is computed again from the stream after a crash is what was known before.
func TestReplayGivesTheSame(t *testing.T) {
	run := func(ask time.Duration) []Region {
		x := New(begin())
		for i := range 400 {
			at := begin().Add(time.Duration(i) * 97 * time.Minute)
			in := incident(fmt.Sprint(i%130), []event.Severity{event.SeverityLow, event.SeverityHigh}[i%2], []event.ChangeKind{event.ChangeNew, event.ChangeReport, event.ChangeEscalated}[i%3])
			in.Regions = []string{"south", fmt.Sprint(i % 3)}
			x.Observe(in, at)
			if ask > 0 {
				x.Regions(at.Add(ask)) // scrapes in between
			}
		}
		return x.Regions(begin().Add(30 * 24 * time.Hour))
	}
	often, once := run(time.Minute), run(0)
	for i := range once {
		near(t, once[i].ID, often[i].Value, once[i].Value)
		near(t, once[i].ID+" usual", often[i].Usual, once[i].Usual)
		near(t, once[i].ID+" surge", often[i].Surge, once[i].Surge)
	}
}

// An incident that goes on for long is not new with each report, whatever of it is
// forgotten or was before the index began.
func TestOldNewsStaysOld(t *testing.T) {
	long := incident("a", event.SeverityHigh, event.ChangeNew)
	long.Opened = begin()
	x := New(begin())
	x.Observe(long, begin())
	at := begin().Add(20 * 24 * time.Hour)
	long.Change.Kind = event.ChangeReport
	x.Observe(long, at)
	near(t, "a report after twenty days", region(t, x, "south", at).Value, 8*decay(20*24*time.Hour))
	later := New(at.Add(-time.Hour))
	later.Observe(long, at)
	near(t, "the same to an index that began later", region(t, later, "south", at).Value, 8*decay(20*24*time.Hour))
	long.Change.Kind = event.ChangeEscalated
	x.Observe(long, at)
	near(t, "an escalation", region(t, x, "south", at).Value, 8)
}

// What became part of another incident is not counted beside it.
func TestMergedIncidentsCountOnce(t *testing.T) {
	x := New(begin())
	x.Observe(incident("a", event.SeverityHigh, event.ChangeNew), begin())
	x.Observe(incident("b", event.SeverityHigh, event.ChangeNew), begin())
	gone := incident("b", event.SeverityHigh, event.ChangeClosed)
	gone.MergedInto = "a"
	x.Observe(gone, begin())
	x.Observe(gone, begin()) // once more
	near(t, "both", region(t, x, "south", begin()).Value, 8)
}

// A region that nothing was heard of is known to be quiet: its first incident is a
// surge, but not before there is a week to compare with.
func TestSurgeOfAQuietRegion(t *testing.T) {
	for days, surges := range map[int]bool{5: false, 20: true} {
		x := New(begin().Add(-30 * 24 * time.Hour))
		elsewhere := incident("a", event.SeverityLow, event.ChangeNew)
		elsewhere.Regions = []string{"north"}
		x.Observe(elsewhere, begin())
		at := begin().Add(time.Duration(days) * 24 * time.Hour)
		x.Observe(incident("coup", event.SeverityCritical, event.ChangeNew), at)
		r := region(t, x, "south", at)
		if surges != (r.Surge > 10) || r.Usual != 0 || r.Change != r.Value {
			t.Errorf("after %d days: %+v", days, r)
		}
	}
}

// The stream may bring an earlier revision after a later one: it changes nothing.
func TestEarlierRevisionsComeTooLate(t *testing.T) {
	revision := func(n int, severity event.Severity, kind event.ChangeKind) event.Incident {
		in := incident("a", severity, kind)
		in.Revision = n
		return in
	}
	at := begin().Add(59 * time.Minute) // the hour ends before the late one comes
	x := New(begin())
	x.Observe(revision(2, event.SeverityCritical, event.ChangeEscalated), at)
	x.Observe(revision(1, event.SeverityLow, event.ChangeNew), at)
	near(t, "after the escalation", region(t, x, "south", at).Value, 20)
	merged := revision(3, event.SeverityCritical, event.ChangeClosed)
	merged.MergedInto = "b"
	x.Observe(merged, at)
	at = at.Add(10 * time.Minute)
	x.Observe(revision(1, event.SeverityHigh, event.ChangeNew), at)
	near(t, "after it was merged", region(t, x, "south", at).Value, 0)
	x.Observe(revision(4, event.SeverityHigh, event.ChangeNew), at)
	near(t, "after it was split off again", region(t, x, "south", at).Value, 8)
}
