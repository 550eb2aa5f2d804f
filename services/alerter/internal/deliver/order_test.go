package deliver

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"faultline/pkg/event"
)

// What is critical goes first, but behind what came before about the same incident.
func TestCriticalFirstKeepsAStoryInOrder(t *testing.T) {
	tell := func(severity event.Severity, incidents ...string) *try {
		t := &try{}
		for _, i := range incidents {
			t.n.Alerts = append(t.n.Alerts, event.Alert{Incident: i, Labels: map[string]string{"severity": string(severity)}})
		}
		return t
	}
	tries := []*try{
		tell(event.SeverityLow, "a"),
		tell(event.SeverityHigh, "b", "c"),
		tell(event.SeverityLow, "d"),
		tell(event.SeverityModerate, "c", "e"),
		tell(event.SeverityCritical, "e"),
		tell(event.SeverityCritical, "f"),
		tell(event.SeverityLow, "f"),
	}
	if got, ahead := criticalFirst(tries); !slices.Equal(got, []int{1, 3, 4, 5, 0, 2, 6}) || ahead != 4 {
		t.Errorf("order %v, %d of them ahead", got, ahead)
	}
	if got, ahead := criticalFirst(tries[:3]); !slices.Equal(got, []int{0, 1, 2}) || ahead != 0 {
		t.Errorf("without a critical one: %v, %d of them ahead", got, ahead)
	}
	for i, t := range tries { // as they come when some were put off
		t.sequence = uint64(len(tries) - i)
	}
	if got, ahead := criticalFirst(tries); !slices.Equal(got, []int{6, 5, 4, 3, 2, 1, 0}) || ahead != 3 {
		t.Errorf("the oldest last: order %v, %d of them ahead", got, ahead)
	}
}

// A message that fails alone goes behind critical ones and some others, and after several failures one that
// was not tried yet goes first, unless it would go before something about the same incident.
func TestWhatFailsAloneGoesBehind(t *testing.T) {
	var tries []*try
	for i := range 100 {
		name := fmt.Sprintf("i%02d", i)
		n := event.Notification{ID: name, Alerts: []event.Alert{{Incident: name, Labels: map[string]string{"severity": "low"}}}}
		tries = append(tries, &try{n: n, sequence: uint64(i)})
	}
	for _, i := range []int{5, 6} {
		tries[i].n.Alerts[0].Labels["severity"] = "critical"
	}
	tries[1].n.Alerts[0].Incident = "i00"
	tries[2].over = true
	l := &lane{stuck: stuck{}}
	check := func(limit int, want ...int) {
		t.Helper()
		order, got := l.line(tries)
		if !slices.Equal(order[:len(want)], want) || got != limit || len(order) != len(tries) {
			t.Errorf("order %v, want it to begin with %v; limit %d, want %d", order, want, got, limit)
		}
	}
	l.stuck.failed("i05")
	l.failures = otherEvery - 1
	check(maxRelayed, 5, 6, 0, 1, 2, 3)
	l.failures = otherEvery
	check(maxRelayed, 6, 5, 0, 1, 2, 3)
	l.stuck.failed("i06")
	check(maxRelayed, 0, 5, 6, 1, 2, 3)
	l.stuck.failed("i00")
	check(maxRelayed, 3, 5, 6, 0, 1, 2, 4)
	l.stuck.failed("i05")
	l.stuck.failed("i05")
	l.stuck.took("i99")
	l.failures = 0
	check(maxRelayed, 6, 0, 1, 2, 3, 4, 7)
	if order, _ := l.line(tries); order[maxRelayed/2] != 5 {
		t.Errorf("order %v", order)
	}
	for i := range 80 {
		tries[i].n.Alerts[0].Labels["severity"] = "critical"
	}
	if order, limit := l.line(tries); order[limit-1] != 5 || limit != 79 { // 78 that are critical and not over, and it
		t.Errorf("order %v, limit %d", order, limit)
	}
}

// A message that fails alone is put off for longer and longer, and is forgotten once it is sent.
func TestPauseOfWhatFailsAlone(t *testing.T) {
	s := stuck{}
	var pauses []time.Duration
	for range 5 {
		s.failed("a")
		s.took("b")
		pauses = append(pauses, s.pause("a", 10*time.Second))
	}
	if want := []time.Duration{0, 0, 4 * time.Second, 8 * time.Second, 10 * time.Second}; !slices.Equal(pauses, want) {
		t.Errorf("%v", pauses)
	}
	s.took("a")
	if s.pause("a", time.Minute) != 0 {
		t.Error("it was sent")
	}
	for i := range 3 * maxStuck {
		if s.failed(fmt.Sprint(i)); len(s) > maxStuck {
			t.Fatalf("%d are kept", len(s))
		}
	}
}
