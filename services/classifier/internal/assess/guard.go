package assess

import (
	"math/bits"
	"slices"

	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// guardState is whether a guard covers the whole item, and where it was seen.
type guardState struct {
	item  bool
	field *fieldRun
	hit   phrase.Hit
}

// itemGuards finds the guards that cover the whole item: those in the title,
// and those of scope item that the text shows often enough.
func (r *run) itemGuards() {
	guards := r.engine.rules.Guards
	if len(r.scratch.guards) != len(guards) {
		r.scratch.guards = make([]guardState, len(guards))
	}
	clear(r.scratch.guards)
	r.guards = r.scratch.guards
	r.scratch.covering = r.scratch.covering[:0]
	title, text := &r.scratch.fields[0], &r.scratch.fields[1]
	for _, h := range title.guards {
		if i := int(r.program.Owners[h.Phrase].Index); guards[i].Scope != rule.ScopeWithin {
			r.cover(i, title, h)
		}
	}
	if len(text.guards) > 0 {
		r.guardsOf(text)
	}
	slices.Sort(r.scratch.covering)
}

// guardsOf finds the guards of scope item that a text shows often enough.
func (r *run) guardsOf(text *fieldRun) {
	for i := range r.guards {
		g := &r.engine.rules.Guards[i]
		if g.Scope != rule.ScopeItem || r.guards[i].item {
			continue
		}
		seen, end := 0, int32(-1)
		var first phrase.Hit
		for _, h := range sortedHits(text.guards, func(h phrase.Hit) bool { return int(r.program.Owners[h.Phrase].Index) == i }) {
			if h.Start < end {
				continue // the same place
			}
			if seen == 0 {
				first = h
			}
			seen, end = seen+1, h.End
		}
		if seen >= g.Min {
			r.cover(i, text, first)
		}
	}
}

func sortedHits(hits []phrase.Hit, keep func(phrase.Hit) bool) []phrase.Hit {
	var out []phrase.Hit
	for _, h := range hits {
		if keep(h) {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b phrase.Hit) int { return int(a.Start - b.Start) })
	return out
}

func (r *run) cover(guard int, f *fieldRun, h phrase.Hit) {
	if !r.guards[guard].item {
		r.guards[guard] = guardState{true, f, h}
		r.scratch.covering = append(r.scratch.covering, guard)
	}
}

// dropExplained removes guards whose words an indicator has taken for more:
// the storm of "storm government buildings" is no weather. What a guard reads into
// its own words stays so: riot police who clear a square make no riot.
func (r *run) dropExplained(f *fieldRun) {
	f.guards = slices.DeleteFunc(f.guards, func(g phrase.Hit) bool {
		if r.engine.rules.Guards[r.program.Owners[g.Phrase].Index].Scope == rule.ScopeWithin {
			return false
		}
		return slices.ContainsFunc(f.matches, func(h phrase.Hit) bool {
			return r.program.Owners[h.Phrase].Role.Indicates() && bits.OnesCount64(h.Words) > int(g.End-g.Start) && allWords(&h, g.Start, g.End)
		})
	})
}

// lift is an unless of a guard in a sentence.
type lift struct{ guard, sentence int32 }

// dropLifted removes guards whose words mean what they say, for an unless of
// theirs stands in the sentence.
func (r *run) dropLifted(f *fieldRun) {
	if len(f.lifted) == 0 {
		return
	}
	f.guards = slices.DeleteFunc(f.guards, func(g phrase.Hit) bool {
		return slices.Contains(f.lifted, lift{r.program.Owners[g.Phrase].Index, f.sentence(&g)})
	})
}

// allWords reports whether the match matched every one of the tokens [from, to).
func allWords(h *phrase.Hit, from, to int32) bool {
	for i := from; i < to; i++ {
		if k := i - h.Start; k < 0 || k >= 64 || h.Words>>k&1 == 0 {
			return false
		}
	}
	return true
}

// guarding is the guard that demotes a match most: its index, or -1.
type guarding struct {
	guard  int
	factor float64
	field  *fieldRun
	hit    phrase.Hit
}

// guard returns the strongest guard, of those that apply, around a match.
func (r *run) guard(f *fieldRun, h *phrase.Hit, applies []bool) guarding {
	best := guarding{guard: -1, factor: 1}
	consider := func(i int, field *fieldRun, hit phrase.Hit) {
		if g := &r.engine.rules.Guards[i]; applies[i] && g.Factor < best.factor {
			best = guarding{i, g.Factor, field, hit}
		}
	}
	for _, i := range r.scratch.covering {
		consider(i, r.guards[i].field, r.guards[i].hit)
	}
	for k := range f.guards {
		g := &f.guards[k]
		i := int(r.program.Owners[g.Phrase].Index)
		switch is := &r.engine.rules.Guards[i]; {
		case is.Scope == rule.ScopeNear && near(f, g, h, is.Reach), is.Scope == rule.ScopeWithin && g.Start <= h.Start && h.End <= g.End:
			consider(i, f, *g)
		}
	}
	return best
}

// near reports whether two hits stand within reach words of each other, or
// twice as many in one sentence with no dash, colon or bracket between.
func near(f *fieldRun, a, b *phrase.Hit, reach int) bool {
	apart := int(max(a.Start-b.End, b.Start-a.End))
	if apart <= reach || apart > 2*reach || f.sentence(a) != f.sentence(b) {
		return apart <= reach
	}
	between := f.Tokens[min(a.End, b.End) : max(a.Start, b.Start)+1]
	return !slices.ContainsFunc(between, func(t token.Token) bool { return t.Has(token.Clause) })
}
