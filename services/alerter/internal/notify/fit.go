package notify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
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

// What the services show of a text, each in its own measure. Alertmanager's senders
// cut a longer one in the middle of a link, or do not cut it; Telegram's sends an
// excuse instead.
const (
	maxTelegram   = 4096   // UTF-16 units, without markup
	maxDiscord    = 4096   // UTF-16 units, of an embed's description
	maxSlack      = 7_000  // characters, of an attachment
	maxMattermost = 16_383 // characters
	maxTeams      = 22_000 // bytes of JSON; a card with all around it has 28 kB
)

// manyAlerts is from how many on a message is a list, in which that an incident is
// named is worth more than what else there is to say of it.
const manyAlerts = 10

// bound is a template with what may become of it at most.
type bound struct {
	text  string
	html  bool
	limit int
	size  func(string) int
}

func (b bound) render(t *template.Template, data *template.Data) (string, error) {
	if b.html {
		return t.ExecuteHTMLString(b.text, data)
	}
	return t.ExecuteTextString(b.text, data)
}

func byteSize(text string) int { return len(text) }

// jsonSize is the number of bytes of a text in a JSON document.
func jsonSize(text string) int {
	data, err := json.Marshal(text)
	if err != nil {
		return math.MaxInt
	}
	return len(data)
}

// boundsOf are the bounds of a channel; none where its sender keeps them, or where
// there are none.
func boundsOf(rc am.Receiver, s amnotify.Integration) []bound {
	switch i := s.Index(); s.Name() {
	case "telegram":
		c := rc.TelegramConfigs[i]
		return []bound{{c.Message, c.ParseMode == "HTML", maxTelegram, shownUnits(c.ParseMode)}}
	case "discord":
		return []bound{{rc.DiscordConfigs[i].Message, false, maxDiscord, units}}
	case "slack":
		return []bound{{rc.SlackConfigs[i].Text, false, maxSlack, utf8.RuneCountInString}}
	case "mattermost":
		return []bound{{rc.MattermostConfigs[i].Text, false, maxMattermost, utf8.RuneCountInString}}
	case "msteamsv2":
		return []bound{{rc.MSTeamsV2Configs[i].Text, false, maxTeams, jsonSize}}
	}
	return nil
}

// fitsIn tells whether a message of alerts is short enough; nil where any is.
func fitsIn(t *template.Template, receiver string, bounds []bound) func([]event.Alert) bool {
	if len(bounds) == 0 {
		return nil
	}
	return func(alerts []event.Alert) bool {
		data := templateData(t, receiver, alerts)
		return !slices.ContainsFunc(bounds, func(b bound) bool {
			text, err := b.render(t, data)
			return err == nil && b.size(text) > b.limit // a template that fails is the sender's to report
		})
	}
}

// tryBounds renders the templates with samples.
func tryBounds(receiver string, t *template.Template, bounds []bound) error {
	for _, data := range sampleData(receiver, t) {
		for _, b := range bounds {
			if _, err := b.render(t, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// shorten takes away the least important parts, step by step, until the message
// fits: long lists first, then evidence, then words, and at last whole alerts,
// the least severe, and says so. To ask whether a message fits renders it, which for one of many
// alerts is dear: where all steps are not enough none of them is asked about, else half as many
// as there are.
func shorten(alerts []event.Alert, fits func([]event.Alert) bool) []event.Alert {
	if fits(alerts) {
		return alerts
	}
	var shorter [][]event.Alert
	for _, s := range steps(len(alerts)) {
		alerts = apply(alerts, s)
		shorter = append(shorter, alerts)
	}
	if !fits(alerts) {
		return dropLeast(alerts, fits)
	}
	return shorter[sort.Search(len(shorter)-1, func(i int) bool { return fits(shorter[i]) })]
}

// step takes something away from the annotations of an alert.
type step func(event.Alert)

// inAll is a step that looks at annotations alone.
func inAll(cut func(map[string]string)) step {
	return func(a event.Alert) { cut(a.Annotations) }
}

// steps are what is taken away from each of so many alerts, one after the other.
func steps(alerts int) []step {
	all := []step{
		inAll(unlink),
		inAll(func(a map[string]string) {
			cutLines(a, 4, "evidence", "sources", "what", "denied", "links")
			cutLines(a, 40, "details")
		}),
		inAll(func(a map[string]string) { cutLines(a, 2, "evidence", "sources", "what", "denied") }),
		inAll(func(a map[string]string) { delete(a, "times"); delete(a, "sources") }),
		inAll(func(a map[string]string) { delete(a, "evidence"); cutLines(a, 2, "links"); cutLines(a, 20, "details") }),
		inAll(func(a map[string]string) { cutText(a, 120) }),
		inAll(func(a map[string]string) {
			delete(a, "what")
			cutLines(a, 1, "links", "denied")
			cutLines(a, 10, "details")
		}),
		inAll(func(a map[string]string) { cutText(a, 60) }),
	}
	if alerts <= manyAlerts {
		return all
	}
	return append(all,
		inAll(func(a map[string]string) {
			delete(a, "support")
			delete(a, "score")
			first, _, _ := strings.Cut(a["links"], "\n")
			if host := alert.LinkTo(parseLink(first).URL, ""); len(host) < len(a["links"]) {
				a["links"] = host
			}
		}),
		inAll(func(a map[string]string) { cutText(a, 40) }),
		cutEscalation,
		inAll(func(a map[string]string) {
			if cut := alert.Cut(a["summary"], 28); cut != "" {
				a["summary"] = cut
			}
		}),
	)
}

// cutEscalation leaves of an escalation the word of its label, and of casualties the worst: that says what
// rose. Other reasons to tell an incident again say what nothing else does.
func cutEscalation(a event.Alert) {
	if worst, _, more := strings.Cut(a.Annotations["casualties"], ", "); more {
		a.Annotations["casualties"] = worst
	}
	if a.Labels["change"] == string(event.ChangeEscalated) {
		delete(a.Annotations, "change")
	}
}

// dropLeast leaves out alerts, the least severe first, until the message fits.
func dropLeast(alerts []event.Alert, fits func([]event.Alert) bool) []event.Alert {
	alerts = slices.SortedStableFunc(slices.Values(alerts), alert.WorstFirst)
	more := ""
	for _, a := range alerts { // of a digest
		more = cmp.Or(a.Annotations["omitted"], more)
	}
	first := func(n int) []event.Alert {
		omitted := fmt.Sprintf("%d more incidents did not fit into this message", len(alerts)-n)
		if more != "" {
			omitted += ", and " + more
		}
		kept := apply(alerts[:n], inAll(func(a map[string]string) { delete(a, "omitted") }))
		kept[n-1].Annotations["omitted"] = omitted
		return kept
	}
	if len(alerts) == 1 {
		return alerts
	}
	// The smallest number that is too many, from 2.
	tooMany := 2 + sort.Search(len(alerts)-2, func(i int) bool { return !fits(first(i + 2)) })
	return first(tooMany - 1)
}

func apply(alerts []event.Alert, s step) []event.Alert {
	out := make([]event.Alert, len(alerts))
	for i, a := range alerts {
		a.Annotations = maps.Clone(a.Annotations)
		s(a)
		out[i] = a
	}
	return out
}

// unlink takes the addresses out of details: that a line is there is worth more.
func unlink(annotations map[string]string) {
	if annotations["details"] == "" {
		return
	}
	all := lines(annotations["details"])
	for i, entry := range all {
		all[i] = parseLink(entry).Text
	}
	annotations["details"] = strings.Join(all, "\n")
}

func cutLines(annotations map[string]string, limit int, names ...string) {
	for _, name := range names {
		if all := lines(annotations[name]); len(all) > limit {
			annotations[name] = strings.Join(all[:limit], "\n")
		}
	}
}

// cutText cuts every annotation that is prose. A digest's heading, which stands there
// once, stays; what vouches for an incident loses whole parts.
func cutText(annotations map[string]string, limit int) {
	for name, value := range annotations {
		switch name {
		case "links", "notification", "thread", "opening", "what", "denied", "evidence", "sources", "details", "digest":
		case "support":
			for last := strings.LastIndex(value, ", "); last > 0 && len(value) > limit; last = strings.LastIndex(value, ", ") {
				value = value[:last]
			}
			annotations[name] = value
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
	return t.Data(receiver, LabelSet(map[string]string{"incident": "sample"}), nil, amnotify.ReasonFirstNotification.String(), list...)
}

// sampleData are messages with everything in them, of one incident, of two and
// of so many that templates fold them, and of a notice and a digest.
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
	for _, category := range []string{alert.CategorySources, alert.CategorySurge, "digest"} {
		a := alert.Notice(event.Notice{ID: "sample", Kind: event.NoticeFeedQuiet, Severity: event.SeverityLow, Summary: "Sample", Detail: "Sample", Remedy: "sample", Since: now}).Alert
		a.Labels["category"], a.Annotations["details"] = category, "Sample\nhttps://example.org/sample Sample"
		samples = append(samples, templateData(t, receiver, []event.Alert{a}))
	}
	return samples
}
