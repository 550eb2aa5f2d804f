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

// due takes a feed whose hub is to be asked by now, if there is one.
func (s *subscriptions) due(now time.Time) (feed string, l later, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for feed, l := range s.later {
		if !now.Before(l.at) {
			delete(s.later, feed)
			return feed, l, true
		}
	}
	return "", later{}, false
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
	ticker := time.NewTicker(askLaterEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if err := s.askDue(ctx, time.Now()); err != nil && ctx.Err() == nil {
			s.logger.Warn("hubs that were put off could not be asked; the next polls of their feeds try again", "err", err)
		}
	}
}

// hubsAtOnce is how many hubs are asked side by side of what was put off.
const hubsAtOnce = 8

// askDue asks the hubs whose time has come, as long as the polls leave a turn: those of one hub one after
// the other, as it may be slow, and others meanwhile.
func (s *Service) askDue(ctx context.Context, now time.Time) error {
	hubs := map[string][]string{} // feeds
	asks := map[string]later{}
	for id, l, ok := s.subs.due(now); ok; id, l, ok = s.subs.due(now) {
		asks[id] = l
		hubs[l.offer[0].Hub] = append(hubs[l.offer[0].Hub], id)
	}
	var group errgroup.Group
	group.SetLimit(hubsAtOnce)
	failures := make([]error, len(hubs))
	at := 0
	for _, feeds := range hubs {
		failure := &failures[at]
		at++
		group.Go(func() error {
			for _, id := range feeds {
				*failure = errors.Join(*failure, s.askPut(ctx, id, asks[id]))
			}
			return nil
		})
	}
	group.Wait() //nolint:errcheck // each has its own
	return errors.Join(failures...)
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
