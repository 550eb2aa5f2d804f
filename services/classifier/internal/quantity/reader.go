package quantity

import (
	"slices"
	"strings"

	"faultline/services/classifier/internal/token"
)

// Reader reads the numbers of one language. It is read-only and safe for
// concurrent use.
type Reader struct {
	numerals      map[string]numeral
	before, after map[string][]qualifier // by first word, longest first
	parts         [2][]qualifier         // before and behind the number
	and, of, to   []string
	between       []string
	suffixes      []string
	ablatives     []string
	until         []string
	datives       []string
	halves        [][]string
	percent       [][]string
	andFrom       int
	points        bool
	article       bool
	monthFirst    bool
	roles         map[role]wordSet
}

// role is what a word is to the numbers beside it. Mark gives each word its own, so
// that no word is looked up when a text is read.
type role uint16

const (
	growth     role = 1 << iota // after it "up to" is no bound
	people                      // counted by a number like a year, or an article
	yearBefore                  // makes a year behind it say when
	yearAfter                   // or one before it
	measure                     // counts no people
	member                      // makes people of a measure
	month
	label    // article 5, aged 12
	negation // no one
	lower    // begins a qualifier before a number
	upper    // begins one behind it
	partial  // begins what makes a number part of one before it
	parted   // begins what does so behind the number
	halves   // begins "and a half"
	singular // a verb of one person
)

// is reports whether a token's word has the role.
func (r role) is(t *token.Token) bool { return role(t.Info.Roles)&r != 0 }

// qualifier is a bound in words.
type qualifier struct {
	words []string
	bound bound
}

// NewReader returns the reader of a language: digits in any, words in the
// languages of tableOf.
func NewReader(language string) *Reader {
	t := tableOf(language)
	r := &Reader{
		numerals: map[string]numeral{}, before: qualifiers(t.before), after: qualifiers(t.after),
		and: words(t.and), of: words(t.of), to: words(t.to), between: words(t.between), suffixes: words(t.suffixes + " " + t.until),
		halves: phrases(t.halves), percent: phrases(t.percent), ablatives: words(t.ablatives), until: words(t.until), datives: words(t.datives),
		andFrom: t.andFrom, points: t.points, article: t.article, monthFirst: t.monthFirst,
		roles: map[role]wordSet{
			growth: newWordSet(t.growth), people: newWordSet(t.people), yearBefore: newWordSet(t.yearBefore, t.months), yearAfter: newWordSet(t.yearAfter),
			measure: newWordSet(measuresEverywhere, t.measures), member: newWordSet(t.members), month: newWordSet(t.months),
			label: newWordSet(t.labels), negation: newWordSet(t.negations), singular: newWordSet(t.singular),
		},
	}
	for i, list := range []string{t.partBefore, t.partAfter} {
		for text := range strings.SplitSeq(list, ",") {
			r.parts[i] = append(r.parts[i], qualifier{words: words(text)})
		}
	}
	for _, set := range []struct {
		kind  kind
		forms map[int]string
	}{{cardinal, t.cardinals}, {addend, t.addends}, {vigesimal, t.vigesimals}, {hundred, t.multipliers}, {scale, t.scales}, {vague, t.vague}, {sesqui, map[int]string{1: t.sesqui}}} {
		for value, forms := range set.forms {
			for _, w := range words(forms) {
				r.numerals[w] = numeral{value, set.kind}
			}
		}
	}
	return r
}

// words are the folded words of a list.
func words(list string) []string {
	out := strings.Fields(list)
	for i, w := range out {
		out[i] = token.Fold(w)
	}
	return out
}

// phrases are the folded phrases of a list, longest first.
func phrases(list string) (out [][]string) {
	for text := range strings.SplitSeq(list, ",") {
		if phrase := words(text); len(phrase) > 0 {
			out = append(out, phrase)
		}
	}
	slices.SortStableFunc(out, func(a, b []string) int { return len(b) - len(a) })
	return out
}

func qualifiers(lists map[bound]string) map[string][]qualifier {
	m := map[string][]qualifier{}
	for b, list := range lists {
		for text := range strings.SplitSeq(list, ",") {
			q := qualifier{words(text), b}
			m[q.words[0]] = append(m[q.words[0]], q)
		}
	}
	for _, qs := range m {
		slices.SortStableFunc(qs, func(a, b qualifier) int { return len(b.words) - len(a.words) })
	}
	return m
}

// wordSet is a set of folded words; "year*" is every word that begins so.
type wordSet struct {
	words  map[string]bool
	begins []string
}

func newWordSet(lists ...string) wordSet {
	s := wordSet{words: map[string]bool{}}
	for _, list := range lists {
		for _, w := range strings.Fields(list) {
			if begin, ok := strings.CutSuffix(w, "*"); ok {
				s.begins = append(s.begins, token.Fold(begin))
			} else {
				s.words[token.Fold(w)] = true
			}
		}
	}
	return s
}

func (s wordSet) has(w string) bool {
	return s.words[w] || slices.ContainsFunc(s.begins, func(b string) bool { return strings.HasPrefix(w, b) })
}

// Mark is the token.Analyzer of number expressions.
func (r *Reader) Mark(w *token.Word) {
	w.Roles = uint16(r.rolesOf(w.Text))
	if role(w.Roles)&(lower|halves) != 0 {
		w.Mark(token.Numeral)
	}
	if _, numeral := r.numerals[w.Text]; numeral || r.suffixed(w.Text) > 0 || r.inflected(w.Text).kind != notNumber {
		w.Mark(token.Numeral | token.Figure)
	}
}

func (r *Reader) rolesOf(word string) (roles role) {
	for what, set := range r.roles {
		if set.has(word) {
			roles |= what
		}
	}
	if _, ok := r.before[word]; ok {
		roles |= lower
	}
	if _, ok := r.after[word]; ok {
		roles |= upper
	}
	for i, what := range [...]role{partial, parted} {
		if slices.ContainsFunc(r.parts[i], func(q qualifier) bool { return len(q.words) > 0 && q.words[0] == word }) {
			roles |= what
		}
	}
	if slices.ContainsFunc(r.halves, func(phrase []string) bool { return phrase[0] == word }) {
		roles |= halves
	}
	return roles
}

// inflected is the number word in a form with one of the endings: жыйырмадан.
func (r *Reader) inflected(word string) numeral {
	for _, ending := range r.suffixes {
		if base, ok := strings.CutSuffix(word, ending); ok {
			if n, ok := r.numerals[base]; ok {
				return n
			}
		}
	}
	return numeral{}
}

// suffixed returns how many digits a word such as "12ден" begins with, 0 when
// it is no number with an ending of the language.
func (r *Reader) suffixed(word string) int {
	if len(r.suffixes) == 0 || word == "" || word[0] < '0' || '9' < word[0] {
		return 0
	}
	ending := strings.TrimLeft(word, "0123456789")
	if !slices.Contains(r.suffixes, ending) {
		return 0
	}
	return len(word) - len(ending)
}

func (r *reader) number(w string) (int, kind) {
	n := r.words.numerals[w]
	return n.value, n.kind
}

// numberAt is the number word at token i. An inflected one is none unless what
// it depends on follows: жыйырмадан ашык, yüzden fazla.
func (r *reader) numberAt(start, i int) (int, kind) {
	w := r.word(start, i)
	if w == "" || !r.field.Tokens[i].Has(token.Numeral) {
		return 0, notNumber
	}
	n, ok := r.words.numerals[w]
	if !ok && len(r.words.suffixes) > 0 && (hasSuffix(w, r.words.until) || r.qualifier(start, i+1, upper) != nil || r.caseRange(start, i+1)) {
		n = r.words.inflected(w)
	}
	return n.value, n.kind
}

// bound reads the qualifiers before a number; next is where the number starts.
func (r *reader) bound(i int) (b bound, next int) {
	next = i
	for range 3 {
		if next >= len(r.field.Tokens) || !r.field.Tokens[next].Has(token.Numeral) {
			break
		}
		q := r.qualifier(i, next, lower)
		if q == nil || q.bound == upTo && r.afterGrowth(i, next) {
			break
		}
		if q.bound != exact {
			b = q.bound
		}
		next += len(q.words)
	}
	return b, next
}

// afterGrowth reports whether a qualifier follows a word of growth: "возросло до
// 12" is 12, not "up to 12".
func (r *reader) afterGrowth(start, i int) bool {
	return i == start && i > 0 && growth.is(&r.field.Tokens[i-1])
}

// qualifier returns the bound that begins at token i, a lower or an upper one, nil
// if there is none.
func (r *reader) qualifier(start, i int, which role) *qualifier {
	w := r.word(start, i)
	if w == "" || !which.is(&r.field.Tokens[i]) {
		return nil
	}
	list := r.words.before[w]
	if which == upper {
		list = r.words.after[w]
	}
	for k := range list {
		if r.matches(start, i, list[k].words) {
			return &list[k]
		}
	}
	return nil
}

// boundBehind is the bound that the words behind a number, or the ending of its
// last word, say, and how many words these are.
func (r *reader) boundBehind(start, end int) (b bound, words int) {
	last := r.word(start, end-1)
	q := r.qualifier(start, end, upper)
	switch {
	case q == nil && hasSuffix(last, r.words.until):
		return upTo, 0
	case q == nil:
		return exact, 0
	case q.bound == upTo && len(r.words.datives) > 0 && !hasSuffix(last, r.words.datives):
		return exact, len(q.words) // "50 kadar" is about 50, "50'ye kadar" up to 50
	}
	return q.bound, len(q.words)
}

func hasSuffix(word string, endings []string) bool {
	return word != "" && slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(word, e) })
}

func (r *reader) matches(start, i int, words []string) bool {
	for k, w := range words {
		if r.word(start, i+k) != w {
			return false
		}
	}
	return true
}
