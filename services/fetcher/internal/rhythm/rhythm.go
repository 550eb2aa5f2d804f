// Package rhythm learns how often a feed brings news, and at which hours. It is
// pure and its memory is of one size.
//
// The model is a Poisson process whose rate varies over the week: a steady rate
// times a factor for the hour of the day times a factor for the day of the
// week, all in UTC. Each factor is a rate estimated with a gamma prior whose
// mean is 1 (Gelman et al., Bayesian Data Analysis, section 2.6: Poisson counts
// with exposure): with little evidence it stays near 1. Where the rate varies,
// time is measured by the feed's own clock, on which it is steady (the time
// rescaling theorem: Brown et al., Neural Computation 14, 2002).
package rhythm

import (
	"math"
	"slices"
	"time"
)

const (
	// halfLife is how fast old evidence fades.
	halfLife = 21 * 24 * time.Hour
	// prior is how many arrivals the prior of a factor is worth.
	prior = 5
	// The bounds of a factor: no hour is thought dead, and none is all.
	least, most = 0.1, 10
	// reach is how far back evidence is taken at once.
	reach = 28 * 24 * time.Hour
)

// Profile is what was learned of one feed. The zero value is that of a feed
// never seen.
type Profile struct {
	// Begun is when the watch began, Seen is up to when it is accounted for, and
	// Last is the latest arrival.
	Begun time.Time `json:"begun,omitzero"`
	Seen  time.Time `json:"seen,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Hours and Days are by hour and by weekday, in UTC.
	Hours [24]Cell `json:"hours,omitzero"`
	Days  [7]Cell  `json:"days,omitzero"`
	// Longest is the longest pause between two arrivals by the feed's clock,
	// fading like all evidence.
	Longest time.Duration `json:"longest,omitempty"`
}

// Cell is the evidence of one hour of the day or one day of the week.
type Cell struct {
	Arrivals float64 `json:"n,omitempty"`
	Exposure float64 `json:"h,omitempty"` // hours watched
}

// Observe takes what came until now. times are those of items that were not
// known before, in any order; what came within window of one another is one
// arrival, so that a burst counts once, and what is older than the last
// arrival, as of an archive that was filled up, is none. whole says that
// nothing can have been missed since the last observation; otherwise the time
// until the first of times is not accounted for.
func (p *Profile) Observe(times []time.Time, now time.Time, window time.Duration, whole bool) {
	p.Begun, p.Seen, p.Last = sooner(p.Begun, now), sooner(p.Seen, now), sooner(p.Last, now) // the clock may have been set back
	arrivals := p.arrivals(times, now, window)
	if p.Seen.IsZero() {
		arrivals = unpinned(arrivals)
	}
	if p.Seen.IsZero() || !whole {
		if len(arrivals) == 0 {
			return
		}
		p.Seen, p.Last, arrivals = arrivals[0], arrivals[0], arrivals[1:]
		if p.Begun.IsZero() {
			p.Begun = p.Seen
		}
	}
	p.Seen = later(p.Seen, now.Add(-reach))
	for _, at := range arrivals {
		p.expose(at)
		pause := p.Span(p.Last, at)
		p.Longest = max(p.Longest, pause)
		p.Hours[at.UTC().Hour()].Arrivals++
		p.Days[at.UTC().Weekday()].Arrivals++
		p.Last = at
	}
	p.expose(now)
	p.round()
}

func sooner(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// arrivals are the times that count, in order.
func (p *Profile) arrivals(times []time.Time, now time.Time, window time.Duration) []time.Time {
	after := now.Add(-reach)
	if !p.Last.IsZero() {
		after = later(after, p.Last.Add(window))
	}
	kept := slices.DeleteFunc(slices.Clone(times), func(t time.Time) bool { return t.Before(after) || t.After(now) })
	slices.SortFunc(kept, time.Time.Compare)
	return merged(kept, window)
}

// merged makes one of sorted times that are within window of the first of them.
func merged(sorted []time.Time, window time.Duration) []time.Time {
	var out []time.Time
	for _, t := range sorted {
		if len(out) == 0 || t.Sub(out[len(out)-1]) >= window {
			out = append(out, t)
		}
	}
	return out
}

// unpinned drops a minority of old times that are as far from the rest as the
// rest is long: items that are pinned in the document say nothing of its rhythm.
func unpinned(sorted []time.Time) []time.Time {
	for {
		cut := widest(sorted)
		if cut == 0 || 4*cut > len(sorted) || 2*sorted[cut].Sub(sorted[cut-1]) <= sorted[len(sorted)-1].Sub(sorted[0]) {
			return sorted
		}
		sorted = sorted[cut:]
	}
}

// widest is the index after the widest gap, 0 where there is none.
func widest(sorted []time.Time) (at int) {
	for i := 1; i < len(sorted); i++ {
		if at == 0 || sorted[i].Sub(sorted[i-1]) > sorted[at].Sub(sorted[at-1]) {
			at = i
		}
	}
	return at
}

// expose accounts for the time up to now.
func (p *Profile) expose(now time.Time) {
	if !now.After(p.Seen) {
		return
	}
	p.fade(now.Sub(p.Seen))
	for from, hours := range steps(p.Seen, now) {
		p.Hours[from.UTC().Hour()].Exposure += hours
		p.Days[from.UTC().Weekday()].Exposure += hours
	}
	p.Seen = now
}

func (p *Profile) fade(passed time.Duration) {
	factor := math.Exp2(-float64(passed) / float64(halfLife))
	for i := range p.Hours {
		p.Hours[i].Arrivals *= factor
		p.Hours[i].Exposure *= factor
	}
	for i := range p.Days {
		p.Days[i].Arrivals *= factor
		p.Days[i].Exposure *= factor
	}
	p.Longest = time.Duration(float64(p.Longest) * factor)
}

// steps cuts a span of time at the full hours and gives the length of each part
// in hours. A span longer than reach is cut at reach.
func steps(from, to time.Time) func(yield func(time.Time, float64) bool) {
	if limit := from.Add(reach); to.After(limit) {
		to = limit
	}
	return func(yield func(time.Time, float64) bool) {
		for from.Before(to) {
			next := from.Truncate(time.Hour).Add(time.Hour)
			if next.After(to) {
				next = to
			}
			if !yield(from, next.Sub(from).Hours()) {
				return
			}
			from = next
		}
	}
}

// round keeps the stored form short.
func (p *Profile) round() {
	short := func(c *Cell) {
		c.Arrivals, c.Exposure = math.Round(c.Arrivals*1000)/1000, math.Round(c.Exposure*1000)/1000
	}
	for i := range p.Hours {
		short(&p.Hours[i])
	}
	for i := range p.Days {
		short(&p.Days[i])
	}
}

// total is the evidence of all hours together.
func (p *Profile) total() (c Cell) {
	for _, h := range p.Hours {
		c.Arrivals += h.Arrivals
		c.Exposure += h.Exposure
	}
	return c
}

// Arrivals is how many arrivals the profile rests on, faded ones as their part.
func (p *Profile) Arrivals() float64 { return p.total().Arrivals }

// Factor is by how much the rate at a time differs from the feed's mean.
func (p *Profile) Factor(at time.Time) float64 { return p.factor(p.total(), at.UTC()) }

func (p *Profile) factor(all Cell, at time.Time) float64 {
	return min(max(posterior(p.Hours[at.Hour()], all)*posterior(p.Days[at.Weekday()], all), least), most)
}

// posterior is the mean of a factor: (prior + n) / (prior + expected n).
func posterior(c, all Cell) float64 {
	if all.Exposure <= 0 {
		return 1
	}
	return (prior + c.Arrivals) / (prior + c.Exposure*all.Arrivals/all.Exposure)
}

// Span is how much time passes between two times by the feed's clock, which
// runs faster where the feed brings more. At most 28 days are counted.
func (p *Profile) Span(from, to time.Time) time.Duration {
	sum, all := 0.0, p.total()
	for at, hours := range steps(from.UTC(), to) {
		sum += hours * p.factor(all, at)
	}
	return time.Duration(sum * float64(time.Hour))
}

// Expected is how many arrivals the profile expects within a span of the feed's
// clock.
func (p *Profile) Expected(span time.Duration) float64 {
	all := p.total()
	if all.Exposure <= 0 {
		return 0
	}
	return span.Hours() * all.Arrivals / all.Exposure
}
