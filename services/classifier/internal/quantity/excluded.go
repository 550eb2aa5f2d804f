package quantity

import (
	"slices"

	"faultline/services/classifier/internal/token"
)

// excluded reports whether the number counts something that is no people: it
// is a year, a day, an age, an article, or stands before or after a word of
// measure.
func (r *reader) excluded(n Number) bool {
	tokens := r.field.Tokens
	first := &tokens[n.Start]
	if first.Has(token.Number | token.Hyphen) {
		return true // 2010-05-14, AK-47
	}
	if r.yearLike(n) && !r.peopleFollow(n.End) {
		return true
	}
	if n.Min == 1 && n.Max == 1 && r.words.article && !first.Has(token.Number) && !r.peopleFollow(n.End) {
		return true
	}
	if n.Start > 0 && !first.Has(token.SentenceStart) {
		if before := &tokens[n.Start-1]; n.Min == 1 && negation.is(before) || r.words.monthFirst && month.is(before) && first.Has(token.Number) || label.is(before) && !first.Has(token.Break) {
			return true
		}
	}
	return r.age(n) || n.End < len(tokens) && r.measured(n)
}

// oldest is the greatest number that is taken for an age.
const oldest = 110

// age reports whether the number stands in brackets by itself, or behind a name
// between commas or before a verb of one person: "Alvarado (21)", "Alvarado, 21, was
// a student", "Alvarado 21 was hurt".
func (r *reader) age(n Number) bool {
	tokens := r.field.Tokens
	t := &tokens[n.Start]
	if n.Start == 0 || n.End-n.Start != 1 || n.Min != n.Max || n.Min > oldest || !t.Has(token.Number) {
		return false
	}
	if n.End == len(tokens) || r.bracketed(t) {
		return r.bracketed(t)
	}
	next := &tokens[n.End]
	const stops = token.Break | token.Clause | token.SentenceStart
	if t.Flags&stops == token.Break {
		return tokens[n.Start-1].Has(token.Capital) && next.Flags&stops == token.Break
	}
	return t.Flags&stops == 0 && n.Min > 1 && tokens[n.Start-1].Has(token.Capital) && next.Flags&stops == 0 && singular.is(next)
}

// bracketed reports whether a token stands in round brackets by itself; in square ones
// an editor wrote it into the text.
func (r *reader) bracketed(t *token.Token) bool {
	source := r.field.Source
	return t.Start > 0 && int(t.End) < len(source) && source[t.Start-1] == '(' && source[t.End] == ')'
}

// yearLike reports whether the number is the four digits of a year of our time,
// alone or with an ending: 2010, ٢٠١٠, 2010да, 2010'da.
func (r *reader) yearLike(n Number) bool {
	if n.Min != n.Max || n.Min < 1900 || 2100 < n.Min {
		return false
	}
	if n.End-n.Start > 1 && yearBefore.is(&r.field.Tokens[n.Start]) {
		n.Start++ // the "de" of "de 2020"
	}
	t := &r.field.Tokens[n.Start]
	size := t.End - t.Start
	plain := t.Has(token.Number) && (size == 4 || size == 8)
	return plain && (n.End-n.Start == 1 || slices.Contains(r.words.suffixes, r.field.Tokens[n.Start+1].Info.Text)) || r.words.suffixed(t.Info.Text) == 4
}

// measured reports whether a word of measure follows: years, per cent, dollars,
// kilometres, a month.
func (r *reader) measured(n Number) bool {
	next := &r.field.Tokens[n.End]
	if next.Has(token.SentenceStart) || next.Has(token.Break) {
		return false
	}
	if next.Has(token.Hyphen) && r.field.Tokens[n.End-1].Has(token.Number) {
		return true // 12-year-old, 40-foot, 20-летний
	}
	if next.Has(token.Capital) && n.End+1 < len(r.field.Tokens) && r.field.Tokens[n.End+1].Flags&(token.Break|token.SentenceStart) == 0 {
		if measure.is(&r.field.Tokens[n.End+1]) {
			return true // two Baghdad markets
		}
	}
	if r.isOf(n.Start, n.End) && r.word(n.Start, n.End+1) != "" && month.is(&r.field.Tokens[n.End+1]) {
		return true // 14 de mayo
	}
	if slices.ContainsFunc(r.words.percent, func(phrase []string) bool { return r.matches(n.Start, n.End, phrase) }) {
		return true
	}
	return month.is(next) || measure.is(next) && !r.members(n.End+1) || next.Flags&(token.Unit|token.Decimal) != 0 && next.Has(token.Number)
}

// members reports whether the word at token i makes people of the measure before it.
func (r *reader) members(i int) bool {
	return i < len(r.field.Tokens) && !r.field.Tokens[i].Has(token.Break) && member.is(&r.field.Tokens[i])
}

// peopleFollow reports whether the next word says that a number like a year, or
// an article, counts people after all.
func (r *reader) peopleFollow(i int) bool {
	return i < len(r.field.Tokens) && people.is(&r.field.Tokens[i])
}
