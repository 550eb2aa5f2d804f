package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"

	"github.com/nats-io/nats.go"
)

// collect consumes until n deliveries were handled, and returns them.
func collect(t *testing.T, b *bus.Bus, c bus.Consumer, n int) []*bus.Delivery {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var got []*bus.Delivery
	err := b.Consume(ctx, c, func(_ context.Context, d *bus.Delivery) error {
		if len(got) == n { // sent before the end was known
			return bus.RetryAfter(time.Millisecond, errors.New("enough"))
		}
		if got = append(got, d); len(got) == n {
			cancel()
		}
		return nil
	})
	if err != nil {
		t.Fatalf("consuming: %v", err)
	}
	if len(got) != n {
		t.Fatalf("consumed %d messages, want %d", len(got), n)
	}
	return got
}

func TestPublishAndConsume(t *testing.T) {
	b := bustest.Start(t)
	for i := range 10 {
		m := bus.Message{Subject: bus.ItemSubject("kloop.kg"), ID: fmt.Sprint(i), Data: fmt.Appendf(nil, "item %d", i), Header: map[string]string{"Kind": "item"}}
		ack, err := b.Publish(t.Context(), m)
		if err != nil || ack.Duplicate || ack.Sequence != uint64(i+1) {
			t.Fatalf("publish %d: %+v, %v", i, ack, err)
		}
	}
	got := collect(t, b, bus.Consumer{Stream: bus.Items, Durable: "classifier"}, 10)
	for i, d := range got {
		if string(d.Data) != fmt.Sprintf("item %d", i) || d.Sequence != uint64(i+1) || d.Attempt != 1 || d.Header["Kind"] != "item" || d.Subject != "items.kloop=2Ekg" {
			t.Errorf("delivery %d is %+v", i, d)
		}
	}
}

func TestPublishSameIDTwiceStoresOnce(t *testing.T) {
	b := bustest.Start(t)
	m := bus.Message{Subject: bus.ItemSubject("a"), ID: "same", Data: []byte("x")}
	for i, want := range []bool{false, true} {
		ack, err := b.Publish(t.Context(), m)
		if err != nil || ack.Duplicate != want {
			t.Fatalf("publish %d: %+v, %v", i, ack, err)
		}
	}
}

func TestPublishOnceIsOncePerSubject(t *testing.T) {
	b := bustest.Start(t)
	subject := bus.NotificationSubject("desk", "slack[0]", "n1")
	for i, want := range []bool{false, true} {
		ack, err := b.PublishOnce(t.Context(), bus.Message{Subject: subject, Data: []byte("x")})
		if err != nil || ack.Duplicate != want {
			t.Fatalf("publish %d: %+v, %v", i, ack, err)
		}
	}
	if ack, err := b.PublishOnce(t.Context(), bus.Message{Subject: bus.NotificationSubject("desk", "slack[0]", "n2")}); err != nil || ack.Duplicate {
		t.Fatalf("another notification: %+v, %v", ack, err)
	}
}

// bothWays runs a test on a bus that publishes several messages one by one, and on one
// that publishes them in batches, as it does where flushes are slow.
func bothWays(t *testing.T, test func(*testing.T, *bus.Bus)) {
	t.Helper()
	t.Run("each by itself", func(t *testing.T) { test(t, bustest.Start(t)) })
	t.Run("in batches", func(t *testing.T) {
		b := bustest.Start(t)
		bus.SlowDisk(b)
		test(t, b)
	})
}

func TestPublishAll(t *testing.T) { bothWays(t, testPublishAll) }

func testPublishAll(t *testing.T, b *bus.Bus) {
	t.Helper()
	batch := func(from, to int) (ms []bus.Message) {
		for i := from; i < to; i++ {
			ms = append(ms, bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i), Data: []byte("x")})
		}
		return ms
	}
	for _, step := range []struct {
		name       string
		messages   []bus.Message
		duplicates int
		last       uint64
	}{
		{"nothing", nil, 0, 0},
		{"one", batch(0, 1), 0, 1},
		{"a batch", batch(1, 100), 0, 100},
		{"a batch that was stored in part", batch(50, 120), 50, 120},
		{"one id twice in a batch", append(batch(120, 122), batch(121, 123)...), 1, 123},
		{"more than a batch holds", batch(123, 2300), 0, 2300},
	} {
		acks, err := b.PublishAll(t.Context(), step.messages)
		if err != nil || len(acks) != len(step.messages) {
			t.Fatalf("%s: %d acks for %d messages, %v", step.name, len(acks), len(step.messages), err)
		}
		duplicates := 0
		for _, a := range acks {
			if a.Duplicate {
				duplicates++
			}
		}
		if duplicates != step.duplicates {
			t.Errorf("%s: %d duplicates, want %d", step.name, duplicates, step.duplicates)
		}
		if n := len(acks); n > 0 && acks[n-1].Sequence != step.last {
			t.Errorf("%s: the last sequence is %d, want %d", step.name, acks[n-1].Sequence, step.last)
		}
	}
}

// Who publishes nothing but several messages at once learns how slow the disk is, too.
func TestPublishAllLearnsTheFlushes(t *testing.T) {
	b := bustest.Start(t, bustest.SyncAlways())
	before, _ := bus.Flushes(b)
	ms := make([]bus.Message, 12)
	for i := range ms {
		ms[i] = bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i), Data: []byte("x")}
	}
	start := time.Now()
	for range 2 { // the second time there is nothing to store
		if _, err := b.PublishAll(t.Context(), ms); err != nil {
			t.Fatal(err)
		}
	}
	noted, least := bus.Flushes(b)
	if one := time.Since(start) / time.Duration(len(ms)); noted != before+1 || least <= 0 || least > one {
		t.Errorf("noted %d times, the least %v, where one message took less than %v", noted-before, least, one)
	}
}

// What comes after a message that cannot be sent does not overtake it, and what comes
// before is stored.
func TestPublishAllStopsAtWhatCannotBeSent(t *testing.T) { bothWays(t, testStopsAtWhatCannotBeSent) }

func testStopsAtWhatCannotBeSent(t *testing.T, b *bus.Bus) {
	t.Helper()
	ms := make([]bus.Message, 5)
	for i := range ms {
		ms[i] = bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i), Data: []byte("x")}
	}
	ms[2].Data, ms[2].Subject = make([]byte, 2<<20), bus.ItemSubject("large")
	acks, err := b.PublishAll(t.Context(), ms)
	if !errors.Is(err, nats.ErrMaxPayload) || !strings.Contains(err.Error(), ms[2].Subject) || len(acks) != 2 {
		t.Fatalf("%d acks, %v", len(acks), err)
	}
	ms[2].Data = []byte("shorter")
	acks, err = b.PublishAll(t.Context(), ms)
	if err != nil || len(acks) != 5 {
		t.Fatalf("again: %d acks, %v", len(acks), err)
	}
	for i, ack := range acks {
		if ack.Sequence != uint64(i+1) {
			t.Errorf("message %d has sequence %d", i, ack.Sequence)
		}
	}
}

func TestPublishWaitsForTheServer(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	s.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := b.Publish(ctx, bus.Message{Subject: bus.ItemSubject("a"), ID: "1"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("publishing to a stopped server for a moment: %v", err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), ID: "2"})
		done <- err
	}()
	s.Restart()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("publishing over a restart: %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the publish did not end")
	}
}

func TestFault71PublishTooLargeFailsAtOnce(t *testing.T) {
	b := bustest.Start(t)
	_, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), Data: make([]byte, 2<<20)})
	if err == nil {
		t.Fatal("a message beyond the server's maximum was taken")
	}
}

// What is published after something is stored only if nothing came since.
func TestPublishAfter(t *testing.T) {
	b := bustest.Start(t)
	subject := bus.NoticeSubject("ReloadRefused", "fetcher")
	if _, err := b.Last(t.Context(), bus.Notices, subject); !errors.Is(err, bus.ErrNotFound) {
		t.Fatalf("the last of none: %v", err)
	}
	first, err := b.PublishAfter(t.Context(), bus.Message{Subject: subject, ID: "a", Data: []byte("a")}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.PublishAfter(t.Context(), bus.Message{Subject: subject, ID: "b", Data: []byte("b")}, 0); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("after nothing, although there is one: %v", err)
	}
	if _, err := b.PublishAfter(t.Context(), bus.Message{Subject: subject, ID: "c", Data: []byte("c")}, first.Sequence); err != nil {
		t.Error(err)
	}
	if last, err := b.Last(t.Context(), bus.Notices, subject); err != nil || string(last.Data) != "c" || last.Subject != subject || last.Published.IsZero() {
		t.Errorf("last is %+v, %v", last, err)
	}
}
