package bus

import (
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are those of one connection. Several connections of one process
// share them.
type metrics struct {
	published   *prometheus.CounterVec
	publishTime *prometheus.HistogramVec
	retries     *prometheus.CounterVec
	handled     *prometheus.CounterVec
	handleTime  *prometheus.HistogramVec
	lag         *prometheus.GaugeVec
	aside       *prometheus.GaugeVec
	gaps        *prometheus.CounterVec
	dead        *prometheus.CounterVec
	violations  prometheus.Counter
	connected   prometheus.Gauge
	offset      prometheus.Gauge
}

// latencyBuckets reach from an in-process publish to one that was retried for
// a minute, in seconds.
func latencyBuckets() []float64 {
	return []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: latencyBuckets()}, labels)
	}
	m := &metrics{
		published: counter("faultline_publish_total",
			"Messages published, by stream and outcome: stored, duplicate, conflict or failed.", "stream", "outcome"),
		publishTime: histogram("faultline_publish_duration_seconds",
			"Time until a message, or a batch of them, was stored, retries included.", "stream"),
		retries: counter("faultline_bus_retries_total",
			"Requests to the NATS server that failed and were tried again.", "request"),
		handled: counter("faultline_consumer_handled_total",
			"Deliveries handled, by outcome: done, retry, dead or panic.", "consumer", "outcome"),
		handleTime: histogram("faultline_consumer_handle_duration_seconds",
			"Time a handler took for one delivery.", "consumer"),
		lag: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "faultline_consumer_lag",
			Help: "Messages that a consumer has not yet acknowledged."}, []string{"consumer"}),
		aside: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "faultline_consumer_aside",
			Help: "Deliveries that take long and have given their place to others."}, []string{"consumer"}),
		gaps: counter("faultline_stream_gap_total",
			"Messages missing from a stream that nothing explains: damage to the store, or removal by hand.", "stream"),
		dead: counter("faultline_dead_letters_total",
			"Messages given up on, by the stream they were in.", "stream"),
		violations: prometheus.NewCounter(prometheus.CounterOpts{Name: "faultline_bus_permission_violations_total",
			Help: "Requests that the NATS server's permissions refused."}),
		connected: prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_bus_connected",
			Help: "1 while connected to NATS."}),
		offset: prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_clock_offset_seconds",
			Help: "By how much at least the clock of the NATS server that answered last is ahead of this machine's; negative when it is behind."}),
	}
	err := errors.Join(
		share(r, &m.published), share(r, &m.publishTime), share(r, &m.retries), share(r, &m.handled), share(r, &m.handleTime),
		share(r, &m.lag), share(r, &m.aside), share(r, &m.gaps), share(r, &m.dead), share(r, &m.violations), share(r, &m.connected), share(r, &m.offset))
	m.retries.WithLabelValues("publish") // there from the start, so that its rate is known before the first
	return m, err
}

// clock compares the server's clock, as an answer of it tells that, with this machine's: between the request and
// the answer nothing differs.
func (m *metrics) clock(asked, answered, server time.Time) {
	switch asked, answered := asked.Round(0), answered.Round(0); { // what the clock says, without the monotonic part
	case server.After(answered):
		m.offset.Set(server.Sub(answered).Seconds())
	case server.Before(asked):
		m.offset.Set(server.Sub(asked).Seconds())
	default:
		m.offset.Set(0)
	}
}

// share registers a collector, or takes the one that another connection of
// this process registered before.
func share[C prometheus.Collector](r prometheus.Registerer, c *C) error {
	if r == nil {
		return nil
	}
	err := r.Register(*c)
	var already prometheus.AlreadyRegisteredError
	if !errors.As(err, &already) {
		return err
	}
	existing, ok := already.ExistingCollector.(C)
	if !ok {
		return fmt.Errorf("registering metrics: %w", err)
	}
	*c = existing
	return nil
}
