package route_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/sinktest"
)

// choosy is a file in which two receivers ask for what an incident may become.
const choosy = `
route:
  receiver: desk
  group_by: [incident]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 30d
  routes:
  - {receiver: nobody, matchers: ['change=~"report|reworded|quiet|closed"']}
  - {receiver: sure, matchers: ['certainty="Observed"'], continue: true}
  - {receiver: named, matchers: ['alertname="official-abducted"'], group_by: [region], continue: true}
  - {receiver: desk}
receivers:
- name: desk
  webhook_configs: [{url: 'http://127.0.0.1:1/a'}]
- name: sure
  telegram_configs: [{bot_token: x, chat_id: 1}]
- name: named
  webhook_configs: [{url: 'http://127.0.0.1:1/b'}]
- name: nobody
`

// An incident that comes to a route by a change that is told nobody is told there once, and says by what; those
// who know it hear nothing, and later reports of it are told nobody.
func TestWhatComesToARouteByAReportIsToldThere(t *testing.T) {
	before := event.Standing{Severity: event.SeverityHigh, Certainty: "Likely", Indicator: "people-abducted", Category: "kidnapping", Region: "unplaced", Place: "Osh", Country: "KG", Language: "en"}
	observed := func(in *event.Incident) { in.Corroboration.Certainty = "Observed" }
	called := func(in *event.Incident) { in.Indicator = "official-abducted" }
	for name, c := range map[string]struct {
		kind   event.ChangeKind
		become func(*event.Incident)
		want   []string
		why    string
	}{
		"a third source":                  {event.ChangeReport, observed, []string{"desk 1 false", "sure 2 false", "sure 3 true"}, "certainty up from Likely to Observed; reason 2"},
		"a copy by a better source":       {event.ChangeReworded, observed, []string{"desk 1 false", "sure 2 false", "sure 3 true"}, "certainty up from Likely to Observed; reason 2"},
		"another name":                    {event.ChangeReport, called, []string{"desk 1 false", "named 2 false"}, "alertname now official-abducted; reason 2"},
		"another name, in an edited text": {event.ChangeReworded, called, []string{"desk 1 false", "named 3 false"}, "alertname now official-abducted; reason 3"}, // by the report after it
		"nothing":                         {event.ChangeReport, func(*event.Incident) {}, []string{"desk 1 false"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, bustest.Start(t), choosy)
			at := func(id string, n int, kind event.ChangeKind) event.Incident {
				in := incident(id, n, kind)
				in.Severity, in.Corroboration.Certainty, in.Indicator, in.Category, in.Region = before.Severity, before.Certainty, before.Indicator, before.Category, before.Region
				in.Place, in.Country, in.Language = &event.Place{Name: before.Place, Country: before.Country}, before.Country, before.Language
				if n > 1 {
					if c.become(&in); in.Corroboration.Certainty != before.Certainty || in.Indicator != before.Indicator {
						in.Formerly = []event.Standing{before}
					}
				}
				return in
			}
			told := func(id string) func() bool {
				return func() bool {
					return slices.ContainsFunc(d.told(), func(n event.Notification) bool { return n.Alerts[0].Incident == id })
				}
			}
			for i, kind := range []event.ChangeKind{event.ChangeNew, c.kind, c.kind, event.ChangeReport} { // the second comes again, as after a crash
				another := fmt.Sprint("other", i) // which is told behind all that there may be of this one
				d.publish(at("a", []int{1, 2, 2, 3}[i], kind), at(another, 1, event.ChangeNew))
				sinktest.Wait(t, another+" is told", told(another))
			}
			sinktest.Wait(t, "all is told", func() bool { return len(d.told()) >= len(c.want)+4 })
			var got []string
			for _, n := range d.told() {
				a := n.Alerts[0]
				if a.Incident != "a" {
					continue
				}
				got = append(got, fmt.Sprintf("%s %d %v", n.Receiver, a.Revision, n.Update))
				if n.Receiver == "desk" || n.Update {
					continue
				}
				if a.Labels["change"] != "escalated" || a.Annotations["change"] != c.why {
					t.Errorf("%s is told %s: %q", n.Receiver, a.Labels["change"], a.Annotations["change"])
				}
				if links := strings.Count(a.Annotations["links"], "https://"); links != a.Revision {
					t.Errorf("%s is told %d links of %d", n.Receiver, links, a.Revision)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
