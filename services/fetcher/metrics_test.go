package fetcher

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/services/fetcher/internal/state"
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

// A feed that is read again, or that another process read, shows no error any more, and others' stay.
func TestErrorsEnd(t *testing.T) {
	m, err := newMetrics(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	m.failing("wire", "dns", 1)
	m.failing("paper", "timeout", 1)
	for _, end := range []func(){
		func() { m.healthy("wire", time.Now()) },
		func() { m.stored("wire", state.State{}, false) },
	} {
		m.failing("wire", "dns", 2)
		m.failing("wire", "refused", 3)
		if n := testutil.CollectAndCount(m.failure); n != 2 {
			t.Errorf("%d classes of two feeds", n)
		}
		end()
		if n := testutil.CollectAndCount(m.failure); n != 1 || testutil.ToFloat64(m.failures.WithLabelValues("wire")) != 0 {
			t.Errorf("%d feeds fail after one of two was read", n)
		}
	}
}

// A feed's histogram takes the same memory however different the delays of its items are:
// there is one for each feed.
func TestDelaysTakeNoMemory(t *testing.T) {
	m, err := newMetrics(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	delay := 0.01
	if n := testing.AllocsPerRun(100, func() { m.delay.Observe("wire", delay); delay *= 1.15 }); n > 0 {
		t.Errorf("%v allocations for each delay", n)
	}
}
