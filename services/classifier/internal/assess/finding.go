package assess

import (
	"cmp"
	"slices"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/reason"
	"faultline/services/classifier/internal/rule"
)

// demoted is the guard factor below which a finding no longer counts as
// asserted.
const demoted = 0.5

// maxEvidence is how many places a finding shows.
const maxEvidence = 3

// candidate is one match of an indicator or casualty rule, weighed.
type candidate struct {
	rule     int  // index of the indicator or casualty rule
	casualty bool // which of the two
	field    *fieldRun
	title    bool
	hit      phrase.Hit
	position float64
	stance
	guarding
	base   float64 // points of the rule
	points float64
	number toll // casualties only
	// ruled is the match in the title that says how the text stands to this one,
	// nil if none does.
	ruled *candidate
	// recalled is set when the number is not of the event at hand.
	recalled bool
}

// says is the match whose cue the candidate's assertion comes from.
func (c *candidate) says() *candidate {
	if c.ruled != nil {
		return c.ruled
	}
	return c
}

// effective reports whether the candidate says that it happened.
func (c *candidate) effective() bool {
	return c.assertion == event.Asserted && c.factor >= demoted
}

// finding is what the candidates of one rule come to.
type finding struct {
	event.Finding
	rule     int
	casualty bool
	best     *candidate // nil for composites
}

func (f *finding) effective() bool {
	return f.Assertion == event.Asserted && f.Points > 0 && (f.best == nil || f.best.effective())
}

// judge turns the matches into the assessment.
func (r *run) judge(a *event.Assessment) {
	r.itemGuards()
	for i := range r.scratch.fields {
		f := &r.scratch.fields[i]
		for k := range f.matches {
			if r.candidates = append(r.candidates, candidate{}); !r.weigh(r.last(), f, &f.matches[k], i == 0) {
				r.candidates = r.candidates[:len(r.candidates)-1]
			}
		}
		for k := range f.tested {
			if c := (candidate{}); r.weigh(&c, f, &f.tested[k], i == 0) {
				r.trace.dropped(r, &c, reason.Tested, nil)
			}
		}
	}
	r.indicators()
	r.countCasualties()
	r.composites(a)
	r.conclude(a)
	r.trace.tried(r)
	r.trace.end()
}

// last is the candidate that was added last.
func (r *run) last() *candidate { return &r.candidates[len(r.candidates)-1] }

// weigh weighs one match, and reports whether it counts.
func (r *run) weigh(c *candidate, f *fieldRun, h *phrase.Hit, title bool) bool {
	o := &r.program.Owners[h.Phrase]
	c.rule, c.casualty, c.field, c.title, c.hit = int(o.Index), o.Role == rule.RoleCasualty, f, title, *h
	c.position, c.guard = r.position(f, h, title), -1
	if o.Role == rule.RoleLead && !r.leads(h, title) {
		r.trace.dropped(r, c, reason.InBody, nil)
		return false
	}
	if at := r.excludes(c); at != nil {
		r.trace.excluded(r, c, at)
		return false
	}
	if r.beyondClause(f, h) {
		r.trace.dropped(r, c, reason.Clause, nil)
		return false
	}
	if veto := r.vetoed(f, h, c.rule, c.casualty); veto != nil {
		r.trace.dropped(r, c, reason.Unless, veto)
		return false
	}
	if !c.casualty && r.engine.rules.Indicators[c.rule].Category != casualtiesCategory && r.contrary(f, h) {
		r.trace.dropped(r, c, reason.Contrary, nil)
		return false
	}
	var guarded []bool
	if c.casualty {
		v, ok := &r.engine.rules.Casualties[c.rule], false
		c.base, guarded = v.Points, v.Guarded
		c.stance = r.stance(f, h, nil, event.Asserted)
		if c.number, ok = r.number(f, h, v); !ok {
			return false
		}
		c.recalled = r.recalled(f, h)
	} else {
		v := &r.engine.rules.Indicators[c.rule]
		c.base, guarded = v.Points, v.Guarded
		c.stance = r.stance(f, h, v.Cues, v.Assertion)
	}
	c.guarding = r.guard(f, h, guarded)
	c.points = c.base * c.position * c.factor * r.engine.config.assertionFactor(c.assertion)
	if c.factor == 0 {
		r.trace.dropped(r, c, reason.Guard, nil)
		return false
	}
	return true
}

// excludes returns where the filter stands that keeps the rule of a match from
// the item's feed, nil if none does.
func (r *run) excludes(c *candidate) (at func() string) {
	if c.casualty {
		return r.engine.rules.Casualties[c.rule].Excludes(r.item.Source.Feed)
	}
	return r.engine.rules.Indicators[c.rule].Excludes(r.item.Source.Feed)
}

// vetoed returns the unless phrase of the rule that stands in the sentence of
// the match, nil if none does.
func (r *run) vetoed(f *fieldRun, h *phrase.Hit, index int, casualty bool) *phrase.Hit {
	for i := range f.vetoes {
		v := &f.vetoes[i]
		o := &r.program.Owners[v.Phrase]
		if int(o.Index) == index && (o.Role == rule.RoleNotCounted) == casualty && f.sentence(v) == f.sentence(h) {
			return v
		}
	}
	return nil
}

func (r *run) position(f *fieldRun, h *phrase.Hit, title bool) float64 {
	p := r.engine.config.Position
	switch {
	case title:
		return p.Title
	case r.leads(h, title):
		return p.Lead
	}
	return p.Body
}

// leads reports whether a match stands in the title or the lead.
func (r *run) leads(h *phrase.Hit, title bool) bool {
	return title || int(h.Start) < r.engine.config.Position.LeadWords
}

// arrange sorts the candidates by rule, those of casualties last, and by points.
// They are large, so their numbers are sorted and each is moved once.
func (r *run) arrange() {
	const ofNumber = 1<<20 - 1 // there are fewer candidates
	keys := r.scratch.keys[:0]
	for i := range r.candidates {
		key := uint64(r.candidates[i].rule)<<20 | uint64(i)
		if r.candidates[i].casualty {
			key |= 1 << 63
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	arranged := r.scratch.arranged[:0]
	for first := 0; first < len(keys); {
		last := first + 1
		for last < len(keys) && keys[last]>>20 == keys[first]>>20 {
			last++
		}
		slices.SortStableFunc(keys[first:last], func(a, b uint64) int {
			return cmp.Compare(r.candidates[b&ofNumber].points, r.candidates[a&ofNumber].points)
		})
		for _, key := range keys[first:last] {
			arranged = append(arranged, r.candidates[key&ofNumber])
		}
		first = last
	}
	clear(r.candidates)
	r.scratch.keys, r.scratch.arranged, r.candidates = keys, r.candidates[:0], arranged
}

// indicators makes one finding of the candidates of each indicator.
func (r *run) indicators() {
	r.arrange()
	for rest := r.candidates; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].rule == rest[0].rule && rest[n].casualty == rest[0].casualty {
			n++
		}
		group := rest[:n]
		rest = rest[n:]
		if group[0].casualty {
			break // they come last, and need the other findings
		}
		v := &r.engine.rules.Indicators[group[0].rule]
		f := finding{rule: group[0].rule, Finding: event.Finding{
			Indicator: v.ID, Title: v.Title, Category: v.Category, Severity: v.Severity, Codes: v.Codes,
		}}
		r.settle(&f, group)
		r.findings = append(r.findings, f)
	}
}

// settle chooses the best of a rule's candidates, best first, and fills the
// finding from it. What the title denies, plans or only fears, or the text denies
// time and again, passing words of the text do not assert.
func (r *run) settle(f *finding, group []candidate) {
	if over := r.overruling(group); over != nil {
		r.overrule(group, over)
	}
	best := &group[0]
	for i := range group {
		if better(&group[i], best) {
			best = &group[i]
		}
	}
	r.trace.weighed(r, group, best)
	f.best = best
	f.Assertion, f.Points = best.assertion, best.points
	if best.guard >= 0 {
		f.Guard = r.engine.rules.Guards[best.guard].Name
	}
	f.Evidence = append(r.slabs.evidence(min(len(group), maxEvidence)), best.field.evidence(best.hit.Start, best.hit.End))
	for i := range group {
		if c := &group[i]; c != best && c.assertion == best.assertion && len(f.Evidence) < maxEvidence {
			if e := c.field.evidence(c.hit.Start, c.hit.End); !overlaps(f.Evidence, e) {
				f.Evidence = append(f.Evidence, e)
			}
		}
	}
	f.Attribution = r.attribution(best)
	f.Slots = r.slots(best)
	r.supplement(f, group, best)
	f.Slots.Mutual = !best.casualty && r.engine.rules.Indicators[best.rule].Mutual && f.Slots.Actor != nil && f.Slots.Target != nil
}

func overlaps(have []event.Evidence, e event.Evidence) bool {
	return slices.ContainsFunc(have, func(h event.Evidence) bool {
		return h.Field == e.Field && h.Start < e.End && e.Start < h.End
	})
}

// better prefers what counts as asserted, then points, then the longer span.
func better(a, b *candidate) bool {
	if a.effective() != b.effective() {
		return a.effective()
	}
	if a.points != b.points {
		return a.points > b.points
	}
	if a.field == b.field && a.hit.Start <= b.hit.Start && b.hit.End <= a.hit.End && a.hit.End-a.hit.Start > b.hit.End-b.hit.Start {
		return true
	}
	return len(a.hit.Slots) > len(b.hit.Slots)
}

// deniedOften is how many denials of an indicator, twice as many as there are
// assertions, make it a denied one.
const deniedOften = 3

// overruling returns the match whose stance the asserted matches of the text take:
// one in the title, if the title has the indicator but never asserts it, or one of
// many denials. It is nil if there is none.
func (r *run) overruling(group []candidate) *candidate {
	var inTitle, denial *candidate
	denied, asserted := 0, 0
	for i := range group {
		switch c := &group[i]; {
		case c.assertion == event.Asserted && c.title:
			return nil
		case c.title:
			inTitle = c
		case c.assertion == event.Asserted:
			asserted++
		case c.assertion == event.Denied:
			denied, denial = denied+1, c
		}
	}
	if inTitle == nil && denied >= deniedOften && denied >= 2*asserted {
		return denial
	}
	return inTitle
}

func (r *run) overrule(group []candidate, by *candidate) {
	for i := range group {
		if c := &group[i]; c.assertion == event.Asserted {
			c.assertion, c.ruled = by.assertion, by
			c.points *= r.engine.config.assertionFactor(by.assertion)
		}
	}
}
