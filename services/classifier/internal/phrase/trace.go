package phrase

import (
	"math/bits"
	"slices"
)

// trace fills in which words of the hit the phrase matched, and its slots, by
// going through the phrase once more with the ends known. The outermost parts
// of the phrase take as many words as they can: "riot police" rather than
// "police" when both are in the list.
func (m *Matcher) trace(c *compiled, at int, h *Hit) {
	m.origin, m.reverse = at, false
	h.End = int32(at + m.stretch(c.whole, state{loose: 1}, int(h.End)-at))
	if len(c.left) > 0 {
		m.reverse = true
		h.Start = int32(at - m.stretch(c.left, state{tight: 1}, at-int(h.Start)))
		m.path(c.left, state{tight: 1}, at-int(h.Start), h)
	}
	m.reverse = false
	m.path(c.whole, state{loose: 1}, int(h.End)-at, h)
}

// stretch returns the furthest end that the last op reaches from where it
// begins on the way to end.
func (m *Matcher) stretch(ops []op, s state, end int) int {
	last := &ops[len(ops)-1]
	if last.hasGap() {
		return end
	}
	for i := range ops[:len(ops)-1] {
		s = m.step(&ops[i], s)
	}
	from, _, ok := m.stepTo(last, s, end)
	if !ok {
		return end
	}
	reached := m.step(last, from)
	return bits.Len64(reached.tight|reached.loose) - 1
}

func (o *op) hasGap() bool {
	return o.kind == kindGap || slices.ContainsFunc(o.kids, func(k op) bool { return k.hasGap() })
}

// path finds how the ops lead from s to position end, last op first, and
// records each step.
func (m *Matcher) path(ops []op, s state, end int, h *Hit) {
	base := len(m.states) // path calls itself: each call has its part
	defer func() { m.states = m.states[:base] }()
	for i := range ops {
		m.states = append(m.states, s)
		s = m.step(&ops[i], s)
	}
	for i := len(ops) - 1; i >= 0; i-- {
		from, begin, ok := m.stepTo(&ops[i], m.states[base+i], end)
		if !ok {
			return // cannot be: end was reached on the way here
		}
		m.record(&ops[i], from, begin, end, h)
		end = begin
	}
}

// stepTo returns the first position of s from which o reaches end; for a gap the
// last, so that what stands before it takes as many words as it can.
func (m *Matcher) stepTo(o *op, s state, end int) (from state, begin int, ok bool) {
	for all := s.tight | s.loose; all != 0; all &^= 1 << begin {
		begin = bits.TrailingZeros64(all)
		if o.kind == kindGap {
			begin = bits.Len64(all) - 1
		}
		from = state{s.tight & (1 << begin), s.loose & (1 << begin)}
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
			h.Slots = append(h.Slots, Slot{m.program.slots[o.id], int32(start), int32(stop)})
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
