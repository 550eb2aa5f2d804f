package fetcher

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
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
