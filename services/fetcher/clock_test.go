package fetcher

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/push"
)

// setClock is a machine's clock that a test sets.
type setClock struct {
	by      atomic.Int64  // the difference to the true time
	overdue time.Duration // what its fetchers call overdue
	awake   time.Time     // since when they take tokens when they begin, if they did before
	slept   time.Duration // for how long it stood still then
}

func (c *setClock) set(by time.Duration) { c.by.Store(int64(by)) }

func (c *setClock) reading() clock {
	true := machine()
	return func() reading {
		now := true()
		now.told = now.told.Add(time.Duration(c.by.Load()))
		return now
	}
}

// many configures so many feeds of an outlet, asked seldom, of which the last two are
// sources of a region.
func many(t *testing.T, o *outlet, n int) *desk {
	feeds := "defaults: {" + slow + "}\nfeeds:\n"
	for i := range n {
		id, country := fmt.Sprint("f", i), "FR"
		if i >= n-2 {
			country = "KG"
		}
		o.publish("/"+id, article(id, id, "x", 0))
		feeds += fmt.Sprintf("  - {id: %[1]s, url: %[2]s/%[1]s, country: %[3]s}\n", id, o.URL, country)
	}
	d := newDesk(t, feeds)
	d.write("regions.yaml", "regions: [{id: south, title: South, countries: [KG]}]")
	d.clock = &setClock{overdue: overdue}
	return d
}

// settled waits until each feed was asked so often, and its next poll is far off.
func (r *running) settled(o *outlet, times int) {
	t := r.desk.t
	t.Helper()
	for _, f := range r.feeds.Load().active {
		eventually(t, fmt.Sprintf("%s is asked %d times, and its next poll is scheduled", f.ID, times), func() bool {
			at, err := r.timers.When(t.Context(), f.ID)
			return err == nil && time.Until(at) > 30*time.Minute && o.requests("/"+f.ID) >= times
		})
	}
	for _, f := range r.feeds.Load().active {
		if n := o.requests("/" + f.ID); n != times {
			t.Errorf("%s was asked %d times, want %d", f.ID, n, times)
		}
	}
}

// times notes when each feed is asked from now on.
func (o *outlet) times(feeds []Feed) (asked func(feed string) time.Time) {
	var mu sync.Mutex
	seen := map[string]time.Time{}
	for _, f := range feeds {
		o.mu.Lock()
		answer := o.handlers["/"+f.ID]
		o.mu.Unlock()
		o.handle("/"+f.ID, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			seen[f.ID] = time.Now()
			mu.Unlock()
			answer(w, r)
		})
	}
	return func(feed string) time.Time {
		mu.Lock()
		defer mu.Unlock()
		return seen[feed]
	}
}

// inTurn sees that each feed was asked no sooner than its turn among all, those of
// the region before all others.
func (r *running) inTurn(began time.Time, asked func(feed string) time.Time) {
	r.desk.t.Helper()
	feeds := r.feeds.Load()
	for i, f := range feeds.active {
		if turn := r.turn(feeds, f); turn < time.Duration(i)*50*time.Millisecond || asked(f.ID).Sub(began) < turn {
			r.desk.t.Errorf("%s, the feed %d of all, was asked %s after the beginning, and its turn is at %s", f.ID, i, asked(f.ID).Sub(began), turn)
		}
	}
	if first := feeds.active[0].Country + feeds.active[1].Country; first != "KGKG" {
		r.desk.t.Errorf("the first two are of %s", first)
	}
}

// A clock that was set back by an hour silences no feed for an hour; one that was
// set forward brings no poll forward by itself.
func TestFault57AClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	d := many(t, o, 3)
	log := d.listen()
	r := d.start()
	r.settled(o, 1)
	for _, by := range []time.Duration{9 * time.Hour, 9*time.Hour - 5*time.Second, 8 * time.Hour} {
		d.clock.set(by)
		if err := r.Reload(t.Context()); err != nil { // which has the clock looked at
			t.Fatal(err)
		}
		eventually(t, "the clock is looked at", func() bool { return len(r.edited) == 0 })
		if by > 8*time.Hour {
			r.settled(o, 1)
		}
	}
	r.settled(o, 2)
	if n := log.count("clock was set back"); n != 1 {
		t.Errorf("%d lines tell of it", n)
	}
}

// After the machine slept for nine hours, or its clock was set forward by as much, the
// tokens of all feeds are fired at once. They are asked in turn all the same, by however
// many fetchers, each once.
func TestFault57ASleepOfHours(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	d := many(t, o, 30)
	both := []*running{d.start(), d.start()}
	both[0].settled(o, 1)
	feeds := both[0].feeds.Load().active
	asked := o.times(feeds)
	due := time.Now().Add(-9 * time.Hour).UTC()
	began := time.Now()
	for i, f := range feeds { // what the server has of each, as it was stored nine hours ago
		entry, err := d.states().Get(t.Context(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		said := token{revision: entry.Revision, putOff: i % maxPutOff}.encode()
		_, err = d.bus.Publish(t.Context(), bus.Message{Subject: "poll.sched." + bus.Token(f.ID), Data: said, Header: map[string]string{
			"Nats-Schedule": "@at " + due.Format(time.RFC3339Nano), "Nats-Schedule-Target": "poll.due." + bus.Token(f.ID), "Faultline-Due": fmt.Sprint(due.UnixMilli()),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	both[0].settled(o, 2)
	both[0].inTurn(began, asked)
	for _, r := range both {
		if n := testutil.ToFloat64(r.metrics.conflicts); n != 0 {
			t.Errorf("%v polls of the same feed at a time", n)
		}
	}
}

// What came due while no fetcher ran, or the fetchers' machine slept beside a server
// that went on, is asked in turn as well; not what waited for workers that were busy.
func TestFault57NoFetcherForHours(t *testing.T) {
	hourAgo := time.Now().Add(-time.Hour)
	for name, c := range map[string]struct {
		awake  time.Time
		slept  time.Duration
		putOff bool
	}{"none ran": {putOff: true}, "the machine slept": {hourAgo, 9 * time.Hour, true}, "all were busy": {hourAgo, 0, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOutlet(t)
			d := many(t, o, 20)
			log := d.listen()
			r := d.start()
			r.settled(o, 1)
			feeds := r.feeds.Load().active
			r.stop()
			for _, f := range feeds {
				if err := r.timers.Schedule(t.Context(), f.ID, time.Now().Add(200*time.Millisecond), nil); err != nil {
					t.Fatal(err)
				}
			}
			for _, f := range feeds {
				eventually(t, f.ID+" is due", func() bool {
					at, err := r.timers.When(t.Context(), f.ID)
					return err == nil && at.IsZero()
				})
			}
			waited := time.Now().Add(2500 * time.Millisecond)
			eventually(t, "they have waited", func() bool { return time.Now().After(waited) })
			asked, began := o.times(feeds), time.Now()
			d.clock.overdue, d.clock.awake, d.clock.slept = 2*time.Second, c.awake, c.slept
			r = d.start()
			r.settled(o, 2)
			if c.putOff {
				r.inTurn(began, asked)
			}
			if said := r.putOff.Load() > 0 || log.count("polls were overdue") > 0; said != c.putOff {
				t.Errorf("they were put off: %v", said)
			}
		})
	}
}

// A server that is always late keeps no feed from being asked, and one that is a little
// late puts none off.
func TestFault57AServerThatIsAlwaysLate(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	d := many(t, o, 2)
	r := d.start()
	r.settled(o, 1)
	f := r.feeds.Load().active[0]
	now := time.Now()
	for i, c := range []struct {
		late  time.Duration
		said  string
		asked bool
	}{
		{5 * time.Minute, "", false}, {5 * time.Minute, "7", false}, {5 * time.Minute, "7 2", false}, {5 * time.Minute, "7 3", true},
		{overdue - time.Second, "", true}, {-time.Minute, "", true},
	} {
		before := o.requests("/" + f.ID)
		delivery := &bus.Delivery{Data: []byte(c.said), Published: now, Due: now.Add(-c.late)}
		if err := r.due(t.Context(), f.ID, delivery); err != nil {
			t.Fatal(err)
		}
		if asked := o.requests("/"+f.ID) > before; asked != c.asked {
			t.Errorf("case %d: asked: %v", i, asked)
		}
		if err := r.timers.Cancel(t.Context(), f.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// Since when a process takes tokens.
func TestAwake(t *testing.T) {
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := func(told, passed time.Duration) reading { return reading{began.Add(told), passed} }
	var a awake
	away := errors.New("the server is away")
	if _, err := a.at(at(0, 0), 0, func() (time.Time, error) { return time.Time{}, away }); !errors.Is(err, away) {
		t.Errorf("got %v", err)
	}
	for i, c := range []struct {
		now        reading
		reconnects uint64
		asked      bool
	}{
		{at(0, 0), 0, true}, // at the first
		{at(time.Hour, time.Hour), 0, false},
		{at(time.Hour+9*time.Second, time.Hour), 0, false}, // a correction
		{at(10*time.Hour, time.Hour+time.Second), 0, true}, // it slept
		{at(11*time.Hour, 2*time.Hour), 0, false},
		{at(8*time.Hour, 2*time.Hour), 0, true}, // set back
		{at(9*time.Hour, 3*time.Hour), 0, false},
		{at(9*time.Hour, 3*time.Hour), 1, true}, // cut off and back
		{at(9*time.Hour, 3*time.Hour), 1, false},
	} {
		before, server := a.since, began.Add(time.Duration(i)*time.Hour)
		since, err := a.at(c.now, c.reconnects, func() (time.Time, error) { return server, nil })
		if want := map[bool]time.Time{true: server, false: before}[c.asked]; err != nil || !since.Equal(want) {
			t.Errorf("case %d: awake since %s, %v", i, since, err)
		}
	}
}

// What a token says, and what those of older builds and of nobody do.
func TestTokens(t *testing.T) {
	at := time.Unix(1795000000, 0)
	for said, want := range map[string]struct {
		token
		written string
	}{
		"":                           {token{}, ""},
		"57":                         {token{revision: 57}, "57 0"}, // of an older build
		"57 2":                       {token{revision: 57, putOff: 2}, "57 2"},
		"0 1":                        {token{putOff: 1}, "0 1"},
		"57 0 1795000000":            {token{revision: 57, success: at}, "57 0 1795000000"},
		"0 3 1795000000":             {token{putOff: 3, success: at}, "0 3 1795000000"},
		"57 99 1795000000 ":          {token{revision: 57, putOff: maxPutOff, success: at}, "57 3 1795000000"},
		"57 0 1795000000 1795000000": {token{57, 0, at, at}, "57 0 1795000000 1795000000"},
		"57 0 0 1795000000":          {token{revision: 57, asked: at}, "57 0 0 1795000000"},
		"57 0 1795000000 0 7":        {token{revision: 57, success: at}, "57 0 1795000000"}, // of a newer build
		"x":                          {token{}, ""}, "x y z -1": {token{}, ""}, "57 -1 -1": {token{revision: 57}, "57 0"},
	} {
		if got := tokenOf(&bus.Delivery{Data: []byte(said)}); got != want.token {
			t.Errorf("%q: got %+v", said, got)
		}
		if got := string(want.encode()); got != want.written {
			t.Errorf("%+v: got %q", want, got)
		}
		if got := tokenOf(&bus.Delivery{Data: []byte(said), Again: true}); got != (token{0, want.putOff, want.success, want.asked}) {
			t.Errorf("%q that comes again: got %+v", said, got)
		}
	}
}

// A token that came before it was fired, by this machine's clock, was fired by a
// server whose clock is ahead.
func TestFault57AClockBehindTheServers(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.handle("/a", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	r := newDesk(t, "feeds: []").start()
	r.use(newSet([]Feed{{ID: "a", URL: o.URL + "/a", Poll: Poll{Min: time.Minute, Max: time.Minute}, AllowPrivate: true}}, nil))
	for skew, least := range map[time.Duration]time.Duration{-time.Hour: 50 * time.Second, 0: 50 * time.Second, time.Hour: time.Hour + 50*time.Second} {
		if err := r.due(t.Context(), "a", &bus.Delivery{Published: time.Now().Add(skew)}); err != nil {
			t.Fatal(err)
		}
		at, err := r.timers.When(t.Context(), "a")
		if wait := time.Until(at); err != nil || wait < least || wait > least+10*time.Minute {
			t.Errorf("a server %s ahead: the next poll is in %s, %v", skew, wait, err)
		}
	}
}

// A subscription that wants attention brings a poll forward by the server's clock as well.
func TestFault57AClockBehindTheServersWithAHub(t *testing.T) {
	d, _, _ := pushedDesk(t, seldom)
	r := d.start()
	d.next()
	r.becomes(push.Active)
	const skew = 3 * time.Hour
	if err := r.due(t.Context(), "a", &bus.Delivery{Published: time.Now().Add(skew)}); err != nil {
		t.Fatal(err)
	}
	at, err := r.timers.When(t.Context(), "a")
	if wait := time.Until(at); err != nil || wait < skew+50*time.Minute || wait > skew+3*time.Hour {
		t.Errorf("a server %s ahead: the next poll is in %s, %v", skew, wait, err)
	}
}
