package trail

import (
	"fmt"
	"slices"
	"strings"

	"faultline/pkg/event"
)

// IncidentSearch finds the incident that somebody means.
type IncidentSearch struct {
	wanted string // an id, the beginning of one, or the id or link of a report
	link   string
	byID   []event.Incident
	byItem []event.Incident
}

// NewIncidentSearch looks for an incident by its id, by at least six characters
// that its id begins with, or by the id or the link of one of its reports. The
// link is the canonical form of what is wanted, "" when that is no address.
func NewIncidentSearch(wanted, link string) *IncidentSearch {
	return &IncidentSearch{wanted: wanted, link: bare(link)}
}

// Incident takes an incident as it stands.
func (s *IncidentSearch) Incident(i event.Incident) {
	reported := func(r event.Report) bool { return r.Item == s.wanted || s.link != "" && bare(r.URL) == s.link }
	switch {
	case len(s.wanted) >= ShortestID && strings.HasPrefix(i.ID, s.wanted):
		s.byID = append(s.byID, i)
	case slices.ContainsFunc(i.Reports, reported):
		s.byItem = append(s.byItem, i)
	}
}

// One is the incident that was found, nil when there is none. Of several with one
// report those that are closed, or became part of another one, are not meant.
func (s *IncidentSearch) One() (*event.Incident, error) {
	for i := range s.byID {
		if s.byID[i].ID == s.wanted {
			return &s.byID[i], nil
		}
	}
	found := s.byID
	if len(found) == 0 {
		found = s.byItem
	}
	if len(found) > 1 {
		if open := slices.DeleteFunc(slices.Clone(found), func(i event.Incident) bool { return i.Status == event.StatusClosed }); len(open) > 0 {
			found = open
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return &found[0], nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d incidents are meant by %s; give the id of the one", len(found), s.wanted)
	for _, i := range found[:min(len(found), mostListed)] {
		fmt.Fprintf(&b, "\n  %s  %s: %q", i.ID, i.Status, event.Mark(i.Exercise, i.Headline))
	}
	return nil, fmt.Errorf("%s", b.String())
}

// Report is the item of the report that somebody means by its id, at least six
// characters that it begins with, or its link, as in NewIncidentSearch.
func Report(i *event.Incident, wanted, link string) (item string, err error) {
	var items []string
	for _, r := range i.Reports {
		if len(wanted) >= ShortestID && strings.HasPrefix(r.Item, wanted) || link != "" && bare(r.URL) == bare(link) {
			items = append(items, r.Item)
		}
	}
	switch {
	case len(items) == 0:
		return "", fmt.Errorf("incident %s has no report %s; faultline incidents show %[1]s lists its reports", i.ID, wanted)
	case len(items) > 1 && items[0] != wanted:
		return "", fmt.Errorf("%d reports of incident %s are meant by %s; give the id of the one: %s", len(items), i.ID, wanted, strings.Join(items, ", "))
	}
	return items[0], nil
}
