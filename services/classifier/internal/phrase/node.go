// Package phrase is the notation in which rules say what to look for, and the
// engine that finds any number of phrases in a text at once.
package phrase

import (
	"iter"
	"slices"
)

// kind is what a node of a parsed phrase is.
type kind uint8

const (
	kindWord  kind = iota // one word
	kindSeq               // kids one after the other
	kindAlt               // one of the kids
	kindOpt               // the kid or nothing
	kindGap               // up to n words
	kindNear              // the kids in any order, up to n words between two
	kindRef               // a mention of the named list, class or entity
	kindSlot              // the kid, its span remembered under the name
	kindCount             // a number expression
)

// form is how a word of a phrase matches.
type form uint8

const (
	formStem   form = iota // every inflection
	formExact              // this form
	formPrefix             // any ending
)

// Node is a parsed phrase.
type Node struct {
	kind    kind
	form    form
	capital bool   // kindWord: the text must have a capital
	allCaps bool   // kindWord: the text must be in capitals
	cost    int16  // kindWord: how often it occurs, about
	text    string // folded word, or name
	n       int    // kindGap, kindNear
	kids    []*Node
	offset  int // byte in the phrase, for errors
}

// Plain reports whether the phrase is one word, in any capitals.
func (n *Node) Plain() bool { return n.kind == kindWord && !n.capital && !n.allCaps }

// Vain reports whether the phrase can match nothing where names that are empty have
// no mentions.
func (n *Node) Vain(empty func(name string) bool) bool {
	vain := func(k *Node) bool { return k.Vain(empty) }
	switch n.kind {
	case kindRef:
		return empty(n.text)
	case kindOpt:
		return false
	case kindAlt:
		return !slices.ContainsFunc(n.kids, func(k *Node) bool { return !vain(k) })
	}
	return slices.ContainsFunc(n.kids, vain)
}

// Either returns the phrase that is found where one of several is.
func Either(phrases []*Node) *Node {
	if len(phrases) == 1 {
		return phrases[0]
	}
	return &Node{kind: kindAlt, kids: phrases}
}

// setText sets the text of a kindWord.
func (n *Node) setText(folded string) { n.text, n.cost = folded, wordCost(folded) }

// width is the largest number of words a node can span. References count as
// four words, numbers as three.
func (n *Node) width() int {
	switch n.kind {
	case kindWord:
		return 1
	case kindGap:
		return n.n
	case kindRef:
		return 4
	case kindCount:
		return 3
	case kindAlt:
		widest := 0
		for _, k := range n.kids {
			widest = max(widest, k.width())
		}
		return widest
	}
	sum := n.between()
	for _, k := range n.kids {
		sum += k.width()
	}
	return sum
}

// between is the largest number of words that a node lets stand between its kids.
func (n *Node) between() int {
	if n.kind != kindNear {
		return 0
	}
	return n.n * (len(n.kids) - 1)
}

// orders are the sequences that a kindNear stands for.
func (n *Node) orders() []*Node {
	gap := &Node{kind: kindGap, n: n.n, offset: n.offset}
	var all []*Node
	var order func(done, rest []*Node)
	order = func(done, rest []*Node) {
		if len(rest) == 0 {
			all = append(all, &Node{kind: kindSeq, kids: done, offset: n.offset})
			return
		}
		for i, k := range rest {
			next := slices.Clone(done)
			if len(done) > 0 {
				next = append(next, gap)
			}
			order(append(next, k), slices.Delete(slices.Clone(rest), i, i+1))
		}
	}
	order(nil, n.kids)
	return all
}

// longest is the largest number of tokens a node can take where no word is
// hyphenated; for what has no such number it is anyReach.
func (n *Node) longest() int {
	switch n.kind {
	case kindWord:
		return 1
	case kindGap:
		return n.n
	case kindRef, kindCount:
		return anyReach
	}
	sum, most := n.between(), 0
	for _, k := range n.kids {
		sum, most = sum+k.longest(), max(most, k.longest())
	}
	if n.kind == kindAlt {
		return most
	}
	return sum
}

// nullable reports whether the node can match no word at all.
func (n *Node) nullable() bool {
	switch n.kind {
	case kindOpt, kindGap:
		return true
	case kindAlt:
		return slices.ContainsFunc(n.kids, (*Node).nullable)
	case kindSeq, kindSlot, kindNear:
		return !slices.ContainsFunc(n.kids, func(k *Node) bool { return !k.nullable() })
	}
	return false
}

// Refs returns the names of the lists, classes and entities that the phrase
// mentions, each with its byte offset in the phrase, in order.
func (n *Node) Refs() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) { n.refs(yield) }
}

func (n *Node) refs(yield func(string, int) bool) bool {
	if n.kind == kindRef {
		return yield(n.text, n.offset)
	}
	for _, k := range n.kids {
		if !k.refs(yield) {
			return false
		}
	}
	return true
}

// Counts reports whether the phrase has a number expression.
func (n *Node) Counts() bool {
	return n.kind == kindCount || slices.ContainsFunc(n.kids, (*Node).Counts)
}

func (n *Node) walk(visit func(*Node)) {
	visit(n)
	for _, k := range n.kids {
		k.walk(visit)
	}
}
