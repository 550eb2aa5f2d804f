package fetcher

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/bus"
)

// clock says what time it is, and how much of it passed.
type clock func() reading

// reading is one look at a clock.
type reading struct {
	told   time.Time     // the time of day, as the machine was told it
	passed time.Duration // since the process began; a sleep of the machine does not count
}

// machine is the clock of this machine.
func machine() clock {
	began := time.Now()
	return func() reading {
		now := time.Now()
		return reading{now.Round(0), now.Sub(began)} // without the monotonic part, and by it
	}
}

// setForward is by how much the clock went on since the reading before while no time
// passed: it was set forward, or the machine slept. It is negative when it was set back.
func (r reading) setForward(before reading) time.Duration {
	return r.told.Sub(before.told) - (r.passed - before.passed)
}

// leap is by how much a clock must be set to be worth a word and a poll of all
// feeds: time servers correct less than this without a jump.
const leap = 10 * time.Second

// mindClock brings all polls forward if the machine's clock was set back, which is
// what a negative forward says. Tokens wait for a time of day, and all feeds would be
// silent until the clock says again what it said before.
func (s *Service) mindClock(ctx context.Context, forward time.Duration) error {
	if forward > -leap {
		return nil
	}
	s.logger.Warn("this machine's clock was set back; all feeds are asked soon, and not when it says again what it said before", "by", (-forward).Round(time.Second))
	return s.hastenAll(ctx, s.feeds.Load())
}

// hastenAll brings the polls of feeds forward, spread as those of new feeds are.
func (s *Service) hastenAll(ctx context.Context, feeds *set) error {
	now := time.Now()
	group, advancing := errgroup.WithContext(ctx)
	group.SetLimit(issuers)
	for _, f := range feeds.active {
		at := now.Add(s.turn(feeds, f))
		group.Go(func() error { return s.timers.Advance(advancing, f.ID, at) })
	}
	return group.Wait()
}

// turn is when a feed is asked where all are asked anew: as at a first start those of
// watched regions first, and no more at once than the budget allows.
func (s *Service) turn(feeds *set, f Feed) time.Duration {
	return s.pace.First(feeds.place[f.ID], len(feeds.active), f.Poll.Min)
}

// awake knows since when this process takes tokens: since it took the first one, or the
// first one after its clock was set, its machine slept, or it was cut off from the server.
type awake struct {
	mu         sync.Mutex
	last       reading
	reconnects uint64    // of the connection until then
	since      time.Time // by the server's clock
}

// at notes that a token is taken now, after so many reconnects, and returns since when they are. The
// server is asked for the time when there was none, or it is no longer true.
func (a *awake) at(now reading, reconnects uint64, server func() (time.Time, error)) (since time.Time, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.since.IsZero() || now.setForward(a.last).Abs() > leap || reconnects != a.reconnects {
		if a.since, err = server(); err != nil {
			return time.Time{}, err
		}
	}
	a.last, a.reconnects = now, reconnects
	return a.since, nil
}

const (
	// overdue is by how much a token may be late before its feed waits for its turn: a
	// restart takes less, and what little comes due meanwhile is asked at once.
	overdue = time.Minute
	// maxPutOff is how often in a row a feed is put off: a server that is always late
	// must not keep it from being asked.
	maxPutOff = 3
)

// waited is for how long nobody took a token that should have been taken: the server
// fired it late, because it was down, slept or had its clock set forward; or it was
// fired while no fetcher ran, or this one's machine slept or had no connection. What was to be asked at once
// waits for nothing.
func (s *Service) waited(ctx context.Context, d *bus.Delivery) (time.Duration, error) {
	since, err := s.awake.at(s.clock(), s.bus.Reconnects(), func() (time.Time, error) { return s.timers.Now(ctx) })
	if err != nil || d.Due.IsZero() {
		return 0, err
	}
	return max(d.Late(), since.Sub(d.Published)), nil
}

// spread gives a feed that is overdue another time for its poll, its turn among all
// feeds: whatever makes one overdue does so to most, and they would be asked at once.
// Any number of fetchers do so without a word to one another, each for the tokens it has.
func (s *Service) spread(ctx context.Context, feeds *set, f Feed, d *bus.Delivery) (later bool, err error) {
	waited, err := s.waited(ctx, d)
	t := tokenOf(d)
	if err != nil || waited < s.overdue || t.putOff >= maxPutOff {
		return false, err
	}
	t.putOff++
	now := time.Now()
	if err := s.timers.Schedule(ctx, f.ID, now.Add(s.turn(feeds, f)+ahead(d, now)), t.encode()); err != nil {
		return false, fmt.Errorf("putting off the poll of %s: %w", f.ID, err)
	}
	s.putOff.Add(1)
	return true, nil
}

// sayPutOff says once for all of them that feeds were put off.
func (s *Service) sayPutOff() {
	if n := s.putOff.Swap(0); n > 0 {
		s.logger.Info("polls were overdue, as after a stop of NATS or of all fetchers, a lost connection between them, a sleep of the machine or a clock that was set forward; the feeds are asked one after the other", "feeds", n)
	}
}

// ahead is by how much the clock of the server that fires tokens is ahead of this
// machine's, as far as a token tells that came after it was fired: what is scheduled in
// the server's past is due at once, again and again.
func ahead(d *bus.Delivery, came time.Time) time.Duration { return max(0, d.Published.Sub(came)) }
