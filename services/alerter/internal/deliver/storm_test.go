package deliver_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/sinktest"
)

// A flood becomes a few messages, the worst incidents first, with each incident
// in one of them; a webhook gets every notification.
func TestFault96StormIsFolded(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d := openPaced(t, bustest.Start(t), fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs: [{api_url: '%[1]s/slack/x'}]\n  webhook_configs: [{url: '%[1]s/webhook'}]\n", sink.URL), 60,
		func(o *deliver.Options) { o.AckWait = 10 * time.Second })
	const n = 200
	for i := range n {
		for _, integration := range []string{"slack-0", "webhook-0"} {
			d.publish("desk", integration, fmt.Sprintf("%03d", i), time.Now())
		}
	}
	sinktest.Wait(t, "all is told", func() bool {
		return d.count("desk", "slack-0", "sent") == n && d.count("desk", "webhook-0", "sent") == n
	})
	chat, machine := 0, 0
	for _, m := range sink.Messages() {
		if strings.HasPrefix(m.Path, "/slack") {
			chat++
		} else {
			machine++
		}
	}
	if chat > 60 || machine != n {
		t.Errorf("%d messages in chat, %d to the webhook", chat, machine)
	}
	if !strings.Contains(fmt.Sprint(sink.Messages()), " incidents: ") {
		t.Error("no digest counts its incidents")
	}
	if left := len(d.deadLetters()); left != 0 {
		t.Errorf("%d dead letters", left)
	}
}

// A digest that the channel does not take is tried again, and nothing of it is
// lost.
func TestDigestIsTriedAgain(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 502}))
	d := openPaced(t, bustest.Start(t), fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs: [{api_url: '%s/slack/x'}]\n", sink.URL), 60)
	const n = 40
	for i := range n {
		d.publish("desk", "slack-0", fmt.Sprintf("%03d", i), time.Now())
	}
	sinktest.Wait(t, "some failed", func() bool { return d.count("desk", "slack-0", "failed") > n })
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	sinktest.Wait(t, "all is told", func() bool { return d.count("desk", "slack-0", "sent") == n })
}
