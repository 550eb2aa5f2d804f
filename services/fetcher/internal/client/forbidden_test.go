package client

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// forbidden are the hosts of testdata/forbidden.txt.
func forbidden(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/forbidden.txt")
	if err != nil {
		t.Fatal(err)
	}
	var hosts []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			hosts = append(hosts, line)
		}
	}
	return hosts
}

// canary listens on all addresses of this machine and reports who connects.
func canary(t *testing.T) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", ":0") //nolint:gosec // that is the point
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Errorf("%s was connected to", conn.LocalAddr())
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	_, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// hostile answers for the names of the corpus: rebinding.example has no address
// at first, and then loopback.
func hostile(name string, n int) []netip.Addr {
	first := map[string]string{
		"loopback.example": "127.0.0.1", "mapped.example": "::ffff:127.0.0.1", "internal.example": "10.1.2.3", "metadata.example": "169.254.169.254",
		"mixed.example": "fd00::1", "rebinding.example": "127.0.0.1",
	}
	addr, ok := first[name]
	switch {
	case !ok:
		return nil
	case name == "mixed.example":
		return []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1"), netip.MustParseAddr(addr)}
	case name == "rebinding.example" && n == 0:
		return []netip.Addr{}
	}
	return []netip.Addr{netip.MustParseAddr(addr)}
}

// bySystem is set in the process that asks the system's resolver.
const bySystem = "FAULTLINE_TEST_SYSTEM_RESOLVER"

// TestFault45And46NoForbiddenAddressIsConnectedTo counts connections, those that
// would be made as well as those that arrive: of none of the hosts, as a feed's
// own address or at the end of a redirect, asked three times.
func TestFault45And46NoForbiddenAddressIsConnectedTo(t *testing.T) {
	hosts := forbidden(t)
	if len(hosts) < 60 {
		t.Fatalf("%d hosts", len(hosts))
	}
	port := canary(t)
	var target string
	feed := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", target)
		w.WriteHeader(http.StatusFound)
	})
	var mu sync.Mutex
	var dialed []string
	o := options()
	o.PerHost = 64
	o.Dialing = func(address string) {
		if _, p, err := net.SplitHostPort(address); err == nil && p != port {
			return // the feed that redirects
		}
		mu.Lock()
		defer mu.Unlock()
		dialed = append(dialed, address)
	}
	o.Resolver = resolver(t, hostile)
	if os.Getenv(bySystem) != "" {
		o.Resolver = nil
	}
	c := newClient(t, o)
	for _, host := range hosts {
		if o.Resolver == nil && strings.HasSuffix(host, ".example") {
			continue
		}
		target = "http://" + host + ":" + port + "/latest/meta-data"
		for range 3 {
			_, err := c.Fetch(t.Context(), Request{URL: target})
			refused(t, host, err)
			_, err = c.Fetch(t.Context(), Request{URL: feed, AllowPrivate: true})
			refused(t, "a redirect to "+host, err)
		}
	}
	if len(dialed) != 0 {
		t.Errorf("connections were begun to %v", dialed)
	}
}

// refused wants an error that says that nobody was asked.
func refused(t *testing.T, what string, err error) {
	t.Helper()
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		t.Errorf("%s: got %v", what, err)
		return
	}
	switch failure.Class {
	case ClassBlocked, ClassDNS, ClassRedirectScheme, ClassAddress: // not public, not a name, not an address
	default:
		t.Errorf("%s: got %v", what, err)
	}
}

// The system's resolver reads more numbers as addresses than Go's: 0177.0.0.1,
// 127.1, 2130706433. Without cgo there is only Go's.
func TestFault45NoForbiddenAddressBySystemResolver(t *testing.T) {
	if !withCgo {
		if addrs, err := net.DefaultResolver.LookupNetIP(t.Context(), "ip", "127.0.0.1"); err != nil || len(addrs) != 1 {
			t.Errorf("Go's resolver: got %v, %v", addrs, err)
		}
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFault45And46", "-test.v")
	cmd.Env = append(os.Environ(), bySystem+"=1", "GODEBUG=netdns=cgo")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestFault45And46") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestFault45And47NoForbiddenAddressIsAskedOfAProxy: what a host spells is refused
// before the proxy, which would reach it. Names are the proxy's to resolve.
func TestFault45And47NoForbiddenAddressIsAskedOfAProxy(t *testing.T) {
	var target string
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host != "feed.example" {
			t.Errorf("the proxy was asked for %s", r.URL.Host)
		}
		w.Header().Set("Location", target)
		w.WriteHeader(http.StatusFound)
	})
	o := options()
	var err error
	if o.Proxy, err = url.Parse(proxy); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, o)
	for _, host := range forbidden(t) {
		if strings.HasSuffix(host, ".example") {
			continue
		}
		target = "http://" + host + "/latest/meta-data"
		_, err := c.Fetch(t.Context(), Request{URL: target})
		refused(t, host, err)
		_, err = c.Fetch(t.Context(), Request{URL: "http://feed.example/rss", AllowPrivate: true})
		refused(t, "a redirect to "+host, err)
	}
}
