package place

import (
	"slices"
	"strings"
	"unicode/utf8"

	"faultline/services/classifier/internal/token"
)

// Populations as magnitudes (8*log2(n+1)).
const (
	of1000    = 80
	of15000   = 111
	of100000  = 133
	of200000  = 140
	of300000  = 145
	of1000000 = 159
	eightfold = 24 // between two magnitudes
)

// isDemonym reports whether a candidate is a people or an adjective. A town of
// that name, if there is one ("Qazax", which some spell Kazakh), is never meant.
func (f *finder) isDemonym(c *candidate) bool {
	return slices.ContainsFunc(f.g.senses(c.name), func(m meaning) bool { return m.is(demonym) })
}

// weigh gives every candidate the evidence of the words around it, in halves of
// a logarithm of the odds. The votes were fitted to hand-labelled English news
// and rounded.
func (f *finder) weigh() {
	f.log.begin()
	for i := range f.candidates {
		c := &f.candidates[i]
		if f.isDemonym(c) {
			c.local = isPeople
			continue
		}
		votes := f.standing(c) + f.inflection(c) + f.before(c, i) + f.after(c, i)
		if c.outer >= 0 || c.inner >= 0 {
			votes += f.vote("the name beside it says where it lies, or what lies in it", 6)
		}
		c.local = int8(max(-100, min(100, votes)))
		c.accepted = votes >= 1
		f.log.mention(i)
	}
}

// isPeople is the evidence of what is a demonym only.
const isPeople = -128

// standing is what the name itself is worth.
func (f *finder) standing(c *candidate) int {
	best := -100
	var known meaning
	for _, m := range f.g.senses(c.name) {
		if m.is(demonym) || !f.fits(c, m) && !m.is(adjective) { // a seat that bears its region's name is as well known
			continue
		}
		if votes := f.renown(m) - f.doubt(c, m); votes > best {
			best, known = votes, m
		}
	}
	if f.log != nil {
		f.log.add("how well known the place is: "+f.g.sites[known.site()].kind.String(), float64(f.renown(known)))
		f.log.add("also an everyday word or a given name", -float64(f.doubt(c, known)))
	}
	return best + f.shape(c, known) + f.initials(c, known)
}

// initials is what speaks for a short Latin word in capitals being an abbreviation that
// a town happens to share its letters with: UN is no town of Gujarat. In a text all in
// capitals less can be said. A country, a region and what GeoNames knows in capitals
// is meant, and so is the town that a report comes from ("GAO, Mali (Reuters)").
func (f *finder) initials(c *candidate, m meaning) int {
	const most = 5 // letters
	tokens := f.field(c).Tokens
	switch t := &tokens[c.from]; {
	case !c.shouted || !t.Has(token.ASCII) || c.to-c.from > 1 || t.End-t.Start > most || f.g.sites[m.site()].kind <= capital || m.is(caps), c.from == 0 && len(tokens) > 1 && tokens[1].Has(token.Break):
		return 0
	case c.style != shout:
		return f.vote("letters of an abbreviation", -5)
	case t.End-t.Start < most && f.g.sites[m.site()].magnitude < of100000:
		return f.vote("letters of a word or an abbreviation", -2)
	}
	return 0
}

// shape is what the letters of a name are worth.
func (f *finder) shape(c *candidate, m meaning) int {
	first := &f.field(c).Tokens[c.from]
	if last := &f.field(c).Tokens[c.to-1]; c.to-c.from > 1 {
		if f.g.cue(last.Info.ID)&kindAfter != 0 {
			return f.vote("its name says what it is", 5)
		}
		return f.vote("several words", 2)
	}
	votes := 0
	if f.wired(c) {
		votes += f.vote("an agency in brackets before its report", -8)
	}
	if first.End-first.Start <= 3 && !first.Has(token.AllCaps) {
		votes += f.vote("three letters or fewer", -2)
	}
	switch q := f.g.cue(first.Info.ID); {
	case q&(functional|speech|personTitle) != 0 && !m.is(caps):
		votes += f.vote("a word of everyday sentences or a title", -6)
	case q&(officeAfter|compass) != 0:
		votes += f.vote("a word for an office or a direction", -4)
	case q&kindBefore != 0: // مدينة, city, is Medina to GeoNames
		votes += f.vote("a word for a kind of place", -6)
	}
	return votes
}

// wired reports whether a name stands in brackets with a dash behind them, in the first
// sentence of a text: "GHAZNI (Xinhua) -- Shots fell" names no town of Hunan.
func (f *finder) wired(c *candidate) bool {
	field := f.field(c)
	start, end := field.Span(int(c.from), int(c.to))
	if c.field == 0 || field.Tokens[c.from].Sentence > 0 || start == 0 || field.Source[start-1] != '(' {
		return false
	}
	rest, closed := strings.CutPrefix(field.Source[end:], ")")
	rest = strings.TrimLeft(rest, " ")
	return closed && (strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "–") || strings.HasPrefix(rest, "—"))
}

func (f *finder) renown(m meaning) int {
	s := &f.g.sites[m.site()]
	votes := 0
	switch {
	case s.kind == country:
		votes = 6
	case s.kind == capital:
		votes = 4
	case s.kind <= area && s.magnitude >= of15000:
		votes = 3
	case s.magnitude >= of100000:
		votes = 2
	case s.magnitude >= of15000:
		votes = -1
	case s.magnitude >= of1000:
		votes = -3
	default:
		votes = -4
	}
	if s.kind > capital && f.g.district(m).home {
		votes += 2
	} else if !m.is(primary | made) {
		votes -= 3
	}
	return votes
}

// doubt is how likely a single word is an everyday word or a person's name.
func (f *finder) doubt(c *candidate, m meaning) int {
	if c.to-c.from > 1 {
		return 0
	}
	votes := 0
	if m.is(everyday) {
		votes = 3
		if first := &f.field(c).Tokens[c.from]; first.Has(token.SentenceStart) || c.style != plain {
			votes++
		}
	}
	if m.is(given) {
		votes += 2
	}
	return votes
}

// neighbour returns the token before or after a candidate if it is in the
// same sentence and nothing but space stands between.
func (f *finder) neighbour(c *candidate, step int) *token.Token {
	field := f.field(c)
	if step > 0 {
		if int(c.to) >= len(field.Tokens) || field.Tokens[c.to].Flags&(token.Break|token.SentenceStart) != 0 {
			return nil
		}
		return &field.Tokens[c.to]
	}
	if c.from == 0 {
		return nil
	}
	last, first := &field.Tokens[c.from-1], &field.Tokens[c.from]
	if first.Has(token.SentenceStart) || first.Has(token.Break) && !f.abbreviates(field, last, first) {
		return nil
	}
	return last
}

// before weighs the word before a name.
func (f *finder) before(c *candidate, i int) int {
	t := f.neighbour(c, -1)
	if t == nil {
		return f.vote("nothing before it in the sentence", 1)
	}
	q := f.g.cue(t.Info.ID)
	capital := t.Has(token.Capital) && c.style == plain
	switch {
	case f.linked(i-1, i):
		return f.vote("hyphened to another place", 1)
	case q&ruler != 0 && f.possesses(c):
		return f.vote("whose ruler is named before it", 3)
	case q&personTitle != 0 && (capital || isCyrillic(t.Info.Text)):
		c.person, c.named = true, true
		return f.vote("a person's title before it", -7)
	case q&locative != 0, f.genitive(c, t):
		return f.vote("“in” or the like before it", 3) + f.twoBefore(c)
	case q&compass != 0, q&kindBefore != 0 && !capital:
		return f.vote("a direction or a kind of place before it", 3)
	case q&functional != 0:
		return f.vote("a function word before it", 1)
	case !capital && c.ending == unsaid && f.couldBeAnybody(c):
		return f.vote("a given name behind a verb", -3)
	case !capital, c.ending != unsaid, t.Has(token.AllCaps) && t.End-t.Start > 2, i > 0 && f.adjoins(&f.candidates[i-1], c) && f.isDemonym(&f.candidates[i-1]):
		return 0
	case q&(givenName|particle) != 0 || t.End-t.Start == 1:
		c.person = true
		return f.vote("a given name before it", -5)
	}
	c.person = !t.Has(token.SentenceStart)
	return f.vote("another capital before it", -2)
}

// possesses reports whether a name stands in a case form, as that of a town does behind its
// mayor ("мэр Оша"), while a surname stands in that of the title ("мэр Ташкентов"). A
// name of several words is hardly a surname, and one that ends like Алматы has no case forms.
func (f *finder) possesses(c *candidate) bool {
	last := f.field(c).Tokens[c.to-1].Info.Text
	if end, _ := utf8.DecodeLastRuneInString(last); c.to-c.from > 1 || strings.ContainsRune("оеиуыэю", end) {
		return true
	}
	for _, m := range f.g.senses(c.name) {
		if f.fits(c, m) && !m.is(made) {
			return false
		}
	}
	return true
}

// linked reports whether two candidates are towns or countries with a hyphen between,
// as in "the Bishkek-Naryn highway".
func (f *finder) linked(i, j int) bool {
	if i < 0 || j >= len(f.candidates) {
		return false
	}
	a, b := &f.candidates[i], &f.candidates[j]
	return f.adjoins(a, b) && f.field(b).Tokens[b.from].Has(token.Hyphen) && !f.isDemonym(a) && !f.isDemonym(b) && !f.couldBeGiven(a) && !f.couldBeGiven(b)
}

// adjoins reports whether a candidate ends where the next begins.
func (f *finder) adjoins(first, second *candidate) bool {
	return first.field == second.field && first.to == second.from
}

// twoBefore looks at what stands before "of": University of ..., Bank of ...
func (f *finder) twoBefore(c *candidate) int {
	field := f.field(c)
	if c.from < 2 || field.Tokens[c.from-1].Info.Text != "of" {
		return 0
	}
	if t := &field.Tokens[c.from-2]; f.g.cue(t.Info.ID)&bodyBefore != 0 && t.Has(token.Capital) {
		return f.vote("an organisation of that place", -7)
	}
	return 0
}

// after weighs the word after a name.
func (f *finder) after(c *candidate, i int) int {
	t := f.neighbour(c, 1)
	if t == nil {
		return f.vote("nothing behind it", 1)
	}
	q := f.g.cue(t.Info.ID)
	capital := t.Has(token.Capital)
	switch {
	case t.Has(token.Hyphen) && capital && f.linked(i, i+1):
		return f.vote("hyphened to another place", 1)
	case t.Has(token.Hyphen) && capital:
		return f.vote("half of a hyphenated name", -4) // Kyzyl-Kiya, Saint-Denis
	case q&feature != 0 && f.featured(c):
		return f.vote("a film or a comic", f.towering(c, 0, -5))
	case q&speech != 0 && !capital && f.bearing(c) == unsaid: // but not "police in Osh said"
		return f.vote("a verb of saying behind it", f.towering(c, -1, -5))
	case q&kindAfter != 0 && capital:
		return f.vote("a kind of place behind it", 6)
	case q&(kindAfter|officeAfter) != 0:
		return f.vote("an office or a kind of place behind it", 3)
	case capital && q&club != 0:
		return f.vote("a sports club", -4)
	case !capital, q&(functional|bodyAfter) != 0:
		return 0
	case c.style != plain:
		if f.couldBeGiven(c) {
			return f.vote("a given name before a capital", f.towering(c, 0, -3))
		}
		return 0
	case f.couldBeGiven(c):
		c.person = true
		return f.vote("a given name before a surname", -5)
	case q&givenName != 0:
		return f.vote("a given name behind it", f.towering(c, -3, -2))
	case i+1 < len(f.candidates) && f.adjoins(c, &f.candidates[i+1]):
		return 0
	}
	return f.vote("another capital behind it", -2)
}

// couldBeGiven reports whether a single word is a given name, so that another
// capital behind it makes a person of it.
func (f *finder) couldBeGiven(c *candidate) bool {
	return c.to-c.from == 1 && f.g.cue(f.field(c).Tokens[c.from].Info.ID)&givenName != 0
}

// featured reports whether the film behind a single word is one of that name, rather than
// a festival of films there.
func (f *finder) featured(c *candidate) bool {
	next, tokens := int(c.to)+1, f.field(c).Tokens
	return c.to-c.from == 1 && (next >= len(tokens) || !slices.Contains([]string{"festival", "industry", "studio", "studios", "theater", "theatre", "school"}, tokens[next].Info.Text))
}

// couldBeAnybody reports whether a single word is a given name that no big city bears.
func (f *finder) couldBeAnybody(c *candidate) bool {
	return c.style == plain && f.couldBeGiven(c) && !slices.ContainsFunc(f.g.senses(c.name), func(m meaning) bool {
		return f.g.sites[m.site()].magnitude >= of300000
	})
}

// towering is one of two numbers: the first for the names of countries, capitals
// and regions, which are seldom anything else.
func (f *finder) towering(c *candidate, yes, no int) int {
	for _, m := range f.g.senses(c.name) {
		if f.g.sites[m.site()].kind <= capital && !m.is(demonym) && f.fits(c, m) {
			return yes
		}
	}
	return no
}

// agree makes the occurrences of one name agree: a single word that is a
// person's name in one place is one in all, unless another occurrence says
// clearly that it is a place. Where no title says so, less is clear enough.
func (f *finder) agree() {
	const certain, clear, doubted = 6, 3, 4
	for i := range f.candidates {
		c := &f.candidates[i]
		switch {
		case c.to-c.from > 1 || c.local == isPeople:
		case c.named && !c.accepted:
			f.names[c.known].votes -= 2 * doubted
		case c.person && !c.accepted:
			f.names[c.known].votes--
		case c.local >= certain:
			f.names[c.known].votes += doubted
		case c.local >= clear:
			f.names[c.known].votes += 2
		}
	}
	for i := range f.candidates {
		c := &f.candidates[i]
		switch votes := f.names[c.known].votes; {
		case votes <= -doubted && c.local < certain, votes < 0 && c.local < clear:
			c.accepted = false
		case votes > 0 && !c.person && c.local > -4:
			c.accepted = true
		}
	}
}

// relate finds the names that another one explains: "Jalalabad, Afghanistan",
// "Ош (Киргизия)", "Джалал-Абадской области Киргизии", "Kyrgyzstan's Batken".
func (f *finder) relate() {
	for i := 0; i+1 < len(f.candidates); i++ {
		inner, outer := i, i+1
		switch f.between(&f.candidates[i], &f.candidates[i+1]) {
		case ", ", " (", ",", " in ", " - ":
		case " ":
			if b := &f.candidates[i+1]; b.stopped && !b.shouted {
				continue
			}
		case "'s ", "’s ":
			inner, outer = i+1, i
		default:
			continue
		}
		a, b := &f.candidates[inner], &f.candidates[outer]
		if in, out, ok := f.containment(a, b); ok {
			a.outer, b.inner = int32(outer), int32(inner)
			a.sense, b.sense = in, out
		}
	}
}

// between returns what stands between two names that follow each other.
func (f *finder) between(a, b *candidate) string {
	if a.field != b.field {
		return ""
	}
	field := f.field(a)
	_, end := field.Span(int(a.from), int(a.to))
	start, _ := field.Span(int(b.from), int(b.to))
	return field.Source[end:start]
}

// containment looks for senses of a and b of which the first lies in the second.
func (f *finder) containment(a, b *candidate) (inner, outer meaning, ok bool) {
	for _, out := range f.g.senses(b.name) {
		if out.is(demonym) || !f.fits(b, out) && !out.is(adjective) || f.g.sites[out.site()].kind > region {
			continue
		}
		for _, in := range f.g.senses(a.name) {
			if !in.is(demonym) && f.fits(a, in) && f.g.within(in, out) && (!ok || f.prior(in)+f.prior(out) > f.prior(inner)+f.prior(outer)) {
				inner, outer, ok = in, out, true
			}
		}
	}
	return inner, f.seat(b, outer), ok
}

// seat returns for a region whose name is its seat's, too, and stands without a word
// for regions, the seat; any other sense as it is.
func (f *finder) seat(c *candidate, of meaning) meaning {
	if !of.is(adjective) || f.fits(c, of) {
		return of
	}
	for _, m := range f.g.senses(c.name) {
		if s := &f.g.sites[m.site()]; s.area == f.g.sites[of.site()].area && (s.kind == regionSeat || s.kind == capital) {
			return m
		}
	}
	return of
}
