package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// desk is a bus with a running pool.
type desk struct {
	t         testing.TB
	bus       *bus.Bus
	pool      *deliver.Pool
	giveUp    time.Duration
	perMinute int
	holds     bool
	registry  *prometheus.Registry
	stop      func()
}

func options(b *bus.Bus, r prometheus.Registerer) deliver.Options {
	return deliver.Options{Bus: b, Logger: slog.New(slog.DiscardHandler), Registerer: r, MaxPause: 40 * time.Millisecond, AckWait: time.Second}
}

// open starts a pool with the channels of an alerting.yaml.
func open(t testing.TB, b *bus.Bus, alerting string, change ...func(*deliver.Options)) *desk {
	t.Helper()
	return openPaced(t, b, alerting, 600, change...)
}

// openPaced bounds the messages that a chat gets in a minute.
func openPaced(t testing.TB, b *bus.Bus, alerting string, perMinute int, change ...func(*deliver.Options)) *desk {
	t.Helper()
	d := &desk{t: t, bus: b, registry: prometheus.NewRegistry(), perMinute: perMinute}
	o := options(b, d.registry)
	for _, c := range change {
		c(&o)
	}
	var err error
	if d.pool, err = deliver.New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	d.set(alerting)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.pool.Run(ctx) }()
	d.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, bus.ErrClosed) {
			t.Errorf("the pool ended with %v", err)
		}
	})
	t.Cleanup(d.stop)
	return d
}

// set gives the pool the channels of an alerting.yaml.
func (d *desk) set(alerting string) {
	d.t.Helper()
	d.setWith(alerting, 10*time.Second)
}

func (d *desk) setWith(alerting string, deadline time.Duration) {
	d.t.Helper()
	dir := config.NewDir(config.Layer{Name: "test", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(alerting)}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(dir, notify.Options{Deadline: deadline})
	if err != nil {
		d.t.Fatal(err)
	}
	d.pool.Set(deliver.Targets{Receivers: c.Receivers(), Fallback: "fallback", Limits: deliver.Limits{GiveUpAfter: d.giveUp, PerMinute: d.perMinute, Hold: d.holds}})
}

// notification is the first of one incident.
func notification(receiver, integration, incident string, created time.Time) event.Notification {
	in := sinktest.Incident()
	in.ID, in.Headline = incident, "Headline of "+incident
	s := group.New(group.Route{Key: "{}", Receiver: receiver, GroupBy: []string{"incident"}}, map[string]string{"incident": incident}, created)
	s.Land(alert.New(in), true, created)
	s.Plan(10, created)
	n := s.Notifications([]string{integration})[0]
	n.Alerts[0].Landed = n.Alerts[0].Times.Seen
	return n
}

// publish puts a notification of one incident on the stream.
func (d *desk) publish(receiver, integration, incident string, created time.Time) event.Notification {
	d.t.Helper()
	n := notification(receiver, integration, incident, created)
	data, err := event.Encode(&n)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.bus.PublishOnce(d.t.Context(), bus.Message{Subject: bus.NotificationSubject(receiver, integration, n.ID), Data: data}); err != nil {
		d.t.Fatal(err)
	}
	return n
}

func (d *desk) count(receiver, integration, outcome string) float64 {
	d.t.Helper()
	families, err := d.registry.Gather()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if f.GetName() == "faultline_notifications_total" && labels["receiver"] == receiver && labels["integration"] == integration && labels["outcome"] == outcome {
				return m.GetCounter().GetValue()
			}
		}
	}
	return -1
}

func (d *desk) deadLetters() (letters []bus.DeadLetter) {
	d.t.Helper()
	err := d.bus.DeadLetters(d.t.Context(), func(l bus.DeadLetter) error {
		letters = append(letters, l)
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return letters
}

// about counts the messages that name the incident.
func about(s *sinktest.Sink, incident string) (n int) {
	for _, m := range s.Messages() {
		if strings.Contains(m.Body, "Headline of "+incident) {
			n++
		}
	}
	return n
}

func webhook(s *sinktest.Sink) string {
	return fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  webhook_configs: [{url: '%s/webhook'}]\n", s.URL)
}

func TestDeliversOnce(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d := open(t, bustest.Start(t), webhook(sink))
	n := d.publish("desk", "webhook-0", "a", time.Now())
	sinktest.Wait(t, "it is sent", func() bool { return d.count("desk", "webhook-0", "sent") == 1 })
	if got := about(sink, "a"); got != 1 || strings.Contains(sink.Messages()[0].Body, "repeat") || strings.Contains(sink.Messages()[0].Body, "Delayed") {
		t.Errorf("%d messages: %+v", got, sink.Messages())
	}
	if key := sink.Messages()[0].Header["Idempotency-Key"]; key[0] != n.ID {
		t.Errorf("Idempotency-Key %v", key)
	}
	sinktest.Wait(t, "seven stages are counted", func() bool {
		c, err := testutil.GatherAndCount(d.registry, "faultline_time_to_alert_seconds")
		return err == nil && c == 7
	})
	if d.count("desk", "webhook-0", "rejected") != 0 {
		t.Error("the counters of other outcomes are not there from the start")
	}
}

func TestFailsThenWorks(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(func(n int) sinktest.Answer {
		if n <= 3 {
			return sinktest.Answer{Status: 500}
		}
		return sinktest.Answer{}
	})
	d := open(t, bustest.Start(t), webhook(sink))
	for i := range 5 {
		d.publish("desk", "webhook-0", fmt.Sprint("i", i), time.Now())
	}
	sinktest.Wait(t, "all are sent", func() bool { return d.count("desk", "webhook-0", "sent") == 5 })
	for i := range 5 {
		if got := about(sink, fmt.Sprint("i", i)); got != 1 {
			t.Errorf("i%d was sent %d times", i, got)
		}
	}
	for _, m := range sink.Messages() {
		if strings.Contains(m.Body, "May be a repeat") {
			t.Error("a message that the channel refused before is called a repeat")
		}
	}
	if got := d.count("desk", "webhook-0", "failed"); got != 3 {
		t.Errorf("%v failures, want 3", got)
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	tried := make(chan time.Time, 10)
	sink.Answer(func(n int) sinktest.Answer {
		tried <- time.Now()
		if n == 1 {
			return sinktest.Answer{Status: 429, RetryAfter: "1"}
		}
		return sinktest.Answer{}
	})
	d := open(t, bustest.Start(t), webhook(sink))
	d.publish("desk", "webhook-0", "a", time.Now())
	first := <-tried
	d.publish("desk", "webhook-0", "b", time.Now())
	if waited := (<-tried).Sub(first); waited < time.Second {
		t.Errorf("asked to wait 1 s, waited %s", waited)
	}
	sinktest.Wait(t, "both are sent", func() bool { return about(sink, "a") == 1 && about(sink, "b") == 1 })
}

func TestRefusedGoesToDeadLettersAndFallback(t *testing.T) {
	t.Parallel()
	bad, good := sinktest.HTTP(t), sinktest.HTTP(t)
	bad.Answer(sinktest.Always(sinktest.Answer{Status: 401}))
	d := open(t, bustest.Start(t), fmt.Sprintf(`
route: {receiver: desk}
receivers:
- {name: desk, slack_configs: [{api_url: '%s/slack/secret'}]}
- {name: fallback, webhook_configs: [{url: '%s/webhook'}]}
`, bad.URL, good.URL))
	d.publish("desk", "slack-0", "a", time.Now())
	sinktest.Wait(t, "the fallback has it", func() bool { return about(good, "a") == 1 })
	sinktest.Wait(t, "it is a dead letter", func() bool { return len(d.deadLetters()) == 1 })
	if body := good.Messages()[0].Body; !strings.Contains(body, "In place of slack-0 of desk, which did not take it: ") || strings.Contains(body, "secret") {
		t.Errorf("the fallback says %s", body)
	}
	if letter := d.deadLetters()[0]; !strings.Contains(letter.Reason, "status code 401") || strings.Contains(letter.Reason, "secret") {
		t.Errorf("the dead letter says %+v", letter)
	}
	if bad.Tries() != 1 || d.count("desk", "slack-0", "rejected") != 1 {
		t.Errorf("%d tries of a channel that refuses for good", bad.Tries())
	}
	// The fallback's own refusal goes to nobody else.
	good.Answer(sinktest.Always(sinktest.Answer{Status: 400}))
	d.publish("desk", "slack-0", "b", time.Now())
	sinktest.Wait(t, "both are dead letters", func() bool { return len(d.deadLetters()) == 3 })
}

func TestFault95DeadChannelDelaysNoOther(t *testing.T) {
	t.Parallel()
	slow, fast := sinktest.HTTP(t), sinktest.HTTP(t)
	mail := sinktest.SMTP(t)
	slow.Answer(sinktest.Always(sinktest.Answer{Hang: true}))
	mail.Answer(sinktest.Always(sinktest.Answer{Hang: true}))
	alerting := fmt.Sprintf(`
global: {smtp_smarthost: '%s', smtp_from: f@desk.example, smtp_require_tls: false}
route: {receiver: desk}
receivers:
- name: desk
  slack_configs: [{api_url: '%s/slack'}]
  email_configs: [{to: d@desk.example}]
  webhook_configs: [{url: '%s/webhook'}]
`, mail.URL, slow.URL, fast.URL)
	d := open(t, bustest.Start(t), alerting)
	d.setWith(alerting, 500*time.Millisecond)
	for i := range 10 {
		for _, channel := range []string{"slack-0", "email-0", "webhook-0"} {
			d.publish("desk", channel, fmt.Sprint("i", i), time.Now())
		}
	}
	sinktest.Wait(t, "the webhook has all", func() bool { return d.count("desk", "webhook-0", "sent") == 10 })
	if d.count("desk", "slack-0", "sent") != 0 || d.count("desk", "email-0", "sent") != 0 {
		t.Error("a hanging channel took something")
	}
	sinktest.Wait(t, "the silence is noticed", func() bool {
		return d.count("desk", "slack-0", "uncertain") > 0 && d.count("desk", "email-0", "uncertain") > 0
	})
}

// TestFault100CrashBetweenSendAndRecord ends the connection at the instant at which the
// channel takes the message: the next process cannot know, and says so.
func TestFault100CrashBetweenSendAndRecord(t *testing.T) {
	t.Parallel()
	server := bustest.StartServer(t)
	sink := sinktest.HTTP(t)
	doomed := server.Bus()
	sink.Answer(func(n int) sinktest.Answer {
		if n == 1 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if err := doomed.Close(ctx); err == nil {
				t.Log("closed in time")
			}
		}
		return sinktest.Answer{}
	})
	first := open(t, doomed, webhook(sink))
	first.bus = server.Bus()
	first.publish("desk", "webhook-0", "a", time.Now())
	sinktest.Wait(t, "it is sent", func() bool { return about(sink, "a") == 1 })
	first.stop()
	second := open(t, server.Bus(), webhook(sink))
	sinktest.Wait(t, "it is sent again", func() bool { return second.count("desk", "webhook-0", "sent") == 1 })
	sinktest.Never(t, "a third message came", 1500*time.Millisecond, func() bool { return about(sink, "a") > 2 })
	messages := sink.Messages()
	if strings.Contains(messages[0].Body, "repeat") || !strings.Contains(messages[1].Body, "May be a repeat: Faultline was stopped while it sent this.") {
		t.Errorf("got %+v", messages)
	}
	if a, b := messages[0].Header["Idempotency-Key"], messages[1].Header["Idempotency-Key"]; a[0] != b[0] {
		t.Error("the repeat has another key")
	}
}

func TestFault101RestartSendsWhatWaitsOnceInOrder(t *testing.T) {
	t.Parallel()
	server := bustest.StartServer(t)
	sink := sinktest.HTTP(t)
	first := open(t, server.Bus(), "route: {receiver: desk}\nreceivers: [{name: desk}]\n")
	const n = 500
	for i := range n {
		first.publish("desk", "webhook-0", fmt.Sprintf("i%03d", i), time.Now().Add(-2*time.Hour))
	}
	first.stop()
	second := open(t, server.Bus(), webhook(sink))
	sinktest.Wait(t, "some are sent", func() bool { return second.count("desk", "webhook-0", "sent") >= 20 })
	second.stop()
	third := open(t, server.Bus(), webhook(sink))
	sinktest.Wait(t, "all are sent", func() bool { return len(sink.Messages()) >= n })
	sinktest.Never(t, "one came twice", 1200*time.Millisecond, func() bool { return len(sink.Messages()) > n })
	third.stop()
	for i, m := range sink.Messages() {
		if !strings.Contains(m.Body, fmt.Sprintf("Headline of i%03d", i)) {
			t.Fatalf("message %d is out of order", i)
		}
		if !strings.Contains(m.Body, "Delayed by 2 h 0 min.") || strings.Contains(m.Body, "May be a repeat") {
			t.Fatalf("message %d says %s", i, m.Body)
		}
	}
}

func TestSilentChannelIsNotFloodedForEver(t *testing.T) {
	t.Parallel()
	sink, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{LostAck: true}))
	d := open(t, bustest.Start(t), fmt.Sprintf(`
route: {receiver: desk}
receivers:
- {name: desk, slack_configs: [{api_url: '%s/slack'}]}
- {name: fallback, webhook_configs: [{url: '%s/webhook'}]}
`, sink.URL, fallback.URL), func(o *deliver.Options) { o.MaxPause = time.Millisecond })
	d.publish("desk", "slack-0", "a", time.Now())
	sinktest.Wait(t, "it is given up", func() bool { return about(fallback, "a") == 1 })
	messages := sink.Messages()
	if len(messages) != 8 {
		t.Errorf("%d tries that may have arrived", len(messages))
	}
	for i, m := range messages {
		if marked := strings.Contains(m.Body, "May be a repeat: an earlier try got no answer."); marked != (i > 0) {
			t.Errorf("message %d: marked as a repeat: %v", i, marked)
		}
	}
}

func TestTooOldIsGivenUp(t *testing.T) {
	t.Parallel()
	const limit = 5 * time.Second // within which the replayed one must be taken up
	server := bustest.StartServer(t)
	sink := sinktest.HTTP(t)
	first := open(t, server.Bus(), "route: {receiver: desk}\nreceivers: [{name: desk}]\n")
	first.publish("desk", "webhook-0", "old", time.Now())
	first.stop()
	published := time.Now()
	sinktest.Wait(t, "it is old", func() bool { return time.Since(published) > limit })
	// The channel appears together with the limit: before it, nothing may be sent.
	d := open(t, server.Bus(), "route: {receiver: desk}\nreceivers: [{name: desk}]\n")
	d.giveUp = limit
	d.set(webhook(sink))
	sinktest.Wait(t, "the old one is a dead letter", func() bool { return len(d.deadLetters()) == 1 })
	if about(sink, "old") != 0 || d.count("desk", "webhook-0", "expired") != 1 {
		t.Error("an old notification was sent")
	}
	// Its replay is sent, whatever its age.
	if err := d.bus.ReplayDeadLetter(t.Context(), d.deadLetters()[0].Number); err != nil {
		t.Fatal(err)
	}
	sinktest.Wait(t, "the replayed one is sent", func() bool { return about(sink, "old") == 1 })
}

func TestChannelsChange(t *testing.T) {
	t.Parallel()
	one, two := sinktest.HTTP(t), sinktest.HTTP(t)
	d := open(t, bustest.Start(t), webhook(one))
	d.publish("desk", "webhook-0", "a", time.Now())
	sinktest.Wait(t, "the first address has it", func() bool { return about(one, "a") == 1 })
	d.set(webhook(two))
	sinktest.Wait(t, "the new address is used", func() bool {
		d.publish("desk", "webhook-0", fmt.Sprint("b", time.Now().UnixNano()), time.Now())
		return about(two, "b") > 0
	})
	d.set("route: {receiver: other}\nreceivers:\n- name: other\n  webhook_configs: [{url: '" + one.URL + "/w'}]\n")
	sinktest.Wait(t, "the new receiver is served", func() bool {
		d.publish("other", "webhook-0", fmt.Sprint("c", time.Now().UnixNano()), time.Now())
		return about(one, "c") > 0
	})
	d.publish("desk", "webhook-0", "waits", time.Now())
	sinktest.Never(t, "a removed channel sent", 200*time.Millisecond, func() bool { return about(two, "waits") > 0 })
	d.set(webhook(two))
	sinktest.Wait(t, "the channel that came back has what waited", func() bool { return about(two, "waits") == 1 })
}

func TestUnreadableNotificationIsADeadLetter(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d := open(t, bustest.Start(t), webhook(sink))
	for i, data := range []string{`{"schema":"notification/9"}`, `not json`} {
		if _, err := d.bus.Publish(t.Context(), bus.Message{Subject: bus.NotificationSubject("desk", "webhook-0", fmt.Sprint(i)), Data: []byte(data)}); err != nil {
			t.Fatal(err)
		}
	}
	sinktest.Wait(t, "both are dead letters", func() bool { return len(d.deadLetters()) == 2 })
	if sink.Tries() != 0 {
		t.Error("something was sent")
	}
}

func TestResolvedIsSkipped(t *testing.T) {
	t.Parallel()
	mail := sinktest.SMTP(t)
	d := open(t, bustest.Start(t), fmt.Sprintf("global: {smtp_smarthost: '%s', smtp_from: f@desk.example, smtp_require_tls: false}\nroute: {receiver: desk}\nreceivers:\n- {name: desk, email_configs: [{to: d@desk.example}]}\n", mail.URL))
	n := d.publish("desk", "email-0", "a", time.Now())
	sinktest.Wait(t, "the open one is sent", func() bool { return len(mail.Messages()) == 1 })
	n.ID = "closed"
	n.Alerts[0].EndsAt = time.Now()
	data, err := event.Encode(&n)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.bus.PublishOnce(t.Context(), bus.Message{Subject: bus.NotificationSubject("desk", "email-0", n.ID), Data: data}); err != nil {
		t.Fatal(err)
	}
	sinktest.Wait(t, "the closed one is skipped", func() bool { return d.count("desk", "email-0", "skipped") == 1 })
	if len(mail.Messages()) != 1 {
		t.Error("a closed incident was mailed although send_resolved is off")
	}
}
