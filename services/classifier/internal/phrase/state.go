package phrase

import (
	"math/bits"

	"faultline/services/classifier/internal/token"
)

// state is a set of positions, as bits counted from the origin in the direction
// of matching. At a tight position the next word must stand directly beside the
// last one; after a gap positions are loose.
type state struct{ tight, loose uint64 }

func (s state) none() bool           { return s.tight|s.loose == 0 }
func (s state) or(other state) state { return state{s.tight | other.tight, s.loose | other.loose} }

// at is the state of one position of s.
func (s state) at(i int) state {
	if i < 0 {
		return state{}
	}
	return state{s.tight & (1 << i), s.loose & (1 << i)}
}

// gap passes up to n words, not over the end of the sentence.
func (m *Matcher) gap(n int, s state) state {
	reach := s.tight | s.loose
	for done := 1; n > 0; done *= 2 {
		reach |= reach << min(done, n)
		n -= min(done, n)
	}
	room := m.to - m.origin
	if m.reverse {
		room = m.origin - m.from
	}
	if room < 63 {
		reach &= 1<<(room+1) - 1
	}
	return state{loose: reach}
}

// beside reports whether a word may be matched at position i, which is a tight
// one: no punctuation, no end of sentence in between.
func (m *Matcher) beside(i int) bool {
	at := m.origin + i
	if m.reverse {
		at = m.origin - i
	}
	return at >= m.to || m.field.Tokens[at].Flags&token.Break == 0
}

// among keeps the positions of s at which one of the places stands next.
func (m *Matcher) among(at places, s state) state {
	keep, origin := uint64(at), m.origin-m.from
	if m.reverse {
		keep = bits.RotateLeft64(bits.Reverse64(keep), origin)
	} else {
		keep = bits.RotateLeft64(keep, -origin)
	}
	return state{s.tight & keep, s.loose & keep}
}

// fewFeatures is how many words of a choice are looked for in the whole sentence
// rather than at each position.
const fewFeatures = 16

// where keeps the positions of s at which a word may pass: where one of its
// features stands. Which word a hyphenated one ends says its first part alone.
func (m *Matcher) where(o *op, s state) state {
	all := s.tight | s.loose
	if m.contents.compounds || all&(all-1) == 0 {
		return s
	}
	if o.kind == kindWord {
		if !m.contents.hasClue(o.id) {
			return state{}
		}
		return m.among(m.contents.places[o.id], s)
	}
	features := m.program.featuresOf(o)
	if len(features) > fewFeatures {
		return s
	}
	var at places
	for _, f := range features {
		if m.contents.hasClue(f) {
			at |= m.contents.places[f]
		}
	}
	return m.among(at, s)
}
