package phrase

import "slices"

// op is a node ready to run: words have become features, names sets. Those of a
// phrase lie side by side, each in a line of the processor's cache.
type op struct {
	kind     kind
	capital  bool
	allCaps  bool
	loose    bool   // it is a gap or has one in it
	gap      uint8  // kindGap: the most words
	id       uint32 // kindWord: the feature; kindRef: the set; kindSlot: the name's number
	must     clue   // a word without which it cannot match, or always
	kids     []op
	features featureSet // kindAnyWord: its words; kindAlt: its edges, see edge
}

// kindAnyWord is an alternative of plain words as one test.
const kindAnyWord = kindCount + 1

// isWord reports whether what o matches is one word.
func (o *op) isWord() bool { return o.kind == kindWord || o.kind == kindAnyWord }

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

// op compiles one node.
func (b *Builder) op(n *Node) op {
	o := op{kind: n.kind, gap: uint8(n.n), capital: n.capital, allCaps: n.allCaps}
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
	case kindSlot:
		o.id = b.slot(n.text)
	case kindAlt:
		return b.alternatives(n)
	case kindNear:
		return b.alternatives(&Node{kind: kindAlt, kids: n.orders(), offset: n.offset})
	}
	o.kids = b.room.ops(len(n.kids))
	for i, k := range n.kids {
		o.kids[i] = b.op(k)
	}
	o.setLoose()
	o.setMust()
	return o
}

// setMust takes the first word of a sequence, so that the branches of an alternative
// whose words the sentence lacks are passed over.
func (o *op) setMust() {
	if o.kind == kindSeq || o.kind == kindSlot {
		for i := 0; i < len(o.kids) && o.must == always; i++ {
			o.must = o.kids[i].must
		}
	}
}

func (o *op) setLoose() {
	o.loose = o.kind == kindGap || slices.ContainsFunc(o.kids, func(k op) bool { return k.loose })
}

// room is where the parts of phrases lie: many of a kind one behind the other, as each by
// itself takes longer to make and more memory.
type room struct {
	allOps      []op
	allFeatures []uint32
}

// opsAtOnce and featuresAtOnce are how many a room has place for at first, and
// then again and again.
const (
	opsAtOnce      = 128
	featuresAtOnce = 1024
)

// ops returns n that are zero.
func (r *room) ops(n int) []op {
	from := len(r.allOps)
	if from+n > cap(r.allOps) {
		r.allOps, from = make([]op, 0, max(opsAtOnce, n)), 0
	}
	r.allOps = r.allOps[:from+n]
	return r.allOps[from : from+n : from+n]
}

// features copies the parts of a set, nil if they are empty.
func (r *room) features(parts ...[]uint32) featureSet {
	n := 0
	for _, part := range parts {
		n += len(part)
	}
	if n == 0 {
		return nil
	}
	from := len(r.allFeatures)
	if from+n > cap(r.allFeatures) {
		r.allFeatures, from = make([]uint32, 0, max(featuresAtOnce, n)), 0
	}
	for _, part := range parts {
		r.allFeatures = append(r.allFeatures, part...)
	}
	return r.allFeatures[from : from+n : from+n]
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
	any := op{kind: kindAnyWord, features: b.room.features(newFeatureSet(b.words[words:]))}
	b.words = b.words[:words]
	switch {
	case len(any.features) == 0:
	case len(b.others) == others:
		return any
	default:
		b.others = append(b.others, any)
	}
	rest := op{kind: kindAlt, kids: b.room.ops(len(b.others) - others)}
	copy(rest.kids, b.others[others:])
	b.others = b.others[:others]
	b.setEdges(&rest, n)
	rest.setLoose()
	return rest
}

// edgesFrom is how many branches make it worth looking at their edges first.
const edgesFrom = 3

// edge is the features of the words with which an alternative can begin, or end; nil
// when it can do so otherwise, or is not asked. They stand one behind the other, and id
// is how many the first ones are.
func (o *op) edge(end bool) featureSet {
	edge := o.features[:min(int(o.id), len(o.features))]
	if end {
		edge = o.features[len(edge):]
	}
	if len(edge) == 0 {
		return nil
	}
	return edge
}

// setEdges fills the edges of an alternative, but for those that are a gap, which
// any word can fill.
func (b *Builder) setEdges(o *op, n *Node) {
	if len(o.kids) < edgesFrom {
		return
	}
	first, last := &b.edges[0], &b.edges[1]
	first.reset()
	last.reset()
	if firstGap(n) == nil {
		first.edge(o, false)
	}
	if lastGap(n) == nil {
		last.edge(o, true)
	}
	o.id, o.features = uint32(len(first.features)), b.room.features(first.features, last.features)
}

// edge collects the words that must stand at an edge, none if there are others.
func (t *triggers) edge(o *op, end bool) {
	if nullable := t.collect(o, end); nullable || len(t.sets) > 0 {
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

// tidy leaves each once, in order.
func (t *triggers) tidy() {
	t.features = newFeatureSet(t.features)
	slices.Sort(t.sets)
	t.sets = slices.Compact(t.sets)
}

// collect adds those of o, from its end when reverse, and reports whether o can
// match nothing, so that what stands beside it can begin the part as well.
func (t *triggers) collect(o *op, reverse bool) (nullable bool) {
	switch o.kind {
	case kindWord:
		t.features = append(t.features, o.id)
	case kindAnyWord:
		t.features = append(t.features, o.features...)
	case kindRef:
		t.sets = append(t.sets, Set(o.id))
	case kindGap:
		return true
	case kindOpt:
		t.collect(&o.kids[0], reverse)
		return true
	case kindAlt:
		for i := range o.kids {
			nullable = t.collect(&o.kids[i], reverse) || nullable
		}
		return nullable
	default:
		for i := range o.kids {
			k := &o.kids[i]
			if reverse {
				k = &o.kids[len(o.kids)-1-i]
			}
			if !t.collect(k, reverse) {
				return false
			}
		}
		return true
	}
	return false
}
