package group

import (
	"cmp"
	"slices"
	"time"

	"faultline/pkg/event"
)

// Hold says why an alert is not to be told yet. Its zero value is that it may be.
type Hold struct {
	Silenced  time.Time // when the silences end that match it
	Inhibited string    // the open incident that inhibits it, when no silence does
}

// lookAgain is how often a group asks whether what is inhibited still is. As a rule
// it is told at once when that ends.
const lookAgain = 5 * time.Minute

// excuse is what to say later of what is held back now.
func (h Hold) excuse() string {
	switch {
	case h.Inhibited != "":
		return "while a greater incident was open"
	case !h.Silenced.IsZero():
		return "by a silence"
	}
	return ""
}

// until is when to look again at something that was held back until before.
func (h Hold) until(before, now time.Time) time.Time {
	switch {
	case h.Inhibited == "":
		return h.Silenced
	case before.After(now):
		return before
	}
	return now.Add(lookAgain)
}

// HoldBack notes which incidents are silenced or inhibited, and until when. It
// reports whether that changed anything. What ended while it was inhibited is not
// told afterwards but counted with the next message.
func (s *State) HoldBack(hold func(labels map[string]string) Hold, now time.Time) (changed bool) {
	s.Pending = slices.DeleteFunc(s.Pending, func(p Pending) bool {
		over := p.Inhibited != "" && s.missed(&p) && hold(p.Draft.Alert.Labels) == Hold{}
		if over {
			s.drop(&p)
			changed = true
		}
		return over
	})
	for i := range s.Pending {
		p := &s.Pending[i]
		h := hold(p.Draft.Alert.Labels)
		if until := h.until(p.Silenced, now); !until.Equal(p.Silenced) || h.Inhibited != p.Inhibited {
			p.Silenced, p.Inhibited, changed = until, h.Inhibited, true
		}
		p.Excuse = cmp.Or(h.excuse(), p.Excuse)
	}
	for incident, k := range s.Known {
		if k.Last == nil {
			continue
		}
		if until := hold(k.Last.Labels).until(k.Silenced, now); !until.Equal(k.Silenced) {
			k.Silenced, changed = until, true
			s.Known[incident] = k
		}
	}
	if free := func(p Pending) bool { return !now.Before(p.Silenced) }; s.Hurry && !slices.ContainsFunc(s.Pending, free) {
		s.Hurry, changed = false, true // nothing of the rest may be told
	}
	return changed
}

// Hold puts off the next flush: the route's time intervals forbid it until then.
func (s *State) Hold(until time.Time) { s.Held = until }

// excuse says on an alert since when it was held back, and by what.
func (s *State) excuse(p *Pending, a *event.Alert) {
	excuse := p.Excuse
	if excuse == "" && p.Landed.Before(s.Held) {
		excuse = "by the route's quiet hours"
	}
	if excuse != "" {
		a.Annotations["held"] = "Held back " + excuse + " since " + p.Landed.UTC().Format("2 Jan 15:04") + " UTC."
	}
}

// missed reports whether an incident began and ended while nobody was told of it.
func (s *State) missed(p *Pending) bool {
	_, known := s.Known[p.Draft.Alert.Incident]
	return !known && p.Draft.Alert.Annotations["status"] == string(event.StatusClosed)
}

// Holds reports whether anything of the group is silenced or inhibited.
func (s *State) Holds() bool {
	for i := range s.Pending {
		if !s.Pending[i].Silenced.IsZero() {
			return true
		}
	}
	for _, k := range s.Known {
		if !k.Silenced.IsZero() {
			return true
		}
	}
	return false
}
