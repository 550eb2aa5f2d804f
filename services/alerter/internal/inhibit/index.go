// Package inhibit knows which incidents and notices are open, and so which
// alerts the inhibit_rules of alerting.yaml hold back at the moment. It is the
// same in every process: each follows the streams by itself.
package inhibit

import (
	"maps"

	"faultline/services/alerter/internal/notify"
)

// index finds the source that inhibits an alert.
type index struct {
	rules   []notify.Inhibition
	sources map[string]source              // by incident
	byKey   []map[string]map[string]source // by rule, what must be equal, and incident
}

// source is an open incident or notice. One that is over has no labels; it is
// kept for as long as older news of it may come, which for a notice is always.
type source struct {
	revision int
	labels   map[string]string
	notice   bool
}

func newIndex(rules []notify.Inhibition) *index {
	x := &index{rules: rules, sources: map[string]source{}}
	for range rules {
		x.byKey = append(x.byKey, map[string]map[string]source{})
	}
	return x
}

// with is the same sources under other rules.
func (x *index) with(rules []notify.Inhibition) *index {
	y := newIndex(rules)
	for id, s := range x.sources {
		y.set(id, s)
	}
	return y
}

// set takes in how an incident stands and reports whether something that it
// inhibited may be free now. What is older than what is known changes nothing.
func (x *index) set(id string, s source) (freed bool) {
	old, known := x.sources[id]
	if known && s.revision < old.revision {
		return false
	}
	x.sources[id] = s
	for i, rule := range x.rules {
		was, is := old.key(rule), s.key(rule)
		if was != "" && was != is {
			freed = true
			if delete(x.byKey[i][was], id); len(x.byKey[i][was]) == 0 {
				delete(x.byKey[i], was)
			}
		}
		if is == "" {
			continue
		}
		if x.byKey[i][is] == nil {
			x.byKey[i][is] = map[string]source{}
		}
		x.byKey[i][is][id] = s
	}
	return freed
}

// drop forgets an incident if it is over.
func (x *index) drop(id string) {
	if x.sources[id].labels == nil {
		delete(x.sources, id)
	}
}

// forget drops the incidents that are over.
func (x *index) forget() {
	maps.DeleteFunc(x.sources, func(_ string, s source) bool { return s.labels == nil && !s.notice })
}

// key is where the rule finds the source, "" if it is none of its sources.
func (s source) key(rule notify.Inhibition) string {
	if s.labels == nil || !rule.Source(s.labels) {
		return ""
	}
	return keyOf(rule, s.labels)
}

// keyOf keeps drills apart from news.
func keyOf(rule notify.Inhibition, labels map[string]string) string {
	return labels["exercise"] + "/" + rule.Key(labels)
}

// find returns the labels of the first source that inhibits an alert, nil if
// none does. As in Alertmanager an alert that is source and target of a rule is
// not inhibited by another such one, and so not by itself.
func (x *index) find(labels map[string]string) map[string]string {
	for i, rule := range x.rules {
		if !rule.Target(labels) {
			continue
		}
		both, first, by := rule.Source(labels), "", map[string]string(nil)
		for id, s := range x.byKey[i][keyOf(rule, labels)] {
			if (first == "" || id < first) && (!both || !rule.Target(s.labels)) {
				first, by = id, s.labels
			}
		}
		if by != nil {
			return by
		}
	}
	return nil
}
