package assess

import (
	"cmp"
	"math"
	"slices"

	"faultline/pkg/event"
)

// conclude fills the assessment from the findings.
func (r *run) conclude(a *event.Assessment) {
	asserted := false
	rest := 1.0
	for i := range r.findings {
		f := &r.findings[i]
		rest *= 1 - min(f.Points, 100)/100
		if f.effective() {
			asserted = true
			r.trace.effective(f.Indicator)
			if a.Categories == nil {
				a.Categories = make([]string, 0, len(r.findings)-i)
			}
			if !slices.Contains(a.Categories, f.Category) {
				a.Categories = append(a.Categories, f.Category)
			}
		}
	}
	r.report(a)
	slices.Sort(a.Categories)
	// A saturating sum: each finding takes its points of what is left to 100, so
	// that a second strong sign adds less than the first and none passes 100.
	a.Score = int(math.Round(100 * (1 - rest)))
	a.Relevant = asserted && a.Score >= r.engine.config.Threshold
	if a.Relevant {
		a.Severity, a.Capped = r.severity(a.Score)
	}
	a.Casualties = r.casualties
	for i := range r.entities {
		a.Entities = append(a.Entities, r.engine.rules.Entities[r.entities[i].entity].ID)
	}
	slices.Sort(a.Entities)
}

// report gives the findings to the assessment, those with most points first.
// They are large, so their numbers are sorted.
func (r *run) report(a *event.Assessment) {
	if len(r.findings) == 0 {
		return
	}
	order := r.scratch.order[:0]
	for i := range r.findings {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(i, k int) int { return cmp.Compare(r.findings[k].Points, r.findings[i].Points) })
	a.Findings = make([]event.Finding, len(order))
	for at, i := range order {
		a.Findings[at] = r.findings[i].Finding
	}
	r.scratch.order = order
}

// severity is that of the score, not above the gravest asserted finding, and
// not more than one step below the gravest one in title or lead; and whether the score
// alone gives a higher one.
func (r *run) severity(score int) (severity event.Severity, capped bool) {
	t := r.engine.config.Severity
	rank := 0
	for _, least := range []int{t.Low, t.Moderate, t.High, t.Critical} {
		if score >= least {
			rank++
		}
	}
	gravest, lift := 0, 0
	for i := range r.findings {
		f := &r.findings[i]
		if !f.effective() {
			continue
		}
		gravest = max(gravest, f.Severity.Rank())
		if f.best != nil && f.best.position >= r.engine.config.Position.Lead {
			lift = max(lift, f.Severity.Rank()-1)
		}
	}
	return event.Severities()[max(min(max(rank, lift), gravest), 1)], rank > max(gravest, 1)
}
