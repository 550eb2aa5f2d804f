package notify

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/common/model"
)

// Route is a node of the routing tree, with what it inherits filled in. It has
// the fields of group.Route, into which it converts.
type Route struct {
	Key                    string // the matchers from the root to the node
	Receiver               string
	GroupBy                []string
	ByAll                  bool // group by all labels ("...")
	Wait, Interval, Repeat time.Duration
	Mute, Active           []string // names of time intervals
}

type routeID struct{ key, receiver string }

// index remembers the routes by what groups remember of them. Of two alike,
// the first stands for both, as they make the same groups.
func (c *Config) index() {
	c.routes, c.converted = map[routeID]Route{}, map[*dispatch.Route]Route{}
	c.root.Walk(func(r *dispatch.Route) {
		c.converted[r] = Convert(r)
		id := routeID{r.Key(), r.RouteOpts.Receiver}
		if _, ok := c.routes[id]; !ok {
			c.routes[id] = c.converted[r]
		}
	})
}

// Match are the routes that an alert with these labels takes, in the order of
// the tree.
func (c *Config) Match(labels map[string]string) []Route {
	var routes []Route
	for _, r := range c.root.Match(LabelSet(labels)) {
		routes = append(routes, c.converted[r])
	}
	return routes
}

// Others are the routes that the alert takes if a label has another one of some values,
// with that value.
func (c *Config) Others(labels map[string]string, name string, values []string) iter.Seq2[string, Route] {
	return func(yield func(string, Route) bool) {
		set := LabelSet(labels)
		for _, value := range values {
			if value == labels[name] {
				continue
			}
			set[model.LabelName(name)] = model.LabelValue(value)
			for _, r := range c.root.Match(set) {
				if !yield(value, c.converted[r]) {
					return
				}
			}
		}
	}
}

// Route is the route that a group was made under, if the tree still has it.
func (c *Config) Route(key, receiver string) (Route, bool) {
	r, ok := c.routes[routeID{key, receiver}]
	return r, ok
}

// Convert is a route of Alertmanager's tree with what it inherits.
func Convert(r *dispatch.Route) Route {
	o := r.RouteOpts
	out := Route{
		Key: r.Key(), Receiver: o.Receiver, ByAll: o.GroupByAll,
		Wait: o.GroupWait, Interval: o.GroupInterval, Repeat: o.RepeatInterval,
		Mute: o.MuteTimeIntervals, Active: o.ActiveTimeIntervals,
	}
	for _, name := range slices.Sorted(maps.Keys(o.GroupBy)) {
		out.GroupBy = append(out.GroupBy, string(name))
	}
	return out
}

// LabelSet is a set of labels or annotations as Alertmanager has them.
func LabelSet(labels map[string]string) model.LabelSet {
	set := make(model.LabelSet, len(labels))
	for name, value := range labels {
		set[model.LabelName(name)] = model.LabelValue(value)
	}
	return set
}
