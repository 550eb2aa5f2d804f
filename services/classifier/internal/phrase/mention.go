package phrase

// Set names what a mention is of: a list, an entity class, an entity, or Counts.
type Set uint32

// Counts is the set of number expressions.
const Counts Set = 0

// Mention is a span of tokens that a phrase can refer to by name.
type Mention struct {
	Start, End int32
	Set        Set
	// Phrase is the phrase that found it, -1 for numbers.
	Phrase             int32
	nextStart, nextEnd int32 // chains of mentions with the same start or end; 0 ends them
}

// mentions are those of one field, indexed by their ends.
type mentions struct {
	all        []Mention // from 1
	start, end []int32   // by token: head of the chain
}

func (m *mentions) reset(tokens int) {
	m.all = append(m.all[:0], Mention{})
	m.start = grow(m.start, tokens+1)
	m.end = grow(m.end, tokens+1)
}

// grow returns n zeros, in s if they fit.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// add stores a mention unless the same is there.
func (m *mentions) add(x Mention) bool {
	for i := m.start[x.Start]; i != 0; i = m.all[i].nextStart {
		if have := &m.all[i]; have.Set == x.Set && have.End == x.End {
			return false
		}
	}
	x.nextStart, x.nextEnd = m.start[x.Start], m.end[x.End]
	n := int32(len(m.all))
	m.all = append(m.all, x)
	m.start[x.Start], m.end[x.End] = n, n
	return true
}
