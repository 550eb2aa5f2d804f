package client

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"faultline/pkg/config"
)

const document = `<rss version="2.0"><channel><title>T</title></channel></rss>`

func options() Options {
	return Options{
		Timeout: 5 * time.Second, HeaderTimeout: 2 * time.Second,
		MaxBody: 1 << 20, Budget: 2 << 20, PerHost: 4, UserAgent: "Faultline/test (+desk@example.org)",
	}
}

func newClient(t *testing.T, o Options) *Client {
	t.Helper()
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

// serve runs a handler on loopback.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL
}

// fetch asks a feed that may be on loopback.
func fetch(t *testing.T, c *Client, url string) (*Response, error) {
	t.Helper()
	resp, err := c.Fetch(t.Context(), Request{URL: url, AllowPrivate: true})
	t.Cleanup(resp.Release)
	return resp, err
}

func wantClass(t *testing.T, err error, want Class) *Error {
	t.Helper()
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got error %v, want class %s", err, want)
	}
	if failure.Class != want {
		t.Fatalf("got class %s (%v), want %s", failure.Class, err, want)
	}
	return failure
}

func compressed(t *testing.T, newWriter func(io.Writer) io.WriteCloser, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := newWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipWriter(w io.Writer) io.WriteCloser   { return gzip.NewWriter(w) }
func zlibWriter(w io.Writer) io.WriteCloser   { return zlib.NewWriter(w) }
func brotliWriter(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }
func flateWriter(w io.Writer) io.WriteCloser {
	f, err := flate.NewWriter(w, flate.BestSpeed)
	if err != nil {
		return nil
	}
	return f
}

func TestFault54FetchAsksPolitely(t *testing.T) {
	var seen http.Header
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header
		w.Header().Set("ETag", `W/"a1"`)
		w.Header().Set("Last-Modified", "Mon, 24 May 2010 10:00:00 GMT")
		w.Header().Set("Cache-Control", "public, max-age=60")
		w.Header().Set("Age", "20")
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, document)
	})
	resp, err := fetch(t, newClient(t, options()), url+"/feed")
	if err != nil {
		t.Fatal(err)
	}
	if string(resp.Body) != document || resp.ETag != `W/"a1"` || resp.LastModified == "" || resp.Fresh != 40*time.Second ||
		resp.ContentType != "application/rss+xml" || resp.URL != url+"/feed" || resp.MovedTo != "" || resp.WireBytes != int64(len(document)) {
		t.Errorf("got %+v", resp)
	}
	for name, want := range map[string]string{
		"User-Agent": "Faultline/test (+desk@example.org)", "Accept-Encoding": "gzip, br, deflate", "If-None-Match": "", "Authorization": "",
	} {
		if got := seen.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestFault51ValidatorsGoToTheirAddressOnly(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"a1"` && r.Header.Get("If-Modified-Since") == "Mon, 24 May 2010 10:00:00 GMT" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, document)
	})
	c := newClient(t, options())
	req := Request{
		URL: url + "/feed", AllowPrivate: true,
		ETag: `"a1"`, LastModified: "Mon, 24 May 2010 10:00:00 GMT", ValidatorURL: url + "/feed",
	}
	resp, err := c.Fetch(t.Context(), req)
	if err != nil || !resp.NotModified {
		t.Errorf("the validators' own address: got %+v, %v", resp, err)
	}
	req.ValidatorURL = url + "/other"
	resp, err = c.Fetch(t.Context(), req)
	if err != nil || resp.NotModified {
		t.Errorf("another address: got %+v, %v", resp, err)
	}
}

func TestFault51NotModifiedToAFirstRequest(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	_, err := fetch(t, newClient(t, options()), url)
	wantClass(t, err, ClassBad304)
}

func TestFetchDecodes(t *testing.T) {
	plain := []byte(strings.Repeat(document, 20))
	both := compressed(t, gzipWriter, compressed(t, brotliWriter, plain))
	for name, c := range map[string]struct {
		encoding string
		data     []byte
	}{
		"gzip":        {"gzip", compressed(t, gzipWriter, plain)},
		"x-gzip":      {"x-gzip", compressed(t, gzipWriter, plain)},
		"brotli":      {"br", compressed(t, brotliWriter, plain)},
		"zlib":        {"deflate", compressed(t, zlibWriter, plain)},
		"raw deflate": {"deflate", compressed(t, flateWriter, plain)},
		"stacked":     {"br, gzip", both},
		"identity":    {"identity", plain},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", c.encoding)
				_, _ = w.Write(c.data)
			})
			resp, err := fetch(t, newClient(t, options()), url)
			if err != nil || !bytes.Equal(resp.Body, plain) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFault25DamagedEncodingsAreRefused(t *testing.T) {
	whole := compressed(t, gzipWriter, bytes.Repeat([]byte(document), 20))
	for name, c := range map[string]struct {
		encoding, data string
		want           Class
	}{
		"text that says gzip":      {"gzip", "this is no gzip stream", ClassEncoding},
		"text that says brotli":    {"br", strings.Repeat("this is no brotli stream", 9), ClassEncoding},
		"text that says deflate":   {"deflate", "this is no deflate stream", ClassEncoding},
		"gzip with a wrong sum":    {"gzip", string(whole[:len(whole)-8]) + "wrongsum", ClassEncoding},
		"gzip that is cut":         {"gzip", string(whole[:len(whole)/2]), ClassReset},
		"an unknown one":           {"zstd", "x", ClassEncoding},
		"three, one after another": {"gzip, gzip, gzip", "x", ClassEncoding},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", c.encoding)
				_, _ = io.WriteString(w, c.data)
			})
			_, err := fetch(t, newClient(t, options()), url)
			wantClass(t, err, c.want)
		})
	}
}

// A proxy that changes what goes through it says so with a status of its own (RFC 9110, section 15.3.4).
func TestFetchTakesWhatAProxyHasChanged(t *testing.T) {
	at := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNonAuthoritativeInfo)
		fmt.Fprint(w, document)
	})
	if resp, err := fetch(t, newClient(t, options()), at); err != nil || string(resp.Body) != document {
		t.Errorf("got %+v, %v", resp, err)
	}
}

func TestFetchTakesAnEmptyAnswerThatSaysGzip(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Encoding", "gzip") })
	resp, err := fetch(t, newClient(t, options()), url)
	if err != nil || len(resp.Body) != 0 {
		t.Errorf("got %+v, %v", resp, err)
	}
}

func TestFault25BombsAreStopped(t *testing.T) {
	zeros := make([]byte, 64<<20)
	for name, writer := range map[string]func(io.Writer) io.WriteCloser{"gzip": gzipWriter, "deflate": zlibWriter, "br": brotliWriter} {
		t.Run(name, func(t *testing.T) {
			bomb := compressed(t, writer, zeros)
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", name)
				_, _ = w.Write(bomb)
			})
			_, err := fetch(t, newClient(t, options()), url)
			wantClass(t, err, ClassTooLarge)
		})
	}
}

func TestFault26EndlessAndLargeBodiesAreStopped(t *testing.T) {
	t.Run("endless", func(t *testing.T) {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		})
		_, err := fetch(t, newClient(t, options()), url)
		wantClass(t, err, ClassTooLarge)
	})
	t.Run("declared", func(t *testing.T) {
		url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "2000000")
			w.WriteHeader(http.StatusOK)
		})
		_, err := fetch(t, newClient(t, options()), url)
		wantClass(t, err, ClassTooLarge)
	})
	t.Run("exactly the limit", func(t *testing.T) {
		o := options()
		url := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, o.MaxBody)) })
		resp, err := fetch(t, newClient(t, o), url)
		if err != nil || int64(len(resp.Body)) != o.MaxBody {
			t.Errorf("got %v", err)
		}
	})
}

// FAULTS 26: a document that is there to its last tag is read, whatever length its server
// announced, and however it closes. One that is cut is not.
func TestFault26WholeDocumentsBehindAFalseLength(t *testing.T) {
	const rss, head = "<rss><channel><item><title>a</title></item></channel></rss>\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n"
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := io.WriteString(zip, rss); err != nil {
		t.Fatal(err)
	}
	if err := zip.Flush(); err != nil { // and no trailer
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		answer, want string
	}{
		"too long":            {head + "Content-Length: 900\r\n\r\n" + rss, rss},
		"atom":                {head + "Content-Length: 900\r\n\r\n<atom:feed></atom:feed >", "<atom:feed></atom:feed >"},
		"json":                {head + "Content-Length: 900\r\n\r\n{\"items\":[]}\n", "{\"items\":[]}\n"},
		"no last chunk":       {head + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n", len(rss)) + rss + "\r\n", rss},
		"gzip without an end": {head + "Content-Encoding: gzip\r\nContent-Length: 900\r\n\r\n" + packed.String(), rss},
		"cut":                 {head + "Content-Length: 900\r\n\r\n" + rss[:len(rss)-8], ""},
		"cut json":            {head + "Content-Length: 900\r\n\r\n{\"items\":[{}", ""},
		"cut behind a tag":    {head + "Content-Length: 900\r\n\r\n<rss><channel><item></item>", ""},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
					_, _ = io.WriteString(conn, c.answer)
					_ = conn.Close()
				}
			})
			resp, err := fetch(t, newClient(t, options()), url)
			if c.want == "" {
				wantClass(t, err, ClassReset)
				return
			}
			if err != nil || string(resp.Body) != c.want {
				t.Errorf("got %+v, %v", resp, err)
			}
		})
	}
}

func TestFetchBudget(t *testing.T) {
	o := options()
	o.Budget, o.Timeout = o.MaxBody, 500*time.Millisecond
	c := newClient(t, o)
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 800<<10)) })
	first, err := c.Fetch(t.Context(), Request{URL: url, AllowPrivate: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = fetch(t, c, url)
	if busy, ok := errors.AsType[*Busy](err); !ok || busy.Retry < time.Second || !strings.Contains(busy.Error(), "byte_budget") {
		t.Errorf("without memory: got %v", err)
	}
	first.Release()
	if _, err = fetch(t, c, url); err != nil {
		t.Errorf("after the first was released: %v", err)
	}
}

func TestFault27Deadlines(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"no answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"a byte at a time": func(w http.ResponseWriter, r *http.Request) {
			for tick := time.NewTicker(20 * time.Millisecond); r.Context().Err() == nil; <-tick.C {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
			}
		},
		"half a header": func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX-Slow: 1\r\n")
			_, _ = io.Copy(io.Discard, conn) // until the client gives up
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := options()
			o.Timeout, o.HeaderTimeout = 400*time.Millisecond, 200*time.Millisecond
			start := time.Now()
			_, err := fetch(t, newClient(t, o), serve(t, handler))
			wantClass(t, err, ClassTimeout)
			if took := time.Since(start); took > 15*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

func TestFault39And40And55BrokenConnectionsAreTold(t *testing.T) {
	hijacked := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_, _ = io.WriteString(conn, answer)
				_ = conn.Close()
			}
		}
	}
	for name, c := range map[string]struct {
		answer string
		want   Class
	}{
		"closed at once":     {"", ClassReset},
		"cut in the body":    {"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss", ClassReset},
		"cut in a chunk":     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<rss", ClassReset},
		"not HTTP":           {"220 mail.example.org ESMTP\r\n", ClassProtocol},
		"a flood of headers": {"HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Flood: "+strings.Repeat("x", 1000)+"\r\n", 1000) + "\r\n", ClassHeaders},
		"a flood of 1xx":     {strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </"+strings.Repeat("x", 1000)+">\r\n\r\n", 1000), ClassHeaders},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fetch(t, newClient(t, options()), serve(t, hijacked(c.answer)))
			wantClass(t, err, c.want)
		})
	}
	t.Run("refused", func(t *testing.T) {
		s := httptest.NewServer(http.NotFoundHandler())
		s.Close()
		_, err := fetch(t, newClient(t, options()), s.URL)
		wantClass(t, err, ClassRefused)
	})
	t.Run("canceled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		url := serve(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
		_, err := newClient(t, options()).Fetch(ctx, Request{URL: url, AllowPrivate: true})
		wantClass(t, err, ClassCanceled)
	})
}

func TestFault49And50Status(t *testing.T) {
	for status, want := range map[int]Class{
		401: ClassUnauthorized, 403: ClassForbidden, 404: ClassNotFound, 410: ClassGone, 418: ClassHTTP4xx,
		429: ClassRateLimited, 500: ClassHTTP5xx, 503: ClassUnavailable, 204: ClassHTTPOther, 300: ClassHTTPOther,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "120")
				w.WriteHeader(status)
			})
			_, err := fetch(t, newClient(t, options()), url+"/secret-path")
			failure := wantClass(t, err, want)
			if failure.Status != status || failure.RetryAfter != 2*time.Minute || failure.Class.Remedy() == "" {
				t.Errorf("got %+v", failure)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the address: %v", err)
			}
		})
	}
}

func TestFault27OthersGoOnBesideAHangingHost(t *testing.T) {
	var hanging atomic.Int32
	hang := serve(t, func(_ http.ResponseWriter, r *http.Request) { hanging.Add(1); <-r.Context().Done() })
	// The same machine under another name: a host of its own.
	good := strings.Replace(serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, document) }), "127.0.0.1", "localhost", 1)
	o := options()
	o.PerHost = 2
	c := newClient(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			_, err := c.Fetch(ctx, Request{URL: hang, AllowPrivate: true})
			if err == nil {
				t.Error("a host that hangs answered")
			}
		})
	}
	for tick := time.NewTicker(time.Millisecond); hanging.Load() < 2; <-tick.C {
	}
	if _, err := fetch(t, c, good); err != nil {
		t.Errorf("the other host: %v", err)
	}
	if ctx.Err() != nil || hanging.Load() != 2 {
		t.Error("the host that hangs does so no more, and proves nothing")
	}
	_, err := fetch(t, c, hang)
	if busy, ok := errors.AsType[*Busy](err); !ok || busy.Retry < time.Second || busy.Retry > 3*time.Second {
		t.Errorf("a third request to the host that hangs: got %v, want Busy", err)
	}
	cancel()
	wg.Wait()
}

func TestFault48SecretsGoToTheFeedOnly(t *testing.T) {
	var leaked http.Header
	other := serve(t, func(w http.ResponseWriter, r *http.Request) { leaked = r.Header; fmt.Fprint(w, document) })
	var seen http.Header
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header
		http.Redirect(w, r, other, http.StatusFound)
	})
	req := Request{
		URL: url, AllowPrivate: true, Username: "desk", Password: "s3cret",
		Header: map[string]config.Secret{"X-Api-Key": "k3y"},
	}
	c := newClient(t, options())
	c.public = c.private // the redirect's target is on loopback too
	if _, err := c.Fetch(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	if seen.Get("X-Api-Key") != "k3y" || seen.Get("Authorization") == "" {
		t.Errorf("the feed got %v", seen)
	}
	if leaked.Get("X-Api-Key") != "" || leaked.Get("Authorization") != "" || leaked.Get("User-Agent") == "" {
		t.Errorf("the other host got %v", leaked)
	}
}
