package phrase

import "slices"

// parts are the ops of all phrases of a program, and the features of those that have
// several: how many, and then each.
type parts struct {
	ops      []op
	features []uint32
}

// none is where an empty set lies.
const none = 0

func (p *parts) kidsOf(o *op) []op { return p.ops[o.kids:][:o.count:o.count] }

func (p *parts) featuresOf(o *op) featureSet {
	n := p.features[o.features]
	return p.features[o.features+1:][:n:n]
}

// room makes room for n ops and returns where it begins.
func (p *parts) room(n int) (from uint32) {
	from = uint32(len(p.ops))
	p.ops = append(p.ops, make([]op, n)...)
	return from
}

// set keeps a set, in one or two parts, and returns where it lies.
func (p *parts) set(first, second []uint32) uint32 {
	n := len(first) + len(second)
	if n == 0 {
		return none
	}
	at := len(p.features)
	p.features = append(append(append(p.features, uint32(n)), first...), second...)
	return uint32(at)
}

// opsOf is how many ops a phrase has, so that there is room for all before the first is
// made: room that grows is garbage again and again, and large.
func opsOf(n *Node) (count int) {
	switch n.kind {
	case kindSeq:
		return n.opsWithin()
	case kindNear:
		for _, order := range n.orders() {
			count += order.opsWithin()
		}
		return count
	}
	return 1 + n.opsWithin()
}

// opsWithin is how many ops the op of a node has within it.
func (n *Node) opsWithin() (count int) {
	if n.kind == kindNear {
		n = &Node{kind: kindAlt, kids: n.orders()}
	}
	words := 0
	for _, k := range n.kids {
		if n.kind == kindAlt && k.kind == kindWord && !k.capital {
			words = 1 // all of them are one
			continue
		}
		count += 1 + k.opsWithin()
	}
	if count == 0 { // nor is there another
		return 0
	}
	return count + words
}

// passing is where sets lie that are not the program's, many one behind the other, as
// each by itself takes longer to make and more memory.
type passing []uint32

// featuresAtOnce is for how many there is room at first, and then again and again.
const featuresAtOnce = 1024

// set copies a set, which is nil if it is empty.
func (p *passing) set(features ...uint32) featureSet {
	n := len(features)
	if n == 0 {
		return nil
	}
	if len(*p)+n > cap(*p) {
		*p = make([]uint32, 0, max(featuresAtOnce, n))
	}
	*p = append(*p, features...)
	return featureSet((*p)[len(*p)-n : len(*p) : len(*p)])
}

// sides are what is left of an anchor, which is matched backwards, and the anchor
// with what is right of it, which is matched forwards: so many ops each, side by side,
// the left ones in reverse order.
type sides struct {
	from        uint32
	left, whole uint16
}

// cut cuts the kids of an op at one of them.
func (p *parts) cut(o *op, anchor int) sides {
	slices.Reverse(p.kidsOf(o)[:anchor])
	return sides{from: o.kids, left: uint16(anchor), whole: uint16(o.count) - uint16(anchor)}
}

func (p *parts) leftOf(s *sides) []op { return p.ops[s.from:][:s.left] }

func (p *parts) wholeOf(s *sides) []op { return p.ops[s.from+uint32(s.left):][:s.whole] }

func (p *parts) anchorOf(s *sides) *op { return &p.ops[s.from+uint32(s.left)] }
