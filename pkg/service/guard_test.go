package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const secondSignal = "FAULTLINE_TEST_SECOND_SIGNAL"

// FAULTS 60: whoever will not wait for the end sends a second signal.
func TestFault60SecondSignalEndsAtOnce(t *testing.T) {
	if os.Getenv(secondSignal) != "" { // the process that is to end
		signal.Reset()
		ctx, stop := Signals(t.Context())
		defer stop()
		fmt.Println("ready")
		<-ctx.Done()
		fmt.Println("first")
		<-time.After(10 * time.Minute) // something that takes long
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		cmd := exec.CommandContext(t.Context(), self, "-test.run", "^"+t.Name()+"$", "-test.v")
		cmd.Env = append(os.Environ(), secondSignal+"=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		readTo(t, out, "ready")
		if err := cmd.Process.Signal(name); err != nil {
			t.Fatal(err)
		}
		readTo(t, out, "first")
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		again := time.NewTicker(20 * time.Millisecond) // one that comes at the very moment of the first is taken with it
		defer again.Stop()
		for waiting := true; waiting; {
			select {
			case <-again.C:
				if err := cmd.Process.Signal(name); err != nil && !errors.Is(err, os.ErrProcessDone) {
					t.Fatal(err)
				}
			case err := <-done:
				var ended *exec.ExitError
				if waiting = false; !errors.As(err, &ended) || ended.Sys().(syscall.WaitStatus).Signal() != name {
					t.Errorf("after a second %s: %v", name, err)
				}
			}
		}
	}
}

// readTo reads what a process says, up to a word.
func readTo(t *testing.T, r io.Reader, word string) {
	t.Helper()
	said, one := "", make([]byte, 1)
	for !strings.Contains(said, word+"\n") {
		if _, err := r.Read(one); err != nil {
			t.Fatalf("it said %q, and not %q: %v", said, word, err)
		}
		said += string(one)
	}
}

// guarded serves through the bounds of our own address, some of them changed.
func guarded(t *testing.T, h http.HandlerFunc, change func(*http.Server)) (address string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newServer(h, slog.New(slog.DiscardHandler))
	change(server)
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := errors.Join(server.Close(), <-done); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// connect opens a connection, sends and reads nothing.
func connect(t *testing.T, address, send string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
	if _, err := io.WriteString(conn, send); err != nil {
		t.Fatal(err)
	}
	return conn
}

// FAULTS 109: whoever asks and does not take the answer is dropped, and what made the
// answer ends.
func TestFault109SlowReadersAreDropped(t *testing.T) {
	ended := make(chan error, 8)
	address := guarded(t, func(w http.ResponseWriter, _ *http.Request) {
		_, err := io.CopyN(w, rand.Reader, 64<<20) // more than the system holds of it
		ended <- err
	}, func(s *http.Server) {
		if s.WriteTimeout <= 0 || s.WriteTimeout > 5*time.Minute {
			t.Errorf("an answer may take %s", s.WriteTimeout)
		}
		s.WriteTimeout = 300 * time.Millisecond
	})
	for range cap(ended) {
		connect(t, address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	for range cap(ended) {
		select {
		case err := <-ended:
			if err == nil {
				t.Error("an answer that nobody read was sent")
			}
		case <-time.After(time.Minute):
			t.Fatal("a slow reader holds what answers it")
		}
	}
}

// FAULTS 110: whoever sends a header or a body byte by byte, or a header without end, is dropped.
func TestFault110SlowAndHugeRequestsAreDropped(t *testing.T) {
	address := guarded(t, func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			t.Error("a body that never came was read")
		}
	}, func(s *http.Server) {
		if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.ReadTimeout > time.Minute || s.MaxHeaderBytes > 1<<20 {
			t.Errorf("a header may take %s, a request %s, and %d bytes", s.ReadHeaderTimeout, s.ReadTimeout, s.MaxHeaderBytes)
		}
		s.ReadHeaderTimeout, s.ReadTimeout = 300*time.Millisecond, 600*time.Millisecond
	})
	for name, send := range map[string]string{
		"half a header":     "GET / HTTP/1.1\r\nHost: x\r\nX-A: ",
		"a body of 1 GB":    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc",
		"a header too long": "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 200<<10) + "\r\n\r\n",
	} {
		conn := connect(t, address, send)
		if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(conn)
		if errors.Is(err, os.ErrDeadlineExceeded) || strings.Contains(string(answer), " 200 ") && name == "a header too long" {
			t.Errorf("%s: %v, %q", name, err, answer)
		}
	}
}

// FAULTS 108: however an address is written, nobody is sent to another host.
func TestFault108NobodyIsSentElsewhere(t *testing.T) {
	p, _ := quiet(t)
	for _, path := range []string{
		"//evil.example", "//evil.example/metrics", "///evil.example/..", "/%2F/evil.example", "/\\evil.example", "/%5Cevil.example/", "/https:evil.example",
		"/https://evil.example", "/./%2e%2e//evil.example", "//evil.example/%2e%2e/metrics", "/debug/pprof//evil.example", "/-//evil.example", "/?next=//evil.example",
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://desk.example/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL, r.RemoteAddr = &url.URL{Path: path}, "127.0.0.1:1"
		if plain, err := url.PathUnescape(path); err == nil {
			r.URL.Path, r.URL.RawPath = plain, path
		}
		for _, value := range served(p, r).Header().Values("Location") {
			to, err := r.URL.Parse(value)
			if err != nil || to.Host != "" || to.Scheme != "" || strings.HasPrefix(value, "//") || strings.HasPrefix(value, "/\\") {
				t.Errorf("%s leads to %q", path, value)
			}
		}
	}
}

// FAULTS 112: who guesses learns nothing of who is there, and not as fast as he likes.
func TestFault112GuessingPasswords(t *testing.T) {
	p, reloads := quiet(t)
	p.Settings.Web.ConfigFile = filepath.Join(t.TempDir(), "web.yaml")
	// The hash is of "right".
	if err := os.WriteFile(p.Settings.Web.ConfigFile, []byte(`
basic_auth_users: {desk: $2a$04$xbVZgqFWLpxYfkJ69HCN/eDnnafhzRYi5sm3IwxSjWnuHPD4Xccue}
rate_limit: {interval: 1h, burst: 8}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		p.Mux = http.NewServeMux()
		done <- p.serve(ctx, listener, reloads)
	}()
	ask := func(user, password string) (status int, answer string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/-/healthy", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(user, password)
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := w.Body.Close(); err != nil {
				t.Error(err)
			}
		}()
		body, err := io.ReadAll(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		w.Header.Del("Date")
		return w.StatusCode, fmt.Sprint(w.Header, string(body))
	}
	if status, _ := ask("desk", "right"); status != http.StatusOK {
		t.Errorf("who knows the password gets %d", status)
	}
	status, wrong := ask("desk", "wrong")
	if unknown, nobody := ask("nobody", "wrong"); status != http.StatusUnauthorized || unknown != status || nobody != wrong {
		t.Errorf("a wrong password: %d %s; an unknown user: %d %s", status, wrong, unknown, nobody)
	}
	for range 8 {
		status, _ = ask("desk", "guess")
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the eleventh request in a moment gets %d", status)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

const hushed = "FAULTLINE_TEST_HUSHED"

// However much libraries say, nothing of it is on the standard error of a process.
func TestFault55LibrariesSayNothing(t *testing.T) {
	if os.Getenv(hushed) != "" {
		log.Print("a line")
		HushLibraries()
		log.Print("a frame that nobody knows")
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), hushed+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("a line")) || bytes.Contains(out, []byte("a frame")) {
		t.Errorf("%v: %s", err, out)
	}
}

// A page that panics is in the process's own log.
func TestAPageThatPanicsIsLogged(t *testing.T) {
	said := make(chan string, 10)
	logger := slog.New(slog.NewTextHandler(lines(said), nil))
	address := guarded(t, func(http.ResponseWriter, *http.Request) { panic("a bad page") }, func(s *http.Server) {
		s.ErrorLog = newServer(nil, logger).ErrorLog
	})
	conn := connect(t, address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	defer conn.Close()
	select {
	case line := <-said:
		if !strings.Contains(line, "level=WARN") || !strings.Contains(line, "a bad page") {
			t.Errorf("said: %s", line)
		}
	case <-time.After(time.Minute):
		t.Error("nothing is said of it")
	}
}

// lines takes what is written.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}
