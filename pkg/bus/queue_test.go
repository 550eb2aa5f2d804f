package bus_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"

	"github.com/nats-io/nats.go"
)

// putAll writes n keys at the same time, each as a new one, and returns what came of each.
func putAll(ctx context.Context, t *testing.T, b *bus.Bus, n int) []error {
	t.Helper()
	bucket := open(t, b)
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { _, errs[i] = bucket.Put(ctx, fmt.Sprint("k", i), fmt.Append(nil, i), 0) })
	}
	all.Wait()
	return errs
}

func open(t *testing.T, b *bus.Bus) *bus.Bucket {
	t.Helper()
	bucket, err := b.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	return bucket
}

func stored(t *testing.T, b *bus.Bus) map[string]bus.Entry {
	t.Helper()
	all := map[string]bus.Entry{}
	if err := open(t, b).Each(t.Context(), func(e bus.Entry) error { all[e.Key] = e; return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// together counts the messages of the marks that were stored in batches.
func together(t *testing.T, b *bus.Bus) (n int) {
	t.Helper()
	err := b.Replay(t.Context(), "KV_"+bus.SentMarks, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		if d.Header["Nats-Batch-Id"] != "" {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Who writes at the same time shares a flush, and each learns what became of its own.
func TestWritersShareAFlush(t *testing.T) {
	b := bustest.Start(t, bustest.SyncAlways())
	bus.SlowDisk(b)
	for i, err := range putAll(t.Context(), t, b, 200) {
		if err != nil {
			t.Errorf("key %d: %v", i, err)
		}
	}
	if n := together(t, b); n < 100 {
		t.Errorf("%d of 200 were stored together", n)
	}
	bucket, all := open(t, b), stored(t, b)
	var waiting sync.WaitGroup
	for i := range 200 {
		waiting.Go(func() {
			e := all[fmt.Sprint("k", i)]
			if string(e.Value) != fmt.Sprint(i) {
				t.Errorf("key %d is %q", i, e.Value)
			}
			if _, err := bucket.Put(t.Context(), e.Key, []byte("next"), e.Revision); err != nil {
				t.Errorf("key %d was not at revision %d: %v", i, e.Revision, err)
			}
		})
	}
	waiting.Wait()
}

// One that is too late, or comes a second time, harms none that it came with.
func TestSharedConflictIsOnesOwn(t *testing.T) {
	b := bustest.Start(t)
	bucket := open(t, b)
	if _, err := bucket.Put(t.Context(), "k7", []byte("before"), 0); err != nil {
		t.Fatal(err)
	}
	if revision, err := bucket.Put(t.Context(), "k9", nil, 0); err != nil || bucket.Delete(t.Context(), "k9", revision) != nil {
		t.Fatal(err)
	}
	bus.SlowDisk(b)
	for i, err := range putAll(t.Context(), t, b, 100) {
		if i == 7 && !errors.Is(err, bus.ErrConflict) || i != 7 && err != nil {
			t.Errorf("key %d: %v", i, err)
		}
	}
	if all := stored(t, b); len(all) != 100 || string(all["k7"].Value) != "before" || string(all["k9"].Value) != "9" {
		t.Errorf("%d keys, k7 is %q, k9 is %q", len(all), all["k7"].Value, all["k9"].Value)
	}
}

func TestSharedDuplicatesAreTold(t *testing.T) {
	b := bustest.Start(t)
	bus.SlowDisk(b)
	var all sync.WaitGroup
	var mu sync.Mutex
	duplicates := 0
	for i := range 90 {
		all.Go(func() {
			ack, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i % 45), Data: []byte("x")})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if ack.Duplicate {
				duplicates++
			}
		})
	}
	all.Wait()
	if duplicates != 45 {
		t.Errorf("%d duplicates, want 45", duplicates)
	}
}

// A bucket that an older build made takes no batches: then each goes by itself, until the
// topology is applied.
func TestBucketWithoutBatches(t *testing.T) {
	server := bustest.StartServer(t)
	b := server.Bus()
	stream, err := server.JetStream().Stream(t.Context(), "KV_"+bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	old := stream.CachedInfo().Config
	old.AllowAtomicPublish = false
	if _, err := server.JetStream().UpdateStream(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	bus.SlowDisk(b)
	for i, err := range putAll(t.Context(), t, b, 60) {
		if err != nil {
			t.Errorf("key %d: %v", i, err)
		}
	}
	if all, n := stored(t, b), together(t, b); len(all) != 60 || n != 0 {
		t.Errorf("%d keys, %d of them of a batch", len(all), n)
	}
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	if info, err := stream.Info(t.Context()); err != nil || !info.Config.AllowAtomicPublish {
		t.Errorf("after the topology was applied: %+v, %v", info.Config, err)
	}
}

// Who stops waiting leaves the others as they are.
func TestWriterThatGivesUp(t *testing.T) {
	b := bustest.Start(t, bustest.SyncAlways())
	bucket := open(t, b)
	for round := range 20 {
		bus.SlowDisk(b)
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i%2 == 0 {
					time.AfterFunc(time.Duration(rand.IntN(3000))*time.Microsecond, cancel)
				}
				if _, err := bucket.Put(ctx, fmt.Sprintf("r%d-%d", round, i), []byte("x"), 0); err != nil && i%2 == 1 {
					t.Errorf("round %d, key %d: %v", round, i, err)
				}
			})
		}
		all.Wait()
	}
	if _, err := bucket.Put(t.Context(), "last", []byte("x"), 0); err != nil {
		t.Error(err)
	}
}

// One that cannot be sent harms none that it came with.
func TestSharedTooLargeIsOnesOwn(t *testing.T) {
	b := bustest.Start(t)
	bus.SlowDisk(b)
	large := make([]byte, 2<<20)
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			m := bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i), Data: []byte("x")}
			if i%10 == 7 {
				m.Data = large
			}
			if _, err := b.Publish(t.Context(), m); errors.Is(err, nats.ErrMaxPayload) != (i%10 == 7) || i%10 != 7 && err != nil {
				t.Errorf("message %d: %v", i, err)
			}
		})
	}
	all.Wait()
}

// A server that goes and comes back costs none of those that write meanwhile.
func TestFault62WritersOutliveTheServer(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen(), bustest.SyncAlways())
	b := server.Bus()
	bus.SlowDisk(b)
	bucket := open(t, b)
	var begun, all sync.WaitGroup
	var written atomic.Int32
	restarted := make(chan struct{})
	begun.Add(50)
	for i := range 50 {
		put := func(n int) {
			if _, err := bucket.Put(t.Context(), fmt.Sprintf("k%d-%d", i, n), fmt.Append(nil, n), 0); err != nil {
				t.Errorf("key %d-%d: %v", i, n, err)
			}
			written.Add(1)
		}
		all.Go(func() {
			put(0)
			begun.Done()
			for n := 1; ; n++ {
				put(n)
				select {
				case <-restarted:
					return
				default:
				}
			}
		})
	}
	begun.Wait()
	server.Restart()
	close(restarted)
	all.Wait()
	if n := len(stored(t, b)); n != int(written.Load()) {
		t.Errorf("%d keys, %d were written", n, written.Load())
	}
}
