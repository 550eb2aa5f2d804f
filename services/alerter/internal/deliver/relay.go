package deliver

import (
	"context"
	"errors"
	"slices"
	"time"

	"faultline/pkg/bus"
)

const (
	// maxRelayed is how many notifications that wait are taken in one go.
	maxRelayed = 64
	// finish is how long a lane that is told to end goes on with those, which would
	// come again out of order.
	finish = 2 * time.Second
)

var errAway = errors.New("the channel did not take the one before")

// relay sends to a channel that machines read what waits for it, each notification by
// itself, those of critical incidents first.
func (l *lane) relay(ctx context.Context, d *bus.Delivery, first *try, more func(int) []*bus.Delivery) []error {
	deliveries, tries := []*bus.Delivery{d}, []*try{first}
	if l.failures == 0 {
		came := more(int(min(d.Pending, maxRelayed-1)))
		deliveries, tries = append(deliveries, came...), append(tries, l.lookAtAll(ctx, came)...)
	}
	c := chain{lane: l, conclude: func() {}}
	for _, i := range criticalFirst(tries) {
		if t := tries[i]; !t.over {
			c.send(ctx, deliveries[i], t)
		}
	}
	c.conclude()
	return ends(tries)
}

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
		c.away = bus.Postpone(wait, errAway)
	}
	if c.away != nil {
		c.behind++
		t.end(c.away)
		return
	}
	steps := []func(){c.conclude, func() { c.begin(ctx, d, t) }}
	together(len(steps), func(i int) { steps[i]() })
	c.conclude = func() {}
	if t.over {
		return
	}
	result, wait := c.transmit(ctx, []*try{t})
	c.conclude = func() { t.end(c.lane.conclude(ctx, t, result, wait)) }
	if c.failures > 0 {
		c.away = bus.Postpone(wait, errAway)
	}
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
// came before about the same ones, go before the others.
func criticalFirst(tries []*try) (order []int) {
	ahead, about := make([]bool, len(tries)), map[string]bool{}
	for i, t := range slices.Backward(tries) {
		ahead[i] = t.critical()
		for _, a := range t.n.Alerts {
			ahead[i] = ahead[i] || about[a.Incident]
		}
		for _, a := range t.n.Alerts {
			about[a.Incident] = about[a.Incident] || ahead[i]
		}
	}
	for _, first := range []bool{true, false} {
		for i := range tries {
			if ahead[i] == first {
				order = append(order, i)
			}
		}
	}
	return order
}
