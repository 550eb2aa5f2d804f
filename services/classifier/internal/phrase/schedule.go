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

// read notes the words of a sentence that phrases know and the first counts,
// those that stand in it, and schedules the phrases whose anchor is among them.
// It returns the other counts.
func (m *Matcher) read(sentence int32, counts []Mention) []Mention {
	if m.sentence++; m.sentence == 0 { // after four billion
		clear(m.seen)
		m.sentence = 1
	}
	m.known = m.known[:0]
	from, to := m.field.SentenceBounds(sentence)
	s := &m.contents[sentence]
	for i := from; i < to; i++ {
		t := &m.field.Tokens[i]
		if t.Flags&token.Known != 0 {
			m.know(s, t.Info, i)
		}
		if t.Compound != nil {
			m.know(s, t.Compound, i)
		}
	}
	for ; len(counts) > 0 && int(counts[0].Start) < to; counts = counts[1:] {
		c := counts[0]
		if c.Set, c.Phrase = Counts, -1; m.mention(c) {
			m.schedule(m.program.bySet[Counts], c.Start, true)
		}
	}
	for _, x := range m.known {
		m.schedule(m.program.byFeature[x.feature], x.token, true)
	}
	return counts
}

func (m *Matcher) know(s *signature, w *token.Word, at int) {
	for _, feature := range w.Features() {
		s.addFeature(feature)
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
		if n.to > n.from && !m.meets(n, at) {
			return false
		}
	}
	return true
}

func (m *Matcher) meets(n *wordNeed, at int) bool {
	low, high := at+n.low(), at+n.high()
	for _, f := range m.program.needed[n.from:n.to] {
		if x := &m.seen[f]; x.sentence == m.sentence && int(x.first) <= high && int(x.last) >= low {
			return true
		}
	}
	return false
}

// schedule notes that phrases may match with their anchor at a token. What a
// sentence lacks rules out most of them at once, but for references, whose
// mentions are found later. atRead says that the sentence has just been read.
func (m *Matcher) schedule(phrases []ID, at int32, atRead bool) {
	have := &m.contents[m.field.Tokens[at].Sentence]
	for _, id := range phrases {
		g := &m.program.gates[id]
		if g.level == 0 && !g.open(have) || atRead && !m.has(g, int(at)) {
			continue
		}
		if m.queued++; m.queued > maxPending {
			return
		}
		if g.beside {
			m.waiting = append(m.waiting, try{id, at})
		} else {
			m.pending[g.level] = append(m.pending[g.level], try{id, at})
		}
	}
}
