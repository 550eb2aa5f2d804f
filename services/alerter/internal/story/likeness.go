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
	// Conflict names the specifics in which texts of one wording contradict
	// each other: "number", "name", "place", "speaker", or "".
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
	// leastWords, leastTitle and leastNames are how many rare ones a text counts
	// for at least, so that two texts of little but a form are not alike by
	// their one other word.
	leastWords = 8
	leastTitle = 3
	leastNames = 2
)

// compare judges a report against an earlier one. rivals is how many stories are
// of the report's kind of event, town and time.
func (k *knowledge) compare(c Config, a, b *Profile, rivals int) Likeness {
	where := relate(a.place, b.place)
	if a.exercise != b.exercise || apart(a, b) > c.Window {
		return Likeness{}
	}
	w := k.overlap(a, b)
	l := Likeness{Words: w.cosine}
	whole := Jaccard(a.Signature, b.Signature)
	phrases := containment(a.shingles, b.shingles)
	copied := whole >= c.Copy || phrases >= c.Copy && whollyShort(a, b)
	if copied || phrases >= oneWording {
		l.Conflict = conflict(c, a, b, where, copied)
		if l.Conflict != "" {
			return l
		}
	}
	if copied {
		l.Copy, l.Score = true, 1
		return l
	}
	e := k.gather(a, b, where)
	e[byTitle], e[byRare] = w.title, w.rare
	e[bySituation] = situation(a, b, where) / float64(max(1, rivals))
	l.Score = e.likelihood()
	return l
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
func conflict(c Config, a, b *Profile, where area, copied bool) string {
	switch {
	case differ(a.numbers, b.numbers) && !risen(c, a, b):
		return "number"
	case differ(a.names, b.names) && common(a.names, b.names) == 0:
		return "name"
	case where < areaNear && differ(a.placeIDs, b.placeIDs) && common(a.placeIDs, b.placeIDs) == 0:
		return "place"
	case differ(a.speakers, b.speakers) && (copied || common(a.speakers, b.speakers) == 0):
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
