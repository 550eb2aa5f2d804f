package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

func bucket(t *testing.T, b *bus.Bus, name string) *bus.Bucket {
	t.Helper()
	k, err := b.Bucket(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestBucketComparesAndSets(t *testing.T) {
	k := bucket(t, bustest.Start(t), bus.FeedState)
	ctx, key := t.Context(), "https://kloop.kg/feed?a=b *>."
	if _, err := k.Get(ctx, key); !errors.Is(err, bus.ErrNotFound) {
		t.Fatalf("a key that is not there: %v", err)
	}
	first, err := k.Put(ctx, key, []byte("1"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Put(ctx, key, []byte("x"), 0); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("creating it again: %v", err)
	}
	second, err := k.Put(ctx, key, []byte("2"), first)
	if err != nil || second <= first {
		t.Fatalf("revision %d after %d, %v", second, first, err)
	}
	if _, err := k.Put(ctx, key, []byte("x"), first); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("writing over a newer revision: %v", err)
	}
	if last, err := k.Revision(ctx); err != nil || last != second {
		t.Errorf("the bucket is at %d after the write %d, %v", last, second, err)
	}
	if e, err := k.Get(ctx, key); err != nil || e.Key != key || string(e.Value) != "2" || e.Revision != second {
		t.Errorf("read %+v, %v", e, err)
	}
	if err := k.Delete(ctx, key, first); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("deleting a newer revision: %v", err)
	}
	if err := k.Delete(ctx, key, second); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Get(ctx, key); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("after deleting: %v", err)
	}
	if _, err := k.Put(ctx, key, []byte("x"), second); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("a stale owner wrote over a deletion: %v", err)
	}
	if _, err := k.Put(ctx, key, []byte("3"), 0); err != nil {
		t.Errorf("creating it anew: %v", err)
	}
	if err := k.Delete(ctx, key, 0); err != nil {
		t.Errorf("deleting whatever it is: %v", err)
	}
	if err := k.Delete(ctx, "never there", 0); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
}

func TestBucketEachSkipsTheDeleted(t *testing.T) {
	k := bucket(t, bustest.Start(t), bus.Silences)
	ctx := t.Context()
	if err := k.Each(ctx, func(bus.Entry) error { return errors.New("called") }); err != nil {
		t.Fatalf("an empty bucket: %v", err)
	}
	for i := range 5 {
		revision, err := k.Put(ctx, fmt.Sprintf("key.%d", i), fmt.Append(nil, i), 0)
		if err != nil {
			t.Fatal(err)
		}
		if i == 3 {
			err = k.Delete(ctx, "key.3", revision)
		} else {
			_, err = k.Put(ctx, fmt.Sprintf("key.%d", i), fmt.Append(nil, 10+i), revision)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	got := make(map[string]string)
	err := k.Each(ctx, func(e bus.Entry) error {
		if again, err := k.Get(ctx, e.Key); err != nil || again.Revision != e.Revision {
			t.Errorf("%s: revision %d, but %d when read, %v", e.Key, e.Revision, again.Revision, err)
		}
		got[e.Key] = string(e.Value)
		return nil
	})
	if err != nil || len(got) != 4 || got["key.0"] != "10" || got["key.4"] != "14" || got["key.3"] != "" {
		t.Errorf("each gave %v, %v", got, err)
	}
	if err := k.Each(ctx, func(bus.Entry) error { return bus.ErrConflict }); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("the function's error came back as %v", err)
	}
}

// Many writers that count in one key: nobody's addition is lost.
func TestBucketFencesWriters(t *testing.T) {
	s := bustest.StartServer(t)
	var writers sync.WaitGroup
	for range 4 {
		k := bucket(t, s.Bus(), bus.IncidentState)
		writers.Go(func() {
			for range 10 {
				add(t, k)
			}
		})
	}
	writers.Wait()
	e, err := bucket(t, s.Bus(), bus.IncidentState).Get(t.Context(), "n")
	if err != nil || len(e.Value) != 40 {
		t.Errorf("%d additions, %v", len(e.Value), err)
	}
}

func add(t *testing.T, k *bus.Bucket) {
	for {
		e, err := k.Get(t.Context(), "n")
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			t.Error(err)
			return
		}
		_, err = k.Put(t.Context(), "n", append(e.Value, '+'), e.Revision)
		if err == nil {
			return
		}
		if !errors.Is(err, bus.ErrConflict) {
			t.Error(err)
			return
		}
	}
}

func TestBucketFaults(t *testing.T) {
	b := bustest.Start(t)
	if _, err := b.Bucket(t.Context(), "none"); !errors.Is(err, bus.ErrMissing) {
		t.Errorf("a bucket that is not there: %v", err)
	}
	k := bucket(t, b, bus.SentMarks)
	if _, err := k.Get(t.Context(), ""); err == nil {
		t.Error("read an empty key")
	}
	if _, err := k.Put(t.Context(), "", nil, 0); err == nil {
		t.Error("wrote an empty key")
	}
	if err := k.Delete(t.Context(), "", 0); err == nil {
		t.Error("deleted an empty key")
	}
}

// Keys that are overwritten, deleted and made while Each reads: each that is there all the
// while is handed out once, and who follows the bucket behind that gets the rest.
func TestBucketEachMissesNoneThatIsOverwritten(t *testing.T) {
	k := bucket(t, bustest.Start(t), bus.Silences)
	const keys = 1200 // more than the server sends ahead
	last := make([]uint64, keys)
	put := func(key int, last uint64) uint64 {
		revision, err := k.Put(t.Context(), fmt.Sprint("key ", key), fmt.Append(nil, key), last)
		if err != nil {
			t.Fatal(err)
		}
		return revision
	}
	for i := range last {
		last[i] = put(i, 0)
	}
	seen := map[string]int{}
	through, err := k.EachUpTo(t.Context(), func(e bus.Entry) error {
		if seen[e.Key]++; len(seen) == 1 {
			for i := keys - 100; i < keys; i++ {
				last[i] = put(i, put(i, last[i]))
			}
			put(keys, 0)
			return k.Delete(t.Context(), "key 1100", 0)
		}
		return nil
	})
	if err != nil || through != keys {
		t.Errorf("read up to %d, want %d, %v", through, keys, err)
	}
	for i := range last {
		if key := fmt.Sprint("key ", i); seen[key] != 1 && key != "key 1100" {
			t.Errorf("%s was handed out %d times", key, seen[key])
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var next []string
	err = k.FollowFrom(ctx, through+1, func(e bus.Entry) error {
		if next = append(next, e.Key); len(next) == 100 {
			cancel()
		}
		return nil
	})
	if err != nil || next[0] != "key 1101" || next[99] != fmt.Sprint("key ", keys) {
		t.Errorf("followed %v, %v", next, err)
	}
}
