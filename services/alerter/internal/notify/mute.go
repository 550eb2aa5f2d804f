package notify

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/alertmanager/timeinterval"
)

// MaxHold bounds the search for the end of a mute: intervals may be months and years. A
// route muted for longer is looked at again then.
const MaxHold = 366 * 24 * time.Hour

// Muted reports whether the route's time intervals forbid a message now, and
// until when, to the minute, which is how fine they are.
func (c *Config) Muted(r Route, now time.Time) (until time.Time, muted bool, err error) {
	if len(r.Mute) == 0 && len(r.Active) == 0 {
		return time.Time{}, false, nil
	}
	muted, err = c.Mutes(r, now)
	if !muted || err != nil {
		return time.Time{}, false, err
	}
	until = now.Truncate(time.Minute)
	for until.Sub(now) < MaxHold {
		until = until.Add(min(c.steady(r, until), MaxHold-until.Sub(now)))
		if still, err := c.Mutes(r, until); !still || err != nil {
			return until, true, err
		}
	}
	return until, true, nil
}

// steady is for how long at least nothing changes about a route's time intervals, from a
// whole minute on: until one of their times of day or the end of the day, by their clocks.
func (c *Config) steady(r Route, t time.Time) time.Duration {
	least := MaxHold
	for _, name := range slices.Concat(r.Mute, r.Active) {
		for _, span := range c.spans[name] {
			least = min(least, change(span, t))
		}
	}
	return least
}

const day = 24 * 60 // minutes

// change is when a time interval may begin or end after t. An hour in which its clock is
// set is gone through by minutes.
func change(span timeinterval.TimeInterval, t time.Time) time.Duration {
	local := t.UTC()
	if span.Location != nil {
		local = t.In(span.Location.Location)
	}
	minute, next := local.Hour()*60+local.Minute(), day
	for _, times := range span.Times {
		for _, edge := range []int{times.StartMinute, times.EndMinute} {
			if edge > minute {
				next = min(next, edge)
			}
		}
	}
	ahead := time.Duration(next-minute) * time.Minute
	_, now := local.Zone()
	if _, then := local.Add(ahead).Zone(); then != now {
		return time.Minute
	}
	return ahead
}

// Mutes reports whether the route's time intervals forbid a message at a time.
func (c *Config) Mutes(r Route, t time.Time) (bool, error) {
	muted, _, err := c.intervals.Mutes(r.Mute, t)
	if muted || err != nil {
		return muted, wrapInterval(err)
	}
	if len(r.Active) == 0 {
		return false, nil
	}
	active, _, err := c.intervals.Mutes(r.Active, t)
	return !active, wrapInterval(err)
}

func wrapInterval(err error) error {
	if err != nil {
		return fmt.Errorf("looking up time interval: %w", err)
	}
	return nil
}
