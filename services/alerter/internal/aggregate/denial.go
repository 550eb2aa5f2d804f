package aggregate

import (
	"context"
	"errors"
	"slices"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"
)

// contradict plans to hold what makes no alert by itself against the incident that it denies
// or takes back, and a correction against the one that its outlet told: the best of those that are
// open of its kind, there and then. Nil when there is none; news would open an incident then.
func (a *Aggregator) contradict(ctx context.Context, x *event.Assessment, profile *story.Profile, news bool) (*plan, error) {
	for _, match := range a.cache.index.Denied(a.profiler.Denial(x)) {
		entry, old, err := a.read(ctx, match.ID)
		if err != nil {
			return nil, err
		}
		if incident.Over(old) || !incident.Joins(old, x) || news && !incident.Corrects(old, x) {
			continue
		}
		text := incident.Text{Signature: profile.Signature, CopyOf: repeated(old, profile, a.config.Load().Copy)}
		return a.merged(entry, old, x, text, profile)
	}
	return nil, nil
}

// repeated is the item of the denial in an incident that a text repeats, "" if it repeats none.
func repeated(i *event.Incident, profile *story.Profile, least float64) string {
	for at := range i.Reports {
		r := &i.Reports[at]
		if r.Denies && len(r.Signature) > 0 && story.Jaccard(r.Signature, profile.Signature) >= least {
			return r.Item
		}
	}
	return ""
}

const (
	// maxWaiting is how many denials wait for what they deny, the latest.
	maxWaiting = 128
	// waitsFor is how long: as much later than its denial a slow feed may bring a report.
	waitsFor = 6 * time.Hour
)

// waiting is a denial that was held against nothing. It is kept in memory alone: a report
// that comes after a restart is told without it.
type waiting struct {
	denial *event.Assessment
	since  time.Time
}

// wait keeps a denial, in its latest revision, for the report that a slower feed may bring.
// One that was edited to deny nothing waits no more, and one without a place is found by none.
func (a *Aggregator) wait(x *event.Assessment) {
	now := a.clock()
	denies := x.Main != nil && incident.Contradicts(*a.config.Load(), x, now)
	at := slices.IndexFunc(a.waiting, func(w waiting) bool { return w.denial.Item.ID == x.Item.ID })
	switch {
	case at < 0 && denies:
		a.lapse(now)
		if len(a.waiting) == maxWaiting {
			a.waiting = slices.Delete(a.waiting, 0, 1)
		}
		a.waiting = append(a.waiting, waiting{x, now})
	case at < 0, x.Item.Revision < a.waiting[at].denial.Item.Revision: // delivered late
	case denies:
		a.waiting[at].denial = x
	default:
		a.waiting = slices.Delete(a.waiting, at, at+1)
	}
}

// lapse lets go of the denials that have waited for long enough.
func (a *Aggregator) lapse(now time.Time) {
	a.waiting = slices.DeleteFunc(a.waiting, func(w waiting) bool { return now.Sub(w.since) > waitsFor })
}

// answer holds the denials that wait against an incident that has just opened. What another
// process is quicker with is left.
func (a *Aggregator) answer(ctx context.Context, opened *event.Incident) error {
	a.lapse(a.clock())
	for _, w := range slices.Clone(a.waiting) {
		if w.denial.Main.Country != opened.Country || !incident.Joins(opened, w.denial) {
			continue
		}
		if _, err := a.try(ctx, w.denial); err != nil && !errors.Is(err, errAgain) {
			return err
		}
	}
	a.waiting = slices.DeleteFunc(a.waiting, func(w waiting) bool { return a.cache.items[w.denial.Item.ID] != "" })
	return nil
}
