package digest

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
)

// Ledger is what happened in the period of a digest.
type Ledger struct {
	digest    *Digest
	title     func(region string) string
	incidents map[string]*story
	notices   map[string]event.Notice // open ones, by id
	surges    map[string]event.Notice // the latest of each region
	sources   map[string]int          // reports of the period
}

// story is an incident as it stood last, and what happened to it in the period.
type story struct {
	id, region, headline, place string
	url                         string // of a report, "" for none that may be shown
	severity                    event.Severity
	category                    string
	revision                    int

	regions []string // all that hold it

	opened, escalated, released, closed bool
	stance                              string // what was said against it: denied, taken back
	from                                string // the incident it was split from in the period
	into                                string // the one that it became part of, with which it is told
	took                                int    // how many became part of it in the period
}

// Region is the instability index of a region.
type Region struct {
	ID                   string
	Value, Change, Usual float64 // Usual is 0 until it is known
}

// NewLedger is an empty one. title gives regions their titles, "" for one without.
func (d *Digest) NewLedger(title func(region string) string) *Ledger {
	return &Ledger{digest: d, title: title, incidents: map[string]*story{}, notices: map[string]event.Notice{}, surges: map[string]event.Notice{}, sources: map[string]int{}}
}

// Incident takes in a change of the period. Drills are no news.
func (l *Ledger) Incident(in event.Incident) {
	labels := alert.Labels(in)
	delete(labels, "change")
	s := l.incidents[in.ID]
	if in.Exercise || s == nil && !l.digest.matchers.Matches(labels) { // what was told of stays, also when it is no longer grave
		return
	}
	if s == nil {
		if in.Status == event.StatusClosed && in.Change.Kind == event.ChangeReworded { // it was over before, and is printed again
			return
		}
		s = &story{id: in.ID}
		l.incidents[in.ID] = s
	}
	switch in.Change.Kind {
	case event.ChangeNew:
		s.opened, s.from = true, in.SplitFrom
	case event.ChangeEscalated:
		s.escalated = true
	case event.ChangeReleased:
		s.released = true
	}
	switch in.Change.Kind {
	case event.ChangeNew, event.ChangeEscalated, event.ChangeReleased, event.ChangeReport, event.ChangeReworded:
		l.source(in)
	}
	if in.Revision < s.revision {
		return
	}
	s.revision, s.region, s.severity, s.category = in.Revision, in.Region, in.Severity, in.Category
	s.regions, s.stance = in.Regions, stance(in.Corroboration)
	s.closed, s.into = in.Status == event.StatusClosed, in.MergedInto
	s.headline, s.place, s.url = alert.Clean(in.Headline, 160), "", link(in)
	if in.Place != nil {
		s.place = alert.Clean(in.Place.Name, 60)
	}
}

// stance is what was said against an incident, in a word.
func stance(c event.Corroboration) string {
	switch {
	case c.Withdrawn > 0 && c.Independent == 0:
		return "taken back"
	case c.Denied > 0:
		return "denied"
	}
	return ""
}

// maxLink is how long an address may be, in bytes, so that a digest stays a page.
const maxLink = 300

// link is the address of the report with the headline, or of the latest that has one.
func link(in event.Incident) (address string) {
	for _, r := range in.Reports {
		found, _ := alert.SafeURL(r.URL)
		if found == "" || len(found) > maxLink {
			continue
		}
		if address = found; r.Title == in.Headline {
			break
		}
	}
	return address
}

// source counts who brought the change.
func (l *Ledger) source(in event.Incident) {
	if i := in.Change.Report; i >= 0 && i < len(in.Reports) {
		r := in.Reports[i].Source
		l.sources[alert.Clean(cmp.Or(r.Title, r.Feed), 60)]++
	}
}

// Notice takes in a notice of any time, in order.
func (l *Ledger) Notice(n event.Notice) {
	if n.Exercise {
		return
	}
	if n.Kind == event.NoticeRegionSurge {
		l.surges[n.Region] = n
		return
	}
	if n.Over.IsZero() {
		l.notices[n.ID] = n
	} else {
		delete(l.notices, n.ID)
	}
}

// The most lines of each kind; what is left out is counted.
const (
	mostRegions = 15
	mostStories = 3 // of a region
	mostFeeds   = 8
	mostSources = 5
)

// Tell makes the one alert that the digest is.
func (l *Ledger) Tell(id string, since, until time.Time, index []Region) event.Alert {
	all := l.stories()
	const clock = "2 Jan 15:04"
	period := since.In(l.digest.zone).Format(clock) + " to " + until.In(l.digest.zone).Format(clock) + ", " + l.digest.zone.String()
	notice := "From " + period + "."
	if len(index) > 0 {
		notice += " " + scale
	}
	l.drop(since)
	severity, lines := event.SeverityLow, l.regions(all, index)
	for _, s := range all {
		if !s.closed && s.severity.Rank() > severity.Rank() {
			severity = s.severity
		}
	}
	for _, line := range []string{
		counted("By severity", all, func(s *story) string { return string(s.severity) }),
		counted("By category", all, func(s *story) string { return s.category }),
		ranked("Top sources", l.sources, mostSources),
	} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return event.Alert{
		Incident: id, Revision: 1, StartsAt: until,
		Labels: map[string]string{"alertname": "Digest", "category": "digest", "digest": l.digest.Name, "incident": id, "severity": string(severity), "change": "digest"},
		Annotations: map[string]string{
			"summary": fmt.Sprintf("%s: %s", l.digest.Name, tally(all)), "notice": notice, "change": l.digest.Name,
			"severity": string(severity), "status": string(event.StatusOpen), "details": strings.Join(append(lines, l.troubles()...), "\n"),
		},
	}
}

// drop forgets surges that were over before the period.
func (l *Ledger) drop(since time.Time) {
	maps.DeleteFunc(l.surges, func(_ string, n event.Notice) bool { return !n.Over.IsZero() && n.Over.Before(since) })
}

// surge says when more than usual was going on in a region, "" if it was not in the period.
func (l *Ledger) surge(region string) string {
	n, ok := l.surges[region]
	if !ok {
		return ""
	}
	const clock = "2 Jan 15:04"
	text := ", in a surge since " + n.Since.In(l.digest.zone).Format(clock)
	if !n.Over.IsZero() {
		text = ", in a surge from " + n.Since.In(l.digest.zone).Format(clock) + " to " + n.Over.In(l.digest.zone).Format(clock)
	}
	return text
}

// scale says what the index of a region is.
const scale = "Index: one critical, confirmed incident is 20 now, and 10 after a day."

// stories are those of the period, each with how many became part of it.
func (l *Ledger) stories() (all []*story) {
	took := map[string]int{}
	for _, s := range l.incidents {
		took[s.into]++
	}
	for _, s := range l.incidents {
		if s.into == "" {
			s.took = took[s.id]
			all = append(all, s)
		}
	}
	return all
}

// tally says how many incidents there were of each kind.
func tally(all []*story) string {
	opened, escalated, closed := 0, 0, 0
	for _, s := range all {
		opened += number(s.opened)
		escalated += number(s.escalated)
		closed += number(s.closed)
	}
	if opened+escalated+closed == 0 {
		return "nothing new"
	}
	return fmt.Sprintf("%d new, %d escalated, %d closed", opened, escalated, closed)
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// regions are the regions in a surge first, then those with an escalation, those with other news, and those in
// whose parts there is news; of these by their index, the highest first. Each has its worst incidents.
func (l *Ledger) regions(all []*story, index []Region) (lines []string) {
	byRegion, within := map[string][]*story{}, map[string][]*story{}
	for _, s := range all {
		byRegion[s.region] = append(byRegion[s.region], s)
		for _, r := range s.regions {
			if r != s.region {
				within[r] = append(within[r], s)
			}
		}
	}
	index = slices.Clone(index)
	for region := range byRegion {
		if !slices.ContainsFunc(index, func(r Region) bool { return r.ID == region }) {
			index = append(index, Region{ID: region})
		}
	}
	// A region without a story, an index or a change of it has nothing to say.
	index = slices.DeleteFunc(index, func(r Region) bool { return byRegion[r.ID] == nil && (!l.whole() || r.Value < 0.5 && r.Change > -0.5) })
	slices.SortFunc(index, func(a, b Region) int {
		return cmp.Or(cmp.Compare(number(l.surge(b.ID) != ""), number(l.surge(a.ID) != "")), cmp.Compare(urgency(byRegion[b.ID]), urgency(byRegion[a.ID])), cmp.Compare(b.Value, a.Value), cmp.Compare(a.ID, b.ID))
	})
	for i, r := range index {
		if i == mostRegions {
			return append(lines, fmt.Sprintf("and %d regions more", len(index)-mostRegions))
		}
		lines = append(append(lines, l.say(r, byRegion[r.ID], within[r.ID])), worst(byRegion[r.ID])...)
	}
	return lines
}

// whole reports whether the digest is of everything, so that regions without an
// incident belong into it.
func (l *Ledger) whole() bool { return len(l.digest.matchers) == 0 }

// urgency is 2 for stories of which one escalated, 1 for others that are new.
func urgency(stories []*story) int {
	most := 0
	for _, s := range stories {
		switch {
		case s.escalated:
			return 2
		case s.opened:
			most = 1
		}
	}
	return most
}

// say tells a region's index and how many incidents it has, with those of the regions in it, which
// are named there.
func (l *Ledger) say(r Region, own, parts []*story) string {
	name := r.ID
	if title := alert.Clean(l.title(r.ID), 60); title != "" {
		name = title
	} else if r.ID == alert.Unplaced {
		name = "No watched region"
	}
	usual := "usual not known yet"
	if r.Usual > 0 {
		usual = fmt.Sprintf("usually %.1f", r.Usual)
	}
	if math.Abs(r.Change) < 0.05 {
		r.Change = 0 // and not -0.0
	}
	text := fmt.Sprintf("%s: index %.1f (%+.1f, %s)%s; %s", name, r.Value, r.Change, usual, l.surge(r.ID), tally(append(slices.Clone(own), parts...)))
	if len(parts) > 0 {
		text += fmt.Sprintf(" (%d within its parts)", len(parts))
	}
	return text
}

// worst are the most severe incidents of a region: those that are open before others, and of
// them those that escalated first.
func worst(stories []*story) (lines []string) {
	slices.SortFunc(stories, func(a, b *story) int {
		return cmp.Or(cmp.Compare(number(a.closed), number(b.closed)), cmp.Compare(number(b.escalated), number(a.escalated)), cmp.Compare(b.severity.Rank(), a.severity.Rank()), cmp.Compare(a.id, b.id))
	})
	for i, s := range stories {
		if i == mostStories {
			return append(lines, fmt.Sprintf("– and %d more", len(stories)-mostStories))
		}
		line := "– " + s.say()
		if s.url != "" {
			line = alert.Link{URL: s.url, Text: line}.String()
		}
		lines = append(lines, line)
	}
	return lines
}

func (s *story) say() string {
	words := []string{string(s.severity)}
	for _, w := range []struct {
		is   bool
		word string
	}{{s.opened, "new"}, {s.escalated, "escalated"}, {s.released, "released"}, {s.closed, "closed"}} {
		if w.is {
			words = append(words, w.word)
		}
	}
	if s.stance != "" {
		words = append(words, s.stance)
	}
	if s.from != "" {
		words = append(words, "split from ["+short(s.from)+"]")
	}
	if s.took > 0 {
		words = append(words, fmt.Sprintf("merged with %d more", s.took))
	}
	text := strings.Join(words, ", ") + ": " + s.headline
	if s.place != "" {
		text += " (" + s.place + ")"
	}
	return text + " [" + short(s.id) + "]"
}

// short is an incident's id as messages show it.
func short(id string) string { return id[:min(len(id), 10)] }

func counted(title string, all []*story, of func(*story) string) string {
	n := map[string]int{}
	for _, s := range all {
		n[of(s)]++
	}
	return ranked(title, n, 2*mostSources)
}

// ranked says the counts, the highest first.
func ranked(title string, n map[string]int, most int) string {
	names := slices.SortedFunc(maps.Keys(n), func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	var parts []string
	for i, name := range names {
		if i == most {
			parts = append(parts, fmt.Sprintf("and %d more", len(names)-most))
			break
		}
		parts = append(parts, fmt.Sprintf("%s %d", name, n[name]))
	}
	if len(parts) == 0 {
		return ""
	}
	return title + ": " + strings.Join(parts, ", ")
}

// troubles are those of the watch that are open: of feeds, regions, channels.
func (l *Ledger) troubles() (lines []string) {
	if len(l.notices) == 0 {
		return nil
	}
	open := slices.SortedFunc(maps.Values(l.notices), func(a, b event.Notice) int {
		return cmp.Or(cmp.Compare(b.Severity.Rank(), a.Severity.Rank()), a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
	lines = append(lines, fmt.Sprintf("The watch in trouble: %d", len(open)))
	for i, n := range open {
		if i == mostFeeds {
			return append(lines, fmt.Sprintf("– and %d more", len(open)-mostFeeds))
		}
		lines = append(lines, "– "+alert.Clean(n.Summary, 160)+", since "+n.Since.In(l.digest.zone).Format("2 Jan 15:04"))
	}
	return lines
}
