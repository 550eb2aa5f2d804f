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
	"faultline/services/alerter/internal/sinktest"
)

// bots are Slack channels of one receiver, in the order of the file.
func bots(s *sinktest.Sink, channels ...string) string {
	text := "route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs:\n"
	for _, c := range channels {
		text += fmt.Sprintf("  - {app_token: xoxb-token, app_url: '%s/slack/api/chat.postMessage', channel: %s}\n", s.URL, c)
	}
	return text
}

// workspace answers as Slack does, which says in which channel a message stands.
func workspace(t *testing.T) *sinktest.Sink {
	t.Helper()
	sink, n := sinktest.HTTP(t), 0
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		n++
		return sinktest.Answer{Body: fmt.Sprintf(`{"ok":true,"channel":%q,"ts":"%d.000100"}`, channelOf(t, m), n)}
	})
	return sink
}

func channelOf(t *testing.T, m sinktest.Message) string {
	t.Helper()
	var body struct{ Channel string }
	if err := json.Unmarshal([]byte(m.Body), &body); err != nil {
		t.Error(err)
	}
	return body.Channel
}

// said are the requests to a workspace: method, channel, and what they edit or answer.
func said(t *testing.T, s *sinktest.Sink) (all []string) {
	t.Helper()
	for i, line := range shape(requests(t, s)) {
		all = append(all, channelOf(t, s.Messages()[i])+" "+line)
	}
	return all
}

// A message that waits while the file comes to name another chat goes there as one of its own, and is no answer to
// what stands in the old one.
func TestFaultWhatWaitsWhileTheChatChangesGoesToTheNewOne(t *testing.T) {
	t.Parallel()
	sink, n := sinktest.HTTP(t), 0
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if n++; n == 2 {
			return sinktest.Answer{Status: 429, RetryAfter: "4"}
		}
		return sinktest.Answer{Body: fmt.Sprintf(`{"ok":true,"channel":%q,"ts":"%d.000100"}`, channelOf(t, m), n)}
	})
	d := open(t, bustest.Start(t), bots(sink, "C1"))
	s := d.story("slack-0", "a")
	s.change(event.ChangeNew, "first report")
	sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "slack-0", "sent") == 1 })
	s.change(event.ChangeEscalated, "toll up")
	sinktest.Wait(t, "it is put off", func() bool { return d.count("desk", "slack-0", "failed") == 1 })
	sinktest.Never(t, "it is sent", 3*time.Second, func() bool { return len(sink.Messages()) > 1 }) // it is in hand again meanwhile
	d.set(bots(sink, "C2"))
	sinktest.Wait(t, "it is sent", func() bool { return d.count("desk", "slack-0", "sent") == 2 })
	if got, want := said(t, sink), []string{"C1 chat.postMessage", "C2 chat.postMessage"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// When the file names another chat, or a chat above another one is taken out of it, news of an incident that was
// told before go where the file says, and no more to the chat that showed it.
func TestFaultChatThatIsNoLongerNamedIsToldNoMore(t *testing.T) {
	t.Parallel()
	for name, before := range map[string][]string{"another name": {"C1"}, "the first is taken out": {"C1", "C2"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := workspace(t)
			d := open(t, bustest.Start(t), bots(sink, before...))
			s := d.story("slack-0", "a")
			s.change(event.ChangeNew, "first report")
			sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "slack-0", "sent") == 1 })
			d.set(bots(sink, "C2"))
			s.change(event.ChangeReport, "further report") // would have edited the message
			s.change(event.ChangeEscalated, "toll up")
			sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "slack-0", "sent") == 2 })
			s.change(event.ChangeReport, "one more")
			sinktest.Wait(t, "it is edited", func() bool { return d.count("desk", "slack-0", "edited") == 1 })
			want := []string{"C1 chat.postMessage", "C2 chat.postMessage", "C2 chat.update edits 2.000100"}
			if got := said(t, sink); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// Where an older build left no word which chat it was, the message that stands is gone on with.
func TestPostOfAnOlderBuildIsGoneOnWith(t *testing.T) {
	t.Parallel()
	sink, b := workspace(t), bustest.Start(t)
	posts, err := b.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	key := event.NewID("post", "desk", "slack-0", "a")
	if _, err := posts.Put(t.Context(), key, []byte(`{"channel":"C1","root":"9.000100","message":"9.000100","shown":1,"by":"x","at":"2026-01-01T00:00:00Z"}`), 0); err != nil {
		t.Fatal(err)
	}
	d := open(t, b, bots(sink, "desk"))
	s := d.story("slack-0", "a")
	s.next(event.ChangeNew, "first report")
	s.change(event.ChangeEscalated, "toll up")
	sinktest.Wait(t, "it is answered", func() bool { return d.count("desk", "slack-0", "sent") == 1 })
	if got := said(t, sink); len(got) == 0 || got[0] != "C1 chat.postMessage answers 9.000100" {
		t.Errorf("got %q", got)
	}
}

// A channel is known by its receiver, its kind and its place among those: what waits for it is its own however
// receivers are ordered, added and taken out, and as long as none of its kind is put above it in the receiver.
func TestWhatWaitsStaysWithItsChannel(t *testing.T) {
	t.Parallel()
	sinks := map[string]*sinktest.Sink{}
	for _, name := range []string{"one", "two", "more"} {
		sinks[name] = sinktest.HTTP(t)
	}
	hook := func(receiver string, sinksOf ...string) string {
		text := "- name: " + receiver + "\n  webhook_configs:\n"
		for _, s := range sinksOf {
			text += fmt.Sprintf("  - {url: '%s/webhook'}\n", sinks[s].URL)
		}
		return text
	}
	file := func(receivers ...string) string {
		return "route: {receiver: desk}\nreceivers:\n" + strings.Join(receivers, "")
	}
	for _, s := range sinks {
		s.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	}
	d := open(t, bustest.Start(t), file(hook("desk", "one"), hook("night", "two")))
	d.publish("desk", "webhook-0", "a", time.Now())
	d.publish("night", "webhook-0", "b", time.Now())
	sinktest.Wait(t, "both were tried", func() bool {
		return d.count("desk", "webhook-0", "failed") > 0 && d.count("night", "webhook-0", "failed") > 0
	})
	d.set(file(hook("above", "more"), hook("night", "two"), hook("desk", "one", "more")))
	for _, s := range sinks {
		s.Answer(sinktest.Always(sinktest.Answer{}))
	}
	sinktest.Wait(t, "both are sent", func() bool {
		return d.count("desk", "webhook-0", "sent") == 1 && d.count("night", "webhook-0", "sent") == 1
	})
	if about(sinks["one"], "a") != 1 || about(sinks["two"], "b") != 1 || len(sinks["more"].Messages()) != 0 {
		t.Errorf("one has %d of a, two %d of b, the new one %d", about(sinks["one"], "a"), about(sinks["two"], "b"), len(sinks["more"].Messages()))
	}
}
