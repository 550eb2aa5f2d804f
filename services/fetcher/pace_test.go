package fetcher

import (
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"faultline/services/fetcher/internal/region"
	"faultline/services/fetcher/internal/source"
)

// simulate polls feeds for an hour at the intervals they get and counts the
// requests by country.
func simulate(p *pace, feeds *set, wants func(Feed) time.Duration) map[string]int {
	asked := map[string]int{}
	next := map[string]time.Time{}
	for i, f := range feeds.active {
		next[f.ID] = time.Now().Add(p.first(i, len(feeds.active), f.Poll.Min))
	}
	for end := time.Now().Add(time.Hour); time.Now().Before(end); <-time.After(time.Second) {
		for _, f := range feeds.active {
			if !time.Now().Before(next[f.ID]) {
				asked[f.Country]++
				next[f.ID] = time.Now().Add(p.stretch(f.ID, wants(f)))
			}
		}
	}
	return asked
}

func manyFeeds() *set {
	var feeds []Feed
	for i := range 200 {
		f := Feed{ID: fmt.Sprint("f", i), Country: "FR", Poll: source.Poll{Min: 30 * time.Second, Max: 15 * time.Minute}}
		if i%2 == 0 {
			f.Country = "KG"
		}
		feeds = append(feeds, f)
	}
	return newSet(feeds, []region.Region{{ID: "kyrgyzstan", Countries: []string{"KG"}}})
}

func TestASmallBudgetIsSpentOnWatchedRegionsFirst(t *testing.T) {
	always := func(Feed) time.Duration { return time.Minute }
	for _, c := range []struct {
		budget int
		kg, fr float64 // requests in an hour
	}{
		{0, 6000, 6000}, {500, 6000, 6000}, // as they want
		{150, 6000, 3000}, // the watched have all they want
		{60, 2400, 1200},  // all are stretched, the others twice as much
		{6, 240, 120},
	} {
		synctest.Test(t, func(t *testing.T) {
			feeds, p := manyFeeds(), newPace(c.budget)
			p.use(feeds)
			got := simulate(p, feeds, always)
			if math.Abs(float64(got["KG"])-c.kg) > c.kg/8+100 || math.Abs(float64(got["FR"])-c.fr) > c.fr/8+100 {
				t.Errorf("with a budget of %d: %v, want %v and %v", c.budget, got, c.kg, c.fr)
			}
			if all := got["KG"] + got["FR"]; c.budget > 0 && all > c.budget*60+200 {
				t.Errorf("with a budget of %d there were %d requests in an hour", c.budget, all)
			}
		})
	}
}

func TestWhatABudgetHasLeftGoesToThoseWhoWantMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feeds, p := manyFeeds(), newPace(120)
		p.use(feeds)
		got := simulate(p, feeds, func(f Feed) time.Duration {
			if f.Country == "KG" { // slow, all of them
				return 10 * time.Minute
			}
			return time.Minute
		})
		if math.Abs(float64(got["KG"])-600) > 120 || got["FR"] < 5400 {
			t.Errorf("got %v", got)
		}
	})
}

func TestTheFirstRequestsKeepTheBudget(t *testing.T) {
	p := newPace(60)
	if at := p.first(30, 1000, 30*time.Second); at != 30*time.Second {
		t.Errorf("the 31st feed is asked after %s", at)
	}
	if at := newPace(0).first(30, 1000, 30*time.Second); at >= 2*time.Second {
		t.Errorf("without a budget the 31st feed is asked after %s", at)
	}
	feeds := manyFeeds()
	p.use(feeds)
	if got := p.stretch("removed", time.Minute); got != time.Minute {
		t.Errorf("a feed that is no longer configured waits %s", got)
	}
	if got := p.stretch("f1", 24*time.Hour); got != 24*time.Hour {
		t.Errorf("a long pause became %s", got)
	}
}
