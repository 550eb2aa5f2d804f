package notify_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

func TestRetryAfter(t *testing.T) {
	http := sinktest.HTTP(t)
	c := loadAll(t, http.URL, "127.0.0.1:1")
	for _, tc := range []struct {
		name   string
		answer sinktest.Answer
		want   time.Duration
	}{
		{"webhook-0", sinktest.Answer{Status: 429, RetryAfter: "7"}, 7 * time.Second},
		{"webhook-0", sinktest.Answer{Status: 503, RetryAfter: "7"}, 7 * time.Second},
		{"webhook-0", sinktest.Answer{Status: 429, RetryAfter: "-5"}, 30 * time.Second},
		{"webhook-0", sinktest.Answer{Status: 429, RetryAfter: "99999999"}, time.Hour},
		{"webhook-0", sinktest.Answer{Status: 429, RetryAfter: "soon"}, 30 * time.Second},
		{"telegram-0", sinktest.Answer{Status: 429, Body: `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 11","parameters":{"retry_after":11}}`}, 11 * time.Second},
		{"discord-0", sinktest.Answer{Status: 429, Body: `{"message":"rate limited","retry_after":2.5}`}, 2500 * time.Millisecond},
	} {
		http.Answer(sinktest.Always(tc.answer))
		got := integration(t, c, tc.name).Send(t.Context(), notification(tc.name, sinktest.Incident()), notify.Remarks{}, sinktest.Now())
		if got.Outcome != notify.Failed || got.RetryAfter != tc.want {
			t.Errorf("%s %+v: %s, wait %s, want %s", tc.name, tc.answer, got.Outcome, got.RetryAfter, tc.want)
		}
	}
}

// TestHangingTriesAreBounded: Alertmanager's sender of mail cannot be stopped, so that
// what hangs is left behind, and no more than some are.
func TestHangingTriesAreBounded(t *testing.T) {
	smtp := sinktest.SMTP(t)
	smtp.Answer(sinktest.Always(sinktest.Answer{Hang: true}))
	c, err := notify.Load(dir(sinktest.Channels("http://127.0.0.1:1", smtp.URL)), notify.Options{Deadline: 150 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	mail, busy := integration(t, c, "email-0"), notify.Result{}
	for range 12 {
		busy = mail.Send(t.Context(), notification("email-0", sinktest.Incident()), notify.Remarks{}, sinktest.Now())
	}
	if busy.Outcome != notify.Failed || !strings.Contains(busy.Err.Error(), "still hang") {
		t.Errorf("no bound on hanging tries: %+v", busy)
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	c := loadAll(t, "http://"+address, address)
	for _, name := range []string{"webhook-0", "slack-0", "telegram-0", "email-0", "discord-0"} {
		got := integration(t, c, name).Send(t.Context(), notification(name, sinktest.Incident()), notify.Remarks{}, sinktest.Now())
		if got.Outcome != notify.Failed {
			t.Errorf("%s: %s %v", name, got.Outcome, got.Err)
		}
		for _, secret := range []string{"secret-token", "/slack/T/B/X", "/discord/1/x"} {
			if strings.Contains(got.Err.Error(), secret) {
				t.Errorf("%s: the error shows a secret: %v", name, got.Err)
			}
		}
	}
}

// TestOddAnswers: a channel may answer anything.
func TestOddAnswers(t *testing.T) {
	http := sinktest.HTTP(t)
	c := loadAll(t, http.URL, "127.0.0.1:1")
	for body, want := range map[string]notify.Outcome{
		`{"ok":true}`:      notify.Uncertain, // Alertmanager's sender panics here
		`<html>502</html>`: notify.Uncertain,
		`{"ok":false}`:     notify.Failed,
		`{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`:                                                                         notify.Rejected,
		`{"ok":false,"error_code":403,"description":"Forbidden: something new"}`:                                                                            notify.Rejected,
		`{"ok":false,"error_code":500,"description":"Internal Server Error"}`:                                                                               notify.Failed,
		`{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}`: notify.Rejected,
	} {
		http.Answer(sinktest.Always(sinktest.Answer{Body: body}))
		got := integration(t, c, "telegram-0").Send(t.Context(), notification("telegram-0", sinktest.Incident()), notify.Remarks{}, sinktest.Now())
		if got.Outcome != want || got.Err == nil {
			t.Errorf("%s: %s %v, want %s", body, got.Outcome, got.Err, want)
		}
	}
	for body, want := range map[string]notify.Outcome{
		`{"ok":true}`: notify.Sent,
		`{"ok":false,"error":"channel_not_found"}`: notify.Rejected,
		`{"ok":false,"error":"ratelimited"}`:       notify.Failed,
		`{"ok":false,"error":"internal_error"}`:    notify.Failed,
		`nonsense`:                                 notify.Uncertain,
	} {
		http.Answer(sinktest.Always(sinktest.Answer{Body: body}))
		if got := integration(t, c, "slack-0").Send(t.Context(), notification("slack-0", sinktest.Incident()), notify.Remarks{}, sinktest.Now()); got.Outcome != want {
			t.Errorf("slack %s: %s %v, want %s", body, got.Outcome, got.Err, want)
		}
	}
}

func TestResolvedIsSentOnlyWhereAsked(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	closed := sinktest.Incident()
	closed.Change.Kind, closed.Status = event.ChangeClosed, event.StatusClosed
	for name, want := range map[string]notify.Outcome{"webhook-0": notify.Sent, "slack-0": notify.Sent, "email-0": notify.Skipped} {
		got := integration(t, c, name).Send(t.Context(), notification(name, closed), notify.Remarks{}, time.Now())
		if got.Outcome != want {
			t.Errorf("%s: %s, want %s", name, got.Outcome, want)
		}
	}
	for _, m := range http.Messages() {
		if m.Path == "/webhook" {
			mustContain(t, m.Body, `"status":"resolved"`)
		}
	}
}

func TestIdempotencyKeyIsTheNotification(t *testing.T) {
	http := sinktest.HTTP(t)
	c := loadAll(t, http.URL, "127.0.0.1:1")
	n := notification("webhook-0", sinktest.Incident())
	for range 2 {
		if got := integration(t, c, "webhook-0").Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); got.Err != nil {
			t.Fatal(got.Err)
		}
	}
	for _, m := range http.Messages() {
		if key := m.Header["Idempotency-Key"]; len(key) != 1 || key[0] != n.ID {
			t.Errorf("Idempotency-Key %v, want %s", key, n.ID)
		}
	}
}

func TestWebhookOptions(t *testing.T) {
	http := sinktest.HTTP(t)
	c := load(t, `
route: {receiver: all, group_by: [region]}
receivers:
- name: all
  webhook_configs:
  - url: '`+http.URL+`/hook/{{ .CommonLabels.country }}'
    max_alerts: 1
    timeout: 1s
    payload: {headline: '{{ (index .Alerts 0).Annotations.headline | toJson }}', count: '{{ len .Alerts }}'}
  - {url_file: /nonexistent/url}
`)
	second := sinktest.Incident()
	second.ID = "another"
	if got := integration(t, c, "webhook-0").Send(t.Context(), notification("webhook-0", sinktest.Incident(), second), notify.Remarks{}, sinktest.Now()); got.Err != nil {
		t.Fatal(got.Err)
	}
	m := http.Messages()[0]
	if m.Path != "/hook/KG" {
		t.Errorf("path %s", m.Path)
	}
	mustContain(t, m.Body, `Governor kidnapped`, `"count":1`)
	if got := integration(t, c, "webhook-1").Send(t.Context(), notification("webhook-1", second), notify.Remarks{}, sinktest.Now()); got.Outcome != notify.Failed {
		t.Errorf("a missing url_file is %s (%v), should be tried again", got.Outcome, got.Err)
	}
}

// TestMailThreads: the first mail opens a thread, later ones answer it.
func TestMailThreads(t *testing.T) {
	smtp := sinktest.SMTP(t)
	c := loadAll(t, "http://127.0.0.1:1", smtp.URL)
	first := notification("email-0", sinktest.Incident())
	second := notification("email-0", sinktest.Escalated())
	second.ID, second.Thread, second.Opening = "second", first.ID, first.Opening
	for _, n := range []event.Notification{first, second} {
		if got := integration(t, c, "email-0").Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); got.Err != nil {
			t.Fatal(got.Err)
		}
	}
	mails := smtp.Messages()
	if strings.Contains(mails[0].Body, "In-Reply-To") {
		t.Error("the first mail is an answer")
	}
	subject := "[HIGH] Governor kidnapped as crowd storms offices in Osh\r\n"
	mustContain(t, mails[0].Body, "Message-Id: <"+first.ID+"@desk.example>", "Subject: "+subject)
	mustContain(t, mails[1].Body, "Subject: Re: "+subject, "Message-Id: <second@desk.example>", "In-Reply-To: <"+first.ID+"@desk.example>", "References: <"+first.ID+"@desk.example>")
}

// Every message says when it was sent, and how far behind the outlet's own date is.
func TestTimesAreSaid(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	late := sinktest.Incident()
	late.Reports[0].Times.Published = late.Reports[0].Times.Seen.Add(-75 * time.Hour)
	for _, name := range []string{"webhook-0", "slack-0", "telegram-0", "email-0"} {
		sink := http
		if name == "email-0" {
			sink = smtp
		}
		before := len(sink.Messages())
		if r := integration(t, c, name).Send(t.Context(), notification(name, late), notify.Remarks{Delayed: "Delayed by 2 h 0 min."}, sinktest.Now()); r.Err != nil {
			t.Fatalf("%s: %v", name, r.Err)
		}
		mustContain(t, readable(t, sink.Messages()[before]), "The outlet dates this 3 days before it was seen. Delayed by 2 h 0 min.",
			"published 11 May 06:30:10 · seen 14 May 09:30:10 · assessed 09:30:10 · incident 09:30:11 · sent 09:30:12 UTC")
	}
}
