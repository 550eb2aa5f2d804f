package story

import "faultline/pkg/event"

// Grouper puts assessments into stories one after the other, as the aggregator
// does with relevant ones, but without a life: no story ever closes.
type Grouper struct {
	profiler *Profiler
	index    *Index
	item     map[string]string // item id to story
}

// NewGrouper returns a Grouper that knows no story yet.
func NewGrouper(c Config) *Grouper {
	return &Grouper{profiler: NewProfiler(), index: NewIndex(c), item: map[string]string{}}
}

// Add returns the id of the story that the assessment tells; it starts one when
// none fits. A further revision of an item stays where the item is.
func (g *Grouper) Add(a *event.Assessment) string {
	if id, ok := g.item[a.Item.ID]; ok {
		return id
	}
	f := g.profiler.Profile(a)
	m, ok := g.index.Find(f)
	if !ok {
		m.ID = ID(a.Item.ID)
	}
	if !m.Copy {
		g.index.Add(m.ID, a.Item.ID, f)
	}
	g.item[a.Item.ID] = m.ID
	return m.ID
}

// ID is the id of the story that an item is the first to tell.
func ID(item string) string { return event.NewID("incident", item) }
