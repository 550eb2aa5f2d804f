package story

import "faultline/pkg/event"

// Grouper puts assessments into stories one after the other, as the aggregator
// does with relevant ones, but without a life: no story ever closes.
type Grouper struct {
	profiler *Profiler
	index    *Index
	item     map[string]string // item id to the story it was put in
	born     map[string]int    // story to how many items there were before it
	merged   map[string]string // story to the one it became part of
}

// NewGrouper returns a Grouper that knows no story yet.
func NewGrouper(c Config) *Grouper {
	return &Grouper{profiler: NewProfiler(), index: NewIndex(c), item: map[string]string{}, born: map[string]int{}, merged: map[string]string{}}
}

// Add returns the id of the story that the assessment tells; it starts one when
// none fits. A further revision of an item stays where the item is.
func (g *Grouper) Add(a *event.Assessment) string {
	if _, ok := g.item[a.Item.ID]; !ok {
		g.put(a.Item.ID, g.profiler.Profile(a))
	}
	return g.Story(a.Item.ID)
}

// Explain is Add, and says why the report is of its story. Of a further revision it says
// how it would have come there.
func (g *Grouper) Explain(a *event.Assessment) Explanation {
	f := g.profiler.Profile(a)
	e := g.index.Explain(f)
	if e.Story = g.item[a.Item.ID]; e.Story == "" {
		e.Story = g.put(a.Item.ID, f)
	}
	return e
}

// put finds the story of an item that is not in one yet.
func (g *Grouper) put(item string, f *Profile) string {
	m, ok := g.index.Find(f)
	if !ok {
		m.ID = ID(item)
		g.born[m.ID] = len(g.item)
	}
	g.item[item] = m.ID
	if !m.Copy {
		g.index.Add(m.ID, item, f)
		if ok {
			g.join(m.ID, f)
		}
	}
	return m.ID
}

// join merges the story with others that a new report of it shows to be the
// same. The earliest stays.
func (g *Grouper) join(id string, f *Profile) {
	for other, ok := g.index.Twin(id, f); ok; other, ok = g.index.Twin(id, f) {
		if g.born[other] < g.born[id] {
			id, other = other, id
		}
		g.index.Merge(id, other)
		g.merged[other] = id
	}
}

// Story is the story of an item as it stands now: merges included.
func (g *Grouper) Story(item string) string {
	id := g.item[item]
	for next, ok := g.merged[id]; ok; next, ok = g.merged[id] {
		id = next
	}
	return id
}

// ID is the id of the story that an item is the first to tell.
func ID(item string) string { return event.NewID("incident", item) }
