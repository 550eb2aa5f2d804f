// Package compare tells what a change of rules does to an item: which alerts
// are new, gone or different, and why.
package compare

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
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

// Side is what one rule set says of the item. Without an alert it has the
// score alone.
type Side struct {
	Relevant   bool           `json:"relevant"`
	Score      int            `json:"score"`
	Severity   event.Severity `json:"severity,omitempty"`
	Categories []string       `json:"categories"`
	Place      string         `json:"place,omitempty"` // the main one
	Country    string         `json:"country,omitempty"`
	// Toll is the lowest number by kind: "killed", "injured", "missing",
	// "detained", "displaced". Kinds that the text gives no number of are left
	// out.
	Toll map[string]int `json:"toll,omitempty"`
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

// ScoreStep is by how much the score of an alert must move to be a change.
const ScoreStep = 5

// Compare returns what differs between two assessments of one item, false when
// the alert stays. It is changed by another severity, category, place or toll,
// by a finding that is asserted no longer or anew, and by a score that moves by
// ScoreStep.
func Compare(old, now *reason.Explanation) (Change, bool) {
	c := Change{Item: now.Item.ID, Title: reason.Title(&now.Item), Feed: now.Item.Source.Feed, Language: now.Language, Old: side(old), New: side(now)}
	switch {
	case !c.New.Relevant && !c.Old.Relevant:
		return Change{}, false
	case !c.Old.Relevant:
		c.Kind = New
	case !c.New.Relevant:
		c.Kind = Gone
	case c.Old.same(&c.New) && maps.Equal(assertions(old), assertions(now)):
		return Change{}, false
	default:
		c.Kind = Changed
	}
	c.explain(old, now)
	return c, true
}

func side(x *reason.Explanation) Side {
	s := Side{Relevant: x.Relevant, Score: x.Score, Categories: []string{}}
	if !x.Relevant {
		return s
	}
	s.Severity, s.Categories, s.Toll = x.Severity, append(s.Categories, x.Categories...), map[string]int{}
	if x.Main != nil {
		s.Place, s.Country = x.Main.Name, x.Main.Country
	}
	for kind, count := range x.Casualties.Counts() {
		if count != nil {
			s.Toll[kind] = count.Min
		}
	}
	return s
}

// same reports whether two sides tell the desk the same.
func (s *Side) same(o *Side) bool {
	return s.Severity == o.Severity && slices.Equal(s.Categories, o.Categories) && s.Place == o.Place && s.Country == o.Country &&
		maps.Equal(s.Toll, o.Toll) && max(s.Score-o.Score, o.Score-s.Score) < ScoreStep
}

// assertions are those of the findings.
func assertions(x *reason.Explanation) map[string]event.Assertion {
	by := map[string]event.Assertion{}
	for i := range x.Findings {
		by[x.Findings[i].Indicator] = x.Findings[i].Assertion
	}
	return by
}

// explain fills in what differs.
func (c *Change) explain(old, now *reason.Explanation) {
	before, after := findings(old), findings(now)
	ids := maps.Clone(before)
	maps.Copy(ids, after)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if said := differs(old, now, before[id], after[id]); said != "" {
			c.Indicators = append(c.Indicators, id)
			c.Reasons = append(c.Reasons, id+" "+said+tuned(old, now, id))
		}
	}
	if c.Kind == Changed {
		c.Reasons = append(c.Reasons, c.moved()...)
		c.Reasons = append(c.Reasons, recounted(&old.Casualties, &now.Casualties)...)
	}
	if len(c.Reasons) == 0 {
		c.Reasons = append(c.Reasons, "the findings are the same; the settings of the classifier differ")
	}
}

// differs says what became of a finding; nil is none. It is empty when nothing
// did.
func differs(old, now *reason.Explanation, b, a *event.Finding) string {
	switch {
	case b == nil:
		return "is found: " + because(now, a) + dropped("; before it was dropped", old, a.Indicator)
	case a == nil:
		return "is no longer found: it was " + because(old, b) + dropped("; dropped", now, b.Indicator)
	case a.Assertion != b.Assertion:
		return fmt.Sprintf("was %s%s and is %s", b.Assertion, bracketed(cause(old, b)), because(now, a))
	case math.Abs(a.Points-b.Points) >= 1 || a.Guard != b.Guard:
		return fmt.Sprintf("had %.0f points%s and has %.0f: %s", b.Points, bracketed(cause(old, b)), a.Points, because(now, a))
	case a.Severity != b.Severity:
		return fmt.Sprintf("was %s and is %s", b.Severity, a.Severity)
	case a.Category != b.Category:
		return fmt.Sprintf("was %s and is %s", b.Category, a.Category)
	}
	return ""
}

// tuned names the filters that change a rule in one of the rule sets only.
func tuned(old, now *reason.Explanation, id string) (said string) {
	before, after := old.Tuning(id), now.Tuning(id)
	for _, line := range after {
		if !slices.Contains(before, line) {
			said += "; " + line
		}
	}
	for _, line := range before {
		if !slices.Contains(after, line) {
			said += "; no longer: " + line
		}
	}
	return said
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// moved says how the place of the story changed.
func (c *Change) moved() []string {
	if c.Old.Place == c.New.Place && c.Old.Country == c.New.Country {
		return nil
	}
	return []string{fmt.Sprintf("the story moved from %s to %s", c.Old.where(), c.New.where())}
}

func (s *Side) where() string {
	if s.Place == "" {
		return "no place"
	}
	return s.Place + ", " + s.Country
}

// recounted says which tolls differ, with the words that give the new ones.
func recounted(old, now *event.Casualties) (out []string) {
	before := maps.Collect(old.Counts())
	for kind, a := range now.Counts() {
		b := before[kind]
		if least(b) == least(a) {
			continue
		}
		said := fmt.Sprintf("%s was %s and is %s", kind, least(b), least(a))
		if a != nil && a.Evidence != nil {
			said += fmt.Sprintf(": “%s”", a.Evidence.Text)
		}
		out = append(out, said)
	}
	return out
}

func least(c *event.Count) string {
	if c == nil {
		return "not given"
	}
	return strconv.Itoa(c.Min)
}

func findings(x *reason.Explanation) map[string]*event.Finding {
	byID := map[string]*event.Finding{}
	for i := range x.Findings {
		byID[x.Findings[i].Indicator] = &x.Findings[i]
	}
	return byID
}

// because tells of a finding: its words, the phrase that found them or the
// condition that held, and what changed it.
func because(x *reason.Explanation, f *event.Finding) string {
	said := fmt.Sprintf("%s, %.0f points", f.Assertion, f.Points)
	if len(f.Evidence) > 0 {
		said += fmt.Sprintf(", “%s”", f.Evidence[0].Text)
	}
	if m := best(x, f.Indicator); m != nil {
		said += fmt.Sprintf(" by %s (%s)", reason.Shorten(m.Phrase), m.Position())
	}
	for _, composite := range x.Composites {
		if condition, ok := strings.CutPrefix(composite, f.Indicator+": "); ok {
			said += ", since " + condition
		}
	}
	if why := cause(x, f); why != "" {
		said += ", " + why
	}
	return said
}

// cause is the cue and the guard that changed a finding, if any did.
func cause(x *reason.Explanation, f *event.Finding) string {
	if m := best(x, f.Indicator); m != nil {
		return m.Cause()
	}
	return ""
}

// dropped tells what took the matches of an indicator that is not found.
func dropped(word string, x *reason.Explanation, id string) string {
	for i := range x.Matches {
		if m := &x.Matches[i]; m.Rule == id && m.Dropped != "" {
			return word + " " + m.WhyDropped()
		}
	}
	return ""
}

// best is the match that a rule's finding rests on, nil when it has none.
func best(x *reason.Explanation, id string) *reason.Match {
	i := slices.IndexFunc(x.Matches, func(m reason.Match) bool { return m.Rule == id && m.Best })
	if i < 0 {
		return nil
	}
	return &x.Matches[i]
}
