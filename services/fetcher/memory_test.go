package fetcher

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"faultline/services/fetcher/internal/costtest"
)

// Sixteen feeds of 14 MB at once take the memory of two bodies and one parse, not
// of sixteen, be they of one item or of 14,000; a small feed beside them goes on. Not
// parallel: it measures.
func TestFault22SixteenLargeFeedsAtOnce(t *testing.T) {
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	server := &http.Server{Handler: mux}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	padding := strings.Repeat("<!-- "+strings.Repeat("x", 1000)+" -->", 14_000_000/1009)
	var backlog strings.Builder // as large, of items that are there already for the first fetch
	for i := range 14_000_000 / 1000 {
		fmt.Fprintf(&backlog, "<item><guid>old-%d</guid><title>Old story %d</title><pubDate>Mon, 02 Feb 2026 10:00:00 GMT</pubDate><description>%s</description></item>", i, i, strings.Repeat("x", 850))
	}
	var feeds strings.Builder
	feeds.WriteString("defaults: {allow_private: true, poll: {min: 1s, max: 1s}}\nfeeds:\n")
	for i := range 17 {
		item, padding := article(fmt.Sprint(i), fmt.Sprint("Story ", i), "x", 0), padding
		switch {
		case i == 16:
			padding = ""
		case i%2 == 1:
			padding = backlog.String()
		}
		mux.HandleFunc(fmt.Sprint("/", i), func(w http.ResponseWriter, _ *http.Request) {
			for _, part := range []string{"<rss version=\"2.0\"><channel>", item, padding, "</channel></rss>"} {
				_, _ = io.WriteString(w, part)
			}
		})
		// Each on a host of its own, or they would come two at a time.
		fmt.Fprintf(&feeds, "- {id: f%d, url: 'http://127.0.0.%d:%s/%d'}\n", i, 10+i, port, i)
	}
	d := newDesk(t, feeds.String())
	titles := map[string]bool{}
	peak := costtest.Peak(func() {
		d.start()
		for len(titles) < 17 {
			if title := d.next().Title; strings.HasPrefix(title, "Story ") {
				titles[title] = true
			}
		}
	})
	if most := uint64(160 << 20); peak > most {
		t.Errorf("%d bytes, at most %d", peak, most)
	}
	t.Logf("%d MB", peak>>20)
}
