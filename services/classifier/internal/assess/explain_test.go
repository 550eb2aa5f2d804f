package assess

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/reason"
)

func TestExplain(t *testing.T) {
	e := engine(t)
	x := e.Explain(event.Item{Language: "en", Title: "Clashes", Text: "Gunmen did not kidnap the governor. In the film rebels kidnapped a minister. A kidnap thriller: they kidnap a minister. A putsch."})
	got := map[string]Match{}
	for _, m := range x.Matches {
		got[m.Evidence.Text] = m
	}
	if m := got["kidnap the governor"]; m.Cue.Text != "not" || m.Assertion != event.Denied || math.Abs(m.Points-m.Base*m.Place*m.Stance*m.Factor) > 1e-9 || m.Slots.Target.Text != "governor" || m.Position() != "/etc/rules/a.yaml:12" {
		t.Errorf("the denied match: %s, points %v of %v", m, m.Points, m.Base)
	}
	if m := got["kidnapped a minister"]; m.Guard != "film" || m.GuardEvidence.Text != "film" || m.Factor != 0.2 {
		t.Errorf("the guarded match: %s", m)
	}
	if m := got["kidnap a minister"]; m.Dropped != "unless" || m.GuardEvidence.Text != "kidnap thriller" || !strings.Contains(m.String(), "dropped by unless “kidnap thriller”") {
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

// What the title denies is shown as denied, with the points that this leaves.
func TestExplainTheTitle(t *testing.T) {
	x := engine(t).Explain(event.Item{Language: "en", Title: "Ministry denied that gunmen kidnapped the governor", Text: "Gunmen kidnapped the governor on Friday, a report said."})
	if len(x.Matches) != 2 || x.Relevant {
		t.Fatalf("matches %v, relevant %t", x.Matches, x.Relevant)
	}
	m := x.Matches[1]
	if !m.ByTitle || m.Assertion != event.Denied || m.Stance != 0.1 || math.Abs(m.Points-60*0.8*0.1) > 1e-9 || m.Cause() != "cue “denied” of the title" {
		t.Errorf("the match in the text: %s, %v points x %v, %s", m, m.Points, m.Stance, m.Cause())
	}
	if m := x.Matches[0]; m.ByTitle || !m.Best || m.Cause() != "cue “denied”" {
		t.Errorf("the match in the title: %s", m)
	}
}

// A number that is no casualty of violence gives no points, and says so.
func TestExplainNumbers(t *testing.T) {
	e := engine(t)
	for text, want := range map[string]reason.Drop{
		"A bus crashed. 12 people were killed.":     reason.Alone,
		"Clashes: 5 armed men killed 22.":           reason.Outdone,
		"Clashes went on, 30 people were detained.": "",
	} {
		x := e.Explain(event.Item{Language: "en", Text: text})
		i := slices.IndexFunc(x.Matches, func(m Match) bool { return m.Dropped == want && m.Rule != "clash" })
		if i < 0 || want == "" && x.Matches[i].Points != 0 {
			t.Errorf("%q: %v", text, x.Matches)
		}
	}
}

// Indicators under test are listed, and change nothing: neither guards nor the
// places that a long text has for others, composites nor whole items.
func TestIndicatorsUnderTestChangeNothing(t *testing.T) {
	with := engine(t, `
indicators:
  - {id: film-storm, title: t, category: riot, severity: high, points: 90, status: test, match: {en: ["film ..3 kidnap*", "word*"]}}
composites:
  - {id: beside, category: coup, severity: high, points: 20, when: 'near("film-storm", "armed-clash")'}
tests:
  - {name: live, text: "A film: gunmen kidnapped the governor. A putsch.", lang: en, want: {relevant: false}}
`)
	without := engine(t)
	for _, text := range []string{
		"In a film gunmen kidnapped the governor. Clashes went on.",
		strings.Repeat("word ", 2000) + "Gunmen kidnapped the minister.",
	} {
		item := event.Item{Language: "en", Text: text}
		if a, b := with.Assess(item), without.Assess(item); a.Score != b.Score || stances(a) != stances(b) {
			t.Errorf("%.40q: %d %s with it, %d %s without", text, a.Score, stances(a), b.Score, stances(b))
		}
		x := with.Explain(item)
		if a := with.Assess(item); a.Score != x.Score {
			t.Errorf("%.40q: assessed as %d, explained as %d", text, a.Score, x.Score)
		}
		if !slices.ContainsFunc(x.Matches, func(m Match) bool { return m.Rule == "film-storm" && m.Dropped == reason.Tested }) {
			t.Errorf("%.40q: not listed: %v", text, x.Matches)
		}
	}
	results, err := with.Test(t.Context())
	if err != nil || len(results) != 1 || results[0].Problem != "" {
		t.Errorf("a whole item: %+v, %v", results, err)
	}
}

// The points that an explanation shows are those that the score is made of.
func TestExplainedPointsMakeTheScore(t *testing.T) {
	e := shipped(t)
	for _, x := range e.examples() {
		got := e.Explain(x.Item())
		rest, composites := 1.0, map[string]float64{}
		for _, f := range got.Findings {
			composites[f.Indicator] = f.Points
		}
		for _, m := range got.Matches {
			if math.Abs(m.Points-m.Base*m.Place*m.Stance*m.Factor) > 1e-9 && m.Dropped == "" {
				t.Errorf("%s: %s has %v points", x.Text, m, m.Points)
			}
			if m.Best {
				rest *= 1 - m.Points/100
				delete(composites, m.Rule)
			}
		}
		for _, line := range got.Composites {
			id, _, _ := strings.Cut(line, ": ")
			rest *= 1 - composites[id]/100
		}
		if score := int(math.Round(100 * (1 - rest))); score != got.Score {
			t.Errorf("%s: the points make %d, the score is %d: %v", x.Text, score, got.Score, got.Matches)
		}
	}
}
