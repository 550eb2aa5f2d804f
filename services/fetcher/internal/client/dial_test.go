package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// counting serves a handler and counts the connections that it is opened.
func counting(t *testing.T, h http.HandlerFunc) (s *httptest.Server, opened *atomic.Int32) {
	t.Helper()
	opened = &atomic.Int32{}
	s = httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s, opened
}

// TestOneConnectionForManyFetches: documents, 304s, redirects and errors of a
// host come over one connection.
func TestOneConnectionForManyFetches(t *testing.T) {
	server, opened := counting(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/feed", http.StatusFound)
		case "/missing":
			http.Error(w, strings.Repeat("no such page ", 100), http.StatusNotFound)
		default:
			w.Header().Set("ETag", `"a"`)
			if r.Header.Get("If-None-Match") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, document)
		}
	})
	server.Start()
	o := options()
	o.Resolver = resolver(t, func(string, int) []netip.Addr { return []netip.Addr{netip.MustParseAddr("127.0.0.1")} })
	c := newClient(t, o)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	base := "http://outlet.example:" + port
	for range 50 {
		for _, req := range []Request{
			{URL: base + "/feed"}, {URL: base + "/feed", ETag: `"a"`, ValidatorURL: base + "/feed"}, {URL: base + "/moved"}, {URL: base + "/missing"},
		} {
			req.AllowPrivate = true
			resp, err := c.Fetch(t.Context(), req)
			if err != nil && !strings.HasSuffix(req.URL, "/missing") {
				t.Fatal(err)
			}
			resp.Release()
		}
	}
	if opened.Load() != 1 {
		t.Errorf("200 fetches opened %d connections", opened.Load())
	}
}

// TestHTTP2SharesAConnection: fetches at once do not need a connection each.
func TestHTTP2SharesAConnection(t *testing.T) {
	server, opened := counting(t, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("asked over %s", r.Proto)
		}
		fmt.Fprint(w, document)
	})
	server.EnableHTTP2 = true
	server.StartTLS()
	o := options()
	o.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	c := newClient(t, o)
	if _, err := fetch(t, c, server.URL); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			resp, err := c.Fetch(t.Context(), Request{URL: server.URL, AllowPrivate: true})
			resp.Release()
			if _, busy := errors.AsType[*Busy](err); err != nil && !busy {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if opened.Load() != 1 {
		t.Errorf("%d connections", opened.Load())
	}
}

// TestNewConnectionsResumeTheSession: where a server closes connections, the next
// one needs no whole handshake.
func TestNewConnectionsResumeTheSession(t *testing.T) {
	var resumed atomic.Int32
	server, opened := counting(t, func(w http.ResponseWriter, r *http.Request) {
		if r.TLS.DidResume {
			resumed.Add(1)
		}
		w.Header().Set("Connection", "close")
		fmt.Fprint(w, document)
	})
	server.StartTLS()
	o := options()
	o.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	c := newClient(t, o)
	for range 5 {
		if _, err := fetch(t, c, server.URL); err != nil {
			t.Fatal(err)
		}
	}
	if opened.Load() != 5 || resumed.Load() != 4 {
		t.Errorf("%d connections, of which %d resumed a session", opened.Load(), resumed.Load())
	}
}

func TestFault56AnAddressThatIsDeadIsResolvedAnew(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		fmt.Fprint(w, document)
	})
	_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	var moved atomic.Bool
	o := options()
	o.Resolver = resolver(t, func(string, int) []netip.Addr {
		if moved.Load() {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.99"), netip.MustParseAddr("127.0.0.98")} // nobody listens
	})
	c := newClient(t, o)
	_, err = fetch(t, c, "http://outlet.example:"+port)
	wantClass(t, err, ClassRefused)
	moved.Store(true)
	if _, err := fetch(t, c, "http://outlet.example:"+port); err != nil {
		t.Errorf("the host has moved: %v", err)
	}
}

func TestFault56TheSecondAddressIsTried(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, document) })
	_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for name, addrs := range map[string][]string{
		"the first refuses":    {"127.0.0.97", "127.0.0.1"},
		"the first is blocked": {"169.254.169.254", "127.0.0.1"},
		"the first is silent":  {"::1", "127.0.0.1"},
	} {
		o := options()
		o.Resolver = resolver(t, func(string, int) []netip.Addr {
			var out []netip.Addr
			for _, a := range addrs {
				out = append(out, netip.MustParseAddr(a))
			}
			return out
		})
		if _, err := fetch(t, newClient(t, o), "http://outlet.example:"+port); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFault56TheNextIsTriedBesideASilentOne(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	// The first address hangs in Control until everything ends.
	d := &dialer{Dialer: &net.Dialer{ControlContext: func(ctx context.Context, _, address string, _ syscall.RawConn) error {
		if strings.HasPrefix(address, "127.0.0.96:") {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}}}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := d.race(t.Context(), "tcp", []netip.Addr{netip.MustParseAddr("127.0.0.96"), netip.MustParseAddr("127.0.0.1")}, port)
	if err != nil {
		t.Fatal(err)
	}
	if got := conn.RemoteAddr().String(); got != listener.Addr().String() {
		t.Errorf("connected to %s", got)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	n := newNames(resolver(t, func(name string, _ int) []netip.Addr {
		if name == "gone.example" {
			return nil
		}
		return []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("2001:db8::1")}
	}))
	for i := range 3 {
		addrs, cached, err := n.lookup(t.Context(), "outlet.example")
		if err != nil || cached != (i > 0) || len(addrs) != 3 || addrs[0].Is4() == addrs[1].Is4() {
			t.Errorf("lookup %d: %v, cached %v, %v", i, addrs, cached, err)
		}
	}
	n.known["outlet.example"] = answer{n.known["outlet.example"].addrs, time.Now().Add(-time.Second)}
	if _, cached, err := n.lookup(t.Context(), "outlet.example"); cached || err != nil {
		t.Errorf("an old answer is taken, %v", err)
	}
	for range 2 {
		if _, _, err := n.lookup(t.Context(), "gone.example"); err == nil {
			t.Error("a name that there is not has addresses")
		}
	}
	for i := range maxNames + 10 {
		n.mu.Lock()
		n.sweep()
		n.known[fmt.Sprint(i)] = answer{until: time.Now().Add(time.Hour)}
		n.mu.Unlock()
	}
	if len(n.known) > maxNames {
		t.Errorf("%d names are kept", len(n.known))
	}
}

func TestMixedIsBounded(t *testing.T) {
	var many []netip.Addr
	for i := range 100 {
		many = append(many, netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}))
	}
	if got := mixed(many); len(got) != maxAddresses {
		t.Errorf("%d addresses are tried", len(got))
	}
	if got := mixed([]netip.Addr{netip.MustParseAddr("::ffff:192.0.2.1")}); !got[0].Is4() {
		t.Errorf("an IPv4 address in IPv6 form stays %s", got[0])
	}
}
