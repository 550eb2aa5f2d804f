package incident

import (
	"maps"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// derive sets all that follows from the reports.
func derive(i *event.Incident) {
	top := best(i.Reports)
	i.Headline, i.Language = headline(&i.Reports[top]), i.Reports[top].Language
	i.Severity, i.Score = gravity(i.Reports)
	if f := naming(&i.Reports[loudest(i)]); f.Indicator != "" {
		i.Indicator, i.Category = f.Indicator, f.Category
	}
	i.Place = place(i)
	if i.Place != nil {
		i.Country = i.Place.Country
	}
	i.Casualties = toll(i.Reports)
	i.Corroboration = corroborate(i.Reports)
}

// naming is the finding by which an incident goes: the strongest of a report, or the one of its
// category by which a message tells the same words, so that both call it the same.
func naming(r *event.Report) event.Finding {
	strongest := story.Strongest(r.Findings)
	for _, t := range event.Tell(r.Findings, r.Casualties) {
		if t.Category == strongest.Category && slices.ContainsFunc(t.Also, func(f event.Finding) bool { return f.Indicator == strongest.Indicator }) {
			return t.Finding
		}
	}
	return strongest
}

// maxFormerly is how many standings an incident remembers, more than one has in its life: who was
// told by one that is forgotten is not told how it ended.
const maxFormerly = 32

// rederive is derive for the next revision of an incident, which remembers how it stood before.
func rederive(old, i *event.Incident) {
	derive(i)
	was, is := standing(old), standing(i)
	if was == is {
		return
	}
	before := slices.DeleteFunc(slices.Clone(old.Formerly), func(s event.Standing) bool { return s == was || s == is })
	i.Formerly = append(before[max(0, len(before)-maxFormerly+1):], was)
}

func standing(i *event.Incident) event.Standing {
	s := event.Standing{
		Severity: i.Severity, Certainty: i.Corroboration.Certainty, Indicator: i.Indicator, Category: i.Category,
		Region: i.Region, Country: i.Country, Language: i.Language,
	}
	if i.Place != nil {
		s.Place = i.Place.Name
	}
	return s
}

// deniedFactor is what is left of a score that nobody stands by, as of a finding that is denied.
const deniedFactor = 0.1

// gravity is the highest severity and score of the reports that stand. Of what everybody
// denies or took back it is low, and a tenth of the score.
func gravity(reports []event.Report) (severity event.Severity, score int) {
	standing, _, _ := sides(reports)
	all := standing
	if len(standing) == 0 {
		all = reports
	}
	severity = event.SeverityNone
	for at := range all {
		score = max(score, all[at].Score)
		if all[at].Severity.Rank() > severity.Rank() {
			severity = all[at].Severity
		}
	}
	if len(standing) == 0 && severity != event.SeverityNone {
		return event.SeverityLow, int(float64(score) * deniedFactor)
	}
	return severity, score
}

// headline is a report's title; of one without a title the first sentence, or else what it is
// found to tell.
func headline(r *event.Report) string {
	if r.Title != "" {
		return r.Title
	}
	first, _, _ := strings.Cut(r.Lead, "\n")
	if end := strings.Index(first, ". "); end > 0 {
		first = first[:end]
	}
	if first = strings.TrimSuffix(strings.TrimSpace(first), "."); first != "" {
		return story.Lead(first, maxHeadlineRunes)
	}
	return story.Strongest(r.Findings).Title
}

// maxHeadlineRunes bounds a headline that is no title.
const maxHeadlineRunes = 160

// best is the index of the report with the most reliable source, among those by which who
// was held is free, should there be any; of equals the
// graver one, of these the one with the higher score, of these the earliest. Those in the language of the first that
// tells the story come before others: a desk does not follow a headline into another one.
func best(reports []event.Report) int {
	top := max(0, slices.IndexFunc(reports, func(r event.Report) bool { return !r.Denies }))
	language := reports[top].Language
	for at := range reports {
		a, b := &reports[at], &reports[top]
		switch {
		case a.Denies || b.Denies:
			if b.Denies && !a.Denies { // the headline is what happened
				top = at
			}
		case a.Language != b.Language && (a.Language == language || b.Language == language):
			if a.Language == language {
				top = at
			}
		case freesAll(a) != freesAll(b):
			if freesAll(a) {
				top = at
			}
		case grade(a.Source) != grade(b.Source):
			if grade(a.Source) < grade(b.Source) {
				top = at
			}
		case a.Severity != b.Severity:
			if a.Severity.Rank() > b.Severity.Rank() {
				top = at
			}
		case a.Score > b.Score:
			top = at
		case a.Score == b.Score && published(a).Before(published(b)):
			top = at
		}
	}
	return top
}

// loudest is the index of the report with the highest score, the first of equals, among those
// that still have their findings and of these those that give the incident its severity: routes ask
// for both, and what is critical is not to be called by the protest that it began as.
func loudest(i *event.Incident) int {
	top := 0
	for at := range i.Reports {
		a, b := &i.Reports[at], &i.Reports[top]
		switch {
		case len(a.Findings) == 0:
		case len(b.Findings) == 0:
			top = at
		case (a.Severity == i.Severity) != (b.Severity == i.Severity):
			if a.Severity == i.Severity {
				top = at
			}
		case a.Score > b.Score:
			top = at
		}
	}
	return top
}

// grade orders sources from 0 (A, completely reliable) to 5. A source that was
// not rated, or cannot be, stands between fairly and not usually reliable.
func grade(s event.Source) int {
	switch s.Reliability {
	case "A":
		return 0
	case "B":
		return 1
	case "C":
		return 2
	case "D":
		return 4
	case "E":
		return 5
	}
	return 3
}

// place is the first report's, or the first that says more precisely where:
// a town rather than a region or a country.
func place(i *event.Incident) *event.Place {
	place := i.Place
	for at := range i.Reports {
		if p := i.Reports[at].Place; p != nil && (place == nil || precise(p) && !precise(place) && p.Country == place.Country) {
			place = p
		}
	}
	return place
}

func precise(p *event.Place) bool { return p.Admin1 != "" }

// counts are pointers to killed, injured, missing, detained and displaced.
func counts(c *event.Casualties) [5]**event.Count {
	return [5]**event.Count{&c.Killed, &c.Injured, &c.Missing, &c.Detained, &c.Displaced}
}

// toll is the highest count of each kind among the latest words of each source:
// a source that corrects itself lowers it, another one's older number does not.
// Sources that are not usually reliable count only while no other gives one.
func toll(reports []event.Report) event.Casualties {
	var out event.Casualties
	for kind, sum := range counts(&out) {
		doubtful := false
		for _, at := range latest(reports, kind) {
			r := &reports[at]
			n, weak := *counts(&r.Casualties)[kind], grade(r.Source) >= 4
			if *sum == nil || doubtful && !weak || doubtful == weak && more(n, *sum) {
				*sum, doubtful = n, weak
			}
		}
	}
	return out
}

func more(a, b *event.Count) bool {
	if a.Min != b.Min {
		return a.Min > b.Min
	}
	if a.Over != b.Over {
		return a.Over
	}
	return a.Max > b.Max
}

// latest are the indexes, in order, of the report of each source that was the
// last to give a number of the kind. A lower one than the source's other reports have counts
// only in one that says that it corrects them: without it, a part of the people is told of, or
// another event.
func latest(reports []event.Report, kind int) []int {
	last := map[string]int{}
	for at := range reports {
		r := &reports[at]
		if *counts(&r.Casualties)[kind] == nil || r.Denies {
			continue
		}
		before, ok := last[owner(r.Source)]
		if !ok || supersedes(r, &reports[before], kind) {
			last[owner(r.Source)] = at
		}
	}
	return slices.Sorted(maps.Values(last))
}

// supersedes reports whether the number of a report stands instead of that of another one
// of its source.
func supersedes(r, other *event.Report, kind int) bool {
	old, later := other, r
	if r.Times.Incident.Before(other.Times.Incident) {
		old, later = r, other
	}
	lower := more(*counts(&old.Casualties)[kind], *counts(&later.Casualties)[kind])
	return (later == r) != (lower && !story.Lowers(later.Title))
}
