package group_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/group"
)

// A group that is silenced through a flood stays small, keeps the worst and the
// latest, and says how many it had no room for.
func TestHeldGroupStaysSmall(t *testing.T) {
	const limit, n = 200_000, 600
	s := newGroup()
	size := func() int {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return len(data)
	}
	end := begin().Add(8 * time.Hour)
	for i := range n {
		d := draft(fmt.Sprintf("incident-%d", i), 1, event.ChangeNew)
		d.Alert.Labels["severity"] = string(event.SeverityLow)
		if i%100 == 0 {
			d.Alert.Labels["severity"] = string(event.SeverityCritical)
		}
		s.Land(d, true, begin().Add(time.Duration(i)*time.Second))
		s.HoldBack(always(group.Hold{Silenced: end}), begin())
		for size() > limit && s.Shrink() {
			continue
		}
		if size() > limit {
			t.Fatalf("%d bytes after %d incidents", size(), i+1)
		}
		if s.Plan(50, begin().Add(time.Duration(i)*time.Second)) {
			t.Fatal("something silenced is told")
		}
	}
	critical, kept, dropped := 0, len(s.Pending), 0
	for _, p := range s.Pending {
		if p.Draft.Alert.Labels["severity"] == string(event.SeverityCritical) {
			critical++
		}
	}
	for _, k := range s.Dropped {
		dropped += k
	}
	if critical != n/100 || kept+dropped != n || s.Pending[kept-1].Draft.Alert.Incident != "incident-599" || s.Pending[kept-1].Draft.Alert.Annotations["evidence"] == "" {
		t.Errorf("%d critical of %d kept, %d dropped, the last is %s", critical, kept, dropped, s.Pending[kept-1].Draft.Alert.Incident)
	}
	s.HoldBack(always(group.Hold{Silenced: time.Time{}}), begin())
	s.Plan(10, end)
	first := s.Sending.Alerts
	s.Done(s.Sending.Number)
	if got := first[len(first)-1].Annotations["omitted"]; got != fmt.Sprintf("%d more incidents came while this was muted: %d low", dropped, dropped) {
		t.Errorf("omitted: %q", got)
	}
	if again := flush(t, &s, end.Add(time.Second)); strings.Contains(fmt.Sprint(again.Alerts), "while this was muted") {
		t.Error("it is said twice")
	}
}

// What has nothing to lose cannot be made smaller.
func TestSmallGroupDoesNotShrink(t *testing.T) {
	s := newGroup()
	if s.Land(draft("a", 1, event.ChangeNew), true, begin()); s.Shrink() {
		t.Error("a group of one incident shrank")
	}
	if (&group.State{}).Shrink() {
		t.Error("an empty group shrank")
	}
}
