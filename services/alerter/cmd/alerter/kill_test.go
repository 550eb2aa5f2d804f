//go:build e2e

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/sinktest"
)

// asChild makes the test binary the alerter itself.
const asChild = "FAULTLINE_TEST_IS_ALERTER"

func TestMain(m *testing.M) {
	if os.Getenv(asChild) != "" {
		if err := os.Unsetenv(asChild); err != nil { // settings refuse what they do not know
			os.Exit(1)
		}
		main()
		return
	}
	os.Exit(m.Run())
}

const (
	stories = 300
	kills   = 6
	// settle is longer than what was in hand at a kill takes to come again
	// through all three consumers.
	settle = 75 * time.Second
)

// TestKilledAgainAndAgain kills the process while assessments come in: half of
// the kills hit it while the webhook has its request and no answer is written.
// Every story is told; what is told twice says so, once for each kill at most.
func TestKilledAgainAndAgain(t *testing.T) {
	server, sink := bustest.StartServer(t, bustest.Listen()), sinktest.HTTP(t)
	child := startChild(t, server.URL(), configuration(t, sink.URL))
	var told atomic.Int32
	sink.Answer(func(n int) sinktest.Answer {
		if told.Add(1); n%100 == 50 {
			child.hit() // the message arrived, and its sender will never know
		}
		return sinktest.Answer{}
	})
	go publish(t, server.Bus(), 20*time.Millisecond, func(int) {})
	for _, n := range []int32{20, 120, 220} {
		wait(t, fmt.Sprint(n, " messages arrived"), func() bool { return told.Load() >= n })
		child.hit() // between two messages, or wherever it is
	}
	wait(t, "all is told", func() bool { return len(items(t, sink)) == stories })
	if n := child.hits.Load(); n != kills {
		t.Errorf("%d kills", n)
	}
	child.stop()
	judge(t, sink, kills)
}

// judge looks for stories that are told twice, or by two incidents.
func judge(t *testing.T, sink *sinktest.Sink, kills int) {
	t.Helper()
	repeats := 0
	for item, tellings := range items(t, sink) {
		for _, again := range tellings[1:] {
			repeats++
			if again.incident != tellings[0].incident {
				t.Errorf("%s is told by two incidents", item)
			}
			if again.key != tellings[0].key || !strings.Contains(again.body, "May be a repeat") {
				t.Errorf("%s is told twice, and the second message does not say so: %s", item, again.body)
			}
		}
	}
	t.Logf("%d stories, %d kills, %d marked repeats", stories, kills, repeats)
	if repeats > kills {
		t.Errorf("%d repeats after %d kills", repeats, kills)
	}
}

type telling struct{ incident, key, body string }

// items are the messages at the sink by the item they tell.
func items(t *testing.T, sink *sinktest.Sink) map[string][]telling {
	t.Helper()
	out := map[string][]telling{}
	for _, m := range sink.Messages() {
		var body struct {
			Alerts []struct {
				Labels map[string]string `json:"labels"`
			} `json:"alerts"`
		}
		if err := json.Unmarshal([]byte(m.Body), &body); err != nil {
			t.Fatal(err)
		}
		for i := range stories {
			if strings.Contains(m.Body, link(i)+`"`) || strings.Contains(m.Body, link(i)+`\n`) || strings.Contains(m.Body, link(i)+" ") {
				out[link(i)] = append(out[link(i)], telling{body.Alerts[0].Labels["incident"], m.Header["Idempotency-Key"][0], m.Body})
			}
		}
	}
	return out
}

func link(i int) string { return fmt.Sprintf("https://outlet.example/story-%03d", i) }

func wait(t *testing.T, what string, done func() bool) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(settle); !done(); {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// child is the alerter as a process of its own, which is started again
// whenever it ends.
type child struct {
	t    *testing.T
	new  func() *exec.Cmd
	hits atomic.Int32
	stop func()

	mu   sync.Mutex
	cmd  *exec.Cmd
	dead chan struct{} // closed at the end of cmd
}

func startChild(t *testing.T, url, dir string) *child {
	t.Helper()
	var out bytes.Buffer
	c := &child{t: t, new: func() *exec.Cmd {
		cmd := alerterOf(t, url, dir)
		cmd.Stdout, cmd.Stderr = &out, &out
		return cmd
	}}
	c.start()
	ended := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.supervise(ended)
	}()
	c.stop = sync.OnceFunc(func() {
		close(ended)
		c.kill()
		<-done
		if t.Failed() {
			t.Log(out.String())
		}
	})
	t.Cleanup(c.stop)
	return c
}

// alerterOf is the alerter as a process of its own.
func alerterOf(t *testing.T, url, dir string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "--config", dir, "--listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), asChild+"=1", "FAULTLINE_NATS_URL="+url)
	return cmd
}

func (c *child) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cmd, c.dead = c.new(), make(chan struct{})
	if err := c.cmd.Start(); err != nil {
		c.t.Errorf("starting the alerter: %v", err)
		close(c.dead)
	}
}

func (c *child) supervise(ended <-chan struct{}) {
	for {
		c.mu.Lock()
		cmd, dead := c.cmd, c.dead
		c.mu.Unlock()
		if err := cmd.Wait(); err == nil || err.Error() != "signal: killed" {
			c.t.Errorf("the alerter ended by itself: %v", err)
			return
		}
		close(dead)
		select {
		case <-ended:
			return
		default:
			c.start()
		}
	}
}

// hit counts a kill.
func (c *child) hit() {
	c.hits.Add(1)
	c.kill()
}

// kill is SIGKILL: nothing is written, nothing is said good-bye to. It returns
// when the process is no more.
func (c *child) kill() {
	c.mu.Lock()
	cmd, dead := c.cmd, c.dead
	c.mu.Unlock()
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		c.t.Errorf("killing the alerter: %v", err)
	}
	<-dead
}

func configuration(t *testing.T, sink string) string {
	t.Helper()
	dir := t.TempDir()
	text := "route: {receiver: desk, group_by: [incident], group_wait: 0s, group_interval: 1s}\nreceivers:\n- name: desk\n  webhook_configs: [{url: '" + sink + "/webhook'}]\n"
	if err := os.WriteFile(filepath.Join(dir, "alerting.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// publish puts stories on the bus, each in words and a town of its own, and says which.
func publish(t *testing.T, b *bus.Bus, every time.Duration, done func(story int)) {
	random := rand.New(rand.NewPCG(1, 2))
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for i := range stories {
		data, err := event.Encode(assessment(i, random))
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.AssessmentSubject("KG", "kidnapping"), ID: fmt.Sprint("a", i), Data: data}); err != nil {
			t.Errorf("publishing: %v", err)
			return
		}
		done(i)
		<-ticker.C
	}
}

func assessment(i int, random *rand.Rand) *event.Assessment {
	now, item := time.Now(), fmt.Sprintf("item%03d", i)
	place := event.Place{GeonameID: 100 + i, Name: "Town", Country: "KG", Admin1: fmt.Sprint(i), Lat: float64(i % 60), Lon: float64(i / 2), Confidence: 0.9}
	return &event.Assessment{
		ID: event.NewID(item, "0", "rules"), Language: "en", Relevant: true, Score: 70, Severity: event.SeverityHigh,
		Item: event.Item{ID: item, Source: event.Source{Feed: "alpha", Title: "Alpha", Reliability: "B"}, URL: link(i), Title: prose(random, 8), Text: prose(random, 80),
			Language: "en", Published: now, PublishedSource: event.PublishedFeed, FirstSeen: now, Seen: now},
		Categories: []string{"kidnapping"}, Places: []event.Place{place}, Main: &place, Regions: []string{"south"}, Ruleset: "rules", Assessed: now,
		Findings: []event.Finding{{Indicator: "official-abducted", Title: "An official is abducted", Category: "kidnapping", Severity: event.SeverityHigh, Assertion: event.Asserted, Points: 60}},
	}
}

func prose(random *rand.Rand, words int) string {
	var out strings.Builder
	for range words {
		for range 3 {
			out.WriteByte(byte('b' + random.IntN(20)))
			out.WriteByte("aeiou"[random.IntN(5)])
		}
		out.WriteByte(' ')
	}
	return out.String()
}
