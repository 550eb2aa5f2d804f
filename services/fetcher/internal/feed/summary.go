package feed

import (
	"encoding/json"
	"errors"
	"time"

	"faultline/pkg/event"
)

// Report is what "faultline feeds parse FILE" prints: the feed, or the error.
type Report struct {
	Feed  *Summary
	Error *Error
}

// Summary is a document as the desk sees it: with all items that it holds. Those with one
// id are one item, which the fetcher publishes once.
type Summary struct {
	Title    string        `json:"title"`
	Items    []SummaryItem `json:"items"`
	Warnings []string      `json:"warnings"`
}

// SummaryItem is an item of a Summary. Published is absent only when the document
// gives no date.
type SummaryItem struct {
	ID              string                `json:"id"`
	URL             string                `json:"url"`
	Title           string                `json:"title"`
	Published       time.Time             `json:"published"`
	PublishedSource event.PublishedSource `json:"published_source"`
	Text            string                `json:"text"`
}

// MarshalJSON gives {"title", "items", "warnings"} or {"error": {"class",
// "message"}}.
func (r Report) MarshalJSON() ([]byte, error) {
	if r.Error != nil {
		return json.Marshal(map[string]map[string]string{"error": {"class": string(r.Error.Class), "message": r.Error.Error()}})
	}
	return json.Marshal(r.Feed)
}

// Summarize parses a body for people to look at: what the feed gives, or why it is
// none. The ids of its items are those that they have in the feed of that id. A command that
// prints it exits with 1 when Error is set.
func Summarize(body []byte, contentType, feed string, now time.Time) Report {
	d, err := Parse(body, Hints{ContentType: contentType, Fetched: now})
	if err != nil {
		var e *Error
		if !errors.As(err, &e) {
			e = &Error{Class: ClassMalformed, Message: err.Error()}
		}
		return Report{Error: e}
	}
	return Report{Feed: &Summary{Title: d.Title, Items: d.summary(feed), Warnings: append([]string{}, d.Warnings...)}}
}

// summary is all that stands in the document, in its order.
func (d *Document) summary(feed string) []SummaryItem {
	items := make([]SummaryItem, 0, len(d.Items)+len(d.Repeats))
	repeats := d.Repeats
	for i := 0; i <= len(d.Items); i++ {
		for ; len(repeats) > 0 && repeats[0].Before == i; repeats = repeats[1:] {
			items = append(items, summaryOf(Identity(feed, d.Items[repeats[0].Of]), repeats[0].Entry))
		}
		if i < len(d.Items) {
			items = append(items, summaryOf(Identity(feed, d.Items[i]), d.Items[i]))
		}
	}
	return items
}

func summaryOf(id string, e Entry) SummaryItem {
	return SummaryItem{
		ID: id, URL: e.URL, Title: e.Title,
		Published: e.Published.UTC(), PublishedSource: e.PublishedSource, Text: e.Text,
	}
}
