package group

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
)

// Plan freezes the next flush: at most limit incidents of those that wait, or
// the open ones again when it is time to repeat them. It reports whether there
// is one to publish now. A flush that is being sent already stays as it is.
func (s *State) Plan(limit int, now time.Time) bool {
	if s.Sending != nil {
		return true
	}
	if now.Before(s.Next()) {
		return false
	}
	flush := &Flush{Number: s.Count + 1, Created: now}
	switch {
	case come(s.tellings(), now):
		s.say(flush, limit)
	case come(s.repeats(), now):
		flush.Reason, flush.Alerts = ReasonRepeat, s.again(now)
	}
	if come(s.updates(), now) {
		flush.Updates, s.Updates = append(flush.Updates, refreshed(s.Updates)...), nil
	}
	if len(flush.Alerts)+len(flush.Updates) == 0 {
		return false
	}
	s.place(flush)
	s.Count, s.Sending, s.Held = flush.Number, flush, time.Time{}
	s.Touched = now
	s.prune()
	return true
}

// say fills a flush with what waits. What its readers know already is brought up to
// date besides.
func (s *State) say(flush *Flush, limit int) {
	now := flush.Created
	due, rest := s.due(limit, now)
	for _, p := range due {
		incident := p.Draft.Alert.Incident
		_, known := s.Known[incident]
		s.Updates = slices.DeleteFunc(s.Updates, func(u Update) bool { return u.Draft.Alert.Incident == incident })
		if flush.Alerts = append(flush.Alerts, s.tell(p, flush)); known && s.Edits {
			flush.Updates = append(flush.Updates, refreshed([]Update{{p.Draft, p.Landed}})...)
		}
	}
	slices.SortStableFunc(flush.Alerts, alert.WorstFirst)
	flush.Reason = reason(s.Count, flush.Alerts)
	s.Pending = rest
	s.confess(flush.Alerts)
	s.Hurry = slices.ContainsFunc(rest, func(p Pending) bool { return !now.Before(p.Silenced) })
}

// due parts what waits into the incidents of the next flush and the others.
func (s *State) due(limit int, now time.Time) (due, rest []Pending) {
	for _, p := range s.Pending {
		if len(due) < limit && !now.Before(p.Silenced) {
			due = append(due, p)
		} else {
			rest = append(rest, p)
		}
	}
	return due, rest
}

// tell makes the alert for a waiting incident and notes what its readers know
// from now on.
func (s *State) tell(p Pending, flush *Flush) event.Alert {
	incident := p.Draft.Alert.Incident
	known := s.Known[incident]
	a, reports := p.Draft.Tell(func(report string) bool { return slices.Contains(known.Reports, short(report)) })
	a.Landed = p.Landed
	if s.Edits {
		a.InPlace = p.Draft.InPlace(a)
	}
	s.excuse(&p, &a)
	for _, r := range reports {
		known.Reports = append(known.Reports, short(r))
	}
	known.Told = max(known.Told, slices.Max(p.Revisions))
	known.Heard = append(known.Heard, p.Revisions...)
	known.Heard = slices.Clone(known.Heard[max(0, len(known.Heard)-maxHeard):])
	known.Seen, known.Critical = max(known.Seen, a.Revision), known.Critical || critical(a)
	known.At, known.Flush, known.Last, known.Resumed = flush.Created, flush.Number, nil, time.Time{}
	if repeats(a) && !p.Gone && a.Revision >= known.Seen { // a late one does not say how it stands
		last := p.Draft.Alert
		known.Last = &last
	}
	if s.Known == nil {
		s.Known = map[string]Known{}
	}
	s.Known[incident] = known
	return a
}

// repeats reports whether an alert is to be told again while nothing happens: it
// is open, somebody stands by it, and nobody has it in hand.
func repeats(a event.Alert) bool {
	return a.Labels["certainty"] != "Unlikely" && a.Annotations["status"] == string(event.StatusOpen) && a.Annotations["acknowledged"] == ""
}

func short(report string) string { return report[:min(len(report), shortID)] }

// again are the alerts of the incidents that are still open and not silenced,
// oldest first. They say that there is nothing new.
func (s *State) again(now time.Time) []event.Alert {
	var alerts []event.Alert
	for _, k := range s.Known {
		if k.Last == nil || now.Before(k.Silenced) {
			continue
		}
		a := *k.Last
		a.Labels, a.Annotations = maps.Clone(a.Labels), maps.Clone(a.Annotations)
		a.Labels["change"], a.Annotations["change"] = "open", "still open, nothing new"
		alerts = append(alerts, a)
	}
	slices.SortFunc(alerts, func(a, b event.Alert) int { return a.StartsAt.Compare(b.StartsAt) })
	return alerts
}

func reason(count int, alerts []event.Alert) string {
	resolved := 0
	for _, a := range alerts {
		if !a.EndsAt.IsZero() {
			resolved++
		}
	}
	switch {
	case resolved == len(alerts):
		return ReasonAllResolved
	case count == 0:
		return ReasonFirst
	case resolved > 0:
		return ReasonSomeResolved
	default:
		return ReasonNew
	}
}

// Notifications are what the flush being sent says to each of the receiver's
// integrations. The same flush always gives the same ids.
func (s *State) Notifications(integrations []string) []event.Notification {
	if s.Sending == nil || len(s.Sending.Alerts) == 0 {
		return nil
	}
	out := make([]event.Notification, 0, len(integrations))
	for _, integration := range integrations {
		out = append(out, s.notification(integration, s.Sending.Alerts))
	}
	return out
}

func (s *State) notification(integration string, alerts []event.Alert) event.Notification {
	return event.Notification{
		ID: s.notificationID(integration, s.Sending.Number), Thread: s.notificationID(integration, cmp.Or(s.Sending.Thread.First, s.Sending.Number)), Opening: s.Sending.Thread.Opening,
		Receiver: s.Receiver, Integration: integration, GroupKey: s.Key(), GroupLabels: s.Labels,
		Reason: s.Sending.Reason, Alerts: alerts, RepeatInterval: s.Repeat, Created: s.Sending.Created,
		Exercise: !slices.ContainsFunc(alerts, func(a event.Alert) bool { return a.Labels["exercise"] != "true" }),
	}
}

func (s *State) notificationID(integration string, number int) string {
	return event.NewID("notification", s.ID, strconv.FormatInt(s.Born.UnixNano(), 10), s.Receiver, integration, strconv.Itoa(number))
}

// Done notes that flush number is published. The next one waits for
// group_interval from when this one was planned; to bring up to date delays no
// telling.
func (s *State) Done(number int) {
	if s.Sending == nil || s.Sending.Number != number {
		return
	}
	if len(s.Sending.Alerts) > 0 {
		s.Flushed = s.Sending.Created
	}
	if len(s.Sending.Updates) > 0 {
		s.Updated = s.Sending.Created
	}
	s.Sending = nil
}

// Handed notes that the flush being sent is published if the change of INCIDENTS that brought it
// about is acknowledged, and reports whether that is so.
func (s *State) Handed(acknowledged func(sequence uint64, stored time.Time) bool) bool {
	if s.Sending == nil || s.Sending.Brought == 0 || !acknowledged(s.Sending.Brought, s.Sending.BroughtAt) {
		return false
	}
	s.Done(s.Sending.Number)
	return true
}
