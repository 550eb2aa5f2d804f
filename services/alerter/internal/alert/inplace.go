package alert

import (
	"maps"
	"slices"
	"strings"

	"faultline/pkg/event"
)

// whole is what the alert of an incident says otherwise where it takes the place of the
// message that its readers were shown: what all reports tell, and not the changed one alone.
func whole(in event.Incident, changed event.Report) map[string]string {
	if len(in.Reports) < 2 {
		return nil
	}
	order := []event.Report{changed, gravest(in)}
	for i := len(in.Reports) - 1; i >= 0; i-- {
		order = append(order, in.Reports[i])
	}
	all := map[string]string{}
	if !changed.Denies { // then nothing happened, says the last word
		all["what"] = joined(in.Indicator, order, false)
	}
	all["denied"] = joined(in.Indicator, order, true)
	maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
	return all
}

// joined is what some reports say happened, or did not, each thing in the words of the first
// report that says it, first the finding lead by which the incident goes.
func joined(lead string, reports []event.Report, denied bool) string {
	var lines []string
	before := map[string]bool{}
	for _, r := range reports {
		all := sentences(lead, r, denied)
		for _, s := range all {
			if !before[s.title] && !slices.Contains(lines, s.line) && len(lines) < maxFindings {
				lines = append(lines, s.line)
			}
		}
		for _, s := range all {
			before[s.title] = true
		}
	}
	return strings.Join(lines, "\n")
}

// gravest is the report that gives the incident its score, the changed one where that does
// too; without findings where none does, as of what everybody denies.
func gravest(in event.Incident) event.Report {
	if r := changed(in); r.Score == in.Score {
		return r
	}
	for _, r := range in.Reports {
		if r.Score == in.Score && !r.Denies && len(r.Findings) > 0 {
			return r
		}
	}
	return event.Report{}
}

// Refresh completes a draft for the place of the message that told of the incident: with the
// links of all reports, as those shown before go with that message, and what all of them tell.
func (d Draft) Refresh() event.Alert {
	a, _ := d.Tell(func(string) bool { return false })
	maps.Copy(a.Annotations, d.Whole)
	return a
}

// InPlace are the annotations in which an alert differs that takes the place of an older message.
func (d Draft) InPlace(told event.Alert) map[string]string {
	other := d.Refresh().Annotations
	for _, name := range [...]string{"links", "more_links", "what", "denied"} { // "" where Tell has it and Refresh has not
		if _, ok := other[name]; !ok && told.Annotations[name] != "" {
			other[name] = ""
		}
	}
	maps.DeleteFunc(other, func(name, text string) bool { return told.Annotations[name] == text })
	if len(other) == 0 {
		return nil
	}
	return other
}
