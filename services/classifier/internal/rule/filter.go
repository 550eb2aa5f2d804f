package rule

import (
	"cmp"
	"slices"
	"strings"

	"faultline/pkg/config"
	"faultline/pkg/event"
)

// tunable is what a filter can change in a rule; nil is what such a rule has
// not.
type tunable struct {
	what     string
	points   *float64
	severity *event.Severity
	status   *Status
	guards   *[]string
	words    bool // it has matches, which words can exclude
}

// applyFilters changes the rules that filters name; excluded phrases are
// compiled later.
func (p *pack) applyFilters() {
	for _, f := range p.filters {
		if t, ok := p.tunable(f.value.Indicator); ok {
			p.override(f, t)
		} else {
			p.fail(f.errorf(".indicator", cmp.Or(config.DidYouMean(f.value.Indicator, p.idsBut(f.value.Indicator)), "write the id of an indicator, a casualty rule or a composite"), "unknown indicator %q", f.value.Indicator))
		}
	}
	p.indicators = slices.DeleteFunc(p.indicators, func(l located[Indicator]) bool { return p.disabled(l.value.ID) })
	p.casualties = slices.DeleteFunc(p.casualties, func(l located[Casualty]) bool { return p.disabled(l.value.ID) })
	p.composites = slices.DeleteFunc(p.composites, func(l located[Composite]) bool { return p.disabled(l.value.ID) })
}

// idsBut are those that a rule may have been meant by which there is not, though
// filters disable it.
func (p *pack) idsBut(unknown string) []string {
	return slices.DeleteFunc(p.ids(), func(id string) bool { return id == unknown })
}

// ids are those of all rules, and of the ones that filters disable.
func (p *pack) ids() (ids []string) {
	for _, l := range p.indicators {
		ids = append(ids, l.value.ID)
	}
	for _, l := range p.casualties {
		ids = append(ids, l.value.ID)
	}
	for _, l := range p.composites {
		ids = append(ids, l.value.ID)
	}
	for _, f := range p.filters {
		if f.value.Disable {
			ids = append(ids, f.value.Indicator)
		}
	}
	return ids
}

func (p *pack) tunable(id string) (tunable, bool) {
	for i := range p.indicators {
		if v := &p.indicators[i].value; v.ID == id {
			return tunable{"an indicator", &v.Points, &v.Severity, &v.Status, &v.Guards, true}, true
		}
	}
	for i := range p.casualties {
		if v := &p.casualties[i].value; v.ID == id {
			return tunable{"a casualty rule", &v.Points, &v.Severity, nil, &v.Guards, true}, true
		}
	}
	for i := range p.composites {
		if v := &p.composites[i].value; v.ID == id {
			return tunable{"a composite", &v.Points, &v.Severity, nil, nil, false}, true
		}
	}
	return tunable{}, false
}

func (p *pack) disabled(id string) bool {
	return slices.ContainsFunc(p.filters, func(f located[Filter]) bool { return f.value.Disable && f.value.Indicator == id })
}

// override changes a rule, and refuses what such a rule has not.
func (p *pack) override(f located[Filter], t tunable) {
	o, under := f.value.Override, source{file: f.file, path: f.path + ".override"}
	if o.Points != nil {
		p.points(under, *o.Points, 0)
		*t.points = *o.Points
	}
	if o.Severity != "" {
		p.severity(under, o.Severity)
		*t.severity = o.Severity
	}
	switch {
	case o.Status == "":
	case t.status == nil:
		p.fail(under.errorf(".status", "write disable: true beside it to switch it off", "%s has no status", t.what))
	default:
		p.status(under, o.Status)
		*t.status = o.Status
	}
	switch {
	case o.Guards == nil:
	case t.guards == nil:
		p.fail(under.errorf(".guards", "change those of the indicators it asks for", "%s has no guards", t.what))
	default:
		p.guardNames(under, o.Guards)
		*t.guards = o.Guards
	}
	if len(f.value.Exclude.Match) > 0 && !t.words {
		p.fail(f.errorf(".exclude.match", "exclude the words from the indicators it asks for", "%s has no phrases", t.what))
	}
}

// tuning is the filters that name a rule.
type tuning []located[Filter]

func (p *pack) tuning(id string) (t tuning) {
	for _, f := range p.filters {
		if f.value.Indicator == id {
			t = append(t, f)
		}
	}
	return t
}

// Excludes returns where the filter stands that leaves the items of a feed to
// other rules, nil when none does.
func (t tuning) Excludes(feed string) func() string {
	for _, f := range t {
		if i := slices.Index(f.value.Exclude.Feeds, feed); i >= 0 {
			return source{file: f.file, path: index(f.path+".exclude.feeds", i)}.at
		}
	}
	return nil
}

// said says what the filters do to a rule for the items of a feed, apart from
// words that they exclude.
func (t tuning) said(feed string) (lines []string) {
	for _, f := range t {
		var does []string
		o := f.value.Override
		for _, part := range []struct {
			does bool
			said string
		}{
			{f.value.Disable, "disables it"}, {o.Points != nil, "sets its points"}, {o.Severity != "", "sets its severity"},
			{o.Status != "", "sets its status"}, {o.Guards != nil, "sets its guards"}, {slices.Contains(f.value.Exclude.Feeds, feed), "leaves out the feed"},
		} {
			if part.does {
				does = append(does, part.said)
			}
		}
		if len(does) > 0 {
			lines = append(lines, "the filter "+f.at()+" "+strings.Join(does, " and "))
		}
	}
	return lines
}
