package fetcher

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// A feed that was read counts its items from 0, so that Prometheus sees the first one
// as a rise, and leaves nothing behind when it is removed.
func TestItemsAreCountedFromZero(t *testing.T) {
	m, err := newMetrics(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	m.healthy("wire", time.Now())
	if n := testutil.CollectAndCount(m.items); n != 1 || testutil.ToFloat64(m.items) != 0 {
		t.Errorf("%d series, the first %v", n, testutil.ToFloat64(m.items))
	}
	m.forget("wire")
	if n := testutil.CollectAndCount(m.items); n != 0 {
		t.Errorf("%d series of a feed that is gone", n)
	}
}

// A feed's histogram takes the same memory however different the delays of its items are:
// there is one for each feed.
func TestDelaysTakeNoMemory(t *testing.T) {
	m, err := newMetrics(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	feed, delay := m.delay.WithLabelValues("wire"), 0.01
	if n := testing.AllocsPerRun(100, func() { feed.Observe(delay); delay *= 1.15 }); n > 0 {
		t.Errorf("%v allocations for each delay", n)
	}
}
