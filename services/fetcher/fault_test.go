package fetcher

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/state"
)

func (r *running) state(id string) state.State {
	r.desk.t.Helper()
	entry, err := r.states.Get(r.desk.t.Context(), id)
	if errors.Is(err, bus.ErrNotFound) {
		return state.State{}
	}
	if err != nil {
		r.desk.t.Fatal(err)
	}
	s, err := state.Decode(entry.Value)
	if err == nil {
		err = s.Recall()
	}
	if err != nil {
		r.desk.t.Fatal(err)
	}
	return s
}

func TestStaleHolderLoses(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	states, err := d.bus.Bucket(t.Context(), bus.FeedState)
	if err != nil {
		t.Fatal(err)
	}
	var once atomic.Bool
	o.publish("/rss", article("a", "A", "x", 0))
	honest := o.handlers["/rss"]
	o.handle("/rss", func(w http.ResponseWriter, r *http.Request) {
		if once.CompareAndSwap(false, true) { // somebody stores a state while this fetch is under way
			winner := state.State{URL: o.URL + "/rss", Begun: time.Now(), MovedTo: "by the winner"}
			data, err := winner.Encode()
			if err != nil {
				t.Error(err)
			}
			if _, err := states.Put(r.Context(), "a", data, 0); err != nil {
				t.Error(err)
			}
		}
		honest(w, r)
	})
	r := d.start()
	if item := d.next(); item.Title != "A" {
		t.Errorf("got %+v", item)
	}
	// The loser's state is dropped, its item is recognised in the next round,
	// and the token goes on.
	d.nothing("the feed is asked again", o.more("/rss", 3))
	if got := testutil.ToFloat64(r.metrics.conflicts); got != 1 {
		t.Errorf("%v conflicts", got)
	}
	if s := r.state("a"); len(s.Items) != 1 || s.Items[0].Revision != 0 || s.ETag == "" {
		t.Errorf("got %+v", s)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	for _, path := range []string{"/a", "/b", "/c", "/a2"} {
		o.publish(path)
	}
	line := func(id, path string) string {
		return fmt.Sprintf("- {id: %s, url: %s%s, allow_private: true, poll: {min: 1h, max: 2h}}\n", id, o.URL, path)
	}
	d := newDesk(t, "feeds:\n"+line("a", "/a")+line("b", "/b"))
	r := d.start()
	eventually(t, "both feeds are asked", func() bool { return o.requests("/a") == 1 && o.requests("/b") == 1 })
	eventually(t, "both have tokens", func() bool { k := r.keys(); return len(k) == 2 && k["a"] && k["b"] })
	eventually(t, "both are counted", func() bool { return testutil.CollectAndCount(r.metrics.success) == 2 })

	if err := r.reload("feeds:\n- {id: a}\n"); err == nil || !strings.Contains(err.Error(), "etc/feeds.yaml:2:3: the feed has no address") {
		t.Errorf("a bad configuration: got %v", err)
	}
	if len(r.feeds.Load().active) != 2 {
		t.Error("the last good configuration is not live")
	}
	if err := r.reload("feeds:\n" + line("a", "/a2") + line("c", "/c")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the edited feed and the new one are asked at once", func() bool { return o.requests("/a2") == 1 && o.requests("/c") == 1 })
	eventually(t, "the removed feed has no token", func() bool { k := r.keys(); return len(k) == 2 && k["a"] && k["c"] })
	eventually(t, "the removed feed has no series", func() bool {
		return testutil.CollectAndCount(r.metrics.success) == 2 && testutil.CollectAndCount(r.metrics.interval) == 2
	})
	if o.requests("/a") != 1 || o.requests("/b") != 1 {
		t.Errorf("asked the old ones again: %v", o.asked)
	}
	r.stop()

	// An edit while nobody runs is noticed at the start.
	d.write("feeds.yaml", strings.Replace("feeds:\n"+line("a", "/a2")+line("c", "/c"), "min: 1h", "min: 30m", 1))
	d.start()
	eventually(t, "the edited feed is asked at once", func() bool { return o.requests("/a2") == 2 })
}

func TestFault01To03And43And49ClassesOfOneFeedLeaveTheOthersAlone(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	write := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			fmt.Fprint(w, body)
		}
	}
	handlers := map[string]http.HandlerFunc{
		"not_a_feed": write("text/html", "<!doctype html><title>Sign in</title><form></form>"),
		"empty":      write("application/rss+xml", ""),
		"bad_304":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) },
		"http_5xx":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"redirect_loop": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		},
		"http_404": nil,
	}
	var feeds strings.Builder
	feeds.WriteString("defaults: {allow_private: true, poll: {min: 1s, max: 1h}}\nfeeds:\n- {id: good, url: " + o.URL + "/good}\n")
	o.publish("/good", article("a", "A", "x", 0))
	for class, h := range handlers {
		o.handle("/"+class, h)
		fmt.Fprintf(&feeds, "- {id: %s, url: %s/%s}\n", class, o.URL, class)
	}
	d := newDesk(t, feeds.String())
	r := d.start()
	for class := range handlers {
		eventually(t, class+" is counted twice", func() bool { return testutil.ToFloat64(r.metrics.fetches.WithLabelValues(class, class)) >= 2 })
		if got := testutil.ToFloat64(r.metrics.failure.WithLabelValues(class, class)); got != 1 {
			t.Errorf("%s: the error series is %v", class, got)
		}
		eventually(t, class+" is stored twice", func() bool { return r.state(class).Failures >= 2 })
		if s := r.state(class); s.Class != class || s.ETag != "" {
			t.Errorf("%s: got %+v", class, s)
		}
	}
	if item := d.next(); item.Source.Feed != "good" {
		t.Errorf("got %+v", item)
	}
	o.publish("/not_a_feed", article("b", "B", "x", 0))
	if item := d.next(); item.Source.Feed != "not_a_feed" {
		t.Errorf("got %+v", item)
	}
	eventually(t, "the feed is back", func() bool { return r.state("not_a_feed").Class == "" })
	if got := testutil.ToFloat64(r.metrics.failures.WithLabelValues("not_a_feed")); got != 0 {
		t.Errorf("%v failures are shown of a feed that is back", got)
	}
}

func TestFault49AGoneFeedIsLeftAlone(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.handle("/rss", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	eventually(t, "the end is noted", func() bool { return !r.state("a").Gone.IsZero() })
	// A token that is due all the same does not lead to a request.
	if err := r.timers.Schedule(t.Context(), "a", time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	o.publish("/new")
	eventually(t, "the next poll is days away", func() bool {
		return testutil.ToFloat64(r.metrics.interval.WithLabelValues("a")) > 6*24*3600
	})
	if n := o.requests("/rss"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if err := r.reload("feeds: [{id: a, url: " + o.URL + "/new, " + often + "}]"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new address is asked", func() bool { return o.requests("/new") > 0 && r.state("a").Gone.IsZero() })
}

func TestFault50RetryAfterIsObeyed(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.handle("/rss", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	eventually(t, "the pause is noted", func() bool { return r.state("a").Class == "http_429" })
	r.stop()
	r = d.start() // the pause outlives a restart and an edit
	eventually(t, "the fetcher is ready", func() bool { return r.Ready() == nil })
	if err := r.reload("feeds: [{id: a, url: " + o.URL + "/rss, title: T, " + often + "}]"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the edit is felt", func() bool { return testutil.CollectAndCount(r.metrics.interval) == 1 })
	if got := testutil.ToFloat64(r.metrics.interval); got < 3500 || o.requests("/rss") != 1 {
		t.Errorf("the next poll is in %v s, asked %d times", got, o.requests("/rss"))
	}
}

func TestFault04APartialDocumentKeepsNoValidators(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	var hits atomic.Int32
	whole := "<rss version=\"2.0\"><channel><title>T</title>" + article("a", "A", "x", 0) + article("b", "B", "x", 0)
	o.handle("/rss", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"same"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		if hits.Add(1) == 1 {
			fmt.Fprint(w, whole[:len(whole)-60])
			return
		}
		fmt.Fprint(w, whole+"</channel></rss>")
	})
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	if a, b := d.next(), d.next(); a.Title != "A" || b.Title != "B" {
		t.Errorf("got %q and %q", a.Title, b.Title)
	}
	d.nothing("the feed is asked again", o.more("/rss", 2))
	if hits.Load() != 2 || testutil.ToFloat64(r.metrics.fetches.WithLabelValues("a", outcomeNotModified)) < 1 {
		t.Errorf("%d whole answers", hits.Load())
	}
}

// What was cut short is whole again by the word of the server, too.
func TestFault04APartialDocumentIsFollowedByTheOneBefore(t *testing.T) {
	t.Parallel()
	for name, tagged := range map[string]bool{"by a 304": true, "by the same bytes": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOutlet(t)
			var cut atomic.Bool
			whole := "<rss version=\"2.0\"><channel><title>T</title>" + article("a", "A", "x", 0) + article("b", "B", "x", 0) + "</channel></rss>"
			o.handle("/rss", func(w http.ResponseWriter, r *http.Request) {
				switch {
				case cut.Load():
					fmt.Fprint(w, whole[:len(whole)-60])
				case tagged && r.Header.Get("If-None-Match") != "":
					w.WriteHeader(http.StatusNotModified)
				default:
					if tagged {
						w.Header().Set("ETag", `"whole"`)
					}
					fmt.Fprint(w, whole)
				}
			})
			d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
			r := d.start()
			d.next()
			cut.Store(true)
			eventually(t, "the document is cut short", func() bool { return r.state("a").Flag == state.FlagPartial })
			cut.Store(false)
			eventually(t, "the feed is in order again", func() bool { return r.state("a").Flag == "" })
		})
	}
}

func TestFault42AMovedFeedIsProposedOnce(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/new", article("a", "A", "x", 0))
	o.handle("/rss", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/new", http.StatusMovedPermanently)
	})
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	d.next()
	d.nothing("the feed is asked again", o.more("/rss", 2))
	if s := r.state("a"); s.MovedTo != o.URL+"/new" || s.ValidatorURL != o.URL+"/new" {
		t.Errorf("got %+v", s)
	}
	if got := testutil.ToFloat64(r.metrics.fetches.WithLabelValues("a", outcomeNotModified)); got < 1 {
		t.Error("the new address is not asked with the validators it gave")
	}
	shown := func(feeds int) func() bool {
		return func() bool { return testutil.CollectAndCount(r.metrics.relocated) == feeds }
	}
	eventually(t, "the metric has the feed", shown(1))
	if err := r.reload("feeds: [{id: a, url: " + o.URL + "/new, " + often + "}]"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the metric has no feed whose new address is configured", shown(0))
}

// An outlet that sends its readers to the front page has given the feed up, and not moved it.
func TestFault42APageIsNoNewAddress(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.handle("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!doctype html><title>Front page</title>")
	})
	o.handle("/rss", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusMovedPermanently) })
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	eventually(t, "the feed has failed", func() bool { return r.state("a").Class == "not_a_feed" })
	eventually(t, "the feed is asked again", o.more("/rss", 1))
	if to := r.state("a").MovedTo; to != "" {
		t.Errorf("%s is proposed for a feed", to)
	}
	if told := d.notices(); len(told) > 0 {
		t.Errorf("told %q", told)
	}
}

func TestFault52UnchangedAnswersCostNoWrite(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/etag", article("a", "A", "x", 0))
	body := "<rss version=\"2.0\"><channel>" + article("b", "B", "x", 0) + "</channel></rss>"
	o.handle("/plain", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
	d := newDesk(t, "defaults: {"+often+"}\nfeeds: [{id: etag, url: "+o.URL+"/etag}, {id: plain, url: "+o.URL+"/plain}]")
	r := d.start()
	d.next()
	d.next()
	revisions := map[string]uint64{}
	for _, id := range []string{"etag", "plain"} {
		eventually(t, "the state is stored", func() bool {
			entry, err := r.states.Get(t.Context(), id)
			revisions[id] = entry.Revision
			return err == nil
		})
	}
	eventually(t, "both are asked again", func() bool { return o.requests("/etag") >= 4 && o.requests("/plain") >= 4 })
	for id, revision := range revisions {
		if entry, err := r.states.Get(t.Context(), id); err != nil || entry.Revision != revision {
			t.Errorf("%s: the state was written again: %d after %d, %v", id, entry.Revision, revision, err)
		}
	}
	if got := testutil.ToFloat64(r.metrics.fetches.WithLabelValues("plain", outcomeUnchanged)); got < 2 {
		t.Errorf("%v unchanged fetches", got)
	}
}

func TestDamagedAndNewerStates(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/a", article("a", "A", "x", 0))
	o.publish("/b", article("b", "B", "x", 0))
	o.publish("/c", article("c", "C", "x", 0))
	o.publish("/d", article("d", "D", "x", 0))
	d := newDesk(t, "defaults: {"+often+"}\nfeeds: [{id: a, url: "+o.URL+"/a}, {id: b, url: "+o.URL+"/b}, {id: c, url: "+o.URL+"/c}, {id: d, url: "+o.URL+"/d}]")
	states, err := d.bus.Bucket(t.Context(), bus.FeedState)
	if err != nil {
		t.Fatal(err)
	}
	for id, value := range map[string]string{"a": "{damaged", "b": `{"version":99}`, "c": `{"version":1,"items":[{"id":5}]}`, "long-gone": `{"success":"2010-05-24T10:00:00Z"}`} {
		if _, err := states.Put(t.Context(), id, []byte(value), 0); err != nil {
			t.Fatal(err)
		}
	}
	packed := bus.Message{Subject: "$KV." + bus.FeedState + "." + bus.Token("d"), Data: []byte("\x28\xb5\x2f\xfd\x00damaged")}
	if _, err := d.bus.Publish(t.Context(), packed); err != nil {
		t.Fatal(err)
	}
	if known, err := ReadHealth(t.Context(), d.bus, []Listed{{Feed: Feed{ID: "d"}}}); err == nil || !strings.Contains(err.Error(), "feed b") {
		t.Errorf("health of a store with a newer state: %v, %v", known, err)
	}
	r := d.start()
	if got := []string{d.next().Title, d.next().Title, d.next().Title}; !slices.Contains(got, "A") || !slices.Contains(got, "C") || !slices.Contains(got, "D") {
		t.Errorf("got %q", got)
	}
	d.nothing("the good feed is asked again", o.more("/a", 2))
	if o.requests("/b") != 0 {
		t.Error("a feed whose state is of a newer version was fetched")
	}
	if _, err := r.states.Get(t.Context(), "long-gone"); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("the state of a feed removed long ago: %v", err)
	}
	if !r.keys()["b"] {
		t.Error("the token of the feed with the newer state is lost")
	}
}

func TestLostTokensAreReplaced(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/rss")
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, allow_private: true, poll: {min: 1h, max: 1h}}]")
	r := d.start()
	eventually(t, "the feed has a token again", func() bool { return o.requests("/rss") == 1 && testutil.CollectAndCount(r.metrics.interval) == 1 })
	for _, key := range []string{"a", "stranger"} {
		if key == "a" {
			if err := r.timers.Cancel(t.Context(), key); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := r.timers.Schedule(t.Context(), key, time.Now().Add(time.Hour), nil); err != nil {
			t.Fatal(err)
		}
	}
	feeds := r.feeds.Load()
	if err := r.tidyTokens(t.Context(), feeds, feeds); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the feed is asked again", func() bool { return o.requests("/rss") == 2 })
	if r.keys()["stranger"] {
		t.Error("the token of an unknown feed is still there")
	}
	// One that is due already is used up without a request.
	if err := r.timers.Schedule(t.Context(), "stranger", time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the due token is used up", func() bool { return !r.keys()["stranger"] })
}

func TestFault62ServerGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/rss", article("a", "A", "x", 0))
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	d.next()
	eventually(t, "the state is stored", func() bool { return r.state("a").Hash != "" })
	d.server.Stop()
	o.publish("/rss", article("b", "B", "x", 0), article("a", "A", "x", 0))
	eventually(t, "the fetcher is not ready", func() bool { return r.Ready() != nil })
	d.server.Restart()
	if item := d.next(); item.Title != "B" {
		t.Errorf("got %+v", item)
	}
	eventually(t, "the fetcher is ready", func() bool { return r.Ready() == nil })
}

// A feed without items stays flagged while its server says that nothing has
// changed, and a page in its place stays a failure until the feed is back.
func TestFault05ANotModifiedKeepsWhatIsWrong(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/empty")
	o.publish("/page")
	honest := o.handlers["/page"]
	var page atomic.Bool
	o.handle("/page", func(w http.ResponseWriter, r *http.Request) {
		if page.Load() {
			w.Header().Set("ETag", `"login"`)
			fmt.Fprint(w, "<!doctype html><title>Sign in</title>")
			return
		}
		honest(w, r)
	})
	d := newDesk(t, "defaults: {"+often+"}\nfeeds: [{id: empty, url: "+o.URL+"/empty}, {id: page, url: "+o.URL+"/page}]")
	r := d.start()
	unchanged := func(id string) float64 {
		return testutil.ToFloat64(r.metrics.fetches.WithLabelValues(id, outcomeNotModified))
	}
	eventually(t, "both are unchanged twice", func() bool { return unchanged("empty") >= 2 && unchanged("page") >= 2 })
	if s := r.state("empty"); s.Flag != state.FlagEmpty || s.Class != "" {
		t.Errorf("got %+v", s)
	}
	page.Store(true)
	eventually(t, "the page is a failure", func() bool { return r.state("page").Failures >= 2 })
	if s := r.state("page"); s.Class != "not_a_feed" || s.ETag == `"login"` {
		t.Errorf("got %+v", s)
	}
	page.Store(false)
	eventually(t, "the feed is back", func() bool { return r.state("page").Class == "" })
	if s := r.state("page"); s.Flag != state.FlagEmpty {
		t.Errorf("a feed that is back without items: got %+v", s)
	}
}
