package fetcher

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"faultline/pkg/bus"
)

const (
	// aside is how many times as many fetches as there are workers may stand aside because they take
	// long: they do nothing but wait, each with a connection and a little memory.
	aside = 3
	// soon is how long a worker waits for an outlet before it goes on with another feed.
	soon = time.Second
	// tooLong is how many times as long a fetch keeps its worker when all places aside are taken and all
	// workers wait like it.
	tooLong = 2
)

// guest is a delivery that may give its worker up.
type guest struct {
	*Service
	delivery *bus.Delivery
	suspect  bool // it has one of the places of those that failed or were slow lately
	mu       sync.Mutex
	free     bool // it keeps no worker
}

// admit lets a delivery in that keeps a worker.
func (s *Service) admit(d *bus.Delivery) *guest {
	s.kept.Add(1)
	return &guest{Service: s, delivery: d}
}

// stepAside gives the worker up, if there is room aside.
func (g *guest) stepAside() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.free && g.delivery.StepAside() {
		g.free = true
		g.kept.Add(-1)
	}
	return g.free
}

// enter lets a feed that failed or was slow lately in among a bounded number of such. It stands aside
// from the start, so that however many there are, they keep no worker from the others; half of the
// places aside are left to those that nobody suspected.
func (g *guest) enter(suspect bool) error {
	if !suspect || g.suspect {
		return nil
	}
	if !g.suspects.TryAcquire(1) {
		return g.noRoom()
	}
	if !g.stepAside() {
		g.suspects.Release(1)
		return g.noRoom()
	}
	g.suspect = true
	return nil
}

// leave makes room for another one.
func (g *guest) leave() {
	if g.suspect {
		g.suspects.Release(1)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.free {
		g.free = true
		g.kept.Add(-1)
	}
}

// mostDoublings bounds the pause of a feed that finds no room to between 16 and 32 seconds, which is
// as long as one of those inside may take.
const mostDoublings = 4

// noRoom puts the feed off, each time for twice as long: one that was refused several times is one of many.
func (g *guest) noRoom() error {
	pause := time.Second << min(max(g.delivery.Attempt-1, 0), mostDoublings)
	return bus.Postpone(pause+rand.N(pause), errors.New("enough feeds that fail or are slow are being fetched"))
}

// outlast lets the worker go on with another feed when what begins now takes long: a fetch, or the
// articles of a feed. Where there is no room and no other worker, giveWay is called at last, if there
// is one. back must be called at its end.
func (g *guest) outlast(giveWay func()) (back func()) {
	if g == nil {
		return func() {}
	}
	var mu sync.Mutex
	over, waited := false, 0
	mu.Lock()
	defer mu.Unlock()
	var timer *time.Timer
	timer = time.AfterFunc(soon, func() {
		mu.Lock()
		defer mu.Unlock()
		if over || g.stepAside() {
			return
		}
		if waited++; giveWay != nil && waited >= tooLong && g.kept.Load() >= int64(g.config.Concurrency) {
			giveWay()
			return
		}
		timer.Reset(soon) // others will be back
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		timer.Stop()
	}
}

// giveWay notes for all fetchers that the feed is slow, as it would have turned out, and puts it off: then
// it stands aside from the start.
func (r *round) giveWay(ctx context.Context) error {
	r.state.Slow = time.Now()
	if err := r.save(ctx, true); err != nil {
		return err
	}
	return r.guest.noRoom()
}
