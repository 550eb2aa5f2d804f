package incident

import (
	"testing"
	"time"

	"faultline/pkg/event"
)

func TestToll(t *testing.T) {
	toll := func(reports ...*event.Assessment) int {
		i := open(reports[0])
		for n, a := range reports[1:] {
			i = Merge(Default(), i, a, Text{}, noon.Add(time.Duration(n+1)*time.Minute))
		}
		if i.Casualties.Killed == nil {
			return 0
		}
		return i.Casualties.Killed.Min
	}
	same := func(a *event.Assessment) { a.Item.Source = event.Source{Feed: "one", Reliability: "C"} }
	headed := func(title string) func(*event.Assessment) {
		return func(a *event.Assessment) { a.Item.Title = title }
	}
	for name, c := range map[string]struct {
		got, want int
	}{
		"the highest":                     {toll(build("a", killed(3)), build("b", killed(12)), build("c", killed(7))), 12},
		"it does so in Uzbek":             {toll(build("a", killed(12), same), build("b", killed(8), same, headed("Polisiya halok bo‘lganlar soni kamayganini aytdi"))), 8},
		"it does so in Uzbek Cyrillic":    {toll(build("a", killed(12), same), build("b", killed(8), same, headed("Милиция ҳалок бўлганлар сони камайганини айтди"))), 8},
		"Uzbek Cyrillic corrects nothing": {toll(build("a", killed(12), same), build("b", killed(8), same, headed("Ҳужумда саккиз киши ҳалок бўлди"))), 12},
		"an outlet corrects itself":       {toll(build("a", killed(12), same), build("b", killed(8), same, headed("Police lower toll to eight"))), 8},
		"and tells the new one again":     {toll(build("a", killed(12), same), build("b", killed(8), same, headed("CORRECTED: Eight dead")), build("c", killed(8), same)), 8},
		"an outlet tells of fewer":        {toll(build("a", killed(12), same), build("b", killed(8), same)), 12},
		"and of more":                     {toll(build("a", killed(12), same), build("b", killed(8), same), build("c", killed(14), same)), 14},
		"another's older number":          {toll(build("a", killed(12)), build("b", killed(8))), 12},
		"an unreliable source":            {toll(build("a", killed(3)), build("b", killed(500), rated("E"))), 3},
		"only unreliable sources":         {toll(build("a", killed(3), rated("D")), build("b", killed(5), rated("E"))), 5},
		"a reliable one after a doubtful": {toll(build("a", killed(500), rated("E")), build("b", killed(3))), 3},
		"no number":                       {toll(build("a"), build("b")), 0},
		"a later report without a number": {toll(build("a", killed(3), same), build("b", same)), 3},
	} {
		equal(t, name, c.got, c.want)
	}
}

// What routes ask for together is of one report: a critical incident is called by what makes it so, and not
// by the milder report with the higher score.
func TestSeverityAndNameAreOfOneReport(t *testing.T) {
	shot := func(a *event.Assessment) {
		a.Score, a.Severity = 88, event.SeverityCritical
		a.Findings = []event.Finding{{Indicator: "protesters-shot", Category: "crackdown", Assertion: event.Asserted, Points: 55}}
	}
	loud := func(a *event.Assessment) { a.Score = 97 }
	for name, i := range map[string]*event.Incident{
		"the milder first": merge(open(build("a", loud)), build("b", shot)),
		"the graver first": merge(open(build("b", shot)), build("a", loud)),
	} {
		equal(t, name+": severity", i.Severity, event.SeverityCritical)
		equal(t, name+": indicator", i.Indicator, "protesters-shot")
		equal(t, name+": category", i.Category, "crackdown")
		equal(t, name+": headline", i.Headline, "Title of b")
		equal(t, name+": score", i.Score, 97)
		i = merge(i, build("b", shot, revision(1), func(a *event.Assessment) { a.Item.Title = "RETRACTED: Shots at a crowd" }))
		equal(t, name+", taken back: severity", i.Severity, event.SeverityModerate)
		equal(t, name+", taken back: indicator", i.Indicator, "rally")
		equal(t, name+", taken back: headline", i.Headline, "Title of a")
	}
}
