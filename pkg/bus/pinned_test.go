package bus_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"

	"github.com/nats-io/nats.go/jetstream"
)

func TestPinnedConsumerHasOneOwnerAtATime(t *testing.T) {
	t.Parallel()
	s := bustest.StartServer(t)
	c := quick("c")
	c.Pinned = true
	var first, second atomic.Int32
	publisher, one := s.Bus(), s.Bus()
	a := consume(t, one, c, func(context.Context, *bus.Delivery) error { first.Add(1); return nil })
	publish(t, publisher, 1)
	eventually(t, "the first owner works", func() bool { return first.Load() == 1 })
	z := consume(t, s.Bus(), c, func(context.Context, *bus.Delivery) error { second.Add(1); return nil })
	publish(t, publisher, 30)
	eventually(t, "the first owner does it all", func() bool { return first.Load() == 31 || second.Load() > 0 })
	if second.Load() != 0 {
		t.Errorf("the second process handled %d", second.Load())
	}
	a.end()
	begin := time.Now()
	publish(t, publisher, 1)
	eventually(t, "the second owner takes over", func() bool { return second.Load() == 1 })
	if took := time.Since(begin); took > takeOver {
		t.Errorf("taking over took %v", took)
	}
	z.end()
}

// A process that ends in order leaves the pin to the next one, which need not wait until it runs out. One that
// ends without having it leaves it where it is.
func TestFaultPinIsGivenBackAtTheEnd(t *testing.T) {
	t.Parallel()
	s := bustest.StartServer(t)
	c := quick("c")
	c.Pinned = true
	publisher, js := s.Bus(), s.JetStream()
	pin := func() (id string, waiting int) {
		info, err := js.Consumer(t.Context(), bus.Items, "c")
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range info.CachedInfo().PriorityGroups {
			id = g.PinnedClientID
		}
		return id, info.CachedInfo().NumWaiting
	}
	came := make(chan string, 10)
	start := func(name string) *running {
		return consume(t, s.Bus(), c, func(context.Context, *bus.Delivery) error { came <- name; return nil })
	}
	first := start("first")
	publish(t, publisher, 1)
	wait(t, came)
	had, _ := pin()
	idle := start("idle")
	eventually(t, "the other one waits", func() bool { _, waiting := pin(); return waiting > 1 })
	idle.end()
	if has, _ := pin(); has != had || had == "" {
		t.Errorf("pinned to %q, then to %q", had, has)
	}
	first.end()
	begin := time.Now()
	second := start("second")
	publish(t, publisher, 1)
	if name, took := wait(t, came), time.Since(begin); name != "second" || took > 2*time.Second {
		t.Errorf("the next message was taken by the %s process after %v", name, took)
	}
	second.end()
}

// takeOver is what is promised of a pinned consumer whose process is gone.
const takeOver = 6 * time.Second

// The process that has the pin ends without a word, with a message in hand: both that one and the next
// are another one's within the time that is promised.
func TestPinnedConsumerOutlivesADeadProcess(t *testing.T) {
	t.Parallel()
	s := bustest.StartServer(t)
	c := quick("c")
	c.Pinned, c.AckWait, c.Drain = true, 4*time.Second, 10*time.Millisecond
	publisher, victim := s.Bus(), s.Bus()
	taken, hold := make(chan struct{}), make(chan struct{})
	defer close(hold)
	consume(t, victim, c, func(context.Context, *bus.Delivery) error { close(taken); <-hold; return nil })
	publish(t, publisher, 1)
	wait(t, taken)
	came := make(chan uint64, 10)
	z := consume(t, s.Bus(), c, func(_ context.Context, d *bus.Delivery) error { came <- d.Sequence; return nil })
	js := s.JetStream()
	eventually(t, "the other one waits", func() bool {
		info, err := js.Consumer(t.Context(), bus.Items, "c")
		return err == nil && info.CachedInfo().NumWaiting > 0
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := victim.Close(ctx); err == nil {
		t.Log("the connection closed while a handler was running")
	}
	begin := time.Now()
	publish(t, publisher, 1)
	first, second := wait(t, came), wait(t, came)
	if first+second != 3 || first == second {
		t.Errorf("messages %d and %d came, want 1 and 2", first, second)
	}
	took := time.Since(begin)
	if t.Logf("taken over in %v", took); took > takeOver {
		t.Errorf("taking over took %v", took)
	}
	z.end()
}

// A consumer that an older build made without a pin is given one, and goes on where it was.
func TestConsumerIsPinnedLater(t *testing.T) {
	t.Parallel()
	s := bustest.StartServer(t)
	c, publisher := quick("c"), s.Bus()
	for run := range uint64(2) {
		c.Pinned = run == 1
		came := make(chan uint64, 10)
		r := consume(t, s.Bus(), c, func(_ context.Context, d *bus.Delivery) error { came <- d.Sequence; return nil })
		publish(t, publisher, 3)
		for i := range uint64(3) {
			if got, want := wait(t, came), 3*run+i+1; got != want {
				t.Errorf("message %d came, want %d", got, want)
			}
		}
		r.end()
	}
	info, err := s.JetStream().Consumer(t.Context(), bus.Items, "c")
	if err != nil || info.CachedInfo().Config.PriorityPolicy != jetstream.PriorityPolicyPinned {
		t.Errorf("the consumer is not pinned: %v", err)
	}
}
