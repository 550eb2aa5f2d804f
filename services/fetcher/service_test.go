package fetcher

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
)

// outlet is a web site with feeds that change.
type outlet struct {
	*httptest.Server
	mu       sync.Mutex
	handlers map[string]http.HandlerFunc
	asked    map[string]int
}

func newOutlet(t *testing.T) *outlet {
	o := &outlet{handlers: map[string]http.HandlerFunc{}, asked: map[string]int{}}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		o.asked[r.URL.Path]++
		h := o.handlers[r.URL.Path]
		o.mu.Unlock()
		if h == nil {
			http.NotFound(w, r)
			return
		}
		h(w, r)
	}))
	t.Cleanup(func() {
		o.CloseClientConnections()
		o.Close()
	})
	return o
}

func (o *outlet) handle(path string, h http.HandlerFunc) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.handlers[path] = h
}

func (o *outlet) requests(path string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.asked[path]
}

// publish serves a feed of these items, with an ETag.
func (o *outlet) publish(path string, items ...string) {
	body := "<rss version=\"2.0\"><channel><title>The Outlet</title><language>en</language>" + strings.Join(items, "") + "</channel></rss>"
	etag := `"` + hashOf([]byte(body)) + `"`
	o.handle(path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, body)
	})
}

func article(guid, title, text string, age time.Duration) string {
	return fmt.Sprintf("<item><guid>%s</guid><link>https://outlet.example/%[1]s</link><title>%s</title><description>%s</description><pubDate>%s</pubDate></item>",
		guid, title, text, time.Now().Add(-age).UTC().Format(time.RFC1123Z))
}

// desk runs fetchers on a server of their own and reads what they publish.
type desk struct {
	t      *testing.T
	server *bustest.Server
	bus    *bus.Bus
	mu     sync.Mutex
	files  map[string]string
	items  chan event.Item
	logger *slog.Logger   // of its fetchers
	host   string         // the name of the machine of the next one, if not this one's
	front  *front         // where hubs reach its fetchers; nil when they do not
	set    []string       // of their section, as NAME=value
	clock  *setClock      // of its fetchers' machine, nil for that of the test
	chance func() float64 // of its fetchers, nil for what is not to be foreseen
	cable  *cable         // between its fetchers and the server, nil for one that nobody pulls
}

func newDesk(t *testing.T, feeds string, options ...bustest.Option) *desk {
	d := &desk{t: t, server: bustest.StartServer(t, options...), files: map[string]string{"feeds.yaml": feeds}, items: make(chan event.Item, 1000),
		logger: slog.New(slog.NewTextHandler(t.Output(), nil))}
	d.bus = d.server.Bus()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- d.bus.Tail(ctx, bus.Items, nil, bus.Start{}, func(_ context.Context, m *bus.Delivery) error {
			var item event.Item
			err := event.Decode(m.Data, &item)
			d.items <- item
			return err
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("reading items: %v", err)
		}
	})
	return d
}

func (d *desk) write(name, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files[name] = text
}

// dir is the configuration as it is now.
func (d *desk) dir() *config.Dir {
	d.mu.Lock()
	defer d.mu.Unlock()
	layer := fstest.MapFS{}
	for name, text := range maps.All(d.files) {
		layer[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return config.NewDir(config.Layer{Name: "etc", FS: layer})
}

// settings is a section of faultline.yaml that says nothing, and an environment
// that does.
func settings(environ ...string) config.Section {
	const prefix = "FAULTLINE_FETCHER_"
	for i := range environ {
		environ[i] = prefix + environ[i]
	}
	return config.Section{}.Bind(config.File{Path: "etc/faultline.yaml"}, prefix, environ)
}

// running is a fetcher at work.
type running struct {
	*Service
	desk     *desk
	registry *prometheus.Registry
	stop     func()
}

func (d *desk) start() *running {
	d.t.Helper()
	r := &running{desk: d, registry: prometheus.NewRegistry()}
	o := Options{Config: d.dir(), Settings: settings(append([]string{"PER_HOST_SPACING=1ms"}, d.set...)...), Bus: d.server.Bus(d.plug), Logger: d.logger, Registerer: r.registry}
	if d.front != nil {
		o.Mux, o.ExternalURL = d.front.add(), d.front.URL
	}
	var err error
	r.Service, err = New(d.t.Context(), o)
	if err != nil {
		d.t.Fatal(err)
	}
	r.host = cmp.Or(d.host, r.host)
	if d.clock != nil {
		r.clock, r.overdue = d.clock.reading(), d.clock.overdue
		r.awake.last, r.awake.since = r.clock(), d.clock.awake
		r.awake.last.told = r.awake.last.told.Add(-d.clock.slept)
	}
	if d.chance != nil {
		r.chance = d.chance
	}
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			d.t.Errorf("running: %v", err)
		}
	})
	d.t.Cleanup(r.stop)
	return r
}

// reload gives the fetcher other files.
func (r *running) reload(feeds string) error {
	r.desk.write("feeds.yaml", feeds)
	r.Service.dir = r.desk.dir()
	return r.Reload(r.desk.t.Context())
}

func (d *desk) next() event.Item {
	d.t.Helper()
	select {
	case item := <-d.items:
		return item
	case <-time.After(time.Minute):
		d.t.Fatal("no item came")
		return event.Item{}
	}
}

// nothing waits until the condition holds and sees that no item came.
func (d *desk) nothing(what string, ok func() bool) {
	d.t.Helper()
	eventually(d.t, what, ok)
	select {
	case item := <-d.items:
		d.t.Fatalf("an item that nobody expected: %+v", item)
	default:
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("it never happened that %s", what)
		}
	}
}

// more waits until the path was asked n more times.
func (o *outlet) more(path string, n int) func() bool {
	target := o.requests(path) + n
	return func() bool { return o.requests(path) >= target }
}

func (r *running) keys() map[string]bool {
	r.desk.t.Helper()
	keys, err := r.timers.Keys(r.desk.t.Context())
	if err != nil {
		r.desk.t.Fatal(err)
	}
	return keys
}

func (r *running) value(c prometheus.Collector) float64 {
	if testutil.CollectAndCount(c) == 0 {
		return 0
	}
	return testutil.ToFloat64(c)
}

const often = "poll: {min: 1s, max: 1s}, allow_private: true"

func TestFault31ItemsArePublishedOnceAndRevised(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/rss", article("old", "Old", "x", 3*time.Hour), article("a", "Clashes &amp; arrests", "<p>One dead</p>", time.Minute))
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, country: KG, owner: state, reliability: B, tags: [x], exercise: true, "+often+"}]")
	r := d.start()
	old, first := d.next(), d.next()
	if old.Title != "Old" || !old.Backlog {
		t.Errorf("the old item: %+v", old)
	}
	want := event.Source{Feed: "a", Title: "The Outlet", Country: "KG", Owner: "state", Reliability: "B", Tags: []string{"x"}}
	if first.Title != "Clashes & arrests" || first.Text != "One dead" || first.Backlog || first.Revision != 0 || fmt.Sprint(first.Source) != fmt.Sprint(want) ||
		first.URL != "https://outlet.example/a" || first.Language != "en" || first.TextSource != "feed" || !first.Exercise ||
		first.PublishedSource != event.PublishedFeed || time.Since(first.Published) > 2*time.Minute || !first.FirstSeen.Equal(first.Seen) {
		t.Errorf("the new item: %+v", first)
	}
	d.nothing("the feed is asked again", o.more("/rss", 2))

	o.publish("/rss", article("b", "Second", "y", 0), article("a", "Clashes &amp; arrests", "<p>Two dead</p>", time.Minute))
	second, third := d.next(), d.next()
	if second.Title != "Clashes & arrests" || second.Revision != 1 || second.ID != first.ID || second.Text != "Two dead" || !second.FirstSeen.Equal(first.FirstSeen.Truncate(time.Second)) {
		t.Errorf("the revision: %+v", second)
	}
	if third.Title != "Second" || third.Revision != 0 {
		t.Errorf("the second item: %+v", third)
	}
	d.nothing("the feed is asked again", o.more("/rss", 2))
	if got := testutil.ToFloat64(r.metrics.items); got != 4 {
		t.Errorf("%v items counted", got)
	}
	if got := testutil.ToFloat64(r.metrics.fetches.WithLabelValues("a", outcomeNotModified)); got < 2 {
		t.Errorf("%v fetches answered 304", got)
	}
	if err := r.Ready(); err != nil {
		t.Error(err)
	}
}

func TestRestartDoesNotRepeat(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/rss", article("a", "A", "x", 0))
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	d.next()
	r.stop()
	r = d.start()
	d.nothing("the feed is asked again", o.more("/rss", 2))
	if r.value(r.metrics.success) == 0 {
		t.Error("no time of the last success")
	}
	o.publish("/rss", article("b", "B", "x", 0), article("a", "A", "x", 0))
	if item := d.next(); item.Title != "B" || item.Backlog {
		t.Errorf("got %+v", item)
	}
}

// A fetcher that crashes between publishing and storing its state leaves items
// that the next one does not know.
func TestCrashBetweenPublishAndSave(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/rss", article("a", "A", "x", 0), article("b", "B", "x", 0))
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]")
	r := d.start()
	d.next()
	d.next()
	eventually(t, "the state is stored", func() bool {
		_, err := r.states.Get(t.Context(), "a")
		return err == nil
	})
	r.stop()
	if err := r.states.Delete(t.Context(), "a", 0); err != nil {
		t.Fatal(err)
	}
	o.publish("/rss", article("a", "A", "other words", 0), article("b", "B", "x", 0), article("c", "C", "x", 0))
	r = d.start()
	got := map[string]event.Item{}
	for range 2 {
		item := d.next()
		got[item.Title] = item
	}
	if got["A"].Revision != 1 || got["A"].Text != "other words" || got["C"].Title != "C" {
		t.Errorf("got %+v", got)
	}
	d.nothing("the feed is asked again", o.more("/rss", 2))
	if n := testutil.ToFloat64(r.metrics.items); n != 2 {
		t.Errorf("%v items counted", n)
	}
	o.publish("/rss", article("a", "A", "third words", 0))
	if item := d.next(); item.Revision != 2 {
		t.Errorf("got %+v", item)
	}
}

func TestTwoFetchersShareFeeds(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	var feeds strings.Builder
	const n = 30
	feeds.WriteString("defaults: {" + often + "}\nfeeds:\n")
	for i := range n {
		path := fmt.Sprintf("/%d", i)
		o.publish(path, article("a", "A", "x", 0))
		fmt.Fprintf(&feeds, "- {id: f%d, url: %s%s}\n", i, o.URL, path)
	}
	d := newDesk(t, feeds.String())
	one, two := d.start(), d.start()
	seen := map[string]bool{}
	for range n {
		item := d.next()
		if seen[item.Source.Feed] {
			t.Errorf("feed %s published twice", item.Source.Feed)
		}
		seen[item.Source.Feed] = true
	}
	start, before := time.Now(), o.requests("/7")
	d.nothing("a feed is asked three times more", o.more("/7", 3))
	// Once a second and not by both: the schedule fires a quarter late at most.
	if asked, most := o.requests("/7")-before, 1+int(time.Since(start)/(900*time.Millisecond)); asked > most {
		t.Errorf("asked %d times in %s", asked, time.Since(start))
	}
	if a, b := testutil.CollectAndCount(one.metrics.fetches), testutil.CollectAndCount(two.metrics.fetches); a == 0 || b == 0 {
		t.Errorf("the work is not shared: %d and %d", a, b)
	}
	if got := one.value(one.metrics.conflicts) + two.value(two.metrics.conflicts); got != 0 {
		t.Errorf("%v conflicts", got)
	}
	one.stop()
	o.publish("/7", article("b", "B", "x", 0), article("a", "A", "x", 0))
	if item := d.next(); item.Title != "B" {
		t.Errorf("got %+v", item)
	}
}
