package fetcher

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/push"
	"faultline/services/fetcher/internal/state"
)

// headed is a fetcher that has polled feed "a" once, with one item, and the revision
// of the state that it knows of it.
func headed(t *testing.T) (d *desk, r *running, revision uint64) {
	t.Helper()
	o := newOutlet(t)
	o.publish("/rss", article("a", "A", "x", 0))
	d = newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, poll: {min: 1h, max: 1h}, allow_private: true}]")
	r = d.start()
	d.next()
	eventually(t, "the state is known", func() bool {
		entry, err := r.states.Get(t.Context(), "a")
		ok := r.board.head("a", entry.Revision) != nil
		revision = entry.Revision
		return err == nil && ok
	})
	return d, r, revision
}

// round begins a poll of feed "a" with a token that says data.
func (r *running) round(again bool, data string) *round {
	r.desk.t.Helper()
	next := &round{Service: r.Service, feed: r.feeds.Load().byID["a"], now: time.Now()}
	if err := next.begin(r.desk.t.Context(), &bus.Delivery{Again: again, Data: []byte(data)}); err != nil {
		r.desk.t.Fatal(err)
	}
	return next
}

func TestAStateIsTakenFromMemoryOnlyIfTheTokenWasIssuedWithIt(t *testing.T) {
	t.Parallel()
	_, r, revision := headed(t)
	known := r.round(false, fmt.Sprint(revision))
	if !known.state.IsHead() || known.adopted || tokenSaying(known.issue()) != (token{revision: revision, success: time.Unix(known.state.Success.Unix(), 0)}) {
		t.Errorf("got %+v", known)
	}
	for name, other := range map[string]*round{
		"that comes again": r.round(true, fmt.Sprint(revision)), "of another state": r.round(false, fmt.Sprint(revision-1)),
		"of nobody": r.round(false, ""), "that is damaged": r.round(false, "x"),
	} {
		if other.state.IsHead() || other.revision != revision || other.state.URL != known.state.URL {
			t.Errorf("a token %s: got %+v", name, other)
		}
	}
}

func TestAStateFromMemoryIsStoredWithItsItems(t *testing.T) {
	t.Parallel()
	d, r, revision := headed(t)
	first, second := r.round(false, fmt.Sprint(revision)), r.round(false, fmt.Sprint(revision))
	first.state.Fail(time.Now(), "timeout", 0)
	if err := first.save(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if s := r.state("a"); s.Failures != 1 || len(s.Items) != 1 || first.revision <= revision {
		t.Errorf("got %+v at %d", s, first.revision)
	}
	second.state.Fail(time.Now(), "dns", 0)
	if err := second.save(t.Context(), true); err != nil || second.state.Class != "timeout" || second.revision != first.revision {
		t.Errorf("after another one's: got %+v, %v", second.state, err)
	}
	if got := testutil.ToFloat64(r.metrics.conflicts); got != 1 {
		t.Errorf("%v conflicts", got)
	}
	eventually(t, "the new state is known", func() bool {
		ok := r.board.head("a", first.revision) != nil
		return ok
	})
	last := r.round(false, fmt.Sprint(first.revision))
	if err := d.states().Delete(t.Context(), "a", 0); err != nil {
		t.Fatal(err)
	}
	if err := last.save(t.Context(), true); err != nil || last.issue() != nil || !last.state.Begun.IsZero() {
		t.Errorf("without one that is stored: got %+v at %d, %v", last.state, last.revision, err)
	}
}

// A ping that comes while a poll is under way that fails: the poll, which knows the
// state before, stores nothing.
func TestPingRacesPollThatFails(t *testing.T) {
	d, o, h := pushedDesk(t, "poll: {min: 1s, max: 1s}, allow_private: true")
	r := d.start()
	d.next()
	form := h.last(1)
	r.becomes(push.Active)
	o.handle("/rss", func(w http.ResponseWriter, _ *http.Request) {
		if testutil.ToFloat64(r.metrics.conflicts) == 0 {
			if got := h.push(form, o.withHub(article("b", fmt.Sprint("Pushed ", time.Now()), "x", 0), article("a", "A", "x", 0))); got != http.StatusAccepted {
				t.Errorf("the push: %d", got)
			}
		}
		w.WriteHeader(http.StatusInternalServerError)
	})
	d.next()
	eventually(t, "the poll was dropped", func() bool { return testutil.ToFloat64(r.metrics.conflicts) == 1 })
	if s := r.state("a"); len(s.Items) != 2 {
		t.Errorf("got %+v", s.Items)
	}
}

func TestAsManyStatesAreKeptAsThereIsRoomFor(t *testing.T) {
	t.Parallel()
	b := newBoard()
	for i := range maxHeads + 1 {
		b.put(fmt.Sprint(i), sighting{revision: 1, head: new(state.State)})
	}
	kept := func(feed int, revision uint64) bool {
		ok := b.head(fmt.Sprint(feed), revision) != nil
		return ok
	}
	if !kept(0, 1) || kept(0, 2) || kept(maxHeads, 1) {
		t.Error("another number is kept")
	}
	b.put("0", sighting{revision: 2, head: new(state.State)})
	if !kept(0, 2) {
		t.Error("what is kept is not brought up to date")
	}
	b.forget("0")
	b.put(fmt.Sprint(maxHeads), sighting{revision: 2, head: new(state.State)})
	if kept(0, 2) || !kept(maxHeads, 2) {
		t.Error("the room of what is forgotten is not given away")
	}
}
