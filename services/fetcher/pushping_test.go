package fetcher

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/push"
)

const seldom = "poll: {min: 1h, max: 2h}, allow_private: true"

// pushedDesk is a desk with one feed that a hub pushes; nobody fetches it yet.
func pushedDesk(t *testing.T, poll string) (*desk, *outlet, *hub) {
	t.Parallel()
	o := newOutlet(t)
	h := newHub(t, o)
	o.serve("/rss", o.withHub(article("a", "A", "x", 0)))
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+poll+"}]")
	d.front = newFront(t)
	return d, o, h
}

// stored is the feed's subscription as it is stored.
func (r *running) stored() push.Subscription {
	r.desk.t.Helper()
	entry, err := r.subs.bucket.Get(r.desk.t.Context(), "a")
	if errors.Is(err, bus.ErrNotFound) {
		return push.Subscription{}
	}
	if err != nil {
		r.desk.t.Fatal(err)
	}
	sub, err := push.Decode(entry.Value)
	if err != nil {
		r.desk.t.Fatal(err)
	}
	return sub
}

func (r *running) becomes(s push.State) {
	r.desk.t.Helper()
	eventually(r.desk.t, "the subscription is "+string(s), func() bool { return r.stored().State == s })
}

func (r *running) pings(outcome string) float64 {
	return testutil.ToFloat64(r.metrics.pings.WithLabelValues(outcome))
}

func TestHubPushesEachItemOnce(t *testing.T) {
	d, o, h := pushedDesk(t, seldom)
	r := d.start()
	d.next()
	form := h.last(1)
	r.becomes(push.Active)
	if form.Get("hub.mode") != "subscribe" || form.Get("hub.topic") != o.URL+"/rss" || !strings.HasPrefix(form.Get("hub.callback"), d.front.URL+"/push/a/") || len(form.Get("hub.secret")) != 64 || len(r.stored().Token) < 26 {
		t.Errorf("the hub was asked for %v", form)
	}
	if got := h.told(); got != "200 a challenge" {
		t.Errorf("the hub was told %q", got)
	}
	body := o.withHub(article("b", "Pushed", "x", 0), article("a", "A", "x", 0))
	for i, want := range []string{outcomeNew, outcomeUnchanged, outcomeUnchanged} {
		if got := h.push(form, body); got != http.StatusAccepted {
			t.Errorf("push %d: %d", i, got)
		}
		if r.pings(want) == 0 {
			t.Errorf("push %d is not %s", i, want)
		}
	}
	if item := d.next(); item.Title != "Pushed" || item.Backlog || item.Source.Feed != "a" || item.Source.Title != "The Outlet" {
		t.Errorf("got %+v", item)
	}
	if got := h.push(form, o.withHub(article("b", "Pushed", "more is known", 0))); got != http.StatusAccepted {
		t.Errorf("got %d", got)
	}
	if item := d.next(); item.Revision != 1 || item.Text != "more is known" {
		t.Errorf("got %+v", item)
	}
	// The poll finds what was pushed, and that it was pushed first.
	o.serve("/rss", o.withHub(article("b", "Pushed", "more is known", 0), article("a", "A", "x", 0)))
	if got := h.push(form, ""); got != http.StatusAccepted || r.pings("light") != 1 {
		t.Errorf("an empty one: %d", got)
	}
	d.nothing("the feed is asked at once", func() bool { return o.requests("/rss") == 2 })
	if got := h.push(form, "no feed"); got != http.StatusAccepted || r.pings("unreadable") != 1 {
		t.Errorf("one that is no feed: %d", got)
	}
	eventually(t, "the round ends", func() bool { return r.state("a").Hash != "" })
	if s := r.state("a"); s.Pushed.IsZero() || len(s.Items) != 2 || len(s.Offer) != 1 {
		t.Errorf("got %+v", s)
	}
	if got := testutil.ToFloat64(r.metrics.items); got != 3 || h.asked() != 1 {
		t.Errorf("%v items, %d requests to the hub", got, h.asked())
	}
	if got := testutil.ToFloat64(r.metrics.pushing.WithLabelValues("a", "active")); got != 1 {
		t.Errorf("the metric says %v", got)
	}
}

func TestForgedPingsAreIgnored(t *testing.T) {
	d, o, h := pushedDesk(t, seldom)
	lines := &logged{}
	d.logger = slog.New(slog.NewTextHandler(lines, nil))
	r := d.start()
	d.next()
	form := h.last(1)
	r.becomes(push.Active)
	callback, forged := form.Get("hub.callback"), o.withHub(article("f", "Forged", "x", 0))
	for name, sum := range map[string]string{
		"none": "", "of another secret": signature("guess", forged), "of another body": signature(form.Get("hub.secret"), "x"), "of a method nobody knows": "md5=" + strings.Repeat("0", 32),
		"no hexadecimals": "sha256=" + strings.Repeat("x", 64), "of nothing": "sha256=",
	} {
		if got := ping(t, callback, forged, sum); got != http.StatusAccepted {
			t.Errorf("a signature %s: %d", name, got)
		}
	}
	if got := r.pings("bad_signature"); got != 6 {
		t.Errorf("%v bad signatures counted", got)
	}
	if got := lines.count("without the hub's signature"); got != 1 {
		t.Errorf("said %d times", got)
	}
	good := signature(form.Get("hub.secret"), forged)
	for name, address := range map[string]string{"another token": d.front.URL + "/push/a/guess", "another feed": strings.Replace(callback, "/a/", "/b/", 1)} {
		if got := ping(t, address, forged, good); got != http.StatusNotFound {
			t.Errorf("%s: %d", name, got)
		}
	}
	for name, instead := range map[string]url.Values{
		"another topic": {"hub.topic": {o.URL + "/other"}}, "unsubscribe": {"hub.mode": {"unsubscribe"}}, "no challenge": {"hub.challenge": nil},
		"denied of another topic": {"hub.mode": {"denied"}, "hub.topic": {"x"}},
	} {
		if status, body := h.verify(form, instead); status != http.StatusNotFound || body != "" {
			t.Errorf("verifying %s: %d %q", name, status, body)
		}
	}
	big := strings.Repeat(" ", 17<<20)
	if got := ping(t, callback, big, signature(form.Get("hub.secret"), big)); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a ping of 17 MiB: %d", got)
	}
	d.nothing("the subscription stays", func() bool { return r.stored().State == push.Active })
	busy := 0
	for range 2 * strangersRate {
		if ping(t, d.front.URL+"/push/a/guess", "", "") == http.StatusTooManyRequests {
			busy++
		}
	}
	if busy == 0 {
		t.Error("strangers may look into the store as often as they like")
	}
	if got := h.push(form, o.withHub(article("b", "Genuine", "x", 0))); got != http.StatusAccepted || d.next().Title != "Genuine" {
		t.Errorf("a genuine one among them: %d", got)
	}
}

// A ping that comes while a poll is under way: both bring the same item. The poll
// compares its document with the state that the ping stored, or is dropped.
func TestPingRacesPoll(t *testing.T) {
	d, o, h := pushedDesk(t, "poll: {min: 1s, max: 1s}, allow_private: true")
	r := d.start()
	d.next()
	form := h.last(1)
	r.becomes(push.Active)
	both := o.withHub(article("c", "Polled", "x", 0), article("b", "Both", "x", 0), article("a", "A", "x", 0))
	var once sync.Once
	o.handle("/rss", func(w http.ResponseWriter, _ *http.Request) {
		once.Do(func() { // the poll has begun
			if got := h.push(form, o.withHub(article("b", "Both", "x", 0), article("a", "A", "x", 0))); got != http.StatusAccepted {
				t.Errorf("the push: %d", got)
			}
		})
		fmt.Fprint(w, both)
	})
	seen := map[string]int{}
	for range 2 {
		seen[d.next().Title]++
	}
	if seen["Both"] != 1 || seen["Polled"] != 1 {
		t.Errorf("got %v", seen)
	}
	d.nothing("the feed is asked again", o.more("/rss", 3))
	if got := testutil.ToFloat64(r.metrics.conflicts); got > 1 {
		t.Errorf("%v conflicts", got)
	}
	if s := r.state("a"); len(s.Items) != 3 {
		t.Errorf("got %+v", s.Items)
	}
}

// Pings of one feed that two processes get at the same time, with items in
// common, lose nothing and repeat nothing; and so it is after a restart.
func TestTwoFetchersBehindOneAddress(t *testing.T) {
	d, o, h := pushedDesk(t, seldom)
	one := d.start()
	d.start()
	d.next()
	form := h.last(1)
	one.becomes(push.Active)
	const n = 20
	send := func(first int) {
		var wait sync.WaitGroup
		for i := first; i < first+n; i++ {
			wait.Go(func() {
				body := o.withHub(article(fmt.Sprint(i), fmt.Sprint("Item ", i), "x", 0), article(fmt.Sprint(i+1), fmt.Sprint("Item ", i+1), "x", 0))
				tick := time.NewTicker(20 * time.Millisecond)
				defer tick.Stop()
				for deadline := time.Now().Add(time.Minute); h.push(form, body) != http.StatusAccepted; <-tick.C { // as hubs do
					if time.Now().After(deadline) {
						t.Errorf("item %d is not taken", i)
						return
					}
				}
			})
		}
		wait.Wait()
	}
	seen := map[string]int{}
	send(0)
	for range n + 1 {
		seen[d.next().Title]++
	}
	one.stop()
	d.front.leave()
	three := d.start()
	send(n)
	for range n {
		seen[d.next().Title]++
	}
	d.nothing("all is known", func() bool { return len(three.state("a").Items) == 2*n+2 })
	for title, times := range seen {
		if times != 1 {
			t.Errorf("%s came %d times", title, times)
		}
	}
	if h.asked() != 1 {
		t.Errorf("the hub was asked %d times", h.asked())
	}
}
