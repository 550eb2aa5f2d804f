package story

import "math"

const (
	wordSlots = 1 << 16
	formSlots = 1 << 17
	// priorStories is how many stories the knowledge pretends to have seen at
	// the start, so that the first ones are not all of rare words.
	priorStories = 100
	// priorCommon is in how many of them a common word was.
	priorCommon = 15
	// fadeAt halves the counts when so many stories were learned: what was
	// common last year need not be so now.
	fadeAt = 40_000
	// newStory is what a story counts in seen, and near the likeness to another one
	// from which it counts 1.
	newStory = 4
	near     = 0.15
)

// knowledge is what earlier stories teach about how little a word says: in how
// many stories it stood, and which phrases are told of many places and so are a
// form or boilerplate rather than news. Its memory is fixed; hash collisions
// make a word look a little more common than it is.
type knowledge struct {
	stories float64
	total   float64   // log of stories and the prior ones
	logs    []float64 // log of small counts
	seen    []uint16  // by word hash, newStory for each story
	named   []uint16  // the same by thing
	phrases []phrase  // by shingle hash
}

// phrase is a shingle and how many different places it was told of, as far as
// one remembered place can tell.
type phrase struct {
	tag    uint32
	place  uint32
	places uint8
}

// formPlaces is from how many places on a phrase is a form.
const formPlaces = 3

func newKnowledge() *knowledge {
	k := &knowledge{seen: make([]uint16, wordSlots), phrases: make([]phrase, formSlots), logs: make([]float64, logSlots)}
	for n := range k.logs {
		k.logs[n] = math.Log(float64(n)/newStory + 1)
	}
	k.count(0)
	for _, lang := range []string{"en", "ru"} {
		stems := stemmer{lang: lang}
		for _, w := range commonWords(lang) {
			k.assume(hashString(stems.stem(w)))
		}
	}
	all := thingList()
	k.named = make([]uint16, len(all))
	for i, t := range all {
		if t.common {
			k.named[i] = priorCommon * newStory
		}
	}
	return k
}

// assume takes something for common from the start.
func (k *knowledge) assume(h uint64) {
	slot := &k.seen[h%wordSlots]
	*slot = max(*slot, priorCommon*newStory)
}

// logSlots is how many logarithms are kept.
const logSlots = 4096 * newStory

func (k *knowledge) count(stories float64) {
	k.stories = stories
	k.total = math.Log(stories + priorStories)
}

// learn counts a new story. Copies and further reports are not learned: a story
// told by forty outlets is still one. One that is near to another story may be the
// same, which was not seen, and counts less.
func (k *knowledge) learn(f *Profile) {
	step := f.lesson()
	k.count(k.stories + float64(step)/newStory)
	k.each(f, func(slot *uint16) { *slot += min(uint16(step), math.MaxUint16-*slot) })
	k.learnPhrases(f)
	if k.stories >= fadeAt {
		k.fade()
	}
}

// unlearn takes back what the first report of a story taught that is part of another one:
// that has taught its words.
func (k *knowledge) unlearn(f *Profile) {
	step := f.lesson()
	k.count(max(0, k.stories-float64(step)/newStory))
	k.each(f, func(slot *uint16) { *slot -= min(uint16(step), *slot) })
}

// lesson is what a story counts that the report is the first to tell.
func (f *Profile) lesson() int {
	if f.nearest >= near {
		return 1
	}
	return newStory
}

// each calls fn with the count of each word, thing, name, number, entity and sign of a report.
func (k *knowledge) each(f *Profile, fn func(slot *uint16)) {
	for _, t := range f.terms {
		fn(&k.seen[t.hash%wordSlots])
	}
	for _, set := range f.things {
		for _, i := range set {
			fn(&k.named[i])
		}
	}
	for _, set := range [...][]uint64{f.numbers, f.names, f.entities} {
		for _, h := range set {
			fn(&k.seen[mix(h)%wordSlots])
		}
	}
	for _, sign := range f.signs {
		fn(&k.seen[mix(sign.hash)%wordSlots])
	}
}

func (k *knowledge) learnPhrases(f *Profile) {
	if f.place == nil {
		return
	}
	here := uint32(mix(placeID(f.place)))
	for _, h := range f.shingles {
		slot, tag := &k.phrases[h%formSlots], uint32(h>>32)
		switch {
		case slot.tag != tag:
			*slot = phrase{tag: tag, place: here, places: 1}
		case slot.place != here && slot.places < math.MaxUint8:
			slot.place = here
			slot.places++
		}
	}
}

func (k *knowledge) fade() {
	k.count(k.stories / 2)
	for i := range k.seen {
		k.seen[i] /= 2
	}
	for i := range k.named {
		k.named[i] /= 2
	}
}

// isForm reports whether a shingle is told of many places.
func (k *knowledge) isForm(h uint64) bool {
	slot := k.phrases[h%formSlots]
	return slot.tag == uint32(h>>32) && slot.places >= formPlaces
}

// weight is the information of a word in the manner of inverse document
// frequency: 1 for a word never seen, near 0 for one that most stories have.
func (k *knowledge) weight(h uint64) float64 {
	return k.rarity(k.seen[h%wordSlots])
}

// marked is the information of a number, a name or an entity, which are counted apart from words.
func (k *knowledge) marked(h uint64) float64 { return k.weight(mix(h)) }

// rarity is the information of what was seen so often.
func (k *knowledge) rarity(n uint16) float64 {
	if n < logSlots {
		return max(0, 1-k.logs[n]/k.total)
	}
	return max(0, 1-math.Log(float64(n)/newStory+1)/k.total)
}

// signWeight is the information of an indicator. Before any were seen it is as
// common as its category.
func (k *knowledge) signWeight(s sign) float64 {
	n := float64(k.seen[mix(s.hash)%wordSlots])/newStory + usual(s.category)*priorStories
	return max(0, 1-math.Log(n+1)/k.total)
}

// usual is the share of alarming stories that show a category, as found in
// labelled news of many countries, rounded. A category it does not know is rare.
func usual(category string) float64 {
	switch category {
	case "armed-attack", "casualties":
		return 0.5
	case "armed-clash":
		return 0.25
	case "protest", "riot", "crackdown":
		return 0.1
	case "kidnapping", "arms-hoarding", "ethnic-violence":
		return 0.06
	case "displacement", "coup":
		return 0.03
	default:
		return 0.01
	}
}
