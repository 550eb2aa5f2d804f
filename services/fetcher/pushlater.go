package fetcher

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"faultline/services/fetcher/internal/push"
)

// A hub that there was no turn to ask is asked before the feed's next poll, which may be hours
// away. Only this process knows of it: should it end, that poll begins anew.

// later is a feed's hub that is to be asked.
type later struct {
	offer []push.Endpoint
	at    time.Time
}

// askLaterEvery is how often it is looked for what was put off.
const askLaterEvery = 15 * time.Second

func (s *subscriptions) putOff(feed string, l later) {
	if len(l.offer) == 0 { // the subscription ends: leave comes again by itself
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.later[feed] = l
}

// due takes the feeds whose hubs are to be asked by now, by hub. Those of a hub that is being asked yet stay.
func (s *subscriptions) due(now time.Time) map[string][]asking {
	s.mu.Lock()
	defer s.mu.Unlock()
	hubs := map[string][]asking{}
	for feed, l := range s.later {
		if hub := l.offer[0].Hub; !now.Before(l.at) && !s.busy[hub] {
			delete(s.later, feed)
			hubs[hub] = append(hubs[hub], asking{feed, l})
		}
	}
	return hubs
}

// asking is a feed whose hub is asked now.
type asking struct {
	feed string
	later
}

// engage notes whether a hub is being asked.
func (s *subscriptions) engage(hub string, busy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if busy {
		s.busy[hub] = true
	} else {
		delete(s.busy, hub)
	}
}

// postpone puts off what was planned because too many hubs are being asked. What
// was never stored is not now either: it is planned anew.
func (s *Service) postpone(ctx context.Context, feed string, offer []push.Endpoint, sub push.Subscription, revision uint64) error {
	sub.Postpone(time.Now(), mathrand.Float64())
	s.subs.putOff(feed, later{offer, sub.Next})
	if revision == 0 {
		return nil
	}
	return s.keep(ctx, feed, sub, revision)
}

// askPutOff asks the hubs that were put off, until ctx ends.
func (s *Service) askPutOff(ctx context.Context) error {
	if s.subs.base == "" {
		return nil
	}
	var hubs errgroup.Group
	hubs.SetLimit(hubsAtOnce)
	defer hubs.Wait() //nolint:errcheck // each has said its own
	ticker := time.NewTicker(askLaterEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		s.askDue(ctx, time.Now(), &hubs)
	}
}

// hubsAtOnce is how many hubs are asked side by side of what was put off.
const hubsAtOnce = 8

// askDue begins to ask the hubs whose time has come, as long as the polls leave a turn: for the feeds of one hub
// one after the other, as it may be slow. It waits for none.
func (s *Service) askDue(ctx context.Context, now time.Time, hubs *errgroup.Group) {
	for hub, feeds := range s.subs.due(now) {
		s.subs.engage(hub, true)
		begun := hubs.TryGo(func() error {
			defer s.subs.engage(hub, false)
			var failures []error
			for _, a := range feeds {
				failures = append(failures, s.askPut(ctx, a.feed, a.later))
			}
			err := errors.Join(failures...)
			if err != nil && ctx.Err() == nil {
				s.logger.Warn("hubs that were put off could not be asked; the next polls of their feeds try again", "err", err)
			}
			return err
		})
		if !begun {
			s.subs.engage(hub, false)
			for _, a := range feeds {
				s.subs.putOff(a.feed, a.later)
			}
		}
	}
}

// askPut asks the hub of one feed, or leaves it for later where there is no turn.
func (s *Service) askPut(ctx context.Context, id string, l later) error {
	if ctx.Err() != nil || !s.subs.asking.TryAcquire(1) {
		s.subs.putOff(id, l)
		return nil
	}
	s.subs.asking.Release(1) // pursue takes its own
	f, watched := s.feeds.Load().byID[id]
	if !watched {
		return nil
	}
	sub, revision, err := s.subscription(ctx, id)
	if err == nil {
		err = s.pursue(ctx, f, l.offer, sub, revision)
	}
	if err != nil {
		return fmt.Errorf("feed %s: %w", id, err)
	}
	return nil
}
