// Package health judges feeds and regions by facts: whether a feed fails, is
// empty, stale or has gone quiet, and whether a region is blind. It is pure.
package health

import (
	"math"
	"time"
)

// State is how a feed is.
type State string

// The states, the gravest first.
const (
	Gone    State = "gone"    // the server said that the feed has ended
	Failing State = "failing" // it cannot be read
	Empty   State = "empty"   // it used to have items and has none
	Stale   State = "stale"   // its document changes, but brings nothing new where something is due
	Quiet   State = "quiet"   // nothing new comes where something is due
	Fine    State = "ok"
)

// Facts are what a feed is judged by, right after it was asked.
type Facts struct {
	Gone     bool
	Failures int  // failed fetches in a row
	Empty    bool // no item in the document, although the feed had some once
	// Silence is the time since the last arrival, Expected how many arrivals the
	// feed's rhythm expects in it, and Pauses the silence as a multiple of the
	// longest pause known, both by the feed's clock.
	Silence  time.Duration
	Expected float64
	Pauses   float64
	// Arrivals and Watched are the evidence behind the rhythm.
	Arrivals float64
	Watched  time.Duration
	// Rebuilt counts the documents since the last arrival that were others than
	// the one before and brought nothing.
	Rebuilt int
}

const (
	// enoughFailures in a row make a feed failing: one can be chance.
	enoughFailures = 3
	// improbable is the number of arrivals from which silence is no chance: of a
	// Poisson process that expects 14, none come with a probability of exp(-14),
	// one in a million.
	improbable = 14
	// pauses is how much longer than the longest pause known a silence must be:
	// outlets have holidays, and publish in clusters rather than by chance.
	pauses = 1.5
	// floor is the shortest silence that is worth a word.
	floor = 3 * time.Hour
	// enoughArrivals in enoughTime, a weekend included, make a rhythm.
	enoughArrivals = 20
	enoughTime     = 8 * 24 * time.Hour
	// enoughRebuilt documents without news tell a stale feed from a quiet one.
	enoughRebuilt = 10
)

// Judge is what the facts say at this moment.
func Judge(f Facts) State {
	switch {
	case f.Gone:
		return Gone
	case f.Failures >= enoughFailures:
		return Failing
	case f.Empty:
		return Empty
	case !f.silent():
		return Fine
	case f.Rebuilt >= enoughRebuilt:
		return Stale
	default:
		return Quiet
	}
}

// silent reports whether the silence is improbable.
func (f Facts) silent() bool {
	return f.Arrivals >= enoughArrivals && f.Watched >= enoughTime &&
		f.Silence >= floor && f.Expected >= improbable && f.Pauses >= pauses
}

// Record is the health of one feed as it was told. The zero value is that of a
// feed in order.
type Record struct {
	// State and Since are what holds; an empty State is Fine.
	State State     `json:"state,omitempty"`
	Since time.Time `json:"since,omitzero"`
	// Next is another state that the facts speak for since Pending, and that
	// holds when it has lasted.
	Next    State     `json:"next,omitempty"`
	Pending time.Time `json:"pending,omitzero"`
	// Flaps counts the problems of late, each fading by half in a day.
	Flaps float64   `json:"flaps,omitempty"`
	Faded time.Time `json:"faded,omitzero"` // when Flaps was brought up to date
}

// Current is the state that holds.
func (r Record) Current() State {
	if r.State == "" {
		return Fine
	}
	return r.State
}

// How long a state must last before it holds, while the feed does not flap.
// Silence and staleness took hours to be seen, and an end is the server's word.
const (
	holdFailing = 5 * time.Minute
	holdEmpty   = time.Hour
	holdFine    = 10 * time.Minute
	// calm is the half-life of flaps; the holding time doubles with each, to 64
	// times at most (the idea is route flap damping's: RFC 2439, section 4).
	calm     = 24 * time.Hour
	maxFlaps = 6
)

// Step takes the facts of a moment into the record. told reports that another
// state holds from now on, changed that the record must be stored. A state is
// noted before it holds, so that whoever has to say it again after a crash says
// it of the same time.
func (r *Record) Step(f Facts, now time.Time) (told, changed bool) {
	state := Judge(f)
	if state == r.Current() {
		changed = r.Next != ""
		r.Next, r.Pending = "", time.Time{}
		return false, changed
	}
	if state != r.Next || r.Pending.After(now) { // or the clock was set back
		r.Next, r.Pending = state, now
		if state != Gone { // which is asked again in a week
			return false, true
		}
	}
	if now.Sub(r.Pending) < r.hold(state, now) {
		return false, false
	}
	if state != Fine {
		r.Flaps, r.Faded = min(r.flaps(now)+1, maxFlaps+1), now
	}
	r.State, r.Since = state, r.Pending
	r.Next, r.Pending = "", time.Time{}
	return true, true
}

// Wait forgets what was pending, for a moment at which the facts say nothing: a
// network that is down. It reports whether the record must be stored.
func (r *Record) Wait() (changed bool) {
	changed = r.Next != ""
	r.Next, r.Pending = "", time.Time{}
	return changed
}

func (r *Record) flaps(now time.Time) float64 {
	if r.Flaps == 0 {
		return 0
	}
	halves := max(0, now.Sub(r.Faded).Hours()/calm.Hours())
	return r.Flaps * math.Exp2(-halves)
}

// hold is how long a state must last. A problem that follows others, and the
// return from it, must last longer.
func (r *Record) hold(s State, now time.Time) time.Duration {
	base := time.Duration(0)
	switch s {
	case Failing:
		base = holdFailing
	case Empty:
		base = holdEmpty
	case Fine:
		base = holdFine
	case Gone, Stale, Quiet:
	}
	earlier := r.flaps(now)
	if r.Current() != Fine {
		earlier-- // the problem that holds
	}
	return time.Duration(float64(base) * math.Exp2(min(max(earlier, 0), maxFlaps)))
}
