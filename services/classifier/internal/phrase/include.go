package phrase

import "slices"

// Wider is a set that has all mentions of another, and the phrase that says so.
type Wider struct {
	Set    Set
	Phrase ID
}

// inclusions are the sets that have others as they are: of "people: (@crowd|@workers)"
// each mention of a crowd or of workers is one of people. Nothing is looked for then; the
// mention that is found counts for all sets it is in.
type inclusions struct {
	wider   [][]Wider  // by set: those that have it, directly or through others
	members []setFlags // by set: those that it has
}

// setFlags has bit i set for set i.
type setFlags []uint64

func (f setFlags) has(s Set) bool { return int(s/64) < len(f) && f[s/64]>>(s%64)&1 != 0 }

func (f *setFlags) add(s Set) {
	for int(s/64) >= len(*f) {
		*f = append(*f, 0)
	}
	(*f)[s/64] |= 1 << (s % 64)
}

// included are the names of the sets that a phrase has as they are, nil if it is any
// other phrase.
func (n *Node) included() (names []string) {
	switch n.kind {
	case kindRef:
		return []string{n.text}
	case kindAlt:
		for _, k := range n.kids {
			if k.kind != kindRef {
				return nil
			}
			names = append(names, k.text)
		}
	}
	return names
}

// includes reports whether a phrase only puts sets into another.
func (b *Builder) includes(i int) bool {
	return b.targets[i] != Counts && !b.dated[ID(i)] && b.nodes[i].included() != nil
}

// inclusions returns those of all phrases, whose sets must not go in circles.
func (b *Builder) inclusions() inclusions {
	direct := map[Set][]Wider{}
	for i, set := range b.targets {
		if b.includes(i) {
			for _, name := range b.nodes[i].included() {
				member := b.Set(name)
				direct[member] = append(direct[member], Wider{set, ID(i)})
			}
		}
	}
	in := inclusions{wider: make([][]Wider, len(b.sets)+1), members: make([]setFlags, len(b.sets)+1)}
	for member, all := range direct {
		for k := 0; k < len(all); k++ {
			for _, w := range direct[all[k].Set] {
				if !slices.ContainsFunc(all, func(have Wider) bool { return have.Set == w.Set }) {
					all = append(all, w)
				}
			}
			in.members[all[k].Set].add(member)
		}
		in.wider[member] = all
	}
	return in
}

// withMembers adds the sets that some of them have.
func (in *inclusions) withMembers(sets []Set) []Set {
	for _, s := range sets {
		for m := range Set(len(in.members)) {
			if in.members[s].has(m) {
				sets = append(sets, m)
			}
		}
	}
	return sets
}

// Wider returns the sets that have all mentions of a set, in the order in which they
// are reached.
func (in *inclusions) Wider(s Set) []Wider { return in.wider[s] }

// isIn reports whether a mention of one set is one of another.
func (in *inclusions) isIn(mention, set Set) bool {
	return mention == set || in.members[set].has(mention)
}
