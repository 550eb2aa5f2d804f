package assess

import (
	"slices"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/quantity"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// toll is a number of people with the tokens it was read from.
type toll struct {
	min, max   int
	over       bool // more than min
	start, end int32
	part       bool // of another number: "including three"
	vague      bool // "dozens"
}

// largestToll is the most people a text is believed to count.
const largestToll = 20_000_000

// number returns the number a casualty match counts; ok is false when it has none.
func (r *run) number(f *fieldRun, h *phrase.Hit, v *rule.CasualtyRule) (t toll, ok bool) {
	for _, n := range f.numbers {
		start, end := int32(n.Start), int32(n.End)
		if h.Start <= start && end <= h.End && n.Min <= largestToll && (n.Min > 0 || n.Max > 0) && overlapsWords(h, start, end) {
			return tollOf(&n), true
		}
	}
	if v.Count > 0 && !r.program.Numbers.Included(f.Field, int(h.Start), int(h.End)) {
		return toll{min: v.Count, max: v.Count, start: h.Start, end: h.End}, true
	}
	return toll{}, false
}

// takeNumbers fills the casualties: of each kind the first number that the item
// asserts of the event at hand, title before text. News gives the present toll
// before earlier ones. A figure behind "dozens" takes its place.
func (r *run) takeNumbers(tied []candidate) {
	for _, kind := range rule.Kinds() {
		count, n := r.first(tied, kind, nil)
		if n.vague {
			if figure, _ := r.first(tied, kind, &n); figure != nil {
				count = figure
			}
		}
		*r.slot(kind) = count
	}
}

// first is the first number of a kind, of those that can be the figure behind
// the vague one if that is given; nil when there is none.
func (r *run) first(tied []candidate, kind rule.Kind, vague *toll) (*event.Count, toll) {
	var count *event.Count
	var number toll
	for i := range tied {
		c := &tied[i]
		if r.kind(c) != kind || !c.effective() || c.recalled || r.ofOthers(c) {
			continue
		}
		n := r.total(c)
		if vague != nil && !n.figureOf(vague) || count != nil && !before(c, &n, count) {
			continue
		}
		e := c.field.evidence(n.start, n.end)
		count, number = &event.Count{Min: n.min, Max: n.max, Over: n.over, Evidence: &e}, n
	}
	return count, number
}

// ofOthers reports whether the number counts those to whom something else happened,
// and the words for its kind go on without one: in "12 people were killed and others
// injured" nobody says how many were injured. "12 killed and injured" counts both.
func (r *run) ofOthers(c *candidate) bool {
	if c.number.start == c.hit.Start && c.number.end == c.hit.End {
		return false // "شخصان", a word that is both
	}
	for i := range r.candidates {
		o := &r.candidates[i]
		if !o.casualty || o.field != c.field || o.number.start != c.number.start || r.kind(o) == r.kind(c) || o.gap() >= c.gap() {
			continue
		}
		before, behind := o.hit.Start < o.number.start && o.hit.End <= o.number.end, c.hit.End > c.number.end
		if behind && (before || r.goesOn(c.field, o.hit.End, c.hit.End, c.gap()-o.gap())) {
			return true
		}
	}
	return false
}

// goesOn reports whether punctuation, or "and" with more than a word behind it,
// stands among the tokens [start, end), of which the wider match passes over so many.
func (r *run) goesOn(f *fieldRun, start, end int32, over int) bool {
	for i := start; i < end; i++ {
		if f.Tokens[i].Has(token.Break) || over > 2 && r.program.Numbers.And(&f.Tokens[i]) {
			return true
		}
	}
	return false
}

// figureOf reports whether the number can be what a vague one stands for:
// "dozens" may be 43, not three of them, nor 4,000.
func (t *toll) figureOf(vague *toll) bool {
	return !t.vague && vague.min <= t.min && t.min/10 < vague.min
}

// before reports whether the candidate's number n comes before the count's; of
// two readings of one number the larger is right.
func before(c *candidate, n *toll, have *event.Count) bool {
	if c.field.Name != have.Evidence.Field {
		return c.title
	}
	start := int(c.field.Tokens[n.start].Start)
	if start == have.Evidence.Start {
		return n.min > have.Min
	}
	return start < have.Evidence.Start
}

// Limits of a list of numbers: "two officers, three soldiers and nine civilians".
const (
	longestList = 6 // numbers
	apart       = 4 // words between two numbers
	fromPart    = 8 // words between a number and its part
)

// total is the number of all people that the match speaks of: that of which its
// number is a part, or the sum of the list it stands in.
func (r *run) total(c *candidate) toll {
	numbers := c.field.numbers
	i := slices.IndexFunc(numbers, func(n quantity.Number) bool { return int32(n.Start) == c.number.start })
	if i < 0 {
		return c.number
	}
	if numbers[i].Part {
		if k := r.whole(c, i); k >= 0 {
			return tollOf(&numbers[k])
		}
		return c.number
	}
	from, to := r.list(c, i)
	sum := tollOf(&numbers[from])
	for _, n := range numbers[from+1 : to+1] {
		sum.add(&n)
	}
	return sum
}

func tollOf(n *quantity.Number) toll {
	return toll{n.Min, n.Max, n.Over, int32(n.Start), int32(n.End), n.Part, n.Vague}
}

// add adds the next number of a list. Without an upper bound of one the sum has
// none.
func (t *toll) add(n *quantity.Number) {
	t.min, t.over, t.end = t.min+n.Min, t.over || n.Over, int32(n.End)
	if t.max == 0 || n.Max == 0 {
		t.max = 0
	} else {
		t.max += n.Max
	}
}

// whole is the index of the number of which number i is a part, -1 if there is
// none in the sentence.
func (r *run) whole(c *candidate, i int) int {
	numbers := c.field.numbers
	for k := i - 1; k >= max(0, i-longestList) && c.field.within(&numbers[k], &numbers[k+1], fromPart); k-- {
		if !numbers[k].Part {
			if r.claimed(c, &numbers[k]) {
				return -1
			}
			return k
		}
	}
	return -1
}

// list is the indexes of the first and last number of the list that number i
// stands in, both i if it stands in none.
func (r *run) list(c *candidate, i int) (from, to int) {
	from, to = i, i
	for k := i + 1; k < min(len(c.field.numbers), i+longestList) && r.listed(c, k); k++ {
		if r.program.Numbers.Joins(c.field.Field, c.field.numbers[k]) {
			to = k // "and" ends a list
			break
		}
	}
	for from > max(0, i-longestList) && r.listed(c, from) && (to > from || r.program.Numbers.Joins(c.field.Field, c.field.numbers[from])) {
		from--
	}
	return from, to
}

// listed reports whether number k goes on a list with the number before it:
// both count the same, and only who they are stands between.
func (r *run) listed(c *candidate, k int) bool {
	f := c.field
	a, b := &f.numbers[k-1], &f.numbers[k]
	if a.Part || b.Part || !f.within(a, b, apart) || r.program.Numbers.Partitive(f.Field, *b) && b.Max == 1 {
		return false
	}
	if !f.Tokens[b.Start].Has(token.Break) && !r.program.Numbers.Joins(f.Field, *b) {
		return false
	}
	return !r.claimed(c, a) && !r.claimed(c, b) && !r.verbBetween(c, a, b)
}

// within reports whether number b follows a in its sentence with at most so many
// words between.
func (f *fieldRun) within(a, b *quantity.Number, words int) bool {
	return f.Tokens[a.Start].Sentence == f.Tokens[b.Start].Sentence && b.Start-a.End <= words
}

// claimed reports whether a number counts people of another kind than the
// candidate's, who are injured rather than killed: the tightest match says.
func (r *run) claimed(c *candidate, n *quantity.Number) bool {
	var tightest *candidate
	for i := range r.candidates {
		o := &r.candidates[i]
		if !o.casualty || o.field != c.field || o.number.start != int32(n.Start) {
			continue
		}
		if tightest == nil || o.gap() < tightest.gap() || o.gap() == tightest.gap() && r.kind(o) == r.kind(c) {
			tightest = o
		}
	}
	return tightest != nil && r.kind(tightest) != r.kind(c)
}

// verbBetween reports whether what happened to a stands before b: "12 were
// killed and nine houses burned".
func (r *run) verbBetween(c *candidate, a, b *quantity.Number) bool {
	for i := range r.candidates {
		o := &r.candidates[i]
		if o.casualty && o.field == c.field && r.kind(o) == r.kind(c) && o.number.start == int32(a.Start) && overlapsWords(&o.hit, int32(a.End), int32(b.Start)) {
			return true
		}
	}
	return false
}

func (r *run) kind(c *candidate) rule.Kind { return r.engine.rules.Casualties[c.rule].Kind }
