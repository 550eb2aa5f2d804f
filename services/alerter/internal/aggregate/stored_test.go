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

// TestFault116IncidentsOfAnOlderBuild: they are stored as plain JSON, and go on.
func TestFault116IncidentsOfAnOlderBuild(t *testing.T) {
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

// What a further text is taken for is the same before a restart and after it: by a report that was taken
// back its story is found, by the notice that did so, or a denial, it is not.
func TestFoundAlikeAfterARestart(t *testing.T) {
	notice := told("w", "alpha", "What we wrote about Osh airport on Friday", "We withdraw our earlier report on Jalalabad. The wire desk was misled by a caller who gave a false name.")
	head := first()
	head.Item.Revision, head.Item.Title, head.ID = 1, "RETRACTED: "+head.Item.Title, event.NewID("a", "1")
	harmless := first()
	harmless.Item.Revision, harmless.Item.Title, harmless.Item.Text, harmless.ID = 1, "Reader letters of the week", "Gardens, trams and the price of bread: what our readers ask.", event.NewID("a", "1")
	harmless.Relevant, harmless.Severity, harmless.Categories, harmless.Findings = false, event.SeverityNone, nil, nil
	repeats := func(x *event.Assessment) *event.Assessment {
		return told("probe", "omega", x.Item.Title, x.Item.Text)
	}
	for name, then := range map[string]*event.Assessment{"a notice": notice, "its head": head, "a denial": inRussian(), "edited to be harmless": harmless} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			before := newAggregator(t, b)
			take(t, before, 1, first())
			take(t, before, 2, then)
			after := newAggregator(t, b)
			for what, x := range map[string]*event.Assessment{"the report": repeats(first()), "its second": second(), "what came then": repeats(then), "another": other()} {
				one, foundOne := before.cache.index.Find(before.profiler.Profile(x))
				two, foundTwo := after.cache.index.Find(after.profiler.Profile(x))
				if foundOne != foundTwo || one.ID != two.ID || one.Copy != two.Copy || one.Item != two.Item {
					t.Errorf("%s: %v %+v before, %v %+v after", what, foundOne, one, foundTwo, two)
				}
			}
		})
	}
}
