package assess

import (
	"math/bits"
	"slices"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/reason"
	"faultline/services/classifier/internal/rule"
)

// violent reports whether a finding of the category makes casualties beside it
// its own. Accidents and disasters have no such finding; "killed in an ambush"
// is one.
func violent(category string) bool {
	switch category {
	case "base-status", "extradition", "arms-hoarding", "secession":
		return false
	}
	return true
}

// nearby is how many sentences a number may be away from the violence that the
// text, rather than title or lead, tells of.
const nearby = 3

// casualtiesCategory is that of the rules that count people, and of those that tell of
// harm to them.
const casualtiesCategory = "casualties"

// protestCategory is that of people in the street.
const protestCategory = "protest"

// countCasualties makes findings of the casualty candidates that are tied to
// violence, and takes the numbers of the current event.
func (r *run) countCasualties() {
	first := slices.IndexFunc(r.candidates, func(c candidate) bool { return c.casualty })
	if first < 0 {
		return
	}
	all, tied := r.scratch.tied[:0], r.scratch.best[:0]
	for i := first; i < len(r.candidates); i++ {
		if c := &r.candidates[i]; r.tied(c) {
			all = append(all, *c)
		} else {
			r.trace.dropped(r, c, reason.Alone, nil)
		}
	}
	for i := range all {
		if c := &all[i]; !r.outdone(c, all) {
			tied = append(tied, *c)
		} else {
			r.trace.dropped(r, c, reason.Outdone, nil)
		}
	}
	r.scratch.tied, r.scratch.best = all, tied
	for rest := tied; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].rule == rest[0].rule {
			n++
		}
		group := rest[:n]
		rest = rest[n:]
		v := &r.engine.rules.Casualties[group[0].rule]
		if v.Kind == rule.Detained || v.Kind == rule.Displaced {
			for i := range group { // a number, but nobody was hurt
				group[i].base, group[i].points = 0, 0
			}
			r.trace.weighed(r, group, nil)
			continue
		}
		f := finding{rule: group[0].rule, casualty: true, Finding: event.Finding{
			Indicator: v.ID, Title: v.Title, Category: casualtiesCategory, Severity: v.Severity, Codes: v.Codes,
		}}
		r.settle(&f, group)
		r.findings = append(r.findings, f)
	}
	r.takeNumbers(tied)
}

// outdone reports whether another reading of the same words is tighter: in
// "attacks on two villages killed 22" it is 22 that were killed. A part, or a
// number of another event, does not outdo.
func (r *run) outdone(c *candidate, all []candidate) bool {
	kind := r.kind(c)
	for i := range all {
		if o := &all[i]; o.field == c.field && !o.recalled && (!o.number.part || c.number.part) && r.kind(o) == kind &&
			o.hit.Start < c.hit.End && c.hit.Start < o.hit.End && o.gap() < c.gap() {
			return true
		}
	}
	return false
}

// gap is how many words the match passed over.
func (c *candidate) gap() int {
	return int(c.hit.End-c.hit.Start) - bits.OnesCount64(c.hit.Words)
}

// tied reports whether a casualty is one of violence.
func (r *run) tied(c *candidate) bool {
	if r.engine.rules.Casualties[c.rule].Violent {
		return true
	}
	for i := range r.candidates {
		if r.ties(&r.candidates[i], c) {
			return true
		}
	}
	return false
}

// ties reports whether a match tells of violence to which a casualty belongs.
func (r *run) ties(o, c *candidate) bool {
	if o.casualty || !o.effective() || !violent(r.engine.rules.Indicators[o.rule].Category) {
		return false
	}
	if o.field != c.field || o.position == r.engine.config.Position.Lead {
		return true // the title, or the lead, says what the item is about
	}
	distance := o.field.sentence(&o.hit) - c.field.sentence(&c.hit)
	return -nearby <= distance && distance <= nearby
}

func (r *run) slot(k rule.Kind) **event.Count {
	switch k {
	case rule.Injured:
		return &r.casualties.Injured
	case rule.Missing:
		return &r.casualties.Missing
	case rule.Detained:
		return &r.casualties.Detained
	case rule.Displaced:
		return &r.casualties.Displaced
	}
	return &r.casualties.Killed
}
