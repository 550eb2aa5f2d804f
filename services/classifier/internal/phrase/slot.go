package phrase

// The slots that say who did what.
const (
	Actor  = "actor"
	Target = "target"
	Weapon = "weapon"
	Place  = "place"
)

// WithSlots returns the phrase with its references to lists named as slots,
// where the phrase names none: the first list of actors is the actor, a further
// one is acted upon, and lists of targets are targets. Alternatives that hold a
// target are one: in "(@security-forces|@strongpoint) ..3 attacked" it is the
// forces that were. role tells what a list is by default, "" for neither.
func (n *Node) WithSlots(role func(list string) string) *Node {
	named := false
	n.walk(func(k *Node) { named = named || k.kind == kindSlot })
	if named || n.kind != kindSeq && n.kind != kindNear {
		return n
	}
	taken := map[string]bool{}
	out := *n
	out.kids = make([]*Node, len(n.kids))
	for i, k := range n.kids {
		out.kids[i] = k
		name := k.role(role)
		if name == Actor && taken[Actor] {
			name = Target
		}
		if name != "" && !taken[name] {
			taken[name] = true
			out.kids[i] = &Node{kind: kindSlot, text: name, kids: []*Node{k}, offset: k.offset}
		}
	}
	return &out
}

// role is what a part of a phrase is: that of the list, or of the alternatives
// if all of them are lists.
func (n *Node) role(of func(list string) string) string {
	switch n.kind {
	case kindRef:
		return of(n.text)
	case kindAlt:
		found := ""
		for _, k := range n.kids {
			role := k.role(of)
			if role == "" {
				return ""
			}
			if found == "" || role == Target {
				found = role
			}
		}
		return found
	case kindSeq:
		if len(n.kids) == 1 {
			return n.kids[0].role(of)
		}
	}
	return ""
}
