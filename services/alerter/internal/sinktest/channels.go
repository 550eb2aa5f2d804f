package sinktest

import "fmt"

// Channels is a configuration with one receiver that has every channel of the
// conformance suite of Alertmanager's file, each with no more than an address.
func Channels(http, smtp string) string {
	return fmt.Sprintf(`
global: {smtp_smarthost: '%[2]s', smtp_from: 'Faultline <faultline@desk.example>', smtp_require_tls: false}
route: {receiver: all, group_by: [incident], group_wait: 0s}
receivers:
- name: all
  webhook_configs: [{url: '%[1]s/webhook'}]
  slack_configs:
  - {api_url: '%[1]s/slack/T/B/X', channel: '#desk', send_resolved: true}
  - {app_token: xoxb-secret-token, app_url: '%[1]s/slack/api/chat.postMessage', channel: '#desk'}
  telegram_configs: [{api_url: '%[1]s', bot_token: '1:secret-token', chat_id: -100}]
  email_configs: [{to: 'desk@desk.example'}]
  discord_configs: [{webhook_url: '%[1]s/discord/1/x'}]
  mattermost_configs: [{webhook_url: '%[1]s/mattermost/x'}]
  msteamsv2_configs: [{webhook_url: '%[1]s/teams/x'}]
  pagerduty_configs: [{url: '%[1]s/pager', routing_key: secret-token}]
`, http, smtp)
}
