package quantity

import (
	"slices"

	"faultline/services/classifier/internal/token"
)

// Year returns the year that token i is, 0 when it is none.
func Year(f *token.Field, i int) int {
	t := &f.Tokens[i]
	size := t.End - t.Start // digits are one or two bytes each
	if t.Has(token.Number) && t.Flags&(token.Unit|token.Decimal) == 0 && 1800 <= t.Value && t.Value <= 2100 && (size == 4 || size == 8) {
		return int(t.Value)
	}
	return 0
}

// When returns the year at token i if its neighbours make it say when: "in 2010",
// "2010-жылы", or if it heads the sentence. Else it returns 0. The sentence is the tokens [from, to). The field
// must have been read as for Read.
func (rd *Reader) When(f *token.Field, i, from, to int) int {
	year := Year(f, i)
	if year == 0 || Heads(f, i, from, to) || i > from && yearBefore.is(&f.Tokens[i-1]) {
		return year
	}
	if i+1 < to && !f.Tokens[i+1].Has(token.Break) {
		if next := &f.Tokens[i+1]; yearAfter.is(next) || slices.Contains(rd.suffixes, next.Info.Text) {
			return year
		}
	}
	return 0
}

// Heads reports whether a year at token i stands before the sentence as in a
// chronicle: "1995 — gunmen seized the airport".
func Heads(f *token.Field, i, from, to int) bool {
	return i == from && i+1 < to && f.Tokens[i+1].Has(token.Break) && Year(f, i) > 0
}

// date reports whether the digits of token i are a year, or the day behind a
// month.
func (r *reader) date(i int) bool {
	t := &r.field.Tokens[i]
	if Year(r.field, i) > 0 {
		return true
	}
	return r.words.monthFirst && i > 0 && t.Flags&(token.SentenceStart|token.Break) == 0 && month.is(&r.field.Tokens[i-1])
}
