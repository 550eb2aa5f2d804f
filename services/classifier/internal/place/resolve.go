package place

import "math"

// The weights of what speaks for a sense, in powers of two. They were fitted to
// hand-labelled English news and rounded.
const (
	perDoubling    = 0.4 // for each doubling of the population
	forCountry     = 6.0
	forCapital     = 2.0
	forRegion      = 0.5
	forRegionSeat  = 1.0
	forSection     = -2.0
	forPrimary     = 1.5
	forType        = 6.0 // "Osh Region", and the sense is a region
	forSpeaking    = 3.0 // "Washington condemned", and the sense is a capital
	forTold        = 8.0 // a neighbour says it elsewhere ("Paris, Texas")
	perName        = 3.0 // a name that points to the country or region
	perCountryName = 2.25
	perDemonym     = 0.75
	mostFromNation = 8.0
	mostFromPeople = 1.5
	mostFromRegion = 3.0
	perNear        = 2.0 // another name whose place is near
	mostFromNear   = 3.0
	fromOutlet     = 2.0
)

const (
	near       = 150 // kilometres
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
	p := float32(s.magnitude) / 8 * perDoubling
	switch s.kind {
	case country:
		p += forCountry
	case capital:
		p += forCapital
	case region, area:
		p += forRegion
	case regionSeat:
		p += forRegionSeat
	case section:
		p += forSection
	}
	if m.is(primary) {
		p += forPrimary
	}
	return p
}

// tally is what the names of a document point to.
type tally struct {
	nation  []float32 // by nation number
	touched []uint16  // the nations that have evidence
	regions map[uint16]float32
	anchors []anchor
}

func newTally(nations int) tally {
	return tally{nation: make([]float32, nations), regions: make(map[uint16]float32)}
}

func (t *tally) reset() {
	for _, n := range t.touched {
		t.nation[n] = 0
	}
	t.touched, t.anchors = t.touched[:0], t.anchors[:0]
	clear(t.regions)
}

func (t *tally) add(nation uint16, weight float32) {
	if t.nation[nation] == 0 {
		t.touched = append(t.touched, nation)
	}
	t.nation[nation] += weight
}

// resolve chooses a sense for every accepted name: first by what each name says
// for itself, then again with the countries, regions and places that the others
// point to. A name has one sense throughout, but where its neighbour says another.
func (f *finder) resolve() {
	f.countPeople()
	for i := range f.candidates {
		if c := &f.candidates[i]; c.accepted && c.outer >= 0 {
			f.told[c.name] = c.sense
		}
	}
	for pass := range passes {
		clear(f.decided)
		for i := range f.candidates {
			if c := &f.candidates[i]; c.accepted {
				f.decide(c, pass > 0)
			}
		}
		f.now, f.next = f.next, f.now
		f.next.reset()
	}
}

// decision is what a name was taken for, and how sure that is.
type decision struct {
	sense meaning
	share float32
}

// decide gives a candidate its sense, and counts each name once for the next
// pass.
func (f *finder) decide(c *candidate, context bool) {
	if c.outer >= 0 || c.inner >= 0 {
		c.share = 1 // said in so many words
		key := uint64(c.name)<<32 | uint64(c.sense)
		if _, again := f.decided[key]; !again {
			f.decided[key] = decision{c.sense, 1}
			f.weights = append(f.weights[:0], weighed{c.sense, 1})
			f.count(c)
		}
		return
	}
	key := uint64(c.name)
	if f.typedByRegion(c) {
		key |= 1 << 63
	}
	d, ok := f.decided[key]
	if !ok {
		f.choose(c, context)
		f.count(c)
		f.decided[key] = decision{c.sense, c.share}
		return
	}
	c.sense, c.share = d.sense, d.share
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
	told, typed, speaking := f.told[c.name], f.typedByRegion(c), f.speaks(c)
	for _, m := range f.g.senses(c.name) {
		if m.is(demonym) || !f.fits(c, m) {
			continue
		}
		p := f.prior(m)
		switch kind := f.g.sites[m.site()].kind; {
		case typed && (kind == region || kind == area):
			p += forType
		case speaking && kind == capital:
			p += forSpeaking
		}
		if m == told {
			p += forTold
		}
		if context {
			p += f.support(m) + f.proximity(c, m)
		}
		weight := float32(math.Exp2(float64(min(p, 60))))
		total += weight
		f.weights = append(f.weights, weighed{m, weight})
		if weight > best {
			best, c.sense = weight, m
		}
	}
	c.share = 0
	for i := range f.weights {
		w := &f.weights[i]
		w.weight /= total
		if f.g.sites[w.sense.site()].area == f.g.sites[c.sense.site()].area {
			c.share += w.weight // Osh and Osh Region are not two opinions
		}
	}
}

// typedByRegion reports whether "region" or the like follows the name.
func (f *finder) typedByRegion(c *candidate) bool {
	t := f.neighbour(c, 1)
	return t != nil && f.g.cue(t.Word)&regionWord != 0
}

// speaks reports whether a verb of saying follows the name, as it follows
// capitals that stand for their governments.
func (f *finder) speaks(c *candidate) bool {
	t := f.neighbour(c, 1)
	return t != nil && f.g.cue(t.Word)&speech != 0
}

// support is what the rest of the document says for a sense.
func (f *finder) support(m meaning) float32 {
	d := f.g.district(m)
	if d.nation == 0 {
		return 0
	}
	p := min(mostFromNation, f.now.nation[d.nation]) + min(mostFromPeople, f.people[d.nation]*perDemonym)
	if f.outlet == d.nation {
		p += fromOutlet
	}
	if f.g.sites[m.site()].kind > region {
		p += min(mostFromRegion, f.now.regions[f.g.sites[m.site()].area])
	}
	return p
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
	return min(mostFromNear, p)
}

// cosine is the cosine of an angle in degrees up to a right one, to 0.2 %
// (Bhaskara's formula).
func cosine(degrees float32) float32 {
	square := degrees * degrees
	return (32400 - 4*square) / (32400 + square)
}

// count adds what a name points to, by the shares of its senses, for the next
// pass.
func (f *finder) count(c *candidate) {
	t := &f.next
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
		if f.g.areas[s.area].admin1 != "" {
			t.regions[s.area] += points
		}
		if s.kind >= area && len(t.anchors) < maxAnchors && w.weight > 0.2 {
			t.anchors = append(t.anchors, anchor{c.name, float32(s.lat) / 1e4, float32(s.lon) / 1e4, w.weight})
		}
	}
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
