package incident

import (
	"fmt"
	"slices"
	"time"

	"faultline/pkg/event"
)

// Contradicts reports whether an assessment may only be heard against an incident that
// there is: its item makes no alert by itself, but denies something or takes it back. Like
// Admissible it looks at nothing that is old.
func Contradicts(c Config, a *event.Assessment, now time.Time) bool {
	speaks := noticeOf(a.Item.Title) == takesBack || !a.Relevant && slices.ContainsFunc(a.Findings, denial)
	return speaks && !a.Item.Backlog && fresh(c, a, now)
}

// Denies reports whether an assessment says of what the incident is about that it did
// not happen: its title takes that back, or it denies something of one of its
// categories, asserts nothing of it, and is no news otherwise.
func Denies(i *event.Incident, a *event.Assessment) bool {
	if noticeOf(a.Item.Title) == takesBack {
		return true
	}
	about := func(f event.Finding) bool { return slices.Contains(i.Categories, f.Category) }
	return !a.Relevant && slices.ContainsFunc(a.Findings, func(f event.Finding) bool { return denial(f) && about(f) }) &&
		!slices.ContainsFunc(a.Findings, func(f event.Finding) bool { return f.Assertion == event.Asserted && about(f) })
}

func denial(f event.Finding) bool { return f.Assertion == event.Denied }

// corrections are the reasons why readers have to hear that what they were told is
// no longer so, and the kind of change that this is: the source of a report that they
// have took it back or corrected it, somebody else denies it, or the toll is lower than
// it was.
func corrections(old, i *event.Incident, at int) (event.ChangeKind, []string) {
	r := &i.Reports[at]
	before := find(old, r.Item)
	told := before >= 0 && !old.Reports[before].Denies
	name, news := sourceName(r.Source), announced(old, r)
	switch {
	case news == takesBack:
		return event.ChangeCorrected, []string{name + " takes its report back"}
	case r.Denies && told:
		return event.ChangeCorrected, []string{name + " takes its report back: " + denied(r)}
	case r.Denies && before < 0 && r.CopyOf == "":
		return event.ChangeDenied, []string{name + " denies it: " + denied(r)}
	}
	down := tollsDown(old, i)
	if news == corrects {
		down = append([]string{name + " corrects its report"}, down...)
	}
	return event.ChangeCorrected, down
}

// denied names what a report says did not happen.
func denied(r *event.Report) string {
	if at := slices.IndexFunc(r.Findings, denial); at >= 0 && r.Findings[at].Title != "" {
		return r.Findings[at].Title
	}
	return "it did not happen"
}

// tollsDown compares the least numbers of people, kind by kind, where both know one.
func tollsDown(old, i *event.Incident) (out []string) {
	names := [5]string{"killed", "injured", "missing", "detained", "displaced"}
	before, after := counts(&old.Casualties), counts(&i.Casualties)
	for kind, name := range names {
		if was, is := *before[kind], *after[kind]; was != nil && is != nil && is.Min < was.Min {
			out = append(out, fmt.Sprintf("%s down from %d to %d", name, was.Min, is.Min))
		}
	}
	return out
}
