package story

import "slices"

const (
	maxProfiles = 6     // kept of one story: the first and the latest that are no copies
	maxScan     = 16384 // sketches looked at for one report
	maxCompare  = 24    // full comparisons for one report
	maxBuckets  = 5     // countries looked into for one report
)

// Index finds the story that a report tells. It is not safe for concurrent use.
type Index struct {
	config    Config
	knowledge *knowledge
	stories   map[string]*entry
	buckets   map[string][]slot // by country; "" for reports without a place
	dead      map[string]int    // removed profiles in each bucket
}

type entry struct {
	id       string
	profiles []*told
}

// told is a profile of a story; its entry is nil once it was removed.
type told struct {
	*Profile
	entry *entry
	item  string
}

// slot is a profile in a bucket, with its sketch at hand: looking through a
// bucket is looking through memory in a row.
type slot struct {
	sketch sketch
	*told
}

// NewIndex returns an empty index.
func NewIndex(c Config) *Index {
	return &Index{config: c, knowledge: newKnowledge(), stories: map[string]*entry{}, buckets: map[string][]slot{},
		dead: map[string]int{}}
}

// SetConfig changes the thresholds for what comes.
func (x *Index) SetConfig(c Config) { x.config = c }

// Len is the number of stories.
func (x *Index) Len() int { return len(x.stories) }

// Match is a story that a report fits to.
type Match struct {
	ID   string
	Item string // the report of the story that is most like it
	Likeness
}

// Find returns the story that the report fits best; ok is false when it tells
// none of those known. It marks what in the profile is a form.
func (x *Index) Find(f *Profile) (best Match, ok bool) {
	f.settle(x.knowledge)
	for _, t := range x.candidates(f) {
		l := x.knowledge.compare(x.config, f, t.Profile)
		if l.Score > best.Score {
			best = Match{ID: t.entry.id, Item: t.item, Likeness: l}
		}
	}
	return best, best.Score >= x.config.Same
}

// Add makes the report one that tells the story: the first of a story, or a
// further one that is no copy. A new story is learned from.
func (x *Index) Add(id, item string, f *Profile) {
	f.settle(x.knowledge)
	f.phrases, f.stems = nil, nil
	e := x.stories[id]
	if e == nil {
		e = &entry{id: id}
		x.stories[id] = e
		x.knowledge.learn(f)
	}
	for i, t := range e.profiles { // a new revision replaces the old one
		if t.item == item {
			x.drop(e, i)
			break
		}
	}
	if len(e.profiles) == maxProfiles {
		x.drop(e, 1)
	}
	t := &told{Profile: f, entry: e, item: item}
	e.profiles = append(e.profiles, t)
	x.buckets[f.home()] = append(x.buckets[f.home()], slot{f.sketch, t})
	x.compact(f.home())
}

// drop takes a profile out of the story; its bucket forgets it when compacted.
func (x *Index) drop(e *entry, i int) {
	x.dead[e.profiles[i].home()]++
	e.profiles[i].entry = nil
	e.profiles = slices.Delete(e.profiles, i, i+1)
}

// Remove forgets a story.
func (x *Index) Remove(id string) {
	e := x.stories[id]
	if e == nil {
		return
	}
	delete(x.stories, id)
	for len(e.profiles) > 0 {
		key := e.profiles[0].home()
		x.drop(e, 0)
		x.compact(key)
	}
}

// compact drops the removed profiles from a bucket once they are the half.
func (x *Index) compact(key string) {
	bucket := x.buckets[key]
	if x.dead[key] < 64 || x.dead[key] < len(bucket)/2 {
		return
	}
	x.dead[key] = 0
	x.buckets[key] = slices.DeleteFunc(bucket, func(s slot) bool { return s.entry == nil })
}

// candidates are the known reports that share most with the profile's sketch.
func (x *Index) candidates(f *Profile) []*told {
	var best []candidate
	least := 0
	for _, key := range f.keys() {
		bucket := x.buckets[key]
		for i := len(bucket) - 1; i >= max(0, len(bucket)-maxScan); i-- {
			n := f.sketch.shared(&bucket[i].sketch)
			if n <= least || bucket[i].entry == nil {
				continue
			}
			best = append(best, candidate{bucket[i].told, n})
			if len(best) >= 4*maxCompare {
				best = top(best)
				least = best[maxCompare-1].shared
			}
		}
	}
	best = top(best)
	out := make([]*told, len(best))
	for i, c := range best {
		out[i] = c.told
	}
	return out
}

type candidate struct {
	*told
	shared int
}

// top keeps those that share most, the latest of equals.
func top(best []candidate) []candidate {
	slices.SortStableFunc(best, func(a, b candidate) int { return b.shared - a.shared })
	return best[:min(len(best), maxCompare)]
}
