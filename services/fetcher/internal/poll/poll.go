// Package poll decides when a feed is asked again. It is pure: the caller gives
// the facts and a random number.
package poll

import (
	"math"
	"time"
)

// Bounds are the desk's decision: a feed in good health is asked at least every
// Max and at most every Min, whatever it says itself.
type Bounds struct {
	Min, Max time.Duration
}

// Facts are what is known about a feed when it was just asked.
type Facts struct {
	// Gap is the usual time between two of its items and Silence the time since
	// the last one; 0 means unknown.
	Gap, Silence time.Duration
	// Hint is how long the feed asks to be left alone: the longer of the answer's
	// remaining freshness and the document's ttl.
	Hint time.Duration
	// Idle says that the feed itself expects nothing at this hour (skipHours,
	// skipDays).
	Idle bool
	// Pushed says that a hub is bound to push the feed and has lately been first
	// with its news.
	Pushed bool
	// Failures counts the failed fetches in a row, this one included.
	Failures int
	// RetryAfter is what the server demanded, already capped.
	RetryAfter time.Duration
}

const (
	// perGap is how often a feed is asked per item it usually brings: ten times,
	// so that an item waits a twentieth of the usual gap on average.
	perGap = 10
	// idleAfter is the silence after which a feed's skipHours are believed.
	idleAfter = time.Hour
	// jitter is the part of the interval by which it is cut at random, so that
	// feeds that started together drift apart. One that is asked every Min
	// cannot be asked sooner; it waits drift longer at most.
	jitter = 0.1
	drift  = 0.02
	// pushed is how many times as long a feed is left alone whose hub has proven
	// itself: should the hub fall silent, news is late by that once.
	pushed = 4
)

// LongestPause bounds what a server may ask for: a mistake of ten years must
// not silence a feed for ten years.
const LongestPause = 24 * time.Hour

// GoneRecheck is when a feed that answered "410 Gone" is asked once more.
const GoneRecheck = 7 * 24 * time.Hour

// Next is the time until the feed is asked again; random is in [0, 1).
func Next(b Bounds, f Facts, random float64) time.Duration {
	if f.Failures > 0 {
		return backoff(b, f, random)
	}
	interval := steady(b, f)
	if f.Pushed {
		interval = min(pushed*interval, b.Max)
	}
	varied := float64(interval) * (1 - jitter*random)
	soonest := float64(b.Min) * (1 + drift*random)
	return min(time.Duration(max(varied, soonest)), b.Max)
}

// steady is the interval of a healthy feed. What it says of itself is believed
// as far as what was seen does not speak against it: many feeds that bring news
// every few minutes carry a ttl of an hour.
func steady(b Bounds, f Facts) time.Duration {
	if f.Idle && (f.Silence == 0 || f.Silence > idleAfter) {
		return b.Max
	}
	if f.Gap <= 0 {
		return min(max(Middle(b), f.Hint), b.Max)
	}
	gap := float64(f.Gap)
	if f.Silence > f.Gap { // slow down gently while nothing comes
		gap *= math.Sqrt(float64(f.Silence) / gap)
	}
	interval := max(time.Duration(gap/perGap), min(f.Hint, f.Gap))
	return min(max(interval, b.Min), b.Max)
}

// Middle is the interval of a feed of which nothing is known: the geometric mean
// of its bounds.
func Middle(b Bounds) time.Duration {
	return time.Duration(math.Sqrt(float64(b.Min) * float64(b.Max)))
}

// backoff doubles from Min up to a ceiling of four times Max, but at most an
// hour where Max is less. A demanded pause is never cut short: jitter only adds.
func backoff(b Bounds, f Facts, random float64) time.Duration {
	ceiling := max(b.Max, min(4*b.Max, time.Hour))
	wait, doublings := ceiling, min(f.Failures-1, 20)
	if b.Min <= ceiling>>doublings { // or it would not fit
		wait = b.Min << doublings
	}
	wait = max(wait, f.RetryAfter)
	return wait + time.Duration(float64(wait)*jitter*random)
}

// Spread is when the i-th of n new feeds is asked first: soon when they are few,
// over the shortest interval when they are many, and never more than 200 in a
// second, or they would wait for workers together, now and at their next polls.
func Spread(i, n int, shortest time.Duration) time.Duration {
	const apart, closest = 50 * time.Millisecond, 5 * time.Millisecond
	return max(min(apart, shortest/time.Duration(max(n, 1))), closest) * time.Duration(i)
}
