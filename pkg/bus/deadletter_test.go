package bus_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func letters(t *testing.T, b *bus.Bus) (all []bus.DeadLetter) {
	t.Helper()
	err := b.DeadLetters(t.Context(), func(d bus.DeadLetter) error {
		all = append(all, d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFault72And88DeadLetters(t *testing.T) {
	for name, test := range map[string]struct {
		handler    bus.Handler
		deliveries int
		reason     string
	}{
		"permanent": {func(context.Context, *bus.Delivery) error {
			return bus.Permanent(errors.New("unknown document version"))
		}, 1, "unknown document version"},
		"exhausted": {func(context.Context, *bus.Delivery) error { return errors.New("no luck") }, 3, "no luck"},
		"panic":     {func(context.Context, *bus.Delivery) error { panic("poison") }, 3, "panic: poison"},
		"long and broken text": {func(context.Context, *bus.Delivery) error {
			return bus.Permanent(errors.New("\xff" + strings.Repeat("ж", 3000)))
		}, 1, "\uFFFDжжж"},
	} {
		t.Run(name, func(t *testing.T) {
			registry := prometheus.NewRegistry()
			s := bustest.StartServer(t, bustest.Registerer(registry))
			b, js := s.Bus(), s.JetStream()
			publish(t, b, 3)
			c := quick("c")
			c.MaxDeliver = 3
			var good atomic.Int32
			r := consume(t, b, c, func(ctx context.Context, d *bus.Delivery) error {
				if d.Sequence == 2 {
					return test.handler(ctx, d)
				}
				good.Add(1)
				return nil
			})
			eventually(t, "the dead letter is written", func() bool { return len(letters(t, b)) == 1 && good.Load() == 2 })
			d := letters(t, b)[0]
			if d.Stream != bus.Items || d.Sequence != 2 || d.Consumer != "c" || d.Subject != "items.a" || d.Deliveries != test.deliveries ||
				!strings.HasPrefix(d.Reason, test.reason) || len(d.Reason) > 1000 || time.Since(d.Time) > time.Minute {
				t.Errorf("the dead letter is %+v", d)
			}
			eventually(t, "the message is ended", func() bool { return idle(t, js) })
			r.end()
			if stream, err := js.Stream(t.Context(), bus.DeadLetters); err != nil || stream.CachedInfo().State.Msgs != 1 {
				t.Errorf("the letter is not alone on the stream: %+v, %v", stream.CachedInfo().State, err)
			}
			want := "# HELP faultline_dead_letters_total Messages given up on, by the stream they were in.\n" +
				"# TYPE faultline_dead_letters_total counter\nfaultline_dead_letters_total{stream=\"ITEMS\"} 1\n"
			if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "faultline_dead_letters_total"); err != nil {
				t.Error(err)
			}
		})
	}
}

// idle reports whether the consumer "c" has nothing left to do.
func idle(t *testing.T, js jetstream.JetStream) bool {
	t.Helper()
	c, err := js.Consumer(t.Context(), bus.Items, "c")
	if err != nil {
		t.Fatal(err)
	}
	info := c.CachedInfo()
	return info.NumPending == 0 && info.NumAckPending == 0
}

func TestReplayOfADeadLetter(t *testing.T) {
	b := bustest.Start(t)
	m := bus.Message{Subject: bus.ItemSubject("a"), ID: "one", Data: []byte("text"), Header: map[string]string{"Kind": "item"}}
	if _, err := b.Publish(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	r := consume(t, b, quick("c"), func(context.Context, *bus.Delivery) error { return bus.Permanent(errors.New("a bug")) })
	eventually(t, "the dead letter is written", func() bool { return len(letters(t, b)) == 1 })
	r.end()
	number := letters(t, b)[0].Number
	letter, err := b.DeadLetter(t.Context(), number)
	if err != nil || string(letter.Data) != "text" || letter.Header["Kind"] != "item" {
		t.Fatalf("the dead letter is %+v, %v", letter, err)
	}
	if err := b.ReplayDeadLetter(t.Context(), number); err != nil {
		t.Fatal(err)
	}
	if d := collect(t, b, quick("c"), 1)[0]; string(d.Data) != "text" || d.Header["Kind"] != "item" || d.Sequence != 2 {
		t.Errorf("replayed as %+v", d)
	}
	if left := letters(t, b); len(left) != 0 {
		t.Errorf("%d dead letters are left", len(left))
	}
	if err := b.ReplayDeadLetter(t.Context(), number); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("replaying it again: %v", err)
	}
}

func TestDeadLetterOfAWorkQueueCarriesTheMessage(t *testing.T) {
	b := bustest.Start(t)
	timers := b.Timers(bus.Poll)
	if err := timers.Schedule(t.Context(), "feed", time.Now(), []byte("token")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- timers.Consume(ctx, bus.Consumer{Durable: "fetchers"}, func(context.Context, string, *bus.Delivery) error {
			return bus.Permanent(errors.New("a bug"))
		})
	}()
	eventually(t, "the dead letter is written", func() bool { return len(letters(t, b)) == 1 })
	eventually(t, "the queue is empty", func() bool { keys, err := timers.Keys(t.Context()); return err == nil && len(keys) == 0 })
	cancel()
	if err := wait(t, done); err != nil {
		t.Fatal(err)
	}
	if err := b.ReplayDeadLetter(t.Context(), letters(t, b)[0].Number); err != nil {
		t.Fatal(err)
	}
	if keys, err := timers.Keys(t.Context()); err != nil || !keys["feed"] {
		t.Errorf("after the replay the keys are %v, %v", keys, err)
	}
}

// While dead letters cannot be written the message stays and comes again.
func TestMessageStaysUntilItsDeadLetterIsWritten(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	js := s.JetStream()
	stream, err := js.Stream(t.Context(), bus.DeadLetters)
	if err != nil {
		t.Fatal(err)
	}
	config := stream.CachedInfo().Config
	config.MaxMsgSize = 1 // nothing fits
	if _, err := js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	publish(t, b, 1)
	attempts := make(chan int, 100)
	c := quick("c")
	c.MaxDeliver = 2
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error { attempts <- d.Attempt; return errors.New("no luck") })
	for want := 1; want <= 2; want++ {
		if got := wait(t, attempts); got != want {
			t.Fatalf("attempt %d, want %d", got, want)
		}
	}
	config.MaxMsgSize = -1
	if _, err := js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the dead letter is written", func() bool { return len(letters(t, b)) == 1 })
	r.end()
	if len(attempts) != 0 {
		t.Error("the handler was called more often than allowed")
	}
}

func TestAdvisoriesOfTheServerAreDeadLettersToo(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	publish(t, b, 2)
	// An operator's own consumer that gives up by itself.
	js := s.JetStream()
	consumer, err := js.CreateConsumer(t.Context(), bus.Items, foreignConsumer())
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the server gave up", func() bool {
		batch, err := consumer.FetchNoWait(10)
		if err != nil {
			t.Fatal(err)
		}
		for msg := range batch.Messages() {
			if err := msg.NakWithDelay(time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}
		return len(letters(t, b)) == 2
	})
	if d := letters(t, b)[0]; d.Consumer != "foreign" || d.Sequence != 1 || d.Deliveries != 2 || d.Reason == "" {
		t.Errorf("the dead letter is %+v", d)
	}
	if d, err := b.DeadLetter(t.Context(), letters(t, b)[0].Number); err != nil || string(d.Data) != "0" {
		t.Errorf("its message is %+v, %v", d, err)
	}
}

func TestUnreadableDeadLetterHidesNoOther(t *testing.T) {
	b := bustest.Start(t)
	for _, data := range []string{"{", `{"schema":"deadletter/9"}`, `{"schema":"deadletter/1","stream":"ITEMS","sequence":7,"consumer":"c"}`} {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: "dlq.x.y", Data: []byte(data)}); err != nil {
			t.Fatal(err)
		}
	}
	all := letters(t, b)
	if len(all) != 1 || all[0].Sequence != 7 || all[0].Number != 3 {
		t.Errorf("the dead letters are %+v", all)
	}
	if err := b.ReplayDeadLetter(t.Context(), 3); !errors.Is(err, bus.ErrNotFound) || !strings.Contains(err.Error(), "no longer stored") {
		t.Errorf("replaying a message that is gone: %v", err)
	}
}

// A delivery beyond the limit means that the process died of every earlier
// one: it is not handed to the handler again.
func TestFault72MessageThatKillsProcessesIsGivenUp(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 1)
	c := quick("c")
	c.MaxDeliver = -1 // however often it comes before the end
	seen := make(chan int, 100)
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error { seen <- d.Attempt; return errors.New("no luck") })
	wait(t, seen)
	wait(t, seen)
	r.end()
	c.MaxDeliver = 1
	r = consume(t, b, c, func(_ context.Context, d *bus.Delivery) error { t.Error("handled once more"); return nil })
	eventually(t, "it is given up", func() bool { return len(letters(t, b)) == 1 })
	r.end()
	if d := letters(t, b)[0]; !strings.Contains(d.Reason, "killed") {
		t.Errorf("the reason is %q", d.Reason)
	}
}
