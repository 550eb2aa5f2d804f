package place

import "math"

// prior is how likely a sense of a name is without any context, in bits or so:
// big places are written about more.
func (f *finder) prior(m meaning) float32 {
	s := &f.g.sites[m.site()]
	p := float32(s.magnitude) / 16
	switch s.kind {
	case country:
		p += 6
	case capital:
		p += 3
	case region, area:
		p += 0.5
	case regionSeat:
		p += 1
	case section:
		p -= 2
	}
	if m.is(primary) {
		p += 1.5
	}
	return p
}

// resolve chooses a sense for every accepted name: first by what each name says
// for itself, then again with the countries and regions that the others point to.
func (f *finder) resolve() {
	for pass := range 2 {
		for i := range f.candidates {
			if c := &f.candidates[i]; c.accepted {
				f.choose(c, pass > 0)
			}
		}
		if pass == 0 {
			f.gather()
		}
	}
}

// choose takes the likeliest sense of a candidate.
func (f *finder) choose(c *candidate, context bool) {
	if c.outer >= 0 || c.inner >= 0 {
		c.share = 1 // said in so many words
		return
	}
	var best, total float32
	c.share = 0
	for _, m := range f.g.senses(c.name) {
		if m.is(demonym) || !f.fits(c, m) {
			continue
		}
		p := f.prior(m) + f.typed(c, m)
		if context {
			p += f.support(m)
		}
		weight := float32(math.Exp2(float64(min(p, 60))))
		total += weight
		if weight > best {
			best, c.sense = weight, m
		}
	}
	if total > 0 {
		c.share = best / total
	}
}

// typed prefers the region when the name is followed by "region" or the like,
// and the town when it is called one.
func (f *finder) typed(c *candidate, m meaning) float32 {
	kind := f.g.sites[m.site()].kind
	if t := f.neighbour(c, 1); t != nil && f.g.cue(t.Word)&regionWord != 0 {
		if kind == region || kind == area {
			return 6
		}
		return -2
	}
	return 0
}

// support is what the rest of the document says for a sense.
func (f *finder) support(m meaning) float32 {
	d := f.g.district(m)
	if d.nation == 0 {
		return 0
	}
	p := min(4, f.nation[d.nation]) + min(1.5, f.people[d.nation])
	if f.outlet == d.nation {
		p += 2
	}
	if f.g.sites[m.site()].kind > region {
		p += min(3, f.regions[f.g.sites[m.site()].area])
	}
	return p
}

// gather adds up which countries and regions the names point to, each name
// once and by how sure its sense is.
func (f *finder) gather() {
	f.forget()
	for i := range f.candidates {
		c := &f.candidates[i]
		if c.local == isPeople {
			f.gatherPeople(c)
			continue
		}
		if !c.accepted || f.repeated(i) {
			continue
		}
		d := f.g.district(c.sense)
		if d.nation == 0 {
			continue
		}
		f.touch(d.nation)
		weight := c.share * c.share * 1.5
		if kind := f.g.sites[c.sense.site()].kind; kind == country {
			weight *= 1.5
		}
		f.nation[d.nation] += weight
		if d.admin1 != "" {
			f.regions[f.g.sites[c.sense.site()].area] += weight
		}
	}
}

func (f *finder) gatherPeople(c *candidate) {
	for _, m := range f.g.senses(c.name) {
		if d := f.g.district(m); m.is(demonym) && d.nation != 0 {
			f.touch(d.nation)
			f.people[d.nation] += 0.75
		}
	}
}

func (f *finder) touch(nation uint16) {
	if f.nation[nation] == 0 && f.people[nation] == 0 {
		f.touched = append(f.touched, nation)
	}
}

// repeated reports whether an earlier candidate had the same name and sense.
func (f *finder) repeated(i int) bool {
	c := &f.candidates[i]
	key := uint64(c.name)<<32 | uint64(c.sense)
	again := f.seen[key]
	f.seen[key] = true
	return again
}
