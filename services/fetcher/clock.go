package fetcher

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/bus"
)

// setBack is by how much a clock must be set back to be worth a word and a poll of
// all feeds: time servers correct less than this without a jump.
const setBack = 10 * time.Second

// mindClock brings all polls forward if the machine's clock was set back, which told
// says has moved so far while this time has passed. Tokens wait for a time of day,
// and all feeds would be silent until the clock says again what it said before.
func (s *Service) mindClock(ctx context.Context, passed, told time.Duration) error {
	by := passed - told
	if by < setBack {
		return nil
	}
	s.logger.Warn("this machine's clock was set back; all feeds are asked soon, and not when it says again what it said before", "by", by.Round(time.Second))
	return s.hastenAll(ctx, s.feeds.Load().active)
}

// hastenAll brings the polls of feeds forward, spread as those of new feeds are.
func (s *Service) hastenAll(ctx context.Context, feeds []Feed) error {
	now := time.Now()
	group, advancing := errgroup.WithContext(ctx)
	group.SetLimit(issuers)
	for i, f := range feeds {
		at := now.Add(s.pace.First(i, len(feeds), f.Poll.Min))
		group.Go(func() error { return s.timers.Advance(advancing, f.ID, at, nil) })
	}
	return group.Wait()
}

// ahead is by how much the clock of the server that fires tokens is ahead of this
// machine's, as far as a token tells that came after it was fired: what is scheduled in
// the server's past is due at once, again and again.
func ahead(d *bus.Delivery, came time.Time) time.Duration { return max(0, d.Published.Sub(came)) }
