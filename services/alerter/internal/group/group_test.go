package group_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/sinktest"
)

func route() group.Route {
	return group.Route{Key: "{}/{a=\"b\"}", Receiver: "desk", GroupBy: []string{"region"}, Wait: 30 * time.Second, Interval: 5 * time.Minute, Repeat: 4 * time.Hour}
}

func begin() time.Time { return sinktest.Now() }

func newGroup() group.State {
	return group.New(route(), map[string]string{"region": "ferghana-valley"}, begin())
}

// draft is revision n of an incident, with n reports.
func draft(incident string, n int, kind event.ChangeKind) alert.Draft {
	in := sinktest.Incident()
	in.ID, in.Revision = incident, n
	first := in.Reports[0]
	in.Reports = nil
	for i := range n {
		r := first
		r.Item = event.NewID(incident, fmt.Sprint(i))
		r.URL = fmt.Sprintf("https://news.example/%s/%d", incident, i)
		in.Reports = append(in.Reports, r)
	}
	in.Change = event.Change{Kind: kind, Report: n - 1, Reasons: []string{fmt.Sprintf("reason %d", n)}}
	switch kind {
	case event.ChangeQuiet:
		in.Status = event.StatusQuiet
	case event.ChangeClosed:
		in.Status = event.StatusClosed
	}
	return alert.New(in)
}

// flush plans and completes a flush at a time and returns its notification.
func flush(t *testing.T, s *group.State, at time.Time) event.Notification {
	t.Helper()
	if !s.Plan(50, at) {
		t.Fatalf("nothing to flush at %s; next at %s", at, s.Next())
	}
	n := s.Notifications([]string{"slack-0"})
	s.Done(s.Sending.Number)
	return n[0]
}

func TestLabelsAndIDs(t *testing.T) {
	all := map[string]string{"region": "r", "severity": "high", "incident": "i"}
	r := route()
	if got := r.Labels(all); len(got) != 1 || got["region"] != "r" {
		t.Errorf("got %v", got)
	}
	r.ByAll = true
	if got := r.Labels(all); len(got) != 3 {
		t.Errorf("got %v", got)
	}
	if route().ID(all) != r.ID(all) {
		t.Error("the id depends on more than receiver, key and labels")
	}
	other := route()
	other.Receiver = "else"
	if other.ID(all) == r.ID(all) {
		t.Error("two receivers share a group")
	}
	s := newGroup()
	if got, want := s.Key(), `{}/{a="b"}:{region="ferghana-valley"}`; got != want {
		t.Errorf("key %s, want %s", got, want)
	}
}

func TestFirstWaitsThenInterval(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	s.Land(draft("b", 1, event.ChangeNew), true, begin().Add(10*time.Second))
	if want := begin().Add(30 * time.Second); !s.Next().Equal(want) {
		t.Fatalf("next %s, want %s", s.Next(), want)
	}
	if s.Plan(50, begin().Add(29*time.Second)) {
		t.Fatal("flushed before group_wait")
	}
	n := flush(t, &s, begin().Add(30*time.Second))
	if len(n.Alerts) != 2 || n.Reason != group.ReasonFirst || n.Receiver != "desk" || n.RepeatInterval != 4*time.Hour {
		t.Fatalf("got %+v", n)
	}
	if !n.Alerts[1].Landed.Equal(begin().Add(10 * time.Second)) {
		t.Errorf("landed %s", n.Alerts[1].Landed)
	}
	s.Land(draft("a", 2, event.ChangeEscalated), true, begin().Add(40*time.Second))
	if want := begin().Add(30*time.Second + 5*time.Minute); !s.Next().Equal(want) {
		t.Fatalf("next %s, want %s", s.Next(), want)
	}
	n = flush(t, &s, s.Next())
	if len(n.Alerts) != 1 || n.Reason != group.ReasonNew {
		t.Fatalf("got %+v", n)
	}
	s.Land(draft("a", 3, event.ChangeEscalated), true, begin().Add(time.Hour))
	if want := begin().Add(time.Hour + 30*time.Second); !s.Next().Equal(want) {
		t.Fatalf("after a long silence next is %s, want group_wait again: %s", s.Next(), want)
	}
}

// What is critical is told after group_wait, also in a group that told something a moment
// ago; what more there is to tell of it waits for group_interval.
func TestCriticalBreaksThrough(t *testing.T) {
	critical := func(incident string, n int, kind event.ChangeKind) alert.Draft {
		d := draft(incident, n, kind)
		d.Alert.Labels["severity"] = string(event.SeverityCritical)
		return d
	}
	s, at := newGroup(), begin()
	s.Land(draft("a", 1, event.ChangeNew), true, at)
	s.Land(critical("b", 1, event.ChangeNew), true, at)
	at = at.Add(route().Wait)
	flush(t, &s, at)
	usual := at.Add(route().Interval)
	for name, step := range map[string]struct {
		draft alert.Draft
		want  time.Time
	}{
		"high":               {draft("a", 2, event.ChangeEscalated), usual},
		"critical before":    {critical("b", 2, event.ChangeEscalated), usual},
		"became critical":    {critical("a", 2, event.ChangeEscalated), at.Add(route().Wait + time.Second)},
		"new and critical":   {critical("c", 1, event.ChangeNew), at.Add(route().Wait + time.Second)},
		"critical, no alarm": {critical("a", 2, event.ChangeReport), at.Add(route().Repeat)},
	} {
		after := s
		after.Known = maps.Clone(s.Known)
		after.Land(step.draft, step.draft.Alert.Labels["change"] != string(event.ChangeReport), at.Add(time.Second))
		if next := after.Next(); !next.Equal(step.want) {
			t.Errorf("%s: told %s after the last, want %s", name, next.Sub(at), step.want.Sub(at))
		}
	}
	s.Land(draft("a", 2, event.ChangeEscalated), true, at.Add(time.Second))
	s.Land(critical("a", 3, event.ChangeEscalated), true, at.Add(time.Minute))
	if n := flush(t, &s, at.Add(time.Minute)); len(n.Alerts) != 1 || n.Alerts[0].Revision != 3 {
		t.Errorf("what waited is not told as soon as it is critical: %+v", n.Alerts)
	}
	s.Land(draft("a", 4, event.ChangeEscalated), true, at.Add(2*time.Minute))
	s.Land(critical("a", 5, event.ChangeEscalated), true, at.Add(2*time.Minute))
	if want := at.Add(time.Minute + route().Interval); !s.Next().Equal(want) {
		t.Errorf("next %s, want group_interval for what is critical again: %s", s.Next(), want)
	}
}

func TestLinksAreToldOnce(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 2, event.ChangeNew), true, begin())
	first := flush(t, &s, begin().Add(time.Minute)).Alerts[0].Annotations["links"]
	if strings.Count(first, "\n") != 1 || !strings.HasPrefix(first, "https://news.example/a/1 ") {
		t.Errorf("links %q", first)
	}
	s.Land(draft("a", 3, event.ChangeEscalated), true, begin().Add(time.Minute))
	second := flush(t, &s, begin().Add(time.Hour)).Alerts[0].Annotations["links"]
	if strings.Contains(second, "\n") || !strings.HasPrefix(second, "https://news.example/a/2 ") {
		t.Errorf("links %q, want only the new one", second)
	}
}

func TestLandingIsIdempotent(t *testing.T) {
	s := newGroup()
	one := draft("a", 1, event.ChangeNew)
	if !s.Land(one, true, begin()) || s.Land(one, true, begin()) {
		t.Fatal("the second landing of a change should change nothing")
	}
	s.Plan(50, begin().Add(time.Minute))
	if s.Land(one, true, begin().Add(time.Minute)) {
		t.Fatal("a change that is being sent landed again")
	}
	s.Done(1)
	if s.Land(one, true, begin().Add(2*time.Minute)) || len(s.Pending) != 0 {
		t.Fatal("a told change landed again")
	}
}

func TestPendingMerges(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	s.Land(draft("a", 2, event.ChangeEscalated), true, begin().Add(time.Second))
	s.Land(draft("a", 3, event.ChangeReworded), false, begin().Add(2*time.Second))
	n := flush(t, &s, begin().Add(time.Minute))
	a := n.Alerts[0]
	if len(n.Alerts) != 1 || a.Revision != 3 || a.Labels["change"] != "new" || a.Annotations["change"] != "reason 1; reason 2" {
		t.Fatalf("got %+v", a)
	}
	if got := strings.Count(a.Annotations["links"], "https://"); got != 3 {
		t.Errorf("%d links, want 3", got)
	}
	if s.Land(draft("a", 2, event.ChangeEscalated), true, begin().Add(time.Minute)) {
		t.Error("a merged change landed again")
	}
}

func TestOlderChangeArrivesLate(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 3, event.ChangeReport), true, begin())
	s.Land(draft("a", 2, event.ChangeEscalated), true, begin().Add(time.Second))
	a := flush(t, &s, begin().Add(time.Minute)).Alerts[0]
	if a.Revision != 3 || a.Labels["change"] != "escalated" || a.Annotations["change"] != "reason 3; reason 2" {
		t.Errorf("got %+v", a)
	}
}

func TestEscalationAfterRewordingIsTold(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	flush(t, &s, begin().Add(time.Minute))
	if !s.Land(draft("a", 3, event.ChangeReworded), false, begin().Add(time.Minute)) {
		t.Error("a rewording of a known incident is not noted")
	}
	if len(s.Pending) != 0 {
		t.Fatal("a rewording waits to be told")
	}
	if !s.Land(draft("a", 2, event.ChangeEscalated), true, begin().Add(time.Minute)) || len(s.Pending) != 1 {
		t.Error("an escalation that was overtaken by a rewording is lost")
	}
}

func TestUnknownIncidentIsNotNoted(t *testing.T) {
	s := newGroup()
	if s.Land(draft("a", 1, event.ChangeReworded), false, begin()) {
		t.Error("a change that is not to be told made a group remember an incident")
	}
}

func TestRepeatWhileOpen(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	s.Land(draft("b", 1, event.ChangeNew), true, begin())
	flush(t, &s, begin().Add(30*time.Second))
	due := begin().Add(30*time.Second + 4*time.Hour)
	if !s.Next().Equal(due) {
		t.Fatalf("next %s, want %s", s.Next(), due)
	}
	s.Land(draft("b", 2, event.ChangeQuiet), false, begin().Add(time.Hour))
	n := flush(t, &s, due)
	if n.Reason != group.ReasonRepeat || len(n.Alerts) != 1 || n.Alerts[0].Incident != "a" || n.Alerts[0].Annotations["links"] != "" || n.Alerts[0].Labels["change"] != "open" {
		t.Fatalf("got %+v", n)
	}
	s.Land(draft("a", 2, event.ChangeClosed), false, due)
	if s.Expired(due) || !s.Expired(due.Add(7*24*time.Hour)) {
		t.Error("a group should be forgotten a week after its last news")
	}
	if s.Plan(50, due.Add(8*24*time.Hour)) {
		t.Error("a closed incident is repeated")
	}
}

func TestReasons(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	flush(t, &s, begin().Add(time.Minute))
	s.Land(draft("a", 2, event.ChangeClosed), true, begin().Add(time.Minute))
	s.Land(draft("b", 1, event.ChangeNew), true, begin().Add(time.Minute))
	if n := flush(t, &s, begin().Add(time.Hour)); n.Reason != group.ReasonSomeResolved {
		t.Errorf("reason %q", n.Reason)
	}
	s.Land(draft("b", 2, event.ChangeClosed), true, begin().Add(time.Hour))
	if n := flush(t, &s, begin().Add(2*time.Hour)); n.Reason != group.ReasonAllResolved || n.Alerts[0].EndsAt.IsZero() {
		t.Errorf("got %+v", n)
	}
}

// TestPlanSurvivesACrash: a state that was stored with a plan says the same
// again, whatever landed meanwhile.
func TestPlanSurvivesACrash(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	s.Plan(50, begin().Add(time.Minute))
	before := s.Notifications([]string{"slack-0", "telegram-0"})
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var again group.State
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	again.Land(draft("b", 1, event.ChangeNew), true, begin().Add(time.Minute))
	if !again.Plan(50, begin().Add(2*time.Minute)) {
		t.Fatal("the stored plan is gone")
	}
	after := again.Notifications([]string{"slack-0", "telegram-0"})
	for i := range before {
		x, errX := event.Encode(&before[i])
		y, errY := event.Encode(&after[i])
		if errX != nil || errY != nil || string(x) != string(y) {
			t.Errorf("after a crash:\n%s\nbefore:\n%s", y, x)
		}
	}
	if before[0].ID == before[1].ID {
		t.Error("two integrations share an id")
	}
	again.Done(7)
	if again.Sending == nil {
		t.Error("another flush's end ended this one")
	}
	again.Done(1)
	if next := again.Next(); !next.Equal(begin().Add(time.Minute + 5*time.Minute)) {
		t.Errorf("next %s", next)
	}
	if again.Notifications([]string{"slack-0"}) != nil {
		t.Error("a finished flush still speaks")
	}
}

func TestNewLifeHasNewIDs(t *testing.T) {
	old, young := newGroup(), group.New(route(), map[string]string{"region": "ferghana-valley"}, begin().Add(time.Hour))
	ids := map[string]bool{}
	for _, s := range []*group.State{&old, &young} {
		s.Land(draft("a", 1, event.ChangeNew), true, begin().Add(time.Hour))
		ids[flush(t, s, begin().Add(2*time.Hour)).ID] = true
	}
	if len(ids) != 2 {
		t.Error("a group that was forgotten and made again repeats its ids")
	}
}

func TestLargeFlushIsSplit(t *testing.T) {
	s := newGroup()
	for i := range 25 {
		s.Land(draft(fmt.Sprint("i", i), 1, event.ChangeNew), true, begin())
	}
	at := begin().Add(time.Minute)
	var told []string
	for range 3 {
		if !s.Plan(10, at) {
			t.Fatalf("the rest waits until %s", s.Next())
		}
		for _, a := range s.Sending.Alerts {
			told = append(told, a.Incident)
		}
		s.Done(s.Sending.Number)
	}
	if len(told) != 25 || told[0] != "i0" || told[24] != "i24" || s.Hurry {
		t.Errorf("told %v", told)
	}
}

// The rest of a large flush may be silenced, or dropped, before it is told: then the group
// goes on as if it had never been in a hurry.
func TestHurryEndsWithItsRest(t *testing.T) {
	for name, rest := range map[string]group.Hold{"silenced": {Silenced: begin().Add(30 * 24 * time.Hour)}, "inhibited": {Inhibited: "greater"}} {
		s, at := newGroup(), begin().Add(time.Minute)
		s.Land(draft("a", 1, event.ChangeNew), true, begin())
		s.Land(draft("b", 1, event.ChangeNew), true, begin())
		if !s.Plan(1, at) || !s.Hurry {
			t.Fatalf("%s: nothing is left for a second message", name)
		}
		s.Done(s.Sending.Number)
		onlyB := func(labels map[string]string) group.Hold {
			if labels["incident"] == "b" {
				return rest
			}
			return group.Hold{}
		}
		if !s.HoldBack(onlyB, at) || s.Hurry {
			t.Errorf("%s: it is in a hurry to tell nothing", name)
		}
		s.Land(draft("c", 1, event.ChangeNew), true, at.Add(time.Second))
		if next := s.Next(); next.Before(at.Add(route().Interval)) && rest.Inhibited == "" {
			t.Errorf("%s: news skips group_interval, at %s", name, next)
		}
		flush(t, &s, at.Add(route().Interval))
		s.HoldBack(onlyB, at.Add(10*time.Hour))
		if n := flush(t, &s, at.Add(10*time.Hour)); n.Reason != group.ReasonRepeat || len(n.Alerts) != 2 {
			t.Errorf("%s: what is open is not repeated: %s of %d", name, n.Reason, len(n.Alerts))
		}
	}
}

func TestHold(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	until := begin().Add(8 * time.Hour)
	s.Hold(until)
	if !s.Next().Equal(until) || s.Plan(50, begin().Add(time.Hour)) {
		t.Fatalf("a held group flushes at %s", s.Next())
	}
	if n := flush(t, &s, until); len(n.Alerts) != 1 {
		t.Errorf("got %+v", n)
	}
	if !s.Held.IsZero() {
		t.Error("still held after the flush")
	}
}

func TestExerciseIsMarked(t *testing.T) {
	s := newGroup()
	in := sinktest.Incident()
	in.Exercise = true
	s.Land(alert.New(in), true, begin())
	if n := flush(t, &s, begin().Add(time.Minute)); !n.Exercise {
		t.Error("a notification with nothing but drills is not marked")
	}
	s.Land(alert.New(in), true, begin())
	s.Land(draft("real", 1, event.ChangeNew), true, begin())
	if n := flush(t, &s, begin().Add(time.Hour)); n.Exercise {
		t.Error("a notification with a real incident is marked as a drill")
	}
}

// TestStateIsBounded: a group of a busy region stays below a message's size.
func TestStateIsBounded(t *testing.T) {
	s := newGroup()
	at := begin()
	for i := range 700 {
		at = at.Add(time.Hour)
		s.Land(draft(fmt.Sprintf("%032d", i), 30, event.ChangeNew), true, at)
		flush(t, &s, at.Add(time.Minute))
	}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	repeats := 0
	for _, k := range s.Known {
		if k.Last != nil {
			repeats++
		}
	}
	if len(data) > 500_000 || len(s.Known) > 500 || repeats > 20 {
		t.Errorf("%d bytes, %d incidents, %d to repeat", len(data), len(s.Known), repeats)
	}
	if _, ok := s.Known[fmt.Sprintf("%032d", 699)]; !ok {
		t.Error("the newest incident was forgotten")
	}
	newest := slices.MaxFunc([]group.Known{s.Known[fmt.Sprintf("%032d", 699)]}, func(a, b group.Known) int { return a.At.Compare(b.At) })
	if newest.Last == nil {
		t.Error("the newest incident is not repeated")
	}
}

// Stands follows a change through its group.
func TestStands(t *testing.T) {
	s, now := newGroup(), begin()
	check := func(what string, revision int, at time.Time, want group.Standing, when time.Time) {
		t.Helper()
		if got, gotWhen := s.Stands("a", revision, at); got != want || !gotWhen.Equal(when) {
			t.Errorf("%s: %s, %s; want %s, %s", what, got, gotWhen, want, when)
		}
	}
	check("nothing landed", 1, now, group.Unknown, time.Time{})
	s.Land(draft("a", 1, event.ChangeNew), true, now)
	check("landed", 1, now, group.Waiting, now.Add(30*time.Second))
	check("another revision", 2, now, group.Unknown, time.Time{})
	s.Hold(now.Add(time.Hour))
	check("muted", 1, now, group.Muted, now.Add(time.Hour))
	s.HoldBack(always(group.Hold{Silenced: now.Add(2 * time.Hour)}), now)
	check("silenced", 1, now, group.Silenced, now.Add(2*time.Hour))
	at := now.Add(3 * time.Hour)
	if !s.Plan(50, at) {
		t.Fatal("nothing to flush")
	}
	check("planned", 1, at, group.Sending, at)
	s.Done(s.Sending.Number)
	check("told", 1, at, group.Told, at)
	check("a later one", 2, at, group.Unknown, time.Time{})
}
