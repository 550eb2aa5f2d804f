package fetcher

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"golang.org/x/sync/errgroup"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/push"
)

// A pushed document that has to be taken again, as somebody else stored the feed's
// state meanwhile, does not ask for its articles again.
func TestPushTakenAgainFetchesNoArticleAgain(t *testing.T) {
	d, o, h := pushedDesk(t, seldom+", full_text: true")
	o.serve("/rss", o.withHub(o.story("a", "A", "x")))
	r := d.start()
	d.next()
	form := h.last(1)
	r.becomes(push.Active)
	eventually(t, "the state is stored", func() bool { return len(r.state("a").Items) == 1 })
	var once sync.Once
	o.handle("/market", func(w http.ResponseWriter, _ *http.Request) {
		once.Do(func() {
			entry, err := r.states.Get(context.WithoutCancel(t.Context()), "a")
			if err == nil {
				_, err = r.states.Put(context.WithoutCancel(t.Context()), "a", entry.Value, entry.Revision)
			}
			if err != nil {
				t.Errorf("storing another state: %v", err)
			}
		})
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, told("market", marketTitle))
	})
	if got := h.push(form, o.withHub(o.story("market", marketTitle, "In short."), o.story("a", "A", "x"))); got != http.StatusAccepted {
		t.Errorf("the push: %d", got)
	}
	if item := d.next(); item.Title != marketTitle || item.TextSource != event.TextArticle {
		t.Errorf("got %+v", item)
	}
	eventually(t, "the state is stored again", func() bool { return len(r.state("a").Items) == 2 })
	if n := o.requests("/market"); n != 1 || r.articles(articleTaken) != 1 {
		t.Errorf("asked %d times, %v articles counted", n, r.articles(articleTaken))
	}
}

// A hub whose host has no turn for us has not failed: it is asked half a minute
// to a minute later, and nobody is told.
func TestHubThatIsBusyHasNotFailed(t *testing.T) {
	d, o, h := pushedDesk(t, seldom)
	lines := &logged{}
	d.logger = slog.New(slog.NewTextHandler(lines, nil))
	r := d.start()
	d.next()
	h.last(1)
	r.becomes(push.Active)
	done := make(chan struct{})
	o.handle("/slow", func(_ http.ResponseWriter, request *http.Request) {
		select {
		case <-done:
		case <-request.Context().Done():
		}
	})
	var slow sync.WaitGroup
	defer slow.Wait()
	defer close(done)
	for range 2 { // all that one host gets
		slow.Go(func() {
			if resp, err := r.client.Fetch(t.Context(), client.Request{URL: o.URL + "/slow", AllowPrivate: true}); err == nil {
				resp.Release()
			}
		})
	}
	eventually(t, "the host is busy", func() bool { return o.requests("/slow") == 2 })
	entry, err := r.subs.bucket.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	sub, before := r.stored(), time.Now()
	sub.Next = before // the renewal is due
	if err := r.pursue(t.Context(), r.feeds.Load().byID["a"], r.state("a").Offer, sub, entry.Revision); err != nil {
		t.Fatal(err)
	}
	got := r.stored()
	if got.State != push.Active || got.Waiting || got.Failures != 0 || got.Next.Sub(before) < 30*time.Second || time.Until(got.Next) > time.Minute {
		t.Errorf("in %s: %+v", time.Until(got.Next), got)
	}
	if put := r.subs.due(got.Next)[o.URL+"/hub"]; len(put) != 1 || put[0].feed != "a" || !put[0].at.Equal(got.Next) {
		t.Errorf("put off: %+v", put)
	}
	if n := testutil.ToFloat64(r.metrics.asked.WithLabelValues(outcomeBusy)); n != 1 || h.asked() != 1 || lines.count("does not push") != 0 {
		t.Errorf("counted %v times, the hub got %d requests, said %d times", n, h.asked(), lines.count("does not push"))
	}
}

// A subscription that was never begun, as all turns were taken, is begun a minute later at the latest,
// and not with the next poll. As long as there is no turn nothing is asked or written.
func TestFirstRequestThatIsPutOff(t *testing.T) {
	d, o, h := pushedDesk(t, seldom)
	s, err := New(t.Context(), Options{Config: d.dir(), Settings: settings("PER_HOST_SPACING=1ms"), Bus: d.server.Bus(), Logger: d.logger,
		Registerer: prometheus.NewRegistry(), Mux: d.front.add(), ExternalURL: d.front.URL})
	if err != nil {
		t.Fatal(err)
	}
	r := &running{desk: d, Service: s}
	turns := max(1, int64(s.config.Concurrency)/4)
	if err := s.subs.asking.Acquire(t.Context(), turns); err != nil {
		t.Fatal(err)
	}
	f := s.feeds.Load().byID["a"]
	offer := []push.Endpoint{{Kind: push.WebSub, Hub: o.URL + "/hub", Topic: o.URL + "/rss"}}
	before := time.Now()
	if err := s.pursue(t.Context(), f, offer, push.Subscription{}, 0); err != nil {
		t.Fatal(err)
	}
	askDue := func(after time.Duration, want int) {
		t.Helper()
		var hubs errgroup.Group
		s.askDue(t.Context(), before.Add(after), &hubs)
		if err := hubs.Wait(); err != nil {
			t.Fatal(err)
		}
		if n := h.asked(); n != want {
			t.Errorf("after %s the hub was asked %d times, want %d", after, n, want)
		}
	}
	askDue(2*time.Minute, 0)
	if got := r.stored(); got.State != "" {
		t.Errorf("stored: %+v", got)
	}
	s.subs.asking.Release(turns)
	askDue(29*time.Second, 0)
	askDue(61*time.Second, 1)
	if got := r.stored(); got.State != push.Active {
		t.Errorf("stored: %+v", got)
	}
	askDue(time.Hour, 1)
}

// A hub that does not answer holds up its own feeds, and no others that were put off, before or meanwhile.
func TestSlowHubHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	o, slow := newOutlet(t), newOutlet(t)
	h := newHub(t, o)
	held := make(chan struct{})
	slow.handle("/hub", func(w http.ResponseWriter, _ *http.Request) {
		<-held
		w.WriteHeader(http.StatusAccepted)
	})
	feeds := "feeds:\n"
	for id, outlet := range map[string]string{"a": o.URL, "b": o.URL, "s1": slow.URL, "s2": slow.URL, "s3": slow.URL, "s4": slow.URL} { // a hub on the loopback is its outlet's own
		feeds += fmt.Sprintf("  - {id: %[1]s, url: %[2]s/%[1]s, %[3]s}\n", id, outlet, seldom)
	}
	d := newDesk(t, feeds)
	d.front = newFront(t)
	s, err := New(t.Context(), Options{Config: d.dir(), Settings: settings("PER_HOST_SPACING=1ms"), Bus: d.server.Bus(), Logger: d.logger,
		Registerer: prometheus.NewRegistry(), Mux: d.front.add(), ExternalURL: d.front.URL})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	putOff := func(id, address string) {
		s.subs.putOff(id, later{[]push.Endpoint{{Kind: push.WebSub, Hub: address + "/hub", Topic: address + "/" + id}}, now})
	}
	for _, id := range []string{"s1", "s2", "s3"} {
		putOff(id, slow.URL)
	}
	putOff("a", o.URL)
	var hubs errgroup.Group
	s.askDue(t.Context(), now, &hubs)
	eventually(t, "the slow hub is asked", func() bool { return slow.requests("/hub") == 1 })
	h.last(1)
	eventually(t, "the other is done", func() bool { s.subs.mu.Lock(); defer s.subs.mu.Unlock(); return len(s.subs.busy) == 1 })
	putOff("b", o.URL)
	putOff("s4", slow.URL)
	s.askDue(t.Context(), now, &hubs)
	h.last(2)
	if n := slow.requests("/hub"); n != 1 {
		t.Errorf("the slow hub was asked %d times at once", n)
	}
	close(held)
	if err := hubs.Wait(); err != nil {
		t.Error(err)
	}
	if n := slow.requests("/hub"); n != 3 {
		t.Errorf("the slow hub was asked for %d feeds, want 3", n)
	}
	s.askDue(t.Context(), now, &hubs)
	if err := hubs.Wait(); err != nil || slow.requests("/hub") != 4 {
		t.Errorf("the slow hub was asked for %d feeds, want all 4: %v", slow.requests("/hub"), err)
	}
}

// How a feed was configured is remembered as long as its subscription is, and no longer.
func TestLeaveForgetsWhatIsOver(t *testing.T) {
	d, _, h := pushedDesk(t, seldom)
	r := d.start()
	d.next()
	form := h.last(1)
	r.becomes(push.Active)
	known := map[string]Feed{}
	leave := func(want int) {
		t.Helper()
		if err := r.leave(t.Context(), known); err != nil {
			t.Fatal(err)
		}
		if _, ok := known["a"]; len(known) != want || ok != (want == 1) {
			t.Errorf("known: %v", known)
		}
	}
	leave(1)
	h.mu.Lock()
	h.silent = true
	h.mu.Unlock()
	if err := r.reload("feeds: []"); err != nil {
		t.Fatal(err)
	}
	r.becomes(push.Left)
	leave(1)
	if status, _ := h.verify(form, url.Values{"hub.mode": {"unsubscribe"}}); status != http.StatusOK {
		t.Errorf("the hub asks back: %d", status)
	}
	eventually(t, "nothing is left of it", func() bool { return r.stored().State == "" })
	leave(0)
}

// One subscription that cannot be stored keeps none of the others.
func TestLeaveGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	h := newHub(t, o)
	h.silent = true
	d := newDesk(t, "feeds: []")
	s, err := New(t.Context(), Options{Config: d.dir(), Settings: settings("PER_HOST_SPACING=1ms"), Bus: d.server.Bus(), Logger: d.logger,
		Registerer: prometheus.NewRegistry(), Mux: newFront(t).add(), ExternalURL: "https://desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]Feed{}
	for _, id := range []string{"a", "b"} { // the first is larger than the bucket will take
		sub := push.Subscription{Endpoint: push.Endpoint{Kind: push.WebSub, Hub: o.URL + "/hub", Topic: o.URL + "/rss"}, Base: s.subs.base, State: push.Active}
		if id == "a" {
			for range 100 { // what cannot be packed
				sub.Secret += rand.Text()
			}
		}
		if err := s.keep(t.Context(), id, sub, 0); err != nil {
			t.Fatal(err)
		}
		known[id] = Feed{ID: id, URL: o.URL + "/rss", AllowPrivate: true}
	}
	limit(t, d, 1000)
	if err := s.leave(t.Context(), known); err == nil || !strings.Contains(err.Error(), "ending the subscription of a") {
		t.Errorf("got %v", err)
	}
	if got := h.last(1); got.Get("hub.mode") != "unsubscribe" || h.asked() != 1 {
		t.Errorf("the hub was asked %d times, last %v", h.asked(), got)
	}
	if sub, _, err := s.subscription(t.Context(), "b"); err != nil || sub.State != push.Left || len(known) != 2 {
		t.Errorf("got %+v, %v, known %v", sub, err, known)
	}
}

// limit bounds what the bucket of subscriptions takes, in bytes for each.
func limit(t *testing.T, d *desk, size int32) {
	t.Helper()
	js := d.server.JetStream()
	stream, err := js.Stream(t.Context(), "KV_"+bus.Subscriptions)
	if err != nil {
		t.Fatal(err)
	}
	c := stream.CachedInfo().Config
	c.MaxMsgSize = size
	if _, err := js.UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}
