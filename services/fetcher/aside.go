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

// enter lets a feed that failed or was slow lately in among a bounded number of such. It stands aside
// from the start, so that however many there are, they keep no worker from the others; half of the
// places aside are left to those that nobody suspected.
func (r *round) enter() (leave func(), err error) {
	if r.state.Failures == 0 && !r.state.IsSlow(r.now) {
		return func() {}, nil
	}
	if !r.suspects.TryAcquire(1) {
		return nil, noRoom()
	}
	if !r.delivery.StepAside() {
		r.suspects.Release(1)
		return nil, noRoom()
	}
	return func() { r.suspects.Release(1) }, nil
}

func noRoom() error {
	return bus.Postpone(time.Second+rand.N(2*time.Second), errors.New("enough feeds that fail or are slow are being fetched"))
}

// outlast lets the worker go on with another feed when what begins now takes long: a fetch, or the
// articles of a feed. back must be called at its end.
func (r *round) outlast() (back func()) {
	if r.delivery == nil {
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
		if !over && !r.delivery.StepAside() { // others will be back
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
