package aggregate

import (
	"context"
	"fmt"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// stored puts assessments on the stream, as a classifier does, and returns their deliveries.
func stored(t *testing.T, b *bus.Bus, all ...*event.Assessment) []*bus.Delivery {
	t.Helper()
	for n, x := range all {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.AssessmentSubject("KG", "none"), ID: fmt.Sprint(n, x.Item.ID), Data: delivery(t, 0, x).Data}); err != nil {
			t.Fatal(err)
		}
	}
	var out []*bus.Delivery
	err := b.Replay(t.Context(), bus.Assessments, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		out = append(out, d)
		return nil
	})
	if err != nil || len(out) != len(all) {
		t.Fatalf("%d of %d assessments: %v", len(out), len(all), err)
	}
	return out
}

// hand gives deliveries to an aggregator, one after the other.
func hand(t *testing.T, a *Aggregator, all ...*bus.Delivery) {
	t.Helper()
	for _, d := range all {
		if err := handleOne(t, a, d); err != nil {
			t.Fatal(err)
		}
	}
}

// A denial waits over a restart, and where another process takes over, also to and fro: it is
// told once.
func TestDenialWaitsOverRestarts(t *testing.T) {
	for name, run := range map[string]func(t *testing.T, b *bus.Bus, before, denial, report *bus.Delivery){
		"restart": func(t *testing.T, b *bus.Bus, before, denial, report *bus.Delivery) {
			hand(t, newAggregator(t, b), before, denial)
			hand(t, newAggregator(t, b), report)
		},
		"a standby takes over": func(t *testing.T, b *bus.Bus, before, denial, report *bus.Delivery) {
			standby := newAggregator(t, b)
			hand(t, newAggregator(t, b), before, denial)
			hand(t, standby, report)
		},
		"to and fro": func(t *testing.T, b *bus.Bus, before, denial, report *bus.Delivery) {
			one, two := newAggregator(t, b), newAggregator(t, b)
			hand(t, one, before)
			hand(t, two, denial)
			hand(t, one, report)
		},
		"it was not acknowledged": func(t *testing.T, b *bus.Bus, before, denial, report *bus.Delivery) {
			one, two := newAggregator(t, b), newAggregator(t, b)
			hand(t, one, before, denial)
			hand(t, two, denial)
			hand(t, one, report)
		},
		"the report was opened and the process died": func(t *testing.T, b *bus.Bus, before, denial, report *bus.Delivery) {
			dying := newAggregator(t, b)
			hand(t, dying, before, denial)
			if err := dying.tryUntil(t.Context(), first(), publishing); err != nil {
				t.Fatal(err)
			}
			hand(t, newAggregator(t, b), report)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			all := stored(t, b, other(), inRussian(), first())
			run(t, b, all[0], all[1], all[2])
			equal(t, "changes", kinds(t, b), "new new denied")
			after := newAggregator(t, b)
			hand(t, after, all[2], all[1], all[2])
			equal(t, "delivered again", kinds(t, b), "new new denied")
			equal(t, "waiting", len(after.waiting), 0)
		})
	}
}

// What is read back is what waited: not what was edited to deny nothing, nor what comes after.
func TestWhatIsReadBack(t *testing.T) {
	edited := inRussian()
	edited.Item.Revision, edited.Findings = 1, nil
	elsewhere := inRussian()
	elsewhere.Item.ID = "later"
	b := bustest.Start(t)
	all := stored(t, b, inRussian(), edited, other(), elsewhere)
	a := newAggregator(t, b)
	hand(t, a, all[2])
	equal(t, "waiting", len(a.waiting), 0)
	hand(t, a, all[3])
	equal(t, "the next one", len(a.waiting), 1)
}

// What is read back is bounded by when it was assessed, however late it was stored, and by a number.
func TestHowMuchIsReadBack(t *testing.T) {
	b := bustest.Start(t)
	stored(t, b, inRussian())
	for name, c := range map[string]struct {
		assessed, stored time.Duration // after the denial
		sequence         uint64
		want             int
	}{
		"soon":                     {time.Hour, time.Hour, 2, 1},
		"stored long after":        {time.Hour, waitsFor + time.Hour, 2, 1},
		"assessed long after":      {waitsFor + time.Minute, waitsFor + time.Minute, 2, 0},
		"many lie in between":      {time.Hour, time.Hour, maxRecalled + 1, 1},
		"one more lies in between": {time.Hour, time.Hour, maxRecalled + 2, 0},
	} {
		report := other()
		report.Assessed = report.Assessed.Add(c.assessed)
		d := delivery(t, c.sequence, report)
		d.Published = d.Published.Add(c.stored)
		a := newAggregator(t, b)
		hand(t, a, d)
		equal(t, name, len(a.waiting), c.want)
	}
}

// As long as the bus fails the report is not done, and when it is delivered again the denial is
// held against it, also by another process.
func TestDenialIsHeldUntilItIsStored(t *testing.T) {
	for name, restart := range map[string]bool{"the same process": false, "another one": true} {
		t.Run(name, func(t *testing.T) {
			server := bustest.StartServer(t)
			b := server.Bus()
			a := newAggregator(t, b)
			all := stored(t, b, other(), inRussian(), first())
			hand(t, a, all[:2]...)
			accept := refusing(t, server)
			if errs := a.handle(briefly(t), all[2], func(int) []*bus.Delivery { return nil }); errs[0] == nil {
				t.Error("the report is taken for done")
			}
			if _, err := a.bucket.Get(t.Context(), story.ID("a")); err != nil {
				t.Errorf("the incident is not open: %v", err)
			}
			accept()
			if restart {
				a = newAggregator(t, b)
			}
			hand(t, a, all[2])
			equal(t, "changes", kinds(t, b), "new new denied")
		})
	}
}
