package alerter

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/silence"
	"faultline/services/alerter/internal/sinktest"
)

// watchStore runs an outage over channels that take notices, with little patience.
func watchStore(t *testing.T, s *bustest.Server, sink *sinktest.Sink, rest time.Duration) {
	t.Helper()
	alerting := fmt.Sprintf(`
route:
  receiver: desk
  routes: [{matchers: ['category="sources"'], receiver: upkeep}]
receivers:
- name: desk
  webhook_configs: [{url: '%[1]s/desk'}]
- name: upkeep
  webhook_configs: [{url: '%[1]s/upkeep'}]
  telegram_configs: [{api_url: '%[1]s', bot_token: '1:x', chat_id: -100}]
`, sink.URL)
	dir := config.NewDir(config.Layer{Name: "mine", FS: fstest.MapFS{"alerting.yaml": &fstest.MapFile{Data: []byte(alerting)}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(dir, notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	silences, err := silence.New(t.Context(), silence.Options{Bus: s.Bus()})
	if err != nil {
		t.Fatal(err)
	}
	o := newOutage(s.Bus().Healthy, func() *notify.Config { return c }, silences.Silenced, slog.New(slog.DiscardHandler))
	o.pace = outagePace{every: 300 * time.Millisecond, lasts: 500 * time.Millisecond, rest: rest}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- o.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})

}

// told are the bodies that the channels of who hears of notices were sent.
func told(t *testing.T, sink *sinktest.Sink) (webhook, chat []string) {
	t.Helper()
	for _, m := range sink.Messages() {
		switch {
		case strings.HasPrefix(m.Path, "/upkeep"):
			webhook = append(webhook, m.Body)
		case strings.HasPrefix(m.Path, "/bot"):
			chat = append(chat, m.Body)
		default:
			t.Errorf("%s was told %s", m.Path, m.Body)
		}
	}
	return webhook, chat
}

// FAULTS 64 and 65: who hears of notices hears, past the store, that nothing is stored, also over a
// channel that fails at first.
func TestFault65FullStoreIsToldPastTheStore(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(func(n int) sinktest.Answer {
		if n == 1 {
			return sinktest.Answer{Status: 503}
		}
		return sinktest.Answer{}
	})
	s := bustest.StartServer(t, bustest.MaxStore(200_000))
	watchStore(t, s, sink, time.Hour)
	fill(t, s.Bus())
	sinktest.Wait(t, "both channels were told", func() bool { w, c := told(t, sink); return len(w) == 1 && len(c) == 1 })
	_, chat := told(t, sink)
	if text := chat[0]; !strings.Contains(text, "NATS stores nothing") || !strings.Contains(text, "past the store") || !strings.Contains(text, "Free space") {
		t.Errorf("the chat is told %s", text)
	}
}

// Each outage is told once, and its end once; not the next one that comes soon after.
func TestOutageOfTheStoreIsToldOnce(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	s := bustest.StartServer(t)
	watchStore(t, s, sink, time.Hour)
	s.Stop()
	sinktest.Wait(t, "both channels were told", func() bool { w, c := told(t, sink); return len(w) == 1 && len(c) == 1 })
	s.Restart()
	sinktest.Wait(t, "both channels know that it is over", func() bool { w, c := told(t, sink); return len(w) == 2 && len(c) == 2 })
	if w, c := told(t, sink); !strings.Contains(w[1], `"status":"resolved"`) || !strings.Contains(c[1], "CLOSED") {
		t.Errorf("the end is told as\n%s\n%s", w[1], c[1])
	}
	s.Stop()
	quiet, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	<-quiet.Done()
	if w, c := told(t, sink); len(w) != 2 || len(c) != 2 {
		t.Errorf("another outage is told soon after the first: %s", c)
	}
}

// One that comes soon after another is told if it lasts: who heard that all is well would believe that.
func TestOutageSoonAfterAnotherIsToldIfItLasts(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	s := bustest.StartServer(t)
	watchStore(t, s, sink, 5*time.Second)
	for _, so := range []struct {
		change func()
		told   int
	}{{s.Stop, 1}, {s.Restart, 2}, {s.Stop, 3}, {s.Restart, 4}} {
		so.change()
		sinktest.Wait(t, fmt.Sprintf("both channels were told %d times", so.told), func() bool { w, c := told(t, sink); return len(w) == so.told && len(c) == so.told })
	}
	for n, m := range sink.Messages() {
		if over := strings.Contains(m.Body, "CLOSED") || strings.Contains(m.Body, `"status":"resolved"`); over != (n/2%2 == 1) {
			t.Errorf("message %d is %s", n, m.Body)
		}
	}
}

// fill stores until nothing is taken any more.
func fill(t *testing.T, b *bus.Bus) {
	t.Helper()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		_, err := b.Publish(ctx, bus.Message{Subject: bus.ItemSubject("a"), Data: make([]byte, 1000)})
		cancel()
		if err != nil {
			return
		}
	}
}
