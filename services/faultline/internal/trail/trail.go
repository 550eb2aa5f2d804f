// Package trail puts together what happened to one item on its way from a feed
// to the desk, from the messages that the services left.
package trail

import (
	"slices"
	"strings"
	"time"

	"faultline/pkg/event"
)

// Trail is what is known of one item.
type Trail struct {
	Items         []event.Item      `json:"items"`                // its revisions, in order
	Elsewhere     []event.Item      `json:"elsewhere,omitempty"`  // others with its link
	Assessment    *event.Assessment `json:"assessment,omitempty"` // the latest
	Incidents     []Incident        `json:"incidents,omitempty"`
	Notifications []Notification    `json:"notifications,omitempty"`
	wanted        string            // id or link
	links         map[string]bool   // of the item
	at            map[string]int    // by incident, into Incidents
}

// Incident is an incident that has the item among its reports.
type Incident struct {
	ID       string         `json:"id"`
	Headline string         `json:"headline"`
	Region   string         `json:"region"`
	Severity event.Severity `json:"severity"`
	Status   event.Status   `json:"status"`
	Reports  int            `json:"reports"`
	CopyOf   string         `json:"copy_of,omitempty"` // the item that this one repeats
	Changes  []event.Change `json:"changes"`           // those that the item brought
	Updated  time.Time      `json:"updated"`
}

// Notification is a message about an incident of the item.
type Notification struct {
	ID       string    `json:"id"`
	Receiver string    `json:"receiver"`
	Channel  string    `json:"channel"`
	Reason   string    `json:"reason"`
	Created  time.Time `json:"created"`
	// State is how the sending stands: "pending", "sending", "uncertain" or
	// "sent"; "" when it was not tried yet.
	State string    `json:"state,omitempty"`
	At    time.Time `json:"at,omitzero"`
	Error string    `json:"error,omitempty"`
}

// New begins the trail of an item, named by its id or link.
func New(wanted string) *Trail {
	return &Trail{wanted: wanted, links: map[string]bool{}, at: map[string]int{}}
}

// Item takes an item of the archive.
func (t *Trail) Item(item event.Item) {
	switch {
	case len(t.Items) > 0 && item.ID == t.Items[0].ID,
		len(t.Items) == 0 && (t.names(item.ID) || sameLink(item.URL, t.wanted)):
		t.Items = append(t.Items, item)
		if item.URL != "" {
			t.links[item.URL] = true
		}
	case t.links[item.URL]:
		t.Elsewhere = append(t.Elsewhere, item)
	}
}

// names reports whether what is wanted is an id or the beginning of one.
func (t *Trail) names(id string) bool {
	return len(t.wanted) >= shortestID && strings.HasPrefix(id, t.wanted)
}

// shortestID is how much of an id must be given.
const shortestID = 6

// sameLink reports whether a canonical link is the one that somebody typed.
func sameLink(link, typed string) bool {
	bare := func(s string) string {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
		return strings.TrimSuffix(strings.TrimPrefix(s, "www."), "/")
	}
	return link != "" && bare(link) == bare(typed)
}

// Found reports whether the item is in the archive.
func (t *Trail) Found() bool { return len(t.Items) > 0 }

// Assess takes an assessment; the latest of the item stays.
func (t *Trail) Assess(a event.Assessment) {
	if a.Item.ID == t.Items[0].ID {
		t.Assessment = &a
	}
}

// Incident takes a revision of an incident.
func (t *Trail) Incident(i event.Incident) {
	r := slices.IndexFunc(i.Reports, func(r event.Report) bool { return r.Item == t.Items[0].ID })
	if r < 0 {
		return
	}
	n, ok := t.at[i.ID]
	if !ok {
		n = len(t.Incidents)
		t.at[i.ID] = n
		t.Incidents = append(t.Incidents, Incident{ID: i.ID})
	}
	x := &t.Incidents[n]
	x.Headline, x.Region, x.Severity, x.Status, x.Updated = i.Headline, i.Region, i.Severity, i.Status, i.Updated
	x.Reports, x.CopyOf = max(i.ReportCount, len(i.Reports)), i.Reports[r].CopyOf
	if i.Change.Report == r {
		x.Changes = append(x.Changes, i.Change)
	}
}

// Notify takes a notification.
func (t *Trail) Notify(n event.Notification) {
	about := func(a event.Alert) bool {
		_, ok := t.at[a.Incident]
		return ok
	}
	if slices.ContainsFunc(n.Alerts, about) {
		t.Notifications = append(t.Notifications, Notification{ID: n.ID, Receiver: n.Receiver, Channel: n.Integration, Reason: n.Reason, Created: n.Created})
	}
}
