package fetcher

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// hosts are outlets on addresses of their own, or the fetcher would spare them as one host.
type hosts struct {
	*outlet
	port string
}

func newHosts(t *testing.T) *hosts {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	o := newOutlet(t)
	server, done := &http.Server{Handler: o.Config.Handler}, make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return &hosts{o, port}
}

// line configures the i-th host's feed.
func (h *hosts) line(i int, id string) string {
	return fmt.Sprintf("- {id: %s, url: 'http://127.0.%d.%d:%s/%[1]s', %[5]s}\n", id, 1+i/200, 1+i%200, h.port, often)
}

// drip serves so much of a document at once, and then a little each second for as long as anybody
// reads.
func (h *hosts) drip(id string, first int) {
	h.handle("/"+id, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "<rss version=\"2.0\"><channel><!--"+strings.Repeat("x", first))
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<10))
			_ = http.NewResponseController(w).Flush()
			<-tick.C
		}
	})
}

// Two feeds that have sent a part of a large document, and then hardly anything, delay no other
// large one; where they leave no memory it comes a little later, and that is no failure of it.
func TestFault27LargeFeedsThatDripHoldUpNoOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  []string
		late time.Duration
	}{
		"memory for all":     {nil, 5 * time.Second},
		"memory for the two": {[]string{"MAX_BODY=8MiB", "BYTE_BUDGET=8MiB", "TIMEOUT=4s", "HEADER_TIMEOUT=4s"}, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHosts(t)
			h.drip("a", 3<<20)
			h.drip("b", 3<<20)
			h.publish("/c", article("c", "C", "x", 0), "<!--"+strings.Repeat("x", 5_000_000)+"-->")
			d := newDesk(t, "feeds:\n"+h.line(0, "a")+h.line(1, "b"))
			d.set = c.set
			r := d.start()
			eventually(t, "both are being read", func() bool { return h.requests("/a") > 0 && h.requests("/b") > 0 })
			if err := r.reload("feeds:\n" + h.line(0, "a") + h.line(1, "b") + h.line(2, "c")); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the third is asked", func() bool { return h.requests("/c") > 0 })
			start := time.Now()
			if item := d.next(); item.Title != "C" || time.Since(start) > c.late {
				t.Errorf("got %+v after %s", item, time.Since(start))
			}
			if s := r.state("c"); s.Failures > 0 || testutil.ToFloat64(r.metrics.failures.WithLabelValues("c")) > 0 {
				t.Errorf("the third fails: %+v", s)
			}
			eventually(t, "one that drips is too slow", func() bool { return r.state("a").Class == "timeout" || r.state("b").Class == "timeout" })
		})
	}
}

// intervals is the longest time between two requests for a path, from the first of it until n came.
func (h *hosts) intervals(t *testing.T, path string, n int) (longest time.Duration) {
	t.Helper()
	return h.intervalsSince(t, time.Time{}, path, n)
}

// intervalsSince counts the time from last to the first request as well.
func (h *hosts) intervalsSince(t *testing.T, last time.Time, path string, n int) (longest time.Duration) {
	t.Helper()
	came := make(chan time.Time, 1000)
	h.mu.Lock()
	honest := h.handlers[path]
	h.mu.Unlock()
	h.handle(path, func(w http.ResponseWriter, r *http.Request) {
		came <- time.Now()
		honest(w, r)
	})
	for range n {
		select {
		case at := <-came:
			if !last.IsZero() {
				longest = max(longest, at.Sub(last))
			}
			last = at
		case <-time.After(time.Minute):
			t.Fatal("the feed is not asked any more")
		}
	}
	return longest
}

// A hundred hosts that drip all at once take no worker from a healthy one, though nothing is known
// of them and there are but 32 workers.
func TestFault27AHundredDrippingHostsHoldUpNoOther(t *testing.T) {
	t.Parallel()
	h := newHosts(t)
	feeds := "feeds:\n"
	for i := range 100 {
		id := fmt.Sprint("f", i)
		h.drip(id, 100)
		feeds += h.line(i, id)
	}
	h.publish("/healthy", article("a", "A", "x", 0))
	d := newDesk(t, feeds+h.line(100, "healthy"))
	d.set = []string{"CONCURRENCY=32"}
	r := d.start()
	eventually(t, "most are being read", func() bool { return h.asking() > 90 })
	if longest := h.intervals(t, "/healthy", 10); longest > 4*time.Second {
		t.Errorf("asked once in %s", longest)
	}
	if n := len(r.state("healthy").Class); n > 0 {
		t.Error("the healthy one fails")
	}
}

// asking is how many paths were asked.
func (h *hosts) asking() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.asked)
}

// Feeds that are slow and in order are known to be so, whoever polls them next, and then are too few
// at once to be in anybody's way.
func TestFault27SlowFeedsAreRememberedAndHoldUpNoOther(t *testing.T) {
	t.Parallel()
	h := newHosts(t)
	feeds := "feeds:\n"
	for i := range 40 {
		id := fmt.Sprint("f", i)
		feeds += h.line(i, id)
		h.handle("/"+id, func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(3500 * time.Millisecond):
			case <-r.Context().Done():
			}
			fmt.Fprint(w, "<rss version=\"2.0\"><channel><title>T</title></channel></rss>")
		})
	}
	h.publish("/healthy", article("a", "A", "x", 0))
	d := newDesk(t, feeds+h.line(40, "healthy"))
	d.set = []string{"CONCURRENCY=4"}
	r := d.start()
	eventually(t, "all are known to be slow", func() bool {
		for i := range 40 {
			if s := r.state(fmt.Sprint("f", i)); !s.IsSlow(time.Now()) {
				return false
			}
		}
		return true
	})
	if longest := h.intervals(t, "/healthy", 10); longest > 3*time.Second {
		t.Errorf("asked once in %s", longest)
	}
	if s := r.state("f0"); s.Failures > 0 || s.Class != "" {
		t.Errorf("a slow feed fails: %+v", s)
	}
	r.stop()
	r = d.start()
	if longest := h.intervals(t, "/healthy", 5); longest > 3*time.Second {
		t.Errorf("after a start asked once in %s", longest)
	}
}

// Articles that take long keep no worker from other feeds either.
func TestSlowArticlesHoldUpNoOther(t *testing.T) {
	t.Parallel()
	h := newHosts(t)
	var hanging atomic.Int32
	h.handle("/robots.txt", func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) })
	h.handle("/article", func(_ http.ResponseWriter, r *http.Request) {
		hanging.Add(1)
		<-r.Context().Done()
	})
	feeds := "feeds:\n"
	for i := range 4 {
		id := fmt.Sprint("f", i)
		link := fmt.Sprintf("http://127.0.1.%d:%s/article", 1+i, h.port)
		h.handle("/"+id, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "<rss version=\"2.0\"><channel><item><title>N</title><link>%s?%d</link></item></channel></rss>", link, time.Now().UnixNano())
		})
		feeds += strings.Replace(h.line(i, id), "url:", "full_text: true, url:", 1)
	}
	h.publish("/healthy", article("a", "A", "x", 0))
	d := newDesk(t, feeds+h.line(4, "healthy"))
	d.set = []string{"CONCURRENCY=2"}
	d.start()
	eventually(t, "articles hang", func() bool { return hanging.Load() > 1 })
	if longest := h.intervals(t, "/healthy", 8); longest > 3500*time.Millisecond {
		t.Errorf("asked once in %s", longest)
	}
}

// More hosts than there are workers and places aside, of which nothing was known, become slow at once: those
// that find no place give way, so that the others wait for a few seconds and not for the longest time that a
// fetch may take; and they are read in the end.
func TestFault27MoreHostsThanPlacesBecomeSlowAtOnce(t *testing.T) {
	t.Parallel()
	const n = 22 // 4 workers, 12 places
	h := newHosts(t)
	var hang atomic.Bool
	var answered atomic.Int32
	feeds := "feeds:\n"
	for i := range n {
		id := fmt.Sprint("f", i)
		feeds += h.line(i, id)
		h.handle("/"+id, func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "<rss version=\"2.0\"><channel>")
			if hang.Load() {
				_ = http.NewResponseController(w).Flush()
				select {
				case <-time.After(15 * time.Second):
					answered.Add(1)
				case <-r.Context().Done():
				}
			}
			fmt.Fprint(w, "<title>T</title></channel></rss>")
		})
	}
	h.publish("/healthy", article("a", "A", "x", 0))
	d := newDesk(t, feeds+h.line(n, "healthy"))
	d.set = []string{"CONCURRENCY=4"}
	r := d.start()
	eventually(t, "all were read", func() bool { return h.asking() == n+1 && r.kept.Load() == 0 })
	hang.Store(true)
	if longest := h.intervalsSince(t, time.Now(), "/healthy", 12); longest > 9*time.Second {
		t.Errorf("asked once in %s", longest)
	}
	eventually(t, "as many as there are have been waited for", func() bool { return answered.Load() >= n })
	for i := range n {
		if s := r.state(fmt.Sprint("f", i)); s.Failures > 0 || !s.IsSlow(time.Now()) {
			t.Errorf("%d fails, or is not slow: %+v", i, s)
		}
	}
}

// Feeds that wait for memory which another one has are not slow, also when they give way to others: once
// there is memory they are read, and nothing is held against them.
func TestFault27WhatWaitsForMemoryIsNotSlow(t *testing.T) {
	t.Parallel()
	const n = 5 // 1 worker, 3 places aside, of which the one that drips takes one
	h := newHosts(t)
	h.drip("a", 3<<20)
	feeds := "feeds:\n" + h.line(0, "a")
	d := newDesk(t, feeds)
	d.set = []string{"CONCURRENCY=1", "MAX_BODY=8MiB", "BYTE_BUDGET=8MiB", "TIMEOUT=8s", "HEADER_TIMEOUT=8s"}
	r := d.start()
	eventually(t, "one takes the memory", func() bool { return h.requests("/a") > 0 && r.kept.Load() == 0 })
	for i := range n {
		id := fmt.Sprint("f", i)
		h.publish("/"+id, article(id, "A", "x", 0), "<!--"+strings.Repeat("x", 1_000_000)+"-->")
		feeds += h.line(i+1, id)
	}
	if err := r.reload(feeds); err != nil {
		t.Fatal(err)
	}
	for range n {
		d.next()
	}
	asked := 0
	for i := range n {
		id := fmt.Sprint("f", i)
		eventually(t, id+" is noted", func() bool { return !r.state(id).Success.IsZero() })
		if s := r.state(id); s.Failures > 0 || s.IsSlow(time.Now()) {
			t.Errorf("%s fails, or is slow: %+v", id, s)
		}
		asked += h.requests("/" + id)
	}
	if asked <= n {
		t.Error("none gave way")
	}
}
