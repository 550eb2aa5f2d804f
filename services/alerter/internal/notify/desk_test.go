package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// What the desk did about an incident is read in every channel, the latest first,
// and is no more than text there.
func TestDeskActionsAreShown(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	in := sinktest.Incident()
	for i, comment := range []string{"first", "second", "third", "asked <!channel> at the office"} {
		in.Desk = append(in.Desk, event.DeskAction{Kind: event.DeskAcknowledged, By: "aida", Comment: comment, At: sinktest.Now().Add(time.Duration(i) * time.Minute)})
	}
	for _, r := range c.Receivers() {
		for _, i := range r.Integrations {
			sink := http
			if i.Kind == "email" {
				sink = smtp
			}
			before := len(sink.Messages())
			n := notification(i.Name, in)
			n.Alerts[0].Annotations["held"] = "Held back by a silence"
			if result := i.Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); result.Err != nil {
				t.Errorf("%s: %v", i.Name, result.Err)
				continue
			}
			text := readable(t, sink.Messages()[before])
			if !strings.Contains(text, "acknowledged by aida") || !strings.Contains(text, "at the office") || !strings.Contains(text, "Held back by a silence") || !strings.Contains(text, "second") {
				t.Errorf("%s does not show it:\n%s", i.Name, text)
			}
			if strings.Contains(text, "aida: first") || i.Kind == "slack" && strings.Contains(text, "<!channel>") {
				t.Errorf("%s shows too much:\n%s", i.Name, text)
			}
		}
	}
}

// That two incidents were made of one, or one of two, is read in every channel,
// alone and among others.
func TestSplitsAndMergesAreShown(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	said := event.DeskAction{Kind: event.DeskSplit, By: "aida", At: sinktest.Now()}
	part, rest, merged, joined := sinktest.Incident(), sinktest.Incident(), sinktest.Incident(), sinktest.Incident()
	part.ID, part.SplitFrom, part.Desk = "part", "rest", []event.DeskAction{said}
	part.Change = event.Change{Kind: event.ChangeNew, Reasons: []string{"was part of incident rest, " + said.String()}}
	rest.ID, rest.Split, rest.Desk = "rest", []string{"part"}, []event.DeskAction{said}
	rest.Change = event.Change{Kind: event.ChangeDesk, Reasons: []string{said.String() + ": incident part"}}
	merged.ID, merged.Change = "merged", event.Change{Kind: event.ChangeReport, Reasons: []string{"the same story as incident other"}}
	said.Kind = event.DeskMerged
	joined.ID, joined.Merged, joined.Desk = "joined", []string{"twin"}, []event.DeskAction{said}
	joined.Change = event.Change{Kind: event.ChangeDesk, Reasons: []string{said.String() + ": incident twin"}}
	many := []event.Incident{part, rest, merged, joined}
	for i := range 30 { // as many as mail lists
		in := sinktest.Incident()
		in.ID, in.Severity = fmt.Sprint("more", i), event.SeverityLow
		many = append(many, in)
	}
	words := []string{"was part of incident rest", "split by aida: incident part", "the same story as incident other", "merged by aida: incident twin"}
	for _, i := range c.Receivers()[0].Integrations {
		sink := http
		if i.Kind == "email" {
			sink = smtp
		}
		for n, incidents := range [][]event.Incident{{part}, {rest}, {merged}, {joined}, many[:4], many[:6], many} {
			before := len(sink.Messages())
			if result := i.Send(t.Context(), notification(i.Name, incidents...), notify.Remarks{}, sinktest.Now()); result.Err != nil {
				t.Fatalf("%s: %v", i.Name, result.Err)
			}
			text, wants := readable(t, sink.Messages()[before]), words
			if n < len(words) {
				wants = words[n : n+1]
			}
			for _, want := range wants {
				if !strings.Contains(text, want) {
					t.Errorf("%s does not say %q of %d:\n%.3000s", i.Name, want, len(incidents), text)
				}
			}
		}
	}
}

// The head of a message says what was done, and later ones that somebody has it in hand.
func TestHeadSaysWhoHasIt(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	later := acknowledged()
	later.Change = event.Change{Kind: event.ChangeReport, Reasons: []string{"further report by Wire"}}
	open := sinktest.Incident()
	open.Change = event.Change{Kind: event.ChangeDesk, Reasons: []string{"reopened by aida"}}
	open.Desk = []event.DeskAction{{Kind: event.DeskReopened, By: "aida", At: sinktest.Now()}}
	for want, in := range map[string]event.Incident{"ACKNOWLEDGED": acknowledged(), "NEW REPORT, ACKNOWLEDGED": later, "REOPENED": open} {
		for _, i := range c.Receivers()[0].Integrations {
			switch i.Kind {
			case "email", "webhook", "alertmanager", "pagerduty":
				continue
			}
			before := len(http.Messages())
			if result := i.Send(t.Context(), notification(i.Name, in), notify.Remarks{}, sinktest.Now()); result.Err != nil {
				t.Fatalf("%s: %v", i.Name, result.Err)
			}
			text := readable(t, http.Messages()[before])
			mustContain(t, text, want)
			if strings.Contains(text, "· DESK") || strings.Contains(text, "DESK:") {
				t.Errorf("%s: %s", i.Name, text)
			}
		}
	}
}
