package fetcher

import (
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
)

// guest is a delivery that may give its worker up.
type guest struct {
	*Service
	delivery *bus.Delivery
	suspect  bool // it has one of the places of those that failed or were slow lately
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
	if !g.delivery.StepAside() {
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
// articles of a feed. back must be called at its end.
func (g *guest) outlast() (back func()) {
	if g == nil {
		return func() {}
	}
	var mu sync.Mutex
	over := false
	mu.Lock()
	defer mu.Unlock()
	var timer *time.Timer
	timer = time.AfterFunc(soon, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over && !g.delivery.StepAside() { // others will be back
			timer.Reset(soon)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		timer.Stop()
	}
}
