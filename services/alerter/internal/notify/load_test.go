package notify_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

func TestShippedConfigurationLoads(t *testing.T) {
	c, err := notify.Load(config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()}), notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Receivers() {
		if len(r.Integrations) > 0 {
			t.Errorf("receiver %s sends to %v", r.Name, r.Integrations)
		}
	}
	for change, want := range map[string]string{"new": "desk", "escalated": "desk", "report": "nobody", "reworded": "nobody", "quiet": "nobody", "closed": "nobody"} {
		routes := c.Match(map[string]string{"alertname": "x", "change": change})
		if len(routes) != 1 || routes[0].Receiver != want {
			t.Errorf("change %s goes to %v, want %s", change, routes, want)
		}
	}
}

// TestShippedExamplesLoad removes the "#" before every example.
func TestShippedExamplesLoad(t *testing.T) {
	data, err := fs.ReadFile(deploy.Config(), "alerting.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, line := range strings.Split(string(data), "\n") {
		trimmed := strings.TrimLeft(line, " ")
		if rest, found := strings.CutPrefix(trimmed, "# "); found && looksLikeYAML(rest) {
			line = line[:len(line)-len(trimmed)] + rest
		}
		out = append(out, line)
	}
	c, err := notify.Load(dir(strings.Join(out, "\n")), notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, ok := c.Receiver("desk")
	if !ok || len(r.Integrations) != 5 {
		t.Errorf("desk has %v", r.Integrations)
	}
	if _, ok := c.Receiver("digest"); !ok {
		t.Error("no digest")
	}
}

func looksLikeYAML(line string) bool {
	first := strings.TrimLeft(line, " -")
	key, _, found := strings.Cut(first, ":")
	return found && !strings.Contains(key, " ") && key == strings.ToLower(key) && key != "https" || strings.HasPrefix(first, "times:") || strings.HasPrefix(first, "matchers:")
}

// inSlack is a file with more in the settings of its only channel.
func inSlack(more string) string {
	return "route: {receiver: a}\nreceivers:\n- name: a\n  slack_configs: [{api_url: 'http://x.example', channel: '#a', " + more + "}]\n"
}

func TestRefusals(t *testing.T) {
	const ok = "\nroute: {receiver: a}\nreceivers: [{name: a}]\n"
	for name, tc := range map[string]struct{ text, want string }{
		"empty":                 {"", "no route"},
		"tab":                   {"\troute: x", ":1:6: tab character"},
		"unknown key":           {ok + "recievers: []\n", `:4:1: unknown key "recievers"; did you mean "receivers"?`},
		"nested key":            {"route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs:\n  - urll: x\n", `:5:5: unknown key "urll"; did you mean "url"?`},
		"no receiver":           {"route: {receiver: b}\nreceivers: [{name: a}]\n", `:1:19: there is no receiver "b"; did you mean "a"?`},
		"same name":             {"route: {receiver: a}\nreceivers: [{name: a}, {name: a}]\n", `there is a "a" above`},
		"bad matcher":           {"route:\n  receiver: a\n  routes:\n  - matchers: ['x=~\"(\"']\nreceivers: [{name: a}]\n", "missing closing )"},
		"interval":              {"route: {receiver: a, group_interval: 0s}\nreceivers: [{name: a}]\n", "group_interval cannot be zero"},
		"time interval":         {"route:\n  receiver: a\n  routes: [{mute_time_intervals: [night]}]\nreceivers: [{name: a}]\n", `:3:35: there is no time interval "night"; define it`},
		"inhibition":            {ok + "inhibit_rules:\n- source_matchers: ['a=~\"(\"']\n", "missing closing )"},
		"inhibit change":        {ok + "inhibit_rules:\n- {source_matchers: ['a=b']}\n- source_matchers: ['change=new']\n", ":6:3: inhibit_rules: the source has the label \"change\", which an open incident does not keep; match"},
		"equal changes":         {ok + "inhibit_rules: [{source_match: {a: b}, equal: [change]}]\n", ":4:17: inhibit_rules: equal has the label \"change\""},
		"inhibiting key":        {ok + "inhibit_rules:\n- {sources: [a=b]}\n", `unknown key "sources"`},
		"equal name":            {ok + "inhibit_rules:\n- {equal: ['']}\n", `invalid label name ""`},
		"tracing":               {ok + "tracing: {}\n", ":4:1: tracing is not supported"},
		"event recorder":        {ok + "\"event_recorder\": {}\n", ":4:2: event_recorder is not supported"},
		"flow":                  {"{route: {receiver: a}, receivers: [{name: a}], tracing: {}}\n", ":1:48: tracing is not supported"},
		"resolve timeout":       {ok + "global:\n  resolve_timeout: 5m\n", ":5:3: resolve_timeout has no meaning"},
		"route labels":          {"route:\n  receiver: a\n  labels: {x: y}\nreceivers: [{name: a}]\n", ":3:3: labels of a route are not supported yet"},
		"receiver labels":       {"route: {receiver: a}\nreceivers:\n- name: a\n  labels: {x: y}\n", `:4:3: labels of receiver "a" are not supported`},
		"update_message":        {"route: {receiver: a}\nreceivers:\n- name: a\n  slack_configs:\n  - api_url: https://hooks.slack.com/services/x\n    update_message: true\n", "update_message can only be used with bot tokens"},
		"update_message 2":      {"route: {receiver: a}\nreceivers:\n- name: a\n  slack_configs:\n  - app_token: x\n    update_message: true\n", ":6:5: Alertmanager's reader does not take this file: update_message must stand beside api_url, if that is it; remove update_message"},
		"markdown":              {"route: {receiver: a}\nreceivers:\n- name: a\n  telegram_configs: [{bot_token: x, chat_id: 1, parse_mode: MarkdownV2}]\n", `parse_mode "MarkdownV2" cannot show the default message`},
		"template":              {"route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs:\n  - url: 'http://x.example/{{ nofunc }}'\n", "nofunc"},
		"template field":        {"route: {receiver: a}\nreceivers:\n- name: a\n  slack_configs:\n  - api_url: http://x.example\n    text: '{{ .Nothing }}'\n", `:6:12: receiver "a", slack_configs[0], text: `},
		"template name":         {"route: {receiver: a}\nreceivers:\n- name: a\n  telegram_configs:\n  - bot_token: x\n    chat_id: 1\n    message: '{{ template \"gone\" . }}'\n", `telegram_configs[0], message: `},
		"template of a field":   {inSlack("fields: [{title: a, value: '{{ .Nope }}'}]"), `:4:92: receiver "a", slack_configs[0], fields[0].value: `},
		"template of a button":  {inSlack("actions: [{type: button, text: b, url: '{{ .Nope }}'}]"), `slack_configs[0], actions[0].url: `},
		"template of a detail":  {"route: {receiver: a}\nreceivers:\n- name: a\n  pagerduty_configs: [{routing_key: x, details: {place: {name: '{{ .Nope }}'}}}]\n", `pagerduty_configs[0], details.place.name: `},
		"template of a link":    {"route: {receiver: a}\nreceivers:\n- name: a\n  pagerduty_configs: [{routing_key: x, links: [{href: '{{ template \"gone\" . }}', text: b}]}]\n", `pagerduty_configs[0], links[0].href: `},
		"template of a payload": {"route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs: [{url: 'http://x.example', payload: {a: [b, '{{ if }}']}}]\n", `webhook_configs[0], payload.a[1]: `},
		"header":                {"global: {smtp_smarthost: 'h:25', smtp_from: a@b.c}\nroute: {receiver: a}\nreceivers:\n- name: a\n  email_configs: [{to: a@b.c, headers: {Subject: '{{ .Nope }}'}}]\n", `headers.Subject`},
		"null entry":            {"route: {receiver: a}\nreceivers:\n- name: a\n  slack_configs: [null]\nglobal: {slack_api_url: 'http://x.example'}\n", `receiver "a"`},
		"missing address":       {"route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs: [{}]\n", "one of url or url_file must be configured"},
		"missing password":      {"route: {receiver: a}\nreceivers:\n- name: a\n  email_configs: [{to: a@b.c}]\n", "no global SMTP smarthost set"},
		"wrong type":            {"route: {receiver: a, group_wait: [1]}\nreceivers: [{name: a}]\n", ":1:34: group_wait: [1] is no duration"},
		"duplicate key":         {"route: {receiver: a}\nroute: {receiver: a}\nreceivers: [{name: a}]\n", `:2:1: `},
	} {
		_, err := notify.Load(dir(tc.text), notify.Options{})
		if err == nil {
			t.Errorf("%s: loaded", name)
			continue
		}
		if !strings.HasPrefix(err.Error(), "test/alerting.yaml") || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %q, want test/alerting.yaml%s", name, err, tc.want)
		}
	}
}

// Alertmanager takes a password or token as it is written, and so must whoever tries its file: it may have any
// characters, and what is wrong with it as a template would be a part of it in a log.
func TestFaultSecretsAreNoTemplates(t *testing.T) {
	for _, receiver := range []string{
		"email_configs: [{to: a@b.c, auth_username: '{{u}}', auth_identity: '{{i}}', auth_password: 'p{{q}}'}]", "telegram_configs: [{bot_token: '1:{{q}}', chat_id: 1}]",
		"victorops_configs: [{api_key: '{{q}}', routing_key: a}]", "sns_configs: [{topic_arn: a, sigv4: {access_key: a, secret_key: '{{q}}'}}]",
		"rocketchat_configs: [{channel: a, token: '{{q}}', token_id: '{{q}}'}]",
	} {
		text := "global: {smtp_smarthost: 'h:25', smtp_from: a@b.c}\nroute: {receiver: a}\nreceivers:\n- name: a\n  " + receiver + "\n"
		if _, err := notify.Load(dir(text), notify.Options{}); err != nil {
			t.Errorf("%s: %v", receiver, err)
		}
	}
	// These are templates to it.
	for _, receiver := range []string{"opsgenie_configs: [{api_key: '{{q}}'}]", "pagerduty_configs: [{routing_key: '{{q}}'}]"} {
		if _, err := notify.Load(dir("route: {receiver: a}\nreceivers:\n- name: a\n  "+receiver+"\n"), notify.Options{}); err == nil {
			t.Errorf("%s is no fault", receiver)
		}
	}
}

func TestMissingFile(t *testing.T) {
	_, err := notify.Load(config.NewDir(), notify.Options{})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestBrokenTemplateFile(t *testing.T) {
	d := config.NewDir(config.Layer{Name: "mine", FS: fstest.MapFS{
		"alerting.yaml":        {Data: []byte("route: {receiver: a}\nreceivers: [{name: a}]\n")},
		"templates/slack.tmpl": {Data: []byte("{{ define \"slack.default.text\" }}\n{{ nofunc . }}{{ end }}")},
	}})
	_, err := notify.Load(d, notify.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), `mine/templates/slack.tmpl:2:1: function "nofunc" not defined; close each `) {
		t.Errorf("got %v", err)
	}
}

// TestOwnTemplates: a file of the user's replaces the shipped one of that name,
// and what "templates" names comes last.
func TestOwnTemplates(t *testing.T) {
	http := sinktest.HTTP(t)
	d := config.NewDir(
		config.Layer{Name: "mine", FS: fstest.MapFS{
			"alerting.yaml": {Data: []byte("templates: ['own/*.tmpl']\nroute: {receiver: a}\nreceivers:\n- name: a\n  slack_configs: [{api_url: '" + http.URL + "/slack'}]\n")},
			"own/x.tmpl":    {Data: []byte(`{{ define "slack.default.title" }}own {{ (index .Alerts 0).Annotations.headline }}{{ end }}`)},
		}},
		config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(d, notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := integration(t, c, "slack-0").Send(t.Context(), notification("slack-0", sinktest.Incident()), notify.Remarks{}, sinktest.Now()); got.Err != nil {
		t.Fatal(got.Err)
	}
	mustContain(t, http.Messages()[0].Body, `"title":"own Governor kidnapped`, "What happened")
}

func TestPathsAreRelativeToTheFile(t *testing.T) {
	d := t.TempDir()
	http := sinktest.HTTP(t)
	for name, text := range map[string]string{
		"alerting.yaml": "route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs:\n  - url: '" + http.URL + "'\n    http_config: {authorization: {credentials_file: token}}\n",
		"token":         "s3cret\n",
	} {
		if err := os.WriteFile(filepath.Join(d, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := notify.Load(config.NewDir(config.Layer{Name: d, FS: os.DirFS(d)}), notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := integration(t, c, "webhook-0").Send(t.Context(), notification("webhook-0", sinktest.Incident()), notify.Remarks{}, sinktest.Now()); got.Err != nil {
		t.Fatal(got.Err)
	}
	if auth := http.Messages()[0].Header["Authorization"]; !slices.Equal(auth, []string{"Bearer s3cret"}) {
		t.Errorf("Authorization %v", auth)
	}
}

// A rewording is told where a matcher asks for it, and only there; what it takes besides is known.
func TestRewordingsAreToldWhereAskedFor(t *testing.T) {
	c := load(t, `
route:
  receiver: desk
  routes:
  - {matchers: ['change!="quiet"', 'severity="low"'], receiver: low}
  - {match_re: {change: 'new|reworded'}, receiver: archive, continue: true, routes: [{matchers: ['severity="high"'], receiver: high}]}
  - {matchers: ['category="coup"'], receiver: coups, continue: true}
  - {match: {change: reworded, category: coup}, receiver: words}
receivers: [{name: desk}, {name: low}, {name: archive}, {name: high}, {name: coups}, {name: words}]
`)
	names := func(routes []notify.Route) string {
		var all []string
		for _, r := range routes {
			all = append(all, r.Receiver)
		}
		return strings.Join(all, " ")
	}
	for _, tc := range []struct{ change, severity, category, told, untold string }{
		{"new", "low", "", "low", ""},
		{"reworded", "low", "", "", "low"},
		{"reworded", "moderate", "", "archive", ""},
		{"reworded", "high", "", "high", ""},
		{"reworded", "high", "coup", "high words", "coups"},
		{"new", "high", "coup", "high coups", ""},
		{"report", "moderate", "", "desk", ""},
		{"quiet", "low", "", "desk", ""},
	} {
		alert := map[string]string{"change": tc.change, "severity": tc.severity, "category": tc.category}
		if told, untold := names(c.Match(alert)), names(c.Untold(alert)); told != tc.told || untold != tc.untold {
			t.Errorf("%v: told %q, untold %q, want %q and %q", alert, told, untold, tc.told, tc.untold)
		}
	}
}

func TestRoutes(t *testing.T) {
	c := load(t, `
route:
  receiver: desk
  group_by: [incident]
  group_wait: 10s
  routes:
  - matchers: ['severity="critical"']
    receiver: duty
    continue: true
    group_wait: 0s
  - matchers: ['region=~"osh|batken"']
    group_by: ['...']
    group_interval: 2m
    mute_time_intervals: [night]
receivers: [{name: desk}, {name: duty}]
time_intervals:
- name: night
  time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}, {start_time: '22:00', end_time: '24:00'}]}]
`)
	got := c.Match(map[string]string{"severity": "critical", "region": "osh"})
	if len(got) != 2 || got[0].Receiver != "duty" || got[0].Wait != 0 || got[1].Receiver != "desk" || !got[1].ByAll || got[1].Interval != 2*time.Minute || got[1].Wait != 10*time.Second {
		t.Fatalf("got %+v", got)
	}
	if again, ok := c.Route(got[1].Key, "desk"); !ok || again.Key != got[1].Key {
		t.Error("a route is not found by its key")
	}
	if _, ok := c.Route("{}", "nobody"); ok {
		t.Error("found a route that is not there")
	}
	for clock, want := range map[string]string{"21:59": "", "22:00": "06:00", "23:30": "06:00", "05:59": "06:00", "06:00": ""} {
		now, err := time.Parse("15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		until, muted, err := c.Muted(got[1], now.AddDate(2020, 0, 0))
		if err != nil || muted != (want != "") || muted && until.Format("15:04") != want {
			t.Errorf("%s: muted %v until %s (%v), want %q", clock, muted, until, err, want)
		}
	}
	if _, muted, err := c.Muted(got[0], time.Now()); muted || err != nil {
		t.Errorf("a route without intervals is muted: %v %v", muted, err)
	}
}

func TestActiveIntervals(t *testing.T) {
	c := load(t, `
route:
  receiver: a
  routes: [{matchers: ['x="y"'], active_time_intervals: [office, never]}]
receivers: [{name: a}]
time_intervals:
- {name: office, time_intervals: [{times: [{start_time: '09:00', end_time: '17:00'}]}]}
- {name: never, time_intervals: [{years: ['1999']}]}
`)
	r := c.Match(map[string]string{"x": "y"})[0]
	if until, muted, err := c.Muted(r, time.Date(2020, 1, 1, 8, 30, 20, 0, time.UTC)); !muted || err != nil || until.Hour() != 9 {
		t.Errorf("muted %v until %s (%v)", muted, until, err)
	}
	if _, muted, err := c.Muted(r, time.Date(2020, 1, 1, 9, 0, 0, 0, time.UTC)); muted || err != nil {
		t.Errorf("muted in office hours (%v)", err)
	}
	r.Active = []string{"never"}
	if until, muted, err := c.Muted(r, time.Date(2020, 1, 1, 9, 0, 0, 0, time.UTC)); !muted || err != nil || until.Sub(time.Date(2020, 1, 1, 9, 0, 0, 0, time.UTC)) != notify.MaxHold {
		t.Errorf("muted %v until %s (%v), want to look again in a year", muted, until, err)
	}
	r.Mute = []string{"gone"}
	if _, _, err := c.Muted(r, time.Now()); err == nil {
		t.Error("an unknown interval is no error")
	}
}

func TestEveryKindLoadsFromADirectory(t *testing.T) {
	dir := t.TempDir()
	text := `global: {smtp_smarthost: "127.0.0.1:25", smtp_from: a@example.org}
route: {receiver: all}
receivers:
  - name: all
    webhook_configs: [{url: "http://127.0.0.1:1/"}]
    slack_configs: [{api_url: "http://127.0.0.1:1/", channel: "#a"}]
    telegram_configs: [{bot_token: "1:a", chat_id: 1}]
    email_configs: [{to: b@example.org}]
    discord_configs: [{webhook_url: "http://127.0.0.1:1/"}]
`
	if err := os.WriteFile(filepath.Join(dir, notify.File), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	layers := config.NewDir(config.Layer{Name: dir, FS: os.DirFS(dir)}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(layers, notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.Receivers()[0].Integrations); n != 5 {
		t.Errorf("%d integrations of 5", n)
	}
}

func TestATypoInAnyBranchOfATemplateIsFound(t *testing.T) {
	shipped, err := fs.ReadFile(deploy.Config(), "templates/faultline.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(shipped), ".Annotations.summary")
	if at < 0 {
		t.Fatal("the shipped template does not use the summary")
	}
	broken := string(shipped[:at]) + ".Anotations.summary" + string(shipped[at+len(".Annotations.summary"):])
	dir := config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()}).Over(config.Layer{Name: "mine", FS: fstest.MapFS{
		"templates/faultline.tmpl": {Data: []byte(broken)},
		"alerting.yaml":            {Data: []byte("route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{api_url: 'http://127.0.0.1:1/', channel: '#a'}]}]\n")},
	}})
	if _, err := notify.Load(dir, notify.Options{}); err == nil || !strings.Contains(err.Error(), "Anotations") {
		t.Errorf("got %v", err)
	}
}
