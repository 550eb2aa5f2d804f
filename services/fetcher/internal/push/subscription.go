package push

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// version is the major version of the document. It rises when an older build
// would misread it.
const version = 1

// State is how a subscription is.
type State string

// The states. The zero value is that of a feed that was never subscribed to.
const (
	Asked  State = "asked"  // the hub has not yet asked back whether we meant it
	Active State = "active" // it pushes, until the lease ends
	Failed State = "failed" // it did not take the request or did not ask back; tried again
	Denied State = "denied" // it does not want us for this feed; tried again seldom
	Left   State = "left"   // we do not want its pings any more
)

// Subscription is what is remembered of one feed, stored as one document. It
// holds the secret, and is to be seen by fetchers only.
type Subscription struct {
	Version int `json:"version"`
	Endpoint
	// Callback is the address the hub was given: Base, the feed's id and Token,
	// which nobody else knows.
	Base   string `json:"base"`
	Token  string `json:"token"`
	Secret string `json:"secret"`

	State State `json:"state"`
	// Requested is when the hub was last asked. It may ask back for an hour.
	Requested time.Time `json:"requested,omitzero"`
	// Until is the end of the lease.
	Until time.Time `json:"until,omitzero"`
	// Next is when something is to be done: to renew, to try again, or to give
	// up waiting for the hub.
	Next     time.Time `json:"next,omitzero"`
	Waiting  bool      `json:"waiting,omitempty"` // for the hub to ask back
	Failures int       `json:"failures,omitempty"`
	// Hastened is the time of the latest poll that a ping without a document
	// brought about.
	Hastened time.Time `json:"hastened,omitzero"`
}

// ErrVersion says that a newer build wrote the document.
var ErrVersion = errors.New("subscription of a newer version")

// Decode reads a stored subscription.
func Decode(data []byte) (Subscription, error) {
	var s Subscription
	if err := json.Unmarshal(data, &s); err != nil {
		return Subscription{}, fmt.Errorf("reading a subscription: %w", err)
	}
	if s.Version > version {
		return Subscription{}, fmt.Errorf("%w: %d, this build reads %d", ErrVersion, s.Version, version)
	}
	return s, nil
}

// Encode is the subscription as it is stored.
func (s Subscription) Encode() ([]byte, error) {
	s.Version = version
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("writing a subscription: %w", err)
	}
	return data, nil
}

// Times of a subscription's life.
const (
	// Lease is how long we ask a hub to push for, CloudLease how long an rssCloud
	// server does without being told.
	Lease      = 5 * 24 * time.Hour
	CloudLease = 25 * time.Hour
	// shortest and longest bound what a hub may grant.
	shortest = 10 * time.Second
	longest  = 30 * 24 * time.Hour
	// soonestRenewal is when a lease is renewed at the soonest. A shorter one ends
	// before, and polls are the net: no hub makes us ask it every few seconds.
	soonestRenewal = 5 * time.Minute
	// confirmWithin is how long a hub has to ask back before that counts as a
	// failure; it is answered for lateAnswer.
	confirmWithin = 10 * time.Minute
	lateAnswer    = time.Hour
	// The pause after a failure doubles from the first to the last; a hub that
	// denies gets the last at once.
	firstPause = 10 * time.Minute
	// setBack is by how much a request must be to come before the clock was set back since:
	// that of another process may be a little ahead.
	setBack = time.Hour
	// busyPause, to twice as long, is for a hub that we had no turn to ask: by then a few
	// hundred feeds of one hub that answers fast have had theirs.
	busyPause = 30 * time.Second
	lastPause = 24 * time.Hour
)

// Task is what is to be done about a subscription.
type Task int

// The tasks.
const (
	Nothing   Task = iota
	Subscribe      // store the subscription, then ask the hub
	Leave          // store it, then ask the hub to stop
	Forget         // delete it
)

// Facts are what a plan is made from.
type Facts struct {
	Now    time.Time
	Offer  []Endpoint // what the feed offers; nothing for a feed that is not watched
	Base   string     // of callbacks
	Token  string     // for a new subscription
	Secret string     // for a new subscription: at least 32 random bytes, written in at most 199 characters
	Random float64    // in [0, 1)
}

// Plan brings the subscription up to date and says what is to be done about
// it. late is set when the hub did not ask back in time.
func (s *Subscription) Plan(f Facts) (task Task, late bool) {
	switch {
	case len(f.Offer) == 0:
		return s.end(f.Now), false
	case s.State == "" || s.State == Left || !slices.Contains(f.Offer, s.Endpoint), s.Base != f.Base && !s.serves(f.Now):
		s.begin(f.Offer[0], f)
		return Subscribe, false
	case f.Now.Before(s.Next) && s.Requested.Sub(f.Now) <= setBack:
		return Nothing, false
	case s.Waiting:
		s.Fail(f.Now, 0, f.Random)
		return Nothing, true
	case s.State == Failed || s.State == Denied:
		if next := s.successor(f.Offer); next != s.Endpoint {
			failures := s.Failures
			s.begin(next, f)
			s.Failures = failures
			return Subscribe, false
		}
		s.State = Asked
	case !f.Now.Before(s.Until):
		s.State = Asked
	}
	s.request(f.Now)
	return Subscribe, false
}

// serves reports whether a callback at another base is as good as one at ours: it
// is alive, or its hub may yet ask back, and nothing is to be done about it. So fetchers that are told different
// addresses do not take subscriptions from each other with each poll.
func (s *Subscription) serves(now time.Time) bool {
	return now.Before(s.Next) && (s.Waiting || s.Alive(now))
}

// end is what becomes of a subscription that nobody wants.
func (s *Subscription) end(now time.Time) Task {
	switch s.State {
	case "":
		return Nothing
	case Asked, Active:
		if s.Kind == RSSCloud { // has no word for it: the lease ends by itself
			return Forget
		}
		s.State = Left
		s.request(now)
		s.Next = now.Add(lateAnswer) // until when nothing is to be done
		return Leave
	case Left:
		if now.Sub(s.Requested) < lateAnswer {
			return Nothing
		}
	case Failed, Denied:
	}
	return Forget
}

func (s *Subscription) begin(e Endpoint, f Facts) {
	*s = Subscription{Endpoint: e, Base: f.Base, Token: f.Token, Secret: f.Secret, State: Asked, Hastened: s.Hastened}
	s.request(f.Now)
}

func (s *Subscription) request(now time.Time) {
	s.Requested, s.Next, s.Waiting = now, now.Add(confirmWithin), true
}

// successor is the endpoint to try after the present one.
func (s *Subscription) successor(offer []Endpoint) Endpoint {
	return offer[(slices.Index(offer, s.Endpoint)+1)%len(offer)]
}

// Fail notes that the hub did not take the request or did not ask back. pause
// is what it demanded.
func (s *Subscription) Fail(now time.Time, pause time.Duration, random float64) {
	s.Failures++
	s.Waiting = false
	wait := lastPause
	if s.Failures < 9 {
		wait = min(firstPause<<(s.Failures-1), lastPause)
	}
	wait = max(wait, min(pause, lastPause))
	wait += time.Duration(float64(wait) * random / 10)
	if left := s.Until.Sub(now); s.State == Active && left > 0 {
		wait = min(wait, left/4+time.Second) // four more tries at least while the lease lasts
	} else {
		s.State = Failed
	}
	s.Next = now.Add(wait)
}

// Postpone notes that the hub could not be asked for reasons on our side. Those
// who had to make way for each other come back apart.
func (s *Subscription) Postpone(now time.Time, random float64) {
	wait := busyPause + time.Duration(float64(busyPause)*random)
	if left := s.Until.Sub(now); s.State == Active && left > 0 {
		wait = min(wait, left/4+time.Second)
	}
	s.Next, s.Waiting = now.Add(wait), false
}

// Confirm notes that the hub pushes from now on for the time of the lease, 0
// meaning that it did not say.
func (s *Subscription) Confirm(now time.Time, lease time.Duration, random float64) {
	if lease <= 0 {
		lease = Lease
	}
	lease = min(max(lease, shortest), longest)
	s.State, s.Failures, s.Waiting = Active, 0, false
	s.Until = now.Add(lease)
	s.Next = now.Add(max(time.Duration(float64(lease)*(0.62+0.08*random)), soonestRenewal))
}

// Deny notes that the hub does not push this feed to us.
func (s *Subscription) Deny(now time.Time, random float64) {
	s.State, s.Failures, s.Waiting, s.Until = Denied, s.Failures+1, false, time.Time{}
	s.Next = now.Add(lastPause + time.Duration(float64(lastPause)*random/10))
}

// Alive reports whether the hub is bound to push.
func (s *Subscription) Alive(now time.Time) bool { return s.State == Active && now.Before(s.Until) }

// Hasten is when a ping without a document makes the feed due: at once, but no
// sooner than gap after the last time. news says that this is to be stored and
// scheduled; else it was already.
func (s *Subscription) Hasten(now time.Time, gap time.Duration) (at time.Time, news bool) {
	if s.Hastened.After(now) && s.Hastened.Sub(now) <= gap {
		return s.Hastened, false
	}
	if at = now; now.Sub(s.Hastened) < gap && !s.Hastened.After(now) {
		at = s.Hastened.Add(gap)
	}
	s.Hastened = at
	return at, true
}
