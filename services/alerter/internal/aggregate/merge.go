package aggregate

import (
	"context"
	"errors"

	"faultline/pkg/bus"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"
)

// merge joins the incident with another one when its new report shows that both
// tell one story. The earlier one takes the reports and is stored first; the
// other one is closed then. Whoever dies in between leaves an incident whose
// reports another one has: the next sweep closes it.
func (a *Aggregator) merge(ctx context.Context, id string, f *story.Profile) error {
	other, ok := a.cache.index.Twin(id, f)
	if !ok {
		return nil
	}
	one, x, err := a.read(ctx, id)
	if err != nil {
		return err
	}
	two, y, err := a.read(ctx, other)
	if err != nil {
		return err
	}
	if incident.Apart(x, y) {
		return nil
	}
	keep, gone := incident.Earlier(x, y)
	revision := one.Revision
	if keep == y {
		revision = two.Revision
	}
	next := incident.Absorb(*a.config.Load(), keep, gone, a.clock())
	if next == nil {
		return nil
	}
	p, err := newPlan(next, revision, "", nil)
	if err != nil {
		return err
	}
	if err := a.store(ctx, p); err != nil {
		return err
	}
	a.publish(next, p.value)
	return a.move(ctx, gone.ID)
}

// tryMerge leaves a merge that another process was quicker with to the next
// report.
func (a *Aggregator) tryMerge(ctx context.Context, id string, f *story.Profile) error {
	err := a.merge(ctx, id, f)
	if errors.Is(err, errAgain) || errors.Is(err, bus.ErrNotFound) {
		return nil
	}
	return err
}
