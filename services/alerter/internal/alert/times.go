package alert

import (
	"strings"
	"time"

	"faultline/pkg/event"
)

// reported reports whether a change was brought by a report, and not by time, by
// somebody at the desk, or by another incident that turned out to be the same story.
func reported(in *event.Incident) bool {
	switch in.Change.Kind {
	case event.ChangeQuiet, event.ChangeClosed, event.ChangeDesk:
		return false
	}
	return !in.ByDesk() && in.Change.Merged == "" // a split and a merge bring reports that were there
}

// times tells how the report that brought the change came here; of any other change,
// when it was. All of it is in UTC.
func times(in event.Incident, r event.Report) string {
	var s stages
	if reported(&in) {
		word := "published"
		if r.PublishedSource != event.PublishedFeed && r.PublishedSource != "" {
			word = "published about"
		}
		s.add(word, r.Times.Published)
		s.add("seen", r.Times.Seen)
		s.add("assessed", r.Times.Assessed)
		s.add("incident", in.Updated)
	} else {
		s.add("reported", r.Times.Seen)
		word := string(in.Change.Kind)
		switch {
		case in.Change.Merged != "":
			word = string(event.DeskMerged)
		case in.ByDesk():
			word = Clean(string(in.Desk[len(in.Desk)-1].Kind), maxName)
		}
		s.add(word, in.Updated)
	}
	if len(s.parts) == 0 {
		return ""
	}
	return strings.Join(s.parts, " · ") + " UTC"
}

// stages are moments in their order; each has its day where that is not the one
// before's.
type stages struct {
	parts []string
	last  time.Time
}

func (s *stages) add(word string, t time.Time) {
	if t.IsZero() {
		return
	}
	t = t.UTC()
	layout := "2 Jan 15:04:05"
	if t.Format(time.DateOnly) == s.last.Format(time.DateOnly) {
		layout = time.TimeOnly
	}
	s.parts, s.last = append(s.parts, word+" "+t.Format(layout)), t
}

// Sent completes annotations with the time at which their message leaves.
func Sent(all map[string]string, now time.Time) {
	all["sent"] = moment(now)
	so, ok := strings.CutSuffix(all["times"], " UTC")
	if !ok {
		return
	}
	var s stages
	if last, err := time.Parse(time.RFC3339, all["updated"]); err == nil {
		s.last = last
	}
	s.add("sent", now)
	all["times"] = so + " · " + s.parts[0] + " UTC"
}
