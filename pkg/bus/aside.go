package bus

import (
	"errors"
	"sync"
	"time"
)

// place is that of a delivery among those that are handled.
type place struct {
	*runner
	another    func() // begins a worker in its place
	mu         sync.Mutex
	left, over bool
}

// stay is for who cannot leave.
func stay() bool { return false }

// leave gives the place to another worker, while there is room aside. Who is done has none.
func (p *place) leave() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.left && !p.over && p.runner.aside.TryAcquire(1) {
		p.left = true
		p.bus.metrics.aside.WithLabelValues(p.Durable).Inc()
		p.another()
	}
	return p.left || p.over
}

// end reports whether another worker has the place.
func (p *place) end() (left bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	if p.left {
		p.runner.aside.Release(1)
		p.bus.metrics.aside.WithLabelValues(p.Durable).Dec()
	}
	return p.left
}

// again is after how long a delivery comes again that is in somebody's hands.
const again = time.Second

// errInHand is of such a delivery.
var errInHand = errors.New("it is being handled")

// hands knows which messages are being handled.
type hands struct {
	mu  sync.Mutex
	all map[message]struct{}
}

// message is the place of one in its stream, and when it was stored there: a stream that is made anew
// counts from the beginning.
type message struct {
	sequence uint64
	stored   int64
}

func (d *Delivery) message() message { return message{d.Sequence, d.Published.UnixNano()} }

// take reports whether nobody has the message of the delivery, who then has it.
func (h *hands) take(d *Delivery) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, there := h.all[d.message()]; there {
		return false
	}
	if h.all == nil {
		h.all = map[message]struct{}{}
	}
	h.all[d.message()] = struct{}{}
	return true
}

// drop lets the message of a delivery go.
func (h *hands) drop(d *Delivery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.all, d.message())
}
