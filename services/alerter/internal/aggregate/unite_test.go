package aggregate

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/sinktest"
)

// What somebody joins has the reports of both and says who did it; later revisions and reports
// go there, and a split undoes it.
func TestUnite(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	running(t, a)
	one, two := separated(t, a)
	whole, err := Unite(t.Context(), b, two, one, desk(event.DeskMerged))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "reports", items(*whole), "a b")
	equal(t, "independent sources", whole.Corroboration.Independent, 2)
	equal(t, "who did it", whole.Desk[0].Kind, event.DeskMerged)
	sinktest.Wait(t, "the aggregator sees it", func() bool { return a.opened() == 1 })
	last := latest(t, b)
	equal(t, "change", last[one].Change.Kind, event.ChangeEscalated)
	equal(t, "reason", last[one].Change.Reasons[0], "merged by night desk: a drill: incident "+two)
	equal(t, "status of the other", last[two].Status, event.StatusClosed)
	equal(t, "where it went", last[two].MergedInto, one)
	equal(t, "its reasons", strings.Join(last[two].Change.Reasons, ", "), "merged by night desk: a drill, part of incident "+one)
	equal(t, "its record", last[two].Desk[0].Kind, event.DeskMerged)

	take(t, a, 1, revision())
	take(t, a, 2, third())
	equal(t, "reports with what came later", items(latest(t, b)[one]), "a b d")
	part, rest, err := Split(t.Context(), b, one, []string{"b"}, desk(event.DeskSplit))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "id of what was split off", part.ID, two)
	equal(t, "what stays", items(*rest), "a d")
	equal(t, "merged", len(rest.Merged), 0)
	sinktest.Wait(t, "both are open", func() bool { return a.opened() == 2 })
}

// What was split by mistake is one again, whichever of the two stays.
func TestUniteUndoesASplit(t *testing.T) {
	for name, kept := range map[string]int{"the old one stays": 0, "the new one stays": 1} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			a := newAggregator(t, b)
			running(t, a)
			id := joined(t, a, b)
			part, _, err := Split(t.Context(), b, id, []string{"b"}, desk(event.DeskSplit))
			if err != nil {
				t.Fatal(err)
			}
			ids := [2]string{id, part.ID}
			whole, err := Unite(t.Context(), b, ids[1-kept], ids[kept], desk(event.DeskMerged))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "reports", len(whole.Reports), 3)
			equal(t, "split from", whole.SplitFrom, "")
			sinktest.Wait(t, "the aggregator sees that the other is closed", func() bool { return a.status(ids[1-kept]) == event.StatusClosed })
			after := newAggregator(t, b) // after a restart
			for _, aggregator := range []*Aggregator{a, after} {
				if err := aggregator.sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				equal(t, "open after a sweep", aggregator.opened(), 1)
			}
			last := latest(t, b)
			equal(t, "reports after a sweep", len(last[ids[kept]].Reports), 3)
			equal(t, "where the other went", last[ids[1-kept]].MergedInto, ids[kept])
		})
	}
}

// status is the one of an incident that the aggregator knows of, and none of another one.
func (a *Aggregator) status(id string) event.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.cache.known[id]; s != nil {
		return s.status
	}
	return ""
}

// Whoever is late with a split that was undone meanwhile takes nothing out of the incident.
func TestUndoneSplitStaysUndone(t *testing.T) {
	for name, late := range map[string]func(*Aggregator, context.Context, bus.Entry, *event.Incident) error{
		"the aggregator": func(a *Aggregator, ctx context.Context, split bus.Entry, _ *event.Incident) error {
			return a.alone(ctx, func() error { return a.adopt(ctx, split) })
		},
		"the one who split": func(a *Aggregator, ctx context.Context, _ bus.Entry, part *event.Incident) error {
			_, _, err := endSplit(ctx, a.bus, a.bucket, part)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			a := newAggregator(t, b)
			id := joined(t, a, b)
			part, _, err := Split(t.Context(), b, id, []string{"b"}, desk(event.DeskSplit))
			if err != nil {
				t.Fatal(err)
			}
			split, err := a.bucket.Get(t.Context(), part.ID)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Unite(t.Context(), b, part.ID, id, desk(event.DeskMerged)); err != nil {
				t.Fatal(err)
			}
			if err := late(a, t.Context(), split, part); err != nil {
				t.Fatal(err)
			}
			equal(t, "reports", items(latest(t, b)[id]), "a b e")
		})
	}
}

// Several who join the same two at once lose none of their reports.
func TestUniteAtOnce(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	one := joined(t, a, b)
	for range 10 {
		part, _, err := Split(t.Context(), b, one, []string{"b"}, desk(event.DeskSplit))
		if err != nil {
			t.Fatal(err)
		}
		two := part.ID
		errs := make(chan error, 8)
		for range cap(errs) {
			go func() {
				_, err := Unite(t.Context(), b, two, one, desk(event.DeskMerged))
				errs <- err
			}()
		}
		for range cap(errs) {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		last := latest(t, b)
		equal(t, "reports", items(last[one]), "a b e")
		equal(t, "where the other went", last[two].MergedInto, one)
	}
}

// Whoever joins two incidents and dies before the one is closed leaves that to the
// aggregator: to the one that runs, or to the next one. Done again by hand, it ends as well.
func TestUniterDies(t *testing.T) {
	for name, split := range map[string]bool{"of two that were told apart": false, "of two that were split": true} {
		for _, end := range []string{"the one that runs", "the next one", "by hand"} {
			t.Run(name+", "+end, func(t *testing.T) {
				b := bustest.Start(t)
				a := newAggregator(t, b)
				one, two := twoOpen(t, a, b, split)
				halfUnited(t, b, a.bucket, two, one)
				switch end {
				case "the next one":
					a = newAggregator(t, b)
				case "the one that runs":
					running(t, a)
					sinktest.Wait(t, "it is seen", func() bool { a.mu.Lock(); defer a.mu.Unlock(); return a.cache.absorbed[two] == one })
				case "by hand":
					if _, err := Unite(t.Context(), b, two, one, desk(event.DeskMerged)); err != nil {
						t.Fatal(err)
					}
				}
				if err := a.sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				gone, err := existing(t.Context(), a.bucket, two)
				if err != nil {
					t.Fatal(err)
				}
				whole, err := existing(t.Context(), a.bucket, one)
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "where it went", gone.MergedInto, one)
				equal(t, "reports of the other", items(*whole), map[bool]string{false: "a b", true: "a b e"}[split])
				equal(t, "merges that were recorded", len(whole.Merged), 1)
			})
		}
	}
}

// twoOpen are two incidents of one story that are open.
func twoOpen(t *testing.T, a *Aggregator, b *bus.Bus, split bool) (one, two string) {
	t.Helper()
	if !split {
		return separated(t, a)
	}
	one = joined(t, a, b)
	part, _, err := Split(t.Context(), b, one, []string{"b"}, desk(event.DeskSplit))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	return one, part.ID
}

// halfUnited is what is on disk when the one who joins dies before the last write.
func halfUnited(t *testing.T, b *bus.Bus, bucket *bus.Bucket, id, into string) {
	t.Helper()
	if err := loosen(t.Context(), b, id, into, desk(event.DeskMerged)); err != nil {
		t.Fatal(err)
	}
	gone, err := existing(t.Context(), bucket, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := reviseOnce(t.Context(), bucket, into, uniting(gone, desk(event.DeskMerged))); err != nil {
		t.Fatal(err)
	}
}

// What comes to an incident while it becomes part of another one goes along.
func TestReportedWhileUnited(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	one, two := separated(t, a)
	halfUnited(t, b, a.bucket, two, one)
	old, err := existing(t.Context(), a.bucket, two)
	if err != nil {
		t.Fatal(err)
	}
	late := incident.Merge(incident.Default(), old, revision(), incident.Text{}, time.Now())
	late = incident.Merge(incident.Default(), late, third(), incident.Text{}, time.Now())
	if _, _, err := reviseOnce(t.Context(), a.bucket, two, func(*event.Incident) (*event.Incident, error) { return late, nil }); err != nil {
		t.Fatal(err)
	}
	whole, err := Unite(t.Context(), b, two, one, desk(event.DeskMerged))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "reports", items(*whole), "a b d")
	equal(t, "revision", whole.Reports[1].Revision, 2)
	equal(t, "reports counted", whole.ReportCount >= 3, true)
	equal(t, "merges that were recorded", len(whole.Merged), 1)
}

func TestUniteRefused(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	running(t, a)
	one, two := separated(t, a)
	before := kinds(t, b)
	if _, err := Unite(t.Context(), b, one, one, desk(event.DeskMerged)); err == nil || !strings.Contains(err.Error(), "name two") {
		t.Errorf("with itself: %v", err)
	}
	for _, pair := range [][2]string{{"nowhere", one}, {one, "nowhere"}} {
		if _, err := Unite(t.Context(), b, pair[0], pair[1], desk(event.DeskMerged)); !errors.Is(err, bus.ErrNotFound) {
			t.Errorf("%v: %v", pair, err)
		}
	}
	equal(t, "changes", kinds(t, b), before)
	if _, err := Act(t.Context(), b, two, desk(event.DeskClosed)); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{{two, one}, {one, two}} {
		if _, err := Unite(t.Context(), b, pair[0], pair[1], desk(event.DeskMerged)); err == nil || !strings.Contains(err.Error(), "is closed; reopen it first") {
			t.Errorf("%v: %v", pair, err)
		}
	}
}
