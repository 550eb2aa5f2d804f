package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

// publish stores n items "0", "1", ...
func publish(t *testing.T, b *bus.Bus, n int) {
	t.Helper()
	for i := range n {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), Data: fmt.Append(nil, i)}); err != nil {
			t.Fatal(err)
		}
	}
}

// running is a Consume in the background.
type running struct {
	t    *testing.T
	stop context.CancelFunc
	done chan error
}

func consume(t *testing.T, b *bus.Bus, c bus.Consumer, h bus.Handler) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{t: t, stop: cancel, done: make(chan error, 1)}
	go func() { r.done <- b.Consume(ctx, c, h) }()
	t.Cleanup(cancel)
	return r
}

// end stops consuming and waits for the end.
func (r *running) end() {
	r.t.Helper()
	r.stop()
	if err := wait(r.t, r.done); err != nil {
		r.t.Fatalf("consuming ended with: %v", err)
	}
}

// wait takes what comes from a channel, within a time that is enough for
// everything here.
func wait[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(time.Minute):
		t.Fatal("nothing came within a minute")
		panic("unreachable")
	}
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(time.Minute)
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

func quick(durable string) bus.Consumer {
	return bus.Consumer{Stream: bus.Items, Durable: durable, BackOff: []time.Duration{20 * time.Millisecond, 60 * time.Millisecond}}
}

func TestFailedMessageComesAgainAfterBackOff(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 1)
	times := make(chan time.Time, 10)
	r := consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error {
		times <- time.Now()
		if d.Attempt < 4 {
			return errors.New("not yet")
		}
		return nil
	})
	var at []time.Time
	for range 4 {
		at = append(at, wait(t, times))
	}
	for i, least := range []time.Duration{20, 60, 60} {
		if pause := at[i+1].Sub(at[i]); pause < least*time.Millisecond {
			t.Errorf("delivery %d came after %v, want at least %v ms", i+2, pause, least)
		}
	}
	r.end()
}

func TestRetryAfterSetsThePause(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 1)
	times := make(chan time.Time, 10)
	r := consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error {
		times <- time.Now()
		if d.Attempt == 1 {
			return bus.RetryAfter(300*time.Millisecond, errors.New("too many requests"))
		}
		return nil
	})
	if pause := -wait(t, times).Sub(wait(t, times)); pause < 300*time.Millisecond {
		t.Errorf("the second delivery came after %v", pause)
	}
	r.end()
}

func TestWorkersAreBoundedAndShareTheWork(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 60)
	var now, most, total atomic.Int32
	four := make(chan struct{}) // are at work
	reached := sync.OnceFunc(func() { close(four) })
	c := quick("c")
	c.Workers = 4
	r := consume(t, b, c, func(ctx context.Context, _ *bus.Delivery) error {
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		if n == 4 {
			reached()
		}
		select { // none ends before
		case <-four:
		case <-ctx.Done():
		}
		select { // so that a fifth would be seen
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
		}
		now.Add(-1)
		total.Add(1)
		return nil
	})
	eventually(t, "all handled", func() bool { return total.Load() == 60 })
	r.end()
	if most.Load() != 4 {
		t.Errorf("at most %d at once, want 4", most.Load())
	}
}

// A busy process must not hold messages that a free one could handle.
func TestNoMessageWaitsInABusyProcess(t *testing.T) {
	s := bustest.StartServer(t)
	one, two := s.Bus(), s.Bus()
	release, taken := make(chan struct{}), make(chan struct{}, 10)
	busy := consume(t, one, quick("c"), func(context.Context, *bus.Delivery) error {
		taken <- struct{}{}
		<-release
		return nil
	})
	publish(t, one, 1)
	wait(t, taken)
	var free atomic.Int32
	other := consume(t, two, quick("c"), func(context.Context, *bus.Delivery) error {
		free.Add(1)
		return nil
	})
	publish(t, one, 50)
	eventually(t, "the free process handled the rest", func() bool { return free.Load() == 50 })
	close(release)
	busy.end()
	other.end()
}

func TestFault73LongHandlerKeepsItsMessage(t *testing.T) {
	t.Parallel()
	s := bustest.StartServer(t)
	var deliveries atomic.Int32
	done := make(chan struct{}, 10)
	c := quick("c")
	c.AckWait, c.Workers = 3*time.Second, 2 // the signs of life come each second
	b := s.Bus()
	publish(t, b, 1)
	r := consume(t, b, c, func(ctx context.Context, _ *bus.Delivery) error {
		deliveries.Add(1)
		select {
		case <-time.After(5 * time.Second):
		case <-ctx.Done():
		}
		done <- struct{}{}
		return nil
	})
	wait(t, done)
	r.end()
	if deliveries.Load() != 1 {
		t.Errorf("delivered %d times, want once", deliveries.Load())
	}
}

func TestMessageOfADeadProcessComesAgainAfterAckWait(t *testing.T) {
	s := bustest.StartServer(t)
	victim := s.Bus()
	c := quick("c")
	c.AckWait, c.Drain = 300*time.Millisecond, 10*time.Millisecond
	publish(t, victim, 1)
	taken, hold := make(chan struct{}, 1), make(chan struct{})
	defer close(hold)
	consume(t, victim, c, func(ctx context.Context, d *bus.Delivery) error {
		if d.Attempt > 1 {
			return nil
		}
		taken <- struct{}{}
		<-hold
		return nil
	})
	wait(t, taken)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := victim.Close(ctx); err == nil {
		t.Log("the connection closed while a handler was running")
	}
	if d := collect(t, s.Bus(), c, 1)[0]; d.Attempt != 2 {
		t.Errorf("attempt %d, want 2", d.Attempt)
	}
}

func TestEndOfContextLetsHandlersFinish(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 1)
	started, release := make(chan struct{}), make(chan struct{})
	var handlerErr error
	r := consume(t, b, quick("c"), func(ctx context.Context, _ *bus.Delivery) error {
		close(started)
		<-release
		handlerErr = ctx.Err()
		return handlerErr
	})
	wait(t, started)
	r.stop()
	close(release)
	r.end()
	if handlerErr != nil {
		t.Errorf("the handler's context ended with the consumer's: %v", handlerErr)
	}
	publish(t, b, 1)
	if d := collect(t, b, quick("c"), 1)[0]; d.Sequence != 2 {
		t.Errorf("message %d came again although it was handled", d.Sequence)
	}
}

func TestFault60DrainIsBounded(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 1)
	c := quick("c")
	c.Drain = 50 * time.Millisecond
	started := make(chan struct{})
	r := consume(t, b, c, func(ctx context.Context, _ *bus.Delivery) error {
		close(started)
		<-ctx.Done()
		return ctx.Err()
	})
	wait(t, started)
	begin := time.Now()
	r.end()
	if took := time.Since(begin); took > 9*time.Second { // without the bound it is ten
		t.Errorf("ending took %v", took)
	}
	if d := collect(t, b, c, 1)[0]; d.Sequence != 1 || d.Attempt != 2 {
		t.Errorf("what was cut short came again as %+v", d)
	}
}

func TestOneWorkerKeepsOrder(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 200)
	var order []uint64
	for _, d := range collect(t, b, quick("c"), 200) {
		order = append(order, d.Sequence)
	}
	if !slices.IsSorted(order) {
		t.Errorf("out of order: %v", order)
	}
}

func TestStrictOrderHoldsOverRetries(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 5)
	c := quick("c")
	c.MaxPending = 1
	handled := make(chan uint64, 10)
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
		if d.Sequence == 2 && d.Attempt < 3 {
			return errors.New("not yet")
		}
		handled <- d.Sequence
		return nil
	})
	for want := uint64(1); want <= 5; want++ {
		if got := wait(t, handled); got != want {
			t.Fatalf("handled %d, want %d", got, want)
		}
	}
	r.end()
}

func TestDeliverNewStartsAtTheEnd(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 3)
	c := quick("c")
	c.DeliverNew = true
	got := make(chan uint64, 10)
	handler := func(_ context.Context, d *bus.Delivery) error { got <- d.Sequence; return nil }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Consume(ctx, c, handler); err != nil {
		t.Fatalf("with a context that has ended: %v", err)
	}
	r := consume(t, b, c, handler)
	// The consumer exists once its lag is known, but there is no need to wait:
	// publish until it sees one.
	var first uint64
	eventually(t, "a new message is seen", func() bool {
		publish(t, b, 1)
		select {
		case first = <-got:
			return true
		default:
			return false
		}
	})
	r.end()
	if first <= 3 {
		t.Errorf("old message %d was delivered", first)
	}
}

func TestServerRestartInterruptsNothing(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	var mu sync.Mutex
	seen := make(map[string]bool)
	c := quick("c")
	c.Workers, c.AckWait = 3, time.Second // what was on its way when the server ended comes again
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
		mu.Lock()
		defer mu.Unlock()
		seen[string(d.Data)] = true
		return nil
	})
	for i := range 3 {
		for j := range 20 {
			m := bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i, j), Data: fmt.Append(nil, i, j)}
			if _, err := b.Publish(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		s.Restart()
	}
	eventually(t, "all 60 seen", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(seen) == 60
	})
	r.end()
}

func TestFault75DeletedConsumerIsMadeAgainWhereItWas(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	handled := make(chan uint64, 100)
	r := consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error { handled <- d.Sequence; return nil })
	publish(t, b, 5)
	for range 5 {
		wait(t, handled)
	}
	r.end() // so that the next one knows how far this one came
	r = consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error { handled <- d.Sequence; return nil })
	js := s.JetStream()
	eventually(t, "the consumer waits", func() bool {
		info, err := js.Consumer(t.Context(), bus.Items, "c")
		return err == nil && info.CachedInfo().NumWaiting > 0
	})
	if err := js.DeleteConsumer(t.Context(), bus.Items, "c"); err != nil {
		t.Fatal(err)
	}
	publish(t, b, 1)
	if got := wait(t, handled); got != 6 {
		t.Errorf("after the consumer was deleted message %d was delivered, want 6", got)
	}
	r.end()
}

// Few of many workers ask at once, and all of them get a message when there are enough.
func TestFreeWorkersAskInTurn(t *testing.T) {
	s := bustest.StartServer(t)
	b, js := s.Bus(), s.JetStream()
	const workers = 64
	c := quick("c")
	c.Workers, c.AckWait = workers, time.Minute
	arrived, leave := make(chan uint64, workers), make(chan struct{})
	r := consume(t, b, c, func(_ context.Context, d *bus.Delivery) error {
		arrived <- d.Sequence
		<-leave
		return nil
	})
	waiting := func(n int) func() bool {
		return func() bool {
			info, err := js.Consumer(t.Context(), bus.Items, "c")
			return err == nil && info.CachedInfo().NumWaiting == n
		}
	}
	eventually(t, "some workers ask", waiting(bus.MaxAsking))
	publish(t, b, workers)
	for range workers {
		wait(t, arrived)
	}
	eventually(t, "no worker is free", waiting(0))
	close(leave)
	eventually(t, "they ask again", waiting(bus.MaxAsking))
	r.end()
}

func TestFault75DeletedStreamIsMadeAgain(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	handled := make(chan uint64, 100)
	r := consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error { handled <- d.Sequence; return nil })
	publish(t, b, 3)
	for range 3 {
		wait(t, handled)
	}
	if err := s.JetStream().DeleteStream(t.Context(), bus.Items); err != nil {
		t.Fatal(err)
	}
	publish(t, b, 1)
	if got := wait(t, handled); got != 1 {
		t.Errorf("the first message of the new stream has sequence %d", got)
	}
	r.end()
}

func TestConsumerThatCannotWorkIsAnError(t *testing.T) {
	b := bustest.Start(t)
	for name, c := range map[string]bus.Consumer{
		"no durable":     {Stream: bus.Items},
		"negative":       {Stream: bus.Items, Durable: "c", Workers: -1},
		"bad name":       {Stream: bus.Items, Durable: "a.b"},
		"foreign filter": {Stream: bus.Items, Durable: "c", Subjects: []string{"a.>", "a.b"}},
	} {
		if err := b.Consume(t.Context(), c, func(context.Context, *bus.Delivery) error { return nil }); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
