package gazette

import (
	"fmt"
	"strconv"
	"strings"
)

// addAreas adds the rows of regions.tsv.
func (b *builder) addAreas() error {
	for _, row := range b.from.Areas {
		code, names := row[0], strings.Split(row[5], ";")
		country, admin1, _ := strings.Cut(code, ".")
		kind, population := Area, 1_000_000
		if row[4] == "region" {
			kind, population = Region, b.population(code)
		}
		if country == "XX" {
			country = ""
		}
		id, err := strconv.ParseUint("0"+row[1], 10, 32)
		if err != nil {
			return fmt.Errorf("region %s: %w", code, err)
		}
		lat, lon, err := b.point(code, row[2], row[3])
		if err != nil {
			return fmt.Errorf("region %s: %w", code, err)
		}
		full := names[0] != ""
		if !full { // a region that bears the name of its town
			names[0] = b.from.Regions[code]
		}
		p := b.Add(Place{ID: uint32(id), Name: names[0], Country: country, Admin1: admin1, Lat: lat, Lon: lon, Kind: kind, Population: population})
		if kind == Region {
			b.regions[code], b.named[p] = p, full
		}
		b.callAll(p, names)
		for _, name := range names {
			b.callBare(p, name)
		}
		b.callRussian(p, strings.Split(row[6], ";"), Primary)
	}
	return nil
}

// callBare takes a region's name without its type, to be used only where the
// text has the type in its own words ("the Osh region", "Баткен облусунда").
func (b *builder) callBare(p int, name string) {
	for _, t := range []string{" Region", " Province", " Oblast", " District", " Облусу", " облусу", " облысы", " viloyati", " Viloyati", " вилояти", " bölgesi", " vilayeti"} {
		if short, ok := strings.CutSuffix(name, t); ok {
			b.Call(p, short, Adjective)
		}
	}
}

// addRegions adds the first-level regions that have towns and are not in
// regions.tsv, and what the catalogues of other languages call those that are:
// their English names are given there in full, because "Washington" is not the
// state, nor "Osh" the region.
func (b *builder) addRegions() {
	for code, english := range b.from.Regions {
		country, admin1, _ := strings.Cut(code, ".")
		if b.points[code] == nil && !core(country, admin1) {
			continue
		}
		p, known := b.regions[code]
		if !known {
			lat, lon, err := b.point(code, "", "")
			if err != nil {
				continue // no towns, so nothing to report from there
			}
			p = b.Add(Place{ID: geonameID(code), Name: english, Country: country, Admin1: admin1, Lat: lat, Lon: lon, Kind: Region, Population: b.population(code)})
			b.regions[code] = p
		}
		if !b.named[p] {
			b.callRegion(p, english)
		}
		for language, catalog := range b.from.Catalogs {
			switch name := catalog[code]; {
			case name == "", b.named[p] && latin(name) && b.big[code+name]: // "New York" is the town in French, too
			case language == "en":
				if !b.named[p] {
					b.callRegion(p, name)
				}
			default:
				b.callForeign(p, language, name)
			}
		}
	}
}

// callRegion takes the English name of a region, also without its type
// ("Fergana Region" is called Fergana).
func (b *builder) callRegion(p int, name string) {
	b.callJoined(p, name, Primary|b.nature(name))
	short := name
	for _, t := range []string{" Uyghur Autonomous Region", " Autonomous Region", " Province", " Region", " Oblast", " Oblast’", " Oblast'", " Governorate", " Republic", " District", " Department", " State", " County", " Krai", " Kray", " Division", " Oblysy", " Municipality"} {
		short = strings.TrimSuffix(short, t)
	}
	for _, t := range []string{"State of ", "Republic of ", "Autonomous Republic of "} {
		short = strings.TrimPrefix(short, t)
	}
	if short != name && !direction(short) {
		b.callJoined(p, short, Primary|b.nature(short))
	}
	if bare := plain(short); bare != short {
		b.callJoined(p, bare, b.nature(bare))
	}
}

// direction reports whether a region's name without its type is only a point
// of the compass.
func direction(s string) bool {
	switch strings.ToLower(s) {
	case "northern", "southern", "eastern", "western", "central", "north", "south", "east", "west", "centre", "north-western", "north western", "north central", "capital", "national capital":
		return true
	}
	return false
}

// addDistricts adds the second-level districts of the countries in which the
// press places towns by them and GeoNames says which town lies in which.
func (b *builder) addDistricts() {
	for code, name := range b.from.Districts {
		country, rest, _ := strings.Cut(code, ".")
		admin1, _, _ := strings.Cut(rest, ".")
		switch country {
		case "US", "GB", "IE", "AF", "PK":
		default:
			continue
		}
		lat, lon, err := b.point(code, "", "")
		if err != nil {
			continue // no towns, so nothing to report from there
		}
		p := b.Add(Place{ID: geonameID(code), Name: name, Country: country, Admin1: admin1, Lat: lat, Lon: lon, Kind: Area, Population: b.population(code)})
		if country == "US" {
			b.Call(p, name, Primary)
			continue
		}
		b.callRegion(p, name)
		if country == "AF" || country == "PK" {
			b.districts[code] = p
		}
	}
}

// geonameID is the GeoNames id of a region whose code ends with it: GeoNames makes
// codes so where a country has none of its own.
func geonameID(code string) uint32 {
	last := code[strings.LastIndexByte(code, '.')+1:]
	id, err := strconv.ParseUint(last, 10, 32)
	if err != nil || len(last) < 6 {
		return 0
	}
	return uint32(id)
}
