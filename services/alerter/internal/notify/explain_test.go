package notify_test

import (
	"strings"
	"testing"

	"faultline/services/alerter/internal/notify"
)

// What Alertmanager's reader refuses is told as our own faults are: all of it at
// once, each with its place and what to write.
func TestFaultsHavePlaceAndRemedy(t *testing.T) {
	const receivers = "receivers:\n- name: desk\n- name: duty\n"
	for name, tc := range map[string]struct{ text, want string }{
		"misspelt keys": {"route:\n  reciever: desk\n  group_wat: 5s\n" + receivers, `
			2:3: unknown key "reciever"; did you mean "receiver"?
			3:3: unknown key "group_wat"; did you mean "group_wait"?`},
		"keys of blocks and channels": {"global: {smtp_smarthos: 'h:25'}\nroute: {receiver: desk, routes: [{matcher: ['a=\"b\"']}]}\nreceivers:\n- name: desk\n  slack_config:\n  - {}\n  webhook_configs:\n  - url: http://x.example\n    http_config:\n      proxy_ur: x\n      basic_auth: {usrname: x}\n", `
			1:10: unknown key "smtp_smarthos"; did you mean "smtp_smarthost"?
			2:35: unknown key "matcher"; did you mean "matchers"?
			5:3: unknown key "slack_config"; did you mean "slack_configs"?
			10:7: unknown key "proxy_ur"; did you mean "proxy_url"?
			11:20: unknown key "usrname"; did you mean "username"?`},
		"a key like none": {"route: {receiver: desk}\nincidents_and_more: 1\n" + receivers, `
			2:1: unknown key "incidents_and_more"; the keys here are event_recorder, global, inhibit_rules, mute_time_intervals, receivers, route, templates, time_intervals, tracing`},
		"durations": {"route: {receiver: desk, group_wait: 5 minutes, repeat_interval: [1h]}\n" + receivers, `
			1:37: group_wait: 5 minutes is no duration; write a number and its unit: 30s, 5m, 4h or 1d
			1:65: repeat_interval: [1h] is no duration; write a number and its unit: 30s, 5m, 4h or 1d`},
		"receivers": {"route:\n  receiver: dsk\n  routes:\n  - receiver: nobody-here\n" + receivers, `
			2:13: there is no receiver "dsk"; did you mean "desk"?
			4:15: there is no receiver "nobody-here"; there are desk, duty`},
		"no receivers": {"route: {receiver: desk}\n", `
			1:19: there is no receiver "desk"; define it`},
		"time intervals": {"route:\n  receiver: desk\n  routes:\n  - mute_time_intervals: [nihgt]\n" + receivers + "time_intervals: [{name: night}]\n", `
			4:27: there is no time interval "nihgt"; did you mean "night"?`},
		"matchers": {"route:\n  receiver: desk\n  routes:\n  - matchers: ['severity high', 'region=~\"(\"']\n  - matchers: severity=\"high\"\n" + receivers, `
			4:16: matchers: "severity high" is no matcher: bad matcher format: severity high; write a label, an operator (=, !=, =~, !~) and a value, such as severity=~"high|critical"
			4:33: matchers: "region=~\"(\"" is no matcher: error parsing regexp: missing closing ): '^(?:()$'; write a label, an operator (=, !=, =~, !~) and a value, such as severity=~"high|critical"
			5:15: matchers: this is no list; write a list: a line that begins with - for each, or [a, b]`},
		"a smarthost without a port": {"global:\n  smtp_smarthost: 127.0.0.1\nroute: {receiver: desk}\n" + receivers, `
			2:3: address 127.0.0.1: missing port in address; smtp_smarthost wants a port, such as mail.example.org:587`},
		"the reader's own words": {"route: {receiver: desk}\nreceivers:\n- name: desk\n  email_configs: [{to: a@b.c}]\n", `
			4:3: no global SMTP smarthost set; write smarthost here, or smtp_smarthost under global, such as mail.example.org:587`},
		"what is not supported": {"global: {resolve_timeout: 5m}\nfoo: 1\ntracing: {}\nroute:\n  receiver: desk\n  routes:\n  - labels: {team: x}\nreceivers:\n- name: desk\n  labels: {team: x}\n  telegram_configs: [{bot_token: x, chat_id: 1, parse_mode: Markdown}]\ninhibit_rules:\n- source_matchers: ['change=new']\n", `
			1:10: resolve_timeout has no meaning: incidents end when they are closed, never by a time-out; remove it
			2:1: unknown key "foo"; the keys here are event_recorder, global, inhibit_rules, mute_time_intervals, receivers, route, templates, time_intervals, tracing
			3:1: tracing is not supported; remove it
			7:5: labels of a route are not supported yet; remove them
			10:3: labels of receiver "desk" are not supported; remove them
			11:49: parse_mode "Markdown" cannot show the default message, which is HTML; remove parse_mode, or write a message of your own
			13:3: inhibit_rules: the source has the label "change", which an open incident does not keep; match "severity", "region" or another label that lasts; the target may have "change"`},
		"numbers and switches": {"route: {receiver: desk}\nreceivers:\n- name: desk\n  telegram_configs:\n  - bot_token: x\n    chat_id: abc\n    disable_notifications: never\n", `
			6:14: chat_id: abc is no number; write a whole number, without quotes
			7:28: disable_notifications: never is neither true nor false; write true or false`},
		"what is right beside it": {"route: {receiver: desk}\nreceivers:\n- name: desk\n  webhook_configs:\n  - url: http://x.example/\n    send_resolved: yes\n    timeout: 10s\n    max_alerts: many\n    http_config: {tls_config: {min_version: TLS12}}\n  pushover_configs: [{user_key: a, token: b, retry: 30s}]\n", `
			8:17: max_alerts: many is no number; write a whole number, without quotes`},
		"a weekday": {"route: {receiver: desk}\n" + receivers + "time_intervals:\n- name: night\n  time_intervals:\n  - weekdays: [saturday, mon]\n", `
			8:26: mon is not a valid weekday; write a day in full, or a span such as monday:friday`},
		"an hour": {"route: {receiver: desk}\n" + receivers + "time_intervals:\n- name: night\n  time_intervals:\n  - times: [{start_time: '08:00', end_time: '25:00'}]\n", `
			8:46: couldn't parse timestamp 25:00, invalid format; write hours and minutes, such as 08:00; 24:00 is the end of a day`},
		"a span over midnight": {"route: {receiver: desk}\n" + receivers + "time_intervals:\n- name: night\n  time_intervals:\n  - times: [{start_time: '22:00', end_time: '06:00'}]\n", `
			8:14: start time cannot be equal or greater than end time; a span over midnight is two: 22:00 to 24:00 and 00:00 to 06:00`},
		"a scheme": {"route: {receiver: desk}\nreceivers:\n- name: desk\n  webhook_configs:\n  - url: ftp://x.example/\n", `
			5:10: invalid URL: unsupported scheme "ftp" for URL; write an address that begins with http:// or https://`},
		"twice": {"route: {receiver: desk}\nreceivers: [{name: desk}, {name: desk}]\n", `
			2:34: there is a "desk" above; give each a name of its own`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := notify.Load(dir(tc.text), notify.Options{})
			if err == nil {
				t.Fatal("loaded")
			}
			var want []string
			for line := range strings.Lines(strings.TrimSpace(tc.want)) {
				want = append(want, "test/alerting.yaml:"+strings.TrimSpace(line))
			}
			if got := strings.ReplaceAll(err.Error(), "`", "'"); got != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
			}
		})
	}
}
