package story

import (
	"time"
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
	return Config{Window: 48 * time.Hour, Copy: 0.8, Same: 0.5, Update: 15 * time.Minute}
}

// Likeness is how one report stands to another.
type Likeness struct {
	// Score is the probability, from 0 to 1, that the reports tell one story; at
	// Config.Same and above they are taken to.
	Score float64
	// Copy is set when the text is the other's, but for a name in front or
	// behind.
	Copy bool
	// Words is the weighed share of content words in common, 0 to 1.
	Words float64
	// Presumed is set when the languages differ, and nothing that is of the event alone says
	// that it is one: place, time and kind of event do, and little else.
	Presumed bool
	// Conflict names the specifics in which texts of one wording contradict
	// each other: "day", "number", "name", "place", "speaker", or "".
	Conflict string
}

// The scales of the evidence.
const (
	soon        = 6 * time.Hour
	signsScale  = 1.0
	signsUsual  = 0.4  // the rarity that two different events of one town share
	formWeight  = 0.15 // what a word of a form counts
	titleWeight = 1.6  // what a word of the title counts
	// oneWording is the share of the smaller lead's phrases from which
	// contradicting specifics show two stories of one form. Reports of one event
	// by different hands share a few percent.
	oneWording = 0.4
	// oneOpening is the same of titles and first words. Reports of one event by
	// different hands share a fifth of them at most, forms half and more.
	oneOpening = 0.5
	// oneTitle is the share of the titles' words, weighed by rarity, from which titles
	// that differ in their days are of bulletins.
	oneTitle = 0.8
	// oneText is the share of both texts from which one that calls itself an update is
	// the other's.
	oneText = 0.65
	// leastWords, leastTitle, leastNames and leastThings are how many rare ones a text counts
	// for at least, so that two texts of little but a form are not alike by
	// their one other word.
	leastWords  = 8
	leastTitle  = 3
	leastNames  = 2
	leastThings = 1.5
	// ownNamed is how many names each of two reports must have whom the other does not have,
	// that they are as much against one story as they can be.
	ownNamed = 3
	// presumed is how many log-odds what is of the event alone must add, that reports in two
	// languages are not only presumed to tell one story.
	presumed = 1.2
)

// compare judges a report against an earlier one. chance is how many stories of the
// report's kind of event and town there are to be expected.
func (k *knowledge) compare(c Config, a, b *Profile, chance float64) Likeness {
	l, _ := k.weighUp(c, a, b, chance)
	return l
}

// weighUp is compare with the evidence that it rests on: none for a copy, a form, a drill
// and what is too far apart.
func (k *knowledge) weighUp(c Config, a, b *Profile, chance float64) (l Likeness, e evidence) {
	where := whereabouts(a, b)
	if a.exercise != b.exercise || apart(a, b) > c.Window {
		return l, e
	}
	w := k.overlap(a, b)
	l.Words = w.cosine
	words := compareWording(c, a, b)
	if words.one() || bulletins(a, b, w) {
		l.Conflict = conflict(c, a, b, where, words)
		if l.Conflict != "" {
			return l, e
		}
	}
	if words.copied {
		l.Copy, l.Score = true, 1
		return l, e
	}
	e = k.gather(a, b, where)
	e[byTitle], e[byRare] = w.title, w.rare
	e[byText] = k.anew(a, b, words) * recent(a, b)
	e[byCaptive] = captive(a, b, where, chance)
	e[bySituation], e[bySigns] = situation(a, b, where)*surprise(chance), e[bySigns]*surprise(chance)
	l.Score, l.Presumed = e.likelihood(), e[foreign] > 0 && e.specific() < presumed
	return l, e
}

// bulletins reports whether two reports are of one title, for different days.
func bulletins(a, b *Profile, w overlap) bool {
	return w.title >= oneTitle && otherDays(a, b)
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

// conflict names the first specifics that each of two texts of one wording has
// and the other lacks. What only one of them has is an addition, not a
// contradiction.
func conflict(c Config, a, b *Profile, where area, words wording) string {
	switch {
	case otherDays(a, b):
		return "day"
	case differ(a.numbers, b.numbers) && !risen(c, a, b) && !(words.retold() && updates(a, b)):
		return "number"
	case differ(a.names, b.names) && common(a.names, b.names) == 0:
		return "name"
	case differ(a.placeIDs, b.placeIDs) && common(a.placeIDs, b.placeIDs) == 0:
		return "place"
	case differ(a.speakers, b.speakers) && (words.copied || common(a.speakers, b.speakers) == 0):
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

// recent is 1 for reports of one time and 0 for those that are hours apart.
func recent(a, b *Profile) float64 { return max(0, 1-float64(apart(a, b))/float64(soon)) }

// updates reports whether one of the texts says that it is an update, soon enough
// to be one of the other.
func updates(a, b *Profile) bool { return (a.updated || b.updated) && apart(a, b) <= soon }

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
		if y.Min < x.Min || beyond(x.Min, y.Min) {
			return false
		}
		up = up || y.Min > x.Min
	}
	return up
}
