package place

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"faultline/pkg/event"
)

// What a mention is worth for the question where the story happens.
const (
	inTitle  = 4.0
	inLead   = 3.0 // the first sentence of the text
	early    = 1.5 // the second and third
	dateline = 1.5 // where the reporter sits
	passing  = 0.5
	located  = 1.25 // times that, when "in" or the like stands before it
	departed = 1.1  // times that, when "from" stands before it
	origin   = 0.3  // times that, when something was fired from there
	said     = 0.3  // times that, when it was only told there
	afar     = 0.2  // times that, when it is a country whose aircraft or envoys act
	again    = 0.3  // times that, when the place was mentioned before
	enough   = 1.0  // less than this is no place of the story
	sure     = 0.6  // how likely the country of a place must be, when nothing else of the text is there
	likely   = 0.54 // the same for a city of a million
	certain  = 0.9  // the same for a town when one of another country is as well known by its name
	clearly  = 1.05 // how much more worth a later place must have than an earlier one to stand out
)

// story finds the place where the story happens: the country with the most and
// the most prominent mentions, and in it the town or region that stands out. It
// returns nil when nothing does.
func (f *finder) story() *event.Place {
	f.rank()
	nation, share := f.leading()
	if nation == 0 || !f.surely(nation) {
		return nil
	}
	best := f.foremost(nation)
	if best == nil {
		return f.ofPeople(nation)
	}
	p := f.place(best)
	p.Confidence = math.Round(100*p.Confidence*share) / 100
	return &p
}

// surely reports whether something of a text is in a country beyond doubt: one of its
// people, or a place whose name no other country's is likelier to bear. Jalalabad alone, which
// is a town of Afghanistan and one of Kyrgyzstan, says neither; of a city of a million less is
// enough, unless another country has one as well known, as Hyderabad is: then the outlet's
// country or another name must say which.
func (f *finder) surely(nation uint16) bool {
	if f.people[nation] > 0 {
		return true
	}
	for i := range f.candidates {
		c := &f.candidates[i]
		known := c.nation >= sure || c.nation >= likely && f.g.sites[c.sense.site()].magnitude >= of1000000
		if c.accepted && known && f.g.district(c.sense).nation == nation && (c.nation >= certain || nation == f.outlet || !f.rivalled(c)) {
			return true
		}
	}
	return false
}

// rivalled reports whether the usual name of a town is also that of a city of another country,
// which is not much smaller or less known.
func (f *finder) rivalled(c *candidate) bool {
	site := c.sense.site()
	s := &f.g.sites[site]
	return s.kind >= capital && slices.ContainsFunc(f.g.senses(c.name), func(m meaning) bool {
		r := &f.g.sites[m.site()]
		return r.kind >= capital && r.magnitude >= of200000 && int(r.magnitude)+eightfold >= int(s.magnitude) && 2*int(f.g.fame[m.site()]) >= int(f.g.fame[site]) &&
			f.g.areas[r.area].nation != f.g.areas[s.area].nation && f.fits(c, m) && unaccented(f.g.name(m.site())) == unaccented(f.g.name(site))
	})
}

// unaccented is a name without the accents that agencies leave out.
func unaccented(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(name))
}

// prominence is what a candidate's position is worth. What only says where
// another place lies ("Minsk, Belarus") adds nothing.
func (f *finder) prominence(c *candidate) float64 {
	worth := f.position(c)
	if c.inner >= 0 {
		return 0
	}
	if f.told(c) {
		return worth * said
	}
	if f.sends(c) {
		return worth * afar
	}
	switch f.bearing(c) {
	case inside:
		worth *= located
	case outOf:
		if worth >= inLead && f.fired(c) {
			return worth * origin
		}
		worth *= departed
	}
	return worth
}

// rank sets the worth of every candidate.
func (f *finder) rank() {
	f.scenes = f.scenes[:0]
	clear(f.scenesAt)
	for i := range f.candidates {
		c := &f.candidates[i]
		c.worth = f.prominence(c)
		if !c.accepted {
			continue
		}
		c.scene = f.scene(c.sense.site())
		s := &f.scenes[c.scene]
		if s.score > 0 {
			c.worth *= again
		}
		s.score += c.worth
	}
}

// scene is the index of a site among the places of the document.
func (f *finder) scene(site int) int32 {
	at, again := f.scenesAt[site]
	if !again {
		at = int32(len(f.scenes))
		f.scenesAt[site] = at
		f.scenes = append(f.scenes, scene{site: site})
	}
	return at
}

func (f *finder) position(c *candidate) float64 {
	if c.field == 0 {
		return inTitle
	}
	field := f.field(c)
	sentence := field.Tokens[c.from].Sentence
	switch {
	case sentence == 0 && f.bylined(c):
		return dateline
	case sentence == 0:
		return inLead
	case sentence < 3:
		return early
	}
	return passing
}

// standpoint is the position in words.
func (f *finder) standpoint(c *candidate) string {
	switch f.position(c) {
	case inTitle:
		return "title"
	case inLead:
		return "first sentence"
	case passing:
		return "body"
	}
	if f.field(c).Tokens[c.from].Sentence == 0 {
		return "dateline"
	}
	return "second or third sentence"
}

// bylined reports whether a candidate at the beginning of the text is where the
// report was written: "OSH, Kyrgyzstan (AP) - ", "OSH: ", "МОСКВА, 5 мая. /ТАСС/", "ОШ, 5 мая. ".
func (f *finder) bylined(c *candidate) bool {
	if c.from > 0 && (c.inner < 0 || f.candidates[c.inner].from > 0) {
		return false
	}
	field := f.field(c)
	_, end := field.Span(int(c.from), int(c.to))
	rest := field.Source[end:min(len(field.Source), end+40)]
	for i, r := range rest {
		switch r {
		case '(', '—', '–', '/':
			return true
		case ':':
			return c.shouted && i == 0
		case '-':
			return i > 0 && rest[i-1] == ' '
		case '.':
			after := strings.TrimLeft(rest[i+1:], " ")
			return strings.HasPrefix(after, "/") || strings.HasPrefix(after, "—") || strings.HasPrefix(after, "–") ||
				c.shouted && strings.ContainsAny(rest[:i], "0123456789")
		case '\n', ';':
			return false
		}
	}
	return false
}

// leading returns the country with the most prominence, the first among equals,
// and its share of all prominence.
func (f *finder) leading() (best uint16, share float64) {
	score := f.scores
	for _, n := range f.scored {
		score[n] = 0
	}
	f.scored = f.scored[:0]
	var total float64
	for i := range f.candidates {
		c := &f.candidates[i]
		for _, m := range f.g.senses(c.name) {
			d := f.g.district(m)
			if d.nation == 0 {
				continue
			}
			weight := c.worth
			switch {
			case c.accepted && m == c.sense:
				weight *= float64(c.share)
			case c.local == isPeople && m.is(demonym):
				weight /= 3
			default:
				continue
			}
			total += weight
			if !slices.Contains(f.scored, d.nation) {
				f.scored = append(f.scored, d.nation)
			}
			if score[d.nation] += weight; best == 0 || score[d.nation] > score[best] {
				best = d.nation
			}
			break
		}
	}
	if best == 0 || score[best] < enough {
		return 0, 0
	}
	return best, score[best] / total
}

// foremost returns the first mention of the place in a country that stands out:
// a town before its region, and either before the country, if it is more than
// mentioned in passing.
func (f *finder) foremost(nation uint16) *candidate {
	for i := range f.scenes {
		f.scenes[i].score = 0
	}
	for i := range f.candidates {
		if c := &f.candidates[i]; c.accepted && f.g.district(c.sense).nation == nation {
			f.scenes[c.scene].score += c.worth * min(1, 2*float64(c.share)) // likelier than not is sure enough
		}
	}
	var best *candidate
	var most float64
	for i := range f.candidates {
		c := &f.candidates[i]
		if !c.accepted || f.g.district(c.sense).nation != nation {
			continue
		}
		if s := f.standout(c); s > most*clearly {
			best, most = c, s
		}
	}
	return best
}

// standout is a place's score for being the one that stands out.
func (f *finder) standout(c *candidate) float64 {
	s := f.scenes[c.scene].score
	switch f.g.sites[c.sense.site()].kind {
	case country:
		return min(s, enough) // any more specific place that counts is better
	case region, area:
		return s
	}
	if s < enough {
		return s / 2
	}
	return s * 1.5
}

// ofPeople places a text that names no place but a people in its title or
// first sentence: the people's country, with little confidence.
func (f *finder) ofPeople(nation uint16) *event.Place {
	at := f.g.national[nation]
	if at < 0 {
		return nil
	}
	for i := range f.candidates {
		c := f.candidates[i]
		if c.local != isPeople || f.position(&c) < inLead {
			continue
		}
		for _, m := range f.g.senses(c.name) {
			if m.is(demonym) && f.g.district(m).nation == nation {
				c.sense = newMeaning(at, byte(demonym))
				p := f.place(&c)
				p.Confidence = 0.3
				return &p
			}
		}
	}
	return nil
}
