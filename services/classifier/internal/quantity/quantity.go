// Package quantity reads numbers of people from a text: digits, words, bounds
// ("at least 12"), ranges ("10-15") and vague amounts ("dozens").
package quantity

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"faultline/services/classifier/internal/token"
)

// Number is a number expression: the tokens [Start, End) say Min to Max. Max 0
// means that there is no upper bound.
type Number struct {
	Start, End int
	Min, Max   int
	// Over is set when there are more than Min: "more than 60".
	Over bool
	// Part is set when the number is part of one before it: "including three".
	Part bool
	// Vague is set when no figure is given: "dozens".
	Vague bool
}

// Read appends the numbers of the field that can count people to found, in
// order, and returns it. Years, days of a month, ages, ordinals, times,
// percentages and money are no such numbers. The field must have been read with
// a lexicon whose analyzer is Mark, or calls it.
func (rd *Reader) Read(f *token.Field, found []Number) []Number {
	r := reader{field: f, words: rd}
	for i := 0; ; {
		figure := r.figure(i)
		if figure < 0 {
			return found
		}
		for i = max(i, r.from(figure)); i <= figure; i++ {
			if f.Tokens[i].Flags&(token.Number|token.Numeral) == 0 {
				continue
			}
			if n, ok := r.at(i); ok {
				if !r.excluded(n) {
					n.Part = r.part(n, found)
					found = append(found, n)
				}
				i = n.End
				break
			}
		}
	}
}

// figure is the next token from i on that may be a number itself, -1 if there is
// none.
func (r *reader) figure(i int) int {
	for k, tokens := i, r.field.Tokens; k < len(tokens); k++ {
		if tokens[k].Flags&(token.Number|token.Figure) != 0 {
			return k
		}
	}
	return -1
}

// from is the first token from which a qualifier can lead to a figure: "over",
// "up" and "at" are frequent.
func (r *reader) from(figure int) int {
	from := figure
	for from > 0 && from > figure-maxLength && r.field.Tokens[from].Flags&(token.Break|token.SentenceStart) == 0 {
		from--
	}
	return from
}

// maxLength is the longest number expression in words.
const maxLength = 10

type reader struct {
	field *token.Field
	words *Reader
}

// word is the folded text of a token, "" outside the sentence or behind
// punctuation.
func (r *reader) word(start, i int) string {
	if i < start || i >= len(r.field.Tokens) || i-start > maxLength {
		return ""
	}
	t := &r.field.Tokens[i]
	if i > start && t.Flags&(token.Break|token.SentenceStart) != 0 {
		return ""
	}
	return t.Info.Text
}

// at reads the number expression that starts at token i: bound, value, range.
func (r *reader) at(i int) (Number, bool) {
	n := Number{Start: i}
	bound, first := r.bound(i)
	low, next, ok := r.value(i, first)
	if !ok {
		return n, false
	}
	n.Min, n.Max, n.End, n.Vague = low.min, low.max, next, low.max == 0
	if high, end, ok := r.rangeEnd(i, first, next); ok {
		low.share(&high)
		n.Min, n.Max = low.min, low.max
		switch falls := high.min < low.min; {
		case falls && i < first, r.afterGrowth(i, i): // "from 20 to 12" is 12, "rose from 12 to 15" is 15
			n.Min, n.Max, n.End = high.min, high.min, end
		case high.min > low.min:
			n.Max, n.End = high.min, end
		}
	}
	if low.milli > 0 {
		return n, false // 1.5 of nothing counts nobody
	}
	if b, words := r.boundBehind(i, n.End); words > 0 || b != exact {
		n.End += words
		if b != exact && (b != upTo || n.Max <= n.Min) { // "10-15ке чейин" is the range
			bound = b
		}
	}
	switch bound {
	case atLeast:
		n.Max = 0
	case moreThan:
		n.Max, n.Over = 0, !n.Vague
	case atMost:
		n.Min, n.Max = 0, max(n.Max, n.Min)
	case upTo:
		n.Max = max(n.Max, n.Min)
		n.Min = 1
	}
	return n, true
}

// amount is a value before bounds are applied.
type amount struct {
	min, max int
	milli    int // thousandths besides, which no word of magnitude has made whole
	scale    int // the word of magnitude it ends in, 0 if there is none
}

// share gives the lower end of a range the magnitude that only the upper one
// names: "10 to 15 thousand", but not "900 to 2 thousand".
func (a *amount) share(high *amount) {
	if a.scale > 0 || high.scale == 0 {
		return
	}
	if n := saturate(0, a.min, high.scale) + a.milli*(high.scale/1000); n <= high.min {
		*a = amount{min: n, max: n}
	}
}

// decimal reads "1,5" as whole and thousandths, if a word of magnitude follows.
func (r *reader) decimal(start, i int) (whole, milli int, ok bool) {
	t := &r.field.Tokens[i]
	pointed := t.Has(token.Grouped) && !r.words.points
	if !t.Has(token.Number) || t.Has(token.Unit) || !t.Has(token.Decimal) && !pointed || !r.magnitude(start, i+1) {
		return 0, 0, false
	}
	at := strings.IndexAny(t.Info.Text, ".,٫")
	whole, err := strconv.Atoi(t.Info.Text[:max(at, 0)])
	rest := strings.TrimLeft(t.Info.Text[max(at, 0):], ".,٫")
	milli, bad := strconv.Atoi((rest + "000")[:3])
	return whole, milli, err == nil && bad == nil && whole < math.MaxInt32
}

// magnitude reports whether a word such as "thousand" stands at token i, or behind
// the upper end of a range there.
func (r *reader) magnitude(start, i int) bool {
	for j := i; j < i+3; j++ {
		w := r.word(start, j)
		if w == "" {
			return false
		}
		if _, k := r.number(w); k == scale || k == vague && j == i {
			return true
		}
		if t := &r.field.Tokens[j]; !t.Has(token.Number) && !slices.Contains(r.words.to, w) && !slices.Contains(r.words.and, w) {
			return false
		}
	}
	return false
}

// half is how many words of "and a half", or "half a", stand at token i, 0 if
// they say nothing about the number so far.
func (r *reader) half(start, i int, s *sum) int {
	if !halves.is(&r.field.Tokens[i]) {
		return 0
	}
	for _, phrase := range r.words.halves {
		closed := s.seen && s.part == 0 && s.last >= 1000
		if r.matches(start, i, phrase) && s.milli == 0 && (closed || r.magnitude(start, i+len(phrase))) {
			return len(phrase)
		}
	}
	return 0
}

// digits reports whether a token is a whole number in digits.
func (r *reader) digits(t *token.Token) bool {
	return t.Has(token.Number) && t.Flags&(token.Unit|token.Joined|token.Decimal) == 0 && (r.words.points || !t.Has(token.Grouped))
}

// value reads "12", "twelve", "two hundred and five", "12 thousand", "dozens
// of", "several hundred".
func (r *reader) value(start, i int) (amount, int, bool) {
	var s sum
	for j := i; ; j++ {
		w := r.word(start, j)
		if w == "" {
			return s.amount(), j, s.seen
		}
		number, kind := r.numberAt(start, j)
		switch t := &r.field.Tokens[j]; {
		case r.half(start, j, &s) > 0:
			j += r.half(start, j, &s) - 1
			s.halve()
		case t.Flags&(token.Decimal|token.Grouped) != 0 && !s.seen && !r.digits(t):
			whole, milli, ok := r.decimal(start, j)
			if !ok {
				return amount{}, j, false
			}
			s = sum{part: whole, milli: milli, last: afterDigits, seen: true}
		case r.digits(t) && !s.seen:
			s = sum{part: int(t.Value), last: afterDigits, seen: true, date: r.date(j)}
		case !s.seen && r.words.suffixed(w) > 0:
			value, _ := strconv.Atoi(w[:r.words.suffixed(w)]) // too many digits are the largest int
			s = sum{part: min(value, math.MaxInt32)}
			return s.amount(), j + 1, true
		case s.last == afterDigits && slices.Contains(r.words.suffixes, w):
			return s.amount(), j + 1, true
		case kind == vague && s.vague():
			return r.vague(start, j, number)
		case s.take(number, kind):
		case kind == scale && !s.seen && j+1 < len(r.field.Tokens) && r.half(start, j+1, &sum{last: number, seen: true}) > 0:
			s = sum{total: number, last: number, seen: true} // "مليون ونصف"
		case r.words.andFrom > 0 && s.last != afterDigits && s.seen && s.last >= r.words.andFrom && slices.Contains(r.words.and, w) && r.goesOn(start, i, j+1, s.last):
		default:
			return s.amount(), j, s.seen
		}
	}
}

// sum is a number while its words are read.
type sum struct {
	total, part int // what the last scale word closed, and what came after it
	milli       int // thousandths of what comes next
	last        int // the value of the last word
	seen        bool
	date        bool // it is a year or a day, which no word multiplies
}

// afterDigits is sum.last when the number is in digits.
const afterDigits = math.MaxInt

func (s *sum) amount() amount {
	n := min(s.total+s.part, math.MaxInt32)
	a := amount{min: n, max: n, milli: s.milli}
	if s.part == 0 && s.last != afterDigits && s.last >= 1000 {
		a.scale = s.last
	}
	return a
}

// halve adds half of what was said last, or of what comes next.
func (s *sum) halve() {
	if s.seen && s.part == 0 {
		s.total += s.last / 2
		return
	}
	if !s.seen {
		s.seen, s.last = true, 1
	}
	s.milli = 500
}

// vague reports whether a vague word begins an amount: "several", or "бир нече",
// which is "one how-many".
func (s *sum) vague() bool { return !s.seen || s.total == 0 && s.last == 1 && s.milli == 0 }

// take adds a number word, and reports whether it can follow the ones before.
func (s *sum) take(number int, k kind) bool {
	if s.date {
		return false
	}
	switch k {
	case addend, cardinal, vigesimal:
		return s.add(number, k)
	case sesqui:
		if s.seen {
			return false
		}
		*s = sum{part: 1, milli: 500, last: 1, seen: true}
		return true
	case hundred:
		return s.multiply(number)
	case scale:
		if !s.seen && number >= 1_000_000 {
			return false
		}
		if s.part == 0 && s.milli == 0 {
			s.part = 1
		}
		*s = sum{total: min(saturate(s.total, s.part, number)+s.milli*(number/1000), math.MaxInt32), last: number, seen: true}
		return true
	case vague: // "два десятка", "три сотни"
		if n := several(number); n > 0 && s.part > 0 && (s.last < 100 || s.last == afterDigits && (s.part < 10 || n == 1000)) {
			// ten tens are a hundred, and nobody says so in digits: "at 10 dozens fell"
			s.part, s.milli, s.last = saturate(0, s.part, n)+s.milli*n/1000, 0, number
			return true
		}
	}
	return false
}

func (s *sum) add(number int, k kind) bool {
	switch {
	case !s.seen:
		s.part = number
	case k == addend && s.last < 10:
		s.part += number
	case k == vigesimal && s.last == 4:
		s.part += 4*number - 4
	case s.last != afterDigits && number < s.last:
		s.part += number
	default:
		return false
	}
	s.last, s.seen = number, true
	return true
}

func (s *sum) multiply(number int) bool {
	switch {
	case !s.seen:
		s.part = number
	case s.last == afterDigits && s.part < 100 && s.total == 0, s.last != afterDigits && 0 < s.part && s.part < 100:
		s.part *= number
	default:
		return false
	}
	s.last, s.seen = number, true
	return true
}

// several is what a vague number counts when another says how many: "dozens" is
// 24 and more, "two dozens" twice twelve.
func several(vague int) int {
	switch vague {
	case 10, 20:
		return 10
	case 24:
		return 12
	case 100, 200:
		return 100
	case 1000, 2000:
		return 1000
	}
	return 0
}

func saturate(total, part, factor int) int {
	if part > math.MaxInt32/factor {
		return math.MaxInt32
	}
	return min(total+part*factor, math.MaxInt32)
}

// goesOn reports whether the number word at token j, behind "and", belongs to the one
// that began at i and ended in last, and is not the upper end of "between 50 and 60".
func (r *reader) goesOn(start, i, j, last int) bool {
	n, kind := r.number(r.word(start, j))
	between := i > start && slices.Contains(r.words.between, r.word(start, i-1))
	return kind == cardinal && n < last && (!between || n < 10 && last < 100)
}

// vague reads "dozens", "several dozen", "hundreds of", "tens of thousands".
func (r *reader) vague(start, j, number int) (amount, int, bool) {
	low := number
	j++
	for range 2 {
		k := j
		if r.isOf(start, k) {
			k++
		}
		more, kind := r.number(r.word(start, k))
		if kind != vague && kind != scale && kind != hundred || more < 10 {
			break
		}
		if kind == vague {
			more /= 2 // "hundreds" alone is 200 and more, after "tens of" it multiplies by 100
		}
		low = saturate(0, low, more)
		j = k + 1
	}
	if r.isOf(start, j) {
		j++
	}
	return amount{min: low}, j, true
}

func (r *reader) isOf(start, i int) bool {
	return slices.Contains(r.words.of, r.word(start, i))
}

// rangeEnd reads the second half of "10-15", "10 to 15", "from 10 to 15",
// "30дан 40ка чейин". The number begins at first.
func (r *reader) rangeEnd(start, first, i int) (amount, int, bool) {
	if i >= len(r.field.Tokens) {
		return amount{}, i, false
	}
	if t := &r.field.Tokens[i]; t.Has(token.Hyphen) {
		if _, kind := r.number(t.Info.Text); r.digits(t) || t.Has(token.Number|token.Decimal) || kind == cardinal || r.words.suffixed(t.Info.Text) > 0 {
			return r.value(start, i)
		}
	}
	if r.caseRange(start, i) {
		return r.value(start, i)
	}
	between := first > start && slices.Contains(r.words.between, r.word(start, first-1)) // and
	w := r.word(start, i)
	if between && r.words.joinedAnd(w) {
		return r.value(start, i)
	}
	if !slices.Contains(r.words.to, w) && !(between && slices.Contains(r.words.and, w)) {
		return amount{}, i, false
	}
	return r.value(start, i+1)
}

// caseRange reports whether the number before token i is the lower end of a range
// by its ending, and the upper one begins there: "30дан 40ка чейин".
func (r *reader) caseRange(start, i int) bool {
	if !hasSuffix(r.word(start, i-1), r.words.ablatives) {
		return false
	}
	_, end, ok := r.value(start, i)
	if !ok {
		return false
	}
	b, _ := r.boundBehind(start, end)
	return b == upTo
}
