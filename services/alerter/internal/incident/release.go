package incident

import (
	"slices"

	"faultline/pkg/event"
)

// releases are the reasons why readers have to hear that who was held is free: the first
// time that a report says so of an incident in which somebody was taken, and of the rest
// once all are free.
func releases(old *event.Incident, r *event.Report) []news {
	if r.Denies {
		return nil
	}
	f := release(r)
	if f == nil || !slices.Contains(old.Categories, f.Category) {
		return nil
	}
	for at := range old.Reports {
		if freesAll(&old.Reports[at]) || release(&old.Reports[at]) != nil && !freesAll(r) {
			return nil
		}
	}
	word := "released: "
	if !freesAll(r) {
		word = "released in part: "
	}
	return []news{{kind: event.ChangeReleased, text: word + f.Title + ", says " + sourceName(r.Source), of: swingReleased, value: extent(r)}}
}

// release is the finding of a report that who was held is free; nil when there is none.
func release(r *event.Report) *event.Finding {
	if at := slices.IndexFunc(r.Findings, func(f event.Finding) bool { return f.Releases() }); at >= 0 && !r.Denies {
		return &r.Findings[at]
	}
	return nil
}

// freesAll reports whether that somebody is free is what the report is of that kind: nobody is
// told to be held on.
func freesAll(r *event.Report) bool {
	f := release(r)
	return f != nil && !slices.ContainsFunc(r.Findings, func(g event.Finding) bool {
		return g.Assertion == event.Asserted && g.Category == f.Category && !g.Releases() && g.Severity.Rank() > f.Severity.Rank() && g.Points > f.Points/2
	})
}
