package incident

import (
	"slices"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// Unplaced is the region of what has no place.
const Unplaced = "unplaced"

// Admissible reports whether an assessment may start an incident: it is
// relevant, was not old already when its feed was first read, and is fresh.
func Admissible(c Config, a *event.Assessment, now time.Time) bool {
	return asserting(a).Relevant && !a.Item.Backlog && fresh(c, a, now)
}

// fresh reports whether an item was first seen within the window. The outlet's date
// does not count: it may be wrong, and what nobody saw before is news, however
// late. Messages say how late.
func fresh(c Config, a *event.Assessment, now time.Time) bool {
	seen := a.Item.FirstSeen
	if seen.IsZero() {
		seen = a.Item.Seen
	}
	return now.Sub(seen) <= time.Duration(c.Window)
}

// Open starts an incident with its first report. The id is that of the item,
// so that deciding again after a crash gives the same incident.
func Open(c Config, a *event.Assessment, signature []uint32, now time.Time) *event.Incident {
	i := &event.Incident{
		ID: story.ID(a.Item.ID), Revision: 1, Status: event.StatusOpen, Region: Unplaced,
		Opened: now, Updated: now, Exercise: a.Item.Exercise, ReportCount: 1,
		Reports: []event.Report{newReport(a, signature, now)},
	}
	widen(i, a)
	derive(i)
	i.Change = event.Change{Kind: event.ChangeNew, Reasons: []string{openReason(i)}}
	trim(c, i)
	return i
}

// Known says how far an incident has an assessment already.
type Known int

const (
	Unknown Known = iota // the item is no report of the incident
	Older                // a report, in an older revision or judged by older rules
	Same                 // exactly this assessment, or a newer one, is in it
)

// Has says whether the incident has the assessment.
func Has(i *event.Incident, a *event.Assessment) Known {
	at := find(i, a.Item.ID)
	if at < 0 {
		return Unknown
	}
	r := &i.Reports[at]
	switch {
	case r.Assessment == a.ID || r.Revision > a.Item.Revision:
		return Same
	case r.Revision == a.Item.Revision && !a.Assessed.After(r.Times.Assessed):
		return Same // judged again by older rules
	}
	return Older
}

func find(i *event.Incident, item string) int {
	return slices.IndexFunc(i.Reports, func(r event.Report) bool { return r.Item == item })
}

// Text is what was found out about the text of an assessment's item.
type Text struct {
	Signature []uint32
	CopyOf    string // the item whose text it repeats, if any
	Presumed  bool   // that it tells the story follows from place, time and kind of event alone
}

// Merge returns the incident's next revision with the assessment in it: as a
// further report, or as a new revision of a report it has; one that is over stays so for a copy. The
// incident given is not changed.
func Merge(c Config, old *event.Incident, a *event.Assessment, text Text, now time.Time) *event.Incident {
	i, a := next(old, now), asserting(a)
	at := find(i, a.Item.ID)
	revised := at >= 0
	if revised {
		revise(&i.Reports[at], a, text.Signature, now)
	} else {
		r := newReport(a, text.Signature, now)
		r.CopyOf, r.Presumed = text.CopyOf, text.Presumed
		i.Reports = append(i.Reports, r)
		i.ReportCount = max(old.ReportCount, len(old.Reports)) + 1
		at = len(i.Reports) - 1
	}
	judge(old, i, at, a)
	if a.Relevant {
		widen(i, a)
	}
	rederive(old, i)
	i.Change = change(old, i, at, revised)
	if i.Severity.Rank() < old.Severity.Rank() {
		i.Change.Severity, i.Change.Certainty = old.Severity, old.Corroboration.Certainty
	}
	if !revised && !(Over(old) && text.CopyOf != "") || i.Change.Kind == event.ChangeEscalated {
		renew(i)
	}
	trim(c, i)
	return i
}

// widen adds what only grows: that later reports do not mention the riot does
// not undo it. The region stays, once there is one: routes go by it.
func widen(i *event.Incident, a *event.Assessment) {
	i.Categories = joinedSet(i.Categories, a.Categories, len(event.Categories()))
	i.Entities = joinedSet(i.Entities, a.Entities, maxEntities)
	i.Regions = joinedSet(i.Regions, a.Regions, maxRegions)
	if i.Region == Unplaced && len(a.Regions) > 0 {
		i.Region = a.Regions[0]
	}
}

// next copies an incident deep enough that changing the copy's fields and
// reports leaves the original alone. Its time is no earlier than it was, as clocks differ.
func next(old *event.Incident, now time.Time) *event.Incident {
	i := *old
	i.Revision++
	if now.After(old.Updated) {
		i.Updated = now
	}
	i.Reports = slices.Clone(old.Reports)
	return &i
}

// Age moves an incident on that had no report for a while: from open to quiet,
// from quiet to closed. It returns nil when it is not yet time.
func Age(c Config, old *event.Incident, now time.Time) *event.Incident {
	idle := now.Sub(LastReport(old))
	switch {
	case old.Status == event.StatusClosed:
		return nil
	case idle >= time.Duration(c.CloseAfter):
		return Close(old, "no report for "+c.CloseAfter.String(), now)
	case idle >= time.Duration(c.QuietAfter) && old.Status == event.StatusOpen:
		return moved(old, event.StatusQuiet, event.ChangeQuiet, "no report for "+c.QuietAfter.String(), now)
	}
	return nil
}

// Close ends an incident that is not closed yet.
func Close(old *event.Incident, reason string, now time.Time) *event.Incident {
	return moved(old, event.StatusClosed, event.ChangeClosed, reason, now)
}

func moved(old *event.Incident, status event.Status, kind event.ChangeKind, reason string, now time.Time) *event.Incident {
	i := next(old, now)
	i.Status = status
	i.Change = event.Change{Kind: kind, Reasons: []string{reason}, Report: old.Change.Report}
	return i
}

// Expired reports whether a closed incident may be forgotten.
func Expired(c Config, i *event.Incident, now time.Time) bool {
	return i.Status == event.StatusClosed && now.Sub(i.Updated) >= time.Duration(c.Keep)
}

// LastReport is when the latest report, or revision of one, came in, or somebody
// opened the incident again.
func LastReport(i *event.Incident) time.Time {
	last := i.Opened
	for k := range i.Reports {
		if t := i.Reports[k].Times.Incident; t.After(last) {
			last = t
		}
	}
	for k := range i.Desk {
		if a := &i.Desk[k]; a.Kind == event.DeskReopened && a.At.After(last) {
			last = a.At
		}
	}
	return last
}

// joinedSet is the sorted union of two sets of at most limit elements; what is
// in first comes first when not all fit.
func joinedSet(first, more []string, limit int) []string {
	out := slices.Clone(first)
	for _, s := range more {
		if len(out) < limit && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}
