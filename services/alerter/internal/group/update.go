package group

import (
	"slices"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
)

// Update is an incident that is told already and has changed since in a way that is
// not to be told: the channels that edit bring their message up to date, which rings
// nobody.
type Update struct {
	Draft  alert.Draft `json:"draft"`
	Landed time.Time   `json:"landed"` // the first change that is not shown yet
}

// maxUpdates bounds the updates that wait; those that have waited longest go first.
// A group that tells of so many incidents puts them into messages about several,
// which are not edited.
const maxUpdates = 10

// renew lets an incident, as it stands, wait to be shown.
func (s *State) renew(d alert.Draft, now time.Time) {
	if !s.Edits {
		return
	}
	i := slices.IndexFunc(s.Updates, func(u Update) bool { return u.Draft.Alert.Incident == d.Alert.Incident })
	switch {
	case i < 0:
		s.Updates = append(s.Updates[max(0, len(s.Updates)-maxUpdates+1):], Update{d, now})
	case d.Alert.Revision > s.Updates[i].Draft.Alert.Revision:
		s.Updates[i].Draft = d
	}
}

// updates is the time from which what waits may be shown, if something does:
// like a message, after group_wait and not before group_interval is over, but by a
// clock of its own.
func (s *State) updates() []time.Time {
	if len(s.Updates) == 0 {
		return nil
	}
	first := slices.MinFunc(s.Updates, func(a, b Update) int { return a.Landed.Compare(b.Landed) })
	at := first.Landed.Add(s.Wait)
	if !s.Updated.IsZero() {
		at = later(at, s.Updated.Add(s.Interval))
	}
	return []time.Time{at}
}

// refreshed are the alerts that take the place of what is shown.
func refreshed(updates []Update) (alerts []event.Alert) {
	for _, u := range updates {
		a := u.Draft.Refresh()
		a.Landed = u.Landed
		alerts = append(alerts, a)
	}
	return alerts
}

// Refreshments are what the flush being sent says to each of the integrations that
// edit. The same flush always gives the same ids.
func (s *State) Refreshments(integrations []string) (out []event.Notification) {
	if s.Sending == nil {
		return nil
	}
	for _, integration := range integrations {
		for _, a := range s.Sending.Updates {
			n := s.notification(integration, []event.Alert{a})
			n.ID, n.Update, n.Reason = event.NewID("update", n.ID, a.Incident), true, ReasonUpdate
			n.After = s.notificationID(integration, max(1, s.Known[a.Incident].Flush)) // forgotten: the first
			out = append(out, n)
		}
	}
	return out
}
