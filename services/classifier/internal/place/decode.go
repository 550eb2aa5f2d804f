package place

import (
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"faultline/services/classifier/internal/token"
)

// magic begins the uncompressed file; its last byte is the format's version.
// The format is described in tools/gazetteer/internal/gazette.
const magic = "FLGAZ\x01"

// maxFile bounds what a damaged file can make us allocate.
const maxFile = 64 << 20

var errDamaged = errors.New("the gazetteer is damaged")

// decode reads a gazetteer.
func decode(data string) (*Gazetteer, error) {
	text, err := unzip(data)
	if err != nil {
		return nil, fmt.Errorf("reading the gazetteer: %w", err)
	}
	d := &decoder{text: text}
	if d.take(len(magic)) != magic {
		return nil, errDamaged
	}
	g := &Gazetteer{words: token.NewVocabulary(), nations: make(map[string]uint16), national: []int{-1}}
	d.areas(g)
	d.sites(g)
	words := d.words(g.words)
	people := d.ascending()
	d.trie(g, words)
	if d.bad || d.text != "" {
		return nil, errDamaged
	}
	g.cues = make([]cue, g.words.Len())
	for _, w := range people {
		if w < words {
			g.cues[wordID(w)] |= givenName
		}
	}
	g.addCues(g.words)
	return g, nil
}

// unzip returns the uncompressed file. Its size, which a gzip stream has at its
// end, is only a hint.
func unzip(data string) (string, error) {
	zip, err := gzip.NewReader(strings.NewReader(data))
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.Grow(min(maxFile, int(binary.LittleEndian.Uint32([]byte(data[len(data)-4:])))))
	if _, err := io.Copy(&text, io.LimitReader(zip, maxFile)); err != nil {
		return "", err
	}
	return text.String(), nil
}

// decoder reads from the front of text. After a fault bad is set and all that
// is read is zero.
type decoder struct {
	text string
	bad  bool
}

func (d *decoder) fail() { d.bad, d.text = true, "" }

func (d *decoder) take(n int) string {
	if n < 0 || n > len(d.text) {
		d.fail()
		return ""
	}
	s := d.text[:n]
	d.text = d.text[n:]
	return s
}

func (d *decoder) byte() byte {
	if s := d.take(1); s != "" {
		return s[0]
	}
	return 0
}

func (d *decoder) number() int {
	var n uint64
	for shift := 0; shift < 35; shift += 7 {
		b := d.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int(n)
		}
	}
	d.fail()
	return 0
}

func (d *decoder) signed() int32 {
	n := d.number()
	return int32(n>>1) ^ -int32(n&1)
}

// count reads how many things follow, each of which takes a byte at least.
func (d *decoder) count() int {
	n := d.number()
	if n > len(d.text) {
		d.fail()
		return 0
	}
	return n
}

func (d *decoder) string() string { return d.take(d.number()) }

func (d *decoder) ascending() []int {
	out := make([]int, d.count())
	last := 0
	for i := range out {
		last += d.number()
		out[i] = last
	}
	return out
}

func (d *decoder) areas(g *Gazetteer) {
	g.areas = make([]district, d.count())
	for i := range g.areas {
		a := district{country: strings.Clone(d.string()), admin1: strings.Clone(d.string())}
		a.home = isHome(a.country)
		if a.country != "" {
			a.nation = g.nations[a.country]
			if a.nation == 0 {
				a.nation = uint16(len(g.nations) + 1)
				g.nations[a.country] = a.nation
				g.national = append(g.national, -1)
			}
		}
		g.areas[i] = a
	}
}

func (d *decoder) sites(g *Gazetteer) {
	g.sites = make([]site, d.count())
	var id uint32
	for i := range g.sites {
		id += uint32(d.number())
		g.sites[i].id = id
	}
	for i := range g.sites {
		if a := d.number(); a < len(g.areas) {
			g.sites[i].area = uint16(a)
		} else {
			d.fail()
			return
		}
	}
	for i := range g.sites {
		g.sites[i].kind = kind(d.byte())
	}
	for i := range g.sites {
		g.sites[i].magnitude = d.byte()
	}
	for i := range g.sites {
		g.sites[i].lat = d.signed()
	}
	for i := range g.sites {
		g.sites[i].lon = d.signed()
	}
	d.names(g)
}

// names reads the names into one string, so that the whole file can be freed.
func (d *decoder) names(g *Gazetteer) {
	total, ahead := 0, *d
	for range g.sites {
		total += len(ahead.string())
	}
	var all strings.Builder
	all.Grow(total)
	for i := range g.sites {
		s := &g.sites[i]
		all.WriteString(d.string())
		s.nameEnd = uint32(all.Len())
		if s.kind == country {
			g.national[g.areas[s.area].nation] = i
		}
	}
	g.names = all.String()
}

// words reads the word table into an empty vocabulary and returns how many there
// are. The words are folded already and in order, so that they get the ids of wordID.
func (d *decoder) words(v *token.Vocabulary) int {
	many := d.count()
	total, ahead := 0, *d
	for range many {
		total += ahead.number()
		total += len(ahead.string())
	}
	if ahead.bad || total > maxFile {
		d.fail()
		return many
	}
	v.Grow(many, total)
	d.eachWord(many, v.AddNext)
	return many
}

// wordID is the id of a word of the table.
func wordID(at int) int { return at + 1 }

// eachWord reads words that are written as what each shares with the one before
// and what differs.
func (d *decoder) eachWord(many int, add func(word []byte) bool) {
	var word []byte
	for range many {
		shared := d.number()
		if shared > len(word) {
			d.fail()
			return
		}
		if word = append(word[:shared], d.string()...); !add(word) {
			d.fail()
			return
		}
	}
}

// trie reads the names' trie, breadth first: a node's children are the next
// ones that are not yet anybody's. Siblings come in the order of their words.
func (d *decoder) trie(g *Gazetteer, words int) {
	nodes, meanings := d.number(), d.number()
	if max(nodes, meanings) > len(d.text) {
		d.fail()
		return
	}
	g.nodes = append(make([]node, 0, nodes+1), node{})
	g.meanings, g.fame = make([]meaning, 0, meanings), make([]uint8, len(g.sites))
	for i := 0; i < len(g.nodes) && !d.bad; i++ {
		g.nodes[i].firstSense = uint32(len(g.meanings))
		d.senses(g)
		g.nodes[i].firstChild = uint32(len(g.nodes))
		d.children(g, words)
	}
	if d.bad || len(g.nodes) != nodes {
		d.fail()
		return
	}
	g.nodes = append(g.nodes, node{firstChild: uint32(len(g.nodes)), firstSense: uint32(len(g.meanings))})
	g.roots = make([]uint32, wordID(words))
	for n := g.nodes[0].firstChild; n < g.nodes[1].firstChild; n++ {
		g.roots[g.nodes[n].word] = n
		g.words.Names(g.nodes[n].word, g.whenSmall(n))
	}
}

func (d *decoder) senses(g *Gazetteer) {
	for range d.count() {
		at := d.number()
		if at >= len(g.sites) {
			d.fail()
			return
		}
		g.meanings = append(g.meanings, newMeaning(at, d.byte()))
		if g.fame[at] < math.MaxUint8 {
			g.fame[at]++
		}
	}
}

func (d *decoder) children(g *Gazetteer, words int) {
	last := 0
	for range d.count() {
		if last += d.number(); last >= words {
			d.fail()
			return
		}
		g.nodes = append(g.nodes, node{word: uint32(wordID(last))})
	}
}
