package alerter_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/pkg/service"
	"faultline/services/alerter"
	"faultline/services/alerter/internal/sinktest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// files is a configuration with the shipped one below it.
func files(all map[string]string) *config.Dir {
	top := fstest.MapFS{}
	for name, text := range all {
		top[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return config.NewDir(config.Layer{Name: "mine", FS: top}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
}

func settings(t *testing.T, dir *config.Dir) config.Section {
	t.Helper()
	s, err := service.ReadSettings(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.Alerter
}

// run starts the service; the returned function ends it and waits.
func run(t *testing.T, o alerter.Options) (*alerter.Service, func()) {
	t.Helper()
	s, err := alerter.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the service ended with %v", err)
		}
	})
	t.Cleanup(stop)
	sinktest.Wait(t, "the service is ready", func() bool { return s.Ready() == nil })
	return s, stop
}

// assess publishes an assessment of a report.
func assess(t *testing.T, b *bus.Bus, item, feed, title string) {
	t.Helper()
	a := assessment(item, feed, title)
	data, err := event.Encode(&a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.AssessmentSubject("KG", "kidnapping"), ID: a.ID, Data: data}); err != nil {
		t.Fatal(err)
	}
}

// assessment is one of a report that an official was abducted in Osh.
func assessment(item, feed, title string) event.Assessment {
	now := time.Now()
	place := event.Place{GeonameID: 1527534, Name: "Osh", Country: "KG", Admin1: "08", Lat: 40.53, Lon: 72.8, Confidence: 0.9}
	return event.Assessment{
		ID: event.NewID(item, "0", "rules"), Language: "en", Relevant: true, Score: 70, Severity: event.SeverityHigh,
		Item: event.Item{ID: item, Source: event.Source{Feed: feed, Title: strings.ToUpper(feed), Reliability: "B"}, URL: "https://" + feed + ".example/" + item,
			Title: title, Text: title + ". The regional administration in Osh confirmed it on Friday.", Language: "en",
			Published: now.Add(-3 * time.Second), PublishedSource: event.PublishedFeed, FirstSeen: now.Add(-time.Second), Seen: now.Add(-time.Second)},
		Categories: []string{"kidnapping"}, Places: []event.Place{place}, Main: &place, Regions: []string{"ferghana-valley"}, Ruleset: "rules", Assessed: now,
		Findings: []event.Finding{{Indicator: "official-abducted", Title: "An official is abducted or held hostage", Category: "kidnapping",
			Severity: event.SeverityHigh, Assertion: event.Asserted, Points: 60, Evidence: []event.Evidence{{Field: event.FieldTitle, Start: 0, End: 18, Text: "Governor kidnapped"}}}},
	}
}

const unrelated = "Governor kidnapped near the northern border crossing by unknown gunmen in masks"

func TestFromAssessmentToFourChannels(t *testing.T) {
	http, mail := sinktest.HTTP(t), sinktest.SMTP(t)
	dir := files(map[string]string{"alerting.yaml": fmt.Sprintf(`
global: {smtp_smarthost: '%s', smtp_from: f@desk.example, smtp_require_tls: false}
route: {receiver: desk, group_by: [incident], group_wait: 0s, group_interval: 1s, repeat_interval: 30d}
receivers:
- name: desk
  webhook_configs: [{url: '%[2]s/webhook'}]
  slack_configs: [{api_url: '%[2]s/slack/x'}]
  telegram_configs: [{api_url: '%[2]s', bot_token: '1:x', chat_id: -100}]
  email_configs: [{to: d@desk.example}]
`, mail.URL, http.URL)})
	b := bustest.Start(t)
	registry := prometheus.NewRegistry()
	run(t, alerter.Options{Config: dir, Settings: settings(t, dir), Bus: b, Registerer: registry, ExternalURL: "https://faultline.example"})
	assess(t, b, "item1", "alpha", "Governor kidnapped in Osh")
	sinktest.Wait(t, "four channels have it", func() bool { return len(http.Messages()) == 3 && len(mail.Messages()) == 1 })
	for _, m := range append(http.Messages(), mail.Messages()...) {
		for _, part := range []string{"Governor kidnapped in Osh", "official-abducted", "alpha.example", "single source"} {
			if !strings.Contains(strings.ReplaceAll(m.Body, "=\r\n", ""), part) {
				t.Errorf("%s lacks %q: %s", m.Path, part, m.Body)
			}
		}
	}
	sinktest.Wait(t, "seven stages of faultline_time_to_alert_seconds are counted", func() bool { // a moment after a channel has answered
		n, err := testutil.GatherAndCount(registry, "faultline_time_to_alert_seconds")
		return err == nil && n == 7
	})
}

func TestRestartTellsNothingTwice(t *testing.T) {
	sink := sinktest.HTTP(t)
	dir := files(map[string]string{"alerting.yaml": "route: {receiver: desk, group_by: [incident], group_wait: 0s, group_interval: 1s}\nreceivers:\n- name: desk\n  webhook_configs: [{url: '" + sink.URL + "/webhook'}]\n"})
	server := bustest.StartServer(t)
	_, stop := run(t, alerter.Options{Config: dir, Settings: settings(t, dir), Bus: server.Bus()})
	assess(t, server.Bus(), "item1", "alpha", "Governor kidnapped in Osh")
	sinktest.Wait(t, "it is told", func() bool { return len(sink.Messages()) == 1 })
	stop()
	assess(t, server.Bus(), "item2", "beta", unrelated)
	run(t, alerter.Options{Config: dir, Settings: settings(t, dir), Bus: server.Bus()})
	sinktest.Wait(t, "what came meanwhile is told", func() bool { return len(sink.Messages()) == 2 })
	sinktest.Never(t, "something was told twice", 500*time.Millisecond, func() bool { return len(sink.Messages()) > 2 })
}

func TestReload(t *testing.T) {
	one, two := sinktest.HTTP(t), sinktest.HTTP(t)
	c := &changing{}
	c.set("route: {receiver: desk, group_by: [incident], group_wait: 0s}\nreceivers:\n- name: desk\n  webhook_configs: [{url: '" + one.URL + "/webhook'}]\n")
	b := bustest.Start(t)
	s, _ := run(t, alerter.Options{Config: c.dir(), Settings: settings(t, c.dir()), Bus: b})
	assess(t, b, "item1", "alpha", "Governor kidnapped in Osh")
	sinktest.Wait(t, "the first channel has it", func() bool { return len(one.Messages()) == 1 })
	c.set("route: {receiver: nobody}\n")
	if err := s.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no receiver") {
		t.Fatalf("a broken file is taken: %v", err)
	}
	c.set("route: {receiver: new, group_by: [incident], group_wait: 0s}\nreceivers:\n- name: new\n  webhook_configs: [{url: '" + two.URL + "/webhook'}]\n")
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	assess(t, b, "item2", "beta", unrelated)
	sinktest.Wait(t, "the new channel has it", func() bool { return len(two.Messages()) == 1 })
	if len(one.Messages()) != 1 {
		t.Error("the old channel was used after the reload")
	}
}

// What a route's time intervals hold back is told once a reload finds them gone.
func TestReloadEndsAMute(t *testing.T) {
	sink := sinktest.HTTP(t)
	file := func(muted string) string {
		return "route:\n  receiver: nobody\n  routes: [{receiver: desk, group_by: [incident], group_wait: 0s" + muted + "}]\n" +
			"time_intervals: [{name: always, time_intervals: [{years: ['2000:3000']}]}]\n" +
			"receivers:\n- name: nobody\n- name: desk\n  webhook_configs: [{url: '" + sink.URL + "/webhook'}]\n"
	}
	c := &changing{}
	c.set(file(", mute_time_intervals: [always]"))
	b := bustest.Start(t)
	s, _ := run(t, alerter.Options{Config: c.dir(), Settings: settings(t, c.dir()), Bus: b})
	assess(t, b, "item1", "alpha", "Governor kidnapped in Osh")
	groups, err := b.Bucket(t.Context(), bus.GroupState)
	if err != nil {
		t.Fatal(err)
	}
	sinktest.Wait(t, "it waits in its group", func() bool {
		n := 0
		if err := groups.Each(t.Context(), func(bus.Entry) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n == 1
	})
	if sink.Tries() != 0 {
		t.Fatal("a muted route told")
	}
	c.set(file(""))
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	sinktest.Wait(t, "it is told", func() bool { return len(sink.Messages()) == 1 })
}

// TestReloadReadsTheSection: what faultline.yaml says of the alerter holds from
// the reload on, and what it says wrong changes nothing.
func TestReloadReadsTheSection(t *testing.T) {
	refusing, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
	refusing.Answer(sinktest.Always(sinktest.Answer{Status: 404}))
	c := &changing{}
	c.set(fmt.Sprintf(`
route:
  receiver: nobody
  group_by: [incident]
  group_wait: 0s
  group_interval: 1s
  routes: [{receiver: desk, matchers: ['change="new"']}]
receivers:
- name: nobody
- name: desk
  webhook_configs: [{url: '%s/webhook'}]
- name: second
  webhook_configs: [{url: '%s/webhook'}]
`, refusing.URL, fallback.URL))
	c.setSettings("alerter: {}\n")
	b := bustest.Start(t)
	s, _ := run(t, alerter.Options{Config: c.dir(), Settings: settings(t, c.dir()), Bus: b})
	assess(t, b, "item1", "alpha", "Governor kidnapped in Osh")
	sinktest.Wait(t, "what the channel refused is given up", func() bool { // while there is no fallback
		given := 0
		if err := b.DeadLetters(t.Context(), func(bus.DeadLetter) error { given++; return nil }); err != nil {
			t.Fatal(err)
		}
		return given == 1
	})
	c.setSettings("alerter: {send_timeout: 1h, fallback_receiver: second}\n")
	if err := s.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "send_timeout") {
		t.Fatalf("a broken section is taken: %v", err)
	}
	c.setSettings("alerter: {fallback_receiver: second, give_up_after: 1h, incidents: {same: 1}}\n")
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	// By the bar that ships this would tell the first story.
	assess(t, b, "item2", "beta", "Unknown men in Osh took the governor away at night")
	sinktest.Wait(t, "the fallback has it as a story of its own", func() bool { return len(fallback.Messages()) == 1 })
	if body := fallback.Messages()[0].Body; !strings.Contains(body, "beta.example") || strings.Contains(body, "alpha.example") {
		t.Errorf("the new bar for one story does not hold: %s", body)
	}
}

func TestCheckConfig(t *testing.T) {
	short := filepath.Join(t.TempDir(), "hook")
	if err := os.WriteFile(short, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := alerter.CheckConfig(files(nil)); err != nil {
		t.Errorf("the shipped configuration: %v", err)
	}
	for name, tc := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"alerting": {map[string]string{"alerting.yaml": "route: {receiver: b}\nreceivers: [{name: a}]\n"}, []string{"mine/alerting.yaml:1:19: there is no receiver"}},
		"section": {map[string]string{"faultline.yaml": "alerter:\n  give_up_after: 1s\n  send_timeout: 1h\n  incidents: {same: 7}\n  webhook_secret: short\n  messages_per_minute: 0\n  when_uncertain: maybe\n"},
			[]string{"mine/faultline.yaml:2:", "give_up_after", "mine/faultline.yaml:3:", "send_timeout", "same", "mine/faultline.yaml:5:", "too short to keep", "mine/faultline.yaml:6:", "messages_per_minute", "mine/faultline.yaml:7:", `unknown choice "maybe"; write resend or hold`}},
		"secret in a file": {map[string]string{"faultline.yaml": "alerter:\n  fallback_receiver: ''\n  webhook_secret_file: " + short + "\n"}, []string{"mine/faultline.yaml:3:24: webhook_secret is too short to keep"}},
		"unknown key":      {map[string]string{"faultline.yaml": "alerter:\n  fallback_reciever: x\n"}, []string{`faultline.yaml:2:3`, `did you mean "fallback_receiver"?`}},
		"fallback":         {map[string]string{"faultline.yaml": "alerter:\n  fallback_receiver: x\n"}, []string{`faultline.yaml:2:`, `has no receiver "x"`}},
		"channel":          {map[string]string{"faultline.yaml": "alerter:\n  channels:\n  - receiver: desk\n    ntfy: [{url: nowhere}]\n    matrix:\n    - {homeserver: x, room: '!a:b', access_token: secret}\n"}, []string{"mine/faultline.yaml:4:18", "no address of a topic", "mine/faultline.yaml:6:20", "no address of a homeserver"}},
		"channel key":      {map[string]string{"faultline.yaml": "alerter:\n  channels:\n  - receiver: desk\n    signal: []\n"}, []string{"mine/faultline.yaml:4:5", `unknown field "signal"`}},
		"channel receiver": {map[string]string{"faultline.yaml": "alerter:\n  channels:\n  - receiver: dusk\n    ntfy: [{url: 'https://ntfy.example/a'}]\n"}, []string{"mine/faultline.yaml:3:15", `alerting.yaml has no receiver "dusk"`}},
		"link-local":       {map[string]string{"faultline.yaml": "alerter:\n  allow_link_local: [x]\n"}, []string{`faultline.yaml:2:`, `has no receiver "x"`}},
		"fallback channel": {map[string]string{"faultline.yaml": "alerter:\n  fallback_receiver: desk\n"}, []string{`receiver "desk" has no channel`}},
		"both broken":      {map[string]string{"faultline.yaml": "nonsense: 1\n", "alerting.yaml": "x: 1\n"}, []string{"mine/alerting.yaml:1:1"}},
	} {
		err := alerter.CheckConfig(files(tc.files))
		if err == nil {
			t.Errorf("%s: no fault", name)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q lacks %q", name, err, want)
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	b := bustest.Start(t)
	bad := files(map[string]string{"faultline.yaml": "alerter:\n  send_timeout: 1h\n"})
	good := files(nil)
	for name, o := range map[string]alerter.Options{
		"settings": {Config: bad, Settings: settings(t, bad), Bus: b},
		"url":      {Config: good, Settings: settings(t, good), Bus: b, ExternalURL: "http://[::1"},
		"file":     {Config: config.NewDir(), Settings: settings(t, good), Bus: b},
		"stores":   {Config: good, Settings: settings(t, good), Bus: bustest.Start(t, bustest.Bare())},
	} {
		if _, err := alerter.New(t.Context(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The index is there after a restart as before it.
func TestRegionalIndex(t *testing.T) {
	dir := files(map[string]string{"alerting.yaml": "route: {receiver: desk}\nreceivers: [{name: desk}]\n"})
	server := bustest.StartServer(t)
	index := func(registry *prometheus.Registry) float64 {
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			for _, m := range f.GetMetric() {
				if f.GetName() == "faultline_region_instability_index" && m.GetLabel()[0].GetValue() == "ferghana-valley" {
					return m.GetGauge().GetValue()
				}
			}
		}
		return 0
	}
	first := prometheus.NewRegistry()
	_, stop := run(t, alerter.Options{Config: dir, Settings: settings(t, dir), Bus: server.Bus(), Registerer: first})
	assess(t, server.Bus(), "item1", "alpha", "Governor kidnapped in Osh")
	sinktest.Wait(t, "the incident counts", func() bool { return index(first) > 0 })
	if n, err := testutil.GatherAndCount(first, "faultline_region_instability_category", "faultline_region_surge", "faultline_region_instability_usual", "faultline_region_instability_change"); err != nil || n != 4 {
		t.Errorf("%d series beside the index: %v", n, err)
	}
	before := index(first)
	stop()
	again := prometheus.NewRegistry()
	run(t, alerter.Options{Config: dir, Settings: settings(t, dir), Bus: server.Bus(), Registerer: again})
	sinktest.Wait(t, "the index is back", func() bool { return index(again) > 0.99*before })
	if after := index(again); after > before {
		t.Errorf("it was %v and is %v", before, after)
	}
}

// The secrets that faultline.yaml names lie beside it, wherever the process runs.
func TestSecretsBesideTheConfiguration(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"faultline.yaml": "alerter:\n  webhook_secret_file: hook\n  channels:\n  - {receiver: desk, matrix: [{homeserver: https://m.example, room: '!a:b', access_token_file: secrets/matrix}]}\n",
		"hook":           "0123456789abcdef", "secrets/matrix": "token", "alerting.yaml": "route: {receiver: desk}\nreceivers: [{name: desk}]\n",
	} {
		if err := os.MkdirAll(filepath.Join(folder, "secrets"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := alerter.CheckConfig(files(nil).Over(config.Layer{Name: folder, FS: os.DirFS(folder)})); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(folder, "secrets/matrix")); err != nil {
		t.Fatal(err)
	}
	if err := alerter.CheckConfig(files(nil).Over(config.Layer{Name: folder, FS: os.DirFS(folder)})); err == nil || !strings.Contains(err.Error(), filepath.Join(folder, "secrets/matrix")) {
		t.Errorf("got %v", err)
	}
}
