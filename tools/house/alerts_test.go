package house

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// alertRules is what matters here of a file of Prometheus rules.
type alertRules struct {
	Groups []struct {
		Rules []struct {
			Alert string `yaml:"alert"`
			Expr  string `yaml:"expr"`
		} `yaml:"rules"`
	} `yaml:"groups"`
}

// alertTests is what matters here of a file of promtool's unit tests.
type alertTests struct {
	Tests []struct {
		Name   string `yaml:"name"`
		Series []struct {
			Series string `yaml:"series"`
		} `yaml:"input_series"`
		Cases []struct {
			Alert string `yaml:"alertname"`
			Want  []any  `yaml:"exp_alerts"`
		} `yaml:"alert_rule_test"`
	} `yaml:"tests"`
}

// metricName finds the series that Faultline and Prometheus make; a recorded one has colons.
var metricName = regexp.MustCompile(`\b(faultline_\w+|up)\b`)

// untested are the faults of alert rules without a test that has them fire, or one
// that keeps them quiet while a series is there that they look at: without one all
// are quiet. A rule that looks at none fires always.
func untested(rules alertRules, tests alertTests) (faults []string) {
	reads := map[string][]string{} // of each alert
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Alert != "" {
				reads[r.Alert] = append(reads[r.Alert], metricName.FindAllString(r.Expr, -1)...)
			}
		}
	}
	fires, quiet := map[string]bool{}, map[string]bool{}
	for _, t := range tests.Tests {
		for _, c := range t.Cases {
			if _, ok := reads[c.Alert]; !ok {
				faults = append(faults, fmt.Sprintf("the test %q is of %s, which is no rule", t.Name, c.Alert))
			}
			if len(c.Want) > 0 {
				fires[c.Alert] = true
				continue
			}
			for _, s := range t.Series {
				name, _, _ := strings.Cut(s.Series, "{")
				quiet[c.Alert] = quiet[c.Alert] || slices.Contains(reads[c.Alert], name)
			}
		}
	}
	for _, alert := range slices.Sorted(maps.Keys(reads)) {
		if !fires[alert] {
			faults = append(faults, alert+": no test has it fire")
		}
		if !quiet[alert] && len(reads[alert]) > 0 {
			faults = append(faults, alert+": no test keeps it quiet beside a series that it looks at")
		}
	}
	return faults
}

// readAll reads the YAML files of a folder, each into a value of its own.
func readAll[T any](t *testing.T, pattern string) (all []T) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", pattern, files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var one T
		if err := yaml.Unmarshal(text, &one); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, one)
	}
	return all
}

// TestEachAlertRuleFiresAndIsQuietInATest: promtool, which make check runs, says whether
// the tests hold; this one that none is missing.
func TestEachAlertRuleFiresAndIsQuietInATest(t *testing.T) {
	var rules alertRules
	for _, file := range readAll[alertRules](t, "../../deploy/prometheus/rules/*.yaml") {
		rules.Groups = append(rules.Groups, file.Groups...)
	}
	var tests alertTests
	for _, file := range readAll[alertTests](t, "../../deploy/prometheus/tests/*.yaml") {
		tests.Tests = append(tests.Tests, file.Tests...)
	}
	if len(rules.Groups) == 0 || len(tests.Tests) == 0 {
		t.Fatalf("%d groups of rules, %d tests", len(rules.Groups), len(tests.Tests))
	}
	for _, fault := range untested(rules, tests) {
		t.Error(fault)
	}
}

func TestUntested(t *testing.T) {
	var rules alertRules
	var tests alertTests
	for text, to := range map[string]any{
		`groups: [{rules: [
			{alert: Always, expr: vector(1)}, {record: "a:b", expr: up}, {alert: Both, expr: "faultline_x > 1 and a:b > 0"},
			{alert: Loud, expr: faultline_y > 1}, {alert: Still, expr: up == 0}, {alert: Empty, expr: faultline_x == 2}, {alert: None, expr: up == 0}]}]`: &rules,
		`tests: [
			{name: one, input_series: [{series: 'faultline_x{a="b"}'}, {series: faultline_y}], alert_rule_test: [
				{alertname: Always, exp_alerts: [{}]}, {alertname: Both, exp_alerts: []}, {alertname: Both, exp_alerts: [{}]},
				{alertname: Loud, exp_alerts: [{exp_labels: {}}]}, {alertname: Gone, exp_alerts: []}]},
			{name: two, input_series: [{series: up}], alert_rule_test: [
				{alertname: Still}, {alertname: Empty, exp_alerts: []}, {alertname: Empty, exp_alerts: [{}]}]}]`: &tests,
	} {
		if err := yaml.Unmarshal([]byte(strings.ReplaceAll(text, "\t", " ")), to); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		`the test "one" is of Gone, which is no rule`,
		"Empty: no test keeps it quiet beside a series that it looks at",
		"Loud: no test keeps it quiet beside a series that it looks at",
		"None: no test has it fire", "None: no test keeps it quiet beside a series that it looks at",
		"Still: no test has it fire",
	}
	if got := untested(rules, tests); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
