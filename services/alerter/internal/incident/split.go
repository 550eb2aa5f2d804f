package incident

import (
	"fmt"
	"slices"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// Part returns the incident that some reports of another one become, with what
// copies them, because somebody says that they tell a story of their own. Its id
// is that of its first report. The incident given is not changed: see Rest.
func Part(old *event.Incident, items []string, a event.DeskAction) (*event.Incident, error) {
	reports := slices.DeleteFunc(slices.Clone(old.Reports), func(r event.Report) bool { return !leaves(&r, items) })
	switch {
	case old.MergedInto != "":
		return nil, fmt.Errorf("incident %s became part of %s; name that one", old.ID, old.MergedInto)
	case len(reports) == 0:
		return nil, fmt.Errorf("incident %s has none of these reports; faultline incidents show %[1]s lists its reports", old.ID)
	case len(reports) == len(old.Reports):
		return nil, fmt.Errorf("nothing would be left of incident %s; name the reports of the other story only", old.ID)
	case story.ID(reports[0].Item) == old.ID:
		return nil, fmt.Errorf("the report that opened incident %s stays in it; name those of the other story", old.ID)
	}
	i := &event.Incident{
		ID: story.ID(reports[0].Item), Revision: 1, Status: event.StatusOpen, Region: Unplaced, SplitFrom: old.ID,
		Opened: reports[0].Times.Incident, Updated: a.At, Exercise: old.Exercise, ReportCount: len(reports), Reports: reports,
		Entities: old.Entities, Desk: []event.DeskAction{a},
	}
	i.Categories, i.Regions = content(i, old)
	if placed := slices.IndexFunc(reports, func(r event.Report) bool { return len(r.Regions) > 0 }); placed >= 0 {
		i.Region = reports[placed].Regions[0] // as it would be had they never been in the other one
	}
	derive(i)
	i.Change = event.Change{Kind: event.ChangeNew, Reasons: []string{"was part of incident " + old.ID + ", " + a.String()}}
	return i, nil
}

// Rest returns the next revision of an incident without the reports that became
// another one; nil when it has none of them.
func Rest(old, part *event.Incident) *event.Incident {
	gone := func(r event.Report) bool { return find(part, r.Item) >= 0 }
	said := slices.IndexFunc(part.Desk, func(a event.DeskAction) bool { return a.Kind == event.DeskSplit })
	if part.SplitFrom != old.ID || said < 0 || !slices.ContainsFunc(old.Reports, gone) {
		return nil
	}
	if !slices.ContainsFunc(old.Reports, func(r event.Report) bool { return !gone(r) }) {
		return nil
	}
	a := part.Desk[said]
	i := next(old, a.At)
	a.At = i.Updated
	i.Reports = slices.DeleteFunc(i.Reports, gone)
	i.ReportCount = max(len(i.Reports), max(old.ReportCount, len(old.Reports))-(len(old.Reports)-len(i.Reports)))
	i.Split = append(slices.Clone(old.Split[max(0, len(old.Split)-maxMerged+1):]), part.ID)
	i.Merged = slices.DeleteFunc(slices.Clone(old.Merged), func(id string) bool { return id == part.ID })
	i.Desk = append(slices.Clone(old.Desk[max(0, len(old.Desk)-maxActions+1):]), a)
	i.Categories, i.Regions = content(i, old)
	i.Place, i.Country = nil, ""
	rederive(old, i)
	i.Change = event.Change{Kind: event.ChangeDesk, Reasons: []string{a.String() + ": incident " + part.ID}, Report: len(i.Reports) - 1}
	return i
}

// Carry returns the next revision of an incident that was split off with what came
// to its reports in the other one since; nil when that is nothing. Rest takes them out
// of there, so this comes first.
func Carry(part, old *event.Incident) *event.Incident {
	at := -1
	i := next(part, part.Updated)
	for k := range i.Reports {
		r := &i.Reports[k]
		if from := find(old, r.Item); part.SplitFrom == old.ID && from >= 0 && newer(&old.Reports[from], r) {
			copied := r.CopyOf
			*r, at = old.Reports[from], k
			r.CopyOf = copied
		}
	}
	if at < 0 {
		return nil
	}
	if old.Updated.After(i.Updated) {
		i.Updated = old.Updated
	}
	categories, regions := content(i, part)
	i.Categories = joinedSet(i.Categories, categories, len(event.Categories()))
	i.Regions = joinedSet(i.Regions, regions, maxRegions)
	rederive(part, i)
	i.Change = change(part, i, at, true)
	if i.Change.Kind == event.ChangeEscalated {
		renew(i)
	}
	return i
}

// newer reports whether a report is a later revision than another one of the same
// item, or the same one judged later.
func newer(r, than *event.Report) bool {
	if r.Revision != than.Revision {
		return r.Revision > than.Revision
	}
	return r.Times.Assessed.After(than.Times.Assessed)
}

// Apart reports whether somebody said that two incidents are two stories.
func Apart(a, b *event.Incident) bool {
	from := func(a, b *event.Incident) bool {
		return a.SplitFrom != "" && (a.SplitFrom == b.ID || a.SplitFrom == b.SplitFrom)
	}
	return from(a, b) || from(b, a)
}

// leaves reports whether a report is one of the items, or copies one.
func leaves(r *event.Report, items []string) bool {
	return slices.Contains(items, r.Item) || r.CopyOf != "" && slices.Contains(items, r.CopyOf)
}

// content is what the reports of an incident tell of by themselves: categories and
// regions. Where they have lost their details to the bounds of an incident, it is
// what the incident they were in told of.
func content(i, old *event.Incident) (categories, regions []string) {
	for at := range i.Reports {
		r := &i.Reports[at]
		for _, f := range r.Findings {
			if f.Assertion == event.Asserted && !r.Denies {
				categories = joinedSet(categories, []string{f.Category}, len(event.Categories()))
			}
		}
		regions = joinedSet(regions, r.Regions, maxRegions)
	}
	if len(categories) == 0 {
		categories = old.Categories
	}
	return categories, regions
}
