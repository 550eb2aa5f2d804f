package service

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
)

// recorder is a real, small service that remembers what was asked of it.
type recorder struct {
	mu      sync.Mutex
	events  []string
	refuse  atomic.Pointer[error] // what Reload answers
	unready atomic.Pointer[error]
	fail    chan error // makes Run end with an error
}

func newRecorder() *recorder { return &recorder{fail: make(chan error, 1)} }

func (r *recorder) note(event string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, event)
}

func (r *recorder) noted() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.events, " ")
}

func (r *recorder) Run(ctx context.Context) error {
	r.note("run")
	select {
	case err := <-r.fail:
		return err
	case <-ctx.Done():
	}
	r.note("end")
	return nil
}

func (r *recorder) Reload(context.Context) error {
	r.note("reload")
	if err := r.refuse.Load(); err != nil {
		return *err
	}
	return nil
}

func (r *recorder) Ready() error {
	if err := r.unready.Load(); err != nil {
		return *err
	}
	return nil
}

// running is a process under test.
type running struct {
	*Process
	url  string
	stop context.CancelFunc
	done chan error
}

// start runs a process with the parts, on a port of its own, until the test
// ends.
func start(t *testing.T, dir *config.Dir, parts ...Part) *running {
	t.Helper()
	return startBuilding(t, dir, func(context.Context) ([]Part, error) { return parts, nil })
}

func startBuilding(t *testing.T, dir *config.Dir, build func(context.Context) ([]Part, error)) *running {
	t.Helper()
	settings := Default()
	settings.Reload.Interval = config.Duration(20 * time.Millisecond)
	p := newProcess("test", settings, dir, nil)
	address := anywhere(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{Process: p, stop: cancel, done: make(chan error, 1)}
	go func() { r.done <- p.Run(ctx, build) }()
	t.Cleanup(cancel)
	r.url = address()
	eventually(t, func() bool { status, _ := r.get(t, "/-/healthy"); return status == http.StatusOK })
	return r
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen within a minute")
		}
	}
}

func (r *running) get(t *testing.T, path string) (int, string) {
	t.Helper()
	return r.ask(t, http.MethodGet, path, nil)
}

func (r *running) ask(t *testing.T, method, path string, header http.Header) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, r.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		request.Header[k] = v
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestPages(t *testing.T) {
	one := newRecorder()
	r := start(t, config.NewDir(), Part{Name: "one", File: "feeds.yaml", Service: one})
	eventually(t, func() bool { status, _ := r.get(t, "/-/ready"); return status == http.StatusOK && one.noted() == "run" })
	why := errors.New("no feeds yet")
	one.unready.Store(&why)
	if status, body := r.get(t, "/-/ready"); status != http.StatusServiceUnavailable || !strings.Contains(body, "one: no feeds yet") {
		t.Errorf("not ready: %d %s", status, body)
	}
	if status, body := r.get(t, "/metrics"); status != http.StatusOK || !strings.Contains(body, "faultline_build_info{") ||
		!strings.Contains(body, `faultline_config_last_reload_successful{file="feeds.yaml"} 1`) {
		t.Errorf("metrics: %d %s", status, body)
	}
	if status, _ := r.get(t, "/debug/pprof/"); status != http.StatusOK {
		t.Errorf("pprof from loopback: %d", status)
	}
	if status, _ := r.get(t, "/-/reload"); status != http.StatusMethodNotAllowed {
		t.Errorf("GET /-/reload: %d", status)
	}
	if status, _ := r.ask(t, http.MethodPost, "/-/reload", http.Header{"Sec-Fetch-Site": {"cross-site"}}); status != http.StatusForbidden {
		t.Errorf("a reload that another site asks for: %d", status)
	}
	if got := one.noted(); got != "run" {
		t.Errorf("the service saw %q", got)
	}
}

func TestReloadKeepsTheLastGood(t *testing.T) {
	one, two := newRecorder(), newRecorder()
	r := start(t, config.NewDir(), Part{Name: "one", File: "a", Service: one}, Part{Name: "two", File: "b", Service: two})
	eventually(t, func() bool { return one.noted() == "run" && two.noted() == "run" })
	if status, body := r.ask(t, http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}
	bad := errors.New("feeds.yaml:3:1: bad")
	one.refuse.Store(&bad)
	if status, body := r.ask(t, http.MethodPost, "/-/reload", nil); status != http.StatusInternalServerError || !strings.Contains(body, bad.Error()) {
		t.Errorf("%d %s", status, body)
	}
	if two.noted() != "run reload reload" {
		t.Errorf("the second service saw %q; a fault in one must not keep the other", two.noted())
	}
	_, metrics := r.get(t, "/metrics")
	for _, want := range []string{`successful{file="a"} 0`, `successful{file="b"} 1`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestReloadBySignalAndFile(t *testing.T) {
	dir, one := t.TempDir(), newRecorder()
	start(t, config.NewDir(config.Layer{Name: dir, FS: os.DirFS(dir)}), Part{Name: "one", File: "a", Service: one})
	eventually(t, func() bool { return one.noted() == "run" })
	// In one step: a file that is seen while it is empty and again when it is written is read twice.
	whole := filepath.Join(t.TempDir(), "feeds.yaml")
	if err := errors.Join(os.WriteFile(whole, []byte("feeds: []"), 0o600), os.Rename(whole, filepath.Join(dir, "feeds.yaml"))); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return one.noted() == "run reload" })
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return one.noted() == "run reload reload" })
}

// Building waits for NATS; what comes meanwhile is not forgotten.
func TestReloadOfWhatComesWhileThePartsAreBuilt(t *testing.T) {
	for name, happen := range map[string]func(file string) error{
		"file":   func(file string) error { return os.WriteFile(file, []byte("feeds: []"), 0o600) },
		"SIGHUP": func(string) error { return syscall.Kill(os.Getpid(), syscall.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, one := t.TempDir(), newRecorder()
			startBuilding(t, config.NewDir(config.Layer{Name: dir, FS: os.DirFS(dir)}), func(context.Context) ([]Part, error) {
				return []Part{{Name: "one", File: "a", Service: one}}, happen(filepath.Join(dir, "feeds.yaml"))
			})
			eventually(t, func() bool { return one.noted() == "run reload" || one.noted() == "reload run" })
		})
	}
}

func TestPartsEndInOrder(t *testing.T) {
	var mu sync.Mutex
	var order []string
	ending := func(name string) *ender {
		return &ender{recorder: newRecorder(), at: func() {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, name)
		}}
	}
	r := start(t, config.NewDir(), Part{Name: "first", Service: ending("first")}, Part{Name: "second", Service: ending("second")}, Part{Name: "third", Service: ending("third")})
	r.stop()
	if err := <-r.done; err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, " "); got != "first second third" {
		t.Errorf("ended in the order %q", got)
	}
}

// ender tells when it ends.
type ender struct {
	*recorder
	at func()
}

func (e *ender) Run(ctx context.Context) error {
	<-ctx.Done()
	e.at()
	return nil
}

func TestAFailedPartEndsTheProcess(t *testing.T) {
	one, two := newRecorder(), newRecorder()
	r := start(t, config.NewDir(), Part{Name: "one", Service: one}, Part{Name: "two", Service: two})
	eventually(t, func() bool { return two.noted() == "run" })
	one.fail <- errors.New("disk on fire")
	if err := <-r.done; err == nil || !strings.Contains(err.Error(), "running the one: disk on fire") {
		t.Errorf("got %v", err)
	}
	if two.noted() != "run end" {
		t.Errorf("the other part saw %q", two.noted())
	}
}

// stuck never ends by itself.
type stuck struct {
	*recorder
	free chan struct{}
}

func (s *stuck) Run(context.Context) error { <-s.free; return nil }

func TestAStuckPartIsNamed(t *testing.T) {
	one := &stuck{recorder: newRecorder(), free: make(chan struct{})}
	defer close(one.free)
	r := start(t, config.NewDir(), Part{Name: "one", Service: one})
	eventually(t, func() bool { status, _ := r.get(t, "/-/ready"); return status == http.StatusOK })
	r.drain = 10 * time.Millisecond
	r.stop()
	if err := <-r.done; err == nil || !strings.Contains(err.Error(), "the one did not end within") {
		t.Errorf("got %v", err)
	}
}

func TestStartingIsHealthyButNotReady(t *testing.T) {
	p := newProcess("test", Default(), config.NewDir(), nil)
	address := anywhere(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- p.Run(ctx, func(ctx context.Context) ([]Part, error) { <-ctx.Done(); return nil, ctx.Err() })
	}()
	r := &running{Process: p, url: address()}
	eventually(t, func() bool { status, _ := r.get(t, "/-/healthy"); return status == http.StatusOK })
	if status, body := r.get(t, "/-/ready"); status != http.StatusServiceUnavailable || !strings.Contains(body, "starting") {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := r.ask(t, http.MethodPost, "/-/reload", nil); status != http.StatusInternalServerError {
		t.Errorf("a reload while starting: %d", status)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTakenAddress(t *testing.T) {
	r := start(t, config.NewDir())
	settings := r.Settings
	settings.Web.Listen = strings.TrimPrefix(r.url, "http://")
	err := newProcess("test", settings, config.NewDir(), r.Logger).Run(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "choose another one with --listen") {
		t.Errorf("got %v", err)
	}
}

func TestConnect(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen(), bustest.Bare())
	settings := Default()
	p := newProcess("test", settings, config.NewDir(), slog.New(slog.DiscardHandler))
	if _, err := p.Connect(t.Context()); err == nil || !strings.Contains(err.Error(), "nats.url") {
		t.Errorf("without an address: %v", err)
	}
	p.Settings.NATS.URL, p.Settings.NATS.CreateStreams = server.URL(), false
	if _, err := p.Connect(t.Context()); err == nil {
		t.Error("the streams are not there, and the process may not make them")
	}
	p.Settings.NATS.CreateStreams = true
	b, err := p.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("wire"), ID: "1", Data: []byte("{}")}); err != nil {
		t.Error(err)
	}
	if err := p.notReady(&reloader{process: p, parts: []Part{}}); err != nil {
		t.Errorf("connected, but %v", err)
	}
	for name, r := range map[string]*prometheus.Registry{"the process": p.Registry, "the heartbeat": p.busMetrics} {
		if n, err := testutil.GatherAndCount(r, "faultline_publish_total"); n == 0 || err != nil {
			t.Errorf("%s has %d of the metrics of the bus: %v", name, n, err)
		}
	}
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestReadSettings(t *testing.T) {
	dir := func(text string) *config.Dir {
		return config.NewDir(config.Layer{Name: "conf", FS: fstest.MapFS{File: {Data: []byte(text)}}})
	}
	s, err := ReadSettings(dir("nats: {url: nats://a:4222}\nfetcher: {concurrency: 3}\n"), []string{"FAULTLINE_LOG_LEVEL=debug", "FAULTLINE_NATS_USERNAME=fetcher", "FAULTLINE_CONFIG=x"})
	if err != nil || s.NATS.URL != "nats://a:4222" || s.Log.Level != "debug" || s.Web.Listen != Default().Web.Listen {
		t.Errorf("%+v, %v", s, err)
	}
	var fetcher struct {
		Concurrency int `yaml:"concurrency"`
	}
	if err := s.Fetcher.Decode(&fetcher); err != nil || fetcher.Concurrency != 3 {
		t.Errorf("%+v, %v", fetcher, err)
	}
	if options, err := s.NATS.Bus("x"); err != nil || options.InboxPrefix != "_INBOX_fetcher" || options.URL != "nats://a:4222" {
		t.Errorf("%+v, %v", options, err)
	}
	if _, err := ReadSettings(config.NewDir(), nil); err != nil {
		t.Errorf("no file: %v", err)
	}
	for text, want := range map[string]string{
		"log: {level: loud}":                          `conf/faultline.yaml:1:14: unknown log level "loud"; write debug, info, warn or error`,
		"log: {format: xml}":                          `unknown log format "xml"`,
		"web: {listen: '127.0.0.1:99999'}":            `web.listen: "127.0.0.1:99999" is no address to listen on; write host and port`,
		"nats: {listen: '4222'}":                      `nats.listen: "4222" is no address to listen on`,
		"nats: {durability: perhaps}":                 `unknown durability "perhaps"`,
		"nats: {url: a, listen: b}":                   "remove nats.listen",
		"nats: {tls: {cert_file: a}}":                 "a certificate without its key",
		"ntas: {}":                                    `unknown field "ntas"; did you mean "nats"?`,
		"nats: {password: x, password_file: /none/x}": "",
	} {
		s, err := ReadSettings(dir(text), nil)
		if want == "" {
			_, err = s.NATS.Bus("x")
			want = "nats.password: the secret is given twice"
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	s, err = ReadSettings(dir("nats: {password_file: secrets/nats, nkey_file: /nkey}\nweb: {config_file: web.yaml}"), []string{"FAULTLINE_WEB_CONFIG_FILE=here.yaml"})
	if n := s.NATS; err != nil || n.PasswordFile != "conf/secrets/nats" || n.NKeyFile != "/nkey" || n.TLS.CAFile != "" || s.Web.ConfigFile != "here.yaml" {
		t.Errorf("the files named are %q, %q, %q, %v", n.PasswordFile, n.NKeyFile, s.Web.ConfigFile, err)
	}
	if _, err := ReadSettings(config.NewDir(), []string{"FAULTLINE_LOG_LEVLE=x"}); err == nil || !strings.Contains(err.Error(), "FAULTLINE_LOG_LEVEL") {
		t.Errorf("got %v", err)
	}
}

func TestOpen(t *testing.T) {
	shipped := fstest.MapFS{File: {Data: []byte("log: {format: json}\n")}}
	var log bytes.Buffer
	p, err := Open("test", Flags{LogLevel: "warn", Listen: "127.0.0.1:1"}, shipped, &log)
	if err != nil {
		t.Fatal(err)
	}
	p.Logger.Info("quiet")
	p.Logger.Warn("loud")
	if got := log.String(); strings.Contains(got, "quiet") || !strings.Contains(got, `"msg":"loud"`) || p.Settings.Web.Listen != "127.0.0.1:1" {
		t.Errorf("log %s, listen %s", got, p.Settings.Web.Listen)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		flags Flags
		want  string
	}{
		{Flags{Config: file}, "is a file; --config wants the directory"},
		{Flags{Config: file + "x"}, "faultline init"},
		{Flags{LogLevel: "loud"}, `unknown log level "loud"`},
		{Flags{LogFormat: "xml"}, `unknown log format "xml"`},
		{Flags{ExternalURL: "desk.example"}, "--web.external-url: it is no address of http or https that others could be given; write it as https://host"},
	} {
		if _, err := Open("test", c.flags, shipped, &log); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %s", c.flags, err, c.want)
		}
	}
	if _, err := OpenConfig(file+"x", shipped); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestFlags(t *testing.T) {
	app := kingpin.New("test", "")
	flags := AddFlags(app)
	if _, err := app.Parse([]string{"--config", "conf", "--listen", ":1", "--web.config.file", "w", "--web.external-url", "https://x", "--log.level", "debug", "--log.format", "json"}); err != nil {
		t.Fatal(err)
	}
	if want := (Flags{Config: "conf", Listen: ":1", WebConfigFile: "w", ExternalURL: "https://x", LogLevel: "debug", LogFormat: "json"}); *flags != want {
		t.Errorf("got %+v", *flags)
	}
}

func TestRunProgram(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen(), bustest.Bare())
	for name, c := range map[string]struct {
		build func(context.Context, Env) (Service, error)
		want  int
	}{
		"ends when told":    {func(context.Context, Env) (Service, error) { return newRecorder(), nil }, exitOK},
		"bad configuration": {func(context.Context, Env) (Service, error) { return nil, config.Errors{{Path: "a"}} }, exitUsage},
		"cannot be built":   {func(context.Context, Env) (Service, error) { return nil, errors.New("no") }, exitFailed},
		"fails while it runs": {func(context.Context, Env) (Service, error) {
			r := newRecorder()
			r.fail <- errors.New("no")
			return r, nil
		}, exitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			settings := Default()
			settings.Web.Listen, settings.NATS.URL = "127.0.0.1:0", server.URL()
			p := newProcess("test", settings, config.NewDir(), slog.New(slog.DiscardHandler))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			built := make(chan struct{})
			code := make(chan int, 1)
			go func() {
				code <- p.runProgram(ctx, Program{Name: "test", Build: func(ctx context.Context, e Env) (Service, error) {
					defer close(built)
					return c.build(ctx, e)
				}})
			}()
			<-built
			if c.want == exitOK {
				cancel()
			}
			if got := <-code; got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}
