package aggregate

import (
	"context"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// refusing makes INCIDENTS take no more messages until the returned function is called.
func refusing(t *testing.T, server *bustest.Server) (accept func()) {
	t.Helper()
	stream, err := server.JetStream().Stream(t.Context(), bus.Incidents)
	if err != nil {
		t.Fatal(err)
	}
	bound := func(messages int64) {
		c := stream.CachedInfo().Config
		c.MaxMsgs = messages
		if _, err := server.JetStream().UpdateStream(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	bound(max(1, int64(stream.CachedInfo().State.Msgs)))
	return func() { bound(-1) }
}

// briefly is a context that ends while the bus still tries.
func briefly(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// What was stored and could not be published is not done, and is published before any later
// change of its incident, in whatever order the assessments come again.
func TestRefusedChangesAreKept(t *testing.T) {
	server := bustest.StartServer(t)
	b := server.Bus()
	a := newAggregator(t, b)
	take(t, a, 1, other())
	accept := refusing(t, server)
	assessments := []*event.Assessment{first(), second(), copied()}
	all := make([]*bus.Delivery, len(assessments))
	for i, x := range assessments {
		all[i] = delivery(t, uint64(i+2), x)
	}
	all[0].Pending = uint64(len(all) - 1)
	for i, err := range a.handle(briefly(t), all[0], func(int) []*bus.Delivery { return all[1:] }) {
		if err == nil {
			t.Errorf("delivery %d is taken for done", i)
		}
	}
	for i, err := range a.handle(briefly(t), all[2], func(int) []*bus.Delivery { return nil }) {
		if err == nil {
			t.Errorf("on the next try delivery %d is taken for done", i)
		}
	}
	equal(t, "changes while none is taken", kinds(t, b), "new")
	equal(t, "kept meanwhile", len(a.outbox), 1)
	accept()
	for i := range all {
		if err := handleOne(t, a, all[len(all)-1-i]); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "changes", kinds(t, b), "new new reworded escalated")
	revision := map[string]int{}
	for _, i := range published(t, b) {
		equal(t, "revision of "+i.ID, i.Revision, revision[i.ID]+1)
		revision[i.ID] = i.Revision
	}
}

// An incident that grew quiet while nothing could be published is told so later: nobody
// asks for it again.
func TestRefusedAgeIsKept(t *testing.T) {
	server := bustest.StartServer(t)
	b := server.Bus()
	a := newAggregator(t, b)
	take(t, a, 1, first())
	accept := refusing(t, server)
	a.clock = func() time.Time { return noon.Add(30 * 24 * time.Hour) }
	if err := a.sweep(briefly(t)); err == nil {
		t.Error("a change that could not be published is no error")
	}
	accept()
	if err := a.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := kinds(t, b); got != "new quiet" && got != "new closed" {
		t.Errorf("changes %q", got)
	}
}
