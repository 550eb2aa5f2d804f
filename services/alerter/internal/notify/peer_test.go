package notify_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"

	amalert "github.com/prometheus/alertmanager/alert"
	amapi "github.com/prometheus/alertmanager/api/v2"
	am "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/eventrecorder"
	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/provider/mem"
	"github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
)

// upstream is Alertmanager's own API over its own store of alerts.
func upstream(t *testing.T) *httptest.Server {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	flags, err := featurecontrol.NewFlags(logger, "")
	if err != nil {
		t.Fatal(err)
	}
	alerts, err := mem.NewAlerts(t.Context(), time.Hour, 0, nil, logger, eventrecorder.NopRecorder(), prometheus.NewRegistry(), flags)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(alerts.Close)
	silences, err := silence.New(silence.Options{Logger: logger, Metrics: prometheus.NewRegistry(), Retention: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	groups := func(context.Context, func(*dispatch.Route) bool, func(*amalert.Alert, time.Time) bool) (dispatch.AlertGroups, map[model.Fingerprint][]string, error) {
		return nil, nil, nil
	}
	api, err := amapi.NewAPI(alerts, groups, func(string, string) ([]string, bool) { return nil, false }, silences, nil, logger, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := am.Load("route: {receiver: a}\nreceivers: [{name: a}]\n")
	if err != nil {
		t.Fatal(err)
	}
	api.Update(cfg, func(context.Context, model.LabelSet) {})
	server := httptest.NewServer(api.Handler)
	t.Cleanup(server.Close)
	return server
}

// shows are the alerts that the other Alertmanager has open.
func shows(t *testing.T, server *httptest.Server) (all []struct{ Labels, Annotations map[string]string }) {
	t.Helper()
	response, err := http.Get(server.URL + "/api/v2/alerts") //nolint:gosec,noctx // a server of the test
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := response.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return all
}

// TestAlertmanagerOutside: whatever changes about an incident, the other one shows
// one alert for it, as it stands last, and none when it is closed.
func TestAlertmanagerOutside(t *testing.T) {
	server := upstream(t)
	c, err := notify.Load(dir("route: {receiver: all}\nreceivers: [{name: all}]\n"), notify.Options{Deadline: 10 * time.Second,
		Channels: []notify.Channels{{Receiver: "all", Alertmanager: []notify.PeerConfig{{URL: server.URL + "/"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	other, closed := sinktest.Incident(), sinktest.Escalated()
	other.ID = "fedcba9876543210fedcba9876543210"
	closed.Change, closed.Status, closed.Updated = event.Change{Kind: event.ChangeClosed}, event.StatusClosed, time.Now()
	for _, step := range []struct {
		in   event.Incident
		want []string
	}{
		{sinktest.Incident(), []string{"high"}}, {other, []string{"high", "high"}}, {sinktest.Escalated(), []string{"critical", "high"}},
		{sinktest.Escalated(), []string{"critical", "high"}}, {closed, []string{"high"}},
	} {
		if got := integration(t, c, "alertmanager-0").Send(t.Context(), notification("alertmanager-0", step.in), notify.Remarks{}, time.Now()); got.Outcome != notify.Sent {
			t.Fatalf("%s: %s %v", step.in.Change.Kind, got.Outcome, got.Err)
		}
		var got []string
		for _, a := range shows(t, server) {
			got = append(got, a.Labels["severity"])
			if a.Labels["change"] != "" || a.Annotations["summary"] == "" {
				t.Errorf("shows %+v", a)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, step.want) {
			t.Errorf("after %s it shows %q, want %q", step.in.Change.Kind, got, step.want)
		}
	}
}

// TestTransactionIsTheNotification: a homeserver knows a repeat by it.
func TestTransactionIsTheNotification(t *testing.T) {
	sink := sinktest.HTTP(t)
	c := loadAll(t, sink.URL, "127.0.0.1:1")
	n := notification("matrix-0", sinktest.Incident())
	for range 2 {
		if got := integration(t, c, "matrix-0").Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); got.Outcome != notify.Sent {
			t.Fatalf("%s %v", got.Outcome, got.Err)
		}
	}
	for _, m := range sink.Messages() {
		if want := "/_matrix/client/v3/rooms/!desk:sink.example/send/m.room.message/" + n.ID; m.Path != want || m.Method != http.MethodPut {
			t.Errorf("%s %s, want PUT %s", m.Method, m.Path, want)
		}
		if got := m.Header["Authorization"]; !slices.Equal(got, []string{"Bearer secret-token"}) {
			t.Errorf("Authorization %v", got)
		}
	}
}

// TestAnswersThatNameNothing: a proxy's page with status 200 is no proof that the
// message arrived.
func TestAnswersThatNameNothing(t *testing.T) {
	sink := sinktest.HTTP(t)
	c := loadAll(t, sink.URL, "127.0.0.1:1")
	for _, body := range []string{"<html>welcome</html>", "{}", `{"event_id":"","id":""}`, "[1]"} {
		sink.Answer(sinktest.Always(sinktest.Answer{Body: body}))
		for _, name := range []string{"matrix-0", "ntfy-0"} {
			if got := integration(t, c, name).Send(t.Context(), notification(name, sinktest.Incident()), notify.Remarks{}, sinktest.Now()); got.Outcome != notify.Uncertain {
				t.Errorf("%s, %s: %s %v", name, body, got.Outcome, got.Err)
			}
		}
	}
	sink.Answer(sinktest.Always(sinktest.Answer{Body: "<html>welcome</html>"}))
	if got := integration(t, c, "alertmanager-0").Send(t.Context(), notification("alertmanager-0", sinktest.Incident()), notify.Remarks{}, sinktest.Now()); got.Outcome != notify.Uncertain {
		t.Errorf("alertmanager-0: %s %v", got.Outcome, got.Err)
	}
}

func TestNtfyPriority(t *testing.T) {
	sink := sinktest.HTTP(t)
	c := loadAll(t, sink.URL, "127.0.0.1:1")
	for severity, want := range map[event.Severity]float64{event.SeverityCritical: 5, event.SeverityHigh: 4, event.SeverityModerate: 3, event.SeverityLow: 2, "": 2} {
		in := sinktest.Incident()
		in.Severity = severity
		before := len(sink.Messages())
		if got := integration(t, c, "ntfy-0").Send(t.Context(), notification("ntfy-0", in), notify.Remarks{}, sinktest.Now()); got.Outcome != notify.Sent {
			t.Fatal(got.Err)
		}
		m := sink.Messages()[before]
		var sent map[string]any
		if err := json.Unmarshal([]byte(m.Body), &sent); err != nil || sent["priority"] != want || sent["topic"] != "secret-topic" || m.Path != "/ntfy/" {
			t.Errorf("severity %q: %s %v, want priority %v (%v)", severity, m.Path, sent, want, err)
		}
	}
}
