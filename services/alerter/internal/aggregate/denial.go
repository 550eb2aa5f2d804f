package aggregate

import (
	"context"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"
)

// contradict plans to hold what makes no alert by itself against the incident that it denies
// or takes back: the best of those that are open of its kind, there and then. Nil when there is none.
func (a *Aggregator) contradict(ctx context.Context, x *event.Assessment, profile *story.Profile) (*plan, error) {
	for _, match := range a.cache.index.Denied(a.profiler.Denial(x)) {
		entry, old, err := a.read(ctx, match.ID)
		if err != nil {
			return nil, err
		}
		if incident.Over(old) || !incident.Joins(old, x) {
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
