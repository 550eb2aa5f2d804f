package bus

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// The streams.
const (
	Poll          = "POLL"          // one token per feed: work queue with message schedules
	Items         = "ITEMS"         // the archive of everything the feeds said
	Assessments   = "ASSESSMENTS"   // what the rules say about each item
	Incidents     = "INCIDENTS"     // every change of every incident, in order
	Groups        = "GROUPS"        // grouping timers: work queue with message schedules
	Notifications = "NOTIFICATIONS" // what is to be sent, one subject per notification
	Notices       = "NOTICES"       // what the watch itself has to tell: feeds, regions, network
	Feedback      = "FEEDBACK"      // what the desk says of items: true or false alarm
	DeadLetters   = "DLQ"           // pointers to what could not be handled, with reasons
	Canary        = "CANARY"        // one message per connection, overwritten by each health check
)

// The key-value buckets.
const (
	FeedState     = "feed_state"
	Subscriptions = "subscriptions"
	IncidentState = "incidents"
	GroupState    = "groups"
	Silences      = "silences"
	SentMarks     = "sent"
	RuleMarks     = "examples" // which rule sets passed their examples
)

// ItemSubject is where the items of a feed are published.
func ItemSubject(feed string) string { return "items." + Token(feed) }

// AssessmentSubject is where assessments are published. An empty country or
// category keeps its place in the subject.
func AssessmentSubject(country, category string) string {
	return "assessments." + Token(country) + "." + Token(category)
}

// IncidentSubject is where every change of one incident is published.
func IncidentSubject(region, incident string) string {
	return "incidents." + Token(region) + "." + Token(incident)
}

// IncidentFilter matches every change of one incident, in whatever region it was.
func IncidentFilter(incident string) string { return "incidents.*." + Token(incident) }

// NotificationSubject is where one notification is published. The id is part
// of the subject so that PublishOnce is exact for as long as the stream keeps
// the message, with no window as for message ids.
func NotificationSubject(receiver, integration, id string) string {
	return "notifications." + Token(receiver) + "." + Token(integration) + "." + Token(id)
}

// NoticeSubject is where notices of a kind about one feed, region or machine are
// published.
func NoticeSubject(kind, name string) string { return "notices." + Token(kind) + "." + Token(name) }

// NoticeFilter matches all notices of a kind.
func NoticeFilter(kind string) string { return "notices." + Token(kind) + ".*" }

// FeedbackSubject is where what the desk says of an item is published.
func FeedbackSubject(item string) string { return "feedback." + Token(item) }

// NotificationFilter matches all notifications of one integration.
func NotificationFilter(receiver, integration string) string {
	return "notifications." + Token(receiver) + "." + Token(integration) + ".*"
}

// Token turns any text into one subject token and key that NATS accepts, and
// that Text turns back. ASCII letters, digits, "-" and "_" stand for
// themselves, every other byte is "=" and two hexadecimal digits, and the
// empty text is "=".
func Token(text string) string {
	if text == "" {
		return "="
	}
	plain := 0
	for plain < len(text) && isPlain(text[plain]) {
		plain++
	}
	if plain == len(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + 16)
	for i := range len(text) {
		if isPlain(text[i]) {
			out.WriteByte(text[i])
		} else {
			fmt.Fprintf(&out, "=%02X", text[i])
		}
	}
	return out.String()
}

func isPlain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// Text is the text that Token made the token of. Any other token is an error.
func Text(token string) (string, error) {
	if token == "=" {
		return "", nil
	}
	var out strings.Builder
	for i := 0; i < len(token); i++ {
		switch c := token[i]; {
		case isPlain(c):
			out.WriteByte(c)
		case c == '=' && i+2 < len(token):
			b, err := hex.DecodeString(token[i+1 : i+3])
			if err != nil {
				return "", fmt.Errorf("token %q: %w", token, err)
			}
			out.Write(b)
			i += 2
		default:
			return "", fmt.Errorf("token %q: unexpected %q", token, c)
		}
	}
	if text := out.String(); Token(text) == token {
		return text, nil
	}
	return "", fmt.Errorf("token %q: not in the canonical form", token)
}
