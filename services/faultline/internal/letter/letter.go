// Package letter reads dead letters: what the message that was given up on tells of,
// who gave up, and what is to be done.
package letter

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
)

// Letter is a dead letter that was opened.
type Letter struct {
	Number     uint64    `json:"number"`
	Time       time.Time `json:"time"`
	By         string    `json:"by"` // a service, or receiver/channel
	Deliveries int       `json:"tries"`
	Reason     string    `json:"reason"`
	Headline   string    `json:"headline,omitempty"`
	Link       string    `json:"link,omitempty"`
	// Item, Incident and Feed are ids, each there if the message is about one; More is
	// how many incidents it tells of besides.
	Item     string `json:"item,omitempty"`
	Incident string `json:"incident,omitempty"`
	Feed     string `json:"feed,omitempty"`
	More     int    `json:"more,omitempty"`
	// Gone says that the message itself is no longer stored.
	Gone     bool   `json:"gone,omitempty"`
	Stream   string `json:"stream"`
	Sequence uint64 `json:"sequence"`
	Subject  string `json:"subject,omitempty"`
	Remedy   string `json:"remedy"`

	data []byte
}

// Open reads a dead letter. What of its message cannot be read, as it is of a newer
// build, is left out.
func Open(d bus.DeadLetter) Letter {
	l := Letter{
		Number: d.Number, Time: d.Time, By: giver(d.Consumer), Deliveries: d.Deliveries, Reason: d.Reason,
		Gone: d.Data == nil, Stream: d.Stream, Sequence: d.Sequence, Subject: d.Subject, data: d.Data,
	}
	switch d.Stream {
	case bus.Items:
		var item event.Item
		if event.Decode(d.Data, &item) == nil {
			l.item(item)
		}
	case bus.Assessments:
		var a event.Assessment
		if event.Decode(d.Data, &a) == nil {
			l.item(a.Item)
		}
	case bus.Incidents:
		var in event.Incident
		if event.Decode(d.Data, &in) == nil {
			l.Incident, l.Headline = in.ID, event.Mark(in.Exercise, in.Headline)
		}
	case bus.Notices:
		var n event.Notice
		if event.Decode(d.Data, &n) == nil {
			l.Feed, l.Headline = n.Feed, event.Mark(n.Exercise, n.Summary)
		}
	case bus.Notifications:
		var n event.Notification
		if event.Decode(d.Data, &n) == nil {
			l.notification(n)
		}
	case bus.Poll:
		token := d.Subject[strings.LastIndexByte(d.Subject, '.')+1:]
		if feed, err := bus.Text(token); err == nil {
			l.Feed = feed
		}
	}
	l.Remedy = l.remedy()
	return l
}

// giver is who a consumer belongs to, as a desk knows it.
func giver(consumer string) string {
	for prefix, name := range map[string]string{"fetchers": "fetcher", "classify": "classifier", "aggregate": "alerter", "route": "alerter", "notice": "alerter", "flush": "alerter"} {
		if consumer == prefix {
			return name
		}
	}
	return consumer
}

func (l *Letter) item(i event.Item) {
	l.Item, l.Headline, l.Link, l.Feed = i.ID, event.Mark(i.Exercise, i.Title), i.URL, i.Source.Feed
}

func (l *Letter) notification(n event.Notification) {
	l.By = n.Receiver + "/" + n.Integration
	l.Reason = strings.TrimPrefix(l.Reason, n.Integration+" of receiver "+n.Receiver+": ")
	if len(n.Alerts) > 0 {
		a := n.Alerts[0]
		l.Incident, l.More = a.Incident, len(n.Alerts)-1
		l.Headline = cmp.Or(a.Annotations["headline"], a.Annotations["summary"])
	}
}

// ID is the id of what the message is about: an incident, an item or a feed.
func (l Letter) ID() string { return cmp.Or(l.Incident, l.Item, l.Feed) }

// About says in a few words what the message tells of.
func (l Letter) About() string {
	switch {
	case l.Headline != "" && l.More > 0:
		return fmt.Sprintf("%s (and %d more)", l.Headline, l.More)
	case l.Headline != "":
		return l.Headline
	case l.Gone:
		return "a message that is no longer stored"
	case l.Stream == bus.Poll:
		return "the poll of feed " + l.Feed
	}
	return cmp.Or(l.Subject, l.Stream)
}

// remedy says what to do.
func (l Letter) remedy() string {
	again := fmt.Sprintf("faultline dlq replay %d", l.Number)
	switch {
	case l.Gone:
		return "nothing can be replayed: the message is older than what its stream keeps"
	case strings.Contains(l.Reason, event.ErrVersion.Error()):
		return "it was written by another version: finish the upgrade of all services, then " + again
	case l.Stream == bus.Notifications && strings.HasPrefix(l.Reason, event.Held):
		return "look whether the channel has it; if not, " + again + " sends it, marked as a possible repeat; for all of the channel, faultline dlq replay --by " + l.By
	case l.Stream == bus.Notifications:
		return "mend the channel (its address, token, options or templates in alerting.yaml), then " + again + "; for all of the channel, faultline dlq replay --by " + l.By
	}
	return again + " tries it again; if it is given up again, the log of the " + l.By + " has more"
}

// Tell says all of it, a line each.
func (l Letter) Tell() (lines []string) {
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, fmt.Sprintf("%-11s%s", label, text))
		}
	}
	add("letter", fmt.Sprintf("%d, given up %s by %s, at try %d", l.Number, l.Time.UTC().Format("2 Jan 2006 15:04:05 UTC"), l.By, l.Deliveries))
	add("about", l.About())
	add("link", l.Link)
	add("incident", l.Incident)
	add("item", l.Item)
	add("feed", l.Feed)
	add("why", l.Reason)
	add("message", fmt.Sprintf("%d of %s, %s", l.Sequence, l.Stream, cmp.Or(l.Subject, "subject unknown")))
	add("to do", l.Remedy)
	switch {
	case l.Incident != "":
		add("", "faultline incidents show "+l.Incident[:min(len(l.Incident), 10)]+" tells of the incident")
	case l.Item != "":
		add("", "faultline why "+l.Item+" tells of the item")
	}
	return lines
}

// Whole is the letter with its message, for JSON.
func (l Letter) Whole() any {
	message := json.RawMessage(l.data)
	if !json.Valid(message) {
		message = nil
	}
	return struct {
		Letter
		Message json.RawMessage `json:"message,omitempty"`
	}{l, message}
}
