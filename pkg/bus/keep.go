package bus

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// keepError is what Keep returns.
type keepError struct{ pause time.Duration }

// Keep is what a Handler returns to be given the same delivery again after a pause, by
// this process and with Kept one higher: nobody is told anything, and no worker waits.
// What Keepable does not allow, or no longer, is given back for as long, to anybody.
func Keep(pause time.Duration) error { return &keepError{pause} }

func (e *keepError) Error() string { return fmt.Sprintf("kept for %s", e.pause) }

// Keepable reports whether this process can keep the delivery for a pause: not longer than
// three quarters of AckWait, no more deliveries than the consumer's Keep, and only if
// the connection never went since it came.
func (d *Delivery) Keepable(pause time.Duration) bool { return d.keepable != nil && d.keepable(pause) }

// keeper has the deliveries that wait in this process for their next round. A session
// of the consumer has one of its own: what is kept is forgotten with it.
type keeper struct {
	runner *runner
	again  chan *taken     // those whose pause is over
	ended  <-chan struct{} // the session is

	mu     sync.Mutex
	kept   map[string]*taken // by subject
	closed bool
}

func newKeeper(r *runner, ended <-chan struct{}) *keeper {
	k := &keeper{runner: r, again: make(chan *taken), ended: ended, kept: map[string]*taken{}}
	k.show()
	return k
}

// The parts of AckWait for which a delivery may rest, and for which it is ours after a sign
// of life: these go on while it is kept, three in an AckWait, and a server that is slow
// to hear them has the rest of it.
func longestPause(ackWait time.Duration) time.Duration { return ackWait * 3 / 4 }
func lease(ackWait time.Duration) time.Duration        { return ackWait * 2 / 3 }

// sign is when the server was last told, or told us, that a delivery is ours.
type sign struct{ at atomic.Pointer[time.Time] }

func (s *sign) given() {
	now := time.Now()
	s.at.Store(&now)
}

// renew is given, but for one that came too late to count.
func (s *sign) renew(ackWait time.Duration) {
	if s.holds(ackWait) {
		s.given()
	}
}

func (s *sign) holds(ackWait time.Duration) bool { return s.age() <= lease(ackWait) }

// age is the time since then by whichever clock says more: one stands still while the
// machine sleeps, the other can be set back.
func (s *sign) age() time.Duration {
	now, at := time.Now(), *s.at.Load()
	return max(now.Sub(at), now.Round(0).Sub(at.Round(0)))
}

// allows reports whether a delivery may be kept for a pause.
func (k *keeper) allows(t *taken, pause time.Duration) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.open(t, pause)
}

func (k *keeper) open(t *taken, pause time.Duration) bool {
	r := k.runner
	return !k.closed && len(k.kept) < r.Keep && r.Workers > 1 && pause <= longestPause(r.AckWait) && k.ours(t)
}

// unbroken reports whether the connection stands that a delivery, or the last sign of its
// life, came and went by: otherwise the server may not have had that sign.
func (t *taken) unbroken(b *Bus) bool {
	select {
	case <-t.lost:
		return false
	default:
		return b.conn.IsConnected()
	}
}

// put keeps a delivery and its signs of life, unless it may not be.
func (k *keeper) put(t *taken, pause time.Duration) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.open(t, pause) {
		return false
	}
	k.leave(t.Subject)
	k.kept[t.Subject], t.until = t, time.Now().Add(pause)
	t.timer = time.AfterFunc(pause, func() {
		select {
		case k.again <- t:
		case <-time.After(k.runner.AckWait / 6): // all workers are busy: somebody else's may not be
			k.release(t)
		case <-k.ended:
		}
	})
	k.show()
	return true
}

// leave forgets what is kept of a subject: another message of it has come, or the same one
// once more.
func (k *keeper) leave(subject string) {
	if t := k.kept[subject]; t != nil {
		k.forget(t)
	}
}

func (k *keeper) replace(subject string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.leave(subject)
}

func (k *keeper) show() {
	if k.runner.Keep > 0 {
		k.runner.bus.metrics.kept.WithLabelValues(k.runner.Durable).Set(float64(len(k.kept)))
	}
}

// size is how many are kept.
func (k *keeper) size() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.kept)
}

// resume begins the next round of a delivery whose pause is over. It reports false for one
// that is no longer ours, or may not be.
func (k *keeper) resume(t *taken) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed || k.kept[t.Subject] != t {
		return false
	}
	delete(k.kept, t.Subject)
	k.show()
	if !k.ours(t) {
		t.rest()
		k.runner.count("lapsed")
		return false
	}
	t.Kept++
	return true
}

// ours reports whether nobody else can have a delivery. Its AckWait may have run out while
// the process stood still or the machine slept, or the server may not have had its signs.
// Then it is left alone and comes again by itself.
func (k *keeper) ours(t *taken) bool {
	return t.unbroken(k.runner.bus) && t.sign.holds(k.runner.AckWait)
}

// close forgets all that is kept. With tell it is given back, each for what is left of its
// pause; otherwise it comes again after AckWait.
func (k *keeper) close(tell bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	for _, t := range k.kept {
		k.forget(t)
		if tell {
			k.giveBack(t)
		}
	}
}

// release gives back a delivery for which no worker was free.
func (k *keeper) release(t *taken) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept[t.Subject] == t {
		k.forget(t)
		k.runner.count("lapsed")
		k.giveBack(t)
	}
}

// forget ends a delivery's pause and its signs of life.
func (k *keeper) forget(t *taken) {
	t.timer.Stop()
	t.rest()
	delete(k.kept, t.Subject)
	k.show()
}

// giveBack gives a delivery to anybody, for what is left of its pause.
func (k *keeper) giveBack(t *taken) {
	if k.ours(t) {
		k.runner.settle(t.Delivery, t.to.later(time.Until(t.until)))
	}
}
