package bus_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

func consumeBatches(t *testing.T, b *bus.Bus, c bus.Consumer, h bus.BatchHandler) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{t: t, stop: cancel, done: make(chan error, 1)}
	go func() { r.done <- b.ConsumeBatches(ctx, c, h) }()
	t.Cleanup(cancel)
	return r
}

// A batch handler takes what waits, and each delivery ends as it says.
func TestBatchesTakeWhatWaits(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 30)
	c := quick("c")
	var mu sync.Mutex
	attempts, sizes := map[uint64]int{}, []int{}
	r := consumeBatches(t, b, c, func(_ context.Context, d *bus.Delivery, more func(int) []*bus.Delivery) []error {
		all := append([]*bus.Delivery{d}, more(20)...)
		mu.Lock()
		defer mu.Unlock()
		sizes = append(sizes, len(all))
		errs := make([]error, len(all))
		for i, d := range all {
			attempts[d.Sequence]++
			if d.Sequence%10 == 0 && attempts[d.Sequence] == 1 {
				errs[i] = errors.New("not yet")
			}
		}
		if len(sizes) == 1 {
			return errs[:len(errs)-1] // the last one is forgotten
		}
		return errs
	})
	eventually(t, "all are done", func() bool {
		mu.Lock()
		defer mu.Unlock()
		total := 0
		for _, n := range attempts {
			total += n
		}
		return len(attempts) == 30 && total == 34
	})
	r.end()
	if sizes[0] != 21 || attempts[21] != 2 || attempts[10] != 2 || attempts[11] != 1 {
		t.Errorf("batches of %v, attempts %v", sizes, attempts)
	}
}

// A batch that asks for more than may be under way gets what may, and does not wait for itself.
func TestFaultBatchDoesNotWaitForItself(t *testing.T) {
	t.Parallel()
	b := bustest.Start(t)
	const all = 9
	publish(t, b, all)
	c := quick("c")
	c.MaxPending = 4
	type batch struct {
		size int
		took time.Duration
	}
	batches := make(chan batch, all)
	r := consumeBatches(t, b, c, func(_ context.Context, _ *bus.Delivery, more func(int) []*bus.Delivery) []error {
		begin := time.Now()
		n := 1 + len(more(all-1))
		batches <- batch{n, time.Since(begin)}
		return make([]error, n)
	})
	for done := 0; done < all; {
		got := wait(t, batches)
		if done += got.size; got.size > c.MaxPending || got.took > 2*time.Second {
			t.Errorf("%d after %v", got.size, got.took)
		}
	}
	r.end()
}

// What a batch took is nobody else's while it is worked on, and a panic brings
// all of it back.
func TestFault73BatchesAreKeptAlive(t *testing.T) {
	b := bustest.Start(t)
	publish(t, b, 5)
	c := quick("c")
	c.AckWait = 300 * time.Millisecond
	var calls atomic.Int32
	handled := make(chan int, 10)
	r := consumeBatches(t, b, c, func(ctx context.Context, _ *bus.Delivery, more func(int) []*bus.Delivery) []error {
		n := 1 + len(more(10))
		if calls.Add(1) == 1 {
			<-time.After(time.Second)
			panic("in the middle")
		}
		handled <- n
		return make([]error, n)
	})
	for total := 0; total < 5; {
		total += wait(t, handled)
	}
	if n := calls.Load(); n > 6 {
		t.Errorf("%d calls", n)
	}
	r.end()
}
