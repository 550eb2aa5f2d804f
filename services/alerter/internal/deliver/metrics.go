package deliver

import (
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/notify"

	"github.com/prometheus/client_golang/prometheus"
)

// expired is the outcome of a notification that was tried for too long.
const expired = "expired"

// maxExemplar bounds an incident's id in an exemplar, in bytes: OpenMetrics allows 128
// characters with the label's name.
const maxExemplar = prometheus.ExemplarMaxRunes - len("incident")

type metrics struct {
	notifications *prometheus.CounterVec
	duration      *prometheus.HistogramVec
	timeToAlert   *prometheus.HistogramVec
	digests       *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		notifications: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "faultline_notifications_total",
			Help: "Tries to send a notification, by how they ended: sent, edited (a message brought up to date), skipped, failed and uncertain (tried again), rejected, expired and held (given up).",
		}, []string{"receiver", "integration", "outcome"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "faultline_notification_duration_seconds", Help: "Time that one try to send a notification took.",
			Buckets: []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"receiver", "integration"}),
		timeToAlert: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "faultline_time_to_alert_seconds",
			Help:    "Time from the outlet's publishing to the reader, as a whole (total), by stage, and without what the route waited (delay), for every incident in every notification sent.",
			Buckets: []float64{.1, .5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300, 900, 3600, 4 * 3600},
		}, []string{"stage"}),
		digests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "faultline_digests_total", Help: "Messages into which several notifications were folded, because the channel had enough for the minute.",
		}, []string{"receiver", "integration"}),
	}
	for _, c := range []prometheus.Collector{m.notifications, m.duration, m.timeToAlert, m.digests} {
		if r == nil {
			continue
		}
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// announce makes the counters of an integration appear before its first try.
func (m *metrics) announce(receiver, integration string) {
	for _, outcome := range []string{string(notify.Sent), edited, string(notify.Skipped), string(notify.Failed), string(notify.Uncertain), string(notify.Rejected), expired, string(onHold)} {
		m.notifications.WithLabelValues(receiver, integration, outcome)
	}
	m.digests.WithLabelValues(receiver, integration)
}

// spansOf are the spans between the moments of an alert that is sent at a time.
func spansOf(t event.Times, now time.Time) [6]stage {
	return [...]stage{
		{"published_to_seen", t.Published, t.Seen},
		{"seen_to_assessed", t.Seen, t.Assessed},
		{"assessed_to_incident", t.Assessed, t.Incident},
		{"incident_to_sent", t.Incident, now},
		{"seen_to_sent", t.Seen, now}, // what is ours of it
		{"total", t.Published, now},
	}
}

// stage is a part of the way to the readers.
type stage struct {
	name     string
	from, to time.Time
}

// arrived notes how long the news of a notification took to its readers, with the
// incident as an exemplar.
func (m *metrics) arrived(n event.Notification, now time.Time) {
	if n.Reason == group.ReasonRepeat {
		return
	}
	for _, a := range n.Alerts {
		exemplar := prometheus.Labels{"incident": a.Incident}
		for _, s := range spansOf(a.Times, now) {
			if !s.from.IsZero() && !s.to.IsZero() {
				m.took(s.name, s.to.Sub(s.from), exemplar)
			}
		}
		if !a.Times.Seen.IsZero() {
			m.took("delay", lateness(n, a, now), exemplar)
		}
	}
}

func (m *metrics) took(stage string, d time.Duration, exemplar prometheus.Labels) {
	seconds := max(0, d.Seconds())
	observer := m.timeToAlert.WithLabelValues(stage)
	if o, ok := observer.(prometheus.ExemplarObserver); ok && len(exemplar["incident"]) <= maxExemplar {
		o.ObserveWithExemplar(seconds, exemplar)
		return
	}
	observer.Observe(seconds)
}
