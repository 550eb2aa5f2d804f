// Package trail puts together what happened to one item on its way from a feed
// to the desk, from the messages that the services left.
package trail

import (
	"slices"
	"time"

	"faultline/pkg/event"
)

// Trail is what is known of one item.
type Trail struct {
	Items      []event.Item      `json:"items"`                // its revisions, in order
	Elsewhere  []event.Item      `json:"elsewhere,omitempty"`  // others with its link, one revision of each
	Classifier Step              `json:"classifier"`           // with the latest revision
	Assessment *event.Assessment `json:"assessment,omitempty"` // the latest
	// Again is what the rules at hand say of the latest revision, set when it
	// did not alert and is in no incident.
	Again *Again `json:"again,omitempty"`
	// Guards say where the guards of findings stand, by indicator, and Dropped are the
	// matches that counted for nothing in an item that alerted, by the rules at hand.
	Guards  map[string]string `json:"guards,omitempty"`
	Dropped []string          `json:"dropped,omitempty"`
	// RulesFault and RoutesFault are why the rules and the routes at hand are not told
	// of: they cannot be read.
	RulesFault    string         `json:"rules_fault,omitempty"`
	RoutesFault   string         `json:"routes_fault,omitempty"`
	Aggregator    Step           `json:"aggregator"` // with the assessment
	Incidents     []Incident     `json:"incidents,omitempty"`
	Notifications []Notification `json:"notifications,omitempty"`
	at            map[string]int // by incident, into Incidents
}

// Step is how far a service is with a message.
type Step struct {
	Sequence uint64 `json:"sequence"` // of the message in its stream; 0 when there is none
	Done     uint64 `json:"done"`     // all messages up to this one are done
	// Begun is false when no process has ever asked for the messages.
	Begun   bool   `json:"begun"`
	GivenUp string `json:"given_up,omitempty"` // the reason of the dead letter
}

// Again is an assessment of the item by the rules at hand.
type Again struct {
	Rules    string   `json:"rules"` // where they are from
	Relevant bool     `json:"relevant"`
	Score    int      `json:"score"`
	Language string   `json:"language"`
	Ruleset  string   `json:"ruleset"`
	Matches  []string `json:"matches"` // what became of each phrase that matched
}

// Incident is an incident that has the item among its reports.
type Incident struct {
	ID       string         `json:"id"`
	Headline string         `json:"headline"`
	Region   string         `json:"region"`
	Severity event.Severity `json:"severity"`
	Status   event.Status   `json:"status"`
	Exercise bool           `json:"exercise,omitempty"` // it is a drill
	// MergedInto is the incident that it became part of.
	MergedInto string         `json:"merged_into,omitempty"`
	Reports    int            `json:"reports"`
	CopyOf     string         `json:"copy_of,omitempty"` // the item that this one repeats
	Stance     string         `json:"stance,omitempty"`  // how it stands to the incident: "denies it", "taken back", "presumed to tell it"; "" for one that tells it
	Changes    []event.Change `json:"changes"`           // those that the item brought
	// Desk is what people did about the incident.
	Desk    []event.DeskAction `json:"desk,omitempty"`
	Updated time.Time          `json:"updated"`
	// Brought is the incident as the latest of these changes left it, nil
	// without one; Router is how far the routes are with it.
	Brought  *event.Incident `json:"-"`
	Router   Step            `json:"router"`
	Routes   []Route         `json:"routes"`              // that the latest of these changes takes
	RoutedBy string          `json:"routed_by,omitempty"` // the file of the routes
}

// Route is a receiver that a change goes to, and how it stands there.
type Route struct {
	Receiver string    `json:"receiver"`
	Channels []string  `json:"channels"`
	Group    string    `json:"group"`
	State    string    `json:"state"` // "told", "sending", "waiting", "muted", "silenced", "inhibited" or "unknown"
	Time     time.Time `json:"time,omitzero"`
}

// Notification is a message about an incident of the item.
type Notification struct {
	ID       string    `json:"id"`
	Receiver string    `json:"receiver"`
	Channel  string    `json:"channel"`
	Reason   string    `json:"reason"`
	Created  time.Time `json:"created"`
	// State is how the sending stands: "pending", "sending", "uncertain", "held", "refused" or
	// "sent"; "" when it was not tried yet.
	State string    `json:"state,omitempty"`
	At    time.Time `json:"at,omitzero"`
	Error string    `json:"error,omitempty"`
	// PutBack is how often it was tried anew after it was given up; GivenUp says how the last
	// time ended, as far as that is known.
	PutBack int    `json:"put_back,omitempty"`
	GivenUp string `json:"given_up,omitempty"`
}

// Latest is the item's latest revision.
func (t *Trail) Latest() event.Item { return t.Items[len(t.Items)-1] }

// Heard reports whether the item is a report of an incident. A denial is one without
// being relevant.
func (t *Trail) Heard() bool { return len(t.Incidents) > 0 }

// Denies are the categories of what the item denies, if it tells nothing else.
func (t *Trail) Denies() (categories []string) {
	if t.Assessment == nil || t.Assessment.Relevant {
		return nil
	}
	for _, f := range t.Assessment.Findings {
		if f.Assertion == event.Denied && !slices.Contains(categories, f.Category) {
			categories = append(categories, f.Category)
		}
	}
	return categories
}

// Other takes an item of the archive and notes it when it is another one with
// the link.
func (t *Trail) Other(item event.Item) {
	same := func(o event.Item) bool { return o.ID == item.ID }
	if item.URL == "" || bare(item.URL) != bare(t.Items[0].URL) || same(t.Items[0]) || slices.ContainsFunc(t.Elsewhere, same) {
		return
	}
	t.Elsewhere = append(t.Elsewhere, item)
}

// Assess takes an assessment with its sequence; the latest of the item stays.
func (t *Trail) Assess(a event.Assessment, sequence uint64) {
	if a.Item.ID == t.Items[0].ID {
		t.Assessment, t.Aggregator.Sequence = &a, sequence
	}
}

// Incident takes a revision of an incident with its sequence.
func (t *Trail) Incident(i event.Incident, sequence uint64) {
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
	x.Exercise, x.MergedInto, x.Desk = i.Exercise, i.MergedInto, i.Desk
	x.Reports, x.CopyOf, x.Stance = max(i.ReportCount, len(i.Reports)), i.Reports[r].CopyOf, i.Reports[r].Stance()
	if i.Change.Report == r && brought(i.Change.Kind) {
		x.Changes = append(x.Changes, i.Change)
		x.Brought, x.Router.Sequence = &i, sequence
	}
}

// brought reports whether a report made the change; the others are of time or of
// the desk.
func brought(kind event.ChangeKind) bool {
	return kind != event.ChangeQuiet && kind != event.ChangeClosed && kind != event.ChangeDesk
}

// Notify takes a notification; one that only brings a message up to date tells
// nobody of anything.
func (t *Trail) Notify(n event.Notification) {
	about := func(a event.Alert) bool {
		_, ok := t.at[a.Incident]
		return ok
	}
	if at := slices.IndexFunc(t.Notifications, func(old Notification) bool { return old.ID == n.ID }); at >= 0 {
		t.Notifications[at].PutBack++
		return
	}
	if !n.Update && slices.ContainsFunc(n.Alerts, about) {
		t.Notifications = append(t.Notifications, Notification{ID: n.ID, Receiver: n.Receiver, Channel: n.Integration, Reason: n.Reason, Created: n.Created})
	}
}
