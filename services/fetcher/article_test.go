package fetcher

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/fulltext"
	"faultline/services/fetcher/internal/state"
)

// story is an item whose article is on the outlet itself.
func (o *outlet) story(name, title, text string) string {
	return strings.Replace(article(name, title, text, 0), "https://outlet.example/", o.URL+"/", 1)
}

// told is the page of an article that tells its title again and more.
func told(name, title string) string {
	body := fmt.Sprintf("<html><head><title>%s</title></head><body><nav>Home World Sport</nav><article>", title)
	for i := range 5 {
		body += fmt.Sprintf("<p>%s, and this is what else the reporters of %s learned in the course of the day, number %d.</p>", title, name, i)
	}
	return body + "</article></body></html>"
}

// page serves such a page.
func (o *outlet) page(name, title string, header ...string) {
	o.handle("/"+name, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for _, h := range header {
			key, value, _ := strings.Cut(h, ": ")
			w.Header().Set(key, value)
		}
		fmt.Fprint(w, told(name, title))
	})
}

func (o *outlet) full(t *testing.T) (*desk, *running) {
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, full_text: true, "+often+"}]")
	return d, d.start()
}

func (r *running) articles(outcome string) float64 {
	return testutil.ToFloat64(r.metrics.articles.WithLabelValues(outcome))
}

const (
	marketTitle = "Fire destroys market in Osh"
	bridgeTitle = "Bridge collapses near Naryn"
)

func TestFullText(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	var agent atomic.Value
	o.handle("/robots.txt", func(w http.ResponseWriter, r *http.Request) {
		agent.Store(r.UserAgent())
		fmt.Fprint(w, "User-agent: faultline\nDisallow: /closed\n")
	})
	o.page("market", marketTitle)
	o.page("closed", bridgeTitle)
	o.publish("/rss", o.story("market", marketTitle, "In short."), o.story("closed", bridgeTitle, "In short."),
		strings.Replace(o.story("old", "Old news", "In short."), time.Now().UTC().Format("2006"), "2009", 1))
	d, r := o.full(t)
	items := map[string]event.Item{}
	for range 3 {
		item := d.next()
		items[item.Title] = item
	}
	if got := items[marketTitle]; got.TextSource != event.TextArticle || !strings.Contains(got.Text, "the reporters of market learned") || strings.Contains(got.Text, "Sport") {
		t.Errorf("got %+v", got)
	}
	for _, title := range []string{bridgeTitle, "Old news"} {
		if got := items[title]; got.TextSource != event.TextFeed || got.Text != "In short." {
			t.Errorf("got %+v", got)
		}
	}
	if o.requests("/closed") != 0 || o.requests("/old") != 0 || o.requests("/robots.txt") != 1 {
		t.Errorf("asked for %v", o.asked)
	}
	if ua, ok := agent.Load().(string); !ok || !strings.HasPrefix(ua, "Faultline/") {
		t.Errorf("robots.txt was asked for by %v", agent.Load())
	}
	if r.articles(articleTaken) != 1 || r.articles(articleRobots) != 1 || testutil.CollectAndCount(r.metrics.articles) != 2 {
		t.Error("the articles are not counted by outcome")
	}
	// What is known is not fetched again, a revision is, with its article.
	d.nothing("the feed is asked again", o.more("/rss", 2))
	o.page("market", marketTitle+": four hundred stalls burned")
	o.publish("/rss", o.story("market", marketTitle+": four hundred stalls burned", "In short."))
	if got := d.next(); got.Revision != 1 || got.TextSource != event.TextArticle || !strings.Contains(got.Text, "four hundred stalls") || got.ID != items[marketTitle].ID {
		t.Errorf("got %+v", got)
	}
	d.nothing("the feed is asked again", o.more("/rss", 2))
	if o.requests("/market") != 2 || o.requests("/robots.txt") != 1 {
		t.Errorf("asked for %v", o.asked)
	}
}

// Whatever the page is, the item comes, once, with what the feed says of it.
func TestFaultArticlesThatCannotBeHad(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	canary := newOutlet(t)
	endless := func(w http.ResponseWriter, r *http.Request) { // 1 GB, were it read
		w.Header().Set("Content-Type", "text/html")
		for chunk := []byte(strings.Repeat("<p>x</p>", 8<<10)); r.Context().Err() == nil; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
	o.page("noarchive", marketTitle, "X-Robots-Tag: noarchive")
	for path, h := range map[string]http.HandlerFunc{
		"script": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<html><body><div id=app></div><script src=a.js></script>")
		},
		"endless": endless,
		"claims":  func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "1073741824") },
		"private": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, canary.URL+"/secret", http.StatusFound)
		},
		"gone":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) },
		"picture": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "image/png") },
		"circle":  func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
		"file": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(302)
		},
	} {
		o.handle("/"+path, h)
	}
	outcomes := map[string]string{
		"script": "short", "endless": "too_large", "claims": "too_large", "private": "robots", "gone": "http_410", "picture": "not_html",
		"circle": "redirect_loop", "file": "redirect_scheme", "noarchive": "noarchive",
	}
	var stories []string
	for name := range outcomes {
		stories = append(stories, o.story(name, "Title of "+name, "In short."))
	}
	o.publish("/rss", stories...)
	d, r := o.full(t)
	seen := map[string]bool{}
	for range outcomes {
		item := d.next()
		if item.TextSource != event.TextFeed || item.Text != "In short." || seen[item.ID] {
			t.Errorf("got %+v", item)
		}
		seen[item.ID] = true
	}
	want := map[string]float64{}
	for _, outcome := range outcomes {
		want[outcome]++
	}
	for outcome, n := range want {
		if got := r.articles(outcome); got != n {
			t.Errorf("%s: counted %v, want %v", outcome, got, n)
		}
	}
	if len(canary.asked) != 0 {
		t.Errorf("a private server was asked for %v", canary.asked)
	}
	d.nothing("the feed is asked again", o.more("/rss", 2))
}

func TestFaultSlowArticleDelaysItsItemForABoundedTime(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.page("market", marketTitle)
	o.handle("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	o.publish("/rss", o.story("slow", bridgeTitle, "In short."), o.story("market", marketTitle, "In short."))
	d, r := o.full(t)
	start := time.Now()
	sources := map[string]string{}
	for range 2 {
		item := d.next()
		sources[item.Title] = item.TextSource
	}
	if took := time.Since(start); took > articleWait+15*time.Second {
		t.Errorf("the items came after %s", took)
	}
	if sources[bridgeTitle] != event.TextFeed {
		t.Errorf("got %v", sources)
	}
	if got := r.articles("timeout"); got < 1 {
		t.Errorf("%v articles that came too late", got)
	}
	d.nothing("the feed is asked again", o.more("/rss", 2))
	if n := o.requests("/slow"); n != 1 {
		t.Errorf("the slow article was asked for %d times", n)
	}
}

func TestTextsThatRepeatAreNoArticles(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	for _, name := range []string{"one", "two", "three"} {
		o.handle("/"+name, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<html><body><article><p>"+strings.Repeat("Bulletin of today about everything that happened in the country, read out by the newsroom. ", 6)+"</p></article>")
		})
	}
	one, two := o.story("one", "Bulletin of today, morning", "In short."), o.story("two", "Bulletin of today, noon", "In short.")
	o.publish("/rss", one)
	d, r := o.full(t)
	if got := d.next(); got.TextSource != event.TextArticle {
		t.Errorf("the first: got %+v", got)
	}
	o.publish("/rss", two, one)
	if got := d.next(); got.TextSource != event.TextFeed || r.articles(articleRepeated) != 1 {
		t.Errorf("the text of another item: got %+v", got)
	}
}

func TestManyNewItemsFetchNotManyArticles(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	var stories []string
	for i := range maxArticles + 7 {
		stories = append(stories, o.story(fmt.Sprint("n", i), fmt.Sprint("Story number ", i), "In short."))
	}
	o.publish("/rss", stories...)
	d, r := o.full(t)
	for range stories {
		if got := d.next(); got.TextSource != event.TextFeed {
			t.Errorf("got %+v", got)
		}
	}
	if got := r.articles(articleSkipped); got != 7 {
		t.Errorf("%v articles are skipped", got)
	}
	d.nothing("the feed is asked again", o.more("/rss", 2))
}

// A round that crashed after it published comes again with whatever its articles
// say by then, and must publish nothing twice.
func TestCrashWithArticlesPublishesOnce(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.page("market", marketTitle)
	o.publish("/rss", o.story("market", marketTitle, "In short."))
	d, r := o.full(t)
	first := d.next()
	eventually(t, "the state is stored", func() bool { return len(r.state("a").Items) == 1 })
	r.stop()
	o.page("market", marketTitle+" and more")
	entry, err := r.states.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	lost, err := state.State{URL: o.URL + "/rss", Begun: time.Now()}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.states.Put(t.Context(), "a", lost, entry.Revision); err != nil {
		t.Fatal(err)
	}
	r = d.start()
	d.nothing("the feed is asked again", o.more("/rss", 2))
	if s := r.state("a"); len(s.Items) != 1 || s.Items[0].ID != first.ID || s.Items[0].Revision != 0 {
		t.Errorf("got %+v", s)
	}
}

// A panic on the way to an article is told like a page that cannot be read, and not the end of the process.
func TestAPanicOnTheWayToAnArticle(t *testing.T) {
	var broken pages // without what looks into robots.txt
	_, err := broken.article(t.Context(), Feed{}, feed.Entry{URL: "https://outlet.example/a"})
	if got := articleOutcome(err); got != string(fulltext.Unreadable) || !strings.Contains(err.Error(), "a panic: ") {
		t.Errorf("got %v, counted as %s", err, got)
	}
}
