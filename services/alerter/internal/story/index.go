package story

import (
	"cmp"
	"slices"
)

const (
	MaxProfiles = 6  // kept of one story: the first and the latest that are no copies
	maxKeys     = 64 // features a profile is found by, the rarest first
	maxStories  = 12 // stories a report is compared with
	// bestPart is what the most alike of a story's reports counts against the
	// mean of all.
	bestPart = 0.3
	// quietTown is how many further stories are to be expected in a town that has one.
	quietTown = 0.3
)

// Index finds the story that a report tells. It is not safe for concurrent use.
type Index struct {
	config    Config
	knowledge *knowledge
	stories   map[string]*entry
	kinds     map[string]int // how many stories began as a kind of event
	towns     map[uint64]int // and in a place
	postings  *postings
	first     opened // of two reports of the index that are compared
	second    opened
}

type entry struct {
	id       string
	kind     string // the category of its first report, and where that was
	town     uint64
	profiles []*told
	taught   *told // its first report, as it was learned from; nil when it was edited since
}

// told is a profile of a story.
type told struct {
	kept
	entry  *entry
	item   string
	number int32 // in the postings
}

// NewIndex returns an empty index.
func NewIndex(c Config) *Index {
	return &Index{config: c, knowledge: newKnowledge(), stories: map[string]*entry{}, kinds: map[string]int{}, towns: map[uint64]int{}, postings: newPostings()}
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
// none of those known. It marks what in the profile is a form,
// and notes how near the story is.
func (x *Index) Find(f *Profile) (best Match, ok bool) {
	f.settle(x.knowledge)
	candidates := x.candidates(f)
	chance := x.chance(f)
	for _, e := range candidates {
		if m := x.fit(f, e, chance); m.Score > best.Score {
			best = m
		}
	}
	f.nearest, f.presumed = best.Score, best.Presumed && best.Score >= x.config.Same
	return best, best.Score >= x.config.Same
}

// fit judges a report against a story: mostly by the mean of its likenesses to
// the story's reports, so that one that is like by chance does not decide. A copy
// of a report is of its story. It is presumed to be of the story as long as no report that is
// known to be says it.
func (x *Index) fit(f *Profile, e *entry, chance float64) Match {
	best, sum, known := Match{ID: e.id}, 0.0, false
	for _, t := range e.profiles {
		l := x.knowledge.compare(x.config, f, t.open(&x.first), chance)
		if l.Score > best.Score {
			best.Item, best.Likeness = t.item, l
			best.Presumed = l.Presumed || t.presumed
		}
		if l.Copy {
			best.Presumed = t.presumed
			return best
		}
		sum += logit(l.Score)
		known = known || l.Score >= x.config.Same && !l.Presumed && !t.presumed
	}
	best.Presumed = best.Presumed && !known
	mean := bestPart*logit(best.Score) + (1-bestPart)*sum/float64(len(e.profiles))
	best.Score = logistic(pooled(mean, len(e.profiles)))
	return best
}

// Add makes the report one that tells the story: the first of a story, or a
// further one that is no copy. A new story is learned from.
func (x *Index) Add(id, item string, f *Profile) {
	f.settle(x.knowledge)
	e := x.stories[id]
	first := e == nil
	if first {
		e = newEntry(id, f)
		x.stories[id] = e
		x.count(e, 1)
		x.knowledge.learn(f)
	}
	// A new revision stands where the old one did, which others may repeat yet.
	at := slices.IndexFunc(e.profiles, func(t *told) bool { return t.item == item })
	if at >= 0 {
		f.correct(e.profiles[at].open(&x.first))
		x.drop(e, at)
	} else {
		if len(e.profiles) == MaxProfiles {
			x.drop(e, 1)
		}
		at = len(e.profiles)
	}
	f.settled()
	keys := x.keys(f)
	t := &told{kept: f.keep(listed(keys)), entry: e, item: item}
	if first {
		e.taught = t
	}
	x.postings.add(t, hashes(keys))
	e.profiles = slices.Insert(e.profiles, at, t)
}

// drop takes a profile out of the story and of the lists it is in.
func (x *Index) drop(e *entry, i int) {
	t := e.profiles[i]
	if t == e.taught {
		e.taught = nil
	}
	x.postings.drop(t, x.listed(t))
	e.profiles = slices.Delete(e.profiles, i, i+1)
}

// Remove forgets a story.
func (x *Index) Remove(id string) {
	e := x.stories[id]
	if e == nil {
		return
	}
	delete(x.stories, id)
	x.count(e, -1)
	for len(e.profiles) > 0 {
		x.drop(e, len(e.profiles)-1)
	}
}

// key is a feature that profiles are found by, and how much it says.
type key struct {
	hash   uint64
	weight float64
	number int // of the profile's features
}

// features are what a profile can be found by: its words, names and numbers, and what was seen
// where. They come in the same order whenever they are asked for.
func (x *Index) features(f *Profile) []key {
	out := make([]key, 0, len(f.terms)+len(f.names)+len(f.numbers)+len(f.signs)*len(f.placeIDs))
	add := func(hash uint64, weight float64) { out = append(out, key{hash, weight, len(out)}) }
	for _, t := range f.terms {
		add(t.hash, x.knowledge.termWeight(t))
	}
	for _, set := range [][]uint64{f.numbers, f.names, f.entities} {
		for _, h := range set {
			add(mix(h), x.knowledge.weight(mix(h)))
		}
	}
	if f.place != nil {
		here := placeID(f.place)
		for _, s := range f.signs {
			add(mix(s.hash^here), 1)
		}
		for _, n := range f.numbers {
			add(mix(mix(n)^here), 1)
		}
	}
	for _, held := range f.offices() {
		add(held, 1)
	}
	return out
}

// keys are the features by which the story of a report is looked for: the rarest.
func (x *Index) keys(f *Profile) []key {
	out := x.features(f)
	slices.SortFunc(out, func(a, b key) int {
		if a.weight != b.weight {
			return cmp.Compare(b.weight, a.weight)
		}
		return cmp.Compare(a.hash, b.hash)
	})
	out = slices.CompactFunc(out, func(a, b key) bool { return a.hash == b.hash })
	return out[:min(len(out), maxKeys)]
}

// listed says by bit which features of a profile are its keys.
func listed(keys []key) []byte {
	var bits []byte
	for _, k := range keys {
		if more := k.number/8 + 1 - len(bits); more > 0 {
			bits = append(bits, make([]byte, more)...)
		}
		bits[k.number/8] |= 1 << (k.number % 8)
	}
	return bits
}

// listed are the features that a profile is listed under.
func (x *Index) listed(t *told) []uint64 {
	var out []uint64
	for _, k := range x.features(t.open(&x.first)) {
		if at := k.number / 8; at < len(t.kept.listed) && t.kept.listed[at]>>(k.number%8)&1 != 0 {
			out = append(out, k.hash)
		}
	}
	return out
}

func hashes(keys []key) []uint64 {
	out := make([]uint64, len(keys))
	for i, k := range keys {
		out[i] = k.hash
	}
	return out
}

// candidates are the stories with a report that shares most with the profile:
// the sum of the weights of the features that both are listed under.
func (x *Index) candidates(f *Profile) []*entry {
	first := make([]ranked, 0, maxStories)
	for number, sum := range x.postings.shared(x.keys(f)) {
		if len(first) == maxStories && sum < first[maxStories-1].shared {
			continue // most are, and their profiles are not looked at
		}
		if t := x.postings.told[number]; t.exercise == f.exercise {
			first = rank(first, ranked{t.entry, sum})
		}
	}
	out := make([]*entry, len(first))
	for i, r := range first {
		out[i] = r.entry
	}
	return out
}

// ranked is a story and how much a report shares with it.
type ranked struct {
	*entry
	shared float64
}

// rank puts a story where it belongs among the first maxStories, by that of its reports
// that shares most: those that share most come first, of equals that with the lower id.
func rank(first []ranked, r ranked) []ranked {
	if at := slices.IndexFunc(first, func(other ranked) bool { return other.entry == r.entry }); at >= 0 {
		if first[at].shared >= r.shared {
			return first
		}
		first = slices.Delete(first, at, at+1)
	}
	at := len(first)
	for at > 0 && (r.shared > first[at-1].shared || r.shared == first[at-1].shared && r.id < first[at-1].id) {
		at--
	}
	if at == maxStories {
		return first
	}
	return slices.Insert(first[:min(len(first), maxStories-1)], at, r)
}

// Merge joins the story other into the story id.
func (x *Index) Merge(id, other string) {
	e, o := x.stories[id], x.stories[other]
	if e == nil || o == nil || e == o {
		return
	}
	moved := slices.Clone(o.profiles)
	if o.taught != nil {
		x.knowledge.unlearn(o.taught.open(&x.first))
	}
	x.Remove(other)
	for _, t := range moved {
		x.Add(id, t.item, t.open(&opened{}))
	}
}

// Twin is another story that turns out to be the same as the story id, if there
// is one: the mean of the likenesses of the reports of the one to those of the
// other says so, and not by a presumption alone.
func (x *Index) Twin(id string, f *Profile) (other string, ok bool) {
	e := x.stories[id]
	if e == nil {
		return "", false
	}
	best := 0.0
	candidates := x.candidates(f)
	chance := x.chance(f)
	for _, o := range candidates {
		if o == e {
			continue
		}
		sum, known := 0.0, false
		for _, t := range e.profiles {
			ours := t.open(&x.first)
			for _, u := range o.profiles {
				l := x.knowledge.compare(x.config, ours, u.open(&x.second), chance)
				sum += logit(l.Score)
				known = known || l.Score >= x.config.Same && !l.Presumed
			}
		}
		pairs := len(e.profiles) * len(o.profiles)
		if score := logistic(pooled(sum/float64(pairs), pairs)); known && score >= x.config.Same && score > best {
			best, other, ok = score, o.id, true
		}
	}
	return other, ok
}

// newEntry is a story that the report is the first to tell.
func newEntry(id string, f *Profile) *entry {
	e := &entry{id: id, kind: f.category}
	if f.place != nil {
		e.town = placeID(f.place)
	}
	return e
}

// count adds a story, or takes it away, where stories of its kind and its town are
// counted.
func (x *Index) count(e *entry, n int) {
	if x.kinds[e.kind] += n; x.kinds[e.kind] == 0 {
		delete(x.kinds, e.kind)
	}
	if x.towns[e.town] += n; x.towns[e.town] == 0 {
		delete(x.towns, e.town)
	}
}

// chance is how many stories of the report's kind of event and town there are to
// be expected if they have nothing to do with each other. The one that the report may be of is
// no evidence that such stories are usual in the town: a single one counts as a quiet town does.
func (x *Index) chance(f *Profile) float64 {
	if f.place == nil {
		return 0
	}
	ofKind := float64(x.kinds[f.category]) + usual(f.category)*priorStories
	inTown := max(0, float64(x.towns[placeID(f.place)]-1)) + quietTown
	return ofKind * inTown / float64(len(x.stories)+priorStories)
}
