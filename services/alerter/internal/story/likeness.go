package story

import (
	"math"
	"slices"
	"time"

	"faultline/pkg/event"
)

// Config sets how much two reports must share.
type Config struct {
	// Window is how far apart in time two reports of one story may be.
	Window time.Duration
	// Copy is the share of shingles from which a text is a copy.
	Copy float64
	// Same is the score from which two reports tell one story.
	Same float64
	// Update is the time after which a text of the same wording with a higher
	// toll is an update; sooner it is another event in the same form.
	Update time.Duration
}

// Default returns the settings that ship.
func Default() Config {
	return Config{Window: 48 * time.Hour, Copy: 0.8, Same: 0.49, Update: 15 * time.Minute}
}

// Likeness is how one report stands to another.
type Likeness struct {
	// Score is from 0 (different stories) to 1; at Config.Same and above the
	// reports tell one story.
	Score float64
	// Copy is set when the text is the other's, but for a name in front or
	// behind.
	Copy bool
	// Words is the weighed share of content words in common, 0 to 1.
	Words float64
	// Conflict names the specifics in which texts of one wording contradict
	// each other: "number", "name", "place", "speaker", or "".
	Conflict string
}

// The parts of the score. They add up; Config.Same is the bar. They were set by
// hand, in the light of the generated texts of a load test and of a labelled set
// of news, so that figures measured on those two are no proof for other news.
const (
	wordsPart      = 1.0  // x Words
	namesPart      = 0.25 // at most, by the rarity of the names
	entitiesPart   = 0.15 // at most
	numbersPart    = 0.32 // at most, by how telling the numbers are
	samePlacePart  = 0.12
	nearPlacePart  = 0.08
	categoryPart   = 0.05
	indicatorPart  = 0.12 // x the rarity of the indicator
	signsPart      = 0.25 // at most, by how rare the shared indicators are
	signsScale     = 0.2
	signsUsual     = 0.4 // the rarity that two different events of one town share
	countryPenalty = 0.05
	tollPenalty    = 0.15
	perDayPenalty  = 0.10
	farNumbers     = 0.4  // what equal numbers count when the places are not one
	soonPart       = 0.05 // within soon of each other
	soon           = 6 * time.Hour
	formWeight     = 0.15 // what a word of a form counts
	titleWeight    = 1.6  // what a word of the title counts
	// oneWording is the share of the smaller lead's phrases from which
	// contradicting specifics show two stories of one form. Reports of one event
	// by different hands share a few percent.
	oneWording = 0.4
	// leastWords is how many rare words a text counts for at least, so that two
	// texts of little but a form are not alike by their one other word.
	leastWords = 8
	// foreignFloor stands for the words when the languages differ.
	foreignFloor = 0.2
	// foreignNeed is what names, numbers and entities must give then.
	foreignNeed = 0.1
)

// compare judges a report against an earlier one.
func (k *knowledge) compare(c Config, a, b *Profile) Likeness {
	where := relate(a.place, b.place)
	if a.exercise != b.exercise || a.set&b.fits == 0 && a.set != 0 && b.set != 0 || apart(a, b) > c.Window {
		return Likeness{}
	}
	l := Likeness{Words: k.overlap(a, b)}
	whole := Jaccard(a.Signature, b.Signature)
	phrases := containment(a.shingles, b.shingles)
	copied := whole >= c.Copy || phrases >= c.Copy && whollyShort(a, b)
	if copied || phrases >= oneWording {
		l.Conflict = conflict(c, a, b, where)
		if l.Conflict != "" {
			return l
		}
	}
	if copied {
		l.Copy, l.Score = true, 1
		return l
	}
	if where == areaOther {
		return l
	}
	l.Score = k.score(a, b, l.Words, where)
	return l
}

func apart(a, b *Profile) time.Duration {
	if a.time.IsZero() || b.time.IsZero() {
		return 0
	}
	return a.time.Sub(b.time).Abs()
}

// score adds the parts up.
func (k *knowledge) score(a, b *Profile, cosine float64, where area) float64 {
	specific := k.names(a, b) + k.entitiesShared(a, b) + numbersShared(a, b, where)
	if where >= areaNear && apart(a, b) <= soon {
		specific += k.signs(a, b)
	}
	score := wordsPart * cosine
	if a.language != b.language {
		if specific < foreignNeed {
			return 0
		}
		score = math.Max(score, foreignFloor)
	}
	score += specific + placePart(where)
	if a.category != "" && a.category == b.category {
		score += categoryPart
	}
	if a.indicator != "" && a.indicator == b.indicator {
		score += indicatorPart * k.signWeight(sign{hashString(a.indicator), a.category})
	}
	if tollsApart(a.casualties, b.casualties) {
		score -= tollPenalty
	}
	gap := apart(a, b)
	if !a.time.IsZero() && gap <= soon {
		score += soonPart
	}
	score -= perDayPenalty * max(0, gap-soon).Hours() / 24
	return math.Max(0, math.Min(score, 1))
}

func placePart(where area) float64 {
	switch where {
	case areaSame:
		return samePlacePart
	case areaNear:
		return nearPlacePart
	case areaCountry:
		return -countryPenalty
	}
	return 0
}

// overlap is the cosine of the content words, weighed by rarity.
func (k *knowledge) overlap(a, b *Profile) float64 {
	var sumA, sumB, both float64
	i, j := 0, 0
	for i < len(a.terms) || j < len(b.terms) {
		switch {
		case j == len(b.terms) || i < len(a.terms) && a.terms[i].hash < b.terms[j].hash:
			sumA += square(k.termWeight(a.terms[i]))
			i++
		case i == len(a.terms) || b.terms[j].hash < a.terms[i].hash:
			sumB += square(k.termWeight(b.terms[j]))
			j++
		default:
			wa, wb := k.termWeight(a.terms[i]), k.termWeight(b.terms[j])
			if a.terms[i].form || b.terms[j].form {
				wa, wb = math.Min(wa, wb), math.Min(wa, wb)
			}
			sumA, sumB, both = sumA+wa*wa, sumB+wb*wb, both+wa*wb
			i, j = i+1, j+1
		}
	}
	return both / math.Max(math.Sqrt(sumA*sumB), leastWords)
}

func square(x float64) float64 { return x * x }

func (k *knowledge) termWeight(t term) float64 {
	w := k.weight(t.hash)
	if t.title {
		w *= titleWeight
	}
	if t.form {
		w *= formWeight
	}
	return w
}

// containment is the share of the smaller of two sorted sets that is in the
// other one.
func containment(a, b []uint64) float64 {
	least := min(len(a), len(b))
	if least == 0 {
		return 0
	}
	return float64(common(a, b)) / float64(least)
}

// whollyShort reports whether the shorter text is known in full and long enough
// to tell a story: a feed that gives summaries only.
func whollyShort(a, b *Profile) bool {
	short := a
	if len(b.shingles) < len(a.shingles) {
		short = b
	}
	return short.complete && len(short.shingles) >= 8
}

// common counts the elements of two sorted sets that are in both.
func common(a, b []uint64) int {
	n := 0
	each(a, b, func(uint64) { n++ })
	return n
}

func each(a, b []uint64, fn func(uint64)) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			fn(a[i])
			i, j = i+1, j+1
		}
	}
}

// names weighs shared names by their rarity.
func (k *knowledge) names(a, b *Profile) float64 {
	return k.shared(a.names, b.names, namesPart, namesPart/2.5)
}

func (k *knowledge) entitiesShared(a, b *Profile) float64 {
	return k.shared(a.entities, b.entities, entitiesPart, entitiesPart/2)
}

func (k *knowledge) shared(a, b []uint64, most, one float64) float64 {
	sum := 0.0
	each(a, b, func(h uint64) { sum += one * square(k.weight(mix(h))) })
	return math.Min(sum, most)
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
	return min(signsPart, signsScale*max(0, sum))
}

// numbersShared values equal numbers by how improbable it is that two stories
// have them by chance: "37 wounded" says more than "two" or "100", and more in
// one town than in one country.
func numbersShared(a, b *Profile, where area) float64 {
	sum := 0.0
	each(a.numbers, b.numbers, func(n uint64) { sum += telling(n) })
	ca, cb := counts(a.casualties), counts(b.casualties)
	for i, x := range ca {
		if y := cb[i]; x != nil && y != nil && x.Min == y.Min {
			sum += telling(uint64(x.Min))
		}
	}
	switch {
	case where == areaUnknown:
		sum *= (1 + farNumbers) / 2
	case where < areaNear:
		sum *= farNumbers
	}
	return math.Min(sum, numbersPart)
}

func telling(n uint64) float64 {
	switch {
	case n < 3:
		return 0.02
	case n < 10:
		return 0.06
	case n%50 == 0:
		return 0.06
	case n%10 == 0:
		return 0.12
	}
	return 0.21
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

// conflict names the first specifics that each of two texts of one wording has
// and the other lacks. What only one of them has is an addition, not a
// contradiction.
func conflict(c Config, a, b *Profile, where area) string {
	switch {
	case differ(a.numbers, b.numbers) && !risen(c, a, b):
		return "number"
	case differ(a.names, b.names) && common(a.names, b.names) == 0:
		return "name"
	case where < areaNear && differ(a.placeIDs, b.placeIDs) && common(a.placeIDs, b.placeIDs) == 0:
		return "place"
	case differ(a.speakers, b.speakers):
		return "speaker"
	}
	return ""
}

// differ reports whether each of two sorted sets has an element that the other
// lacks.
func differ(a, b []uint64) bool {
	n := common(a, b)
	return n < len(a) && n < len(b)
}

// risen reports whether the later text is the earlier one with a higher toll.
func risen(c Config, a, b *Profile) bool {
	old, later := b, a
	if a.time.Before(b.time) {
		old, later = a, b
	}
	if later.time.Sub(old.time) < c.Update {
		return false
	}
	up := false
	before, after := counts(old.casualties), counts(later.casualties)
	for i, x := range before {
		y := after[i]
		if x == nil || y == nil {
			continue
		}
		if y.Min < x.Min || y.Min > 4*x.Min+10 {
			return false
		}
		up = up || y.Min > x.Min
	}
	return up
}
