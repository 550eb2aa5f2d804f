package notify_test

import (
	"strings"
	"testing"

	"faultline/services/alerter/internal/notify"
)

// The rules of all forms that Alertmanager reads, the deprecated ones too.
func TestInhibitions(t *testing.T) {
	c, err := notify.Load(dir(`
route: {receiver: a}
receivers: [{name: a}]
inhibit_rules:
- name: war
  source_matchers: ['severity="critical"', 'category=~"coup|mutiny"']
  target_matchers: ['severity!="critical"']
  equal: [region, country]
- source_match: {alertname: NetworkDown}
  target_match_re: {alertname: 'Feed.*|RegionBlind'}
- {source_match_re: {severity: 'high|critical'}, target_match: {change: report}}
`), notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rules := c.Inhibitions()
	if len(rules) != 3 {
		t.Fatalf("%d rules", len(rules))
	}
	coup := map[string]string{"severity": "critical", "category": "coup", "region": "north"}
	riot := map[string]string{"severity": "low", "category": "riot", "region": "north"}
	south := map[string]string{"severity": "low", "region": "south"}
	down, quiet := map[string]string{"alertname": "NetworkDown"}, map[string]string{"alertname": "FeedQuiet"}
	for i, want := range []struct{ source, target, no map[string]string }{
		{coup, riot, down},
		{down, quiet, coup},
		{coup, map[string]string{"change": "report", "severity": "low"}, riot},
	} {
		r := rules[i]
		if !r.Source(want.source) || !r.Target(want.target) || r.Source(want.no) || r.Source(want.target) {
			t.Errorf("rule %d does not match as it says", i)
		}
	}
	if rules[0].Key(coup) != rules[0].Key(riot) || rules[0].Key(coup) == rules[0].Key(south) {
		t.Error("region and country must be equal, and are when both lack the country")
	}
	if got := rules[0].Describe(riot); !strings.Contains(got, `severity="critical"`) || !strings.Contains(got, `region="north"`) || !strings.HasSuffix(got, "(war)") {
		t.Errorf("it says %s", got)
	}
}
