package group

import (
	"slices"
	"time"
)

// Standing is how a change of an incident stands with the readers of a group.
type Standing string

// The standings of a change.
const (
	Unknown   Standing = "unknown"   // the group has not heard of it
	Waiting   Standing = "waiting"   // for the group's next message
	Silenced  Standing = "silenced"  // a silence holds it back
	Muted     Standing = "muted"     // a time interval of the route holds it back
	Inhibited Standing = "inhibited" // an open incident holds it back
	Sending   Standing = "sending"   // it is being handed to the channels
	Told      Standing = "told"      // it was handed to them
)

// Stands says how a revision of an incident stands, and the time that goes with
// it: until when it waits at least, or since when it is told.
func (s *State) Stands(incident string, revision int, now time.Time) (Standing, time.Time) {
	if s.Sending != nil {
		for _, a := range s.Sending.Alerts {
			if a.Incident == incident && a.Revision >= revision {
				return Sending, s.Sending.Created
			}
		}
	}
	for i := range s.Pending {
		p := &s.Pending[i]
		if p.Draft.Alert.Incident != incident || !slices.Contains(p.Revisions, revision) {
			continue
		}
		switch flush := s.flushOf(p); {
		case now.Before(p.Silenced) && p.Inhibited != "":
			return Inhibited, time.Time{}
		case now.Before(p.Silenced):
			return Silenced, later(p.Silenced, s.Held)
		case flush.Before(s.Held):
			return Muted, s.Held
		default:
			return Waiting, flush
		}
	}
	if k, ok := s.Known[incident]; ok && k.Told >= revision {
		return Told, k.At
	}
	return Unknown, time.Time{}
}

// Knows reports whether the readers were told of an incident, or are to be.
func (s *State) Knows(incident string) bool {
	_, told := s.Known[incident]
	return told || slices.ContainsFunc(s.Pending, func(p Pending) bool { return p.Draft.Alert.Incident == incident })
}
