package sim

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"faultline/services/fetcher/internal/poll"
)

// small is a world that is simulated in a second or two.
func small() Options {
	return Options{
		Feeds: 400, Length: 6 * time.Hour, Seed: 7, Watched: 10, Bounds: poll.Bounds{Min: 30 * time.Second, Max: 15 * time.Minute},
		Workers: 64, Timeout: 20 * time.Second, Spacing: 25 * time.Millisecond,
	}
}

func run(t *testing.T, o Options) Report {
	t.Helper()
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryFeedIsAskedWithinItsBounds(t *testing.T) {
	o := small()
	r := run(t, o)
	if r.Shortest < o.Bounds.Min || r.Longest > o.Bounds.Max {
		t.Errorf("waits of %s to %s", r.Shortest, r.Longest)
	}
	// Firing, its turn and the answer come on top.
	if most := o.Bounds.Max + fires + 2*o.Timeout; r.Alone > most {
		t.Errorf("a feed was not asked for %s", r.Alone)
	}
	if least := o.Feeds * int(o.Length/o.Bounds.Max) * 9 / 10; r.Polls < least {
		t.Errorf("%d requests, at least %d", r.Polls, least)
	}
	if r.Failed == 0 || r.NotModified < r.Polls/3 || r.States > r.Polls/2 || r.Slept > r.Polls/100 {
		t.Errorf("the world is not as it was meant: %+v", r.Counts)
	}
	seen := r.Delays()
	if p50 := seen.Quantile(0.5); seen.Count() < o.Feeds || p50 > 3*time.Minute || seen.Quantile(1) > o.Bounds.Max+24*time.Hour {
		t.Errorf("seen: %s", seen.String())
	}
	if r.Missed > seen.Count()/50 || r.Unseen > seen.Count()/10 {
		t.Errorf("of %d items %d were missed and %d not seen yet", seen.Count(), r.Missed, r.Unseen)
	}
}

func TestABudgetIsKept(t *testing.T) {
	o := small()
	free := run(t, o)
	o.Budget = float64(free.Polls) / o.Length.Minutes() / 2
	bound := run(t, o)
	for hour, polls := range bound.Hours {
		if most := o.Budget * 60; float64(polls) > 1.05*most || float64(polls) < 0.8*most {
			t.Errorf("%d requests in hour %d of %.0f", polls, hour, most)
		}
	}
	// Chance alone makes some minutes fuller: a third at this size.
	if most := 1.6 * o.Budget; float64(bound.Peak) > most {
		t.Errorf("%d requests in a minute, the budget is %.0f", bound.Peak, o.Budget)
	}
	if free.Polls != sum(free.Hours) || bound.Polls != sum(bound.Hours) {
		t.Errorf("%d and %d requests do not add up", free.Polls, bound.Polls)
	}
	watched, others := bound.Watched.Mean(), bound.Others.Mean()
	if watched >= others*3/4 {
		t.Errorf("news of watched regions is seen after %s on average, other news after %s", watched, others)
	}
	if slower := float64(bound.Watched.Mean()) / float64(free.Watched.Mean()); slower > 2 {
		t.Errorf("with half the requests watched news takes %.1f times as long", slower)
	}
	if bound.Alone > 5*o.Bounds.Max || bound.Longest > 5*o.Bounds.Max {
		t.Errorf("a feed starves: not asked for %s, waiting for %s", bound.Alone, bound.Longest)
	}
}

func sum(of []int) (n int) {
	for _, x := range of {
		n += x
	}
	return n
}

func TestTheSameSeedGivesTheSameReport(t *testing.T) {
	o := small()
	o.Feeds, o.Budget = 100, 40
	one := run(t, o)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	same := run(t, o)
	one.Deciding, same.Deciding = 0, 0
	if !reflect.DeepEqual(one, same) {
		t.Errorf("got %+v, then %+v", one, same)
	}
	o.Seed++
	if other := run(t, o); other.Polls == one.Polls && other.Bytes == one.Bytes {
		t.Error("another seed makes the same world")
	}
}

func TestTooFewWorkersMakePollsLate(t *testing.T) {
	o := small()
	o.Feeds, o.Workers, o.Length = 200, 1, time.Hour
	if r := run(t, o); r.Late == 0 || r.Latest < 10*time.Second {
		t.Errorf("late %d, at most by %s", r.Late, r.Latest)
	}
	o.Workers, o.Spacing = 100, 10*time.Second
	if r := run(t, o); r.Late == 0 {
		t.Error("feeds of one host do not wait for each other")
	}
}

func TestRunStops(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	o := small()
	stopped := errors.New("enough")
	o.Progress = func(passed time.Duration, _ int) {
		if passed == time.Hour {
			cancel(stopped)
		}
	}
	if _, err := Run(ctx, o); !errors.Is(err, stopped) {
		t.Errorf("got %v", err)
	}
}

func TestWorkers(t *testing.T) {
	w, at := make(workers, 5), Start()
	for _, s := range []int{9, 3, 7, 5, 8, 4, 6} {
		w.busy(at.Add(time.Duration(s) * time.Second))
		if least := slices.MinFunc(w, time.Time.Compare); !w[0].Equal(least) {
			t.Fatalf("the next is free at %s, one at %s", w[0], least)
		}
	}
}
