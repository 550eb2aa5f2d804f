package faultline

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// put publishes a document.
func put[T any](t *testing.T, b *bus.Bus, to bus.Message, encode func(*T) ([]byte, error), document T) {
	t.Helper()
	var err error
	if to.Data, err = encode(&document); err == nil {
		_, err = b.Publish(t.Context(), to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhy(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	b, now := server.Bus(), time.Now()
	item := event.Item{ID: "0123456789abcdef", URL: "https://example.org/1", Title: "Clash in Osh", Source: event.Source{Feed: "wire"}, Seen: now.Add(-time.Minute)}
	archive(t, b, item, event.Item{ID: "ffffffffffffffff", Title: "Bread", Source: event.Source{Feed: "wire"}})
	put(t, b, bus.Message{Subject: bus.AssessmentSubject("KG", "armed-clash"), ID: "a"}, func(a *event.Assessment) ([]byte, error) { return event.Encode(a) },
		event.Assessment{Item: item, Relevant: true, Severity: event.SeverityHigh, Score: 60, Assessed: now, Main: &event.Place{Name: "Osh", Country: "KG"}})
	put(t, b, bus.Message{Subject: bus.IncidentSubject("south", "i1"), ID: "i"}, func(i *event.Incident) ([]byte, error) { return event.Encode(i) },
		event.Incident{ID: "i1", Headline: "Clash in Osh", Status: event.StatusOpen, Change: event.Change{Kind: event.ChangeNew}, Reports: []event.Report{{Item: item.ID}}})
	put(t, b, bus.Message{Subject: bus.NotificationSubject("desk", "webhook-0", "n1"), ID: "n"}, func(n *event.Notification) ([]byte, error) { return event.Encode(n) },
		event.Notification{ID: "n1", Receiver: "desk", Integration: "webhook-0", Reason: "first", Created: now, Alerts: []event.Alert{{Incident: "i1"}}})
	bucket, err := b.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Put(t.Context(), "n1", []byte(`{"state":"sent","tries":1,"at":"2026-05-14T12:00:00Z"}`), 0); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"why", "https://example.org/1"}, {"why", item.ID}, {"why", "012345"}} {
		code, out, errs := call("", args...)
		for _, want := range []string{`from feed wire: "Clash in Osh"`, "relevant, high, score 60", "it made the incident new", "desk by webhook-0 (first)", "sent 14 May 12:00:00 UTC"} {
			if code != exitOK || !strings.Contains(out, want) {
				t.Errorf("%v: exit %d: no %q in\n%s%s", args, code, want, out, errs)
			}
		}
	}
	if _, out, _ := call("", "why", item.ID); strings.Count(out, "\n") < 5 || !strings.Contains(out, "\nassessed   ") {
		t.Errorf("the steps do not stand on lines of their own:\n%s", out)
	}
	if code, out, _ := call("", "why", "--json", item.ID); code != exitOK || !strings.Contains(out, `"state": "sent"`) {
		t.Errorf("exit %d: %s", code, out)
	}
	if code, out, _ := call("", "why", "ffffffffffffffff"); code != exitOK || !strings.Contains(out, "assessed   not yet") {
		t.Errorf("exit %d: %s", code, out)
	}
	if code, _, errs := call("", "why", "https://example.org/404"); code != exitFailed || !strings.Contains(errs, "no item https://example.org/404 in the archive of the last 30d; give its id or link") {
		t.Errorf("an item that is not there: exit %d: %s", code, errs)
	}
}
