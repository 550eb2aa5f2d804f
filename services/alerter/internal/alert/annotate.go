package alert

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"faultline/pkg/event"
)

// annotations are what people read. Lists have one entry a line; an empty
// annotation is left out.
func annotations(in event.Incident, report event.Report) map[string]string {
	all := map[string]string{
		"summary":     summary(in),
		"headline":    Clean(in.Headline, maxHeadline),
		"what":        what(in, report, false),
		"denied":      what(in, report, true),
		"evidence":    evidence(gravest(in), report),
		"score":       strconv.Itoa(in.Score),
		"bound":       in.Bound(),
		"severity":    string(in.Severity),
		"place":       place(in),
		"region":      region(in),
		"outlet":      outlet(report, ""),
		"casualties":  casualties(in.Casualties),
		"sources":     sources(in),
		"support":     in.Corroboration.String(),
		"change":      change(in.Change),
		"status":      string(in.Status),
		"times":       times(in, report),
		"published":   moment(report.Times.Published),
		"seen":        moment(report.Times.Seen),
		"assessed":    moment(report.Times.Assessed),
		"updated":     moment(in.Updated),
		"opened":      moment(in.Opened),
		"delayed":     late(report),
		"desk":        desk(in.Desk),
		"merged_into": in.MergedInto,
		"done":        done(in),
		"split_from":  in.SplitFrom,
		"split":       split(in),

		"acknowledged": moment(in.Acknowledged),
	}
	if in.Exercise {
		all["exercise"] = exercise
		if all["headline"] != "" {
			all["headline"] = event.Mark(true, all["headline"])
		}
	}
	for k, v := range all {
		if v == "" {
			delete(all, k)
		}
	}
	return all
}

// exercise is what a drill says of itself.
const exercise = "EXERCISE: a drill, nothing of this happened"

func summary(in event.Incident) string {
	headline := Clean(in.Headline, maxHeadline)
	if headline == "" {
		headline = in.Category
	}
	return event.Mark(in.Exercise, headline)
}

// what names what happened, first that by which the incident goes, then the strongest, and then what is only feared, planned or
// past, marked as such; or else what is denied. By a report that denies the story nothing
// happened, and what it asserts all the same is what its outlet took back. The dead and hurt
// that have their number in the alert are left to that.
func what(in event.Incident, r event.Report, denied bool) string {
	return joined(in.Indicator, []event.Report{r}, denied)
}

// told is a line of "what", and what it is about.
type told struct{ title, line string }

func sentences(lead string, r event.Report, denied bool) (all []told) {
	if r.Denies && !denied {
		return nil
	}
	tellings := event.Lead(event.Tell(r.Findings, r.Casualties), lead)
	acts := slices.ContainsFunc(tellings, func(t event.Telling) bool { return t.Category != "casualties" && asserted(t.Finding) })
	for i := range tellings {
		t := &tellings[i]
		if (t.Assertion == event.Denied || r.Denies && asserted(t.Finding)) != denied || t.Counted && acts && !denied {
			continue
		}
		all = append(all, told{cmp.Or(t.Title, t.Indicator), sentence(t, denied)})
	}
	return all
}

func asserted(f event.Finding) bool { return f.Assertion == event.Asserted || f.Assertion == "" }

// sentence is the title of a finding, who did it to whom, and whose word it is.
func sentence(t *event.Telling, denied bool) string {
	line := Clean(cmp.Or(t.Title, t.Indicator), maxTitle)
	if !asserted(t.Finding) && !denied {
		line = string(t.Assertion) + ": " + line
	}
	if who := t.Who(func(name string) string { return Clean(name, maxEvidence) }); who != "" {
		line += ": " + who
	}
	if came := Clean(t.Came(), maxTitle); came != "" {
		line += "; " + came
	}
	if a := t.Attribution; a != nil {
		source := Clean(a.Source, maxName) + ": "
		if a.Source == "hearsay" {
			source = "" // nobody
		}
		line += " (" + source + "“" + Clean(a.Text, maxEvidence) + "”)"
	}
	return line
}

// evidence quotes the words that fired, with the points each gave, and what else fired on
// them: those of the report that gives the score, which they explain, then what another one has
// besides.
func evidence(score, report event.Report) string {
	var lines []string
	seen := map[string]bool{}
	for _, r := range []event.Report{score, report} {
		tellings := event.Tell(r.Findings, r.Casualties)
		tellings = slices.DeleteFunc(tellings, func(t event.Telling) bool { return seen[t.Indicator] })
		for i := range tellings {
			seen[tellings[i].Indicator] = true
			if len(lines) < maxFindings {
				lines = append(lines, fired(&tellings[i]))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// fired is a line of evidence.
func fired(t *event.Telling) string {
	var quotes []string
	for _, e := range t.Evidence {
		if q := "“" + Clean(e.Text, maxEvidence) + "”"; q != "“”" && len(quotes) < 2 && !slices.ContainsFunc(quotes, func(said string) bool { return strings.EqualFold(said, q) }) {
			quotes = append(quotes, q) // the lead often says again what the title says
		}
	}
	line := fmt.Sprintf("%+.0f %s %s", t.Points, Clean(t.Indicator, maxName), strings.Join(quotes, " "))
	if !asserted(t.Finding) {
		line += " (" + string(t.Assertion) + ")"
	}
	if t.Guard != "" {
		line += " (guard: " + Clean(t.Guard, maxName) + ")"
	}
	return line + also(t.Also)
}

// also names what says no more of the words of a finding, with the points each gave.
func also(findings []event.Finding) string {
	var names []string
	for _, f := range findings {
		names = append(names, fmt.Sprintf("%+.0f %s", f.Points, Clean(f.Indicator, maxName)))
	}
	if names = atMost(names, maxFindings-1); len(names) == 0 {
		return ""
	}
	return ", also " + strings.Join(names, ", ")
}

// place is the place in words and as coordinates, which any map takes.
func place(in event.Incident) string {
	if in.Place == nil {
		return "place unknown"
	}
	parts := []string{Clean(in.Place.Name, maxName)}
	if country := cmp.Or(in.Place.Country, in.Country); country != "" {
		parts = append(parts, Clean(country, maxName))
	}
	text := strings.Join(parts, ", ")
	if in.Place.Lat == 0 && in.Place.Lon == 0 {
		return text
	}
	return text + " · " + coordinate(in.Place.Lat, "N", "S") + " " + coordinate(in.Place.Lon, "E", "W")
}

// region is the watched region by its id, until Draft.Name gives it its title. What is placed
// and in none of them is elsewhere; of what has no place that is said already.
func region(in event.Incident) string {
	switch {
	case in.Region != Unplaced:
		return Clean(in.Region, maxName)
	case in.Place != nil:
		return Elsewhere
	}
	return ""
}

func coordinate(degrees float64, positive, negative string) string {
	if degrees < 0 {
		return fmt.Sprintf("%.3f°%s", -degrees, negative)
	}
	return fmt.Sprintf("%.3f°%s", degrees, positive)
}

func casualties(c event.Casualties) string {
	var parts []string
	for _, one := range []struct {
		word  string
		count *event.Count
	}{{"killed", c.Killed}, {"injured", c.Injured}, {"missing", c.Missing}, {"detained", c.Detained}, {"displaced", c.Displaced}} {
		if one.count != nil {
			parts = append(parts, one.count.String()+" "+one.word)
		}
	}
	return strings.Join(parts, ", ")
}

// sources names the outlets, each once, with the Admiralty rating of each: those that tell
// the story, then those that deny it or took it back.
func sources(in event.Incident) string {
	var telling, others []string
	seen := map[string]bool{}
	for _, r := range in.Reports {
		name := outlet(r, "")
		if r.Source.State() && name != "" {
			name += ", state-controlled"
		}
		if r.CopyOf != "" {
			name += ", copy"
		}
		switch {
		case name == "" || seen[name]:
			continue
		case r.Denies:
			others = append(others, name)
		default:
			telling = append(telling, name)
		}
		seen[name] = true
	}
	others = atMost(others, maxSources/2)
	return strings.Join(append(atMost(telling, maxSources-len(others)), others...), "\n")
}

// atMost are the first of a list, with how many more there are.
func atMost(lines []string, limit int) []string {
	if more := len(lines) - limit; more > 1 {
		return append(lines[:limit:limit], fmt.Sprintf("and %d more", more))
	}
	return lines
}

func change(c event.Change) string {
	var reasons []string
	for _, r := range c.Reasons {
		if r = Clean(r, maxReason); r != "" && len(reasons) < maxFindings {
			reasons = append(reasons, r)
		}
	}
	if len(reasons) == 0 {
		return string(c.Kind)
	}
	return strings.Join(reasons, "; ")
}

// desk says what people did about the incident, the latest first.
func desk(actions []event.DeskAction) string {
	var lines []string
	for _, a := range slices.Backward(actions) {
		if len(lines) < maxActions {
			lines = append(lines, said(a.At)+" "+Clean(a.String(), maxTitle))
		}
	}
	return strings.Join(lines, "\n")
}

// done is what somebody at the desk did, where that is the change, in a word.
func done(in event.Incident) string {
	if in.Change.Kind != event.ChangeDesk || len(in.Desk) == 0 {
		return ""
	}
	return Clean(string(in.Desk[len(in.Desk)-1].Kind), maxName)
}

// split says who made two incidents of one, or one of two, and which the other is, where that
// is the change.
func split(in event.Incident) string {
	part := in.Change.Kind == event.ChangeNew && in.SplitFrom != ""
	if d := done(in); !part && d != string(event.DeskSplit) && d != string(event.DeskMerged) {
		return ""
	}
	return change(in.Change)
}

// minLate is from when on the outlet's own delay is worth a word.
const minLate = 6 * time.Hour

// late says how long before it was first seen the outlet dates a report. Its
// date decides nothing, because many are wrong.
func late(r event.Report) string {
	behind := r.Times.Seen.Sub(r.Times.Published)
	if r.Revision > 0 || r.PublishedSource != event.PublishedFeed || r.Times.Published.IsZero() || behind < minLate {
		return ""
	}
	if behind < 48*time.Hour {
		return fmt.Sprintf("The outlet dates this %d hours before it was seen.", behind/time.Hour)
	}
	return fmt.Sprintf("The outlet dates this %d days before it was seen.", behind/(24*time.Hour))
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
