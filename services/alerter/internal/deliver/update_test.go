package deliver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/sinktest"
)

// chats are a desk's channels that edit, both at one sink.
func chats(s *sinktest.Sink) string {
	return fmt.Sprintf(`
route: {receiver: desk}
receivers:
- name: desk
  slack_configs: [{app_token: xoxb-token, app_url: '%[1]s/slack/api/chat.postMessage', channel: C1}]
  telegram_configs: [{api_url: '%[1]s', bot_token: '1:token', chat_id: -100}]
`, s.URL)
}

// story is one incident and the group that tells it.
type story struct {
	desk        *desk
	integration string
	in          event.Incident
	group       group.State
}

func (d *desk) story(integration, id string) *story {
	in := sinktest.Incident()
	in.ID, in.Headline, in.Revision = id, "Headline of "+id, 0
	labels := map[string]string{"incident": id}
	s := group.New(group.Route{Key: "{}", Receiver: "desk", GroupBy: []string{"incident"}, Repeat: 24 * time.Hour}, labels, time.Now())
	s.Edits = true
	return &story{d, integration, in, s}
}

// change brings the next revision to the group and publishes what it says.
func (s *story) change(kind event.ChangeKind, reason string) {
	s.desk.t.Helper()
	for _, n := range s.next(kind, reason) {
		s.desk.send(n)
	}
}

// next brings the next revision to the group and returns what it says.
func (s *story) next(kind event.ChangeKind, reason string) []event.Notification {
	s.desk.t.Helper()
	s.in.Revision++
	s.in.Change = event.Change{Kind: kind, Reasons: []string{reason}}
	if kind == event.ChangeClosed {
		s.in.Status = event.StatusClosed
	}
	now := time.Now()
	tell := kind == event.ChangeNew || kind == event.ChangeEscalated || kind == event.ChangeCorrected || kind == event.ChangeDenied || kind == event.ChangeReleased
	s.group.Land(alert.New(s.in), tell, now)
	if !s.group.Plan(10, now) {
		s.desk.t.Fatalf("%s: nothing to say", kind)
	}
	names := []string{s.integration}
	all := append(s.group.Notifications(names), s.group.Refreshments(names)...)
	s.group.Done(s.group.Sending.Number)
	return all
}

func (d *desk) send(n event.Notification) {
	d.t.Helper()
	data, err := event.Encode(&n)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.bus.PublishOnce(d.t.Context(), bus.Message{Subject: bus.NotificationSubject(n.Receiver, n.Integration, n.ID), Data: data}); err != nil {
		d.t.Fatal(err)
	}
}

// request is one request that reached a chat.
type request struct {
	method    string
	edits     string // the message
	answers   string // the message
	broadcast bool
	text      string
}

func requests(t *testing.T, s *sinktest.Sink) (out []request) {
	t.Helper()
	for _, m := range s.Messages() {
		var r struct {
			TS        json.Number
			Message   json.Number `json:"message_id"`
			Thread    json.Number `json:"thread_ts"`
			Broadcast bool        `json:"reply_broadcast"`
			Reply     struct {
				Message json.Number `json:"message_id"`
			} `json:"reply_parameters"`
		}
		if err := json.Unmarshal([]byte(m.Body), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, request{m.Path[strings.LastIndex(m.Path, "/")+1:], r.TS.String() + r.Message.String(), r.Thread.String() + r.Reply.Message.String(), r.Broadcast, m.Body})
	}
	return out
}

// shape are the methods and what they refer to, in order.
func shape(all []request) (out []string) {
	for _, r := range all {
		line := r.method
		if r.edits != "" {
			line += " edits " + r.edits
		}
		if r.answers != "" {
			line += " answers " + r.answers
		}
		out = append(out, line)
	}
	return out
}

// One story is one message in a chat: it is edited while nothing deserves to be
// told, answered when something does, and marked at its end.
func TestOneStoryOneMessage(t *testing.T) {
	t.Parallel()
	for integration, want := range map[string][]string{
		"slack-0": {"chat.postMessage", "chat.update edits 1.000100", "chat.postMessage answers 1.000100", "chat.update edits 1.000100",
			"chat.postMessage answers 1.000100", "chat.update edits 1.000100", "chat.update edits 1.000100"},
		"telegram-0": {"sendMessage", "editMessageText edits 1", "sendMessage answers 1", "editMessageText edits 1",
			"sendMessage answers 1", "editMessageText edits 1", "editMessageText edits 1"},
	} {
		t.Run(integration, func(t *testing.T) {
			sink := sinktest.HTTP(t)
			d := open(t, bustest.Start(t), chats(sink))
			s := d.story(integration, "a")
			for i, step := range []struct {
				kind   event.ChangeKind
				reason string
				count  int // of requests then
			}{
				{event.ChangeNew, "first report", 1},
				{event.ChangeReport, "further report by Wire", 2},
				{event.ChangeEscalated, "killed up from 1 to 5", 4},
				{event.ChangeDenied, "Ministry denies it", 6},
				{event.ChangeClosed, "no report for 48h", 7},
			} {
				s.change(step.kind, step.reason)
				sinktest.Wait(t, fmt.Sprint("step ", i, " arrived"), func() bool { return len(sink.Messages()) == step.count })
			}
			got := requests(t, sink)
			if !slices.Equal(shape(got), want) {
				t.Fatalf("got %q", shape(got))
			}
			for at, reason := range map[int]string{1: "further report by Wire", 2: "killed up from 1 to 5", 3: "killed up from 1 to 5", 4: "Ministry denies it", 6: "CLOSED"} {
				if !strings.Contains(got[at].text, reason) {
					t.Errorf("request %d lacks %q: %s", at, reason, got[at].text)
				}
			}
			if strings.HasPrefix(integration, "slack") && (!got[2].broadcast || got[1].broadcast) {
				t.Error("an escalation is not shown to the whole channel")
			}
			sinktest.Wait(t, "all is counted", func() bool {
				return d.count("desk", integration, "sent") == 3 && d.count("desk", integration, "edited") == 4
			})
		})
	}
}

// A further report that a route tells is an edit too. What the message said before stays in it:
// the link of the first report, and what that told.
func TestAReportThatIsToldKeepsWhatWasSaid(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d := open(t, bustest.Start(t), chats(sink))
	s := d.story("telegram-0", "a")
	s.change(event.ChangeNew, "first report")
	sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "telegram-0", "sent") == 1 })
	later := s.in.Reports[0]
	later.Item, later.URL, later.Score, later.Findings = "later", "https://www.other.example/osh", 50, later.Findings[1:2]
	s.in.Reports, s.in.Revision = append(s.in.Reports, later), 2
	s.in.Change = event.Change{Kind: event.ChangeReport, Reasons: []string{"further report"}, Report: 1}
	s.group.Land(alert.New(s.in), true, time.Now())
	if !s.group.Plan(10, time.Now()) {
		t.Fatal("nothing to say")
	}
	names := []string{"telegram-0"}
	told := s.group.Notifications(names)[0]
	if links := told.Alerts[0].Annotations["links"]; strings.Contains(links, "news.example.kg") {
		t.Errorf("the link of old is told to channels that do not edit: %q", links)
	}
	for _, n := range append([]event.Notification{told}, s.group.Refreshments(names)...) {
		d.send(n)
	}
	sinktest.Wait(t, "it is edited", func() bool { return d.count("desk", "telegram-0", "edited") == 1 })
	got := requests(t, sink)
	if want := []string{"sendMessage", "editMessageText edits 1"}; !slices.Equal(shape(got), want) {
		t.Fatalf("got %q", shape(got))
	}
	for _, said := range []string{"news.example.kg", "www.other.example", "An official is abducted", "60 official-abducted"} {
		if !strings.Contains(got[1].text, said) {
			t.Errorf("the edit lacks %q: %s", said, got[1].text)
		}
	}
}

// An older revision that comes late does not undo a newer one, and one that is shown
// already costs the chat nothing.
func TestUpdatesComeInAnyOrder(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d := open(t, bustest.Start(t), chats(sink))
	s := d.story("slack-0", "a")
	s.change(event.ChangeNew, "first report")
	sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "slack-0", "sent") == 1 })
	var held []event.Notification
	for revision := 2; revision <= 4; revision++ {
		s.in.Revision, s.in.Change = revision, event.Change{Kind: event.ChangeReport, Reasons: []string{fmt.Sprint("revision ", revision)}}
		s.group.Land(alert.New(s.in), false, time.Now())
		s.group.Plan(10, time.Now())
		held = append(held, s.group.Refreshments([]string{"slack-0"})...)
		s.group.Done(s.group.Sending.Number)
	}
	for _, i := range []int{2, 0, 1} {
		d.send(held[i])
	}
	s.change(event.ChangeClosed, "no report for 48h")
	sinktest.Wait(t, "the end is shown", func() bool { return d.count("desk", "slack-0", "edited") == 2 })
	got := requests(t, sink)
	if len(got) != 3 || !strings.Contains(got[1].text, "revision 4") || !strings.Contains(got[2].text, "CLOSED") {
		t.Errorf("got %q", shape(got))
	}
}

// An update waits for a first message that the chat did not take yet, and is made
// once it has.
func TestUpdateWaitsForItsMessage(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	d := open(t, bustest.Start(t), chats(sink))
	s := d.story("slack-0", "a")
	s.change(event.ChangeNew, "first report")
	s.change(event.ChangeReport, "further report")
	sinktest.Wait(t, "it failed", func() bool { return d.count("desk", "slack-0", "failed") > 1 })
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	sinktest.Wait(t, "it is edited", func() bool { return d.count("desk", "slack-0", "edited") == 1 })
	if got := shape(requests(t, sink)); len(got) != 2 || !strings.HasPrefix(got[1], "chat.update edits ") {
		t.Errorf("got %q", got)
	}
}

// So does one of an incident that came later to a group whose first message was sent.
func TestUpdateWaitsInAGroupOfSeveral(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d := open(t, bustest.Start(t), chats(sink))
	s := d.story("slack-0", "a")
	s.change(event.ChangeNew, "first report")
	sinktest.Wait(t, "the first is told", func() bool { return d.count("desk", "slack-0", "sent") == 1 })
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	s.in.ID, s.in.Revision = "b", 0
	s.change(event.ChangeNew, "first report")
	s.change(event.ChangeReport, "further report")
	sinktest.Wait(t, "it failed", func() bool { return d.count("desk", "slack-0", "failed") > 1 })
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	sinktest.Wait(t, "the second is edited", func() bool { return d.count("desk", "slack-0", "edited") == 1 })
	if got := shape(requests(t, sink)); len(got) != 3 || !strings.HasPrefix(got[2], "chat.update edits ") {
		t.Errorf("got %q", got)
	}
}

// A process that is stopped between a message and the next finds the message again.
func TestRestartBetweenPostAndEdit(t *testing.T) {
	t.Parallel()
	for _, integration := range []string{"slack-0", "telegram-0"} {
		t.Run(integration, func(t *testing.T) {
			server := bustest.StartServer(t)
			sink := sinktest.HTTP(t)
			first := open(t, server.Bus(), chats(sink))
			s := first.story(integration, "a")
			s.change(event.ChangeNew, "first report")
			sinktest.Wait(t, "it is posted", func() bool { return first.count("desk", integration, "sent") == 1 })
			first.stop()
			second := open(t, server.Bus(), chats(sink))
			s.desk = second
			s.change(event.ChangeEscalated, "killed up from 1 to 5")
			sinktest.Wait(t, "it is answered and edited", func() bool {
				return second.count("desk", integration, "sent") == 1 && second.count("desk", integration, "edited") == 1
			})
			if got := requests(t, sink); len(got) != 3 || !strings.HasPrefix(got[1].answers, "1") || !strings.HasPrefix(got[2].edits, "1") {
				t.Errorf("got %q", shape(got))
			}
		})
	}
}

// A process that is stopped after the chat took an edit makes it again: the readers
// see one message.
func TestCrashWhileEditing(t *testing.T) {
	t.Parallel()
	server := bustest.StartServer(t)
	sink := sinktest.HTTP(t)
	doomed := server.Bus()
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if strings.HasSuffix(m.Path, "chat.update") {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if err := doomed.Close(ctx); err == nil {
				t.Log("closed in time")
			}
		}
		return sinktest.Answer{}
	})
	first := open(t, doomed, chats(sink))
	first.bus = server.Bus()
	s := first.story("slack-0", "a")
	s.change(event.ChangeNew, "first report")
	sinktest.Wait(t, "it is posted", func() bool { return first.count("desk", "slack-0", "sent") == 1 })
	s.change(event.ChangeReport, "further report")
	sinktest.Wait(t, "it is edited", func() bool { return len(sink.Messages()) == 2 })
	first.stop()
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	second := open(t, server.Bus(), chats(sink))
	sinktest.Wait(t, "it is edited again", func() bool { return second.count("desk", "slack-0", "edited") == 1 })
	if got := shape(requests(t, sink)); len(got) != 3 || got[0] != "chat.postMessage" || got[1] != got[2] {
		t.Errorf("got %q", got)
	}
	for _, r := range requests(t, sink) {
		if strings.Contains(r.text, "repeat") {
			t.Errorf("an edit is called a repeat: %s", r.text)
		}
	}
}

// Where an edit is refused and becomes a message of its own, a process that dies while the chat
// takes that one leaves it in doubt, and the next one says so.
func TestCrashWhileReplacingAMessage(t *testing.T) {
	t.Parallel()
	for integration, refusal := range map[string]string{
		"slack-0":    `{"ok":false,"error":"edit_window_closed"}`,
		"telegram-0": `{"ok":false,"error_code":400,"description":"Bad Request: message can't be edited"}`,
	} {
		t.Run(integration, func(t *testing.T) {
			t.Parallel()
			server := bustest.StartServer(t)
			sink := sinktest.HTTP(t)
			doomed := server.Bus()
			posts := 0
			sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
				if strings.HasSuffix(m.Path, "chat.update") || strings.HasSuffix(m.Path, "editMessageText") {
					return sinktest.Answer{Body: refusal}
				}
				if posts++; posts == 2 {
					end(t, doomed)
				}
				return sinktest.Answer{}
			})
			first := open(t, doomed, chats(sink))
			first.bus = server.Bus()
			s := first.story(integration, "a")
			s.change(event.ChangeNew, "first report")
			sinktest.Wait(t, "it is posted", func() bool { return first.count("desk", integration, "sent") == 1 })
			s.change(event.ChangeReport, "further report")
			sinktest.Wait(t, "it is posted in place of an edit", func() bool { return len(sink.Messages()) == 3 })
			first.stop()
			second := open(t, server.Bus(), chats(sink))
			sinktest.Wait(t, "it is posted again", func() bool { return second.count("desk", integration, "edited") == 1 })
			s.desk = second
			s.change(event.ChangeReport, "one more")
			sinktest.Wait(t, "the next one is posted", func() bool { return second.count("desk", integration, "edited") == 2 })
			var marked []bool
			for _, r := range requests(t, sink) {
				if r.edits == "" {
					marked = append(marked, strings.Contains(r.text, "May be a repeat: Faultline was stopped while it sent this."))
				}
			}
			if !slices.Equal(marked, []bool{false, false, true, false}) {
				t.Errorf("of the messages are marked %v: %q", marked, shape(requests(t, sink)))
			}
		})
	}
}

// Incidents that a digest named are answered there, and not edited.
func TestDigestIsAnswered(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	d := openPaced(t, bustest.Start(t), chats(sink), 4)
	stories := []*story{d.story("slack-0", "a"), d.story("slack-0", "b"), d.story("slack-0", "c")}
	for _, s := range stories {
		s.change(event.ChangeNew, "first report")
	}
	sinktest.Wait(t, "all were tried", func() bool { return d.count("desk", "slack-0", "failed") >= 3 })
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	sinktest.Wait(t, "all are told", func() bool { return d.count("desk", "slack-0", "sent") == 3 })
	digest := requests(t, sink)
	at := slices.IndexFunc(digest, func(r request) bool { return strings.Contains(r.text, "incidents: ") })
	if at < 0 {
		t.Fatalf("no digest: %q", shape(digest))
	}
	named := stories[slices.IndexFunc(stories, func(s *story) bool { return strings.Contains(digest[at].text, s.in.Headline) })]
	d.perMinute = 600
	d.set(chats(sink))
	named.change(event.ChangeReport, "further report")
	named.change(event.ChangeEscalated, "killed up from 1 to 5")
	sinktest.Wait(t, "it is told", func() bool { return d.count("desk", "slack-0", "sent") == 4 })
	last := requests(t, sink)[len(digest):]
	if len(last) != 1 || !last[0].broadcast || last[0].answers == "" {
		t.Errorf("got %q", shape(last))
	}
}

// In a storm what people are to hear goes before what brings messages up to date,
// which comes later, one edit for each incident.
func TestStormBeforeUpdates(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d := openPaced(t, bustest.Start(t), chats(sink), 120, func(o *deliver.Options) { o.AckWait = 10 * time.Second })
	var known []*story
	for i := range 5 {
		s := d.story("slack-0", fmt.Sprint("known", i))
		s.change(event.ChangeNew, "first report")
		known = append(known, s)
	}
	sinktest.Wait(t, "they are told", func() bool { return d.count("desk", "slack-0", "sent") == 5 })
	for round := range 10 {
		for i, s := range known {
			s.change(event.ChangeReport, fmt.Sprintf("report %d of %d", round, i))
		}
	}
	for i := range 100 {
		d.story("slack-0", fmt.Sprint("new", i)).change(event.ChangeNew, "first report")
	}
	sinktest.Wait(t, "all is told", func() bool { return d.count("desk", "slack-0", "sent") == 105 })
	for i := range known {
		sinktest.Wait(t, "the messages are up to date", func() bool {
			return strings.Contains(fmt.Sprint(sink.Messages()), fmt.Sprintf("report 9 of %d", i))
		})
	}
	edits := d.count("desk", "slack-0", "edited")
	if edits > 49 {
		t.Errorf("%v edits: none was left out for a later one", edits)
	}
	if left := len(d.deadLetters()); left != 0 {
		t.Errorf("%d dead letters", left)
	}
}
