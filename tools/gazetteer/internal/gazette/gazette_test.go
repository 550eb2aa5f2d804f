package gazette

import (
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"

	"faultline/tools/gazetteer/internal/source"
)

// sources is a small world: two countries, a region of each, some towns.
func sources() Sources {
	town := func(id uint32, name, country, admin1, feature string, people int, alternates ...string) source.City {
		return source.City{ID: id, Name: name, ASCII: plain(name), Country: country, Admin1: admin1, Admin2: "7", Feature: feature, Population: people, Lat: 40, Lon: 72, Alternates: alternates}
	}
	return Sources{
		Cities: []source.City{
			town(10, "Osh", "KG", "08", "PPLA", 322_164, "Ош", "Oş", "OSS", "xxch", "Osch"),
			town(11, "Jalal-Abad", "KG", "03", "PPLA", 123_239, "Джалал-Абад", "Жалал-Абад"),
			town(12, "Kök-Bulak", "KG", "08", "PPL", 600, "Көк-Булак"),
			town(13, "Old Town", "KG", "08", "PPLH", 5000),
			town(20, "Dallas", "US", "TX", "PPLA2", 1_300_000),
			town(21, "Nice", "US", "TX", "PPL", 1_200),
			town(22, "Hamlet", "US", "TX", "PPL", 400),
			town(23, "Downtown", "US", "TX", "PPLX", 20_000),
			town(30, "Tashkent", "UZ", "00", "PPLC", 1_978_028, "Toshkent"),
		},
		Catalogs: map[string]source.Catalog{
			"en": {"10": "Osh", "KG.03": "Jalal-Abad Oblast"},
			"ru": {"KG": "Киргизия", "KG.08": "Ошская Область", "10": "Ош"},
			"ky": {"KG.08": "Ош Облусу", "10": "Ош", "KG": "Кыргызстан"},
			"kk": {"10": "Ош"},
			"uz": {"30": "Toshkent", "KG": "Qirgʻiziston"},
		},
		Regions:   map[string]string{"KG.08": "Osh", "KG.03": "Jalal-Abad", "US.TX": "Texas", "FR.11": "Ile-de-France", "KZ.10": "Turkistan"},
		Districts: map[string]string{"US.TX.7": "Dallas County", "KG.08.7": "Alay", "GB.ENG.1": "Kent"},
		Countries: [][]string{
			{"KG", "1527747", "41.5", "75", "Kyrgyzstan;Kyrgyz Republic", "Kyrgyz", "Киргизия", "киргизский;киргиз"},
			{"US", "6252001", "39.76", "-98.5", "United States;!US", "American", "США", ""},
			{"UZ", "1512440", "", "", "Uzbekistan", "", "", ""},
		},
		Areas: [][]string{
			{"KG.08", "1346798", "40.25", "72.75", "region", "Osh Region", "Ошская область"},
			{"KG", "", "40.7", "72", "area", "Fergana Valley", "Ферганская долина"},
			{"XX", "", "48", "68", "area", "Central Asia", ""},
		},
		Towns: [][]string{
			{"11", "KG.03", "", "", "", "Jalal-Abad;Jalalabad", ""},
			{"", "KG.09", "39.86", "69.52", "3500", "Maksat", "Максат"},
		},
		English: []string{"nice", "Nice", "downtown"},
		Given:   []string{"Dallas", "Владимир"},
	}
}

// find returns what a name says of a place.
func (g *Gazette) find(t *testing.T, name, place string) Entry {
	t.Helper()
	for _, e := range g.Names[name] {
		if g.Places[e.Place].Name == place {
			return e
		}
	}
	t.Fatalf("%q does not mean %s, only %v", name, place, g.Names[name])
	return Entry{}
}

func TestBuild(t *testing.T) {
	g, err := Build(sources())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, place string
		flags       Flags
	}{
		{"Osh", "Osh", Primary},
		{"Ош", "Osh", Primary},
		{"Оше", "Osh", Made},
		{"Ошто", "Osh", Made},
		{"Osch", "Osh", 0},
		{"Ошской области", "Osh Region", Made},
		{"Ошской", "Osh Region", Adjective},
		{"Jalalabad", "Jalal-Abad", Primary},
		{"Джалал-Абаде", "Jalal-Abad", Made},
		{"Kok-Bulak", "Kök-Bulak", Made},
		{"Dallas", "Dallas", Primary | Given},
		{"Nice", "Nice", Primary | Everyday},
		{"Downtown", "Downtown", Primary | Everyday},
		{"Dallas County", "Dallas County", Primary},
		{"Texas", "Texas", Primary},
		{"Kyrgyz Republic", "Kyrgyzstan", Primary},
		{"Kyrgyz", "Kyrgyzstan", Demonym},
		{"киргизскую", "Kyrgyzstan", Demonym},
		{"киргизов", "Kyrgyzstan", Demonym},
		{"Киргизии", "Kyrgyzstan", Made},
		{"US", "United States", Caps},
		{"Toshkentda", "Tashkent", Made},
		{"Ферганской долине", "Fergana Valley", Made},
		{"Максате", "Maksat", Made},
	} {
		if e := g.find(t, c.name, c.place); e.Flags != c.flags {
			t.Errorf("%q for %s has flags %b, want %b", c.name, c.place, e.Flags, c.flags)
		}
	}
	for _, name := range []string{"Hamlet", "Old Town", "OSS", "xxch", "Ile-de-France", "Kent", "Alay", "Turkistan", "Ошской область"} {
		if got := g.Names[name]; got != nil {
			t.Errorf("%q was taken in: %v", name, got)
		}
	}
}

func TestBuildPlaces(t *testing.T) {
	g, err := Build(sources())
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) Place {
		i := slices.IndexFunc(g.Places, func(p Place) bool { return p.Name == name })
		if i < 0 {
			t.Fatalf("there is no %s", name)
		}
		return g.Places[i]
	}
	for _, want := range []Place{
		{ID: 1527747, Name: "Kyrgyzstan", Country: "KG", Lat: 41.5, Lon: 75, Kind: Country, Population: 446_003 + 5000},
		{ID: 1346798, Name: "Osh Region", Country: "KG", Admin1: "08", Lat: 40.25, Lon: 72.75, Kind: Region, Population: 322_764 + 5000},
		{Name: "Fergana Valley", Country: "KG", Lat: 40.7, Lon: 72, Kind: Area, Population: 1_000_000},
		{Name: "Central Asia", Lat: 48, Lon: 68, Kind: Area, Population: 1_000_000},
		{ID: 30, Name: "Tashkent", Country: "UZ", Lat: 40, Lon: 72, Kind: Capital, Population: 1_978_028},
		{Name: "Texas", Country: "US", Admin1: "TX", Lat: 40, Lon: 72, Kind: Region, Population: 1_301_600},
		{Name: "Maksat", Country: "KG", Admin1: "09", Lat: 39.86, Lon: 69.52, Kind: Town, Population: 3500},
	} {
		if got := at(want.Name); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if !slices.IsSortedFunc(g.Places, func(a, b Place) int { return int(a.ID) - int(b.ID) }) {
		t.Error("the places are not in the order of their ids")
	}
	if want := []string{"dallas", "владимир", "владимира"}; !slices.Equal(g.GivenNames[:3], want) {
		t.Errorf("given names %v, want %v first", g.GivenNames, want)
	}
}

func TestBuildFaults(t *testing.T) {
	for name, spoil := range map[string]func(*Sources){
		"country's id":    func(s *Sources) { s.Countries[0][1] = "x" },
		"country's point": func(s *Sources) { s.Countries[0][2] = "north" },
		"no towns":        func(s *Sources) { s.Countries[2][0] = "ZZ" },
		"region's id":     func(s *Sources) { s.Areas[0][1] = "x" },
		"region's point":  func(s *Sources) { s.Areas[0][3] = "east" },
		"town's point":    func(s *Sources) { s.Towns[1][2] = "" },
		"town's id":       func(s *Sources) { s.Towns[1][0] = "x" },
		"town's people":   func(s *Sources) { s.Towns[1][4] = "many" },
		"unknown town":    func(s *Sources) { s.Towns[0][0] = "99" },
	} {
		s := sources()
		spoil(&s)
		if _, err := Build(s); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestEncode(t *testing.T) {
	files := make([][]byte, 2)
	for i := range files {
		g, err := Build(sources())
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := g.Encode(&b); err != nil {
			t.Fatal(err)
		}
		files[i] = b.Bytes()
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("equal sources gave different files")
	}
	zip, err := gzip.NewReader(bytes.NewReader(files[0]))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(raw, []byte(Magic)) {
		t.Errorf("the file begins with %q", raw[:10])
	}
	for _, name := range []string{"Osh Region", "Fergana Valley", "Dallas County"} {
		if !bytes.Contains(raw, []byte(name)) {
			t.Errorf("the file has no %q", name)
		}
	}
}

func TestEncodeSmallest(t *testing.T) {
	g := New()
	g.Call(g.Add(Place{ID: 5, Name: "Osh", Country: "KG", Kind: Town, Population: 1}), "Osh", Primary)
	g.Sort()
	var b bytes.Buffer
	if err := g.Encode(&b); err != nil {
		t.Fatal(err)
	}
	zip, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	want := Magic +
		"\x01\x02KG\x00" + // areas
		"\x01\x05\x00\x06\x08\x00\x00\x03Osh" + // places: id, area, kind, magnitude, lat, lon, name
		"\x01\x00\x03osh" + // words
		"\x00" + // given names
		"\x02\x01" + "\x00\x01\x00" + "\x01\x00\x01\x00" // trie: two nodes, one meaning; the root with one child; one meaning, no child
	if string(raw) != want {
		t.Errorf("got  %q\nwant %q", raw, want)
	}
}

func TestMergedSpellings(t *testing.T) {
	g := New()
	p := g.Add(Place{ID: 1, Name: "Kara Suu"})
	g.Call(p, "Kara Suu", Primary)
	g.Call(p, "Kara-Suu", Made)
	g.Call(p, "Kara Suu", Everyday)
	g.Sort()
	root := g.trie(map[string]int{"kara": 0, "suu": 1})
	entries := root.children[0].children[1].entries
	if len(entries) != 1 || entries[0].Flags != Primary|Everyday {
		t.Errorf("got %v, want one meaning that is primary and everyday, and not made", entries)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"Oʻzgan": "O'zgan", "  Kara   Suu ": "Kara Suu", "Kara–Suu": "Kara-Suu",
		"Osh (KG)": "", "Osh, KG": "", "Sector 5": "", "Гaза": "", "a b c d e f g": "",
		strings.Repeat("x", 90): "",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWordsOfNames(t *testing.T) {
	for in, want := range map[string]string{
		"Jalal-Abad": "jalal abad", "St. Louis": "st louis", "U.S.": "us", "W. Va": "w va", "N'Djamena": "ndjamena",
		"Land's End": "land end", "Королёв": "королев", "İstanbul": "istanbul", "Diyarbakır": "diyarbakir", ".": "",
	} {
		if got := strings.Join(words(in), " "); got != want {
			t.Errorf("words(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMagnitude(t *testing.T) {
	for people, want := range map[int]byte{-5: 0, 0: 0, 1: 8, 1023: 80, 1_000_000: 159, 1_400_000_000: 243} {
		if got := magnitude(people); got != want {
			t.Errorf("magnitude(%d) = %d, want %d", people, got, want)
		}
	}
}
