package fetcher

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/offer"
	"faultline/services/fetcher/internal/push"
)

// callbacks is the path under which hubs reach us: all of it, and nothing else,
// may be open to the world.
const callbacks = "/push/"

// subscriptions are those of all feeds with hubs. They live in a bucket of their
// own, so that looking after one writes nothing to the state of its feed.
type subscriptions struct {
	bucket *bus.Bucket
	base   string // of callbacks; empty when feeds are only polled
	// asking bounds the workers that wait for hubs.
	asking *semaphore.Weighted
	edited chan struct{} // wakes whoever leaves those of removed feeds

	mu   sync.Mutex
	seen map[string]push.Subscription // as this process last saw them
	said map[string]time.Time         // when something was last said

	later map[string]later // by feed: whose hub there was no turn to ask
	busy  map[string]bool  // hubs that are being asked of what was put off
}

func openSubscriptions(ctx context.Context, o Options, c Config) (*subscriptions, error) {
	s := &subscriptions{
		asking: semaphore.NewWeighted(max(1, int64(c.Concurrency)/4)), edited: make(chan struct{}, 1),
		seen: map[string]push.Subscription{}, said: map[string]time.Time{}, later: map[string]later{}, busy: map[string]bool{},
	}
	switch {
	case !c.Push:
	case o.ExternalURL == "" || o.Mux == nil:
		o.Logger.Info("feeds are only polled: hubs can push them once web.external_url says where this process is reached")
	default:
		s.base = strings.TrimSuffix(o.ExternalURL, "/") + callbacks
	}
	var err error
	s.bucket, err = o.Bus.Bucket(ctx, bus.Subscriptions)
	return s, err
}

func (s *subscriptions) wake() {
	select {
	case s.edited <- struct{}{}:
	default: // it is awake already
	}
}

func (s *subscriptions) last(feed string) push.Subscription {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[feed]
}

func (s *subscriptions) forget(feed string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seen, feed)
}

// maySay reports whether a line of this kind was not written within the hour.
func (s *subscriptions) maySay(line string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if now.Sub(s.said[line]) < time.Hour {
		return false
	}
	for line, at := range s.said {
		if now.Sub(at) >= time.Hour {
			delete(s.said, line)
		}
	}
	s.said[line] = now
	return true
}

// subscription reads that of a feed; the zero value is none.
func (s *Service) subscription(ctx context.Context, feed string) (push.Subscription, uint64, error) {
	entry, err := s.subs.bucket.Get(ctx, feed)
	if errors.Is(err, bus.ErrNotFound) {
		s.sawSubscription(feed, push.Subscription{})
		return push.Subscription{}, 0, nil
	}
	if err != nil && !errors.Is(err, bus.ErrDamaged) {
		return push.Subscription{}, 0, err
	}
	var sub push.Subscription
	if err == nil {
		sub, err = push.Decode(entry.Value)
	}
	if errors.Is(err, push.ErrVersion) {
		return push.Subscription{}, 0, err
	}
	if err != nil {
		s.logger.Error("the stored subscription of the feed is damaged; it is made anew", "feed", feed, "err", err)
	}
	s.sawSubscription(feed, sub)
	return sub, entry.Revision, nil
}

// sawSubscription notes how a subscription is. That of a feed that is not
// watched any more leaves no trace.
func (s *Service) sawSubscription(feed string, sub push.Subscription) {
	if _, watched := s.feeds.Load().byID[feed]; !watched {
		sub = push.Subscription{}
	}
	s.subs.mu.Lock()
	defer s.subs.mu.Unlock()
	if s.subs.seen[feed].State != sub.State {
		s.metrics.subscribed(feed, sub.State)
	}
	if s.subs.seen[feed] = sub; sub.State == "" {
		delete(s.subs.seen, feed)
	}
}

// keep stores a subscription that is still at the revision.
func (s *Service) keep(ctx context.Context, feed string, sub push.Subscription, revision uint64) error {
	data, err := sub.Encode()
	if err != nil {
		return err
	}
	if _, err := s.subs.bucket.Put(ctx, feed, data, revision); err != nil {
		return err
	}
	s.sawSubscription(feed, sub)
	return nil
}

// offered is where a feed can be subscribed to, as its Link headers and its
// document say.
func offered(headers []string, doc *feed.Document, at string) []push.Endpoint {
	var header push.Named
	for _, l := range offer.Header(headers, at) {
		if l.Rel("hub") {
			header.Hubs = append(header.Hubs, l.URL)
		}
		if header.Self == "" && l.Rel("self") {
			header.Self = l.URL
		}
	}
	named := push.Named{Self: doc.Self, Hubs: doc.Hubs}
	if c := doc.Cloud; c != nil {
		named.Cloud = push.Cloud{Domain: c.Domain, Path: c.Path, Protocol: c.Protocol, Port: c.Port}
	}
	return push.Discover(header, named, at)
}

// tries is how often a change is made anew because somebody else was faster.
const tries = 10

// amend changes a feed's stored subscription, if there is one. change reports
// whether there is something to store.
func (s *Service) amend(ctx context.Context, feed string, change func(*push.Subscription) bool) error {
	err := bus.ErrConflict
	for range tries {
		var sub push.Subscription
		var revision uint64
		if sub, revision, err = s.subscription(ctx, feed); err != nil || revision == 0 || !change(&sub) {
			return err
		}
		if err = s.keep(ctx, feed, sub, revision); !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
	return err
}

// proven reports whether the feed's hub is bound to push and was lately first
// with the news.
func (r *round) proven() bool {
	sub := r.subs.last(r.feed.ID)
	return !r.state.Pushed.IsZero() && sub.Alive(r.now)
}

// tend looks after the feed's subscription once its next poll is scheduled: it
// begins, renews or ends it, and brings the poll forward where that is called
// for.
func (r *round) tend(ctx context.Context) error {
	if r.subs.base == "" || len(r.state.Offer) == 0 && r.subs.last(r.feed.ID).State == "" {
		return nil
	}
	counted := r.proven()
	sub, revision, err := r.subscription(ctx, r.feed.ID)
	if err != nil {
		return err
	}
	next := r.now.Add(r.wait)
	if soonest := r.soonest(next, sub, counted && !sub.Alive(r.now)); soonest.Before(next) {
		if err := r.timers.Advance(ctx, r.feed.ID, soonest.Add(r.ahead)); err != nil {
			return err
		}
	}
	return r.pursue(ctx, r.feed, r.state.Offer, sub, revision)
}

// askedWithin is how soon a feed is polled again whose hub is asked now: by then
// it may have granted a short lease.
const askedWithin = time.Minute

// soonest is when to poll, next at the latest: because a ping said so while this
// poll was under way, whose end has replaced what the ping had scheduled, because
// the subscription wants attention, or because the hub that was counted on is
// not bound any more.
func (r *round) soonest(next time.Time, sub push.Subscription, abandoned bool) time.Time {
	if sub.Hastened.After(r.start) {
		next = earlier(next, sub.Hastened)
	}
	attention := r.now.Add(askedWithin)
	if sub.Next.After(r.now) {
		attention = sub.Next
	}
	next = earlier(next, latest(attention, r.now.Add(r.feed.Poll.Min)))
	if abandoned {
		next = earlier(next, r.now.Add(r.next()))
	}
	return next
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// pursue does what is to be done about a subscription. What is asked of a hub
// is stored first: the hub may ask back before it answers, and another process.
func (s *Service) pursue(ctx context.Context, f Feed, offer []push.Endpoint, sub push.Subscription, revision uint64) error {
	s.compareBase(f.ID, sub)
	task, late := sub.Plan(push.Facts{
		Now: time.Now(), Offer: offer, Base: s.subs.base, Token: rand.Text(), Secret: newSecret(), Random: mathrand.Float64(),
	})
	switch {
	case task == push.Forget:
		return ignoreConflict(s.forgetSubscription(ctx, f.ID, revision))
	case late:
		s.complain(f.ID, sub, "it did not ask back", s.remedy())
		return ignoreConflict(s.keep(ctx, f.ID, sub, revision))
	case task == push.Nothing:
		return nil
	case !s.subs.asking.TryAcquire(1):
		return ignoreConflict(s.postpone(ctx, f.ID, offer, sub, revision))
	}
	defer s.subs.asking.Release(1)
	if err := s.keep(ctx, f.ID, sub, revision); err != nil {
		return ignoreConflict(err)
	}
	return s.ask(ctx, f, offer, sub)
}

// compareBase says, once an hour, that a subscription has another callback than
// this process would give it.
func (s *Service) compareBase(feed string, sub push.Subscription) {
	if sub.Base != "" && sub.Base != s.subs.base && sub.Alive(time.Now()) && s.subs.maySay("base "+sub.Base) {
		s.logger.Warn("a feed's hub pushes to another address than web.external_url; it is left so until it is renewed",
			"feed", feed, "there", sub.Base, "here", s.subs.base, "remedy", "give all fetchers the same web.external_url")
	}
}

// ignoreConflict: somebody else looks after the subscription.
func ignoreConflict(err error) error {
	if errors.Is(err, bus.ErrConflict) {
		return nil
	}
	return err
}

func (s *Service) forgetSubscription(ctx context.Context, feed string, revision uint64) error {
	err := s.subs.bucket.Delete(ctx, feed, revision)
	if err == nil {
		s.sawSubscription(feed, push.Subscription{})
	}
	return err
}

// newSecret is 32 random bytes, written in 64 characters.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) //nolint:errcheck // it never fails
	return hex.EncodeToString(b[:])
}

// ask sends what was stored to the hub and notes what came of it, unless the
// hub has asked back meanwhile.
func (s *Service) ask(ctx context.Context, f Feed, offer []push.Endpoint, sub push.Subscription) error {
	answer, err := s.client.Post(ctx, client.Form{URL: sub.Hub, Values: sub.Request(f.ID), Feed: f.URL, AllowPrivate: f.AllowPrivate})
	if err == nil && sub.Kind == push.RSSCloud && !push.Registered(answer) {
		err = errRefused
	}
	outcome, pause := outcomeOf(err)
	s.metrics.asked.WithLabelValues(outcome).Inc()
	if sub.State == push.Left || err == nil && sub.Kind == push.WebSub {
		return nil // nobody minds; or the hub asks back
	}
	if err != nil && outcome != outcomeBusy {
		s.complain(f.ID, sub, err.Error(), s.remedyFor(err))
	}
	return s.amend(ctx, f.ID, func(now *push.Subscription) bool {
		if now.Token != sub.Token || !now.Requested.Equal(sub.Requested) || !now.Waiting {
			return false
		}
		switch outcome {
		case outcomeTaken:
			now.Confirm(time.Now(), push.CloudLease, mathrand.Float64())
		case outcomeBusy:
			now.Postpone(time.Now(), mathrand.Float64())
			s.subs.putOff(f.ID, later{offer, now.Next})
		default:
			now.Fail(time.Now(), pause, mathrand.Float64())
		}
		return true
	})
}

// The outcomes of a request to a hub; the others are error classes.
const (
	outcomeTaken   = "taken"
	outcomeRefused = "refused"
	outcomeBusy    = "busy"
)

var errRefused = errors.New("the server says no")

// outcomeOf is what came of a request, and the pause that the hub demands.
func outcomeOf(err error) (outcome string, pause time.Duration) {
	if _, busy := errors.AsType[*client.Busy](err); busy {
		return outcomeBusy, 0
	}
	if known, ok := errors.AsType[*client.Error](err); ok {
		return string(known.Class), known.RetryAfter
	}
	if err != nil {
		return outcomeRefused, 0
	}
	return outcomeTaken, 0
}

// remedy is what an operator can do about a hub.
func (s *Service) remedy() string {
	return "see to it that " + s.subs.base + " can be reached from outside; if it can, the hub is at fault"
}

// remedyFor is what can be done about a hub that did not take a request.
func (s *Service) remedyFor(err error) string {
	if known, ok := errors.AsType[*client.Error](err); ok && known.Class == client.ClassBlocked {
		return "its address is not public: allow_private: true of the feed lets a hub on the feed's own server be asked, and no other; the feed is polled as well without it"
	}
	return s.remedy()
}

// complain says that a hub does not push, once an hour for each hub.
func (s *Service) complain(feed string, sub push.Subscription, why, remedy string) {
	host := address.Host(sub.Hub)
	if s.subs.maySay("hub " + host) {
		s.logger.Warn("the hub does not push the feed; it is polled, and the hub asked again more and more seldom",
			"feed", feed, "hub", host, "failures", sub.Failures, "err", why, "remedy", remedy)
	}
}

// leaveEvery is how often subscriptions of feeds that are not watched any more
// are looked for.
const leaveEvery = 10 * time.Minute

// leaveRemoved ends the subscriptions of feeds that were removed or disabled,
// until ctx ends. Any number of processes may do so at once.
func (s *Service) leaveRemoved(ctx context.Context) error {
	if s.subs.base == "" {
		return nil
	}
	ticker := time.NewTicker(leaveEvery)
	defer ticker.Stop()
	known := map[string]Feed{} // as they were last configured
	for {
		if err := s.leave(ctx, known); err != nil && ctx.Err() == nil {
			s.logger.Error("the subscriptions of removed feeds cannot be looked after; trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.subs.edited:
		case <-ticker.C:
		}
	}
}

// leave looks through all subscriptions once. One that fails keeps none of the others.
func (s *Service) leave(ctx context.Context, known map[string]Feed) error {
	feeds := s.feeds.Load()
	for _, f := range feeds.active {
		known[f.ID] = f
	}
	stored := map[string]bool{}
	var failures []error
	err := s.subs.bucket.Each(ctx, func(e bus.Entry) error {
		stored[e.Key] = true
		sub, err := push.Decode(e.Value)
		if err != nil {
			return nil //nolint:nilerr // a newer build's, or made anew with the next poll
		}
		if _, watched := feeds.byID[e.Key]; watched {
			s.sawSubscription(e.Key, sub)
			return nil
		}
		f, ok := known[e.Key]
		if !ok { // whether its server may be private nobody knows any more
			f = Feed{ID: e.Key, URL: sub.Topic}
		}
		if err := s.pursue(ctx, f, nil, sub, e.Revision); err != nil {
			failures = append(failures, fmt.Errorf("ending the subscription of %s: %w", e.Key, err))
		}
		return ctx.Err()
	})
	if err == nil {
		maps.DeleteFunc(known, func(id string, _ Feed) bool { _, watched := feeds.byID[id]; return !watched && !stored[id] })
	}
	return errors.Join(append(failures, err)...)
}
