package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

// Handlers that wait for others give their place up, as many as may; the others are handled meanwhile,
// never more at once than there are workers, and all come to their end.
func TestHandlersThatStepAsideLeaveTheirPlace(t *testing.T) {
	registry := prometheus.NewRegistry()
	b := bustest.Start(t, bustest.Registerer(registry))
	publish(t, b, 40)
	var waiting, working, most, done atomic.Int32
	release, refused, both := make(chan struct{}), make(chan uint64, 40), make(chan struct{})
	reached := sync.OnceFunc(func() { close(both) })
	c := quick("c")
	c.Workers, c.Aside = 2, 3
	r := consume(t, b, c, func(ctx context.Context, d *bus.Delivery) error {
		defer done.Add(1)
		if d.Sequence > 4 {
			n := working.Add(1)
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			if n == 2 {
				reached()
			}
			pause := time.After(time.Millisecond)
			if d.Sequence > 40 { // until the other one is there too
				<-both
			}
			<-pause
			working.Add(-1)
			return nil
		}
		if !d.StepAside() {
			refused <- d.Sequence
		} else if waiting.Add(1); !d.StepAside() {
			t.Error("who has stepped aside cannot be told so again")
		}
		select {
		case <-release:
		case <-ctx.Done():
		}
		return nil
	})
	wait(t, refused) // the fourth keeps its place, and one is left for all others
	eventually(t, "all others are handled", func() bool { return done.Load() == 36 && waiting.Load() == 3 })
	if got := most.Load(); got != 1 {
		t.Errorf("%d at once beside the one that kept its place", got)
	}
	shown := func(n int) {
		t.Helper()
		want := fmt.Sprintf("# HELP faultline_consumer_aside Deliveries that take long and have given their place to others.\n# TYPE faultline_consumer_aside gauge\nfaultline_consumer_aside{consumer=\"c\"} %d\n", n)
		if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "faultline_consumer_aside"); err != nil {
			t.Error(err)
		}
	}
	shown(3)
	close(release)
	eventually(t, "all are handled", func() bool { return done.Load() == 40 })
	publish(t, b, 40)
	eventually(t, "both workers are back", func() bool { return done.Load() == 80 && most.Load() == 2 })
	r.end()
	shown(0)
}

// Where nobody may step aside all keep their places.
func TestNoRoomAside(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 1)
	stepped := make(chan bool, 1)
	r := consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error {
		stepped <- d.StepAside()
		return nil
	})
	if wait(t, stepped) {
		t.Error("it stepped aside")
	}
	r.end()
	c := quick("c")
	if c.Aside = -1; b.Consume(t.Context(), c, nil) == nil {
		t.Error("a bound below nothing is taken")
	}
}

// Who stands aside when its process is told to end is waited for, and what it did counts.
func TestWhoStandsAsideIsWaitedFor(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	publish(t, b, 1)
	in, release := make(chan struct{}, 2), make(chan struct{})
	c := quick("c")
	c.Aside = 1
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
		if !d.StepAside() {
			t.Error("it does not stand aside")
		}
		in <- struct{}{}
		<-release
		return nil
	})
	wait(t, in)
	r.stop()
	time.AfterFunc(50*time.Millisecond, func() { close(release) })
	r.end()
	if info, err := s.JetStream().Consumer(t.Context(), bus.Items, "c"); err != nil || info.CachedInfo().AckFloor.Stream != 1 {
		t.Errorf("it is not done: %+v, %v", info, err)
	}
	if !(&bus.Delivery{}).StepAside() || len(in) > 0 {
		t.Error("a delivery that nobody handed out has a place, or what was done came again")
	}
}

// A handler that is done keeps no place, however it ended: who asks again and again until it has left
// comes to an end.
func TestWhoIsDoneHasNoPlace(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 2)
	came := make(chan *bus.Delivery, 3)
	c := quick("c")
	c.Aside = 1
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
		came <- d
		if d.Sequence == 1 && d.Attempt == 1 {
			panic("what it reads is not what it expects")
		}
		return nil
	})
	done := []*bus.Delivery{wait(t, came), wait(t, came), wait(t, came)}
	r.end()
	for _, d := range done {
		if !d.StepAside() {
			t.Errorf("message %d, try %d keeps a place", d.Sequence, d.Attempt)
		}
	}
}

// When the consumer is deleted, a new one is at work while somebody still stands aside, and does not hand out
// again what that one has.
func TestWhoStandsAsideHoldsUpNoNewConsumer(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	publish(t, b, 1)
	var first atomic.Int32
	release, others := make(chan struct{}), make(chan uint64, 10)
	c := quick("c")
	c.Workers, c.Aside = 2, 1
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
		if d.Sequence > 1 {
			others <- d.Sequence
			return nil
		}
		if first.Add(1) == 1 {
			if !d.StepAside() {
				t.Error("it does not stand aside")
			}
			<-release
		}
		return nil
	})
	eventually(t, "one stands aside", func() bool { return first.Load() == 1 })
	for want := uint64(2); want < 4; want++ {
		if err := s.JetStream().DeleteConsumer(t.Context(), bus.Items, "c"); err != nil {
			t.Fatal(err)
		}
		publish(t, b, 1)
		eventually(t, "the new one hands out what is new", func() bool {
			select {
			case got := <-others:
				return got == want
			default:
				return false
			}
		})
	}
	if n := first.Load(); n != 1 {
		t.Errorf("what somebody has was handed out %d times", n)
	}
	close(release)
	eventually(t, "all is done", func() bool {
		settled, err := b.Settled(t.Context(), bus.Items, "c")
		return err == nil && settled == 3
	})
	r.end()
}

// A consumer that the server has forgotten is made anew while its messages are being handled: none of them
// is handed out a second time meanwhile, whether its handler has stepped aside or not yet.
func TestWhatIsInHandIsNotHandedOutByANewConsumer(t *testing.T) {
	s := bustest.StartServer(t)
	tokens := s.Bus().Timers(bus.Poll)
	var mu sync.Mutex
	came := map[string]int{}
	times := func(key string) int {
		mu.Lock()
		defer mu.Unlock()
		return came[key]
	}
	release, done := make(chan struct{}), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		c := bus.Consumer{Durable: "fetchers", Workers: 3, Aside: 1, MaxDeliver: -1, Drain: time.Second}
		done <- tokens.Consume(ctx, c, func(ctx context.Context, key string, d *bus.Delivery) error {
			mu.Lock()
			came[key]++
			mu.Unlock()
			if key == "aside" && !d.StepAside() {
				t.Error("it does not stand aside")
			}
			if key == "new" {
				return nil
			}
			select {
			case <-release:
			case <-ctx.Done():
			}
			return nil
		})
	}()
	schedule := func(key string) {
		t.Helper()
		if err := tokens.Schedule(t.Context(), key, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"aside", "kept"} {
		schedule(key)
		eventually(t, key+" is being handled", func() bool { return times(key) == 1 })
	}
	s.Restart()
	schedule("new")
	eventually(t, "the new consumer hands out what is new", func() bool { return times("new") == 1 })
	tick := time.After(1500 * time.Millisecond) // or another one is about to
	<-tick
	if aside, kept := times("aside"), times("kept"); aside != 1 || kept != 1 {
		t.Errorf("handed out %d and %d times", aside, kept)
	}
	close(release)
	eventually(t, "all is done", func() bool {
		keys, err := tokens.Keys(t.Context())
		return err == nil && len(keys) == 0
	})
	cancel()
	if err := wait(t, done); err != nil {
		t.Error(err)
	}
}

// Who stands aside is told to end also when its consumer cannot go on, so that nobody waits for it for ever.
func TestWhoStandsAsideEndsWithAConsumerThatCannotGoOn(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	publish(t, b, 1)
	in := make(chan struct{}, 1)
	c := quick("c")
	c.Aside, c.Drain = 1, 100*time.Millisecond
	r := consume(t, b, c, func(ctx context.Context, d *bus.Delivery) error {
		if !d.StepAside() {
			t.Error("it does not stand aside")
		}
		in <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	wait(t, in)
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := wait(t, r.done); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("consuming ended with: %v", err)
	}
}
