package phrase

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// signature is a set of features and sets as a Bloom filter of one hash: a
// sentence's says what may be in it, a requirement's what a phrase cannot do
// without. Most tries end at comparing the two.
type signature [4]uint64

func (s *signature) addFeature(f uint32) { s.set(f * 2654435761) }
func (s *signature) addSet(set Set)      { s.set((uint32(set) + 1<<24) * 2246822519) }
func (s *signature) set(hash uint32)     { s[hash>>30] |= 1 << (hash >> 24 & 63) }

func (s *signature) meets(other *signature) bool {
	return s[0]&other[0]|s[1]&other[1]|s[2]&other[2]|s[3]&other[3] != 0
}

// shortSignature is a signature of fewer bits, small enough to stand in lists.
type shortSignature uint64

func (s *signature) short() shortSignature { return shortSignature(s[0] | s[1] | s[2] | s[3]) }

// gate is what decides whether a phrase is tried at all, apart from the rest of
// it so that deciding touches little memory. Needs that a phrase does not have
// are met by anything.
type gate struct {
	needs [maxNeeds]signature
	words [maxNeeds]wordNeed
	level int32
}

// wordNeed is a need that only words can meet: one of the count of
// Program.needed from from on, on a side of the anchor.
type wordNeed struct {
	from  uint32
	count uint16
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

// low and high are the first and the last token, counted from the anchor's, that
// can meet the need.
func (n *wordNeed) low() int {
	switch {
	case n.side == right:
		return 1
	case n.side == anywhere || n.reach == anyReach:
		return -anyToken
	}
	return -int(n.reach)
}

func (n *wordNeed) high() int {
	switch {
	case n.side == left:
		return -1
	case n.side == anywhere || n.reach == anyReach:
		return anyToken
	}
	return int(n.reach)
}

// anyToken is further than any token is from another.
const anyToken = 1 << 30

// addGate adds the gate of a phrase.
func (p *Program) addGate(c *compiled, needs []need) {
	g := gate{level: int32(c.level)}
	for i := range g.needs {
		if i >= len(needs) {
			g.needs[i] = signature{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
			continue
		}
		n := &needs[i]
		g.needs[i] = n.sign()
		if len(n.sets) == 0 && len(n.features) <= math.MaxUint16 {
			g.words[i] = wordNeed{uint32(len(p.needed)), uint16(len(n.features)), n.side, n.reach}
			p.needed = append(p.needed, slices.Sorted(maps.Keys(n.features))...)
		}
	}
	p.gates = append(p.gates, g)
}

func (g *gate) open(have *signature) bool {
	for i := range g.needs {
		if !g.needs[i].meets(have) {
			return false
		}
	}
	return true
}

// shortest returns the short signature that says most: of the need that only
// words can meet and the fewest sentences do.
func (g *gate) shortest() shortSignature {
	best := ^shortSignature(0)
	for i := range g.words {
		if s := g.needs[i].short(); g.words[i].count > 0 && bits.OnesCount64(uint64(s)) < bits.OnesCount64(uint64(best)) {
			best = s
		}
	}
	return best
}

// maxNeeds is how many requirements of a phrase are kept: the most selective.
const maxNeeds = 3

// need is one thing a phrase cannot match without: one of the words or
// references with the given starts, on a side of the anchor and at most reach
// tokens from it. cost estimates how often it is there.
type need struct {
	triggers
	cost  int
	side  side
	reach uint8
}

// needsAround returns the needs of the parts of a phrase, of which one is the
// anchor, the most selective ones, without those that the anchor itself meets.
func (b *Builder) needsAround(parts []*Node, anchor int, starts *triggers) []need {
	var all []need
	for i, part := range parts {
		n := need{side: side(cmp.Compare(i, anchor)), reach: reach(parts[min(i, anchor) : max(i, anchor)+1])}
		for _, x := range b.needsOf(part) {
			if x.side, x.reach = n.side, n.reach; !x.covers(starts) {
				all = append(all, x)
			}
		}
	}
	slices.SortStableFunc(all, func(x, y need) int { return x.cost - y.cost })
	return all[:min(len(all), maxNeeds)]
}

// reach is how many tokens the parts can take.
func reach(parts []*Node) uint8 {
	sum := 0
	for _, p := range parts {
		sum += p.longest()
	}
	return uint8(min(sum, anyReach))
}

// needsOf returns what a part cannot match without, each alone.
func (b *Builder) needsOf(n *Node) []need {
	switch n.kind {
	case kindOpt, kindGap:
		return nil
	case kindWord, kindRef, kindCount:
		var t triggers
		o := b.op(n)
		t.collect(&o, false)
		return []need{{triggers: t, cost: startCost(n)}}
	case kindAlt:
		return b.needsOfAlternative(n)
	}
	var all []need
	for _, k := range n.kids {
		all = append(all, b.needsOf(k)...)
	}
	return all
}

// needsOfAlternative: of "a ~N b" both; otherwise one of what each branch needs
// most selectively, or nothing when a branch needs nothing.
func (b *Builder) needsOfAlternative(n *Node) []need {
	if len(n.kids) == 2 && isNear(n.kids[0], n.kids[1]) {
		return b.needsOf(n.kids[0])
	}
	union := need{triggers: triggers{features: map[uint32]bool{}, sets: map[Set]bool{}}}
	for _, k := range n.kids {
		branch := b.needsOf(k)
		if len(branch) == 0 {
			return nil
		}
		best := slices.MinFunc(branch, func(x, y need) int { return x.cost - y.cost })
		union.cost += best.cost
		for f := range best.features {
			union.features[f] = true
		}
		for s := range best.sets {
			union.sets[s] = true
		}
	}
	return []need{union}
}

// isNear reports whether two branches are the two orders of "a ~N b".
func isNear(x, y *Node) bool {
	return x.kind == kindSeq && y.kind == kindSeq && len(x.kids) == 3 && len(y.kids) == 3 && x.kids[0] == y.kids[2] && x.kids[2] == y.kids[0]
}

// covers reports whether all the others are among the triggers.
func (t *triggers) covers(others *triggers) bool {
	for f := range others.features {
		if !t.features[f] {
			return false
		}
	}
	for s := range others.sets {
		if !t.sets[s] {
			return false
		}
	}
	return true
}

// sign returns a need as a signature.
func (n *need) sign() (s signature) {
	for f := range n.features {
		s.addFeature(f)
	}
	for set := range n.sets {
		s.addSet(set)
	}
	return s
}
