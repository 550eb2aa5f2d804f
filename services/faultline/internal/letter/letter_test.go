package letter

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
)

// data encodes a document.
func data[T any, D interface {
	*T
	event.Document
}](t *testing.T, document T) []byte {
	t.Helper()
	text, err := event.Encode(D(&document))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestOpen(t *testing.T) {
	item := event.Item{ID: "0123456789abcdef", Title: "Clash in Osh", URL: "https://example.org/1", Source: event.Source{Feed: "wire"}}
	alert := func(id string) event.Alert {
		return event.Alert{Incident: id, Annotations: map[string]string{"headline": "Clash in Osh"}}
	}
	for name, c := range map[string]struct {
		letter              bus.DeadLetter
		by, about, id, does string
	}{
		"item":          {bus.DeadLetter{Stream: bus.Items, Consumer: "classify", Reason: "panic: x", Data: data(t, item)}, "classifier", "Clash in Osh", item.ID, "faultline dlq replay 7 tries it again"},
		"newer":         {bus.DeadLetter{Stream: bus.Items, Consumer: "classify", Reason: `unknown document version: document says "item/9", this build reads "item/1"`, Subject: "items.wire", Data: []byte(`{"schema":"item/9"}`)}, "classifier", "items.wire", "", "finish the upgrade"},
		"gone":          {bus.DeadLetter{Stream: bus.Items, Consumer: "classify"}, "classifier", "no longer stored", "", "nothing can be replayed"},
		"assessment":    {bus.DeadLetter{Stream: bus.Assessments, Consumer: "aggregate", Data: data(t, event.Assessment{Item: item})}, "alerter", "Clash in Osh", item.ID, "log of the alerter"},
		"incident":      {bus.DeadLetter{Stream: bus.Incidents, Consumer: "route", Data: data(t, event.Incident{ID: "i1", Headline: "Riot"})}, "alerter", "Riot", "i1", "replay 7"},
		"notice":        {bus.DeadLetter{Stream: bus.Notices, Consumer: "notice", Data: data(t, event.Notice{Feed: "wire", Summary: "Wire is quiet"})}, "alerter", "Wire is quiet", "wire", "replay 7"},
		"poll":          {bus.DeadLetter{Stream: bus.Poll, Consumer: "fetchers", Subject: "poll.due." + bus.Token("wire.kg"), Data: []byte("x")}, "fetcher", "the poll of feed wire.kg", "wire.kg", "replay 7"},
		"group":         {bus.DeadLetter{Stream: bus.Groups, Consumer: "flush", Subject: "groups.due.g", Data: []byte("x")}, "alerter", "groups.due.g", "", "replay 7"},
		"no document":   {bus.DeadLetter{Stream: bus.Notifications, Consumer: "deliver_desk_slack-0", Subject: "notifications.desk.slack-0.x", Data: []byte("{")}, "deliver_desk_slack-0", "notifications.desk", "", "mend the channel"},
		"tls":           {bus.DeadLetter{Stream: bus.Notifications, Consumer: "deliver_desk_slack-0", Reason: "not delivered for 72h0m0s: remote error: tls: protocol version not supported", Data: data(t, event.Notification{Receiver: "desk", Integration: "slack-0"})}, "desk/slack-0", "NOTIFICATIONS", "", "mend the channel"},
		"held":          {bus.DeadLetter{Stream: bus.Notifications, Consumer: "deliver_desk_slack-0", Reason: "slack-0 of receiver desk: held: it may have arrived: no answer in time", Data: data(t, event.Notification{Receiver: "desk", Integration: "slack-0"})}, "desk/slack-0", "NOTIFICATIONS", "", "look whether the channel has it; if not, faultline dlq replay 7"},
		"notifications": {bus.DeadLetter{Stream: bus.Notifications, Consumer: "deliver_desk_slack-0", Reason: "slack-0 of receiver desk: it is not there", Data: data(t, event.Notification{Receiver: "desk", Integration: "slack-0", Alerts: []event.Alert{alert("i1"), alert("i2"), alert("i3")}})}, "desk/slack-0", "Clash in Osh (and 2 more)", "i1", "replay --by desk/slack-0"},
	} {
		c.letter.Number, c.letter.Time = 7, time.Date(2026, 5, 14, 12, 0, 0, 0, time.UTC)
		l := Open(c.letter)
		if l.By != c.by || !strings.Contains(l.About(), c.about) || l.ID() != c.id || !strings.Contains(l.Remedy, c.does) {
			t.Errorf("%s: by %q about %q id %q: %s", name, l.By, l.About(), l.ID(), l.Remedy)
		}
		if strings.Contains(l.Reason, "of receiver") {
			t.Errorf("%s: the reason %q says again who gave up", name, l.Reason)
		}
		told := strings.Join(l.Tell(), "\n")
		for _, want := range []string{"letter     7, given up 14 May 2026 12:00:00 UTC", "by " + c.by, c.about, c.does, c.id} {
			if !strings.Contains(told, want) {
				t.Errorf("%s: no %q in\n%s", name, want, told)
			}
		}
	}
}

// What is written as JSON has the message, if it is JSON itself.
func TestWhole(t *testing.T) {
	for message, want := range map[string]string{`{"schema":"item/9"}`: `"message":{"schema":"item/9"}`, "{": `"remedy"`} {
		text, err := json.Marshal(Open(bus.DeadLetter{Number: 3, Stream: bus.Items, Data: []byte(message)}).Whole())
		if err != nil || !strings.Contains(string(text), want) || !strings.Contains(string(text), `"number":3`) {
			t.Errorf("%v: %s", err, text)
		}
	}
}
