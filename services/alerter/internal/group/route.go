// Package group decides when the readers of a receiver are told what. It is
// Alertmanager's grouping (group_by, group_wait, group_interval,
// repeat_interval) as pure functions over a state that survives a crash; who
// stores the state and who keeps the time is not its business.
package group

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"faultline/pkg/event"
)

// Route is a node of the routing tree, with what it inherits filled in.
type Route struct {
	// Key is Alertmanager's route key: the matchers from the root to the node.
	Key      string
	Receiver string
	GroupBy  []string
	// ByAll groups by all labels ("...").
	ByAll                  bool
	Wait, Interval, Repeat time.Duration
	// Mute and Active name time intervals: no message while one of Mute holds,
	// or while none of Active does.
	Mute, Active []string
}

// Labels are the group_by labels of an alert.
func (r Route) Labels(all map[string]string) map[string]string {
	labels := map[string]string{}
	for name, value := range all {
		if r.By(name) {
			labels[name] = value
		}
	}
	return labels
}

// By reports whether alerts are grouped by a label.
func (r Route) By(name string) bool { return r.ByAll || slices.Contains(r.GroupBy, name) }

// ID names the group with these labels under the route. It holds what decides
// who reads what: a route that moves within the tree keeps its groups.
func (r Route) ID(labels map[string]string) string {
	return event.NewID("group", r.Receiver, r.Key, format(labels))
}

// format writes labels as Alertmanager does: {a="b", c="d"}.
func format(labels map[string]string) string {
	parts := make([]string, 0, len(labels))
	for name, value := range labels {
		parts = append(parts, name+"="+strconv.Quote(value))
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ", ") + "}"
}
