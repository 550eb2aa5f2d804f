package quantity

import "strings"

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

// lexicon holds the number words of one language.
type lexicon struct {
	number func(string) (int, kind)
	and    func(string) bool
	of     func(string) bool
	to     func(string) bool
	// before and after are the qualifiers, as word sequences.
	before, after []qualifier
}

type qualifier struct {
	words []string
	bound bound
}

func wordsOf(language string) lexicon {
	switch language {
	case "en":
		return lexicon{number: english, before: englishBefore(), after: englishAfter(),
			and: is("and"), of: is("of"), to: is("to")}
	case "ru":
		return lexicon{number: russian, before: russianBefore(), after: russianAfter(),
			and: is(), of: is(), to: is("до")}
	}
	return lexicon{number: func(string) (int, kind) { return 0, notNumber }, and: is(), of: is(), to: is()}
}

func is(words ...string) func(string) bool {
	return func(w string) bool {
		for _, x := range words {
			if w == x {
				return true
			}
		}
		return false
	}
}

func english(w string) (int, kind) {
	switch w {
	case "one":
		return 1, cardinal
	case "two", "both":
		return 2, cardinal
	case "three":
		return 3, cardinal
	case "four":
		return 4, cardinal
	case "five":
		return 5, cardinal
	case "six":
		return 6, cardinal
	case "seven":
		return 7, cardinal
	case "eight":
		return 8, cardinal
	case "nine":
		return 9, cardinal
	case "hundred":
		return 100, hundred
	case "thousand":
		return 1000, scale
	case "million":
		return 1_000_000, scale
	case "dozen":
		return 12, hundredLike
	case "couple":
		return 2, vague
	case "several", "few":
		return 3, vague
	case "dozens", "scores":
		return 24, vague
	case "tens":
		return 20, vague
	case "hundreds":
		return 200, vague
	case "thousands":
		return 2000, vague
	}
	return englishTeens(w)
}

// hundredLike marks "dozen", which stands alone or multiplies: "two dozen".
const hundredLike = hundred

func englishTeens(w string) (int, kind) {
	for i, x := range [...]string{"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"} {
		if w == x {
			return 10 + i, cardinal
		}
	}
	for i, x := range [...]string{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"} {
		if w == x {
			return 20 + 10*i, cardinal
		}
	}
	return 0, notNumber
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

func russian(w string) (int, kind) {
	if n, ok := russianSmall(w); ok {
		return n, cardinal
	}
	switch w {
	case "сто", "ста":
		return 100, cardinal
	case "двести", "двухсот":
		return 200, cardinal
	case "триста", "трехсот":
		return 300, cardinal
	case "четыреста", "четырехсот":
		return 400, cardinal
	case "пятьсот", "пятисот":
		return 500, cardinal
	case "шестьсот", "шестисот":
		return 600, cardinal
	case "семьсот", "семисот":
		return 700, cardinal
	case "восемьсот", "восьмисот":
		return 800, cardinal
	case "девятьсот", "девятисот":
		return 900, cardinal
	case "тысяча", "тысячи", "тысяч", "тысячу", "тыс":
		return 1000, scale
	case "миллион", "миллиона", "миллионов", "млн":
		return 1_000_000, scale
	case "несколько", "нескольких", "несколькими", "пара", "пары", "пару":
		return 3, vague
	case "десяток", "десятка":
		return 10, vague
	case "десятки", "десятков", "десятками", "десятках":
		return 20, vague
	case "сотня", "сотню":
		return 100, vague
	case "сотни", "сотен", "сотнями":
		return 200, vague
	}
	return 0, notNumber
}

func russianSmall(w string) (int, bool) {
	switch w {
	case "один", "одна", "одного", "одну", "одному", "одном", "одной", "одно":
		return 1, true
	case "два", "две", "двух", "двое", "двоих", "двумя", "двум", "оба", "обе", "обоих":
		return 2, true
	case "три", "трех", "трое", "троих", "тремя", "трем":
		return 3, true
	case "четыре", "четырех", "четверо", "четверых", "четырьмя", "четырем":
		return 4, true
	case "пять", "пяти", "пятеро", "пятерых", "пятью":
		return 5, true
	case "шесть", "шести", "шестеро", "шестерых", "шестью":
		return 6, true
	case "семь", "семи", "семеро", "семерых", "семью":
		return 7, true
	case "восемь", "восьми", "восьмерых":
		return 8, true
	case "девять", "девяти", "девятерых":
		return 9, true
	case "десять", "десяти", "десятерых":
		return 10, true
	case "сорок", "сорока":
		return 40, true
	case "девяносто", "девяноста":
		return 90, true
	}
	return russianTeens(w)
}

func russianTeens(w string) (int, bool) {
	for i, stem := range [...]string{"одиннадцат", "двенадцат", "тринадцат", "четырнадцат", "пятнадцат", "шестнадцат", "семнадцат", "восемнадцат", "девятнадцат"} {
		if w == stem+"ь" || w == stem+"и" {
			return 11 + i, true
		}
	}
	for _, x := range [...]struct {
		n     int
		forms [2]string
	}{
		{20, [2]string{"двадцать", "двадцати"}}, {30, [2]string{"тридцать", "тридцати"}}, {50, [2]string{"пятьдесят", "пятидесяти"}},
		{60, [2]string{"шестьдесят", "шестидесяти"}}, {70, [2]string{"семьдесят", "семидесяти"}}, {80, [2]string{"восемьдесят", "восьмидесяти"}},
	} {
		if w == x.forms[0] || w == x.forms[1] {
			return x.n, true
		}
	}
	return 0, false
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
	if i != start || i == 0 || r.words.to("до") == false {
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

func (r *reader) qualifier(start, i int, list []qualifier) *qualifier {
	w := r.word(start, i)
	if w == "" {
		return nil
	}
	for k := range list {
		if list[k].words[0] == w && r.matches(start, i, list[k].words) {
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
