package bus_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
)

// value reads a metric of one series, or 0 if there is none.
func value(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return 0
}

const gapTotal = "faultline_stream_gap_total"

// ignore is a handler that is content with everything.
func ignore(context.Context, *bus.Delivery) error { return nil }

func TestGapsAreCounted(t *testing.T) {
	registry := prometheus.NewRegistry()
	s := bustest.StartServer(t, bustest.Registerer(registry))
	b, js := s.Bus(), s.JetStream()
	stream, err := js.Stream(t.Context(), bus.Items)
	if err != nil {
		t.Fatal(err)
	}
	publish(t, b, 10)
	for _, seq := range []uint64{3, 4, 8} {
		if err := stream.DeleteMsg(t.Context(), seq); err != nil {
			t.Fatal(err)
		}
	}
	c := quick("c")
	c.Workers = 3
	r := consume(t, b, c, ignore)
	eventually(t, "three are missing", func() bool { return value(t, registry, gapTotal) == 3 })
	publish(t, b, 3)
	eventually(t, "all are handled", func() bool { return idle(t, js) })
	r.end()
	// What was counted is not counted again by the next process.
	r = consume(t, b, c, ignore)
	publish(t, b, 1)
	if err := stream.DeleteMsg(t.Context(), 14); err != nil {
		t.Fatal(err)
	}
	publish(t, b, 1)
	eventually(t, "all are handled", func() bool { return idle(t, js) })
	r.end()
	if n := value(t, registry, gapTotal); n < 3 || n > 4 {
		t.Errorf("%v missing, want 3, or 4 if the deletion came before the reader", n)
	}
}

func TestRetentionAndDuplicatesAreNoGaps(t *testing.T) {
	registry := prometheus.NewRegistry()
	s := bustest.StartServer(t, bustest.Registerer(registry))
	b, js := s.Bus(), s.JetStream()
	publish(t, b, 10)
	for range 3 {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), ID: "same"}); err != nil {
			t.Fatal(err)
		}
	}
	stream, err := js.Stream(t.Context(), bus.Items)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(t.Context(), jetstream.WithPurgeSequence(5)); err != nil {
		t.Fatal(err)
	}
	collect(t, b, quick("c"), 7)
	r := consume(t, b, quick("c"), ignore)
	publish(t, b, 20)
	eventually(t, "all are handled", func() bool { return idle(t, js) })
	r.end()
	if n := value(t, registry, gapTotal); n != 0 {
		t.Errorf("%v missing", n)
	}
}

// A bit that flips in the store costs one message, which is told, and nothing
// else.
func TestFlippedBitCostsOneMessage(t *testing.T) {
	registry := prometheus.NewRegistry()
	s := bustest.StartServer(t, bustest.Registerer(registry))
	b, js := s.Bus(), s.JetStream()
	publish(t, b, 50)
	if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), Data: []byte("to be damaged")}); err != nil {
		t.Fatal(err)
	}
	publish(t, b, 49)
	s.Stop()
	s.Corrupt(bus.Items, "to be damaged")
	s.Restart()
	var handled atomic.Int32
	r := consume(t, b, quick("c"), func(context.Context, *bus.Delivery) error { handled.Add(1); return nil })
	eventually(t, "the gap is counted", func() bool { return value(t, registry, gapTotal) == 1 })
	publish(t, b, 1)
	eventually(t, "all are handled", func() bool { return idle(t, js) })
	r.end()
	if handled.Load() != 100 {
		t.Errorf("%d messages handled, want 100", handled.Load())
	}
}

// A damaged end of the store gives sequences out again. Nothing published
// after that may be passed over, and what is missing is told.
func TestDamagedEndOfAStream(t *testing.T) {
	for name, before := range map[string]int{"noticed at once": 0, "noticed after new messages": 40} {
		t.Run(name, func(t *testing.T) {
			registry := prometheus.NewRegistry()
			s := bustest.StartServer(t, bustest.Registerer(registry))
			b := s.Bus()
			publish(t, b, 50)
			if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), Data: []byte("to be damaged")}); err != nil {
				t.Fatal(err)
			}
			publish(t, b, 49)
			collect(t, b, quick("c"), 80)
			s.Stop()
			s.Truncate(bus.Items, "to be damaged")
			s.Restart()
			damage := bus.Damage{Stream: bus.Items, Messages: 50, From: 51}
			b = s.Bus(func(o *bus.Options) { o.Damage = []bus.Damage{damage} })
			send := func(i int) {
				m := bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint("new", i), Data: fmt.Append(nil, "new", i)}
				if _, err := b.Publish(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			for i := range before {
				send(i)
			}
			var mu sync.Mutex
			seen := make(map[string]bool)
			r := consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error {
				mu.Lock()
				defer mu.Unlock()
				seen[string(d.Data)] = true
				return nil
			})
			for i := before; i < 50; i++ {
				send(i)
			}
			eventually(t, "all new messages are seen", func() bool {
				mu.Lock()
				defer mu.Unlock()
				for i := range 50 {
					if !seen[fmt.Sprint("new", i)] {
						return false
					}
				}
				return true
			})
			r.end()
			if n := value(t, registry, gapTotal); n != float64(damage.Messages) {
				t.Errorf("%v missing, want %d", n, damage.Messages)
			}
		})
	}
}

// The consumer of a work queue that lost its end and has gone on since takes all
// that is there again, also what lies before that end.
func TestDamagedEndOfAWorkQueue(t *testing.T) {
	s := bustest.StartServer(t)
	timers := s.Bus().Timers(bus.Groups)
	ctx, cancel := context.WithCancel(t.Context())
	inHand, done := make(chan uint64, 2), make(chan error, 1)
	go func() {
		done <- timers.Consume(ctx, bus.Consumer{Durable: "fetchers", MaxDeliver: -1}, func(_ context.Context, _ string, d *bus.Delivery) error {
			inHand <- d.Sequence
			return bus.RetryAfter(time.Hour, errors.New("later"))
		})
	}()
	var last uint64
	for _, key := range []string{"before", "after"} {
		if err := timers.Schedule(t.Context(), key, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		last = wait(t, inHand)
	}
	cancel()
	if err := wait(t, done); err != nil {
		t.Fatal(err)
	}
	b := s.Bus(func(o *bus.Options) { o.Damage = []bus.Damage{{Stream: bus.Groups, Messages: 1, From: last}} })
	tokens := due(t, b.Timers(bus.Groups))
	if got := []string{wait(t, tokens).key, wait(t, tokens).key}; !slices.Equal(got, []string{"before", "after"}) {
		t.Errorf("fired %q", got)
	}
}

// After a power cut the schedules of a work queue are there again that had fired
// before. They fire at once, under the sequences that their tokens had then, before
// anybody looks: the consumer has acknowledged these.
func TestWorkQueueThatOvertookItsConsumer(t *testing.T) {
	s := bustest.StartServer(t)
	const n = 10
	at := time.Now().Add(2 * time.Second)
	for i := range n {
		if err := s.Bus().Timers(bus.Groups).Schedule(t.Context(), fmt.Sprint("key", i), at, nil); err != nil {
			t.Fatal(err)
		}
	}
	stores, err := filepath.Glob(filepath.Join(s.StoreDir(), "*", "streams", bus.Groups, "msgs"))
	if err != nil || len(stores) != 1 {
		t.Fatalf("the stores %q, %v", stores, err)
	}
	before := filepath.Join(t.TempDir(), "msgs")
	if err := os.CopyFS(before, os.DirFS(stores[0])); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"at first", "after the power cut"} {
		t.Run(when, func(t *testing.T) {
			tokens, seen := due(t, s.Bus().Timers(bus.Groups)), map[string]bool{}
			for len(seen) < n {
				seen[wait(t, tokens).key] = true
			}
		})
		s.Stop()
		if err := errors.Join(os.RemoveAll(stores[0]), os.CopyFS(stores[0], os.DirFS(before))); err != nil {
			t.Fatal(err)
		}
		s.Restart()
	}
}
