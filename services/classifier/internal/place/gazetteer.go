// Package place finds the places that a text mentions and says which of the
// places of that name is meant.
//
// Names come from a gazetteer that is made from GeoNames (see ATTRIBUTION.md)
// and embedded in compact form. Finding is a walk over word ids, so the text is
// tokenized once for rules and places.
package place

import (
	_ "embed"
	"slices"
	"sync"

	"faultline/services/classifier/internal/token"
)

//go:embed gazetteer.gz
var embedded string // read-only, so that its pages can be given back once it is read

// kind is what sort of place it is, the most general first.
type kind uint8

// The kinds, as numbered in the file.
const (
	country kind = iota
	region       // first-level administrative division
	area         // valley, enclave, peninsula, continent: no administrative unit
	capital
	regionSeat
	districtSeat
	town
	section // part of a town
)

// usage says how a name may be used.
type usage uint8

// The usages, as in the file.
const (
	primary   usage = 1 << iota // the name the place is known by
	everyday                    // an English word when written small
	given                       // a given name
	caps                        // counts only in capitals or as an abbreviation with its full stop
	demonym                     // of the people or the country's adjective: no mention of the place
	made                        // made from another spelling: a case form, or joined at the hyphen
	adjective                   // counts only before a word for the kind of area: "Ошской и Баткенской областях"
)

// site is a place of the gazetteer. Like all there are many of, it holds no
// pointers: the garbage collector does not look into it.
type site struct {
	nameEnd   uint32 // in Gazetteer.names; it begins where the name of the site before ends
	id        uint32
	lat, lon  int32  // 1/10000 degree
	area      uint16 // index into Gazetteer.areas
	kind      kind
	magnitude uint8 // 8*log2(population+1)
}

// district is a country and a first-level region in it. Country 0 is none.
type district struct {
	country, admin1 string
	nation          uint16 // number of the country, from 1
	home            bool   // see isHome
}

// meaning is one place that a name can mean: its index and the name's usage.
type meaning uint32

func (m meaning) site() int             { return int(m >> 8) }
func (m meaning) is(u usage) bool       { return usage(m)&u != 0 }
func newMeaning(at int, u byte) meaning { return meaning(at)<<8 | meaning(u) }

// node is a node of the trie of names. Its children lie side by side in the order
// of their words, and end where those of the next node begin; so do its senses.
type node struct {
	word       uint32 // the word that leads here
	firstChild uint32
	firstSense uint32
}

// Gazetteer knows the places. It is read-only after Load and safe for
// concurrent use.
type Gazetteer struct {
	words    *token.Vocabulary
	areas    []district
	sites    []site
	names    string // of the sites
	nodes    []node // breadth first; behind the last one stands one more, for its end
	meanings []meaning
	fame     []uint8  // by site: how many names it has, as what the world knows has many
	roots    []uint32 // node by word id, 0 is none
	cues     []cue    // by word id
	nations  map[string]uint16
	national []int     // site of each nation's country, by nation number; -1 is none
	pool     sync.Pool // of *finder
}

// Load reads the embedded gazetteer.
func Load() (*Gazetteer, error) { return decode(embedded) }

// Vocabulary begins with the words of the names. Others may add theirs before a
// text is read.
func (g *Gazetteer) Vocabulary() *token.Vocabulary { return g.words }

// Len is how many places the gazetteer has.
func (g *Gazetteer) Len() int { return len(g.sites) }

// Knows reports whether there is such a country or, if admin1 is not empty, such
// a first-level area in it.
func (g *Gazetteer) Knows(country, admin1 string) bool {
	nation := g.nations[country]
	if nation == 0 {
		return false
	}
	return admin1 == "" || slices.ContainsFunc(g.areas, func(d district) bool { return d.nation == nation && d.admin1 == admin1 })
}

// Named reports whether a place has this name in the gazetteer, as texts are told
// to be about it.
func (g *Gazetteer) Named(name string) bool {
	for i := range g.sites {
		if g.name(i) == name {
			return true
		}
	}
	return false
}

// senses returns what the name that ends at a node can mean, the likeliest first.
func (g *Gazetteer) senses(n uint32) []meaning {
	return g.meanings[g.nodes[n].firstSense:g.nodes[n+1].firstSense]
}

// whenSmall is what the word of a node, one of the first, can be when it is written
// small: see finder.spelled and finder.fits.
func (g *Gazetteer) whenSmall(n uint32) (f token.Flags) {
	word := g.words.Word(g.nodes[n].word)
	if caseless(word) {
		return token.Small | token.Leads
	}
	if !isCyrillic(word) {
		return 0
	}
	if slices.ContainsFunc(g.senses(n), func(m meaning) bool { return m.is(demonym) }) {
		f |= token.Small
	}
	if !g.leaf(n) {
		f |= token.Leads
	}
	return f
}

// leaf reports whether no name goes on from a node.
func (g *Gazetteer) leaf(n uint32) bool { return g.nodes[n].firstChild == g.nodes[n+1].firstChild }

// name is what a site is called.
func (g *Gazetteer) name(site int) string {
	start := uint32(0)
	if site > 0 {
		start = g.sites[site-1].nameEnd
	}
	return g.names[start:g.sites[site].nameEnd]
}

// child returns the node that a word leads to, or 0.
func (g *Gazetteer) child(n, word uint32) uint32 {
	lo, hi := g.nodes[n].firstChild, g.nodes[n+1].firstChild
	for lo < hi {
		middle := (lo + hi) / 2
		switch w := g.nodes[middle].word; {
		case w == word:
			return middle
		case w < word:
			lo = middle + 1
		default:
			hi = middle
		}
	}
	return 0
}

func (g *Gazetteer) cue(word uint32) cue {
	if int(word) < len(g.cues) {
		return g.cues[word]
	}
	return 0
}

func (g *Gazetteer) root(word uint32) uint32 {
	if int(word) < len(g.roots) {
		return g.roots[word]
	}
	return 0
}

// district returns the country and region of a meaning.
func (g *Gazetteer) district(m meaning) *district { return &g.areas[g.sites[m.site()].area] }

// isHome reports whether the desk's feeds write about a country in detail, so
// that its small towns are likelier to be meant.
func isHome(country string) bool {
	switch country {
	case "KG", "KZ", "UZ", "TJ", "TM", "GE", "AM", "AZ", "AF":
		return true
	}
	return false
}

// within reports whether a place lies in a country, region or area that
// another one is. A place does not lie in itself.
func (g *Gazetteer) within(inner, outer meaning) bool {
	a, b := g.district(inner), g.district(outer)
	if inner.site() == outer.site() || a.nation == 0 || a.nation != b.nation {
		return false
	}
	switch g.sites[outer.site()].kind {
	case country:
		return g.sites[inner.site()].kind != country
	case region:
		return a.admin1 == b.admin1 && g.sites[inner.site()].kind > region
	}
	return false
}
