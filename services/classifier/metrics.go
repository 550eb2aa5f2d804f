package classifier

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/event"
)

type metrics struct {
	duration prometheus.Histogram
	findings *prometheus.CounterVec
	items    *prometheus.CounterVec
	rules    prometheus.Gauge
	broad    *prometheus.GaugeVec
	judged   *prometheus.GaugeVec
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "faultline_assess_duration_seconds", Help: "Time to assess one item.",
			Buckets: []float64{.00001, .000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01, .05, .1}}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "faultline_findings_total",
			Help: "Findings, by indicator and by how the text puts it."}, []string{"indicator", "assertion"}),
		items: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "faultline_items_assessed_total",
			Help: "Items assessed, by whether they are relevant."}, []string{"relevant"}),
		rules: prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_rules", Help: "Indicators of the live rule set."}),
	}
	m.broad = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "faultline_rule_share",
		Help: "Share of the last 500 items on which an indicator fired; only for those that fired on more than half."}, []string{"indicator"})
	m.judged = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "faultline_judged_alarms",
		Help: "Alarms that the desk called true or false, by each indicator that had a part in them."}, []string{"indicator", "verdict"})
	return m, errors.Join(r.Register(m.broad), r.Register(m.judged), r.Register(m.duration), r.Register(m.findings), r.Register(m.items), r.Register(m.rules))
}

// count notes an assessment. The labels are bounded: indicators come from the
// rule files.
func (m *metrics) count(a *event.Assessment) {
	relevant := "false"
	if a.Relevant {
		relevant = "true"
	}
	m.items.WithLabelValues(relevant).Inc()
	for _, f := range a.Findings {
		m.findings.WithLabelValues(f.Indicator, string(f.Assertion)).Inc()
	}
}
