package budget

import (
	"sync"
	"time"

	"faultline/services/fetcher/internal/poll"
)

// Share keeps the polls of all feeds within a budget of requests. Whoever polls
// knows all feeds and learns by and by how often each should be asked, so that
// several share the budget without a word to one another.
type Share struct {
	perMinute float64 // 0: no bound

	mu      sync.Mutex
	wants   []Want
	index   map[string]int // of a feed in wants
	level   float64
	leveled time.Time // when the level was found
}

// Member is a feed that takes part.
type Member struct {
	ID     string
	Bounds poll.Bounds
	Weight float64
}

// levelEvery is how long a level holds before it is found anew.
const levelEvery = 15 * time.Second

// NewShare is a budget of so many requests per minute; 0 is no bound.
func NewShare(perMinute float64) *Share { return &Share{perMinute: perMinute} }

// Use takes the members, in place of those before. One that is new is thought to
// want the middle of its bounds.
func (s *Share) Use(members []Member) {
	if s.perMinute == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	wants, index := make([]Want, len(members)), make(map[string]int, len(members))
	for i, m := range members {
		wants[i] = Want{Rate: perMinute(poll.Middle(m.Bounds)), Weight: m.Weight}
		if known, ok := s.index[m.ID]; ok {
			wants[i].Rate = s.wants[known].Rate
		}
		index[m.ID] = i
	}
	s.wants, s.index, s.leveled = wants, index, time.Time{}
}

func perMinute(interval time.Duration) float64 {
	return 1 / max(interval, time.Second).Minutes()
}

// uneven is by which part a stretched interval is varied, so that feeds which
// were learned together are not asked together: at first they get long intervals
// and soon shorter ones, which end at the same time.
const uneven = 0.3

// Stretch notes the interval that a feed wants from now on and returns the one
// it gets; random is in [0, 1).
func (s *Share) Stretch(now time.Time, feed string, interval time.Duration, random float64) time.Duration {
	if s.perMinute == 0 {
		return interval
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i, known := s.index[feed]
	if !known { // removed while it was fetched
		return interval
	}
	s.wants[i].Rate = perMinute(interval)
	s.settle(now)
	granted := s.wants[i].Grant(s.level)
	if granted == s.wants[i].Rate {
		return interval
	}
	stretched := float64(time.Minute) / granted * (1 + uneven*(2*random-1))
	return max(interval, time.Duration(stretched))
}

// Settle finds the level anew if it has held long enough, as Stretch does too.
func (s *Share) Settle(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(now)
}

func (s *Share) settle(now time.Time) {
	if now.Sub(s.leveled) >= levelEvery {
		s.level, s.leveled = Level(s.wants, s.perMinute), now
	}
}

// First is when the i-th of n new feeds is asked first.
func (s *Share) First(i, n int, shortest time.Duration) time.Duration {
	at := poll.Spread(i, n, shortest)
	if s.perMinute > 0 {
		at = max(at, time.Duration(float64(i)/s.perMinute*float64(time.Minute)))
	}
	return at
}
