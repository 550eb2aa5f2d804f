package faultline

import (
	"slices"
	"testing"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/exercise"
)

// quiet are the stories of the drill that must not alert: they share words
// with those that must, deny them, or are about something else.
func quiet() []string {
	return []string{"archive-2", "sport-1", "film-1", "market-1", "drill-1", "denial-1"}
}

// The shipped rules tell the drill's crisis from its everyday news. What is in
// the headline is marked EXERCISE by the fetcher; the text is what it is.
func TestExerciseIsJudgedRight(t *testing.T) {
	dir := config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()})
	rules, err := classifier.Load(t.Context(), dir, config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	scenario, err := exercise.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, story := range scenario.Stories {
		at := slices.IndexFunc(scenario.Outlets, func(o exercise.Outlet) bool { return o.ID == story.Outlet })
		outlet := scenario.Outlets[at]
		a := rules.Assess(event.Item{Title: story.Title, Text: story.Text, Language: outlet.Language, Source: event.Source{Country: outlet.Country}})
		if slices.Contains(quiet(), story.GUID) {
			judged++
			if a.Relevant {
				t.Errorf("%s alerts: %q is %v, score %d", story.GUID, story.Title, a.Categories, a.Score)
			}
			continue
		}
		if !a.Relevant || a.Main == nil || a.Main.Country != "KG" {
			t.Errorf("%s does not alert in Kyrgyzstan: %q has score %d, place %+v", story.GUID, story.Title, a.Score, a.Main)
		}
	}
	if judged != len(quiet()) {
		t.Errorf("%d of %d quiet stories are in the drill", judged, len(quiet()))
	}
}
