package bus_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// rawBucket is a bucket as an older build, or somebody with other tools, sees it.
func rawBucket(t *testing.T, s *bustest.Server, name string) jetstream.KeyValue {
	t.Helper()
	kv, err := s.JetStream().KeyValue(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return kv
}

func long(word string) []byte { return []byte(`{"text":"` + strings.Repeat(word, 800) + `"}`) }

// What an older build stored is read, and stored packed when it is written next.
func TestFault116BucketOfAnOlderBuild(t *testing.T) {
	s := bustest.StartServer(t)
	k, kv := bucket(t, s.Bus(), bus.IncidentState), rawBucket(t, s, bus.IncidentState)
	revision, err := kv.Put(t.Context(), bus.Token("a"), long("plain "))
	if err != nil {
		t.Fatal(err)
	}
	if e, err := k.Get(t.Context(), "a"); err != nil || !bytes.Equal(e.Value, long("plain ")) || e.Revision != revision {
		t.Fatalf("read %d bytes of revision %d, %v", len(e.Value), e.Revision, err)
	}
	if _, err := k.Put(t.Context(), "a", long("packed "), revision); err != nil {
		t.Fatal(err)
	}
	if stored, err := kv.Get(t.Context(), bus.Token("a")); err != nil || len(stored.Value()) > 200 {
		t.Errorf("%d bytes are stored, %v", len(stored.Value()), err)
	}
	if _, err := kv.Put(t.Context(), bus.Token("b"), long("plain ")); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	if err := k.Each(t.Context(), func(e bus.Entry) error { got[e.Key] = string(e.Value); return nil }); err != nil {
		t.Fatal(err)
	}
	if got["a"] != string(long("packed ")) || got["b"] != string(long("plain ")) || len(got) != 2 {
		t.Errorf("each gave %.40v", got)
	}
}

// A key that was deleted can be made anew, and its value is packed as well.
func TestBucketPacksWhatIsMadeAnew(t *testing.T) {
	s := bustest.StartServer(t)
	k := bucket(t, s.Bus(), bus.GroupState)
	if _, err := k.Put(t.Context(), "a", long("one "), 0); err != nil {
		t.Fatal(err)
	}
	if err := k.Delete(t.Context(), "a", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Put(t.Context(), "a", long("two "), 0); err != nil {
		t.Fatal(err)
	}
	if stored, err := rawBucket(t, s, bus.GroupState).Get(t.Context(), bus.Token("a")); err != nil || len(stored.Value()) > 200 {
		t.Errorf("%d bytes are stored, %v", len(stored.Value()), err)
	}
	if e, err := k.Get(t.Context(), "a"); err != nil || !bytes.Equal(e.Value, long("two ")) {
		t.Errorf("read %.40q, %v", e.Value, err)
	}
}

// A damaged value is an error that names it. It keeps no one from the others, and nobody
// removes it or writes over it.
func TestBucketWithADamagedValue(t *testing.T) {
	var log bytes.Buffer
	s := bustest.StartServer(t)
	b := s.Bus(func(o *bus.Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	k, kv := bucket(t, b, bus.IncidentState), rawBucket(t, s, bus.IncidentState)
	for _, key := range []string{"a", "b", "c"} {
		if _, err := k.Put(t.Context(), key, long(key), 0); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := kv.Get(t.Context(), bus.Token("b"))
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(stored.Value())
	damaged[len(damaged)-1] ^= 1
	if _, err := kv.Put(t.Context(), bus.Token("b"), damaged); err != nil {
		t.Fatal(err)
	}
	e, err := k.Get(t.Context(), "b")
	if !errors.Is(err, bus.ErrDamaged) || !strings.Contains(err.Error(), `"b" of bucket incidents`) || e.Value != nil {
		t.Errorf("read %d bytes, %v", len(e.Value), err)
	}
	got := map[string]string{}
	for range 2 {
		if err := k.Each(t.Context(), func(e bus.Entry) error { got[e.Key] = string(e.Value); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if got["a"] != string(long("a")) || got["c"] != string(long("c")) || got["b"] != string(damaged) {
		t.Errorf("each gave %.40v", got)
	}
	if !strings.Contains(log.String(), "bucket=incidents key=b") || strings.Count(log.String(), "cannot be read") != 1 {
		t.Errorf("the log says %s", log.String())
	}
	if still, err := kv.Get(t.Context(), bus.Token("b")); err != nil || !bytes.Equal(still.Value(), damaged) || still.Revision() != e.Revision {
		t.Errorf("%d bytes are left, %v", len(still.Value()), err)
	}
	if _, err := k.Put(t.Context(), "b", long("anew "), e.Revision); err != nil {
		t.Errorf("who knows better cannot replace it: %v", err)
	}
}

// Who follows a bucket gets values as they were written.
func TestBucketFollowUnpacks(t *testing.T) {
	k := bucket(t, bustest.Start(t), bus.FeedState)
	if _, err := k.Put(t.Context(), "a", long("a"), 0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	var got []byte
	if err := k.Follow(ctx, func(e bus.Entry) error { got = e.Value; stop(); return nil }); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, long("a")) {
		t.Errorf("followed %.40q", got)
	}
}

// What is in a bucket may have to go on a stream as it is: how small it can be packed does
// not count.
func TestBucketRefusesWhatNoMessageCanHold(t *testing.T) {
	k := bucket(t, bustest.Start(t), bus.IncidentState)
	if _, err := k.Put(t.Context(), "a", bytes.Repeat([]byte("x"), 1<<20), 0); !errors.Is(err, nats.ErrMaxPayload) || !strings.Contains(err.Error(), `"a" of bucket incidents`) {
		t.Errorf("a megabyte: %v", err)
	}
	if _, err := k.Put(t.Context(), "a", bytes.Repeat([]byte("x"), 1_000_000), 0); err != nil {
		t.Errorf("a little less: %v", err)
	}
}
