package notify_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// dir is the shipped configuration with another alerting.yaml over it.
func dir(alerting string) *config.Dir {
	return config.NewDir(
		config.Layer{Name: "test", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(alerting)}}},
		config.Layer{Name: "(shipped)", FS: deploy.Config()})
}

func load(t *testing.T, alerting string) *notify.Config {
	t.Helper()
	c, err := notify.Load(dir(alerting), notify.Options{Deadline: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// loadAll has every channel of the conformance suite at the sinks.
func loadAll(t *testing.T, http, smtp string) *notify.Config {
	t.Helper()
	c, err := notify.Load(dir(sinktest.Channels(http, smtp)), notify.Options{Deadline: 2 * time.Second, Channels: ours(http)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ours are the channels that Alertmanager's file has no word for.
func ours(http string) []notify.Channels {
	return []notify.Channels{{
		Receiver:     "all",
		Matrix:       []notify.MatrixConfig{{Homeserver: http, Room: "!desk:sink.example", AccessToken: "secret-token"}},
		Ntfy:         []notify.NtfyConfig{{URL: config.Secret(http + "/ntfy/secret-topic"), Token: "secret-token"}},
		Alertmanager: []notify.PeerConfig{{URL: http + "/peer", Token: "secret-token"}},
	}}
}

// notification is what a group says of incidents on its first flush.
func notification(integration string, incidents ...event.Incident) event.Notification {
	var drafts []alert.Draft
	for _, in := range incidents {
		d := alert.New(in)
		if in.Region == sinktest.Incident().Region {
			d.Name("Ferghana Valley")
		}
		drafts = append(drafts, d)
	}
	return telling(integration, drafts...)
}

// telling is the notification of these drafts.
func telling(integration string, drafts ...alert.Draft) event.Notification {
	r := group.Route{Key: "{}", Receiver: "all", GroupBy: []string{"incident"}, Interval: time.Minute, Repeat: time.Hour}
	s := group.New(r, map[string]string{"incident": drafts[0].Alert.Incident}, sinktest.Now())
	for _, d := range drafts {
		s.Land(d, true, sinktest.Now())
	}
	s.Plan(100, sinktest.Now())
	return s.Notifications([]string{integration})[0]
}

func integration(t *testing.T, c *notify.Config, name string) *notify.Integration {
	t.Helper()
	for _, r := range c.Receivers() {
		for _, i := range r.Integrations {
			if i.Name == name {
				return i
			}
		}
	}
	t.Fatalf("no integration %s", name)
	return nil
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func mustContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("missing %q in:\n%s", p, text)
		}
	}
}
