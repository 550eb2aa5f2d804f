package incident

import (
	"fmt"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// change says what the report at index at brought to the incident, given how
// the incident was. revised is set when the report was known in another
// revision.
func change(old, i *event.Incident, at int, revised bool) event.Change {
	c := event.Change{Kind: event.ChangeReport, Report: at}
	r := &i.Reports[at]
	kind, corrected := corrections(old, i, at)
	if !r.Denies {
		c.Reasons = escalations(old, i, at)
	}
	edited := edits(old, r)
	if freed := releases(old, r); len(freed) > 0 {
		c.Reasons = append(append(c.Reasons, corrected...), edited...)
		return released(freed, c)
	}
	switch {
	case len(c.Reasons) > 0 && len(corrected) == 0:
		c.Kind, c.Reasons = event.ChangeEscalated, append(c.Reasons, edited...)
		return c
	case len(c.Reasons) > 0:
		c.Kind, c.Reasons = event.ChangeEscalated, append(c.Reasons, corrected...)
		return c
	case len(corrected) > 0:
		c.Kind, c.Reasons = kind, corrected
		return c
	}
	switch {
	case len(edited) > 0:
		c.Kind, c.Reasons = event.ChangeReworded, edited
	case revised:
		c.Kind, c.Reasons = event.ChangeReworded, []string{"the report by " + sourceName(r.Source) + " was judged by other rules"}
	case r.CopyOf != "":
		c.Kind, c.Reasons = event.ChangeReworded, []string{sourceName(r.Source) + " carries a copy of a known report"}
	case r.Denies:
		c.Reasons = []string{"further denial by " + sourceName(r.Source)}
	case r.Presumed:
		c.Reasons = []string{"report by " + sourceName(r.Source) + " in another language, presumed to be of this by place, time and kind of event"}
	default:
		c.Reasons = []string{"further report by " + sourceName(r.Source)}
	}
	return c
}

// edits is the reason that an outlet edited its report, if it did.
func edits(old *event.Incident, r *event.Report) []string {
	if at := find(old, r.Item); at >= 0 && r.Revision > old.Reports[at].Revision {
		return []string{sourceName(r.Source) + " revised its report"}
	}
	return nil
}

// escalations are the reasons why the change deserves a message.
func escalations(old, i *event.Incident, at int) []string {
	var out []string
	if i.Severity.Rank() > old.Severity.Rank() {
		out = append(out, fmt.Sprintf("severity up from %s to %s", old.Severity, i.Severity))
	}
	out = append(out, tollsUp(old, i)...)
	for _, c := range i.Categories {
		if !slices.Contains(old.Categories, c) {
			out = append(out, "new category: "+c)
		}
	}
	if p := newPlace(old, &i.Reports[at]); p != "" {
		out = append(out, "new place: "+p)
	}
	if old.Region == Unplaced && i.Region != Unplaced {
		out = append(out, "place now known: region "+i.Region)
	}
	if old.Corroboration.Independent < 2 && i.Corroboration.Independent >= 2 {
		out = append(out, "second independent source: "+sourceName(i.Reports[at].Source))
	}
	return out
}

// tollsUp compares the least numbers of people, kind by kind. A first number
// is news as well, unless the incident opens with it.
func tollsUp(old, i *event.Incident) []string {
	names := [5]string{"killed", "injured", "missing", "detained", "displaced"}
	before, after := counts(&old.Casualties), counts(&i.Casualties)
	var out []string
	for kind, name := range names {
		was, is := *before[kind], *after[kind]
		switch {
		case is == nil || is.Min == 0:
		case was == nil:
			out = append(out, fmt.Sprintf("%s: %s", name, is))
		case is.Min > was.Min:
			out = append(out, fmt.Sprintf("%s up from %s to %s", name, was, is))
		}
	}
	return out
}

// newPlace is the name of the report's place when the incident had precise
// places and this is none of them, nor near one.
func newPlace(old *event.Incident, r *event.Report) string {
	if r.Place == nil || !precise(r.Place) {
		return ""
	}
	known := false
	for at := range old.Reports {
		p := old.Reports[at].Place
		if p == nil || !precise(p) {
			continue
		}
		if known = true; story.SameArea(p, r.Place) {
			return ""
		}
	}
	if !known {
		return ""
	}
	return r.Place.Name
}

func openReason(i *event.Incident) string {
	return "first report, by " + sourceName(i.Reports[0].Source)
}

// sourceName is what a reader knows the source by.
func sourceName(s event.Source) string {
	for _, name := range []string{s.Title, s.Feed} {
		if name = strings.TrimSpace(name); name != "" {
			return story.Lead(name, 80)
		}
	}
	return "an unnamed source"
}
