package notify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/services/alerter/internal/notify"
)

const (
	reached = "webhook_configs: [{url: 'http://127.0.0.1:1/'}]"
	heard   = "\nreceivers: [{name: desk, " + reached + "}, {name: nobody}, {name: duty}]\n"
)

func warnings(t *testing.T, d *config.Dir) config.Errors {
	t.Helper()
	c, err := notify.Load(d, notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Warnings()
}

// What Alertmanager takes and nobody means is told with its place.
func TestWarnings(t *testing.T) {
	route := func(text string) string { return "route:\n  receiver: desk\n  " + text + heard }
	matching := func(text string) string { return route("routes: [{matchers: ['" + text + "']}]") }
	for name, tc := range map[string]struct{ text, want string }{
		"no channel":       {"route: {receiver: desk}\nreceivers:\n- name: desk\n", ":3:1: nobody is told of anything: no receiver has a channel; give"},
		"deaf root":        {"route: {receiver: duty}" + heard, ":1:19: alerts of the root route reach nobody: receiver duty has no channel; give it one, or name it nobody"},
		"deaf child":       {route("routes: [{receiver: duty}]"), ":3:23: alerts of this route reach nobody: receiver duty has no channel"},
		"unknown label":    {matching(`categry="sources"`), `:3:24: matchers: no alert has a label "categry"; did you mean "category"?`},
		"unknown value":    {matching(`severity="hihg"`), `:3:24: matchers: no alert has severity "hihg"; did you mean "high"?`},
		"one of several":   {matching(`severity=~"hihg|low"`), `no alert has severity "hihg"`},
		"twice equal":      {matching(`category==sources`), `no alert has category "=sources"; did you mean "sources"?`},
		"change":           {matching(`change!="updated"`), `no alert has change "updated"; `},
		"certainty":        {matching(`certainty="likely"`), `no alert has certainty "likely"; did you mean "Likely"?`},
		"pattern":          {matching(`region=~"fergana.+"`), `no alert has region "fergana.+"`},
		"region":           {matching(`region="nort"`), `no alert has region "nort"; did you mean "north"?`},
		"country":          {matching(`country=~"KG|Kyrgyzstan"`), `:3:24: matchers: no alert has country "Kyrgyzstan"; write two capital letters as ISO 3166-1 has them`},
		"small country":    {matching(`country="kg"`), `no alert has country "kg"; write two capital letters`},
		"language":         {matching(`language!="Russian"`), `no alert has language "Russian"; write its small letters as ISO 639 has them: ru`},
		"rule":             {matching(`alertname="mas-killing"`), `:3:24: matchers: no alert has alertname "mas-killing"; did you mean "mass-killing"?`},
		"rules":            {matching(`alertname=~"RegionBlnd|mass-killing"`), `no alert has alertname "RegionBlnd"; did you mean "RegionBlind"?`},
		"old matcher":      {route("routes: [{match: {severity: hihg}}]"), `:3:31: match: no alert has severity "hihg"`},
		"old expression":   {route("routes: [{match_re: {severity: 'hihg|low'}}]"), `match_re: no alert has severity "hihg"`},
		"group":            {route("group_by: [incidnet]"), `:3:14: group_by: no alert has a label "incidnet"; did you mean "incident"?`},
		"inhibiting":       {route("") + "inhibit_rules: [{source_matchers: ['severty=high'], equal: [region]}]\n", `source_matchers: no alert has a label "severty"`},
		"equal":            {route("") + "inhibit_rules: [{equal: [regoin]}]\n", `equal: no alert has a label "regoin"`},
		"secret, no file":  {"route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs:\n  - api_url_file: /nonexistent/slack\n    channel: x\n", `:5:19: receiver "desk" cannot send: open /nonexistent/slack: no such file`},
		"secret, relative": {"route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs:\n  - api_url_file: nonexistent/slack\n    channel: x\n", `:5:19: receiver "desk" cannot send: open /`},
	} {
		got := warnings(t, dir(tc.text).Over(regions()))
		if len(got) != 1 || !strings.Contains(got.Error(), tc.want) {
			t.Errorf("%s: %q, want %s", name, got, tc.want)
		}
	}
}

func regions() config.Layer {
	return config.Layer{Name: "regions", FS: fstest.MapFS{"regions.yaml": {Data: []byte("regions: [{id: north, title: North, countries: [KG]}]\n")},
		"rules/a.yaml": {Data: []byte("indicators: [{id: clash}]\ncomposites: [{id: mass-killing}]\n")}}}
}

// Files that others read and refuse are no reason to refuse the routes, and what
// they would have known is not called strange.
func TestFaultElsewhereIsNoWarning(t *testing.T) {
	text := dir("route:\n  receiver: desk\n  routes: [{receiver: nobody, matchers: ['region=\"north\"', 'alertname=\"clash\"']}]" + heard)
	for _, broken := range []fstest.MapFS{
		{"regions.yaml": {Data: []byte("regions: [")}, "rules/a.yaml": {Data: []byte("indicators: [{id: clash}]\n")}},
		{"regions.yaml": {Data: []byte("regions: [{id: north}]\n")}, "rules/a.yaml": {Data: []byte("{")}, "rules/b.yaml": {Data: []byte("indicators: [{id: riot}]\n")}},
	} {
		if got := warnings(t, text.Over(config.Layer{Name: "broken", FS: broken})); len(got) > 0 {
			t.Errorf("warned: %v", got)
		}
	}
}

// What is meant passes without a word.
func TestNoWarnings(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "slack")
	if err := os.WriteFile(secret, []byte("https://hooks.slack.com/services/x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"severity=~\"high|critical\"", `severity=~".+"`, `region="north"`, `region="unplaced"`, `region!=""`, `place="Osh"`, `feed="x", category="sources"`,
		`country=~"KG|K."`, `country!="KZ"`, `language="ru"`, `alertname="clash"`, `alertname=~"Feed.+"`,
		`change=~"re(port|worded)"`, `change!~"report|quiet"`, `exercise!="true"`, `severity!~"low"`,
	} {
		if got := warnings(t, dir("route:\n  receiver: desk\n  group_by: ['...']\n  routes: [{receiver: nobody, matchers: ['"+text+"']}]"+heard).Over(regions())); len(got) > 0 {
			t.Errorf("%s: %v", text, got)
		}
	}
	for _, name := range []string{"null", "blackhole", "Nobody"} {
		if got := warnings(t, dir("route: {receiver: desk, routes: [{receiver: '"+name+"'}]}\nreceivers: [{name: desk, "+reached+"}, {name: '"+name+"'}]\n")); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := warnings(t, dir("route: {receiver: desk}\nreceivers: [{name: desk, slack_configs: [{api_url_file: "+secret+", channel: x}]}]\n")); len(got) > 0 {
		t.Errorf("a secret that is there: %v", got)
	}
	if got := warnings(t, config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config(), Shipped: true})); len(got) > 0 {
		t.Errorf("the shipped file: %v", got)
	}
}
