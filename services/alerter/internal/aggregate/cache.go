package aggregate

import (
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"
)

// cache is what of the bucket is needed to find an assessment's incident. It
// can be rebuilt from the bucket at any time and never decides alone: before an
// incident is changed it is read.
type cache struct {
	profiler *story.Profiler
	metrics  *metrics
	index    *story.Index
	past     *story.Past         // the incidents that are over
	known    map[string]*summary // by incident id; the closed ones too
	items    map[string]string   // item id to incident id
	absorbed map[string]string   // incident id to the one that has its reports
	open     int                 // incidents that are not closed
}

// summary is what is remembered of an incident.
type summary struct {
	revision uint64 // of the bucket
	status   event.Status
	last     time.Time // of the last report
	updated  time.Time
	gauge    gaugeKey
	items    []string
	from     string // the incident that its reports came from, if it was split
}

func newCache(c story.Config, p *story.Profiler, m *metrics) *cache {
	return &cache{
		profiler: p, metrics: m, index: story.NewIndex(c), past: story.NewPast(maxPast),
		known: map[string]*summary{}, items: map[string]string{}, absorbed: map[string]string{},
	}
}

// note remembers an incident as it is in the bucket at a revision.
func (c *cache) note(i *event.Incident, revision uint64) {
	s := c.known[i.ID]
	if s == nil {
		s = &summary{status: event.StatusClosed}
		c.known[i.ID] = s
	}
	c.metrics.moved(s.gauge, gaugeOf(i))
	c.count(s.status, i.Status)
	s.revision, s.status, s.last, s.updated, s.gauge, s.from = revision, i.Status, incident.LastReport(i), i.Updated, gaugeOf(i), i.SplitFrom
	c.unlist(i.ID, s.items)
	s.items = s.items[:0]
	for _, other := range i.Merged {
		c.absorbed[other] = i.ID
		c.index.Merge(i.ID, other)
		c.index.Remove(other) // also where the index does not know the incident yet
	}
	for _, other := range i.Split {
		if c.absorbed[other] == i.ID {
			delete(c.absorbed, other)
		}
	}
	if i.SplitFrom != "" && i.MergedInto == "" {
		delete(c.absorbed, i.ID)
	}
	for k := range i.Reports {
		if c.absorbed[i.ID] == "" {
			s.items = append(s.items, i.Reports[k].Item)
			c.items[i.Reports[k].Item] = i.ID
		}
	}
	c.past.Remove(i.ID)
	if incident.Over(i) {
		c.index.Remove(i.ID)
		c.past.Add(i.ID, texts(i))
	}
}

// texts are the signatures of the reports by which further ones of an incident are found; none where
// another one has them.
func texts(i *event.Incident) (all [][]uint32) {
	for k := range i.Reports {
		if r := &i.Reports[k]; i.MergedInto == "" && finds(r) {
			all = append(all, r.Signature)
		}
	}
	return all[max(0, len(all)-story.MaxProfiles):]
}

// unlist forgets that the items are the incident's, but for those that went to
// another one.
func (c *cache) unlist(id string, items []string) {
	for _, item := range items {
		if c.items[item] == id {
			delete(c.items, item)
		}
	}
}

// adopt notes an incident that this process did not write, and takes its
// reports into the index.
func (c *cache) adopt(i *event.Incident, revision uint64) {
	c.place(i, revision, restore(c.profiler, i))
}

// place is adopt with the reports that further ones are found by.
func (c *cache) place(i *event.Incident, revision uint64, reports []finding) {
	c.note(i, revision)
	if len(i.Split) > 0 {
		c.index.Remove(i.ID) // it may have lost reports
	}
	if incident.Over(i) || c.absorbed[i.ID] != "" {
		return
	}
	for _, r := range reports {
		c.index.Add(i.ID, r.item, r.profile)
	}
}

// finds reports whether further reports of an incident are found by a report of it: it told the news in
// words of its own, and still has them.
func finds(r *event.Report) bool {
	return r.CopyOf == "" && incident.Told(r) && len(r.Signature) > 0
}

// doubt drops what is remembered of the reports of an incident, until it is adopted as it is in the
// bucket.
func (c *cache) doubt(id string) {
	s := c.known[id]
	c.unlist(id, s.items)
	s.items, s.revision = s.items[:0], 0
	c.index.Remove(id)
	c.past.Remove(id)
}

// forget drops an incident that is no longer in the bucket.
func (c *cache) forget(id string) {
	s := c.known[id]
	if s == nil {
		return
	}
	c.metrics.moved(s.gauge, gaugeKey{})
	c.count(s.status, event.StatusClosed)
	c.unlist(id, s.items)
	delete(c.absorbed, id)
	c.index.Remove(id)
	c.past.Remove(id)
	delete(c.known, id)
}

// count follows an incident from one state to another.
func (c *cache) count(from, to event.Status) {
	if from != event.StatusClosed {
		c.open--
	}
	if to != event.StatusClosed {
		c.open++
	}
}
