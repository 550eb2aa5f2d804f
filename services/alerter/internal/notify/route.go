package notify

import (
	"iter"
	"maps"
	"slices"
	"time"

	"faultline/pkg/event"

	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/pkg/labels"
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

// index remembers the routes by what groups remember of them, and which ask for kinds of
// change. Of two alike, the first stands for both, as they make the same groups.
func (c *Config) index() {
	c.routes, c.converted, c.asking = map[routeID]Route{}, map[*dispatch.Route]Route{}, map[*dispatch.Route]bool{}
	c.enter(c.root, false)
}

func (c *Config) enter(r *dispatch.Route, asks bool) {
	c.converted[r] = Convert(r)
	id := routeID{r.Key(), r.RouteOpts.Receiver}
	if _, ok := c.routes[id]; !ok {
		c.routes[id] = c.converted[r]
	}
	asks = asks || slices.ContainsFunc(r.Matchers, asksForChange)
	c.asking[r] = asks
	for _, below := range r.Routes {
		c.enter(below, asks)
	}
}

// asksForChange reports whether a matcher says which kinds of change it wants. One that says which
// it does not want asks for none of the others.
func asksForChange(m *labels.Matcher) bool {
	return m.Name == changing && (m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp)
}

// unasked reports whether a change with these labels is told only where a route asks for its kind:
// a text that was reworded is no news, whoever wrote the routes.
func unasked(alert map[string]string) bool {
	return alert[changing] == string(event.ChangeReworded)
}

// Match are the routes by which an alert with these labels is told, in the order of
// the tree.
func (c *Config) Match(alert map[string]string) []Route {
	told, _ := c.match(alert)
	return told
}

// Untold are the routes that the alert takes besides, and that do not tell it: a rewording, for
// which none of their matchers asks.
func (c *Config) Untold(alert map[string]string) []Route {
	_, untold := c.match(alert)
	return untold
}

func (c *Config) match(alert map[string]string) (told, untold []Route) {
	for _, r := range c.root.Match(LabelSet(alert)) {
		if unasked(alert) && !c.asking[r] {
			untold = append(untold, c.converted[r])
		} else {
			told = append(told, c.converted[r])
		}
	}
	return told, untold
}

// Others are the routes that the alert takes if a label has another one of some values,
// with that value. Those that do not tell it are among them: a group that an older build told by
// one is kept up to date until its incident ends.
func (c *Config) Others(alert map[string]string, name string, values []string) iter.Seq2[string, Route] {
	return func(yield func(string, Route) bool) {
		set := LabelSet(alert)
		for _, value := range values {
			if value == alert[name] {
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
func LabelSet(all map[string]string) model.LabelSet {
	set := make(model.LabelSet, len(all))
	for name, value := range all {
		set[model.LabelName(name)] = model.LabelValue(value)
	}
	return set
}
