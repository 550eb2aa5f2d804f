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
// error, it is on disk. An incident that is not there is bus.ErrNotFound.
func Act(ctx context.Context, b *bus.Bus, id string, action event.DeskAction) (*event.Incident, error) {
	bucket, err := b.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return nil, err
	}
	for {
		next, value, err := act(ctx, bucket, id, action)
		if errors.Is(err, bus.ErrConflict) && ctx.Err() == nil {
			continue // the aggregator, or somebody else, was faster
		}
		if err != nil {
			return nil, err
		}
		_, err = b.Publish(ctx, message(next, value))
		return next, err
	}
}

// Permits returns why an action cannot be, as the incident stands; nil if it can.
func Permits(ctx context.Context, b *bus.Bus, id string, action event.DeskAction) error {
	bucket, err := b.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return err
	}
	_, _, err = revise(ctx, bucket, id, action)
	return err
}

// revise returns the incident after an action, and the revision of the bucket that
// it follows.
func revise(ctx context.Context, bucket *bus.Bucket, id string, action event.DeskAction) (*event.Incident, uint64, error) {
	entry, err := bucket.Get(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	var old event.Incident
	if err := event.Decode(entry.Value, &old); err != nil {
		return nil, 0, fmt.Errorf("reading incident %s: %w", id, err)
	}
	next, err := incident.Act(&old, action)
	return next, entry.Revision, err
}

func act(ctx context.Context, bucket *bus.Bucket, id string, action event.DeskAction) (*event.Incident, []byte, error) {
	next, revision, err := revise(ctx, bucket, id, action)
	if err != nil {
		return nil, nil, err
	}
	value, err := event.Encode(next)
	if err != nil {
		return nil, nil, err
	}
	_, err = bucket.Put(ctx, id, value, revision)
	return next, value, err
}

// watch takes in what people do about incidents, from any process, until ctx
// ends. Should one have died between the bucket and the stream, it publishes that
// change.
func (a *Aggregator) watch(ctx context.Context) error {
	a.mu.Lock()
	from := a.latest + 1
	a.mu.Unlock()
	return a.bucket.FollowFrom(ctx, from, func(e bus.Entry) error {
		a.mu.Lock()
		defer a.mu.Unlock()
		if s := a.cache.known[e.Key]; s != nil && e.Revision <= s.revision {
			return nil // what this process wrote, or has read meanwhile
		}
		var i event.Incident
		if event.Decode(e.Value, &i) != nil || !byDesk(&i) {
			return nil // sync says what cannot be read
		}
		a.cache.adopt(&i, e.Revision)
		a.publish(&i, e.Value)
		return a.flush(ctx)
	})
}

// byDesk reports whether the latest change of an incident is what somebody did.
func byDesk(i *event.Incident) bool {
	return len(i.Desk) > 0 && i.Desk[len(i.Desk)-1].At.Equal(i.Updated)
}
