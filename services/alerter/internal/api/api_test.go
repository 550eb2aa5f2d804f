package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/silence"
	"faultline/services/alerter/internal/sinktest"

	"github.com/prometheus/client_golang/prometheus"
)

const alerting = `
global: {slack_api_url: 'https://hooks.slack.example/secret-part'}
route:
  receiver: desk
  group_by: [region]
  routes: [{receiver: duty, matchers: ['severity="critical"'], continue: true}, {receiver: nobody, matchers: ['change="reworded"']}]
receivers: [{name: desk, slack_configs: [{channel: '#x'}]}, {name: duty}, {name: nobody}]
`

// desk is the API over a real bus.
type desk struct {
	t      *testing.T
	server *bustest.Server
	bus    *bus.Bus
	store  *silence.Store
	api    *API
	url    string
	source map[string]string // what inhibits the incident "held"

	registry *prometheus.Registry
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	server := bustest.StartServer(t)
	d := &desk{t: t, server: server, bus: server.Bus(), registry: prometheus.NewRegistry()}
	var err error
	if d.store, err = silence.New(t.Context(), silence.Options{Bus: d.bus}); err != nil {
		t.Fatal(err)
	}
	if d.api, err = New(t.Context(), Options{Bus: d.bus, Silences: d.store, Inhibited: d.inhibited, Logger: slog.New(slog.DiscardHandler), Registerer: d.registry}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(Prefix, d.api)
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	d.url = web.URL + Prefix
	return d
}

func (d *desk) inhibited(_ context.Context, labels map[string]string) (map[string]string, error) {
	if labels["incident"] == "held" {
		return d.source, nil
	}
	return nil, nil
}

func (d *desk) configure() {
	d.t.Helper()
	dir := config.NewDir(config.Layer{Name: "test", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(alerting)}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(dir, notify.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	d.api.SetConfig(c)
}

// put stores an incident as the aggregator does.
func (d *desk) put(id string, status event.Status, severity event.Severity) {
	d.t.Helper()
	in := sinktest.Incident()
	in.ID, in.Status, in.Severity, in.Headline = id, status, severity, "Headline of "+id
	data, err := event.Encode(&in)
	if err != nil {
		d.t.Fatal(err)
	}
	bucket, err := d.bus.Bucket(d.t.Context(), bus.IncidentState)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := bucket.Put(d.t.Context(), id, data, 0); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) ask(method, path, body string) (int, string) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	data, err := io.ReadAll(response.Body)
	if closing := response.Body.Close(); err != nil || closing != nil {
		d.t.Fatal(err, closing)
	}
	return response.StatusCode, string(data)
}

// shown is an alert as the API shows it.
type shown struct {
	Labels      map[string]string
	Annotations map[string]string
	Fingerprint string
	Receivers   []struct{ Name string }
	Status      struct {
		State       string
		SilencedBy  []string
		InhibitedBy []string
	}
}

func (d *desk) alerts(query string) (all []shown) {
	d.t.Helper()
	status, body := d.ask(http.MethodGet, "alerts"+query, "")
	if status != http.StatusOK {
		d.t.Fatalf("%d %s", status, body)
	}
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		d.t.Fatal(err)
	}
	return all
}

func silenceOf(incident string) string {
	return fmt.Sprintf(`{"matchers":[{"name":"incident","value":%q,"isRegex":false,"isEqual":true}],"startsAt":%q,"endsAt":%q,"createdBy":"desk","comment":"known"}`,
		incident, time.Now().Format(time.RFC3339), time.Now().Add(time.Hour).Format(time.RFC3339))
}

func TestAlertsAreTheOpenIncidents(t *testing.T) {
	d := newDesk(t)
	d.configure()
	d.put("one", event.StatusOpen, event.SeverityCritical)
	d.put("two", event.StatusQuiet, event.SeverityLow)
	d.put("over", event.StatusClosed, event.SeverityLow)
	all := d.alerts("")
	if len(all) != 2 {
		t.Fatalf("%d alerts: %+v", len(all), all)
	}
	for _, a := range all {
		if a.Status.State != "active" || a.Labels["change"] != "" || a.Annotations["summary"] == "" || a.Annotations["region"] != "Ferghana Valley" {
			t.Errorf("got %+v", a)
		}
	}
	critical := d.alerts("?filter=" + `severity%3D%22critical%22`)
	if len(critical) != 1 || critical[0].Labels["incident"] != "one" || fmt.Sprint(critical[0].Receivers) != "[{duty}]" {
		t.Errorf("the critical one: %+v", critical)
	}
	if status, body := d.ask(http.MethodGet, "alerts/groups", ""); status != http.StatusOK || strings.Count(body, `"receiver":`) != 2 ||
		!strings.Contains(body, `"labels":{"region":`) {
		t.Errorf("groups: %d %s", status, body)
	}
}

// What is inhibited names its source as Alertmanager does, by the fingerprint
// that the API shows for it.
func TestInhibitedByTheAPI(t *testing.T) {
	d := newDesk(t)
	d.configure()
	d.put("held", event.StatusOpen, event.SeverityLow)
	d.put("source", event.StatusOpen, event.SeverityCritical)
	d.source = d.alerts("?filter=" + `incident%3D%22source%22`)[0].Labels
	by := ""
	for _, a := range d.alerts("") {
		if a.Labels["incident"] == "source" {
			by = a.Fingerprint
		}
	}
	for _, a := range d.alerts("") {
		held := a.Labels["incident"] == "held"
		if held && (a.Status.State != "suppressed" || len(a.Status.InhibitedBy) != 1 || a.Status.InhibitedBy[0] != by) || !held && a.Status.State != "active" {
			t.Errorf("%s is %+v, want by %s", a.Labels["incident"], a.Status, by)
		}
	}
	if all := d.alerts("?inhibited=false"); len(all) != 1 {
		t.Errorf("%d alerts are not inhibited", len(all))
	}
}

func TestSilencesByTheAPI(t *testing.T) {
	d := newDesk(t)
	d.configure()
	d.put("one", event.StatusOpen, event.SeverityHigh)
	status, body := d.ask(http.MethodPost, "silences", silenceOf("one"))
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	var made struct{ SilenceID string }
	if err := json.Unmarshal([]byte(body), &made); err != nil || made.SilenceID == "" {
		t.Fatalf("%s: %v", body, err)
	}
	if all := d.alerts(""); len(all) != 1 || all[0].Status.State != "suppressed" || all[0].Status.SilencedBy[0] != made.SilenceID {
		t.Errorf("got %+v", all)
	}
	again, err := silence.New(t.Context(), silence.Options{Bus: d.bus})
	if err != nil {
		t.Fatal(err)
	}
	if _, by, err := again.Silenced(t.Context(), map[string]string{"incident": "one"}); err != nil || len(by) != 1 {
		t.Errorf("it was answered before it was stored: %v %v", by, err)
	}
	if status, body := d.ask(http.MethodDelete, "silence/"+made.SilenceID, ""); status != http.StatusOK {
		t.Errorf("ending it: %d %s", status, body)
	}
	if all := d.alerts(""); all[0].Status.State != "active" {
		t.Errorf("got %+v", all)
	}
	if status, body := d.ask(http.MethodGet, "silences", ""); status != http.StatusOK || !strings.Contains(body, `"createdBy":"desk"`) || !strings.Contains(body, "expired") {
		t.Errorf("who silenced what is not kept: %d %s", status, body)
	}
}

// A silence that is stored is said to be, also where what it held back could not be looked
// at yet: that is tried again by itself.
func TestSilencesThatAreStoredAreSaidToBe(t *testing.T) {
	d := newDesk(t)
	d.configure()
	var looks atomic.Int32
	d.store.Changed = func(context.Context) error {
		looks.Add(1)
		return errors.New("the held groups cannot be read")
	}
	if status, body := d.ask(http.MethodPost, "silences", silenceOf("one")); status != http.StatusOK || looks.Load() != 1 {
		t.Errorf("%d %s, after %d looks", status, body, looks.Load())
	}
}

func TestFault110BadRequestsOfTheAPI(t *testing.T) {
	d := newDesk(t)
	if status, _ := d.ask(http.MethodGet, "status", ""); status != http.StatusServiceUnavailable {
		t.Errorf("before there is a configuration: %d", status)
	}
	d.configure()
	for name, c := range map[string]struct {
		method, path, body string
		want               int
		says               string
	}{
		"an alert":             {http.MethodPost, "alerts", `[{"labels":{"alertname":"x"}}]`, http.StatusMethodNotAllowed, "incidents are made of what feeds publish"},
		"no JSON":              {http.MethodPost, "silences", `{`, http.StatusBadRequest, ""},
		"a silence of all":     {http.MethodPost, "silences", strings.Replace(silenceOf("x"), `"value":"x"`, `"value":""`, 1), http.StatusBadRequest, ""},
		"an unknown silence":   {http.MethodDelete, "silence/2a5d5b2c-5a0c-4b5f-9a3e-111111111111", "", http.StatusNotFound, ""},
		"a huge silence":       {http.MethodPost, "silences", strings.Replace(silenceOf("x"), "known", strings.Repeat("x", maxBody), 1), http.StatusRequestEntityTooLarge, ""},
		"a bad filter":         {http.MethodGet, "alerts?filter=%7B%7B", "", http.StatusBadRequest, ""},
		"a page there is none": {http.MethodGet, "nothing", "", http.StatusNotFound, ""},
	} {
		status, body := d.ask(c.method, c.path, c.body)
		if status != c.want && (c.want != http.StatusRequestEntityTooLarge || status/100 != 4) || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

func TestStatusShowsNoSecret(t *testing.T) {
	d := newDesk(t)
	d.configure()
	status, body := d.ask(http.MethodGet, "status", "")
	if status != http.StatusOK || !strings.Contains(body, "receiver: duty") || strings.Contains(body, "secret-part") {
		t.Errorf("%d %s", status, body)
	}
}

// Alertmanager's code is made when somebody asks, and is up as long as the process all the same.
func TestTheAPIIsMadeWhenSomebodyAsks(t *testing.T) {
	d := newDesk(t)
	if status, _ := d.ask(http.MethodGet, "status", ""); status != http.StatusServiceUnavailable {
		t.Errorf("%d without a configuration", status)
	}
	d.configure()
	if d.api.v2 != nil {
		t.Error("it was made before anybody asked")
	}
	d.api.began = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for range 2 {
		var got struct {
			Uptime  time.Time
			Cluster struct{ Status string }
			Config  struct{ Original string }
		}
		status, body := d.ask(http.MethodGet, "status", "")
		if err := json.Unmarshal([]byte(body), &got); err != nil || status != http.StatusOK {
			t.Fatalf("%d %s: %v", status, body, err)
		}
		if !got.Uptime.Equal(d.api.began) || got.Cluster.Status == "" || !strings.Contains(got.Config.Original, "receiver: duty") {
			t.Errorf("the status is %s", body)
		}
		d.configure() // which the API that is made shows too
	}
}
