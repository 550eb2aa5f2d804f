package alerter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/aggregate"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/route"
)

// The durable consumers of the alerter on the streams of assessments and of
// incidents.
const (
	Aggregating = aggregate.Consumer
	Routes      = route.Consumer
)

// Standing is how a change of an incident stands with one receiver that the
// routing tree sends it to.
type Standing struct {
	Receiver string   `json:"receiver"`
	Channels []string `json:"channels"`
	Group    string   `json:"group"` // Alertmanager's group key
	// State is "told", "sending", "waiting", "muted" (by a time interval),
	// "silenced", "inhibited" (by an open incident) or "unknown" to the group.
	State string `json:"state"`
	// Time is until when it waits at least, or since when it is told.
	Time time.Time `json:"time,omitzero"`
}

// Routing tells who is to hear of a change, and when.
type Routing struct {
	// Path is the file that the routes were read from.
	Path   string
	config *notify.Config
	bus    *bus.Bus
	groups *bus.Bucket
}

// NewRouting reads alerting.yaml; the section is "alerter" of faultline.yaml.
// It writes nothing.
func NewRouting(ctx context.Context, b *bus.Bus, dir *config.Dir, section config.Section) (*Routing, error) {
	c, err := readConfig(section)
	if err != nil {
		return nil, err
	}
	file, err := dir.Read(notify.File)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", notify.File, err)
	}
	r := &Routing{Path: file.Path, bus: b}
	if r.config, err = load(dir, section, c, notify.Options{}); err != nil {
		return nil, err
	}
	r.groups, err = b.Bucket(ctx, bus.GroupState)
	return r, err
}

// Stands says how the latest change of the incident stands with each receiver
// that it goes to, in the order of the tree.
func (r *Routing) Stands(ctx context.Context, in event.Incident) ([]Standing, error) {
	now := time.Now()
	far, err := r.bus.Progress(ctx, bus.Incidents, route.Consumer)
	if err != nil && !errors.Is(err, bus.ErrNotFound) {
		return nil, err
	}
	var all []Standing
	for _, t := range route.Tellings(r.config, alert.New(in)) {
		s := group.New(t.Route, t.Labels, now)
		if err := r.read(ctx, &s); err != nil {
			return nil, err
		}
		s.Handed(far.Has)
		state, at := s.Stands(in.ID, in.Revision, now)
		if t.Arrived != nil && state == group.Unknown && s.Knows(in.ID) {
			continue // which was told when it came to it, and is not told of this
		}
		all = append(all, Standing{Receiver: t.Route.Receiver, Channels: channels(r.config, t.Route.Receiver), Group: s.Key(), State: string(state), Time: at})
	}
	return all, nil
}

// read fills in what is stored of the group, if anything is.
func (r *Routing) read(ctx context.Context, s *group.State) error {
	entry, err := r.groups.Get(ctx, s.ID)
	if errors.Is(err, bus.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(entry.Value, s)
	}
	if err != nil {
		return fmt.Errorf("reading group %s: %w", s.ID, err)
	}
	return nil
}

// Taken is a route whose matchers take an alert, and what becomes of it there.
type Taken struct {
	Receiver string            `json:"receiver"`
	Channels []string          `json:"channels"`
	Route    string            `json:"route"`    // Alertmanager's route key
	GroupBy  []string          `json:"group_by"` // "..." for all labels
	Group    map[string]string `json:"group"`    // the labels that the alert shares a message by
	// A new group waits Wait for its first message, a known one Interval since the
	// last; what is still open is told again after Repeat.
	Wait     config.Duration `json:"wait"`
	Interval config.Duration `json:"interval"`
	Repeat   config.Duration `json:"repeat"`
	// MutedUntil is when the route's time intervals allow a message again; zero
	// when they do now. One that is MaxMute away is no end: it is not looked for beyond.
	MutedUntil time.Time `json:"muted_until,omitzero"`
	// Inhibited are the labels of incidents and notices that keep the alert from
	// being told while they are open, one set for each rule.
	Inhibited []string `json:"inhibited,omitempty"`
	// Untold is why the alert is not told by the route, though its labels match.
	Untold string `json:"untold,omitempty"`
	// Silenced are the silences that hold the alert back; Take does not know them.
	Silenced []Silence `json:"silenced,omitempty"`
}

// MaxMute is for how long the end of a mute by time intervals is looked for.
const MaxMute = notify.MaxHold

// LabelNames are the labels that an alert can have, of an incident or of a notice.
func LabelNames() []string { return alert.LabelNames() }

// Strange says which of the labels have a value that no alert has; an alert of
// them is not to be expected.
func Strange(dir *config.Dir, labels map[string]string) []string {
	return notify.Strange(dir, labels)
}

// Take tells which routes of alerting.yaml an alert with these labels would take
// at a time. The section is "alerter" of faultline.yaml.
func Take(dir *config.Dir, section config.Section, labels map[string]string, at time.Time) ([]Taken, error) {
	c, err := readConfig(section)
	if err != nil {
		return nil, err
	}
	tree, err := load(dir, section, c, notify.Options{})
	if err != nil {
		return nil, err
	}
	var all []Taken
	for _, r := range tree.Match(labels) {
		t := taken(tree, r, labels)
		if t.MutedUntil, _, err = tree.Muted(r, at); err != nil {
			return nil, err
		}
		t.Inhibited = inhibited(tree, labels)
		all = append(all, t)
	}
	for _, r := range tree.Untold(labels) {
		t := taken(tree, r, labels)
		t.Untold = untold
		all = append(all, t)
	}
	return all, nil
}

// untold is why a route does not tell what takes it.
const untold = `a rewording is told only by a route whose matchers ask for it, such as change="reworded"`

func taken(tree *notify.Config, r notify.Route, labels map[string]string) Taken {
	route := group.Route(r)
	return Taken{
		Receiver: r.Receiver, Channels: channels(tree, r.Receiver), Route: r.Key, GroupBy: groupBy(route), Group: route.Labels(labels),
		Wait: config.Duration(r.Wait), Interval: config.Duration(r.Interval), Repeat: config.Duration(r.Repeat),
	}
}

func inhibited(c *notify.Config, labels map[string]string) (by []string) {
	for _, rule := range c.Inhibitions() {
		if rule.Target(labels) {
			by = append(by, rule.Describe(labels))
		}
	}
	return by
}

func groupBy(r group.Route) []string {
	if r.ByAll {
		return []string{"..."}
	}
	return append([]string{}, r.GroupBy...)
}

// channels are the names of a receiver's integrations.
func channels(c *notify.Config, receiver string) []string {
	names := []string{}
	r, _ := c.Receiver(receiver)
	for _, i := range r.Integrations {
		names = append(names, i.Name)
	}
	return names
}
