package alert

import (
	"cmp"
	"time"

	"faultline/pkg/event"
)

// The categories of notices. Most are about the sources of news, not about news; a surge of a
// region is.
const (
	CategorySources = "sources"
	CategorySurge   = "surge"
)

// IsNotice reports whether alerts of a category are notices.
func IsNotice(category string) bool { return category == CategorySources || category == CategorySurge }

// Notice says a notice as an alert. The trouble is its incident: revision 1 says
// that it began, revision 2 that it is over.
func Notice(n event.Notice) Draft {
	a := event.Alert{
		Incident: n.ID, Revision: 1, StartsAt: n.Since,
		Labels:      tidy(namedNotice(n)),
		Annotations: noticeAnnotations(n),
	}
	if !n.Over.IsZero() {
		a.Revision, a.EndsAt = 2, n.Over
	}
	return Draft{Alert: a}
}

// namedNotice are the labels as they come, empty ones too.
func namedNotice(n event.Notice) map[string]string {
	labels := map[string]string{
		"alertname": string(n.Kind), "incident": n.ID, "category": CategorySources, "severity": string(n.Severity),
		"feed": n.Feed, "region": n.Region, "country": n.Country, "host": n.Host, "channel": n.Channel, "change": string(event.ChangeNew), "exercise": "",
	}
	if n.Kind == event.NoticeRegionSurge {
		labels["category"] = CategorySurge
	}
	if !n.Over.IsZero() {
		labels["change"] = string(event.ChangeClosed)
	}
	if n.Exercise {
		labels["exercise"] = "true"
	}
	return labels
}

func noticeAnnotations(n event.Notice) map[string]string {
	all := map[string]string{
		"summary": Clean(n.Summary, maxHeadline), "notice": Clean(cmp.Or(n.Detail, "It began on "+said(n.Since)+"."), maxTitle*2), "remedy": Clean(n.Remedy, maxTitle*2),
		"severity": string(n.Severity), "status": string(event.StatusOpen), "change": "since " + said(n.Since), "opened": moment(n.Since),
	}
	if !n.Over.IsZero() {
		all["status"], all["change"] = string(event.StatusClosed), "over since "+said(n.Over)
	}
	if n.Exercise {
		all["exercise"], all["summary"] = exercise, event.Mark(true, all["summary"])
	}
	for name, value := range all {
		if value == "" {
			delete(all, name)
		}
	}
	return all
}

// said is a time as a reader wants it.
func said(t time.Time) string { return t.UTC().Format("2 Jan 15:04") + " UTC" }
