package deliver_test

import (
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
	"faultline/services/alerter/internal/sinktest"
)

// holding starts a pool that holds what may have arrived, with a deadline of a second.
func holding(t *testing.T, b *bus.Bus, alerting string) *desk {
	t.Helper()
	d := open(t, b, "route: {receiver: desk}\nreceivers: [{name: desk}]\n")
	d.holds = true
	d.setWith(alerting, time.Second)
	return d
}

// slackAndHook are a channel that cannot tell a repeat, one that can, and a fallback.
func slackAndHook(s, fallback *sinktest.Sink) string {
	return fmt.Sprintf(`
route: {receiver: desk}
receivers:
- name: desk
  slack_configs: [{api_url: '%[1]s/slack'}]
  webhook_configs: [{url: '%[1]s/webhook'}]
- {name: fallback, webhook_configs: [{url: '%[2]s/webhook'}]}
`, s.URL, fallback.URL)
}

func (d *desk) replayAll() {
	d.t.Helper()
	for _, l := range d.deadLetters() {
		if err := d.bus.ReplayDeadLetter(d.t.Context(), l.Number); err != nil {
			d.t.Fatal(err)
		}
	}
}

// Of what a process left in doubt, whatever that was, a channel that knows no repeat gets nothing
// until somebody replays the dead letter; then it is sent once, and marked.
func TestHeldUntilReplayed(t *testing.T) {
	t.Parallel()
	sink, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
	b := bustest.Start(t)
	marks, err := b.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	created := time.Now()
	for incident, mark := range map[string]string{
		"cut-off": `{"state":"sending","tries":1}`, "silent": `{"state":"uncertain","tries":1,"uncertain":1,"error":"no answer in time"}`,
		"kept": `{"state":"held","tries":1,"uncertain":1,"error":"held: no answer in time","sequence":3}`, "refused": `{"state":"refused","tries":1,"error":"no such channel","at":"2026-05-14T11:00:00Z"}`,
	} {
		for _, channel := range []string{"slack-0", "webhook-0"} {
			if _, err := marks.Put(t.Context(), notification("desk", channel, incident, created).ID, []byte(mark), 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	d := holding(t, b, slackAndHook(sink, fallback))
	for _, incident := range []string{"cut-off", "silent", "kept", "refused", "new"} {
		d.publish("desk", "slack-0", incident, created)
	}
	for _, incident := range []string{"cut-off", "silent"} {
		d.publish("desk", "webhook-0", incident, created)
	}
	sinktest.Wait(t, "three are held", func() bool { return len(d.deadLetters()) == 3 && d.count("desk", "slack-0", "held") == 3 })
	sinktest.Wait(t, "the others are sent", func() bool {
		return d.count("desk", "slack-0", "sent") == 2 && d.count("desk", "webhook-0", "sent") == 2 && len(fallback.Messages()) == 3
	})
	for _, m := range sink.Messages() {
		if m.Path == "/slack" && strings.Contains(m.Body, "May be a repeat") {
			t.Errorf("a repeat was sent: %s", m.Body)
		}
	}
	for _, m := range fallback.Messages() {
		if !strings.Contains(m.Body, "In place of slack-0 of desk, which may have it already: held: ") {
			t.Errorf("the fallback says %s", m.Body)
		}
	}
	for _, l := range d.deadLetters() {
		if !strings.Contains(l.Reason, "slack-0 of receiver desk: "+event.Held) {
			t.Errorf("the reason is %q", l.Reason)
		}
	}
	entry, err := marks.Get(t.Context(), notification("desk", "slack-0", "refused", created).ID)
	if err != nil || !strings.Contains(string(entry.Value), `"given_up":"refused 2026-05-14 11:00:00: no such channel"`) {
		t.Errorf("that it was refused first is forgotten: %s, %v", entry.Value, err)
	}
	d.replayAll()
	sinktest.Wait(t, "they are sent", func() bool { return d.count("desk", "slack-0", "sent") == 5 })
	if left := d.deadLetters(); len(left) != 0 {
		t.Errorf("%d dead letters are left: %+v", len(left), left)
	}
	for _, incident := range []string{"cut-off", "silent", "kept"} {
		var marked []bool
		for _, m := range sink.Messages() {
			if m.Path == "/slack" && strings.Contains(m.Body, "Headline of "+incident) {
				marked = append(marked, strings.Contains(m.Body, "May be a repeat: "))
			}
		}
		if !slices.Equal(marked, []bool{true}) {
			t.Errorf("%s was sent and marked so: %v", incident, marked)
		}
		entry, err := marks.Get(t.Context(), notification("desk", "slack-0", incident, created).ID)
		var mark struct{ State string }
		if err != nil || json.Unmarshal(entry.Value, &mark) != nil || mark.State != "sent" {
			t.Errorf("the mark of %s is %s, %v", incident, entry.Value, err)
		}
	}
}

// A process that dies while a chat takes the message leaves it held, and nobody sees it twice.
func TestCrashIsHeld(t *testing.T) {
	t.Parallel()
	server := bustest.StartServer(t)
	sink, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
	doomed := server.Bus()
	sink.Answer(func(n int) sinktest.Answer {
		if n == 1 {
			end(t, doomed)
		}
		return sinktest.Answer{}
	})
	first := holding(t, doomed, slackAndHook(sink, fallback))
	first.bus = server.Bus()
	first.publish("desk", "slack-0", "a", time.Now())
	sinktest.Wait(t, "it is sent", func() bool { return about(sink, "a") == 1 })
	first.stop()
	second := holding(t, server.Bus(), slackAndHook(sink, fallback))
	second.publish("desk", "slack-0", "b", time.Now())
	sinktest.Wait(t, "it is held, and the next one sent", func() bool { return len(second.deadLetters()) == 1 && about(sink, "b") == 1 })
	if reason := second.deadLetters()[0].Reason; !strings.Contains(reason, "held: the alerter was stopped while it sent this, and the channel may have it") {
		t.Errorf("the reason is %q", reason)
	}
	if n := about(sink, "a"); n != 1 {
		t.Errorf("it was sent %d times", n)
	}
}

// A chat that takes messages and does not say so gets each once. A replay is a try like that, and what
// was given up before the desk chose to hold is sent by its replay as well.
func TestNoAnswerIsHeld(t *testing.T) {
	t.Parallel()
	sink, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{LostAck: true}))
	d := open(t, bustest.Start(t), "route: {receiver: desk}\nreceivers: [{name: desk}]\n")
	d.giveUp = time.Second
	d.set(slackAndHook(sink, fallback))
	d.publish("desk", "slack-0", "before", time.Now())
	sinktest.Wait(t, "it is given up", func() bool { return len(d.deadLetters()) == 1 })
	before := about(sink, "before")
	d.giveUp, d.holds = time.Hour, true
	d.set(slackAndHook(sink, fallback))
	d.publish("desk", "slack-0", "a", time.Now())
	sinktest.Wait(t, "it is held", func() bool { return len(d.deadLetters()) == 2 })
	d.replayAll()
	sinktest.Wait(t, "both are held again", func() bool { return d.count("desk", "slack-0", "held") == 3 && len(d.deadLetters()) == 2 })
	sinktest.Never(t, "one was sent again", time.Second, func() bool { return about(sink, "a") > 2 || about(sink, "before") > before+1 })
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	d.replayAll()
	sinktest.Wait(t, "both are sent", func() bool { return d.count("desk", "slack-0", "sent") == 2 })
	if about(sink, "a") != 3 || about(sink, "before") != before+2 || len(d.deadLetters()) != 0 {
		t.Errorf("%d and %d messages, %d dead letters", about(sink, "a"), about(sink, "before"), len(d.deadLetters()))
	}
}

// A try of a process whose clock is wrong is in doubt no longer than any other: it is held, or sent again, when its
// time is over by the server's clock.
func TestFaultDoubtOutlivesWrongClocks(t *testing.T) {
	t.Parallel()
	for _, wrong := range []time.Duration{time.Hour, -time.Hour} {
		for state, outcome := range map[string]string{"sending": "held", "uncertain": "sent"} {
			t.Run(fmt.Sprint(outcome, wrong), func(t *testing.T) {
				t.Parallel()
				sink, fallback, b := sinktest.HTTP(t), sinktest.HTTP(t), bustest.Start(t)
				marks, err := b.Bucket(t.Context(), bus.SentMarks)
				if err != nil {
					t.Fatal(err)
				}
				created := time.Now()
				n := notification("desk", "slack-0", "a", created)
				mark := fmt.Sprintf(`{"state":%q,"tries":1,"uncertain":1,"at":%q}`, state, created.Add(wrong).Format(time.RFC3339Nano))
				if _, err := marks.Put(t.Context(), n.ID, []byte(mark), 0); err != nil {
					t.Fatal(err)
				}
				d := open(t, b, "route: {receiver: desk}\nreceivers: [{name: desk}]\n")
				d.holds = outcome == "held"
				d.setWith(slackAndHook(sink, fallback), time.Second)
				d.publish("desk", "slack-0", "a", created)
				sinktest.Wait(t, "it is "+outcome, func() bool { return d.count("desk", "slack-0", outcome) == 1 })
				if took := time.Since(created); took < 900*time.Millisecond || took > 10*time.Second {
					t.Errorf("that took %s, and may be a second", took)
				}
			})
		}
	}
}

// A channel that gave no answer may take messages: nobody is told that it takes none.
func TestNoAnswerIsCalledThat(t *testing.T) {
	t.Parallel()
	for name, holds := range map[string]bool{"held": true, "sent again": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
			sink.Answer(sinktest.Always(sinktest.Answer{LostAck: true}))
			d := open(t, bustest.Start(t), "route: {receiver: desk}\nreceivers: [{name: desk}]\n", soon)
			d.holds = holds
			d.set(slackAndHook(sink, fallback))
			d.publish("desk", "slack-0", "a", time.Now())
			wantFailing(t, d.bus, "+ The channel slack-0 of desk does not say whether it takes messages")
		})
	}
}

// An edit in doubt is made again, as nobody sees that; one that became a message of its own is not.
func TestEditsAreNotHeld(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]string{"edited": "", "replaced": `{"ok":false,"error":"edit_window_closed"}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := sinktest.HTTP(t)
			seen := map[string]int{}
			sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
				method := m.Path[strings.LastIndex(m.Path, "/")+1:]
				seen[method]++
				switch {
				case method == "chat.update" && refusal != "":
					return sinktest.Answer{Body: refusal}
				case method == "chat.update" && seen[method] == 1, seen[method] == 2:
					return sinktest.Answer{LostAck: true}
				}
				return sinktest.Answer{}
			})
			d := holding(t, bustest.Start(t), chats(sink))
			s := d.story("slack-0", "a")
			s.change(event.ChangeNew, "first report")
			sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "slack-0", "sent") == 1 })
			s.change(event.ChangeReport, "further report")
			sinktest.Wait(t, "the update is in doubt", func() bool { return d.count("desk", "slack-0", "uncertain") == 1 })
			s.change(event.ChangeReport, "one more")
			sinktest.Wait(t, "the next one is shown", func() bool { return d.count("desk", "slack-0", "edited") >= 1 })
			posts, again := 0, 0
			for _, r := range requests(t, sink) {
				if r.edits == "" {
					posts++
				}
				if strings.Contains(r.text, "May be a repeat") {
					again++
				}
			}
			if want := map[string]int{"edited": 1, "replaced": 3}[name]; posts != want || again != 0 || len(d.deadLetters()) != 0 {
				t.Errorf("%d messages, want %d, %d called a repeat, %d dead letters: %q", posts, want, again, len(d.deadLetters()), shape(requests(t, sink)))
			}
		})
	}
}

// An update that a process was making into a message of its own when it died is left out: the next
// one shows what it had.
func TestReplacementInDoubtIsLeftOut(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if strings.HasSuffix(m.Path, "chat.update") {
			return sinktest.Answer{Body: `{"ok":false,"error":"edit_window_closed"}`}
		}
		return sinktest.Answer{}
	})
	b := bustest.Start(t)
	d := holding(t, b, chats(sink))
	s := d.story("slack-0", "a")
	s.change(event.ChangeNew, "first report")
	sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "slack-0", "sent") == 1 })
	s.in.Revision, s.in.Change = 2, event.Change{Kind: event.ChangeReport, Reasons: []string{"further report"}}
	s.group.Land(alert.New(s.in), false, time.Now())
	s.group.Plan(10, time.Now())
	n := s.group.Refreshments([]string{"slack-0"})[0]
	s.group.Done(s.group.Sending.Number)
	marks, err := b.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := marks.Put(t.Context(), n.ID, []byte(`{"state":"sending","tries":1}`), 0); err != nil {
		t.Fatal(err)
	}
	d.send(n)
	sinktest.Wait(t, "it is left out", func() bool { return d.count("desk", "slack-0", "rejected") == 1 })
	s.change(event.ChangeReport, "one more")
	sinktest.Wait(t, "the next one is posted", func() bool { return d.count("desk", "slack-0", "edited") == 1 })
	if got := shape(requests(t, sink)); len(got) != 4 || len(d.deadLetters()) != 0 {
		t.Errorf("got %q and %d dead letters", got, len(d.deadLetters()))
	}
}

// What is held because its message cannot be edited is no trouble of the channel, which answers.
func TestWhatIsHeldUnaskedIsNoTrouble(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if strings.HasSuffix(m.Path, "chat.update") {
			return sinktest.Answer{Body: `{"ok":false,"error":"edit_window_closed"}`}
		}
		return sinktest.Answer{}
	})
	b := bustest.Start(t)
	d := open(t, b, "route: {receiver: desk}\nreceivers: [{name: desk}]\n", soon)
	d.holds = true
	d.setWith(chats(sink), time.Second)
	s := d.story("slack-0", "a")
	s.change(event.ChangeNew, "first report")
	sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "slack-0", "sent") == 1 })
	s.in.Revision, s.in.Status, s.in.Change = 2, event.StatusClosed, event.Change{Kind: event.ChangeClosed, Reasons: []string{"over"}}
	s.group.Land(alert.New(s.in), true, time.Now())
	s.group.Plan(10, time.Now())
	n := s.group.Notifications([]string{"slack-0"})[0]
	marks, err := b.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := marks.Put(t.Context(), n.ID, []byte(`{"state":"uncertain","tries":1,"uncertain":1}`), 0); err != nil {
		t.Fatal(err)
	}
	d.send(n)
	sinktest.Wait(t, "it is held", func() bool { return len(d.deadLetters()) == 1 })
	wantFailing(t, b)
}
