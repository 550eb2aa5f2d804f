package deliver

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"faultline/pkg/bus"
	"faultline/services/alerter/internal/notify"
)

const (
	// maxRelayed is how many notifications that wait are sent in one go, but for critical ones; of maxSearched
	// is chosen when the channel may be back.
	maxRelayed, maxSearched = 64, 500
	// finish is how long a lane that is told to end goes on with those, which would
	// come again out of order.
	finish = 2 * time.Second
)

var (
	errAway  = errors.New("the channel did not take the one before")
	errTurns = errors.New("what is critical went first")
)

// relay sends to a channel that machines read what waits for it, each notification by
// itself, those of critical incidents first.
func (l *lane) relay(ctx context.Context, d *bus.Delivery, first *try, more func(int) []*bus.Delivery) []error {
	deliveries, tries := []*bus.Delivery{d}, []*try{first}
	came := more(l.besides(d))
	deliveries, tries = append(deliveries, came...), append(tries, l.lookAtAll(ctx, came)...)
	l.inHand = tries
	defer func() { l.inHand = nil }()
	c := chain{lane: l, conclude: func() {}}
	order, limit := l.line(tries)
	for place, i := range order {
		switch t := tries[i]; {
		case t.over:
		case l.tooOld(deliveries[i]) && !c.ended():
			l.begin(ctx, deliveries[i], t)
		case place < limit:
			c.send(ctx, deliveries[i], t)
		default:
			t.end(cmp.Or(c.away, bus.Postpone(time.Millisecond, errTurns)))
		}
	}
	c.conclude()
	return ends(tries)
}

// besides is how many notifications are to be taken besides one: what waits, as far as the server has not
// handed it out yet. What was put off it does not count, so that it is asked for blindly once there may be some.
func (l *lane) besides(d *bus.Delivery) int {
	switch {
	case l.failures > 0:
		return maxSearched - 1
	case d.Attempt > 1:
		return maxRelayed - 1
	default:
		return int(min(d.Pending, maxRelayed-1))
	}
}

// backIn is for how long what waits is put off while the channel is left alone: it must be there
// when that is over, so that what is most urgent of it can go first.
func backIn(wait time.Duration) time.Duration { return wait / 2 }

// chain sends one try after another.
type chain struct {
	*lane
	conclude func()    // writes down how the one before ended
	told     time.Time // when the lane was seen to be told to end
	away     error     // why no more is sent
}

// send sends a try. That the one before was sent is written down together with that this
// one is about to be: a crash leaves one in doubt.
func (c *chain) send(ctx context.Context, d *bus.Delivery, t *try) {
	switch wait := c.rest(); {
	case c.away != nil:
	case c.ended():
		c.away = bus.Postpone(time.Millisecond, errStopping)
	case wait > 0: // as another process was told
		c.away = bus.Postpone(backIn(wait), errAway)
	}
	if c.away != nil {
		t.end(c.away)
		return
	}
	steps := []func(){c.conclude, func() { c.begin(ctx, d, t) }}
	together(len(steps), func(i int) { steps[i]() })
	c.conclude = func() {}
	if t.over {
		return
	}
	result, wait := c.attempt(ctx, t)
	if wait > 0 { // what is refused for good says nothing of the others
		c.away = bus.Postpone(backIn(wait), errAway)
	}
	own := 2 * c.stuck.pause(t.n.ID, c.pool.MaxPause)
	c.conclude = func() { t.end(c.lane.conclude(ctx, t, result, max(wait, own))) }
}

// attempt transmits a try. One that fails alone is no sign that the channel is away, for which the others would
// have to wait longer and longer.
func (c *chain) attempt(ctx context.Context, t *try) (notify.Result, time.Duration) {
	id, failures := t.n.ID, c.failures
	alone := c.stuck[id].alone
	if alone {
		c.failures = 0
	}
	result, wait := c.transmit(ctx, []*try{t})
	switch {
	case result.Outcome == notify.Sent:
		c.stuck.took(id)
	case wait == 0:
		c.stuck.over(id)
	default:
		if c.stuck.failed(id); alone {
			c.failures = failures
		}
	}
	return result, wait
}

// ended reports whether the lane was told to end, and the time to finish is over.
func (c *chain) ended() bool {
	select {
	case <-c.stopping:
		if c.told.IsZero() {
			c.told = time.Now()
		}
		return time.Since(c.told) > finish
	default:
		return false
	}
}

// criticalFirst is the order in which tries are sent: those of critical incidents, and what
// came before about the same ones, go ahead of the others. Else the older goes first.
func criticalFirst(tries []*try) (order []int, ahead int) {
	byAge := make([]int, len(tries))
	for i := range byAge {
		byAge[i] = i
	}
	slices.SortStableFunc(byAge, func(a, b int) int { return cmp.Compare(tries[a].sequence, tries[b].sequence) })
	goes, about := make([]bool, len(tries)), map[string]bool{}
	for _, i := range slices.Backward(byAge) {
		t := tries[i]
		goes[i] = t.critical()
		for _, a := range t.n.Alerts {
			goes[i] = goes[i] || about[a.Incident]
		}
		for _, a := range t.n.Alerts {
			about[a.Incident] = about[a.Incident] || goes[i]
		}
	}
	for _, first := range []bool{true, false} {
		for _, i := range byAge {
			if goes[i] == first {
				order = append(order, i)
			}
		}
		if first {
			ahead = len(order)
		}
	}
	return order, ahead
}
