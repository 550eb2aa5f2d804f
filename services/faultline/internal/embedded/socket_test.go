package embedded

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
)

// guest connects by the socket of a directory.
func guest(t *testing.T, dir string) *bus.Bus {
	t.Helper()
	return connect(t, bus.Options{Server: SocketIn(dir), Name: "guest"})
}

// short is a directory whose path leaves room for a socket's name.
func short(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "nats")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestSocketLetsOthersIn(t *testing.T) {
	dir := short(t)
	s := start(t, Options{Dir: dir})
	b := guest(t, dir)
	apply(t, b)
	store(t, b, "1")
	if ack := store(t, connect(t, s.BusOptions("inside")), "1"); !ack.Duplicate {
		t.Error("what a guest stored is not there")
	}
	info, err := os.Stat(string(SocketIn(dir)))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket is %v, %v", info, err)
	}
}

// Who is inside comes back after the server was started again underneath.
func TestSocketOutlivesARestart(t *testing.T) {
	dir := short(t)
	s := start(t, Options{Dir: dir})
	b := guest(t, dir)
	apply(t, b)
	if err := s.restart(); err != nil {
		t.Fatal(err)
	}
	store(t, b, "1") // tried again if the restart swallowed the answer
	if ack := store(t, connect(t, s.BusOptions("inside")), "1"); !ack.Duplicate {
		t.Error("what a guest stored is not there")
	}
}

func TestSocketAsksForThePasswordOfThePort(t *testing.T) {
	dir := short(t)
	s := start(t, Options{Dir: dir, Listen: "127.0.0.1:0"})
	if b, err := bus.Connect(t.Context(), bus.Options{Server: SocketIn(dir)}); err == nil {
		t.Error("connected without a password:", b.Close(t.Context()))
	}
	user, password := s.Credentials()
	apply(t, connect(t, bus.Options{Server: SocketIn(dir), Username: user, Password: password}))
}

// The end of the server closes the door and throws out who is inside.
func TestSocketEndsWithTheServer(t *testing.T) {
	dir := short(t)
	s, err := Start(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := SocketIn(dir).InProcessConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	// With an end, or with a reset if it had not been accepted yet.
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection outlives the server")
	}
	if _, err := SocketIn(dir).InProcessConn(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("connecting after the end: %v", err)
	}
}

// A guest that was stopped, and does not take what it asked for, holds up no end.
func TestSocketEndsWithAGuestThatStandsStill(t *testing.T) {
	dir := short(t)
	s, err := Start(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := SocketIn(dir).InProcessConn()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := conn.Write([]byte("CONNECT {}\r\nSUB > 1\r\nPING\r\n")); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(conn); lines.Text() != "PONG"; {
		if !lines.Scan() {
			t.Fatal(lines.Err())
		}
	}
	b, err := bus.Connect(t.Context(), s.BusOptions("inside"))
	if err != nil {
		t.Fatal(err)
	}
	apply(t, b)
	for range 8 { // more than a socket holds
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), Data: make([]byte, 200_000)}); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- errors.Join(b.Close(t.Context()), s.Shutdown()) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(40 * time.Second):
		t.Error("the server does not end")
	}
}

// What a killed process left is replaced.
func TestOldSocketIsReplaced(t *testing.T) {
	dir := short(t)
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: string(SocketIn(dir)), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	old.SetUnlinkOnClose(false)
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := SocketIn(dir).InProcessConn(); err == nil {
		t.Fatal("somebody answers at the old socket")
	}
	start(t, Options{Dir: dir})
	apply(t, guest(t, dir))
}

// A path that is too long for a socket costs the commands, and nothing else.
func TestServerWithoutASocket(t *testing.T) {
	dir, log := filepath.Join(t.TempDir(), strings.Repeat("long", 40)), new(bytes.Buffer)
	s := start(t, Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(log, nil))})
	apply(t, connect(t, s.BusOptions("inside")))
	if !strings.Contains(log.String(), "cannot ask this process") || !strings.Contains(log.String(), "shorter path") {
		t.Errorf("the log says %s", log)
	}
}
