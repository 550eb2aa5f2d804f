package aggregate

import (
	"slices"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

const (
	// maxWaiting is how many denials wait for what they deny, the latest.
	maxWaiting = 256
	// waitsFor is how long: as much later than its denial a slow feed may bring a report. By
	// when both were assessed, so that it does not matter when they are taken in hand.
	waitsFor = 6 * time.Hour
)

// waiting are denials, each with a place, that were held against nothing, in the order in which
// they came. It is a cache: recall makes it anew.
type waiting []*waiter

// waiter is one of them.
type waiter struct {
	*event.Assessment
	profile *story.Profile // of Profiler.Denial; nil until it is asked for
}

// keep takes in an assessment of an item if it denies something. Of each item the latest revision
// waits: one that was edited to deny nothing does so no more.
func (w *waiting) keep(x *event.Assessment, denies bool) {
	at := slices.IndexFunc(*w, func(d *waiter) bool { return d.Item.ID == x.Item.ID })
	switch {
	case at < 0 && !denies, at >= 0 && x.Item.Revision < (*w)[at].Item.Revision: // nothing, or delivered late
	case at < 0:
		w.drop(func(d *waiter) bool { return late(x, d.Assessment) })
		*w = append((*w)[max(0, len(*w)-maxWaiting+1):], &waiter{Assessment: x})
	case denies:
		(*w)[at] = &waiter{Assessment: x}
	default:
		*w = slices.Delete(*w, at, at+1)
	}
}

// soon are those that a report does not come too late for.
func (w *waiting) soon(report *event.Assessment) (all []*waiter) {
	for _, d := range *w {
		if !late(report, d.Assessment) {
			all = append(all, d)
		}
	}
	return all
}

// drop lets go of those that waiting is over for.
func (w *waiting) drop(over func(*waiter) bool) { *w = slices.DeleteFunc(*w, over) }

// late reports whether an assessment came too late for a denial.
func late(x, denial *event.Assessment) bool {
	return x.Assessed.Sub(denial.Assessed) > waitsFor
}
