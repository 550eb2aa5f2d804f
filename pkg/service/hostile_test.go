package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"faultline/pkg/config"
)

// served answers one request through the process's own pages, without a network.
func served(p *Process, request *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	secure(p.Mux).ServeHTTP(w, request)
	return w
}

// quiet is a process whose pages are there, with the parts.
func quiet(t *testing.T, parts ...Part) (*Process, *reloader) {
	t.Helper()
	p := newProcess("test", Default(), config.NewDir(), slog.New(slog.DiscardHandler))
	reloads := &reloader{process: p, faults: map[string]error{}}
	p.routes(reloads)
	if parts != nil {
		reloads.begin(parts)
	}
	return p, reloads
}

// FAULTS 113: the profiler answers nobody from outside, and does not say that it
// is there.
func TestFault113ProfilerOnLoopbackOnly(t *testing.T) {
	p, _ := quiet(t)
	for remote, want := range map[string]int{
		"127.0.0.1:5000": 200, "[::1]:5000": 200, "127.8.8.8:1": 200, "192.0.2.1:5000": 404, "[2001:db8::1]:5000": 404, "[::ffff:192.0.2.1]:1": 404,
		"": 404, "localhost:1": 404, "127.0.0.1": 404, "@": 404, "10.0.0.1:127": 404,
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/debug/pprof/", nil)
		request.RemoteAddr = remote
		request.Header.Set("X-Forwarded-For", "127.0.0.1")
		if w := served(p, request); w.Code != want {
			t.Errorf("from %q: %d, want %d", remote, w.Code, want)
		}
	}
}

// FAULTS 107: a reload that a browser sends for another site is refused, one from the
// command line or the same site is done.
func TestFault107CrossSiteReload(t *testing.T) {
	for name, c := range map[string]struct {
		header map[string]string
		want   int
	}{
		"no browser":       {nil, 200},
		"the same origin":  {map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://example.com"}, 200},
		"typed by a user":  {map[string]string{"Sec-Fetch-Site": "none"}, 200},
		"another site":     {map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"a sister site":    {map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"an old browser":   {map[string]string{"Origin": "https://evil.example"}, 403},
		"an opaque origin": {map[string]string{"Origin": "null"}, 403},
	} {
		one := newRecorder()
		p, _ := quiet(t, Part{Name: "one", File: "a", Service: one})
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/-/reload", nil)
		for k, v := range c.header {
			request.Header.Set(k, v)
		}
		w := served(p, request)
		if w.Code != c.want || (one.noted() == "reload") != (c.want == 200) {
			t.Errorf("%s: %d, the service saw %q", name, w.Code, one.noted())
		}
	}
}

// FAULTS 111: a method in a header or a path with dots leads nowhere else.
func TestFault111MethodsAndPaths(t *testing.T) {
	one := newRecorder()
	p, _ := quiet(t, Part{Name: "one", File: "a", Service: one})
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{http.MethodGet, "/-/reload", 405}, {http.MethodPut, "/-/reload", 405}, {http.MethodDelete, "/-/reload", 405}, {http.MethodPost, "/-/healthy", 405},
		{http.MethodPost, "/metrics", 405}, {http.MethodHead, "/-/healthy", 200}, {http.MethodGet, "/", 200}, {http.MethodGet, "/index.html", 404}, {http.MethodGet, "/-/", 404},
		{http.MethodGet, "/-/healthy/x", 404}, {http.MethodGet, "/etc/passwd", 404}, {http.MethodGet, "/metrics/../../etc/passwd", 307}, {http.MethodOptions, "/-/reload", 405},
	} {
		request := httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil)
		request.Header.Set("X-HTTP-Method-Override", http.MethodPost)
		if w := served(p, request); w.Code != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
	if got := one.noted(); got != "" {
		t.Errorf("the service saw %q", got)
	}
}

// FAULTS 106: whatever a service says of itself is shown as text, under a policy that
// runs nothing, on every page and on every refusal.
func TestFault106AnswersAreText(t *testing.T) {
	one := newRecorder()
	why := errors.New("<script>alert(1)</script>\r\nSet-Cookie: x")
	one.unready.Store(&why)
	one.refuse.Store(&why)
	p, _ := quiet(t, Part{Name: "one", File: "a", Service: one})
	for _, c := range []struct {
		method, path string
		want         int
		text         string
	}{
		{http.MethodGet, "/-/ready", 503, "Faultline test is not ready: one: <script>"},
		{http.MethodPost, "/-/reload", 500, "The new configuration was refused; the last good one stays live.\n<script>"},
		{http.MethodGet, "/-/healthy", 200, "Faultline test is healthy.\n"},
		{http.MethodGet, "/none", 404, "404 page not found\n"},
	} {
		w := served(p, httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil))
		if w.Code != c.want || !strings.HasPrefix(w.Body.String(), c.text) {
			t.Errorf("%s: %d %q", c.path, w.Code, w.Body)
		}
		for name, want := range map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Set-Cookie": "",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.path, name, got, want)
			}
		}
	}
}

// FAULTS 81: each refused reading is in the metric of its own file, and the next good
// one takes it back.
func TestFault81MetricFollowsEachFile(t *testing.T) {
	one, two := newRecorder(), newRecorder()
	p, reloads := quiet(t, Part{Name: "one", File: "a.yaml", Service: one}, Part{Name: "two", File: "b.yaml", Service: two})
	shows := func(file, value string) bool {
		w := served(p, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
		return strings.Contains(w.Body.String(), fmt.Sprintf("faultline_config_last_reload_successful{file=%q} %s\n", file, value))
	}
	bad := errors.New("b.yaml:1:1: bad")
	for _, refused := range []*error{nil, &bad, &bad, nil} {
		two.refuse.Store(refused)
		err := reloads.reload(t.Context(), "a test")
		if refused == nil && err != nil || refused != nil && !errors.Is(err, bad) {
			t.Errorf("got %v", err)
		}
		if value := map[bool]string{true: "1", false: "0"}[refused == nil]; !shows("a.yaml", "1") || !shows("b.yaml", value) {
			t.Errorf("refused %v: the metrics say otherwise", refused != nil)
		}
	}
}

// FAULTS 83: a thousand reloads, asked for from all sides, are done one at a time
// and none is lost.
func TestFault83ManyReloads(t *testing.T) {
	one := &exclusive{recorder: newRecorder()}
	_, reloads := quiet(t, Part{Name: "one", File: "a", Service: one})
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			for range 100 {
				if err := reloads.reload(t.Context(), "a test"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if one.reloads != 1000 {
		t.Errorf("%d reloads", one.reloads)
	}
}

// exclusive counts without a lock: the race detector sees two reloads at once.
type exclusive struct {
	*recorder
	reloads int
}

func (e *exclusive) Reload(context.Context) error { e.reloads++; return nil }

// Before the parts are there, a reload says that, and nothing is marked.
func TestReloadBeforeTheParts(t *testing.T) {
	p, reloads := quiet(t)
	if err := reloads.reload(t.Context(), "a test"); !errors.Is(err, errStarting) {
		t.Errorf("got %v", err)
	}
	if err := p.notReady(reloads); !errors.Is(err, errStarting) {
		t.Errorf("got %v", err)
	}
	reloads.begin([]Part{})
	if err := p.notReady(reloads); err != nil {
		t.Errorf("without parts a process is ready: %v", err)
	}
	away := errors.New("nats: no servers available")
	asked := func() error { return away }
	p.healthy.Store(&asked)
	if err := p.notReady(reloads); !errors.Is(err, away) {
		t.Errorf("got %v", err)
	}
}

// FAULTS 114: flags, environment and files, the nearer one first; and what is wrong
// in one line with the way out.
func TestFault114FlagsOverEnvironmentOverFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, File), []byte("web: {listen: 127.0.0.1:1}\nlog: {level: error, format: json}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	shipped := fstest.MapFS{File: {Data: []byte("web: {listen: 127.0.0.1:9, external_url: http://shipped.example}\n")}}
	t.Setenv("FAULTLINE_WEB_LISTEN", "127.0.0.1:2")
	t.Setenv("FAULTLINE_LOG_LEVEL", "warn")
	p, err := Open("test", Flags{Config: dir, Listen: "127.0.0.1:3"}, shipped, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{p.Settings.Web.Listen, p.Settings.Log.Level, p.Settings.Log.Format, p.Settings.Web.ExternalURL}
	if want := []string{"127.0.0.1:3", "warn", "json", ""}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q: a file hides the shipped one as a whole", got, want)
	}
	t.Setenv("FAULTLINE_WEB_EXTERNAL_URL", "https://environment.example")
	for flag, want := range map[string]string{"": "https://environment.example", "https://flag.example/x": "https://flag.example/x"} {
		p, err = Open("test", Flags{Config: dir, ExternalURL: flag}, shipped, io.Discard)
		if err != nil || p.Settings.Web.ExternalURL != want {
			t.Errorf("flag %q: got %v, %v", flag, p, err)
		}
	}
	t.Setenv("FAULTLINE_LOG_LEVEL", "chatty")
	if _, err := Open("test", Flags{Config: dir}, shipped, io.Discard); err == nil || !strings.Contains(err.Error(), `unknown log level "chatty"; write debug, info, warn or error`) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

// All that is wrong with the settings is said at once, a line each.
func TestSettingsSayAllFaults(t *testing.T) {
	dir := config.NewDir(config.Layer{Name: "conf", FS: fstest.MapFS{File: {Data: []byte("log: {level: x, format: y}\nweb: {external_url: 'https://a/?b'}\nnats:\n  durability: z\n  url: nats://a\n  listen: b:1\n  tls: {key_file: k}\n")}}})
	_, err := ReadSettings(dir, nil)
	var faults config.Errors
	if !errors.As(err, &faults) || len(faults) != 6 {
		t.Fatalf("got %v", err)
	}
	for i, want := range []string{"conf/faultline.yaml:1:14: ", "conf/faultline.yaml:1:25: ", "conf/faultline.yaml:2:21: ", "conf/faultline.yaml:4:15: ", "conf/faultline.yaml:6:11: ", "conf/faultline.yaml:7:"} {
		if !strings.HasPrefix(faults[i].Error(), want) {
			t.Errorf("fault %d is %q, want it at %q", i, faults[i], want)
		}
	}
}

// The defaults are what a file of nothing gives, and pass their own check.
func TestDefaultsPass(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "{}\n"} {
		dir := config.NewDir(config.Layer{Name: "conf", FS: fstest.MapFS{File: {Data: []byte(text)}}})
		s, err := ReadSettings(dir, nil)
		if err != nil || s.NATS.Durability != "always" || !s.NATS.CreateStreams || s.Web.Listen != "127.0.0.1:9470" || s.Reload != Default().Reload {
			t.Errorf("%q: %v, %+v", text, err, s)
		}
	}
}

// FAULTS 104: a password never shows in what the settings print.
func TestFault104PasswordsDoNotPrint(t *testing.T) {
	dir := config.NewDir(config.Layer{Name: "conf", FS: fstest.MapFS{File: {Data: []byte("nats: {username: a.b, password: hunter2}\n")}}})
	s, err := ReadSettings(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "nats", s.NATS)
	if all := fmt.Sprintf("%v %+v %#v %s", s, s, s.NATS.Password, log.String()); strings.Contains(all, "hunter2") {
		t.Errorf("the password shows: %s", all)
	}
	options, err := s.NATS.Bus("x")
	if err != nil || options.Password.Reveal() != "hunter2" || options.InboxPrefix != "_INBOX_a_b" || options.Name != "x" {
		t.Errorf("%v, %q, %q", err, options.InboxPrefix, options.Name)
	}
	s.NATS.InboxPrefix = "mine"
	if options, err := s.NATS.Bus("x"); err != nil || options.InboxPrefix != "mine" {
		t.Errorf("%v, %q", err, options.InboxPrefix)
	}
}

// The page of the address itself leads to what is there: to the API only where it is.
func TestIndexPage(t *testing.T) {
	p, _ := quiet(t)
	page := func() string {
		w := served(p, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
		return w.Body.String()
	}
	if got := page(); !strings.Contains(got, `href="/metrics"`) || !strings.Contains(got, `href="/-/ready"`) || strings.Contains(got, "api/v2") || strings.Contains(got, "debug/pprof") {
		t.Errorf("got %s", got)
	}
	p.Mux.Handle("/api/v2/", http.NotFoundHandler())
	if got := page(); !strings.Contains(got, `href="/api/v2/alerts"`) {
		t.Errorf("with an API got %s", got)
	}
}

// FAULTS 106: the policy of the page allows what it holds, its own style, and no more.
func TestFault106IndexPageKeepsItsPolicy(t *testing.T) {
	p, _ := quiet(t)
	w := served(p, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	page, policy := w.Body.String(), w.Header().Get("Content-Security-Policy")
	if policy != "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" || !strings.Contains(page, "<style>") {
		t.Errorf("policy %q of %s", policy, page)
	}
	for _, barred := range []string{"<script", "<img", "<link", "<form", "<iframe", "@import", "url(", " onclick", "javascript:"} {
		if strings.Contains(page, barred) {
			t.Errorf("the page has %s, which its policy bars", barred)
		}
	}
}
