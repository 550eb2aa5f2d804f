package faultline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/classifier"
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
	for _, args := range [][]string{{"why", "https://example.org/1"}, {"why", item.ID}, {"why", "012345"}, {"why", "HTTP://Example.org/1?utm_source=chat#comments"}, {"why", "www.example.org/1/"}} {
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
	if code, out, _ := call("", "why", "ffffffffffffffff"); code != exitOK || !strings.Contains(out, "assessed   not yet: no classifier has ever run") || !strings.Contains(out, "no phrase of them occurs in it") {
		t.Errorf("exit %d: %s", code, out)
	}
	story(t, b, event.Incident{ID: "abcdef1234567890", Region: "south", Headline: "Clash in Osh"})
	if code, _, errs := call("", "why", "abcdef12"); code != exitUsage || !strings.Contains(errs, "abcdef12 is an incident, and why tells of an item; faultline incidents show abcdef1234567890 shows it") {
		t.Errorf("an incident: exit %d: %s", code, errs)
	}
	if code, _, errs := call("", "why", "abcdef12", "--since", "1x"); code != exitUsage || !strings.HasPrefix(errs, `faultline: --since: "1x" is no duration`) {
		t.Errorf("no duration: exit %d: %s", code, errs)
	}
	if code, _, errs := call("", "why", "https://example.org/404"); code != exitFailed || !strings.Contains(errs, "no item https://example.org/404 in the archive of the last 30d; give its id or link") {
		t.Errorf("an item that is not there: exit %d: %s", code, errs)
	}
}

// A quiet item is said to be assessed once the classifier is done with it, with
// what the rules make of it; one that the classifier gave up is said to be that.
func TestWhyQuiet(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	b := server.Bus()
	archive(t, b, event.Item{ID: "0000000000000001", Title: "A riot of colours in the garden", Source: event.Source{Feed: "wire"}},
		event.Item{ID: "0000000000000002", Title: "Bread", Source: event.Source{Feed: "wire"}})
	ctx, stop := context.WithCancel(t.Context())
	ended, seen := make(chan error, 1), make(chan string, 2)
	go func() {
		ended <- b.Consume(ctx, bus.Consumer{Stream: bus.Items, Durable: classifier.Consumer}, func(_ context.Context, d *bus.Delivery) error {
			seen <- d.Subject
			if d.Sequence == 2 {
				return bus.Permanent(errors.New("broken bread"))
			}
			return nil
		})
	}()
	await(t, "the first item", seen)
	await(t, "the second item", seen)
	poll(t, "the end of both", func() bool {
		n, err := b.Settled(t.Context(), bus.Items, classifier.Consumer)
		return err == nil && n == 2
	})
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for id, wants := range map[string][]string{
		"0000000000000001": {"assessed   yes, and nothing in it was kept", "by the rules of the shipped configuration, as they are now (", "riot “riot” matched", "dropped by unless “riot of colours”"},
		"0000000000000002": {"assessed   not yet: the classifier gave it up: broken bread; see faultline dlq list"},
	} {
		code, out, errs := call("", "why", id)
		for _, want := range wants {
			if code != exitOK || !strings.Contains(out, want) {
				t.Errorf("exit %d: no %q in\n%s%s", code, want, out, errs)
			}
		}
	}
	if code, _, errs := call("", "why", "000000"); code == exitOK || !strings.Contains(errs, "the ids of 2 items begin with 000000") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// Who hears of a change is said by the routes, group by group.
func TestWhyRouted(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	b := server.Bus()
	conf := t.TempDir()
	if err := os.WriteFile(filepath.Join(conf, "alerting.yaml"), []byte("route: {receiver: desk, group_by: [incident], routes: [{matchers: ['change=\"new\"'], receiver: digest, continue: true}]}\nreceivers: [{name: desk, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}, {name: digest}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	item := event.Item{ID: "0000000000000001", Title: "Clash", Source: event.Source{Feed: "wire"}, Seen: time.Now()}
	archive(t, b, item)
	put(t, b, bus.Message{Subject: bus.AssessmentSubject("KG", "armed-clash"), ID: "a"}, func(a *event.Assessment) ([]byte, error) { return event.Encode(a) },
		event.Assessment{Item: item, Relevant: true, Severity: event.SeverityHigh, Assessed: time.Now()})
	put(t, b, bus.Message{Subject: bus.IncidentSubject("south", "i1"), ID: "i"}, func(i *event.Incident) ([]byte, error) { return event.Encode(i) },
		event.Incident{ID: "i1", Revision: 1, Headline: "Clash", Status: event.StatusOpen, Change: event.Change{Kind: event.ChangeEscalated}, Reports: []event.Report{{Item: item.ID}}})
	code, out, errs := call("", "why", "--config", conf, item.ID)
	for _, want := range []string{"routed     to desk (webhook-0): not there yet: no alerter has ever run on this server", "by " + filepath.Join(conf, "alerting.yaml"), "notified   nobody"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d: no %q in\n%s%s", code, want, out, errs)
		}
	}
	if strings.Contains(out, "digest") {
		t.Errorf("a route that does not take the change is named:\n%s", out)
	}
}

// A denial makes no alert by itself, and is followed to the incident that it is heard
// in, and to who was told.
func TestWhyOfADenial(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	b := server.Bus()
	item := event.Item{ID: "0000000000000001", Title: "Ministry denies mutiny in Osh", Source: event.Source{Feed: "wire"}, Seen: time.Now()}
	archive(t, b, item)
	put(t, b, bus.Message{Subject: bus.AssessmentSubject("KG", "mutiny"), ID: "a"}, func(a *event.Assessment) ([]byte, error) { return event.Encode(a) },
		event.Assessment{Item: item, Score: 6, Assessed: time.Now(), Findings: []event.Finding{{Indicator: "mutiny", Assertion: event.Denied}}})
	put(t, b, bus.Message{Subject: bus.IncidentSubject("south", "i1"), ID: "i"}, func(i *event.Incident) ([]byte, error) { return event.Encode(i) },
		event.Incident{ID: "i1", Revision: 2, Headline: "Mutiny in Osh", Status: event.StatusOpen, Reports: []event.Report{{Item: "x"}, {Item: item.ID, Denies: true}},
			Change: event.Change{Kind: event.ChangeDenied, Report: 1, Reasons: []string{"Wire denies it"}}})
	put(t, b, bus.Message{Subject: bus.NotificationSubject("desk", "webhook-0", "n1"), ID: "n"}, func(n *event.Notification) ([]byte, error) { return event.Encode(n) },
		event.Notification{ID: "n1", Receiver: "desk", Integration: "webhook-0", Reason: "denied", Created: time.Now(), Alerts: []event.Alert{{Incident: "i1"}}})
	code, out, errs := call("", "why", item.ID)
	for _, want := range []string{"not relevant, score 6", "held against the incident", `"Mutiny in Osh"`, "it made the incident denied: Wire denies it", "desk by webhook-0 (denied)"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d: no %q in\n%s%s", code, want, out, errs)
		}
	}
	if strings.Contains(out, "by the rules of") {
		t.Errorf("the rules are asked of what stands in an incident:\n%s", out)
	}
}

// What is stored is told with where the guards and what was dropped stand in the rules,
// and also where the configuration cannot be read.
func TestWhyByTheRulesAtHand(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	b, now := server.Bus(), time.Now()
	item := event.Item{ID: "0123456789abcdef", Title: "New film: gunmen abducted the governor of Osh. A riot of colours is in it too.", Source: event.Source{Feed: "wire"}, Seen: now.Add(-time.Minute)}
	archive(t, b, item)
	put(t, b, bus.Message{Subject: bus.AssessmentSubject("KG", "kidnapping"), ID: "a"}, func(a *event.Assessment) ([]byte, error) { return event.Encode(a) },
		event.Assessment{Item: item, Relevant: true, Score: 20, Assessed: now, Findings: []event.Finding{{Indicator: "official-abducted", Guard: "lifestyle", Assertion: event.Asserted, Points: 6}}})
	put(t, b, bus.Message{Subject: bus.IncidentSubject("south", "i1"), ID: "i"}, func(i *event.Incident) ([]byte, error) { return event.Encode(i) },
		event.Incident{ID: "i1", Headline: "Clash in Osh", Status: event.StatusOpen, Change: event.Change{Kind: event.ChangeNew}, Reports: []event.Report{{Item: item.ID}}})
	broken := t.TempDir()
	if err := os.Mkdir(filepath.Join(broken, "rules"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"rules/own.yaml": "indicators:\n- id: x\n  titel: y\n", "alerting.yaml": "route: {receiver: desk}\nreceivers: [{name: other}]\n"} {
		if err := os.WriteFile(filepath.Join(broken, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for conf, wants := range map[string][]string{
		"": {"demoted by the guard lifestyle ((shipped)/rules/guards.yaml:", "at “riot of colours”", "besides riot “riot” matched", "dropped by unless “riot of colours” ((shipped)/rules/"},
		broken: {"demoted by the guard lifestyle\n", "the rules at hand cannot be read, and nothing is told by them: " + broken + "/rules/own.yaml:2:3: ",
			"the routes at hand cannot be read, and nothing is told by them: " + broken + "/alerting.yaml:", "it made the incident new"},
	} {
		args := []string{"why", item.ID}
		if conf != "" {
			args = append(args, "--config", conf)
		}
		code, out, errs := call("", args...)
		for _, want := range wants {
			if code != exitOK || !strings.Contains(out, want) {
				t.Errorf("%q: exit %d: no %q in\n%s%s", conf, code, want, out, errs)
			}
		}
	}
}
