package aggregate

import (
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// TestTakenTogether: what waits is taken in one go, each change of an incident is
// told, in order, and one that cannot be read holds up no other.
func TestTakenTogether(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	first := delivery(t, 1, first())
	first.Pending = 4
	rest := []*bus.Delivery{delivery(t, 2, other()), delivery(t, 3, second()), {Data: []byte("{"), Sequence: 4}, delivery(t, 5, copied())}
	errs := a.handle(t.Context(), first, func(n int) []*bus.Delivery { return rest[:n] })
	for i, err := range errs {
		if (err != nil) != (i == 3) {
			t.Errorf("delivery %d: %v", i, err)
		}
	}
	equal(t, "answers", len(errs), 5)
	equal(t, "changes", kinds(t, b), "new new escalated reworded")
}

// TestDiesWithSeveralStored: what was stored and not published is published by the
// next process.
func TestDiesWithSeveralStored(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	for i, x := range []*event.Assessment{first(), other()} {
		if err := a.take(t.Context(), delivery(t, uint64(i+1), x)); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "changes before", kinds(t, b), "")
	after := newAggregator(t, b)
	equal(t, "changes after the restart", kinds(t, b), "new new")
	take(t, after, 1, first())
	take(t, after, 3, second())
	equal(t, "changes after more", kinds(t, b), "new new escalated")
}
