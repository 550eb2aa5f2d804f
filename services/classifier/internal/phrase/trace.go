package phrase

import (
	"math/bits"
	"slices"
)

// trace fills in which words of the hit the phrase matched, and its slots, by
// going back through the states of extent with the ends known. The outermost
// parts of the phrase take as many words as they can: "riot police" rather than
// "police" when both are in the list.
func (m *Matcher) trace(c *sides, at int, h *Hit) {
	m.origin = at
	left, whole := m.program.leftOf(c), m.program.wholeOf(c)
	if len(left) > 0 {
		m.reverse = true
		h.Start = int32(at - m.stretch(left, m.before, at-int(h.Start)))
	}
	m.reverse = false
	h.End = int32(at + m.stretch(whole, m.following, int(h.End)-at))
	if len(left) > 0 {
		m.reverse = true
		m.retrace(left, m.before, at-int(h.Start), h)
	}
	m.reverse = false
	m.retrace(whole, m.following, int(h.End)-at, h)
}

// stretch returns the furthest end that the last op reaches from where it
// begins on the way to end.
func (m *Matcher) stretch(ops []op, states []state, end int) int {
	last := len(ops) - 1
	if m.oneWord(&ops[last]) || ops[last].loose {
		return end
	}
	if _, reached, ok := m.firstTo(&ops[last], states[last], end); ok {
		return bits.Len64(reached.tight|reached.loose) - 1
	}
	return end
}

// path finds how the ops lead from s to position end and records each step.
func (m *Matcher) path(ops []op, s state, end int, h *Hit) {
	base := len(m.states) // path calls itself: each call has its part
	_, m.states = m.walk(ops, s, m.states)
	m.retrace(ops, m.states[base:], end, h)
	m.states = m.states[:base]
}

// retrace records the steps from the states of the ops to position end, last op
// first.
func (m *Matcher) retrace(ops []op, states []state, end int, h *Hit) {
	for i := len(ops) - 1; i >= 0; i-- {
		from, begin, ok := m.stepTo(&ops[i], states[i], end)
		if !ok {
			return // cannot be: end was reached on the way here
		}
		m.record(&ops[i], from, begin, end, h)
		end = begin
	}
}

// oneWord reports whether what o matches, if it does, is one token.
func (m *Matcher) oneWord(o *op) bool {
	return o.isWord() && !m.contents.compounds
}

// stepTo returns the first position of s from which o reaches end; for a gap the
// last, so that what stands before it takes as many words as it can.
func (m *Matcher) stepTo(o *op, s state, end int) (from state, begin int, ok bool) {
	all := s.tight | s.loose
	switch {
	case o.kind == kindGap:
		begin = bits.Len64(all&(2<<end-1)) - 1
		return s.at(begin), begin, begin >= 0 && end-begin <= int(o.id)
	case m.oneWord(o):
		begin = end - 1
		return s.at(begin), begin, begin >= 0 && all>>begin&1 == 1
	}
	begin, _, ok = m.firstTo(o, s, end)
	return s.at(begin), begin, ok
}

// firstTo returns the first position of s from which o reaches end, and all it reaches
// from there.
func (m *Matcher) firstTo(o *op, s state, end int) (begin int, reached state, ok bool) {
	s = m.entries(o, s)
	for all := s.tight | s.loose; all != 0; all &= all - 1 {
		begin = bits.TrailingZeros64(all)
		if reached = m.step(o, s.at(begin)); (reached.tight|reached.loose)>>end&1 == 1 {
			return begin, reached, true
		}
	}
	return 0, state{}, false
}

// entries keeps the positions of s at which o may begin, by what stands there: a gap
// before it leaves many, and to try each costs more than finding the match did.
func (m *Matcher) entries(o *op, s state) state {
	switch o.kind {
	case kindWord, kindAnyWord:
		return m.where(o, s)
	case kindRef:
		return m.mentioned(Set(o.id), s)
	case kindAlt:
		return m.atEdges(o, s)
	case kindSlot, kindSeq:
		return m.entries(m.first(m.program.kidsOf(o)), s)
	}
	return s
}

// first is the kid of a sequence that is matched first.
func (m *Matcher) first(kids []op) *op {
	if m.reverse {
		return &kids[len(kids)-1]
	}
	return &kids[0]
}

// record notes what o, matched from begin to end, contributes.
func (m *Matcher) record(o *op, from state, begin, end int, h *Hit) {
	kids := m.program.kidsOf(o)
	switch o.kind {
	case kindGap:
	case kindWord, kindAnyWord, kindRef:
		m.mark(begin, end, h)
	case kindOpt:
		if begin != end {
			m.record(&kids[0], from, begin, end, h)
		}
	case kindAlt:
		for i := range kids {
			k := &kids[i]
			if !m.mayMatch(k) {
				continue
			}
			if s := m.step(k, from); (s.tight|s.loose)>>end&1 == 1 {
				m.record(k, from, begin, end, h)
				return
			}
		}
	default:
		if o.kind == kindSlot {
			start, stop := m.tokens(begin, end)
			m.slots = append(m.slots, Slot{m.program.slots[o.id], int32(start), int32(stop)})
			h.Slots = m.slots[len(m.slots)-len(h.Slots)-1 : len(m.slots) : len(m.slots)]
		}
		if len(kids) == 1 {
			m.record(&kids[0], from, begin, end, h)
			return
		}
		m.path(m.ordered(kids), from, end, h)
	}
}

// ordered returns the kids in the direction of matching.
func (m *Matcher) ordered(kids []op) []op {
	if !m.reverse {
		return kids
	}
	turned := slices.Clone(kids)
	slices.Reverse(turned)
	return turned
}

// tokens turns positions into tokens.
func (m *Matcher) tokens(begin, end int) (start, stop int) {
	if m.reverse {
		return m.origin - end, m.origin - begin
	}
	return m.origin + begin, m.origin + end
}

func (m *Matcher) mark(begin, end int, h *Hit) {
	start, stop := m.tokens(begin, end)
	for i := start; i < stop; i++ {
		if k := i - int(h.Start); k >= 0 && k < 64 {
			h.Words |= 1 << k
		}
	}
}
