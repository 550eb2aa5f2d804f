package incident

import (
	"fmt"
	"slices"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// Contradicts reports whether an assessment may only be heard against an incident that
// there is: its item makes no alert by itself, but denies something or takes it back. Like
// Admissible it looks at nothing that is old.
func Contradicts(c Config, a *event.Assessment, now time.Time) bool {
	speaks := func() bool { return !a.Relevant && slices.ContainsFunc(a.Findings, denial) || withdraws(a) }
	return !a.Item.Backlog && fresh(c, a, now) && speaks()
}

// denies reports whether an assessment says of what the incident is about that it did
// not happen: its outlet takes that back, or it denies something of one of its
// categories, asserts nothing of it, and is no news otherwise.
func denies(i *event.Incident, a *event.Assessment) bool {
	if withdraws(a) {
		return true
	}
	about := func(f event.Finding) bool { return slices.Contains(i.Categories, f.Category) }
	return !a.Relevant && slices.ContainsFunc(a.Findings, func(f event.Finding) bool { return denial(f) && about(f) }) &&
		!slices.ContainsFunc(a.Findings, func(f event.Finding) bool { return f.Assertion == event.Asserted && about(f) })
}

// Joins reports whether an assessment may become a report of an incident that it is like:
// it tells news, or denies what the incident is about; an outlet takes back only what it told.
func Joins(i *event.Incident, a *event.Assessment) bool {
	switch {
	case withdraws(a):
		return slices.ContainsFunc(i.Reports, func(r event.Report) bool { return r.Source.Feed == a.Item.Source.Feed })
	case a.Relevant:
		return true
	}
	return denies(i, a)
}

// judge notes in an incident how its report at index at stands to what it was: what an
// outlet denies in another text is a denial that it carries, and its own report stands; what
// it denies in a revision it takes back there, and in a correction or a retraction everywhere.
func judge(old, i *event.Incident, at int, a *event.Assessment) {
	r := &i.Reports[at]
	before := find(old, r.Item)
	revoked := before >= 0 && !old.Reports[before].Denies && r.Revision > old.Reports[before].Revision
	r.Denies = denies(old, a)
	if r.Denies {
		r.Findings = strongest(a.Findings)
	}
	all := r.Denies && (withdraws(a) || Corrects(old, a))
	r.Withdrawn = r.Denies && (r.Withdrawn || revoked || all)
	if all {
		disown(i.Reports, r)
	}
}

func denial(f event.Finding) bool { return f.Assertion == event.Denied }

// corrections are the reasons why readers have to hear that what they were told is
// no longer so: the source of a report that they have took it back or corrected it,
// somebody else denies it, or the toll is lower than it was.
func corrections(old, i *event.Incident, at int) (out []news) {
	r := &i.Reports[at]
	name := sourceName(r.Source)
	switch {
	case r.Withdrawn && tells(old, r.Source.Feed):
		return []news{{kind: event.ChangeCorrected, text: name + " takes its report back" + denied(r), of: takenBack + r.Source.Feed, value: 1, edit: true}}
	case r.Denies:
		return denials(old, r)
	case announced(old, r):
		out = []news{{kind: event.ChangeCorrected, text: name + " corrects its report", of: headed + r.Source.Feed + " " + r.Item, value: 1, edit: true}}
	}
	return append(out, tollsDown(old, i)...)
}

// denials are the reasons why a denial deserves a message: it is the first, the first of a
// second source, or in an official's words, or it denies a category that no other did. What
// one source denies again tells nobody anything new, nor does a copy.
func denials(old *event.Incident, r *event.Report) []news {
	before := slices.DeleteFunc(slices.Clone(old.Reports), func(o event.Report) bool { return !o.Denies || o.Withdrawn })
	said := ""
	switch {
	case r.CopyOf != "" || r.Withdrawn || find(old, r.Item) >= 0:
		return nil
	case len(before) == 0:
		said = " denies it"
	case sourcesOf(before) == 1 && sourcesOf(append(before, *r)) == 2:
		said = " denies it too"
	case official(r) && !slices.ContainsFunc(before, func(o event.Report) bool { return official(&o) }):
		said = " has an official deny it"
	case !slices.ContainsFunc(before, func(o event.Report) bool { return deniesAsMuch(&o, r) }):
		said = " denies more of it"
	default:
		return nil
	}
	return []news{{kind: event.ChangeDenied, text: sourceName(r.Source) + said + denied(r)}}
}

func sourcesOf(reports []event.Report) int {
	grades, _ := independent(reports)
	return len(grades)
}

// official reports whether an official is said to deny it.
func official(r *event.Report) bool {
	return slices.ContainsFunc(r.Findings, func(f event.Finding) bool {
		return denial(f) && f.Attribution != nil && f.Attribution.Source == "official"
	})
}

// deniesAsMuch reports whether a denial is of all categories that another one is of. One
// whose details were cut off is taken to be.
func deniesAsMuch(r, other *event.Report) bool {
	covered := func(f event.Finding) bool {
		return !denial(f) || slices.ContainsFunc(r.Findings, func(o event.Finding) bool { return denial(o) && o.Category == f.Category })
	}
	return len(r.Findings) == 0 || !slices.ContainsFunc(other.Findings, func(f event.Finding) bool { return !covered(f) })
}

// denied names what a report says did not happen, ": A rally".
func denied(r *event.Report) string {
	f := story.Strongest(r.Findings) // of what it takes back
	if at := slices.IndexFunc(r.Findings, denial); at >= 0 {
		f = r.Findings[at]
	}
	if f.Title == "" {
		return ""
	}
	return ": " + f.Title
}

// tollsDown compares the least numbers of people, kind by kind, where both know one.
func tollsDown(old, i *event.Incident) (out []news) {
	before, after := counts(&old.Casualties), counts(&i.Casualties)
	for kind, name := range tolls {
		if was, is := *before[kind], *after[kind]; was != nil && is != nil && is.Min < was.Min {
			out = append(out, news{kind: event.ChangeCorrected, text: fmt.Sprintf("%s down from %s to %s", name, was, is), of: name, value: is.Min})
		}
	}
	return out
}
