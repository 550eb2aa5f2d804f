package aggregate

import (
	"errors"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// rewrite changes an incident in the bucket as it is stored, past the bus.
func rewrite(t *testing.T, s *bustest.Server, id string, change func(stored []byte) []byte) {
	t.Helper()
	kv, err := s.JetStream().KeyValue(t.Context(), bus.IncidentState)
	if err != nil {
		t.Fatal(err)
	}
	e, err := kv.Get(t.Context(), bus.Token(id))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(t.Context(), bus.Token(id), change(e.Value())); err != nil {
		t.Fatal(err)
	}
}

// TestIncidentsOfAnOlderBuild: they are stored as plain JSON, and go on.
func TestIncidentsOfAnOlderBuild(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	take(t, newAggregator(t, b), 1, first())
	opened := published(t, b)[0]
	plain, err := event.Encode(&opened)
	if err != nil {
		t.Fatal(err)
	}
	rewrite(t, s, opened.ID, func(stored []byte) []byte {
		if len(stored) > len(plain)/2 {
			t.Errorf("an incident of %d bytes is stored in %d", len(plain), len(stored))
		}
		return plain
	})
	take(t, newAggregator(t, b), 2, second())
	equal(t, "changes", kinds(t, b), "new escalated")
}

// TestADamagedIncidentHoldsUpNoOther: it stays as it is, other stories go on, and a further
// report of its own story opens another incident rather than being lost.
func TestADamagedIncidentHoldsUpNoOther(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	a := newAggregator(t, b)
	take(t, a, 1, first())
	id := published(t, b)[0].ID
	rewrite(t, s, id, func(stored []byte) []byte { stored[len(stored)/2] ^= 1; return stored })
	if err := handleOne(t, a, delivery(t, 2, second())); err == nil || errors.Is(err, bus.ErrNotFound) {
		t.Errorf("a report of a damaged incident: %v; it is to come again", err)
	}
	take(t, a, 3, other())
	equal(t, "changes", kinds(t, b), "new new")
	take(t, newAggregator(t, b), 2, second())
	equal(t, "changes after the restart", kinds(t, b), "new new new")
	if _, err := a.bucket.Get(t.Context(), id); err == nil || errors.Is(err, bus.ErrNotFound) {
		t.Errorf("the damaged incident: %v", err)
	}
}
