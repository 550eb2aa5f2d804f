// Package region says which of the regions that a desk watches a story belongs
// to.
package region

import (
	"cmp"
	"slices"

	"faultline/pkg/event"
)

// Region is a group of countries and parts of countries, as written in
// regions.yaml.
type Region struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	// Countries are ISO 3166-1 alpha-2 codes.
	Countries []string `yaml:"countries"`
	// Admin1 are GeoNames codes of first-level areas, country first: "KG.08".
	Admin1 []string `yaml:"admin1"`
	// Places are names of areas that lie in no single first-level area, as
	// event.Place shows them: "Fergana Valley".
	Places []string `yaml:"places"`
}

// Set is the regions of a desk. It is read-only and safe for concurrent use.
type Set struct {
	regions []Region // in the order of the file
	order   []int    // the regions by size, the smallest first
	within  map[string][]int
}

// countrySize is how many first-level areas a country counts for when regions
// are ordered by size.
const countrySize = 100

// titleConfidence is how sure a place in the title must be to bring its
// regions in.
const titleConfidence = 0.6

func newSet(regions []Region) *Set {
	s := &Set{regions: regions, within: make(map[string][]int)}
	for i := range regions {
		s.order = append(s.order, i)
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return cmp.Compare(regions[a].size(), regions[b].size()) })
	for rank, i := range s.order {
		for _, keys := range [][]string{regions[i].Countries, regions[i].Admin1, regions[i].Places} {
			for _, key := range keys {
				s.within[key] = append(s.within[key], rank)
			}
		}
	}
	return s
}

func (r *Region) size() int { return countrySize*len(r.Countries) + len(r.Admin1) }

// Of returns the ids of the regions a story belongs to: those that hold its
// main place, the smallest first, and then those that hold another place of its
// title. A story without a main place belongs to none, so that nobody is told
// about it by a guess.
func (s *Set) Of(places []event.Place, main *event.Place) []string {
	if main == nil {
		return nil
	}
	ids := s.holding(nil, main)
	for i := range places {
		if p := &places[i]; p.Field == event.FieldTitle && p.Confidence >= titleConfidence {
			ids = s.holding(ids, p)
		}
	}
	return ids
}

// holding appends the regions that hold a place and are not in ids yet.
func (s *Set) holding(ids []string, p *event.Place) []string {
	var few [8]int // more than most places lie in
	ranks := append(few[:0], s.within[p.Name]...)
	if p.Country != "" {
		ranks = append(ranks, s.within[p.Country]...)
		if p.Admin1 != "" {
			ranks = append(ranks, s.within[p.Country+"."+p.Admin1]...)
		}
	}
	slices.Sort(ranks)
	if ranks = slices.Compact(ranks); ids == nil && len(ranks) > 0 {
		ids = make([]string, 0, len(ranks))
	}
	for _, rank := range ranks {
		if id := s.regions[s.order[rank]].ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// All returns the regions in the order of the file.
func (s *Set) All() []Region { return slices.Clone(s.regions) }

// Title returns the title of a region, or its id when there is no such region.
func (s *Set) Title(id string) string {
	for i := range s.regions {
		if s.regions[i].ID == id {
			return s.regions[i].Title
		}
	}
	return id
}
