package bus_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

func TestReplaySeesAllThatIsStored(t *testing.T) {
	b := bustest.Start(t)
	none := func(context.Context, *bus.Delivery) error { return errors.New("called") }
	if err := b.Replay(t.Context(), bus.Items, nil, bus.Start{}, none); err != nil {
		t.Fatalf("an empty stream: %v", err)
	}
	var middle time.Time
	for i := range 300 {
		if i == 200 {
			middle = time.Now()
		}
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject(fmt.Sprint(i % 3)), Data: fmt.Append(nil, i)}); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		subjects []string
		from     bus.Start
		want     int
	}{
		"all":                {nil, bus.Start{}, 300},
		"one subject":        {[]string{bus.ItemSubject("1")}, bus.Start{}, 100},
		"two subjects":       {[]string{bus.ItemSubject("1"), bus.ItemSubject("2")}, bus.Start{}, 200},
		"from a sequence":    {nil, bus.Start{Sequence: 251}, 50},
		"since":              {nil, bus.Start{Since: middle}, 100},
		"new":                {nil, bus.Start{New: true}, 0},
		"behind the end":     {nil, bus.Start{Sequence: 1000}, 0},
		"subject of nothing": {[]string{bus.ItemSubject("9")}, bus.Start{}, 0},
	} {
		n, last := 0, uint64(0)
		err := b.Replay(t.Context(), bus.Items, test.subjects, test.from, func(_ context.Context, d *bus.Delivery) error {
			if d.Sequence <= last {
				t.Errorf("%s: %d after %d", name, d.Sequence, last)
			}
			n, last = n+1, d.Sequence
			return nil
		})
		if err != nil || n != test.want {
			t.Errorf("%s: saw %d, want %d, %v", name, n, test.want, err)
		}
	}
}

// A replay of a stream that grows all the while ends.
func TestReplayEndsWhileMessagesCome(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 10)
	n := 0
	err := b.Replay(t.Context(), bus.Items, nil, bus.Start{}, func(context.Context, *bus.Delivery) error {
		n++
		publish(t, b, 2)
		return nil
	})
	if err != nil || n != 10 {
		t.Errorf("saw %d, want 10, %v", n, err)
	}
}

func TestReplayFaults(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 3)
	own := errors.New("own")
	if err := b.Replay(t.Context(), bus.Items, nil, bus.Start{}, func(context.Context, *bus.Delivery) error { return own }); !errors.Is(err, own) {
		t.Errorf("the function's error came back as %v", err)
	}
	if err := b.Replay(t.Context(), "NONE", nil, bus.Start{}, ignore); err == nil {
		t.Error("a stream that is not there was read")
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := b.Replay(ctx, bus.Items, nil, bus.Start{}, func(context.Context, *bus.Delivery) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a replay that was cut short ended with %v", err)
	}
}

func TestTailFollowsUntilTold(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	publish(t, b, 3)
	ctx, cancel := context.WithCancel(t.Context())
	seen, done := make(chan uint64, 100), make(chan error, 1)
	go func() {
		done <- b.Tail(ctx, bus.Items, nil, bus.Start{Sequence: 3}, func(_ context.Context, d *bus.Delivery) error {
			seen <- d.Sequence
			return nil
		})
	}()
	if got := wait(t, seen); got != 3 {
		t.Errorf("saw %d first", got)
	}
	publish(t, b, 1)
	if got := wait(t, seen); got != 4 {
		t.Errorf("saw %d next", got)
	}
	s.Restart()
	publish(t, b, 1)
	if got := wait(t, seen); got != 5 {
		t.Errorf("saw %d after the restart", got)
	}
	cancel()
	if err := wait(t, done); err != nil {
		t.Errorf("ended with %v", err)
	}
	own := errors.New("own")
	if err := b.Tail(t.Context(), bus.Items, nil, bus.Start{}, func(context.Context, *bus.Delivery) error { return own }); !errors.Is(err, own) {
		t.Errorf("the function's error came back as %v", err)
	}
}

// What is stored last is removed after the server has told, with the message before, that one
// more is to come: a replay does not wait for the next write.
func TestReplayEndsWhereTheLastIsRemoved(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	const ahead = 500 // messages that the server sends at once
	publish(t, b, ahead+1)
	stream, err := s.JetStream().Stream(t.Context(), bus.Items)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n := 0
	err = b.Replay(ctx, bus.Items, nil, bus.Start{}, func(context.Context, *bus.Delivery) error {
		if n++; n > 1 {
			return nil
		}
		for sent := uint64(0); sent < ahead && ctx.Err() == nil; {
			for reader := range stream.ListConsumers(ctx).Info() {
				sent = reader.Delivered.Consumer
			}
		}
		return stream.DeleteMsg(ctx, ahead+1)
	})
	if err != nil || n != ahead {
		t.Errorf("saw %d, want %d, %v", n, ahead, err)
	}
}
