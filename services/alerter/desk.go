package alerter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/aggregate"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/silence"
)

// Act does something about an incident in the name of a person and returns what
// became of the incident. When it returns nil as error, it is on disk, and every
// alerter obeys it. A mute is a silence of the incident, which comes first: what
// is in force is never without a record of who asked for it. An action that is
// refused leaves no silence behind.
func Act(ctx context.Context, b *bus.Bus, incident string, a event.DeskAction) (*event.Incident, error) {
	if a.Kind != event.DeskMuted && a.Kind != event.DeskUnmuted {
		return aggregate.Act(ctx, b, incident, a)
	}
	if err := aggregate.Permits(ctx, b, incident, a); err != nil {
		return nil, err
	}
	silences, err := silence.New(ctx, silence.Options{Bus: b})
	if err != nil {
		return nil, err
	}
	if a.Kind == event.DeskMuted {
		return mute(ctx, b, silences, incident, a)
	}
	switch n, err := silences.Unmute(ctx, incident); {
	case err != nil:
		return nil, err
	case n == 0:
		return nil, fmt.Errorf("incident %s has no silence of its own; faultline silences list shows all, and faultline silences expire ends one", incident)
	}
	return aggregate.Act(ctx, b, incident, a)
}

// mute makes a silence of the incident and notes it there. What is refused is undone; where
// only the note could not be stored the silence stays.
func mute(ctx context.Context, b *bus.Bus, silences *silence.Store, incident string, a event.DeskAction) (*event.Incident, error) {
	id, err := silences.Mute(ctx, incident, a.Until, a.By, a.String())
	if err != nil {
		return nil, err
	}
	i, err := aggregate.Act(ctx, b, incident, a)
	if _, refused := errors.AsType[aggregate.Refusal](err); refused { // as when it was closed meanwhile
		_, failed := silences.End(ctx, id)
		err = errors.Join(err, failed)
	}
	return i, err
}

// Mute is a silence that an incident is under.
type Mute struct {
	Until time.Time // zero when there is none
	By    string    // who made it, as they name themselves
	Wider bool      // it is not of that incident alone: unmute does not end it
}

// Mutes reads the silences in force, whoever made them with whatever tool, and
// returns what tells the one of an incident that ends last.
func Mutes(ctx context.Context, b *bus.Bus) (func(*event.Incident) (Mute, error), error) {
	silences, err := silence.New(ctx, silence.Options{Bus: b})
	if err != nil {
		return nil, err
	}
	return func(in *event.Incident) (m Mute, err error) {
		last, own, err := silences.Last(ctx, alert.Labels(*in))
		return Mute{Until: last.Ends, By: last.By, Wider: !last.Ends.IsZero() && !own}, err
	}, nil
}

// Split makes the reports of some items a story of their own, in the name of a
// person, and returns the new incident and the one that they were in. When it
// returns nil as error, both are on disk.
func Split(ctx context.Context, b *bus.Bus, incident string, items []string, a event.DeskAction) (part, rest *event.Incident, err error) {
	return aggregate.Split(ctx, b, incident, items, a)
}

// Unite makes an incident part of another one, in the name of a person, and returns the
// other. When it returns nil as error, both are on disk.
func Unite(ctx context.Context, b *bus.Bus, incident, into string, a event.DeskAction) (*event.Incident, error) {
	return aggregate.Unite(ctx, b, incident, into, a)
}

// Incidents hands out the incidents that are open, quiet, or were closed less
// than alerter.incidents.keep ago, in no order worth knowing. Those of another
// version are passed over.
func Incidents(ctx context.Context, b *bus.Bus, take func(event.Incident)) error {
	bucket, err := b.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return err
	}
	return bucket.Each(ctx, func(e bus.Entry) error {
		if in, err := incident.Decode(e.Value); err == nil {
			take(*in)
		}
		return nil
	})
}
