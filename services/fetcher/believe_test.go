package fetcher

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/services/fetcher/internal/state"
)

// changing is a feed whose document changes. What it says to a conditional request its
// server decides by whether it lies.
type changing struct {
	mu    sync.Mutex
	lies  bool
	stale bool // conditional requests come to a machine that has the document before
	items []string
	whole int // how often the document was sent
}

func (c *changing) add(item string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items = append([]string{item}, c.items...)
}

func (c *changing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, etag := r.Header.Get("If-None-Match"), fmt.Sprintf(`"%d"`, len(c.items))
	if c.stale && known == fmt.Sprintf(`"%d"`, len(c.items)-1) || known == etag || known != "" && c.lies {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	c.whole++
	w.Header().Set("ETag", etag)
	fmt.Fprint(w, `<rss version="2.0"><channel><title>T</title>`+strings.Join(c.items, "")+"</channel></rss>")
}

func (c *changing) behind(is bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stale = is
}

func (c *changing) sent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.whole
}

// A server that answers 304 whatever has happened keeps no news back for long, and is found out.
func TestFault52AServerThatAnswers304ToEverything(t *testing.T) {
	t.Parallel()
	o, feed := newOutlet(t), &changing{lies: true}
	feed.add(article("a", "A", "x", 9*time.Hour))
	o.handle("/rss", feed.ServeHTTP)
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	log := d.listen()
	d.chance = func() float64 { return 1e-9 } // each poll may be one that doubts
	r := d.start()
	d.next()
	feed.add(article("b", "B", "x", 0))
	if item := d.next(); item.Title != "B" {
		t.Errorf("got %+v", item)
	}
	eventually(t, "it is tried for a while", func() bool { return !r.state("a").Tried.IsZero() })
	eventually(t, "it is asked on", o.more("/rss", 2))
	if s := r.state("a"); s.Tried.IsZero() || !s.Lied.IsZero() {
		t.Errorf("it is taken for a liar at once: %+v", s)
	}
	d.change("a", func(s *state.State) { s.Tried = s.Tried.Add(-time.Hour) })
	eventually(t, "the lie is known", func() bool { return !r.state("a").Lied.IsZero() })
	eventually(t, "it is said", func() bool { return log.count("answers 304 to a document that has changed") == 1 })
	feed.add(article("c", "C", "x", 0))
	if item := d.next(); item.Title != "C" {
		t.Errorf("got %+v", item)
	}
	eventually(t, "it is asked on", o.more("/rss", 2))
	r.stop()
	if n := log.count("answers 304 to a document that has changed"); n != 1 {
		t.Errorf("it was said %d times", n)
	}
}

// A server that is right is believed, also after its document was asked for without conditions
// and had changed a moment before; and a feed that brings what it brings is not doubted.
func TestAServerThatIsRightIsBelieved(t *testing.T) {
	t.Parallel()
	o, feed := newOutlet(t), &changing{}
	feed.add(article("a", "A", "x", 9*time.Hour))
	o.handle("/rss", feed.ServeHTTP)
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	d.chance = func() float64 { return 1e-9 }
	r := d.start()
	d.next()
	eventually(t, "it is doubted", func() bool { return feed.sent() > 1 })
	feed.behind(true)
	feed.add(article("b", "B", "x", 0))
	d.next()
	eventually(t, "it is tried", func() bool { return !r.state("a").Tried.IsZero() })
	eventually(t, "a machine that is behind is asked", o.more("/rss", 2))
	feed.behind(false)
	eventually(t, "it is tried no more", func() bool { s := r.state("a"); return s.ETag == `"2"` && s.Tried.IsZero() })
	sent := feed.sent()
	eventually(t, "it is asked on", o.more("/rss", 3))
	if s := r.state("a"); feed.sent() != sent || !s.Lied.IsZero() {
		t.Errorf("the document was sent %d times more, lied: %s", feed.sent()-sent, s.Lied)
	}
	d.change("a", func(s *state.State) { s.Item = time.Now().Add(-9 * time.Hour) })
	eventually(t, "it is doubted again once it is silent", func() bool { return feed.sent() > sent })
}
