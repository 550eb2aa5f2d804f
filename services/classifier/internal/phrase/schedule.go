package phrase

import (
	"slices"

	"faultline/services/classifier/internal/token"
)

// try is a place where a phrase may match: its anchor can begin there.
type try struct {
	phrase ID
	token  int32
}

// contents is what stands in a sentence: its clues, and where.
type contents struct {
	has   []uint64 // by clue, as bits
	sight []sight  // by clue; of those that the sentence has
}

// sight is the first and the last token that has a clue.
type sight struct{ first, last uint16 } // fields have fewer tokens

func (c *contents) reset(clues int) {
	if len(c.sight) < clues {
		*c = contents{make([]uint64, (clues+63)/64), make([]sight, clues)}
	}
	clear(c.has)
	c.add(always, 0, 0)
}

func (c *contents) hasClue(x clue) bool { return c.has[x/64]>>(x%64)&1 == 1 }

// add notes a clue that the tokens from first to last have.
func (c *contents) add(x clue, first, last uint16) {
	s := &c.sight[x]
	if !c.hasClue(x) {
		c.has[x/64] |= 1 << (x % 64)
		*s = sight{first, last}
		return
	}
	s.first, s.last = min(s.first, first), max(s.last, last)
}

// known is a feature of a token.
type known struct {
	feature uint32
	token   int32
}

// read notes what stands in a sentence: the words that phrases know and the
// first counts. It returns the other counts.
func (m *Matcher) read(counts []Mention) []Mention {
	m.known = m.known[:0]
	m.contents.reset(m.program.clueCount)
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
		m.contents.add(feature, uint16(at), uint16(at))
		m.known = append(m.known, known{feature, int32(at)})
	}
}

// met reports whether the sentence has, around the token, what each need asks
// for.
func (m *Matcher) met(needs []need, at int) bool {
	for i := range needs {
		if !m.meets(&needs[i], at) {
			return false
		}
	}
	return true
}

func (m *Matcher) meets(n *need, at int) bool {
	return slices.ContainsFunc(m.program.needed[n.from:][:n.count], func(c clue) bool {
		return m.contents.hasClue(c) && n.sees(m.contents.sight[c], at)
	})
}

// scheduleKnown notes the phrases whose anchor begins with a word of the
// sentence.
func (m *Matcher) scheduleKnown(by *index) {
	for _, x := range m.known {
		m.schedule(by.of(x.feature), x.token)
	}
}

// schedule notes that phrases may match with their anchor at a token. The words
// that the sentence lacks rule out nearly all others at once; the mentions that it
// lacks, only when all are found.
func (m *Matcher) schedule(starts []start, at int32) {
	for _, s := range starts {
		if !m.contents.hasClue(s.partner) || !s.sees(m.contents.sight[s.partner], int(at)) {
			continue
		}
		id := s.phrase
		n, g := &m.tally[id], &m.program.gates[id]
		if n.last == uint16(at)+1 || !m.met(m.program.needs[g.from:][:g.words], int(at)) {
			continue // when it is noted, another feature of the word, or another mention, led here
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
