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
func TestFault68FlippedBitCostsOneMessage(t *testing.T) {
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

// FAULTS 70: a block that is gone, and an index that is empty or nothing but zeros,
// keep the server from nothing: what is missing is told, the rest and what comes is read.
func TestFault70MissingBlockAndEmptyIndex(t *testing.T) {
	for name, index := range map[string]func(size int) []byte{
		"index of zeros": func(size int) []byte { return make([]byte, size) },
		"empty index":    func(int) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := prometheus.NewRegistry()
			s := bustest.StartServer(t, bustest.Registerer(registry))
			b := s.Bus()
			for range 12 { // several blocks
				if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), Data: make([]byte, 900<<10)}); err != nil {
					t.Fatal(err)
				}
				publish(t, b, 5)
			}
			s.Stop()
			folder := filepath.Join(s.StoreDir(), "$G", "streams", bus.Items, "msgs")
			blocks, err := filepath.Glob(filepath.Join(folder, "*.blk"))
			if err != nil || len(blocks) < 3 {
				t.Fatalf("blocks %v, %v", blocks, err)
			}
			old, err := os.ReadFile(filepath.Join(folder, "index.db"))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(os.Remove(filepath.Join(folder, "2.blk")), os.WriteFile(filepath.Join(folder, "index.db"), index(len(old)), 0o600)); err != nil {
				t.Fatal(err)
			}
			s.Restart()
			var last atomic.Value
			r := consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error { last.Store(string(d.Data)); return nil })
			if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), Data: []byte("new")}); err != nil {
				t.Fatal(err)
			}
			eventually(t, "what is new is handled", func() bool { return last.Load() == "new" })
			r.end()
			if gap := value(t, registry, gapTotal); gap < 1 || gap > 60 {
				t.Errorf("%v messages are called missing", gap)
			}
		})
	}
}

// A damaged end of the store gives sequences out again. Nothing published
// after that may be passed over, and what is missing is told.
func TestFault69DamagedEndOfAStream(t *testing.T) {
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
func TestFault69DamagedEndOfAWorkQueue(t *testing.T) {
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

// After a power cut the tokens of a work queue can be there again that the consumer has
// acknowledged: what it had acknowledged was on the disk, and that they were gone was not.
// The same comes of schedules that are there again, when they fire before the server reads
// how far the consumer was. They are handed out again, whether somebody begins with the
// consumer then or never ended.
func TestWorkQueueThatOvertookItsConsumer(t *testing.T) {
	const n = 5
	t.Run("and nobody looked", func(t *testing.T) {
		t.Parallel()
		q := newCutQueue(t, n)
		t.Run("before", func(t *testing.T) { q.takeAll(due(t, q.server.Bus().Timers(bus.Groups))) })
		q.cut()
		q.overtaken()
		q.takeAll(due(t, q.server.Bus().Timers(bus.Groups)))
	})
	t.Run("and somebody went on", func(t *testing.T) {
		t.Parallel()
		q := newCutQueue(t, n)
		tokens := due(t, q.server.Bus().Timers(bus.Groups))
		q.takeAll(tokens)
		q.cut()
		q.takeAll(tokens)
	})
}

// cutQueue is a work queue of tokens, and what of it was on the disk before they were taken.
type cutQueue struct {
	t      *testing.T
	server *bustest.Server
	keys   int
	msgs   string // where the server keeps the messages
	disk   string // what was there
}

func newCutQueue(t *testing.T, keys int) *cutQueue {
	t.Helper()
	q := &cutQueue{t: t, server: bustest.StartServer(t), keys: keys, disk: filepath.Join(t.TempDir(), "msgs")}
	timers := q.server.Bus().Timers(bus.Groups)
	for i := range keys {
		if err := timers.Schedule(t.Context(), fmt.Sprint("key", i), time.Now(), nil); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "all are due", func() bool { return q.waiting() == keys })
	q.server.Stop()
	stores, err := filepath.Glob(filepath.Join(q.server.StoreDir(), "*", "streams", bus.Groups, "msgs"))
	if err != nil || len(stores) != 1 {
		t.Fatalf("the stores %q, %v", stores, err)
	}
	q.msgs = stores[0]
	if err := os.CopyFS(q.disk, os.DirFS(q.msgs)); err != nil {
		t.Fatal(err)
	}
	q.server.Restart()
	return q
}

// waiting is how many tokens are due.
func (q *cutQueue) waiting() int {
	stream, err := q.server.JetStream().Stream(q.t.Context(), bus.Groups)
	if err != nil {
		q.t.Fatal(err)
	}
	info, err := stream.Info(q.t.Context(), jetstream.WithSubjectFilter("groups.due.*"))
	if err != nil {
		q.t.Fatal(err)
	}
	return len(info.State.Subjects)
}

// takeAll takes a token of each key, and waits until the server knows that.
func (q *cutQueue) takeAll(tokens <-chan fired) {
	q.t.Helper()
	for seen := map[string]bool{}; len(seen) < q.keys; {
		seen[wait(q.t, tokens).key] = true
	}
	eventually(q.t, "all are acknowledged", func() bool { return q.waiting() == 0 })
}

// cut restarts the server with the messages as they were on the disk.
func (q *cutQueue) cut() {
	q.t.Helper()
	q.server.Stop()
	if err := errors.Join(os.RemoveAll(q.msgs), os.CopyFS(q.msgs, os.DirFS(q.disk))); err != nil {
		q.t.Fatal(err)
	}
	q.server.Restart()
}

// overtaken fails the test unless all tokens are due and the consumer takes them for done.
func (q *cutQueue) overtaken() {
	q.t.Helper()
	consumer, err := q.server.JetStream().Consumer(q.t.Context(), bus.Groups, "fetchers")
	if err != nil {
		q.t.Fatal(err)
	}
	if at := consumer.CachedInfo(); q.waiting() != q.keys || at.NumPending > 0 || at.NumAckPending > 0 {
		q.t.Fatalf("%d tokens are due, the consumer is %+v", q.waiting(), at)
	}
}
