package gazette

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"faultline/tools/gazetteer/internal/inflect"
	"faultline/tools/gazetteer/internal/source"
)

// Sources is what a gazette is built from.
type Sources struct {
	Cities    []source.City
	Catalogs  map[string]source.Catalog // by language
	Regions   map[string]string         // names of first-level regions by code
	Countries [][]string                // the rows of countries.tsv
	Areas     [][]string                // the rows of regions.tsv
	Towns     [][]string                // the rows of towns.tsv
	Names     [][]string                // the rows of names.tsv
	Districts map[string]string         // names of second-level districts by code
	English   []string                  // English words
	Given     []string                  // given names
}

// Limits of what is taken in.
const (
	everywhere  = 15_000 // people in a town that is known wherever it lies
	englishTown = 500    // in a country whose press names its small towns in English
	metropolis  = 1_000_000
	provincial  = 50_000  // a town of an Arab country whose alternate names are taken, too, or of Turkey with case forms
	renowned    = 200_000 // a town whose alternate names in Latin letters are taken, too
)

// core reports whether all towns of a country (or of Xinjiang) are taken.
func core(country, admin1 string) bool {
	switch country {
	case "KG", "KZ", "UZ", "TJ", "TM", "GE", "AM", "AZ", "RU", "AF", "IR", "PK", "TR":
		return true
	case "CN":
		return admin1 == "13"
	}
	return false
}

// builder holds what Build needs on the way.
type builder struct {
	*Gazette
	from      Sources
	english   map[string]bool
	given     map[string]bool
	countries map[string]int // place by country
	regions   map[string]int // place by region code
	named     map[int]bool   // regions whose English names regions.tsv gives in full
	points    map[string]*middle
	big       map[string]bool  // region code and name of the big towns
	seats     map[string]int   // town by the code of the region whose seat it is, or of the district that has its name
	districts map[string]int   // place by district code, where a district is called by its town's name
	towns     map[string][]int // those that are in, by region and name, the biggest first
	owned     map[string]bool  // names that seats at home go by today, plain and in small letters
}

// Build makes the gazette.
func Build(from Sources) (*Gazette, error) {
	b := &builder{
		Gazette: New(), from: from, english: make(map[string]bool), given: make(map[string]bool),
		countries: make(map[string]int), regions: make(map[string]int), named: make(map[int]bool), points: make(map[string]*middle), big: make(map[string]bool),
		seats: make(map[string]int), districts: make(map[string]int), towns: make(map[string][]int), owned: make(map[string]bool),
	}
	for _, w := range from.English {
		if strings.ToLower(w) == w {
			b.english[w] = true
		}
	}
	for _, w := range from.Given {
		for _, form := range append(inflect.Forms(w), w) {
			b.given[strings.ToLower(form)] = true
			b.GivenNames = append(b.GivenNames, fold(form))
		}
	}
	for _, c := range from.Cities {
		b.see(c)
	}
	if err := errors.Join(b.addCountries(), b.addAreas()); err != nil {
		return nil, err
	}
	b.addRegions()
	b.addDistricts()
	for _, c := range b.bySize() {
		b.addCity(c)
	}
	if err := errors.Join(b.addTowns(), b.addNames()); err != nil {
		return nil, err
	}
	b.callAbroad()
	b.settle()
	b.Sort()
	return b.Gazette, nil
}

// middle is the centre of an area: the mean of the quarter-degree squares that
// have a town in them, which leans less to the big towns than a mean of towns.
type middle struct {
	squares    map[[2]int]bool
	lat, lon   float64
	population int
}

func (b *builder) see(c source.City) {
	if home(c.Country) && (c.Feature == "PPLA" || c.Feature == "PPLC") {
		b.owned[key(c.Name)], b.owned[key(b.from.Catalogs["ru"][strconv.Itoa(int(c.ID))])] = true, true
	}
	if c.Population >= renowned {
		region := c.Country + "." + c.Admin1
		b.big[region+c.Name], b.big[region+b.from.Catalogs["en"][strconv.Itoa(int(c.ID))]] = true, true
	}
	for _, key := range []string{c.Country, c.Country + "." + c.Admin1, c.Country + "." + c.Admin1 + "." + c.Admin2} {
		m := b.points[key]
		if m == nil {
			m = &middle{squares: make(map[[2]int]bool)}
			b.points[key] = m
		}
		if c.Feature != "PPLX" {
			m.population += c.Population
		}
		square := [2]int{int(math.Floor(c.Lat * 4)), int(math.Floor(c.Lon * 4))}
		if !m.squares[square] {
			m.squares[square] = true
			m.lat, m.lon = m.lat+c.Lat, m.lon+c.Lon
		}
	}
}

// point parses a row's coordinates, or takes the middle of the towns.
func (b *builder) point(key, lat, lon string) (float64, float64, error) {
	if lat == "" {
		m := b.points[key]
		if m == nil {
			return 0, 0, fmt.Errorf("%s has neither coordinates nor towns", key)
		}
		n := float64(len(m.squares))
		return m.lat / n, m.lon / n, nil
	}
	y, errLat := strconv.ParseFloat(lat, 64)
	x, errLon := strconv.ParseFloat(lon, 64)
	return y, x, errors.Join(errLat, errLon)
}

func (b *builder) population(key string) int {
	if m := b.points[key]; m != nil {
		return m.population
	}
	return 0
}

func (b *builder) addCountries() error {
	for _, row := range b.from.Countries {
		code, names := row[0], strings.Split(row[4], ";")
		id, err := strconv.ParseUint(row[1], 10, 32)
		if err != nil {
			return fmt.Errorf("country %s: %w", code, err)
		}
		lat, lon, err := b.point(code, row[2], row[3])
		if err != nil {
			return fmt.Errorf("country %s: %w", code, err)
		}
		p := b.Add(Place{ID: uint32(id), Name: names[0], Country: code, Lat: lat, Lon: lon, Kind: Country, Population: b.population(code)})
		b.countries[code] = p
		b.callAll(p, names)
		b.callRussian(p, strings.Split(row[6], ";"), Primary)
		b.callDemonyms(p, row[5], row[7])
		for language, catalog := range b.from.Catalogs {
			if name := catalog[code]; name != "" && language != "en" {
				b.callForeign(p, language, name)
			}
		}
	}
	return nil
}

// addNames adds the rows of names.tsv. Somebody chose them as what a language calls the
// place, so that they are a town's usual names however small it is.
func (b *builder) addNames() error {
	byKey := make(map[string]int)
	for i, p := range b.Places {
		byKey[strconv.Itoa(int(p.ID))] = i
	}
	maps.Copy(byKey, b.countries)
	maps.Copy(byKey, b.regions)
	for _, row := range b.from.Names {
		p, known := byKey[row[0]]
		if !known {
			return fmt.Errorf("names: there is no place %s", row[0])
		}
		for _, name := range strings.Split(row[2], ";") {
			b.callForeign(p, row[1], name)
			if b.Places[p].Kind > Capital && b.nature(name) == 0 && !(row[1] == "ar" && everydayArabic(name)) {
				b.Call(p, name, Primary)
			}
		}
	}
	return nil
}

// addTowns adds the rows of towns.tsv: names for towns that are known already,
// and towns that are not.
func (b *builder) addTowns() error {
	byID := make(map[string]int)
	for i, p := range b.Places {
		byID[strconv.Itoa(int(p.ID))] = i
	}
	for _, row := range b.from.Towns {
		names := strings.Split(row[5], ";")
		p, known := byID[row[0]]
		if !known && row[0] != "" && row[2] == "" {
			return fmt.Errorf("town %s: GeoNames' list has no %s", names[0], row[0])
		}
		if !known {
			town, err := b.town(row, names[0])
			if err != nil {
				return fmt.Errorf("town %s: %w", names[0], err)
			}
			p = b.Add(town)
		}
		b.Places[p].Name = names[0]
		b.callAll(p, names)
		b.callRussian(p, strings.Split(row[6], ";"), Primary)
	}
	return nil
}

// town makes the place of a row that GeoNames' list of towns lacks.
func (b *builder) town(row []string, name string) (Place, error) {
	if row[2] == "" {
		return Place{}, errors.New("coordinates are missing")
	}
	lat, lon, errPoint := b.point("", row[2], row[3])
	people, errPeople := strconv.Atoi("0" + row[4])
	id, errID := strconv.ParseUint("0"+row[0], 10, 32)
	country, admin1, _ := strings.Cut(row[1], ".")
	return Place{ID: uint32(id), Name: name, Country: country, Admin1: admin1, Lat: lat, Lon: lon, Kind: Town, Population: people}, errors.Join(errPoint, errPeople, errID)
}

// bySize returns the towns that are wanted, the biggest first.
func (b *builder) bySize() []source.City {
	cities := slices.DeleteFunc(slices.Clone(b.from.Cities), func(c source.City) bool { return !b.wanted(c) })
	slices.SortStableFunc(cities, func(x, y source.City) int {
		return cmp.Or(cmp.Compare(y.Population, x.Population), cmp.Compare(x.ID, y.ID))
	})
	return cities
}

func (b *builder) wanted(c source.City) bool {
	switch c.Feature {
	case "PPLH", "PPLQ", "PPLW", "PPLCH":
		return false // no longer there
	case "PPLC":
		return true
	case "PPLX":
		return c.Population >= everywhere
	}
	if core(c.Country, c.Admin1) {
		return true
	}
	least := everywhere
	switch c.Country {
	case "US", "CA", "GB", "IE", "AU", "NZ":
		least = englishTown
	}
	return c.Population >= least || c.Feature == "PPLA" && c.Population >= 1000
}

func kind(feature string) Kind {
	switch feature {
	case "PPLC", "PPLG":
		return Capital
	case "PPLA":
		return RegionSeat
	case "PPLA2":
		return DistrictSeat
	case "PPLX":
		return Section
	}
	return Town
}

func (b *builder) addCity(c source.City) {
	admin1 := c.Admin1
	if admin1 == "00" {
		admin1 = ""
	}
	name := c.Name
	if english := b.from.Catalogs["en"][strconv.Itoa(int(c.ID))]; english != "" {
		name = english
	}
	p := b.addOnce(Place{ID: c.ID, Name: name, Country: c.Country, Admin1: admin1, Lat: c.Lat, Lon: c.Lon, Kind: kind(c.Feature), Population: c.Population})
	for _, n := range []string{name, c.Name} {
		b.callJoined(p, n, Primary|b.nature(n))
	}
	for _, n := range []string{c.ASCII, plain(c.Name)} {
		b.callJoined(p, n, Made|b.nature(n)) // "Kant" is first the town that is written so
	}
	if code := c.Country + "." + c.Admin1; b.Places[p].Kind <= RegionSeat && b.seats[code] == 0 {
		b.seats[code] = p
	}
	b.namesake(p, c)
	key := strconv.Itoa(int(c.ID))
	for language, catalog := range b.from.Catalogs {
		if n := catalog[key]; n != "" && language != "en" {
			b.callForeign(p, language, n)
		}
	}
	b.callAtHome(p, c)
	for _, n := range c.Alternates {
		b.callAlternate(p, c, n)
	}
}

// callAtHome takes the forms that a town's name has in its country's own language,
// and the adjective of its district in Russian.
func (b *builder) callAtHome(p int, c source.City) {
	seat := b.Places[p].Kind <= DistrictSeat
	switch {
	case c.Country == "UZ":
		b.callSuffixed(p, inflect.Uzbek(c.ASCII))
	case c.Country == "TR" && (b.Places[p].Kind == RegionSeat || seat && c.Population >= provincial) && !everydayTurkish(c.Name):
		for _, name := range []string{c.Name, bare(c.Name)} {
			b.callSuffixed(p, inflect.Turkish(name))
		}
	}
	if b.Places[p].Kind != DistrictSeat || !home(c.Country) {
		return
	}
	for _, name := range append(c.Alternates, b.from.Catalogs["ru"][strconv.Itoa(int(c.ID))]) {
		for _, form := range inflect.District(name) {
			b.Call(p, form, Adjective)
		}
	}
}

// bare leaves the circumflex out, as most who write Turkish do.
func bare(name string) string {
	return strings.NewReplacer("â", "a", "Â", "A", "î", "i", "û", "u").Replace(name)
}

func firstRune(s string) (rune, bool) {
	for _, r := range s {
		return r, true
	}
	return 0, false
}

func cyrillic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

// latin reports whether a name has no letters but Latin ones. The comma of "oʻ"
// in Uzbek is a letter of no script.
func latin(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !unicode.In(r, unicode.Latin, unicode.Lm) })
}

// plain replaces Latin letters with marks by plain ones, as the press does.
func plain(s string) string {
	if !latin(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'ı':
			return 'i'
		case r == 'ø':
			return 'o'
		case r == 'Ø':
			return 'O'
		case r == 'ł':
			return 'l'
		case r == 'ǝ', r == 'ə':
			return 'a'
		}
		return r
	}, norm.NFD.String(s))
}
