package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"faultline/services/fetcher/internal/costtest"
)

// flood writes the n-th frame that follows a request.
type flood func(f *http2.Framer, stream uint32, n int) error

// flooding is an HTTP/2 server that answers the first request of a connection with frames without
// end, and takes all that comes. frames are those it could write, and ended has one for each
// connection that its client left.
func flooding(t *testing.T, next flood) (url string, roots *x509.CertPool, frames *atomic.Int64, ended chan struct{}) {
	t.Helper()
	frames, ended = new(atomic.Int64), make(chan struct{}, 100)
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}
	s.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
			defer conn.Close()
			if _, err := io.CopyN(io.Discard, conn, int64(len(http2.ClientPreface))); err != nil {
				return
			}
			reader, writer := http2.NewFramer(io.Discard, conn), http2.NewFramer(conn, nil)
			_ = writer.WriteSettings()
			begin := sync.OnceFunc(func() {
				go func() {
					defer conn.Close()
					for n := 0; next(writer, 1, n) == nil; n++ {
						frames.Add(1)
					}
					ended <- struct{}{}
				}()
			})
			for {
				frame, err := reader.ReadFrame()
				if err != nil {
					return
				}
				if _, ok := frame.(*http2.HeadersFrame); ok {
					begin()
				}
			}
		},
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.URL, roots, frames, ended
}

// block is a block of headers, name and value in turn.
func block(fields ...string) []byte {
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	for i := 0; i < len(fields); i += 2 {
		_ = e.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return b.Bytes()
}

// after sends a frame of headers first, whole or not.
func after(fragment []byte, whole bool, then flood) flood {
	return func(f *http2.Framer, stream uint32, n int) error {
		if n == 0 {
			return f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: fragment, EndHeaders: whole})
		}
		return then(f, stream, n)
	}
}

func pings(f *http2.Framer, _ uint32, _ int) error { return f.WritePing(false, [8]byte{}) }

// bomb names a header of 4,000 bytes that is in the table 10,000 times, in a byte each.
func bomb() []byte {
	return append(block(":status", "200", "x-bomb", strings.Repeat("x", 3900)), bytes.Repeat([]byte{0x80 | 62}, 10_000)...)
}

// Whatever an HTTP/2 server floods a connection with, the fetch ends before its time with little
// memory, and the connection is left, so that the flood does as well.
func TestFault55FloodsOfHTTP2(t *testing.T) {
	ok, large := block(":status", "200"), block("x-flood", strings.Repeat("x", 8000))
	hints := block(":status", "103", "link", "</a>; rel=preload")
	for name, c := range map[string]struct {
		flood flood
		want  Class // empty for an answer
	}{
		"headers in one frame": {after(bomb(), true, pings), ClassHeaders},
		"continuations":        {after(ok, false, func(f *http2.Framer, s uint32, _ int) error { return f.WriteContinuation(s, false, large) }), ClassProtocol},
		"empty continuations":  {after(ok, false, func(f *http2.Framer, s uint32, _ int) error { return f.WriteContinuation(s, false, nil) }), ClassProtocol},
		"1xx": {func(f *http2.Framer, s uint32, _ int) error {
			return f.WriteHeaders(http2.HeadersFrameParam{StreamID: s, BlockFragment: hints, EndHeaders: true})
		}, ClassHeaders},
		"trailers": {func(f *http2.Framer, s uint32, _ int) error {
			return f.WriteHeaders(http2.HeadersFrameParam{StreamID: s, BlockFragment: ok, EndHeaders: true})
		}, ClassProtocol},
		"settings": {func(f *http2.Framer, _ uint32, n int) error {
			return f.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: uint32(n%100) + 1})
		}, ClassProtocol},
		"pings":               {pings, ClassProtocol},
		"pings within a body": {after(ok, true, pings), ClassProtocol},
		"answers to no ping":  {func(f *http2.Framer, _ uint32, _ int) error { return f.WritePing(true, [8]byte{}) }, ClassProtocol},
		"windows":             {func(f *http2.Framer, _ uint32, _ int) error { return f.WriteWindowUpdate(0, 1) }, ClassProtocol},
		"frames nobody knows": {func(f *http2.Framer, _ uint32, _ int) error { return f.WriteRawFrame(0xbe, 0, 0, nil) }, ClassProtocol},
		"empty data":          {after(ok, true, func(f *http2.Framer, s uint32, _ int) error { return f.WriteData(s, false, nil) }), ClassProtocol},
		"padding": {after(ok, true, func(f *http2.Framer, s uint32, _ int) error {
			return f.WriteDataPadded(s, false, nil, make([]byte, 255))
		}), ClassProtocol},
		"ends of other streams": {func(f *http2.Framer, _ uint32, n int) error {
			return f.WriteRSTStream(uint32(2*n+1001), http2.ErrCodeCancel)
		}, ClassProtocol},
		"pushes": {func(f *http2.Framer, s uint32, n int) error {
			return f.WritePushPromise(http2.PushPromiseParam{StreamID: s, PromiseID: uint32(2*n + 2), BlockFragment: ok, EndHeaders: true})
		}, ClassProtocol},
		"pings behind an answer": {after(ok, true, func(f *http2.Framer, s uint32, n int) error {
			if n == 1 {
				return f.WriteData(s, true, []byte(document))
			}
			return pings(f, s, n)
		}), ""},
		"windows behind an answer": {after(ok, true, func(f *http2.Framer, s uint32, n int) error {
			if n == 1 {
				return f.WriteData(s, true, []byte(document))
			}
			return f.WriteWindowUpdate(0, 1)
		}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			url, roots, frames, ended := flooding(t, c.flood)
			o := options()
			o.RootCAs, o.Timeout, o.HeaderTimeout = roots, 30*time.Second, 30*time.Second
			client := newClient(t, o)
			var resp *Response
			var err error
			start := time.Now()
			peak := costtest.Peak(func() { resp, err = fetch(t, client, url) })
			if took := time.Since(start); took > 20*time.Second || peak > 8<<20 {
				t.Errorf("took %s and %d bytes", took, peak)
			}
			if c.want != "" {
				wantClass(t, err, c.want)
			} else if err != nil || string(resp.Body) != document {
				t.Errorf("got %+v, %v", resp, err)
			}
			select {
			case <-ended:
			case <-time.After(20 * time.Second):
				t.Error("the connection is still read")
			}
			if n := frames.Load(); n > 500_000 {
				t.Errorf("%d frames were taken", n)
			}
		})
	}
}

// secured runs a handler over HTTP/2 and counts connections.
func secured(t *testing.T, h http.HandlerFunc) (url string, roots *x509.CertPool, connections *atomic.Int32) {
	t.Helper()
	connections = new(atomic.Int32)
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.URL, roots, connections
}

// A server that does what servers do keeps its connection: large answers in small pieces, such
// as nobody reads to their end, and errors with long pages.
func TestFault55ABusyConnectionIsNoFlood(t *testing.T) {
	o := options()
	piece := strings.Repeat("x", 300)
	url, roots, connections := secured(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/error" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		for i := range int(o.MaxBody) / len(piece) {
			if _, err := io.WriteString(w, piece); err != nil {
				return
			}
			if i%4 == 0 {
				_ = http.NewResponseController(w).Flush()
			}
			if r.URL.Path == "/hang" && i == 1000 {
				<-r.Context().Done()
			}
		}
	})
	o.RootCAs, o.Budget = roots, 16*o.MaxBody
	c := newClient(t, o)
	if _, err := fetch(t, c, url); err != nil { // alone, or several would connect at once
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 12 {
				path := []string{"/", "/error", "/hang"}[i%3]
				ctx, cancel := context.WithCancel(t.Context())
				if path == "/hang" {
					time.AfterFunc(50*time.Millisecond, cancel)
				}
				resp, err := c.Fetch(ctx, Request{URL: url + path, AllowPrivate: true})
				cancel()
				failure, _ := errors.AsType[*Error](err)
				switch {
				case path == "/" && (err != nil || len(resp.Body) != int(o.MaxBody)/len(piece)*len(piece)):
					t.Errorf("got %v", err)
				case path == "/error" && (failure == nil || failure.Class != ClassHTTP5xx), path == "/hang" && (failure == nil || failure.Class != ClassCanceled):
					t.Errorf("%s: got %v", path, err)
				}
				resp.Release()
			}
		})
	}
	group.Wait()
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// An answer that waits for memory waits at its server: HTTP/2 takes little of it ahead.
func TestFault22AnswersThatWaitTakeLittleMemory(t *testing.T) {
	var wrote atomic.Int64
	url, roots, _ := secured(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 900 {
			n, err := w.Write(make([]byte, 1<<10))
			if err != nil {
				return
			}
			wrote.Add(int64(n))
		}
	})
	o := options()
	o.RootCAs, o.Budget = roots, o.MaxBody
	c := newClient(t, o)
	all := &loan{bank: c.body.bank, most: o.MaxBody}
	if err := all.grow(t.Context(), o.MaxBody); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		resp, err := c.Fetch(t.Context(), Request{URL: url, AllowPrivate: true})
		if err == nil && len(resp.Body) != 900<<10 {
			err = fmt.Errorf("%d bytes came", len(resp.Body))
		}
		resp.Release()
		done <- err
	}()
	<-time.After(time.Second)
	if n := wrote.Load(); n < small || n > small+received+128<<10 {
		t.Errorf("%d bytes were sent", n)
	}
	all.repay()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// However many answers of one host wait for memory, what was sent of them ahead is no flood.
func TestFault55ManyAnswersThatWaitAreNoFlood(t *testing.T) {
	url, roots, connections := secured(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 900<<10))
	})
	o := options()
	o.RootCAs, o.Budget, o.PerHost = roots, o.MaxBody, 40
	c := newClient(t, o)
	take := func() error {
		resp, err := c.Fetch(t.Context(), Request{URL: url, AllowPrivate: true})
		resp.Release()
		return err
	}
	if err := take(); err != nil { // alone, or several would connect at once
		t.Fatal(err)
	}
	all := &loan{bank: c.body.bank, most: o.MaxBody}
	if err := all.grow(t.Context(), o.MaxBody); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range o.PerHost {
		group.Go(func() {
			if err := take(); err != nil {
				t.Error(err)
			}
		})
	}
	<-time.After(time.Second)
	all.repay()
	group.Wait()
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}
