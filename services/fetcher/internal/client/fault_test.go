package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

func TestFault38NameServerThatDoesNotAnswer(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	o := options()
	o.Timeout, o.HeaderTimeout = 300*time.Millisecond, 300*time.Millisecond
	o.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", silent.LocalAddr().String())
	}}
	_, err = newClient(t, o).Fetch(t.Context(), Request{URL: "http://outlet.example/feed"})
	if failure, ok := errors.AsType[*Error](err); !ok || failure.Class != ClassDNS && failure.Class != ClassTimeout {
		t.Errorf("got %v", err)
	}
}

func TestFault40ResetWithinTheBody(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss")
		_ = conn.(*net.TCPConn).SetLinger(0) // a RST instead of a FIN
		_ = conn.Close()
	})
	_, err := fetch(t, newClient(t, options()), url)
	wantClass(t, err, ClassReset)
}

// Who asks for it gets what came before a connection broke or the time ran out.
func TestFault40PartOfABody(t *testing.T) {
	o := options()
	o.Timeout, o.HeaderTimeout = 300*time.Millisecond, 300*time.Millisecond
	for name, end := range map[string]struct {
		body string
		stay bool
		want Class
	}{
		"broken": {body: "<rss", want: ClassReset}, "out of time": {body: "<rss", stay: true, want: ClassTimeout},
		"all there, and out of time": {body: document, stay: true},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", "5000")
				fmt.Fprint(w, end.body)
				_ = http.NewResponseController(w).Flush()
				if end.stay {
					<-r.Context().Done()
				}
				panic(http.ErrAbortHandler)
			})
			resp, err := newClient(t, o).Fetch(t.Context(), Request{URL: url, AllowPrivate: true, Part: true})
			defer resp.Release()
			if err != nil || string(resp.Body) != end.body {
				t.Fatalf("got %+v, %v", resp, err)
			}
			if end.want != "" || resp.Cut != nil {
				wantClass(t, resp.Cut, end.want)
			}
		})
	}
}

// So does who reads over HTTP/2, where the stream ends and not the connection; what is there to
// its last tag is whole there too.
func TestFault55PartOfAStream(t *testing.T) {
	for document, cut := range map[string]bool{"<rss><channel>": true, document: false} {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, document)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}))
		s.EnableHTTP2 = true
		s.StartTLS()
		t.Cleanup(s.Close)
		o := options()
		o.RootCAs = x509.NewCertPool()
		o.RootCAs.AddCert(s.Certificate())
		resp, err := newClient(t, o).Fetch(t.Context(), Request{URL: s.URL, AllowPrivate: true, Part: true})
		if err != nil || string(resp.Body) != document || (resp.Cut != nil) != cut {
			t.Errorf("%s: got %+v, %v", document, resp, err)
		}
		resp.Release()
	}
}

func TestFault53AThousandFeedsOfOneHost(t *testing.T) {
	var now, most atomic.Int32
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		fmt.Fprint(w, document)
	})
	o := options()
	o.PerHost = 2
	c := newClient(t, o)
	var group sync.WaitGroup
	for i := range 1000 {
		group.Go(func() {
			for {
				resp, err := c.Fetch(t.Context(), Request{URL: fmt.Sprint(url, "/", i), AllowPrivate: true})
				resp.Release()
				busy, ok := errors.AsType[*Busy](err)
				if !ok {
					if err != nil {
						t.Error(err)
					}
					return
				}
				<-time.After(busy.Retry)
			}
		})
	}
	group.Wait()
	if most.Load() > 2 {
		t.Errorf("%d requests at once", most.Load())
	}
}

// goAway is an HTTP/2 server that ends its first connections as soon as they
// bring a request.
func goAway(t *testing.T, endings int32) (url string, roots *x509.CertPool) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	var connections atomic.Int32
	s.TLS = &tls.Config{NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}
	s.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
			defer conn.Close()
			speak(conn, connections.Add(1) > endings)
		},
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.URL, roots
}

// speak knows as much HTTP/2 as a document needs, or takes leave.
func speak(conn net.Conn, well bool) {
	if _, err := io.CopyN(io.Discard, conn, int64(len(http2.ClientPreface))); err != nil {
		return
	}
	f := http2.NewFramer(conn, conn)
	_ = f.WriteSettings()
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return
		}
		request, ok := frame.(*http2.HeadersFrame)
		if !ok {
			continue
		}
		if !well {
			_ = f.WriteGoAway(0, http2.ErrCodeNo, nil) // nothing was begun
			continue
		}
		var head strings.Builder
		_ = hpack.NewEncoder(&head).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
		_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: request.StreamID, BlockFragment: []byte(head.String()), EndHeaders: true})
		_ = f.WriteData(request.StreamID, true, []byte(document))
	}
}

func TestFault55GoAway(t *testing.T) {
	for endings, want := range map[int32]Class{0: "", 1: "", maxDials: ClassProtocol} {
		o := options()
		var url string
		url, o.RootCAs = goAway(t, endings)
		resp, err := fetch(t, newClient(t, o), url)
		switch {
		case want == "" && (err != nil || string(resp.Body) != document):
			t.Errorf("after %d connections that end: got %v", endings, err)
		case want != "":
			wantClass(t, err, want)
		}
	}
}

func TestFault56OnlyIPv6(t *testing.T) {
	listener, err := net.Listen("tcp6", "[::1]:0")
	if err != nil { // then the address must be told as what it is
		_, err = fetch(t, newClient(t, options()), "http://[::1]:9/")
		if failure, ok := errors.AsType[*Error](err); !ok || failure.Class != ClassUnreachable && failure.Class != ClassRefused {
			t.Errorf("without IPv6: got %v", err)
		}
		return
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, document) })}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	defer func() {
		_ = server.Close()
		<-done
	}()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	o := options()
	o.Resolver = resolver(t, func(string, int) []netip.Addr { return []netip.Addr{netip.IPv6Loopback()} })
	if _, err := fetch(t, newClient(t, o), "http://outlet.example:"+port); err != nil {
		t.Errorf("a name with an AAAA record alone: %v", err)
	}
	// An AAAA record that leads nowhere, beside an A record that is right.
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, document) })
	_, port, err = net.SplitHostPort(strings.TrimPrefix(plain, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	o.Resolver = resolver(t, func(string, int) []netip.Addr {
		return []netip.Addr{netip.IPv6Loopback(), netip.MustParseAddr("127.0.0.1")}
	})
	if _, err := fetch(t, newClient(t, o), "http://outlet.example:"+port); err != nil {
		t.Errorf("a broken AAAA record: %v", err)
	}
}
