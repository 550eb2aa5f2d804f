package bus_test

import (
	"testing"

	"faultline/pkg/bus/bustest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// FAULTS 76: whoever consumes compares the clocks, and a server in the same process has the same one.
func TestFault76ClocksAreCompared(t *testing.T) {
	registry := prometheus.NewRegistry()
	offset := prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_clock_offset_seconds",
		Help: "By how much at least the clock of the NATS server that answered last is ahead of this machine's; negative when it is behind."})
	registry.MustRegister(offset) // the connections take it for theirs
	b := bustest.StartServer(t, bustest.Registerer(registry)).Bus()
	offset.Set(99)
	r := consume(t, b, quick("c"), ignore)
	eventually(t, "the clocks are compared", func() bool { return testutil.ToFloat64(offset) == 0 })
	r.end()
}
