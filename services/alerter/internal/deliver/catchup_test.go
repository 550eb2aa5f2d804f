package deliver_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/sinktest"
)

// hold publishes a notification about an incident that was held back.
func (d *desk) hold(integration, incident string) {
	d.t.Helper()
	n := event.Notification{
		ID: event.NewID("held", integration, incident), Receiver: "desk", Integration: integration, GroupKey: incident, Created: time.Now(),
		Alerts: []event.Alert{{Incident: incident, Revision: 1, StartsAt: time.Now(), Labels: map[string]string{"incident": incident, "severity": "high"},
			Annotations: map[string]string{"summary": "Summary of " + incident, "held": "Held back by a silence since 1 Jan 00:00 UTC."}}},
	}
	data, err := event.Encode(&n)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.bus.Publish(d.t.Context(), bus.Message{Subject: bus.NotificationSubject("desk", integration, n.ID), Data: data}); err != nil {
		d.t.Fatal(err)
	}
}

// What was held back, or waited out an outage, comes in one message to people,
// one by one to machines.
func TestCatchUpIsOneDigest(t *testing.T) {
	t.Parallel()
	const n = 30
	for name, tell := range map[string]func(d *desk, integration string, i int){
		"held": func(d *desk, integration string, i int) { d.hold(integration, fmt.Sprintf("held-%02d", i)) },
		"outage": func(d *desk, integration string, i int) {
			d.publish("desk", integration, fmt.Sprintf("late-%02d", i), time.Now().Add(-time.Hour))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := sinktest.HTTP(t)
			// All of it waits before the channels are there.
			d := open(t, bustest.Start(t), "route: {receiver: other}\nreceivers: [{name: other}]\n")
			for i := range n {
				tell(d, "slack-0", i)
				tell(d, "webhook-0", i)
			}
			d.set(fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs: [{api_url: '%[1]s/slack/x'}]\n  webhook_configs: [{url: '%[1]s/webhook'}]\n", sink.URL))
			sinktest.Wait(t, "all is told", func() bool {
				return d.count("desk", "slack-0", "sent") == n && d.count("desk", "webhook-0", "sent") == n
			})
			var chat []string
			for _, m := range sink.Messages() {
				if strings.HasPrefix(m.Path, "/slack") {
					chat = append(chat, m.Body)
				}
			}
			if len(chat) != 1 || len(sink.Messages()) != n+1 {
				t.Fatalf("%d messages in chat, %d in all", len(chat), len(sink.Messages()))
			}
			if !strings.Contains(chat[0], fmt.Sprintf("%d incidents: %d high", n, n)) || strings.Contains(chat[0], "Catch-up: ") != (name == "held") || strings.Contains(chat[0], "the oldest is late: delayed by 1 h") != (name == "outage") {
				t.Errorf("it says %s", chat[0])
			}
		})
	}
}

// A process that dies while a chat takes a digest leaves all of it in doubt. It comes once
// more, and each line says so, but for those of what is told for the first time.
func TestCrashWhileADigestIsSent(t *testing.T) {
	t.Parallel()
	for _, integration := range []string{"slack-0", "telegram-0"} {
		t.Run(integration, func(t *testing.T) {
			t.Parallel()
			server := bustest.StartServer(t)
			sink := sinktest.HTTP(t)
			doomed := server.Bus()
			sink.Answer(func(n int) sinktest.Answer {
				if n == 1 {
					end(t, doomed)
				}
				return sinktest.Answer{}
			})
			const n = 8
			first := open(t, doomed, nobody)
			first.bus = server.Bus()
			for i := range n {
				first.publish("desk", integration, fmt.Sprintf("old-%02d", i), time.Now().Add(-time.Hour))
			}
			first.set(chats(sink))
			sinktest.Wait(t, "the digest is sent", func() bool { return len(sink.Messages()) == 1 })
			first.stop()
			second := open(t, server.Bus(), nobody)
			for i := range n {
				second.publish("desk", integration, fmt.Sprintf("young-%02d", i), time.Now().Add(-time.Hour))
			}
			sinktest.Never(t, "it was told meanwhile", 1500*time.Millisecond, func() bool { return len(sink.Messages()) > 1 }) // until the old ones come again
			second.set(chats(sink))
			sinktest.Wait(t, "all is told", func() bool { return second.count("desk", integration, "sent") == 2*n })
			var again strings.Builder
			for _, m := range sink.Messages()[1:] {
				again.WriteString(m.Body)
			}
			text := strings.ToLower(again.String())
			if got := strings.Count(text, "may be a repeat"); got != n || !strings.Contains(text, "young-00") {
				t.Errorf("%d of %d incidents are said to be repeats: %s", got, n, text)
			}
		})
	}
}

// end cuts a process off from the bus, as a kill does.
func end(t *testing.T, doomed *bus.Bus) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := doomed.Close(ctx); err == nil {
		t.Log("closed in time")
	}
}
