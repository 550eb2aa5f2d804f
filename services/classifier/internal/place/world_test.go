package place

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// spot is a place of a made-up world and what it is called.
type spot struct {
	id         int
	name       string
	where      string // country and region: "AA.1"
	kind       kind
	people     float64
	lat, lon   int64            // 1/10000 degree
	calledAlso map[string]usage // beside its name, which is primary
}

// world writes the file of some places, in the order of their ids, as
// tools/gazetteer/internal/gazette describes it.
type world struct {
	spots []spot
	given []string
}

// leaf is a node of the names' trie while it is made.
type leaf struct {
	senses   [][2]int // place and usage
	children map[string]*leaf
}

func (w world) file() []byte {
	out := []byte(magic)
	number := func(n int) { out = binary.AppendUvarint(out, uint64(n)) }
	text := func(s string) { number(len(s)); out = append(out, s...) }
	areas := w.areas()
	number(len(areas))
	for _, a := range areas {
		country, admin1, _ := strings.Cut(a, ".")
		text(country)
		text(admin1)
	}
	number(len(w.spots))
	last := 0
	for _, s := range w.spots {
		number(s.id - last)
		last = s.id
	}
	for _, s := range w.spots {
		number(slices.Index(areas, s.where))
	}
	for _, s := range w.spots {
		out = append(out, byte(s.kind))
	}
	for _, s := range w.spots {
		out = append(out, byte(math.Round(8*math.Log2(s.people+1))))
	}
	for _, s := range w.spots {
		out = binary.AppendVarint(out, s.lat)
	}
	for _, s := range w.spots {
		out = binary.AppendVarint(out, s.lon)
	}
	for _, s := range w.spots {
		text(s.name)
	}
	root, words := w.trie()
	number(len(words))
	for _, word := range words {
		number(0)
		text(word)
	}
	return root.write(append(out, w.givenNames(words)...), words)
}

func (w world) areas() (list []string) {
	for _, s := range w.spots {
		list = append(list, s.where)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (w world) givenNames(words []string) []byte {
	out, last := binary.AppendUvarint(nil, uint64(len(w.given))), 0
	for _, g := range w.given {
		at := slices.Index(words, g)
		out, last = binary.AppendUvarint(out, uint64(at-last)), at
	}
	return out
}

func (w world) trie() (*leaf, []string) {
	root, words := &leaf{}, slices.Clone(w.given)
	call := func(place int, name string, u usage) {
		at := root
		for word := range strings.FieldsSeq(strings.ToLower(name)) {
			words = append(words, word)
			if at.children == nil {
				at.children = map[string]*leaf{}
			}
			if at.children[word] == nil {
				at.children[word] = &leaf{}
			}
			at = at.children[word]
		}
		at.senses = append(at.senses, [2]int{place, int(u)})
	}
	for i, s := range w.spots {
		call(i, s.name, primary)
		for name, u := range s.calledAlso {
			call(i, name, u)
		}
	}
	slices.Sort(words)
	return root, slices.Compact(words)
}

func (l *leaf) write(out []byte, words []string) []byte {
	var nodes, senses int
	var body []byte
	for queue := []*leaf{l}; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		nodes, senses = nodes+1, senses+len(n.senses)
		body = binary.AppendUvarint(body, uint64(len(n.senses)))
		for _, s := range n.senses {
			body = append(binary.AppendUvarint(body, uint64(s[0])), byte(s[1]))
		}
		body = binary.AppendUvarint(body, uint64(len(n.children)))
		last := 0
		for i, word := range words {
			if child := n.children[word]; child != nil {
				body, last = binary.AppendUvarint(body, uint64(i-last)), i
				queue = append(queue, child)
			}
		}
	}
	return append(binary.AppendUvarint(binary.AppendUvarint(out, uint64(nodes)), uint64(senses)), body...)
}

// reader loads the world and returns what finds the places of a text.
func (w world) reader(t *testing.T) (*Gazetteer, func(text string) Result) {
	t.Helper()
	g, err := decode(packed(t, w.file()))
	if err != nil {
		t.Fatal(err)
	}
	lexicon := token.NewLexicon(g.Vocabulary(), nil)
	return g, func(text string) Result {
		var doc token.Document
		lexicon.Read(&doc, "", text)
		return g.Find(&doc, Context{})
	}
}

// twoLands is a country with two regions and towns, and another one that has
// a town and a region of the same names.
func twoLands() world {
	return world{
		given: []string{"zorana"},
		spots: []spot{
			{id: 1, name: "Almara", where: "AA.", kind: country, people: 5e6, lat: 400_000, lon: 700_000, calledAlso: map[string]usage{"Almaran": demonym, "AL": caps, "Republic Of Almara": primary}},
			{id: 2, name: "Borland", where: "BB.", kind: country, people: 9e6, lat: -300_000, lon: -700_000},
			{id: 3, name: "Vesk Region", where: "AA.1", kind: region, people: 1e6, lat: 410_000, lon: 710_000, calledAlso: map[string]usage{"Vesk": adjective}},
			{id: 4, name: "Teveris", where: "AA.1", kind: capital, people: 3e5, lat: 411_111, lon: 711_111},
			{id: 5, name: "Kessim", where: "AA.2", kind: town, people: 2e5, lat: 390_000, lon: 690_000},
			{id: 6, name: "Kessim", where: "BB.7", kind: regionSeat, people: 4e5, lat: -310_000, lon: -710_000},
			{id: 7, name: "Dunmor Hollow", where: "BB.7", kind: town, people: 3e5, lat: -311_000, lon: -711_000},
			{id: 9, name: "Ravine", where: "AA.2", kind: town, people: 9e5, lat: 0, lon: -1, calledAlso: map[string]usage{"Lorith": everyday | primary, "Zorana": given | primary}},
		},
	}
}

func TestWorldReadsAsWritten(t *testing.T) {
	w := twoLands()
	g, _ := w.reader(t)
	if g.Len() != len(w.spots) {
		t.Fatalf("%d places, want %d", g.Len(), len(w.spots))
	}
	for i, want := range w.spots {
		s := g.sites[i]
		d := g.areas[s.area]
		where := d.country + "." + d.admin1
		if g.name(i) != want.name || int(s.id) != want.id || where != cmp.Or(want.where, ".") || s.kind != want.kind || int64(s.lat) != want.lat || int64(s.lon) != want.lon {
			t.Errorf("read %+v in %s, want %+v", s, where, want)
		}
	}
	if !g.Knows("AA", "2") || !g.Knows("BB", "") || g.Knows("BB", "2") {
		t.Error("the regions of one country are taken for another's")
	}
	for code, name := range map[string]string{"AA": "Almara", "BB": "Borland"} {
		if at := g.national[g.nations[code]]; at < 0 || g.name(at) != name {
			t.Errorf("%s is not %s but site %d", code, name, at)
		}
	}
}

func TestUsages(t *testing.T) {
	_, read := twoLands().reader(t)
	for text, want := range map[string]string{
		"They met in Almara.":                    "Almara/AA",
		"They met in the Republic of Almara.":    "Almara/AA",
		"They met Almaran envoys.":               "",
		"They sailed to AL at night.":            "Almara/AA",
		"They sailed to Al at night.":            "",
		"They sailed to Al. at night.":           "Almara/AA",
		"They sailed to al. at night.":           "",
		"Snow fell in the Vesk region.":          "Vesk Region/AA.1",
		"Snow fell in Vesk.":                     "",
		"They came from Dunmor Hollow.":          "Dunmor Hollow/BB.7",
		"They came from Dunmor, Hollow said.":    "",
		"They came from dunmor hollow.":          "",
		"Lorith is what they had.":               "",
		"The crowd marched on to Lorith.":        "Ravine/AA.2",
		"Zorana Petrich wrote to him.":           "",
		"Shells fell on houses in Zorana today.": "Ravine/AA.2",
	} {
		if got := render(read(text).Mentions); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestTwinsAreToldApart(t *testing.T) {
	_, read := twoLands().reader(t)
	for text, want := range map[string]string{
		"Fire in Kessim.":                               "Kessim/BB.7",
		"Fire in Kessim, Almara.":                       "Kessim/AA.2, Almara/AA",
		"Fire in Kessim, Borland.":                      "Kessim/BB.7, Borland/BB",
		"Fire in Kessim. Almara is calm, Teveris too.":  "Kessim/AA.2, Almara/AA, Teveris/AA.1",
		"Almaran police shut Kessim and Teveris.":       "Kessim/AA.2, Teveris/AA.1",
		"Almara's Kessim burns.":                        "Almara/AA, Kessim/AA.2",
		"Kessim, Almara, burns. In Kessim nobody fled.": "Kessim/AA.2, Almara/AA, Kessim/AA.2",
		"Fire in Kessim and in Dunmor Hollow.":          "Kessim/BB.7, Dunmor Hollow/BB.7",
	} {
		if got := render(read(text).Mentions); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestWithin(t *testing.T) {
	g, _ := twoLands().reader(t)
	at := func(i int) meaning { return newMeaning(i, 0) }
	const almara, borland, vesk, teveris, kessim, other = 0, 1, 2, 3, 4, 5
	for _, c := range []struct {
		inner, outer int
		want         bool
	}{
		{vesk, almara, true}, {teveris, almara, true}, {teveris, vesk, true}, {kessim, almara, true}, {other, borland, true},
		{almara, vesk, false}, {almara, almara, false}, {kessim, vesk, false}, {teveris, borland, false}, {vesk, vesk, false},
		{kessim, teveris, false}, {almara, borland, false}, {vesk, teveris, false},
	} {
		if got := g.within(at(c.inner), at(c.outer)); got != c.want {
			t.Errorf("%s within %s: %v", g.name(c.inner), g.name(c.outer), got)
		}
	}
}

func TestPriorGrowsWithWhatAPlaceIs(t *testing.T) {
	g, _ := twoLands().reader(t)
	f := g.finder()
	order := []struct {
		name string
		m    meaning
	}{
		{"a country by its name", newMeaning(0, byte(primary))}, {"a country by another", newMeaning(0, 0)},
		{"a capital", newMeaning(3, 0)}, {"a seat", newMeaning(5, 0)}, {"a town of half its size", newMeaning(4, 0)},
	}
	for i := 1; i < len(order); i++ {
		if f.prior(order[i-1].m) <= f.prior(order[i].m) {
			t.Errorf("%s has no more weight than %s", order[i-1].name, order[i].name)
		}
	}
	if got := f.prior(newMeaning(4, byte(primary))) - f.prior(newMeaning(4, 0)); got != forPrimary {
		t.Errorf("the name that a place is known by adds %v, want %v", got, forPrimary)
	}
}
