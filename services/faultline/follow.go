package faultline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/pkg/service"
	"faultline/services/alerter"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/trail"
)

// follower goes after an item through the streams.
type follower struct {
	why
	archives
	source classifier.Source
	trail  *trail.Trail
}

// follow reads the streams in the order in which an item goes through them; it
// returns nil when there is no such item. Documents of another version are
// passed over.
func (f *follower) follow(ctx context.Context, from time.Time) (*trail.Trail, error) {
	search := newSearch(*f.item)
	err := f.replay(ctx, bus.Items, from, each(search.Item))
	if err != nil {
		return nil, err
	}
	if f.trail, err = search.Trail(); f.trail == nil || err != nil {
		return nil, err
	}
	t := f.trail
	earliest := t.Items[0].Seen.Add(-clocks)
	for _, s := range []struct {
		stream string
		from   time.Time
		take   func(*bus.Delivery)
	}{
		{bus.Items, from, each(func(item event.Item, _ uint64) { t.Other(item) })},
		{bus.Assessments, earliest, each(t.Assess)},
		{bus.Incidents, earliest, each(t.Incident)},
		{bus.Notifications, earliest, each(func(n event.Notification, _ uint64) { t.Notify(n) })},
	} {
		if err := f.replay(ctx, s.stream, s.from, s.take); err != nil {
			return nil, err
		}
	}
	f.again()
	return t, errors.Join(marks(ctx, f.bus, t), f.steps(ctx), f.routes(ctx))
}

// clocks is by how much the clock of the fetcher may be ahead of the server's.
const clocks = time.Hour

// steps adds how far the services are with the item.
func (f *follower) steps(ctx context.Context) error {
	t := f.trail
	steps := []struct {
		stream, consumer string
		step             *trail.Step
	}{{bus.Items, classifier.Consumer, &t.Classifier}, {bus.Assessments, alerter.Aggregating, &t.Aggregator}}
	for i := range t.Incidents {
		steps = append(steps, struct {
			stream, consumer string
			step             *trail.Step
		}{bus.Incidents, alerter.Routes, &t.Incidents[i].Router})
	}
	for _, s := range steps {
		done, err := f.bus.Settled(ctx, s.stream, s.consumer)
		if err != nil && !errors.Is(err, bus.ErrNotFound) {
			return err
		}
		s.step.Done, s.step.Begun = done, err == nil
	}
	return f.bus.DeadLetters(ctx, func(d bus.DeadLetter) error {
		for _, s := range steps {
			if s.stream == d.Stream && s.consumer == d.Consumer && s.step.Sequence == d.Sequence {
				s.step.GivenUp = d.Reason
			}
		}
		return nil
	})
}

// again assesses the item by the rules at hand: for where the guards of its findings
// stand, for what was dropped, and, if it did not alert, for everything. Rules that
// cannot be read are no reason to keep the rest of the trail back.
func (f *follower) again() {
	t := f.trail
	rules, err := classifier.Compile(f.source.Dir, f.source.Section)
	if err != nil {
		t.RulesFault = err.Error()
		return
	}
	x := rules.Explain(t.Latest())
	t.Guards = map[string]string{}
	for _, m := range x.Matches {
		if m.Best && m.Guard != "" {
			t.Guards[m.Rule] = m.GuardedBy()
		}
	}
	if t.Heard() || t.Assessment != nil && t.Assessment.Relevant {
		for _, m := range x.Matches {
			if m.Dropped != "" {
				t.Dropped = append(t.Dropped, m.Rule+" "+m.String())
			}
		}
		return
	}
	t.Again = &trail.Again{Rules: cmp.Or(*f.config, "the shipped configuration"), Relevant: x.Relevant, Score: x.Score, Language: x.Language, Ruleset: x.Ruleset, Matches: []string{}}
	for _, m := range byPoints(x.Matches) {
		t.Again.Matches = append(t.Again.Matches, m.Rule+" "+m.String())
	}
}

// routes adds who is to hear of what the item brought.
func (f *follower) routes(ctx context.Context) error {
	if len(f.trail.Incidents) == 0 {
		return nil
	}
	settings, err := service.ReadSettings(f.source.Dir, os.Environ())
	if err != nil {
		return err
	}
	routing, err := alerter.NewRouting(ctx, f.bus, f.source.Dir, settings.Alerter)
	if faults := (config.Errors)(nil); errors.As(err, &faults) {
		f.trail.RoutesFault = err.Error()
		return nil
	}
	if err != nil {
		return err
	}
	for i := range f.trail.Incidents {
		x := &f.trail.Incidents[i]
		if x.Brought == nil {
			continue
		}
		all, err := routing.Stands(ctx, *x.Brought)
		if err != nil {
			return err
		}
		x.RoutedBy = routing.Path
		for _, s := range all {
			x.Routes = append(x.Routes, trail.Route(s))
		}
	}
	return nil
}

// marks adds how the sending of each notification stands, from the marks that
// the alerter writes.
func marks(ctx context.Context, b *bus.Bus, t *trail.Trail) error {
	bucket, err := b.Bucket(ctx, bus.SentMarks)
	if err != nil {
		return err
	}
	for i := range t.Notifications {
		entry, err := bucket.Get(ctx, t.Notifications[i].ID)
		if errors.Is(err, bus.ErrNotFound) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(entry.Value, &t.Notifications[i])
		}
		if err != nil {
			return fmt.Errorf("reading how notification %s stands: %w", t.Notifications[i].ID, err)
		}
	}
	return nil
}
