package reason

import (
	"encoding/json"
	"math"
	"time"

	"faultline/pkg/event"
)

// MarshalJSON implements json.Marshaler: it adds where the phrase stands, and
// where that which dropped the match does.
func (m Match) MarshalJSON() ([]byte, error) {
	type plain Match
	m.Points = tenths(m.Points)
	return json.Marshal(struct {
		plain
		At string `json:"at"`
		By string `json:"by,omitempty"`
	}{plain(m), m.Position(), m.droppedAt()})
}

// tenths are points as people read them.
func tenths(points float64) float64 { return math.Round(10*points) / 10 }

// MarshalJSON implements json.Marshaler: an assessment that is no document of a
// stream has no schema, id and times.
func (x Explanation) MarshalJSON() ([]byte, error) {
	type plain Explanation
	type item struct {
		event.Item
		Schema    event.Schema `json:"schema,omitzero"`
		ID        string       `json:"id,omitzero"`
		Published time.Time    `json:"published,omitzero"`
		FirstSeen time.Time    `json:"first_seen,omitzero"`
		Seen      time.Time    `json:"seen,omitzero"`
	}
	i := x.Item
	findings := make([]event.Finding, len(x.Findings))
	for n, f := range x.Findings {
		f.Points = tenths(f.Points)
		findings[n] = f
	}
	return json.Marshal(struct {
		Schema event.Schema `json:"schema,omitzero"`
		ID     string       `json:"id,omitzero"`
		Item   item         `json:"item"`
		plain
		Findings []event.Finding `json:"findings"`
		Assessed time.Time       `json:"assessed,omitzero"`
	}{
		Schema: x.Schema, ID: x.ID, Item: item{Item: i, Schema: i.Schema, ID: i.ID, Published: i.Published, FirstSeen: i.FirstSeen, Seen: i.Seen},
		plain: plain(x), Findings: findings, Assessed: x.Assessed,
	})
}
