package fetcher

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/push"
	"faultline/services/fetcher/internal/state"
)

// A feed that answers 304 writes nothing but its next token, however long it does so. The
// token says when it was last read, to whoever has it next, shows it or fails to read it.
func TestFault51A304WritesNothingButTheToken(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/rss", article("a", "A", "x", 0))
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	d.next()
	eventually(t, "the state is stored", func() bool {
		_, err := r.states.Get(t.Context(), "a")
		return err == nil
	})
	d.change("a", func(s *state.State) { s.Success = time.Now().Add(-9 * time.Hour) })
	before, err := r.states.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now().Truncate(time.Second)
	unwritten := func(when string) {
		t.Helper()
		eventually(t, "it answers 304 "+when, o.more("/rss", 3))
		if now, err := r.states.Get(t.Context(), "a"); err != nil || now.Revision != before.Revision {
			t.Errorf("%s its state was written: %d before, %d now, %v", when, before.Revision, now.Revision, err)
		}
		known, err := ReadHealth(t.Context(), d.bus, []Listed{{Feed: Feed{ID: "a"}}})
		if last := known["a"].Success; err != nil || last.Before(began) {
			t.Errorf("%s it was last read at %s, %v", when, last, err)
		}
		if last := testutil.ToFloat64(r.metrics.success); last < seconds(began) {
			t.Errorf("%s the metric says %v", when, last)
		}
	}
	unwritten("at first")
	r.stop()
	r = d.start()
	unwritten("after a restart")
	r.stop()
	o.handle("/rss", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	r = d.start()
	eventually(t, "its failure is stored", func() bool { return r.state("a").Failures > 0 })
	if last := r.state("a").Success; last.Before(began) {
		t.Errorf("with the failure it says that it was last read at %s", last)
	}
}

// A feed that is edited after it was answered with 304s for long, and then fails, was last read
// when it was.
func TestAnEditedFeedKeepsItsLastSuccess(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/a", article("a", "A", "x", 0))
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/a, "+slow+"}]")
	log := d.listen()
	r, began := d.start(), time.Now().Truncate(time.Second)
	r.settled(o, 1)
	d.change("a", func(s *state.State) { s.Success = began.Add(-9 * time.Hour) })
	o.handle("/a", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	if err := r.reload("feeds: [{id: a, url: " + o.URL + "/a, poll: {min: 50m, max: 70m}, allow_private: true}]"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "its failure is stored", func() bool { return r.state("a").Failures > 0 })
	if last := r.state("a").Success; last.Before(began) {
		t.Errorf("with the failure it says that it was last read at %s", last)
	}
	if n := log.count("the feed was edited"); n != 1 {
		t.Errorf("it was made due %d times", n)
	}
}

// What a process knows of feeds that it has not asked yet: when one that fails was last
// read. Of one in order only the token knows, and what the state says may be of long ago.
func TestTheLastSuccessOfFeedsThatWereNotAskedYet(t *testing.T) {
	t.Parallel()
	const at = "https://outlet.example/rss"
	d := newDesk(t, "feeds: [{id: fine, url: "+at+"}, {id: bad, url: "+at+"?b}]")
	feeds, err := LoadFeeds(d.dir())
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-9 * time.Hour)
	for i, change := range []func(*state.State){
		func(s *state.State) { s.Success = old },
		func(s *state.State) { s.Success, s.Class, s.Failures, s.Since = old, "timeout", 3, old },
	} {
		f := feeds[i]
		d.remember(f.ID, f.URL, func(s *state.State) { s.Config = f.Fingerprint(); change(s) })
		if err := d.bus.Timers(bus.Poll).Schedule(t.Context(), f.ID, time.Now().Add(time.Hour), nil); err != nil {
			t.Fatal(err)
		}
	}
	r := d.start()
	eventually(t, "the states are read", func() bool { return testutil.CollectAndCount(r.metrics.health) == 2 })
	if n := testutil.CollectAndCount(r.metrics.success); n != 1 || testutil.ToFloat64(r.metrics.success) != seconds(old) {
		t.Errorf("%d feeds have a last success", n)
	}
}

// A document that is pushed is compared as one of a feed that was read when the token says.
func TestAPushKnowsTheLastSuccess(t *testing.T) {
	d, o, h := pushedDesk(t, seldom)
	r := d.start()
	d.next()
	form := h.last(1)
	r.becomes(push.Active)
	began := time.Now().Add(-time.Minute)
	d.change("a", func(s *state.State) { s.Success = began.Add(-9 * time.Hour) })
	if got := h.push(form, o.withHub(article("b", "B", "x", 0))); got >= http.StatusMultipleChoices {
		t.Fatalf("the push: %d", got)
	}
	d.next()
	eventually(t, "it is stored", func() bool { return !r.state("a").Success.Before(began) })
}

// A feed that was answered with 304s for months and is taken out is remembered for a month
// from then on; one that nobody has asked for as long is forgotten.
func TestAStillFeedThatIsTakenOutIsRemembered(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "feeds: []")
	for _, id := range []string{"asked", "not asked"} {
		d.remember(id, "https://outlet.example/rss", func(s *state.State) { s.Success = time.Now().Add(-2 * forgetAfter) })
	}
	if err := d.bus.Timers(bus.Poll).Schedule(t.Context(), "asked", time.Now().Add(time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	r := d.start()
	eventually(t, "one is forgotten", func() bool {
		_, err := r.states.Get(t.Context(), "not asked")
		return errors.Is(err, bus.ErrNotFound)
	})
	eventually(t, "the other has no token", func() bool { return len(r.keys()) == 0 })
	if last := r.state("asked").Success; time.Since(last) > time.Minute {
		t.Errorf("it is remembered from %s on", last)
	}
}
