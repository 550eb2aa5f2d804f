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
	// "silenced" or "unknown" to the group.
	State string `json:"state"`
	// Time is until when it waits at least, or since when it is told.
	Time time.Time `json:"time,omitzero"`
}

// Routing tells who is to hear of a change, and when.
type Routing struct {
	// Path is the file that the routes were read from.
	Path   string
	config *notify.Config
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
	r := &Routing{Path: file.Path}
	if r.config, err = load(dir, section, c, notify.Options{}); err != nil {
		return nil, err
	}
	r.groups, err = b.Bucket(ctx, bus.GroupState)
	return r, err
}

// Stands says how the latest change of the incident stands with each receiver
// that it goes to, in the order of the tree.
func (r *Routing) Stands(ctx context.Context, in event.Incident) ([]Standing, error) {
	labels, now := alert.Labels(in), time.Now()
	var all []Standing
	for _, match := range r.config.Match(labels) {
		taken := group.Route(match)
		s := group.New(taken, taken.Labels(labels), now)
		if err := r.read(ctx, &s); err != nil {
			return nil, err
		}
		state, at := s.Stands(in.ID, in.Revision, now)
		standing := Standing{Receiver: taken.Receiver, Channels: []string{}, Group: s.Key(), State: string(state), Time: at}
		receiver, _ := r.config.Receiver(taken.Receiver)
		for _, i := range receiver.Integrations {
			standing.Channels = append(standing.Channels, i.Name)
		}
		all = append(all, standing)
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
