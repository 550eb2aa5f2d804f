package service

import (
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	reloadOK *prometheus.GaugeVec
	reloadAt *prometheus.GaugeVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		reloadOK: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "faultline_config_last_reload_successful",
			Help: "Whether the last reading of the configuration succeeded (1) or the one before stays live (0)."}, []string{"file"}),
		reloadAt: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "faultline_config_last_reload_success_timestamp_seconds",
			Help: "When the live configuration was read, in seconds since 1970."}, []string{"file"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": Version(), "goversion": runtime.Version()}})
	build.Set(1)
	r.MustRegister(m.reloadOK, m.reloadAt, build)
	return m
}

func (m *metrics) reloaded(file string, err error) {
	if err != nil {
		m.reloadOK.WithLabelValues(file).Set(0)
		return
	}
	m.reloadOK.WithLabelValues(file).Set(1)
	m.reloadAt.WithLabelValues(file).Set(float64(time.Now().Unix()))
}
