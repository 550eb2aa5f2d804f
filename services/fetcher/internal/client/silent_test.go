package client

import (
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// relay stands before a server. Connections that go silent stay open on both sides, and
// nothing more comes through; later ones work.
type relay struct {
	net.Listener
	server string
	mu     sync.Mutex
	silent []*atomic.Bool
	// ended tells of each silent connection that the client gave up.
	ended chan struct{}
	group sync.WaitGroup
}

func newRelay(t *testing.T, server string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: listener, server: server, ended: make(chan struct{}, 10)}
	r.group.Go(r.serve)
	t.Cleanup(func() {
		_ = listener.Close()
		r.group.Wait()
	})
	return r
}

func (r *relay) serve() {
	for {
		client, err := r.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		silent := &atomic.Bool{}
		r.mu.Lock()
		r.silent = append(r.silent, silent)
		r.mu.Unlock()
		r.group.Go(func() {
			passOn(server, client, silent)
			if silent.Load() {
				r.ended <- struct{}{}
			}
			_ = server.Close()
		})
		r.group.Go(func() {
			passOn(client, server, silent)
			_ = client.Close()
		})
	}
}

func passOn(to io.Writer, from io.Reader, silent *atomic.Bool) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if silent.Load() {
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// hush lets all connections of now go silent.
func (r *relay) hush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.silent {
		s.Store(true)
	}
}

// A connection of HTTP/2 at whose other end nobody is any more is found out and left, in use
// or idle, long before it is too old.
func TestFault55AConnectionThatGoesSilent(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("asked by %s", r.Proto)
		}
		fmt.Fprint(w, document)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	relay := newRelay(t, s.Listener.Addr().String())
	o := options()
	o.Timeout, o.HeaderTimeout = 900*time.Millisecond, 700*time.Millisecond
	o.RootCAs = x509.NewCertPool()
	o.RootCAs.AddCert(s.Certificate())
	c, url := newClient(t, o), "https://"+relay.Addr().String()
	for _, used := range []bool{true, false} {
		if _, err := fetch(t, c, url); err != nil {
			t.Fatalf("used %v: before: %v", used, err)
		}
		relay.hush()
		if used {
			_, err := fetch(t, c, url)
			wantClass(t, err, ClassTimeout)
		}
		select {
		case <-relay.ended:
		case <-time.After(10 * time.Second):
			t.Fatalf("used %v: the silent connection is kept", used)
		}
		if _, err := fetch(t, c, url); err != nil {
			t.Errorf("used %v: after: %v", used, err)
		}
	}
}
