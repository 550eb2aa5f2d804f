package gazette

import (
	"errors"
	"fmt"
	"maps"
	"math"
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
	big       map[string]bool // region code and name of the big towns
}

// Build makes the gazette.
func Build(from Sources) (*Gazette, error) {
	b := &builder{
		Gazette: New(), from: from, english: make(map[string]bool), given: make(map[string]bool),
		countries: make(map[string]int), regions: make(map[string]int), named: make(map[int]bool), points: make(map[string]*middle), big: make(map[string]bool),
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
	for _, c := range from.Cities {
		if b.wanted(c) {
			b.addCity(c)
		}
	}
	if err := errors.Join(b.addTowns(), b.addNames()); err != nil {
		return nil, err
	}
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

// callDemonyms takes English ones parted by commas, Russian ones by semicolons.
func (b *builder) callDemonyms(p int, english, russian string) {
	for _, d := range strings.Split(english, ",") {
		b.Call(p, d, Demonym)
	}
	for _, d := range strings.Split(russian, ";") {
		if d == "" {
			continue
		}
		for _, form := range inflect.Adjective(d) {
			b.Call(p, form, Demonym)
		}
	}
}

// callAll takes hand-written names, "!" marking those that count in capitals only.
func (b *builder) callAll(p int, names []string) {
	for _, name := range names {
		flags := Primary | b.nature(name)
		if caps, ok := strings.CutPrefix(name, "!"); ok {
			name, flags = strings.TrimSuffix(caps, "."), Caps
		}
		b.callJoined(p, strings.TrimPrefix(name, "the "), flags)
	}
}

func (b *builder) callRussian(p int, names []string, flags Flags) {
	for _, name := range names {
		if name == "" {
			continue
		}
		b.callJoined(p, name, flags|b.nature(name))
		for _, form := range inflect.Forms(name) {
			b.callJoined(p, form, flags&^Primary|Made|b.nature(form))
		}
		for _, form := range inflect.Adjectives(name) {
			b.Call(p, form, Adjective)
		}
	}
}

// callForeign takes a name from a catalogue. Russian ones are inflected.
func (b *builder) callForeign(p int, language, name string) {
	if language == "ru" && inflect.Russian(name) {
		b.callRussian(p, []string{name}, Primary)
		return
	}
	if language == "ar" && everydayArabic(name) {
		return
	}
	if cyrillic(name) || b.nature(name) == 0 {
		b.callJoined(p, name, b.usual(p))
	}
	b.callBare(p, name)
	b.callSuffixed(p, caseForms(language, name))
}

// everydayArabic reports whether a name is a word of everyday Arabic, which has
// no capitals to tell them apart: "financial", "boys".
func everydayArabic(name string) bool { return name == "مالي" || name == "بنين" }

// usual is Primary for what all languages have a name of their own for:
// countries, capitals and very big towns.
func (b *builder) usual(p int) Flags {
	if place := &b.Places[p]; place.Kind == Country || place.Kind == Capital || place.Population >= metropolis {
		return Primary
	}
	return 0
}

// caseForms are the forms of a name in a language that writes cases or particles
// to the name. "uzc" is Uzbek in Cyrillic letters.
func caseForms(language, name string) []string {
	switch {
	case language == "ky" && cyrillic(name):
		return inflect.Kyrgyz(name)
	case language == "kk" && cyrillic(name):
		return inflect.Kazakh(name)
	case language == "uz" && latin(name):
		return inflect.Uzbek(name)
	case language == "uzc":
		return inflect.UzbekCyrillic(name)
	case language == "tg" && cyrillic(name):
		return inflect.Tajik(name)
	case language == "tr" && latin(name):
		return inflect.Turkish(name)
	case language == "ar":
		return inflect.Arabic(name)
	case language == "fr":
		return inflect.French(name)
	}
	return nil
}

// callSuffixed adds case forms.
func (b *builder) callSuffixed(p int, forms []string) {
	for _, form := range forms {
		if b.nature(form) == 0 {
			b.Call(p, form, Made)
		}
	}
}

// callJoined adds a name, and a hyphenated one also written together
// ("Jalalabad" for Jalal-Abad), which is no better than a guess.
func (b *builder) callJoined(p int, name string, flags Flags) {
	b.Call(p, name, flags)
	if strings.Count(name, "-") == 1 && !strings.Contains(name, " ") {
		b.Call(p, strings.Replace(name, "-", "", 1), flags&^Primary|Made)
	}
}

// nature says whether a name of one word is an English word or a given name.
func (b *builder) nature(name string) (f Flags) {
	lower := strings.ToLower(strings.TrimPrefix(name, "the "))
	if b.english[lower] {
		f |= Everyday
	}
	if b.given[lower] {
		f |= Given
	}
	return f
}

// addNames adds the rows of names.tsv.
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
		if row[0] == "" {
			lat, lon, err := b.point("", row[2], row[3])
			if err != nil || row[2] == "" {
				return fmt.Errorf("town %s: coordinates are missing or wrong: %w", names[0], err)
			}
			people, err := strconv.Atoi("0" + row[4])
			if err != nil {
				return fmt.Errorf("town %s: %w", names[0], err)
			}
			country, admin1, _ := strings.Cut(row[1], ".")
			p = b.Add(Place{Name: names[0], Country: country, Admin1: admin1, Lat: lat, Lon: lon, Kind: Town, Population: people})
		} else if !known {
			return fmt.Errorf("town %s: GeoNames' list has no %s", names[0], row[0])
		}
		b.Places[p].Name = names[0]
		b.callAll(p, names)
		b.callRussian(p, strings.Split(row[6], ";"), Primary)
	}
	return nil
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
	p := b.Add(Place{ID: c.ID, Name: name, Country: c.Country, Admin1: admin1, Lat: c.Lat, Lon: c.Lon, Kind: kind(c.Feature), Population: c.Population})
	for _, n := range []string{name, c.Name, c.ASCII, plain(c.Name)} {
		b.callJoined(p, n, Primary|b.nature(n))
	}
	if c.Country == "UZ" {
		b.callSuffixed(p, inflect.Uzbek(c.ASCII))
	}
	key := strconv.Itoa(int(c.ID))
	for language, catalog := range b.from.Catalogs {
		if n := catalog[key]; n != "" && language != "en" {
			b.callForeign(p, language, n)
		}
	}
	for _, n := range c.Alternates {
		b.callAlternate(p, c, n)
	}
}

// callAlternate takes those of GeoNames' alternate names, which do not say their
// language, that are worth it: Cyrillic ones, and Latin ones of towns in the core
// countries and of big towns.
func (b *builder) callAlternate(p int, c source.City, name string) {
	first, _ := firstRune(name)
	switch {
	case !unicode.IsUpper(first) || len([]rune(name)) < 4 && !cyrillic(name) || strings.ToUpper(name) == name, b.route(c, name):
		return
	case cyrillic(name):
		if russian := b.from.Catalogs["ru"][strconv.Itoa(int(c.ID))]; inflect.Russian(name) && (russian == "" || core(c.Country, c.Admin1) || c.Population >= renowned) {
			b.callRussian(p, []string{name}, 0)
		} else if core(c.Country, c.Admin1) {
			b.callJoined(p, name, 0)
		}
		switch c.Country {
		case "KG":
			b.callSuffixed(p, inflect.Kyrgyz(name))
		case "KZ":
			b.callSuffixed(p, inflect.Kazakh(name))
		}
	case !latin(name) || b.nature(name) != 0:
		return
	case c.Population >= renowned || core(c.Country, c.Admin1):
		b.callJoined(p, name, 0)
	}
}

// route reports whether a name is a town's own name and another in small letters:
// "Бишкек ош" is a road.
func (b *builder) route(c source.City, name string) bool {
	for _, language := range []string{"ru", "en"} {
		own := b.from.Catalogs[language][strconv.Itoa(int(c.ID))]
		if rest, ok := strings.CutPrefix(name, own); own != "" && ok && strings.ToLower(rest) == rest && strings.ContainsAny(rest[:min(1, len(rest))], " -") {
			return true
		}
	}
	return false
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
