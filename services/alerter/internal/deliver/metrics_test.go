package deliver

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"faultline/pkg/event"
)

// stages are the histograms of the time to alert by their stage.
func stages(t *testing.T, r *prometheus.Registry) map[string]*dto.Histogram {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*dto.Histogram{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "faultline_time_to_alert_seconds" {
				found[m.GetLabel()[0].GetValue()] = m.GetHistogram()
			}
		}
	}
	return found
}

func incident(h *dto.Histogram) string {
	for _, b := range h.GetBucket() {
		if e := b.GetExemplar(); e != nil {
			return e.GetLabel()[0].GetValue()
		}
	}
	return ""
}

// What the route waits is no delay, and each time names its incident.
func TestTimeToAlert(t *testing.T) {
	registry := prometheus.NewRegistry()
	m, err := newMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	ago := func(seconds int) time.Time { return now.Add(-time.Duration(seconds) * time.Second) }
	n := event.Notification{Created: ago(3), Alerts: []event.Alert{{
		Incident: "a1", Landed: ago(63), Times: event.Times{Published: ago(100), Seen: ago(70), Assessed: ago(69), Incident: ago(67)},
	}}}
	m.arrived(n, now)
	found := stages(t, registry)
	for stage, want := range map[string]float64{
		"published_to_seen": 30, "seen_to_assessed": 1, "assessed_to_incident": 2, "incident_to_sent": 67, "seen_to_sent": 70, "total": 100,
		"delay": 10, // 7 s to the group and 3 s from there; the minute between is the route's
	} {
		if got := found[stage]; got.GetSampleSum() != want || incident(got) != "a1" {
			t.Errorf("%s: %v s for %q, want %v", stage, got.GetSampleSum(), incident(got), want)
		}
	}
}

func TestFaultLongIdIsNoExemplar(t *testing.T) {
	registry := prometheus.NewRegistry()
	m, err := newMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	m.arrived(event.Notification{Created: now, Alerts: []event.Alert{{Incident: strings.Repeat("a", 200), Times: event.Times{Seen: now}}}}, now)
	if got := stages(t, registry)["delay"]; got.GetSampleCount() != 1 || incident(got) != "" {
		t.Errorf("%d times, of %q", got.GetSampleCount(), incident(got))
	}
}
