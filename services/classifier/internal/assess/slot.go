package assess

import (
	"cmp"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/token"
)

// How far from the words of a match who did it is looked for, in words.
const (
	reachOfActor  = 8 // before them
	reachOfAgent  = 4 // after them: "was seized by masked gunmen"
	reachOfTarget = 3
	behindVerb    = 2  // who a match names behind its first word is as far as one before it with a word between: "police have arrested dozens"
	maxFillers    = 64 // around one match; sentences of news have a handful
)

// titleLanguage is that of the titles of rules and of the names of lists, beside
// which the words of a slot are shown.
const titleLanguage = "en"

// slots are who did it and to whom. What the phrase does not name itself is
// looked for around the match, among the words of the lists that say who acts
// and who is acted upon.
func (r *run) slots(c *candidate) (out event.Slots) {
	sentence := c.field.sentence(&c.hit)
	s := slotSearch{run: r, c: c, cast: r.castOf(c.field, sentence)}
	s.from, s.to = c.field.SentenceBounds(sentence)
	for i := range c.hit.Slots {
		switch h := &c.hit.Slots[i]; h.Name {
		case phrase.Actor:
			s.actor = filler{start: h.Start, end: h.End}
		case phrase.Target:
			s.target = filler{start: h.Start, end: h.End}
		}
	}
	s.turn()
	s.sides()
	s.alike()
	s.trim()
	if !c.casualty {
		s.complete()
	}
	out.Actor, out.Target = s.who(s.whole(s.actor, s.target, acting)), s.who(s.whole(s.target, s.actor, sufferer))
	for _, h := range c.hit.Slots {
		switch h.Name {
		case phrase.Weapon:
			out.Weapon = s.slot(nounPhrase{filler: filler{start: h.Start, end: h.End}})
		case phrase.Place:
			out.Place = s.slot(nounPhrase{filler: filler{start: h.Start, end: h.End}})
		}
	}
	return out
}

// filler is the words that fill a slot: the tokens [start, end), none if there
// are none. Its rank is its list's place among those that a rule prefers.
type filler struct{ start, end, rank int32 }

func (f filler) none() bool { return f.start == f.end }

// slotSearch looks for the slots of one match in its sentence, the tokens
// [from, to).
type slotSearch struct {
	run           *run
	c             *candidate
	cast          *cast // of the sentence
	from, to      int
	actor, target filler
	phrases       [maxPhrases]knownPhrase // that are so for this match
	known         int                     // of the phrases
	ofMatch       bool                    // what was just found out depends on the match
}

// maxPhrases is how many noun phrases are kept of a match; few have more fillers.
const maxPhrases = 8

// knownPhrase is the noun phrase of a filler.
type knownPhrase struct {
	of filler
	np nounPhrase
}

// who is the slot of a filler with the rest of its noun phrase, nil for none.
func (s *slotSearch) who(f filler) *event.Slot { return s.slot(s.nounPhrase(f)) }

// slot is what a noun phrase says, nil for none.
func (s *slotSearch) slot(np nounPhrase) *event.Slot {
	if np.none() {
		return nil
	}
	slot, kind := s.run.slabs.slot(), s.kind(np.head)
	if kind == "" {
		kind = s.kind(np.filler)
	}
	evidence := s.c.field.evidence(np.start, np.end)
	if rest := s.c.field.Source[evidence.End:]; rest != "" && (rest[0] == ')' || rest[0] == ']') && strings.ContainsAny(evidence.Text, "([") {
		evidence.End++
		evidence.Text = s.c.field.Source[evidence.Start:evidence.End]
	}
	*slot = event.Slot{Kind: kind, Label: s.label(np.filler, kind), Evidence: evidence}
	return slot
}

// label is what to call a filler of a kind in an alert: the title of the entity that
// its words name; in a language that rules are not written in, its kind, and whose it is.
func (s *slotSearch) label(f filler, kind string) string {
	title, whole := "", false
	for i := range s.cast.entities {
		m := &s.cast.entities[i]
		if m.start < f.start || m.end > f.end {
			continue
		}
		title, whole = s.run.engine.rules.Entities[m.entity].Title, m.start == f.start && m.end == f.end
		if whole {
			return title
		}
	}
	if kind == "" || s.run.program.Language == titleLanguage {
		return ""
	}
	kind = s.run.engine.rules.Label(kind)
	if title != "" {
		kind += " (" + title + ")"
	}
	return kind
}

// turn makes whom a phrase takes for the actor the one acted upon, where the
// verb is in the passive: "rebels were killed"; and the other way round where a
// participle that may be passive is active: "l'armée a tué".
func (s *slotSearch) turn() {
	if a := &s.actor; !a.none() && s.target.none() && (s.suffers(a) && !s.marked(a) || lang.Object(s.run.program.Language, s.wordBefore(a.start), s.word(int(a.end)-1))) {
		s.actor, s.target = filler{}, s.actor
	}
	if t := &s.target; s.actor.none() && !t.none() && t.start == s.c.hit.Start && t.end+1 < s.c.hit.End &&
		lang.Auxiliary(s.run.program.Language, s.word(int(t.end)), s.word(int(t.end)+1)) && !lang.Passive(s.run.program.Language, s.word(int(t.end)+1)) {
		s.actor, s.target = s.target, filler{}
	}
	if a := &s.actor; s.target.none() && !a.none() && s.deedOf(a) {
		s.actor, s.target = filler{}, s.actor
	}
	if a := &s.actor; a.start > s.c.hit.Start && (s.gaveWord(a) || s.givesWord(a)) {
		s.actor = filler{}
	}
}

// suffers reports whether a passive follows a filler within the match.
func (s *slotSearch) suffers(f *filler) bool {
	for i := f.end; i < s.c.hit.End; i++ {
		if language := s.run.program.Language; lang.Passive(language, s.word(int(i))) && !(i+1 < s.c.hit.End && lang.Article(language, s.word(int(i+1)))) {
			return true // but in "were the first to fire" they did it
		}
	}
	return s.suffered(s.nounPhrase(*f).end) // of "dozens of activists arrested" behind all of it
}

// suffered reports whether a verb that the match holds from a token on, with no
// punctuation before it, is passive by its form.
func (s *slotSearch) suffered(from int32) bool {
	for i := from; i < s.c.hit.End && (i == s.c.hit.Start || !s.broken(i, i)); i++ {
		if allWords(&s.c.hit, i, i+1) && (lang.Suffered(s.run.program.Language, s.wordBefore(i), s.word(int(i))) || s.victimAt(i) && !s.othersIn(from, i)) {
			return true
		}
	}
	return false
}

// victimAt reports whether a word says by itself that something was done to who stands
// before it, as nobody stands behind it: "mayor kidnapped in Osh".
func (s *slotSearch) victimAt(i int32) bool {
	language, next := s.run.program.Language, int(i)+1
	if !lang.Victim(language, s.word(int(i))) || lang.Has(s.wordBefore(i)) {
		return false
	}
	return next >= s.to || s.broken(int32(next), int32(next)) || lang.Leads(language, s.word(next)) || lang.Around(language, s.word(next)) || s.word(next) == "on" || s.word(next) == "by"
}

// complete fills the slots that the phrase left open.
func (s *slotSearch) complete() {
	if s.actor.none() {
		s.actor = s.best(s.actors(), s.agency)
	}
	if s.target.none() {
		s.target = s.best(s.targets(), s.patiency)
	}
}

// best is the filler of some whose list the rule prefers, of those the one
// whose distance is least, and of those the first; an empty one if there is none.
func (s *slotSearch) best(all []filler, distance func(*filler) (int32, bool)) filler {
	if len(all) == 0 {
		return filler{}
	}
	best, least := -1, int32(0)
	actor, target := s.nounPhrase(s.actor), s.nounPhrase(s.target)
	for i := range all {
		f := &all[i]
		if f.partOf(all) || f.shares(&actor.filler) || f.shares(&target.filler) {
			continue
		}
		d, ok := distance(f)
		if !ok {
			continue
		}
		nearer := best < 0 || cmp.Or(cmp.Compare(f.rank, all[best].rank), cmp.Compare(d, least), cmp.Compare(f.start, all[best].start)) < 0
		if nearer && !s.unfit(f) { // which costs more than all before
			best, least = i, d
		}
	}
	if best < 0 {
		return filler{}
	}
	return all[best]
}

// partOf reports whether a longer one holds the filler: of "supporters of the
// governor" neither word alone fills a slot.
func (f *filler) partOf(all []filler) bool {
	return slices.ContainsFunc(all, func(g filler) bool { return g.start <= f.start && f.end <= g.end && g.end-g.start > f.end-f.start })
}

// addFiller adds a filler, once: the same words are in several lists, of which the one
// that the rule prefers counts.
func addFiller(all []filler, f filler) []filler {
	for i := range all {
		if have := &all[i]; have.start == f.start && have.end == f.end {
			have.rank = min(have.rank, f.rank)
			return all
		}
	}
	return appendMost(all, f, maxFillers)
}

// actors are the words within reach that can say who did it.
func (s *slotSearch) actors() []filler {
	all, also := s.run.scratch.fillers[:0], s.run.engine.rules.Indicators[s.c.rule].Actors
	for i := range s.cast.parties {
		if p := &s.cast.parties[i]; s.reaches(p) && (p.part == acting || slices.Contains(also, p.kind)) {
			all = addFiller(all, filler{start: p.start, end: p.end})
		}
	}
	for i := range s.cast.others {
		if p := &s.cast.others[i]; len(also) > 0 && s.reaches(p) && slices.Contains(also, p.kind) {
			all = addFiller(all, filler{start: p.start, end: p.end})
		}
	}
	s.run.scratch.fillers = all
	return all
}

// targets are the words within reach that can say to whom it was done.
func (s *slotSearch) targets() []filler {
	all, indicator := s.run.scratch.fillers[:0], &s.run.engine.rules.Indicators[s.c.rule].Indicator
	for i := range s.cast.parties {
		if p := &s.cast.parties[i]; p.part == sufferer && s.reaches(p) {
			all = addFiller(all, filler{p.start, p.end, int32(indicator.Preference(p.kind))})
		}
	}
	s.run.scratch.fillers = all
	return all
}

// reaches reports whether a party is near enough to the match, or opens the sentence.
func (s *slotSearch) reaches(p *party) bool {
	h := &s.c.hit
	return (p.end >= h.Start-reachOfActor || int(p.start) <= s.from+maxBetween) && p.start <= h.End+reachOfAgent
}

// shares reports whether two fillers have words in common.
func (f *filler) shares(g *filler) bool { return f.start < g.end && g.start < f.end }

// agency is how far a filler is from where the one who did it stands: before
// what was done, or in the passive beside the word for it or in the case for it.
// ok is false when it cannot be the one.
func (s *slotSearch) agency(f *filler) (distance int32, ok bool) {
	h, language := &s.c.hit, s.run.program.Language
	switch { // what stands too far away is not worth the questions below
	case f.start >= h.End && (f.start-h.End > reachOfAgent || !s.marked(f)), h.Start-f.end > reachOfActor && !s.shared(f):
		return 0, false
	}
	if lang.Object(language, s.wordBefore(f.start), s.word(int(f.end)-1)) {
		return 0, false
	}
	if (s.run.engine.rules.Indicators[s.c.rule].Category == casualtiesCategory || s.onlooker(f)) && !s.marked(f) {
		return 0, false // who stands before "killed" was, more often than not
	}
	if s.deedOf(f) || s.object(f) || s.aside(f) || f.start > h.Start && (s.gaveWord(f) || s.givesWord(f)) {
		return 0, false
	}
	passive := !s.target.none() && s.target.start == h.Start && !lang.VerbLast(language)
	switch {
	case f.start >= h.End:
		gap := f.start - h.End
		return gap, gap <= reachOfAgent && s.marked(f) && !s.broken(h.End, f.start) && !s.clauseBefore(f)
	case f.end > h.Start: // within, or begun before
		marked := s.marked(f)
		if f.start > h.Start && !marked && !lang.VerbLast(language) {
			distance = behindVerb
		}
		return distance, marked || !passive && !s.suffers(f) && !s.seized(f)
	case f.end <= h.Start:
		gap := h.Start - f.end
		if s.shared(f) {
			return gap + 1, true
		}
		return gap + 1, gap <= reachOfActor && !s.apart(f.end, h.Start) && (!passive && !s.suffered(h.Start) && !s.attributive() || s.marked(f))
	}
	return 0, false
}

// seized reports whether the match names a filler behind a verb of what is done to
// people, which has no room for who did it.
func (s *slotSearch) seized(f *filler) bool {
	for i := s.c.hit.Start; i < f.start && s.run.program.Language == "ru"; i++ {
		if allWords(&s.c.hit, i, i+1) && lang.Seizes(s.word(int(i))) {
			return true
		}
	}
	return false
}

// attributive reports whether the match begins with a word that describes a
// noun: nobody before "the ousted president" ousts.
func (s *slotSearch) attributive() bool {
	at := s.c.hit.Start
	return lang.Attributive(s.run.program.Language, s.wordBefore(at), s.word(int(at)))
}

func (s *slotSearch) word(i int) string { return s.run.small(s.c.field, int32(i)) }

// wordBefore is the word before a token in its sentence, "" if there is none.
func (s *slotSearch) wordBefore(i int32) string {
	if int(i) <= s.from {
		return ""
	}
	return s.word(int(i) - 1)
}

// patiency is how far a filler is from the match that acts upon it: none within
// it, and few words after it.
func (s *slotSearch) patiency(f *filler) (distance int32, ok bool) {
	h := &s.c.hit
	if f.start-h.End > reachOfTarget || h.Start-f.end > 1 {
		return 0, false
	}
	if f.start > h.Start && (s.occasion(f) || s.sake(f) || s.fareOtherwise(f)) {
		return 0, false
	}
	switch {
	case s.run.engine.rules.Indicators[s.c.rule].Category == casualtiesCategory && s.isPlace(f):
		return 0, false // nobody kills a village
	case f.end > h.Start && f.start < h.End:
		return 0, !s.subject(f) && !s.agent(f) && !s.clauseBefore(f) && (f.start <= h.Start || !s.beside(int(f.start)-1, int(f.start), f))
	case f.start >= h.End:
		return f.start - h.End, f.start-h.End <= reachOfTarget && !s.marked(f) && !s.ownVerb(f) && !s.broken(h.End, f.start) && !s.clauseBefore(f) && !s.beside(int(h.End), int(f.start), f)
	case f.end <= h.Start: // "the governor was kidnapped by gunmen", of whom the match is the end
		gap := h.Start - f.end
		agent := !s.actor.none() && s.actor.start > h.Start && s.marked(&s.actor)
		return reachOfTarget + gap, gap <= 1 && (agent || (s.suffered(h.Start) || gap == 1 && s.wasDone(h.Start)) && !s.marked(f)) && !s.broken(f.end, h.Start)
	}
	return 0, false
}

// marked reports whether the language's word for who did it stands beside a
// filler, "by the gunmen", "silahlı kişiler tarafından", or its case says so:
// "похищен неизвестными". That is so for all matches of the sentence, and asked
// again and again.
func (s *slotSearch) marked(f *filler) bool {
	for i := range s.cast.marks {
		if m := &s.cast.marks[i]; m.start == f.start && m.end == f.end {
			return m.marked
		}
	}
	marked := s.findMark(f)
	s.cast.marks = appendMost(s.cast.marks, marking{f.start, f.end, marked}, maxFillers)
	return marked
}

// marking is whether the tokens [start, end) are marked.
type marking struct {
	start, end int32
	marked     bool
}

// findMark looks at a filler and the words around it.
func (s *slotSearch) findMark(f *filler) bool {
	if s.run.inAgentCase(s.c.field, f.start, f.end) {
		return true
	}
	tokens := s.c.field.Tokens
	for i := max(int(f.start)-2, s.from); i < min(int(f.end)+1, s.to); i++ {
		if i >= int(f.start) && i < int(f.end) {
			continue
		}
		for _, test := range s.run.program.Agents {
			if test.Matches(&tokens[i]) {
				return true
			}
		}
	}
	return false
}

// inAgentCase reports whether the noun of the tokens [start, end) stands in the case
// of who did it in the passive.
func (r *run) inAgentCase(f *fieldRun, start, end int32) bool {
	if !lang.HasInstrumental(r.program.Language) {
		return false
	}
	noun, before := r.noun(f, start, end), ""
	if start > 0 {
		before = r.small(f, start-1)
	}
	return lang.Instrumental(r.program.Language, before, r.small(f, noun))
}

// broken reports whether punctuation stands between the tokens before and from
// start, and the token at end.
func (s *slotSearch) broken(start, end int32) bool {
	for i := start; i <= end && int(i) < s.to; i++ {
		if s.c.field.Tokens[i].Has(token.Break) {
			return true
		}
	}
	return false
}

// apart reports whether who stands before start has nothing to do with what
// begins at end: punctuation, a passive or a word that leads away is between, or
// the noun of a deed follows, which they describe.
func (s *slotSearch) apart(start, end int32) bool {
	language := s.run.program.Language
	if start < end && lang.Deed(language, s.word(int(start))) {
		return true
	}
	for i := start; i < end; i++ {
		if w := s.word(int(i)); lang.Passive(language, w) || lang.Leads(language, w) || lang.Says(language, w) && !s.themselves(int(i)+1, int(end)) {
			return true
		}
	}
	return s.broken(start, end) || s.run.clauseBetween(s.c.field, &s.c.hit, start, end)
}

// kind is the list that the words of a slot are in: that of the longest mention, and of
// equals one of those who act before others, which say less.
func (s *slotSearch) kind(f filler) string {
	best, actor, length := "", false, int32(0)
	for i := range s.cast.parties {
		p := &s.cast.parties[i]
		if p.start < f.start || p.end > f.end {
			continue
		}
		acts := p.part == acting
		if n := p.end - p.start; n < length || n == length && (actor || !acts) {
			continue
		}
		best, actor, length = p.kind, acts, p.end-p.start
	}
	return best
}
