package aggregate

import (
	"context"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"
)

// maxPast is how many incidents that are over are known by the texts of their reports: some
// 10 MB.
const maxPast = 10_000

// reprint plans to keep a text that another outlet told days ago with the incident that it
// told, which is over and stays so: that it is read again is no news. Nil when it is news.
func (a *Aggregator) reprint(ctx context.Context, x *event.Assessment, profile *story.Profile) (*plan, error) {
	c := a.config.Load().Story()
	for _, id := range a.cache.past.Find(profile.Signature) {
		old, revision, err := a.latest(ctx, id)
		if err != nil {
			return nil, err
		}
		if !incident.Over(old) || old.MergedInto != "" {
			continue
		}
		for k := range old.Reports {
			if r := &old.Reports[k]; finds(r) && c.Reprints(profile, a.profiler.Restore(old, r)) {
				return a.merged(revision, old, x, incident.Text{Signature: profile.Signature, CopyOf: r.Item}, nil)
			}
		}
	}
	return nil, nil
}
