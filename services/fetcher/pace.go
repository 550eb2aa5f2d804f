package fetcher

import (
	"math"
	"sync"
	"time"

	"faultline/services/fetcher/internal/budget"
	"faultline/services/fetcher/internal/poll"
)

// pace keeps the polls of all feeds within the budget of requests. Every
// fetcher knows all feeds and learns by and by how often each should be asked,
// so that several share the budget without a word to one another.
type pace struct {
	perMinute float64 // 0: no bound

	mu      sync.Mutex
	wants   map[string]budget.Want
	level   float64
	leveled time.Time // when the level was found
}

// weightWatched is the weight of a feed that is a source of a watched region;
// others have 1. What a fetcher cannot know, whether a feed's items lead to
// alerts, plays no part.
const weightWatched = 4

// levelEvery is how long a level holds before it is found anew.
const levelEvery = 5 * time.Second

func newPace(perMinute int) *pace {
	return &pace{perMinute: float64(perMinute), wants: map[string]budget.Want{}}
}

// use takes the feeds of a reading of the configuration. Those not asked yet
// are thought to want the middle of their bounds.
func (p *pace) use(feeds *set) {
	p.mu.Lock()
	defer p.mu.Unlock()
	wants := make(map[string]budget.Want, len(feeds.active))
	for _, f := range feeds.active {
		w, known := p.wants[f.ID]
		if !known {
			w.Rate = perMinute(poll.Middle(poll.Bounds(f.Poll)))
		}
		if w.Weight = 1; feeds.watched[f.ID] {
			w.Weight = weightWatched
		}
		wants[f.ID] = w
	}
	p.wants, p.leveled = wants, time.Time{}
}

func perMinute(interval time.Duration) float64 {
	return 1 / max(interval, time.Second).Minutes()
}

// stretch notes the interval that a feed wants and returns the one it gets.
func (p *pace) stretch(feed string, interval time.Duration) time.Duration {
	if p.perMinute == 0 {
		return interval
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	w, known := p.wants[feed]
	if !known { // removed while it was fetched
		return interval
	}
	w.Rate = perMinute(interval)
	p.wants[feed] = w
	if now := time.Now(); now.Sub(p.leveled) >= levelEvery {
		all := make([]budget.Want, 0, len(p.wants))
		for _, w := range p.wants {
			all = append(all, w)
		}
		p.level, p.leveled = budget.Level(all, p.perMinute), now
	}
	if math.IsInf(p.level, 1) {
		return interval
	}
	return max(interval, time.Duration(float64(time.Minute)/w.Grant(p.level)))
}

// first is when the i-th of n new feeds is asked first.
func (p *pace) first(i, n int, shortest time.Duration) time.Duration {
	at := poll.Spread(i, n, shortest)
	if p.perMinute > 0 {
		at = max(at, time.Duration(float64(i)/p.perMinute*float64(time.Minute)))
	}
	return at
}
