package aggregate

import (
	"context"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
)

// Unite makes an incident part of another one, in the name of a person, and returns the
// other as it stands then. That one is written first: whoever dies in between leaves an
// incident whose reports another one has, which the next sweep closes.
func Unite(ctx context.Context, b *bus.Bus, id, into string, action event.DeskAction) (*event.Incident, error) {
	if err := loosen(ctx, b, id, into, action); err != nil {
		return nil, err
	}
	bucket, err := b.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return nil, err
	}
	_, err = revise(ctx, b, bucket, id, func(gone *event.Incident) (*event.Incident, error) {
		switch {
		case gone == nil:
			return nil, bus.ErrNotFound
		case gone.MergedInto == into: // the aggregator was faster
			return nil, nil
		}
		_, err := revise(ctx, b, bucket, into, uniting(gone, action))
		return incident.Leave(gone, into, action), err
	})
	if err != nil {
		return nil, err
	}
	return existing(ctx, bucket, into)
}

// uniting writes an incident with the reports of another one in it.
func uniting(gone *event.Incident, action event.DeskAction) edit {
	return func(keep *event.Incident) (*event.Incident, error) {
		if keep == nil {
			return nil, bus.ErrNotFound
		}
		return incident.Unite(keep, gone, action)
	}
}

// loosen ends what keeps apart an incident that was split off, which would take its
// reports back: the split is ended first, should whoever made it have died.
func loosen(ctx context.Context, b *bus.Bus, id, into string, action event.DeskAction) error {
	bucket, err := b.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return err
	}
	gone, err := existing(ctx, bucket, id)
	if err != nil || gone.SplitFrom == "" || gone.MergedInto == into {
		return err
	}
	keep, err := existing(ctx, bucket, into)
	if err != nil {
		return err
	}
	if _, err := incident.Unite(keep, gone, action); err != nil { // what is refused changes nothing
		return err
	}
	_, err = revise(ctx, b, bucket, gone.SplitFrom, func(old *event.Incident) (*event.Incident, error) {
		if old == nil {
			return nil, nil
		}
		return without(ctx, bucket, old, id)
	})
	if err != nil {
		return err
	}
	_, err = revise(ctx, b, bucket, id, func(gone *event.Incident) (*event.Incident, error) {
		if gone == nil {
			return nil, bus.ErrNotFound
		}
		return incident.Loose(gone, into, action), nil
	})
	return err
}
