package alerter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/digest"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/notify"
)

// digests sends the desk's digests when they are due. What is due when is a
// scheduled token beside those of the groups, and a state beside theirs, so that
// neither a restart nor a second alerter loses or doubles one.
type digests struct {
	bus      *bus.Bus
	logger   *slog.Logger
	states   *bus.Bucket
	timers   *bus.Timers
	indices  *indices
	channels func() *notify.Config
	digests  atomic.Pointer[[]*digest.Digest]
	changed  chan struct{}
}

// digestState is how far a digest is.
type digestState struct {
	Clock string    `json:"clock"` // of the configuration that Due follows from
	Due   time.Time `json:"due"`
	Since time.Time `json:"since"` // the end of what was told
	// Index is what the regions' indices were then.
	Index map[string]float64 `json:"index,omitempty"`
}

// digestKey begins the keys of digests; those of groups have no dot.
const digestKey = "digest."

func newDigests(ctx context.Context, b *bus.Bus, logger *slog.Logger, x *indices, channels func() *notify.Config) (*digests, error) {
	states, err := b.Bucket(ctx, bus.GroupState)
	if err != nil {
		return nil, err
	}
	d := &digests{bus: b, logger: logger, states: states, timers: b.Timers(bus.Groups), indices: x, channels: channels, changed: make(chan struct{}, 1)}
	d.set(nil)
	return d, nil
}

// set replaces the digests there are.
func (d *digests) set(all []*digest.Digest) {
	d.digests.Store(&all)
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

func (d *digests) find(name string) *digest.Digest {
	for _, one := range *d.digests.Load() {
		if one.Name == name {
			return one
		}
	}
	return nil
}

// Run gives each digest its token, at the start and when they change.
func (d *digests) Run(ctx context.Context) error {
	for {
		select {
		case <-d.changed:
		case <-ctx.Done():
			return nil
		}
		for _, one := range *d.digests.Load() {
			err := d.arrange(ctx, one, time.Now())
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				return fmt.Errorf("scheduling digest %s: %w", one.Name, err)
			}
		}
	}
}

// arrange makes the digest due when its schedule says. One that was missed stays
// due: it is told late.
func (d *digests) arrange(ctx context.Context, one *digest.Digest, now time.Time) error {
	for {
		s, revision, err := d.load(ctx, one.Name)
		if err != nil {
			return err
		}
		if s.Clock == one.Clock() {
			_, err := d.timers.ScheduleNew(ctx, digestKey+one.Name, s.Due, nil)
			return err
		}
		if s.Since.IsZero() {
			s.Since = now
		}
		s.Clock, s.Due = one.Clock(), one.Next(now)
		err = d.store(ctx, one.Name, s, revision)
		if err == nil {
			return d.timers.Schedule(ctx, digestKey+one.Name, s.Due, nil)
		}
		if !errors.Is(err, bus.ErrConflict) {
			return err
		}
	}
}

func (d *digests) load(ctx context.Context, name string) (s digestState, revision uint64, err error) {
	entry, err := d.states.Get(ctx, digestKey+name)
	if errors.Is(err, bus.ErrNotFound) {
		return s, 0, nil
	}
	if err == nil {
		err = json.Unmarshal(entry.Value, &s)
	} else if !errors.Is(err, bus.ErrDamaged) {
		return s, 0, err
	}
	if err != nil {
		d.logger.Error("The stored state of a digest is damaged; it begins anew", "digest", name, "err", err)
		s = digestState{}
	}
	return s, entry.Revision, nil
}

func (d *digests) store(ctx context.Context, name string, s digestState, revision uint64) error {
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encoding digest %s: %w", name, err)
	}
	_, err = d.states.Put(ctx, digestKey+name, data, revision)
	return err
}

// due is the router's: it takes the token if it is a digest's.
func (d *digests) due(ctx context.Context, key string, token *bus.Delivery) (taken bool, err error) {
	name, ours := strings.CutPrefix(key, digestKey)
	if !ours {
		return false, nil
	}
	one := d.find(name)
	s, revision, err := d.load(ctx, name)
	switch {
	case err != nil:
		return true, err
	case one == nil: // it is no longer configured: should it come again, it begins anew
		return true, d.states.Delete(ctx, digestKey+name, revision)
	case s.Clock != one.Clock():
		return true, d.arrange(ctx, one, time.Now())
	case token.Published.Before(s.Due): // scheduled anew meanwhile, or told already
		return true, d.timers.Schedule(ctx, key, s.Due, nil)
	}
	return true, d.tell(ctx, one, s, revision, token.Published)
}

// tell publishes a digest of all up to a time, which is the same whenever the
// token is delivered again, and makes the next one due.
func (d *digests) tell(ctx context.Context, one *digest.Digest, s digestState, revision uint64, until time.Time) error {
	regions, ok := d.indices.regions(until)
	if !ok {
		return bus.RetryAfter(time.Second, errors.New("the indices of the regions are still being read"))
	}
	next := digestState{Clock: s.Clock, Due: one.Next(time.Now()), Since: until, Index: map[string]float64{}}
	var index []digest.Region
	for _, r := range regions {
		change := r.Change
		if s.Index != nil {
			change = r.Value - s.Index[r.ID]
		}
		index = append(index, digest.Region{ID: r.ID, Value: r.Value, Change: change, Usual: r.Usual})
		next.Index[r.ID] = r.Value
	}
	ledger, err := d.read(ctx, one, s.Since, until)
	if err != nil {
		return err
	}
	if err := d.publish(ctx, one, s.Due, ledger.Tell(event.NewID("digest", one.Name, s.Due.Format(time.RFC3339)), s.Since, until, index)); err != nil {
		return err
	}
	if err := d.store(ctx, one.Name, next, revision); err != nil {
		return bus.RetryAfter(time.Second, err)
	}
	return d.timers.Schedule(ctx, digestKey+one.Name, next.Due, nil)
}

// read gathers what happened in a period.
func (d *digests) read(ctx context.Context, one *digest.Digest, since, until time.Time) (*digest.Ledger, error) {
	l := one.NewLedger(d.channels().Region)
	err := d.bus.Replay(ctx, bus.Incidents, nil, bus.Start{Since: since}, func(_ context.Context, m *bus.Delivery) error {
		if in, err := incident.Decode(m.Data); err == nil && !m.Published.After(until) {
			l.Incident(*in)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.bus.Replay(ctx, bus.Notices, nil, bus.Start{}, func(_ context.Context, m *bus.Delivery) error {
		var n event.Notice
		if !m.Published.After(until) && event.Decode(m.Data, &n) == nil {
			l.Notice(n)
		}
		return nil
	})
	return l, err
}

// publish hands the digest to every channel of its receiver, each exactly once. It
// is as old as its schedule, so that a late one says so.
func (d *digests) publish(ctx context.Context, one *digest.Digest, due time.Time, a event.Alert) error {
	r, _ := d.channels().Receiver(one.Receiver)
	for _, i := range r.Integrations {
		n := event.Notification{
			ID: event.NewID(a.Incident, r.Name, i.Name), Receiver: r.Name, Integration: i.Name, Created: due, Reason: group.ReasonFirst,
			GroupKey: "digest:" + one.Name, GroupLabels: map[string]string{"digest": one.Name}, Alerts: []event.Alert{a},
		}
		n.Thread = n.ID
		data, err := event.Encode(&n)
		if err != nil {
			return bus.Permanent(err)
		}
		if _, err := d.bus.PublishOnce(ctx, bus.Message{Subject: bus.NotificationSubject(r.Name, i.Name, n.ID), Data: data}); err != nil {
			return err
		}
	}
	d.logger.Info("A digest was told", "digest", one.Name, "receiver", one.Receiver, "due", due)
	return nil
}
