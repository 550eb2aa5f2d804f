// Package alert says an incident in Alertmanager's terms: labels to route by
// and annotations to read. It decides nothing and sends nothing.
package alert

import (
	"cmp"
	"maps"
	"strconv"
	"strings"

	"faultline/pkg/event"
)

// Draft is an incident as it stands, before it is known which of its links the
// readers of a group have seen already.
type Draft struct {
	Alert event.Alert `json:"alert"`
	// Links are those of the newest reports, the one that brought the change
	// first.
	Links []Link `json:"links,omitempty"`
	// Whole are the annotations that differ in the place of an older message: see Refresh.
	Whole map[string]string `json:"whole,omitempty"`
	// Was are the labels before the change, where it lowered the severity: the routes
	// of both are taken.
	Was map[string]string `json:"-"`
	// Formerly are the labels of all times before: who was told by them is kept up to date.
	Formerly []map[string]string `json:"-"`
}

// The limits of the parts of an alert, in characters. Together they keep one
// alert below the 4,096 characters of a Telegram message.
const (
	maxHeadline = 240
	maxTitle    = 160
	maxEvidence = 120
	maxName     = 60
	maxReason   = 120

	maxFindings = 6
	maxSources  = 6
	maxLinks    = 40 // kept in a draft
	maxTold     = 10 // shown in one message
	maxActions  = 3
	maxID       = 10 // of an incident, as messages name theirs
)

// New says the incident as an alert.
func New(in event.Incident) Draft {
	report := changed(in)
	d := Draft{
		Alert: event.Alert{
			Incident: in.ID, Revision: in.Revision,
			Labels: Labels(in), Annotations: annotations(in, report),
			StartsAt: in.Opened,
		},
		Links: links(in), Whole: whole(in, report),
	}
	if in.Change.Severity != "" {
		d.Was = maps.Clone(d.Alert.Labels)
		d.Was["severity"], d.Was["certainty"] = string(in.Change.Severity), in.Change.Certainty
	}
	for _, s := range in.Formerly {
		d.Formerly = append(d.Formerly, formerly(in, s))
	}
	if d.Alert.StartsAt.IsZero() {
		d.Alert.StartsAt = in.Updated
	}
	if reported(&in) {
		d.Alert.Times = report.Times
	}
	d.Alert.Times.Incident = in.Updated
	if in.Change.Kind == event.ChangeClosed || in.Change.Kind == event.ChangeReworded && in.Status == event.StatusClosed { // which stays over
		d.Alert.EndsAt = in.Updated
	}
	if len(d.Links) > 0 {
		d.Alert.GeneratorURL = d.Links[0].URL
	}
	return d
}

// formerly are the labels of an incident as they were when it stood otherwise.
func formerly(in event.Incident, s event.Standing) map[string]string {
	in.Severity, in.Corroboration.Certainty = s.Severity, s.Certainty
	in.Indicator, in.Category, in.Region, in.Country, in.Language = s.Indicator, s.Category, s.Region, s.Country, s.Language
	in.Place = nil
	if s.Place != "" {
		in.Place = &event.Place{Name: s.Place, Country: s.Country}
	}
	return Labels(in)
}

// Labels are what routes match and groups are made of. Each is there, so that
// a matcher on it never depends on the incident.
func Labels(in event.Incident) map[string]string { return tidy(named(in)) }

// Unplaced is the place of what happened nobody knows where, and the region of that and of
// what happened in no watched region.
const Unplaced = "unplaced"

// Elsewhere is how messages call the region of what is placed in no watched one.
const Elsewhere = "outside the watched regions"

// Name gives the region in the words of the alert its title; an empty one is unknown.
func (d Draft) Name(title string) {
	if title = Clean(title, maxName); title != "" && d.Alert.Annotations["region"] != "" {
		d.Alert.Annotations["region"] = title
	}
}

// named are the labels as they come, empty ones too.
func named(in event.Incident) map[string]string {
	place, country := Unplaced, in.Country
	if in.Place != nil {
		place = Clean(in.Place.Name, maxName)
		if country == "" {
			country = in.Place.Country
		}
	}
	labels := map[string]string{
		"alertname": in.Indicator, "incident": in.ID, "region": in.Region, "country": country, "place": place,
		"category": in.Category, "severity": string(in.Severity), "certainty": in.Corroboration.Certainty,
		"language": in.Language, "change": string(in.Change.Kind), "exercise": "",
	}
	if in.Exercise {
		labels["exercise"] = "true"
	}
	return labels
}

// tidy cleans labels and drops empty ones, which are none to Alertmanager.
func tidy(labels map[string]string) map[string]string {
	for name, value := range labels {
		if labels[name] = Clean(value, 2*maxName); labels[name] == "" {
			delete(labels, name)
		}
	}
	return labels
}

// WorstFirst orders alerts by their severity.
func WorstFirst(a, b event.Alert) int {
	return cmp.Compare(event.Severity(b.Labels["severity"]).Rank(), event.Severity(a.Labels["severity"]).Rank())
}

// changed is the report that brought the latest change.
func changed(in event.Incident) event.Report {
	switch i := in.Change.Report; {
	case i >= 0 && i < len(in.Reports):
		return in.Reports[i]
	case len(in.Reports) > 0:
		return in.Reports[len(in.Reports)-1]
	default:
		return event.Report{}
	}
}

// links are the reports' addresses: the changed one first, then from the
// newest to the oldest, each address once.
func links(in event.Incident) []Link {
	var out []Link
	seen := map[string]bool{}
	add := func(r event.Report) {
		address, host := SafeURL(r.URL)
		if address == "" || seen[address] || len(out) == maxLinks {
			return
		}
		seen[address] = true
		if r.Before == in.ID {
			r.Before = "" // it was split off, and came back
		}
		out = append(out, Link{Report: r.Item, URL: address, Text: outlet(r, host)})
	}
	add(changed(in))
	for i := len(in.Reports) - 1; i >= 0; i-- {
		add(in.Reports[i])
	}
	return out
}

// outlet names who reports, whether that denies the story, and, of a link, the incident that it
// may have been told in before and the host the reader would go to.
func outlet(r event.Report, host string) string {
	name := Clean(r.Source.Title, maxName)
	if name == "" {
		name = Clean(r.Source.Feed, maxName)
	}
	if r.Source.Reliability != "" {
		name += " (" + Clean(r.Source.Reliability, 2) + ")"
	}
	if stance := r.Stance(); stance != "" {
		name += ", " + stance
	}
	if host != "" && r.Before != "" {
		name += ", told in incident " + r.Before[:min(len(r.Before), maxID)]
	}
	if host != "" && !strings.EqualFold(host, name) {
		name += ", " + host
	}
	return name
}

// Tell completes a draft for readers who were told some of its reports: only
// links of the others are shown, because old links read as old news. It
// returns the reports that the readers know now.
func (d Draft) Tell(told func(report string) bool) (event.Alert, []string) {
	a := d.Alert
	a.Annotations = make(map[string]string, len(d.Alert.Annotations)+1)
	for k, v := range d.Alert.Annotations {
		a.Annotations[k] = v
	}
	var lines, reports []string
	for _, l := range d.Links {
		if told(l.Report) {
			continue
		}
		reports = append(reports, l.Report)
		if len(lines) < maxTold {
			lines = append(lines, l.String())
		}
	}
	if more := len(reports) - len(lines); more > 0 {
		a.Annotations["more_links"] = strconv.Itoa(more)
	}
	if len(lines) > 0 {
		a.Annotations["links"] = strings.Join(lines, "\n")
	}
	return a, reports
}
