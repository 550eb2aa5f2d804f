package quantity

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
	cardinal       // one, twenty: added to larger ones before it
	addend         // Arabic teens and tens: added also to a smaller one before it
	vigesimal      // the French vingt: four of it are eighty
	hundred        // multiplies what is before it
	scale          // thousand, million
	sesqui         // one and a half: before a larger one only
	vague          // dozens, several, hundreds: a lower bound
)

// numeral is a number word.
type numeral struct {
	value int
	kind  kind
}

// table is the number words of one language. Words are separated by spaces,
// qualifiers by commas; spelling is that of the language, folding is done here.
// A list marked (*) may have beginnings of words: "year*".
type table struct {
	// Number words by value.
	cardinals, addends, vigesimals map[int]string
	multipliers                    map[int]string // hundred, dozen
	scales                         map[int]string // thousand, million
	vague                          map[int]string // dozens, several: at least so many
	// Bounds before and after the number. exact are words without a meaning
	// here: about, some.
	before, after map[bound]string
	and           string // joins the ends of a range after between, two numbers, and parts of one from andFrom on; 0: never
	andFrom       int
	of            string // dozens of
	to            string // 10 to 15
	between       string
	halves        string // and a half, half a: separated by commas
	sesqui        string // one and a half in one word
	suffixes      string // endings of numbers in digits: 12ден, 5'i
	ablatives     string // those of the lower end of a range: 30дан 40ка чейин
	until         string // those that say up to: 40gacha
	datives       string // those without which "up to" behind a number means about; empty: it never does
	monthFirst    bool   // May 14, not 14 May: a number behind a month is a day
	points        bool   // thousands are grouped by points: 1.200
	article       bool   // the word for one is also an article: it counts before people only
	growth        string // (*) after them "up to" is no bound: rose to
	// Phrases that make a number a part of one before it, separated by commas:
	// "including" before it, "of them" behind it.
	partBefore, partAfter string
	// What makes a year say when: (*) before it ("in"), besides the months, and
	// (*) behind it ("году"). An ending stuck to it does as well.
	yearBefore, yearAfter string
	// What tells a number that counts no people.
	measures  string // (*) years, per cent, houses: behind the number
	percent   string // the same in several words, separated by commas: "pour cent"
	members   string // (*) behind a measure, which they make people of: the "üyesi" of "25 parti üyesi"
	months    string // (*) before or behind
	labels    string // (*) before the number: article 5, aged 12
	negations string // (*) before one: no one
	people    string // (*) behind a number like a year, or an article
	singular  string // (*) behind a name and its age: "Alvarado 21 was"
}

// measuresEverywhere are units that all languages write alike.
const measuresEverywhere = "km kg gmt usd км кг usd eur"

// tableOf is the table of a language, empty when it has none.
func tableOf(language string) table {
	switch language {
	case "ar":
		return arabic()
	case "en":
		return english()
	case "es":
		return spanish()
	case "fr":
		return french()
	case "kk":
		return kazakh()
	case "ky":
		return kyrgyz()
	case "ru":
		return russian()
	case "tg":
		return tajik()
	case "tr":
		return turkish()
	case "uz":
		return uzbek()
	}
	return table{}
}
