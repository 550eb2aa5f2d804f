// Package suggest learns from what the desk said of items: how often each rule
// was right, and which filters would drop false alarms and no true one.
package suggest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/reason"
)

// Judged is an item of which the desk has said whether it must alert.
type Judged struct {
	Item event.Item
	True bool
	// Indicator is the rule that it is said of, "" for all that had a part.
	Indicator string
	Given     time.Time // zero when nobody knows
}

// alarm reports whether the word is one on an alarm: of the rule that it is said
// of, if there is one.
func (j *Judged) alarm(x *reason.Explanation) bool {
	return x.Relevant && (j.Indicator == "" || x.Effective[j.Indicator])
}

// concerns reports whether the word is one on the rule.
func (j *Judged) concerns(rule string) bool { return j.Indicator == "" || j.Indicator == rule }

// Report is how the rules stand against what the desk said, each word counted.
type Report struct {
	True   int `json:"true_alarms"`
	False  int `json:"false_alarms"`
	Missed int `json:"missed"` // must alert and do not
	Quiet  int `json:"quiet"`  // must not alert and do not
	// Rules are those that had a part in an alarm, most false alarms first.
	Rules []Rule `json:"rules"`
}

// Rule is how often a rule had a part in an alarm.
type Rule struct {
	Rule  string `json:"rule"`
	True  int    `json:"true_alarms"`
	False int    `json:"false_alarms"`
	// Last is when somebody last spoke of such an alarm.
	Last time.Time `json:"last,omitzero"`
}

func (r *Rule) count(j *Judged) {
	if j.True {
		r.True++
	} else {
		r.False++
	}
	if j.Given.After(r.Last) {
		r.Last = j.Given
	}
}

// Tell runs the rules over the items.
func Tell(judged []Judged, explain reason.Explain) Report {
	var r Report
	rules := map[string]*Rule{}
	for _, j := range judged {
		x := explain(j.Item)
		r.count(j.True, j.alarm(&x))
		if !x.Relevant {
			continue
		}
		for id := range x.Effective {
			if !j.concerns(id) {
				continue
			}
			if rules[id] == nil {
				rules[id] = &Rule{Rule: id}
			}
			rules[id].count(&j)
		}
	}
	r.Rules = []Rule{}
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		r.Rules = append(r.Rules, *rules[id])
	}
	slices.SortStableFunc(r.Rules, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(b.False, a.False), cmp.Compare(a.True, b.True))
	})
	return r
}

func (r *Report) count(isTrue, alarm bool) {
	switch {
	case isTrue && alarm:
		r.True++
	case isTrue:
		r.Missed++
	case alarm:
		r.False++
	default:
		r.Quiet++
	}
}
