package alerter_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
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

// A route that an incident came to by a report is named with that report, and not with later ones, which it
// is not told of.
func TestRoutingOfWhatComesLater(t *testing.T) {
	b := bustest.Start(t)
	dir := config.NewDir(config.Layer{Name: "conf", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(`
route:
  receiver: desk
  group_by: [incident]
  routes:
    - {matchers: ['change="report"'], receiver: nobody}
    - {matchers: ['certainty="Observed"'], receiver: sure}
receivers: [{name: desk}, {name: nobody}, {name: sure, webhook_configs: [{url: "http://127.0.0.1:1/"}]}]
`)}}})
	r, err := alerter.NewRouting(t.Context(), b, dir, config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	report := func(revision int) event.Incident {
		return event.Incident{
			ID: "i", Revision: revision, Change: event.Change{Kind: event.ChangeReport}, Corroboration: event.Corroboration{Certainty: "Observed"},
			Formerly: []event.Standing{{Certainty: "Likely"}},
		}
	}
	stands := func(revision int) (said []string) {
		all, err := r.Stands(t.Context(), report(revision))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			said = append(said, s.Receiver+" "+s.State)
		}
		return said
	}
	if got := fmt.Sprint(stands(2)); got != "[nobody unknown sure unknown]" {
		t.Errorf("before it is routed: %s", got)
	}
	s := group.New(group.Route{Key: `{}/{certainty="Observed"}`, Receiver: "sure", GroupBy: []string{"incident"}}, map[string]string{"incident": "i"}, time.Now())
	s.Land(alert.New(report(2)), true, time.Now())
	if !s.Plan(10, time.Now()) {
		t.Fatal("nothing to tell")
	}
	s.Done(1)
	groups, err := b.Bucket(t.Context(), bus.GroupState)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := groups.Put(t.Context(), s.ID, data, 0); err != nil {
		t.Fatal(err)
	}
	for revision, want := range map[int]string{2: "[nobody unknown sure told]", 3: "[nobody unknown]"} {
		if got := fmt.Sprint(stands(revision)); got != want {
			t.Errorf("revision %d: %s, want %s", revision, got, want)
		}
	}
}
