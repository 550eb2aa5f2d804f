// Package sim runs the fetcher's deciding code against a world of outlets in
// virtual time: when feeds are asked (packages poll, rhythm, budget), what is
// new (state) and how they are (health) is decided by what the product runs;
// outlets, network, schedules and workers are models, of which the last wait for a
// slow feed to its end and do not step aside. It is pure, and the same
// seed gives the same report.
package sim

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"faultline/services/fetcher/internal/budget"
	"faultline/services/fetcher/internal/poll"
)

// Options are the world and the fetchers.
type Options struct {
	Feeds  int
	Length time.Duration
	Seed   uint64
	Bounds poll.Bounds
	// Budget is how many requests per minute are made at most; 0 is no bound.
	Budget float64
	// Workers is how many feeds all fetchers together ask at once, Timeout how
	// long one may take, and Spacing the time between two requests to one host.
	Workers int
	Timeout time.Duration
	Spacing time.Duration
	// Watched is how many of the forty regions the desk watches.
	Watched int
	// Progress is called once per simulated hour, if set.
	Progress func(passed time.Duration, polls int)
}

// Start is when every simulation begins: a Wednesday.
func Start() time.Time { return time.Date(2010, time.May, 19, 0, 0, 0, 0, time.UTC) }

// tick is how finely the polls of different feeds are ordered; none comes twice
// within one.
const tick = time.Second

// fires is by how much a schedule may fire late.
const fires = 300 * time.Millisecond

// world is a simulation on its way.
type world struct {
	Options
	start    time.Time
	news     *news
	subjects []*subject
	share    *budget.Share
	due      [][]int32 // feeds by the tick in which they are due
	workers  workers
	hosts    map[int]time.Time // when each can be asked again
	deciding float64           // CPU seconds
	counts   []Counts          // one for each processor
	minutes  []int             // requests of each
	report   Report
}

// Run simulates until the end or until ctx ends, which is an error.
func Run(ctx context.Context, o Options) (Report, error) {
	w := newWorld(o)
	for t := range w.due {
		if ctx.Err() != nil {
			return Report{}, fmt.Errorf("the simulation was stopped after %s of %s: %w", time.Duration(t)*tick, o.Length, context.Cause(ctx))
		}
		if t%3600 == 0 && o.Progress != nil {
			o.Progress(time.Duration(t)*tick, w.polls())
		}
		w.step(t)
	}
	return w.finish(), nil
}

func (w *world) polls() (n int) {
	for _, c := range w.counts {
		n += c.Polls
	}
	return n
}

func newWorld(o Options) *world {
	w := &world{
		Options: o, start: Start(), news: newNews(o.Seed, Start(), o.Length), share: budget.NewShare(o.Budget),
		subjects: make([]*subject, o.Feeds), due: make([][]int32, o.Length/tick), hosts: map[int]time.Time{},
		workers: make(workers, o.Workers), counts: make([]Counts, runtime.GOMAXPROCS(0)), minutes: make([]int, o.Length/time.Minute),
	}
	w.each(func(i int, _ *Counts) {
		out := newOutlet(i, o.Feeds, o.Seed, w.start)
		w.subjects[i] = &subject{outlet: out, id: id(i), watched: out.region*o.Watched%regions < o.Watched, last: w.start}
	}, o.Feeds)
	members := make([]budget.Member, o.Feeds)
	for i, f := range w.subjects {
		members[i] = budget.Member{ID: f.id, Bounds: o.Bounds, Weight: budget.Weight(f.watched)}
		w.schedule(i, w.start.Add(w.share.First(i, o.Feeds, o.Bounds.Min)))
	}
	w.share.Use(members)
	w.report.Hours = make([]int, o.Length/time.Hour)
	return w
}

// each calls do for 0 to n-1 on all processors, each with a tally of its own.
func (w *world) each(do func(i int, c *Counts), n int) {
	var group sync.WaitGroup
	for p := range w.counts {
		group.Go(func() {
			for i := p; i < n; i += len(w.counts) {
				do(i, &w.counts[p])
			}
		})
	}
	group.Wait()
}

// schedule makes the i-th feed due. What comes after the end is left out.
func (w *world) schedule(i int, at time.Time) {
	w.subjects[i].due = at
	if t := int(at.Sub(w.start) / tick); t < len(w.due) {
		w.due[t] = append(w.due[t], int32(i))
	}
}

// step is one tick: who is due is given a worker, asked and decided about.
func (w *world) step(t int) {
	due := w.due[t]
	w.due[t] = nil
	now := w.start.Add(time.Duration(t) * tick)
	slices.SortFunc(due, func(a, b int32) int {
		return cmp.Or(w.subjects[a].due.Compare(w.subjects[b].due), cmp.Compare(a, b))
	})
	w.share.Settle(now)
	polls := make([]turn, len(due))
	for k, i := range due {
		polls[k] = w.begin(w.subjects[i])
	}
	w.each(func(k int, _ *Counts) {
		f := w.subjects[due[k]]
		polls[k].answer = f.ask(polls[k].start, polls[k].took, w.Bounds.Max, w.news)
	}, len(due))
	before := cpu()
	w.each(func(k int, _ *Counts) {
		polls[k].effect = w.subjects[due[k]].decide(polls[k].answer, w.Bounds, w.share, now)
	}, len(due))
	w.deciding += cpu() - before
	w.each(func(k int, c *Counts) { c.note(w.subjects[due[k]], polls[k]) }, len(due))
	for k, i := range due {
		w.schedule(int(i), polls[k].answer.at.Add(polls[k].effect.wait))
		w.minutes[t/60] += one(polls[k].answer.kind != asleep)
	}
}

// turn is one poll.
type turn struct {
	start  time.Time
	took   time.Duration
	answer answer
	effect effect
}

// begin gives a poll that is due the worker that is free first, and its turn with the host.
func (w *world) begin(f *subject) turn {
	fired := f.due.Add(time.Duration(f.random.Int64N(int64(fires))))
	start := fired
	for _, free := range []time.Time{w.workers[0], w.hosts[f.host]} {
		if free.After(start) {
			start = free
		}
	}
	took := f.took(w.Timeout)
	w.workers.busy(start.Add(took))
	w.hosts[f.host] = start.Add(w.Spacing)
	return turn{start: start, took: took}
}

// workers are the times at which each is free, a heap: the first is the next.
type workers []time.Time

// busy keeps the worker that is free next until a time that is not before.
func (w workers) busy(until time.Time) {
	w[0] = until
	for at := 0; ; {
		child := 2*at + 1
		if child+1 < len(w) && w[child+1].Before(w[child]) {
			child++
		}
		if child >= len(w) || !w[child].Before(w[at]) {
			return
		}
		w[at], w[child] = w[child], w[at]
		at = child
	}
}
