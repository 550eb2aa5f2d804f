package fetcher

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
)

func TestFault58OneOutageInsteadOfManyFailures(t *testing.T) {
	var log bytes.Buffer
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"})
	changes := 0
	o := newOutage(slog.New(slog.NewTextHandler(&log, nil)), gauge, func() { changes++ })
	for i := range 100 {
		if down := o.failed(fmt.Sprint(i), 100); down != (i >= 49) {
			t.Fatalf("after %d feeds of 100: down %v", i+1, down)
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 1 || testutil.ToFloat64(gauge) != 1 {
		t.Errorf("%d lines, gauge %v:\n%s", n, testutil.ToFloat64(gauge), log.String())
	}
	o.reached()
	o.reached()
	if n := strings.Count(log.String(), "the network is back"); n != 1 || testutil.ToFloat64(gauge) != 0 || changes != 3 {
		t.Errorf("said %d times that it is back, gauge %v", n, testutil.ToFloat64(gauge))
	}
}

func TestAFeedThatIsGoneIsNoOutage(t *testing.T) {
	o := newOutage(slog.New(slog.DiscardHandler), prometheus.NewGauge(prometheus.GaugeOpts{Name: "down"}), func() {})
	for range 50 {
		if o.failed("one", 2) || o.failed("two", 2) {
			t.Fatal("two feeds that fail for ever are no outage")
		}
	}
	for i := range 30 {
		if o.failed(fmt.Sprint(i), 40); i%5 == 0 {
			o.reached()
		}
	}
	if o.failed("x", 40) {
		t.Error("others were reached in between")
	}
}

// TestAFeedThatWasDeadBeforeAnOutageIsToldAfterIt: that it failed first while
// nothing could be reached does not hide it.
func TestAFeedThatWasDeadBeforeAnOutageIsToldAfterIt(t *testing.T) {
	var log bytes.Buffer
	s := &Service{logger: slog.New(slog.NewTextHandler(&log, nil))}
	var err error
	if s.metrics, err = newMetrics(prometheus.NewRegistry()); err != nil {
		t.Fatal(err)
	}
	s.outage = newOutage(s.logger, s.metrics.down, func() {})
	s.feeds.Store(newSet([]Feed{{ID: "dead"}, {ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}, {ID: "f"}}, nil))
	r := &round{Service: s, feed: Feed{ID: "dead"}}
	dead := func() int {
		r.fail(&client.Error{Class: client.ClassDNS, Cause: errors.New("no such host")})
		return strings.Count(log.String(), "the feed cannot be read")
	}
	for _, id := range []string{"a", "b", "c"} {
		s.outage.failed(id, 7)
	}
	for range 4 {
		if dead() != 0 {
			t.Fatal("it is said during the outage")
		}
	}
	s.outage.reached()
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

func TestUnreachable(t *testing.T) {
	for class, want := range map[client.Class]bool{client.ClassDNS: true, client.ClassTimeout: true, client.ClassNotFound: false, client.ClassTLSExpired: false, client.ClassReset: false} {
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
		"a forbidden address": {&client.Error{Class: client.ClassBlocked, Cause: errors.New("x")}, false},
		"a broken connection": {&client.Error{Class: client.ClassReset, Cause: errors.New("x")}, false},
		"no name":             {&client.Error{Class: client.ClassDNS, Cause: errors.New("x")}, false},
	} {
		if got := answered(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
