package bus_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

// round is a delivery as a handler had it.
type round struct {
	at                time.Time
	sequence          uint64
	attempt, kept     int
	keepable, tooLong bool
}

func roundOf(c bus.Consumer, d *bus.Delivery) round {
	return round{at: time.Now(), sequence: d.Sequence, attempt: d.Attempt, kept: d.Kept, keepable: d.Keepable(c.AckWait / 4), tooLong: d.Keepable(c.AckWait)}
}

// keeps is a consumer of a process that keeps deliveries.
func keeps(ackWait time.Duration) bus.Consumer {
	return bus.Consumer{Stream: bus.Items, Durable: "c", Workers: 2, AckWait: ackWait, MaxDeliver: -1, Keep: 10}
}

func item(t *testing.T, b *bus.Bus, feed string) uint64 {
	t.Helper()
	ack, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject(feed), Data: []byte(feed)})
	if err != nil {
		t.Fatal(err)
	}
	return ack.Sequence
}

func TestKeptDeliveryComesAgainHereAndNowhereElse(t *testing.T) {
	s, registry := bustest.StartServer(t), prometheus.NewRegistry()
	b := s.Bus(func(o *bus.Options) { o.Registerer = registry })
	c, rounds, others := keeps(30*time.Second), make(chan round, 10), make(chan round, 10)
	item(t, b, "a")
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
		if string(d.Data) == "z" {
			others <- roundOf(c, d)
			return nil
		}
		rounds <- roundOf(c, d)
		if d.Kept < 3 {
			return bus.Keep(300 * time.Millisecond)
		}
		return nil
	})
	before := wait(t, rounds)
	if before.attempt != 1 || before.kept != 0 || !before.keepable || before.tooLong {
		t.Errorf("at first: %+v", before)
	}
	elsewhere := consume(t, s.Bus(), c, func(_ context.Context, d *bus.Delivery) error {
		others <- roundOf(c, d)
		return nil
	})
	for kept := 1; kept <= 3; kept++ {
		now := wait(t, rounds)
		if now.attempt != 1 || now.kept != kept || now.sequence != before.sequence || now.at.Sub(before.at) < 300*time.Millisecond {
			t.Errorf("round %d: %+v after %+v", kept, now, before)
		}
		before = now
	}
	z := item(t, b, "z")
	if other := wait(t, others); other.sequence != z {
		t.Errorf("another process had %+v", other)
	}
	r.end()
	elsewhere.end()
	if n, err := testutil.GatherAndCount(registry, "faultline_consumer_kept"); n != 1 || err != nil {
		t.Errorf("%d series of what is kept, %v", n, err)
	}
	if len(rounds) != 0 {
		t.Errorf("it came once more: %+v", <-rounds)
	}
}

// What cannot be kept is given back for as long.
func TestNotEverythingIsKept(t *testing.T) {
	for name, change := range map[string]func(*bus.Consumer){
		"none may be":  func(c *bus.Consumer) { c.Keep = 0 },
		"one worker":   func(c *bus.Consumer) { c.Workers = 1 },
		"another is":   func(c *bus.Consumer) { c.Keep = 1 },
		"for too long": func(c *bus.Consumer) { c.AckWait = time.Second },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := prometheus.NewRegistry()
			b, c := bustest.Start(t, bustest.Registerer(registry)), keeps(time.Minute)
			change(&c)
			pause, rounds := 900*time.Millisecond, make(chan round, 10)
			r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
				if string(d.Data) == "first" {
					return bus.Keep(c.AckWait / 2)
				}
				rounds <- round{at: time.Now(), attempt: d.Attempt, kept: d.Kept, keepable: d.Keepable(pause)}
				if d.Attempt == 1 {
					return bus.Keep(pause)
				}
				return nil
			})
			if c.Keep == 1 {
				item(t, b, "first")
				eventually(t, "the first is kept", func() bool { return outcomes(t, registry, "kept") == 1 })
			}
			item(t, b, "second")
			before, after := wait(t, rounds), wait(t, rounds)
			if before.keepable || after.attempt != 2 || after.kept != 0 || after.at.Sub(before.at) < pause {
				t.Errorf("%+v, then %+v", before, after)
			}
			r.end()
		})
	}
	if err := bustest.Start(t).Consume(t.Context(), bus.Consumer{Stream: bus.Items, Durable: "c", Keep: -1}, nil); err == nil {
		t.Error("fewer than none are kept")
	}
}

// A process that ends gives back what it keeps; of one that is cut off it comes again
// after AckWait.
func TestKeptDeliveryOfAProcessThatIsGone(t *testing.T) {
	for name, cut := range map[string]bool{"it ended": false, "it was cut off": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ackWait := bustest.StartServer(t), time.Minute
			if cut {
				ackWait = 4 * time.Second
			}
			c, rounds := keeps(ackWait), make(chan round, 10)
			item(t, s.Bus(), "a")
			first := s.Bus()
			r := consume(t, first, c, func(_ context.Context, d *bus.Delivery) error {
				rounds <- roundOf(c, d)
				return bus.Keep(2 * time.Second)
			})
			before := wait(t, rounds)
			if cut {
				now, end := context.WithCancel(t.Context())
				end()
				if err := first.Close(now); err == nil {
					t.Error("the connection ended in good order")
				}
				r.stop()
			} else {
				r.end()
			}
			after := make(chan round, 10)
			next := consume(t, s.Bus(), c, func(_ context.Context, d *bus.Delivery) error {
				after <- roundOf(c, d)
				return nil
			})
			got := wait(t, after)
			if pause := got.at.Sub(before.at); got.attempt != 2 || got.kept != 0 || pause < 1900*time.Millisecond || pause > 50*time.Second {
				t.Errorf("%+v after %+v", got, before)
			}
			next.end()
		})
	}
}

// A delivery whose AckWait may have run out, as no worker was free for it, is left to
// whom the server gives it.
func TestKeptDeliveryLapses(t *testing.T) {
	s, registry := bustest.StartServer(t), prometheus.NewRegistry()
	b := s.Bus(func(o *bus.Options) { o.Registerer = registry })
	c, blocked, release := keeps(3*time.Second), make(chan string, 10), make(chan struct{})
	kept := make(chan round, 100)
	item(t, b, "a")
	r := consume(t, b, c, func(ctx context.Context, d *bus.Delivery) error {
		if string(d.Data) == "a" {
			kept <- roundOf(c, d)
			return bus.Keep(2 * time.Second)
		}
		blocked <- string(d.Data)
		<-release
		return ctx.Err()
	})
	wait(t, kept)
	for _, feed := range []string{"b", "c"} {
		item(t, b, feed)
		wait(t, blocked)
	}
	elsewhere := make(chan round, 10)
	other := consume(t, s.Bus(), c, func(_ context.Context, d *bus.Delivery) error {
		elsewhere <- roundOf(c, d)
		return nil
	})
	if got := wait(t, elsewhere); got.attempt != 2 || got.kept != 0 {
		t.Errorf("the other process had %+v", got)
	}
	for len(kept) > 0 {
		<-kept
	}
	close(release)
	eventually(t, "it is given up", func() bool { return outcomes(t, registry, "lapsed") == 1 })
	r.end()
	other.end()
	if len(kept) != 0 {
		t.Errorf("it came here, too: %+v", <-kept)
	}
}

// outcomes is how many deliveries came to an end of this kind.
func outcomes(t *testing.T, from prometheus.Gatherer, outcome string) (n float64) {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if f.GetName() == "faultline_consumer_handled_total" && l.GetValue() == outcome {
					n += m.GetCounter().GetValue()
				}
			}
		}
	}
	return n
}

// Whether the server had the last sign of life before its connection went nobody knows.
func TestKeptDeliveryLapsesWithTheConnection(t *testing.T) {
	s, registry := bustest.StartServer(t), prometheus.NewRegistry()
	b := s.Bus(func(o *bus.Options) { o.Registerer = registry })
	c, rounds := keeps(4*time.Second), make(chan round, 10)
	item(t, b, "a")
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
		rounds <- roundOf(c, d)
		if len(rounds) == 1 {
			return bus.Keep(2 * time.Second)
		}
		return nil
	})
	eventually(t, "it is kept", func() bool { return outcomes(t, registry, "kept") == 1 })
	s.Restart()
	eventually(t, "it comes again", func() bool { return len(rounds) == 2 })
	r.end()
	if <-rounds; len(rounds) != 1 {
		t.Fatalf("%d rounds more", len(rounds))
	}
	if got := <-rounds; got.kept != 0 {
		t.Errorf("it was kept through it: %+v", got)
	}
}

// Of two messages of a subject the one that came later is the one to go by.
func TestKeptDeliveryMakesWayForAnother(t *testing.T) {
	b := bustest.Start(t)
	c, rounds := keeps(3*time.Second), make(chan string, 10)
	first := item(t, b, "a")
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
		rounds <- fmt.Sprint(d.Sequence-first, " ", d.Attempt, " ", d.Kept)
		if d.Sequence == first && d.Attempt == 1 {
			return bus.Keep(2 * time.Second)
		}
		return nil
	})
	got := []string{wait(t, rounds)}
	item(t, b, "a")
	got = append(got, wait(t, rounds), wait(t, rounds))
	if want := []string{"0 1 0", "1 1 0", "0 2 0"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sequence, attempt and rounds: %v, want %v", got, want)
	}
	r.end()
}

func TestRenewOnlyWhatIsStillTheToken(t *testing.T) {
	b := bustest.Start(t)
	timers := b.Timers(bus.Poll)
	hour, came := time.Now().Add(time.Hour), make(chan *bus.Delivery, 10)
	token := func() *bus.Delivery {
		t.Helper()
		if err := timers.Schedule(t.Context(), "a", time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		return wait(t, came)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		c := bus.Consumer{Durable: "c", Workers: 4, AckWait: time.Minute, MaxDeliver: -1, Keep: 4}
		done <- timers.Consume(ctx, c, func(_ context.Context, _ string, d *bus.Delivery) error {
			came <- d
			return bus.Keep(40 * time.Second)
		})
	}()
	renew := func(what string, d *bus.Delivery, want bool) {
		t.Helper()
		if got, err := timers.Renew(t.Context(), "a", hour, []byte("7"), d); got != want || err != nil {
			t.Errorf("%s: %v, %v", what, got, err)
		}
		at, err := timers.When(t.Context(), "a")
		if at.Equal(hour) != want || err != nil {
			t.Errorf("%s: it is scheduled for %v, %v", what, at, err)
		}
	}
	first := token()
	renew("the token", first, true)
	renew("once more", first, true)
	second := token()
	renew("a token beside a newer one", first, false)
	renew("the newer one", second, true)
	if err := timers.Cancel(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	renew("a token that was cancelled", second, false)
	if _, err := timers.Renew(t.Context(), "", hour, nil, second); err == nil {
		t.Error("a token without a key")
	}
	cancel()
	if err := wait(t, done); err != nil {
		t.Error(err)
	}
}
