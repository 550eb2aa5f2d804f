package story

import (
	"cmp"
	"slices"
)

const (
	// sketchKeys are how many of a signature's values a text is looked for by, and
	// sketchHits how many of them two texts share at least that are worth a comparison: of a copy
	// nearly all are the same, of two other texts hardly ever one.
	sketchKeys = 8
	sketchHits = 3
	// leastReprint is how many slots of its signature a text fills from which it is too long, some
	// fifty words, to be the form of many events: a shorter one may come again for another.
	leastReprint = 40
)

// Past leads from a text to the stories that are over and that it may be a copy of. It
// keeps eight numbers of a report. It is not safe for concurrent use.
type Past struct {
	limit   int
	added   uint64
	stories map[string]pastStory
	byKey   map[uint32]string // the latest story with it
}

type pastStory struct {
	keys   []uint32
	number uint64 // counts up
}

// NewPast returns a Past that keeps the latest stories, at most so many.
func NewPast(limit int) *Past {
	return &Past{limit: limit, stories: map[string]pastStory{}, byKey: map[uint32]string{}}
}

// Len is the number of stories.
func (p *Past) Len() int { return len(p.stories) }

// Add notes that a story with reports of these signatures is over.
func (p *Past) Add(id string, signatures [][]uint32) {
	p.Remove(id)
	s := pastStory{number: p.added}
	for _, signature := range signatures {
		s.keys = append(s.keys, sketch(signature)...)
	}
	if len(s.keys) == 0 {
		return
	}
	p.added++
	for _, k := range s.keys {
		p.byKey[k] = id
	}
	if p.stories[id] = s; len(p.stories) > p.limit {
		p.thin()
	}
}

// thin forgets the oldest eighth, so that it is not to be done for each.
func (p *Past) thin() {
	ids := make([]string, 0, len(p.stories))
	for id := range p.stories {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(p.stories[a].number, p.stories[b].number) })
	for _, id := range ids[:len(ids)-p.limit+p.limit/8] {
		p.Remove(id)
	}
}

// Remove forgets a story.
func (p *Past) Remove(id string) {
	for _, k := range p.stories[id].keys {
		if p.byKey[k] == id {
			delete(p.byKey, k)
		}
	}
	delete(p.stories, id)
}

// Find returns the stories that a text with this signature may be a copy of, the most
// likely first.
func (p *Past) Find(signature []uint32) (ids []string) {
	hits := map[string]int{}
	for _, k := range sketch(signature) {
		if id, ok := p.byKey[k]; ok {
			hits[id]++
		}
	}
	for id, n := range hits {
		if n >= sketchHits {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(hits[b], hits[a]), cmp.Compare(a, b)) })
	return ids
}

// sketch is a sample of a signature's slots with what is in them, the same one of texts that
// are nearly the same; none of a text that is too short.
func sketch(signature []uint32) []uint32 {
	keys := make([]uint32, 0, len(signature))
	for slot, value := range signature {
		if value != 0 {
			keys = append(keys, uint32(slot)<<16|value&0xFFFF)
		}
	}
	if len(keys) < leastReprint {
		return nil
	}
	slices.SortFunc(keys, func(a, b uint32) int { return cmp.Compare(mix(uint64(a)), mix(uint64(b))) })
	return slices.Clone(keys[:sketchKeys])
}

// Reprints reports whether one text is another outlet's, however long after: no news, as far as it
// is not a drill's, which is repeated on purpose. What an outlet says again it may say of another event.
// An outlet that is not known is taken for another one.
func (c Config) Reprints(a, b *Profile) bool {
	if a.exercise || b.exercise || a.outlet == b.outlet && a.outlet != 0 || len(sketch(a.Signature)) == 0 {
		return false
	}
	words := compareWording(c, a, b)
	return words.whole >= c.Copy && !disjoint(a.dates, b.dates) && conflict(c, a, b, whereabouts(a, b), words) == ""
}
