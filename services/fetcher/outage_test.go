package fetcher

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
)

// lost says that a feed on a host of its own is not reached, of so many.
func lost(o *outage, feed string, of int) (blamed bool) {
	return o.failed(sign{feed, feed + ".example", client.ClassTimeout}, of, of)
}

func TestFault58OneOutageInsteadOfManyFailures(t *testing.T) {
	var log bytes.Buffer
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"})
	changes := 0
	o := newOutage(slog.New(slog.NewTextHandler(&log, nil)), gauge, func() { changes++ })
	for i := range 100 {
		if down := lost(o, fmt.Sprint(i), 100); down != (i >= 49) {
			t.Fatalf("after %d feeds of 100: down %v", i+1, down)
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 1 || testutil.ToFloat64(gauge) != 1 {
		t.Errorf("%d lines, gauge %v:\n%s", n, testutil.ToFloat64(gauge), log.String())
	}
	o.reached("other")
	o.reached("other")
	if n := strings.Count(log.String(), "the network is back"); n != 1 || testutil.ToFloat64(gauge) != 0 || changes != 3 {
		t.Errorf("said %d times that it is back, gauge %v", n, testutil.ToFloat64(gauge))
	}
}

func TestAFeedThatIsGoneIsNoOutage(t *testing.T) {
	o := newOutage(slog.New(slog.DiscardHandler), prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"}), func() {})
	for range 50 {
		if lost(o, "one", 2) || lost(o, "two", 2) {
			t.Fatal("two feeds that fail for ever are no outage")
		}
	}
	for i := range 30 {
		if lost(o, fmt.Sprint(i), 40); i%5 == 0 {
			o.reached("other")
		}
	}
	if lost(o, "x", 40) {
		t.Error("others were reached in between")
	}
}

// TestNothingIsSaidOfFeedsBeforeTheVerdict: while nothing at all is reached, a feed that
// fails again may be the first sign of an outage; once anything is reached, or a
// quarter of an hour later, it is the feed.
func TestNothingIsSaidOfFeedsBeforeTheVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutage(slog.New(slog.DiscardHandler), prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"}), func() {})
		lost(o, "dead", 40)
		time.Sleep(time.Minute)
		if !lost(o, "dead", 40) {
			t.Error("the feed is blamed while nothing was reached since it failed first")
		}
		o.reached("other")
		if lost(o, "dead", 40) {
			t.Error("the network is blamed although another feed was reached")
		}
		time.Sleep(undecided - time.Second)
		if !lost(o, "dead", 40) {
			t.Error("the feed is blamed too early")
		}
		time.Sleep(time.Second)
		if lost(o, "dead", 40) || o.isDown() {
			t.Error("one feed alone is held to be the network for ever")
		}
	})
}

// TestAnOutageIsSaidWithoutItsFeeds: neither before the verdict, nor when the feeds are
// back after it.
func TestAnOutageIsSaidWithoutItsFeeds(t *testing.T) {
	s, log := outageOf(t, "a", "b", "c", "d", "e", "f", "g", "h")
	rounds := map[string]*round{}
	fail := func(id string) {
		if rounds[id] == nil {
			rounds[id] = &round{Service: s, feed: Feed{ID: id}}
		}
		rounds[id].fail(&client.Error{Class: client.ClassTimeout, Cause: errors.New("too slow")})
	}
	for range 4 { // two feeds are polled more often than the others
		fail("a")
		fail("b")
	}
	fail("c")
	if text := log.String(); text != "" {
		t.Errorf("said before the verdict:\n%s", text)
	}
	fail("d")
	for id := range rounds {
		fail(id)
	}
	for id, r := range rounds {
		if r.succeed(""); r.state.Failures != 0 {
			t.Errorf("%s did not succeed", id)
		}
	}
	if text := log.String(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "seems to be down") || !strings.Contains(text, "is back") {
		t.Errorf("said:\n%s", text)
	}
}

// TestFeedsOfTheHouseHideNoOutage: those on this machine's own networks are reached all the
// while, and do not count, however many they are.
func TestFeedsOfTheHouseHideNoOutage(t *testing.T) {
	s, log := outageOf(t)
	var feeds []Feed
	for i := range 4 {
		feeds = append(feeds, Feed{ID: fmt.Sprint("out", i), URL: "https://aggregator.example/" + fmt.Sprint(i)})
	}
	for i := range 40 {
		feeds = append(feeds, Feed{ID: fmt.Sprint("in", i), URL: fmt.Sprintf("http://10.0.0.%d/", i), AllowPrivate: true})
	}
	s.feeds.Store(newSet(feeds, nil))
	for _, f := range feeds {
		r := &round{Service: s, feed: f}
		if f.AllowPrivate {
			r.succeed("")
			continue
		}
		r.fail(&client.Error{Class: client.ClassTimeout, Cause: errors.New("too slow")})
	}
	if text := log.String(); !s.outage.isDown() || strings.Count(text, "\n") != 1 {
		t.Errorf("said:\n%s", text)
	}
}

// outageOf is a service with these feeds, as far as outages are concerned, and its log.
func outageOf(t *testing.T, ids ...string) (*Service, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	s := &Service{logger: slog.New(slog.NewTextHandler(log, nil))}
	var err error
	if s.metrics, err = newMetrics(prometheus.NewRegistry()); err != nil {
		t.Fatal(err)
	}
	s.outage = newOutage(s.logger, s.metrics.down, func() {})
	var feeds []Feed
	for _, id := range ids {
		feeds = append(feeds, Feed{ID: id})
	}
	s.feeds.Store(newSet(feeds, nil))
	return s, log
}

// TestAFeedThatWasDeadBeforeAnOutageIsToldAfterIt: that it failed first while
// nothing could be reached does not hide it.
func TestAFeedThatWasDeadBeforeAnOutageIsToldAfterIt(t *testing.T) {
	s, log := outageOf(t, "dead", "a", "b", "c", "d", "e", "f")
	r := &round{Service: s, feed: Feed{ID: "dead"}}
	dead := func() int {
		r.fail(&client.Error{Class: client.ClassDNS, Cause: errors.New("no such host")})
		return strings.Count(log.String(), "the feed cannot be read")
	}
	for _, id := range []string{"a", "b", "c"} {
		lost(s.outage, id, 7)
	}
	for range 4 {
		if dead() != 0 {
			t.Fatal("it is said during the outage")
		}
	}
	s.outage.reached("other")
	if n := dead(); n != 1 {
		t.Errorf("after the outage it was said %d times", n)
	}
	r.fail(&client.Error{Class: client.ClassTimeout, Cause: errors.New("too slow")})
	if n := dead(); n != 1 {
		t.Errorf("said %d times of one feed that cannot be reached", n)
	}
	s.outage.forget("dead")
	if len(s.outage.gone) != 0 {
		t.Errorf("%v are remembered of removed feeds", s.outage.gone)
	}
}

// TestAServerThatFailsAloneIsNoOutage, however many feeds it has.
func TestAServerThatFailsAloneIsNoOutage(t *testing.T) {
	o := newOutage(slog.New(slog.DiscardHandler), prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"}), func() {})
	fail := func(feed, host string) {
		o.failed(sign{feed, host, client.ClassReset}, 100, 30)
	}
	for i := range 80 {
		fail(fmt.Sprint(i), "one.example")
	}
	fail("other", "two.example")
	if o.isDown() {
		t.Error("one host, and a feed of another, are held to be the network")
	}
	if fail("third", "three.example"); !o.isDown() {
		t.Error("feeds of three hosts are not")
	}
	alone := newOutage(slog.New(slog.DiscardHandler), prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"}), func() {})
	for i := range 3 {
		alone.failed(sign{fmt.Sprint(i), "one.example", client.ClassReset}, 3, 1)
	}
	if !alone.isDown() {
		t.Error("where all feeds are on one host none can be reached")
	}
}

// TestAResetIsTheFeedsOwnWhileOthersAnswer: it is said as any feed's that cannot be reached.
func TestAResetIsTheFeedsOwnWhileOthersAnswer(t *testing.T) {
	s, log := outageOf(t, "reset", "a", "b", "c", "d", "e")
	r := &round{Service: s, feed: Feed{ID: "reset"}}
	for range 3 {
		r.fail(&client.Error{Class: client.ClassReset, Cause: errors.New("connection reset by peer")})
		(&round{Service: s, feed: Feed{ID: "a"}}).succeed("")
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "feed=reset class=reset") {
		t.Errorf("said:\n%s", text)
	}
}

// TestAnOutageSaysWhatMostFeedsFailWith, and what to do about that.
func TestAnOutageSaysWhatMostFeedsFailWith(t *testing.T) {
	for class, remedy := range map[client.Class]string{
		client.ClassReset: "check this machine's connection, name servers and proxy",
		client.ClassProxy: client.ClassProxy.Remedy(), client.ClassNoAuthorities: client.ClassNoAuthorities.Remedy(),
	} {
		var log bytes.Buffer
		o := newOutage(slog.New(slog.NewTextHandler(&log, nil)), prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"}), func() {})
		for i, c := range []client.Class{client.ClassTimeout, class, client.ClassDNS, class, class} {
			o.failed(sign{fmt.Sprint(i), fmt.Sprint(i), c}, 10, 10)
		}
		if _, got, down := o.since(); !down || got != class || outageRemedy(got) != remedy || !strings.Contains(log.String(), remedy) {
			t.Errorf("%s: %v, %s:\n%s", class, down, got, &log)
		}
	}
}

// TestWithoutAuthoritiesFeedsByHTTPAreReached, and end no outage of the others.
func TestWithoutAuthoritiesFeedsByHTTPAreReached(t *testing.T) {
	o := newOutage(slog.New(slog.DiscardHandler), prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"}), func() {})
	for i := range 6 {
		o.failed(sign{fmt.Sprint(i), fmt.Sprint(i), client.ClassNoAuthorities}, 10, 10)
		o.reached("http")
		lost(o, fmt.Sprint("dead", i), 10)
		if o.reached("http"); o.isDown() != (i >= 4) {
			t.Errorf("%d of 10 fail: down %v", i+1, o.isDown())
		}
	}
	for i := range 6 {
		if o.reached(fmt.Sprint(i)); o.isDown() != (i == 0) {
			t.Errorf("%d of 10 fail: down %v", 5-i, o.isDown())
		}
	}
}

// TestWhatOthersCannotReachCounts for a process that reaches nothing itself, and only for such.
func TestWhatOthersCannotReachCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutage(slog.New(slog.DiscardHandler), prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"}), func() {})
		heard := func(i int, class client.Class, since time.Time) {
			o.heard(sign{fmt.Sprint(i), fmt.Sprint(i), class}, since)
		}
		heard(0, client.ClassTimeout, time.Now())
		heard(1, client.ClassTimeout, time.Now().Add(-orphaned))
		if len(o.gone) != 1 {
			t.Errorf("%v", o.gone)
		}
		time.Sleep(time.Minute)
		long := time.Now()
		time.Sleep(time.Minute)
		o.reached("other")
		time.Sleep(time.Second)
		for i := range 20 { // none of these says anything of this machine
			heard(i, client.ClassTimeout, long)
			heard(i, client.ClassNotFound, time.Now())
			heard(i, client.ClassNoAuthorities, time.Now())
			heard(i+20, client.ClassTimeout, time.Now())
			heard(i+20, "", time.Time{})
		}
		if len(o.gone) != 0 {
			t.Errorf("%v", o.gone)
		}
		for i := range 40 {
			heard(i, client.ClassTimeout, time.Now())
		}
		for i, want := range []bool{false, false, true} {
			if lost(o, fmt.Sprint("own", i), 40); o.isDown() != want {
				t.Errorf("%d feeds failed here: down %v", i+1, o.isDown())
			}
		}
		heard(0, "", time.Time{})
		o.heard(sign{feed: "own1"}, time.Time{})
		if _, known := o.gone["0"]; known || !o.gone["own1"].here || !o.isDown() {
			t.Errorf("down %v, %v", o.isDown(), o.gone)
		}
		if o.reached("own0"); o.isDown() || len(o.gone) != 0 {
			t.Errorf("down %v, %v", o.isDown(), o.gone)
		}
		time.Sleep(time.Second)
		heard(1, client.ClassTimeout, time.Now())
		if !lost(o, "1", 40) {
			t.Error("a feed that failed elsewhere a moment ago is blamed before the verdict")
		}
	})
}

// TestAFeedThatFailedElsewhereFirst is not blamed by who cannot reach it either, before the verdict;
// but it is by who reached another meanwhile.
func TestAFeedThatFailedElsewhereFirst(t *testing.T) {
	for reached, want := range map[bool]int{false: 0, true: 1} {
		s, log := outageOf(t, "a", "b", "c", "d", "e", "f", "g", "h")
		r := &round{Service: s, feed: Feed{ID: "a"}, now: time.Now()}
		r.state.Fail(time.Now().Add(-time.Minute), "timeout", 0)
		if reached {
			s.outage.reached("b")
		}
		r.fail(&client.Error{Class: client.ClassTimeout, Cause: errors.New("too slow")})
		if n := strings.Count(log.String(), "cannot be read"); n != want {
			t.Errorf("reached %v: said %d times", reached, n)
		}
	}
}

func TestUnreachable(t *testing.T) {
	for class, want := range map[client.Class]bool{
		client.ClassDNS: true, client.ClassTimeout: true, client.ClassNotFound: false, client.ClassTLSExpired: false,
		client.ClassReset: true, client.ClassProxy: true, client.ClassNoAuthorities: true, client.ClassTLSUntrusted: false} {
		if got := unreachable(class); got != want {
			t.Errorf("%s: %v", class, got)
		}
	}
}

// Only an answer tells that the network is there.
func TestAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"a status":            {&client.Error{Class: client.ClassNotFound, Status: 404, Cause: errors.New("x")}, true},
		"a page":              {&feed.Error{Class: feed.ClassNotAFeed}, true},
		"a proxy":             {&client.Error{Class: client.ClassProxy, Cause: errors.New("x")}, false},
		"a forbidden address": {&client.Error{Class: client.ClassBlocked, Cause: errors.New("x")}, false},
		"a broken connection": {&client.Error{Class: client.ClassReset, Cause: errors.New("x")}, false},
		"no name":             {&client.Error{Class: client.ClassDNS, Cause: errors.New("x")}, false},
	} {
		if got := answered(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
