package route

import (
	"context"
	"errors"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/group"

	"golang.org/x/sync/errgroup"
)

// Inhibitor knows what the inhibit_rules hold back.
type Inhibitor interface {
	// Reach waits until it has taken in all that the stream had up to a message.
	Reach(ctx context.Context, stream string, sequence uint64) error
	// Inhibited returns the labels of what inhibits an alert, nil for nothing.
	Inhibited(ctx context.Context, labels map[string]string) (by map[string]string, err error)
}

// holdBack notes in the group what is silenced or inhibited at the moment.
func (r *Router) holdBack(ctx context.Context, s *group.State, now time.Time) (changed bool, err error) {
	changed = s.HoldBack(func(labels map[string]string) group.Hold {
		h, failed := r.hold(ctx, labels)
		err = errors.Join(err, failed)
		return h
	}, now)
	return changed, err
}

func (r *Router) hold(ctx context.Context, labels map[string]string) (group.Hold, error) {
	until, _, err := r.Silenced(ctx, labels)
	if err != nil || !until.IsZero() {
		return group.Hold{Silenced: until}, err
	}
	by, err := r.Inhibitor.Inhibited(ctx, labels)
	return group.Hold{Inhibited: by["incident"]}, err
}

// Recheck looks again at every group that holds something back for a silence or an open
// incident, which may have ended, or for time intervals that its route has no longer.
func (r *Router) Recheck(ctx context.Context) error {
	r.rechecks.Add(1)
	freed := r.freed(time.Now())
	var g errgroup.Group
	g.SetLimit(sideBySide)
	err := r.groups.Each(ctx, func(e bus.Entry) error {
		glance, err := group.GlanceAt(e.Value)
		if err != nil || glance.ID != e.Key {
			return nil //nolint:nilerr // said by mend
		}
		_, owed := r.owed.Load(e.Key)
		if unmuted := freed(&glance); unmuted || owed || glance.Holds() {
			s := stored{revision: e.Revision}
			if err := event.Unmarshal(e.Value, &s.State); err != nil {
				return nil //nolint:nilerr // said by mend
			}
			g.Go(func() error {
				if err := r.finish(ctx, &s); err != nil {
					return err
				}
				return r.free(ctx, s, unmuted)
			})
		}
		return nil
	})
	return errors.Join(err, g.Wait())
}

// free notes in a group what holds it back now, and lets it come when that allows. The group
// says so itself before its token does: whoever lands something in it meanwhile would put a
// token in the place of that one, for the time that the group gives. The token is moved even
// when there is nothing to note: whoever noted it may have come no further.
func (r *Router) free(ctx context.Context, s stored, unmuted bool) error {
	id := s.ID
	r.owed.Store(id, true) // also what was noted though the answer did not come
	s, err := r.update(ctx, id, s, noLimit, func(s *group.State) (bool, error) {
		if s.ID == "" { // forgotten meanwhile
			return false, nil
		}
		now := time.Now()
		changed, err := r.holdBack(ctx, s, now)
		if unmuted && s.Held.After(now) {
			s.Hold(now) // and the time intervals are asked again
			changed = true
		}
		return changed, err
	})
	if err == nil && s.ID != "" {
		err = r.schedule(ctx, s, time.Time{})
	}
	if err == nil {
		r.owed.Delete(id)
	}
	return err
}

// freed returns what reports whether a group waits for longer than its route's time
// intervals now ask for. Each route is looked up once: many groups have the same, and
// every incident that ends has all groups looked at.
func (r *Router) freed(now time.Time) func(s *group.Glance) bool {
	cfg, ends := r.Config(), map[[2]string]time.Time{}
	return func(s *group.Glance) bool {
		if !s.Held.After(now) {
			return false
		}
		key := [2]string{s.Route, s.Receiver}
		end, known := ends[key]
		if route, ok := cfg.Route(s.Route, s.Receiver); ok && !known {
			end, _, _ = cfg.Muted(route, now) // an error is said when the group is due
		}
		ends[key] = end
		return end.Before(s.Held)
	}
}
