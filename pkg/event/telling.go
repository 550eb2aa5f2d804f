package event

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Telling is a finding as people read of it, with the findings that say of the same words
// nothing more: of "gunmen abduct the deputy governor" it is enough to hear once.
type Telling struct {
	Finding
	Also []Finding // the strongest first
	// Outcome are those that say how people fared by it, which are among Also as well.
	Outcome []Finding
	// Counted is set where the toll says it: people are killed, and there is a number of them.
	Counted bool
}

// Tell arranges the findings of a text for people: asserted ones before others, then by points.
// What several of them say of the same words is told by the one that says most, with who did it
// to whom as far as any of them knows. The toll is that of the text.
func Tell(findings []Finding, toll Casualties) []Telling {
	order := make([]*Finding, len(findings))
	for i := range findings {
		order[i] = &findings[i]
	}
	slices.SortStableFunc(order, moreTold)
	var groups []group
	for _, f := range order {
		at := slices.IndexFunc(groups, func(g group) bool { return g.tells(f) })
		if at < 0 {
			groups, at = append(groups, group{head: f}), len(groups)
		}
		groups[at].members = append(groups[at].members, f)
		groups[at].counted = groups[at].counted || f.countedIn(&toll)
	}
	groups = outcomes(groups)
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(b.head.stands(), a.head.stands()), cmp.Compare(b.points(), a.points()))
	})
	told := make([]Telling, len(groups))
	for i := range groups {
		told[i] = groups[i].telling()
	}
	return told
}

// Lead puts what tells the finding by which an incident goes before what else happened, so that
// a message begins with that by which it was routed; what ends something stays first.
func Lead(told []Telling, indicator string) []Telling {
	rank := func(t *Telling) int {
		switch {
		case t.Releases():
			return 2
		case t.stands() > 0 && t.Indicator == indicator:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(told, func(a, b Telling) int { return cmp.Compare(rank(&b), rank(&a)) })
	return told
}

// moreTold orders findings by how much they say: what is asserted, and no guard doubts; that
// somebody is free; the gravest; what names the cause or the people that it is about; then
// by points, by the parties that are known, and by words.
func moreTold(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(b.stands(), a.stands()),
		cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
		cmp.Compare(b.particular(), a.particular()),
		cmp.Compare(b.Points, a.Points),
		cmp.Compare(b.Slots.Len(), a.Slots.Len()),
		cmp.Compare(b.firstLength(), a.firstLength()),
	)
}

// stands is 3 for what is asserted and ends something, 2 for what else is asserted, 1 for that
// behind a guard, 0 for what is not asserted.
func (f *Finding) stands() int {
	switch {
	case f.Releases():
		return 3
	case f.Assertion != Asserted && f.Assertion != "":
		return 0
	case f.Guard != "":
		return 1
	}
	return 2
}

// particular is 1 for the categories that say about what, or on account of what, besides what
// happened.
func (f *Finding) particular() int {
	switch f.Category {
	case "ethnic-violence", "price-unrest", "building-seizure":
		return 1
	}
	return 0
}

func (f *Finding) firstLength() int {
	if len(f.Evidence) == 0 {
		return 0
	}
	return f.Evidence[0].End - f.Evidence[0].Start
}

// countedIn reports whether a finding tells of the dead or hurt that the toll has a number of.
func (f *Finding) countedIn(toll *Casualties) bool {
	if f.Category != "casualties" || f.stands() < 2 {
		return false
	}
	for _, n := range toll.Counts() {
		if n != nil && n.Evidence != nil && overlapping(f.Evidence, n.Evidence) {
			return true
		}
	}
	return false
}

// group is what is told at once.
type group struct {
	head    *Finding
	members []*Finding // the head is the first
	outcome []*Finding // members that are heads of what came of it
	counted bool
}

// outcomes gives the dead and hurt that no toll counts to the act that says of the same words by
// what, if it names whoever they name.
func outcomes(groups []group) []group {
	given := make([]bool, len(groups))
	for i := range groups {
		g := &groups[i]
		if g.counted || g.head.Category != "casualties" || g.head.stands() < 2 {
			continue
		}
		at := slices.IndexFunc(groups, func(act group) bool {
			return act.head.Category != "casualties" && act.head.harms() && act.head.stands() == 2 && covers(&act.head.Slots, &g.head.Slots) &&
				act.any(func(e *Evidence) bool { return overlapping(g.head.Evidence, e) })
		})
		if at >= 0 {
			groups[at].outcome = append(groups[at].outcome, g.head)
			groups[at].members = append(groups[at].members, g.members...)
			given[i] = true
		}
	}
	kept := groups[:0]
	for i, g := range groups {
		if !given[i] {
			kept = append(kept, g)
		}
	}
	return kept
}

func (g *group) points() float64 {
	most := 0.0
	for _, f := range g.members {
		most = max(most, f.Points)
	}
	return most
}

// tells reports whether a finding that says no more than the head says of the same words
// what the group tells.
func (g *group) tells(f *Finding) bool {
	if len(f.Evidence) == 0 || f.Releases() || f.Assertion != g.head.Assertion {
		return false
	}
	if (f.Category == "casualties") != (g.head.Category == "casualties") {
		return false // what happened, and what came of it
	}
	named := covers(&g.head.Slots, &f.Slots)
	if g.head.akin(f) {
		words := f.Evidence[:1]
		if named {
			words = f.Evidence // the title may say otherwise what the lead says alike
		}
		return g.any(func(m *Evidence) bool { return overlapping(words, m) })
	}
	less := f.Severity.Rank() <= g.head.Severity.Rank() || f.Guard != "" && g.head.Guard == ""
	first := &f.Evidence[0]
	if less && both(&g.head.Slots, &f.Slots) && g.any(func(m *Evidence) bool { return overlapping(f.Evidence, m) }) {
		return true
	}
	return (named || f.Category == g.head.Category) && less && f.Category != "casualties" && g.any(func(m *Evidence) bool {
		return m.Field == first.Field && m.Start <= first.Start && first.End <= m.End && first.Start < first.End
	})
}

// any reports whether something holds of a piece of evidence of the group.
func (g *group) any(holds func(*Evidence) bool) bool {
	return slices.ContainsFunc(g.members, func(m *Finding) bool {
		return slices.ContainsFunc(m.Evidence, func(e Evidence) bool { return holds(&e) })
	})
}

// telling is the head with the parties that it leaves open and a member knows.
func (g *group) telling() Telling {
	t := Telling{Finding: *g.head, Counted: g.counted}
	for _, f := range g.members[1:] {
		t.Also = append(t.Also, *f)
		if g.head.akin(f) {
			t.Slots.complete(&f.Slots, f.Category == g.head.Category)
		}
	}
	for _, f := range g.outcome {
		t.Outcome = append(t.Outcome, *f)
	}
	slices.SortStableFunc(t.Also, func(a, b Finding) int { return cmp.Compare(b.Points, a.Points) })
	return t
}

// complete takes over the party that is open, where the other one is the same, and both where
// neither is known; of a finding of the same category one of the two is enough.
func (s *Slots) complete(o *Slots, category bool) {
	switch {
	case s.Actor == nil && s.Target == nil:
		if category || o.Actor != nil && o.Target != nil {
			s.Actor, s.Target = o.Actor, o.Target
		}
	case s.Actor == nil && o.Actor != nil && !s.Target.same(o.Actor) && (o.Target == nil || s.Target.same(o.Target)):
		s.Actor = o.Actor
	case s.Target == nil && o.Target != nil && !s.Actor.same(o.Target) && (o.Actor == nil || s.Actor.same(o.Actor)):
		s.Target = o.Target
	}
}

// same reports whether two slots are of the same words or the same kind of people.
func (s *Slot) same(o *Slot) bool {
	if s == nil || o == nil {
		return false
	}
	return s.Kind != "" && s.Kind == o.Kind || strings.EqualFold(s.Text, o.Text) || overlapping([]Evidence{s.Evidence}, &o.Evidence)
}

// covers reports whether slots name everybody whom others name, in whatever part.
func covers(s, others *Slots) bool {
	for _, o := range []*Slot{others.Actor, others.Target} {
		if o != nil && !s.Actor.same(o) && !s.Target.same(o) {
			return false
		}
	}
	return true
}

// both reports whether two findings have the same actor and the same target: of the same words they
// are one act, whatever it is called.
func both(s, o *Slots) bool { return s.Actor.same(o.Actor) && s.Target.same(o.Target) }

// akin reports whether two findings of the same words are of the same act: both of people
// harmed, both of fighting, whoever is said to have begun it, or by the same sub-event of ACLED
// (ACLED codebook, 2024) with nobody else in the same part.
func (f *Finding) akin(o *Finding) bool {
	switch {
	case f.Category == "casualties" || o.Category == "casualties":
		return f.Category == o.Category && f.fatal() == o.fatal()
	case f.fights() && o.fights():
		return true
	case f.Category == "spillover" || o.Category == "spillover": // that it crosses a border is more
		return false
	}
	if f.Slots.Target != nil && o.Slots.Target != nil { // who did it may be called by two names
		return sharesEvent(f, o) && f.Slots.Target.same(o.Slots.Target)
	}
	return sharesEvent(f, o) && !differs(f.Slots.Actor, o.Slots.Actor)
}

// fatal reports whether a finding is of the dead.
func (f *Finding) fatal() bool {
	return strings.Contains(strings.ToLower(f.Codes["acled"]), "fatalities")
}

func differs(a, b *Slot) bool { return a != nil && b != nil && !a.same(b) }

// fights reports whether a finding is of one side attacking, or of two.
func (f *Finding) fights() bool {
	switch f.Category {
	case "armed-attack", "armed-clash", "ethnic-violence":
		return !strings.Contains(f.Codes["acled"], "territory")
	}
	return false
}

// sharesEvent reports whether two findings are of the same sub-event of ACLED by their codes: of
// different categories, by the first, which the others only may be.
func sharesEvent(f, o *Finding) bool {
	ours, theirs := subEvents(f), subEvents(o)
	if f.Category != o.Category {
		ours, theirs = ours[:1], theirs[:1]
	}
	return slices.ContainsFunc(ours, func(e string) bool {
		return e != "" && e != "Other" && !strings.Contains(e, "strategic development") && slices.Contains(theirs, e)
	})
}

func subEvents(f *Finding) []string {
	events := strings.Split(strings.ReplaceAll(f.Codes["acled"], "Change to group/activity", ""), "/")
	for i := range events {
		events[i] = strings.TrimSpace(events[i])
	}
	return events
}

func overlapping(all []Evidence, e *Evidence) bool {
	return slices.ContainsFunc(all, func(o Evidence) bool { return o.Field == e.Field && o.Start < e.End && e.Start < o.End })
}

// Who says who did it to whom, as far as the text does, in words that go behind the title:
// "gunmen → the governor", "by gunmen", "against police", "soldiers and rebels"; "" where it says
// nothing.
func (f *Finding) Who(clean func(string) string) string {
	actor, target := f.Slots.Who()
	actor, target = clean(actor), clean(target)
	switch passive := f.passive(); {
	case actor != "" && target != "" && f.Slots.Mutual:
		return actor + " and " + target
	case actor != "" && target != "":
		return actor + " → " + target
	case actor != "" && passive:
		return "by " + actor
	case target != "" && !passive && !f.Slots.Mutual && f.harms():
		return "against " + target
	}
	return actor + target
}

// Came is what came of it, in words that go behind who did it: "people are killed".
func (t *Telling) Came() string {
	var came []string
	for _, f := range t.Outcome {
		first, size := utf8.DecodeRuneInString(f.Title)
		switch second, _ := utf8.DecodeRuneInString(f.Title[size:]); {
		case size == 0:
		case unicode.IsUpper(second): // "UN staff are killed"
			came = append(came, f.Title)
		default:
			came = append(came, string(unicode.ToLower(first))+f.Title[size:])
		}
	}
	return strings.Join(came, ", ")
}

// passive reports whether the title tells what is done to somebody: "An official is abducted",
// but not "Fighting is going on" and "People flee or are displaced".
func (f *Finding) passive() bool {
	words := strings.Fields(f.Title)
	at := slices.IndexFunc(words, func(w string) bool { return w == "is" || w == "are" })
	if at < 1 || at+1 == len(words) || words[at-1] == "or" {
		return false
	}
	next := words[at+1]
	return !strings.HasSuffix(next, "ing") && next != "in" && next != "free"
}

// harms reports whether what a finding is of is done against somebody.
func (f *Finding) harms() bool {
	switch f.Category {
	case "armed-attack", "armed-clash", "casualties", "coup", "crackdown", "ethnic-violence", "riot", "spillover":
		return true
	}
	return false
}
