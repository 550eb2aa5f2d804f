//go:build e2e

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/aggregate"
	"faultline/services/alerter/internal/sinktest"
)

const (
	// takeOver is what is promised: how long after the process that makes incidents was killed another
	// one tells of what came since.
	takeOver  = 6 * time.Second
	takeOvers = 3
)

// TestTakenOver kills, three times, the one of two processes that makes the incidents, while
// assessments come in and a webhook has a request. Every story is told, what is told twice says so, once for each kill at
// most, and the other process tells of what came after the kill in time.
func TestTakenOver(t *testing.T) {
	server, sink := bustest.StartServer(t, bustest.Listen()), sinktest.HTTP(t)
	dir, seen := configuration(t, sink.URL), new(diary)
	var victim atomic.Pointer[process]
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if p := victim.Swap(nil); p != nil {
			p.kill()
		}
		seen.arrives(m)
		return sinktest.Answer{}
	})
	pinned := func() (id string, waiting int) {
		info, err := server.JetStream().Consumer(t.Context(), bus.Assessments, aggregate.Consumer)
		if err != nil || len(info.CachedInfo().PriorityGroups) == 0 {
			return "", 0
		}
		return info.CachedInfo().PriorityGroups[0].PinnedClientID, info.CachedInfo().NumWaiting
	}
	working := startProcess(t, server.URL(), dir)
	go publish(t, server.Bus(), 100*time.Millisecond, seen.published)
	wait(t, "the first process works", func() bool { return seen.told() > 0 })
	for n := range takeOvers {
		standby := startProcess(t, server.URL(), dir)
		wait(t, "another process stands by", func() bool { _, waiting := pinned(); return waiting > 1 })
		before, _ := pinned()
		victim.Store(working)
		wait(t, "the one that makes incidents is killed", working.isDead)
		wait(t, "the other one tells of what came since", func() bool { return seen.next(working.at) > 0 })
		took := seen.next(working.at)
		after, _ := pinned()
		if t.Logf("kill %d: taken over in %v", n+1, took.Round(time.Millisecond)); took > takeOver || before == "" || before == after {
			t.Errorf("taken over in %s, pinned %q before and %q after", took, before, after)
		}
		working = standby
	}
	wait(t, "all is told", func() bool { return len(items(t, sink)) == stories })
	wait(t, "nothing is in hand", func() bool {
		info, err := server.JetStream().Consumer(t.Context(), bus.Notifications, "deliver_desk_webhook-0")
		return err == nil && info.CachedInfo().NumAckPending == 0 && info.CachedInfo().NumPending == 0
	})
	t.Logf("a story waited for %v at most", seen.longest().Round(time.Millisecond))
	judge(t, sink, takeOvers)
}

// diary is when each story was published and first told.
type diary struct {
	mu        sync.Mutex
	came, out [stories]time.Time
}

func (d *diary) published(story int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.came[story] = time.Now()
}

func (d *diary) arrives(m sinktest.Message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.out {
		if d.out[i].IsZero() && strings.Contains(m.Body, link(i)) {
			d.out[i] = time.Now()
		}
	}
}

func (d *diary) told() (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, at := range d.out {
		if !at.IsZero() {
			n++
		}
	}
	return n
}

// next is how long after a time a story was told that was published later, 0 if none was.
func (d *diary) next(after time.Time) (took time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, at := range d.out {
		if d.came[i].After(after) && !at.IsZero() && (took == 0 || at.Sub(after) < took) {
			took = at.Sub(after)
		}
	}
	return took
}

// longest is the most time from publishing to telling.
func (d *diary) longest() (most time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, at := range d.out {
		most = max(most, at.Sub(d.came[i]))
	}
	return most
}

// process is an alerter that is not started again.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	dead chan struct{}
	at   time.Time // when it died; to be read once it isDead
}

func startProcess(t *testing.T, url, dir string) *process {
	t.Helper()
	var out bytes.Buffer
	p := &process{t: t, cmd: alerterOf(t, url, dir), dead: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &out, &out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.dead)
		if err := p.cmd.Wait(); err == nil || err.Error() != "signal: killed" {
			t.Errorf("the alerter ended by itself: %v", err)
		}
		p.at = time.Now()
	}()
	t.Cleanup(func() {
		if p.kill(); t.Failed() {
			t.Log(out.String())
		}
	})
	return p
}

// kill returns when the process is no more.
func (p *process) kill() {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("killing the alerter: %v", err)
	}
	<-p.dead
}

func (p *process) isDead() bool {
	select {
	case <-p.dead:
		return true
	default:
		return false
	}
}
