package fetcher

import (
	"fmt"
	"testing"
	"time"

	"faultline/services/fetcher/internal/region"
	"faultline/services/fetcher/internal/source"
)

func TestTheBudgetKnowsTheFeedsOfWatchedRegions(t *testing.T) {
	var feeds []Feed
	for i := range 200 {
		f := Feed{ID: fmt.Sprint("f", i), Country: "FR", Poll: source.Poll{Min: 30 * time.Second, Max: 15 * time.Minute}}
		if i%2 == 0 {
			f.Country = "KG"
		}
		feeds = append(feeds, f)
	}
	p := newPace(20)
	p.use(newSet(feeds, []region.Region{{ID: "kyrgyzstan", Countries: []string{"KG"}}}))
	var watched, others time.Duration
	for i := range 100 {
		watched += p.stretch(fmt.Sprint("f", 2*i), time.Minute)
		others += p.stretch(fmt.Sprint("f", 2*i+1), time.Minute)
	}
	if ratio := others.Seconds() / watched.Seconds(); ratio < 1.6 || ratio > 2.4 {
		t.Errorf("the others wait %.2f times as long", ratio)
	}
	if got := newPace(0).stretch("f1", time.Minute); got != time.Minute {
		t.Errorf("without a budget it waits %s", got)
	}
}

// Feeds are asked in this order for the first time, and after the clock was set back.
func TestFeedsOfWatchedRegionsAreAskedFirst(t *testing.T) {
	feeds := []Feed{{ID: "a", Country: "FR"}, {ID: "b", Country: "KG"}, {ID: "c"}, {ID: "d", Country: "KG"}, {ID: "e", Country: "KG", Disabled: true}}
	order := ""
	for _, f := range newSet(feeds, []region.Region{{ID: "kyrgyzstan", Countries: []string{"KG"}}}).active {
		order += f.ID
	}
	if order != "bdac" {
		t.Errorf("asked in the order %s", order)
	}
}
