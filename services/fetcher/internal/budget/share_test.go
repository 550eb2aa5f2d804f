package budget

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"faultline/services/fetcher/internal/poll"
)

const feeds = 200

func start() time.Time { return time.Date(2010, 5, 24, 0, 0, 0, 0, time.UTC) }

// many are feeds, every other one of a watched region.
func many() []Member {
	all := make([]Member, feeds)
	for i := range all {
		all[i] = Member{ID: fmt.Sprint("f", i), Bounds: poll.Bounds{Min: 30 * time.Second, Max: 15 * time.Minute}, Weight: Weight(i%2 == 0)}
	}
	return all
}

// simulate polls feeds for an hour at the intervals they get and counts the
// requests of the watched, of the others, and of the busiest minute.
func simulate(perMinute float64, wants func(watched bool) time.Duration) (watched, others, busiest int) {
	s, r := NewShare(perMinute), rand.New(rand.NewPCG(1, 2))
	s.Use(many())
	next, minutes := make([]time.Duration, feeds), make([]int, 60)
	for i := range next {
		next[i] = s.First(i, feeds, 30*time.Second)
	}
	for at := time.Duration(0); at < time.Hour; at += time.Second {
		s.Settle(start().Add(at))
		for i := range next {
			if at < next[i] {
				continue
			}
			minutes[int(at.Minutes())]++
			if i%2 == 0 {
				watched++
			} else {
				others++
			}
			next[i] = at + s.Stretch(start().Add(at), fmt.Sprint("f", i), wants(i%2 == 0), r.Float64())
		}
	}
	for _, n := range minutes {
		busiest = max(busiest, n)
	}
	return watched, others, busiest
}

func TestASmallBudgetIsSpentOnWatchedRegionsFirst(t *testing.T) {
	always := func(bool) time.Duration { return time.Minute }
	for _, c := range []struct {
		budget          float64
		watched, others float64 // requests in an hour
	}{
		{0, 6000, 6000}, {500, 6000, 6000}, // as they want
		{150, 6000, 3000}, // the watched have all they want
		{60, 2400, 1200},  // all are stretched, the others twice as much
		{6, 240, 120},
	} {
		watched, others, _ := simulate(c.budget, always)
		if math.Abs(float64(watched)-c.watched) > c.watched/8+100 || math.Abs(float64(others)-c.others) > c.others/8+100 {
			t.Errorf("with a budget of %v: %d and %d, want %v and %v", c.budget, watched, others, c.watched, c.others)
		}
		if all := watched + others; c.budget > 0 && float64(all) > c.budget*60+200 {
			t.Errorf("with a budget of %v there were %d requests in an hour", c.budget, all)
		}
	}
}

func TestWhatABudgetHasLeftGoesToThoseWhoWantMore(t *testing.T) {
	watched, others, _ := simulate(120, func(watched bool) time.Duration {
		if watched { // slow, all of them
			return 10 * time.Minute
		}
		return time.Minute
	})
	if math.Abs(float64(watched)-600) > 120 || others < 5400 {
		t.Errorf("got %d and %d", watched, others)
	}
}

// While feeds are learned the level rises, and the long intervals of the first
// end together with the short ones of the last.
func TestFeedsThatWereLearnedTogetherAreNotAskedTogether(t *testing.T) {
	_, _, busiest := simulate(20, func(watched bool) time.Duration {
		if watched {
			return 15 * time.Minute
		}
		return 10 * time.Minute
	})
	if busiest > 35 {
		t.Errorf("%d requests in a minute, the budget is 20", busiest)
	}
}

func TestTheFirstRequestsKeepTheBudget(t *testing.T) {
	s := NewShare(60)
	if at := s.First(30, 1000, 30*time.Second); at != 30*time.Second {
		t.Errorf("the 31st feed is asked after %s", at)
	}
	if at := NewShare(0).First(30, 1000, 30*time.Second); at >= 2*time.Second {
		t.Errorf("without a budget the 31st feed is asked after %s", at)
	}
	s.Use(many())
	if got := s.Stretch(start(), "removed", time.Minute, 0); got != time.Minute {
		t.Errorf("a feed that is no longer configured waits %s", got)
	}
	if got := s.Stretch(start(), "f1", 24*time.Hour, 1); got != 24*time.Hour {
		t.Errorf("a long pause became %s", got)
	}
}

func TestWhatWasLearnedOutlivesAReload(t *testing.T) {
	s := NewShare(60)
	s.Use(many())
	for i := range feeds {
		s.Stretch(start(), fmt.Sprint("f", i), 10*time.Minute, 0)
	}
	s.Use(many()[1:]) // wants of 0.1 a minute, which is enough for all
	if got := s.Stretch(start(), "f1", 10*time.Minute, 1); got != 10*time.Minute {
		t.Errorf("it waits %s", got)
	}
}
