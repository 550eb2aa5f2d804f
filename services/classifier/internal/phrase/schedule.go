package phrase

import (
	"math/bits"
	"slices"

	"faultline/services/classifier/internal/token"
)

// try is a place where a phrase may match: its anchor can begin there.
type try struct {
	phrase ID
	token  int32
}

// contents is what stands in a sentence, the tokens [from, to): its clues, and
// where.
type contents struct {
	from, to  int
	has       []uint64 // by clue, as bits
	places    []places // by clue; of those that the sentence has
	compounds bool     // there are hyphenated words
}

// places are tokens of a sentence: bit i is set for token i, or one that is a
// multiple of 64 tokens away from it, which sentences of news are too short for.
type places uint64

// span is the places of the tokens from first to last, counted from the beginning
// of the sentence.
func span(first, last int) places {
	if last-first >= 63 {
		return ^places(0)
	}
	return places(bits.RotateLeft64(2<<(last-first)-1, first))
}

func (c *contents) reset(clues, from, to int) {
	if len(c.places) < clues {
		*c = contents{has: make([]uint64, (clues+63)/64), places: make([]places, clues)}
	}
	c.from, c.to, c.compounds = from, to, false
	clear(c.has)
	c.add(always, ^places(0))
}

func (c *contents) hasClue(x clue) bool { return c.has[x/64]>>(x%64)&1 == 1 }

// add notes a clue that tokens have. Whether it is the first of the sentence nobody
// can foresee, and so it does not ask: what is there of another sentence goes.
func (c *contents) add(x clue, at places) {
	has, place := &c.has[x/64], &c.places[x]
	*place = *place&-places(*has>>(x%64)&1) | at
	*has |= 1 << (x % 64)
}

// sees reports whether a token in the window around the anchor may have a clue
// that the sentence has.
func (c *contents) sees(x clue, w window, anchor int) bool {
	low, high := int(w.low), int(w.high)
	if c.compounds {
		low, high = w.hyphenated()
	}
	low, high = max(c.from, anchor+low)-c.from, min(c.to-1, anchor+high)-c.from
	return low <= high && c.places[x]&span(low, high) != 0
}

// known is a feature of a token, with which a phrase can begin.
type known struct {
	feature uint32
	token   int32
}

// read notes what stands in a sentence: the words that phrases know and the
// first counts. It returns the other counts.
func (m *Matcher) read(counts []Mention) []Mention {
	m.known = m.known[:0]
	m.contents.reset(m.program.clueCount, m.from, m.to)
	var heads []int32
	heads, m.heads = before(m.heads, m.to)
	m.contents.compounds = len(heads) > 0
	knowns := m.knowns
	for ; len(knowns) > 0 && int(knowns[0]) < m.to; knowns = knowns[1:] {
		at := knowns[0]
		for ; len(heads) > 0 && heads[0] < at; heads = heads[1:] {
			m.know(m.compoundAt(heads[0]), int(heads[0]))
		}
		m.know(m.field.Tokens[at].Info, int(at))
	}
	m.knowns = knowns
	for _, at := range heads {
		m.know(m.compoundAt(at), int(at))
	}
	for ; len(counts) > 0 && int(counts[0].Start) < m.to; counts = counts[1:] {
		c := counts[0]
		c.Set, c.Phrase = Counts, -1
		m.mention(c)
	}
	return counts
}

// compoundAt is the hyphenated word that a token begins.
func (m *Matcher) compoundAt(at int32) *token.Word {
	return m.field.Compound(&m.field.Tokens[at]).Word
}

// before returns the indexes that are less than a limit, and the rest.
func before(indexes []int32, limit int) (these, rest []int32) {
	n := 0
	for n < len(indexes) && int(indexes[n]) < limit {
		n++
	}
	return indexes[:n], indexes[n:]
}

func (m *Matcher) know(w *token.Word, at int) {
	features := w.Features()
	m.known = slices.Grow(m.known, len(features))
	begin, many := m.known[:len(m.known)+len(features)], len(m.known)
	here := places(1) << ((at - m.from) & 63)
	for _, feature := range features {
		m.contents.add(feature, here)
		begin[many] = known{feature, int32(at)}
		many += int(m.program.begins[feature/64] >> (feature % 64) & 1)
	}
	m.known = begin[:many]
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
		return m.contents.hasClue(c) && m.contents.sees(c, n.window, at)
	})
}

// scheduleKnown notes the phrases whose anchor begins with a word of the
// sentence.
func (m *Matcher) scheduleKnown(by *index) {
	for _, x := range m.known {
		m.schedule(by, x.feature, x.token)
	}
}

// schedule notes that the phrases which a clue begins may match with their anchor
// at a token. The words that the sentence lacks rule out nearly all others at
// once; the mentions that it lacks, only when all are found.
func (m *Matcher) schedule(by *index, begin clue, at int32) {
	has, from := m.contents.has, by.from[begin]
	for i, partner := range by.partners[from:by.from[begin+1]] {
		if has[partner/64]>>(partner%64)&1 != 0 {
			m.consider(partner, &by.starts[int(from)+i], at)
		}
	}
}

// consider notes that a phrase, whose partner the sentence has, may match with its
// anchor at a token, unless words are missing around it.
func (m *Matcher) consider(partner clue, s *start, at int32) {
	if partner != always && !m.contents.sees(partner, s.window, int(at)) {
		return
	}
	n, g := &m.tally[s.phrase], &m.program.gates[s.phrase]
	if n.last == uint16(at)+1 || !m.met(m.program.needs[g.from:][:g.words], int(at)) {
		return // when it is noted, another feature of the word, or another mention, led here
	}
	if n.last == 0 {
		m.tried = append(m.tried, s.phrase)
	}
	n.last = uint16(at) + 1
	if m.queued++; m.queued > maxPending {
		return
	}
	m.waiting++
	m.pending[g.level] = append(m.pending[g.level], try{s.phrase, at})
}
