package gazette

import (
	"testing"

	"faultline/tools/gazetteer/internal/source"
)

// syria is a region whose seat bears its name in some languages, with a second town.
func syria() Sources {
	return Sources{
		Cities: []source.City{
			{ID: 1, Name: "Dar‘ā", ASCII: "Dar'a", Country: "SY", Admin1: "06", Feature: "PPLA", Population: 98_000, Lat: 32.6, Lon: 36.1,
				Alternates: []string{"Daraa", "درعا", "Al Hasbah", "الباب", "\u200eالباب\u200e", "المدن", "مدن", "درۆ"}},
			{ID: 2, Name: "Zawiya", ASCII: "Zawiya", Country: "SY", Admin1: "06", Feature: "PPL", Population: 60_000, Lat: 32.7, Lon: 36.2},
			{ID: 3, Name: "Az Zāwīyah", ASCII: "Az Zawiyah", Country: "SY", Admin1: "06", Feature: "PPLA", Population: 50_000, Lat: 32.71, Lon: 36.21},
			{ID: 4, Name: "Zawiya", ASCII: "Zawiya", Country: "SY", Admin1: "06", Feature: "PPL", Population: 20_000, Lat: 33.7, Lon: 36.2},
		},
		Catalogs: map[string]source.Catalog{
			"en": {"SY.06": "Daraa Governorate"},
			"ar": {"SY.06": "محافظة درعا"},
			"ru": {"1": "Даръа", "SY.06": "Даръа"},
		},
		Regions:   map[string]string{"SY.06": "Daraa"},
		Countries: [][]string{{"SY", "163843", "35", "38", "Syria", "Syrian", "Сирия", ""}},
	}
}

// A name that a region shares with its seat is the seat's, in every spelling and case
// form, and the region's only beside a word for regions.
func TestSeatsHaveTheNamesOfTheirRegions(t *testing.T) {
	g := built(t, syria())
	for name, want := range map[string]Flags{"Daraa": Primary, "Даръа": Primary, "Даръе": Made, "درعا": Primary} {
		if e := g.find(t, name, "Dar‘ā"); e.Flags&(want|Adjective) != want {
			t.Errorf("%s is the town's with flags %b, want %b", name, e.Flags, want)
		}
	}
	for _, name := range []string{"Daraa", "Даръа", "Даръе"} {
		if e := g.find(t, name, "Daraa"); e.Flags&Adjective == 0 {
			t.Errorf("%s is the region's with flags %b", name, e.Flags)
		}
	}
	for _, name := range []string{"Daraa Governorate", "محافظة درعا"} {
		if e := g.find(t, name, "Daraa"); e.Flags&Adjective != 0 || len(g.Names[name]) != 1 {
			t.Errorf("%s: %v, want the region alone", name, g.Names[name])
		}
	}
}

// So it is with a district and its town where districts are called so, and where a town
// is the seat of both.
func TestDistrictsLeaveTheirTownsTheName(t *testing.T) {
	g := built(t, Sources{
		Cities: []source.City{
			{ID: 1, Name: "Kunduz", ASCII: "Kunduz", Country: "AF", Admin1: "24", Admin2: "1", Feature: "PPLA", Population: 160_000},
			{ID: 2, Name: "Imam Şāḩib", ASCII: "Imam Sahib", Country: "AF", Admin1: "24", Admin2: "2", Feature: "PPLA2", Population: 30_000, Lat: 3},
		},
		Regions:   map[string]string{"AF.24": "Kunduz"},
		Districts: map[string]string{"AF.24.1": "Kunduz", "AF.24.2": "Imam Sahib District"},
	})
	for name, town := range map[string]uint32{"Kunduz": 1, "Imam Sahib": 2} {
		for _, e := range g.Names[name] {
			if p := g.Places[e.Place]; (p.ID == town) == (e.Flags&Adjective != 0) {
				t.Errorf("%s: %s (%d) with flags %b", name, p.Name, p.ID, e.Flags)
			}
		}
	}
	if got := len(g.Names["Kunduz"]); got != 3 {
		t.Errorf("Kunduz is %d places, want town, district and province", got)
	}
}

func TestArabicNames(t *testing.T) {
	g := built(t, syria())
	for name, want := range map[string]Flags{"Al Hasbah": Made, "Hasbah": Made, "المدن": Primary, "والمدن": Made} {
		if e := g.find(t, name, "Dar‘ā"); e.Flags != want {
			t.Errorf("%s: flags %b, want %b", name, e.Flags, want)
		}
	}
	for name, why := range map[string]string{"الباب": "a word", "مدن": "without its article", "درۆ": "Kurdish"} {
		if got := g.Names[name]; len(got) != 0 {
			t.Errorf("%s (%s) is taken: %v", name, why, got)
		}
	}
}

func TestWithoutArticle(t *testing.T) {
	for name, want := range map[string]string{
		"Al Hasakah": "Hasakah", "El-Fasher": "Fasher", "As-Suwayda": "Suwayda", "Ash Shaykh Zuwayd": "Ash Shaykh Zuwayd", "Al Bab": "Al Bab", "Alexandria": "Alexandria", "Aleppo": "Aleppo", "Deir Ezzor": "Deir Ezzor",
	} {
		if got := withoutArticle(name); got != want {
			t.Errorf("%s becomes %s, want %s", name, got, want)
		}
	}
}

// A town that GeoNames has twice is one place; its namesake far away is another.
func TestTownsAreTakenOnce(t *testing.T) {
	g := built(t, syria())
	if e := g.find(t, "Az Zawiyah", "Zawiya"); g.Places[e.Place].ID != 2 || g.Places[e.Place].Kind != RegionSeat {
		t.Errorf("Az Zawiyah is %+v, want the bigger entry, as a seat", g.Places[e.Place])
	}
	if got := g.Names["Zawiya"]; len(got) != 2 {
		t.Errorf("Zawiya: %v, want two towns", got)
	}
}

// A name that a seat at home goes by is no longer that of a town that was called so once.
func TestOldNamesGiveWay(t *testing.T) {
	g := built(t, Sources{
		Cities: []source.City{
			{ID: 1, Name: "Talas", ASCII: "Talas", Country: "KG", Admin1: "06", Feature: "PPLA", Population: 40_000},
			{ID: 2, Name: "Taraz", ASCII: "Taraz", Country: "KZ", Admin1: "17", Feature: "PPLA", Population: 358_000, Lat: 5, Alternates: []string{"Talas", "Талас", "Zhambyl"}},
			{ID: 3, Name: "Talas", ASCII: "Talas", Country: "TR", Admin1: "38", Feature: "PPLA2", Population: 36_000, Lat: 9},
		},
		Catalogs: map[string]source.Catalog{"ru": {"1": "Талас"}},
	})
	for name, want := range map[string]int{"Talas": 2, "Талас": 1, "Zhambyl": 1} {
		if got := g.Names[name]; len(got) != want {
			t.Errorf("%s: %v, want %d places", name, got, want)
		}
	}
}

// What the languages of home make of the names of seats.
func TestFormsOfSeats(t *testing.T) {
	g := built(t, Sources{
		Cities: []source.City{
			{ID: 1, Name: "Hakkâri", ASCII: "Hakkari", Country: "TR", Admin1: "70", Feature: "PPLA", Population: 77_000},
			{ID: 2, Name: "Pazar", ASCII: "Pazar", Country: "TR", Admin1: "53", Feature: "PPLA2", Population: 15_000, Lat: 3},
			{ID: 3, Name: "Farkhor", ASCII: "Farkhor", Country: "TJ", Admin1: "02", Feature: "PPLA2", Population: 21_000, Lat: 5, Alternates: []string{"Фархор"}},
			{ID: 4, Name: "Batken", ASCII: "Batken", Country: "KG", Admin1: "09", Feature: "PPLA", Population: 20_000, Lat: 7, Alternates: []string{"Баткен"}},
			{ID: 5, Name: "Kilis", ASCII: "Kilis", Country: "TR", Admin1: "90", Feature: "PPLA", Population: 82_000, Lat: 9},
		},
	})
	for name, want := range map[string]bool{
		"Hakkâride": true, "Hakkaride": true, "Hakkariden": true, "Pazarda": false, "Фархорском": true, "Фархорский": true, "Баткенском": false, "Kiliste": true, "Kilise": false,
	} {
		if got := len(g.Names[name]) > 0; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if e := g.find(t, "Фархорском", "Farkhor"); e.Flags != Adjective {
		t.Errorf("the district's adjective has flags %b", e.Flags)
	}
}

func TestIDsWithinCodes(t *testing.T) {
	for code, want := range map[string]uint32{"KZ.12510143": 12510143, "PK.02.1162104": 1162104, "US.TX.113": 0, "KG.08": 0, "GB.ENG": 0, "": 0} {
		if got := geonameID(code); got != want {
			t.Errorf("%q has id %d, want %d", code, got, want)
		}
	}
}

// Arabic has no capitals: a word that every other sentence has is no town.
func TestArabicWordsThatAreNoTowns(t *testing.T) {
	for _, name := range []string{"مدينة", "ميدان", "وان", "كان", "كورونا", "عقبة"} {
		if !unmeant(name) {
			t.Errorf("%s is taken for a place", name)
		}
	}
	for _, name := range []string{"المدينة المنورة", "العقبة", "الداخلة", "طبرق"} {
		if unmeant(name) {
			t.Errorf("%s is not taken for a place", name)
		}
	}
}

// Kyrgyz, Kazakh and Uzbek papers write their endings to the Russian names of towns abroad.
func TestRussianNamesInTurkicCases(t *testing.T) {
	g := built(t, Sources{
		Cities: []source.City{
			{ID: 1, Name: "Khartoum", ASCII: "Khartoum", Country: "SD", Admin1: "29", Feature: "PPLC", Population: 2_000_000},
			{ID: 2, Name: "Nyala", ASCII: "Nyala", Country: "SD", Admin1: "49", Feature: "PPLA", Population: 500_000, Lat: 5},
			{ID: 4, Name: "Barcelona", ASCII: "Barcelona", Country: "ES", Admin1: "56", Feature: "PPLA", Population: 1_600_000, Lat: 20},
			{ID: 3, Name: "Lyon", ASCII: "Lyon", Country: "FR", Admin1: "84", Feature: "PPLA", Population: 500_000, Lat: 9},
		},
		Catalogs: map[string]source.Catalog{"ru": {"1": "Хартум", "2": "Ньяла", "3": "Лион", "4": "Барселона"}},
	})
	for _, name := range []string{"Хартумда", "Хартумнан", "Хартумнинг", "Ньялада", "Ньялага", "Барселонада"} {
		if e := g.Names[name]; len(e) != 1 || e[0].Flags != Made {
			t.Errorf("%s means %v", name, e)
		}
	}
	if e := g.Names["Лиондо"]; len(e) != 0 {
		t.Errorf("a town that is seldom written of has the ending: %v", e)
	}
}
