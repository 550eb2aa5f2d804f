package bus

import "sync"

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
