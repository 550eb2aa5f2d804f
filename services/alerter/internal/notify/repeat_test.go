package notify_test

import (
	"fmt"
	"strings"
	"testing"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// What may be a repeat says so in every channel, whether it is told alone, in full beside
// others, or in a line of a list; what is told beside it does not.
func TestRepeatIsSaidInMessagesOfAnySize(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	channels := loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations
	for _, size := range []int{1, 2, 3, 5, 12, 30} {
		n := event.Notification{ID: "d", Thread: "d", Receiver: "desk", GroupKey: "digest", Created: sinktest.Now()}
		for i := range size {
			n.Alerts = append(n.Alerts, event.Alert{
				Incident: fmt.Sprintf("i%02d", i), Revision: 1, StartsAt: sinktest.Now(), GeneratorURL: fmt.Sprintf("https://news.example/%02d", i),
				Labels: map[string]string{"incident": fmt.Sprintf("i%02d", i), "severity": "critical", "change": "new", "place": "Osh", "country": "KG"},
				Annotations: map[string]string{"summary": fmt.Sprintf("Summary of %02d", i), "score": "90", "support": "single source",
					"links": fmt.Sprintf("https://news.example/%02d News, news.example", i)},
			})
		}
		const doubtful = 2 // at most
		for i := range min(doubtful, size) {
			n.Alerts[i].Annotations["repeat"] = "May be a repeat: Faultline was stopped while it sent this."
		}
		for _, i := range channels {
			sink := http
			switch i.Kind {
			case "email":
				sink = smtp
			case "pagerduty", "alertmanager": // know a repeat by its key
				continue
			}
			before := len(sink.Messages())
			if result := i.Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); result.Err != nil {
				t.Fatalf("%s: %v", i.Name, result.Err)
			}
			parts := 1
			if i.Kind == "email" || i.Kind == "matrix" { // in text and in HTML
				parts = 2
			}
			text := strings.ToLower(readable(t, sink.Messages()[before]))
			if got := strings.Count(text, "may be a repeat"); got != parts*min(doubtful, size) && !(i.Kind == "webhook" && got >= size) {
				t.Errorf("%s says %d times of %d incidents that they may be repeats:\n%.3000s", i.Name, got, size, text)
			}
		}
	}
}
