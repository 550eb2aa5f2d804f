package notify

import (
	"strings"
	"unicode"

	"faultline/services/alerter/internal/alert"
)

// markup is the language a channel reads, which decides what has to be escaped
// before a template sees it.
type markup int

const (
	// raw is for machines, which take text as data.
	raw markup = iota
	// plain is for channels that show text as text, and for those whose templates
	// escape by themselves: HTML of e-mail, Telegram and Matrix.
	plain
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
	if m == raw {
		return text
	}
	return m.quote(defuse(text))
}

// quote takes the meaning from the characters that the markup gives one.
func (m markup) quote(text string) string {
	switch m {
	case slackText:
		return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	case markdown:
		return backslash(text, "\\`*_{}[]()#|~")
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

// breaker is a zero-width space. It is the only way to keep a client from making a
// mention, a tag or a link of plain text that holds in all of them.
const breaker = '\u200b'

// defuse breaks what clients make something of by themselves, whatever the markup:
// @names, #topics, /commands, tags, addresses, and names of hosts.
func defuse(text string) string {
	runes := []rune(text)
	var b strings.Builder
	b.Grow(len(text))
	for i, r := range runes {
		b.WriteRune(r)
		if begins(runes, i) {
			b.WriteRune(breaker)
		}
	}
	return b.String()
}

// begins reports whether the character at i and those after it begin what a client
// would act on.
func begins(text []rune, i int) bool {
	if i+1 == len(text) || unicode.IsSpace(text[i+1]) {
		return false
	}
	switch text[i] {
	case '@', '＠', '﹫', '#', '＃', '~', '<':
		return true
	case '/', '$': // a command, a currency, not a part of a word or of "1/2"
		return isWord(text, i+1) && !isWord(text, i-1)
	case ':', '：': // mailto:x, https://x, but not 9:30
		return isLetter(text, i-1)
	case '.', '。', '．', '｡': // host.name, but neither 3.5 nor p.m.
		return isWord(text, i-1) && isLetter(text, i+1) && isWord(text, i+2)
	}
	return false
}

func isLetter(text []rune, i int) bool { return i >= 0 && i < len(text) && unicode.IsLetter(text[i]) }

func isWord(text []rune, i int) bool {
	return isLetter(text, i) || i >= 0 && i < len(text) && (unicode.IsDigit(text[i]) || text[i] == '-' || text[i] == '_')
}

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
		return m.quote(safe)
	default:
		return safe
	}
}

// annotations escapes annotations: the addresses in "links", and those that lines of
// "details" begin with, as addresses, and everything else as text.
func (m markup) annotations(all map[string]string) map[string]string {
	out := make(map[string]string, len(all))
	for name, value := range all {
		if name != "links" && name != "details" {
			out[name] = m.escape(value)
			continue
		}
		var entries []string
		for _, entry := range lines(value) {
			l := parseLink(entry)
			switch address := m.address(l.URL); {
			case address != "":
				entries = append(entries, address+" "+m.escape(l.Text))
			case name == "details":
				entries = append(entries, m.escape(l.Text))
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
