package assess

import (
	"slices"
	"strings"

	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/quantity"
	"faultline/services/classifier/internal/token"
)

const (
	maxParts   = 6 // of a noun phrase
	maxLinks   = 2 // words that tie two parts of one: "of the"
	maxBetween = 3 // words between the parts of one: "thousands of angry young protesters"
)

// nounPhrase is the words that name somebody, "dozens of opposition activists", with
// those that say who they are: "activists".
type nounPhrase struct {
	filler
	head filler
}

// nounPhrase returns the noun phrase that a filler is a part of: of its number, the
// names of groups and peoples beside it, and the words that describe it.
func (s *slotSearch) nounPhrase(f filler) nounPhrase {
	if f.none() {
		return nounPhrase{f, f}
	}
	for i := range s.cast.phrases {
		if s.cast.phrases[i].of == f {
			return s.cast.phrases[i].np
		}
	}
	for i := range s.known {
		if s.phrases[i].of == f {
			return s.phrases[i].np
		}
	}
	s.ofMatch = false
	switch np := s.findNounPhrase(f); {
	case !s.ofMatch:
		s.cast.phrases = appendMost(s.cast.phrases, knownPhrase{f, np}, maxFillers)
		return np
	case s.known < maxPhrases:
		s.phrases[s.known] = knownPhrase{f, np}
		s.known++
		return np
	default:
		return np
	}
}

// inMatch reports whether a token is a word of the match, so that what is being found
// out of the sentence is not the same for others.
func (s *slotSearch) inMatch(at int32) bool {
	s.ofMatch = true
	return allWords(&s.c.hit, at, at+1)
}

// findNounPhrase looks at the words around the filler.
func (s *slotSearch) findNounPhrase(f filler) nounPhrase {
	np := nounPhrase{f, f}
	for range maxParts {
		if !s.counted(&np) && !s.joined(&np) && !s.described(&np) {
			break
		}
	}
	if s.owns(&np) || s.nounBehind(&np) {
		np.end++
	}
	np.start = s.relation(&np)
	for int(np.start) > s.from && s.c.field.Tokens[np.start].Has(token.Hyphen) {
		np.start-- // anti-government protesters
	}
	return np
}

// closed reports whether nothing but a closing bracket stands before a token.
func (s *slotSearch) closed(at int32) bool {
	tokens := s.c.field.Tokens
	switch s.c.field.Source[tokens[at-1].End:tokens[at].Start] {
	case ") ", "] ":
		return true
	}
	return false
}

// nounBehind reports whether a noun of no list stands behind the name of a people, or of
// a force or a group, who is acted upon: "kidnapped an Afghan interpreter", "burnt a police
// van".
func (s *slotSearch) nounBehind(np *nounPhrase) bool {
	at := int(np.end)
	if s.run.program.Language != "en" || np.end != np.head.end || at >= s.to || s.broken(np.end, np.end) || !lang.Noun(s.word(at)) || s.c.field.Tokens[at].Has(token.Hyphen) {
		return false
	}
	describes := s.people(&np.head) || lang.Adjunct(s.word(at-1)) && !lang.Day(s.word(at)) && !lang.Deed("en", s.word(at)) && s.small(at)
	return describes && !s.inMatch(np.end) && np.start > s.c.hit.Start
}

// owns reports whether an English noun phrase only says whose what stands behind it is: "the
// governor's aide" was shot, not the governor. Only office holders and the known are asked for: what is a
// building's stands in it.
func (s *slotSearch) owns(np *nounPhrase) bool {
	at, tokens := int(np.end), s.c.field.Tokens
	if s.run.program.Language != "en" || np.end != np.head.end || at >= s.to || tokens[at].Has(token.Capital) {
		return false
	}
	whose := s.c.field.Source[tokens[at-1].Start:tokens[at].Start]
	if !strings.HasSuffix(whose, "'s ") && !strings.HasSuffix(whose, "’s ") || s.broken(np.end, np.end) || !lang.Noun(s.word(at)) || lang.Day(s.word(at)) {
		return false
	}
	kind := s.kind(np.head)
	return (kind == "official" || kind == "prominent") && !s.inMatch(np.end)
}

// relation is where a noun phrase begins with the word for who or what is somebody's, before an
// English "of" or "to": "an aide to the governor".
func (s *slotSearch) relation(np *nounPhrase) int32 {
	if s.run.program.Language != "en" {
		return np.start
	}
	at := np.start - 1
	for int(at) > s.from && lang.Article("en", s.word(int(at))) {
		at--
	}
	if int(at) <= s.from || s.word(int(at)) != "of" && s.word(int(at)) != "to" || !lang.Related(s.word(int(at)-1)) || s.broken(at, np.start) {
		return np.start
	}
	return at - 1
}

// small reports whether a token is written small, or no smaller than the one before it.
func (s *slotSearch) small(at int) bool {
	tokens := s.c.field.Tokens
	before := s.c.field.Source[tokens[at-1].Start:tokens[at-1].End]
	return !tokens[at].Has(token.Capital) || strings.ToUpper(before) == before
}

// joined takes in the longest mention beside the noun phrase that is a part of it.
func (s *slotSearch) joined(np *nounPhrase) bool {
	var most filler
	leads := false // says who they are
	for i := range s.cast.parties {
		p := &s.cast.parties[i]
		if p.start-np.end > maxLinks || np.start-p.end > maxLinks || p.start < np.end && np.start < p.end || p.end-p.start <= most.end-most.start {
			continue
		}
		other := filler{start: p.start, end: p.end}
		first, second := &other, &np.filler
		if p.start >= np.end {
			first, second = second, first
		}
		if same, last := s.together(first, second); same && (s.people(&np.head) || !s.speaks(&other)) {
			most, leads = other, last == (second == &other)
		}
	}
	if most.none() {
		return false
	}
	if leads {
		np.head = most
	}
	np.start, np.end = min(np.start, most.start), max(np.end, most.end)
	return true
}

// together reports whether two fillers are parts of one noun phrase, and whether the
// second says who they are.
func (s *slotSearch) together(first, second *filler) (same, last bool) {
	language, gap := s.run.program.Language, second.start-first.end
	if gap < 0 || gap > maxLinks {
		return false, false
	}
	if s.broken(first.end, second.start) { // "the National Front (NF) fighters"
		named := s.cast.entity(func(m *entityMention) bool { return m.end == first.end })
		again := s.cast.entity(func(m *entityMention) bool { return m.start == second.start })
		return gap == 0 && named >= 0 && (named == again || s.closed(second.start)), true
	}
	if first.end == second.start && language == "en" && lang.HeldAs(s.word(int(second.start))) {
		return false, false // they hold nuns hostage
	}
	amount := s.amount(first) != nil
	if gap > 0 {
		for i := first.end; i < second.start; i++ {
			if !lang.Links(language, s.word(int(i))) {
				return false, false
			}
		}
		return s.word(int(first.end)) != "the", amount
	}
	if !lang.Juxtaposed(language, s.word(int(first.end)-1), s.word(int(second.start))) {
		return s.people(first) && !lang.Object(language, "", s.word(int(second.end)-1)) && lang.HeadLast(language), true
	}
	switch {
	case amount, lang.HeadLast(language):
		return true, true
	case s.people(second), s.cast.entity(func(m *entityMention) bool { return m.start == second.start && m.end == second.end }) >= 0:
		return true, false
	}
	return s.people(first), true
}

// counted takes in the number of a noun phrase, or what a number alone counts.
func (s *slotSearch) counted(np *nounPhrase) bool {
	if n := s.amount(&np.head); n != nil && np.head == np.filler {
		return s.countedBy(np, n)
	}
	var n *quantity.Number // the last before it
	for i := range s.cast.numbers {
		if before := &s.cast.numbers[i]; before.Start < int(np.start) {
			n = before
		}
	}
	if n == nil || n.Start < s.from || n.Part || int(np.start)-n.End > maxBetween || s.broken(int32(n.Start)+1, np.start) || !s.within(int32(n.End), np.start) {
		return false
	}
	np.start = int32(n.Start)
	return true
}

// countedBy goes on from a number that stands for people to who they are.
func (s *slotSearch) countedBy(np *nounPhrase, n *quantity.Number) bool {
	for i := range s.cast.parties {
		p := &s.cast.parties[i]
		if p.start >= max(np.end, int32(n.End)) && p.start-int32(n.End) <= maxBetween && !s.broken(np.end, p.start) && s.within(int32(n.End), p.start) {
			np.start, np.end, np.head = min(np.start, int32(n.Start)), p.end, filler{start: p.start, end: p.end}
			return true
		}
	}
	return false
}

// within reports whether the tokens between a number and a noun can be words of
// its noun phrase.
func (s *slotSearch) within(start, end int32) bool {
	language, linked := s.run.program.Language, start > 0 && lang.Links(s.run.program.Language, s.word(int(start)-1))
	if s.cast.anyIn(start, end) {
		return false // others
	}
	for i := start; i < end; i++ {
		w := s.word(int(i))
		if lang.Links(language, w) {
			linked = true
			continue
		}
		plain := linked && language != "en" || linked && lang.Noun(w) || lang.VerbLast(language) && end-start == 1 && !lang.Where(language, w)
		if !lang.Describes(language, w) && (!plain || s.inMatch(i)) {
			return false
		}
	}
	return true
}

// described takes in a word before the noun phrase that describes it.
func (s *slotSearch) described(np *nounPhrase) bool {
	at := np.start - 1
	if int(at) < s.from || s.broken(np.start, np.start) || !lang.Describes(s.run.program.Language, s.word(int(at))) || !lang.HeadLast(s.run.program.Language) {
		return false
	}
	np.start = at
	return true
}

// amount is the number that a filler is, nil if it is none: "dozens".
func (s *slotSearch) amount(f *filler) *quantity.Number {
	for i := range s.cast.numbers {
		if n := &s.cast.numbers[i]; n.End >= int(f.end) {
			if n.Start <= int(f.start) {
				return n
			}
			break
		}
	}
	return nil
}

// people reports whether a filler is the name of a people, which may describe what
// stands beside it: "Afghan", but not "Afghans".
func (s *slotSearch) people(f *filler) bool {
	w := s.word(int(f.end) - 1)
	if f.end-f.start > 1 || s.run.program.Language == "en" && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
		return false
	}
	return s.cast.holds(f, "minority", "nationals", "demonym")
}

// speaks reports whether a filler is the speaker of an attribution.
func (s *slotSearch) speaks(f *filler) bool {
	return slices.ContainsFunc(s.c.field.sources, func(h phrase.Hit) bool { return f.start < h.End && h.Start < f.end })
}

// alike gives up one of the two whom a phrase names where both are parts of one noun
// phrase: who stands behind what was done, and is not said to have done it, suffers it.
func (s *slotSearch) alike() {
	if s.actor.none() || s.target.none() {
		return
	}
	np := s.nounPhrase(s.actor)
	if np.end <= s.target.start || s.target.end <= np.start {
		return
	}
	language := s.run.program.Language
	behind := np.start > s.c.hit.Start && !lang.VerbLast(language) || lang.Object(language, s.wordBefore(np.start), s.word(int(np.end)-1))
	if !s.marked(&np.filler) && (behind || s.suffers(&np.filler)) {
		s.actor, s.target = filler{}, np.head
	} else {
		s.actor, s.target = np.head, filler{}
	}
}

// unfit reports whether a filler has no part in what happens: it speaks, is a part of another name
// ("Кызыл-Аскер"), what somebody is held as ("hostage"), or the name of a people that only says of
// what place something is ("in the Afghan capital").
func (s *slotSearch) unfit(f *filler) bool {
	np, language := s.nounPhrase(*f), s.run.program.Language
	if np.none() {
		return false
	}
	first, before := &s.c.field.Tokens[f.start], s.wordBefore(np.start)
	switch {
	case s.speaks(&np.filler), s.people(&np.head) && s.ofPlace(&np), s.describesOther(&np):
		return true
	case first.Has(token.Hyphen) && first.Has(token.Capital) && (lang.VerbLast(language) || language == "ru"):
		return true
	}
	return language == "en" && np.end-np.start == 1 && lang.HeldAs(s.word(int(f.start))) && int(np.start) > s.from && !lang.Article(language, before)
}

// ofPlace reports whether the name of a people says of what place something is.
func (s *slotSearch) ofPlace(np *nounPhrase) bool {
	language, next := s.run.program.Language, int(np.end)
	follows := next < s.to && !s.c.field.Tokens[next].Has(token.Break)
	if lang.VerbLast(language) {
		return follows && lang.Where(language, s.word(next))
	}
	if lang.Named(language, s.word(int(np.head.end)-1)) && follows {
		return true
	}
	at := np.start
	if language == "fr" || language == "es" || language == "ar" {
		at-- // behind the noun that it describes: "dans la capitale afghane"
	}
	w := s.beforeArticles(at)
	return lang.Within(language, w) || lang.Around(language, w)
}

// occasion reports whether the noun phrase of a filler says during what something
// happened, not to whom: "killed in police firing".
func (s *slotSearch) occasion(f *filler) bool {
	np := s.nounPhrase(*f)
	if !lang.During(s.run.program.Language, s.beforeArticles(np.start)) {
		return false
	}
	switch s.kind(np.head) {
	case "strongpoint", "government-building", "base", "crowd", "mob":
		return false
	}
	return true
}

// beforeArticles is the word before a token and the articles before it, "" if there is none.
func (s *slotSearch) beforeArticles(at int32) string {
	for int(at) > s.from && lang.Article(s.run.program.Language, s.word(int(at)-1)) {
		at--
	}
	if at < int32(s.from) {
		return ""
	}
	return s.wordBefore(at)
}

// onlooker reports whether a filler has only to do with what others did: "policemen
// inspect the site of an attack". The verb stands between it and the match, behind both
// or, in Arabic, before it.
func (s *slotSearch) onlooker(f *filler) bool {
	language, start, end := s.run.program.Language, f.end, s.c.hit.Start
	switch {
	case lang.VerbLast(language):
		start, end = s.c.hit.End, min(s.c.hit.End+maxBetween, int32(s.to))
	case language == "ar":
		start = max(f.start-1, int32(s.from))
	}
	for i := start; i < end; i++ {
		if lang.Relates(language, s.word(int(i))) {
			return true
		}
	}
	return false
}
