package phrase

import (
	"math/bits"
	"slices"

	"faultline/services/classifier/internal/token"
)

// Limits of the work on one field, whatever it says. They are far above what
// articles have: texts that reach them are hostile or broken, and their first
// part decides.
const (
	maxTriesPerPhrase = 128
	MaxWork           = 60_000 // tries of phrases around a token
	maxPending        = 200_000
	maxHitsPerPhrase  = 24
	maxMentions       = 4_000
)

// Hit is a match of a phrase added with Add: the tokens [Start, End).
type Hit struct {
	Phrase     ID
	Start, End int32
	// Words has bit i set when token Start+i was matched by a word of the
	// phrase rather than passed by a gap.
	Words uint64
	// Slots are those of the phrase that matched.
	Slots []Slot
}

// Slot is the span that filled a named slot.
type Slot struct {
	Name       string
	Start, End int32
}

// Matcher holds what matching one field needs, for reuse. It is not safe for
// concurrent use.
type Matcher struct {
	Hits []Hit

	program  *Program
	field    *token.Field
	mentions mentions
	begins   []int   // by sentence: its first mention; one more for their end
	tally    []tally // by phrase
	tried    []ID    // the phrases whose tally is not zero
	total    int
	queued   int
	states   []state // of path, all levels of it
	slots    []Slot  // of the hits

	knowns, heads []int32 // of the field, from the sentence that is read on

	// the sentence that is read
	pending  [][]try // by level
	waiting  int     // in all of them
	contents contents
	known    []known

	// the anchor at hand, the bounds of its sentence, the direction, and where
	// the parts of the phrase on either side begin
	from, to, origin  int
	reverse           bool
	before, following []state
}

// tally is how often a phrase was tried in a field, and matched.
type tally struct {
	tries, hits uint8
	last        uint16 // the token after that of the last try
}

// Match finds all phrases of the program in the field. counts are the number
// expressions. allowed says whether a phrase of DefineDated is in force; nil
// allows all. The results are valid until the next call.
func (m *Matcher) Match(p *Program, f *token.Field, counts []Mention, allowed func(ID) bool) {
	m.begin(p, f)
	for i := range f.Sentences {
		m.begins = append(m.begins, len(m.mentions.all))
		m.from, m.to = f.SentenceBounds(int32(i))
		counts = m.search(counts, allowed)
	}
	m.begins = append(m.begins, len(m.mentions.all))
}

func (m *Matcher) begin(p *Program, f *token.Field) {
	if len(m.tally) < len(p.phrases) {
		m.tally, m.tried = make([]tally, len(p.phrases)), m.tried[:0]
	}
	for _, id := range m.tried {
		m.tally[id] = tally{}
	}
	m.program, m.field = p, f
	m.knowns, m.heads = f.Known(), f.Heads
	clear(m.Hits)
	m.Hits, m.tried, m.begins = m.Hits[:0], m.tried[:0], m.begins[:0]
	m.total, m.queued, m.slots = 0, 0, m.slots[:0]
	m.mentions.reset(len(f.Tokens))
	for len(m.pending) < p.levels {
		m.pending = append(m.pending, nil)
	}
}

// search finds the phrases of one sentence, those that wait for others last.
// The first counts stand in it; it returns the rest.
func (m *Matcher) search(counts []Mention, allowed func(ID) bool) []Mention {
	hits, mentions := len(m.Hits), len(m.mentions.all)
	counts = m.read(counts)
	m.scheduleKnown(&m.program.indexes[stageFirst])
	m.runPending(allowed)
	found := m.Hits[hits:]
	if len(found) > 0 {
		m.searchBeside(stageBeside, mentions, allowed)
	}
	if slices.ContainsFunc(found, func(h Hit) bool { return m.program.phrases[h.Phrase].qualified }) {
		m.searchBeside(stageQualifier, mentions, allowed)
	}
	return counts
}

// searchBeside finds the phrases of a later stage in the sentence whose mentions
// begin at an index.
func (m *Matcher) searchBeside(s stage, mentions int, allowed func(ID) bool) {
	by := &m.program.indexes[s]
	m.scheduleKnown(by)
	for _, x := range m.mentions.all[mentions:] {
		m.schedule(by, m.program.clueOf(x.Set), x.Start)
	}
	m.runPending(allowed)
}

func (m *Matcher) runPending(allowed func(ID) bool) {
	for level := range m.pending {
		if m.waiting == 0 {
			return
		}
		for i := 0; i < len(m.pending[level]); i++ {
			m.run(m.pending[level][i], allowed)
		}
		m.waiting -= len(m.pending[level])
		m.pending[level] = m.pending[level][:0]
	}
}

// Work is how many tries the last field cost, at most MaxWork.
func (m *Matcher) Work() int { return m.total }

// Tried calls f with each phrase that was noted in the last field, and how often
// it was run there.
func (m *Matcher) Tried(f func(id ID, times int)) {
	for _, id := range m.tried {
		f(id, int(m.tally[id].tries))
	}
}

// Mentions returns the mentions found, in the order they were found.
func (m *Matcher) Mentions() []Mention { return m.mentions.all[1:] }

// MentionsIn returns those that stand in a sentence.
func (m *Matcher) MentionsIn(sentence int32) []Mention {
	return m.mentions.all[m.begins[sentence]:m.begins[sentence+1]]
}

// mention notes a mention in the sentence that is read, and the phrases that may
// begin with it.
func (m *Matcher) mention(x Mention) {
	if len(m.mentions.all) > maxMentions || !m.mentions.add(x) {
		return
	}
	c, at := m.program.clueOf(x.Set), span(int(x.Start)-m.from, int(x.End)-1-m.from)
	m.contents.add(c, at)
	for _, w := range m.program.wider[x.Set] {
		m.contents.add(m.program.clueOf(w.Set), at)
	}
	m.schedule(&m.program.indexes[stageFirst], c, x.Start)
}

// run matches one phrase around one token.
func (m *Matcher) run(t try, allowed func(ID) bool) {
	n := &m.tally[t.phrase]
	if n.tries >= maxTriesPerPhrase || n.hits >= maxHitsPerPhrase || m.total >= MaxWork {
		return
	}
	g := &m.program.gates[t.phrase]
	if g.mentions > 0 && !m.met(m.program.needs[g.from+uint32(g.words):][:g.mentions], int(t.token)) {
		return
	}
	n.tries++
	m.total++
	if g.dated && allowed != nil && !allowed(t.phrase) {
		return
	}
	if g.lone && !m.field.Tokens[t.token].Begins() { // it was noted for this very word
		n.hits++
		m.mention(Mention{Start: t.token, End: t.token + 1, Set: g.set, Phrase: int32(t.phrase)})
		return
	}
	c := &m.program.phrases[t.phrase]
	s, start, end := m.extent(c, int(t.token))
	if s == nil {
		return
	}
	if c.names {
		n.hits++
		m.mention(Mention{Start: int32(start), End: int32(end), Set: c.set, Phrase: int32(t.phrase)})
		return
	}
	h := Hit{Phrase: t.phrase, Start: int32(start), End: int32(end)}
	if c.plain {
		h.Words = 1<<(end-start) - 1
	} else {
		m.trace(s, int(t.token), &h)
	}
	if !m.reported(&h) {
		n.hits++
		m.Hits = append(m.Hits, h)
	}
}

// reported reports whether one of the last hits is the same, which other words
// of the phrase led to.
func (m *Matcher) reported(h *Hit) bool {
	return slices.ContainsFunc(m.Hits[max(0, len(m.Hits)-4):], func(have Hit) bool {
		return have.Phrase == h.Phrase && have.Start == h.Start && have.End == h.End
	})
}

// extent returns the shortest span that the phrase covers with its anchor at a
// token, and the order of its parts there; nil if there is none.
func (m *Matcher) extent(c *compiled, at int) (best *sides, start, end int) {
	if c.word {
		if n, ok := m.single(m.program.anchorOf(&c.sides), at); ok {
			return &c.sides, at, n
		}
		return nil, 0, 0
	}
	if from, to, ok := m.spanOf(&c.sides, at); ok {
		best, start, end = &c.sides, from, to
	}
	orders := m.program.orders[c.orders:][:c.more]
	for i := range orders {
		if from, to, ok := m.spanOf(&orders[i], at); ok && (best == nil || to-from < end-start) {
			best, start, end = &orders[i], from, to
		}
	}
	if best != nil && c.more > 0 {
		m.spanOf(best, at) // for the states that trace goes back through
	}
	return best, start, end
}

// spanOf returns the shortest span that parts in one order cover around an
// anchor.
func (m *Matcher) spanOf(c *sides, at int) (start, end int, ok bool) {
	m.origin, m.reverse = at, false
	var s state
	if s, m.following = m.walk(m.program.wholeOf(c), state{loose: 1}, m.following[:0]); s.none() {
		return 0, 0, false
	}
	end = at + bits.TrailingZeros64(s.tight|s.loose)
	if c.left == 0 {
		return at, end, true
	}
	m.reverse = true
	if s, m.before = m.walk(m.program.leftOf(c), state{tight: 1}, m.before[:0]); s.none() {
		return 0, 0, false
	}
	return at - bits.TrailingZeros64(s.tight|s.loose), end, true
}

// single matches a phrase of one word, which may be written with hyphens.
func (m *Matcher) single(o *op, at int) (end int, ok bool) {
	t := &m.field.Tokens[at]
	if m.program.test(o, t, t.Info) {
		return at + 1, true
	}
	if t.Begins() {
		if c := m.field.Compound(t); m.program.test(o, t, c.Word) {
			return at + c.Len, true
		}
	}
	return 0, false
}

// walk runs the ops one after the other until there is no way on. It adds to
// states those from which each began.
func (m *Matcher) walk(ops []op, s state, states []state) (state, []state) {
	for i := range ops {
		if s.none() {
			break
		}
		states = append(states, s)
		s = m.step(&ops[i], s)
	}
	return s, states
}

// step returns the positions reached by matching o from any position of s.
func (m *Matcher) step(o *op, s state) state {
	switch o.kind {
	case kindWord, kindAnyWord:
		return m.word(o, s)
	case kindRef:
		return m.ref(Set(o.id), s)
	case kindGap:
		return m.gap(int(o.id), s)
	case kindOpt:
		return s.or(m.step(&m.program.ops[o.kids], s))
	case kindAlt:
		var out state
		if s = m.atEdges(o, s); s.none() {
			return out
		}
		kids := m.program.kidsOf(o)
		for i := range kids {
			if k := &kids[i]; m.mayMatch(k) {
				out = out.or(m.step(k, s))
			}
		}
		return out
	}
	kids := m.program.kidsOf(o)
	for i := range kids {
		if s.none() {
			break
		}
		k := i
		if m.reverse {
			k = len(kids) - 1 - i
		}
		s = m.step(&kids[k], s)
	}
	return s
}

// mayMatch reports whether the sentence has the words without which o cannot match.
func (m *Matcher) mayMatch(o *op) bool {
	return m.contents.hasClue(o.must) && (!o.inSequence() || m.contents.hasClue(o.features))
}

// atEdges drops the positions where no branch of an alternative can begin
// (backwards: end).
func (m *Matcher) atEdges(o *op, s state) state {
	edge := m.program.edge(o, m.reverse)
	if edge == nil {
		return s
	}
	var keep uint64
	for all := s.tight | s.loose; all != 0; all &= all - 1 {
		i := bits.TrailingZeros64(all)
		at := m.origin + i
		if m.reverse {
			at = m.origin - 1 - i
		}
		if at >= m.from && at < m.to && m.mayBe(edge, at) {
			keep |= 1 << i
		}
	}
	return state{s.tight & keep, s.loose & keep}
}

// mayBe reports whether a token has one of the features, or is part of a
// hyphenated word, which is looked at more closely later.
func (m *Matcher) mayBe(edge featureSet, at int) bool {
	t := &m.field.Tokens[at]
	return edge.passes(t.Info) || t.Begins() || t.Flags&token.Hyphen != 0
}

// word matches one word, or a hyphenated one that is written in the phrase as
// one.
func (m *Matcher) word(o *op, s state) (out state) {
	if s = m.where(o, s); s.none() {
		return out
	}
	for all := s.tight | s.loose; all != 0; all &= all - 1 {
		i := bits.TrailingZeros64(all)
		at := m.origin + i
		if m.reverse {
			at = m.origin - 1 - i
		}
		if at < m.from || at >= m.to {
			continue
		}
		t := &m.field.Tokens[at]
		if t.Flags&(token.Known|token.Hyphen) == 0 && !t.Begins() {
			continue
		}
		if s.loose>>i&1 == 0 && !m.beside(i) {
			continue
		}
		if m.program.test(o, t, t.Info) {
			out.tight |= 2 << i
		}
		if m.contents.compounds {
			if n := m.compound(o, at); n > 0 {
				out.tight |= 1 << (i + n)
			}
		}
	}
	return out
}

// test reports whether a word passes, written as the token is.
func (p *parts) test(o *op, t *token.Token, w *token.Word) bool {
	if !o.written(t) {
		return false
	}
	if o.kind == kindWord {
		return w.Has(o.id)
	}
	return p.featuresOf(o).passes(w)
}

// written reports whether a token has the capitals that are asked for.
func (o *op) written(t *token.Token) bool {
	return (!o.allCaps || t.Has(token.AllCaps)) && (!o.capital || t.Has(token.Capital))
}

// compound returns the number of tokens of the hyphenated word that starts
// (backwards: ends) at a token and passes as a whole, or 0.
func (m *Matcher) compound(o *op, at int) int {
	tokens := m.field.Tokens
	head := at
	if m.reverse {
		if !tokens[at].Has(token.Hyphen) {
			return 0
		}
		for head > m.from && tokens[head].Has(token.Hyphen) {
			head--
		}
	}
	t := &tokens[head]
	if !t.Begins() {
		return 0
	}
	c := m.field.Compound(t)
	if m.reverse && head+c.Len != at+1 || !m.program.test(o, t, c.Word) {
		return 0
	}
	return c.Len
}

// ref matches the mentions of a set.
func (m *Matcher) ref(set Set, s state) (out state) {
	s = m.mentioned(set, s)
	for all := s.tight | s.loose; all != 0; all &= all - 1 {
		i := bits.TrailingZeros64(all)
		at := m.origin + i
		if m.reverse {
			at = m.origin - i
		}
		if m.reverse && at <= m.from || !m.reverse && at >= m.to {
			continue // mentions lie within one sentence, the anchor's or another
		}
		if s.loose>>i&1 == 0 && !m.beside(i) {
			continue
		}
		out.tight |= m.mentionsAt(set, at) << i
	}
	return out
}

// mentioned keeps the positions of s at which a mention of a set stands next.
func (m *Matcher) mentioned(set Set, s state) state {
	c := m.program.clueOf(set)
	if !m.contents.hasClue(c) {
		return state{}
	}
	return m.among(m.contents.places[c], s)
}

// mentionsAt returns the lengths of the mentions of a set that start
// (backwards: end) at a token boundary, as bits.
func (m *Matcher) mentionsAt(set Set, at int) (lengths uint64) {
	if m.reverse {
		for k := m.mentions.end[at]; k != 0; k = m.mentions.all[k].nextEnd {
			if x := &m.mentions.all[k]; m.program.isIn(x.Set, set) {
				lengths |= 1 << (x.End - x.Start)
			}
		}
		return lengths
	}
	for k := m.mentions.start[at]; k != 0; k = m.mentions.all[k].nextStart {
		if x := &m.mentions.all[k]; m.program.isIn(x.Set, set) {
			lengths |= 1 << (x.End - x.Start)
		}
	}
	return lengths
}
