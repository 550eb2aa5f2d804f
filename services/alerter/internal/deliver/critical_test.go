package deliver_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/sinktest"
)

// In a flood each critical incident is named, in as many messages as that takes, and
// others are counted.
func TestEveryCriticalIsNamed(t *testing.T) {
	t.Parallel()
	for integration, config := range map[string]string{
		"slack-0":    "slack_configs: [{api_url: '%[1]s/slack/x'}]",
		"telegram-0": "telegram_configs: [{api_url: '%[1]s', bot_token: '1:token', chat_id: -100}]",
	} {
		t.Run(integration, func(t *testing.T) {
			t.Parallel()
			sink := sinktest.HTTP(t)
			// All of it waits before the channel is there.
			d := openPaced(t, bustest.Start(t), "route: {receiver: other}\nreceivers: [{name: other}]\n", 240, func(o *deliver.Options) { o.AckWait = 10 * time.Second })
			const criticals, others = 70, 60
			for i := range criticals + others {
				d.severe(integration, i, i < criticals, time.Now().Add(-time.Hour))
			}
			d.set(fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  "+config+"\n", sink.URL))
			sinktest.Wait(t, "all is told", func() bool { return d.count("desk", integration, "sent") == criticals+others })
			named := map[string]int{}
			for _, m := range sink.Messages() {
				for _, name := range regexp.MustCompile(`Crowd \d{3}`).FindAllString(m.Body, -1) {
					named[name]++
				}
			}
			for i := range criticals {
				if named[fmt.Sprintf("Crowd %03d", i)] == 0 {
					t.Errorf("critical incident %d is not named", i)
				}
			}
			if n := len(sink.Messages()); n > 6 { // three or four, but for what comes while a message is on its way
				t.Errorf("%d messages", n)
			}
		})
	}
}

// severe publishes a notification about incident i.
func (d *desk) severe(integration string, i int, critical bool, created time.Time) {
	d.t.Helper()
	severity := event.SeverityLow
	if critical {
		severity = event.SeverityCritical
	}
	name := fmt.Sprintf("Crowd %03d", i)
	n := event.Notification{
		ID: event.NewID("severe", integration, name), Receiver: "desk", Integration: integration, GroupKey: name, Created: created,
		Alerts: []event.Alert{{Incident: event.NewID(name), Revision: 1, StartsAt: time.Now(), Labels: map[string]string{"incident": name, "severity": string(severity), "change": "new"},
			Annotations: map[string]string{"summary": name + " storms the seat of the government of the province " + strings.Repeat("again ", 10), "place": "Osh, KG · 40.528°N 72.799°E",
				"support": "single source, credibility 3 (possibly true)", "score": "90", "links": "https://news.example/" + strings.Repeat("x", 80) + " Example News, news.example"}}},
	}
	data, err := event.Encode(&n)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.bus.Publish(d.t.Context(), bus.Message{Subject: bus.NotificationSubject("desk", integration, n.ID), Data: data}); err != nil {
		d.t.Fatal(err)
	}
}
