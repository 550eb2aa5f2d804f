package assess

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"faultline/pkg/event"
)

func TestExplain(t *testing.T) {
	e := engine(t)
	x := e.Explain(event.Item{Language: "en", Title: "Clashes", Text: "Gunmen did not kidnap the governor. In the film rebels kidnapped a minister. A kidnap thriller: they kidnap a minister. A putsch."})
	got := map[string]Match{}
	for _, m := range x.Matches {
		got[m.Evidence.Text] = m
	}
	if m := got["kidnap the governor"]; m.Cue.Text != "not" || m.Assertion != event.Denied || math.Abs(m.Points-m.Base*m.Place*m.Stance*m.Factor) > 1e-9 || m.Slots["target"].Text != "governor" || m.Position() != "/etc/rules/a.yaml:12" {
		t.Errorf("the denied match: %s, points %v of %v", m, m.Points, m.Base)
	}
	if m := got["kidnapped a minister"]; m.Guard != "film" || m.GuardEvidence.Text != "film" || m.Factor != 0.2 {
		t.Errorf("the guarded match: %s", m)
	}
	if m := got["kidnap a minister"]; m.Dropped != "unless" || m.GuardEvidence.Text != "kidnap thriller" || !strings.Contains(m.String(), `dropped by unless "kidnap thriller"`) {
		t.Errorf("the dropped match: %s", m)
	}
	if m := got["putsch"]; m.Rule != "trial" {
		t.Errorf("an indicator under test is not listed: %v", slices.Sorted(maps.Keys(got)))
	}
	if len(x.Failures) != 1 || !strings.Contains(x.Failures[0], "broken: evaluating") {
		t.Errorf("failures %v", x.Failures)
	}
	plain := e.Assess(x.Item)
	if plain.Score != x.Score || stances(plain) != stances(x.Assessment) {
		t.Errorf("an explained item scores %d, an assessed one %d", x.Score, plain.Score)
	}
	x = e.Explain(event.Item{Language: "en", Text: "Clashes left 12 dead. The striker and the coach."})
	if len(x.Composites) != 0 || len(x.Matches) == 0 || x.Matches[0].Dropped != "guard" || x.Matches[0].Guard != "sport" {
		t.Errorf("matches %v, composites %v", x.Matches, x.Composites)
	}
	if x = e.Explain(event.Item{Language: "en", Text: "Clashes left 12 dead."}); len(x.Composites) != 1 {
		t.Errorf("composites %v", x.Composites)
	}
}
