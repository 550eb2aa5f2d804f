package incident

import (
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// owner names who is behind a source: its owner, else the feed itself.
func owner(s event.Source) string {
	if s.Owner != "" {
		return "owner:" + strings.ToLower(s.Owner)
	}
	return "feed:" + s.Feed
}

// corroborate counts the independent sources and rates the information.
// Reports are of one source when they have the same owner, name the same agency
// as theirs, or one repeats the other's text.
// One that denies the story is no source for it, nor is one that has it from an outlet
// that took it back. Contradicted news is possibly true at best, however many tell it, and
// improbable once nobody stands by it.
func corroborate(reports []event.Report) event.Corroboration {
	telling, denying, withdrawn := sides(reports)
	grades, states := corroborating(telling)
	c := event.Corroboration{
		Independent: len(grades), State: states, Denied: sourcesOf(denying), Withdrawn: sourcesOf(withdrawn), Credibility: rate(grades),
	}
	switch contradicted := c.Denied+c.Withdrawn > 0; {
	case contradicted && len(grades) == 0:
		c.Credibility = 5
	case contradicted:
		c.Credibility = max(c.Credibility, 3)
	}
	c.Certainty = certainty(c.Credibility)
	return c
}

// sides parts the reports that stand from those that deny the story, and from those that
// were taken back. What rests on the last is none of them.
func sides(reports []event.Report) (telling, denying, withdrawn []event.Report) {
	for _, r := range reports {
		switch {
		case r.Withdrawn:
			withdrawn = append(withdrawn, r)
		case r.Denies:
			denying = append(denying, r)
		default:
			telling = append(telling, r)
		}
	}
	return slices.DeleteFunc(telling, func(r event.Report) bool { return restsOn(&r, withdrawn) }), denying, withdrawn
}

// restsOn reports whether a report copies one of those, or names the outlet of one as
// where it has the news from.
func restsOn(r *event.Report, on []event.Report) bool {
	return slices.ContainsFunc(on, func(o event.Report) bool {
		return r.CopyOf == o.Item || r.Attribution != "" && slices.Contains(ownNames(o.Source), "name:"+story.Name(r.Attribution))
	})
}

// corroborating are the independent sources of the reports that are known to tell the
// story, or of those that are presumed to, if these are more: the two are of one event
// perhaps, and do not support each other.
func corroborating(reports []event.Report) (best []int, states int) {
	var sides [2][]event.Report
	for _, r := range reports {
		side := 0
		if r.Presumed {
			side = 1
		}
		sides[side] = append(sides[side], r)
	}
	best, states = independent(sides[0])
	if others, owned := independent(sides[1]); len(others) > len(best) {
		return others, owned
	}
	return best, states
}

// independent returns the best grade of each independent source, and how many of
// these sources are states: nobody else tells what they tell.
func independent(reports []event.Report) (best []int, states int) {
	sets := newSets(len(reports))
	seen := map[string]int{}
	for at := range reports {
		r := &reports[at]
		for _, key := range sourceKeys(r) {
			if other, ok := seen[key]; ok {
				sets.join(at, other)
			} else {
				seen[key] = at
			}
		}
	}
	grades, free := map[int]int{}, map[int]bool{}
	var order []int
	for at := range reports {
		root, g := sets.root(at), grade(reports[at].Source)
		free[root] = free[root] || !reports[at].Source.State()
		if old, ok := grades[root]; !ok {
			order = append(order, root)
			grades[root] = g
		} else {
			grades[root] = min(old, g)
		}
	}
	for _, root := range order {
		best = append(best, grades[root])
		if !free[root] {
			states++
		}
	}
	return best, states
}

// sourceKeys are the names under which a report's source is known: its owner,
// the agency it has the text from, and, if it is an agency's own feed, the
// agency's name as others cite it. Reprints of one text share it also when the first to print it
// is no longer among the reports, or denies it.
func sourceKeys(r *event.Report) []string {
	keys := []string{owner(r.Source), "item:" + r.Item}
	if r.Attribution != "" {
		keys = append(keys, "name:"+story.Name(r.Attribution))
	}
	if r.CopyOf != "" {
		keys = append(keys, "item:"+r.CopyOf)
	}
	return append(keys, ownNames(r.Source)...)
}

// ownNames are the names by which others cite a source.
func ownNames(s event.Source) (names []string) {
	for _, own := range []string{s.Title, s.Owner} {
		if own != "" {
			names = append(names, "name:"+story.Name(own))
		}
	}
	return names
}

// rate is the Admiralty code's credibility of information (NATO AJP-2.1):
// 1 confirmed by other sources, 2 probably true, 3 possibly true, 4 doubtful,
// 5 improbable, 6 cannot be judged. Numbers of sources stand in for an
// analyst's judgement; 5 is for what is contradicted.
func rate(grades []int) int {
	usable, reliable, rated := 0, 0, 0
	for _, g := range grades {
		if g <= 3 {
			usable++
		}
		if g <= 1 {
			reliable++
		}
		if g <= 2 {
			rated++
		}
	}
	switch {
	case usable >= 3 || usable == 2 && reliable >= 1:
		return 1
	case usable == 2:
		return 2
	case rated == 1 || usable == 1 && len(grades) > 1:
		return 3
	case usable == 1:
		return 6 // one source, and nobody rated it
	}
	return 4
}

// certainty is the CAP 1.2 value for a credibility.
func certainty(credibility int) string {
	switch credibility {
	case 1:
		return "Observed"
	case 2:
		return "Likely"
	case 3, 4:
		return "Possible"
	case 5:
		return "Unlikely"
	}
	return "Unknown"
}

// sets is a union-find over the indexes of reports.
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s sets) root(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

// join keeps the lower index as the root, so that the order of the first
// reports stays.
func (s sets) join(a, b int) {
	a, b = s.root(a), s.root(b)
	s[max(a, b)] = min(a, b)
}
