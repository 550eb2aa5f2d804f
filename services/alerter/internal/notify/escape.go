package notify

import (
	"strings"

	"faultline/services/alerter/internal/alert"
)

// markup is the language a channel reads, which decides what has to be escaped
// before a template sees it.
type markup int

const (
	// raw is for channels that take text as text, and for those whose templates
	// escape by themselves: HTML of e-mail and Telegram.
	raw markup = iota
	// slackText is Slack's mrkdwn: https://docs.slack.dev/messaging/formatting-message-text.
	slackText
	// markdown is what Discord, Mattermost, Teams and others read.
	markdown
	// telegramV2 and telegramV1 are Telegram's MarkdownV2 and its older Markdown.
	telegramV2
	telegramV1
	// html is for senders that pass HTML through a text template.
	html
)

// escape makes text say in the markup what it says in plain text: nothing in it
// is a mention, a link of its own or formatting.
func (m markup) escape(text string) string {
	switch m {
	case slackText:
		return unmention(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text))
	case markdown:
		// "<" begins a tag, a mention or a link only when something follows at once.
		return unmention(strings.ReplaceAll(backslash(text, "\\`*_{}[]()#|~"), "<", "<\u200b"))
	case telegramV2:
		return backslash(text, "_*[]()~`>#+-=|{}.!\\")
	case telegramV1:
		return backslash(text, "_*`[")
	case html:
		return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;").Replace(text)
	default:
		return text
	}
}

// unmention breaks @here, @channel, @everyone and any @name by a zero-width
// space, the only way that holds in every client.
func unmention(text string) string { return strings.ReplaceAll(text, "@", "@\u200b") }

// backslash puts a backslash before each of the special characters. A line that
// begins like a heading, a quotation or a list is covered by them, but for "-"
// and "+", which our templates put there themselves.
func backslash(text, special string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// address escapes a link. Links are our own and have no markup left in them
// (see alert.SafeURL); a channel that reads entities wants its ampersands so.
func (m markup) address(link string) string {
	safe, _ := alert.SafeURL(link)
	switch m {
	case slackText, html:
		return strings.ReplaceAll(safe, "&", "&amp;")
	case telegramV2, telegramV1:
		return m.escape(safe)
	default:
		return safe
	}
}

// annotations escapes annotations: the addresses in "links" as addresses, and
// everything else as text.
func (m markup) annotations(all map[string]string) map[string]string {
	out := make(map[string]string, len(all))
	for name, value := range all {
		if name != "links" {
			out[name] = m.escape(value)
			continue
		}
		var entries []string
		for _, entry := range lines(value) {
			l := parseLink(entry)
			if address := m.address(l.URL); address != "" {
				entries = append(entries, address+" "+m.escape(l.Text))
			}
		}
		out[name] = strings.Join(entries, "\n")
	}
	return out
}

func (m markup) labels(all map[string]string) map[string]string {
	out := make(map[string]string, len(all))
	for name, value := range all {
		out[name] = m.escape(value)
	}
	return out
}
