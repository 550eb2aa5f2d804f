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
	old, err := existing(ctx, bucket, id)
	if err != nil {
		return nil, nil, err
	}
	if part, err = incident.Part(old, items, action); err != nil {
		return nil, nil, err
	}
	if _, err = revise(ctx, b, bucket, part.ID, parting(part)); err != nil {
		return nil, nil, err
	}
	if part, err = existing(ctx, bucket, part.ID); err != nil {
		return nil, nil, err
	}
	return endSplit(ctx, b, bucket, part)
}

// endSplit takes the reports of an incident that was split off out of the one that they
// were in, and returns both as they stand then: the aggregator may have been faster with
// the one or the other.
func endSplit(ctx context.Context, b *bus.Bus, bucket *bus.Bucket, split *event.Incident) (part, rest *event.Incident, err error) {
	_, err = revise(ctx, b, bucket, split.SplitFrom, func(old *event.Incident) (*event.Incident, error) {
		if old == nil {
			return nil, nil
		}
		if _, err := revise(ctx, b, bucket, split.ID, carrying(old)); err != nil {
			return nil, err
		}
		return without(ctx, bucket, old, split.ID)
	})
	if err != nil {
		return nil, nil, err
	}
	if part, err = existing(ctx, bucket, split.ID); err != nil {
		return nil, nil, err
	}
	rest, err = existing(ctx, bucket, split.SplitFrom)
	return part, rest, err
}

// without is the next revision of an incident without the reports of one that was split off;
// nil when it has none of them. The latter is read here, after the former: one that was joined
// again meanwhile is no longer split off, and a change of the former since is a conflict.
func without(ctx context.Context, bucket *bus.Bucket, old *event.Incident, split string) (*event.Incident, error) {
	part, _, err := lookUp(ctx, bucket, split)
	if err != nil || part == nil {
		return nil, err
	}
	return incident.Rest(old, part), nil
}

// existing is lookUp for an incident that should be there.
func existing(ctx context.Context, bucket *bus.Bucket, id string) (*event.Incident, error) {
	i, _, err := lookUp(ctx, bucket, id)
	if err == nil && i == nil {
		err = bus.ErrNotFound
	}
	return i, err
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

// carrying writes an incident that was split off with what came to the other one since.
func carrying(old *event.Incident) edit {
	return func(part *event.Incident) (*event.Incident, error) {
		if part == nil {
			return nil, nil
		}
		return incident.Carry(part, old), nil
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
	if err != nil {
		return again(err) // or it is gone
	}
	if carried := incident.Carry(part, old); carried != nil {
		if err := a.storeSplit(ctx, carried, a.cache.known[part.ID].revision); err != nil {
			return again(err)
		}
	}
	rest, err := without(ctx, a.bucket, old, part.ID) // what the watch gives may be over by now
	if err != nil || rest == nil {
		return err
	}
	return again(a.storeSplit(ctx, rest, entry.Revision))
}

// again is an error that is left to the next sweep: nil for what somebody else was
// quicker with.
func again(err error) error {
	if errors.Is(err, errAgain) {
		return nil
	}
	return err
}

// storeSplit stores an incident that a split changed, and publishes it.
func (a *Aggregator) storeSplit(ctx context.Context, i *event.Incident, revision uint64) error {
	p, err := newPlan(i, revision, "", nil)
	if err != nil {
		return err
	}
	if err := a.store(ctx, p); err != nil {
		return err
	}
	a.cache.adopt(i, a.cache.known[i.ID].revision)
	a.publish(i, p.value)
	return nil
}

// divided takes in what was split off an incident, before the watch does, so that one
// of its reports is looked for again.
func (a *Aggregator) divided(ctx context.Context, old *event.Incident) error {
	for _, id := range old.Split {
		if _, _, err := a.read(ctx, id); again(err) != nil {
			return err
		}
	}
	return errAgain
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
		if err != nil {
			return again(err) // or it is gone
		}
		return a.settle(ctx, part)
	})
}
