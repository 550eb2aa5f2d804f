package aggregate

import (
	"errors"
	"strconv"

	"faultline/pkg/event"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	incidents *prometheus.GaugeVec
	changes   *prometheus.CounterVec
	duration  prometheus.Histogram
}

// gaugeKey is the labels an incident is counted under; the zero value is one
// that is not counted, because it is not open.
type gaugeKey struct {
	region, category string
	severity         event.Severity
	exercise         bool
}

func gaugeOf(i *event.Incident) gaugeKey {
	if i.Status != event.StatusOpen {
		return gaugeKey{}
	}
	return gaugeKey{region: i.Region, category: i.Category, severity: i.Severity, exercise: i.Exercise}
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		incidents: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "faultline_incidents", Help: "Open incidents. Those of a drill have exercise=\"true\".",
		}, []string{"region", "category", "severity", "exercise"}),
		changes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "faultline_incident_changes_total", Help: "Changes of incidents that were published, by kind.",
		}, []string{"kind"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "faultline_aggregate_duration_seconds", Help: "Time from taking an assessment to having its incident stored and published.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9),
		}),
	}
	return m, errors.Join(r.Register(m.incidents), r.Register(m.changes), r.Register(m.duration))
}

// moved takes an incident from one set of labels to another.
func (m *metrics) moved(from, to gaugeKey) {
	if from == to {
		return
	}
	if from != (gaugeKey{}) {
		m.gauge(from).Dec()
	}
	if to != (gaugeKey{}) {
		m.gauge(to).Inc()
	}
}

func (m *metrics) gauge(k gaugeKey) prometheus.Gauge {
	return m.incidents.WithLabelValues(k.region, k.category, string(k.severity), strconv.FormatBool(k.exercise))
}
