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
	unmeasured  prometheus.Counter
	// Of the store, without labels: a series is there once it is known.
	stored, storeLimit, storeFree, diskFree *prometheus.GaugeVec
	streamBytes, streamLimit                *prometheus.GaugeVec
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
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
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
		lag: gauge("faultline_consumer_lag",
			"Messages that a consumer has not yet acknowledged.", "consumer"),
		aside: gauge("faultline_consumer_aside",
			"Deliveries that take long and have given their place to others.", "consumer"),
		stored: gauge("faultline_store_bytes",
			"What is stored on the NATS server, all streams and buckets together."),
		storeLimit: gauge("faultline_store_limit_bytes",
			"The most that may be stored: what the NATS account says, or the server in this process."),
		storeFree: gauge("faultline_store_free_bytes",
			"What can be stored yet, up to the limit and, of the server in this process, to what its disk has free."),
		diskFree: gauge("faultline_store_disk_free_bytes",
			"What the disk of the NATS server in this process has free."),
		streamBytes: gauge("faultline_stream_bytes",
			"What a stream holds. Buckets are streams too, KV_ and their name.", "stream"),
		streamLimit: gauge("faultline_stream_limit_bytes",
			"The most that a stream may hold (max_bytes), if it is bounded.", "stream"),
		gaps: counter("faultline_stream_gap_total",
			"Messages missing from a stream that nothing explains: damage to the store, or removal by hand.", "stream"),
		dead: counter("faultline_dead_letters_total",
			"Messages given up on, by the stream they were in.", "stream"),
		unmeasured: prometheus.NewCounter(prometheus.CounterOpts{Name: "faultline_bus_measure_failures_total",
			Help: "Times that the size of a stream, or of the whole store, could not be measured while NATS was connected."}),
		violations: prometheus.NewCounter(prometheus.CounterOpts{Name: "faultline_bus_permission_violations_total",
			Help: "Requests that the NATS server's permissions refused."}),
		connected: prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_bus_connected",
			Help: "1 while connected to NATS."}),
		offset: prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_clock_offset_seconds",
			Help: "By how much at least the clock of the NATS server that answered last is ahead of this machine's; negative when it is behind."}),
	}
	err := errors.Join(
		share(r, &m.published), share(r, &m.publishTime), share(r, &m.retries), share(r, &m.handled), share(r, &m.handleTime),
		share(r, &m.lag), share(r, &m.aside), share(r, &m.gaps), share(r, &m.dead), share(r, &m.violations), share(r, &m.connected), share(r, &m.offset),
		share(r, &m.stored), share(r, &m.storeLimit), share(r, &m.storeFree), share(r, &m.diskFree), share(r, &m.streamBytes), share(r, &m.streamLimit), share(r, &m.unmeasured))
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
