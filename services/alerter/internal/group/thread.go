package group

import (
	"maps"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
)

// Thread is a row of messages that mail shows as one: the number of the flush that began
// it, and what that was about. Its zero value is none.
type Thread struct {
	First   int    `json:"first,omitempty"`
	Opening string `json:"opening,omitempty"`
}

// place puts a flush into the thread that its subject fits. A group of one incident is a
// thread; in any other one each incident has that of the message that told it first, and
// messages about several that were not told together have the group's.
func (s *State) place(flush *Flush) {
	if len(flush.Alerts) == 0 {
		return
	}
	if s.Opening != "" {
		s.Thread, s.Opening = Thread{1, s.Opening}, ""
	}
	one := s.Labels["incident"] != ""
	switch flush.Thread = s.shared(flush.Alerts); {
	case flush.Thread != Thread{}:
	case len(flush.Alerts) == 1 && !one:
		flush.Thread = Thread{flush.Number, opening(flush.Alerts, s.Labels)}
	default:
		if s.Thread.First == 0 {
			s.Thread = Thread{flush.Number, opening(flush.Alerts, s.Labels)}
		}
		flush.Thread = s.Thread
	}
	for _, a := range flush.Alerts {
		if known := s.Known[a.Incident]; !one && known.Thread.First == 0 {
			known.Thread = flush.Thread
			s.Known[a.Incident] = known
		}
	}
}

// shared is the thread that all of the incidents have, if they have one.
func (s *State) shared(alerts []event.Alert) Thread {
	thread := s.Known[alerts[0].Incident].Thread
	if slices.ContainsFunc(alerts, func(a event.Alert) bool { return s.Known[a.Incident].Thread != thread }) {
		return Thread{}
	}
	return thread
}

// opening is what a thread of messages is about: its only incident, or what its
// incidents have in common.
func opening(alerts []event.Alert, labels map[string]string) string {
	severity := ""
	if s := alerts[0].Labels["severity"]; s != "" {
		severity = "[" + strings.ToUpper(s) + "] "
	}
	if len(alerts) == 1 {
		return severity + alerts[0].Annotations["summary"]
	}
	what := "Notices: "
	if slices.ContainsFunc(alerts, func(a event.Alert) bool { return !alert.IsNotice(a.Labels["category"]) }) {
		what = "Incidents: "
	}
	var values []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		values = append(values, labels[name])
	}
	return severity + strings.TrimSuffix(what+strings.Join(values, ", "), ": ")
}
