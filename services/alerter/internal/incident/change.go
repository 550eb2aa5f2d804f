package incident

import (
	"fmt"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// change says what the report at index at brought to the incident, given how
// the incident was, and notes there what swings. revised is set when the report was known in another
// revision. What only goes back and forth is kept, and no news.
func change(old, i *event.Incident, at int, revised bool) event.Change {
	c := event.Change{Kind: event.ChangeReport, Report: at}
	r := &i.Reports[at]
	recent := lately(old, i.Updated)
	i.Swings = recent.fell(old, i, at)
	kind, down, aside := corrections(old, i, at)
	corrected, calm := recent.part(down, i)
	if !r.Denies && (!returns(old, r) || recent.has(stoodAgain+r.Source.Feed, 1)) {
		up, again := recent.part(escalations(old, i, at), i)
		c.Reasons, calm = up, append(calm, again...)
	} else if !r.Denies {
		c.Reasons = texts(escalations(old, i, at))
	}
	edited := edits(old, r)
	freed, again := recent.part(releases(old, r), i)
	calm = append(calm, again...)
	if len(freed) > 0 {
		c.Reasons = slices.Concat(c.Reasons, corrected, calm, edited)
		return released(freed, c)
	}
	switch {
	case len(c.Reasons) > 0 && len(corrected) == 0:
		c.Kind, c.Reasons = event.ChangeEscalated, slices.Concat(c.Reasons, calm, edited)
	case len(c.Reasons) > 0:
		c.Kind, c.Reasons = event.ChangeEscalated, slices.Concat(c.Reasons, corrected, aside, calm)
	case len(corrected) > 0:
		c.Kind, c.Reasons = kind, slices.Concat(corrected, aside, calm)
	case len(calm) > 0:
		c.Kind, c.Reasons = event.ChangeReworded, append(calm, edited...)
	default:
		c.Kind, c.Reasons = further(r, edited, revised)
	}
	return c
}

// further is what a report is that brings no news.
func further(r *event.Report, edited []string, revised bool) (event.ChangeKind, []string) {
	name := sourceName(r.Source)
	switch {
	case len(edited) > 0:
		return event.ChangeReworded, edited
	case revised:
		return event.ChangeReworded, []string{"the report by " + name + " was judged by other rules"}
	case r.CopyOf != "":
		return event.ChangeReworded, []string{name + " carries a copy of a known report"}
	case r.Denies:
		return event.ChangeReport, []string{"further denial by " + name}
	case r.Presumed:
		return event.ChangeReport, []string{"report by " + name + " in another language, presumed to be of this by place, time and kind of event"}
	}
	return event.ChangeReport, []string{"further report by " + name}
}

// edits is the reason that an outlet edited its report, if it did.
func edits(old *event.Incident, r *event.Report) []string {
	if at := find(old, r.Item); at >= 0 && r.Revision > old.Reports[at].Revision {
		return []string{sourceName(r.Source) + " revised its report"}
	}
	return nil
}

// escalations are the reasons why the change deserves a message.
func escalations(old, i *event.Incident, at int) []news {
	var out []news
	r := &i.Reports[at]
	heard := voice(old, r) // what another outlet brings is no swing
	swing := func(of string) string {
		if heard {
			return of
		}
		return ""
	}
	if i.Severity.Rank() > old.Severity.Rank() {
		out = append(out, news{fmt.Sprintf("severity up from %s to %s", old.Severity, i.Severity), swing(swingSeverity), i.Severity.Rank()})
	}
	out = append(out, tollsUp(old, i)...)
	for _, c := range i.Categories {
		if !slices.Contains(old.Categories, c) {
			out = append(out, news{text: "new category: " + c})
		}
	}
	if p := newPlace(old, r); p != "" {
		out = append(out, news{"new place: " + p, swingPlace, r.Place.GeonameID})
	}
	if old.Region == Unplaced && i.Region != Unplaced {
		out = append(out, news{text: "place now known: region " + i.Region})
	}
	if old.Corroboration.Independent < 2 && i.Corroboration.Independent >= 2 {
		out = append(out, news{"second independent source: " + sourceName(r.Source), swing(swingSources), 2})
	}
	return out
}

// tolls are the names of the numbers of people, in the order of counts.
var tolls = [5]string{"killed", "injured", "missing", "detained", "displaced"}

// tollsUp compares the least numbers of people, kind by kind. A first number
// is news as well, unless the incident opens with it.
func tollsUp(old, i *event.Incident) []news {
	before, after := counts(&old.Casualties), counts(&i.Casualties)
	var out []news
	for kind, name := range tolls {
		was, is := *before[kind], *after[kind]
		switch {
		case is == nil || is.Min == 0:
		case was == nil:
			out = append(out, news{fmt.Sprintf("%s: %s", name, is), name, is.Min})
		case is.Min > was.Min:
			out = append(out, news{fmt.Sprintf("%s up from %s to %s", name, was, is), name, is.Min})
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
