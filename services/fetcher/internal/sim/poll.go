package sim

import (
	"math"
	"time"

	"faultline/services/fetcher/internal/budget"
	"faultline/services/fetcher/internal/poll"
	"faultline/services/fetcher/internal/state"
)

// subject is one feed of the simulation.
type subject struct {
	*outlet
	id      string
	watched bool
	state   state.State
	tag     int // what of its outlet's items the stored validators stand for

	due  time.Time // when it is asked next
	last time.Time // when it was in order last
	// sound says that it was in order when it was asked last, learned that it
	// once was.
	sound, learned bool
}

// answer is what a fetch brought.
type answer struct {
	at    time.Time // when it was there
	class string    // of the error, or empty
	kind  kind
	came  []time.Time
	lost  int
	bytes int
}

type kind byte

const (
	asleep      kind = iota // not asked at all
	failed                  // an error, see class
	notModified             // 304
	same                    // the bytes of last time
	other                   // a document to be compared
)

// Sizes in bytes on the wire, request and answer with their headers, gzip: of
// an error or 304, and of a document of ten items of 1 kB.
const (
	headers  = 900
	document = headers + 4_000
)

// ask lets the outlet answer. It is the world's part of a poll.
func (f *subject) ask(start time.Time, took, longest time.Duration, n *news) answer {
	a := answer{at: start.Add(took), bytes: headers}
	if f.state.Asleep(start) > 0 {
		a.kind, a.bytes = asleep, 0
		return a
	}
	f.unwell(&a)
	if a.class != "" {
		a.kind = failed
		return a
	}
	a.came, a.lost = f.publish(start, n)
	switch {
	case f.tag != f.count || f.temper == rebuilt:
		a.kind, a.bytes = other, document
	case f.temper == plain || f.doubted(start, longest):
		a.kind, a.bytes = same, document
	default:
		a.kind = notModified
	}
	return a
}

// doubted reports whether the document of an honest feed is asked for without conditions.
func (f *subject) doubted(start time.Time, longest time.Duration) bool {
	return f.temper == honest && f.state.Doubts(start, longest, f.random.Float64())
}

// unwell says what is wrong with the outlet, if anything is.
func (f *subject) unwell(a *answer) {
	switch {
	case f.temper == dead:
		a.class = "http_404"
	case f.temper == gone:
		a.class = "http_410"
	case f.random.Float64() < 0.002:
		a.class = "timeout"
	}
	for _, s := range f.downs {
		if s.has(a.at) {
			a.class = "refused"
		}
	}
}

// effect is what a poll leaves behind.
type effect struct {
	wait  time.Duration // until the next one
	items int           // published
	state bool          // the state was stored
}

// decide is the fetcher's part of a poll, in the order of its rounds: what
// became of the answer, the feed's health, and when it is asked again.
func (f *subject) decide(a answer, bounds poll.Bounds, share *budget.Share, tick time.Time) (e effect) {
	if a.kind == asleep {
		return effect{wait: f.state.Asleep(a.at) + time.Second}
	}
	switch a.kind {
	case failed:
		f.state.Fail(a.at, a.class, 0)
		if a.class == "http_410" {
			f.state.End(a.at)
		}
		e.state = true
	case other:
		changes, _ := f.state.Take(f.document(), state.Fetch{Feed: f.id, Time: a.at, Window: time.Hour, Burst: bounds.Min})
		f.state.Succeed(a.at)
		e.items, e.state, f.tag = len(changes), true, f.count
	case notModified, same, asleep:
		e.state = f.state.Succeed(a.at)
	}
	_, changed := f.state.Health.Step(f.state.Judged(a.at), a.at)
	e.state = e.state || changed
	if rest := f.state.Asleep(a.at); rest > 0 && !f.state.Gone.IsZero() {
		e.wait = rest
		return e
	}
	e.wait = share.Stretch(tick, f.id, poll.Next(bounds, f.state.Facts(a.at, 0), f.random.Float64()), f.random.Float64())
	return e
}

// took is how long the outlet takes to answer this time, at most the fetcher's
// time-out.
func (f *subject) took(timeout time.Duration) time.Duration {
	if f.state.Class == "timeout" {
		return timeout
	}
	return min(time.Duration(float64(f.latency)*math.Exp(0.5*f.random.NormFloat64())), timeout)
}
