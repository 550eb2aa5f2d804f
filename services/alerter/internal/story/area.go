package story

import (
	"math"

	"faultline/pkg/event"
)

// area says how the places of two reports stand to each other.
type area int

const (
	areaOther   area = iota // different countries, or far apart in one
	areaCountry             // the same country, otherwise unknown or apart
	areaUnknown             // one of them has no place
	areaRegion              // the same first-level region
	areaNear                // within nearKM, or one contains the other
	areaSame                // the same place
)

// nearKM is the distance within which two towns are one area for a reporter:
// a city and its suburbs. sameKM is that within which a place that only the
// configuration knows is one that GeoNames knows too.
const (
	nearKM = 30
	sameKM = 5
)

// whereabouts is how the places of two reports stand to each other. Of a town that is on no
// map under the name it has in one language the other report has the name.
func whereabouts(a, b *Profile) area {
	where := relate(a.place, b.place)
	if where > areaUnknown || where == areaOther || a.language == b.language {
		return where
	}
	if len(b.called) == 0 {
		a, b = b, a
	}
	if len(a.called) == 0 && common(a.names, b.called)+common(a.spelt, b.called) > 0 {
		return areaNear
	}
	return where
}

func relate(a, b *event.Place) area {
	switch {
	case a == nil || b == nil:
		return areaUnknown
	case placeID(a) == placeID(b), a.GeonameID*b.GeonameID == 0 && located(a) && located(b) && kilometres(a, b) <= sameKM:
		return areaSame
	case a.Country != b.Country:
		if kilometres(a, b) <= nearKM && located(a) && located(b) {
			return areaNear // both sides of a border
		}
		return areaOther
	case a.Admin1 == "" || b.Admin1 == "":
		return areaCountry
	case located(a) && located(b) && kilometres(a, b) <= nearKM:
		return areaNear
	case a.Admin1 == b.Admin1:
		return areaRegion
	}
	return areaOther
}

// placeID tells places apart: by their GeoNames id, or where they lie if they have none.
func placeID(p *event.Place) uint64 {
	if p.GeonameID != 0 {
		return uint64(p.GeonameID)
	}
	return mix(math.Float64bits(p.Lat) ^ mix(math.Float64bits(p.Lon)))
}

func located(p *event.Place) bool { return p.Lat != 0 || p.Lon != 0 }

// kilometres is the great-circle distance (haversine).
func kilometres(a, b *event.Place) float64 {
	const radius, degree = 6371, math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*degree, (b.Lon-a.Lon)*degree
	h := math.Pow(math.Sin(dLat/2), 2) +
		math.Cos(a.Lat*degree)*math.Cos(b.Lat*degree)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// SameArea reports whether two places are one for a reader: the same, or
// within 30 km.
func SameArea(a, b *event.Place) bool { return relate(a, b) >= areaNear }
