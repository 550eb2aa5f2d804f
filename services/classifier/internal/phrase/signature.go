package phrase

import "slices"

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

// gate is what decides whether a phrase is tried at all, apart from the rest of
// it so that deciding touches little memory. Needs that a phrase does not have
// are met by anything.
type gate struct {
	needs [maxNeeds]signature
	level int
}

func newGate(c *compiled) gate {
	g := gate{level: c.level}
	for i := range g.needs {
		g.needs[i] = signature{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
		if i < len(c.needs) {
			g.needs[i] = c.needs[i]
		}
	}
	return g
}

func (g *gate) open(have *signature) bool {
	for i := range g.needs {
		if !g.needs[i].meets(have) {
			return false
		}
	}
	return true
}

// maxNeeds is how many requirements of a phrase are kept: the most selective.
const maxNeeds = 3

// need is one thing a phrase cannot match without: one of the words or
// references with the given starts. cost estimates how often it is there.
type need struct {
	triggers
	cost int
}

// needsOf returns what a part cannot match without, each alone.
func (b *Builder) needsOf(n *Node) []need {
	switch n.kind {
	case kindOpt, kindGap:
		return nil
	case kindWord, kindRef, kindCount:
		var t triggers
		t.collect(b.op(n), false)
		return []need{{t, startCost(n)}}
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

// signatures are the most selective needs as signatures.
func signatures(needs []need) []signature {
	slices.SortStableFunc(needs, func(x, y need) int { return x.cost - y.cost })
	var out []signature
	for _, n := range needs[:min(len(needs), maxNeeds)] {
		var s signature
		for f := range n.features {
			s.addFeature(f)
		}
		for set := range n.sets {
			s.addSet(set)
		}
		out = append(out, s)
	}
	return out
}
