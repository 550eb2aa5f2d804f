package deliver_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/sinktest"
)

// The process that sends to a chat is gone without a word: another one goes on.
func TestAnotherProcessGoesOnWithAChat(t *testing.T) {
	t.Parallel()
	server, sink := bustest.StartServer(t), sinktest.HTTP(t)
	alerting := fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs: [{api_url: '%s/slack/x'}]\n", sink.URL)
	publisher, victim := open(t, server.Bus(), "route: {receiver: other}\nreceivers: [{name: other}]\n"), open(t, server.Bus(), alerting)
	publisher.publish("desk", "slack-0", "a", time.Now())
	sinktest.Wait(t, "the first process sends", func() bool { return sentBy("slack-0", victim) == 1 })
	other := open(t, server.Bus(), alerting)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := victim.bus.Close(ctx); err != nil {
		t.Log(err) // it had no time to say that it goes
	}
	began := time.Now()
	publisher.publish("desk", "slack-0", "b", time.Now())
	sinktest.Wait(t, "the other one sends", func() bool { return sentBy("slack-0", other) == 1 })
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("the other process sent after %s", took)
	}
}

// In a flood of critical incidents each is named as soon with two processes as with one: one of them
// gathers what waits, and the other does not hold some of it back while that one sends.
func TestFault96CriticalsWaitNoLongerForTwoProcesses(t *testing.T) {
	t.Parallel()
	const perMinute, every = 30, 61 * time.Second / 27
	server, sink := bustest.StartServer(t), sinktest.HTTP(t)
	var mu sync.Mutex
	created, longest := map[string]time.Time{}, time.Duration(0)
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		mu.Lock()
		defer mu.Unlock()
		for _, name := range regexp.MustCompile(`Crowd \d{3}`).FindAllString(m.Body, -1) {
			if at, waits := created[name]; waits {
				longest = max(longest, time.Since(at))
				delete(created, name)
			}
		}
		return sinktest.Answer{}
	})
	alerting := fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs: [{api_url: '%s/slack/x'}]\n", sink.URL)
	start := func() *desk {
		return openPaced(t, server.Bus(), alerting, perMinute, func(o *deliver.Options) { o.AckWait = 10 * time.Second })
	}
	first, second := start(), start()
	const all = 80
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for i := range all {
		mu.Lock()
		created[fmt.Sprintf("Crowd %03d", i)] = time.Now()
		mu.Unlock()
		first.severe("slack-0", i, true, time.Now())
		<-ticker.C
	}
	sinktest.Wait(t, "all is told", func() bool { return sentBy("slack-0", first, second) == all })
	mu.Lock()
	defer mu.Unlock()
	if len(created) > 0 {
		t.Errorf("%d critical incidents were not named", len(created))
	}
	if t.Logf("a critical incident waited for %s at most", longest); longest > every+2*time.Second {
		t.Errorf("a critical incident waited for %s; from one message to the next are %s", longest, every)
	}
}

// arrivals notes when each request reached a sink.
type arrivals struct {
	mu sync.Mutex
	at []time.Time
}

func (a *arrivals) note() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = append(a.at, time.Now())
}

func (a *arrivals) all() []time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]time.Time(nil), a.at...)
}

// sentBy is how many notifications the processes sent together.
func sentBy(integration string, desks ...*desk) (n float64) {
	for _, d := range desks {
		n += max(0, d.count("desk", integration, "sent"))
	}
	return n
}

// stream publishes notifications one after another.
func stream(d *desk, integration string, from, to int, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for i := from; i < to; i++ {
		d.publish("desk", integration, fmt.Sprintf("%03d", i), time.Now())
		<-ticker.C
	}
}

// A channel that asks one process to wait is left alone by both, and by those that are started in
// the meantime. Nothing is lost, and nothing is told twice.
func TestFault90RetryAfterHoldsForAllProcesses(t *testing.T) {
	t.Parallel()
	for integration, channel := range map[string]string{
		"webhook-0": "webhook_configs: [{url: '%s/webhook'}]", "slack-0": "slack_configs: [{api_url: '%s/slack/x'}]",
	} {
		t.Run(integration, func(t *testing.T) {
			t.Parallel()
			server, sink, came := bustest.StartServer(t), sinktest.HTTP(t), new(arrivals)
			sink.Answer(func(n int) sinktest.Answer {
				if came.note(); n == 1 {
					return sinktest.Answer{Status: 429, RetryAfter: "10"}
				}
				return sinktest.Answer{}
			})
			alerting := fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  "+channel+"\n", sink.URL)
			first, second := open(t, server.Bus(), alerting), open(t, server.Bus(), alerting)
			const all = 40
			stream(first, integration, 0, 30, 200*time.Millisecond) // the pin is another one's by then
			first.stop()
			second.stop()
			third, fourth := open(t, server.Bus(), alerting), open(t, server.Bus(), alerting)
			stream(third, integration, 30, all, 50*time.Millisecond)
			sinktest.Wait(t, "all is told", func() bool { return sentBy(integration, first, second, third, fourth) == all })
			const onTheWay = 500 * time.Millisecond
			told := came.all()
			for n, at := range told[1:] {
				if since := at.Sub(told[0]); since < 10*time.Second && (since > onTheWay || n > 0) {
					t.Errorf("request %d came %s after the channel had asked to be left alone for 10 s", n+2, since)
				}
			}
			for _, m := range sink.Messages() {
				if strings.Contains(m.Body, "May be a repeat") {
					t.Errorf("a repeat: %s", m.Body)
				}
			}
			if n := len(sink.Messages()); integration == "webhook-0" && n != all {
				t.Errorf("%d messages for %d notifications", n, all)
			}
		})
	}
}

// Two processes, and those that follow them, send no more to a channel than one may.
func TestFault96PaceHoldsForAllProcesses(t *testing.T) {
	t.Parallel()
	server, sink, came := bustest.StartServer(t), sinktest.HTTP(t), new(arrivals)
	sink.Answer(func(int) sinktest.Answer { came.note(); return sinktest.Answer{} })
	alerting := fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs: [{api_url: '%s/slack/x'}]\n", sink.URL)
	const perMinute, all = 60, 150
	start := func() *desk {
		return openPaced(t, server.Bus(), alerting, perMinute, func(o *deliver.Options) { o.AckWait = 10 * time.Second })
	}
	first, second := start(), start()
	stream(first, "slack-0", 0, all/2, 50*time.Millisecond)
	first.stop()
	second.stop()
	third, fourth := start(), start()
	stream(third, "slack-0", all/2, all, 50*time.Millisecond)
	sinktest.Wait(t, "all is told", func() bool { return sentBy("slack-0", first, second, third, fourth) == all })
	// Nine at once, and one each 61 s / 52 after those; a second more or less on their way.
	told := came.all()
	span := told[len(told)-1].Sub(told[0]) + time.Second
	if most := 9 + int(span/(61*time.Second/52)); len(told) > most {
		t.Errorf("%d messages in %s, %d are right", len(told), span, most)
	}
	if sentBy("slack-0", first, second) == 0 || sentBy("slack-0", third, fourth) == 0 {
		t.Error("nothing was sent before the restart, or after: this shows little")
	}
	t.Logf("%d messages in %s", len(told), span)
}
