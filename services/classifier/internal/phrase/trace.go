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
	if len(c.left) > 0 {
		m.reverse = true
		h.Start = int32(at - m.stretch(c.left, m.before, at-int(h.Start)))
	}
	m.reverse = false
	h.End = int32(at + m.stretch(c.whole, m.following, int(h.End)-at))
	if len(c.left) > 0 {
		m.reverse = true
		m.retrace(c.left, m.before, at-int(h.Start), h)
	}
	m.reverse = false
	m.retrace(c.whole, m.following, int(h.End)-at, h)
}

// stretch returns the furthest end that the last op reaches from where it
// begins on the way to end.
func (m *Matcher) stretch(ops []op, states []state, end int) int {
	last := len(ops) - 1
	if m.oneWord(&ops[last]) || ops[last].hasGap() {
		return end
	}
	from, _, ok := m.stepTo(&ops[last], states[last], end)
	if !ok {
		return end
	}
	reached := m.step(&ops[last], from)
	return bits.Len64(reached.tight|reached.loose) - 1
}

func (o *op) hasGap() bool {
	return o.kind == kindGap || slices.ContainsFunc(o.kids, func(k op) bool { return k.hasGap() })
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
	return (o.kind == kindWord || o.kind == kindAnyWord) && !m.contents.compounds
}

// stepTo returns the first position of s from which o reaches end; for a gap the
// last, so that what stands before it takes as many words as it can.
func (m *Matcher) stepTo(o *op, s state, end int) (from state, begin int, ok bool) {
	all := s.tight | s.loose
	switch {
	case o.kind == kindGap:
		begin = bits.Len64(all&(2<<end-1)) - 1
		return s.at(begin), begin, begin >= 0 && end-begin <= int(o.gap)
	case m.oneWord(o):
		begin = end - 1
		return s.at(begin), begin, begin >= 0 && all>>begin&1 == 1
	}
	for ; all != 0; all &^= 1 << begin {
		begin = bits.TrailingZeros64(all)
		from = s.at(begin)
		if reached := m.step(o, from); (reached.tight|reached.loose)>>end&1 == 1 {
			return from, begin, true
		}
	}
	return state{}, 0, false
}

// record notes what o, matched from begin to end, contributes.
func (m *Matcher) record(o *op, from state, begin, end int, h *Hit) {
	switch o.kind {
	case kindGap:
	case kindWord, kindAnyWord, kindRef:
		m.mark(begin, end, h)
	case kindOpt:
		if begin != end {
			m.path(o.kids, from, end, h)
		}
	case kindAlt:
		for i := range o.kids {
			k := &o.kids[i]
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
		m.path(m.ordered(o.kids), from, end, h)
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
