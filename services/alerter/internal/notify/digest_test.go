package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// A digest is read in every channel, line by line, and is cut where it is too long.
func TestDigestIsShown(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	details := []string{"north: index 12.2 (+3.1); 1 new, 0 escalated, 0 closed", "– high, new: <!channel> <b>Riot</b> & more (Osh) [0123456789]",
		"https://news.example/riot?a=1&b=(2) – high, new: The riot goes on (Osh) [1123456789]"}
	for i := range 110 {
		details = append(details, fmt.Sprintf("– low: %s %d", strings.Repeat("a long headline ", 6), i))
	}
	for _, r := range c.Receivers() {
		for _, i := range r.Integrations {
			sink := http
			if i.Kind == "email" {
				sink = smtp
			}
			before := len(sink.Messages())
			n := event.Notification{ID: "d", Thread: "d", Receiver: "desk", Integration: i.Name, GroupKey: "digest:daily", Created: sinktest.Now(), Alerts: []event.Alert{{
				Incident: "d", Revision: 1, StartsAt: sinktest.Now(),
				Labels: map[string]string{"alertname": "Digest", "category": "digest", "digest": "daily", "incident": "d", "severity": "high", "change": "digest"},
				Annotations: map[string]string{"summary": "daily: 1 new", "notice": "From 1 May 07:00 to 2 May 07:00 +06.", "change": "daily", "status": "open",
					"severity": "high", "details": strings.Join(details, "\n")},
			}}}
			if result := i.Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); result.Err != nil {
				t.Errorf("%s: %v", i.Name, result.Err)
				continue
			}
			text := readable(t, sink.Messages()[before])
			if !strings.Contains(text, "daily: 1 new") || !strings.Contains(text, "index 12.2") || !strings.Contains(text, "From 1 May 07:00") {
				t.Errorf("%s does not show it:\n%.2000s", i.Name, text)
			}
			if !strings.Contains(text, "The riot goes on") {
				t.Errorf("%s does not show the line with a link:\n%.2000s", i.Name, text)
			}
			if i.Kind == "slack" && strings.Contains(text, "<!channel>") || i.Kind == "telegram" && utf8.RuneCountInString(sink.Messages()[before].Body) > 3*4096 {
				t.Errorf("%s shows too much:\n%.2000s", i.Name, text)
			}
		}
	}
}

// A digest of a few incidents, which are told in full, begins with what it is as well.
func TestDigestOfTwoSaysSo(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	const said = "Catch-up: 2 incidents: 2 high"
	n := event.Notification{ID: "d", Thread: "d", Receiver: "desk", GroupKey: "digest", Created: sinktest.Now()}
	for _, incident := range []string{"a", "b"} {
		n.Alerts = append(n.Alerts, event.Alert{
			Incident: incident, Revision: 1, StartsAt: sinktest.Now(), Labels: map[string]string{"incident": incident, "severity": "high", "change": "new"},
			Annotations: map[string]string{"summary": "Summary of " + incident, "held": "Held back by a silence since 1 Jan 00:00 UTC.", "digest": said},
		})
	}
	for _, i := range loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations {
		sink := http
		switch i.Kind {
		case "email":
			sink = smtp
		case "webhook", "pagerduty", "alertmanager": // machines get no digests
			continue
		}
		before := len(sink.Messages())
		if result := i.Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); result.Err != nil {
			t.Fatalf("%s: %v", i.Name, result.Err)
		}
		text := readable(t, sink.Messages()[before])
		if at := strings.Index(text, said); at < 0 || at > strings.Index(text, "Summary of a") && i.Kind != "slack" {
			t.Errorf("%s does not begin with it:\n%.1500s", i.Name, text)
		}
	}
}

// A line of a digest is a link to its story, where there is room for it.
func TestLinesOfADigestAreLinks(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	address := "https://news.example/riot?a=1&b=%28c%29"
	n := event.Notification{ID: "d", Thread: "d", Receiver: "desk", GroupKey: "digest:daily", Created: sinktest.Now(), Alerts: []event.Alert{{
		Incident: "d", Revision: 1, StartsAt: sinktest.Now(),
		Labels:      map[string]string{"alertname": "Digest", "category": "digest", "incident": "d", "severity": "high", "change": "digest"},
		Annotations: map[string]string{"summary": "daily: 1 new", "notice": "From then to now.", "details": "north: 1 new\n" + address + " – high: A <riot> (Osh)\n– low: https://evil.example/ is text"},
	}}}
	for _, i := range loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations {
		want := map[string]string{
			"telegram": "<a href=\\\"" + strings.ReplaceAll(address, "&", "&amp;") + "\\\">– high: A &lt;", "slack": "<" + strings.ReplaceAll(address, "&", "&amp;") + "|– high: A &lt;",
			"email": `<a href="` + strings.ReplaceAll(address, "&", "&amp;") + `">– high: A &lt;`, "discord": `(Osh\\)\n   ` + address, "ntfy": `(Osh)\n   ` + address,
		}[i.Kind]
		sink := http
		if i.Kind == "email" {
			sink = smtp
		}
		before := len(sink.Messages())
		if result := i.Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); result.Err != nil {
			t.Fatalf("%s: %v", i.Name, result.Err)
		}
		text := readable(t, sink.Messages()[before])
		if !strings.Contains(text, want) || strings.Contains(text, `<https://evil`) || strings.Contains(text, `="https://evil`) {
			t.Errorf("%s lacks %s:\n%s", i.Name, want, text)
		}
	}
}

// In a flood a chat's message names as many critical incidents as short lines allow, each
// with its place and a link.
func TestRoomInAFlood(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	var n event.Notification
	asked := 0
	for i := range 90 {
		change := "new"
		if i%4 == 0 {
			change = "escalated"
		}
		n.Alerts = append(n.Alerts, event.Alert{
			Incident: fmt.Sprint(i), Revision: 1, StartsAt: sinktest.Now(),
			Labels: map[string]string{"incident": fmt.Sprint(i), "severity": "critical", "change": change, "place": "Osh", "country": "KG"},
			Annotations: map[string]string{"change": "severity up from moderate to critical; new category: armed-attack", "casualties": "4 killed, more than 161 injured", "summary": fmt.Sprintf("Deputy governor %d abducted on the road to Osh", i), "score": "88", "what": "An official is abducted", "sources": "Wire 137",
				"evidence": "+48 official-abducted", "support": "single source, credibility 6 (cannot be judged)", "links": fmt.Sprintf("https://news.example/item/%d Wire 137 Central Asia, news.example", i)},
		})
	}
	for _, i := range loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations {
		least := map[string]int{"telegram": 55, "slack": 65}[i.Kind]
		if least == 0 {
			continue
		}
		if room := i.Room(n, sinktest.Now()); room < least {
			t.Errorf("%s has room for %d", i.Name, room)
		}
		asked++
		before := len(http.Messages())
		if result := i.Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); result.Err != nil {
			t.Fatalf("%s: %v", i.Name, result.Err)
		}
		text := readable(t, http.Messages()[before])
		if !strings.Contains(text, "https://news.example/item/44") || !strings.Contains(text, "Deputy governor 44") || !strings.Contains(text, "Osh, KG") || !strings.Contains(text, "4 killed · ESCALATED") ||
			strings.Contains(text, "score") || strings.Contains(text, "Wire 137") || strings.Contains(text, "again, because") {
			t.Errorf("%s shows\n%.1500s", i.Name, text)
		}
	}
	if asked < 2 {
		t.Errorf("%d channels were asked", asked)
	}
}

// Where lines are cut, the heading of a digest stays whole, and of who vouches for an
// incident whole parts go.
func TestShortLinesEndInWords(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	heading := "19 incidents: 19 high; 9 outside the watched regions, 2 without a place, 8 Ferghana valley"
	var n event.Notification
	for i := range 19 {
		n.Alerts = append(n.Alerts, event.Alert{
			Incident: fmt.Sprint(i), Revision: 1, StartsAt: sinktest.Now(),
			Labels: map[string]string{"incident": fmt.Sprint(i), "severity": "high", "change": "new", "place": "Osh", "country": "KG"},
			Annotations: map[string]string{"summary": strings.Repeat("Crowds gather before the seat of the regional government ", 3), "digest": heading, "score": "60",
				"support": "single source, credibility 6 (cannot be judged), certainty Unknown", "links": fmt.Sprintf("https://news.example/item/%d Wire 137 Central Asia, news.example", i)},
		})
	}
	for _, i := range loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations {
		if i.Kind != "telegram" {
			continue
		}
		if result := i.Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); result.Err != nil {
			t.Fatal(result.Err)
		}
		text := readable(t, http.Messages()[0])
		if !strings.Contains(text, heading) || !strings.Contains(text, "single source, credibility 6 (cannot be judged) · score") || strings.Contains(text, "certainty") {
			t.Errorf("telegram shows\n%.1500s", text)
		}
		return
	}
	t.Fatal("no chat was asked")
}
