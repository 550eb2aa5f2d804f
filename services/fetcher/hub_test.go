package fetcher

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// front is what stands before several fetchers: each request goes to the next.
type front struct {
	*httptest.Server
	mu    sync.Mutex
	muxes []*http.ServeMux
	turn  int
}

func newFront(t *testing.T) *front {
	f := &front{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.turn++
		mux := f.muxes[f.turn%len(f.muxes)]
		f.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *front) add() *http.ServeMux {
	f.mu.Lock()
	defer f.mu.Unlock()
	mux := http.NewServeMux()
	f.muxes = append(f.muxes, mux)
	return mux
}

// leave takes away the fetcher that was added first.
func (f *front) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.muxes = f.muxes[1:]
}

// hub is a WebSub hub on the outlet's own server.
type hub struct {
	t      *testing.T
	outlet *outlet
	lease  string
	refuse int    // the status of its answers, 0 for 202
	mode   string // what it asks back, instead of what was asked
	silent bool   // it does not ask back

	mu       sync.Mutex
	requests []url.Values
	answers  []string // "200 challenge" of each verification
}

func newHub(t *testing.T, o *outlet) *hub {
	h := &hub{t: t, outlet: o, lease: "3600"}
	o.handle("/hub", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		form, parseErr := url.ParseQuery(string(body))
		if err != nil || parseErr != nil {
			t.Errorf("the hub got %q: %v, %v", body, err, parseErr)
		}
		h.mu.Lock()
		h.requests = append(h.requests, form)
		silent, refuse := h.silent, h.refuse
		h.mu.Unlock()
		if refuse != 0 {
			w.WriteHeader(refuse)
			return
		}
		if !silent { // before the answer, as some hubs do
			h.verify(form, url.Values{})
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return h
}

// verify asks the callback of a request whether it was meant, with some
// parameters replaced.
func (h *hub) verify(form, instead url.Values) (status int, body string) {
	q := url.Values{"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": {"a challenge"}, "hub.lease_seconds": {h.lease}}
	if h.mode != "" {
		q.Set("hub.mode", h.mode)
	}
	for name, values := range instead {
		q[name] = values
	}
	status, body = get(h.t, form.Get("hub.callback")+"?"+q.Encode())
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers = append(h.answers, fmt.Sprint(status, " ", body))
	return status, body
}

func get(t *testing.T, address string) (status int, body string) {
	resp, err := http.Get(address) //nolint:noctx // a hub of the test
	if err != nil {
		t.Errorf("asking the callback: %v", err)
		return 0, ""
	}
	defer resp.Body.Close() //nolint:errcheck // read whole
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Errorf("reading the answer: %v", err)
	}
	return resp.StatusCode, string(text)
}

// last is the newest of at least n requests.
func (h *hub) last(n int) url.Values {
	h.t.Helper()
	var got url.Values
	eventually(h.t, fmt.Sprintf("the hub gets %d requests", n), func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.requests) < n {
			return false
		}
		got = h.requests[len(h.requests)-1]
		return true
	})
	return got
}

// told is what the first callback answered it.
func (h *hub) told() (first string) {
	h.t.Helper()
	eventually(h.t, "the hub gets an answer", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.answers) == 0 {
			return false
		}
		first = h.answers[0]
		return true
	})
	return first
}

func (h *hub) asked() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.requests)
}

func signature(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// ping sends a body with a signature, or none, and returns the status.
func ping(t *testing.T, callback, body, sum string) int {
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, callback, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0
	}
	request.Header.Set("Content-Type", "application/rss+xml")
	if sum != "" {
		request.Header.Set("X-Hub-Signature", sum)
	}
	resp, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Errorf("sending a ping: %v", err)
		return 0
	}
	defer resp.Body.Close() //nolint:errcheck // only the status counts
	return resp.StatusCode
}

// push sends a document as the hub would.
func (h *hub) push(form url.Values, body string) int {
	return ping(h.t, form.Get("hub.callback"), body, signature(form.Get("hub.secret"), body))
}

// withHub is a document of a feed with a hub.
func (o *outlet) withHub(items ...string) string {
	return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>The Outlet</title>` +
		`<atom:link rel="hub" href="` + o.URL + `/hub"/><atom:link rel="self" href="` + o.URL + `/rss"/>` + strings.Join(items, "") + `</channel></rss>`
}

func (o *outlet) serve(path, body string) {
	o.handle(path, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
}

// logged keeps what is written to a log.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) count(words string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), words)
}
