package phrase

import "slices"

// opening is a way in which the anchor of a phrase can begin, and what the phrase wants
// beside it then: the most selective that only words can meet, nil when there is none.
type opening struct {
	triggers
	partner *want
}

// openings returns those of a phrase that has wants beside its anchor, which is the op
// of a node. Of an alternative each branch of several words is one of its own, as it
// wants its own words: what "to arms" opens need not be looked at for every "to" that
// stands beside a word of another branch.
func (b *Builder) openings(anchor *op, n *Node, wants []want) []opening {
	partner := wordsOnly(wants)
	if anchor.kind != kindAlt || n.kind != kindAlt {
		return []opening{b.opening(anchor, partner)}
	}
	var all []opening
	ops := b.parts.kidsOf(anchor)
	for _, k := range n.kids {
		if k.kind == kindWord && !k.capital {
			continue // they are the last of the ops, together
		}
		all = append(all, b.opening(&ops[0], b.ownPartner(&ops[0], k, partner)))
		ops = ops[1:]
	}
	for i := range ops {
		all = append(all, b.opening(&ops[i], partner))
	}
	return all
}

func (b *Builder) opening(o *op, partner *want) opening {
	b.starts.of(&b.parts, o)
	return opening{triggers{b.passing.set(b.starts.features...), slices.Clone(b.starts.sets)}, partner}
}

// ownPartner returns what a branch wants behind its first word, if that is more
// selective than what the whole phrase wants.
func (b *Builder) ownPartner(o *op, branch *Node, partner *want) *want {
	if branch.kind != kindSeq || branch.kids[0].nullable() || firstGap(branch.kids[0]) != nil {
		return partner
	}
	b.starts.of(&b.parts, o)
	own := wordsOnly(b.needsAround(branch.kids, 0, false, &b.starts))
	if own == nil || partner != nil && partner.cost <= own.cost {
		return partner
	}
	return own
}

// wordsOnly returns the first, the most selective, that only words can meet.
func wordsOnly(wants []want) *want {
	for i := range wants {
		if len(wants[i].sets) == 0 {
			return &wants[i]
		}
	}
	return nil
}
