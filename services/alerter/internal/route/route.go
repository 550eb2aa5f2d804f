// Package route brings every change of an incident, and every notice, to the groups that are to
// hear of it, and every group to its flush when its time has come. What is
// said to whom and when is decided in package group; this package stores it by
// compare-and-set, keeps the time by scheduled tokens, and publishes.
package route

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/notify"

	"golang.org/x/sync/errgroup"
)

// Options are what a Router needs; all of it must be set.
type Options struct {
	Bus    *bus.Bus
	Reader *incident.Reader // of INCIDENTS
	// Config is the routing tree as it is now.
	Config func() *notify.Config
	// Silenced tells until when at least an alert with these labels is silenced,
	// and by which silences; zero when it is not.
	Silenced  func(ctx context.Context, labels map[string]string) (until time.Time, by []string, err error)
	Inhibitor Inhibitor
	// Other takes the tokens of others, and says which those are; nil when there
	// are none.
	Other  func(ctx context.Context, key string, token *bus.Delivery) (taken bool, err error)
	Logger *slog.Logger
}

// Router runs the groups.
type Router struct {
	Options
	groups *bus.Bucket
	timers *bus.Timers
	// rechecks counts how often what holds groups back has changed.
	rechecks atomic.Int64
	// owed are the groups that were being freed and whose token may not have been moved. What a
	// process owes when it ends is made good by mend.
	owed sync.Map
	// handed are the flushes whose publishing their groups do not say yet.
	handed handed
}

// How many incidents one message holds: a chat is read on a phone, the others
// by machines and at desks.
const (
	chatLimit = 10
	longLimit = 25
)

// Consumer is the durable consumer of the stream of incidents.
const Consumer = "route"

// ackWait is how soon after a crash what was in hand is taken up again.
const ackWait = 10 * time.Second

// A stored value is a message, for which the server's limit is 1 MB. A group
// takes no more news above maxLanding, so that its own bookkeeping has room.
const (
	maxLanding = 600_000
	noLimit    = 1 << 62
)

// New opens the store of the groups.
func New(ctx context.Context, o Options) (*Router, error) {
	groups, err := o.Bus.Bucket(ctx, bus.GroupState)
	if err != nil {
		return nil, err
	}
	return &Router{Options: o, groups: groups, timers: o.Bus.Timers(bus.Groups)}, nil
}

// Run routes and flushes until ctx ends. It returns when what is in hand is
// done.
func (r *Router) Run(ctx context.Context) error {
	if err := r.mend(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		// One worker: an incident's changes land in order.
		return r.Bus.ConsumeBatches(ctx, bus.Consumer{Stream: bus.Incidents, Durable: Consumer, AckWait: ackWait, MaxDeliver: -1}, r.incidents)
	})
	g.Go(func() error {
		return r.Bus.Consume(ctx, bus.Consumer{Stream: bus.Notices, Durable: "notice", AckWait: ackWait, MaxDeliver: -1}, r.notice)
	})
	g.Go(func() error {
		return r.timers.Consume(ctx, bus.Consumer{Durable: "flush", Workers: 4, AckWait: ackWait, MaxDeliver: -1}, r.due)
	})
	return g.Wait()
}

// mend gives a token to every group that has none, as after a loss of the
// GROUPS stream, and to those in which something waits: a crash may have come between
// what frees it and the token for that.
func (r *Router) mend(ctx context.Context) error {
	keys, err := r.timers.Keys(ctx)
	if err != nil {
		return bus.Stopped(ctx, err)
	}
	err = r.groups.Each(ctx, func(e bus.Entry) error {
		s := stored{revision: e.Revision}
		glance, err := group.GlanceAt(e.Value)
		switch {
		case err == nil && (glance.ID != e.Key || len(glance.Pending) == 0 && keys[glance.ID]): // another's state, or all is well
			return nil
		case err == nil:
			err = event.Unmarshal(e.Value, &s.State)
		}
		if err != nil {
			r.Logger.Error("A stored group cannot be read; it is left alone", "group", e.Key, "err", err)
			return nil
		}
		if len(s.Pending) > 0 {
			if err := r.finish(ctx, &s); err != nil {
				return err
			}
			return r.schedule(ctx, s, time.Time{})
		}
		_, err = r.timers.ScheduleNew(ctx, s.ID, s.Next(), nil)
		return err
	})
	return bus.Stopped(ctx, err)
}

// editing are the names of the receiver's channels that edit.
func editing(cfg *notify.Config, receiver string) (names []string) {
	r, _ := cfg.Receiver(receiver)
	for _, i := range r.Integrations {
		if i.Edits() {
			names = append(names, i.Name)
		}
	}
	return names
}

// due is a group's token. It may come early, late, or twice.
func (r *Router) due(ctx context.Context, id string, token *bus.Delivery) error {
	if r.Other != nil {
		if taken, err := r.Other(ctx, id, token); taken || err != nil {
			return err
		}
	}
	cfg := r.Config()
	s, err := r.load(ctx, id)
	if err != nil {
		return err
	}
	s, err = r.update(ctx, id, s, noLimit, func(s *group.State) (bool, error) {
		if s.ID == "" {
			return false, nil
		}
		now, held := time.Now(), s.Held
		if held.After(now) { // the time intervals may have changed: plan asks them again
			s.Hold(now)
		}
		planned, err := r.plan(ctx, cfg, s, now)
		return planned || !s.Held.Equal(held), err
	})
	switch {
	case err != nil:
		return err
	case s.ID == "":
		return nil
	case s.Expired(time.Now()):
		return r.forget(ctx, s)
	}
	return r.settle(ctx, s)
}

// plan freezes the group's next flush if it is due and its route is not muted,
// without what is silenced, and reports whether that changed the group.
func (r *Router) plan(ctx context.Context, cfg *notify.Config, s *group.State, now time.Time) (bool, error) {
	if s.Sending != nil {
		return false, nil
	}
	changed, err := r.holdBack(ctx, s, now)
	if err != nil || now.Before(s.Next()) {
		return changed, err
	}
	if route, ok := cfg.Route(s.Route, s.Receiver); ok {
		until, muted, err := cfg.Muted(route, now)
		if err != nil {
			return false, bus.Permanent(err)
		}
		if muted {
			s.Hold(until)
			return true, nil
		}
	}
	return s.Plan(limit(cfg, s.Receiver), now) || changed, nil
}

func limit(cfg *notify.Config, receiver string) int {
	r, _ := cfg.Receiver(receiver)
	for _, i := range r.Integrations {
		if i.Kind != "webhook" && i.Kind != "email" {
			return chatLimit
		}
	}
	return longLimit
}

// settle publishes the flush that was planned, if any, and makes sure that the
// group has a token for what comes next. It is what a redelivery repeats after
// a crash at any point.
func (r *Router) settle(ctx context.Context, s stored) error {
	var t token
	for s.Sending != nil {
		if err := r.publish(ctx, s.State); err != nil {
			return err
		}
		if s.Sending.Brought > 0 && !s.Hurry {
			return r.putOff(ctx, s)
		}
		var err error
		if s, t, err = r.done(ctx, s); err != nil || s.ID == "" {
			return err
		}
	}
	if t.first && t.at.Equal(s.Next()) {
		return nil
	}
	return r.schedule(ctx, s, t.at)
}

// token is what was scheduled for a group already.
type token struct {
	at time.Time // zero: nothing
	// first is set when the group had no schedule and nobody else had changed it by then:
	// whoever does so later also schedules later, and need not be looked for.
	first bool
}

// done notes that the flush was published. The token for what comes next is
// written meanwhile, as each of the two waits for the disk; what brought us
// here comes again until both are there.
func (r *Router) done(ctx context.Context, s stored) (_ stored, t token, _ error) {
	number, cfg, tries := s.Sending.Number, r.Config(), 0
	g, ctx := errgroup.WithContext(ctx)
	after := s.State
	after.Done(number)
	if !after.Hurry {
		g.Go(func() (err error) { t, err = r.next(ctx, &after); return err })
	}
	g.Go(func() (err error) {
		s, err = r.update(ctx, after.ID, s, noLimit, func(s *group.State) (bool, error) {
			tries++
			s.Done(number)
			if s.Hurry { // the rest of a large flush goes out at once
				_, err := r.plan(ctx, cfg, s, time.Now())
				return true, err
			}
			return true, nil
		})
		return err
	})
	err := g.Wait()
	t.first = t.first && tries == 1
	return s, t, err
}

// next schedules what comes next for a group.
func (r *Router) next(ctx context.Context, s *group.State) (t token, err error) {
	t.at = s.Next()
	if s.Count == 1 { // it was never told of anything, so that it should have no schedule yet
		if t.first, err = r.timers.ScheduleFirst(ctx, s.ID, t.at, nil); t.first || err != nil {
			return t, err
		}
	}
	return t, r.timers.Schedule(ctx, s.ID, t.at, nil)
}

// publish says the flush to every integration of the receiver, each exactly
// once. If the receiver is gone, its news takes the routes there are now.
func (r *Router) publish(ctx context.Context, s group.State) error {
	cfg := r.Config()
	receiver, ok := cfg.Receiver(s.Receiver)
	if !ok {
		return r.reroute(ctx, cfg, s)
	}
	var names []string
	for _, i := range receiver.Integrations {
		names = append(names, i.Name)
	}
	for _, n := range append(s.Notifications(names), s.Refreshments(editing(cfg, s.Receiver))...) {
		data, err := event.Encode(&n)
		if err != nil {
			return bus.Permanent(err)
		}
		if _, err := r.Bus.PublishOnce(ctx, bus.Message{Subject: bus.NotificationSubject(n.Receiver, n.Integration, n.ID), Data: data}); err != nil {
			return err
		}
	}
	if len(names) == 0 && len(s.Sending.Alerts) > 0 {
		r.Logger.Warn("A receiver lost its last channel; its news is told to nobody", "receiver", s.Receiver, "incidents", len(s.Sending.Alerts))
	}
	return nil
}

func (r *Router) reroute(ctx context.Context, cfg *notify.Config, s group.State) error {
	r.Logger.Warn("A receiver is no longer configured; what waited for it takes the routes there are now", "receiver", s.Receiver, "incidents", len(s.Sending.Alerts))
	for _, a := range s.Sending.Alerts {
		for _, route := range match(cfg, a.Labels) {
			if receiver, ok := cfg.Receiver(route.Receiver); !ok || len(receiver.Integrations) == 0 {
				continue
			}
			labels := route.Labels(a.Labels)
			l := &landing{id: route.ID(labels), route: route, labels: labels, tells: true, all: []landed{{draft: draft{Draft: alert.Draft{Alert: a}}, tell: true}}}
			if err := r.land(ctx, cfg, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// schedule gives the group a token for its next time, unless it has that of
// the given time. Another worker may have
// changed the group meanwhile, and the order of the two tokens is not that of
// the two changes; so whoever schedules looks again whether it was right.
func (r *Router) schedule(ctx context.Context, s stored, token time.Time) error {
	for {
		if !token.Equal(s.Next()) {
			if err := r.timers.Schedule(ctx, s.ID, s.Next(), nil); err != nil {
				return err
			}
		}
		again, err := r.again(ctx, s)
		if err != nil || again.ID == "" || again.Next().Equal(s.Next()) {
			return err
		}
		s, token = again, time.Time{}
	}
}

func (r *Router) forget(ctx context.Context, s stored) error {
	current, err := r.again(ctx, s)
	if err != nil || current.ID == "" {
		return err
	}
	if !current.Expired(time.Now()) {
		return r.schedule(ctx, current, time.Time{})
	}
	return r.groups.Delete(ctx, s.ID, current.revision)
}

// stored is a group as it was last read or written.
type stored struct {
	group.State
	revision uint64 // 0: there is none
}

// load reads a group; one that does not exist has no ID.
func (r *Router) load(ctx context.Context, id string) (stored, error) {
	return r.again(ctx, stored{State: group.State{ID: id}})
}

// again reads a group unless it is still as it was.
func (r *Router) again(ctx context.Context, s stored) (stored, error) {
	entry, err := r.groups.Get(ctx, s.ID)
	switch {
	case errors.Is(err, bus.ErrNotFound):
		return stored{}, nil
	case errors.Is(err, bus.ErrDamaged):
		return stored{}, bus.Permanent(err)
	case err != nil || entry.Revision == s.revision:
		return s, err
	}
	now := stored{revision: entry.Revision}
	if err := event.Unmarshal(entry.Value, &now.State); err != nil {
		return stored{}, bus.Permanent(fmt.Errorf("reading group %s: %w", s.ID, err))
	}
	return now, r.finish(ctx, &now)
}

// errFull asks the change to wait until a flush has made room.
var errFull = errors.New("the group is full")

// update changes a group, as it was last seen, by compare-and-set until nobody was
// faster, nor changed meanwhile what holds it back. change says whether there is something to
// write; what has more bytes than limit is not written.
func (r *Router) update(ctx context.Context, id string, s stored, limit int, change func(*group.State) (bool, error)) (stored, error) {
	for {
		rechecks := r.rechecks.Load()
		write, err := change(&s.State)
		if err != nil || !write {
			return s, err
		}
		data, err := encode(&s.State, limit)
		if err != nil {
			return s, err
		}
		if len(data) > limit && s.revision > 0 {
			return s, bus.RetryAfter(2*time.Second, errFull)
		}
		revision, err := r.groups.Put(ctx, id, data, s.revision)
		if err == nil {
			if s.revision = revision; s.Holds() && r.rechecks.Load() != rechecks {
				continue // Recheck may have passed by before this was stored
			}
		}
		if !errors.Is(err, bus.ErrConflict) {
			return s, err
		}
		if ctx.Err() != nil {
			return s, ctx.Err()
		}
		if s, err = r.load(ctx, id); err != nil {
			return s, err
		}
	}
}

// encode is a group as it is stored, made smaller while it has more bytes than limit
// and that is possible.
func encode(s *group.State, limit int) ([]byte, error) {
	data, err := json.Marshal(s)
	for err == nil && len(data) > limit && s.Shrink() {
		data, err = json.Marshal(s)
	}
	if err != nil {
		return nil, bus.Permanent(fmt.Errorf("encoding group %s: %w", s.ID, err))
	}
	return data, nil
}
