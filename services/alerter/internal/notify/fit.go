package notify

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"

	amalert "github.com/prometheus/alertmanager/alert"
	am "github.com/prometheus/alertmanager/config"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/template"
)

// maxTelegram is Telegram's limit. The sender does not cut a longer message: it
// sends an excuse instead of the news.
const maxTelegram = 4096

// fitOf is how alerts are made short enough for a channel whose sender does not
// do it; nil where nothing is needed.
func fitOf(rc am.Receiver, s amnotify.Integration, t *template.Template) func([]event.Alert) []event.Alert {
	if s.Name() != "telegram" {
		return nil
	}
	c := rc.TelegramConfigs[s.Index()]
	run := t.ExecuteTextString
	if c.ParseMode == "HTML" {
		run = t.ExecuteHTMLString
	}
	return func(alerts []event.Alert) []event.Alert {
		return shorten(alerts, func(alerts []event.Alert) bool {
			text, err := run(c.Message, templateData(t, rc.Name, alerts))
			// A template that fails is the sender's to report.
			return err != nil || utf8.RuneCountInString(text) <= maxTelegram
		})
	}
}

// shorten takes away the least important parts, step by step, until the message
// fits: long lists first, then evidence, then words, and at last whole alerts,
// and says so.
func shorten(alerts []event.Alert, fits func([]event.Alert) bool) []event.Alert {
	if fits(alerts) {
		return alerts
	}
	for _, step := range []func(map[string]string){
		func(a map[string]string) { cutLines(a, 4, "evidence", "sources", "what", "links") },
		func(a map[string]string) { cutLines(a, 2, "evidence", "sources", "what") },
		func(a map[string]string) { delete(a, "times"); delete(a, "sources") },
		func(a map[string]string) { delete(a, "evidence"); cutLines(a, 2, "links") },
		func(a map[string]string) { cutText(a, 120) },
		func(a map[string]string) { delete(a, "what"); cutLines(a, 1, "links") },
		func(a map[string]string) { cutText(a, 60) },
	} {
		alerts = apply(alerts, step)
		if fits(alerts) {
			return alerts
		}
	}
	return dropLast(alerts, fits)
}

// dropLast leaves out alerts from the end until the message fits.
func dropLast(alerts []event.Alert, fits func([]event.Alert) bool) []event.Alert {
	all := len(alerts)
	for n := all - 1; n > 0; n-- {
		omitted := fmt.Sprintf("%d more incidents did not fit into this message", all-n)
		if more := alerts[all-1].Annotations["omitted"]; more != "" { // of a digest
			omitted += ", and " + more
		}
		kept := apply(alerts[:n], func(map[string]string) {})
		kept[n-1].Annotations["omitted"] = omitted
		if fits(kept) || n == 1 {
			return kept
		}
	}
	return alerts
}

func apply(alerts []event.Alert, step func(map[string]string)) []event.Alert {
	out := make([]event.Alert, len(alerts))
	for i, a := range alerts {
		a.Annotations = maps.Clone(a.Annotations)
		step(a.Annotations)
		out[i] = a
	}
	return out
}

func cutLines(annotations map[string]string, limit int, names ...string) {
	for _, name := range names {
		if all := lines(annotations[name]); len(all) > limit {
			annotations[name] = strings.Join(all[:limit], "\n")
		}
	}
}

// cutText cuts every annotation that is prose. Markup of Telegram's Markdown
// modes may break at the cut; their templates are the user's own.
func cutText(annotations map[string]string, limit int) {
	for name, value := range annotations {
		switch name {
		case "links", "notification", "thread", "what", "evidence", "sources":
		default:
			annotations[name] = alert.Cut(value, limit)
		}
	}
}

// templateData is what a template sees of the alerts, for trying it out.
func templateData(t *template.Template, receiver string, alerts []event.Alert) *template.Data {
	list := make([]*amalert.Alert, 0, len(alerts))
	for _, a := range alerts {
		list = append(list, &amalert.Alert{Alert: modelAlert(a)})
	}
	return t.Data(receiver, labelSet(map[string]string{"incident": "sample"}), nil, amnotify.ReasonFirstNotification.String(), list...)
}

// sampleData are messages with everything in them, of one incident, of two and
// of so many that templates fold them.
func sampleData(receiver string, t *template.Template) []*template.Data {
	now := time.Unix(1_700_000_000, 0).UTC()
	sample := alert.New(event.Incident{
		ID: "sample", Revision: 1, Change: event.Change{Kind: event.ChangeNew, Reasons: []string{"first report"}}, Status: event.StatusOpen,
		Region: "sample", Country: "KG", Headline: "Sample", Indicator: "sample", Category: "protest", Severity: event.SeverityHigh, Score: 50,
		Reports: []event.Report{{Item: "sample", URL: "https://example.org/sample", Title: "Sample", Source: event.Source{Feed: "sample", Title: "Sample"},
			Findings: []event.Finding{{Indicator: "sample", Title: "Sample", Assertion: event.Asserted, Points: 10, Evidence: []event.Evidence{{Text: "sample"}}}},
			Times:    event.Times{Published: now, Seen: now, Assessed: now}}},
		Corroboration: event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}, Opened: now, Updated: now, Exercise: true,
	})
	told, _ := sample.Tell(func(string) bool { return false })
	for _, name := range []string{"repeat", "delayed", "fallback", "notification", "thread"} {
		told.Annotations[name] = "sample"
	}
	var samples []*template.Data
	for _, n := range []int{1, 2, 5, 30} {
		samples = append(samples, templateData(t, receiver, slices.Repeat([]event.Alert{told}, n)))
	}
	return samples
}
