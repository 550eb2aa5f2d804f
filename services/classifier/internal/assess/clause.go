package assess

import (
	"math/bits"
	"slices"
	"strings"

	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/token"
)

// beyondClause reports whether one of those whom a match names acts, or is acted
// upon, in another clause than what it tells of: "killed when the governor was
// seized" kills no governor, and "12 were killed when gunmen attacked" no gunmen.
// A semicolon ends a clause.
func (r *run) beyondClause(f *fieldRun, h *phrase.Hit) bool {
	for i := range h.Slots {
		s := &h.Slots[i]
		if s.Name != phrase.Target && s.Name != phrase.Actor {
			continue
		}
		if s.Start > h.Start && f.semicolonIn(h.Start+1, s.Start+1) || s.End < h.End && f.semicolonIn(s.End, h.End) {
			return true
		}
		if s.Start > h.Start && (s.Name == phrase.Target || s.End == h.End) && r.clauseBetween(f, h, h.Start+1, s.Start) {
			return true
		}
		if s.Name == phrase.Target && s.Start > h.Start && s.End == h.End && r.ownClause(f, s) {
			return true
		}
		if s.Start == h.Start && s.End < h.End && r.clauseBehind(f, h, s) {
			return true
		}
	}
	return false
}

// ownClause reports whether a comma stands before whom a match names at its end, and a verb of
// their own behind: nobody killed the gunmen of "two guards were killed, the gunmen escaped".
func (r *run) ownClause(f *fieldRun, s *phrase.Slot) bool {
	at := s.Start
	for at > 0 && lang.Article(r.program.Language, r.small(f, at-1)) {
		at--
	}
	return f.Tokens[at].Has(token.Break) && int(s.End) < len(f.Tokens) && !f.Tokens[s.End].Has(token.Break) && lang.Did(r.program.Language, r.small(f, s.End))
}

// semicolonIn reports whether a semicolon stands before one of the tokens
// [start, end).
func (f *fieldRun) semicolonIn(start, end int32) bool {
	for i := start; i < end; i++ {
		if f.semicolon(i) {
			return true
		}
	}
	return false
}

// semicolon reports whether one stands between a token and the one before it.
func (f *fieldRun) semicolon(i int32) bool {
	t := &f.Tokens[i]
	return t.Has(token.Clause) && strings.ContainsAny(f.Source[f.Tokens[i-1].End:t.Start], ";؛")
}

// clauseBetween reports whether a word among the tokens [start, end), which the
// match does not hold, begins a clause.
func (r *run) clauseBetween(f *fieldRun, h *phrase.Hit, start, end int32) bool {
	return r.clauseWord(f, h, start, end) >= 0
}

// clauseWord is the first such word, -1 if there is none.
func (r *run) clauseWord(f *fieldRun, h *phrase.Hit, start, end int32) int32 {
	for i := start; i < end; i++ {
		w, before := f.Tokens[i].Info.Text, ""
		if i > 0 {
			before = f.Tokens[i-1].Info.Text
		}
		if w == "as" && i+2 < int32(len(f.Tokens)) && f.Tokens[i+2].Info.Text == w {
			i += 2 // as many as 12
			continue
		}
		if lang.Clause(r.program.Language, before, w) && !allWords(h, i, i+1) {
			return i
		}
	}
	return -1
}

// clauseBehind reports whether the match begins with somebody and goes on in a
// clause of others: "the mayor fled when the governor was kidnapped", "when rebels
// attacked, nine were killed". Who is told of in it as "he" is of both.
func (r *run) clauseBehind(f *fieldRun, h *phrase.Hit, s *phrase.Slot) bool {
	next := s.End // the first word of the match behind them
	if rest := h.Words >> min(s.End-h.Start, 63); rest != 0 {
		next += int32(bits.TrailingZeros64(rest))
	}
	if r.relates(f, h, s.End, next) {
		return true
	}
	if lang.VerbLast(r.program.Language) {
		for i := next - 1; i >= s.End; i-- {
			if lang.EndsClause(r.program.Language, r.small(f, i)) {
				return r.suffererIn(f, i+1, next)
			}
		}
	}
	if at := r.clauseWord(f, h, s.End, next); at >= 0 {
		return at+1 < next && !r.pronounIn(f, h, at+1, next)
	}
	if r.clauseWord(f, h, max(s.Start-reachOfClause, int32(f.Sentences[f.sentence(h)])), s.Start) < 0 {
		return false
	}
	for i := next; i > s.End; i-- {
		if f.Tokens[i].Has(token.Break) {
			return !r.pronounIn(f, h, i, next)
		}
	}
	return false
}

// relates reports whether a verb of those who only deal with what others did stands among the
// tokens [start, end) or, where verbs are last, behind the match: "rebels condemn an army
// attack", "polis saldırıyı soruşturuyor".
func (r *run) relates(f *fieldRun, h *phrase.Hit, start, end int32) bool {
	if lang.VerbLast(r.program.Language) {
		start, end = h.End, min(h.End+1, int32(len(f.Tokens)))
	}
	for i := start; i < end; i++ {
		if lang.Relates(r.program.Language, r.small(f, i)) && !allWords(h, i, i+1) {
			return true
		}
	}
	return false
}

// reachOfClause is how many words may stand between one that begins a clause and
// whom it is of, with articles and such.
const reachOfClause = 2

// pronounIn reports whether somebody named before is told of among the tokens
// [start, end), or behind what the match holds from there.
func (r *run) pronounIn(f *fieldRun, h *phrase.Hit, start, end int32) bool {
	for i := start; i <= h.End && int(i) < len(f.Tokens); i++ {
		if (i < end || i == h.End) && lang.Pronoun(r.program.Language, r.small(f, i)) {
			return true
		}
	}
	return false
}

// suffererIn reports whether people are counted, or somebody who is acted upon is
// named, among the tokens [start, end).
func (r *run) suffererIn(f *fieldRun, start, end int32) bool {
	for _, n := range f.numbers {
		if int32(n.Start) >= start && int32(n.End) <= end {
			return true
		}
	}
	if start >= end {
		return false
	}
	return slices.ContainsFunc(r.castOf(f, f.Tokens[start].Sentence).parties, func(p party) bool {
		return p.part == sufferer && p.start >= start && p.end <= end
	})
}
