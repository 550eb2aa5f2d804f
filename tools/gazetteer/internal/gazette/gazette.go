// Package gazette puts together the places that the classifier knows and the
// names by which texts call them, and writes them as one small file.
package gazette

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Kind is what sort of place it is, the most general first.
type Kind uint8

// The kinds. Their numbers are part of the file format.
const (
	Country Kind = iota
	Region       // first-level administrative division
	Area         // district, valley, enclave, peninsula, continent
	Capital
	RegionSeat
	DistrictSeat
	Town
	Section // part of a town
)

// Flags say how a name may be used. Their bits are part of the file format.
type Flags uint8

// The flags.
const (
	Primary   Flags = 1 << iota // the name the place is known by
	Everyday                    // an English word when written small
	Given                       // a given name
	Caps                        // counts only in capitals or as an abbreviation with its full stop
	Demonym                     // of the people or the country's adjective: no mention of the place
	Made                        // made from another spelling: a case form, or joined at the hyphen
	Adjective                   // counts only before a word for the kind of area: "Ошской и Баткенской областях"
)

// Place is a place and its point.
type Place struct {
	ID         uint32 // GeoNames id, 0 when unknown
	Name       string
	Country    string // ISO 3166-1 alpha-2, "" for what lies in several
	Admin1     string // GeoNames code within the country
	Lat, Lon   float64
	Kind       Kind
	Population int
}

// Entry is one place that a name can mean.
type Entry struct {
	Place int
	Flags Flags
}

// Gazette is the places and their names.
type Gazette struct {
	Places []Place
	// Names maps a name as written ("Jalal-Abad") to what it can mean.
	Names map[string][]Entry
	// GivenNames are the given names of people, in small letters.
	GivenNames []string
}

// New returns an empty gazette.
func New() *Gazette { return &Gazette{Names: make(map[string][]Entry)} }

// Add adds a place and returns its number.
func (g *Gazette) Add(p Place) int {
	g.Places = append(g.Places, p)
	return len(g.Places) - 1
}

// Call records that a text may call the place by this name. A name that cannot
// be found in texts is left out.
func (g *Gazette) Call(place int, name string, flags Flags) {
	name = clean(name)
	if name == "" {
		return
	}
	list := g.Names[name]
	for i := range list {
		if list[i].Place == place {
			if list[i].Flags&Made != 0 && flags&Made == 0 {
				list[i].Flags &^= Made
			}
			list[i].Flags |= flags &^ Made
			return
		}
	}
	g.Names[name] = append(list, Entry{place, flags})
}

// clean brings a name into the form in which names are stored, or returns ""
// for one that is no use: with digits, brackets or commas, with
// letters of two alphabets (misspellings that look right), or too long.
func clean(name string) string {
	name = strings.Map(func(r rune) rune {
		switch r {
		case '’', 'ʻ', '‘', 'ʼ', '`', '′':
			return '\''
		case '–', '—', '\u2011':
			return '-'
		case '\u00a0', '\u200c':
			return ' '
		case '\u00ad', '\u200b', '\u200e', '\u200f':
			return -1
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if strings.ContainsAny(name, "0123456789()[],;:/\\\"+*#=|@_!?%") || len(strings.Fields(name)) > 6 || len(name) > 80 || mixed(name) {
		return ""
	}
	return name
}

// mixed reports whether a name has Latin and Cyrillic letters.
func mixed(name string) bool {
	has := func(script *unicode.RangeTable) bool {
		return strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(script, r) })
	}
	return has(unicode.Latin) && has(unicode.Cyrillic)
}

// words cuts a name into words as the classifier's tokenizer cuts texts: at
// spaces, hyphens and full stops, but "U.S." is one word. They are folded so far
// that no two spellings of one word in the classifier's table remain.
func words(name string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '-' }) {
		parts := strings.FieldsFunc(w, func(r rune) bool { return r == '.' })
		if len(parts) > 1 && !slices.ContainsFunc(parts, func(p string) bool { return utf8.RuneCountInString(p) > 1 }) {
			parts = []string{strings.Join(parts, "")}
		}
		for _, p := range parts {
			if p = fold(p); p != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

// fold brings a word into small letters without apostrophes, possessive s and
// the marks that the classifier's table ignores.
func fold(w string) string {
	w = strings.TrimSuffix(strings.TrimSuffix(norm.NFC.String(w), "'s"), "'S")
	w = strings.Map(func(r rune) rune {
		switch r {
		case '\'', '´', 'ʹ', 'ʽ', 'ʾ', 'ʿ', '‛':
			return -1
		case 'ё', 'Ё':
			return 'е'
		case 'İ', 'ı':
			return 'i'
		case 'أ', 'إ', 'آ', 'ٱ':
			return 'ا'
		case 'ة':
			return 'ه'
		case 'ي', 'ى':
			return 'ی'
		case 'ك':
			return 'ک'
		case 'ـ': // tatweel
			return -1
		}
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, w)
	return w
}

// Sort brings the places into the order of their ids and the meanings of each
// name into the order of likelihood, so that equal sources give equal files.
func (g *Gazette) Sort() {
	order := make([]int, len(g.Places))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		p, q := g.Places[a], g.Places[b]
		return cmp.Or(cmp.Compare(p.ID, q.ID), strings.Compare(p.Country, q.Country), strings.Compare(p.Admin1, q.Admin1), strings.Compare(p.Name, q.Name))
	})
	places, moved := make([]Place, len(order)), make([]int, len(order))
	for to, from := range order {
		places[to], moved[from] = g.Places[from], to
	}
	g.Places = places
	for _, list := range g.Names {
		for i := range list {
			list[i].Place = moved[list[i].Place]
		}
		slices.SortFunc(list, func(a, b Entry) int {
			return cmp.Or(cmp.Compare(b.Flags&Primary, a.Flags&Primary), cmp.Compare(g.Places[b.Place].Population, g.Places[a.Place].Population), cmp.Compare(a.Place, b.Place))
		})
	}
	slices.Sort(g.GivenNames)
	g.GivenNames = slices.Compact(g.GivenNames)
}

// magnitude is a population as it is stored: eight steps for each doubling.
func magnitude(population int) byte {
	return byte(math.Round(8 * math.Log2(float64(max(population, 0))+1)))
}
