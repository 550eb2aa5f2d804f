package assess

import (
	"faultline/pkg/event"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/reason"
	"faultline/services/classifier/internal/rule"
)

// Explanation is an assessment with the reasons for every point.
type Explanation = reason.Explanation

// Match is one match of a phrase of a rule and what became of it.
type Match = reason.Match

// Explain assesses an item and says why. Matches of indicators with the status
// test are listed, though they add nothing.
func (e *Engine) Explain(item event.Item) Explanation {
	t := &trace{explanation: &Explanation{}}
	t.explanation.Assessment = e.run(item, t)
	return *t.explanation
}

// trace notes the reasons; a nil trace notes nothing.
type trace struct {
	explanation *Explanation
	tests       bool   // indicators with the status test take part
	language    string // is the item's, without a look at it
}

func (t *trace) testing() bool { return t != nil && t.tests }

func (t *trace) effective(rule string) {
	if t == nil {
		return
	}
	if t.explanation.Effective == nil {
		t.explanation.Effective = map[string]bool{}
	}
	t.explanation.Effective[rule] = true
}

func (t *trace) match(r *run, c *candidate) Match {
	o := &r.program.Owners[c.hit.Phrase]
	m := Match{Phrase: o.Text, At: o.Position, Evidence: c.field.evidence(c.hit.Start, c.hit.End),
		Place: c.position, Factor: c.factor, Points: c.points, Assertion: c.assertion}
	if c.casualty {
		m.Rule = r.engine.rules.Casualties[c.rule].ID
	} else {
		m.Rule = r.engine.rules.Indicators[c.rule].ID
	}
	for _, s := range c.hit.Slots {
		if m.Slots == nil {
			m.Slots = map[string]event.Evidence{}
		}
		m.Slots[s.Name] = c.field.evidence(s.Start, s.End)
	}
	return m
}

func (t *trace) weighed(r *run, c *candidate, base float64) {
	if t == nil {
		return
	}
	m := t.match(r, c)
	m.Base, m.Stance = base, r.engine.config.assertionFactor(c.assertion)
	if c.stance.end > c.stance.start {
		m.Cue = c.field.evidence(c.stance.start, c.stance.end)
	}
	if c.guard >= 0 {
		m.Guard = r.engine.rules.Guards[c.guard].Name
		m.GuardEvidence = c.guarding.field.evidence(c.guarding.hit.Start, c.guarding.hit.End)
	}
	t.explanation.Matches = append(t.explanation.Matches, m)
}

func (t *trace) dropped(r *run, c *candidate, why string, by *phrase.Hit) {
	if t == nil {
		return
	}
	m := t.match(r, c)
	m.Dropped = why
	if by != nil {
		field := c.field
		if c.guarding.field != nil {
			field, m.Guard = c.guarding.field, r.engine.rules.Guards[c.guard].Name
		}
		m.GuardEvidence = field.evidence(by.Start, by.End)
	}
	t.explanation.Matches = append(t.explanation.Matches, m)
}

func (t *trace) composite(c *rule.CompositeRule) {
	if t != nil {
		t.explanation.Composites = append(t.explanation.Composites, c.ID+": "+c.When)
	}
}

func (t *trace) failed(id string, err error) {
	if t != nil {
		t.explanation.Failures = append(t.explanation.Failures, id+": "+err.Error())
	}
}
