package incident

import (
	"slices"

	"faultline/pkg/correction"
	"faultline/pkg/event"
)

// asserting is an assessment without what it says happened, if its item takes that
// back.
func asserting(a *event.Assessment) *event.Assessment {
	if !withdraws(a) {
		return a
	}
	nothing := *a
	nothing.Relevant, nothing.Score, nothing.Severity, nothing.Casualties = false, 0, event.SeverityNone, event.Casualties{}
	return &nothing
}

func withdraws(a *event.Assessment) bool { return correction.Withdraws(a.Item.Title, a.Item.Text) }

// Correction reports whether an assessment's item is headed as the correction of a report
// that its outlet published before.
func Correction(a *event.Assessment) bool {
	return correction.Of(a.Item.Title) == correction.Corrects
}

// Corrects reports whether an assessment corrects what its outlet told of an incident.
func Corrects(i *event.Incident, a *event.Assessment) bool {
	return Correction(a) && tells(i, a.Item.Source.Feed)
}

// disown takes the word of a report from the others of its outlet, which takes back
// what it reported.
func disown(reports []event.Report, by *event.Report) {
	for i := range reports {
		if reports[i].Source.Feed == by.Source.Feed {
			reports[i].Denies, reports[i].Withdrawn = true, true
		}
	}
}

// admit notes on the reports of an incident what their outlets took back, where the build that stored
// them knew only that it is denied, and reports whether there were any: a report that told it and
// was edited to deny it, one that says so, and what that one's outlet told besides.
func admit(reports []event.Report) (changed bool) {
	for at := range reports {
		r := &reports[at]
		if !r.Denies || r.Withdrawn {
			continue
		}
		says := correction.Withdraws(r.Title, r.Lead)
		if says || Told(r) && r.Revision > 0 {
			r.Withdrawn, changed = true, true
		}
		if says {
			disown(reports, r)
		}
	}
	return changed
}

// Told reports whether a report once told the news, whatever became of it since: then its story is
// found by it. A notice that takes reports back did not, nor does a denial.
func Told(r *event.Report) bool { return r.Severity.Rank() > event.SeverityNone.Rank() }

// tells reports whether a feed has told something of an incident, and not taken it
// back yet.
func tells(i *event.Incident, feed string) bool {
	return slices.ContainsFunc(i.Reports, func(r event.Report) bool { return r.Source.Feed == feed && !r.Denies })
}

// announced reports whether a report is headed as a correction of one that readers have, and
// which they were not told yet.
func announced(old *event.Incident, r *event.Report) bool {
	known := false
	for i := range old.Reports {
		o := &old.Reports[i]
		if known = known || o.Source.Feed == r.Source.Feed; o.Item == r.Item && corrects(o) {
			return false
		}
	}
	return known && corrects(r)
}

func corrects(r *event.Report) bool { return correction.Of(r.Title) == correction.Corrects }
