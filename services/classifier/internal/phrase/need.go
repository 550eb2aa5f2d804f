package phrase

import (
	"cmp"
	"math"
	"slices"

	"faultline/services/classifier/internal/token"
)

// clue is a word test or a set, what a sentence may have: features are numbered as
// the dictionary does, from 1, and sets follow. Clue 0 is there in every sentence.
type clue = uint32

const always clue = 0

// clueOf is the clue of a set.
func (p *Program) clueOf(set Set) clue { return p.beyond + uint32(set) }

// gate is what a phrase cannot match without, beside its partner: of
// Program.needs, from from on, words that only words can meet, and then mentions
// that only mentions can, or either. It is apart from the rest of the phrase so
// that deciding what to try touches little memory.
type gate struct {
	from            uint32
	words, mentions uint8
	level           uint16
	set             Set  // what a match is a mention of
	lone            bool // names a set by a single word, however it is written
	dated           bool // is not always in force
}

// need is a choice of clues, count of Program.needed from from on, one of which a
// token must have.
type need struct {
	from  uint32
	count uint16
	window
}

// window is where a token may stand where no word is hyphenated: at least low and
// at most high tokens behind that of the anchor.
type window struct{ low, high int16 }

// hyphenated is the window where each word between may be a hyphenated one.
func (w window) hyphenated() (low, high int) {
	return min(int(w.low), int(w.low)*token.LongestChain), max(int(w.high), int(w.high)*token.LongestChain)
}

// anyToken is further than any token is from another.
const anyToken = math.MaxInt16

var everywhere = window{-anyToken, anyToken}

// addGate adds the gate of a phrase. What all its openings have as their partner need
// not be asked for again.
func (p *Program) addGate(c *compiled, dated bool, wants []want, openings []opening) {
	g := gate{from: uint32(len(p.needs)), level: c.level, set: c.set, lone: c.names && c.word && p.anchorOf(&c.sides).anyCase(), dated: dated}
	for i := range wants {
		w := &wants[i]
		shared := !slices.ContainsFunc(openings, func(o opening) bool { return o.partner != w })
		if len(w.sets) == 0 && !shared {
			p.addNeed(w)
			g.words++
		}
	}
	for i := range wants {
		if len(wants[i].sets) > 0 {
			p.addNeed(&wants[i])
			g.mentions++
		}
	}
	p.gates = append(p.gates, g)
}

func (p *Program) addNeed(w *want) {
	from := len(p.needed)
	p.needed = p.clues(p.needed, &w.triggers)
	p.needs = append(p.needs, need{uint32(from), uint16(len(p.needed) - from), w.window()})
}

// clues adds those of the features and sets to others, in order.
func (p *Program) clues(to []clue, t *triggers) []clue {
	t.tidy()
	to = append(to, t.features...)
	for _, set := range t.sets { // whose clues are behind those of all features
		to = append(to, p.clueOf(set))
	}
	return to
}

// maxNeeds is how many requirements of a phrase are kept: the most selective.
const maxNeeds = 3

// want is a need in the making: one of the words or references with the given
// starts, on a side of the anchor and at most reach tokens from it. cost
// estimates how often it is there.
type want struct {
	triggers
	cost  int
	side  side
	reach uint8
}

// side is where the part of a phrase stands that has a need.
type side int8

const (
	left     side = -1
	anywhere side = 0
	right    side = 1
)

// anyReach is the reach of what may be as far from the anchor as it likes.
const anyReach = 255

// window is where what is wanted can stand.
func (w *want) window() window {
	reach := int16(w.reach)
	if w.reach == anyReach {
		reach = anyToken
	}
	switch w.side {
	case left:
		return window{-reach, -1}
	case right:
		return window{1, reach}
	}
	return everywhere
}

// needsAround returns the needs of the parts of a phrase, of which one is the
// anchor, the most selective ones, without those that the anchor itself meets. In
// any order each may stand on either side.
func (b *Builder) needsAround(parts []*Node, anchor int, anyOrder bool, starts *triggers) []want {
	all := b.wanted[:0]
	for i, part := range parts {
		from := len(all)
		all = b.needsOf(all, part)
		side, reach := side(cmp.Compare(i, anchor)), reach(parts, anchor, i)
		if anyOrder {
			side = anywhere
		}
		kept := all[:from]
		for _, x := range all[from:] {
			if x.side, x.reach = side, reach; !x.covers(starts) {
				kept = append(kept, x)
			}
		}
		all = kept
	}
	b.wanted = all
	slices.SortStableFunc(all, func(x, y want) int { return x.cost - y.cost })
	return slices.Clone(all[:min(len(all), maxNeeds)])
}

// reach is how far a word of a part can stand from the first one of the anchor,
// where no word is hyphenated.
func reach(parts []*Node, anchor, part int) uint8 {
	between, sum := parts[min(part, anchor):anchor], 0
	if part > anchor {
		between, sum = parts[anchor:part+1], -1 // the last word is as near as its own beginning
	}
	for _, p := range between {
		if sum += p.longest(); sum >= anyReach-1 {
			return anyReach
		}
	}
	return uint8(sum)
}

// needsOf adds what a part cannot match without, each alone.
func (b *Builder) needsOf(all []want, n *Node) []want {
	switch n.kind {
	case kindOpt, kindGap:
		return all
	case kindWord:
		return append(all, want{triggers: triggers{features: b.passing.set(b.op(n).id)}, cost: startCost(n)})
	case kindRef, kindCount:
		return append(all, want{triggers: triggers{sets: []Set{Set(b.op(n).id)}}, cost: startCost(n)})
	case kindAlt:
		return b.needsOfAlternative(all, n)
	}
	for _, k := range n.kids {
		all = b.needsOf(all, k)
	}
	return all
}

// needsOfAlternative: one of what each branch needs most selectively, or nothing
// when a branch needs nothing.
func (b *Builder) needsOfAlternative(all []want, n *Node) []want {
	var union want
	from, choices := len(all), len(b.choices)
	for _, k := range n.kids {
		all = b.needsOf(all, k)
		if len(all) == from {
			b.choices = b.choices[:choices]
			return all
		}
		best := slices.MinFunc(all[from:], func(x, y want) int { return x.cost - y.cost })
		all = all[:from]
		union.cost += best.cost
		b.choices, union.sets = append(b.choices, best.features...), append(union.sets, best.sets...)
	}
	union.features = b.choices[choices:]
	union.tidy()
	union.features, b.choices = b.passing.set(union.features...), b.choices[:choices]
	return append(all, union)
}

// covers reports whether all the others are among the triggers; both are tidy.
func (t *triggers) covers(others *triggers) bool {
	for _, f := range others.features {
		if !featureSet(t.features).has(f) {
			return false
		}
	}
	for _, s := range others.sets {
		if !slices.Contains(t.sets, s) {
			return false
		}
	}
	return true
}
