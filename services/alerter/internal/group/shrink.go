package group

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"faultline/pkg/event"
)

// A group that is muted or silenced for long gathers more than a state can hold.
// It forgets how things were told in full first, then which they were, the least
// severe first, and how many never.
const (
	inFull = 25 // incidents that keep all their words
	atOnce = 50 // incidents that are dropped together
)

// brief are the annotations that a line of a digest is made of.
var brief = [...]string{"summary", "headline", "place", "support", "score", "severity", "status", "change", "exercise", "notice", "remedy", "opened", "updated", "desk", "acknowledged"}

// Shrink makes the group smaller and reports whether it could.
func (s *State) Shrink() bool {
	shrunk := false
	for i := range s.Pending[:max(0, len(s.Pending)-inFull)] {
		shrunk = s.Pending[i].shorten() || shrunk
	}
	if shrunk || len(s.Pending) <= inFull {
		return shrunk
	}
	order := slices.SortedStableFunc(slices.Values(s.Pending), func(a, b Pending) int {
		return cmp.Or(cmp.Compare(a.severity().Rank(), b.severity().Rank()), a.Landed.Compare(b.Landed))
	})
	dropped := map[string]bool{}
	for _, p := range order[:min(atOnce, len(order)-inFull)] {
		dropped[p.Draft.Alert.Incident] = true
		s.drop(&p)
	}
	s.Pending = slices.DeleteFunc(slices.Clone(s.Pending), func(p Pending) bool { return dropped[p.Draft.Alert.Incident] })
	return true
}

// drop counts an incident that is not told.
func (s *State) drop(p *Pending) {
	if s.Dropped == nil {
		s.Dropped = map[event.Severity]int{}
	}
	s.Dropped[p.severity()]++
}

// shorten keeps what a line of a digest says.
func (p *Pending) shorten() bool {
	a := &p.Draft.Alert
	if len(p.Draft.Links) <= 1 && len(a.Annotations) <= len(brief) {
		return false
	}
	full := a.Annotations
	a.Annotations = map[string]string{}
	for _, name := range brief {
		if value := full[name]; value != "" {
			a.Annotations[name] = value
		}
	}
	p.Draft.Whole = nil
	p.Draft.Links = slices.Clone(p.Draft.Links[:min(1, len(p.Draft.Links))])
	return true
}

func (p *Pending) severity() event.Severity { return event.Severity(p.Draft.Alert.Labels["severity"]) }

// confess says on the last of the alerts how many incidents were dropped.
func (s *State) confess(alerts []event.Alert) {
	if len(s.Dropped) == 0 || len(alerts) == 0 {
		return
	}
	total, parts := 0, []string(nil)
	for _, severity := range slices.SortedFunc(maps.Keys(s.Dropped), func(a, b event.Severity) int {
		return cmp.Compare(b.Rank(), a.Rank()) // the worst first
	}) {
		total += s.Dropped[severity]
		parts = append(parts, fmt.Sprintf("%d %s", s.Dropped[severity], severity))
	}
	last := &alerts[len(alerts)-1]
	last.Annotations = maps.Clone(last.Annotations)
	last.Annotations["omitted"] = fmt.Sprintf("%d more incidents came while this was muted: %s", total, strings.Join(parts, ", "))
	s.Dropped = nil
}
