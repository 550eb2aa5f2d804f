package notify_test

import (
	"maps"
	"slices"
	"testing"
)

// The routes of other changes are those of Match with that change, and the labels stay as
// they are.
func TestOthersAreTheRoutesOfOtherValues(t *testing.T) {
	c := load(t, `
route:
  receiver: desk
  group_by: [incident]
  routes:
    - {matchers: ['change=~"report|closed"'], receiver: quiet, group_by: [change], continue: true}
    - {matchers: ['change="closed"'], receiver: desk}
receivers: [{name: desk}, {name: quiet}]
`)
	labels := map[string]string{"incident": "i", "change": "new"}
	got, want := map[string][]string{}, map[string][]string{}
	for change, route := range c.Others(labels, "change", []string{"new", "report", "closed", "desk"}) {
		got[change] = append(got[change], route.Key+" to "+route.Receiver)
	}
	for _, change := range []string{"report", "closed", "desk"} {
		for _, route := range c.Match(map[string]string{"incident": "i", "change": change}) {
			want[change] = append(want[change], route.Key+" to "+route.Receiver)
		}
	}
	if !maps.EqualFunc(got, want, slices.Equal) || len(want["closed"]) != 2 {
		t.Errorf("got %v, want %v", got, want)
	}
	if labels["change"] != "new" {
		t.Errorf("the labels are %v now", labels)
	}
	for range c.Others(labels, "change", []string{"report", "closed"}) {
		break // one who has seen enough may stop
	}
}
