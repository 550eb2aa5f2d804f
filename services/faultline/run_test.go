package faultline

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is the binary at work in a process of its own.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string // see address
	out    output
	log    output
	exited chan error
}

// output collects what a process writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start runs "faultline run" on a port that is free then, until the test ends.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	return launch(t, "faultline", append([]string{"run"}, args...)...)
}

// launch runs a program on a port that is free then, until the test ends.
func launch(t *testing.T, program string, args ...string) *process {
	t.Helper()
	p := &process{t: t, exited: make(chan error, 1)}
	p.cmd = exec.Command(program, append(args, "--listen", "127.0.0.1:0")...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.exited <- p.cmd.Wait() }()
	t.Cleanup(func() {
		if p.exited == nil {
			return
		}
		if err := p.cmd.Process.Kill(); err != nil && !strings.Contains(err.Error(), "already finished") {
			t.Error(err)
		}
		<-p.exited
	})
	return p
}

// address waits until the process says where it listens.
func (p *process) address() string {
	p.t.Helper()
	if p.url == "" {
		said := regexp.MustCompile(`msg=listening process=\S+ url=(\S+)\n`)
		p.until("it listens", time.Minute, func() bool { return said.MatchString(p.log.String()) })
		p.url = said.FindStringSubmatch(p.log.String())[1]
	}
	return p.url
}

// end sends a signal and returns how the process ended.
func (p *process) end(signal os.Signal) error {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.exited:
		p.exited = nil
		return err
	case <-time.After(time.Minute):
		p.t.Fatalf("it did not end within a minute:\n%s", p.log.String())
	}
	return nil
}

func (p *process) get(path string) string {
	p.t.Helper()
	response, err := http.Get(p.address() + path)
	if err != nil {
		return ""
	}
	body, err := io.ReadAll(response.Body)
	if closing := response.Body.Close(); err != nil || closing != nil {
		p.t.Fatal(err, closing)
	}
	return string(body)
}

func (p *process) until(what string, within time.Duration, ok func() bool) {
	p.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(within); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s: not within %v\nout:\n%s\nlog:\n%s", what, within, p.out.String(), p.log.String())
		}
	}
}

// noFeeds is a configuration without the shipped feeds, which need the
// internet.
func noFeeds(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "feeds.yaml"), []byte("feeds: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestExerciseIsSeen(t *testing.T) {
	conf, desk := noFeeds(t), &hook{told: map[string]int{}}
	alerting := "route: {receiver: hook, group_wait: 0s}\nreceivers: [{name: hook, webhook_configs: [{url: '" + listen(t, desk) + "'}]}]\n"
	if err := os.WriteFile(filepath.Join(conf, "alerting.yaml"), []byte(alerting), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "--exercise", "--config", conf)
	p.until("a card", time.Minute, func() bool { return strings.Contains(p.out.String(), "Gunmen seize regional administration in Naryn") })
	p.until("the metric", time.Minute, func() bool {
		return regexp.MustCompile(`faultline_incidents\{[^}]*category="kidnapping"[^}]*exercise="true"[^}]*\} 1`).MatchString(p.get("/metrics"))
	})
	card := p.out.String()
	for _, want := range []string{"EXERCISE", "Naryn, KG", "official-abducted", "“", "Exercise Wire", "single source"} {
		if !strings.Contains(card, want) {
			t.Errorf("no %q in the card:\n%s", want, card)
		}
	}
	if ready := p.get("/-/ready"); !strings.HasPrefix(ready, "Faultline is ready.") {
		t.Errorf("ready: %s", ready)
	}
	if !regexp.MustCompile(`(?m)msg=watching version=\S+ feeds=[1-9]\d* channels=1 data=\S*faultline-exercise-\S+ nats="in this process, without a port"$`).MatchString(p.log.String()) {
		t.Errorf("the log does not say what is watched:\n%s", p.log.String())
	}
	var metrics string
	p.until("the message, and how long it took", time.Minute, func() bool { // which is counted after it
		metrics = p.get("/metrics")
		return strings.Contains(metrics, `faultline_notifications_total{integration="webhook-0",outcome="sent",receiver="hook"} 1`) &&
			strings.Contains(metrics, `faultline_time_to_alert_seconds_count{stage="seen_to_sent"}`)
	})
	metricsExist(t, metrics)
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, p.log.String())
	}
}

// notInADrill are metrics that a drill in which all is well does not have.
func notInADrill() []string {
	return []string{
		"faultline_rule_share", "faultline_judged_alarms", "faultline_bus_retries_total", // counted when it happens
		"faultline_feed_error", "faultline_feed_moved", "faultline_consumer_aside", // a series for each that fails, has moved or is slow
		"faultline_stream_limit_bytes",                                                         // no stream is bounded
		"faultline_feed_subscription", "faultline_hub_requests_total", "faultline_pings_total", // no hub
		"faultline_region_instability_index", "faultline_region_instability_category", "faultline_region_instability_usual",
		"faultline_region_instability_change", "faultline_region_surge", // drills do not count
	}
}

// metricsExist checks that what alert rules, dashboards and the manual name is
// there, and that the manual names what is there.
func metricsExist(t *testing.T, metrics string) {
	t.Helper()
	name := regexp.MustCompile(`faultline_[a-z_]+`)
	found := 0
	for _, pattern := range []string{"../../deploy/prometheus/rules/*.yaml", "../../deploy/grafana/dashboards/*.json", "../../docs/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range name.FindAllString(string(text), -1) {
				if m = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(m, "_bucket"), "_count"), "_sum"); strings.HasSuffix(m, "_") {
					continue // a manual's "faultline_..."
				}
				if slices.Contains(notInADrill(), m) {
					continue
				}
				found++
				if !strings.Contains(metrics, "# TYPE "+m+" ") {
					t.Errorf("%s asks for %s, which is not in /metrics", file, m)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d metrics are asked for", found)
	}
	manual, err := os.ReadFile("../../docs/operation.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`# HELP (faultline_\w+)`).FindAllStringSubmatch(metrics, -1) {
		if !strings.Contains(string(manual), "`"+m[1]+"`") {
			t.Errorf("docs/operation.md does not name %s", m[1])
		}
	}
}

// feed is a small outlet that a test writes.
type feed struct {
	mu    sync.Mutex
	items []string
}

func (f *feed) add(n int, title string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.items = append(f.items, fmt.Sprintf("<item><guid>item-%d</guid><link>http://news.example/item-%d</link><title>%s</title><description>%s, officials said on Monday.</description><pubDate>%s</pubDate></item>",
		n, n, title, title, time.Now().UTC().Format(time.RFC1123Z)))
}

func (f *feed) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/rss+xml")
	if _, err := fmt.Fprintf(w, `<rss version="2.0"><channel><title>Outlet</title><link>http://news.example/</link>%s</channel></rss>`, strings.Join(f.items, "")); err != nil {
		return // the reader was killed
	}
}

// hook counts how often each item was told.
type hook struct {
	mu   sync.Mutex
	told map[string]int
}

func (h *hook) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var message struct {
		Alerts []struct {
			Annotations map[string]string `json:"annotations"`
		} `json:"alerts"`
	}
	if err := json.NewDecoder(bufio.NewReader(r.Body)).Decode(&message); err != nil {
		return // cut off by a kill
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range message.Alerts {
		for _, id := range slices.Compact(regexp.MustCompile(`item-\d+`).FindAllString(a.Annotations["links"], -1)) {
			h.told[id]++
		}
	}
}

func (h *hook) count() (items, repeats int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range h.told {
		repeats += n - 1
	}
	return len(h.told), repeats
}

// listen serves a handler on a port of 127.0.0.1.
func listen(t *testing.T, h http.Handler) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-served
	})
	return "http://" + listener.Addr().String()
}

// feedToHook is a configuration with one feed and one webhook.
func feedToHook(t *testing.T, feed, hook string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"feeds.yaml": "feeds:\n  - {id: outlet, url: '" + feed + "', allow_private: true, poll: {min: 1s, max: 1s}}\n",
		"alerting.yaml": "route: {receiver: hook, group_by: [incident], group_wait: 0s, group_interval: 1s, repeat_interval: 72h}\n" +
			"receivers: [{name: hook, webhook_configs: [{url: '" + hook + "'}]}]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFault59KilledAtAnyInstant(t *testing.T) {
	outlet, desk := &feed{}, &hook{told: map[string]int{}}
	dir, data := feedToHook(t, listen(t, outlet), listen(t, desk)), t.TempDir()
	towns, n := strings.Fields("Osh Naryn Talas Batken Karakol Tashkent Almaty Dushanbe Khujand Kabul"), 0
	for round := range 5 {
		p := start(t, "--config", dir, "--data", data)
		for range 2 {
			outlet.add(n, fmt.Sprintf("Gunmen clash with police in %s, %d wounded", towns[n], 11+7*n))
			n++
		}
		if round < 4 {
			p.until("something is told", time.Minute, func() bool { items, _ := desk.count(); return items > 2*round })
			if err := p.end(syscall.SIGKILL); err == nil {
				t.Fatal("it survived a kill")
			}
			continue
		}
		p.until("all is told", time.Minute, func() bool { items, _ := desk.count(); return items == n })
		if err := p.end(syscall.SIGTERM); err != nil {
			t.Errorf("SIGTERM: %v\n%s", err, p.log.String())
		}
	}
	if items, repeats := desk.count(); items != n || repeats > 4 {
		t.Errorf("%d of %d items told, %d repeats after 4 kills", items, n, repeats)
	}
}

func TestASecondProcessOnTheSameDataIsRefused(t *testing.T) {
	dir, data := noFeeds(t), t.TempDir()
	first := start(t, "--config", dir, "--data", data)
	first.until("ready", time.Minute, func() bool { return strings.Contains(first.get("/-/ready"), "is ready") })
	second := start(t, "--config", dir, "--data", data)
	select {
	case err := <-second.exited:
		second.exited = nil
		if err == nil || !strings.Contains(second.log.String(), fmt.Sprintf("is in use by process %d", first.cmd.Process.Pid)) {
			t.Errorf("%v: %s", err, second.log.String())
		}
	case <-time.After(time.Minute):
		t.Error("two processes run on one store")
	}
}
