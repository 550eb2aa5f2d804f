package story

import (
	"math"
	"slices"
	"time"

	"faultline/pkg/event"
)

// The kinds of evidence for or against two reports being of one story. Each is
// from 0 to 1.
const (
	byTitle         = iota // share of the titles' words that the other report has
	byRare                 // how many rare words both have
	byText                 // a large part of the text is the other's: one wrote the other's beginning anew
	byNames                // share of the fewer names, weighed by rarity
	noName                 // in one language: both name people or bodies, and none in common
	ownNames               // in one language: how many each names whom the other does not, 1 from ownNamed on
	byTitleNames           // share of the people and bodies named by the titles whom the other report names
	noTitleName            // share of them whom it does not name
	noQuoted               // both titles quote a name, and no word in common
	bySpeakers             // share of those who are cited
	noSpeaker              // both cite somebody, and nobody in common
	byNumbers              // how telling the numbers in common are
	noNumber               // both have telling numbers, and none in common
	noTitleNumber          // both titles have numbers, and none in common
	byDate                 // a day that both name
	noTitleDate            // both titles name a day or a year, and none in common: bulletins
	byMentions             // share of the settlements and regions mentioned
	inCountry              // the main places are apart in one country, or one is the country
	inOther                // the main places are in different countries
	byEntities             // the people, offices and groups that the rules know
	bySituation            // one kind of event in one town at one time, shared out among the stories it fits
	bySigns                // rare indicators in common, in one area and soon
	numbersInPlace         // byNumbers in one town
	categoryInPlace        // share of the categories in one town
	byThings               // the buildings, people and causes that both name, in words of any language
	noThing                // the part of the kinds of them of which both name some, and none in common
	byTolls                // both count the killed and the injured, and alike
	byCaptive              // one captive, taken and freed
	byRising               // the later title says that the toll has risen, and it has
	noTarget               // in one language: the titles name different buildings or people
	noFurther              // one says that it is of a further event of the kind, and the other does not
	byOutlet               // one outlet counts fewer than before, of another scene, and corrects nothing
	noTitleSpeaker         // in one language, and of no one kind of event: both titles have somebody say something, and nobody in common
	noCaptive              // captives who are named differently
	unfit                  // the categories are not of one event
	tollApart              // one count of people is several times the other
	foreign                // the languages differ, so that words cannot be in common
	days                   // days between the reports beyond the first hours, at most 1 for each
	evidenceKinds          // how many kinds there are
)

// evidence is what the comparison of two reports gave, by kind.
type evidence [evidenceKinds]float64

// weights are the log-odds that each kind of evidence adds, and prior those of
// two reports that share nothing and contradict each other in nothing. Down to
// inOther they were found by logistic regression on labelled pairs of reports
// (docs/incidents.md says which, and how well they do on topics that they were
// not found on) and rounded; the others, of which those pairs have too few, were
// set by hand.
func weights() evidence {
	return evidence{
		byTitle: 1.2, byRare: 3.5, byText: 2.5, byNames: 2.2, noName: -0.8, ownNames: -0.3, byTitleNames: 0.4, noTitleName: -2.0, noQuoted: -2.5, bySpeakers: 0.3, noSpeaker: -0.6,
		byNumbers: 1.0, noNumber: -1.3, noTitleNumber: -0.8, byDate: 0.4, noTitleDate: -3,
		byMentions: 1.0, inCountry: -0.5, inOther: -0.6,
		byThings: 2.2, noThing: -1.5, byTolls: 1.2, byCaptive: 3, byRising: 1.5, noTarget: -2.5, noFurther: -3, byOutlet: -1.5, noCaptive: -1.2, noTitleSpeaker: -2,
		byEntities: 0.8, bySigns: 2, bySituation: 0.9, numbersInPlace: 1, categoryInPlace: 0.3, unfit: -1, tollApart: -0.7, foreign: -0.5, days: -0.7,
	}
}

const prior = -1.8

// likelihood is the probability that reports with this evidence tell one story.
func (e evidence) likelihood() float64 {
	z := prior
	for kind, w := range weights() {
		z += w * e[kind]
	}
	return logistic(z)
}

// specific is what the evidence that is of the event alone adds: not where and when it
// was and of which kind.
func (e evidence) specific() float64 {
	sum, w := 0.0, weights()
	for _, kind := range [...]int{byTitle, byRare, byText, byNames, byNumbers, numbersInPlace, byDate, byEntities, byThings, byTolls, byCaptive} {
		sum += w[kind] * e[kind]
	}
	return sum
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// fellows is how much of what one likeness to a report of a story says the likeness to another
// one of its reports says again: they tell of one event, often in the same words.
const fellows = 0.8

// pooled are the log-odds that n likenesses of the given mean come to together. The prior odds
// are in each of them, and count once: what many reports say by a little is said by more
// than a little.
func pooled(mean float64, n int) float64 {
	return prior + (mean-prior)*float64(n)/(1+fellows*float64(n-1))
}

// logit is the inverse of logistic. It bounds what one likeness can weigh.
func logit(p float64) float64 {
	const most = 0.98
	p = min(most, max(1-most, p))
	return math.Log(p / (1 - p))
}

// gather compares two reports in every respect.
func (k *knowledge) gather(a, b *Profile, where area) evidence {
	var e evidence
	e[byNames], e[noName] = share(a.names, b.names, k.naming(a, b))
	e[byNumbers], e[noNumber] = numbersShared(a, b)
	e[noTitleNumber] = truth(disjoint(a.titleNumbers, b.titleNumbers))
	e[byDate], e[noTitleDate] = truth(common(a.dates, b.dates) > 0), truth(otherDays(a, b))
	e[byMentions] = containment(a.placeIDs, b.placeIDs)
	switch {
	case e[byMentions] > 0:
	case where == areaSame && a.place.Admin1 != "", // under two ids
		where == areaNear && len(a.called)+len(b.called) > 0 && (len(a.called) == 0 || len(b.called) == 0): // under a name that is on no map
		e[byMentions] = 1
	}
	e[byEntities], _ = share(a.entities, b.entities, k.marked)
	e[unfit] = truth(a.set&b.fits == 0 && a.set != 0 && b.set != 0)
	e[noCaptive] = truth(others(a, b))
	e[tollApart] = truth(tollsApart(a.casualties, b.casualties))
	e[noFurther], e[byOutlet] = onlyOneFurther(a, b), truth(fewerThere(a, b))
	e[days] = max(0, apart(a, b)-soon).Hours() / 24
	if a.language == b.language {
		e[byTitleNames], e[noTitleName] = titled(a, b)
		e[ownNames] = min(1, float64(min(len(a.names), len(b.names))-common(a.names, b.names))/ownNamed)
		e[noTarget] = otherTarget(a, b)
		e[noQuoted] = truth(disjoint(a.quoted, b.quoted))
		e[noTitleSpeaker] = truth(disjoint(a.titleSpeakers, b.titleSpeakers) && !a.shows(b.category) && !b.shows(a.category))
		e[bySpeakers], e[noSpeaker] = share(a.speakers, b.speakers, k.weight)
	} else {
		e[foreign], e[noName] = 1, 0 // ministries and towns have other names there
		if len(a.spelt)+len(b.spelt) > 0 {
			e[byNames] = k.spelt(a, b)
		}
		e[byThings], e[noThing] = k.things(a, b)
		e[byTolls] = truth(oneToll(a.casualties, b.casualties))
	}
	if rising(a, b, where) {
		e[byRising], e[noNumber], e[noTitleNumber], e[tollApart] = 1, 0, 0, 0
	}
	k.locate(&e, a, b, where)
	return e
}

// locate adds what depends on where the reports are of.
func (k *knowledge) locate(e *evidence, a, b *Profile, where area) {
	switch {
	case where == areaOther && a.place.Country != b.place.Country:
		e[inOther] = 1
	case where <= areaCountry:
		e[inCountry] = 1
	case where >= areaNear:
		if a.shows(b.category) || b.shows(a.category) {
			e[numbersInPlace] = e[byNumbers]
		}
		e[categoryInPlace] = a.set.containment(b.set)
		if !a.time.IsZero() && !b.time.IsZero() && apart(a, b) <= soon {
			e[bySigns] = k.signs(a, b)
		}
	}
}

// disjoint reports whether both sets have something and nothing in common.
func disjoint(a, b []uint64) bool {
	return len(a) > 0 && len(b) > 0 && common(a, b) == 0
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// overlap is what the content words of two reports have in common.
type overlap struct {
	cosine float64 // weighed by rarity
	title  float64 // the share of either title's words that the other report has
	rare   float64 // how many rare words both have, 1 from rareWords on
}

// rareWords in common are as much evidence as words can be; a word is rare from
// a weight of rareWeight on.
const (
	rareWords  = 10
	rareWeight = 0.6
)

func (k *knowledge) overlap(a, b *Profile) overlap {
	var sumA, sumB, both, titles, told, rare float64
	i, j := 0, 0
	for i < len(a.terms) || j < len(b.terms) {
		switch {
		case j == len(b.terms) || i < len(a.terms) && a.terms[i].hash < b.terms[j].hash:
			w := square(k.termWeight(a.terms[i]))
			sumA, titles = sumA+w, titles+w*truth(a.terms[i].title)
			i++
		case i == len(a.terms) || b.terms[j].hash < a.terms[i].hash:
			w := square(k.termWeight(b.terms[j]))
			sumB, titles = sumB+w, titles+w*truth(b.terms[j].title)
			j++
		default:
			wa, wb := k.termWeight(a.terms[i]), k.termWeight(b.terms[j])
			if a.terms[i].form || b.terms[j].form {
				wa, wb = math.Min(wa, wb), math.Min(wa, wb)
			}
			t := wa*wa*truth(a.terms[i].title) + wb*wb*truth(b.terms[j].title)
			sumA, sumB, both = sumA+wa*wa, sumB+wb*wb, both+wa*wb
			titles, told = titles+t, told+t
			rare += max(0, min(wa, wb, 1)-rareWeight) / (1 - rareWeight)
			i, j = i+1, j+1
		}
	}
	return overlap{
		cosine: both / math.Max(math.Sqrt(sumA*sumB), leastWords),
		title:  told / math.Max(titles, leastTitle),
		rare:   min(1, rare/rareWords),
	}
}

// share is the part of the fewer of two sets that both have, weighed by rarity;
// none is how telling the fewer are when there is nothing in common: 1 for leastNames rare
// ones, little for one or for such as every report has ("police").
func share(a, b []uint64, weight func(uint64) float64) (part, none float64) {
	if len(a) == 0 || len(b) == 0 {
		return 0, 0
	}
	both, fewer := weigh(a, b, weight), math.Min(weigh(a, a, weight), weigh(b, b, weight))
	return both / math.Max(leastNames, fewer), truth(both == 0) * min(1, fewer/leastNames)
}

// quoting is what the name of somebody whom both reports cite counts: a minister speaks of
// many things in a day.
const quoting = 0.5

// naming is the information of names for the comparison of two reports.
func (k *knowledge) naming(a, b *Profile) func(uint64) float64 {
	if len(a.cited) == 0 || len(b.cited) == 0 {
		return k.marked
	}
	return func(h uint64) float64 {
		_, ofA := slices.BinarySearch(a.cited, h)
		_, ofB := slices.BinarySearch(b.cited, h)
		if ofA && ofB {
			return quoting * k.marked(h)
		}
		return k.marked(h)
	}
}

// spelt is the share of the names of one report that an Arabic one has.
func (k *knowledge) spelt(a, b *Profile) float64 {
	if len(a.spelt) == 0 {
		a, b = b, a
	}
	return weigh(a.spelt, b.names, k.marked) / max(leastNames, weigh(b.names, b.names, k.marked))
}

// weigh is the sum of the squared weights of what both sets have.
func weigh(a, b []uint64, weight func(uint64) float64) float64 {
	sum := 0.0
	each(a, b, func(h uint64) { sum += square(weight(h)) })
	return sum
}

// signs values what the rules saw in both, by how rare it is: a bombing with
// people killed is told of many a town every day, but a stormed building and a
// kidnapped governor at once is one story in any language. Indicators of one
// category often rest on the same words, so that a second one counts half and a
// third one nothing.
func (k *knowledge) signs(a, b *Profile) float64 {
	first, second := map[string]float64{}, map[string]float64{}
	for _, s := range a.signs {
		if !slices.Contains(b.signs, s) {
			continue
		}
		w := k.signWeight(s)
		if w > first[s.category] {
			w, first[s.category] = first[s.category], w
		}
		second[s.category] = max(second[s.category], w)
	}
	sum := -signsUsual
	for category, w := range first {
		sum += w + second[category]/2
	}
	return min(1, signsScale*max(0, sum))
}

// numbersShared values equal numbers by how improbable it is that two stories
// have them by chance: "37 wounded" says more than "two" or "100". Of different people they are
// none in common. none is how telling the numbers are when there is none in common.
func numbersShared(a, b *Profile) (sum, none float64) {
	each(a.numbers, b.numbers, func(n uint64) {
		if ofA, ofB := countedAs(a, n), countedAs(b, n); ofA&ofB != 0 || ofA == 0 || ofB == 0 {
			sum += telling(n)
		}
	})
	sum = math.Min(1, sum)
	if sum == 0 {
		none = math.Min(tells(a.numbers), tells(b.numbers))
	}
	return sum, none
}

// countedAs are the counts of people that are the given number, a bit for each: the dead, the
// detained. A number that is none of them has none.
func countedAs(f *Profile, n uint64) (kinds int) {
	for i, c := range counts(f.casualties) {
		if c != nil && c.Min > 0 && rounded(uint64(c.Min)) == n {
			kinds |= 1 << i
		}
	}
	return kinds
}

func tells(numbers []uint64) float64 {
	sum := 0.0
	for _, n := range numbers {
		sum += telling(n)
	}
	return math.Min(1, sum)
}

func telling(n uint64) float64 {
	n &^= lasting
	switch {
	case n > decimal:
		return 0.6
	case n >= 1000:
		return tellingDigits(n)
	case n < 3:
		return 0.05
	case n < 10 || n%50 == 0:
		return 0.2
	case n%10 == 0:
		return 0.35
	}
	return 0.6
}

// tellingDigits is telling of a number in the thousands, which goes by the digits before its
// noughts: 1,530 are no round number.
func tellingDigits(n uint64) float64 {
	for n%10 == 0 {
		n /= 10
	}
	switch {
	case n < 10:
		return 0.2
	case n < 100:
		return 0.35
	}
	return 0.6
}

// tollsApart reports whether the counts of people cannot be of one event at
// one time: one is more than three times the other.
func tollsApart(a, b event.Casualties) bool {
	ca, cb := counts(a), counts(b)
	for i, x := range ca {
		if y := cb[i]; x != nil && y != nil && (x.Min > 3*max(y.Min, y.Max)+2 || y.Min > 3*max(x.Min, x.Max)+2) {
			return true
		}
	}
	return false
}

// oneToll reports whether both give the same numbers of killed and of injured people.
func oneToll(a, b event.Casualties) bool {
	same := func(x, y *event.Count) bool { return x != nil && y != nil && x.Min > 0 && x.Min == y.Min }
	return same(a.Killed, b.Killed) && same(a.Injured, b.Injured)
}

func apart(a, b *Profile) time.Duration {
	if a.time.IsZero() || b.time.IsZero() {
		return 0
	}
	return a.time.Sub(b.time).Abs()
}

// situation is how far both reports are of one kind of event in one town at one
// time: the sooner the more. What that says depends on how many such events are to be
// expected: bombings in a city at war say nothing, two reports of a seized building
// within the hour are hardly ever of two.
func situation(a, b *Profile, where area) float64 {
	if where < areaNear || a.time.IsZero() || b.time.IsZero() || !a.shows(b.category) && !b.shows(a.category) {
		return 0
	}
	return recent(a, b)
}

// surprise is how little a further story of one kind and town was to be expected, if
// so many are: 1 for one in a hundred, 0 for one and more.
func surprise(chance float64) float64 {
	return min(1, max(0, -math.Log10(max(chance, 0.001))/2))
}
