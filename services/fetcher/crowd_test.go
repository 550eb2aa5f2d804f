package fetcher

import (
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"faultline/services/fetcher/internal/state"
)

// eavesdropper counts what fetchers ask of the server's API, and notes for how long each token is put off.
type eavesdropper struct {
	mu     sync.Mutex
	reads  int
	putOff map[string][]time.Duration // by the token's place in its stream
}

var (
	negative = regexp.MustCompile(`^-NAK {"delay": (\d+)}$`)
	// stored is the place in its stream of what an acknowledgement is of: the number behind how often that was delivered.
	stored = regexp.MustCompile(`^\$JS\.ACK\..*\.POLL\.fetchers\.\d+\.(\d+)\.\d+\.\d+\.\d+|^\$JS\.ACK\.POLL\.fetchers\.\d+\.(\d+)\.\d+\.\d+\.\d+`)
)

func (d *desk) eavesdrop() *eavesdropper {
	d.t.Helper()
	e, conn := &eavesdropper{putOff: map[string][]time.Duration{}}, d.server.Conn()
	for subject, note := range map[string]func(*nats.Msg){
		"$JS.API.DIRECT.GET.>": e.read, "$JS.API.STREAM.MSG.GET.>": e.read, "$JS.ACK.>": e.ack,
	} {
		if _, err := conn.Subscribe(subject, note); err != nil {
			d.t.Fatal(err)
		}
	}
	if err := conn.Flush(); err != nil {
		d.t.Fatal(err)
	}
	return e
}

func (e *eavesdropper) read(*nats.Msg) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reads++
}

func (e *eavesdropper) ack(m *nats.Msg) {
	delay, of := negative.FindStringSubmatch(string(m.Data)), stored.FindStringSubmatch(m.Subject)
	if delay == nil || of == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if pause, err := strconv.ParseInt(delay[1], 10, 64); err == nil {
		e.putOff[of[1]+of[2]] = append(e.putOff[of[1]+of[2]], time.Duration(pause))
	}
}

// at is how many tokens were put off so often at least, and how much was read until now.
func (e *eavesdropper) at(times int) (tokens, reads int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, pauses := range e.putOff {
		if len(pauses) >= times {
			tokens++
		}
	}
	return tokens, e.reads
}

// Feeds that fail and find no room to stand aside are put off, each time for twice as long, and nothing
// is read for that.
func TestFault27WhatFindsNoRoomAsideCostsLittle(t *testing.T) {
	t.Parallel()
	const n, inside = 23, 3 // half of three times two
	h := newHosts(t)
	feeds := "feeds:\n"
	for i := range n {
		id := fmt.Sprint("f", i)
		h.drip(id, 100)
		feeds += h.line(i, id)
	}
	d := newDesk(t, feeds)
	d.set = []string{"CONCURRENCY=2"}
	all, err := LoadFeeds(d.dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		d.remember(f.ID, f.URL, func(s *state.State) {
			s.Config, s.Failures, s.Class, s.Since = f.Fingerprint(), 3, "timeout", time.Now()
		})
	}
	e := d.eavesdrop()
	r := d.start()
	eventually(t, "all others are put off", func() bool { tokens, _ := e.at(1); return tokens == n-inside && h.asking() == inside })
	_, before := e.at(1)
	eventually(t, "most are put off again and again", func() bool { tokens, _ := e.at(3); return tokens > (n-inside)/2 })
	if _, after := e.at(1); after-before > 5 {
		t.Errorf("%d reads meanwhile", after-before)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for token, pauses := range e.putOff {
		for i, pause := range pauses {
			if least := time.Second << i; pause < least || pause >= 2*least {
				t.Errorf("token %s is put off for %s the time %d", token, pause, i+1)
			}
		}
	}
	if s := r.state("f0"); s.Failures > 4 {
		t.Errorf("what waits has failed: %+v", s)
	}
}
