package phrase

import "faultline/services/classifier/internal/token"

// try is a place where a phrase may match: its anchor can begin there.
type try struct {
	phrase ID
	token  int32
}

// sight is the last sentence that has a feature, and its first and last token
// there that do.
type sight struct {
	sentence    uint32
	first, last uint16 // fields have fewer tokens
}

// known is a feature of a token.
type known struct {
	feature uint32
	token   int32
}

// read notes what stands in a sentence: the words that phrases know and the
// first counts. It returns the other counts.
func (m *Matcher) read(counts []Mention) []Mention {
	if m.sentence++; m.sentence == 0 { // after four billion
		clear(m.seen)
		m.sentence = 1
	}
	m.known, m.contents = m.known[:0], signature{}
	for i := m.from; i < m.to; i++ {
		t := &m.field.Tokens[i]
		if t.Flags&token.Known != 0 {
			m.know(t.Info, i)
		}
		if t.Compound != nil {
			m.know(t.Compound, i)
		}
	}
	for ; len(counts) > 0 && int(counts[0].Start) < m.to; counts = counts[1:] {
		c := counts[0]
		c.Set, c.Phrase = Counts, -1
		m.mention(c)
	}
	return counts
}

func (m *Matcher) know(w *token.Word, at int) {
	for _, feature := range w.Features() {
		m.contents.addFeature(feature)
		m.see(feature, uint16(at))
		m.known = append(m.known, known{feature, int32(at)})
	}
}

func (m *Matcher) see(feature uint32, at uint16) {
	x := &m.seen[feature]
	if x.sentence != m.sentence {
		x.sentence, x.first = m.sentence, at
	}
	x.last = at
}

// has reports whether the sentence that was read has, around the token, one word
// of each need.
func (m *Matcher) has(g *gate, at int) bool {
	for i := range g.words {
		n := &g.words[i]
		if n.count > 0 && !m.meets(n, at) {
			return false
		}
	}
	return true
}

func (m *Matcher) meets(n *wordNeed, at int) bool {
	low, high := at+n.low(), at+n.high()
	for _, f := range m.program.needed[n.from:][:n.count] {
		if x := &m.seen[f]; x.sentence == m.sentence && int(x.first) <= high && int(x.last) >= low {
			return true
		}
	}
	return false
}

// scheduleKnown notes the phrases whose anchor begins with a word of the
// sentence.
func (m *Matcher) scheduleKnown(by *index) {
	for _, x := range m.known {
		m.schedule(by.byFeature.of(x.feature), x.token)
	}
}

// schedule notes that phrases may match with their anchor at a token. What the
// sentence lacks rules out most of them at once; the mentions that it lacks,
// only when all are found.
func (m *Matcher) schedule(phrases []start, at int32) {
	have := m.contents.short()
	for _, s := range phrases {
		if s.need&have == 0 {
			continue
		}
		id := s.phrase
		g := &m.program.gates[id]
		if g.level == 0 && !g.open(&m.contents) || !m.has(g, int(at)) {
			continue
		}
		n := &m.tally[id]
		if n.last == uint16(at)+1 {
			continue // another feature of the word, or another mention, led here
		}
		if n.last == 0 {
			m.tried = append(m.tried, id)
		}
		n.last = uint16(at) + 1
		if m.queued++; m.queued > maxPending {
			return
		}
		m.pending[g.level] = append(m.pending[g.level], try{id, at})
	}
}
