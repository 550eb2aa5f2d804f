package group_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
)

func trouble(feed string, over time.Time) alert.Draft {
	return alert.Notice(event.Notice{
		ID: feed, Kind: event.NoticeFeedFailing, Feed: feed, Severity: event.SeverityLow, Summary: feed + " cannot be read", Since: begin(), Over: over,
	})
}

// The subject of a thread is that of its first message, and names no incident that a later
// one is not about.
func TestThreadsFitTheirSubject(t *testing.T) {
	r := route()
	r.GroupBy = []string{"alertname"}
	s := group.New(r, map[string]string{"alertname": "FeedFailing"}, begin())
	over := begin().Add(48 * time.Hour)
	at, ids := begin(), map[string]int{}
	for i, step := range []struct {
		all    []alert.Draft
		thread int
		about  string
	}{
		{[]alert.Draft{trouble("priv", time.Time{})}, 1, "[LOW] priv cannot be read"},
		{[]alert.Draft{trouble("r429", time.Time{})}, 2, "[LOW] r429 cannot be read"},
		{[]alert.Draft{trouble("priv", over)}, 1, "[LOW] priv cannot be read"},
		{[]alert.Draft{trouble("x", time.Time{}), trouble("y", time.Time{})}, 4, "[LOW] Notices: FeedFailing"},
		{[]alert.Draft{trouble("x", over)}, 4, "[LOW] Notices: FeedFailing"},
		{[]alert.Draft{trouble("y", over), trouble("r429", over), trouble("z", time.Time{})}, 4, "[LOW] Notices: FeedFailing"},
		{[]alert.Draft{trouble("z", over)}, 4, "[LOW] Notices: FeedFailing"},
	} {
		at = at.Add(time.Hour)
		for _, d := range step.all {
			s.Land(d, true, at)
		}
		n := flush(t, &s, s.Next())
		ids[n.ID] = i + 1
		if ids[n.Thread] != step.thread || n.Opening != step.about {
			t.Errorf("message %d: in the thread of message %d, about %q", i+1, ids[n.Thread], n.Opening)
		}
	}
}

// All that a group of one incident says is one thread, whatever became of the incident.
func TestAGroupOfOneIncidentIsAThread(t *testing.T) {
	r := route()
	r.GroupBy = []string{"incident"}
	s := group.New(r, map[string]string{"incident": "a"}, begin())
	first := ""
	for n := 1; n <= 3; n++ {
		s.Land(draft("a", n, []event.ChangeKind{event.ChangeNew, event.ChangeEscalated, event.ChangeDenied}[n-1]), true, begin().Add(time.Duration(n)*time.Hour))
		told := flush(t, &s, s.Next())
		if n == 1 {
			first = told.ID
		}
		if told.Thread != first || told.Opening != fmt.Sprintf("[HIGH] %s", draft("a", 1, event.ChangeNew).Alert.Annotations["summary"]) {
			t.Errorf("message %d: thread %s, about %q", n, told.Thread, told.Opening)
		}
	}
}

// A group that an older build stored goes on in the thread that it has.
func TestAThreadOfAnOlderBuildGoesOn(t *testing.T) {
	r := route()
	r.GroupBy = []string{"incident"}
	s := group.New(r, map[string]string{"incident": "a"}, begin())
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	first := flush(t, &s, s.Next())
	s.Opening, s.Thread = s.Thread.Opening, group.Thread{}
	data, err := json.Marshal(s)
	if err != nil || !bytes.Contains(data, []byte(`"opening":"[HIGH]`)) {
		t.Fatalf("%s, %v", data, err)
	}
	var stored group.State
	if err := json.Unmarshal(data, &stored); err != nil {
		t.Fatal(err)
	}
	for n := 2; n <= 3; n++ {
		stored.Land(draft("a", n, event.ChangeEscalated), true, begin().Add(time.Duration(n)*time.Hour))
		if told := flush(t, &stored, stored.Next()); told.Thread != first.Thread || told.Opening != first.Opening {
			t.Errorf("message %d: thread %s, about %q", n, told.Thread, told.Opening)
		}
	}
}
