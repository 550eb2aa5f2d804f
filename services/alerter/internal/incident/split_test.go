package incident

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

func splitting(at time.Time) event.DeskAction {
	return event.DeskAction{Kind: event.DeskSplit, By: "desk", Comment: "two bombs", At: at}
}

// bombed is an incident of two events: one in the south, one in the north.
func bombed() *event.Incident {
	finding := func(category string) []event.Finding {
		return []event.Finding{{Indicator: "x", Category: category, Assertion: event.Asserted, Points: 50}}
	}
	killed := func(n int) event.Casualties { return event.Casualties{Killed: &event.Count{Min: n, Max: n}} }
	south, north := &event.Place{Name: "Osh", Country: "KG", Admin1: "08"}, &event.Place{Name: "Talas", Country: "KG", Admin1: "06"}
	i := &event.Incident{
		ID: "old", Revision: 7, Status: event.StatusOpen, Region: "south", Regions: []string{"north", "south"}, ReportCount: 5, Updated: noon,
		Categories: []string{"armed-attack", "riot"}, Merged: []string{"m"}, Place: south, Country: "KG",
		Reports: []event.Report{
			{Item: "a", Source: event.Source{Feed: "a", Owner: "a"}, Severity: event.SeverityHigh, Score: 70, Findings: finding("armed-attack"), Casualties: killed(3), Place: south, Regions: []string{"south"}},
			{Item: "b", Source: event.Source{Feed: "b", Owner: "b"}, Severity: event.SeverityCritical, Score: 90, Findings: finding("riot"), Casualties: killed(9), Place: north, Regions: []string{"north"}},
			{Item: "c", Source: event.Source{Feed: "c", Owner: "c"}, CopyOf: "b", Severity: event.SeverityCritical, Score: 90},
		},
	}
	derive(i)
	return i
}

func TestPartAndRest(t *testing.T) {
	old := bombed()
	part, err := Part(old, []string{"b"}, splitting(noon.Add(time.Minute)))
	if err != nil {
		t.Fatal(err)
	}
	if part.Region != "north" || part.Categories[0] != "riot" || len(part.Categories) != 1 || part.Casualties.Killed.Min != 9 || len(part.Reports) != 2 ||
		part.SplitFrom != "old" || part.Severity != event.SeverityCritical || part.Change.Kind != event.ChangeNew || part.Place.Name != "Talas" {
		t.Errorf("part %+v", part)
	}
	rest := Rest(old, part)
	if rest.Revision != 8 || rest.Severity != event.SeverityHigh || rest.Score != 70 || rest.Casualties.Killed.Min != 3 || len(rest.Categories) != 1 || rest.ReportCount != 3 ||
		len(rest.Regions) != 1 || rest.Place.Name != "Osh" || rest.Corroboration.Independent != 1 || rest.Change.Kind != event.ChangeDesk || rest.Change.Report != 0 {
		t.Errorf("rest %+v", rest)
	}
	part.Desk = append(part.Desk, event.DeskAction{Kind: event.DeskAcknowledged, By: "x", At: noon.Add(time.Hour)})
	part.Reports = append(part.Reports, event.Report{Item: "later"})
	if late := Rest(old, part); late == nil || late.ReportCount != rest.ReportCount || late.Desk[len(late.Desk)-1].Kind != event.DeskSplit {
		t.Errorf("what was done since, and came since, changes the rest: %+v", late)
	}
	if len(old.Reports) != 3 || old.Severity != event.SeverityCritical || len(old.Split) != 0 {
		t.Errorf("the incident given was changed: %+v", old)
	}
	if Rest(rest, part) != nil {
		t.Error("the reports left twice")
	}
	if !Apart(rest, part) || !Apart(part, rest) || Apart(rest, &event.Incident{ID: "x"}) || Apart(&event.Incident{}, &event.Incident{}) {
		t.Error("the two are apart, others are not")
	}
}

// A part has the region that its first report has by itself, also where the other incident
// lies in a wider one that holds both: routes and silences go by it.
func TestPartRegion(t *testing.T) {
	for _, whole := range []string{"kyrgyzstan-south", "central-asia"} {
		old := bombed()
		old.Region = whole
		setJudgement(&old.Reports[1], &event.Assessment{Regions: []string{"kyrgyzstan-north", "central-asia"}})
		part, err := Part(old, []string{"b"}, splitting(noon))
		if err != nil || part.Region != "kyrgyzstan-north" || len(part.Regions) != 2 {
			t.Errorf("out of %s: region %q of %q, %v", whole, part.Region, part.Regions, err)
		}
		old.Reports[1].Regions = nil
		if part, err = Part(old, []string{"b"}, splitting(noon)); err != nil || part.Region != Unplaced {
			t.Errorf("placed nowhere: region %q, %v", part.Region, err)
		}
	}
}

// What came to a report since it was split off goes with it, and nothing else does.
func TestCarry(t *testing.T) {
	old := bombed()
	part, err := Part(old, []string{"b"}, splitting(noon))
	if err != nil {
		t.Fatal(err)
	}
	if got := Carry(part, old); got != nil {
		t.Errorf("nothing came: %+v", got)
	}
	r := &old.Reports[1]
	r.Revision, r.Title, r.CopyOf = 2, "Eleven dead in Talas", "a"
	r.Casualties.Killed = &event.Count{Min: 11, Max: 11}
	old.Reports[0].Revision, old.Updated = 5, noon.Add(time.Minute)
	got := Carry(part, old)
	if got == nil {
		t.Fatal("the revision is lost")
	}
	if got.Revision != 2 || got.Headline != r.Title || got.Casualties.Killed.Min != 11 || got.Reports[0].CopyOf != "" || len(got.Reports) != 2 ||
		got.Change.Kind != event.ChangeEscalated || !got.Updated.Equal(old.Updated) || part.Reports[0].Revision != 0 {
		t.Errorf("got %+v", got)
	}
	if Carry(got, old) != nil {
		t.Error("carried twice")
	}
	if got.SplitFrom = "x"; Carry(got, bombed()) != nil {
		t.Error("carried from another incident")
	}
	again := bombed()
	again.Reports[1].Times.Assessed = noon
	if judged := Carry(part, again); judged == nil || judged.Change.Kind != event.ChangeReworded {
		t.Errorf("judged again by newer rules: %+v", judged)
	}
	if rest := Rest(old, got); rest != nil {
		t.Errorf("what was split off another incident takes reports: %+v", rest)
	}
}

// What split it off is not taken for granted: only the incident it names loses
// reports, and never all of them.
func TestRestKeepsItsReports(t *testing.T) {
	old := bombed()
	for name, part := range map[string]*event.Incident{
		"another incident's": {SplitFrom: "x", Reports: old.Reports[1:], Desk: []event.DeskAction{splitting(noon)}},
		"nobody's":           {SplitFrom: "old", Reports: old.Reports[1:]},
		"something else":     {SplitFrom: "old", Reports: old.Reports[1:], Desk: []event.DeskAction{{Kind: event.DeskAcknowledged}}},
		"all of them":        {SplitFrom: "old", Reports: old.Reports, Desk: []event.DeskAction{splitting(noon)}},
	} {
		if got := Rest(old, part); got != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestPartWithoutDetails(t *testing.T) {
	old := bombed()
	for at := range old.Reports {
		old.Reports[at].Findings, old.Reports[at].Regions = nil, nil
	}
	part, err := Part(old, []string{"b"}, splitting(noon))
	if err != nil || strings.Join(part.Categories, " ") != "armed-attack riot" || part.Region != Unplaced {
		t.Errorf("%+v, %v", part, err)
	}
	if old.MergedInto = "z"; true {
		if _, err := Part(old, []string{"b"}, splitting(noon)); err == nil || !strings.Contains(err.Error(), "became part of z") {
			t.Errorf("error %v", err)
		}
	}
}
