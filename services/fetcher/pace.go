package fetcher

import (
	"math/rand/v2"
	"time"

	"faultline/services/fetcher/internal/budget"
	"faultline/services/fetcher/internal/poll"
)

// pace keeps the polls of all feeds within the budget of requests.
type pace struct{ *budget.Share }

func newPace(perMinute int) pace { return pace{budget.NewShare(float64(perMinute))} }

// use takes the feeds of a reading of the configuration. What a fetcher cannot
// know, whether a feed's items lead to alerts, plays no part.
func (p pace) use(feeds *set) {
	members := make([]budget.Member, len(feeds.active))
	for i, f := range feeds.active {
		members[i] = budget.Member{ID: f.ID, Bounds: poll.Bounds(f.Poll), Weight: budget.Weight(feeds.watched[f.ID])}
	}
	p.Use(members)
}

// stretch notes the interval that a feed wants and returns the one it gets.
func (p pace) stretch(feed string, interval time.Duration) time.Duration {
	return p.Stretch(time.Now(), feed, interval, rand.Float64())
}
