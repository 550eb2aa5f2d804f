package incident

import (
	"fmt"
	"slices"
	"time"

	"faultline/pkg/event"
)

// maxActions bounds what an incident remembers of what people did about it. All
// of it is in the stream.
const maxActions = 50

// Act returns the incident's next revision after somebody did something about
// it, or why that cannot be. The incident given is not changed.
func Act(old *event.Incident, a event.DeskAction) (*event.Incident, error) {
	closed := old.Status == event.StatusClosed
	switch {
	case old.MergedInto != "":
		return nil, fmt.Errorf("incident %s became part of %s; name that one", old.ID, old.MergedInto)
	case a.Kind == event.DeskReopened && old.Status == event.StatusOpen:
		return nil, fmt.Errorf("incident %s is open", old.ID)
	case closed && a.Kind != event.DeskReopened && a.Kind != event.DeskUnmuted:
		return nil, fmt.Errorf("incident %s is closed; reopen it first", old.ID)
	}
	i := next(old, a.At)
	a.At = i.Updated
	i.Desk = append(slices.Clone(old.Desk[max(0, len(old.Desk)-maxActions+1):]), a)
	i.Change = event.Change{Kind: event.ChangeDesk, Reasons: []string{a.String()}, Report: old.Change.Report}
	switch a.Kind {
	case event.DeskAcknowledged:
		i.Acknowledged = a.At
	case event.DeskClosed:
		i.Status, i.Change.Kind, i.Dismissed = event.StatusClosed, event.ChangeClosed, a.At
	case event.DeskReopened:
		i.Status, i.Dismissed, i.Acknowledged = event.StatusOpen, time.Time{}, time.Time{}
	}
	return i, nil
}

// Over reports whether an incident takes no more reports: it is closed, and
// nobody at the desk closed it. One that somebody closed stays the incident of
// its story, so that a further report does not tell it as a new one.
func Over(i *event.Incident) bool {
	return i.Status == event.StatusClosed && i.Dismissed.IsZero()
}

// renew is what a report does to the state of an incident. News that escalates it
// has to be looked at again, whatever was done about it before.
func renew(i *event.Incident) {
	if i.Change.Kind != event.ChangeEscalated {
		if i.Dismissed.IsZero() {
			i.Status = event.StatusOpen
		}
		return
	}
	if !i.Dismissed.IsZero() {
		i.Change.Reasons = append(i.Change.Reasons, "open again, was closed on "+i.Dismissed.UTC().Format("2 Jan 15:04")+" UTC")
	}
	i.Status, i.Dismissed, i.Acknowledged = event.StatusOpen, time.Time{}, time.Time{}
}
