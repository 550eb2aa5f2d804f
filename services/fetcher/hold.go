package fetcher

import (
	"context"
	"fmt"
	"time"

	"faultline/pkg/bus"
)

const (
	// holdPolls is how many polls in a row a fetcher makes on one token; then all of them
	// may take it, those that have just started as well.
	holdPolls = 8
	// maxHeld is how many tokens a process holds at most: of the feeds that it can ask
	// in time with the default concurrency, and some fifty processes stay below maxPending.
	maxHeld = 2000
)

// pass sees to the feed's next poll, once all that this one brought is durable: with the
// same token, which stays unacknowledged in this process meanwhile, or with the next one.
func (r *round) pass(ctx context.Context, d *bus.Delivery) error {
	if r.mayHold(d) {
		d.Data = r.issue()
		return bus.Keep(r.wait)
	}
	if err := r.reissue(ctx, d, time.Now().Add(r.wait+r.ahead)); err != nil {
		return fmt.Errorf("scheduling the next poll of %s: %w", r.feed.ID, err)
	}
	return nil
}

// reissue schedules the next token. One that was held may have lost its place to another
// meanwhile.
func (r *round) reissue(ctx context.Context, d *bus.Delivery, at time.Time) error {
	if d.Kept == 0 {
		return r.timers.Schedule(ctx, r.feed.ID, at, r.issue())
	}
	renewed, err := r.timers.Renew(ctx, r.feed.ID, at, r.issue(), d)
	if err == nil && !renewed {
		r.logger.Debug("dropping a token that was held while another took its place", "feed", r.feed.ID)
	}
	return err
}

// mayHold reports whether the fetcher asks the feed again without giving the token out
// of its hands. Whoever brings polls forward finds no schedule then: so a feed that a hub
// pushes, or may, is not held; others are asked soon anyway. Nor is one that fails, whose
// next poll is far off, nor a token that came again: something went wrong with it.
func (r *round) mayHold(d *bus.Delivery) bool {
	hub := r.subs.base != "" && len(r.state.Offer) > 0 || r.subs.last(r.feed.ID).State != ""
	return d.Attempt == 1 && d.Kept < holdPolls-1 && r.state.Class == "" && r.state.Gone.IsZero() && !hub && d.Keepable(r.wait)
}
