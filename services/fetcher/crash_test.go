package fetcher

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/bus"
	"faultline/pkg/config"
)

// stubborn starts a fetcher that can be cut off: its connection ends at once,
// whatever it is doing, and what it held is due again after ackWait.
func (d *desk) stubborn(ackWait time.Duration, settings config.Section) (stop func()) {
	d.t.Helper()
	b := d.server.Bus()
	s, err := New(d.t.Context(), Options{Config: d.dir(), Settings: settings, Bus: b, Logger: d.logger, Registerer: prometheus.NewRegistry()})
	if err != nil {
		d.t.Fatal(err)
	}
	s.ackWait = ackWait
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		d.cut(b)
		cancel()
		<-done
	})
	d.t.Cleanup(stop)
	return stop
}

// times notes when each path is asked.
type times struct {
	mu    sync.Mutex
	asked map[string][]time.Time
}

func (w *times) note(path string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked[path] = append(w.asked[path], time.Now())
}

// sooner counts the requests that came sooner after the one before than allowed.
func (w *times) sooner(than time.Duration) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, asked := range w.asked {
		for i := 1; i < len(asked); i++ {
			if asked[i].Sub(asked[i-1]) < than {
				n++
			}
		}
	}
	return n
}

// TestFetchersThatDie: of three fetchers one after the other is cut off at a
// moment of its own and replaced. Every item of every round arrives, each once,
// and no feed is asked twice for one token.
func TestFetchersThatDie(t *testing.T) {
	t.Parallel()
	const n, rounds = 30, 6
	o, asked := newOutlet(t), &times{asked: map[string][]time.Time{}}
	serve := func(round int) {
		for i := range n {
			path, body := fmt.Sprintf("/%d", i), strings.Builder{}
			for r := range round + 1 {
				body.WriteString(article(fmt.Sprintf("%d-%d", i, r), fmt.Sprintf("%d of %d", r, i), "x", time.Minute))
			}
			o.handle(path, func(w http.ResponseWriter, _ *http.Request) {
				asked.note(path)
				fmt.Fprint(w, "<rss version=\"2.0\"><channel>"+body.String()+"</channel></rss>")
			})
		}
	}
	var feeds strings.Builder
	feeds.WriteString("defaults: {" + often + "}\nfeeds:\n")
	for i := range n {
		fmt.Fprintf(&feeds, "- {id: f%d, url: %s/%d}\n", i, o.URL, i)
	}
	serve(0)
	d := newDesk(t, feeds.String())
	fast := settings("PER_HOST_SPACING=1ms", "PER_HOST_CONCURRENCY=8")
	start := func() func() { return d.stubborn(5*time.Second, fast) }
	cuts := []func(){start(), start(), start()}
	seen := map[string]int{}
	for round := range rounds {
		for range n / 2 { // in the middle of the round
			seen[d.next().Title]++
		}
		cuts[round%len(cuts)]()
		cuts[round%len(cuts)] = start()
		for range n - n/2 {
			seen[d.next().Title]++
		}
		if round < rounds-1 {
			serve(round + 1)
		}
	}
	d.nothing("a feed is asked three times more", o.more("/7", 3))
	for title, times := range seen {
		if times != 1 {
			t.Errorf("%s came %d times", title, times)
		}
	}
	if len(seen) != n*rounds {
		t.Errorf("%d items, want %d", len(seen), n*rounds)
	}
	if twice := asked.sooner(900 * time.Millisecond); twice > 0 {
		t.Errorf("%d times a feed was asked again at once", twice)
	}
}

// TestATokenThatHasASuccessorIsDropped: a fetcher dies after it made the next
// token and before it acknowledged the one it had, which comes again.
func TestATokenThatHasASuccessorIsDropped(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	asked := make(chan time.Time, 100)
	o.handle("/rss", func(http.ResponseWriter, *http.Request) { asked <- time.Now() })
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	dying, next := d.server.Bus(), make(chan time.Time, 1)
	if err := d.bus.Timers(bus.Poll).Schedule(t.Context(), "a", time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		c := bus.Consumer{Durable: durable, AckWait: time.Second, MaxDeliver: -1, MaxPending: maxPending}
		done <- dying.Timers(bus.Poll).Consume(ctx, c, func(ctx context.Context, key string, _ *bus.Delivery) error {
			at := time.Now().Add(5 * time.Second)
			err := d.bus.Timers(bus.Poll).Schedule(ctx, key, at, nil)
			next <- at
			<-ctx.Done()
			return err
		})
	}()
	at := <-next
	d.cut(dying)
	cancel()
	d.stubborn(time.Second, settings())
	select {
	case first := <-asked:
		if first.Before(at) {
			t.Errorf("asked %s before its time", at.Sub(first))
		}
	case <-time.After(time.Minute):
		t.Error("the feed is not asked any more")
	}
	<-done
}

// cut ends a connection at once.
func (d *desk) cut(b *bus.Bus) {
	now, end := context.WithCancel(d.t.Context())
	end()
	if err := b.Close(now); err == nil {
		d.t.Error("the connection ended in good order")
	}
}
