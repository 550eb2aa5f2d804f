package notify_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// chats is a receiver with the channels that edit.
func chats(http string) string {
	return fmt.Sprintf(`
route: {receiver: all, group_by: [incident], group_wait: 0s}
receivers:
- name: all
  slack_configs: [{app_token: xoxb-secret-token, app_url: '%[1]s/slack/api/chat.postMessage', channel: '#desk'}]
  telegram_configs: [{api_url: '%[1]s', bot_token: '1:secret-token', chat_id: -100}]
`, http)
}

// step is one request that a chat got.
type step struct {
	Method  string
	Channel string
	Message string // to edit
	Root    string // to answer
	Rings   bool
	Text    string
}

// steps reads the requests of a sink, Slack's or Telegram's.
func steps(t *testing.T, all []sinktest.Message) (out []step) {
	t.Helper()
	for _, m := range all {
		var r struct {
			Channel     string
			TS          string
			Thread      string `json:"thread_ts"`
			Broadcast   bool   `json:"reply_broadcast"`
			Attachments []struct{ Title, Text string }
			Chat        int64 `json:"chat_id"`
			Message     int   `json:"message_id"`
			Quiet       bool  `json:"disable_notification"`
			Text        string
			Reply       struct {
				Message int `json:"message_id"`
			} `json:"reply_parameters"`
		}
		if err := json.Unmarshal([]byte(m.Body), &r); err != nil {
			t.Fatal(err)
		}
		s := step{Method: m.Path[strings.LastIndex(m.Path, "/")+1:], Channel: r.Channel, Message: r.TS, Root: r.Thread, Text: r.Text}
		if r.Chat != 0 {
			s.Channel, s.Rings = fmt.Sprint(r.Chat), !r.Quiet && r.Message == 0
			s.Message, s.Root = number(r.Message), number(r.Reply.Message)
		} else {
			s.Rings = s.Method == "chat.postMessage" && (s.Root == "" || r.Broadcast)
			s.Text = r.Attachments[0].Title + "\n" + r.Attachments[0].Text
		}
		out = append(out, s)
	}
	return out
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func methods(all []step) (out []string) {
	for _, s := range all {
		out = append(out, s.Method)
	}
	return out
}

// A first message is posted, a change put in its place, an escalation posted as
// its answer, which rings; and the end marks it closed.
func TestMessageIsKeptUpToDate(t *testing.T) {
	for name, want := range map[string]struct{ post, edit, channel, first string }{
		"slack-0":    {"chat.postMessage", "chat.update", "C024BE91L", "1.000100"},
		"telegram-0": {"sendMessage", "editMessageText", "-100", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			sink := sinktest.HTTP(t)
			i := integration(t, load(t, chats(sink.URL)), name)
			if !i.Edits() {
				t.Fatal("it does not edit")
			}
			first := i.Send(t.Context(), notification(name, sinktest.Incident()), notify.Remarks{}, sinktest.Now())
			if first.Post != (notify.Post{Channel: want.channel, Root: want.first, Message: want.first}) {
				t.Fatalf("the first message stands at %+v (%v)", first.Post, first.Err)
			}
			edited := i.Edit(t.Context(), notification(name, sinktest.Escalated()), sinktest.Now(), first.Post)
			if edited.Post != first.Post {
				t.Errorf("the edited message stands at %+v (%v)", edited.Post, edited.Err)
			}
			answer := i.Reply(t.Context(), notification(name, sinktest.Escalated()), notify.Remarks{}, sinktest.Now(), first.Post)
			if answer.Post.Root != want.first || answer.Post.Message == want.first {
				t.Errorf("the answer stands at %+v (%v)", answer.Post, answer.Err)
			}
			closed := sinktest.Incident()
			closed.Revision, closed.Status, closed.Change = 3, event.StatusClosed, event.Change{Kind: event.ChangeClosed, Reasons: []string{"no report for 48h"}}
			if r := i.Edit(t.Context(), notification(name, closed), sinktest.Now(), first.Post); r.Outcome != notify.Sent {
				t.Errorf("closing: %+v", r)
			}
			got := steps(t, sink.Messages())
			if m := methods(got); !slices.Equal(m, []string{want.post, want.edit, want.post, want.edit}) {
				t.Fatalf("requests %v", m)
			}
			for at, rings := range []bool{true, false, true, false} {
				if got[at].Rings != rings {
					t.Errorf("request %d rings: %v", at, got[at].Rings)
				}
			}
			if got[1].Message != want.first || got[1].Channel != want.channel || got[2].Root != want.first {
				t.Errorf("edit %+v, answer %+v", got[1], got[2])
			}
			mustContain(t, got[1].Text, "ESCALATED", "second independent source")
			mustContain(t, got[3].Text, "⚪", "CLOSED", "no report for 48h")
		})
	}
}

// editOrReplace puts an incident in the place of the message that shows it, or of a stuck one
// into a new message. A stuck edit sends nothing by itself.
func editOrReplace(t *testing.T, i *notify.Integration, in event.Incident, post notify.Post) notify.Result {
	t.Helper()
	r := i.Edit(t.Context(), notification(i.Name, in), sinktest.Now(), post)
	if r.Outcome != notify.Stuck {
		return r
	}
	if r.Err != nil || r.Post.Message == post.Message != (r.Post.Root == post.Root) {
		t.Errorf("%s: stuck at %+v with the error %v", i, r.Post, r.Err)
	}
	return i.Replace(t.Context(), notification(i.Name, in), notify.Remarks{Repeat: "May be a repeat."}, sinktest.Now(), r.Post)
}

// What cannot be edited any more is followed by a new message that does not ring
// where the channel knows such, and later changes go there.
func TestEditRefused(t *testing.T) {
	standing := map[string]notify.Post{
		"slack-0":    {Channel: "C1", Root: "9.1", Message: "9.1"},
		"telegram-0": {Channel: "-100", Root: "91", Message: "91"},
	}
	for _, tc := range []struct {
		name, body string
		methods    []string
		root       string // of what was posted instead
	}{
		{"slack-0", `{"ok":false,"error":"cant_update_message"}`, []string{"chat.update", "chat.postMessage"}, "9.1"},
		{"slack-0", `{"ok":false,"error":"edit_window_closed"}`, []string{"chat.update", "chat.postMessage"}, "9.1"},
		{"telegram-0", `{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}`, []string{"editMessageText", "sendMessage"}, "91"},
		{"telegram-0", `{"ok":false,"error_code":400,"description":"Bad Request: message can't be edited"}`, []string{"editMessageText", "sendMessage"}, "91"},
		{"telegram-0", `{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: specified new message content"}`, []string{"editMessageText"}, ""},
	} {
		sink := sinktest.HTTP(t)
		sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
			if strings.HasSuffix(m.Path, "chat.update") || strings.HasSuffix(m.Path, "editMessageText") {
				return sinktest.Answer{Body: tc.body}
			}
			return sinktest.Answer{}
		})
		i := integration(t, load(t, chats(sink.URL)), tc.name)
		r := editOrReplace(t, i, sinktest.Incident(), standing[tc.name])
		got := steps(t, sink.Messages())
		if r.Outcome != notify.Sent || !slices.Equal(methods(got), tc.methods) {
			t.Errorf("%s: %+v by %v", tc.body, r, methods(got))
			continue
		}
		if len(got) == 1 {
			if r.Post != standing[tc.name] {
				t.Errorf("%s: now at %+v", tc.body, r.Post)
			}
			continue
		}
		mustContain(t, got[1].Text, "May be a repeat.")
		if got[1].Root != tc.root || got[1].Rings || r.Post.Message == standing[tc.name].Message {
			t.Errorf("%s: posted %+v, now at %+v", tc.body, got[1], r.Post)
		}
	}
}

// A message that somebody deleted is posted anew while its incident is open, and left
// deleted when that is over.
func TestEditOfADeletedMessage(t *testing.T) {
	for name, tc := range map[string]struct {
		at              notify.Post
		gone, now, root string
	}{
		"slack-0":    {notify.Post{Channel: "C1", Root: "9.1", Message: "9.1"}, `{"ok":false,"error":"message_not_found"}`, "2.000100", "2.000100"},
		"telegram-0": {notify.Post{Channel: "-100", Root: "91", Message: "91"}, `{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}`, "2", "91"},
	} {
		sink := sinktest.HTTP(t)
		sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
			if strings.HasSuffix(m.Path, "chat.update") || strings.HasSuffix(m.Path, "editMessageText") {
				return sinktest.Answer{Body: tc.gone}
			}
			return sinktest.Answer{}
		})
		i := integration(t, load(t, chats(sink.URL)), name)
		r := editOrReplace(t, i, sinktest.Incident(), tc.at)
		if r.Outcome != notify.Sent || r.Post.Message != tc.now || r.Post.Root != tc.root || sink.Tries() != 2 {
			t.Errorf("%s: %+v after %d requests", name, r, sink.Tries())
		}
		over := sinktest.Incident()
		over.Status, over.Change = event.StatusClosed, event.Change{Kind: event.ChangeClosed}
		r = editOrReplace(t, i, over, tc.at)
		if r.Outcome != notify.Skipped || r.Err != nil || r.Post != (notify.Post{}) || sink.Tries() != 3 {
			t.Errorf("%s, over: %+v after %d requests", name, r, sink.Tries())
		}
	}
}

// An answer whose thread is gone, or locked, stands by itself.
func TestThreadIsGone(t *testing.T) {
	for _, word := range []string{"message_not_found", "thread_not_found", "cannot_reply_to_message", "thread_locked"} {
		sink := sinktest.HTTP(t)
		sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
			if strings.Contains(m.Body, "thread_ts") {
				return sinktest.Answer{Body: `{"ok":false,"error":"` + word + `"}`}
			}
			return sinktest.Answer{}
		})
		i := integration(t, load(t, chats(sink.URL)), "slack-0")
		r := i.Reply(t.Context(), notification("slack-0", sinktest.Escalated()), notify.Remarks{}, sinktest.Now(), notify.Post{Channel: "C1", Root: "9.1", Message: "9.1"})
		if r.Outcome != notify.Sent || r.Post.Root != "2.000100" {
			t.Errorf("%s: %+v", word, r)
		}
	}
}

// What a chat may answer to an edit, and what it means for the next try.
func TestOutcomesOfAnEdit(t *testing.T) {
	post := map[string]notify.Post{"slack-0": {Channel: "C1", Root: "9.1", Message: "9.1"}, "telegram-0": {Channel: "-100", Root: "91", Message: "91"}}
	for _, tc := range []struct {
		name   string
		answer sinktest.Answer
		want   notify.Outcome
		wait   time.Duration
	}{
		{"slack-0", sinktest.Answer{Status: 429, RetryAfter: "7"}, notify.Failed, 7 * time.Second},
		{"slack-0", sinktest.Answer{Body: `{"ok":false,"error":"ratelimited"}`, RetryAfter: "9"}, notify.Failed, 9 * time.Second},
		{"slack-0", sinktest.Answer{Body: `{"ok":false,"error":"internal_error"}`}, notify.Failed, 30 * time.Second},
		{"slack-0", sinktest.Answer{Body: `{"ok":false,"error":"invalid_auth"}`}, notify.Rejected, 0},
		{"slack-0", sinktest.Answer{Body: `{"ok":false,"error":"channel_not_found"}`}, notify.Rejected, 0},
		{"slack-0", sinktest.Answer{Body: `<html>`}, notify.Uncertain, 0},
		{"slack-0", sinktest.Answer{Body: `{}`}, notify.Uncertain, 0},
		{"slack-0", sinktest.Answer{Status: 503}, notify.Failed, 0},
		{"slack-0", sinktest.Answer{LostAck: true}, notify.Uncertain, 0},
		{"telegram-0", sinktest.Answer{Status: 429, Body: `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 11","parameters":{"retry_after":11}}`}, notify.Failed, 11 * time.Second},
		{"telegram-0", sinktest.Answer{Status: 429}, notify.Failed, 30 * time.Second},
		{"telegram-0", sinktest.Answer{Status: 403}, notify.Rejected, 0},
		{"telegram-0", sinktest.Answer{Status: 502, Body: "<html>"}, notify.Failed, 0},
		{"telegram-0", sinktest.Answer{Body: `{"ok":true}`}, notify.Uncertain, 0},
		{"telegram-0", sinktest.Answer{Body: `nothing`}, notify.Uncertain, 0},
		{"telegram-0", sinktest.Answer{LostAck: true}, notify.Uncertain, 0},
	} {
		sink := sinktest.HTTP(t)
		sink.Answer(sinktest.Always(tc.answer))
		r := integration(t, load(t, chats(sink.URL)), tc.name).Edit(t.Context(), notification(tc.name, sinktest.Incident()), sinktest.Now(), post[tc.name])
		if r.Outcome != tc.want || r.RetryAfter != tc.wait || r.Post != (notify.Post{}) {
			t.Errorf("%s %+v: %s, wait %s, at %+v (%v); want %s, %s", tc.name, tc.answer, r.Outcome, r.RetryAfter, r.Post, r.Err, tc.want, tc.wait)
		}
		if r.Err == nil || strings.Contains(r.Err.Error(), "secret") {
			t.Errorf("%s %+v: error %v", tc.name, tc.answer, r.Err)
		}
	}
}

// A group that became a supergroup has another id, which Telegram says; messages of
// the old one cannot be answered there.
func TestTelegramGroupMoved(t *testing.T) {
	sink := sinktest.HTTP(t)
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if strings.Contains(m.Body, `"chat_id":-100,`) {
			return sinktest.Answer{Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1009}}`}
		}
		return sinktest.Answer{Body: `{"ok":true,"result":{"message_id":3,"chat":{"id":-1009}}}`}
	})
	i := integration(t, load(t, chats(sink.URL)), "telegram-0")
	old := notify.Post{Channel: "-100", Root: "91", Message: "91"}
	r := i.Reply(t.Context(), notification("telegram-0", sinktest.Escalated()), notify.Remarks{}, sinktest.Now(), old)
	if r.Outcome != notify.Sent || r.Post != (notify.Post{Channel: "-1009", Root: "3", Message: "3"}) {
		t.Fatalf("%+v", r)
	}
	if tries := sink.Tries(); tries != 2 {
		t.Errorf("%d requests", tries)
	}
	if r = i.Reply(t.Context(), notification("telegram-0", sinktest.Escalated()), notify.Remarks{}, sinktest.Now(), old); r.Outcome != notify.Sent || sink.Tries() != 3 {
		t.Errorf("%+v after %d requests: the new id is not remembered", r, sink.Tries())
	}
	i = integration(t, load(t, chats(sink.URL)), "telegram-0") // which does not know the new id
	r = editOrReplace(t, i, sinktest.Incident(), old)
	if r.Outcome != notify.Sent || r.Post != (notify.Post{Channel: "-1009", Root: "3", Message: "3"}) || sink.Tries() != 5 {
		t.Errorf("an edit: %+v after %d requests", r, sink.Tries())
	}
	for _, s := range steps(t, sink.Messages()) {
		if s.Root != "" || s.Message != "" {
			t.Errorf("answers message %q, edits %q of another group", s.Root, s.Message)
		}
	}
}

// Markup that Telegram cannot read is left out; the words arrive.
func TestTelegramMarkupRefused(t *testing.T) {
	sink := sinktest.HTTP(t)
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if strings.Contains(m.Body, "parse_mode") {
			return sinktest.Answer{Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: can't parse entities: Unsupported start tag"}`}
		}
		return sinktest.Answer{}
	})
	r := integration(t, load(t, chats(sink.URL)), "telegram-0").Send(t.Context(), notification("telegram-0", sinktest.Incident()), notify.Remarks{}, sinktest.Now())
	if r.Outcome != notify.Sent || r.Post.Message != "2" {
		t.Fatalf("%+v", r)
	}
	text := steps(t, sink.Messages())[0].Text
	mustContain(t, text, "Governor kidnapped", "+60 official-abducted")
	if strings.ContainsAny(text, "<>") || strings.Contains(text, "&#43;") {
		t.Errorf("markup is left in %q", text)
	}
}

// A template of the user's own that is too long for Telegram is cut, without its
// markup, below 4,096 UTF-16 units.
func TestTelegramOverLong(t *testing.T) {
	sink := sinktest.HTTP(t)
	c := load(t, strings.Replace(chats(sink.URL), "chat_id: -100", `chat_id: -100, message: '<b>{{ range .Alerts }}{{ .Labels.place }}{{ end }}</b>`+strings.Repeat("🔥", 5000)+`'`, 1))
	if r := integration(t, c, "telegram-0").Send(t.Context(), notification("telegram-0", sinktest.Incident()), notify.Remarks{}, sinktest.Now()); r.Outcome != notify.Sent {
		t.Fatalf("%+v", r)
	}
	text := steps(t, sink.Messages())[0].Text
	if !strings.HasPrefix(text, "Osh🔥") || !strings.HasSuffix(text, "…") || strings.Count(text, "🔥") > 2047 || strings.Count(text, "🔥") < 1500 {
		t.Errorf("%d characters: %.20q", len([]rune(text)), text)
	}
}

// An incoming webhook knows no messages to come back to, and a bot beside it keeps
// its own place in the file.
func TestIncomingWebhooksDoNotEdit(t *testing.T) {
	sink := sinktest.HTTP(t)
	c := load(t, fmt.Sprintf(`
route: {receiver: all}
receivers:
- name: all
  slack_configs:
  - {api_url: '%[1]s/slack/T/B/X'}
  - {app_token: xoxb-secret-token, app_url: '%[1]s/slack/api/chat.postMessage', channel: C1}
`, sink.URL))
	for name, edits := range map[string]bool{"slack-0": false, "slack-1": true} {
		i := integration(t, c, name)
		r := i.Reply(t.Context(), notification(name, sinktest.Incident()), notify.Remarks{}, sinktest.Now(), notify.Post{})
		if i.Edits() != edits || r.Outcome != notify.Sent || (r.Post != notify.Post{}) != edits {
			t.Errorf("%s edits: %v, %+v", name, i.Edits(), r)
		}
	}
	var tokens []string
	for _, m := range sink.Messages() {
		tokens = append(tokens, m.Path+" "+strings.Join(m.Header["Authorization"], ""))
	}
	slices.Sort(tokens)
	if want := []string{"/slack/T/B/X ", "/slack/api/chat.postMessage Bearer xoxb-secret-token"}; !slices.Equal(tokens, want) {
		t.Errorf("got %q", tokens)
	}
}

// Alertmanager's switch for edits is taken, though a bot always edits.
func TestUpdateMessageIsTaken(t *testing.T) {
	c := load(t, "route: {receiver: all}\nreceivers:\n- name: all\n  slack_configs:\n  - {api_url: 'https://slack.com/api/chat.postMessage', update_message: true, channel: C1, http_config: {authorization: {credentials: x}}}\n")
	if !integration(t, c, "slack-0").Edits() {
		t.Error("it does not edit")
	}
}
