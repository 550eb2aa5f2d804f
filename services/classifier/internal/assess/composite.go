package assess

import (
	"errors"
	"slices"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/rule"
)

// composites adds the composites whose condition holds. A condition that
// cannot be evaluated does not hold.
func (r *run) composites(a *event.Assessment) {
	if len(r.engine.rules.Composites) == 0 || len(r.findings) == 0 && len(r.entities) == 0 && len(a.Places) == 0 && r.casualties == (event.Casualties{}) {
		return // there is nothing to ask for
	}
	facts := r.scratch.facts
	if facts == nil {
		facts = newFacts()
		r.scratch.facts = facts
	}
	facts.begin(r, a)
	defer facts.end()
	for i := range r.engine.rules.Composites {
		c := &r.engine.rules.Composites[i]
		facts.used, facts.named = facts.used[:0], facts.named[:0]
		holds, err := c.Condition.Holds(&facts.answers, &facts.machine)
		if err != nil {
			r.trace.failed(c.ID, err)
			continue
		}
		if !holds || c.Excludes(r.item.Source.Feed) != nil {
			continue
		}
		evidence := facts.evidence(c.Condition, a)
		if len(evidence) == 0 {
			r.trace.failed(c.ID, errNothingToShow)
			continue
		}
		r.findings = append(r.findings, finding{rule: i, Finding: event.Finding{
			Indicator: c.ID, Title: c.Title, Category: c.Category, Severity: c.Severity, Codes: c.Codes,
			Assertion: event.Asserted, Points: c.Points, Evidence: evidence,
		}})
		r.trace.composite(c)
	}
}

// errNothingToShow is why a composite that holds makes no finding.
var errNothingToShow = errors.New("the condition holds, but nothing in the text shows it")

// facts answers a condition's questions and remembers which findings the
// answers rest on. One is used for many assessments, so that its functions are
// made once.
type facts struct {
	*run
	answers  rule.Facts
	machine  rule.Machine
	findings []finding // without composites
	used     []int
	named    []event.Evidence // entities that were asked for
}

func newFacts() *facts {
	f := &facts{}
	f.answers = rule.Facts{
		Has: func(id string) bool {
			return f.any(func(x *finding) bool { return x.Indicator == id && x.effective() })
		},
		Category: func(c string) bool {
			return f.any(func(x *finding) bool { return x.Category == c && x.effective() })
		},
		Found: func(id, assertion string) bool {
			return f.any(func(x *finding) bool { return x.Indicator == id && string(x.Assertion) == assertion })
		},
		Entity: f.entity, Class: f.class, Near: f.near, InTitle: f.inTitle,
	}
	return f
}

// begin makes the answers those of an assessment.
func (f *facts) begin(r *run, a *event.Assessment) {
	f.run, f.findings = r, r.findings[:len(r.findings):len(r.findings)]
	q := &f.answers
	q.Killed, q.Injured, q.Missing = least(f.casualties.Killed), least(f.casualties.Injured), least(f.casualties.Missing)
	q.Detained, q.Displaced = least(f.casualties.Detained), least(f.casualties.Displaced)
	q.Regions, q.Language, q.Country, q.Total = a.Regions, a.Language, "", 0
	if a.Main != nil {
		q.Country = a.Main.Country
	}
	q.Countries, q.Categories = q.Countries[:0], q.Categories[:0]
	for i := range a.Places {
		if c := a.Places[i].Country; !slices.Contains(q.Countries, c) {
			q.Countries = append(q.Countries, c)
		}
	}
	for i := range f.findings {
		if x := &f.findings[i]; x.effective() {
			q.Total++
			if !slices.Contains(q.Categories, x.Category) {
				q.Categories = append(q.Categories, x.Category)
			}
		}
	}
}

// end leaves the facts without pointers to the assessment.
func (f *facts) end() {
	f.run, f.findings, f.answers.Regions = nil, nil, nil
	clear(f.named[:cap(f.named)])
}

func least(c *event.Count) int {
	if c == nil {
		return 0
	}
	return c.Min
}

// any reports whether a finding passes, and remembers all that do.
func (f *facts) any(pass func(*finding) bool) bool {
	found := false
	for i := range f.findings {
		if pass(&f.findings[i]) {
			found = true
			f.used = append(f.used, i)
		}
	}
	return found
}

func (f *facts) entity(id string) bool {
	return f.names(f.entities, func(m *mentioned) bool { return f.engine.rules.Entities[m.entity].ID == id })
}

func (f *facts) class(name string) bool {
	return f.names(f.classes, func(m *mentioned) bool { return m.class == name })
}

// names reports whether one of the mentions passes, and remembers it.
func (f *facts) names(all []mentioned, pass func(*mentioned) bool) bool {
	for i := range all {
		if pass(&all[i]) {
			f.named = append(f.named, all[i].evidence)
			return true
		}
	}
	return false
}

func named(x *finding, name string) bool { return x.Indicator == name || x.Category == name }

func (f *facts) inTitle(name string) bool {
	return f.any(func(x *finding) bool {
		return x.effective() && named(x, name) && x.best != nil && x.best.title
	})
}

// near looks at all matches, not only at the best of each indicator.
func (f *facts) near(a, b string) bool {
	for i := range f.candidates {
		x := &f.candidates[i]
		if !f.is(x, a) {
			continue
		}
		for k := range f.candidates {
			y := &f.candidates[k]
			if d := x.field.sentence(&x.hit) - y.field.sentence(&y.hit); x.field == y.field && -2 <= d && d <= 2 && f.is(y, b) {
				return f.any(func(x *finding) bool { return x.effective() && (named(x, a) || named(x, b)) })
			}
		}
	}
	return false
}

func (f *facts) is(c *candidate, name string) bool {
	if !c.effective() {
		return false
	}
	if c.casualty {
		return name == "casualties" || name == f.engine.rules.Casualties[c.rule].ID
	}
	v := &f.engine.rules.Indicators[c.rule]
	return v.ID == name || v.Category == name
}

// evidence is what a condition that holds rests on: the numbers it asks for,
// the findings and the entities that answered, the findings it counts, and the
// places.
func (f *facts) evidence(c rule.Condition, a *event.Assessment) (out []event.Evidence) {
	add := func(e *event.Evidence) {
		if e != nil && e.Text != "" && !slices.Contains(out, *e) && len(out) < maxEvidence {
			out = append(out, *e)
		}
	}
	for _, kind := range rule.Kinds() {
		if count := *f.slot(kind); count != nil && c.Asks(string(kind)) {
			add(count.Evidence)
		}
	}
	for _, i := range f.used {
		add(&f.findings[i].Evidence[0])
	}
	for i := range f.named {
		add(&f.named[i])
	}
	if c.Asks("total") || c.Asks("categories") {
		for i := range f.findings {
			if x := &f.findings[i]; x.effective() {
				add(&x.Evidence[0])
			}
		}
	}
	if a.Main != nil && (c.Asks("country") || c.Asks("regions")) {
		add(&a.Main.Evidence)
	}
	for i := range a.Places {
		if c.Asks("countries") || c.Asks("regions") {
			add(&a.Places[i].Evidence)
		}
	}
	return out
}
