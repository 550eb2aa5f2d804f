package gazette

import (
	"slices"
	"strings"
	"testing"

	"faultline/tools/gazetteer/internal/source"
)

func TestWanted(t *testing.T) {
	b := &builder{}
	for _, c := range []struct {
		feature, country, admin1 string
		people                   int
		want                     bool
	}{
		{"PPL", "KG", "08", 0, true}, {"PPL", "CN", "13", 0, true}, {"PPL", "CN", "22", 0, false}, {"PPLH", "KG", "08", 1e6, false},
		{"PPLQ", "KG", "08", 1e6, false}, {"PPLW", "KG", "08", 1e6, false}, {"PPLCH", "KG", "08", 1e6, false}, {"PPLC", "XX", "", 0, true},
		{"PPLX", "KG", "08", 14_999, false}, {"PPLX", "KG", "08", 15_000, true}, {"PPL", "FR", "11", 14_999, false}, {"PPL", "FR", "11", 15_000, true},
		{"PPL", "US", "TX", 499, false}, {"PPL", "US", "TX", 500, true}, {"PPL", "GB", "ENG", 500, true}, {"PPL", "IN", "16", 1_000, false},
		{"PPLA", "FR", "11", 1_000, true}, {"PPLA", "FR", "11", 999, false}, {"PPLA2", "FR", "11", 1_000, false},
	} {
		city := source.City{Feature: c.feature, Country: c.country, Admin1: c.admin1, Population: c.people}
		if got := b.wanted(city); got != c.want {
			t.Errorf("%s of %d in %s.%s: %v", c.feature, c.people, c.country, c.admin1, got)
		}
	}
}

func TestKindsOfTowns(t *testing.T) {
	for feature, want := range map[string]Kind{
		"PPLC": Capital, "PPLG": Capital, "PPLA": RegionSeat, "PPLA2": DistrictSeat, "PPLX": Section, "PPL": Town, "PPLA3": Town, "": Town,
	} {
		if got := kind(feature); got != want {
			t.Errorf("%s is %d, want %d", feature, got, want)
		}
	}
}

// region builds a gazette whose only region has the name, and returns what the
// region is called in Latin letters.
func region(t *testing.T, code, name string) []string {
	t.Helper()
	country, admin1, _ := strings.Cut(code, ".")
	g := built(t, Sources{
		Cities:  []source.City{{ID: 1, Name: "Zzz", ASCII: "Zzz", Country: country, Admin1: admin1, Feature: "PPL", Population: 20_000}},
		Regions: map[string]string{code: name},
	})
	var out []string
	for called, entries := range g.Names {
		if slices.ContainsFunc(entries, func(e Entry) bool { return g.Places[e.Place].Kind == Region }) {
			out = append(out, called)
		}
	}
	slices.Sort(out)
	return out
}

func TestRegionsAreCalledWithoutTheirType(t *testing.T) {
	for name, want := range map[string]string{
		"Osh Oblasty":                       "Osh|Oblasty",
		"Fergana Region":                    "Fergana Fergana|Region",
		"Nangarhar Province":                "Nangarhar Nangarhar|Province",
		"Republic of Dagestan":              "Dagestan Republic|of|Dagestan",
		"Altai Krai":                        "Altai Altai|Krai",
		"Xinjiang Uyghur Autonomous Region": "Xinjiang Xinjiang|Uyghur|Autonomous|Region",
		"Northern Province":                 "Northern|Province",
		"Central Region":                    "Central|Region",
		"Capital Region":                    "Capital|Region",
		"Sughd":                             "Sughd",
		"Kŭlob":                             "Kulob Kŭlob",
		"Khyber-Pakhtun":                    "Khyber-Pakhtun KhyberPakhtun",
	} {
		list := strings.Fields(want)
		for i := range list {
			list[i] = strings.ReplaceAll(list[i], "|", " ")
		}
		slices.Sort(list)
		if got := region(t, "FR.1", name); !slices.Equal(got, list) {
			t.Errorf("%s is called %q, want %q", name, got, list)
		}
	}
}

// A region that bears the name of its town is called so only where the text
// has the type in its own words.
func TestTownsOfTheSameName(t *testing.T) {
	s := sources()
	s.Areas = append(s.Areas, []string{"KG.03", "", "", "", "region", ";Jalal-Abad Region", "Джалал-Абадская область"})
	g := built(t, s)
	for name, want := range map[string]Flags{"Jalal-Abad Region": Primary, "Джалал-Абадскую область": Made, "Джалал-Абадской": Adjective} {
		if entries := g.Names[name]; len(entries) != 1 || g.Places[entries[0].Place].Kind != Region || entries[0].Flags != want {
			t.Errorf("%q means %v", name, entries)
		}
	}
	for _, e := range g.Names["Jalal-Abad"] {
		if g.Places[e.Place].Kind == Region && e.Flags&(Primary|Adjective) == 0 {
			t.Errorf("the region is called by the town's name without a flag: %v", e)
		}
	}
}

// alternate returns with which flags a town is called by an alternate name, and
// whether it is.
func alternate(t *testing.T, country string, people int, russian, name string) (Flags, bool) {
	t.Helper()
	g := built(t, Sources{
		Cities:   []source.City{{ID: 1, Name: "Zzz", ASCII: "Zzz", Country: country, Admin1: "1", Feature: "PPL", Population: people, Alternates: []string{name}}},
		Catalogs: map[string]source.Catalog{"ru": {"1": russian}}, English: []string{"harbour"}, Given: []string{"Marina"},
	})
	entries := g.Names[name]
	if len(entries) == 0 {
		return 0, false
	}
	return entries[0].Flags, true
}

func TestAlternateNames(t *testing.T) {
	for _, c := range []struct {
		country string
		people  int
		russian string
		name    string
		want    bool
	}{
		{"KG", 100, "", "Altname", true},           // a town at home
		{"FR", 20_000, "", "Altname", false},       // a town elsewhere
		{"FR", renowned, "", "Altname", true},      // a big one
		{"FR", renowned - 1, "", "Altname", false}, // nearly
		{"FR", 20_000, "", "Альтнейм", true},       // Cyrillic ones are few
		{"FR", 20_000, "Зззъ", "Альтнейм", false},  // unless Russian has its own
		{"KG", 100, "Зззъ", "Альтнейм", true},      // but at home
		{"KG", 100, "", "altname", false},          // a code or a word
		{"KG", 100, "", "ALTNAME", false},          // an airport
		{"KG", 100, "", "Alt", false},              // too short
		{"KG", 100, "", "Ош", true},                // not in Cyrillic
		{"KG", 100, "", "Harbour", false},          // an English word
		{"KG", 100, "", "Marina", false},           // a given name
		{"KG", renowned, "", "Αθήνα", false},       // a script that no feed is read in
		{"KG", 100, "", "Altname (old)", false},    // with a remark
		{"FR", 20_000, "", "Көкжар", false},        // Kyrgyz, far from Kyrgyzstan
		{"KG", 100, "", "Көкжар", true},            // and in it
	} {
		if _, got := alternate(t, c.country, c.people, c.russian, c.name); got != c.want {
			t.Errorf("%q of a town of %d in %s with %q in Russian: %v", c.name, c.people, c.country, c.russian, got)
		}
	}
	if flags, _ := alternate(t, "KG", 100, "", "Altname"); flags != 0 {
		t.Errorf("an alternate name has the flags %b", flags)
	}
}

func TestMiddleLeansLittleToBigTowns(t *testing.T) {
	b := &builder{points: map[string]*middle{}}
	for range 50 { // fifty suburbs in one square
		b.see(source.City{Country: "KG", Admin1: "1", Lat: 40.1, Lon: 70.1, Population: 10})
	}
	b.see(source.City{Country: "KG", Admin1: "1", Lat: 42.1, Lon: 74.1, Population: 5})
	b.see(source.City{Country: "KG", Admin1: "1", Lat: 42.1, Lon: 74.1, Population: 1000, Feature: "PPLX"}) // counted with its town
	for _, key := range []string{"KG", "KG.1", "KG.1."} {
		if lat, lon, err := b.point(key, "", ""); err != nil || lat != 41.1 || lon != 72.1 {
			t.Errorf("%s is at %v, %v, %v", key, lat, lon, err)
		}
		if got := b.population(key); got != 505 {
			t.Errorf("%s has %d people", key, got)
		}
	}
	if lat, lon, err := b.point("KG", "-1.5", "2"); err != nil || lat != -1.5 || lon != 2 {
		t.Errorf("written coordinates: %v, %v, %v", lat, lon, err)
	}
	if _, _, err := b.point("XX", "", ""); err == nil || err.Error() != "XX has neither coordinates nor towns" {
		t.Errorf("got %v", err)
	}
	if got := b.population("XX"); got != 0 {
		t.Errorf("nowhere has %d people", got)
	}
}

func TestDistricts(t *testing.T) {
	town := func(country, admin1, admin2 string) source.City {
		return source.City{ID: 1, Name: "Zzz", Country: country, Admin1: admin1, Admin2: admin2, Feature: "PPL", Population: 20_000}
	}
	for _, c := range []struct {
		city       source.City
		code, name string
		called     string
	}{
		{town("US", "TX", "113"), "US.TX.113", "Dallas County", "Dallas County"},
		{town("AF", "18", "5"), "AF.18.5", "Khogyani District", "Khogyani,Khogyani District"},
		{town("PK", "03", "5"), "PK.03.5", "Swāt", "Swat,Swāt"},
		{town("KG", "08", "5"), "KG.08.5", "Alay", ""},         // not by districts
		{town("US", "TX", "113"), "US.TX.7", "Far County", ""}, // without towns
	} {
		g := built(t, Sources{Cities: []source.City{c.city}, Districts: map[string]string{c.code: c.name}})
		var called []string
		for name, entries := range g.Names {
			if p := g.Places[entries[0].Place]; p.Name == c.name {
				called = append(called, name)
				if p.Kind != Area || p.Country != c.city.Country || p.Admin1 != c.city.Admin1 || p.Population != 20_000 {
					t.Errorf("%s is %+v", c.code, p)
				}
			}
		}
		slices.Sort(called)
		if got := strings.Join(called, ","); got != c.called {
			t.Errorf("%s is called %q, want %q", c.code, got, c.called)
		}
	}
}
