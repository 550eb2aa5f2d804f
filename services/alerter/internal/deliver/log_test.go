package deliver_test

import (
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/sinktest"
)

// logging is a desk with one webhook whose log, and that of its bus, is kept.
func logging(t *testing.T, address string) (*desk, *lines) {
	t.Helper()
	log := &lines{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	return open(t, bustest.Start(t, bustest.Logger(logger)), hook(address), func(o *deliver.Options) { o.Logger = logger }), log
}

func hook(address string) string {
	return fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  webhook_configs: [{url: '%s/webhook/s3cret'}]\n", address)
}

// says wants one line of the log with all of the words, and so many lines in all.
func (l *lines) says(t *testing.T, all int, words ...string) {
	t.Helper()
	text, found := l.String(), false
	for line := range strings.Lines(text) {
		has := true
		for _, word := range words {
			has = has && strings.Contains(line, word)
		}
		found = found || has
	}
	if !found || strings.Count(text, "\n") != all || strings.Contains(text, "s3cret") {
		t.Errorf("not %d lines, one of them with %q:\n%s", all, words, text)
	}
}

// The log tells of an outage of a channel when it begins, with whose it is and what to
// do, and when it ends, with how many messages it held up; not of each try.
func TestOutageIsOneWarning(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	d, log := logging(t, sink.URL)
	for i := range 10 {
		d.publish("desk", "webhook-0", fmt.Sprint(i), time.Now())
	}
	sinktest.Wait(t, "it failed often", func() bool { return d.count("desk", "webhook-0", "failed") >= 15 })
	log.says(t, 1, "level=WARN", "integration=webhook-0", "class=server", "host="+strings.TrimPrefix(sink.URL, "http://"), "503", "remedy=")
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	sinktest.Wait(t, "all is told", func() bool { return d.count("desk", "webhook-0", "sent") == 10 })
	log.says(t, 2, "level=INFO", "takes messages again", "tries=", "delayed=10", "refused=0")
}

// So does it of a channel that refuses messages for good.
func TestRefusalIsOneError(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 404, Body: "no hook at /webhook/s3cret"}))
	d, log := logging(t, sink.URL)
	for i := range 8 {
		d.publish("desk", "webhook-0", fmt.Sprint(i), time.Now())
	}
	sinktest.Wait(t, "all are dead letters", func() bool { return len(d.deadLetters()) == 8 })
	if reason := d.deadLetters()[0].Reason; !strings.Contains(reason, "the hook, chat or mailbox is not there: ") || !strings.Contains(reason, "404") {
		t.Errorf("the reason of a dead letter is %q", reason)
	}
	log.says(t, 1, "level=ERROR", "class=address", "host="+strings.TrimPrefix(sink.URL, "http://"), "make a new one", "dlq list")
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 401}))
	d.publish("desk", "webhook-0", "more", time.Now())
	sinktest.Wait(t, "it is a dead letter", func() bool { return len(d.deadLetters()) == 9 })
	log.says(t, 2, "level=ERROR", "class=credentials", "refused=9", "renew it")
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	d.publish("desk", "webhook-0", "well", time.Now())
	sinktest.Wait(t, "it is told", func() bool { return d.count("desk", "webhook-0", "sent") == 1 })
	log.says(t, 3, "level=INFO", "takes messages again", "refused=9")
}

// A message that is not understood is no outage: what is said is that it was refused.
func TestMessageThatIsNotUnderstoodIsNoOutage(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 400}))
	d, log := logging(t, sink.URL)
	d.publish("desk", "webhook-0", "bad", time.Now())
	sinktest.Wait(t, "it is a dead letter", func() bool { return len(d.deadLetters()) == 1 })
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	d.publish("desk", "webhook-0", "well", time.Now())
	sinktest.Wait(t, "it is told", func() bool { return d.count("desk", "webhook-0", "sent") == 1 })
	log.says(t, 1, "level=ERROR", "class=message", "refused=1")
}

// Who cannot even be asked is named with what to check.
func TestFaultChannelThatCannotBeReached(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for class, url := range map[string]string{"connection_refused": "http://" + address, "tls": strings.Replace(sink.URL, "http:", "https:", 1)} {
		d, log := logging(t, url)
		d.publish("desk", "webhook-0", "a", time.Now())
		sinktest.Wait(t, "it failed", func() bool { return d.count("desk", "webhook-0", "failed") >= 2 })
		_, host, _ := strings.Cut(url, "://")
		log.says(t, 1, "level=WARN", "class="+class, "host="+host, "remedy=", "waiting=1")
	}
}

// An edit that the channel refuses is no message that is lost.
func TestEditThatIsRefusedIsNoOutage(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	log := &lines{}
	d := open(t, bustest.Start(t), chats(sink), func(o *deliver.Options) { o.Logger = slog.New(slog.NewTextHandler(log, nil)) })
	s := d.story("telegram-0", "a")
	s.change(event.ChangeNew, "first report")
	sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "telegram-0", "sent") == 1 })
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 403, Body: `{"ok":false,"error_code":403,"description":"Forbidden"}`}))
	s.change(event.ChangeReport, "further report")
	sinktest.Wait(t, "the edit is refused", func() bool { return d.count("desk", "telegram-0", "rejected") == 1 })
	sinktest.Wait(t, "the log says so", func() bool { return strings.Contains(log.String(), "could not be brought up to date") })
	if text := log.String(); strings.Contains(text, "dead letters") || len(d.deadLetters()) > 0 {
		t.Errorf("the log says:\n%s", text)
	}
}

// What waited for too long is said once, and waits no more.
func TestExpiryIsOneError(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	d, log := logging(t, sink.URL)
	for i := range 5 {
		d.publish("desk", "webhook-0", fmt.Sprint(i), time.Now())
	}
	sinktest.Wait(t, "they are tried", func() bool { return d.count("desk", "webhook-0", "failed") >= 2 })
	d.giveUp = time.Millisecond
	d.set(hook(sink.URL))
	sinktest.Wait(t, "all are dead letters", func() bool { return len(d.deadLetters()) == 5 })
	if text := log.String(); strings.Count(text, "level=ERROR") != 1 || !strings.Contains(text, "waited for too long") {
		t.Errorf("the log says:\n%s", text)
	}
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	d.giveUp = time.Hour
	d.set(hook(sink.URL))
	d.publish("desk", "webhook-0", "well", time.Now())
	sinktest.Wait(t, "the log says that it works again", func() bool { return strings.Contains(log.String(), "delayed=1 refused=5") })
	if letter := d.deadLetters()[0]; letter.Stream != bus.Notifications {
		t.Errorf("a letter of %s", letter.Stream)
	}
}
