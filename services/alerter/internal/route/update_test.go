package route_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

const editing = `
route:
  receiver: desk
  group_by: [incident]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 30d
  routes:
  - {matchers: ['change=~"report|reworded|quiet|closed"'], receiver: nobody}
receivers:
- name: desk
  webhook_configs: [{url: 'http://127.0.0.1:1/a'}]
  telegram_configs: [{bot_token: x, chat_id: 1}]
- name: nobody
`

// What the routes keep from the desk still brings its messages up to date where the
// channel can, and goes nowhere else.
func TestUntoldChangesEdit(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), editing)
	d.publish(incident("a", 1, event.ChangeNew))
	d.settled("new", 2)
	d.publish(incident("a", 2, event.ChangeReport))
	d.settled("report", 3)
	d.publish(incident("a", 3, event.ChangeCorrected))
	d.settled("corrected", 6)
	d.publish(incident("a", 4, event.ChangeQuiet))
	d.settled("quiet", 7)
	var got []string
	for _, n := range d.told() {
		got = append(got, fmt.Sprintf("%s %d %v", n.Integration, n.Alerts[0].Revision, n.Update))
	}
	slices.Sort(got)
	want := []string{
		"telegram-0 1 false", "telegram-0 2 true", "telegram-0 3 false", "telegram-0 3 true", "telegram-0 4 true",
		"webhook-0 1 false", "webhook-0 3 false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// own is a file of somebody who thought of no kind of change.
const own = `
route:
  receiver: desk
  group_by: [incident, severity]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 30d
  routes:
  - {receiver: archive, matchers: ['change=~"new|reworded"'], continue: true}
  - {receiver: desk}
receivers:
- name: desk
  webhook_configs: [{url: 'http://127.0.0.1:1/a'}]
  telegram_configs: [{bot_token: x, chat_id: 1}]
- name: archive
  webhook_configs: [{url: 'http://127.0.0.1:1/b'}]
`

// A rewording tells nobody whose route does not ask for it, whatever it changed; a message that can be
// edited shows it, and what comes after it is told.
func TestRewordingsNotifyNobody(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), own)
	d.publish(incident("a", 1, event.ChangeNew))
	d.settled("new", 3)
	d.publish(incident("a", 2, event.ChangeReworded))
	d.settled("reworded", 5)
	lower := incident("a", 3, event.ChangeReworded)
	lower.Formerly = []event.Standing{{Severity: lower.Severity, Certainty: lower.Corroboration.Certainty, Indicator: lower.Indicator, Category: lower.Category, Region: lower.Region, Country: lower.Country, Language: lower.Language, Place: lower.Place.Name}}
	lower.Severity = event.SeverityLow
	d.publish(lower)
	d.settled("reworded, and of another group now", 7)
	d.publish(incident("a", 4, event.ChangeEscalated))
	d.settled("escalated", 10)
	var got []string
	for _, n := range d.told() {
		got = append(got, fmt.Sprintf("%s/%s %d %v", n.Receiver, n.Integration, n.Alerts[0].Revision, n.Update))
	}
	slices.Sort(got)
	want := []string{
		"archive/webhook-0 1 false", "archive/webhook-0 2 false", "archive/webhook-0 3 false",
		"desk/telegram-0 1 false", "desk/telegram-0 2 true", "desk/telegram-0 3 true", "desk/telegram-0 4 false", "desk/telegram-0 4 true",
		"desk/webhook-0 1 false", "desk/webhook-0 4 false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

const byGravity = `
route:
  receiver: desk
  group_by: [incident]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 30d
  routes:
  - {receiver: nobody, matchers: ['change=~"report|reworded|quiet|closed"']}
  - {receiver: duty, matchers: ['severity="high"'], group_by: [incident, severity]}
receivers:
- name: desk
  telegram_configs: [{bot_token: x, chat_id: 1}]
- name: duty
  telegram_configs: [{bot_token: x, chat_id: 2}]
- name: nobody
`

// Whoever was told of an incident when it was graver, or less grave, has the message brought up to date
// until the end, and is reminded of it no more.
func TestWhoWasToldBeforeSeesTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		then event.Severity
		kind event.ChangeKind
		was  event.Standing // of a change that lowers it
		want []string
	}{
		"lowered": {event.SeverityLow, event.ChangeCorrected, event.Standing{Severity: event.SeverityHigh, Certainty: "Likely"}, []string{
			"desk 2 false", "duty 1 false", "duty 2 false", "duty 2 true", "desk 3 true", "duty 3 true",
		}},
		"lowered silently": {event.SeverityLow, event.ChangeReworded, event.Standing{}, []string{"duty 1 false", "duty 2 true", "duty 3 true"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, bustest.Start(t), byGravity)
			first, then, last := incident("a", 1, event.ChangeNew), incident("a", 2, c.kind), incident("a", 3, event.ChangeClosed)
			first.Severity, then.Severity, last.Severity = event.SeverityHigh, c.then, c.then
			first.Corroboration.Certainty, then.Corroboration.Certainty, last.Corroboration.Certainty = "Likely", "Unlikely", "Unlikely"
			then.Change.Severity, then.Change.Certainty = c.was.Severity, c.was.Certainty
			then.Formerly = []event.Standing{{Severity: event.SeverityHigh, Certainty: "Likely"}}
			last.Formerly, last.Status = then.Formerly, event.StatusClosed
			d.publish(first)
			d.settled("told", 1)
			d.publish(then)
			d.settled("otherwise", len(c.want)-strings.Count(strings.Join(c.want, " "), " 3 true"))
			d.publish(last)
			d.settled("the end", len(c.want))
			var got []string
			for _, n := range d.told() {
				got = append(got, fmt.Sprintf("%s %d %v", n.Receiver, n.Alerts[0].Revision, n.Update))
				if n.Alerts[0].Revision == 3 && n.Alerts[0].EndsAt.IsZero() {
					t.Errorf("%s does not see that it is over", n.Receiver)
				}
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What is told elsewhere since it grew graver is not repeated where it was told first.
func TestWhatIsToldElsewhereIsNotRepeated(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), byGravity)
	first, then := incident("a", 1, event.ChangeNew), incident("a", 2, event.ChangeEscalated)
	first.Severity, then.Severity = event.SeverityLow, event.SeverityHigh
	first.Corroboration.Certainty, then.Corroboration.Certainty = "Likely", "Likely"
	then.Formerly = []event.Standing{{Severity: event.SeverityLow, Certainty: "Likely"}}
	d.publish(first)
	d.settled("told", 1)
	d.publish(then)
	d.settled("graver", 3)
	for _, s := range d.states() {
		if repeats := s.Known["a"].Last != nil; repeats != (s.Receiver == "duty") {
			t.Errorf("%s repeats it: %v", s.Receiver, repeats)
		}
	}
}

// An escalation, or what becomes known of the place, that only others hear of brings the
// message up to date where the incident was told first, as do reports after it that nobody hears of.
func TestWhatGoesElsewhereIsShownWhereItWasTold(t *testing.T) {
	stood := event.Standing{Severity: event.SeverityHigh, Certainty: "Possible", Indicator: "abduction", Category: "kidnapping", Region: "unplaced", Place: "Osh", Country: "KG"}
	for name, c := range map[string]struct {
		route  string
		become func(*event.Incident)
	}{
		"more certain": {`{receiver: sure, matchers: ['certainty=~"Observed|Likely"'], continue: true}`, func(in *event.Incident) { in.Corroboration.Certainty = "Likely" }},
		"critical":     {`{receiver: sure, matchers: ['severity="critical"']}`, func(in *event.Incident) { in.Severity = event.SeverityCritical }},
		"placed":       {`{receiver: sure, matchers: ['region="ferghana-valley"']}`, func(in *event.Incident) { in.Region = "ferghana-valley" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, bustest.Start(t), strings.NewReplacer("{receiver: duty, matchers: ['severity=\"high\"'], group_by: [incident, severity]}", c.route, "name: duty", "name: sure").Replace(byGravity))
			all := []event.Incident{incident("a", 1, event.ChangeNew), incident("a", 2, event.ChangeEscalated), incident("a", 3, event.ChangeReport)}
			for i := range all {
				in := &all[i]
				in.Severity, in.Corroboration.Certainty, in.Indicator, in.Category, in.Region = stood.Severity, stood.Certainty, stood.Indicator, stood.Category, stood.Region
				in.Place, in.Country = &event.Place{Name: stood.Place, Country: stood.Country}, stood.Country
				if i > 0 {
					c.become(in)
					in.Formerly = []event.Standing{stood}
				}
			}
			for i, n := range []int{1, 3, 5} {
				d.publish(all[i])
				d.settled(string(all[i].Change.Kind), n)
			}
			var got []string
			for _, n := range d.told() {
				got = append(got, fmt.Sprintf("%s %d %v", n.Receiver, n.Alerts[0].Revision, n.Update))
			}
			slices.Sort(got)
			if want := []string{"desk 1 false", "desk 2 true", "desk 3 true", "sure 2 false", "sure 3 true"}; !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
