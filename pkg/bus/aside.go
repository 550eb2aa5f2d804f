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
	of         *Delivery
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
		p.standby.put(p.of, true)
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
		p.standby.put(p.of, false)
		p.runner.aside.Release(1)
		p.bus.metrics.aside.WithLabelValues(p.Durable).Dec()
	}
	return p.left
}

// again is after how long a delivery comes again whose handler stands aside.
const again = time.Second

// errInHand is of such a delivery.
var errInHand = errors.New("it is being handled")

// standby knows which messages are handled by who stands aside.
type standby struct {
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

func (s *standby) put(d *Delivery, there bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !there {
		delete(s.all, d.message())
		return
	}
	if s.all == nil {
		s.all = map[message]struct{}{}
	}
	s.all[d.message()] = struct{}{}
}

func (s *standby) has(d *Delivery) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, there := s.all[d.message()]
	return there
}
