package embedded

import (
	"bytes"
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
	"faultline/pkg/config"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// start runs a server that ends with the test.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Shutdown(); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
	return s
}

func connect(t *testing.T, o bus.Options) *bus.Bus {
	t.Helper()
	b, err := bus.Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return b
}

func apply(t *testing.T, b *bus.Bus) {
	t.Helper()
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
}

func store(t *testing.T, b *bus.Bus, id string) bus.Ack {
	t.Helper()
	ack, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), ID: id, Data: []byte(id)})
	if err != nil {
		t.Fatal(err)
	}
	return ack
}

func TestStoreOutlivesTheServer(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	b := connect(t, s.BusOptions("test"))
	apply(t, b)
	store(t, b, "1")
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(); err != nil {
		t.Fatal(err)
	}
	b = connect(t, start(t, Options{Dir: dir}).BusOptions("test"))
	if ack := store(t, b, "1"); !ack.Duplicate {
		t.Error("what was stored before the restart is gone")
	}
}

func TestDurabilitySetsTheFlush(t *testing.T) {
	for durability, always := range map[string]bool{"": true, Always: true, Interval: false} {
		s := start(t, Options{Durability: durability})
		c := s.current().JetStreamConfig()
		if c.SyncAlways != always || !always && c.SyncInterval != syncInterval {
			t.Errorf("durability %q: always %v, every %v", durability, c.SyncAlways, c.SyncInterval)
		}
	}
}

func TestNoPortIsOpenUnlessAskedFor(t *testing.T) {
	s := start(t, Options{})
	if s.URL() != "" || s.current().Addr() != nil {
		t.Errorf("listening on %v", s.current().Addr())
	}
	if user, password := s.Credentials(); user != "" || password != "" {
		t.Errorf("credentials %q without a port", user)
	}
}

func TestListenAsksForThePassword(t *testing.T) {
	for name, o := range map[string]Options{
		"random":     {Listen: "127.0.0.1:0"},
		"configured": {Listen: "127.0.0.1:0", Password: "correct horse"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, o)
			apply(t, connect(t, s.BusOptions("inside")))
			if _, err := bus.Connect(t.Context(), bus.Options{URL: s.URL()}); err == nil {
				t.Error("connected without a password")
			}
			if _, err := bus.Connect(t.Context(), bus.Options{URL: s.URL(), Username: "faultline", Password: "wrong"}); err == nil {
				t.Error("connected with a wrong password")
			}
			user, password := s.Credentials()
			store(t, connect(t, bus.Options{URL: s.URL(), Username: user, Password: password}), "1")
			if o.Password != "" && password != o.Password {
				t.Error("not the configured password")
			}
		})
	}
}

func TestRandomPasswordIsInAFileOfTheOwner(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir, Listen: "127.0.0.1:0"})
	file := filepath.Join(dir, "password")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the password's file: %v, %v", info, err)
	}
	read, err := config.ReadSecret("", file)
	if _, password := s.Credentials(); err != nil || read != password {
		t.Errorf("the file holds another password (%v)", err)
	}
}

func TestFault67SecondServerOnOneStoreIsRefused(t *testing.T) {
	dir := t.TempDir()
	first := start(t, Options{Dir: dir})
	_, err := Start(Options{Dir: dir})
	if err == nil {
		t.Fatal("two servers run on one store")
	}
	for _, part := range []string{dir, "in use by process", fmt.Sprint(os.Getpid()), "stop it first"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	if err := first.Shutdown(); err != nil {
		t.Fatal(err)
	}
	start(t, Options{Dir: dir})
}

func TestBadOptionsAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	blocked := t.TempDir()
	for _, path := range []string{file, filepath.Join(blocked, "jetstream")} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		options Options
		want    string
	}{
		"no directory":       {Options{}, "no data directory"},
		"unknown durability": {Options{Dir: t.TempDir(), Durability: "sometimes"}, `"sometimes" is neither`},
		"bad address":        {Options{Dir: t.TempDir(), Listen: "4222"}, "write host:port"},
		"bad port":           {Options{Dir: t.TempDir(), Listen: "127.0.0.1:nats"}, "write host:port"},
		"not writable":       {Options{Dir: filepath.Join(file, "sub")}, "cannot be written"},
		"store is a file":    {Options{Dir: blocked}, "starting the embedded NATS server"},
		"address of others":  {Options{Dir: t.TempDir(), Listen: "192.0.2.1:4222"}, "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Start(test.options)
			if err == nil {
				t.Fatalf("started: %v", s.Shutdown())
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q does not say %q", err, test.want)
			}
		})
	}
}

// A store that was cut short has lost messages, but takes new ones and gives
// them back.
func TestFault69DamagedStore(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	b := connect(t, s.BusOptions("test"))
	apply(t, b)
	for i := range 100 {
		store(t, b, fmt.Sprintf("<%d>", i))
	}
	if err := errors.Join(b.Close(t.Context()), s.Shutdown()); err != nil {
		t.Fatal(err)
	}
	block := filepath.Join(dir, "jetstream", "$G", "streams", bus.Items, "msgs", "1.blk")
	data, err := os.ReadFile(block)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(block, data[:bytes.Index(data, []byte("<50>"))], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(filepath.Dir(block), "index.db")); err != nil {
		t.Fatal(err)
	}
	var log syncBuffer
	s = start(t, Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if !strings.Contains(log.String(), "The store is damaged") {
		t.Errorf("the log is %s", log.String())
	}
	registry := prometheus.NewRegistry()
	o := s.BusOptions("test")
	o.Registerer = registry
	b = connect(t, o)
	if ack := store(t, b, "new"); ack.Sequence == 0 || ack.Duplicate {
		t.Fatalf("stored as %+v", ack)
	}
	last := ""
	if err := b.Replay(t.Context(), bus.Items, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		last = string(d.Data)
		return nil
	}); err != nil || last != "new" {
		t.Errorf("the last message reads %q, %v", last, err)
	}
	if n, err := testutil.GatherAndCount(registry, "faultline_stream_gap_total"); n != 1 || err != nil {
		t.Errorf("%d series of gaps, %v", n, err)
	}
}

func TestRoomCountsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x"), make([]byte, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	used, err := size(dir)
	if err != nil || used != 1000 {
		t.Fatalf("size %d, %v", used, err)
	}
	available, err := free(dir)
	if err != nil || available <= 0 {
		t.Fatalf("free %d, %v", available, err)
	}
	if r, err := room(dir); err != nil || r <= used || r >= used+available+1<<30 {
		t.Errorf("room %d for %d used and %d free, %v", r, used, available, err)
	}
	if _, err := room(filepath.Join(dir, "none")); err == nil {
		t.Error("room of a directory that does not exist")
	}
}

// A server at its limit refuses, and takes again once it was restarted with
// more room: what a full disk does, without filling one.
func TestFault64SickServerIsRestarted(t *testing.T) {
	s := start(t, Options{})
	b := connect(t, s.BusOptions("test"))
	apply(t, b)
	s.watch = watch{every: 10 * time.Millisecond, sick: 3, pause: time.Hour}
	before := s.current()
	checks := 0
	ctx, cancel := context.WithCancel(t.Context())
	err := s.lookAfter(ctx, func(context.Context) error {
		checks++
		switch {
		case checks == 1: // it was well once
			return nil
		case checks < 10:
			return errors.New("does not store")
		case checks == 11: // the one before was taken note of
			cancel()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.current() == before {
		t.Error("the server was not restarted")
	}
	if s.Ready() != nil {
		t.Errorf("not ready after it recovered: %v", s.Ready())
	}
	store(t, b, "after the restart") // the old connection finds the new server
}

// One stream that cannot be written to is healed as well, though the canary is
// stored.
func TestBrokenStreamIsHealed(t *testing.T) {
	s := start(t, Options{})
	s.watch = watch{every: 10 * time.Millisecond, sick: 3, pause: time.Hour}
	before := s.current()
	s.log.Errorf("JetStream stream '%s' critical write error: %v", "$G > ITEMS", errors.New("no space left on device"))
	ctx, cancel := context.WithCancel(t.Context())
	checks := 0
	err := s.lookAfter(ctx, func(context.Context) error {
		if checks++; checks == 3 {
			cancel()
		}
		return nil
	})
	if err != nil || s.current() == before {
		t.Errorf("not restarted, %v", err)
	}
}

func TestServerIsNotRestartedForNothing(t *testing.T) {
	for name, test := range map[string]struct {
		well bool // before it fell ill
		room int64
	}{
		"never well, so that nothing is known": {false, 0},
		"no space on the disk":                 {true, 1 << 62},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, Options{})
			s.watch = watch{every: time.Millisecond, sick: 2, room: test.room, pause: time.Hour}
			before, checks := s.current(), 0
			ctx, cancel := context.WithCancel(t.Context())
			err := s.lookAfter(ctx, func(context.Context) error {
				if checks++; checks == 20 {
					cancel()
				}
				if checks == 1 && test.well {
					return nil
				}
				return errors.New("does not store")
			})
			if err != nil || s.current() != before {
				t.Errorf("restarted, %v", err)
			}
			if s.Ready() == nil {
				t.Error("ready although it does not store")
			}
		})
	}
}

func TestRunChecksByStoring(t *testing.T) {
	s := start(t, Options{Listen: "127.0.0.1:0"})
	s.watch.every = 20 * time.Millisecond
	apply(t, connect(t, s.BusOptions("test")))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	s.health.set(errors.New("not checked yet"))
	go func() { done <- s.Run(ctx) }()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(time.Minute); s.Ready() != nil; {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("not ready: %v", s.Ready())
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestServersLogGoesToOurs(t *testing.T) {
	var out syncBuffer
	l := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	start(t, Options{Logger: l})
	if text := out.String(); !strings.Contains(text, "component=nats-server") || !strings.Contains(text, "Server is ready") {
		t.Errorf("the log is %s", text)
	}
	log := newLogger(l)
	log.Debugf("d%d", 1)
	log.Tracef("t%d", 2)
	log.Warnf("w%d", 3)
	log.Warnf("Filestore [ITEMS] Stream state encountered internal inconsistency on write")
	log.Errorf("e%d", 4)
	for range 20 { // must not block when nobody listens
		log.Fatalf("f%d", 5)
	}
	for _, want := range []string{"msg=d1", "msg=t2", "level=WARN msg=\"" + serverSays + "\" component=nats-server says=w3", "level=WARN msg=\"" + serverSays + "\" component=nats-server says=\"Filestore [ITEMS] Stream state encountered", "level=ERROR msg=\"" + serverSays + "\" component=nats-server says=e4", "level=ERROR msg=f5"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log lacks %q", want)
		}
	}
}

// After a kill the server makes its indices again, which is routine: the desk
// learns what it means, and only where messages are missing is it warned.
func TestAKillIsToldInPlainWords(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	b := connect(t, s.BusOptions("test"))
	apply(t, b)
	store(t, b, "one")
	if err := errors.Join(b.Close(t.Context()), s.writeMarks(false), s.stop(), s.lock.release()); err != nil {
		t.Fatal(err)
	}
	indices, err := filepath.Glob(filepath.Join(dir, "jetstream", "$G", "streams", "*", "msgs", "index.db"))
	if err != nil || len(indices) == 0 {
		t.Fatal(indices, err)
	}
	for _, index := range indices { // of another time
		if err := os.WriteFile(index, bytes.Repeat([]byte{7}, 200), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var log syncBuffer
	start(t, Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	text := log.String()
	if !strings.Contains(text, "level=INFO msg=\"The last run did not end in order; the streams were read again and lack nothing") {
		t.Errorf("the end of the last run is not told:\n%s", text)
	}
	if !strings.Contains(text, "level=DEBUG msg=\"Filestore [ITEMS] Stream state ") || strings.Contains(text, "level=WARN") {
		t.Errorf("routine is no matter for debugging:\n%s", text)
	}
}

// syncBuffer is written by the server's goroutines.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
