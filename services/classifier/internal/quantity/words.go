package quantity

import (
	"slices"
	"strings"
)

// bound is how a number is qualified.
type bound int

const (
	exact bound = iota
	atLeast
	moreThan
	atMost
	upTo
)

// kind is how a number word combines with others.
type kind int

const (
	notNumber kind = iota
	cardinal       // one, twenty; in Russian also the hundreds
	hundred        // multiplies what is before it
	scale          // thousand, million
	vague          // dozens, several, hundreds: a lower bound
)

// numeral is a number word.
type numeral struct {
	value int
	kind  kind
}

// qualifier is a bound in words.
type qualifier struct {
	words []string
	bound bound
}

// Reader reads the numbers of one language: digits in any, number words in
// English and Russian. It is read-only and safe for concurrent use.
type Reader struct {
	numerals      map[string]numeral
	before, after map[string][]qualifier // by first word, longest first
	and, of, to   string
	points        bool // thousands are grouped by points
}

// NewReader returns the reader of a language.
func NewReader(language string) *Reader {
	switch language {
	case "en":
		return &Reader{numerals: english(), before: byFirst(englishBefore()), after: byFirst(englishAfter()), and: "and", of: "of", to: "to"}
	case "ru":
		return &Reader{numerals: russian(), before: byFirst(russianBefore()), after: byFirst(russianAfter()), to: "до"}
	}
	return &Reader{}
}

func byFirst(list []qualifier) map[string][]qualifier {
	m := make(map[string][]qualifier, len(list))
	for _, q := range list {
		m[q.words[0]] = append(m[q.words[0]], q)
	}
	for _, qs := range m {
		slices.SortStableFunc(qs, func(a, b qualifier) int { return len(b.words) - len(a.words) })
	}
	return m
}

// Starts reports whether a number expression can begin with the folded word.
// Digits always can.
func (r *Reader) Starts(word string) bool {
	_, numeral := r.numerals[word]
	_, qualifier := r.before[word]
	return numeral || qualifier
}

func (r *reader) number(w string) (int, kind) {
	n := r.words.numerals[w]
	return n.value, n.kind
}

func english() map[string]numeral {
	m := map[string]numeral{
		"one": {1, cardinal}, "two": {2, cardinal}, "both": {2, cardinal}, "three": {3, cardinal}, "four": {4, cardinal}, "five": {5, cardinal},
		"six": {6, cardinal}, "seven": {7, cardinal}, "eight": {8, cardinal}, "nine": {9, cardinal},
		"hundred": {100, hundred}, "dozen": {12, hundred}, "thousand": {1000, scale}, "million": {1_000_000, scale},
		"couple": {2, vague}, "several": {3, vague}, "few": {3, vague}, "dozens": {24, vague}, "scores": {24, vague}, "tens": {20, vague},
		"hundreds": {200, vague}, "thousands": {2000, vague},
	}
	for i, w := range []string{"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"} {
		m[w] = numeral{10 + i, cardinal}
	}
	for i, w := range []string{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"} {
		m[w] = numeral{20 + 10*i, cardinal}
	}
	return m
}

func englishBefore() []qualifier {
	return []qualifier{
		{[]string{"at", "least"}, atLeast}, {[]string{"no", "fewer", "than"}, atLeast}, {[]string{"no", "less", "than"}, atLeast},
		{[]string{"not", "less", "than"}, atLeast}, {[]string{"minimum", "of"}, atLeast},
		{[]string{"more", "than"}, moreThan}, {[]string{"over"}, moreThan}, {[]string{"above"}, moreThan}, {[]string{"upwards", "of"}, moreThan},
		{[]string{"as", "many", "as"}, upTo}, {[]string{"up", "to"}, upTo},
		{[]string{"at", "most"}, atMost}, {[]string{"fewer", "than"}, atMost}, {[]string{"less", "than"}, atMost}, {[]string{"under"}, atMost},
		{[]string{"nearly"}, exact}, {[]string{"almost"}, exact}, {[]string{"about"}, exact}, {[]string{"around"}, exact},
		{[]string{"some"}, exact}, {[]string{"approximately"}, exact}, {[]string{"roughly"}, exact}, {[]string{"an", "estimated"}, exact},
		{[]string{"estimated"}, exact}, {[]string{"a", "total", "of"}, exact}, {[]string{"between"}, exact}, {[]string{"from"}, exact}, {[]string{"a"}, exact},
	}
}

func englishAfter() []qualifier {
	return []qualifier{{[]string{"or", "more"}, atLeast}}
}

func russian() map[string]numeral {
	m := map[string]numeral{}
	for _, set := range []struct {
		value int
		kind  kind
		forms string
	}{
		{1, cardinal, "один одна одного одну одному одном одной одно"},
		{2, cardinal, "два две двух двое двоих двумя двум оба обе обоих"},
		{3, cardinal, "три трех трое троих тремя трем"},
		{4, cardinal, "четыре четырех четверо четверых четырьмя четырем"},
		{5, cardinal, "пять пяти пятеро пятерых пятью"},
		{6, cardinal, "шесть шести шестеро шестерых шестью"},
		{7, cardinal, "семь семи семеро семерых семью"},
		{8, cardinal, "восемь восьми восьмеро восьмерых"},
		{9, cardinal, "девять девяти девятеро девятерых"},
		{10, cardinal, "десять десяти десятеро десятерых"},
		{20, cardinal, "двадцать двадцати"}, {30, cardinal, "тридцать тридцати"}, {40, cardinal, "сорок сорока"},
		{50, cardinal, "пятьдесят пятидесяти"}, {60, cardinal, "шестьдесят шестидесяти"}, {70, cardinal, "семьдесят семидесяти"},
		{80, cardinal, "восемьдесят восьмидесяти"}, {90, cardinal, "девяносто девяноста"},
		{100, cardinal, "сто ста"}, {200, cardinal, "двести двухсот"}, {300, cardinal, "триста трехсот"}, {400, cardinal, "четыреста четырехсот"},
		{500, cardinal, "пятьсот пятисот"}, {600, cardinal, "шестьсот шестисот"}, {700, cardinal, "семьсот семисот"},
		{800, cardinal, "восемьсот восьмисот"}, {900, cardinal, "девятьсот девятисот"},
		{1000, scale, "тысяча тысячи тысяч тысячу тысячами тыс"}, {1_000_000, scale, "миллион миллиона миллионов млн"},
		{3, vague, "несколько нескольких несколькими пара пары пару"},
		{10, vague, "десяток десятка"}, {20, vague, "десятки десятков десятками десятках"},
		{100, vague, "сотня сотню"}, {200, vague, "сотни сотен сотнями"},
	} {
		for _, w := range strings.Fields(set.forms) {
			m[w] = numeral{set.value, set.kind}
		}
	}
	for i, stem := range []string{"одиннадцат", "двенадцат", "тринадцат", "четырнадцат", "пятнадцат", "шестнадцат", "семнадцат", "восемнадцат", "девятнадцат"} {
		m[stem+"ь"], m[stem+"и"] = numeral{11 + i, cardinal}, numeral{11 + i, cardinal}
	}
	return m
}

func russianBefore() []qualifier {
	return []qualifier{
		{[]string{"по", "меньшей", "мере"}, atLeast}, {[]string{"по", "крайней", "мере"}, atLeast}, {[]string{"не", "менее", "чем"}, atLeast},
		{[]string{"не", "менее"}, atLeast}, {[]string{"не", "меньше"}, atLeast}, {[]string{"как", "минимум"}, atLeast}, {[]string{"минимум"}, atLeast},
		{[]string{"более", "чем"}, moreThan}, {[]string{"более"}, moreThan}, {[]string{"больше", "чем"}, moreThan}, {[]string{"больше"}, moreThan},
		{[]string{"свыше"}, moreThan}, {[]string{"до"}, upTo},
		{[]string{"менее", "чем"}, atMost}, {[]string{"менее"}, atMost}, {[]string{"меньше"}, atMost}, {[]string{"не", "более"}, atMost},
		{[]string{"около"}, exact}, {[]string{"порядка"}, exact}, {[]string{"примерно"}, exact}, {[]string{"приблизительно"}, exact},
		{[]string{"почти"}, exact}, {[]string{"от"}, exact}, {[]string{"еще"}, exact},
	}
}

func russianAfter() []qualifier {
	return []qualifier{{[]string{"и", "более"}, atLeast}, {[]string{"или", "более"}, atLeast}}
}

// bound reads the qualifiers before a number; next is where the number starts.
func (r *reader) bound(i int) (b bound, next int) {
	next = i
	for range 3 {
		q := r.qualifier(i, next, r.words.before)
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
	if i != start || i == 0 {
		return false
	}
	before := r.field.Tokens[i-1].Info.Text
	for _, stem := range [...]string{"возрос", "вырос", "увелич", "достиг", "довел"} {
		if strings.HasPrefix(before, stem) {
			return true
		}
	}
	return false
}

// boundAfter reads "or more".
func (r *reader) boundAfter(start, i int) (bound, int) {
	if q := r.qualifier(start, i, r.words.after); q != nil {
		return q.bound, i + len(q.words)
	}
	return exact, i
}

func (r *reader) qualifier(start, i int, table map[string][]qualifier) *qualifier {
	w := r.word(start, i)
	if w == "" {
		return nil
	}
	list := table[w]
	for k := range list {
		if r.matches(start, i, list[k].words) {
			return &list[k]
		}
	}
	return nil
}

func (r *reader) matches(start, i int, words []string) bool {
	for k, w := range words {
		if r.word(start, i+k) != w {
			return false
		}
	}
	return true
}
