package fetcher

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"faultline/services/fetcher/internal/state"
)

// A connection that always breaks at the same place hides no item that came before it.
func TestFault40WhatCameBeforeTheConnectionBrokeIsRead(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	var whole atomic.Bool
	document := "<rss version=\"2.0\"><channel><title>T</title>" + article("a", "A", "x", 0) + article("b", "B", "x", 0) + article("c", "C", "x", 0) + "</channel></rss>"
	o.handle("/rss", func(w http.ResponseWriter, _ *http.Request) {
		if whole.Load() {
			fmt.Fprint(w, document)
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nETag: \"cut\"\r\nContent-Length: %d\r\n\r\n%s", len(document), document[:len(document)-60])
		_ = conn.Close()
	})
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	if a, b := d.next(), d.next(); a.Title != "A" || b.Title != "B" {
		t.Errorf("got %q and %q", a.Title, b.Title)
	}
	d.nothing("the feed is asked again", o.more("/rss", 2))
	if s := r.state("a"); s.Flag != state.FlagPartial || s.ETag != "" || s.Hash != "" {
		t.Errorf("got %+v", s)
	}
	whole.Store(true)
	if c := d.next(); c.Title != "C" {
		t.Errorf("got %q", c.Title)
	}
	eventually(t, "the feed is in order", func() bool { return r.state("a").Flag == "" })
}

// An outlet that is too slow for the time that a fetch has is read as far as it came, and
// is left alone for longer and longer.
func TestFault26WhatCameInTimeIsReadAndTheFeedFails(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.handle("/rss", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<rss version=\"2.0\"><channel><title>T</title>", article("a", "A", "x", 0))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	d.files["faultline.yaml"] = "fetcher: {timeout: 1s, header_timeout: 1s}"
	r := d.start()
	if a := d.next(); a.Title != "A" {
		t.Errorf("got %q", a.Title)
	}
	eventually(t, "the feed fails", func() bool { s := r.state("a"); return s.Class == "timeout" && s.Failures > 0 && s.Hash == "" })
}
