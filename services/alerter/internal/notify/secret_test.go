package notify_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/pkg/config"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// hook is the secret part of every address of TestSecretsStayHidden, token
// every other secret.
const (
	hook  = "hookSECRETkey"
	token = "tokenSECRET/+value"
)

// everyChannel has a secret in each place where a channel can have one.
func everyChannel(base, smtp, dir string) string {
	return fmt.Sprintf(`
global: {smtp_smarthost: '%[2]s', smtp_from: f@desk.example, smtp_require_tls: false, victorops_api_key: %[4]s, victorops_api_url: '%[1]s/victor/'}
route: {receiver: all, group_by: [incident], group_wait: 0s}
receivers:
- name: all
  webhook_configs:
  - {url: '%[1]s/webhook/%[3]s?key=%[3]s'}
  - {url: '%[1]s/plain', http_config: {authorization: {credentials: '%[4]s'}}}
  - {url: '%[1]s/plain', http_config: {basic_auth: {username: u, password: '%[4]s'}}}
  - {url: '%[1]s/plain', http_config: {http_headers: {X-Key: {secrets: ['%[4]s']}}}}
  - {url_file: '%[5]s/hook'}
  slack_configs:
  - {api_url: '%[1]s/services/T0/B0/%[3]s', channel: '#desk'}
  - {api_url_file: '%[5]s/hook', channel: '#desk'}
  telegram_configs:
  - {api_url: '%[1]s', bot_token: '1:%[3]s', chat_id: -100}
  - {api_url: '%[1]s', bot_token_file: '%[5]s/bot', chat_id: -100}
  discord_configs: [{webhook_url: '%[1]s/discord/1/%[3]s'}]
  mattermost_configs: [{webhook_url: '%[1]s/hooks/%[3]s'}]
  msteamsv2_configs: [{webhook_url: '%[1]s/teams/%[3]s'}]
  pagerduty_configs: [{url: '%[1]s/pager', routing_key: '%[4]s'}]
  opsgenie_configs: [{api_url: '%[1]s/genie', api_key: '%[4]s'}]
  victorops_configs: [{routing_key: x}]
  rocketchat_configs: [{api_url: '%[1]s/rocket', token_id: '%[4]s', token: '%[4]s', channel: x}]
  webex_configs: [{api_url: '%[1]s/webex', room_id: x, http_config: {authorization: {credentials: '%[4]s'}}}]
  pushover_configs: [{user_key: '%[4]s', token: '%[4]s', http_config: {proxy_url: '%[1]s'}}] # its address is fixed
  incidentio_configs: [{url: '%[1]s/io', alert_source_token: '%[4]s'}]
  sns_configs: [{api_url: '%[1]s/sns', topic_arn: 'arn:aws:sns:x:1:y', sigv4: {region: x, access_key: '%[4]s', secret_key: '%[4]s'}}]
  wechat_configs: [{api_url: '%[1]s/wechat/', api_secret: '%[4]s', corp_id: x, to_user: x}]
  jira_configs: [{api_url: '%[1]s/rest/api/2/', project: x, issue_type: x, http_config: {basic_auth: {username: u, password: '%[4]s'}}}]
  email_configs: [{to: d@desk.example, auth_username: u, auth_password: '%[4]s'}]
`, base, smtp, hook, token, dir)
}

// everyOther has one in each of the channels that Alertmanager's file has no word for.
func everyOther(base string) []notify.Channels {
	return []notify.Channels{{
		Receiver:     "all",
		Matrix:       []notify.MatrixConfig{{Homeserver: base, Room: "!desk:sink.example", AccessToken: token}},
		Ntfy:         []notify.NtfyConfig{{URL: config.Secret(base + "/ntfy/" + hook), Token: token}},
		Alertmanager: []notify.PeerConfig{{URL: base, Token: token}},
	}}
}

// echo answers with a status and says back all that it was asked, as careless
// servers and proxies do.
func echo(t *testing.T, status int) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client has gone
		}
		user, password, _ := r.BasicAuth()
		form, err := url.ParseQuery(string(body))
		if err != nil {
			form = nil
		}
		w.WriteHeader(status)
		if _, err := fmt.Fprintf(w, "no %s%s %s %v %s %s %s\n%s", r.Host, r.URL.Path, r.RequestURI, r.Header, user, password, form.Get("token"), body); err != nil {
			return
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// TestSecretsStayHidden: whatever a channel answers, neither the error nor a log
// line shows a token or the address of a hook.
func TestSecretsStayHidden(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 429, 500, 503, 301} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			server, files := echo(t, status), t.TempDir()
			for name, text := range map[string]string{"hook": server.URL + "/file/" + hook + "\n", "bot": "1:" + hook + "\n"} {
				if err := os.WriteFile(filepath.Join(files, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var log bytes.Buffer
			c, err := notify.Load(dir(everyChannel(server.URL, "127.0.0.1:1", files)), notify.Options{Deadline: 2 * time.Second, Channels: everyOther(server.URL),
				Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
			if err != nil {
				t.Fatal(err)
			}
			all := c.Receivers()[0].Integrations
			if len(all) != 26 {
				t.Fatalf("%d integrations", len(all))
			}
			for _, i := range all {
				got := i.Send(t.Context(), notification(i.Name, sinktest.Incident()), notify.Remarks{}, sinktest.Now())
				if got.Err == nil {
					t.Errorf("%s: %s without an error", i.Name, got.Outcome)
					continue
				}
				quiet(t, i.Name, got.Err.Error())
				quiet(t, i.Name+" in the log", log.String())
				log.Reset()
			}
		})
	}
}

func quiet(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{hook, "SECRET", token, url.QueryEscape(token)} {
		if strings.Contains(text, secret) {
			t.Errorf("%s shows %q: %s", where, secret, text)
		}
	}
}

// TestLoadHidesSecrets: a mistake beside a secret is told without it.
func TestLoadHidesSecrets(t *testing.T) {
	for name, receiver := range map[string]string{
		"scheme":      "slack_configs: [{api_url: 'htps://hooks.example/" + hook + "'}]",
		"no url":      "slack_configs: [{api_url: '::" + hook + "'}]",
		"bad escape":  "webhook_configs: [{url: 'https://x.example/%zz" + hook + "'}]",
		"bad port":    "discord_configs: [{webhook_url: 'https://x.example:port/" + hook + "'}]",
		"list":        "telegram_configs: [{bot_token: ['" + hook + "'], chat_id: 1}]",
		"map":         "pagerduty_configs: [{routing_key: {a: '" + hook + "'}}]",
		"both":        "telegram_configs: [{bot_token: '" + hook + "', bot_token_file: /x, chat_id: 1}]",
		"unknown key": "slack_configs: [{api_url: 'https://x.example/" + hook + "', chanel: x}]",
	} {
		_, err := notify.Load(dir("route: {receiver: a}\nreceivers:\n- name: a\n  "+receiver+"\n"), notify.Options{})
		if err == nil {
			t.Errorf("%s: no fault", name)
			continue
		}
		quiet(t, name, err.Error())
	}
}
