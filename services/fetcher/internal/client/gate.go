package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/sync/semaphore"
)

// Busy says that a host has enough requests already, which then was not asked, or, without a
// Host, that documents take all the memory that there is for them. The feed's turn comes when
// Retry has passed.
type Busy struct {
	Host  string
	Retry time.Duration
}

func (b *Busy) Error() string {
	if b.Host == "" {
		return "documents take all of fetcher.byte_budget"
	}
	return fmt.Sprintf("host %s is busy", b.Host)
}

// ErrGiveWay ends, as the cause of its context, a fetch whose place others need. One that waits for
// something of ours then is Busy: its outlet has nothing to do with it.
var ErrGiveWay = errors.New("others need its place")

// toldToEnd says why who waits for something of ours is to end, other than for the time that it takes.
func toldToEnd(ctx context.Context) error {
	cause := context.Cause(ctx)
	if cause == nil || errors.Is(cause, context.DeadlineExceeded) || errors.Is(cause, ErrGiveWay) {
		return nil
	}
	return wrap(cause)
}

// gate limits how many requests one host gets at once, and how soon after one
// another.
type gate struct {
	limit   int64
	spacing time.Duration
	mu      sync.Mutex
	hosts   map[string]*host
}

type host struct {
	slots *semaphore.Weighted
	// first is the slot that is taken before any other: a host that answers fast
	// needs no second connection.
	first *semaphore.Weighted
	// suspects keeps feeds that failed lately from taking the last slot: two
	// feeds that hang must not stop their neighbours.
	suspects *semaphore.Weighted
	next     time.Time // when the next request may start
	done     time.Time // when one last ended
	users    int       // running and waiting
}

func newGate(limit int, spacing time.Duration) *gate {
	return &gate{limit: int64(limit), spacing: spacing, hosts: map[string]*host{}}
}

// sweepAt is the number of hosts from which idle ones are forgotten.
const sweepAt = 1024

// acquire waits for a turn at the host, at most for patience or until the time of ctx is
// over; then it returns Busy, as the host was not even asked. The caller calls release when
// its request is done.
func (g *gate) acquire(ctx context.Context, name string, suspect bool, patience time.Duration) (release func(), err error) {
	name = canonical(name)
	h, ok := g.enter(name)
	if !ok {
		return nil, g.busy(name, h)
	}
	if release, ok = g.atOnce(ctx, h, suspect); ok {
		return release, nil
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	release, ok = g.take(waiting, h, suspect)
	if ok && g.pause(waiting, h) {
		return release, nil
	}
	if ok {
		release()
	} else {
		g.leave(h, false)
	}
	if err := toldToEnd(ctx); err != nil {
		return nil, err
	}
	return nil, g.busy(name, h)
}

// atOnce takes the turn of a host that nobody asks and whose pause is over, which is what most
// fetches find, without the means to wait.
func (g *gate) atOnce(ctx context.Context, h *host, suspect bool) (release func(), ok bool) {
	lane := h.first
	if suspect {
		lane = h.suspects
	}
	if ctx.Err() != nil || !lane.TryAcquire(1) {
		return nil, false
	}
	if !h.slots.TryAcquire(1) {
		lane.Release(1)
		return nil, false
	}
	if !g.start(h) {
		h.slots.Release(1)
		lane.Release(1)
		return nil, false
	}
	return func() {
		h.slots.Release(1)
		lane.Release(1)
		g.leave(h, true)
	}, true
}

// start begins a request now, if the pause since the last one is over.
func (g *gate) start(h *host) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if h.next.After(now) {
		return false
	}
	h.next = now.Add(g.spacing)
	return true
}

// canonical is the one name of a host that has several spellings: in capitals, with the
// point of the root, in Unicode or in the letters of ASCII (RFC 5891).
func canonical(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if ascii(host) && !strings.Contains(host, "xn--") {
		return host
	}
	if name, err := idna.Lookup.ToASCII(host); err == nil {
		return name
	}
	return host // an IPv6 address, or a name that only its own server takes for one
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// busy spreads the next attempts, so that those who wait do not come back
// together: soon when the host is only busy, later when it does not answer.
func (g *gate) busy(name string, h *host) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(h.done) < time.Second {
		return &Busy{Host: name, Retry: 200*time.Millisecond + rand.N(400*time.Millisecond)}
	}
	return &Busy{Host: name, Retry: time.Second + rand.N(2*time.Second)}
}

// enter counts the caller in, unless so many wait that its turn is far away.
func (g *gate) enter(name string) (*host, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.hosts[name]
	if h == nil {
		g.sweep()
		h = &host{slots: semaphore.NewWeighted(g.limit), first: semaphore.NewWeighted(1), suspects: semaphore.NewWeighted(max(1, g.limit-1))}
		g.hosts[name] = h
	}
	if h.users >= int(4*g.limit) {
		return h, false
	}
	h.users++
	return h, true
}

func (g *gate) leave(h *host, done bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h.users--
	if done {
		h.done = time.Now()
	}
}

func (g *gate) sweep() {
	if len(g.hosts) < sweepAt {
		return
	}
	now := time.Now()
	for name, h := range g.hosts {
		if h.users == 0 && now.After(h.next) {
			delete(g.hosts, name)
		}
	}
}

// alone is how long a request may take before another one goes beside it.
const alone = 200 * time.Millisecond

func (g *gate) take(ctx context.Context, h *host, suspect bool) (release func(), ok bool) {
	free, ok := h.queue(ctx, suspect)
	if !ok {
		return nil, false
	}
	if h.slots.Acquire(ctx, 1) != nil {
		free()
		return nil, false
	}
	return func() {
		h.slots.Release(1)
		free()
		g.leave(h, true)
	}, true
}

// queue waits until a request may ask for a slot: one of a suspect until not all
// slots are suspects', another for a while until it is alone.
func (h *host) queue(ctx context.Context, suspect bool) (free func(), ok bool) {
	if suspect {
		return func() { h.suspects.Release(1) }, h.suspects.Acquire(ctx, 1) == nil
	}
	if h.first.TryAcquire(1) {
		return func() { h.first.Release(1) }, true
	}
	waiting, cancel := context.WithTimeout(ctx, alone)
	defer cancel()
	if h.first.Acquire(waiting, 1) != nil {
		return func() {}, true // beside one that takes long
	}
	return func() { h.first.Release(1) }, true
}

// pause keeps the spacing between two starts. It reports false when the turn
// would come after ctx ends, and then takes none.
func (g *gate) pause(ctx context.Context, h *host) bool {
	g.mu.Lock()
	now := time.Now()
	start := now
	if h.next.After(now) {
		start = h.next
	}
	deadline, limited := ctx.Deadline()
	if limited && start.After(deadline) {
		g.mu.Unlock()
		return false
	}
	h.next = start.Add(g.spacing)
	g.mu.Unlock()
	if start.Equal(now) {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(start.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
