package assess

import (
	"cmp"
	"slices"
	"strings"

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
func (e *Engine) Explain(item event.Item) Explanation { return e.explain(item, "", "") }

// ExplainAs is to Explain what AssessAs is to Assess.
func (e *Engine) ExplainAs(language string, item event.Item) Explanation {
	return e.explain(item, language, "")
}

// explain is ExplainAs with an indicator that takes part although its status is
// test.
func (e *Engine) explain(item event.Item, language, trial string) Explanation {
	t := &trace{explanation: &Explanation{}, trial: trial}
	t.explanation.Assessment = e.run(item, language, t)
	t.explanation.Tuning = func(id string) []string { return e.rules.Tuning(id, item.Source.Feed) }
	return *t.explanation
}

// trace notes the reasons; a nil trace notes nothing.
type trace struct {
	explanation *Explanation
	trial       string // an indicator that takes part although its status is test
}

func (t *trace) tries(indicator string) bool { return t != nil && t.trial == indicator }

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
		Base: c.base, Place: c.position, Stance: r.engine.config.assertionFactor(c.assertion), Factor: c.factor, Points: c.points, Assertion: c.assertion}
	if says := c.says(); says.stance.end > says.stance.start {
		m.Cue = says.field.evidence(says.stance.start, says.stance.end)
	}
	m.ByTitle = c.ruled != nil
	if c.guarding.field != nil && c.guard >= 0 {
		m.Guard = r.engine.rules.Guards[c.guard].Name
		m.GuardEvidence = c.guarding.field.evidence(c.guarding.hit.Start, c.guarding.hit.End)
		m.ByGuard = r.program.Owners[c.guarding.hit.Phrase].Position
	}
	if c.casualty {
		m.Rule = r.engine.rules.Casualties[c.rule].ID
	} else {
		m.Rule = r.engine.rules.Indicators[c.rule].ID
	}
	m.Slots = r.slots(c)
	return m
}

// weighed notes the matches of a rule as they are when its finding is settled.
func (t *trace) weighed(r *run, group []candidate, best *candidate) {
	if t == nil {
		return
	}
	for i := range group {
		m := t.match(r, &group[i])
		m.Best = &group[i] == best
		t.explanation.Matches = append(t.explanation.Matches, m)
	}
}

// dropped notes a match that counts for nothing. by is the phrase that stands
// against it, nil if none does.
func (t *trace) dropped(r *run, c *candidate, why reason.Drop, by *phrase.Hit) {
	if t == nil {
		return
	}
	m := t.match(r, c)
	m.Dropped = why
	if by != nil {
		o := &r.program.Owners[by.Phrase]
		m.GuardEvidence, m.By = c.field.evidence(by.Start, by.End), o.Position
		if o.Filter {
			m.Dropped = reason.Filter
		}
	}
	t.explanation.Matches = append(t.explanation.Matches, m)
}

// excluded notes a match that the filter at a place leaves out for the feed.
func (t *trace) excluded(r *run, c *candidate, at func() string) {
	if t == nil {
		return
	}
	m := t.match(r, c)
	m.Dropped, m.By = reason.Filter, at
	t.explanation.Matches = append(t.explanation.Matches, m)
}

// tried notes how often the phrases of the rules were run.
func (t *trace) tried(r *run) {
	if t == nil {
		return
	}
	tries := map[string]int{}
	for i := range r.scratch.fields {
		r.scratch.fields[i].matcher.Tried(func(id phrase.ID, times int) {
			switch o := &r.program.Owners[id]; o.Role {
			case rule.RoleMatch, rule.RoleLead:
				tries[r.engine.rules.Indicators[o.Index].ID] += times
			case rule.RoleCasualty:
				tries[r.engine.rules.Casualties[o.Index].ID] += times
			}
		})
	}
	t.explanation.Tries = tries
}

// end sorts the matches as the text has them.
func (t *trace) end() {
	if t == nil {
		return
	}
	slices.SortStableFunc(t.explanation.Matches, func(a, b Match) int {
		return cmp.Or(-strings.Compare(a.Evidence.Field, b.Evidence.Field), cmp.Compare(a.Evidence.Start, b.Evidence.Start))
	})
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
