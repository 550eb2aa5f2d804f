package notify_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// send makes one try with the channel of the conformance suite.
func send(t *testing.T, i *notify.Integration) notify.Result {
	t.Helper()
	got := i.Send(t.Context(), notification(i.Name, sinktest.Incident()), notify.Remarks{}, sinktest.Now())
	if (got.Err == nil) != (got.Outcome == notify.Sent) {
		t.Errorf("%s: %s with the error %v", i, got.Outcome, got.Err)
	}
	for _, secret := range []string{"secret-token", "secret-topic", "/slack/T/B/X", "/discord/1/x", "/mattermost/x", "/teams/x", "http://"} {
		if got.Err != nil && strings.Contains(got.Err.Error(), secret) {
			t.Errorf("%s: the error shows %q: %v", i, secret, got.Err)
		}
	}
	return got
}

// TestEveryChannelConforms: what each answer of a channel means.
func TestEveryChannelConforms(t *testing.T) {
	http := sinktest.HTTP(t)
	c, err := notify.Load(dir(sinktest.Channels(http.URL, "127.0.0.1:1")), notify.Options{Deadline: 20 * time.Second, Channels: ours(http.URL)})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range c.Receivers()[0].Integrations {
		if i.Kind == "email" {
			continue
		}
		t.Run(i.Name, func(t *testing.T) {
			for status, want := range map[int]notify.Outcome{
				0: notify.Sent, 200: notify.Sent, 202: notify.Sent,
				400: notify.Rejected, 401: notify.Rejected, 403: notify.Rejected, 404: notify.Rejected, 413: notify.Rejected,
				429: notify.Failed, 500: notify.Failed, 502: notify.Failed, 503: notify.Failed,
			} {
				http.Answer(sinktest.Always(sinktest.Answer{Status: status}))
				if got := send(t, i); got.Outcome != want || status == 429 && got.RetryAfter != 30*time.Second {
					t.Errorf("%d: %s, wait %s (%v), want %s", status, got.Outcome, got.RetryAfter, got.Err, want)
				}
			}
			http.Answer(sinktest.Always(sinktest.Answer{LostAck: true}))
			if got := send(t, i); got.Outcome != notify.Uncertain {
				t.Errorf("closed without an answer: %s %v", got.Outcome, got.Err)
			}
			http.Answer(sinktest.Always(sinktest.Answer{Slow: 200 * time.Millisecond}))
			if got := send(t, i); got.Outcome != notify.Sent {
				t.Errorf("slow: %s %v", got.Outcome, got.Err)
			}
			waits(t, http, i)
		})
	}
}

// waits tries Retry-After in both forms, and one that is too long.
func waits(t *testing.T, sink *sinktest.Sink, i *notify.Integration) {
	t.Helper()
	date := time.Now().Add(10 * time.Minute).UTC().Format(http.TimeFormat)
	for header, want := range map[string]time.Duration{"7": 7 * time.Second, date: 10 * time.Minute, "86400": time.Hour} {
		for _, status := range []int{429, 503} {
			sink.Answer(sinktest.Always(sinktest.Answer{Status: status, RetryAfter: header}))
			if got := send(t, i); got.Outcome != notify.Failed || got.RetryAfter > want || got.RetryAfter < want-time.Minute || got.RetryAfter == 0 {
				t.Errorf("%d, Retry-After %s: %s, wait %s, want %s", status, header, got.Outcome, got.RetryAfter, want)
			}
		}
	}
}

// otherChannels are those of Alertmanager's file that the suite leaves out.
const otherChannels = `
route: {receiver: all}
receivers:
- name: all
  opsgenie_configs: [{api_url: '%[1]s/opsgenie', api_key: secret-token}]
  victorops_configs: [{api_url: '%[1]s/victorops', api_key: secret-token, routing_key: desk}]
  webex_configs: [{api_url: '%[1]s/webex', room_id: desk, http_config: {authorization: {credentials: secret-token}}}]
  rocketchat_configs: [{api_url: '%[1]s', channel: desk, token: secret-token, token_id: id}]
  jira_configs: [{api_url: '%[1]s/jira', project: DESK, issue_type: Task}]
  incidentio_configs: [{url: '%[1]s/incidentio', alert_source_token: secret-token}]
  msteams_configs: [{webhook_url: '%[1]s/teams/x'}]
`

// The other channels of Alertmanager's file wait as long as they are asked to as well.
func TestEveryOtherChannelWaits(t *testing.T) {
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 429, RetryAfter: "7"}))
	c := load(t, fmt.Sprintf(otherChannels, sink.URL))
	all := c.Receivers()[0].Integrations
	if len(all) != 7 {
		t.Errorf("%d channels", len(all))
	}
	for _, i := range all {
		if got := send(t, i); got.Outcome != notify.Failed || got.RetryAfter != 7*time.Second {
			t.Errorf("%s: %s, wait %s (%v)", i.Name, got.Outcome, got.RetryAfter, got.Err)
		}
	}
}

// TestEveryChannelEndsAtTheDeadline: a channel that never answers may have the message.
func TestEveryChannelEndsAtTheDeadline(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	http.Answer(sinktest.Always(sinktest.Answer{Hang: true}))
	smtp.Answer(sinktest.Always(sinktest.Answer{Hang: true}))
	c, err := notify.Load(dir(sinktest.Channels(http.URL, smtp.URL)), notify.Options{Deadline: 3 * time.Second, Channels: ours(http.URL)})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range c.Receivers()[0].Integrations {
		t.Run(i.Name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			if got := send(t, i); got.Outcome != notify.Uncertain {
				t.Errorf("%s %v", got.Outcome, got.Err)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// TestMailConforms: what each answer of a mail server means, at every stage.
func TestMailConforms(t *testing.T) {
	for _, tc := range []struct {
		name  string
		stage string
		code  int
		after sinktest.Answer
		want  notify.Outcome
	}{
		{"accepted", "", 0, sinktest.Answer{}, notify.Sent},
		{"closed for the moment", sinktest.Greeting, 421, sinktest.Answer{}, notify.Failed},
		{"closed for good", sinktest.Greeting, 554, sinktest.Answer{}, notify.Rejected},
		{"silent from the start", sinktest.Greeting, 0, sinktest.Answer{}, notify.Uncertain},
		{"mailbox busy", sinktest.Recipient, 451, sinktest.Answer{}, notify.Failed},
		{"no such mailbox", sinktest.Recipient, 550, sinktest.Answer{}, notify.Rejected},
		{"later", "", 0, sinktest.Answer{Status: 451}, notify.Failed},
		{"refused", "", 0, sinktest.Answer{Status: 554}, notify.Rejected},
		{"too large", "", 0, sinktest.Answer{Status: 552}, notify.Rejected},
		{"closed without an answer", "", 0, sinktest.Answer{LostAck: true}, notify.Uncertain},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			smtp := sinktest.SMTP(t)
			deadline := 20 * time.Second
			if tc.stage != "" {
				smtp.Refuse(tc.stage, tc.code)
			}
			if tc.want == notify.Uncertain {
				deadline = 3 * time.Second
			}
			smtp.Answer(sinktest.Always(tc.after))
			c, err := notify.Load(dir(sinktest.Channels("http://127.0.0.1:1", smtp.URL)), notify.Options{Deadline: deadline})
			if err != nil {
				t.Fatal(err)
			}
			if got := send(t, integration(t, c, "email-0")); got.Outcome != tc.want {
				t.Errorf("%s (%v), want %s", got.Outcome, got.Err, tc.want)
			}
		})
	}
}

// TestMailIsEncrypted: where TLS is required the mail leaves encrypted or not at all,
// and what did not leave is no repeat when it is tried again.
func TestMailIsEncrypted(t *testing.T) {
	secure, certificate := sinktest.STARTTLS(t)
	open := sinktest.SMTP(t)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		sink *sinktest.Sink
		tls  string
		want notify.Outcome
	}{
		"known":       {secure, "{ca_file: '" + authority + "'}", notify.Sent},
		"unknown":     {secure, "{}", notify.Failed},
		"not offered": {open, "{}", notify.Failed},
	} {
		alerting := fmt.Sprintf("global: {smtp_smarthost: '%s', smtp_from: f@desk.example}\nroute: {receiver: all}\nreceivers: [{name: all, email_configs: [{to: d@desk.example, tls_config: %s}]}]\n", tc.sink.URL, tc.tls)
		c, err := notify.Load(dir(alerting), notify.Options{Deadline: 20 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		before := len(tc.sink.Messages())
		got := send(t, integration(t, c, "email-0"))
		if got.Outcome != tc.want || (len(tc.sink.Messages()) > before) != (tc.want == notify.Sent) {
			t.Errorf("%s: %s (%v), want %s", name, got.Outcome, got.Err, tc.want)
		}
	}
}
