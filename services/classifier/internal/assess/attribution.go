package assess

import (
	"math"
	"slices"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// attribution is whose word a match is: the nearest attribution in its
// sentence that reaches it, nil if there is none.
func (r *run) attribution(c *candidate) *event.Attribution {
	var nearest *phrase.Hit
	distance := int32(math.MaxInt32)
	for i := range c.field.sources {
		h := &c.field.sources[i]
		if d := max(h.Start-c.hit.End, c.hit.Start-h.End, 0); c.field.sentence(h) == c.field.sentence(&c.hit) && d < distance && r.vouches(c.field, h, &c.hit) {
			nearest, distance = h, d
		}
	}
	if nearest == nil {
		return nil
	}
	kind := r.engine.rules.Sources[r.program.Owners[nearest.Phrase].Index]
	return &event.Attribution{Source: kind, Evidence: c.field.evidence(nearest.Start, nearest.End)}
}

// vouches reports whether an attribution reaches a match of its sentence: neither
// a semicolon nor a word that turns to another statement stands between. One that
// is set off at the end speaks of all before it: "fled, but three were killed,
// police said".
func (r *run) vouches(f *fieldRun, source, h *phrase.Hit) bool {
	from, to := source.End, h.Start
	behind := source.Start >= h.End
	if behind {
		from, to = h.End, source.Start
	}
	for i := max(from, 1); i <= to && int(i) < len(f.Tokens); i++ {
		if f.semicolon(i) {
			return false
		}
	}
	for i := to - 1; i >= from; i-- {
		if behind && f.Tokens[i+1].Has(token.Break) {
			return true // what stands before is told by the same voice
		}
		if slices.ContainsFunc(r.program.Turns, func(w phrase.Test) bool { return w.Matches(&f.Tokens[i]) }) || r.turnsAt(f, i) {
			return false
		}
	}
	return true
}

// turnsAt reports whether a phrase that turns to another statement ends with
// token i.
func (r *run) turnsAt(f *fieldRun, i int32) bool {
	return slices.ContainsFunc(f.terminators, func(t phrase.Hit) bool {
		return t.End == i+1 && r.program.Owners[t.Phrase].Role == rule.RoleTurn
	})
}

// speakers are the attributions whose speaker has no part in a match: who was
// kidnapped or did it says nothing in "gunmen kidnapped the governor, said the
// police".
func (r *run) speakers(f *fieldRun) []phrase.Hit {
	verbLast := lang.VerbLast(r.program.Language)
	takesPart := func(s phrase.Hit) bool {
		if r.inAgentCase(f, s.Start, s.Start+1) || !verbLast && cutOff(f, &s) {
			return true
		}
		return slices.ContainsFunc(f.matches, func(h phrase.Hit) bool {
			if h.Start >= s.End || s.Start >= h.End || s.Start >= h.Start && s.End <= h.End {
				return false
			}
			for i := max(s.Start, h.Start); i < min(s.End, h.End); i++ {
				if own := overlapsWords(&s, i, i+1); overlapsWords(&h, i, i+1) && (own || !verbLast) && !(own && setOff(f, &h, i)) {
					return true
				}
			}
			return false
		})
	}
	if !slices.ContainsFunc(f.sources, takesPart) {
		return f.sources
	}
	return slices.DeleteFunc(f.sources, takesPart)
}

// cutOff reports whether the one punctuation mark of an attribution stands directly
// before its second part: in "they seized the police, said the mayor" the police
// said nothing. What two marks enclose tells more of the speaker.
func cutOff(f *fieldRun, s *phrase.Hit) bool {
	at, marks := int32(0), 0
	for i := s.Start + 1; i < s.End; i++ {
		if f.Tokens[i].Has(token.Break) {
			at, marks = i, marks+1
		}
	}
	return marks == 1 && overlapsWords(s, at, at+1)
}

// setOff reports whether punctuation stands between a word of a match and the
// last one before it: "kidnapping the driver, the governor said".
func setOff(f *fieldRun, h *phrase.Hit, at int32) bool {
	for i := at; i > h.Start; i-- {
		if f.Tokens[i].Has(token.Break) {
			return true
		}
		if overlapsWords(h, i-1, i) {
			return false
		}
	}
	return false
}

// innermost leaves out hits around shorter ones, whose gaps passed over these:
// of "the governor, police said" the police.
func innermost(hits []phrase.Hit) []phrase.Hit {
	outer := func(h phrase.Hit) bool {
		return slices.ContainsFunc(hits, func(in phrase.Hit) bool {
			return h.Start <= in.Start && in.End <= h.End && in.End-in.Start < h.End-h.Start
		})
	}
	if !slices.ContainsFunc(hits, outer) {
		return hits
	}
	return slices.DeleteFunc(slices.Clone(hits), outer)
}
