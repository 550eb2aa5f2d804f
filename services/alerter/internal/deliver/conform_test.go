package deliver_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// everyChannel are the receivers of the conformance suite and a fallback.
func everyChannel(t *testing.T, http, smtp, fallback string) []notify.Receiver {
	t.Helper()
	alerting := sinktest.Channels(http, smtp) + "- {name: fallback, webhook_configs: [{url: '" + fallback + "/webhook'}]}\n"
	dir := config.NewDir(config.Layer{Name: "test", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(alerting)}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(dir, notify.Options{Deadline: 20 * time.Second, Channels: []notify.Channels{{
		Receiver:     "all",
		Matrix:       []notify.MatrixConfig{{Homeserver: http, Room: "!desk:sink.example", AccessToken: "secret-token"}},
		Ntfy:         []notify.NtfyConfig{{URL: config.Secret(http + "/ntfy/secret-topic"), Token: "secret-token"}},
		Alertmanager: []notify.PeerConfig{{URL: http + "/peer", Token: "secret-token"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Receivers()
}

// TestEveryChannelIsDelivered: through every channel, what fails for the moment arrives
// once, and what is refused goes to the fallback receiver and is a dead letter, without
// a secret in anything that is written down, even when the server says it back.
func TestEveryChannelIsDelivered(t *testing.T) {
	t.Parallel()
	http, smtp, fallback := sinktest.HTTP(t), sinktest.SMTP(t), sinktest.HTTP(t)
	var log lines
	b := bustest.Start(t)
	d := open(t, b, "route: {receiver: all}\nreceivers: [{name: all}]\n", func(o *deliver.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	receivers := everyChannel(t, http.URL, smtp.URL, fallback.URL)
	channels := receivers[0].Integrations
	answer := func(httpStatus, smtpCode int) {
		http.AnswerEach(func(m sinktest.Message) sinktest.Answer {
			return sinktest.Answer{Status: httpStatus, Body: echo(httpStatus, m)}
		})
		smtp.Answer(sinktest.Always(sinktest.Answer{Status: smtpCode}))
	}
	all := func(outcome string) func() bool {
		return func() bool {
			for _, i := range channels {
				if d.count("all", i.Name, outcome) < 1 {
					return false
				}
			}
			return true
		}
	}
	answer(403, 554)
	d.pool.Set(deliver.Targets{Receivers: receivers, Fallback: "fallback", Limits: deliver.Limits{PerMinute: 600}})
	var refused []string
	for _, i := range channels {
		refused = append(refused, d.publish("all", i.Name, "refused-"+i.Name, time.Now()).ID)
	}
	sinktest.Wait(t, "every channel has refused", all("rejected"))
	sinktest.Wait(t, "all are dead letters and with the fallback", func() bool { return len(d.deadLetters()) == len(channels) && len(fallback.Messages()) == len(channels) })
	answer(500, 451)
	for _, i := range channels {
		d.publish("all", i.Name, "later-"+i.Name, time.Now())
	}
	sinktest.Wait(t, "every channel has failed", all("failed"))
	http.Answer(sinktest.Always(sinktest.Answer{}))
	smtp.Answer(sinktest.Always(sinktest.Answer{}))
	sinktest.Wait(t, "every channel has sent", all("sent"))
	for _, i := range channels {
		if got := d.count("all", i.Name, "sent"); got != 1 {
			t.Errorf("%s has sent %v", i.Name, got)
		}
	}
	for where, text := range written(t, d, b, refused, fallback) {
		hidden(t, where, text)
	}
	hidden(t, "the log", log.String())
}

// echo is a refusal that says back what it was asked.
func echo(status int, m sinktest.Message) string {
	asked := strconv.Quote(fmt.Sprint(m.Path, " ", m.Header["Authorization"], " ", m.Body))
	return fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%s,"error":%s}`, status, asked, asked)
}

// written is all that is kept of the notifications.
func written(t *testing.T, d *desk, b *bus.Bus, ids []string, fallback *sinktest.Sink) map[string]string {
	t.Helper()
	var marks bytes.Buffer
	bucket, err := b.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		mark, err := bucket.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		marks.Write(mark.Value)
	}
	families, err := d.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"the dead letters": fmt.Sprintf("%+v", d.deadLetters()), "the fallback": fmt.Sprintf("%+v", fallback.Messages()),
		"the marks": marks.String(), "the metrics": fmt.Sprint(families),
	}
}

func hidden(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{"secret-token", "secret-topic", "/slack/T/B/X", "/discord/1/x", "/mattermost/x", "/teams/x"} {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%s shows %q: %s", where, secret, text[max(0, at-100):min(len(text), at+100)])
		}
	}
}

// TestEveryChannelHasItsLine: the table of docs/delivery.md names every channel of the
// suite, and says of each whether its readers are spared a repeat as the code has it.
func TestEveryChannelHasItsLine(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../../docs/delivery.md")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{
		"webhook-0": "webhook", "slack-0": "Slack by an incoming webhook", "slack-1": "Slack by a bot", "telegram-0": "Telegram", "email-0": "e-mail", "discord-0": "Discord",
		"mattermost-0": "Mattermost", "msteamsv2-0": "Teams", "pagerduty-0": "PagerDuty", "matrix-0": "Matrix", "ntfy-0": "ntfy", "alertmanager-0": "another Alertmanager",
	}
	for _, i := range everyChannel(t, "http://127.0.0.1:1", "127.0.0.1:1", "http://127.0.0.1:1")[0].Integrations {
		row := ""
		for _, line := range strings.Split(string(page), "\n") {
			cells := strings.Split(line, " | ")
			if len(cells) == 3 && slices.Contains(strings.Split(strings.TrimPrefix(cells[0], "| "), ", "), names[i.Name]) {
				row = cells[2]
			}
		}
		if row == "" {
			t.Errorf("%s has no line in the table", i.Name)
			continue
		}
		if spared := strings.HasPrefix(row, "none"); spared != i.Idempotent() {
			t.Errorf("%s: the table says %q, the code %v", i.Name, row, i.Idempotent())
		}
	}
}
