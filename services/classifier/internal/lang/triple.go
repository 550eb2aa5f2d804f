package lang

import (
	_ "embed" // for the counts
	"math"
	"slices"
	"strings"
	"sync"
)

// How often three letters in a row, or the edge of a word and two, occur in each
// language with rules, counted by tools/triples in the examples of the rules.
var (
	//go:embed triples/latin.txt
	latinCounts string
	//go:embed triples/cyrillic.txt
	cyrillicCounts string
)

// triples tell the languages of a script apart in texts too short for frequent
// words.
type triples struct {
	profiles []int // by column
	// weights are by the key of a triple, a byte for each column: how much likelier
	// it is in the language than one that was not seen there, as a logarithm.
	weights table
}

// Weights are in 1/16 of a natural logarithm.
const (
	perLog    = 16
	perUnseen = 60_000 // a triple that was never seen in a language is one of so many
	perPoint  = 14     // what a point of other evidence is worth
	ofPrior   = 24     // for the fallback of the script
	ofFeed    = 200    // and for what is declared
	ofForeign = 36     // the least that a triple weighs on average in a text of the language
	columns   = 8      // bytes of a weight
)

// ofScript reads the triples of a script when a text first asks for them; none are of those
// whose languages they do not tell apart.
var ofScript = [other + 1]func() *triples{
	latin:    sync.OnceValue(func() *triples { return readTriples(latin, latinCounts) }),
	cyrillic: sync.OnceValue(func() *triples { return readTriples(cyrillic, cyrillicCounts) }),
}

// readTriples reads the counts of a script: a line of languages, then one of
// each triple.
func readTriples(of script, counts string) *triples {
	lines := strings.Split(strings.TrimSpace(counts), "\n")
	t := &triples{weights: newTable()}
	for _, code := range strings.Fields(lines[0])[1:] {
		t.profiles = append(t.profiles, slices.IndexFunc(profiles[:], func(p profile) bool { return p.code == code && p.script == of }))
	}
	var totals [columns]int
	for _, line := range lines[1:] {
		for k, n := range numbers(line) {
			totals[k] += n
		}
	}
	for _, line := range lines[1:] {
		triple, _, _ := strings.Cut(line, " ")
		t.weights.add(keyOf(triple), pack(numbers(line), totals))
	}
	return t
}

// numbers are the columns of a line.
func numbers(line string) (columns [columns]int) {
	for k, cell := range strings.Fields(line)[1:] {
		for _, digit := range cell {
			columns[k] = columns[k]*10 + int(digit-'0')
		}
	}
	return columns
}

// pack makes weights of the counts of a triple.
func pack(counts, totals [columns]int) (packed uint64) {
	for k, n := range counts {
		if n > 0 {
			packed |= uint64(math.Round(perLog*math.Log1p(float64(n)*perUnseen/float64(totals[k])))) << (8 * k)
		}
	}
	return packed
}

// edge stands before and behind a word.
const edge = 1

// keyOf is a triple as one number, with "_" for the edge of a word.
func keyOf(triple string) (key uint64) {
	for _, r := range triple {
		if r == '_' {
			r = edge
		}
		key = shift(key, r)
	}
	return key
}

// shift adds a letter to a key and drops the first of three.
func shift(key uint64, r rune) uint64 {
	const ofLetter = 21 // bits
	return (key<<ofLetter | uint64(r)) & (1<<(3*ofLetter) - 1)
}

// weigh adds up how likely the words of a text are in each column, and returns
// how many triples they have.
func (t *triples) weigh(text string, sums *[columns]int) (n int) {
	key, letters := uint64(edge), 0
	take := func(r rune) {
		key = shift(key, r)
		if letters++; letters < 2 {
			return
		}
		n++
		packed := t.weights.set(key)
		for k := range t.profiles {
			sums[k] += int(packed >> (8 * k) & 0xFF)
		}
	}
	for i := 0; i < len(text); {
		r, size := decode(text[i:])
		i += size
		l := letterOf(r)
		switch {
		case l.script != none && l.lower != 'ʻ':
			take(l.lower)
		case letters > 0 && !l.quote && l.lower != 'ʻ':
			take(edge)
			key, letters = edge, 0
		}
	}
	if letters > 0 {
		take(edge)
	}
	return n
}

// best returns the language that a short text is in: the one said by its words
// and single letters if it has no column and is clearly ahead of those that have,
// else the best of these.
func (t *triples) best(said, declared string, points *points, title, text string) string {
	var sums [columns]int
	n := t.weigh(title, &sums) + t.weigh(text, &sums)
	if ahead := slices.Max(points[:]) - t.most(points); ahead >= perWord || ahead > 0 && slices.Max(sums[:]) < ofForeign*n {
		return said
	}
	best, most := said, lowest
	for k, i := range t.profiles {
		p := &profiles[i]
		sum := sums[k] + perPoint*points[i]
		if p.code == p.script.fallback() {
			sum += ofPrior
		}
		if p.code == declared {
			sum += ofFeed
		}
		if sum > most {
			best, most = p.code, sum
		}
	}
	return best
}

// most is the most points that a language with a column has.
func (t *triples) most(points *points) int {
	most := lowest
	for _, i := range t.profiles {
		most = max(most, points[i])
	}
	return most
}
