package client

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// bank lends the memory in which documents are read. A reader borrows what it needs as its
// document grows, and gives all of it back at the end: so a document that trickles in holds
// what came of it, and not what it could become. Readers that each wait for more while they
// hold some would wait for each other for ever; the banker's algorithm (E. W. Dijkstra,
// EWD 623) lends only as long as all could come to their end one after the other, were each to
// become as large as it may.
type bank struct {
	mu      sync.Mutex
	free    amount
	little  int64              // of a suspect's document, see amount
	lent    map[*loan]struct{} // those that hold something
	waiting []*loan
	left    []*loan // room for safe
}

// amount is what a reader holds or lacks: bytes; bytes of documents of suspects, but of each only
// the first little; and suspects whose document is larger than that. Of the last two there is
// less, so that feeds which are slow or fail leave room for the others.
type amount [3]int64

func (a amount) plus(b amount) amount  { return amount{a[0] + b[0], a[1] + b[1], a[2] + b[2]} }
func (a amount) minus(b amount) amount { return amount{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }
func (a amount) covers(b amount) bool  { return a[0] >= b[0] && a[1] >= b[1] && a[2] >= b[2] }

// newBank returns a bank of so many bytes. Suspects have a quarter of them for small documents
// and beside it one large one, of more than an eighth of that.
func newBank(bytes int64) *bank {
	return &bank{free: amount{bytes, bytes / 4, 1}, little: bytes / 32, lent: map[*loan]struct{}{}}
}

// loan is what one reader holds. It is the reader's own but for what the bank does with it.
type loan struct {
	bank    *bank
	most    int64 // that it can become, at most the bank's bytes
	suspect bool
	// patience is how long it waits each time, on which clock stands still.
	patience time.Duration
	clock    *clock
	held     int64
	wanted   int64
	granted  chan struct{}
}

// of is what a document of this size takes.
func (l *loan) of(size int64) amount {
	switch {
	case !l.suspect:
		return amount{size}
	case size > l.bank.little:
		return amount{size, l.bank.little, 1}
	}
	return amount{size, size}
}

// grow makes the loan that large. It waits for others where it must, and returns Busy when that
// takes longer than patience or the time of ctx.
func (l *loan) grow(ctx context.Context, size int64) error {
	if !l.bank.request(l, size) {
		l.clock.halt()
		defer l.clock.resume()
		if err := l.wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// wait waits until what was requested is granted.
func (l *loan) wait(ctx context.Context) error {
	timer := time.NewTimer(l.patience)
	defer timer.Stop()
	select {
	case <-l.granted:
		return nil
	case <-timer.C:
	case <-ctx.Done():
	}
	if !l.bank.withdraw(l) { // it came after all
		return nil
	}
	if err := toldToEnd(ctx); err != nil {
		return err
	}
	return &Busy{Retry: time.Second + rand.N(2*time.Second)}
}

// request lends at once or puts the loan in line.
func (b *bank) request(l *loan, size int64) (lent bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l.wanted = size; b.safe(l) {
		b.lend(l)
		return true
	}
	l.granted = make(chan struct{})
	b.waiting = append(b.waiting, l)
	return false
}

// withdraw takes the loan out of line and reports whether it was there.
func (b *bank) withdraw(l *loan) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := slices.Index(b.waiting, l)
	if at < 0 {
		return false
	}
	b.waiting = slices.Delete(b.waiting, at, at+1)
	return true
}

func (b *bank) lend(l *loan) {
	b.free = b.free.plus(l.of(l.held)).minus(l.of(l.wanted))
	l.held = l.wanted
	b.lent[l] = struct{}{}
}

// repay gives everything back, which those in line then get, the first one first: one behind it
// only what does not keep it from its end.
func (l *loan) repay() {
	b := l.bank
	b.mu.Lock()
	defer b.mu.Unlock()
	if l.held == 0 {
		return
	}
	b.free = b.free.plus(l.of(l.held))
	l.held = 0
	delete(b.lent, l)
	b.waiting = slices.DeleteFunc(b.waiting, func(w *loan) bool {
		granted := b.safe(w)
		if granted {
			b.lend(w)
			close(w.granted)
		}
		return granted
	})
}

// safe reports whether, were this loan granted what it wants, all that hold something could still
// come to their end one after the other.
func (b *bank) safe(l *loan) bool {
	free := b.free.plus(l.of(l.held)).minus(l.of(l.wanted))
	if !free.covers(amount{}) {
		return false
	}
	left := append(b.left[:0], l)
	for other := range b.lent {
		if other != l {
			left = append(left, other)
		}
	}
	b.left = left
	for len(left) > 0 {
		stuck := left[:0]
		for _, x := range left {
			held := x.held
			if x == l {
				held = l.wanted
			}
			if free.covers(x.of(x.most).minus(x.of(held))) {
				free = free.plus(x.of(held))
			} else {
				stuck = append(stuck, x)
			}
		}
		if len(stuck) == len(left) {
			return false
		}
		left = stuck
	}
	return true
}
