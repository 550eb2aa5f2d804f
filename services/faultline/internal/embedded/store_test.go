package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"

	"github.com/prometheus/client_golang/prometheus"
)

func TestSplitListen(t *testing.T) {
	for listen, want := range map[string]string{
		"127.0.0.1:4222": "127.0.0.1 4222", "127.0.0.1:0": "127.0.0.1 0", ":65535": " 65535", "[::1]:4222": "::1 4222", "nats.example:1": "nats.example 1",
	} {
		host, port, err := splitListen(listen)
		if got := fmt.Sprint(host, " ", port); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", listen, got, err, want)
		}
	}
	for _, listen := range []string{"4222", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:4222", "127.0.0.1:4222:1", "a:1.5", " "} {
		want := fmt.Sprintf("embedded NATS server: cannot listen on %q; write host:port, such as 127.0.0.1:4222", listen)
		if host, port, err := splitListen(listen); err == nil || err.Error() != want {
			t.Errorf("%s: got %q, %d, %v", listen, host, port, err)
		}
	}
}

func TestFault66DirectoryThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := writable(filepath.Join(file, "data"))
	if err == nil {
		t.Fatal("a directory below a file is writable")
	}
	for _, part := range []string{"the data directory " + filepath.Join(file, "data") + " cannot be written: ", "give the user that runs Faultline the right to write there, or choose another directory"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	deep := filepath.Join(t.TempDir(), "a", "b")
	if err := errors.Join(writable(deep), writable(deep)); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(deep)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory is open to others: %v, %v", info, err)
	}
	if left, err := os.ReadDir(deep); err != nil || len(left) != 0 {
		t.Errorf("the probe stays: %v, %v", left, err)
	}
}

func TestFault67LockNamesItsHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if err := os.WriteFile(path, []byte("99999999 of a process that ended\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := acquire(path) // a file that was left behind holds nobody off
	if err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != fmt.Sprintf("%d\n", os.Getpid()) {
		t.Errorf("the lock holds %q, %v", data, err)
	}
	want := fmt.Sprintf("the data directory %s is in use by process %d (", filepath.Dir(path), os.Getpid())
	if _, err := acquire(path); err == nil || !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), "stop it first, or choose another directory") {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := first.release(); err != nil {
		t.Fatal(err)
	}
	again, err := acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.release(); err != nil {
		t.Error(err)
	}
	if _, err := acquire(filepath.Join(path, "below", "a", "file")); err == nil || !strings.HasPrefix(err.Error(), "locking the data directory: ") {
		t.Errorf("got %v", err)
	}
}

// Of many that want the store at the same moment one gets it.
func TestFault67OneOfManyGetsTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var mu sync.Mutex
	var held []*lock
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if l, err := acquire(path); err == nil {
				mu.Lock()
				defer mu.Unlock()
				held = append(held, l)
			}
		})
	}
	group.Wait()
	if len(held) != 1 {
		t.Errorf("%d hold the lock", len(held))
	}
	for _, l := range held {
		if err := l.release(); err != nil {
			t.Error(err)
		}
	}
}

func TestMarksOfFilesThatAreNone(t *testing.T) {
	for text, want := range map[string]bool{ // clean, as it is said
		`{"clean":true,"last":{"ITEMS":3}}`: true, `{"clean":false}`: false, `{}`: false, "": false, `{"clean":true`: false, `[]`: false, "\x00\x00\x00": false,
		`{"clean":true,"last":{"ITEMS":-1}}`: false, `{"clean":true,"more":1}`: true,
	} {
		var log syncBuffer
		s := &Server{options: Options{Dir: t.TempDir(), Logger: slog.New(slog.NewTextHandler(&log, nil))}}
		if !s.readMarks().Clean {
			t.Error("a first start has a crash behind it")
		}
		if err := os.WriteFile(s.marksFile(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := s.readMarks()
		if got.Clean != want {
			t.Errorf("%q: read %+v", text, got)
		}
		if damaged := strings.Contains(log.String(), "How far the streams had come is unknown"); damaged && len(got.Last) != 0 {
			t.Errorf("%q is unreadable and says %+v", text, got)
		}
	}
}

func TestSizeIsOfFilesAtAnyDepth(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int{"x": 1, "a/x": 20, "a/b/x": 300} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := size(dir); err != nil || n != 321 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if n, err := size(filepath.Join(dir, "gone")); err != nil || n != 0 {
		t.Errorf("a folder that is gone: %d bytes, %v", n, err)
	}
}

func TestPatient(t *testing.T) {
	var p patient
	ill := errors.New("ill")
	for i, c := range []struct {
		err    error
		known  bool
		failed int
	}{{ill, false, 1}, {ill, false, 2}, {nil, true, 0}, {ill, true, 1}, {ill, true, 2}, {nil, true, 0}} {
		if p.note(c.err); p.known != c.known || p.failed != c.failed {
			t.Errorf("after check %d: %+v", i, p)
		}
	}
}

// A check that never answers must not keep the watch from its end, nor a
// server that does not answer be called well.
func TestFault93CheckThatHangs(t *testing.T) {
	s := start(t, Options{})
	s.watch = watch{every: 20 * time.Millisecond, sick: 1 << 20}
	ctx, cancel := context.WithCancel(t.Context())
	checks := 0
	err := s.lookAfter(ctx, func(ctx context.Context) error {
		if checks++; checks == 3 {
			cancel()
		}
		<-ctx.Done()
		return ctx.Err()
	})
	if err != nil || checks != 3 {
		t.Errorf("%d checks, %v", checks, err)
	}
	if !errors.Is(s.Ready(), context.DeadlineExceeded) {
		t.Errorf("ready: %v", s.Ready())
	}
}

func TestBusOptionsTellDamageOnce(t *testing.T) {
	s := &Server{damage: []bus.Damage{{Stream: bus.Items, Messages: 7, From: 1}}, password: "hunter2"}
	o := s.BusOptions("desk")
	if len(o.Damage) != 1 || o.Name != "desk" || o.Username != user || o.Password.Reveal() != "hunter2" || o.Server != s {
		t.Errorf("got %+v", o)
	}
	if own := s.busOptions("nats-watch"); own.Damage != nil {
		t.Errorf("the watch tells the damage a second time: %+v", own.Damage)
	}
}

// How much the server may store, and what the disk has free, is known beside what it holds.
func TestRoomIsMeasured(t *testing.T) {
	const limit = 4 << 20
	s, err := Start(Options{Dir: t.TempDir(), MaxStore: limit, Durability: Interval})
	if err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	o := s.BusOptions("test")
	o.Registerer = registry
	b, err := bus.Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	err = b.Apply(t.Context(), bus.DefaultTuning())
	if err == nil {
		_, err = b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), Data: make([]byte, 100_000)})
	}
	if err = errors.Join(err, b.MeasureStore(t.Context())); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	is := map[string]float64{}
	for _, f := range families {
		is[f.GetName()] = f.GetMetric()[0].GetGauge().GetValue()
	}
	used := is["faultline_store_bytes"]
	if used < 100_000 || is["faultline_store_limit_bytes"] != limit || is["faultline_store_disk_free_bytes"] == 0 ||
		is["faultline_store_free_bytes"] != min(limit-used, is["faultline_store_disk_free_bytes"]) {
		t.Errorf("measured %v", is)
	}
	if err := errors.Join(b.Close(t.Context()), s.Shutdown()); err != nil {
		t.Error(err)
	}
}
