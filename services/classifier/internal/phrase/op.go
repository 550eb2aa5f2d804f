package phrase

import (
	"slices"

	"faultline/services/classifier/internal/token"
)

// op is a node ready to run: words have become features, names sets. Those of a
// phrase lie side by side. What it has more of than one is said by where that lies in
// the program's parts: so an op is a third of a line of the processor's cache, and the
// collector has nothing to look for in 200,000 of them.
type op struct {
	kind     kind
	capital  bool
	allCaps  bool
	loose    bool   // it is a gap or has one in it
	count    uint32 // of its kids
	id       uint32 // kindWord: the feature; kindRef: the set; kindSlot: the name's number; kindGap: the most words
	must     clue   // a word without which it cannot match, or always
	kids     uint32 // where they begin
	features uint32 // kindAnyWord: its words; kindAlt: its edges, see edge; none is where there are none; kindSeq, kindSlot: a further word without which it cannot match
}

// kindAnyWord is an alternative of plain words as one test.
const kindAnyWord = kindCount + 1

// isWord reports whether what o matches is one word.
func (o *op) isWord() bool { return o.kind == kindWord || o.kind == kindAnyWord }

// anyCase reports whether o passes in any capitals.
func (o *op) anyCase() bool { return !o.capital && !o.allCaps }

// featureSet is a set of features, in order.
type featureSet []uint32

func newFeatureSet(features []uint32) featureSet {
	slices.Sort(features)
	return slices.Compact(features)
}

// has looks at each of the few that most sets have.
func (s featureSet) has(feature uint32) bool {
	for len(s) > 8 {
		if middle := len(s) / 2; s[middle] <= feature {
			s = s[middle:]
		} else {
			s = s[:middle]
		}
	}
	return slices.Contains(s, feature)
}

// passes reports whether a word has one of the features.
func (s featureSet) passes(w *token.Word) bool {
	for _, f := range w.Features() {
		if s.has(f) {
			return true
		}
	}
	return false
}

// op compiles one node.
func (b *Builder) op(n *Node) op {
	o := op{kind: n.kind, capital: n.capital, allCaps: n.allCaps}
	switch n.kind {
	case kindWord:
		o.id = b.dict.feature(n.form, n.text)
		o.must = o.id
		return o
	case kindRef:
		o.id = uint32(b.Set(n.text))
		return o
	case kindCount:
		o.kind, o.id = kindRef, uint32(Counts)
		return o
	case kindGap:
		o.id = uint32(n.n)
	case kindSlot:
		o.id = b.slot(n.text)
	case kindAlt:
		return b.alternatives(n)
	case kindNear:
		return b.alternatives(&Node{kind: kindAlt, kids: n.orders(), offset: n.offset})
	}
	b.setKids(&o, n.kids)
	b.parts.setLoose(&o)
	b.parts.setMust(&o)
	return o
}

// setKids compiles nodes side by side, as the kids of an op.
func (b *Builder) setKids(o *op, nodes []*Node) {
	o.kids, o.count = b.parts.room(len(nodes)), uint32(len(nodes))
	for i, n := range nodes {
		kid := b.op(n) // which may move the others
		b.parts.ops[o.kids+uint32(i)] = kid
	}
}

// setMust takes the first two words of a sequence, so that the branches of an
// alternative whose words the sentence lacks are passed over: where one is tried its
// first word is often there, as that is why, and the second is not.
func (p *parts) setMust(o *op) {
	if !o.inSequence() {
		return
	}
	for _, k := range p.kidsOf(o) {
		switch {
		case k.must == always:
		case o.must == always:
			if o.must = k.must; k.inSequence() {
				o.features = k.features
			}
		case o.features == always:
			o.features = k.must
		}
	}
}

// inSequence reports whether the kids of o stand one behind the other.
func (o *op) inSequence() bool { return o.kind == kindSeq || o.kind == kindSlot }

func (p *parts) setLoose(o *op) {
	o.loose = o.kind == kindGap || slices.ContainsFunc(p.kidsOf(o), func(k op) bool { return k.loose })
}

// slot is the number of a slot's name.
func (b *Builder) slot(name string) uint32 {
	i := slices.Index(b.slots, name)
	if i < 0 {
		i = len(b.slots)
		b.slots = append(b.slots, name)
	}
	return uint32(i)
}

// alternatives compiles an alternative; plain words in it become one test.
func (b *Builder) alternatives(n *Node) op {
	words, others := len(b.words), len(b.others)
	for _, k := range n.kids {
		o := b.op(k)
		if o.kind == kindWord && !o.capital {
			b.words = append(b.words, o.id)
			continue
		}
		b.others = append(b.others, o)
	}
	any := op{kind: kindAnyWord, features: b.parts.set(newFeatureSet(b.words[words:]), nil)}
	b.words = b.words[:words]
	switch {
	case any.features == none:
	case len(b.others) == others:
		return any
	default:
		b.others = append(b.others, any)
	}
	rest := op{kind: kindAlt, kids: b.parts.room(len(b.others) - others), count: uint32(len(b.others) - others)}
	copy(b.parts.kidsOf(&rest), b.others[others:])
	b.others = b.others[:others]
	b.setEdges(&rest, n)
	b.parts.setLoose(&rest)
	return rest
}

// edgesFrom is how many branches make it worth looking at their edges first.
const edgesFrom = 3

// edge is the features of the words with which an alternative can begin, or end; nil
// when it can do so otherwise, or is not asked. They stand one behind the other, and id
// is how many the first ones are.
func (p *parts) edge(o *op, end bool) featureSet {
	edges := p.featuresOf(o)
	edge := edges[:min(int(o.id), len(edges))]
	if end {
		edge = edges[len(edge):]
	}
	if len(edge) == 0 {
		return nil
	}
	return edge
}

// setEdges fills the edges of an alternative, but for those that are a gap, which
// any word can fill.
func (b *Builder) setEdges(o *op, n *Node) {
	if o.count < edgesFrom {
		return
	}
	first, last := &b.edges[0], &b.edges[1]
	first.reset()
	last.reset()
	if firstGap(n) == nil {
		first.edge(&b.parts, o, false)
	}
	if lastGap(n) == nil {
		last.edge(&b.parts, o, true)
	}
	o.id, o.features = uint32(len(first.features)), b.parts.set(first.features, last.features)
}

// edge collects the words that must stand at an edge, none if there are others.
func (t *triggers) edge(p *parts, o *op, end bool) {
	if nullable := t.collect(p, o, end); nullable || len(t.sets) > 0 {
		t.reset()
	}
	t.features = newFeatureSet(t.features)
}

// triggers are the features and sets with which a part can begin.
type triggers struct {
	features []uint32
	sets     []Set
}

func (t *triggers) reset() { t.features, t.sets = t.features[:0], t.sets[:0] }

// of takes those with which o can begin.
func (t *triggers) of(p *parts, o *op) {
	t.reset()
	t.collect(p, o, false)
	t.tidy()
}

// tidy leaves each once, in order.
func (t *triggers) tidy() {
	t.features = newFeatureSet(t.features)
	slices.Sort(t.sets)
	t.sets = slices.Compact(t.sets)
}

// collect adds those of o, from its end when reverse, and reports whether o can
// match nothing, so that what stands beside it can begin the part as well.
func (t *triggers) collect(p *parts, o *op, reverse bool) (nullable bool) {
	kids := p.kidsOf(o)
	switch o.kind {
	case kindWord:
		t.features = append(t.features, o.id)
	case kindAnyWord:
		t.features = append(t.features, p.featuresOf(o)...)
	case kindRef:
		t.sets = append(t.sets, Set(o.id))
	case kindGap:
		return true
	case kindOpt:
		t.collect(p, &kids[0], reverse)
		return true
	case kindAlt:
		for i := range kids {
			nullable = t.collect(p, &kids[i], reverse) || nullable
		}
		return nullable
	default:
		for i := range kids {
			k := &kids[i]
			if reverse {
				k = &kids[len(kids)-1-i]
			}
			if !t.collect(p, k, reverse) {
				return false
			}
		}
		return true
	}
	return false
}
