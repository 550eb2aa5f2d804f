package alerter_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter"
)

// Every route that takes the change is named, with the channels behind it.
func TestRouting(t *testing.T) {
	b := bustest.Start(t)
	dir := func(text string) *config.Dir {
		return config.NewDir(config.Layer{Name: "conf", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(text)}}})
	}
	r, err := alerter.NewRouting(t.Context(), b, dir(`
route:
  receiver: desk
  group_by: [region]
  routes:
    - {matchers: ['change="new"'], receiver: nobody, continue: true}
    - {matchers: ['region="south"'], receiver: desk}
receivers: [{name: desk, webhook_configs: [{url: "http://127.0.0.1:1/"}]}, {name: nobody}]
`), config.Section{})
	if err != nil || r.Path != "conf/alerting.yaml" {
		t.Fatalf("%+v, %v", r, err)
	}
	all, err := r.Stands(t.Context(), event.Incident{ID: "i", Revision: 1, Region: "south", Change: event.Change{Kind: event.ChangeNew}})
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if s := all[0]; s.Receiver != "nobody" || len(s.Channels) != 0 || s.State != "unknown" {
		t.Errorf("first %+v", s)
	}
	if s := all[1]; s.Receiver != "desk" || strings.Join(s.Channels, " ") != "webhook-0" || s.Group != `{}/{region="south"}:{region="south"}` {
		t.Errorf("second %+v", s)
	}
	lower := event.Incident{ID: "i", Revision: 2, Region: "south", Severity: event.SeverityLow, Change: event.Change{Kind: event.ChangeCorrected, Severity: event.SeverityHigh}}
	if r, err = alerter.NewRouting(t.Context(), b, dir(`
route: {receiver: desk, group_by: [severity]}
receivers: [{name: desk, webhook_configs: [{url: "http://127.0.0.1:1/"}]}]
`), config.Section{}); err != nil {
		t.Fatal(err)
	}
	if all, err = r.Stands(t.Context(), lower); err != nil || len(all) != 1 || all[0].Group != `{}:{severity="high"}` {
		t.Errorf("of what is no longer grave: %+v, %v", all, err)
	}
	if _, err := alerter.NewRouting(t.Context(), b, dir("route: {receiver: none}\n"), config.Section{}); err == nil || !strings.Contains(err.Error(), "conf/alerting.yaml") {
		t.Errorf("routes without receivers: %v", err)
	}
}
