package fetcher

import (
	"context"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/fulltext"
	"faultline/services/fetcher/internal/push"
)

// What hubs, and those who pretend to be some, can make one process do.
const (
	pingsAtOnce   = 16 // of all feeds
	pingsPerFeed  = 4  // at once
	pingsASecond  = 20 // of one feed
	strangersRate = 50 // a second whose address nobody here has seen before: each costs a look into the store
	strangers     = 4  // at once, beside all others: they take no place of a feed
)

// pinger serves the callbacks.
type pinger struct {
	*Service
	slots *semaphore.Weighted

	mu     sync.Mutex
	second time.Time
	came   map[string]int // since then, by feed; strangers under ""
	inside map[string]int // being served, by feed
}

func newPinger(s *Service) *pinger {
	return &pinger{Service: s, slots: semaphore.NewWeighted(pingsAtOnce), came: map[string]int{}, inside: map[string]int{}}
}

// takePings serves the callbacks, if hubs may push.
func (s *Service) takePings(mux *http.ServeMux) {
	if s.subs.base == "" {
		return
	}
	p := newPinger(s)
	mux.HandleFunc("GET "+callbacks+"{feed}/{token}", p.bounded(p.verify))
	mux.HandleFunc("POST "+callbacks+"{feed}/{token}", p.bounded(p.ping))
}

// mayCome counts a request and reports whether there were not too many within
// this second.
func (p *pinger) mayCome(feed string, most int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); now.Sub(p.second) >= time.Second {
		p.second = now
		clear(p.came)
	}
	p.came[feed]++
	return p.came[feed] <= most
}

// enter counts a request in, unless as many as may be are being served for the
// feed.
func (p *pinger) enter(feed string, most int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inside[feed] >= most {
		return false
	}
	p.inside[feed]++
	return true
}

func (p *pinger) exit(feed string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inside[feed]--; p.inside[feed] == 0 {
		delete(p.inside, feed)
	}
}

// reply is a status, and a body for a hub that wants one.
type reply struct {
	status int
	body   string
}

// call is a request of somebody who knows the address of a subscription.
type call struct {
	*http.Request
	feed     string
	sub      push.Subscription
	revision uint64
}

// bounded answers a request within its time and among a bounded number of
// others, if it is addressed to one of our subscriptions.
func (p *pinger) bounded(handle func(call) reply) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), p.config.Timeout.Std())
		defer cancel()
		answer := p.admit(r.WithContext(ctx), handle)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if answer.status == http.StatusServiceUnavailable || answer.status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", "5")
		}
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, answer.body) //nolint:errcheck // the hub has gone
	}
}

// admit hands a request on when its address is one of ours. Nothing of its body
// is read before.
func (p *pinger) admit(r *http.Request, handle func(call) reply) reply {
	feed, token := r.PathValue("feed"), r.PathValue("token")
	if last := p.subs.last(feed); !last.Owns(token) {
		if refused := p.introduce(r, feed, token); refused.status != 0 {
			return refused
		}
	}
	if !p.mayCome(feed, pingsASecond) {
		return p.outcome(outcomeBusy, http.StatusTooManyRequests)
	}
	if !p.enter(feed, pingsPerFeed) {
		return p.outcome(outcomeBusy, http.StatusServiceUnavailable)
	}
	defer p.exit(feed)
	if p.slots.Acquire(r.Context(), 1) != nil {
		return p.outcome(outcomeBusy, http.StatusServiceUnavailable)
	}
	defer p.slots.Release(1)
	sub, revision, err := p.subscription(r.Context(), feed)
	switch {
	case err != nil:
		return p.outcome("failed", http.StatusServiceUnavailable)
	case !sub.Owns(token):
		return p.outcome("unknown", http.StatusNotFound)
	}
	return handle(call{Request: r, feed: feed, sub: sub, revision: revision})
}

// introduce looks a stranger up, among a bounded number of strangers. It returns
// the answer for one that is none of ours, and nothing for one that now is known.
func (p *pinger) introduce(r *http.Request, feed, token string) reply {
	if !p.mayCome("", strangersRate) {
		return p.outcome(outcomeBusy, http.StatusTooManyRequests)
	}
	if !p.enter("", strangers) {
		return p.outcome(outcomeBusy, http.StatusServiceUnavailable)
	}
	defer p.exit("")
	sub, _, err := p.subscription(r.Context(), feed)
	switch {
	case err != nil:
		return p.outcome("failed", http.StatusServiceUnavailable)
	case !sub.Owns(token):
		return p.outcome("unknown", http.StatusNotFound)
	}
	return reply{}
}

func (p *pinger) outcome(outcome string, status int) reply {
	p.metrics.pings.WithLabelValues(outcome).Inc()
	return reply{status: status}
}

// verify answers a hub's question whether a subscription was meant.
func (p *pinger) verify(c call) reply {
	ctx, before, query := c.Context(), c.sub.State, c.URL.Query()
	verdict, challenge := push.Unasked, ""
	err := p.amend(ctx, c.feed, func(sub *push.Subscription) bool {
		verdict, challenge = sub.Answer(query, time.Now(), mathrand.Float64())
		c.sub = *sub
		return verdict == push.Confirmed || verdict == push.Denial
	})
	switch {
	case err != nil:
	case verdict == push.Unasked:
		return reply{status: http.StatusNotFound}
	case verdict == push.Over:
		err = p.forgetSubscription(ctx, c.feed, c.revision)
	case verdict == push.Confirmed && before != push.Active:
		p.logger.Info("the feed is pushed by its hub", "feed", c.feed, "until", c.sub.Until)
	case verdict == push.Denial:
		p.complain(c.feed, c.sub, fmt.Sprintf("it denied the subscription: %.100q", query.Get("hub.reason")), "none is needed")
		err = p.timers.Advance(ctx, c.feed, time.Now()) // polls are counted on again
	}
	if err != nil {
		return reply{status: http.StatusServiceUnavailable}
	}
	return reply{http.StatusOK, challenge}
}

// ping takes what a hub sends. It is answered once what it brought is durable,
// and with an error when it must be sent again.
func (p *pinger) ping(c call) reply {
	f, watched := p.feeds.Load().byID[c.feed]
	switch {
	case c.sub.State == push.Left:
		return p.outcome("unknown", http.StatusGone)
	case !watched: // here, yet: another process may have a newer configuration
		return p.outcome(outcomeBusy, http.StatusServiceUnavailable)
	case c.sub.Kind == push.RSSCloud:
		return p.cloudPing(c, f)
	case !push.Signable(c.Header.Get(push.SignatureHeader)):
		return p.unsigned(c)
	}
	body, free, err := p.client.Receive(c.Context(), c.Body, c.ContentLength)
	defer free()
	switch known, classed := errors.AsType[*client.Error](err); {
	case classed && known.Class == client.ClassTooLarge:
		return p.outcome("too_large", http.StatusRequestEntityTooLarge)
	case errors.As(err, new(*client.Busy)): // no memory for it
		return p.outcome(outcomeBusy, http.StatusServiceUnavailable)
	case err != nil:
		return p.outcome("failed", http.StatusServiceUnavailable)
	case !push.Signed(c.Header.Get(push.SignatureHeader), c.sub.Secret, body):
		return p.unsigned(c)
	}
	outcome, err := p.accept(c.Context(), f, body, c.Header.Get("Content-Type"))
	if err != nil {
		p.logger.Warn("what a hub sent could not be stored; it is asked to send it again", "feed", c.feed, "err", err)
		return p.outcome("failed", http.StatusServiceUnavailable)
	}
	return p.outcome(outcome, http.StatusAccepted)
}

// unsigned passes over a ping that the hub did not sign. It is answered like a
// good one, as the recommendation asks (section 8): whoever tries learns nothing.
func (p *pinger) unsigned(c call) reply {
	if p.subs.maySay("unsigned " + c.feed) {
		p.logger.Warn("somebody sent a ping without the hub's signature; it is ignored, and the next ones without a word for an hour", "feed", c.feed)
	}
	return p.outcome("bad_signature", http.StatusAccepted)
}

// cloudPing takes a notification of rssCloud, which nobody signs: it makes the
// feed due and no more.
func (p *pinger) cloudPing(c call, f Feed) reply {
	c.Body = io.NopCloser(io.LimitReader(c.Body, 16<<10))
	if c.PostFormValue("url") != c.sub.Topic {
		return p.outcome("unknown", http.StatusNotFound)
	}
	if err := p.hasten(c.Context(), f); err != nil {
		return p.outcome("failed", http.StatusServiceUnavailable)
	}
	return p.outcome("light", http.StatusOK)
}

// hasten makes a feed due at once, but not more often than it may be polled
// anyway. A poll that is under way sees by the stored time that another is to
// follow.
func (s *Service) hasten(ctx context.Context, f Feed) error {
	var at time.Time
	var news bool
	err := s.amend(ctx, f.ID, func(sub *push.Subscription) bool {
		at, news = sub.Hasten(time.Now(), f.Poll.Min)
		return news
	})
	if err != nil || at.IsZero() {
		return err
	}
	// Also when it is no news: the ping before may have failed at this step.
	return s.timers.Advance(ctx, f.ID, at)
}

// accept takes a signed document as if it had been fetched, against the state
// that the feed then has.
func (p *pinger) accept(ctx context.Context, f Feed, body []byte, contentType string) (outcome string, err error) {
	if len(body) == 0 {
		return "light", p.hasten(ctx, f)
	}
	now := time.Now()
	err = bus.ErrConflict
	var articles map[string]fulltext.Text // are fetched once, however often it is tried
	for i := 0; i < tries && errors.Is(err, bus.ErrConflict); i++ {
		r := &round{Service: p.Service, feed: f, now: now, pushed: true, articles: articles}
		outcome, err = r.takePushed(ctx, body, contentType)
		articles = r.articles
	}
	return outcome, err
}

// takePushed publishes what a pushed document has that the feed's state does
// not know, and stores the state. What cannot be read or compared makes the feed
// due: the poll says what is wrong. ErrConflict says that somebody else stored
// another state meanwhile.
func (r *round) takePushed(ctx context.Context, body []byte, contentType string) (outcome string, err error) {
	_, said, err := r.timers.Peek(ctx, r.feed.ID)
	if err != nil {
		return "", err
	}
	r.success = tokenSaying(said).success
	if err := r.load(ctx); err != nil {
		return "", err
	}
	if r.adopted || r.state.Begun.IsZero() { // never polled as it is configured now
		return "light", r.hasten(ctx, r.feed)
	}
	if hashOf(body) == r.state.Hash {
		return outcomeUnchanged, nil
	}
	doc, parseErr, err := r.parse(ctx, &client.Response{Body: body, ContentType: contentType, URL: r.state.ValidatorURL})
	if err != nil {
		return "", err
	}
	if parseErr != nil {
		return "unreadable", r.hasten(ctx, r.feed)
	}
	changed, outcome, err := r.take(ctx, doc)
	if err != nil || !changed {
		return outcomeUnchanged, err
	}
	if outcome != outcomeNew {
		outcome = outcomeUnchanged
	}
	return outcome, r.put(ctx)
}
