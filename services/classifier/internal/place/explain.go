package place

import (
	"cmp"
	"math"
	"slices"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/token"
)

// Explanation is what Find decided about a document, and why.
type Explanation struct {
	Names []Name `json:"names"` // in order of position, the title's first
	// Main is where the story happens, absent when that is in doubt.
	Main *event.Place `json:"main,omitempty"`
	// Countries are the worths of the countries for the question where the
	// story happens, the best first, and Sites those of the places in the best
	// country.
	Countries []Reason `json:"countries"`
	Sites     []Reason `json:"sites"`
}

// Reason is something that speaks for a decision, or against it if its weight
// is negative.
type Reason struct {
	Why    string  `json:"why"`
	Weight float64 `json:"weight"`
}

// Name is an occurrence of a name that the gazetteer has.
type Name struct {
	event.Evidence
	// Place is what it was taken for; absent when it was left out.
	Place *event.Place `json:"place,omitempty"`
	// LeftOut says why it is no place here.
	LeftOut string `json:"left_out,omitempty"`
	// Mention is the evidence for being a place at all, in halves of a logarithm
	// of the odds. One and more is a place.
	Mention []Reason `json:"mention"`
	// Senses are the places that the name can mean, the likeliest first.
	Senses []Sense `json:"senses"`
	// Position and Worth are what the mention does for the story's place.
	Position string  `json:"position"`
	Worth    float64 `json:"worth"`
}

// Sense is one place that a name can mean.
type Sense struct {
	GeonameID int    `json:"geoname_id"`
	Name      string `json:"name"`
	Country   string `json:"country"`
	Admin1    string `json:"admin1"`
	Kind      string `json:"kind"`
	// Share is how likely it is among the senses, 0 to 1.
	Share float64 `json:"share"`
	// Reasons are in powers of two.
	Reasons []Reason `json:"reasons"`
}

// Explain does what Find does and says why.
func (g *Gazetteer) Explain(doc *token.Document, ctx Context) Explanation {
	f := g.finder()
	defer g.pool.Put(f)
	f.log = newLog()
	defer func() { f.log = nil }()
	r := f.find(doc, ctx)
	x := Explanation{Names: make([]Name, 0, len(f.candidates)), Main: r.Main, Countries: []Reason{}, Sites: []Reason{}}
	for i := range f.candidates {
		x.Names = append(x.Names, f.explain(i))
	}
	nation, _ := f.leading()
	for _, n := range f.scored {
		x.Countries = append(x.Countries, Reason{g.titleOfNation(n), hundredths(f.scores[n])})
	}
	if f.foremost(nation) != nil {
		for _, s := range f.scenes {
			if f.g.district(newMeaning(s.site, 0)).nation == nation {
				x.Sites = append(x.Sites, Reason{g.name(s.site), hundredths(s.score)})
			}
		}
	}
	heaviestFirst(x.Countries)
	heaviestFirst(x.Sites)
	return x
}

func (f *finder) explain(i int) Name {
	c := &f.candidates[i]
	field := f.field(c)
	start, end := field.Span(int(c.from), int(c.to))
	n := Name{
		Evidence: event.Evidence{Field: field.Name, Start: start, End: end, Text: field.Source[start:end]},
		Mention:  slices.Clip(f.log.mentions[i]), Senses: []Sense{}, Position: f.standpoint(c), Worth: hundredths(c.worth),
	}
	if n.Mention == nil {
		n.Mention = []Reason{}
	}
	if !c.accepted {
		n.LeftOut, n.Worth = f.excuse(c, i), 0
		return n
	}
	p := f.place(c)
	n.Place, n.Senses = &p, f.explainSenses(c)
	return n
}

// excuse is why a name was left out.
func (f *finder) excuse(c *candidate, i int) string {
	switch {
	case c.local == isPeople:
		return "a people, or what belongs to a country: no mention of the place"
	case c.named, c.person && c.local < 1:
		return "a person"
	case f.names[c.known].votes < 0 && c.local >= 1:
		return "a person elsewhere in the text"
	}
	worst := Reason{Why: "too little known"}
	for _, r := range f.log.mentions[i] {
		if r.Weight < worst.Weight {
			worst = r
		}
	}
	return worst.Why
}

func (f *finder) explainSenses(c *candidate) []Sense {
	if c.outer >= 0 || c.inner >= 0 {
		s := f.sense(c.sense)
		s.Share, s.Reasons = 1, []Reason{{"the name beside it says where it lies, or what lies in it", forTold}}
		return []Sense{s}
	}
	var out []Sense
	var total float64
	for _, m := range f.g.senses(c.name) {
		reasons, ok := f.log.senses[senseKey{c.name, m}]
		if !ok {
			continue
		}
		s := f.sense(m)
		s.Reasons = reasons
		var sum float64
		for _, r := range reasons {
			sum += r.Weight
		}
		s.Share = math.Exp2(sum)
		total += s.Share
		out = append(out, s)
	}
	for i := range out {
		out[i].Share = hundredths(out[i].Share / total)
	}
	slices.SortStableFunc(out, func(a, b Sense) int { return cmp.Compare(b.Share, a.Share) })
	return out
}

func (f *finder) sense(m meaning) Sense {
	s, d := &f.g.sites[m.site()], f.g.district(m)
	return Sense{GeonameID: int(s.id), Name: f.g.name(m.site()), Country: d.country, Admin1: d.admin1, Kind: s.kind.String(), Reasons: []Reason{}}
}

func (g *Gazetteer) titleOfNation(n uint16) string {
	if at := g.national[n]; at >= 0 {
		return g.name(at)
	}
	return ""
}

// String is the kind in words.
func (k kind) String() string {
	switch k {
	case country:
		return "country"
	case region:
		return "region"
	case area:
		return "district or area"
	case capital:
		return "capital"
	case regionSeat:
		return "seat of a region"
	case districtSeat:
		return "seat of a district"
	case section:
		return "part of a town"
	}
	return "town"
}

func hundredths(x float64) float64 { return math.Round(100*x) / 100 }

// heaviestFirst sorts by weight, then by name.
func heaviestFirst(list []Reason) {
	slices.SortFunc(list, func(a, b Reason) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Why, b.Why)) })
}
