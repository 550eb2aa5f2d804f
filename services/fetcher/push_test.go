package fetcher

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/push"
)

// All three formats name hubs, each in its own way, and headers before them.
func TestOffered(t *testing.T) {
	t.Parallel()
	const at, hub, self = "https://outlet.example/rss", "https://hub.example/", "https://outlet.example/self"
	want := []push.Endpoint{{Kind: push.WebSub, Hub: hub, Topic: self}}
	for name, body := range map[string]string{
		"RSS":  `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title><atom:link rel="hub" href="` + hub + `"/><atom:link rel="self" href="` + self + `"/></channel></rss>`,
		"Atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link rel="hub" href="` + hub + `"/><link rel="self" href="` + self + `"/></feed>`,
		"JSON": `{"version":"https://jsonfeed.org/version/1.1","title":"T","feed_url":"` + self + `","hubs":[{"type":"WebSub","url":"` + hub + `"},{"type":"rssCloud","url":"https://no.example/"}],"items":[]}`,
	} {
		doc, err := feed.Parse([]byte(body), feed.Hints{URL: at, Fetched: time.Now()})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := offered(nil, doc, at); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
		first := []push.Endpoint{{Kind: push.WebSub, Hub: "https://a.example/", Topic: "https://outlet.example/s"}, {Kind: push.WebSub, Hub: "https://outlet.example/b", Topic: "https://outlet.example/s"}}
		if got := offered([]string{`<https://a.example/>; rel=hub, </s>; rel="self"`, `</b>; rel="x hub"`}, doc, at); !slices.Equal(got, first) {
			t.Errorf("%s with headers: got %v, want %v", name, got, first)
		}
	}
	doc, err := feed.Parse([]byte(`<rss version="2.0"><channel><title>T</title><cloud domain="rpc.example" port="80" path="/please" registerProcedure="" protocol="http-post"/></channel></rss>`), feed.Hints{URL: at, Fetched: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if got := offered(nil, doc, at); !slices.Equal(got, []push.Endpoint{{Kind: push.RSSCloud, Hub: "http://rpc.example:80/please", Topic: at}}) {
		t.Errorf("got %v", got)
	}
}

func TestLeaseIsRenewedAndEndsWithTheFeed(t *testing.T) {
	d, o, h := pushedDesk(t, "poll: {min: 1s, max: 5m}, allow_private: true")
	r := d.start()
	d.next()
	first := h.last(1)
	r.becomes(push.Active)
	if err := r.amend(t.Context(), "a", func(sub *push.Subscription) bool { sub.Next = time.Now(); return true }); err != nil {
		t.Fatal(err)
	}
	second := h.last(2)
	for _, name := range []string{"hub.mode", "hub.topic", "hub.callback", "hub.secret"} {
		if first.Get(name) != second.Get(name) {
			t.Errorf("%s was %q and is %q", name, first.Get(name), second.Get(name))
		}
	}
	eventually(t, "the renewal is confirmed", func() bool { got := r.stored(); return got.State == push.Active && !got.Waiting })
	if err := r.reload("feeds: []"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the hub is told to stop", func() bool { return h.last(1).Get("hub.mode") == "unsubscribe" })
	eventually(t, "nothing is left of it", func() bool { return r.stored().State == "" && testutil.CollectAndCount(r.metrics.pushing) == 0 })
	if got := h.push(first, o.withHub(article("b", "Late", "x", 0))); got != http.StatusNotFound {
		t.Errorf("a late ping: %d", got)
	}
}

func TestLeftButNotAskedBack(t *testing.T) {
	d, o, h := pushedDesk(t, seldom)
	r := d.start()
	d.next()
	form := h.last(1)
	r.becomes(push.Active)
	h.mu.Lock()
	h.silent = true
	h.mu.Unlock()
	if err := r.reload("feeds: [{id: a, url: " + o.URL + "/rss, disabled: true, " + seldom + "}]"); err != nil {
		t.Fatal(err)
	}
	r.becomes(push.Left)
	if got := h.push(form, o.withHub(article("b", "Late", "x", 0))); got != http.StatusGone {
		t.Errorf("a ping for a feed that was switched off: %d", got)
	}
	if err := r.reload("feeds: [{id: a, url: " + o.URL + "/rss, " + seldom + "}]"); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	h.silent = false
	h.mu.Unlock()
	r.becomes(push.Active)
	if got := h.last(3).Get("hub.callback"); got == form.Get("hub.callback") {
		t.Error("the old address is in use again")
	}
}

func TestDeniedIsPolledAgainAtOnce(t *testing.T) {
	d, o, h := pushedDesk(t, seldom)
	lines := &logged{}
	d.logger = slog.New(slog.NewTextHandler(lines, nil))
	r := d.start()
	d.next()
	form := h.last(1)
	r.becomes(push.Active)
	asked := o.more("/rss", 1)
	if status, body := h.verify(form, url.Values{"hub.mode": {"denied"}, "hub.reason": {"no \x1b[31m more"}}); status != http.StatusOK || body != "" {
		t.Errorf("got %d %q", status, body)
	}
	d.nothing("the feed is asked", asked)
	if got := r.stored(); got.State != push.Denied || h.asked() != 1 {
		t.Errorf("got %+v after %d requests", got, h.asked())
	}
	if lines.count("does not push") != 1 {
		t.Error("it is not said")
	}
}

func TestHubThatFailsIsLeftAlone(t *testing.T) {
	d, o, h := pushedDesk(t, often)
	h.refuse = http.StatusInternalServerError
	lines := &logged{}
	d.logger = slog.New(slog.NewTextHandler(lines, nil))
	r := d.start()
	d.next()
	r.becomes(push.Failed)
	d.nothing("the feed is polled on", o.more("/rss", 3))
	if got := r.stored(); got.Failures != 1 || time.Until(got.Next) < 9*time.Minute || h.asked() != 1 {
		t.Errorf("got %+v after %d requests", got, h.asked())
	}
	if got := testutil.ToFloat64(r.metrics.asked.WithLabelValues("http_5xx")); got != 1 || lines.count("does not push") != 1 {
		t.Errorf("counted %v times, said %d times", got, lines.count("does not push"))
	}
}

// A feed that lives on a public server cannot point the fetcher into our network
// by the hub it names.
func TestHubsElsewhereArePublic(t *testing.T) {
	d, o, _ := pushedDesk(t, seldom)
	lines := &logged{}
	d.logger = slog.New(slog.NewTextHandler(lines, nil))
	other := newOutlet(t)
	other.serve("/hub", "")
	o.serve("/rss", strings.ReplaceAll(o.withHub(article("a", "A", "x", 0)), o.URL+"/hub", other.URL+"/hub"))
	r := d.start()
	d.next()
	r.becomes(push.Failed)
	if other.requests("/hub") != 0 {
		t.Error("it was reached")
	}
	if got := testutil.ToFloat64(r.metrics.asked.WithLabelValues("blocked_address")); got != 1 {
		t.Errorf("%v requests were blocked", got)
	}
	if lines.count("allow_private: true of the feed lets a hub on the feed's own server be asked") != 1 {
		t.Error("nobody is told what to do about it")
	}
}

func TestRSSCloudPingsAreLightAndBounded(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	feed := func(items ...string) string {
		u, err := url.Parse(o.URL)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf(`<rss version="2.0"><channel><title>T</title><cloud domain="%s" port="%s" path="/cloud" registerProcedure="" protocol="http-post"/>%s</channel></rss>`,
			u.Hostname(), u.Port(), strings.Join(items, ""))
	}
	o.serve("/rss", feed(article("a", "A", "x", 0)))
	callbacks := make(chan string, 10)
	o.handle("/cloud", func(w http.ResponseWriter, r *http.Request) {
		callback := fmt.Sprintf("http://%s:%s%s", r.FormValue("domain"), r.FormValue("port"), r.FormValue("path"))
		status, body := get(t, callback+"?"+url.Values{"url": {r.FormValue("url1")}, "challenge": {"c"}}.Encode())
		fmt.Fprintf(w, `<notifyResult success="%t" msg=""/>`, status == http.StatusOK && body == "c" && r.FormValue("protocol") == "http-post")
		callbacks <- callback
	})
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+seldom+"}]")
	d.front = newFront(t)
	r := d.start()
	d.next()
	callback := <-callbacks
	r.becomes(push.Active)
	if lease := time.Until(r.stored().Until); lease < 24*time.Hour || lease > 25*time.Hour {
		t.Errorf("a lease of %s", lease)
	}
	notify := func(topic string) int {
		resp, err := http.PostForm(callback, url.Values{"url": {topic}}) //nolint:noctx // a server of the test
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close() //nolint:errcheck // only the status counts
		return resp.StatusCode
	}
	if got := notify(o.URL + "/other"); got != http.StatusNotFound {
		t.Errorf("another feed: %d", got)
	}
	o.serve("/rss", feed(article("b", "B", "x", 0), article("a", "A", "x", 0)))
	asked := o.requests("/rss")
	for range 10 { // one brings a poll; the others wait for poll.min
		if got := notify(o.URL + "/rss"); got != http.StatusOK {
			t.Errorf("got %d", got)
		}
	}
	if item := d.next(); item.Title != "B" {
		t.Errorf("got %+v", item)
	}
	eventually(t, "the second is put off", func() bool { return time.Until(r.stored().Hastened) > 50*time.Minute })
	if got := o.requests("/rss") - asked; got != 1 {
		t.Errorf("asked %d times", got)
	}
}

func TestWithoutAnExternalAddressThereIsNoPush(t *testing.T) {
	d, o, h := pushedDesk(t, often)
	d.front = nil
	lines := &logged{}
	d.logger = slog.New(slog.NewTextHandler(lines, nil))
	r := d.start()
	d.next()
	d.nothing("the feed is polled", o.more("/rss", 2))
	if h.asked() != 0 || lines.count("web.external_url") != 1 || r.stored().State != "" {
		t.Errorf("asked %d times, said %d times", h.asked(), lines.count("web.external_url"))
	}
}
