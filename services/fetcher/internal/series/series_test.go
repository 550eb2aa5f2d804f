package series

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A scrape shows what Prometheus' own metrics would show.
func TestScrapesAreThoseOfPrometheus(t *testing.T) {
	ours, theirs := prometheus.NewPedanticRegistry(), prometheus.NewPedanticRegistry()
	gauge, class, outcome := NewGauge("g", "A gauge."), NewGauge("c", "By class.", "class"), NewCounter("o", "By outcome.", "outcome")
	ours.MustRegister(gauge, class, outcome)
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "g", Help: "A gauge."}, []string{"feed"})
	c := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "c", Help: "By class."}, []string{"feed", "class"})
	o := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "o", Help: "By outcome."}, []string{"feed", "outcome"})
	theirs.MustRegister(g, c, o)
	for _, feed := range []string{"a", "b", "c"} {
		gauge.WithLabelValues(feed).Set(7)
		g.WithLabelValues(feed).Set(7)
		class.WithLabelValues(feed, "dns").Set(1)
		c.WithLabelValues(feed, "dns").Set(1)
		outcome.WithLabelValues(feed, "new").Inc()
		o.WithLabelValues(feed, "new").Inc()
		outcome.WithLabelValues(feed, "unchanged").Add(3)
		o.WithLabelValues(feed, "unchanged").Add(3)
	}
	gauge.Forget("b")
	g.DeleteLabelValues("b")
	outcome.Forget("b")
	o.DeletePartialMatch(prometheus.Labels{"feed": "b"})
	class.DeleteLabelValues("c", "dns")
	c.DeleteLabelValues("c", "dns")
	if got, want := scraped(t, ours), scraped(t, theirs); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// scraped is a scrape with the moments since which counters are there as no more than that, if
// they are right.
func scraped(t *testing.T, from prometheus.Gatherer) string {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if at := m.GetHistogram().GetCreatedTimestamp(); at != nil && time.Since(at.AsTime()) < time.Minute {
				m.Histogram.CreatedTimestamp = &timestamppb.Timestamp{Seconds: 1}
			}
			if at := m.GetCounter().GetCreatedTimestamp(); at != nil && time.Since(at.AsTime()) < time.Minute {
				m.Counter.CreatedTimestamp = &timestamppb.Timestamp{Seconds: 1}
			}
		}
	}
	return fmt.Sprint(families)
}

func TestHistogramsAreThoseOfPrometheus(t *testing.T) {
	limits := []float64{1, 5, 60}
	ours, theirs := prometheus.NewPedanticRegistry(), prometheus.NewPedanticRegistry()
	h := NewHistogram("delay", "Delays.", limits)
	ours.MustRegister(h)
	p := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "delay", Help: "Delays.", Buckets: limits}, []string{"feed"})
	theirs.MustRegister(p)
	for i, delay := range []float64{0, .5, 1, 1.01, 5, 59, 60, 61, 1e6} {
		for _, feed := range []string{"a", "b", "c"}[:1+i%3] {
			h.Observe(feed, delay)
			p.WithLabelValues(feed).Observe(delay)
		}
	}
	h.Forget("b")
	p.DeleteLabelValues("b")
	if got, want := scraped(t, ours), scraped(t, theirs); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestASeriesIsThereFromTheFirstMention(t *testing.T) {
	v := NewCounter("items", "Items.")
	s := v.WithLabelValues("a")
	if n := testutil.CollectAndCount(v); n != 1 || testutil.ToFloat64(s) != 0 {
		t.Errorf("%d series", n)
	}
	s.Add(2)
	if v.WithLabelValues("a"); testutil.ToFloat64(s) != 2 {
		t.Error("asking for a series changes it")
	}
	v.Forget("a")
	if n := testutil.CollectAndCount(s); n != 0 {
		t.Errorf("%d series of a feed that is gone", n)
	}
}

func TestManyMayCount(t *testing.T) {
	v := NewCounter("fetches", "Fetches.", "outcome")
	var done sync.WaitGroup
	for i := range 8 {
		done.Go(func() {
			for range 100 {
				v.WithLabelValues("a", fmt.Sprint(i%2)).Inc()
				testutil.CollectAndCount(v)
			}
		})
	}
	done.Wait()
	if one, two := testutil.ToFloat64(v.WithLabelValues("a", "0")), testutil.ToFloat64(v.WithLabelValues("a", "1")); one != 400 || two != 400 {
		t.Errorf("%v and %v", one, two)
	}
}

// What this package is for: a series takes little, and setting one takes nothing.
func TestSeriesTakeLittleMemory(t *testing.T) {
	const feeds = 10_000
	ids := make([]string, feeds)
	for i := range ids {
		ids[i] = fmt.Sprint("feed-", i)
	}
	v := NewGauge("g", "A gauge.", "class")
	before := held()
	for _, id := range ids {
		v.WithLabelValues(id, "dns").Set(1)
	}
	if each := (held() - before) / feeds; each > 120 {
		t.Errorf("%d bytes for each series", each)
	}
	h := NewHistogram("delay", "Delays.", []float64{1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14400})
	before = held()
	for _, id := range ids {
		h.Observe(id, 7)
	}
	if each := (held() - before) / feeds; each > 300 {
		t.Errorf("%d bytes for each histogram", each)
	}
	runtime.KeepAlive(h)
	if n := testing.AllocsPerRun(100, func() { v.WithLabelValues(ids[0], "dns").Inc() }); n > 0 {
		t.Errorf("%v allocations", n)
	}
	runtime.KeepAlive(v)
}

// held is what is in use, in bytes.
func held() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
