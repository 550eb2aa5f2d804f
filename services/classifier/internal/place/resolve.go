package place

import (
	"math"
	"slices"

	"faultline/services/classifier/internal/token"
)

// The weights of what speaks for a sense, in powers of two. They were fitted to
// hand-labelled English news and rounded.
const (
	perDoubling     = 0.4 // for each doubling of the population
	forCountry      = 6.0
	forCapital      = 2.0
	forRegion       = -0.5
	forRegionSeat   = 1.5
	forSection      = -2.0
	forPrimary      = 1.5
	forType         = 6.0 // "Osh Region", and the sense is a region
	forRule         = 9.0 // "Georgia Gov.", and the sense is a state; half of it for a country's president
	forSpeaking     = 3.0 // "Washington condemned", and the sense is a capital
	forTold         = 8.0 // a neighbour says it elsewhere ("Paris, Texas")
	perName         = 3.5 // a name that points to the country or region
	perCountryName  = 3.0
	perDemonym      = 0.75
	mostFromNation  = 8.0
	fromNationAlone = 4.0  // the most of that for a town whose region and neighbourhood are not named
	forMany         = 0.75 // the part of that which other countries can take away
	mostFromPeople  = 1.5
	mostFromRegion  = 3.0
	mostFromPlaces  = 7.0 // for a region that bears the name of a country: Georgia beside Atlanta
	perFame         = 40  // magnitudes above a town of 100,000 that take all away from it
	perNear         = 1.5 // another name whose place is near
	mostFromNear    = 3.0
	fromOutlet      = 2.0
)

const (
	near       = 120 // kilometres
	maxAnchors = 24  // places whose neighbourhood counts, in order of mention
	passes     = 3
)

// anchor is a place that another name was taken for.
type anchor struct {
	name     uint32
	lat, lon float32 // degrees
	weight   float32
}

// prior is how likely a sense of a name is without any context: big places are
// written about more.
func (f *finder) prior(m meaning) float32 {
	s := &f.g.sites[m.site()]
	p := f.point("population", float32(s.magnitude)/8*perDoubling)
	switch s.kind {
	case country:
		p += f.point("a country", forCountry)
	case capital:
		p += f.point("a capital", forCapital)
	case region, area:
		p += f.point("a region", forRegion)
	case regionSeat:
		p += f.point("seat of a region", forRegionSeat)
	case section:
		p += f.point("part of a town", forSection)
	}
	if m.is(primary) {
		p += f.point("its usual name", forPrimary)
	}
	return p
}

// tally is what the names of a document point to.
type tally struct {
	nation  []float32 // by nation number
	touched []uint16  // the nations that have evidence
	total   float32
	regions []float32 // by area
	towns   []float32 // by area, however big they are
	located []uint16  // the areas that have evidence
	anchors []anchor
	pointed []pointed       // in the order in which the names were counted
	decided [][2]decision   // by name: without and with a word for regions behind it
	said    map[uint64]bool // names with the sense that a neighbour says
}

// pointed is what one sense of a name added to a tally.
type pointed struct {
	nation, area  uint16
	inRegion      bool
	points, local float32 // for the nation, and for the region
}

// local is how far the name of a place says that its surroundings are meant, 0
// to 1: the world writes about big towns.
func (s *site) local() float32 {
	if s.kind < capital || s.magnitude <= of100000 {
		return 1
	}
	return max(0, 1-float32(s.magnitude-of100000)/perFame)
}

func newTally(g *Gazetteer) tally {
	return tally{nation: make([]float32, len(g.national)), regions: make([]float32, len(g.areas)), towns: make([]float32, len(g.areas)), said: make(map[uint64]bool)}
}

// reset makes the tally one of so many names that nothing is known of.
func (t *tally) reset(names int) {
	for _, n := range t.touched {
		t.nation[n] = 0
	}
	for _, a := range t.located {
		t.regions[a], t.towns[a] = 0, 0
	}
	t.total = 0
	t.touched, t.located, t.anchors, t.pointed = t.touched[:0], t.located[:0], t.anchors[:0], t.pointed[:0]
	t.decided = slices.Grow(t.decided[:0], names)[:names]
	clear(t.decided)
	clear(t.said)
}

// without takes out what a name itself added, so that it does not speak for
// itself, and gives it back when it is called with a sign of 1.
func (t *tally) without(d decision, sign float32) {
	for _, p := range t.pointed[d.from:d.to] {
		t.nation[p.nation] += sign * p.points
		t.total += sign * p.points
		if p.inRegion {
			t.regions[p.area] += sign * p.local
			t.towns[p.area] += sign * p.points
		}
	}
}

// fromNation is what the names say for a country: less when they are of many.
func (t *tally) fromNation(n uint16) float32 {
	points := t.nation[n]
	if points <= 0 {
		return 0
	}
	return min(mostFromNation, points) * (1 - forMany + forMany*min(1, points/t.total))
}

func (t *tally) add(nation uint16, weight float32) {
	if t.nation[nation] == 0 {
		t.touched = append(t.touched, nation)
	}
	t.nation[nation] += weight
	t.total += weight
}

func (t *tally) locate(area uint16, points, local float32) {
	if t.towns[area] == 0 {
		t.located = append(t.located, area)
	}
	t.regions[area] += local
	t.towns[area] += points
}

// resolve chooses a sense for every accepted name: first by what each name says
// for itself, then again with the countries, regions and places that the others
// point to. A name has one sense throughout, but where its neighbour says another.
func (f *finder) resolve() {
	f.countPeople()
	f.now.reset(len(f.names))
	f.next.reset(len(f.names))
	for i := range f.candidates {
		c := &f.candidates[i]
		switch seat := f.seatOf(c); {
		case c.accepted && c.outer >= 0:
			f.names[c.known].told = c.sense
		case c.accepted && seat != 0:
			f.names[c.known].told = seat
		}
	}
	for pass := range passes {
		for i := range f.candidates {
			if c := &f.candidates[i]; c.accepted {
				f.decide(c, pass > 0)
			}
		}
		f.now, f.next = f.next, f.now
		f.next.reset(len(f.names))
	}
}

// decision is what a name was taken for, how sure that is, and which part of
// the tally it made.
type decision struct {
	made          bool
	sense         meaning
	share, nation float32
	from, to      int32
}

// decide gives a candidate its sense, and counts each name once for the next
// pass.
func (f *finder) decide(c *candidate, context bool) {
	if c.outer >= 0 || c.inner >= 0 {
		c.share, c.nation = 1, 1 // said in so many words
		key := uint64(c.name)<<32 | uint64(c.sense)
		if !f.next.said[key] {
			f.next.said[key] = true
			f.weights = append(f.weights[:0], weighed{c.sense, 1})
			f.count(c)
		}
		return
	}
	typed := 0
	if f.typedByRegion(c) || f.ruledAs(c, state[:]) {
		typed = 1
	}
	d := &f.next.decided[c.known][typed]
	if !d.made {
		own := f.now.decided[c.known][typed]
		f.now.without(own, -1)
		f.choose(c, context)
		f.now.without(own, 1)
		from, to := f.count(c)
		*d = decision{true, c.sense, c.share, c.nation, from, to}
	}
	c.sense, c.share, c.nation = d.sense, d.share, d.nation
}

// weighed is a sense with its weight, a share of 1.
type weighed struct {
	sense  meaning
	weight float32
}

// choose takes the likeliest sense of a candidate.
func (f *finder) choose(c *candidate, context bool) {
	f.weights = f.weights[:0]
	var best, total float32
	told, typed, ruled, speaking := f.names[c.known].told, f.typedByRegion(c), f.ruledAs(c, state[:]), f.speaks(c)
	for _, m := range f.g.senses(c.name) {
		if m.is(demonym) || !f.fits(c, m) {
			continue
		}
		p := f.prior(m)
		switch kind := f.g.sites[m.site()].kind; {
		case typed && (kind == region || kind == area):
			p += f.point("a word for regions behind it", forType)
		case ruled && kind == region:
			p += f.point("ruled as a state is", forRule)
		case kind == country && f.ruledAs(c, abroad[:]):
			p += f.point("ruled as a country is", forRule/2)
		case speaking && kind == capital:
			p += f.point("speaks as governments do", forSpeaking)
		case kind == country && f.borrowed(c, m):
			p += f.point("a bigger town's own name", -forCountry)
		}
		if m == told {
			p += f.point("said by what stands beside it", forTold)
		}
		if context {
			p += f.support(c, m)
		}
		weight := float32(math.Exp2(float64(min(p, 60))))
		total += weight
		f.weights = append(f.weights, weighed{m, weight})
		f.log.sense(c.name, m)
		if weight > best {
			best, c.sense = weight, m
		}
	}
	c.share, c.nation = 0, 0
	for i := range f.weights {
		w := &f.weights[i]
		w.weight /= total
		if f.g.sites[w.sense.site()].area == f.g.sites[c.sense.site()].area {
			c.share += w.weight // Osh and Osh Region are not two opinions
		}
		if f.g.district(w.sense).nation == f.g.district(c.sense).nation {
			c.nation += w.weight
		}
	}
}

// borrowed reports whether a single word is a country's name in another language, and the own name of a
// bigger town in another country: Grenada is Granada in Spanish.
func (f *finder) borrowed(c *candidate, country meaning) bool {
	field := f.field(c)
	start, end := field.Span(int(c.from), int(c.to))
	written, home := field.Source[start:end], &f.g.sites[country.site()]
	return c.to-c.from == 1 && f.g.name(country.site()) != written && slices.ContainsFunc(f.g.senses(c.name), func(m meaning) bool {
		s := &f.g.sites[m.site()]
		return s.kind >= capital && s.magnitude > home.magnitude && f.g.name(m.site()) == written && f.g.areas[s.area].nation != f.g.areas[home.area].nation
	})
}

// typedByRegion reports whether "region" or the like follows the name.
func (f *finder) typedByRegion(c *candidate) bool {
	t := f.neighbour(c, 1)
	return t != nil && f.g.cue(t.Info.ID)&regionWord != 0
}

// Words for what rules a state of America, and for what rules a country.
var (
	state  = [...]string{"gov", "governor", "statehouse", "legislature", "troopers", "trooper"}
	abroad = [...]string{"president", "prime", "parliament", "foreign", "defence", "defense", "army", "troops", "government", "interior"}
)

// ruledAs reports whether one of some words follows a name that is of a country and of a region:
// "Georgia Gov.", "Georgia's president".
func (f *finder) ruledAs(c *candidate, words []string) bool {
	t := f.neighbour(c, 1)
	return t != nil && slices.Contains(words, t.Info.Text) && f.namesake(c)
}

// namesake reports whether a name is that of a country and of a region of another one.
func (f *finder) namesake(c *candidate) bool {
	senses := f.g.senses(c.name)
	return slices.ContainsFunc(senses, func(m meaning) bool { return f.g.sites[m.site()].kind == country && !m.is(demonym) }) &&
		slices.ContainsFunc(senses, func(m meaning) bool { return f.g.sites[m.site()].kind == region && !m.is(adjective) })
}

// seatOf is the sense of a name as a capital, if a word for one stands before it, at once or
// behind whose it is: "the Libyan capital Tripoli", "العاصمة الليبية طرابلس". 0 is none.
func (f *finder) seatOf(c *candidate) meaning {
	tokens := f.field(c).Tokens
	for i := c.from - 1; i >= max(0, c.from-2) && tokens[i+1].Flags&(token.Break|token.SentenceStart) == 0; i-- {
		if f.g.cue(tokens[i].Info.ID)&seatOfState == 0 {
			continue
		}
		for _, m := range f.g.senses(c.name) {
			if f.g.sites[m.site()].kind == capital && !m.is(demonym|adjective) {
				return m
			}
		}
	}
	return 0
}

// speaks reports whether a verb of saying follows the name, as it follows
// capitals that stand for their governments.
func (f *finder) speaks(c *candidate) bool {
	t := f.neighbour(c, 1)
	return t != nil && f.g.cue(t.Info.ID)&speech != 0
}

// support is what the rest of the document says for a sense.
func (f *finder) support(c *candidate, m meaning) float32 {
	d := f.g.district(m)
	if d.nation == 0 {
		return f.proximity(c, m)
	}
	var p float32
	switch kind, at := f.g.sites[m.site()].kind, f.g.sites[m.site()].area; {
	case kind > region:
		p += f.point("names of that region", min(mostFromRegion, f.now.regions[at]))
	case kind == region && f.namesake(c):
		p += f.point("places in that region", min(mostFromPlaces, f.now.towns[at]))
	}
	p += f.proximity(c, m)
	nation := f.now.fromNation(d.nation)
	if f.g.sites[m.site()].kind > regionSeat {
		nation = min(nation, fromNationAlone+p)
	}
	p += f.point("names of that country", nation)
	p += f.point("its people", min(mostFromPeople, f.people[d.nation]*perDemonym))
	if f.outlet == d.nation && (m.is(primary) || !f.primarily(c)) {
		p += f.point("the outlet's country", fromOutlet)
	}
	return p
}

// primarily reports whether some place goes by the name of a candidate: then the
// outlet's country does not speak for another that was called so once, or elsewhere.
func (f *finder) primarily(c *candidate) bool {
	return slices.ContainsFunc(f.g.senses(c.name), func(m meaning) bool { return m.is(primary) && f.fits(c, m) })
}

// proximity is what places nearby say for a sense of a town's name.
func (f *finder) proximity(c *candidate, m meaning) float32 {
	s := &f.g.sites[m.site()]
	if s.kind < area {
		return 0
	}
	lat, lon := float32(s.lat)/1e4, float32(s.lon)/1e4
	var p float32
	for i := range f.now.anchors {
		a := &f.now.anchors[i]
		dy := (a.lat - lat) * 111
		if a.name == c.name || dy > near || dy < -near {
			continue
		}
		dx := (a.lon - lon) * 111 * cosine(lat)
		if dx*dx+dy*dy < near*near {
			p += a.weight * perNear
		}
	}
	return f.point("places nearby", min(mostFromNear, p))
}

// cosine is the cosine of an angle in degrees up to a right one, to 0.2 %
// (Bhaskara's formula).
func cosine(degrees float32) float32 {
	square := degrees * degrees
	return (32400 - 4*square) / (32400 + square)
}

// count adds what a name points to, by the shares of its senses, for the next
// pass, and returns which part of the tally that is.
func (f *finder) count(c *candidate) (from, to int32) {
	t := &f.next
	from = int32(len(t.pointed))
	for _, w := range f.weights {
		s := &f.g.sites[w.sense.site()]
		nation := f.g.areas[s.area].nation
		if w.weight < 0.05 || nation == 0 {
			continue
		}
		points := w.weight * perName
		if s.kind == country {
			points = w.weight * perCountryName
		}
		t.add(nation, points)
		inRegion := f.g.areas[s.area].admin1 != ""
		if inRegion {
			t.locate(s.area, points, points*s.local())
		}
		t.pointed = append(t.pointed, pointed{nation, s.area, inRegion, points, points * s.local()})
		if s.kind >= area && len(t.anchors) < maxAnchors && w.weight > 0.2 {
			t.anchors = append(t.anchors, anchor{c.name, float32(s.lat) / 1e4, float32(s.lon) / 1e4, w.weight})
		}
	}
	return from, int32(len(t.pointed))
}

// countPeople counts the demonyms for each country.
func (f *finder) countPeople() {
	for i := range f.candidates {
		c := &f.candidates[i]
		if c.local != isPeople {
			continue
		}
		for _, m := range f.g.senses(c.name) {
			if d := f.g.district(m); m.is(demonym) && d.nation != 0 {
				f.people[d.nation]++
			}
		}
	}
}
