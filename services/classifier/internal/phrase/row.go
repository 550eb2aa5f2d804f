package phrase

import "faultline/services/classifier/internal/token"

// rowAt is spanOf for words side by side in a sentence without hyphenated words: most
// names are such rows, and they need no states.
func (m *Matcher) rowAt(c *sides, at int) (start, end int, ok bool) {
	start, end = at-len(c.left), at+len(c.whole)
	if start < m.from || end > m.to {
		return 0, 0, false
	}
	tokens := m.field.Tokens[start:end]
	anchor := len(c.left)
	for i := range tokens {
		t := &tokens[i]
		if i > 0 && t.Flags&token.Break != 0 || !c.part(i-anchor).test(t, t.Info) {
			return 0, 0, false
		}
	}
	return start, end, true
}

// part is the op so many behind the anchor, or before it when i is negative.
func (c *sides) part(i int) *op {
	if i < 0 {
		return &c.left[-1-i]
	}
	return &c.whole[i]
}
