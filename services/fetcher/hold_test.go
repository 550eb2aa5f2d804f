package fetcher

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/push"
)

// polls is the stream of tokens as it is now.
func (d *desk) polls() jetstream.StreamState {
	d.t.Helper()
	stream, err := d.server.JetStream().Stream(d.t.Context(), bus.Poll)
	if err != nil {
		d.t.Fatal(err)
	}
	return stream.CachedInfo().State
}

// held is how many tokens a fetcher keeps.
func (r *running) held() (n float64) {
	r.desk.t.Helper()
	families, err := r.registry.Gather()
	if err != nil {
		r.desk.t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "faultline_consumer_kept" {
				n += m.GetGauge().GetValue()
			}
		}
	}
	return n
}

// scheduled reports whether the feed has a schedule: its token is not held.
func (r *running) scheduled(feed string) func() bool {
	return func() bool {
		at, err := r.timers.When(r.desk.t.Context(), feed)
		return err == nil && !at.IsZero()
	}
}

// A token serves several polls, with news and without, and then goes round.
func TestATokenIsHeldForSomePolls(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/rss", article("a", "A", "x", 0))
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	d.next()
	before, asked := d.polls().LastSeq, o.requests("/rss")
	d.nothing("the feed is asked again", o.more("/rss", 4))
	o.publish("/rss", article("b", "B", "x", 0), article("a", "A", "x", 0))
	if item := d.next(); item.Title != "B" {
		t.Errorf("got %+v", item)
	}
	d.nothing("the feed is asked again", o.more("/rss", 4))
	asked = o.requests("/rss") - asked
	if messages := d.polls().LastSeq - before; messages > uint64(asked) {
		t.Errorf("%d polls took %d messages", asked, messages)
	}
	eventually(t, "the token goes round", r.scheduled("a"))
	d.nothing("the feed is asked again", o.more("/rss", 2))
}

// Feeds whose next poll is far off, or may be brought forward, are there for everybody.
func TestWhatIsNotHeld(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/slow", article("a", "A", "x", 0))
	o.handle("/busy", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "10")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	feeds := "feeds:\n"
	for path, pace := range map[string]string{"slow": slow, "busy": often, "missing": often} {
		feeds += fmt.Sprintf("  - {id: %[1]s, url: %[2]s/%[1]s, %[3]s}\n", path, o.URL, pace)
	}
	d := newDesk(t, feeds)
	r := d.start()
	for _, feed := range []string{"slow", "busy", "missing"} {
		eventually(t, feed+" is asked", o.more("/"+feed, 1-o.requests("/"+feed)))
		eventually(t, feed+" has a schedule", r.scheduled(feed))
	}
	if n := r.held(); n != 0 {
		t.Errorf("%v are held", n)
	}
}

func TestAFeedWithAHubIsNotHeld(t *testing.T) {
	d, o, _ := pushedDesk(t, often)
	r := d.start()
	d.next()
	r.becomes(push.Active)
	for range 3 {
		eventually(t, "it is asked again", o.more("/rss", 1))
		eventually(t, "it has a schedule", r.scheduled("a"))
	}
}

// An edit counts from the next poll on, and nobody asks a feed that was removed.
func TestAHeldFeedIsEditedAndRemoved(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	for _, path := range []string{"/old", "/new", "/other"} {
		o.publish(path, article("a", "A "+path, "x", 0))
	}
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/old, "+often+"}]")
	r := d.start()
	d.next()
	eventually(t, "it is held", func() bool { return r.held() == 1 })
	if err := r.reload("feeds: [{id: a, url: " + o.URL + "/new, " + often + "}]"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new address is asked", o.more("/new", 1))
	old := o.requests("/old")
	eventually(t, "it is asked again", o.more("/new", 2))
	if n := o.requests("/old"); n != old {
		t.Errorf("the old address was asked %d times more", n-old)
	}
	if err := r.reload("feeds: [{id: b, url: " + o.URL + "/other, " + often + "}]"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "its token is gone", func() bool { keys := r.keys(); return !keys["a"] && keys["b"] })
	eventually(t, "another feed is asked", o.more("/other", 2))
	removed := o.requests("/new")
	eventually(t, "another feed is asked", o.more("/other", 3))
	if n := o.requests("/new"); n != removed {
		t.Errorf("the feed that was removed was asked %d times more", n-removed)
	}
	if keys := r.keys(); len(keys) != 1 {
		t.Errorf("tokens of %v", keys)
	}
}

// Somebody who schedules a feed whose token another holds makes a second one, as a
// power cut can. One of them goes within a few polls, and no item comes twice.
func TestASecondTokenBesideAHeldOneGoes(t *testing.T) {
	t.Parallel()
	o, asked := newOutlet(t), &times{asked: map[string][]time.Time{}}
	serve := func(items string) {
		o.handle("/rss", func(w http.ResponseWriter, _ *http.Request) {
			asked.note("/rss")
			fmt.Fprint(w, "<rss version=\"2.0\"><channel>"+items+"</channel></rss>")
		})
	}
	serve(article("a", "A", "x", 0))
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	one, two := d.start(), d.start()
	d.next()
	eventually(t, "it is held", func() bool { return one.held()+two.held() == 1 })
	if err := d.bus.Timers(bus.Poll).Schedule(t.Context(), "a", time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	serve(article("a", "A", "x", 0) + article("b", "B", "x", 0))
	if item := d.next(); item.Title != "B" {
		t.Errorf("got %+v", item)
	}
	d.nothing("both tokens went round", o.more("/rss", 3*holdPolls))
	asked.mu.Lock()
	clear(asked.asked)
	asked.mu.Unlock()
	d.nothing("the feed is asked again", o.more("/rss", 5))
	if n := asked.sooner(900 * time.Millisecond); n != 0 {
		t.Errorf("%d times it was asked by two tokens", n)
	}
}

// A fetcher that ends hands over what it holds: others ask at the time that was set.
func TestHeldTokensAreHandedOver(t *testing.T) {
	t.Parallel()
	const n = 20
	o, asked := newOutlet(t), &times{asked: map[string][]time.Time{}}
	feeds := "defaults: {poll: {min: 3s, max: 3s}, allow_private: true}\nfeeds:\n"
	for i := range n {
		path := fmt.Sprint("/", i)
		o.handle(path, func(w http.ResponseWriter, _ *http.Request) {
			asked.note(path)
			fmt.Fprint(w, "<rss version=\"2.0\"><channel>"+article(path, "A", "x", 0)+"</channel></rss>")
		})
		feeds += fmt.Sprintf("- {id: f%d, url: %s%s}\n", i, o.URL, path)
	}
	d := newDesk(t, feeds)
	one := d.start()
	for range n {
		d.next()
	}
	eventually(t, "all are held", func() bool { return one.held() == n })
	one.stop()
	stopped, again := time.Now(), make([]func() bool, n)
	for i := range n {
		again[i] = o.more(fmt.Sprint("/", i), 1)
	}
	d.start()
	for i := range n {
		eventually(t, "it is asked again", again[i])
	}
	if took := time.Since(stopped); took > ackWait-5*time.Second {
		t.Errorf("the last feed is asked after %s, when its token would have come by itself", took)
	}
	if n := asked.sooner(2900 * time.Millisecond); n != 0 {
		t.Errorf("%d feeds were asked before their time", n)
	}
}
