package notify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// TestGolden holds what a desk sees, in every channel, of a new incident, of its
// escalation, a denial, and of a digest.
func TestGolden(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	drill := sinktest.Incident()
	drill.Exercise, drill.ID = true, "fedcba9876543210fedcba9876543210"
	var many []event.Incident
	for i := range 5 {
		in := sinktest.Incident()
		in.ID = fmt.Sprintf("%032d", i)
		in.Headline = fmt.Sprintf("%s (%d)", in.Headline, i)
		many = append(many, in)
	}
	// Within a digest: a story that comes again, one that has ended, and one without a place.
	again := sinktest.Escalated()
	many[0].Change, many[0].Severity = again.Change, again.Severity
	many[2].Change, many[2].Status = event.Change{Kind: event.ChangeClosed, Reasons: []string{"no report for 48h"}}, event.StatusClosed
	many[3].Place, many[3].Country, many[3].Casualties = nil, "", event.Casualties{}
	elsewhere := sinktest.Incident()
	elsewhere.Region = alert.Unplaced
	for name, incidents := range map[string][]event.Incident{
		"acknowledged": {acknowledged()}, "new": {sinktest.Incident()}, "escalated": {sinktest.Escalated()}, "denied": {sinktest.Denied()}, "exercise": {drill}, "digest": many, "elsewhere": {elsewhere},
	} {
		for _, i := range c.Receivers()[0].Integrations {
			channel, sink := i.Name, http
			if i.Kind == "email" {
				sink = smtp
			}
			before := len(sink.Messages())
			n := notification(channel, incidents...)
			if len(incidents) > 1 {
				n.GroupLabels = map[string]string{"region": incidents[0].Region}
				n.Alerts[1].Annotations["held"] = "Held back by a silence since 14 May 08:10 UTC."
			}
			result := i.Send(t.Context(), n, notify.Remarks{}, sinktest.Now())
			if result.Outcome != notify.Sent {
				t.Fatalf("%s: %v %v", channel, result.Outcome, result.Err)
			}
			golden(t, name+"."+strings.TrimSuffix(channel, "-0"), readable(t, sink.Messages()[before]))
		}
	}
}

// acknowledged is the incident after somebody took it in hand.
func acknowledged() event.Incident {
	in := sinktest.Incident()
	at := sinktest.Now().Add(5 * time.Minute)
	in.Desk = []event.DeskAction{{Kind: event.DeskAcknowledged, By: "aida", Comment: "calling the embassy", At: at}}
	in.Acknowledged, in.Updated, in.Revision = at, at, 2
	in.Change = event.Change{Kind: event.ChangeDesk, Reasons: []string{in.Desk[0].String()}}
	return in
}

// TestGoldenNotices holds what a desk sees of a feed that went quiet, and of many
// troubles at once.
func TestGoldenNotices(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	one := event.Notice{
		ID: "0123456789abcdef0123456789abcdef", Kind: event.NoticeFeedQuiet, Feed: "wire", Country: "KG", Severity: event.SeverityLow, Summary: "Wire has gone quiet",
		Detail: "Nothing new since 24 May 04:00 UTC, where 23 items were to be expected.", Remedy: "open the outlet's site", Since: sinktest.Now(),
	}
	over := one
	over.Over, over.Summary, over.Detail, over.Remedy = one.Since.Add(time.Hour), "Wire is in order again", "", ""
	var many []alert.Draft
	for i := range 5 {
		n := one
		n.ID, n.Feed, n.Summary = fmt.Sprintf("%032d", i), fmt.Sprintf("wire%d", i), fmt.Sprintf("Wire %d has gone quiet", i)
		many = append(many, alert.Notice(n))
	}
	for name, drafts := range map[string][]alert.Draft{"notice": {alert.Notice(one)}, "notice-over": {alert.Notice(over)}, "notices": many} {
		for _, channel := range []string{"webhook-0", "slack-0", "telegram-0", "email-0", "mattermost-0"} {
			i := integration(t, c, channel)
			sink := http
			if i.Kind == "email" {
				sink = smtp
			}
			before := len(sink.Messages())
			n := telling(channel, drafts...)
			n.GroupLabels = map[string]string{"alertname": "FeedQuiet"}
			if name == "notice-over" && i.Kind == "email" { // which sends no ends unless told to
				continue
			}
			if result := i.Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); result.Outcome != notify.Sent {
				t.Fatalf("%s: %v %v", channel, result.Outcome, result.Err)
			}
			golden(t, name+"."+i.Kind, readable(t, sink.Messages()[before]))
		}
	}
}

func TestRemarksAreShown(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	remarks := notify.Remarks{Repeat: "Perhaps a repeat", Delayed: "Delayed by 2 h", Fallback: "In place of slack-0"}
	for _, r := range c.Receivers() {
		for _, i := range r.Integrations {
			sink := http
			if i.Kind == "email" {
				sink = smtp
			}
			before := len(sink.Messages())
			if result := i.Send(t.Context(), notification(i.Name, sinktest.Incident()), remarks, sinktest.Now()); result.Err != nil {
				t.Fatalf("%s: %v", i, result.Err)
			}
			mustContain(t, readable(t, sink.Messages()[before]), remarks.Repeat, remarks.Delayed, remarks.Fallback)
		}
	}
}

// readable is a message as people would compare it: JSON indented, mail
// decoded, without what changes from run to run.
func readable(t *testing.T, m sinktest.Message) string {
	t.Helper()
	if m.Path == "smtp" {
		return readMail(t, m)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(strings.TrimSpace(m.Body)), "", "  "); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(out.String(), `\u003c`, "<")
	text = strings.ReplaceAll(strings.ReplaceAll(text, `\u003e`, ">"), `\u0026`, "&")
	if key := m.Header["Idempotency-Key"]; key != nil {
		text = "Idempotency-Key: " + key[0] + "\n" + text
	}
	return text + "\n"
}

func readMail(t *testing.T, m sinktest.Message) string {
	t.Helper()
	letter, err := mail.ReadMessage(strings.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(letter.Header)) {
		value, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get(name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "Date" || name == "Content-Type" {
			value = "..."
		}
		fmt.Fprintf(&out, "%s: %s\n", name, value)
	}
	_, params, err := mime.ParseMediaType(letter.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(letter.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "\n=== %s ===\n%s", part.Header.Get("Content-Type"), strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
}
