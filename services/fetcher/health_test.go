package fetcher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/health"
	"faultline/services/fetcher/internal/rhythm"
	"faultline/services/fetcher/internal/state"
)

// journal keeps what is logged.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) count(what string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.text.String(), what)
}

// listen makes the desk's fetchers log into a journal too.
func (d *desk) listen() *journal {
	j := &journal{}
	d.logger = slog.New(slog.NewTextHandler(j, nil))
	return j
}

// regular is the rhythm of a feed that brought an item every quarter of an hour
// for ten days, the last one so long ago.
func regular(silence time.Duration) rhythm.Profile {
	p := rhythm.Profile{Longest: 45 * time.Minute, Seen: time.Now().Add(-silence), Last: time.Now().Add(-silence), Begun: time.Now().Add(-10*24*time.Hour - silence)}
	for i := range p.Hours {
		p.Hours[i] = rhythm.Cell{Arrivals: 40, Exposure: 10}
	}
	for i := range p.Days {
		p.Days[i] = rhythm.Cell{Arrivals: 960. / 7, Exposure: 240. / 7}
	}
	return p
}

// remember stores the state of a feed as another fetcher would have.
func (d *desk) remember(feed, url string, change func(*state.State)) {
	d.t.Helper()
	st := state.State{URL: url, Begun: time.Now().Add(-10 * 24 * time.Hour), Success: time.Now()}
	change(&st)
	data, err := st.Encode()
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.states().Put(d.t.Context(), feed, data, 0); err != nil {
		d.t.Fatal(err)
	}
}

// states is the bucket of what is known of feeds.
func (d *desk) states() *bus.Bucket {
	d.t.Helper()
	states, err := d.bus.Bucket(d.t.Context(), bus.FeedState)
	if err != nil {
		d.t.Fatal(err)
	}
	return states
}

// change changes a feed's stored state as another fetcher would.
func (d *desk) change(feed string, change func(*state.State)) {
	d.t.Helper()
	err := bus.ErrConflict
	for errors.Is(err, bus.ErrConflict) {
		entry, readErr := d.states().Get(d.t.Context(), feed)
		st, decodeErr := state.Decode(entry.Value)
		change(&st)
		data, encodeErr := st.Encode()
		if wrong := errors.Join(readErr, decodeErr, encodeErr); wrong != nil {
			d.t.Fatal(wrong)
		}
		_, err = d.states().Put(d.t.Context(), feed, data, entry.Revision)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func (r *running) condition(feed string, s health.State) func() bool {
	return func() bool {
		return testutil.ToFloat64(r.metrics.health.WithLabelValues(feed, string(s))) == 1
	}
}

func TestAFeedGoesQuietAndComesBack(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/feed", article("old", "Old", "text", 9*time.Hour))
	d := newDesk(t, fmt.Sprintf("feeds: [{id: feed, url: %s/feed, %s}]", o.URL, often))
	log := d.listen()
	d.remember("feed", o.URL+"/feed", func(s *state.State) { s.Rhythm = regular(9 * time.Hour) })
	r := d.start()
	eventually(t, "the feed is called quiet", r.condition("feed", health.Quiet))
	if testutil.ToFloat64(r.metrics.quiet.WithLabelValues("feed")) != 1 || log.count("has gone quiet") != 1 {
		t.Errorf("the gauge, or %d lines in the log", log.count("has gone quiet"))
	}
	eventually(t, "it was asked again", o.more("/feed", 2))
	o.publish("/feed", article("new", "New", "text", time.Second), article("old", "Old", "text", 9*time.Hour))
	d.next() // the old one
	d.next()
	eventually(t, "it was asked again", o.more("/feed", 2))
	if log.count("has gone quiet") != 1 || log.count("in order again") != 0 {
		t.Error("one item after a silence makes it neither quiet nor in order at once")
	}
}

func TestAFeedIsInOrderAgainAfterAWhile(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/feed", article("new", "New", "text", time.Minute))
	d := newDesk(t, fmt.Sprintf("feeds: [{id: feed, url: %s/feed, %s}]", o.URL, often))
	log := d.listen()
	d.remember("feed", o.URL+"/feed", func(s *state.State) {
		s.Health = health.Record{State: health.Stale, Since: time.Now().Add(-time.Hour), Next: health.Fine, Pending: time.Now().Add(-11 * time.Minute)}
	})
	r := d.start()
	eventually(t, "the feed is in order", r.condition("feed", health.Fine))
	if log.count("in order again") != 1 || testutil.CollectAndCount(r.metrics.health) != 1 {
		t.Errorf("said %d times, %d series", log.count("in order again"), testutil.CollectAndCount(r.metrics.health))
	}
}

func TestARegionIsBlindWhenMostOfItsSourcesAre(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	feeds := "feeds:\n"
	d := newDesk(t, "")
	log := d.listen()
	for i := range 3 {
		id := fmt.Sprintf("kg%d", i)
		feeds += fmt.Sprintf("  - {id: %[1]s, url: %[2]s/%[1]s, country: KG, %[3]s}\n", id, o.URL, often)
		o.publish("/"+id, article("old"+id, "Old", "text", 9*time.Hour))
		if i > 0 {
			d.remember(id, o.URL+"/"+id, func(s *state.State) { s.Rhythm = regular(9 * time.Hour) })
		}
	}
	d.write("feeds.yaml", feeds)
	d.write("regions.yaml", "regions: [{id: south, title: South, admin1: [KG.08]}, {id: elsewhere, title: Elsewhere, countries: [FR]}]")
	r := d.start()
	blind := func() bool { return testutil.ToFloat64(r.metrics.region.WithLabelValues("south")) == 1 }
	eventually(t, "the region is blind", blind)
	eventually(t, "that is said", func() bool { return log.count("the region is blind") == 1 })
	if n := testutil.CollectAndCount(r.metrics.region); n != 1 {
		t.Errorf("%d series of regions", n)
	}
	d.write("regions.yaml", "regions: [{id: other, title: Other, countries: [KG]}]")
	if err := r.reload(feeds); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the other region is blind in its place", func() bool {
		return testutil.CollectAndCount(r.metrics.region) == 1 && testutil.ToFloat64(r.metrics.region.WithLabelValues("other")) == 1
	})
}

// TestOneOutageIsNoTroubleOfItsFeeds: with the network down no feed is called
// failing and no region blind, however long it lasts.
func TestOneOutageIsNoTroubleOfItsFeeds(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	d := newDesk(t, fmt.Sprintf("feeds: [{id: a, url: %s/a, country: KG, %s}]", o.URL, often))
	s := d.start()
	eventually(t, "it was asked", o.more("/a", 1))
	for i := range 5 {
		lost(s.outage, fmt.Sprint(i), 5)
	}
	r := &round{Service: s.Service, feed: Feed{ID: "a"}, now: time.Now()}
	r.state.Failures = 9
	r.state.Health = health.Record{Next: health.Failing, Pending: r.now.Add(-time.Hour)}
	if changed := r.examine(); !changed || r.state.Health.Current() != health.Fine || r.state.Health.Next != "" {
		t.Errorf("during the outage: %+v", r.state.Health)
	}
	s.outage.reached("other")
	r.examine()
	r.now = r.now.Add(6 * time.Minute)
	if r.examine(); r.state.Health.Current() != health.Failing {
		t.Errorf("after the outage: %+v", r.state.Health)
	}
}

func TestPublishToSeenIsMeasuredForNewsWithADateOfItsOwn(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/feed", article("backlog", "Backlog", "text", 9*time.Hour), article("fresh", "Fresh", "text", 20*time.Second))
	d := newDesk(t, fmt.Sprintf("feeds: [{id: feed, url: %s/feed, %s}]", o.URL, often))
	r := d.start()
	d.next()
	d.next()
	o.publish("/feed", article("fresh", "Fresh", "other text", 20*time.Second), article("next", "Next", "text", 3*time.Minute),
		"<item><guid>undated</guid><title>Undated</title><link>https://outlet.example/u</link></item>")
	for range 3 {
		d.next()
	}
	eventually(t, "the items are counted", func() bool { return testutil.ToFloat64(r.metrics.items.WithLabelValues("feed")) == 5 })
	problems, err := testutil.GatherAndLint(r.registry, "faultline_publish_to_seen_seconds")
	if err != nil || len(problems) > 0 || testutil.CollectAndCount(r.metrics.delay) != 1 {
		t.Errorf("%v, %v", problems, err)
	}
	families, err := r.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "faultline_publish_to_seen_seconds" {
			h := f.GetMetric()[0].GetHistogram()
			if h.GetSampleCount() != 1 || h.GetSampleSum() < 179 || h.GetSampleSum() > 240 || len(h.GetBucket()) == 0 || len(h.GetPositiveSpan()) > 0 {
				t.Errorf("%d samples, sum %v, buckets %v, native %v", h.GetSampleCount(), h.GetSampleSum(), h.GetBucket(), h.GetPositiveSpan())
			}
		}
	}
	o.handle("/feed", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	if err := r.reload("feeds: []"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the feed's series are gone", func() bool {
		return testutil.CollectAndCount(r.metrics.delay)+testutil.CollectAndCount(r.metrics.quiet)+testutil.CollectAndCount(r.metrics.health) == 0
	})
}

// What the desk is shown of each feed is that feed's own, and there is none of a feed
// that was never asked.
func TestReadHealth(t *testing.T) {
	t.Parallel()
	const n = 3 * readersOfTimers
	d := newDesk(t, "feeds: []")
	at := time.Now().Add(time.Hour).UTC()
	next := func(i int) time.Time { return at.Add(time.Duration(i) * time.Minute) }
	feeds := []Listed{{Feed: Feed{ID: "never-asked"}}}
	for i := range n {
		id := fmt.Sprint("f", i)
		feeds = append(feeds, Listed{Feed: Feed{ID: id}})
		d.remember(id, "https://outlet.example/"+id, func(s *state.State) { s.MovedTo = id })
		if err := d.bus.Timers(bus.Poll).Schedule(t.Context(), id, next(i), nil); err != nil {
			t.Fatal(err)
		}
	}
	damaged := Listed{Feed: Feed{ID: "damaged"}}
	if _, err := d.bus.Publish(t.Context(), bus.Message{Subject: "$KV." + bus.FeedState + "." + bus.Token(damaged.ID), Data: []byte("\x28\xb5\x2f\xfd\x00damaged")}); err != nil {
		t.Fatal(err)
	}
	known, err := ReadHealth(t.Context(), d.bus, append(feeds, damaged))
	if err != nil || len(known) != n {
		t.Fatalf("%d feeds, %v", len(known), err)
	}
	for i := range n {
		id := fmt.Sprint("f", i)
		if h := known[id]; h.MovedTo != id || !h.Next.Equal(next(i)) {
			t.Errorf("%s: %+v, want the next poll at %s", id, h, next(i))
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := ReadHealth(ended, d.bus, feeds); err == nil {
		t.Error("who is told to stop reads on")
	}
}
