package bus_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

// Settled counts what was handled and what was given up, and nothing else.
func TestSettled(t *testing.T) {
	b := bustest.Start(t)
	if _, err := b.Settled(t.Context(), bus.Items, "classify"); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("without a consumer: %v", err)
	}
	for range 3 {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("wire"), Data: []byte("x")}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	handled, ended := make(chan uint64, 3), make(chan error, 1)
	go func() {
		ended <- b.Consume(ctx, bus.Consumer{Stream: bus.Items, Durable: "classify"}, func(_ context.Context, d *bus.Delivery) error {
			handled <- d.Sequence
			switch d.Sequence {
			case 2:
				return bus.Permanent(errors.New("broken"))
			case 3:
				return bus.RetryAfter(time.Hour, errors.New("later"))
			}
			return nil
		})
	}()
	for range 3 {
		select {
		case <-handled:
		case <-time.After(30 * time.Second):
			t.Fatal("not delivered")
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); ; <-tick.C { // the server takes notice in its own time
		n, err := b.Settled(t.Context(), bus.Items, "classify")
		if n == 2 && err == nil {
			return
		}
		if n > 2 || err != nil || time.Now().After(deadline) {
			t.Fatalf("settled up to %d: %v", n, err)
		}
	}
}

// A stream that is made anew has its own messages by the numbers of the old one's.
func TestProgressOfAStreamMadeAnew(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	if _, err := b.Progress(t.Context(), bus.Items, "classify"); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("without a consumer: %v", err)
	}
	far := func() bus.Progress {
		t.Helper()
		before := time.Now()
		publish(t, b, 1)
		ctx, stop := context.WithCancel(t.Context())
		if err := b.Consume(ctx, bus.Consumer{Stream: bus.Items, Durable: "classify"}, func(context.Context, *bus.Delivery) error { stop(); return nil }); err != nil {
			t.Fatal(err)
		}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for deadline := time.Now().Add(30 * time.Second); ; <-tick.C {
			p, err := b.Progress(t.Context(), bus.Items, "classify")
			if err != nil || time.Now().After(deadline) {
				t.Fatalf("%+v: %v", p, err)
			}
			if p.Sequence == 1 && !p.Asked.Before(before) {
				return p
			}
		}
	}
	one := far()
	if !one.Has(1, one.Asked) || !one.Has(1, time.Time{}) || one.Has(2, one.Asked) || one.Has(1, one.Made.Add(-1)) {
		t.Errorf("%+v", one)
	}
	if err := s.JetStream().DeleteStream(t.Context(), bus.Items); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(t.Context(), bus.Tuning{}); err != nil {
		t.Fatal(err)
	}
	if two := far(); two.Has(1, one.Asked) || !two.Has(1, two.Asked) {
		t.Errorf("%+v after %+v", two, one)
	}
}
