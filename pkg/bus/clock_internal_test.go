package bus

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// FAULTS 76: a clock that differs is told, but for what the answer's way may account for.
func TestFault76ClockOffset(t *testing.T) {
	m, err := newMetrics(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	asked := time.Now()
	answered := asked.Add(2 * time.Second)
	for server, want := range map[time.Duration]float64{0: 0, time.Second: 0, 2 * time.Second: 0, 45 * time.Second: 43, -time.Hour: -3600} {
		m.clock(asked, answered, asked.Round(0).Add(server))
		if got := testutil.ToFloat64(m.offset); got != want {
			t.Errorf("a server whose clock says %s after the request and %s before the answer differs by %v s, want %v", server, answered.Sub(asked)-server, got, want)
		}
	}
}
