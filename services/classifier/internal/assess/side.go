package assess

import (
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/quantity"
	"faultline/services/classifier/internal/token"
)

// behindBetween is how many words from "between" each of two sides begins at most:
// "between government forces and a band of rebels".
const behindBetween = 4

const (
	reachOfSubject = 16 // words from the subject of a sentence to the last of its verbs
	beforeSpeaker  = 3  // words from "said" to who said it, behind it
)

// supplement fills the slots that the best match of a finding leaves open from the other
// matches that it shows or that name somebody: a title says "town hall stormed", the text who stormed it. They
// tell of the same event as long as they are in title or lead and name nobody else. Of the
// dead each sentence may tell of others.
func (r *run) supplement(f *finding, group []candidate, best *candidate) {
	if f.Category == casualtiesCategory {
		return
	}
	for i, tried := 0, 0; i < len(group) && tried < maxEvidence; i++ {
		if f.Slots.Actor != nil && f.Slots.Target != nil {
			return
		}
		c := &group[i]
		if c == best || c.assertion != best.assertion || !r.leads(&c.hit, c.title) || len(c.hit.Slots) == 0 && !shown(f.Evidence, c) {
			continue
		}
		tried++
		other := r.slots(c)
		if !agree(f.Slots.Actor, other.Actor) || !agree(f.Slots.Target, other.Target) || agreeing(f.Slots.Actor, other.Target) || agreeing(f.Slots.Target, other.Actor) {
			continue
		}
		if f.Slots.Actor == nil {
			f.Slots.Actor = other.Actor
		}
		if f.Slots.Target == nil {
			f.Slots.Target = other.Target
		}
	}
}

// shown reports whether a candidate is among the evidence of a finding.
func shown(evidence []event.Evidence, c *candidate) bool {
	e := c.field.evidence(c.hit.Start, c.hit.End)
	for i := range evidence {
		if evidence[i] == e {
			return true
		}
	}
	return false
}

// agree reports whether two slots can be of the same people.
func agree(a, b *event.Slot) bool { return a == nil || b == nil || agreeing(a, b) }

// agreeing reports whether two slots are of the same kind of people.
func agreeing(a, b *event.Slot) bool {
	return a != nil && b != nil && (a.Kind == b.Kind || strings.EqualFold(a.Text, b.Text))
}

// sides takes both whom a match has between "between" and "and" for its parties: in
// "clashes between soldiers and rebels" either acts upon the other, and the first is
// named first. What the phrase names itself stays.
func (s *slotSearch) sides() {
	language := s.run.program.Language
	if s.c.casualty || !s.actor.none() && !s.target.none() || s.run.engine.rules.Indicators[s.c.rule].Category == casualtiesCategory {
		return
	}
	for at := s.c.hit.Start; at < min(s.c.hit.End+2, int32(s.to)); at++ {
		if !lang.Between(language, s.word(int(at))) {
			continue
		}
		first := s.sideFrom(at + 1)
		if first.none() || int(first.end)+1 >= s.to || !lang.Joins(language, s.word(int(first.end))) {
			return
		}
		second := s.sideFrom(first.end + 1)
		if second.none() {
			return
		}
		if s.target.shares(&first.filler) || s.actor.shares(&second.filler) {
			first, second = second, first // as the rule has them
		}
		s.actor, s.target = first.head, second.head
		return
	}
}

// sideFrom is the first noun phrase of people from a token on, an empty one if none begins
// soon enough.
func (s *slotSearch) sideFrom(from int32) nounPhrase {
	var best filler
	for i := range s.cast.parties {
		p := &s.cast.parties[i]
		f := filler{start: p.start, end: p.end}
		if p.start < from || p.start > from+behindBetween || s.isPlace(&f) || p.part == sufferer && !peoples(p.kind) {
			continue
		}
		if best.none() || p.start < best.start || p.start == best.start && p.end > best.end {
			best = f
		}
	}
	if best.none() || s.broken(from, best.start) {
		return nounPhrase{}
	}
	return s.nounPhrase(best)
}

// peoples reports whether a list of those who are acted upon is one of peoples, who
// fight each other as well.
func peoples(kind string) bool {
	return kind == "minority" || kind == "nationals" || kind == "people" || kind == "targets"
}

// deedOf reports whether a filler is whom the deed before "of" was done to: nobody of
// "the ambush of soldiers" lay in ambush.
func (s *slotSearch) deedOf(f *filler) bool {
	if s.run.program.Language != "en" {
		return false
	}
	if f.start-2 < s.c.hit.Start { // there is no room for it
		return false
	}
	at := s.nounPhrase(*f).start
	for int(at) > s.from && lang.Article("en", s.word(int(at)-1)) {
		at--
	}
	return int(at)-2 >= s.from && at-2 >= s.c.hit.Start && s.word(int(at)-1) == "of" && lang.DeedUpon(s.word(int(at)-2))
}

// object reports whether a filler stands behind the verb of an English match that acts
// upon it or upon what is its: of "taken a villager into custody" and "torched the houses of
// villagers" the villagers do nothing.
func (s *slotSearch) object(f *filler) bool {
	if s.run.program.Language != "en" || f.start <= s.c.hit.Start || f.start >= s.c.hit.End || s.marked(f) {
		return false
	}
	for i := f.start - 1; i >= s.c.hit.Start; i-- {
		w := s.word(int(i))
		if allWords(&s.c.hit, i, i+1) && lang.Takes(w) {
			return !s.run.clauseBetween(s.c.field, &s.c.hit, i+1, f.start)
		}
		if lang.Joins("en", w) || s.c.field.Tokens[i+1].Has(token.Break) {
			return false
		}
	}
	return false
}

// fareOtherwise reports whether a filler behind what was done is the subject of another
// verb of the passive: of "killed and nine others were injured" nobody killed the nine.
func (s *slotSearch) fareOtherwise(f *filler) bool {
	if s.run.program.Language != "en" || s.run.engine.rules.Indicators[s.c.rule].Category != casualtiesCategory {
		return false
	}
	end := s.nounPhrase(*f).end
	if int(end)+1 >= s.to || s.word(int(end)) != "was" && s.word(int(end)) != "were" || !lang.Participle(s.word(int(end)+1)) {
		return false
	}
	for i := end + 1; i < min(end+4, s.c.hit.End); i++ { // "were attacked and killed"
		if allWords(&s.c.hit, i, i+1) {
			return false
		}
	}
	return true
}

// othersIn reports whether somebody else stands among the tokens [start, end): "gunmen shot
// a teacher dead" is of the teacher's death.
func (s *slotSearch) othersIn(start, end int32) bool {
	return s.cast.anyIn(start, end) || slices.ContainsFunc(s.c.field.numbers, func(n quantity.Number) bool { return n.Start >= int(start) && n.End <= int(end) })
}

// wasDone reports whether an English match begins with the participle of a passive that
// stands before it: "a clerk was | killed and four others were hurt in a blast".
func (s *slotSearch) wasDone(start int32) bool {
	return s.run.program.Language == "en" && lang.Passive("en", s.wordBefore(start)) && lang.Participle(s.word(int(start)))
}

// ownVerb reports whether an auxiliary stands behind a filler: in "shutters came down and
// families were packing" nobody did anything to the families.
func (s *slotSearch) ownVerb(f *filler) bool {
	at := int(s.nounPhrase(*f).end)
	return s.run.program.Language == "en" && at < s.to && (lang.Passive("en", s.word(at)) || lang.Has(s.word(at)))
}

// gaveWord reports whether a verb of speech stands right before a filler behind the
// beginning of the match: "отказались подчиниться, пишут родственники солдат".
func (s *slotSearch) gaveWord(f *filler) bool {
	for i := max(f.start-beforeSpeaker, s.c.hit.Start); i < f.start; i++ {
		if lang.Says(s.run.program.Language, s.word(int(i))) {
			return true
		}
	}
	return false
}

// givesWord reports whether a filler that punctuation parts from what stands before it says
// something: of "airport captured, army denies" the army captured nothing.
func (s *slotSearch) givesWord(f *filler) bool {
	return int(f.end) < s.to && s.broken(f.start, f.start) && lang.Says(s.run.program.Language, s.word(int(f.end)))
}

// behindSpeaker is how many words may stand between who says something and the verb of it:
// "the ministry of defence in Osh said".
const behindSpeaker = 4

// onlySpeaks reports whether one to whom a match says that something was done stands behind
// punctuation as who tells of it: "troops stormed the hideout, the interior ministry said",
// "захватили базу, сообщили в министерстве". Then the match is none.
func (r *run) onlySpeaks(f *fieldRun, h *phrase.Hit) bool {
	return slices.ContainsFunc(h.Slots, func(t phrase.Slot) bool {
		return t.Name == phrase.Target && t.Start > h.Start && (r.saysBehind(f, t) || r.saidBefore(f, t, h.Start))
	})
}

// saysBehind reports whether a slot that punctuation parts from what stands before it is
// followed by a verb of speech, with nothing else told between.
func (r *run) saysBehind(f *fieldRun, t phrase.Slot) bool {
	from, to := f.SentenceBounds(f.Tokens[t.Start].Sentence)
	first := int(t.Start)
	for first > from && !f.Tokens[first].Has(token.Break) && lang.Article(r.program.Language, r.small(f, int32(first)-1)) {
		first--
	}
	if first == from || !f.Tokens[first].Has(token.Break) {
		return false
	}
	for i := int(t.End); i < min(int(t.End)+behindSpeaker, to) && !f.Tokens[i].Has(token.Break); i++ {
		if lang.Says(r.program.Language, r.small(f, int32(i))) {
			return true
		}
	}
	return false
}

// saidBefore reports whether a verb of speech behind punctuation stands before a slot,
// within the match.
func (r *run) saidBefore(f *fieldRun, t phrase.Slot, start int32) bool {
	for i := t.Start - 1; i > max(t.Start-beforeSpeaker, start); i-- {
		if lang.Says(r.program.Language, r.small(f, i)) {
			return f.Tokens[i].Has(token.Break)
		}
	}
	return false
}

// sake reports whether those in the street act for a filler, or over what became of it, and not
// against it: they "demand the release of a cleric" or "rally behind the leader".
func (s *slotSearch) sake(f *filler) bool {
	if s.run.program.Language != "en" || s.run.engine.rules.Indicators[s.c.rule].Category != protestCategory {
		return false
	}
	at := s.nounPhrase(*f).start
	for int(at) > s.from && lang.Article("en", s.word(int(at)-1)) {
		at--
	}
	before := s.wordBefore(at)
	return lang.Sake(before) || before == "of" && int(at)-2 >= s.from && lang.SakeOf(s.word(int(at)-2))
}

// aside reports whether a preposition before a filler keeps it from being the subject of
// the match behind it: "fled from police and burnt a bus".
func (s *slotSearch) aside(f *filler) bool {
	return f.end <= s.c.hit.Start && lang.Aside(s.run.program.Language, s.beforeArticles(s.nounPhrase(*f).start))
}

// shared reports whether a filler opens the sentence whose verbs "and" joins, of which the
// match begins with the last: "youths went from door to door and burnt the houses".
func (s *slotSearch) shared(f *filler) bool {
	language, h := s.run.program.Language, &s.c.hit
	if !lang.Joins(language, s.wordBefore(h.Start)) || !lang.Did(language, s.word(int(h.Start))) {
		return false
	}
	np := s.nounPhrase(*f)
	if int(np.start) != s.from || np.end >= h.Start || h.Start-np.end > reachOfSubject {
		return false
	}
	for i := np.end; i < h.Start; i++ {
		if w := s.word(int(i)); lang.Says(language, w) || lang.Passive(language, w) || s.c.field.Tokens[i].Has(token.Break) {
			return false
		}
	}
	return !s.run.clauseBetween(s.c.field, h, np.end, h.Start)
}

// describesOther reports whether a noun phrase only describes what stands behind it:
// rebel-held districts, army recruitment, dozens of strikes.
func (s *slotSearch) describesOther(np *nounPhrase) bool {
	at := int(np.end)
	if s.run.program.Language != "en" || at >= s.to {
		return false
	}
	if s.c.field.Tokens[at].Has(token.Hyphen) && lang.Participle(s.word(at)) {
		return true
	}
	if lang.Adjunct(s.word(at-1)) && np.start > s.c.hit.Start && !s.broken(np.end, np.end) && lang.Deed("en", s.word(at)) {
		return true
	}
	if s.word(at) != "of" || np.head != np.filler || s.amount(&np.head) == nil {
		return false
	}
	for i := range s.cast.parties { // "scores of Sierra Leonean refugees"
		if p := &s.cast.parties[i]; p.start > np.end && p.start <= np.end+behindBetween && !s.broken(np.end, p.start) {
			return false
		}
	}
	return true
}
