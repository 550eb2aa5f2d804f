package group

import (
	"encoding/json"
	"testing"
	"time"

	"faultline/services/alerter/internal/alert"
)

// A glance says of a group what all of it would.
func TestGlance(t *testing.T) {
	noon := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	silenced := Known{Told: 1, Silenced: noon.Add(time.Hour)}
	for name, s := range map[string]State{
		"nothing":         {},
		"known":           {Known: map[string]Known{"a": {Told: 1}}},
		"known, silenced": {Known: map[string]Known{"a": {Told: 1}, "b": silenced}},
		"waits":           {Pending: []Pending{{Landed: noon}}},
		"waits, silenced": {Pending: []Pending{{Draft: alert.Draft{Links: []alert.Link{{Report: "r"}}}}, {Silenced: noon.Add(time.Hour), Inhibited: "c"}}},
		"muted":           {Held: noon.Add(time.Minute)},
	} {
		s.ID, s.Receiver, s.Route = "id", "desk", "{}"
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		g, err := GlanceAt(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if g.ID != s.ID || g.Receiver != s.Receiver || g.Route != s.Route || !g.Held.Equal(s.Held) || len(g.Pending) != len(s.Pending) || g.Holds() != s.Holds() {
			t.Errorf("%s: %+v, holds %t; the group %+v, holds %t", name, g, g.Holds(), s, s.Holds())
		}
	}
	for _, damaged := range []string{`{"id":"a"`, `{"id":1}`, ``} {
		if g, err := GlanceAt([]byte(damaged)); err == nil {
			t.Errorf("%q reads as %+v", damaged, g)
		}
	}
}
