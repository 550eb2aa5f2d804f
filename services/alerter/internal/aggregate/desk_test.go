package aggregate

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/sinktest"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

func desk(kind event.DeskKind) event.DeskAction {
	return event.DeskAction{Kind: kind, By: "night desk", Comment: "a drill", At: time.Now().UTC()}
}

// running starts what Run starts beside the consumer.
func running(t *testing.T, a *Aggregator) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.watch(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func (a *Aggregator) opened() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.cache.open
}

// A story that somebody closed takes in what still comes of it, without a word,
// and opens with news.
func TestDeskClosesAndNewsReopens(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	running(t, a)
	take(t, a, 1, first())
	id := published(t, b)[0].ID
	if _, err := Act(t.Context(), b, id, desk(event.DeskClosed)); err != nil {
		t.Fatal(err)
	}
	sinktest.Wait(t, "the aggregator sees it closed", func() bool { return a.opened() == 0 })
	equal(t, "gauge", testutil.ToFloat64(a.metrics.incidents.WithLabelValues("ferghana-valley", "building-seizure", "high", "false")), 0)
	take(t, a, 2, copied())
	equal(t, "a copy of it", kinds(t, b), "new closed reworded")
	take(t, a, 3, second())
	all := published(t, b)
	last := all[len(all)-1]
	equal(t, "changes", kinds(t, b), "new closed reworded escalated")
	equal(t, "incident", last.ID, id)
	equal(t, "status", last.Status, event.StatusOpen)
	equal(t, "who closed it", last.Desk[0].By, "night desk")
	equal(t, "open", a.opened(), 1)
}

// Whoever acts and dies before the stream has it leaves that to the aggregator.
func TestDeskDiesBetweenBucketAndStream(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	running(t, a)
	take(t, a, 1, first())
	id := published(t, b)[0].ID
	bucket, err := b.Bucket(t.Context(), bus.IncidentState)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := reviseOnce(t.Context(), bucket, id, acting(desk(event.DeskAcknowledged))); err != nil { // and dies here
		t.Fatal(err)
	}
	sinktest.Wait(t, "the aggregator publishes it", func() bool { return kinds(t, b) == "new desk" })
	take(t, a, 2, second())
	equal(t, "changes", kinds(t, b), "new desk escalated")
	equal(t, "acknowledged still", published(t, b)[2].Acknowledged.IsZero(), true)
}

// Two people and the aggregator do not undo each other.
func TestFault102DeskActsAtOnce(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	id, errs := published(t, b)[0].ID, make(chan error, 8)
	for range cap(errs) {
		go func() {
			_, err := Act(context.WithoutCancel(t.Context()), b, id, desk(event.DeskAcknowledged))
			errs <- err
		}()
	}
	take(t, a, 2, second())
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	all := published(t, b)
	last := slices.MaxFunc(all, func(a, b event.Incident) int { return a.Revision - b.Revision }) // the order of publishing is nobody's
	equal(t, "actions", len(last.Desk), cap(errs))
	equal(t, "revision", last.Revision, cap(errs)+2)
	equal(t, "messages", len(all), last.Revision)
	equal(t, "reports", len(last.Reports), 2)
}

func TestFaultDeskActsOnNothing(t *testing.T) {
	b := bustest.Start(t)
	if _, err := Act(t.Context(), b, "nothing", desk(event.DeskClosed)); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	bucket, err := b.Bucket(t.Context(), bus.IncidentState)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Put(t.Context(), "broken", []byte("{"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Act(t.Context(), b, "broken", desk(event.DeskClosed)); err == nil {
		t.Error("a broken incident was changed")
	}
}
