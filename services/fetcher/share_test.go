package fetcher

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/health"
	"faultline/services/fetcher/internal/state"
)

// slow is the pace of feeds that a test has asked once.
const slow = "poll: {min: 1h, max: 2h}, allow_private: true"

// TestEachProcessSeesWhatAnyOtherPolled: what one fetcher stores of a feed, all
// show and judge by, and the desk is told once.
func TestEachProcessSeesWhatAnyOtherPolled(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	feeds := "feeds:\n"
	for _, id := range []string{"a", "b"} {
		feeds += fmt.Sprintf("  - {id: %[1]s, url: %[2]s/%[1]s, country: KG, %[3]s}\n", id, o.URL, slow)
		o.publish("/"+id, article(id, "A", "text", time.Minute))
	}
	d := newDesk(t, feeds)
	d.write("regions.yaml", "regions: [{id: south, title: South, countries: [KG]}]")
	both := []*running{d.start(), d.start()}
	for range both {
		d.next()
	}
	everywhere := func(what string, ok func(r *running) bool) {
		t.Helper()
		eventually(t, what, func() bool { return ok(both[0]) && ok(both[1]) })
	}
	everywhere("all see the feeds in order", func(r *running) bool { return r.condition("a", health.Fine)() && r.condition("b", health.Fine)() })
	failing := func(st *state.State) {
		st.Health, st.Failures, st.Class = health.Record{State: health.Failing, Since: time.Now().Add(-time.Hour)}, 7, "timeout"
	}
	d.change("a", failing)
	d.change("b", failing)
	everywhere("all see the feed failing", func(r *running) bool {
		return r.condition("a", health.Failing)() && testutil.ToFloat64(r.metrics.failures.WithLabelValues("a")) == 7 &&
			testutil.ToFloat64(r.metrics.region.WithLabelValues("south")) == 1
	})
	d.told("RegionBlind south")
	d.change("a", func(st *state.State) { st.Health, st.Failures, st.Class = health.Record{}, 0, "" })
	everywhere("all see the feed in order again", func(r *running) bool {
		return r.condition("a", health.Fine)() && testutil.ToFloat64(r.metrics.failures.WithLabelValues("a")) == 0 &&
			testutil.CollectAndCount(r.metrics.health) == 2 && testutil.ToFloat64(r.metrics.region.WithLabelValues("south")) == 0
	})
	d.told("RegionBlind south", "RegionBlind south over")
}

// TestAProcessKnowsWhatAnotherTold: of one trouble the second says nothing, even
// when it sees another beginning of it, and can end it.
func TestAProcessKnowsWhatAnotherTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "feeds: []")
	s := d.start()
	first, second := newWatch(s.Service), newWatch(s.Service)
	blind := event.Notice{
		Kind: event.NoticeRegionBlind, Region: "south", Severity: event.SeverityModerate, Summary: "Blind", Detail: "x", Remedy: "y",
		Since: time.Now().Add(-time.Hour),
	}
	if news, err := first.begin(t.Context(), blind); !news || err != nil {
		t.Fatalf("the first says it: %v, %v", news, err)
	}
	if err := second.catchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	blind.Since = blind.Since.Add(time.Minute)
	if news, err := second.begin(t.Context(), blind); news || err != nil {
		t.Errorf("the second says it again: %v, %v", news, err)
	}
	if news, err := second.end(t.Context(), blind, "over"); !news || err != nil {
		t.Errorf("the second ends it: %v, %v", news, err)
	}
	if err := first.catchUp(t.Context()); err != nil || len(first.open) != 0 {
		t.Errorf("the first has %d open, %v", len(first.open), err)
	}
}

// TestTheTroubleOfARemovedFeedIsOver, also when it is removed while no fetcher
// runs.
func TestTheTroubleOfARemovedFeedIsOver(t *testing.T) {
	for name, restart := range map[string]bool{"by a reload": false, "while nothing runs": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOutlet(t)
			o.publish("/feed", article("old", "Old", "text", 9*time.Hour))
			d := newDesk(t, fmt.Sprintf("feeds: [{id: feed, url: %s/feed, %s}]", o.URL, often))
			d.remember("feed", o.URL+"/feed", func(s *state.State) { s.Rhythm = regular(9 * time.Hour) })
			r := d.start()
			d.told("FeedQuiet feed")
			eventually(t, "it is stored", func() bool { return r.state("feed").Health.Current() == health.Quiet })
			if restart {
				r.stop()
				d.write("feeds.yaml", "feeds: []")
				r = d.start()
			} else if err := r.reload("feeds: []"); err != nil {
				t.Fatal(err)
			}
			d.told("FeedQuiet feed", "FeedQuiet feed over")
			eventually(t, "it would be told anew", func() bool { return r.state("feed").Health == health.Record{} })
		})
	}
}

// TestAbandoned: of whom nobody will hear that their trouble is over.
func TestAbandoned(t *testing.T) {
	nobody := func() {}
	w := newWatch(&Service{host: "here", outage: newOutage(slog.New(slog.DiscardHandler), prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"}), nobody)})
	feeds := newSet([]Feed{{ID: "a"}}, nil)
	old, now := time.Now().Add(-25*time.Hour), time.Now()
	if got := w.abandoned(trouble{event.Notice{Host: "here"}, old}, feeds); got != "" {
		t.Errorf("a process that was restarted in an outage of a day says that it is over: %q", got)
	}
	w.began = old
	for name, c := range map[string]struct {
		of   trouble
		want bool
	}{
		"a feed that is watched":      {trouble{event.Notice{Feed: "a"}, old}, false},
		"a feed that was removed":     {trouble{event.Notice{Feed: "b"}, now}, true},
		"a region without sources":    {trouble{event.Notice{Region: "r"}, now}, true},
		"this machine":                {trouble{event.Notice{Host: "here"}, now}, false},
		"this machine, a day long":    {trouble{event.Notice{Host: "here"}, old}, true}, // which has nothing more to reach
		"another machine":             {trouble{event.Notice{Host: "there"}, now}, false},
		"another machine, a day long": {trouble{event.Notice{Host: "there"}, old}, true},
	} {
		if got := w.abandoned(c.of, feeds); (got != "") != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, id := range []string{"a", "b", "c"} {
		lost(w.outage, id, 3)
	}
	if got := w.abandoned(trouble{event.Notice{Host: "here"}, old}, feeds); got != "" {
		t.Errorf("an outage that lasts is over: %q", got)
	}
}
