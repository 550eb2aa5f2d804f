package gazette

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
)

// Magic begins the uncompressed file; its last byte is the format's version.
const Magic = "FLGAZ\x01"

// Encode writes the gazette as a gzip stream of
//
//	magic
//	areas:  count, then (country, admin1) strings, in order
//	places: count, then for each the columns
//	        id (difference), area (number), kind, magnitude, lat, lon (1/10000 degree, zigzag), name
//	words:  count, then front-coded strings (bytes shared with the one before, rest), sorted
//	given:  count, then word numbers (differences)
//	trie:   number of nodes and of meanings, then the nodes breadth first; for each: number of meanings, then (place number, flags) each;
//	        number of children, then the word number of each (differences)
//
// Numbers are varints, strings a length and bytes. Sort must have been called.
func (g *Gazette) Encode(w io.Writer) error {
	e := &encoder{}
	e.WriteString(Magic)
	areas := e.areas(g.Places)
	e.places(g.Places, areas)
	table, given := g.table()
	e.strings(table)
	e.ascending(given)
	number := make(map[string]int, len(table))
	for i, s := range table {
		number[s] = i
	}
	e.trie(g.trie(number))
	zip, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, errWrite := zip.Write(e.Bytes())
	return errors.Join(errWrite, zip.Close())
}

type encoder struct{ bytes.Buffer }

func (e *encoder) number(n int) {
	e.Write(binary.AppendUvarint(e.AvailableBuffer(), uint64(n)))
}

func (e *encoder) signed(n int) {
	e.Write(binary.AppendVarint(e.AvailableBuffer(), int64(n)))
}

func (e *encoder) text(s string) {
	e.number(len(s))
	e.WriteString(s)
}

// area is a country and a first-level region in it.
type area struct{ country, admin1 string }

func (e *encoder) areas(places []Place) map[area]int {
	var list []area
	for _, p := range places {
		list = append(list, area{p.Country, p.Admin1})
	}
	slices.SortFunc(list, func(a, b area) int {
		return cmp.Or(strings.Compare(a.country, b.country), strings.Compare(a.admin1, b.admin1))
	})
	list = slices.Compact(list)
	number := make(map[area]int, len(list))
	e.number(len(list))
	for i, a := range list {
		number[a] = i
		e.text(a.country)
		e.text(a.admin1)
	}
	return number
}

// places writes column by column, which gzip likes better.
func (e *encoder) places(places []Place, areas map[area]int) {
	e.number(len(places))
	var last uint32
	for _, p := range places {
		e.number(int(p.ID - last))
		last = p.ID
	}
	for _, p := range places {
		e.number(areas[area{p.Country, p.Admin1}])
	}
	for _, p := range places {
		e.WriteByte(byte(p.Kind))
	}
	for _, p := range places {
		e.WriteByte(magnitude(p.Population))
	}
	for _, p := range places {
		e.signed(int(math.Round(p.Lat * 1e4)))
	}
	for _, p := range places {
		e.signed(int(math.Round(p.Lon * 1e4)))
	}
	for _, p := range places {
		e.text(p.Name)
	}
}

func (e *encoder) strings(sorted []string) {
	e.number(len(sorted))
	last := ""
	for _, s := range sorted {
		shared := 0
		for shared < len(s) && shared < len(last) && s[shared] == last[shared] {
			shared++
		}
		e.number(shared)
		e.text(s[shared:])
		last = s
	}
}

func (e *encoder) ascending(numbers []int) {
	e.number(len(numbers))
	last := 0
	for _, n := range numbers {
		e.number(n - last)
		last = n
	}
}

// table returns the words of all names, sorted, in small letters, and which of
// them are given names.
func (g *Gazette) table() (table []string, given []int) {
	set := make(map[string]bool)
	for name := range g.Names {
		for _, w := range words(name) {
			set[w] = true
		}
	}
	for _, w := range g.GivenNames {
		set[w] = true
	}
	for w := range set {
		table = append(table, w)
	}
	slices.Sort(table)
	for _, w := range g.GivenNames {
		i, _ := slices.BinarySearch(table, w)
		given = append(given, i)
	}
	return table, given
}

// node is a node of the trie of names.
type node struct {
	entries  []Entry
	children map[int]*node
}

func (g *Gazette) trie(number map[string]int) *node {
	root := &node{}
	names := make([]string, 0, len(g.Names))
	for name := range g.Names {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		at := root
		for _, w := range words(name) {
			at = at.child(number[w])
		}
		if at != root {
			at.merge(g.Names[name])
		}
	}
	return root
}

func (n *node) child(word int) *node {
	if n.children == nil {
		n.children = make(map[int]*node)
	}
	if n.children[word] == nil {
		n.children[word] = &node{}
	}
	return n.children[word]
}

// merge adds the meanings of another spelling that has the same words
// ("Kara Suu" and "Kara-Suu").
func (n *node) merge(entries []Entry) {
	for _, e := range entries {
		i := slices.IndexFunc(n.entries, func(have Entry) bool { return have.Place == e.Place })
		if i < 0 {
			n.entries = append(n.entries, e)
			continue
		}
		have := n.entries[i].Flags
		merged := have | e.Flags
		merged &^= (have ^ e.Flags) & (Made | Caps | Adjective) // these hold only if they hold for every spelling
		n.entries[i].Flags = merged
	}
}

// size counts the nodes and the meanings from n on.
func (n *node) size() (nodes, meanings int) {
	nodes, meanings = 1, len(n.entries)
	for _, c := range n.children {
		more, senses := c.size()
		nodes, meanings = nodes+more, meanings+senses
	}
	return nodes, meanings
}

func (e *encoder) trie(root *node) {
	nodes, meanings := root.size()
	e.number(nodes)
	e.number(meanings)
	queue := []*node{root}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		e.number(len(n.entries))
		for _, entry := range n.entries {
			e.number(entry.Place)
			e.WriteByte(byte(entry.Flags))
		}
		words := make([]int, 0, len(n.children))
		for w := range n.children {
			words = append(words, w)
		}
		slices.Sort(words)
		e.ascending(words)
		for _, w := range words {
			queue = append(queue, n.children[w])
		}
	}
}
