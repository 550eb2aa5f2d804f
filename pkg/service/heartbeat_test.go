package service

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/config"
)

// lockedBuffer takes a log that is read while it is written.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// FAULTS 105: the service outside hears from a process that works, nothing from one that is not
// ready, and again when it is; what the service answers, and its secret address, are handled so.
func TestFault105HeartbeatStopsWithTheWork(t *testing.T) {
	var beats, status atomic.Int32
	status.Store(http.StatusOK)
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ping/s3cret" || r.Method != http.MethodGet {
			t.Errorf("asked %s %s", r.Method, r.URL)
		}
		w.WriteHeader(int(status.Load()))
		beats.Add(1)
	}))
	t.Cleanup(outside.Close)
	one := newRecorder()
	p, reloads := quiet(t, Part{Name: "one", Service: one})
	log := &lockedBuffer{}
	p.Logger = slog.New(slog.NewTextHandler(log, nil))
	p.Registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "one_of_many"}, func() float64 {
		t.Error("the heartbeat reads the metrics of all feeds")
		return 0
	}))
	p.Settings.Heartbeat.URL, p.Settings.Heartbeat.Every = config.Secret(outside.URL+"/ping/s3cret"), config.Duration(5*time.Millisecond)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { p.beat(ctx, reloads); close(done) }()
	more := func() {
		t.Helper()
		was := beats.Load()
		eventually(t, func() bool { return beats.Load() > was+2 })
	}
	more()
	broken := errors.New("nothing is stored")
	one.unready.Store(&broken)
	eventually(t, func() bool { return strings.Contains(log.String(), "the heartbeat is held back") })
	if was := beats.Load(); !strings.Contains(log.String(), "nothing is stored") {
		t.Errorf("after %d: %s", was, log.String())
	}
	was := beats.Load()
	<-time.After(100 * time.Millisecond)
	if now := beats.Load(); now > was {
		t.Errorf("%d heartbeats of a process that is not ready", now-was)
	}
	one.unready.Store(nil)
	more()
	status.Store(http.StatusNotFound)
	eventually(t, func() bool { return strings.Contains(log.String(), "answers 404 Not Found; look whether") })
	outside.Close()
	if err := ask(ctx, http.DefaultClient, config.Secret(outside.URL+"/ping/s3cret")); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("of a service that is away it says %v", err)
	}
	stop()
	<-done
	if strings.Contains(log.String(), "s3cret") {
		t.Errorf("the log shows the address: %s", log.String())
	}
}

// FAULTS 105: a stage that takes nothing of what waits for ten minutes stands still. One that
// shrinks, is empty or waits for its channel does not.
func TestFault105AStageThatStandsStill(t *testing.T) {
	registry := prometheus.NewRegistry()
	lag := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "faultline_consumer_lag"}, []string{"consumer"})
	handled := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "faultline_consumer_handled_total"}, []string{"consumer", "outcome"})
	registry.MustRegister(lag, handled)
	var s stages
	at := time.Unix(0, 0)
	look := func(minute int) string {
		t.Helper()
		if err := s.look(registry, at.Add(time.Duration(minute)*time.Minute)); err != nil {
			return err.Error()
		}
		return ""
	}
	lag.WithLabelValues("classify").Set(3)
	lag.WithLabelValues("aggregate").Set(40)
	lag.WithLabelValues("route").Set(0)
	lag.WithLabelValues("deliver_desk_slack-0").Set(9)
	handled.WithLabelValues("classify", "done").Add(5)
	for minute := range 10 {
		if said := look(minute); said != "" {
			t.Fatalf("minute %d: %s", minute, said)
		}
		lag.WithLabelValues("aggregate").Sub(1) // another process takes them
	}
	if said := look(10); !strings.Contains(said, "classify has 3 messages waiting and took none for 10m0s") || strings.Contains(said, "aggregate") || strings.Contains(said, "deliver") {
		t.Errorf("it says %q", said)
	}
	handled.WithLabelValues("classify", "retry").Inc()
	if said := look(11); said != "" {
		t.Errorf("a stage that took something is said to stand still: %s", said)
	}
}

func TestHeartbeatSettings(t *testing.T) {
	for text, want := range map[string]string{
		"heartbeat: {url: ftp://x.example/}":                 "2:1: it is no address",
		"heartbeat: {url: 'https://x.example/', every: 1s}":  "is too often",
		"heartbeat: {url: 'https://x.example/a', every: 1m}": "",
		"heartbeat: {proxy: 'host:3128'}":                    "write http://host:port",
	} {
		dir := config.NewDir(config.Layer{Name: "conf", FS: fstest.MapFS{File: {Data: []byte(text)}}})
		_, err := ReadSettings(dir, nil)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), strings.TrimPrefix(want, "2:1: ")) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// The file with the address is read at the start: what is wrong with it is said with its place, and without
// what is in it.
func TestHeartbeatAddressInAFile(t *testing.T) {
	conf := t.TempDir()
	for name, file := range map[string]struct {
		text string
		mode os.FileMode
	}{"good": {"https://x.example/ping/s3cret\n", 0o600}, "empty": {"", 0o600}, "other": {"ftp://x.example/s3cret", 0o600}, "open": {"https://x.example/s3cret", 0o644}} {
		if err := os.WriteFile(filepath.Join(conf, name), []byte(file.text), file.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(conf, name), file.mode); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(conf, File)
	for text, want := range map[string]string{
		"{url_file: good}":                            "",
		"{url_file: missing}":                         path + ":2:14: reading a secret: stat " + conf + "/missing: no such file or directory; create the file and let the user that runs Faultline read it",
		"{url_file: empty}":                           path + ":2:14: the file " + conf + "/empty holds no address of http or https; " + beatRemedy,
		"{url_file: other}":                           path + ":2:14: the file " + conf + "/other holds no address of http or https; " + beatRemedy,
		"{url_file: open}":                            path + ":2:14: the secret file " + conf + "/open can be read by everybody (-rw-r--r--); run: chmod o= " + conf + "/open",
		"{url: 'https://x.example/', url_file: good}": path + ":2:41: the secret is given twice, inline and in " + conf + "/good; remove one of them",
	} {
		if err := os.WriteFile(path, []byte("heartbeat:\n  "+text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		dir, err := OpenConfig(conf, fstest.MapFS{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := ReadOwn(dir, nil)
		switch {
		case want != "" && (err == nil || err.Error() != want):
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		case want == "" && (err != nil || s.Heartbeat.URL != "https://x.example/ping/s3cret"):
			t.Errorf("%s: %q, %v", text, s.Heartbeat.URL, err)
		}
		if _, err := ReadSettings(dir, nil); err != nil {
			t.Errorf("a command that needs no heartbeat: %v", err)
		}
	}
}

// A proxy is taken from the settings, never from the environment.
func TestHeartbeatByAProxy(t *testing.T) {
	var asked atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked.Store(r.URL.String()) }))
	t.Cleanup(proxy.Close)
	if err := ask(t.Context(), Heartbeat{Proxy: config.Secret(proxy.URL)}.client(), "http://x.invalid/a"); err != nil || asked.Load() != "http://x.invalid/a" {
		t.Errorf("the proxy was asked for %v: %v", asked.Load(), err)
	}
	t.Setenv("HTTP_PROXY", proxy.URL)
	if transport, ok := (Heartbeat{}).client().Transport.(*http.Transport); !ok || transport.Proxy != nil {
		t.Error("it asks a proxy that nobody wrote down")
	}
}

// User and password of a proxy reach the proxy, and are in no error or print.
func TestHeartbeatProxyIsASecret(t *testing.T) {
	var given atomic.Value
	given.Store("")
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given.Store(r.Header.Get("Proxy-Authorization"))
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	h := Heartbeat{Proxy: config.Secret(strings.Replace(proxy.URL, "://", "://desk:hidden-word@", 1))}
	refused := ask(t.Context(), h.client(), "http://x.invalid/a")
	if want := "Basic " + base64.StdEncoding.EncodeToString([]byte("desk:hidden-word")); refused == nil || given.Load() != want {
		t.Errorf("%v; the proxy was given %q, want %q", refused, given.Load(), want)
	}
	proxy.Close()
	away := ask(t.Context(), h.client(), "https://x.invalid/a")
	written, err := json.Marshal(h)
	if err != nil || away == nil {
		t.Fatal(err, away)
	}
	if said := fmt.Sprintf("%v %+v %#v %s %v %v", h, h, h, written, refused, away); strings.Contains(said, "hidden-word") {
		t.Errorf("the password is shown: %s", said)
	}
}
