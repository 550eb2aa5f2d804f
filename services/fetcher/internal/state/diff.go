package state

import (
	"cmp"
	"slices"
	"time"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/feed"
)

// Change is an item that is new, or says something new.
type Change struct {
	Entry    feed.Entry
	ID       string
	Revision int
	Hash     string
	First    time.Time // when the item was first fetched
	Backlog  bool
}

// Fetch is what a document is compared with besides the state.
type Fetch struct {
	Feed string // id
	Time time.Time
	// Window is how old an item may be on the feed's first fetch without being
	// backlog.
	Window time.Duration
	// Burst is the time within which items count as one arrival: what one poll
	// would find together.
	Burst time.Duration
	// Pushed marks a document that a hub sent: it may hold only what is new, and
	// what it lacks has not left the feed.
	Pushed bool
}

// Bounds of the memory. Items that left the document are remembered for a
// while, since some feeds bring them back.
const (
	keepFor   = 14 * 24 * time.Hour
	keepAtMax = 1000
	keepExtra = 100
)

// Bounds of revisions: a text that differs on every fetch (a counter, an
// advertisement) must not flood what follows.
const (
	freeRevisions = 10
	calmRevision  = 30 * time.Minute
)

// day is how precisely the time of the last sight of an item is kept: more
// would change the state on every fetch.
const day = 24 * time.Hour

// Take compares a document with the state, brings the state up to date and
// returns what is to be published, oldest first. changed reports whether the
// state must be stored even if nothing is to be published.
func (s *State) Take(doc *feed.Document, f Fetch) (changes []Change, changed bool) {
	t := s.taking(f)
	for _, e := range doc.Items {
		if c, ok := t.entry(e); ok {
			changes = append(changes, c)
		}
	}
	changed = t.touched || len(changes) > 0
	if !f.Pushed {
		changed = s.describe(doc, f.Time) || changed
	}
	s.prove(t)
	s.rhythm(t)
	s.Items = t.keep(s.Items)
	slices.SortStableFunc(changes, func(a, b Change) int { return a.Entry.Published.Compare(b.Entry.Published) })
	return changes, changed
}

// describe notes what a fetched document says of the feed.
func (s *State) describe(doc *feed.Document, now time.Time) (changed bool) {
	flag := ""
	switch {
	case doc.Partial:
		flag = FlagPartial
	case doc.Empty():
		flag = FlagEmpty
	}
	changed = s.Flag != flag
	s.Flag = flag
	s.Rebuilt++
	s.learn(doc)
	if s.Begun.IsZero() && (!doc.Partial || len(s.Items) > 0) {
		s.Begun, changed = now, true
	}
	return changed
}

// prove notes which of polls and pings are the first with news.
func (s *State) prove(t *taking) {
	if len(t.fresh) == 0 {
		return
	}
	s.Rebuilt, s.Pushed = 0, time.Time{}
	if t.fetch.Pushed {
		s.Pushed = t.fetch.Time
	}
}

// taking is a comparison on its way.
type taking struct {
	fetch   Fetch
	first   bool // the feed's first whole document
	memory  feed.Memory
	items   []Known // as they were
	known   map[string]*Known
	current []Known // in the document
	present map[string]bool
	times   []time.Time // of all items
	fresh   []time.Time // of those that were not known
	touched bool
}

// usualNews is how many items a document has at most, in most cases, that were not in the last.
const usualNews = 4

func (s *State) taking(f Fetch) *taking {
	room := len(s.Items) + usualNews
	t := &taking{
		fetch: f, first: s.Begun.IsZero(), items: s.Items, current: make([]Known, 0, room), times: make([]time.Time, 0, room),
		memory: make(feed.Memory, 7*len(s.Items)), known: make(map[string]*Known, len(s.Items)), present: make(map[string]bool, len(s.Items)),
	}
	for i := range s.Items {
		k := &s.Items[i]
		t.known[k.ID] = k
		t.memory.Remember(k.ID, k.Keys)
	}
	return t
}

// entry compares one item. Of two items that cannot be told apart the first
// counts, or they would take turns on every fetch.
func (t *taking) entry(e feed.Entry) (Change, bool) {
	id, _ := t.memory.Identify(t.fetch.Feed, e)
	if e.Unread {
		id = t.marked(id, e.Mark)
	}
	if id == "" || t.present[id] {
		return Change{}, false
	}
	t.present[id] = true
	t.memory.Remember(id, e.Keys)
	old, known := t.known[id]
	if known && old.Mark != 0 && old.Mark == e.Mark {
		return t.seen(*old, old.Hash, e)
	}
	hash := feed.ContentHash(e.Title, e.Text)
	if !known {
		return t.unknown(id, hash, e), true
	}
	return t.seen(*old, hash, e)
}

// marked is the known item with this mark: the one with the given id if that has it, else
// the first that is not in the document yet, or none. What stands there as it stood is what
// it was, whatever it shares with others now.
func (t *taking) marked(id string, mark uint64) string {
	if old, ok := t.known[id]; ok && old.Mark == mark {
		return id
	}
	for i := range t.items {
		if k := &t.items[i]; k.Mark == mark && !t.present[k.ID] {
			return k.ID
		}
	}
	return ""
}

// unknown is an item that was not known.
func (t *taking) unknown(id, hash string, e feed.Entry) Change {
	now := t.fetch.Time
	k := Known{ID: id, Hash: hash, Mark: e.Mark, Keys: e.Keys, First: now.Unix(), Last: now.Unix()}
	trusted := e.PublishedSource == event.PublishedFeed
	if !trusted {
		k.Published = e.Published.Unix()
	}
	if t.first {
		k.Backlog = !trusted || now.Sub(e.Published) > t.fetch.Window
	}
	at := now
	if trusted {
		at = e.Published
	}
	if trusted || !t.first {
		t.times, t.fresh = append(t.times, at), append(t.fresh, at)
	}
	t.current = append(t.current, k)
	return Change{Entry: e, ID: id, Hash: hash, First: now, Backlog: k.Backlog}
}

// seen is an item that was known.
func (t *taking) seen(k Known, hash string, e feed.Entry) (Change, bool) {
	now := t.fetch.Time
	if e.PublishedSource != event.PublishedFeed && k.Published != 0 {
		e.Published = time.Unix(k.Published, 0).UTC()
	}
	if e.PublishedSource == event.PublishedFeed {
		t.times = append(t.times, e.Published)
	} else if !k.Backlog {
		t.times = append(t.times, time.Unix(k.First, 0))
	}
	if !slices.Equal(k.Keys, e.Keys) {
		k.Keys, t.touched = e.Keys, true
	}
	if now.Sub(time.Unix(k.Last, 0)) > day {
		k.Last, t.touched = now.Unix(), true
	}
	revised := k.Hash != hash && (k.Revision < freeRevisions || now.Sub(time.Unix(k.Changed, 0)) >= calmRevision)
	if revised {
		k.Hash, k.Changed = hash, now.Unix()
		k.Revision++
	}
	if k.Hash == hash { // not worth a write of its own: it saves work, and no item
		k.Mark = e.Mark
	}
	t.current = append(t.current, k)
	return Change{
		Entry: e, ID: k.ID, Revision: k.Revision, Hash: hash,
		First: time.Unix(k.First, 0).UTC(), Backlog: k.Backlog,
	}, revised
}

// keep is the memory after this document: its items, and the latest of those
// that left it.
func (t *taking) keep(old []Known) []Known {
	var left []Known
	for _, k := range old {
		if !t.present[k.ID] && t.fetch.Time.Sub(time.Unix(k.Last, 0)) < keepFor {
			left = append(left, k)
		}
	}
	slices.SortStableFunc(left, func(a, b Known) int { return cmp.Compare(b.Last, a.Last) })
	most := min(2*len(t.current)+keepExtra, keepAtMax)
	if t.fetch.Pushed {
		most = 2 * keepAtMax
	}
	return append(t.current, left[:min(len(left), most)]...)
}

// blindAfter is how long a feed may go unread before it is asked whether the
// document reaches back to what was known.
const blindAfter = 6 * time.Hour

// rhythm learns from the times of the document's items. A document without any
// leaves what was known.
func (s *State) rhythm(t *taking) {
	if len(t.times) == 0 {
		return
	}
	if len(t.fresh) > 0 || s.Rhythm.Seen.IsZero() {
		came := t.fresh
		if s.Rhythm.Seen.IsZero() {
			came = t.times
		}
		overlaps := len(t.fresh) < len(t.times)
		s.Rhythm.Observe(came, t.fetch.Time, t.fetch.Burst, overlaps || t.fetch.Time.Sub(s.Success) < blindAfter)
	}
	if gap := s.Rhythm.Gap(t.times, t.fetch.Burst); gap > 0 && !t.fetch.Pushed {
		s.Gap = gap
	}
	if newest := slices.MaxFunc(t.times, time.Time.Compare); newest.After(s.Item) || s.Item.Sub(t.fetch.Time) > setBack {
		s.Item = newest
	}
}

// Republish gives a change another revision, because an item of this revision
// with other words was published already and then forgotten.
func (s *State) Republish(c *Change, revision int) {
	c.Revision = revision
	for i := range s.Items {
		if s.Items[i].ID == c.ID {
			s.Items[i].Revision = revision
		}
	}
}

// Tell notes that an item is published with the text of its article, named by a
// hash. It reports false when another item of the feed had that text: then it is
// the site's and no article's, and must not be published.
func (s *State) Tell(id, article string) bool {
	if slices.ContainsFunc(s.Items, func(k Known) bool { return k.Article == article && k.ID != id }) {
		return false
	}
	for i := range s.Items {
		if s.Items[i].ID == id {
			s.Items[i].Article = article
		}
	}
	return true
}
