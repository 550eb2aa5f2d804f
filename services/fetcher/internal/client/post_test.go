package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// hubOf is a hub that keeps the forms it gets, and redirects as its paths say.
func hubOf(t *testing.T, forms chan<- url.Values) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		to := map[string]int{"/307": 307, "/308": 308, "/301": 301, "/302": 302, "/303": 303}[r.URL.Path]
		switch {
		case to != 0:
			w.Header().Set("Location", "/hub")
			w.WriteHeader(to)
		case r.URL.Path == "/loop":
			w.Header().Set("Location", "/loop")
			w.WriteHeader(http.StatusTemporaryRedirect)
		case r.URL.Path == "/busy":
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		case r.URL.Path == "/long":
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprint(w, strings.Repeat("x", 1<<20))
		case r.URL.Path == "/hang":
			_, _ = io.Copy(io.Discard, r.Body) // or the server does not see that the client has gone
			<-r.Context().Done()
		default:
			body, err := io.ReadAll(r.Body)
			form, parseErr := url.ParseQuery(string(body))
			if err != nil || parseErr != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" ||
				r.Header.Get("User-Agent") != options().UserAgent || r.Header.Get("Authorization") != "" {
				t.Errorf("%s %v: %v, %v", r.Method, r.Header, err, parseErr)
			}
			forms <- form
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprint(w, "thanks")
		}
	})
}

func TestPost(t *testing.T) {
	forms := make(chan url.Values, 10)
	hub := hubOf(t, forms)
	o := options()
	o.HeaderTimeout = 500 * time.Millisecond
	c := newClient(t, o)
	post := func(path string) ([]byte, error) {
		return c.Post(t.Context(), Form{URL: hub + path, Values: url.Values{"hub.secret": {"a&b"}}, Feed: hub + "/feed", AllowPrivate: true})
	}
	for _, path := range []string{"/hub", "/307", "/308"} {
		answer, err := post(path)
		if err != nil || string(answer) != "thanks" {
			t.Fatalf("%s: %q, %v", path, answer, err)
		}
		if got := <-forms; got.Get("hub.secret") != "a&b" {
			t.Errorf("%s: the hub got %v", path, got)
		}
	}
	for path, want := range map[string]Class{
		"/301": ClassHTTPOther, "/302": ClassHTTPOther, "/303": ClassHTTPOther, "/loop": ClassRedirects, "/hang": ClassTimeout,
	} {
		_, err := post(path)
		wantClass(t, err, want)
	}
	_, err := post("/busy")
	if e := wantClass(t, err, ClassRateLimited); e.RetryAfter != 2*time.Minute {
		t.Errorf("asked for a pause of %s", e.RetryAfter)
	}
	if answer, err := post("/long"); err != nil || len(answer) != maxAnswer {
		t.Errorf("a long answer: %d bytes, %v", len(answer), err)
	}
	if len(forms) != 0 {
		t.Errorf("%d forms too many", len(forms))
	}
	for _, f := range []Form{{URL: "file:///etc/passwd", Feed: hub}, {URL: hub, Feed: "x"}, {URL: "http://user:word@127.0.0.1/", Feed: hub}} {
		_, err := c.Post(t.Context(), f)
		wantClass(t, err, ClassAddress)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Post(ended, Form{URL: hub, Feed: hub, AllowPrivate: true}); err == nil {
		t.Error("posted although told to stop")
	}
}

// A hub is a server that the outlet chose: it may be private only where the
// feed's own server is and the desk allows that.
func TestPostReachesNoPrivateAddress(t *testing.T) {
	var reached atomic.Int32
	count := func(http.ResponseWriter, *http.Request) { reached.Add(1) }
	own, other := serve(t, count), serve(t, count)
	var target string
	turn := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", target)
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	target = other
	o := options()
	o.Resolver = resolver(t, func(name string, _ int) []netip.Addr {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	})
	c := newClient(t, o)
	port := other[strings.LastIndexByte(other, ':'):]
	for name, f := range map[string]Form{
		"not allowed":            {URL: own, Feed: own},
		"another port":           {URL: other, Feed: own, AllowPrivate: true},
		"another server's":       {URL: other, Feed: "https://outlet.example/rss", AllowPrivate: true},
		"by redirect":            {URL: turn, Feed: turn, AllowPrivate: true},
		"mapped to IPv6":         {URL: "http://[::ffff:127.0.0.1]" + port, Feed: own, AllowPrivate: true},
		"a name that points in":  {URL: "http://hub.example" + port, Feed: "https://outlet.example/rss"},
		"metadata, even allowed": {URL: "http://169.254.169.254/", Feed: "http://169.254.169.254/rss", AllowPrivate: true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Post(t.Context(), f)
			wantClass(t, err, ClassBlocked)
		})
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
	if _, err := c.Post(t.Context(), Form{URL: own, Feed: own + "/rss", AllowPrivate: true}); err != nil || reached.Load() != 1 {
		t.Errorf("the feed's own server: %v", err)
	}
}

func TestPostNeverFallsBackToPlainHTTP(t *testing.T) {
	target, err := url.Parse("http://127.0.0.1/")
	if err != nil {
		t.Fatal(err)
	}
	v := &visit{at: &url.URL{Scheme: "https", Host: "hub.example"}}
	wantClass(t, v.follow(&http.Response{StatusCode: 307, Header: http.Header{"Location": {target.String()}}}), ClassDowngrade)
}

func TestReceiveIsBounded(t *testing.T) {
	o := options()
	c := newClient(t, o)
	for _, length := range []int64{4 << 20, 100, -1} {
		_, free, err := c.Receive(t.Context(), io.LimitReader(endless{}, 4<<20), length)
		free()
		wantClass(t, err, ClassTooLarge)
	}
	body, free, err := c.Receive(t.Context(), strings.NewReader(document), -1)
	if err != nil || string(body) != document {
		t.Errorf("got %q, %v", body, err)
	}
	free()
	// Two large ones fill the budget; a third waits until its time is over.
	var frees []func()
	for range 2 {
		_, free, err := c.Receive(t.Context(), io.LimitReader(endless{}, o.MaxBody), -1)
		if err != nil {
			t.Fatal(err)
		}
		frees = append(frees, free)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, free, err = c.Receive(ctx, io.LimitReader(endless{}, o.MaxBody), -1)
	free()
	if !errors.As(err, new(*Busy)) {
		t.Errorf("without memory: got %v", err)
	}
	for _, free := range frees {
		free()
	}
	_, free, err = c.Receive(t.Context(), io.LimitReader(endless{}, o.MaxBody), -1)
	free()
	if err != nil {
		t.Errorf("although all was given back: %v", err)
	}
}

// endless gives spaces for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
