package aggregate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
)

// Split makes some reports of an incident one of their own, in the name of a
// person, and returns both as they stand then. The new one is written first:
// whoever dies in between leaves reports in two incidents, which the aggregator
// takes out of the older one.
func Split(ctx context.Context, b *bus.Bus, id string, items []string, action event.DeskAction) (part, rest *event.Incident, err error) {
	bucket, err := b.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return nil, nil, err
	}
	old, _, err := get(ctx, bucket, id)
	if err == nil && old == nil {
		err = bus.ErrNotFound
	}
	if err != nil {
		return nil, nil, err
	}
	if part, err = incident.Part(old, items, action); err != nil {
		return nil, nil, err
	}
	if _, err = write(ctx, b, bucket, part.ID, parting(part)); err != nil {
		return nil, nil, err
	}
	if part, _, err = get(ctx, bucket, part.ID); err == nil && part == nil {
		err = bus.ErrNotFound
	}
	if err != nil {
		return nil, nil, err
	}
	rest, err = write(ctx, b, bucket, id, resting(part))
	if err == nil && rest == nil { // the aggregator was faster
		rest, _, err = get(ctx, bucket, id)
	}
	return part, rest, err
}

// parting writes an incident that was split off; again, if it had been merged. It is left
// as it is where whoever split it before died in between.
func parting(part *event.Incident) edit {
	return func(old *event.Incident) (*event.Incident, error) {
		i := *part
		switch {
		case old == nil:
		case old.MergedInto == part.SplitFrom:
			i.Revision = old.Revision + 1
		case old.SplitFrom == part.SplitFrom:
			return nil, nil
		default:
			return nil, fmt.Errorf("incident %s has the first of these reports already", old.ID)
		}
		return &i, nil
	}
}

// resting writes the incident that another one was split off from.
func resting(part *event.Incident) edit {
	return func(old *event.Incident) (*event.Incident, error) {
		if old == nil {
			return nil, nil
		}
		return incident.Rest(old, part), nil
	}
}

// settle takes the reports of an incident that was split off out of the one that
// they were in, should whoever split it have died before that. What somebody else
// changed meanwhile is left to the next sweep.
func (a *Aggregator) settle(ctx context.Context, part *event.Incident) error {
	if part.SplitFrom == "" || a.cache.known[part.SplitFrom] == nil {
		return nil
	}
	entry, old, err := a.read(ctx, part.SplitFrom)
	if errors.Is(err, errAgain) {
		return nil // it is gone
	}
	if err != nil {
		return err
	}
	rest := incident.Rest(old, part)
	if rest == nil {
		return nil
	}
	p, err := newPlan(rest, entry.Revision, "", nil)
	if err != nil {
		return err
	}
	err = a.store(ctx, p)
	if errors.Is(err, errAgain) {
		return nil
	}
	if err != nil {
		return err
	}
	a.cache.adopt(rest, a.cache.known[rest.ID].revision)
	a.publish(rest, p.value)
	return nil
}

// unsettled are the incidents whose reports are still in the one that they were
// split off from as well.
func (a *Aggregator) unsettled() (ids []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, s := range a.cache.known {
		if from := a.cache.known[s.from]; s.from != "" && from != nil && slices.ContainsFunc(s.items, func(item string) bool { return slices.Contains(from.items, item) }) {
			ids = append(ids, id)
		}
	}
	return ids
}

// settleAll settles what is not.
func (a *Aggregator) settleAll(ctx context.Context) error {
	var errs []error
	for _, id := range a.unsettled() {
		errs = append(errs, a.settleOne(ctx, id))
	}
	return errors.Join(errs...)
}

func (a *Aggregator) settleOne(ctx context.Context, id string) error {
	return a.alone(ctx, func() error {
		_, part, err := a.read(ctx, id)
		if errors.Is(err, errAgain) {
			return nil // it is gone
		}
		if err != nil {
			return err
		}
		return a.settle(ctx, part)
	})
}
