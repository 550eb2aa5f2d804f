package gazette

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// file is an encoded gazette as the classifier sees it.
type file struct {
	areas  []area
	places []stored
	words  []string
	given  []string
	names  map[string][]Entry // by the name's words
}

// stored is a place as it is in the file.
type stored struct {
	id        uint32
	area      int
	kind      Kind
	magnitude byte
	lat, lon  int64
	name      string
}

// reader reads the format that Encode describes.
type reader struct {
	t *testing.T
	*bytes.Reader
}

func (r reader) number() int {
	r.t.Helper()
	n, err := binary.ReadUvarint(r)
	if err != nil {
		r.t.Fatalf("a number is missing: %v", err)
	}
	return int(n)
}

func (r reader) signed() int64 {
	r.t.Helper()
	n, err := binary.ReadVarint(r)
	if err != nil {
		r.t.Fatalf("a number is missing: %v", err)
	}
	return n
}

func (r reader) octet() byte {
	r.t.Helper()
	b, err := r.ReadByte()
	if err != nil {
		r.t.Fatalf("a byte is missing: %v", err)
	}
	return b
}

func (r reader) text() string {
	r.t.Helper()
	out := make([]byte, r.number())
	if _, err := io.ReadFull(r, out); err != nil {
		r.t.Fatalf("a text is missing: %v", err)
	}
	return string(out)
}

func (r reader) ascending() []int {
	out, last := make([]int, r.number()), 0
	for i := range out {
		last += r.number()
		out[i] = last
	}
	return out
}

// readBack encodes a gazette and reads the file.
func readBack(t *testing.T, g *Gazette) file {
	t.Helper()
	var b bytes.Buffer
	if err := g.Encode(&b); err != nil {
		t.Fatal(err)
	}
	zip, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(zip)
	if err != nil || !bytes.HasPrefix(raw, []byte(Magic)) {
		t.Fatalf("the file begins with %.10q, %v", raw, err)
	}
	r := reader{t, bytes.NewReader(raw[len(Magic):])}
	f := file{areas: make([]area, r.number()), names: map[string][]Entry{}}
	for i := range f.areas {
		f.areas[i] = area{r.text(), r.text()}
	}
	f.readPlaces(r)
	last := ""
	for range r.number() {
		last = last[:r.number()] + r.text()
		f.words = append(f.words, last)
	}
	for _, at := range r.ascending() {
		f.given = append(f.given, f.words[at])
	}
	f.readNames(r)
	if r.Len() != 0 {
		t.Errorf("%d bytes follow the file", r.Len())
	}
	return f
}

func (f *file) readPlaces(r reader) {
	f.places = make([]stored, r.number())
	id := uint32(0)
	for i := range f.places {
		id += uint32(r.number())
		f.places[i].id = id
	}
	for _, column := range []func(*stored){
		func(s *stored) { s.area = r.number() }, func(s *stored) { s.kind = Kind(r.octet()) }, func(s *stored) { s.magnitude = r.octet() },
		func(s *stored) { s.lat = r.signed() }, func(s *stored) { s.lon = r.signed() }, func(s *stored) { s.name = r.text() },
	} {
		for i := range f.places {
			column(&f.places[i])
		}
	}
}

func (f *file) readNames(r reader) {
	nodes, meanings := r.number(), r.number()
	paths, read := []string{""}, 0
	for i := 0; i < len(paths); i++ {
		for range r.number() {
			f.names[paths[i]] = append(f.names[paths[i]], Entry{r.number(), Flags(r.octet())})
			read++
		}
		for _, w := range r.ascending() {
			paths = append(paths, strings.TrimSpace(paths[i]+" "+f.words[w]))
		}
	}
	if len(paths) != nodes || read != meanings {
		r.t.Errorf("the file has %d nodes and %d meanings, and says %d and %d", len(paths), read, nodes, meanings)
	}
}

func built(t *testing.T, s Sources) *Gazette {
	t.Helper()
	g, err := Build(s)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// What is read from the file is what was built.
func TestRoundTrip(t *testing.T) {
	g := built(t, sources())
	f := readBack(t, g)
	if len(f.places) != len(g.Places) {
		t.Fatalf("%d places, want %d", len(f.places), len(g.Places))
	}
	for i, p := range g.Places {
		s := f.places[i]
		where := f.areas[s.area]
		if s.id != p.ID || s.name != p.Name || s.kind != p.Kind || where.country != p.Country || where.admin1 != p.Admin1 {
			t.Errorf("place %d is %+v in %v, want %+v", i, s, where, p)
		}
		if math.Abs(float64(s.lat)/1e4-p.Lat) > .5e-4 || math.Abs(float64(s.lon)/1e4-p.Lon) > .5e-4 || s.magnitude != magnitude(p.Population) {
			t.Errorf("%s is at %d, %d with magnitude %d, want %+v", p.Name, s.lat, s.lon, s.magnitude, p)
		}
	}
	for name, entries := range g.Names {
		have := f.names[strings.Join(words(name), " ")]
		for _, e := range entries {
			if !slices.ContainsFunc(have, func(h Entry) bool { return h.Place == e.Place }) {
				t.Errorf("the file does not know that %q means %s", name, g.Places[e.Place].Name)
			}
		}
	}
	known := map[string]bool{}
	for name := range g.Names {
		known[strings.Join(words(name), " ")] = true
	}
	for name := range maps.Keys(f.names) {
		if !known[name] {
			t.Errorf("the file has a name %q from nowhere", name)
		}
	}
	if !slices.Equal(f.given, g.GivenNames) {
		t.Errorf("given names %q, want %q", f.given, g.GivenNames)
	}
	if !slices.IsSorted(f.words) || len(slices.Compact(slices.Clone(f.words))) != len(f.words) {
		t.Error("the words are out of order or twice")
	}
}

func TestRoundTripOfNothing(t *testing.T) {
	g := New()
	g.Sort()
	f := readBack(t, g)
	if len(f.places)+len(f.words)+len(f.names)+len(f.given)+len(f.areas) != 0 {
		t.Errorf("read %+v", f)
	}
}

func TestRoundTripOfExtremes(t *testing.T) {
	g := New()
	for _, p := range []Place{
		{ID: math.MaxUint32, Name: "Last", Country: "ZZ", Admin1: "99", Lat: -90, Lon: -180, Kind: Section, Population: math.MaxInt32},
		{ID: 0, Name: "", Lat: 90, Lon: 180, Population: -1},
		{ID: 1 << 31, Name: strings.Repeat("ё", 300), Country: "KG", Lat: .00004, Lon: -.00006},
	} {
		g.Call(g.Add(p), p.Name+" Town", Primary)
	}
	g.Sort()
	f := readBack(t, g)
	first, middle, last := f.places[0], f.places[1], f.places[2]
	if first.lat != 900_000 || first.lon != 1_800_000 || first.magnitude != 0 {
		t.Errorf("got %+v", first)
	}
	if middle.lat != 0 || middle.lon != -1 || len(middle.name) != 600 {
		t.Errorf("got %+v", middle)
	}
	if last.id != math.MaxUint32 || last.lat != -900_000 || last.lon != -1_800_000 || last.magnitude != 248 {
		t.Errorf("got %+v", last)
	}
}

// The order in which GeoNames lists its towns must not matter.
func TestOrderOfTheSourcesDoesNotMatter(t *testing.T) {
	want := readBack(t, built(t, sources()))
	for turn := 1; turn < len(sources().Cities); turn++ {
		s := sources()
		s.Cities = slices.Concat(s.Cities[turn:], s.Cities[:turn])
		s.English = append(s.English[1:], s.English[0])
		got := readBack(t, built(t, s))
		if !slices.Equal(got.places, want.places) || !slices.Equal(got.words, want.words) || !maps.EqualFunc(got.names, want.names, slices.Equal[[]Entry]) {
			t.Fatalf("turned by %d, the file is another", turn)
		}
	}
}
