package alerter_test

import (
	"fmt"
	"strings"
	"testing"

	"faultline/services/alerter"
	"faultline/services/alerter/internal/sinktest"
)

// A test message goes through each channel as messages do, marked, and what a channel says is told with a
// remedy and without its secret.
func TestTryAReceiver(t *testing.T) {
	t.Parallel()
	http, mail := sinktest.HTTP(t), sinktest.SMTP(t)
	dir := files(map[string]string{"alerting.yaml": fmt.Sprintf(`
global: {smtp_smarthost: '%s', smtp_from: f@desk.example, smtp_require_tls: false}
route: {receiver: nobody}
receivers:
- name: nobody
- name: desk
  webhook_configs: [{url: '%[2]s/webhook'}]
  slack_configs: [{api_url: '%[2]s/slack/x'}]
  telegram_configs: [{api_url: '%[2]s', bot_token: '1:hidden-word', chat_id: -100}]
  email_configs: [{to: d@desk.example}]
  pagerduty_configs: [{url: '%[2]s/pagerduty', routing_key: 'other-hidden-word'}]
`, mail.URL, http.URL)})
	try := func(receiver string) (all []alerter.Trial, err error) {
		err = alerter.Try(t.Context(), alerter.Options{Config: dir, Settings: settings(t, dir), ExternalURL: "https://watch.example/desk"}, receiver, func(one alerter.Trial) error { all = append(all, one); return nil })
		return all, err
	}
	all, err := try("desk")
	if err != nil || len(all) != 5 {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, one := range all {
		if !one.Delivered {
			t.Errorf("%+v", one)
		}
	}
	if n := len(http.Messages()); n != 5 || len(mail.Messages()) != 1 { // the paging service is told that it is over
		t.Errorf("%d messages and %d mails", n, len(mail.Messages()))
	}
	for _, m := range append(http.Messages(), mail.Messages()...) {
		if body := strings.ReplaceAll(m.Body, "=\r\n", ""); !strings.Contains(body, "EXERCISE: TEST of the receiver desk: test message, nothing has happened") {
			t.Errorf("%s is sent %s", m.Path, body)
		}
	}
	if m := http.Messages()[4]; !strings.Contains(m.Body, `"externalURL":"https://watch.example/desk"`) {
		t.Errorf("templates know another address: %s", m.Body)
	}
	http.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if strings.HasPrefix(m.Path, "/bot") {
			return sinktest.Answer{Status: 401}
		}
		return sinktest.Answer{}
	})
	all, err = try("desk")
	if err != nil || len(all) != 5 {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, one := range all {
		if refused := one.Channel == "telegram-0"; one.Delivered == refused || refused && (one.Class != "credentials" || !strings.HasSuffix(one.Remedy, ": renew it") || one.Host == "") {
			t.Errorf("%+v", one)
		}
		if strings.Contains(fmt.Sprint(one), "hidden-word") {
			t.Errorf("a secret is told: %+v", one)
		}
	}
	http.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		return sinktest.Answer{LostAck: m.Path == "/pagerduty" && strings.Contains(m.Body, `"trigger"`)}
	})
	before := len(http.Messages())
	all, err = try("desk")
	if err != nil || len(all) != 5 || all[1].Delivered || !strings.Contains(all[1].Error, "it may have arrived") {
		t.Fatalf("%+v, %v", all, err)
	}
	if sent := http.Messages()[before:]; len(sent) != 5 || !strings.Contains(sent[1].Body, `"resolve"`) {
		t.Errorf("what may have been opened stays open: %+v", sent)
	}
	for receiver, want := range map[string]string{"nobody": `receiver "nobody" has no channel`, "dsk": `no receiver "dsk"; it has nobody, desk`} {
		if _, err := try(receiver); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", receiver, err)
		}
	}
}
