package event

import "time"

// Notification is one message for one integration of one receiver. It is
// complete: what the sender needs is in it.
type Notification struct {
	Schema Schema `json:"schema"`
	// ID is NewID(group key, receiver, integration, what it tells): the same
	// facts always give the same id.
	ID          string `json:"id"`
	Receiver    string `json:"receiver"`
	Integration string `json:"integration"` // kind and index within the receiver: "slack-0"
	// GroupKey and GroupLabels are Alertmanager's: the route and the group_by
	// labels.
	GroupKey    string            `json:"group_key"`
	GroupLabels map[string]string `json:"group_labels,omitempty"`
	// Reason is Alertmanager's notification reason in words.
	Reason string  `json:"reason"`
	Alerts []Alert `json:"alerts"`
	// RepeatInterval is the route's.
	RepeatInterval time.Duration `json:"repeat_interval,omitempty"`
	// Thread is the ID of the first notification that this group sent to this
	// integration, which later ones continue.
	Thread string `json:"thread,omitempty"`
	// Opening is what the thread is about, in the words of its first notification:
	// the subject of its mails.
	Opening string `json:"opening,omitempty"`
	// Update is set on one that brings the message about its only incident up to
	// date and tells nobody: it is for integrations that edit.
	Update bool `json:"update,omitempty"`
	// After is, of an update, the ID of the notification that last told of its
	// incident: until that is sent there may be no message to bring up to date.
	// Empty means Thread.
	After    string    `json:"after,omitempty"`
	Created  time.Time `json:"created"`
	Exercise bool      `json:"exercise,omitempty"`
}

// Held begins the reason of the dead letter of a notification that may have arrived, and that is
// not sent again unless somebody replays it.
const Held = "held: "

// Alert is one incident in Alertmanager's shape.
type Alert struct {
	Incident     string            `json:"incident"`
	Revision     int               `json:"revision"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"starts_at"`
	EndsAt       time.Time         `json:"ends_at,omitzero"`
	GeneratorURL string            `json:"generator_url,omitempty"`
	Times        Times             `json:"times"`
	// Landed is when the change reached its group. What passes between Landed
	// and Notification.Created is the waiting that the route asks for; all
	// other time is delay.
	Landed time.Time `json:"landed,omitzero"`
	// InPlace are the annotations that it has otherwise where it takes the place of an
	// older message about its incident: with the links that the readers lose with that.
	InPlace map[string]string `json:"in_place,omitempty"`
}
