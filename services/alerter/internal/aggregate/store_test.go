package aggregate

import (
	"context"
	"errors"
	"strings"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// written is how often the bucket was written so far.
func written(t *testing.T, a *Aggregator) (n uint64) {
	t.Helper()
	if err := a.bucket.Each(t.Context(), func(e bus.Entry) error { n = max(n, e.Revision); return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// inBucket is an incident as the bucket has it.
func inBucket(t *testing.T, a *Aggregator, id string) *event.Incident {
	t.Helper()
	i, _, err := lookUp(t.Context(), a.bucket, id)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// handOver has the aggregator take assessments in one go.
func handOver(t *testing.T, a *Aggregator, from uint64, all ...*event.Assessment) error {
	t.Helper()
	deliveries := make([]*bus.Delivery, len(all))
	for i, x := range all {
		deliveries[i] = delivery(t, from+uint64(i), x)
	}
	deliveries[0].Pending = uint64(len(all) - 1)
	return errors.Join(a.handle(t.Context(), deliveries[0], func(int) []*bus.Delivery { return deliveries[1:] })...)
}

// Each change of an incident is stored before the next one of it, and all are told in order, also
// where several reports of one story are taken together.
func TestReportsOfOneStoryTogether(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	if err := handOver(t, a, 1, first(), second(), other(), copied()); err != nil {
		t.Fatal(err)
	}
	equal(t, "changes", kinds(t, b), "new escalated new reworded")
	equal(t, "writes", written(t, a), uint64(4))
	after := newAggregator(t, b)
	for id, s := range a.cache.known {
		equal(t, "revision of "+id+" in the bucket", after.cache.known[id].revision, s.revision)
	}
}

// A report that joins what somebody changed meanwhile is decided again by how that stands then, as are
// those that are taken with it by themselves.
func TestJoinsWhatWasChangedMeanwhile(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	id := published(t, b)[0].ID
	if _, err := Act(t.Context(), b, id, desk(event.DeskAcknowledged)); err != nil {
		t.Fatal(err)
	}
	if err := handOver(t, a, 2, second(), other()); err != nil {
		t.Fatal(err)
	}
	last := latest(t, b)[id]
	equal(t, "revision", last.Revision, 3)
	equal(t, "reports", items(last), "a b")
	equal(t, "actions", len(last.Desk), 1)
	equal(t, "open", a.cache.open, 2)
}

// A change that could not be stored leaves an incident as it was, for those who come next.
func TestJoinedInVain(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	ended, end := context.WithCancel(t.Context())
	d := delivery(t, 2, second())
	p, err := a.decide(t.Context(), second())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.leave(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	end()
	if err := a.flush(ended); err == nil && a.failed[p.incident.ID] == nil {
		t.Error("it is taken for stored")
	}
	if !a.doubtful {
		t.Error("nobody looks what the bucket has")
	}
	if err := handleOne(t, a, d); err != nil {
		t.Fatal(err)
	}
	equal(t, "reports in the bucket", items(*inBucket(t, a, p.incident.ID)), "a b")
	take(t, a, 3, copied())
	equal(t, "changes", kinds(t, b), "new escalated reworded")
	equal(t, "open", a.cache.open, 1)
	reports := latest(t, b)[p.incident.ID].Reports
	for _, r := range reports {
		if r.CopyOf == r.Item {
			t.Errorf("%s is taken for a copy of itself", r.Item)
		}
	}
}

// What could not be read again is, before the next report of the same round is taken: it would open
// the incident a second time.
func TestJoinedInVainWithinOneRound(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	take(t, a, 9, other()) // those below come once more, so that none is missed
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := a.take(t.Context(), delivery(t, 2, second())); err != nil {
		t.Fatal(err)
	}
	if _, err := a.take(ended, delivery(t, 3, inRussian())); err == nil || !a.doubtful {
		t.Fatalf("nothing is doubtful: %v", err)
	}
	if _, err := a.take(ended, delivery(t, 4, copied())); err == nil {
		t.Error("it is decided without what is doubtful")
	}
	if _, err := a.take(t.Context(), delivery(t, 4, copied())); err != nil {
		t.Fatal(err)
	}
	for n, x := range []*event.Assessment{second(), inRussian()} {
		take(t, a, uint64(n+2), x)
	}
	equal(t, "open", a.cache.open, 2)
	equal(t, "opened", strings.Count(kinds(t, b), "new"), 2)
}

// An incident whose write was done, though its answer was lost, is joined by what comes before its own
// report comes again.
func TestOpenedWithoutAnAnswer(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 9, other())
	p, err := a.decide(t.Context(), first())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.leave(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if _, err := a.bucket.Put(t.Context(), p.incident.ID, p.value, 0); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := a.flush(ended); err == nil && a.failed[p.incident.ID] == nil {
		t.Error("it is taken for stored")
	}
	if _, err := a.take(t.Context(), delivery(t, 2, second())); err != nil {
		t.Fatal(err)
	}
	take(t, a, 1, first())
	equal(t, "reports", items(*inBucket(t, a, p.incident.ID)), "a b")
	equal(t, "changes", kinds(t, b), "new new escalated")
}

// What is made of an incident that was written a moment ago is what is made of it as it is stored.
func TestMergesAsStored(t *testing.T) {
	b := bustest.Start(t)
	one := newAggregator(t, b)
	take(t, one, 1, first())
	two := newAggregator(t, b)
	for n, x := range []*event.Assessment{second(), copied(), inRussian(), revision()} {
		p, err := one.decide(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		q, err := two.decide(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "the value", string(p.value), string(q.value))
		take(t, one, uint64(n+2), x)
		two = newAggregator(t, b)
	}
}
