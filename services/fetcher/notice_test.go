package fetcher

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/health"
	"faultline/services/fetcher/internal/state"
)

// notices are what was told so far, as "kind name", with "over" at the end of a
// trouble.
func (d *desk) notices() (all []string) {
	d.t.Helper()
	err := d.bus.Replay(d.t.Context(), bus.Notices, nil, bus.Start{}, func(_ context.Context, m *bus.Delivery) error {
		var n event.Notice
		if err := event.Decode(m.Data, &n); err != nil {
			return err
		}
		if n.Summary == "" || n.Severity == "" || n.Since.IsZero() || n.Over.IsZero() && (n.Detail == "" || n.Remedy == "") {
			d.t.Errorf("a notice says too little: %+v", n)
		}
		text := string(n.Kind) + " " + n.Feed + n.Region
		if !n.Over.IsZero() {
			text += " over"
		}
		all = append(all, text)
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// told waits until exactly these notices were told, in any order of kinds.
func (d *desk) told(want ...string) {
	d.t.Helper()
	eventually(d.t, fmt.Sprintf("the desk is told %q", want), func() bool { return len(d.notices()) >= len(want) })
	if got := strings.Join(d.notices(), ", "); got != strings.Join(want, ", ") {
		d.t.Errorf("told %q, want %q", got, want)
	}
}

func TestAQuietFeedIsToldOnceAndItsReturnToo(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/feed", article("old", "Old", "text", 9*time.Hour))
	d := newDesk(t, fmt.Sprintf("feeds: [{id: feed, url: %s/feed, title: The Feed, %s}]", o.URL, often))
	d.remember("feed", o.URL+"/feed", func(s *state.State) { s.Rhythm = regular(9 * time.Hour) })
	r := d.start()
	d.told("FeedQuiet feed")
	r.stop()
	again := d.start() // another process does not say it again
	eventually(t, "it was asked again", o.more("/feed", 2))
	again.stop()
	d.change("feed", func(st *state.State) {
		st.Health.Next, st.Health.Pending = health.Fine, time.Now().Add(-time.Hour)
		st.Rhythm.Last = time.Now()
	})
	d.start()
	d.told("FeedQuiet feed", "FeedQuiet feed over")
}

// TestANoticeThatCannotBeToldYet: the items and the state of the feed are stored all the
// same, and what could not be told is once that is possible.
func TestANoticeThatCannotBeToldYet(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/feed", article("old", "Old", "text", 9*time.Hour))
	d := newDesk(t, fmt.Sprintf("feeds: [{id: feed, url: %s/feed, %s}]", o.URL, often))
	d.remember("feed", o.URL+"/feed", func(s *state.State) { s.Rhythm = regular(9 * time.Hour) })
	js := d.server.JetStream()
	notices, err := js.Stream(t.Context(), bus.Notices)
	if err != nil {
		t.Fatal(err)
	}
	sealed := notices.CachedInfo().Config
	sealed.Sealed = true
	if _, err := js.UpdateStream(t.Context(), sealed); err != nil {
		t.Fatal(err)
	}
	r := d.start()
	eventually(t, "the poll is over", func() bool { return r.state("feed").Hash != "" })
	eventually(t, "it goes on", o.more("/feed", 2))
	if now := r.state("feed").Health.Current(); now != health.Fine {
		t.Errorf("the feed is stored as %s, and nobody was told", now)
	}
	if err := js.DeleteStream(t.Context(), bus.Notices); err != nil {
		t.Fatal(err)
	}
	if err := d.bus.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	d.told("FeedQuiet feed")
	eventually(t, "it is stored", func() bool { return r.state("feed").Health.Current() == health.Quiet })
}

// TestANoticeSurvivesACrash: a process that told and died before it stored is
// followed by one that says the same, which is known by its id.
func TestANoticeSurvivesACrash(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	d := newDesk(t, fmt.Sprintf("feeds: [{id: feed, url: %s/feed, %s}]", o.URL, often))
	pending := time.Now().Add(-time.Hour)
	s := d.start()
	for i := range 2 {
		r := &round{Service: s.Service, feed: Feed{ID: "feed"}, now: time.Now().Add(time.Duration(i) * time.Minute)}
		r.state.Failures, r.state.Class = 5, "timeout"
		r.state.Health = health.Record{Next: health.Failing, Pending: pending}
		r.examine()
		if len(r.notices) != 1 {
			t.Fatalf("%d notices", len(r.notices))
		}
		if err := s.tell(t.Context(), r.notices[0]); err != nil {
			t.Fatal(err)
		}
	}
	d.told("FeedFailing feed")
}

func TestAFeedThatEndsOrMovesIsTold(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.handle("/gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	o.publish("/new", article("a", "A", "text", time.Minute))
	o.handle("/old", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/new", http.StatusMovedPermanently) })
	d := newDesk(t, fmt.Sprintf("feeds: [{id: gone, url: %s/gone, %s}]", o.URL, often))
	r := d.start()
	d.told("FeedGone gone")
	if err := r.reload(fmt.Sprintf("feeds: [{id: gone, url: %[1]s/gone, %[2]s}, {id: old, url: %[1]s/old, %[2]s}]", o.URL, often)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it was asked again", o.more("/old", 3))
	d.told("FeedGone gone", "FeedMoved old")
}

// TestAMoveEnds once the feed has its new address, and when it is removed; another process that was
// not there when it was told ends it too.
func TestAMoveEnds(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/new", article("a", "A", "text", time.Minute))
	for _, at := range []string{"/old", "/older"} {
		o.handle(at, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/new", http.StatusMovedPermanently) })
	}
	d := newDesk(t, fmt.Sprintf("feeds: [{id: old, url: %[1]s/old, %[2]s}]", o.URL, often))
	r := d.start()
	d.told("FeedMoved old")
	eventually(t, "it was asked again", o.more("/old", 3))
	d.told("FeedMoved old") // and does not end while it lasts
	r.stop()
	r = d.start()
	eventually(t, "the tokens are checked", r.tidy.Load)
	if err := r.reload(fmt.Sprintf("feeds: [{id: old, url: %[1]s/new, %[2]s}, {id: older, url: %[1]s/older, %[2]s}]", o.URL, often)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end is told, and another move", func() bool {
		all := d.notices()
		return slices.Contains(all, "FeedMoved old over") && slices.Contains(all, "FeedMoved older")
	})
	if err := r.reload(fmt.Sprintf("feeds: [{id: old, url: %[1]s/new, %[2]s}]", o.URL, often)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end of the removed one is told", func() bool { return slices.Contains(d.notices(), "FeedMoved older over") })
	if n := len(d.notices()); n != 4 {
		t.Errorf("told %q", d.notices())
	}
}

// TestAMoveThatIsNotStoredYet is not called over: a feed is told of before its state is stored.
func TestAMoveThatIsNotStoredYet(t *testing.T) {
	since := time.Now()
	n := event.Notice{ID: movedID("feed", "https://b.example/"), Kind: event.NoticeFeedMoved, Feed: "feed", Since: since}
	for name, c := range map[string]struct {
		stored state.State
		want   bool
	}{
		"stored before":         {state.State{Success: since.Add(-time.Hour)}, true},
		"stored with it":        {state.State{Success: since, MovedTo: "https://b.example/"}, true},
		"moved still":           {state.State{Success: since.Add(time.Hour), MovedTo: "https://b.example/"}, true},
		"there":                 {state.State{Success: since.Add(time.Hour)}, false},
		"moved to another":      {state.State{Success: since.Add(time.Hour), MovedTo: "https://c.example/"}, false},
		"edited, and now fails": {state.State{Since: since.Add(time.Hour)}, false},
	} {
		m, err := newMetrics(prometheus.NewRegistry())
		if err != nil {
			t.Fatal(err)
		}
		d := &Service{board: newBoard(), metrics: m}
		d.show("feed", 1, c.stored)
		if got := d.board.hasMoved(n); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !newBoard().hasMoved(n) {
		t.Error("of a feed whose state was not read nothing is known")
	}
}

// The new address may hold a secret: the log and the desk are told of its host alone.
func TestFault48TheNewAddressOfAFeedIsNotTold(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/s3cret/new", article("a", "A", "text", time.Minute))
	o.handle("/old", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(o.URL, "//", "//user:s3cret@", 1)+"/s3cret/new?key=s3cret", http.StatusMovedPermanently)
	})
	d := newDesk(t, fmt.Sprintf("feeds: [{id: old, url: %s/old, %s}]", o.URL, often))
	lines, host := &logged{}, strings.TrimPrefix(o.URL, "http://")
	d.logger = slog.New(slog.NewTextHandler(lines, nil))
	r := d.start()
	d.told("FeedMoved old")
	err := d.bus.Replay(t.Context(), bus.Notices, nil, bus.Start{}, func(_ context.Context, m *bus.Delivery) error {
		if told := string(m.Data); strings.Contains(told, "s3cret") || !strings.Contains(told, host) {
			t.Errorf("told %s", told)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines.count("s3cret") != 0 || lines.count("has moved for good") != 1 || lines.count("faultline feeds check old --fix-moved writes") != 1 || lines.count("host="+host) != 1 {
		t.Errorf("%d secrets in the log", lines.count("s3cret"))
	}
	eventually(t, "the address is kept", func() bool { return r.state("old").MovedTo == o.URL+"/s3cret/new?key=s3cret" })
}

func TestABlindRegionIsToldOnceAndItsReturnToo(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	feeds := "feeds:\n"
	for _, id := range []string{"a", "b"} {
		feeds += fmt.Sprintf("  - {id: %[1]s, url: %[2]s/%[1]s, country: KG, %[3]s}\n", id, o.URL, often)
		o.publish("/"+id, article(id, "A", "text", time.Minute))
	}
	d := newDesk(t, feeds)
	d.write("regions.yaml", "regions: [{id: south, title: South, countries: [KG]}]")
	at := time.Now().Add(-time.Hour)
	for _, id := range []string{"a", "b"} {
		d.remember(id, o.URL+"/"+id, func(s *state.State) { s.Health = health.Record{State: health.Quiet, Since: at} })
	}
	r := d.start()
	d.told("RegionBlind south")
	r.stop()
	again := d.start()
	eventually(t, "the tokens are checked", again.tidy.Load)
	eventually(t, "it was asked again", o.more("/a", 2))
	d.change("a", func(st *state.State) { st.Health = health.Record{} })
	d.told("RegionBlind south", "RegionBlind south over")
}

// TestAServicesConfigurationIsNotTheFetchersToEnd: nobody but the service itself knows
// whether it takes its configuration again.
func TestAServicesConfigurationIsNotTheFetchersToEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "feeds: []")
	s := d.start()
	n := event.Notice{ID: "refused", Kind: event.NoticeReloadRefused, Host: "another", Severity: event.SeverityModerate, Since: time.Now()}
	if err := s.tell(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	w := newWatch(s.Service)
	if err := w.catchUp(t.Context()); err != nil || len(w.open) != 0 || w.next == 0 {
		t.Errorf("%v, open: %v", err, w.open)
	}
}

func TestAnOutageIsToldAndItsEndAfterARestart(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "feeds: []")
	r := d.start()
	eventually(t, "the tokens are checked", r.tidy.Load)
	for i := range 5 {
		lost(r.outage, fmt.Sprint(i), 5)
	}
	d.told("NetworkDown ")
	r.stop()
	again := d.start()
	eventually(t, "the tokens are checked", again.tidy.Load)
	w := newWatch(again.Service) // as the process's own, which judges when it likes
	if err := w.judge(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.told("NetworkDown ") // nothing was reached yet
	again.outage.reached("other")
	d.told("NetworkDown ", "NetworkDown  over")
}

// TestRemedyIsOfTheFailure: the notice of a feed that fails says what its log line does.
func TestRemedyIsOfTheFailure(t *testing.T) {
	for _, c := range []struct{ class, remedy, want string }{
		{"html", "the page offers a feed at https://news.example/rss", "the page offers a feed at https://news.example/rss"},
		{"html", "", "faultline feeds check feed shows what is wrong with it"},
		{"dns", "", client.ClassDNS.Remedy()},
	} {
		r := &round{feed: Feed{ID: "feed"}, now: time.Now(), remedy: c.remedy}
		r.state.Class, r.state.Health = c.class, health.Record{State: health.Failing, Since: r.now}
		if got := r.began().Remedy; got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestEachStateHasItsWords: what is told of a state names the feed and says what
// to do.
func TestEachStateHasItsWords(t *testing.T) {
	r := &round{feed: Feed{ID: "feed", Title: "The Feed", Country: "KG"}, now: time.Now()}
	r.state.Failures, r.state.Class = 4, "dns"
	for s, want := range map[health.State]string{
		health.Failing: "The Feed cannot be read", health.Empty: "The Feed is empty", health.Stale: "The Feed is stale",
		health.Quiet: "The Feed has gone quiet", health.Gone: "The Feed has ended",
	} {
		r.state.Health = health.Record{State: s, Since: r.now}
		if n := r.began(); n.Summary != want || n.Kind == "" || n.Detail == "" || n.Remedy == "" || n.Country != "KG" {
			t.Errorf("%s: %+v", s, n)
		}
		if n := r.ended(health.Record{State: health.Empty, Since: r.now}); n.ID != r.trouble(event.NoticeFeedEmpty, r.now).ID || n.Over.IsZero() || n.Summary == "" {
			t.Errorf("%s after empty: %+v", s, n)
		}
	}
	if kindOf(health.Fine) != "" {
		t.Error("a feed in order is no trouble")
	}
}
