package aggregate

import (
	"context"
	"errors"
	"fmt"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
)

// Act does something about an incident in the name of a person, wherever that
// person is, and returns what became of the incident. When it returns nil as
// error, it is on disk. What cannot be is a Refusal; an incident that is not there is
// bus.ErrNotFound.
func Act(ctx context.Context, b *bus.Bus, id string, action event.DeskAction) (*event.Incident, error) {
	bucket, err := b.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return nil, err
	}
	return revise(ctx, b, bucket, id, acting(action))
}

// Permits returns why an action cannot be, as the incident stands; nil if it can.
func Permits(ctx context.Context, b *bus.Bus, id string, action event.DeskAction) error {
	bucket, err := b.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return err
	}
	old, _, err := lookUp(ctx, bucket, id)
	if err == nil {
		_, err = acting(action)(old)
	}
	return err
}

// edit makes an incident's next revision of it. It is given nil for an incident
// that is not there, and returns nil when there is nothing to do.
type edit func(old *event.Incident) (*event.Incident, error)

// Refusal is why an action cannot be, as the incident stands.
type Refusal struct{ error }

// Unwrap returns the reason.
func (r Refusal) Unwrap() error { return r.error }

func acting(a event.DeskAction) edit {
	return func(old *event.Incident) (*event.Incident, error) {
		if old == nil {
			return nil, Refusal{bus.ErrNotFound}
		}
		i, err := incident.Act(old, a)
		if err != nil {
			return nil, Refusal{err}
		}
		return i, nil
	}
}

// revise stores and publishes an incident's next revision, however often others
// are faster. It returns nil when there is nothing to do.
func revise(ctx context.Context, b *bus.Bus, bucket *bus.Bucket, id string, e edit) (*event.Incident, error) {
	for {
		i, value, err := reviseOnce(ctx, bucket, id, e)
		if errors.Is(err, bus.ErrConflict) && ctx.Err() == nil {
			continue // the aggregator, or somebody else, was faster
		}
		if err != nil || i == nil {
			return nil, err
		}
		_, err = b.Publish(ctx, message(i, value))
		return i, err
	}
}

// reviseOnce tries once to store an incident's next revision, and does not publish it.
func reviseOnce(ctx context.Context, bucket *bus.Bucket, id string, e edit) (*event.Incident, []byte, error) {
	old, revision, err := lookUp(ctx, bucket, id)
	if err != nil {
		return nil, nil, err
	}
	i, err := e(old)
	if err != nil || i == nil {
		return nil, nil, err
	}
	value, err := event.Encode(i)
	if err != nil {
		return nil, nil, err
	}
	_, err = bucket.Put(ctx, id, value, revision)
	return i, value, err
}

// lookUp reads an incident and its revision in the bucket; nil and 0 for one that is
// not there.
func lookUp(ctx context.Context, bucket *bus.Bucket, id string) (*event.Incident, uint64, error) {
	entry, err := bucket.Get(ctx, id)
	if errors.Is(err, bus.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	i, err := incident.Decode(entry.Value)
	if err != nil {
		return nil, 0, fmt.Errorf("reading incident %s: %w", id, err)
	}
	return i, entry.Revision, nil
}

// watch takes in what people do about incidents, from any process, until ctx
// ends. Should one have died between the bucket and the stream, it publishes that
// change.
func (a *Aggregator) watch(ctx context.Context) error {
	a.mu.Lock()
	from := a.upTo + 1
	a.mu.Unlock()
	return a.bucket.FollowFrom(ctx, from, func(e bus.Entry) error {
		return a.alone(ctx, func() error { return a.adopt(ctx, e) })
	})
}

// adopt takes in an incident whose latest change is what somebody did.
func (a *Aggregator) adopt(ctx context.Context, e bus.Entry) error {
	if s := a.cache.known[e.Key]; s != nil && e.Revision <= s.revision {
		return nil // what this process wrote, or has read meanwhile
	}
	i, err := incident.Decode(e.Value)
	if err != nil || !i.ByDesk() {
		return nil //nolint:nilerr // sync says what cannot be read
	}
	a.cache.adopt(i, e.Revision)
	a.publish(i, e.Value)
	return a.settle(ctx, i)
}
