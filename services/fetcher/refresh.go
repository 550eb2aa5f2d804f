package fetcher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/services/fetcher/internal/state"
)

// Refreshed is a feed that somebody wants asked now.
type Refreshed struct {
	Feed string `json:"feed"`
	// At is when it will be asked, and Was when it would have been; both are zero for one
	// that is due or being asked, or that no fetcher watches.
	At  time.Time `json:"at,omitzero"`
	Was time.Time `json:"was,omitzero"`
	// Why says why it is not asked at once, or not at all.
	Why string `json:"why,omitempty"`
	// Unwatched is set when no fetcher on the bus watches it.
	Unwatched bool `json:"unwatched,omitempty"`
}

// Refresh brings the next poll of feeds forward on a bus on which fetchers run: to now, many
// of them spread over the shortest interval and by the budget of the settings, as at a first
// start. None is asked before the end of a pause that its server demanded, nor sooner than
// its poll.min after it was last read, or asked in vain. now is the time that the answers are meant at.
func Refresh(ctx context.Context, b *bus.Bus, settings config.Section, feeds []Listed) (all []Refreshed, now time.Time, err error) {
	c, err := readConfig(settings)
	if err != nil {
		return nil, now, err
	}
	states, err := b.Bucket(ctx, bus.FeedState)
	if err != nil {
		return nil, now, err
	}
	r := refresher{timers: b.Timers(bus.Poll), states: states}
	if r.keys, err = r.timers.Keys(ctx); err != nil {
		return nil, now, err
	}
	if r.now, err = r.timers.Now(ctx); err != nil { // it is the server's clock that fires tokens
		return nil, now, err
	}
	all = make([]Refreshed, len(feeds))
	pace := newPace(c.Budget)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readersOfTimers)
	for i := range feeds {
		turn := r.now
		if i > 0 {
			turn = turn.Add(pace.First(i, len(feeds), feeds[i].Poll.Min))
		}
		group.Go(func() error {
			one, err := r.refresh(ctx, feeds[i].Feed, turn)
			if err != nil {
				return fmt.Errorf("bringing the poll of %s forward: %w", feeds[i].ID, err)
			}
			all[i] = one
			return nil
		})
	}
	return all, r.now, group.Wait()
}

type refresher struct {
	timers *bus.Timers
	states *bus.Bucket
	keys   map[string]bool // of the feeds that have a token
	now    time.Time
}

// refresh has a feed asked at its turn, or as soon afterwards as may be.
func (r refresher) refresh(ctx context.Context, f Feed, turn time.Time) (Refreshed, error) {
	done := Refreshed{Feed: f.ID}
	if !r.keys[f.ID] {
		done.Why, done.Unwatched = "no fetcher watches it (yet): one takes a new feed over within a minute", true
		return done, nil
	}
	was, said, err := r.timers.Peek(ctx, f.ID)
	if err != nil {
		return done, err
	}
	if was.IsZero() {
		done.Why = "it is being asked, or is the next to be"
		return done, nil
	}
	st, err := r.state(ctx, f)
	if err != nil {
		return done, err
	}
	done.Was, done.At = was, turn
	later := func(at time.Time, why string) {
		if at.After(done.At) {
			done.At, done.Why = at, why
		}
	}
	polled := func(at time.Time, how string) {
		if !at.IsZero() {
			later(at.Add(f.Poll.Min), fmt.Sprintf("it was %s at %s, and its poll.min is %s", how, at.UTC().Format(time.TimeOnly), config.Duration(f.Poll.Min)))
		}
	}
	token := tokenSaying(said)
	polled(latest(st.Success, token.success), "read")
	polled(token.asked, "asked in vain")
	pause := "its server asked for a pause"
	if !st.Gone.IsZero() {
		pause = "its server says that it is gone for good"
	}
	later(r.now.Add(st.Asleep(r.now)), pause)
	if !done.At.Before(was) {
		done.At = was
		return done, nil
	}
	return done, r.timers.Advance(ctx, f.ID, done.At)
}

// state is what is known of a feed as it is configured; nothing of one that was never asked,
// or whose state is damaged.
func (r refresher) state(ctx context.Context, f Feed) (st state.State, err error) {
	entry, err := r.states.Get(ctx, f.ID)
	switch {
	case errors.Is(err, bus.ErrNotFound), errors.Is(err, bus.ErrDamaged):
		return st, nil
	case err != nil:
		return st, err
	}
	if st, err = state.Decode(entry.Value); err != nil {
		if errors.Is(err, state.ErrVersion) {
			return st, err
		}
		return state.State{}, nil
	}
	st.Adopt(f.URL, f.Fingerprint())
	return st, nil
}
