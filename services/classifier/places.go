package classifier

import (
	"fmt"
	"slices"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/place"
	"faultline/services/classifier/internal/region"
	"faultline/services/classifier/internal/token"
)

// PlacesExplanation is what an item says about places, and why.
type PlacesExplanation struct {
	Language string `json:"lang"`
	place.Explanation
	// Regions are those of regions.yaml that the story belongs to, the smallest
	// first, or "unplaced" alone.
	Regions []RegionReason `json:"regions"`
}

// PlaceName is an occurrence of a name that the gazetteer has.
type PlaceName = place.Name

// PlaceSense is one place that a name can mean.
type PlaceSense = place.Sense

// PlaceReason is something that speaks for a decision about places, or against
// it if its weight is negative.
type PlaceReason = place.Reason

// RegionReason is a region and why the story belongs to it.
type RegionReason struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

// Places explains which places an item mentions, where its story happens and
// to which regions that belongs. Assess decides the same.
func (r *Ruleset) Places(item event.Item) PlacesExplanation {
	x := PlacesExplanation{Language: lang.Detect(item.Language, item.Title, item.Text)}
	doc := &token.Document{}
	r.engine.Rules().Program(x.Language).Lexicon().Read(doc, item.Title, item.Text)
	x.Explanation = r.atlas.gazetteer.Explain(doc, place.Context{Country: item.Source.Country})
	x.Regions = regionReasons(r.regions, &x.Explanation)
	return x
}

func regionReasons(set *region.Set, x *place.Explanation) (out []RegionReason) {
	if x.Main == nil {
		return []RegionReason{{region.Unplaced, "no place stands out as the one of the story"}}
	}
	known := set.Of(nil, x.Main)
	for _, id := range known {
		out = append(out, RegionReason{id, "holds " + x.Main.Name})
	}
	for _, n := range x.Names {
		if n.Place == nil {
			continue
		}
		for _, id := range set.Of([]event.Place{*n.Place}, x.Main) {
			if !slices.Contains(known, id) {
				known = append(known, id)
				out = append(out, RegionReason{id, fmt.Sprintf("holds %s, which the title names", n.Place.Name)})
			}
		}
	}
	if len(out) == 0 {
		return []RegionReason{{region.Unplaced, "no region of " + region.File + " holds " + x.Main.Name}}
	}
	return out
}
