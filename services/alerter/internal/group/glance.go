package group

import (
	"time"

	"faultline/pkg/event"
)

// Glance is what says of a stored group whether it has to be looked at: of thousands few have.
type Glance struct {
	ID       string          `json:"id"`
	Receiver string          `json:"receiver"`
	Route    string          `json:"route"`
	Held     time.Time       `json:"held"`
	Pending  []held          `json:"pending"`
	Known    map[string]held `json:"known"`
}

type held struct {
	Silenced time.Time `json:"silenced"`
}

// GlanceAt decodes it.
func GlanceAt(data []byte) (Glance, error) {
	var g Glance
	err := event.Unmarshal(data, &g)
	return g, err
}

// Holds is what State's says.
func (g *Glance) Holds() bool {
	for _, p := range g.Pending {
		if !p.Silenced.IsZero() {
			return true
		}
	}
	for _, k := range g.Known {
		if !k.Silenced.IsZero() {
			return true
		}
	}
	return false
}
