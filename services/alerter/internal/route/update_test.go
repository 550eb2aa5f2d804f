package route_test

import (
	"fmt"
	"slices"
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
