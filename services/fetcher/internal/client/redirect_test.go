package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"faultline/pkg/config"
)

// resolver asks a name server of its own: names answers the n-th question (from
// 0) for a name; nil means that there is no such name.
func resolver(t *testing.T, names func(name string, n int) []netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	go func() {
		defer close(done)
		asked := map[string]int{}
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer, err := reply(buf[:n], asked, names); err == nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	}()
	dialer := &net.Dialer{}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func reply(query []byte, asked map[string]int, names func(string, int) []netip.Addr) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	name := strings.TrimSuffix(q.Name.String(), ".")
	addrs := names(name, asked[name])
	if q.Type == dnsmessage.TypeA {
		asked[name]++
	}
	if addrs == nil {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, a := range addrs {
		head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	return m.Pack()
}

func noNames(string, int) []netip.Addr { return nil }

func TestFault42And43RedirectsAreFollowed(t *testing.T) {
	hops := map[string]struct {
		status int
		to     string
	}{
		"/moved": {301, "/moved2"}, "/moved2": {308, "/new"}, "/tmp": {302, "/moved2"}, "/mixed": {301, "/tmp2"}, "/tmp2": {307, "/new#x"},
		"/loop": {302, "/loop"}, "/five": {302, "/four"}, "/four": {302, "/three"}, "/three": {302, "/two"}, "/two": {302, "/one"}, "/one": {302, "/new"},
		"/six": {302, "/five"}, "/file": {302, "file:///etc/passwd"}, "/bad": {302, "http://[::1"}, "/none": {302, ""}, "/nohost": {302, "http:///x"},
		"/long": {301, "/" + strings.Repeat("x", 7900)}, "/longer": {301, "/" + strings.Repeat("x", 8000)},
	}
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if hop, ok := hops[r.URL.Path]; ok {
			if hop.to != "" {
				w.Header().Set("Location", hop.to)
			}
			w.WriteHeader(hop.status)
			return
		}
		fmt.Fprint(w, document)
	})
	c := newClient(t, options())
	for path, movedTo := range map[string]string{"/moved": "/new", "/tmp": "", "/mixed": "/tmp2", "/five": "", "/new": ""} {
		resp, err := fetch(t, c, base+path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if movedTo != "" {
			movedTo = base + movedTo
		}
		if resp.URL != base+"/new" || resp.MovedTo != movedTo {
			t.Errorf("%s: got %s, moved to %q; want moved to %q", path, resp.URL, resp.MovedTo, movedTo)
		}
	}
	if resp, err := fetch(t, c, base+"/long"); err != nil || len(resp.MovedTo) < 7900 {
		t.Errorf("an address that is long: %v", err)
	}
	for path, want := range map[string]Class{
		"/loop": ClassRedirects, "/six": ClassRedirects, "/file": ClassRedirectScheme,
		"/bad": ClassRedirectScheme, "/none": ClassHTTPOther, "/nohost": ClassRedirectScheme, "/longer": ClassRedirectScheme,
	} {
		t.Run(path, func(t *testing.T) {
			_, err := fetch(t, c, base+path)
			wantClass(t, err, want)
		})
	}
}

func TestFault46And48NamesThatTurnPrivate(t *testing.T) {
	var reached atomic.Int32
	secret := serve(t, func(w http.ResponseWriter, _ *http.Request) { reached.Add(1); fmt.Fprint(w, document) })
	_, secretPort, err := net.SplitHostPort(strings.TrimPrefix(secret, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	o := options()
	// The first answer cannot be connected to, all later ones are loopback.
	o.Resolver = resolver(t, func(_ string, n int) []netip.Addr {
		if n == 0 {
			return []netip.Addr{}
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	})
	c := newClient(t, o)
	public := Request{URL: "http://news.example:" + secretPort}
	for range 3 {
		if _, err := c.Fetch(t.Context(), public); err == nil {
			t.Error("a name that resolves to loopback was fetched")
		}
	}
	private := public
	private.AllowPrivate = true
	if _, err := c.Fetch(t.Context(), private); err != nil {
		t.Errorf("a feed that may be private: %v", err)
	}
	// The connection of the private feed is still open, and not for others.
	_, err = c.Fetch(t.Context(), public)
	wantClass(t, err, ClassBlocked)
	if n := reached.Load(); n != 1 {
		t.Errorf("%d requests reached the server, want 1", n)
	}
}

func TestFault38UnknownName(t *testing.T) {
	o := options()
	o.Resolver = resolver(t, noNames)
	_, err := newClient(t, o).Fetch(t.Context(), Request{URL: "http://nowhere.example/feed"})
	wantClass(t, err, ClassDNS)
}

func TestFault41And44Certificates(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, "http://127.0.0.1:1/feed", http.StatusMovedPermanently)
			return
		}
		fmt.Fprint(w, r.Proto)
	})
	s := httptest.NewUnstartedServer(handler)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := fetch(t, newClient(t, options()), s.URL)
	wantClass(t, err, ClassTLSUntrusted)

	o := options()
	o.RootCAs = x509.NewCertPool()
	o.RootCAs.AddCert(s.Certificate())
	c := newClient(t, o)
	resp, err := fetch(t, c, s.URL)
	if err != nil || string(resp.Body) != "HTTP/2.0" {
		t.Errorf("got %+v, %v; want HTTP/2", resp, err)
	}
	_, err = fetch(t, c, s.URL+"/down")
	wantClass(t, err, ClassDowngrade)
	_, err = fetch(t, c, strings.Replace(s.URL, "127.0.0.1", "localhost", 1))
	wantClass(t, err, ClassTLSHostname)
	_, err = fetch(t, c, strings.Replace(s.URL, "https:", "http:", 1))
	if err == nil {
		t.Error("http to an https server went well")
	}
	plain := serve(t, handler.ServeHTTP)
	_, err = fetch(t, c, strings.Replace(plain, "http:", "https:", 1))
	wantClass(t, err, ClassTLS)
}

// A feed that may be redirected from https to http is, without its secrets; and what is
// said there is no new address of it.
func TestFault44DowngradeThatIsAllowed(t *testing.T) {
	var asked http.Header
	plain := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header
		if r.URL.Path == "/on" {
			http.Redirect(w, r, "/feed", http.StatusMovedPermanently)
			return
		}
		fmt.Fprint(w, document)
	})
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := plain + r.URL.Path
		if r.URL.Path == "/moved" {
			to = "/feed"
		}
		http.Redirect(w, r, to, http.StatusMovedPermanently)
	}))
	t.Cleanup(s.Close)
	o := options()
	o.RootCAs = x509.NewCertPool()
	o.RootCAs.AddCert(s.Certificate())
	c := newClient(t, o)
	c.public = c.private // the redirect's target is on loopback too
	for path, movedTo := range map[string]string{"/feed": "", "/on": "", "/moved": s.URL + "/feed"} {
		req := Request{URL: s.URL + path, AllowPrivate: true, Username: "desk", Password: "s3cret", Header: map[string]config.Secret{"X-Api-Key": "k3y"}}
		_, err := c.Fetch(t.Context(), req)
		if failure := wantClass(t, err, ClassDowngrade); !strings.Contains(failure.Class.Remedy(), "allow_downgrade: true") || asked != nil {
			t.Errorf("%s: remedy %q, asked %v", path, failure.Class.Remedy(), asked)
		}
		req.AllowDowngrade = true
		resp, err := c.Fetch(t.Context(), req)
		if err != nil || string(resp.Body) != document || resp.URL != plain+"/feed" || resp.MovedTo != movedTo {
			t.Errorf("%s: got %+v, %v; want moved to %q", path, resp, err, movedTo)
		}
		resp.Release()
		if asked.Get("X-Api-Key") != "" || asked.Get("Authorization") != "" || asked.Get("User-Agent") == "" {
			t.Errorf("%s: the plain server got %v", path, asked)
		}
		asked = nil
	}
}

func TestFault41ExpiredCertificate(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	o := options()
	o.RootCAs = x509.NewCertPool()
	o.RootCAs.AddCert(s.Certificate())
	c := newClient(t, o)
	late := func() time.Time { return s.Certificate().NotAfter.Add(time.Hour) }
	c.private.TLSClientConfig = &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12, Time: late}
	_, err := fetch(t, c, s.URL)
	wantClass(t, err, ClassTLSExpired)
}

// FAULTS 117: on a machine without a bundle of authorities that is what is said, and no
// outlet is blamed. A process reads the bundle once, so another one does this.
func TestFault117NoAuthoritiesAtAll(t *testing.T) {
	const other = "FAULTLINE_TEST_NO_AUTHORITIES"
	if os.Getenv(other) != "" {
		s := httptest.NewTLSServer(http.NotFoundHandler())
		defer s.Close()
		_, err := fetch(t, newClient(t, options()), s.URL)
		wantClass(t, err, ClassNoAuthorities)
		if remedy := ClassNoAuthorities.Remedy(); !strings.Contains(remedy, "ca-certificates") {
			t.Errorf("the remedy is %q", remedy)
		}
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), other+"=1", "SSL_CERT_FILE="+filepath.Join(t.TempDir(), "none"), "SSL_CERT_DIR="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Errorf("%v: %s", err, out)
	}
}

func TestFault47OnlyTheConfiguredProxyIsUsed(t *testing.T) {
	var asked atomic.Int32
	proxyURL := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		fmt.Fprint(w, "by proxy: ", r.URL.Host)
	})
	t.Setenv("HTTP_PROXY", proxyURL)
	t.Setenv("http_proxy", proxyURL)
	o := options()
	o.Resolver = resolver(t, noNames)
	_, err := newClient(t, o).Fetch(t.Context(), Request{URL: "http://news.example/feed"})
	wantClass(t, err, ClassDNS)
	if asked.Load() != 0 {
		t.Error("the environment's proxy was used")
	}
	if o.Proxy, err = url.Parse(proxyURL); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, o)
	resp, err := c.Fetch(t.Context(), Request{URL: "http://news.example/feed"})
	if err != nil || string(resp.Body) != "by proxy: news.example" {
		t.Errorf("got %+v, %v", resp, err)
	}
	_, err = c.Fetch(t.Context(), Request{URL: "http://127.0.0.1/feed"})
	wantClass(t, err, ClassBlocked)
}

// A feed that may be private and be redirected from https to http is followed to the http server of its own
// host, which is on another port, without its secrets; and to no other port or host.
func TestFault44And48DowngradeOfAPrivateFeed(t *testing.T) {
	var asked http.Header
	plain := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header
		fmt.Fprint(w, document)
	})
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+strings.TrimPrefix(r.URL.Path, "/"), http.StatusMovedPermanently)
	}))
	t.Cleanup(s.Close)
	o := options()
	o.RootCAs = x509.NewCertPool()
	o.RootCAs.AddCert(s.Certificate())
	c := newClient(t, o)
	for _, transport := range []*http.Transport{c.public, c.private} { // the standard ports are not ours to listen on
		dial := transport.DialContext
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			to := strings.TrimPrefix(plain, "http://")
			if strings.HasSuffix(address, ":443") {
				to = s.Listener.Addr().String()
			}
			return dial(ctx, network, to)
		}
	}
	req := Request{AllowPrivate: true, AllowDowngrade: true, Username: "desk", Password: "s3cret", Header: map[string]config.Secret{"X-Api-Key": "k3y"}}
	for to, private := range map[string]bool{"example.com/feed": true, "example.com:80/feed": true, "example.com:8080/feed": false, "www.example.com/feed": false} {
		req.URL, asked = "https://example.com/"+to, nil
		resp, err := c.Fetch(t.Context(), req)
		if !private {
			wantClass(t, err, ClassBlocked)
		} else if err != nil || string(resp.Body) != document {
			t.Errorf("%s: got %+v, %v", to, resp, err)
		}
		resp.Release()
		if (asked != nil) != private || asked.Get("X-Api-Key") != "" || asked.Get("Authorization") != "" {
			t.Errorf("%s: the plain server got %v", to, asked)
		}
	}
	req.URL, req.AllowDowngrade = "https://example.com/example.com/feed", false
	_, err := c.Fetch(t.Context(), req)
	wantClass(t, err, ClassDowngrade)
	req.AllowPrivate, req.AllowDowngrade = false, true
	_, err = c.Fetch(t.Context(), req)
	wantClass(t, err, ClassBlocked)
}
