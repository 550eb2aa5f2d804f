// Package compare tells what a change of rules does to an item: which alerts
// are new, gone or different, and why.
package compare

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/reason"
)

// Kind is what becomes of an item's alert.
type Kind string

// The kinds of change.
const (
	New     Kind = "new"     // there was no alert
	Gone    Kind = "gone"    // there is none any more
	Changed Kind = "changed" // it says something else
)

// Side is what one rule set says of the item.
type Side struct {
	Relevant   bool           `json:"relevant"`
	Score      int            `json:"score"`
	Severity   event.Severity `json:"severity"`
	Categories []string       `json:"categories"`
	Country    string         `json:"country,omitempty"` // of the main place
	Killed     int            `json:"killed,omitempty"`  // lowest numbers
	Injured    int            `json:"injured,omitempty"`
}

// Change is an item whose alert is new, gone or different.
type Change struct {
	Kind     Kind   `json:"kind"`
	Item     string `json:"item"` // its id
	Title    string `json:"title"`
	Feed     string `json:"feed,omitempty"`
	Language string `json:"lang"`
	Old      Side   `json:"old"`
	New      Side   `json:"new"`
	// Indicators are those whose findings differ, sorted.
	Indicators []string `json:"indicators"`
	// Reasons say what each finding did, with its words and phrase.
	Reasons []string `json:"reasons"`
}

// Compare returns what differs between two assessments of one item, false when
// the alert is the same. A score that moves within its severity is the same.
func Compare(old, now *reason.Explanation) (Change, bool) {
	c := Change{Item: now.Item.ID, Title: reason.Title(&now.Item), Feed: now.Item.Source.Feed, Language: now.Language, Old: side(old), New: side(now)}
	switch {
	case c.New.Relevant && !c.Old.Relevant:
		c.Kind = New
	case c.Old.Relevant && !c.New.Relevant:
		c.Kind = Gone
	case !c.New.Relevant || c.Old.same(&c.New):
		return Change{}, false
	default:
		c.Kind = Changed
	}
	c.explain(old, now)
	return c, true
}

func side(x *reason.Explanation) Side {
	s := Side{Relevant: x.Relevant, Score: x.Score, Severity: x.Severity, Categories: append([]string{}, x.Categories...)}
	if x.Main != nil {
		s.Country = x.Main.Country
	}
	if x.Casualties.Killed != nil {
		s.Killed = x.Casualties.Killed.Min
	}
	if x.Casualties.Injured != nil {
		s.Injured = x.Casualties.Injured.Min
	}
	return s
}

// same reports whether two sides tell the desk the same.
func (s *Side) same(o *Side) bool {
	return s.Severity == o.Severity && slices.Equal(s.Categories, o.Categories) && s.Country == o.Country && s.Killed == o.Killed && s.Injured == o.Injured
}

// explain fills in the findings that differ.
func (c *Change) explain(old, now *reason.Explanation) {
	before, after := findings(old), findings(now)
	ids := maps.Clone(before)
	maps.Copy(ids, after)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		b, a := before[id], after[id]
		var said string
		switch {
		case b == nil:
			said = fmt.Sprintf("%s is found: %s", id, because(now, a))
		case a == nil:
			said = fmt.Sprintf("%s is no longer found: it was %s", id, because(old, b)) + dropped(now, id)
		case a.Assertion != b.Assertion:
			said = fmt.Sprintf("%s was %s and is %s: %s", id, b.Assertion, a.Assertion, because(now, a))
		case math.Abs(a.Points-b.Points) >= 1 || a.Guard != b.Guard:
			said = fmt.Sprintf("%s had %.0f points and has %.0f: %s", id, b.Points, a.Points, because(now, a))
		default:
			continue
		}
		c.Indicators = append(c.Indicators, id)
		c.Reasons = append(c.Reasons, said)
	}
	if c.Old.Country != c.New.Country {
		c.Reasons = append(c.Reasons, fmt.Sprintf("the story moved from %q to %q", c.Old.Country, c.New.Country))
	}
	if len(c.Reasons) == 0 {
		c.Reasons = append(c.Reasons, "the findings are the same; the severity of a rule or the settings differ")
	}
}

func findings(x *reason.Explanation) map[string]*event.Finding {
	byID := map[string]*event.Finding{}
	for i := range x.Findings {
		byID[x.Findings[i].Indicator] = &x.Findings[i]
	}
	return byID
}

// because tells of a finding: its words, the phrase that found them, and the cue
// or guard that changed it.
func because(x *reason.Explanation, f *event.Finding) string {
	said := fmt.Sprintf("%s, %.0f points", f.Assertion, f.Points)
	if len(f.Evidence) > 0 {
		said += fmt.Sprintf(", “%s”", f.Evidence[0].Text)
	}
	if m := best(x, f.Indicator); m != nil {
		said += fmt.Sprintf(" by %s (%s)", m.Phrase, m.Position())
		if m.Cue.Text != "" {
			said += fmt.Sprintf(", cue “%s”", m.Cue.Text)
		}
		if m.Guard != "" {
			said += fmt.Sprintf(", guard %s at “%s”", m.Guard, m.GuardEvidence.Text)
		}
	}
	return said
}

// dropped tells what took the matches of an indicator that is no longer found.
func dropped(x *reason.Explanation, id string) string {
	for i := range x.Matches {
		if m := &x.Matches[i]; m.Rule == id && m.Dropped != "" {
			if m.GuardEvidence.Text == "" {
				return "; dropped, since it stands outside title and lead"
			}
			return fmt.Sprintf("; dropped by %s “%s”", strings.TrimSpace(m.Dropped+" "+m.Guard), m.GuardEvidence.Text)
		}
	}
	return ""
}

// best is the match of a rule with the most points that was not dropped.
func best(x *reason.Explanation, id string) *reason.Match {
	var found *reason.Match
	for i := range x.Matches {
		if m := &x.Matches[i]; m.Rule == id && m.Dropped == "" && (found == nil || cmp.Compare(m.Points, found.Points) > 0) {
			found = m
		}
	}
	return found
}
