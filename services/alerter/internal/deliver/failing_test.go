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
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/sinktest"
)

// soon is a desk that is told of failing channels without delay.
func soon(o *deliver.Options) {
	o.Telling = deliver.Telling{Every: 20 * time.Millisecond, Lasts: 300 * time.Millisecond, Rest: time.Millisecond, Again: 50 * time.Millisecond}
}

// failing are the notices about channels on the stream: "+" began, "-" is over.
func failing(t *testing.T, b *bus.Bus) (all []string) {
	t.Helper()
	for _, n := range failures(t, b) {
		if n.Over.IsZero() {
			all = append(all, "+ "+n.Summary)
		} else {
			all = append(all, "- "+n.Summary)
		}
	}
	return all
}

func failures(t *testing.T, b *bus.Bus) (all []event.Notice) {
	t.Helper()
	err := b.Replay(t.Context(), bus.Notices, []string{bus.NoticeFilter("ChannelFailing")}, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var n event.Notice
		if err := event.Decode(d.Data, &n); err != nil {
			return err
		}
		if n.Kind != event.NoticeChannelFailing || n.Severity != event.SeverityHigh || n.Since.IsZero() || d.Subject != bus.NoticeSubject("ChannelFailing", n.Channel) {
			t.Errorf("an odd notice on %s: %+v", d.Subject, n)
		}
		all = append(all, n)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func wantFailing(t *testing.T, b *bus.Bus, want ...string) {
	t.Helper()
	sinktest.Wait(t, fmt.Sprint("the desk is told ", want), func() bool { return len(failing(t, b)) >= len(want) })
	sinktest.Never(t, "more is told", 500*time.Millisecond, func() bool { return len(failing(t, b)) > len(want) })
	if got := failing(t, b); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the desk is told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// FAULTS 89 and 95: a channel that is away is told of once, by several alerters, and so is that it works again.
func TestFault95FailingChannelIsToldOnce(t *testing.T) {
	t.Parallel()
	server, sink := bustest.StartServer(t), sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503, Body: "no hook at /webhook/s3cret"}))
	one := open(t, server.Bus(), hook(sink.URL), soon)
	open(t, server.Bus(), hook(sink.URL), soon)
	for i := range 5 {
		one.publish("desk", "webhook-0", fmt.Sprint(i), time.Now())
	}
	wantFailing(t, one.bus, "+ The channel webhook-0 of desk takes no message")
	n := failures(t, one.bus)[0]
	if n.Channel != "desk/webhook-0" || !strings.Contains(n.Detail, "503") || !strings.Contains(n.Detail, "(server "+strings.TrimPrefix(sink.URL, "http://")+")") ||
		!strings.Contains(n.Detail, "waits") || n.Remedy == "" || strings.Contains(n.Detail, "s3cret") {
		t.Errorf("got %+v", n)
	}
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	wantFailing(t, one.bus, "+ The channel webhook-0 of desk takes no message", "- The channel webhook-0 of desk takes messages again")
	if all := failures(t, one.bus); all[1].ID != all[0].ID || !all[1].Since.Equal(all[0].Since) {
		t.Errorf("the end of another trouble: %+v", all)
	}
}

// One that refuses for good costs messages: it is told at once, with who gets them.
func TestRefusingChannelIsToldAtOnce(t *testing.T) {
	t.Parallel()
	bad, good := sinktest.HTTP(t), sinktest.HTTP(t)
	bad.Answer(sinktest.Always(sinktest.Answer{Status: 401}))
	d := open(t, bustest.Start(t), withFallback(bad, good), func(o *deliver.Options) { soon(o); o.Telling.Lasts = time.Hour })
	d.publish("desk", "webhook-0", "a", time.Now())
	wantFailing(t, d.bus, "+ The channel webhook-0 of desk refuses messages")
	if n := failures(t, d.bus)[0]; !strings.Contains(n.Detail, "dead letter") || !strings.Contains(n.Detail, "fallback receiver fallback") || !strings.Contains(n.Remedy, "renew it") {
		t.Errorf("got %+v", n)
	}
}

func withFallback(bad, good *sinktest.Sink) string {
	return fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- {name: desk, webhook_configs: [{url: '%s/webhook'}]}\n- {name: fallback, webhook_configs: [{url: '%s/webhook'}]}\n", bad.URL, good.URL)
}

// What is over before it lasts, and a message that is not understood, are no trouble of a channel;
// one that understands none is.
func TestWhatIsNoTroubleOfAChannel(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(func(n int) sinktest.Answer {
		if n <= 2 {
			return sinktest.Answer{Status: 503}
		}
		return sinktest.Answer{}
	})
	d := open(t, bustest.Start(t), webhook(sink), func(o *deliver.Options) { soon(o); o.Telling.Lasts = 5 * time.Second })
	d.publish("desk", "webhook-0", "a", time.Now())
	sinktest.Wait(t, "it is told", func() bool { return d.count("desk", "webhook-0", "sent") == 1 })
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 400}))
	for i := range 2 {
		d.publish("desk", "webhook-0", fmt.Sprint("odd", i), time.Now())
	}
	sinktest.Wait(t, "they are dead letters", func() bool { return len(d.deadLetters()) == 2 })
	wantFailing(t, d.bus)
	d.publish("desk", "webhook-0", "third", time.Now())
	wantFailing(t, d.bus, "+ The channel webhook-0 of desk refuses messages")
}

// What this process could not send another one sent: the channel works.
func TestChannelThatWorksForAnother(t *testing.T) {
	t.Parallel()
	server, bad, good := bustest.StartServer(t), sinktest.HTTP(t), sinktest.HTTP(t)
	bad.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	lasting := func(o *deliver.Options) { soon(o); o.Telling.Lasts = 3 * time.Second }
	one := open(t, server.Bus(), webhook(bad), lasting)
	one.publish("desk", "webhook-0", "a", time.Now())
	sinktest.Wait(t, "it failed", func() bool { return one.count("desk", "webhook-0", "failed") > 0 })
	began := time.Now()
	two := open(t, server.Bus(), webhook(good), lasting)
	sinktest.Wait(t, "the other one sent it", func() bool { return two.count("desk", "webhook-0", "sent") == 1 })
	sinktest.Wait(t, "it has lasted", func() bool { return time.Since(began) > 3*time.Second })
	wantFailing(t, one.bus)
}

// Another trouble soon after is told when the rest is over, if it lasts.
func TestFlappingChannelIsNotToldEachTime(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d := open(t, bustest.Start(t), webhook(sink), func(o *deliver.Options) { soon(o); o.Telling.Rest = 4 * time.Second })
	began, sent := time.Now(), 0.0
	for i := range 3 {
		sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
		failed := d.count("desk", "webhook-0", "failed")
		at := time.Now()
		d.publish("desk", "webhook-0", fmt.Sprint(i), at)
		sinktest.Wait(t, "it fails for a while", func() bool {
			return d.count("desk", "webhook-0", "failed") > failed+2 && time.Since(at) > 500*time.Millisecond
		})
		sink.Answer(sinktest.Always(sinktest.Answer{}))
		sent++
		sinktest.Wait(t, "it works", func() bool { return d.count("desk", "webhook-0", "sent") == sent })
		if i == 0 {
			sinktest.Wait(t, "the desk knows", func() bool { return len(failures(t, d.bus)) == 2 })
		}
	}
	if got := len(failures(t, d.bus)); time.Since(began) < 4*time.Second && got > 2 {
		t.Errorf("%d notices", got)
	}
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	d.publish("desk", "webhook-0", "lasts", time.Now())
	sinktest.Wait(t, "one that lasts is told", func() bool {
		all := failures(t, d.bus)
		return len(all) >= 3 && all[len(all)-1].Over.IsZero()
	})
}

// One that works for another process and not for this one is told once in a rest, and each time as another trouble.
func TestChannelThatWorksForAnotherIsNotToldEachTime(t *testing.T) {
	t.Parallel()
	server, bad, good := bustest.StartServer(t), sinktest.HTTP(t), sinktest.HTTP(t)
	bad.Answer(sinktest.Always(sinktest.Answer{Status: 401}))
	const rest = 2 * time.Second
	rested := func(o *deliver.Options) { soon(o); o.Telling.Rest = rest }
	one := open(t, server.Bus(), webhook(bad), rested)
	open(t, server.Bus(), webhook(good), rested)
	began, n := time.Now(), 0
	sinktest.Wait(t, "it is told again", func() bool {
		n++
		one.publish("desk", "webhook-0", fmt.Sprint(n), time.Now())
		return time.Since(began) > 3*rest && len(failures(t, one.bus)) > 2
	})
	most, known := int(time.Since(began)/rest)+1, map[string]bool{}
	for _, n := range failures(t, one.bus) {
		if n.Over.IsZero() == known[n.ID] {
			t.Errorf("%s began after it was told, or ended before: %+v", n.ID, n)
		}
		known[n.ID] = true
	}
	if len(known) > most {
		t.Errorf("%d troubles were told, at most %d in that time", len(known), most)
	}
}

// A channel that is no longer in the file fails no more, also if it went while nothing ran.
func TestChannelThatIsGoneFailsNoMore(t *testing.T) {
	t.Parallel()
	server, sink := bustest.StartServer(t), sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 401}))
	d := open(t, server.Bus(), webhook(sink), soon)
	d.publish("desk", "webhook-0", "a", time.Now())
	wantFailing(t, d.bus, "+ The channel webhook-0 of desk refuses messages")
	d.stop()
	open(t, server.Bus(), webhook(sink), soon)
	wantFailing(t, server.Bus(), "+ The channel webhook-0 of desk refuses messages")
	open(t, server.Bus(), "route: {receiver: desk}\nreceivers: [{name: desk}]\n", soon)
	wantFailing(t, server.Bus(), "+ The channel webhook-0 of desk refuses messages", "- The channel desk/webhook-0 is no longer configured")
}

// tells is a notification of notices about channels, and of an incident if it is named.
func (d *desk) tells(integration, incident string, channels ...string) {
	d.t.Helper()
	d.tellsOf("desk", integration, incident, channels...)
}

func (d *desk) tellsOf(receiver, integration, incident string, channels ...string) {
	d.t.Helper()
	now := time.Now()
	n := event.Notification{ID: event.NewID(integration, incident, fmt.Sprint(channels)), Receiver: receiver, Integration: integration, GroupKey: "{}", Reason: group.ReasonNew, Created: now}
	n.Thread = n.ID
	for _, c := range channels {
		n.Alerts = append(n.Alerts, alert.Notice(event.Notice{ID: c, Kind: event.NoticeChannelFailing, Channel: c, Severity: event.SeverityHigh, Summary: "Headline of " + c, Since: now}).Alert)
	}
	if incident != "" {
		n.Alerts = append(n.Alerts, notification(receiver, integration, incident, now).Alerts...)
	}
	data, err := event.Encode(&n)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.bus.PublishOnce(d.t.Context(), bus.Message{Subject: bus.NotificationSubject(receiver, integration, n.ID), Data: data}); err != nil {
		d.t.Fatal(err)
	}
}

// A channel is not told of itself, neither that it fails nor by a message about something else as well: so a notice that
// cannot be told makes no other one. The fallback receiver is told in its place.
func TestChannelIsNotToldOfItself(t *testing.T) {
	t.Parallel()
	sink, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
	d := open(t, bustest.Start(t), withFallback(sink, fallback), soon)
	d.tells("webhook-0", "", "desk/webhook-0")
	sinktest.Wait(t, "the fallback is told", func() bool { return about(fallback, "desk/webhook-0") == 1 })
	if body := fallback.Messages()[0].Body; !strings.Contains(body, "In place of webhook-0 of desk, which is not told of itself") {
		t.Errorf("the fallback is told %s", body)
	}
	sinktest.Wait(t, "it is counted", func() bool { return d.count("desk", "webhook-0", "skipped") == 1 })
	d.tells("webhook-0", "a", "desk/webhook-0", "desk/mail-0")
	sinktest.Wait(t, "the rest is told", func() bool { return about(sink, "a") == 1 && about(sink, "desk/mail-0") == 1 })
	if about(sink, "desk/webhook-0") != 0 || len(d.deadLetters()) != 0 {
		t.Error("a channel is told of itself")
	}
}

// The fallback's own channel is told of itself by nobody.
func TestFallbackIsNotToldOfItself(t *testing.T) {
	t.Parallel()
	sink, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
	d := open(t, bustest.Start(t), withFallback(sink, fallback), soon)
	told := make(chan struct{})
	fallback.Answer(func(int) sinktest.Answer { <-told; return sinktest.Answer{Status: 401} })
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 401}))
	d.publish("desk", "webhook-0", "a", time.Now())
	sinktest.Wait(t, "the desk is told of the first", func() bool { return len(failures(t, d.bus)) == 1 })
	close(told)
	wantFailing(t, d.bus, "+ The channel webhook-0 of desk refuses messages", "+ The channel webhook-0 of fallback refuses messages")
	for _, of := range []string{"desk/webhook-0", "fallback/webhook-0"} {
		d.tells("webhook-0", "", of)
	}
	sinktest.Wait(t, "all ends", func() bool { return len(d.deadLetters()) == 4 }) // a, its copy, the fallback's news to the desk, the desk's to the fallback
	wantFailing(t, d.bus, "+ The channel webhook-0 of desk refuses messages", "+ The channel webhook-0 of fallback refuses messages")
}

// So it is whatever the receiver is called, of which an alert has the name as readers are to see it.
func TestChannelOfAnOddNameIsNotToldOfItself(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	for _, name := range []string{"the  desk", strings.Repeat("desk", 40)} {
		d := open(t, bustest.Start(t), fmt.Sprintf("route: {receiver: '%[1]s'}\nreceivers:\n- {name: '%[1]s', webhook_configs: [{url: '%[2]s/webhook'}]}\n", name, sink.URL), soon)
		d.tellsOf(name, "webhook-0", "a", name+"/webhook-0")
		sinktest.Wait(t, "the rest is told", func() bool { return about(sink, "a") > 0 })
		if about(sink, name[:4]) > 0 {
			t.Errorf("%q is told of itself", name)
		}
	}
}

// What else was in a message that told a channel of itself is not lost when the channel refuses it: the
// fallback receiver gets both.
func TestFallbackGetsTheRestToo(t *testing.T) {
	t.Parallel()
	sink, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 401}))
	d := open(t, bustest.Start(t), withFallback(sink, fallback), soon)
	d.tells("webhook-0", "a", "desk/webhook-0")
	sinktest.Wait(t, "the rest is refused", func() bool { return len(d.deadLetters()) == 1 })
	sinktest.Wait(t, "the fallback is told of both", func() bool { return about(fallback, "desk/webhook-0") == 1 && about(fallback, "a") == 1 })
}
