package incident

import (
	"slices"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// What an incident keeps of one report. Feeds are hostile: everything that
// comes from them has a bound.
const (
	maxTitleRunes    = 300
	maxURLBytes      = 2048
	maxFindings      = 12
	maxEvidence      = 3
	maxEvidenceRunes = 160
	maxEntities      = 64
	maxRegions       = 16
)

func newReport(a *event.Assessment, signature []uint32, now time.Time) event.Report {
	r := event.Report{Item: a.Item.ID, Source: a.Item.Source}
	setText(&r, a, signature)
	setJudgement(&r, a)
	r.Times = event.Times{Published: a.Item.Published, Seen: a.Item.Seen, Assessed: a.Assessed, Incident: now}
	r.PublishedSource = a.Item.PublishedSource
	return r
}

// revise replaces what a new revision of the item changed. A revision that is
// no longer relevant changes the words and leaves the judgement: that a text
// was edited does not mean that the event did not happen.
func revise(r *event.Report, a *event.Assessment, signature []uint32, now time.Time) {
	setText(r, a, signature)
	if a.Relevant {
		setJudgement(r, a)
	}
	r.Times.Seen, r.Times.Assessed, r.Times.Incident = a.Item.Seen, a.Assessed, now
}

func setText(r *event.Report, a *event.Assessment, signature []uint32) {
	r.Revision, r.Assessment, r.Language = a.Item.Revision, a.ID, a.Language
	r.Title = story.Lead(a.Item.Title, maxTitleRunes)
	r.Lead = story.Lead(a.Item.Text, story.LeadRunes)
	if name := story.Attribution(a.Item.Title, a.Item.Text); name != "" || r.Attribution == "" {
		r.Attribution = name // who edits what an agency wrote is no source of it
	}
	r.Signature = signature
	r.URL = ""
	if len(a.Item.URL) <= maxURLBytes {
		r.URL = a.Item.URL
	}
}

func setJudgement(r *event.Report, a *event.Assessment) {
	r.Score, r.Severity, r.Capped, r.Casualties = a.Score, a.Severity, a.Capped, bounded(a.Casualties)
	r.Findings = strongest(a.Findings)
	r.Regions = slices.Clone(a.Regions[:min(len(a.Regions), maxRegions)])
	r.Place = nil
	if a.Main != nil {
		p := *a.Main
		p.Text = story.Lead(p.Text, maxEvidenceRunes)
		r.Place = &p
	}
}

// strongest keeps the findings with the most points, asserted ones first, each
// with its first pieces of evidence, in their old order.
func strongest(findings []event.Finding) []event.Finding {
	order := make([]int, len(findings))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareFindings(findings[a], findings[b]) })
	order = order[:min(len(order), maxFindings)]
	slices.Sort(order)
	out := make([]event.Finding, 0, len(order))
	for _, i := range order {
		f := findings[i]
		f.Evidence = slices.Clone(f.Evidence[:min(len(f.Evidence), maxEvidence)])
		for k := range f.Evidence {
			f.Evidence[k].Text = story.Lead(f.Evidence[k].Text, maxEvidenceRunes)
		}
		out = append(out, f)
	}
	return out
}

func compareFindings(a, b event.Finding) int {
	if (a.Assertion == event.Asserted) != (b.Assertion == event.Asserted) {
		if a.Assertion == event.Asserted {
			return -1
		}
		return 1
	}
	switch {
	case a.Points > b.Points:
		return -1
	case a.Points < b.Points:
		return 1
	}
	return 0
}

// bounded copies the counts; evidence text is cut.
func bounded(c event.Casualties) event.Casualties {
	for _, p := range counts(&c) {
		if *p == nil {
			continue
		}
		n := **p
		if n.Evidence != nil {
			e := *n.Evidence
			e.Text = story.Lead(e.Text, maxEvidenceRunes)
			n.Evidence = &e
		}
		*p = &n
	}
	return c
}

const (
	// maxDetailed is how many further reports keep lead, findings and signature.
	maxDetailed = 24
	// maxBytes bounds an incident's document, well below what a message may
	// have; weigh estimates it.
	maxBytes = 400 << 10
)

// trim keeps the incident within its bounds: first the detail of old reports
// goes, then whole reports, copies before others and old before new.
func trim(c Config, i *event.Incident) {
	detailed, needed := 0, keepers(i)
	for at := len(i.Reports) - 1; at >= 0; at-- {
		if slices.Contains(needed, at) {
			continue
		}
		if detailed++; detailed > maxDetailed {
			r := &i.Reports[at]
			r.Lead, r.Findings, r.Signature = "", nil, nil
		}
	}
	for len(i.Reports) > c.MaxReports || weigh(i) > maxBytes {
		at := leastWanted(i.Reports, keepers(i))
		if at < 0 {
			return
		}
		i.Reports = slices.Delete(i.Reports, at, at+1)
		if at < i.Change.Report {
			i.Change.Report--
		}
	}
}

// keepers are the reports that an incident cannot do without: the first, the
// one that brought the change, those with the headline, the indicator and
// the severity, and the first that denies it.
func keepers(i *event.Incident) []int {
	gravest := slices.IndexFunc(i.Reports, func(r event.Report) bool { return r.Severity == i.Severity })
	denial := slices.IndexFunc(i.Reports, func(r event.Report) bool { return r.Denies && !r.Withdrawn })
	return []int{0, i.Change.Report, best(i.Reports), loudest(i), gravest, denial}
}

// leastWanted is the oldest copy that need not be kept, else the oldest report;
// -1 when all are needed.
func leastWanted(reports []event.Report, needed []int) int {
	oldest := -1
	for at := range reports {
		switch {
		case slices.Contains(needed, at):
		case reports[at].CopyOf != "":
			return at
		case oldest < 0:
			oldest = at
		}
	}
	return oldest
}

// weigh estimates the length of the incident as JSON, from above for any text
// that is not mostly control characters.
func weigh(i *event.Incident) int {
	total := 4096 + 200*len(i.Swings)
	for at := range i.Reports {
		r := &i.Reports[at]
		total += 700 + len(r.Title) + len(r.Lead) + len(r.URL) + 6*len(r.Signature) + len(r.Source.Title) + len(r.Attribution) + 2*len(r.Before)
		for _, f := range r.Findings {
			total += 250 + len(f.Title)
			for _, e := range f.Evidence {
				total += 60 + len(e.Text)
			}
		}
	}
	return total
}

// published is the outlet's date, or when the report was seen.
func published(r *event.Report) time.Time {
	if r.Times.Published.IsZero() {
		return r.Times.Seen
	}
	return r.Times.Published
}
