package api

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"

	"github.com/go-openapi/strfmt"
	"github.com/prometheus/alertmanager/api/v2/client"
	"github.com/prometheus/alertmanager/api/v2/client/alert"
	"github.com/prometheus/alertmanager/api/v2/client/alertgroup"
	"github.com/prometheus/alertmanager/api/v2/client/general"
	"github.com/prometheus/alertmanager/api/v2/client/receiver"
	"github.com/prometheus/alertmanager/api/v2/client/silence"
	"github.com/prometheus/alertmanager/api/v2/models"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// upstream is Alertmanager's own client of the API.
func upstream(t *testing.T, address string) *client.AlertmanagerAPI {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return client.NewHTTPClientWithConfig(strfmt.Default, &client.TransportConfig{Host: u.Host, BasePath: u.Path, Schemes: []string{u.Scheme}})
}

// behind is a proxy before the API that serves it under a path, as one does that has more to serve.
func behind(t *testing.T, d *desk, path string) (address string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(Prefix, d.api)
	web := httptest.NewServer(http.StripPrefix(path, mux))
	t.Cleanup(web.Close)
	return web.URL + path + Prefix
}

func silenceFor(incident string) *models.PostableSilence {
	name, by, comment, yes, no := "incident", "desk", "known", true, false
	start, end := strfmt.DateTime(time.Now()), strfmt.DateTime(time.Now().Add(time.Hour))
	return &models.PostableSilence{Silence: models.Silence{
		Matchers: models.Matchers{{Name: &name, Value: &incident, IsEqual: &yes, IsRegex: &no}}, StartsAt: &start, EndsAt: &end, CreatedBy: &by, Comment: &comment,
	}}
}

// Alertmanager's own client reads every answer, at the root of an address and behind a
// proxy that serves it under a path.
func TestUpstreamsClientReadsEveryAnswer(t *testing.T) {
	d := newDesk(t)
	d.configure()
	d.put("one", event.StatusOpen, event.SeverityCritical)
	d.put("two", event.StatusQuiet, event.SeverityLow)
	for name, address := range map[string]string{"root": d.url, "path": behind(t, d, "/desk/alerts")} {
		t.Run(name, func(t *testing.T) {
			am := upstream(t, address)
			status, err := am.General.GetStatus(general.NewGetStatusParams())
			if err != nil {
				t.Fatal(err)
			}
			if p := status.Payload; *p.VersionInfo.Version != Version || *p.Cluster.Status != "disabled" || !strings.Contains(*p.Config.Original, "receiver: duty") || time.Since(time.Time(*p.Uptime)) > time.Hour {
				t.Errorf("the status is %+v", p)
			}
			receivers, err := am.Receiver.GetReceivers(receiver.NewGetReceiversParams())
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, r := range receivers.Payload {
				names = append(names, *r.Name)
			}
			if slices.Sort(names); !slices.Equal(names, []string{"desk", "duty", "nobody"}) {
				t.Errorf("the receivers are %v", names)
			}
			askAlerts(t, am)
			editSilence(t, am)
		})
	}
}

// askAlerts reads the alerts and their groups, with what karma shows of them.
func askAlerts(t *testing.T, am *client.AlertmanagerAPI) {
	t.Helper()
	active := true
	all, err := am.Alert.GetAlerts(alert.NewGetAlertsParams().WithActive(&active).WithFilter([]string{`severity="low"`}))
	if err != nil || len(all.Payload) != 1 || all.Payload[0].Labels["incident"] != "two" {
		t.Fatalf("the alerts are %+v, %v", all, err)
	}
	groups, err := am.Alertgroup.GetAlertGroups(alertgroup.NewGetAlertGroupsParams())
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, g := range groups.Payload {
		for _, a := range g.Alerts {
			shown++
			if *g.Receiver.Name == "" || *a.Fingerprint == "" || time.Time(*a.StartsAt).IsZero() || *a.Status.State != "active" || a.Annotations["summary"] == "" || a.GeneratorURL == "" ||
				a.Status.SilencedBy == nil || a.Status.InhibitedBy == nil {
				t.Errorf("%s shows %+v", *g.Receiver.Name, a)
			}
		}
	}
	if shown != 2 {
		t.Errorf("%d alerts in groups", shown)
	}
}

// editSilence makes a silence, reads it, moves its end and ends it.
func editSilence(t *testing.T, am *client.AlertmanagerAPI) {
	t.Helper()
	made, err := am.Silence.PostSilences(silence.NewPostSilencesParams().WithSilence(silenceFor("one")))
	if err != nil {
		t.Fatal(err)
	}
	read := func(id string) *models.GettableSilence {
		got, err := am.Silence.GetSilence(silence.NewGetSilenceParams().WithSilenceID(strfmt.UUID(id)))
		if err != nil {
			t.Fatal(err)
		}
		return got.Payload
	}
	s := read(made.Payload.SilenceID)
	if *s.Status.State != "active" || *s.CreatedBy != "desk" || *s.Comment != "known" || *s.Matchers[0].Value != "one" {
		t.Errorf("the silence is %+v", s)
	}
	longer := silenceFor("one")
	end := strfmt.DateTime(time.Now().Add(3 * time.Hour))
	longer.ID, longer.StartsAt, longer.EndsAt = *s.ID, s.StartsAt, &end
	if again, err := am.Silence.PostSilences(silence.NewPostSilencesParams().WithSilence(longer)); err != nil || again.Payload.SilenceID != *s.ID {
		t.Errorf("its end is moved by %+v, %v", again, err)
	}
	if got := time.Time(*read(*s.ID).EndsAt); time.Until(got) < 2*time.Hour {
		t.Errorf("it ends at %s", got)
	}
	if _, err := am.Silence.DeleteSilence(silence.NewDeleteSilenceParams().WithSilenceID(strfmt.UUID(*s.ID))); err != nil {
		t.Error(err)
	}
	if got := read(*s.ID); *got.Status.State != "expired" {
		t.Errorf("after its end it is %+v", got.Status)
	}
	nothing := strfmt.UUID("2a5d5b2c-5a0c-4b5f-9a3e-111111111111")
	_, err = am.Silence.GetSilence(silence.NewGetSilenceParams().WithSilenceID(nothing))
	if _, ok := errors.AsType[*silence.GetSilenceNotFound](err); !ok {
		t.Errorf("a silence that there is not is answered with %v", err)
	}
	_, err = am.Silence.DeleteSilence(silence.NewDeleteSilenceParams().WithSilenceID(nothing))
	if _, ok := errors.AsType[*silence.DeleteSilenceNotFound](err); !ok {
		t.Errorf("ending it is answered with %v", err)
	}
}

// karma goes by the version in the metrics, which has to be the one of what answers.
func TestVersionIsThatOfTheModule(t *testing.T) {
	d := newDesk(t)
	want := "# HELP alertmanager_build_info Always 1; version is that of the Alertmanager whose API v2 the alerter speaks, which karma looks for.\n" +
		"# TYPE alertmanager_build_info gauge\nalertmanager_build_info{version=\"" + Version + "\"} 1\n"
	if err := testutil.GatherAndCompare(d.registry, strings.NewReader(want), "alertmanager_build_info"); err != nil {
		t.Error(err)
	}
	module, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(module), "github.com/prometheus/alertmanager v"+Version+"\n") {
		t.Errorf("go.mod has another Alertmanager than %s", Version)
	}
}
