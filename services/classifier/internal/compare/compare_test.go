package compare

import (
	"strings"
	"testing"
	"testing/fstest"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/assess"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

const rules = `
indicators:
  - {id: clash, title: t, category: armed-clash, severity: high, points: 50, match: {en: ["clash*"]}}
  - {id: riot, title: t, category: riot, severity: moderate, points: 45, match: {en: ["riot*"]}, unless: {en: [colour]}}
  - {id: tanks, title: t, category: coup, severity: high, points: 50, lead: {en: [tanks]}}
casualties:
  - {id: killed-number, kind: killed, points: 1, severity: high, match: {en: ["<n> killed"]}}
cues: [{assertion: denied, before: {en: ["=no"]}}]
guards: {film: {default: true, factor: 0.1, match: {en: [film]}}, opera: {factor: 0, match: {en: [opera]}}}
composites:
  - {id: uprising, title: t, category: coup, severity: critical, points: 40, when: has("clash") && has("riot")}
`

func engine(t *testing.T, rules string) *assess.Engine {
	t.Helper()
	return placed(t, rules, nil)
}

// placed is an engine that takes the place of a story from find.
func placed(t *testing.T, rules string, find *event.Place) *assess.Engine {
	t.Helper()
	set, err := rule.Load(config.NewDir(config.Layer{Name: "/etc", FS: fstest.MapFS{"rules/a.yaml": {Data: []byte(rules)}}}), token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	return assess.New(set, assess.Default(), func(*token.Document, string) ([]event.Place, *event.Place, []string) { return nil, find, nil }, "")
}

func TestCompare(t *testing.T) {
	for _, c := range []struct{ name, from, to, text, want string }{
		{"same", "", "", "Troops clash.", ""},
		{"both quiet", `"clash*"`, `"clashes*"`, "All quiet.", ""},
		{"another number of points within a severity", "points: 50", "points: 52", "Troops clash.", ""},
		{"new phrase", `"riot*"`, `"riot*", "looting"`, "Looting in the town.", `new riot: riot is found: asserted, 45 points, “Looting” by looting (/etc/rules/a.yaml:4)`},
		{"phrase removed", `"clash*"`, `"clashed*"`, "Troops clash.", `gone clash: clash is no longer found: it was asserted, 50 points, “clash” by clash* (/etc/rules/a.yaml:3)`},
		{"cue added", `["=no"]`, `["=no", feared]`, "Feared clash.", `gone clash: clash was asserted and is denied, 5 points, “clash” by clash* (/etc/rules/a.yaml:3), cue “Feared”`},
		{"guard added", "[film]", "[film, opera]", "An opera of a clash.", `gone clash: clash had 50 points and has 5: asserted, 5 points, “clash” by clash* (/etc/rules/a.yaml:3), guard film at “opera”`},
		{"unless added", "[colour]", "[colour, flowers]", "A riot of flowers.", `gone riot: riot is no longer found: it was asserted, 45 points, “riot” by riot* (/etc/rules/a.yaml:4); dropped by unless “flowers”`},
		{"severity", "severity: high, points: 50", "severity: low, points: 50", "Troops clash.", "changed clash: clash was high and is low"},
		{"category", "category: riot", "category: protest", "A riot.", "changed riot: riot was riot and is protest"},
		{"cue removed", `["=no"]`, `["=not"]`, "No clash.", `new clash: clash was denied (cue “No”) and is asserted, 50 points, “clash” by clash* (/etc/rules/a.yaml:3)`},
		{"guard removed", "[film]", "[movie]", "A film of a clash.", `new clash: clash had 5 points (guard film at “film”) and has 50: asserted, 50 points, “clash” by clash* (/etc/rules/a.yaml:3)`},
		{"unless removed", "[colour]", "[flowers]", "A riot of colour.", `new riot: riot is found: asserted, 45 points, “riot” by riot* (/etc/rules/a.yaml:4); before it was dropped by unless “colour”`},
		{"a finding is denied beside others", `["=no"]`, `["=no", feared]`, "Feared clash.\n\nA riot of tanks.", `changed clash,uprising: clash was asserted and is denied, 5 points, “clash” by clash* (/etc/rules/a.yaml:3), cue “Feared” | uprising is no longer found: it was asserted, 40 points, “clash”, since has("clash") && has("riot")`},
		{"composite added", `has("clash") && has("riot")`, `has("clash")`, "Troops clash.", `changed uprising: uprising is found: asserted, 40 points, “clash”, since has("clash")`},
		{"score", "points: 50, match: {en: [\"clash", "points: 70, match: {en: [\"clash", "Troops clash.", `changed clash: clash had 50 points and has 70: asserted, 70 points, “clash” by clash* (/etc/rules/a.yaml:3)`},
		{"toll", `"<n> killed"`, `"<n> killed", "<n> dead"`, "Troops clash: 9 dead.", `changed killed-number: killed-number is found: asserted, 1 points, “9 dead” by <n> dead (/etc/rules/a.yaml:7) | killed was not given and is 9: “9”`},
		{"toll gone", `"<n> killed"`, `"<n> slain"`, "Troops clash, 3 killed.", `changed killed-number: killed-number is no longer found: it was asserted, 1 points, “3 killed” by <n> killed (/etc/rules/a.yaml:7) | killed was 3 and is not given`},
		{"a category more", `"riot*"`, `"riot*", "troops"`, "Troops clash.", `changed riot,uprising: riot is found: asserted, 45 points, “Troops” by troops (/etc/rules/a.yaml:4) | uprising is found: asserted, 40 points, “clash”, since has("clash") && has("riot")`},
	} {
		old, now := engine(t, rules), engine(t, strings.Replace(rules, c.from, c.to, 1))
		item := event.Item{ID: "1", Title: c.text, Language: "en"}
		x, y := old.Explain(item), now.Explain(item)
		got, changed := Compare(&x, &y)
		said := ""
		if changed {
			said = string(got.Kind) + " " + strings.Join(got.Indicators, ",") + ": " + strings.Join(got.Reasons, " | ")
		}
		if said != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, said, c.want)
		}
	}
}

// The filter that changed an alert is named with its place.
func TestFiltersAreNamed(t *testing.T) {
	for filter, want := range map[string]string{
		"disable: true":                          `gone riot is no longer found: it was asserted, 45 points, “riot” by riot* (/etc/rules/a.yaml:4); the filter /etc/rules/a.yaml:13 disables it`,
		"override: {points: 10}":                 `gone riot had 45 points and has 10: asserted, 10 points, “riot” by riot* (/etc/rules/a.yaml:4); the filter /etc/rules/a.yaml:13 sets its points`,
		"override: {status: test}":               `gone riot is no longer found: it was asserted, 45 points, “riot” by riot* (/etc/rules/a.yaml:4); dropped since the indicator is under test; the filter /etc/rules/a.yaml:13 sets its status`,
		"exclude: {match: {en: [flowers]}}":      `gone riot is no longer found: it was asserted, 45 points, “riot” by riot* (/etc/rules/a.yaml:4); dropped by filter “flowers” (/etc/rules/a.yaml:13)`,
		"exclude: {feeds: [wire]}":               `gone riot is no longer found: it was asserted, 45 points, “riot” by riot* (/etc/rules/a.yaml:4); dropped by filter (/etc/rules/a.yaml:13); the filter /etc/rules/a.yaml:13 leaves out the feed`,
		"exclude: {feeds: [another], match: {}}": "",
	} {
		old, now := engine(t, rules), engine(t, rules+"filters:\n  - {indicator: riot, "+filter+"}\n")
		item := event.Item{ID: "1", Title: "A riot of flowers.", Language: "en", Source: event.Source{Feed: "wire"}}
		x, y := old.Explain(item), now.Explain(item)
		said := ""
		if got, changed := Compare(&x, &y); changed {
			said = string(got.Kind) + " " + strings.Join(got.Reasons, " | ")
		}
		if said != want {
			t.Errorf("%s:\n got %s\nwant %s", filter, said, want)
		}
		if back, changed := Compare(&y, &x); changed && filter == "disable: true" && !strings.HasSuffix(back.Reasons[0], "; no longer: the filter /etc/rules/a.yaml:13 disables it") {
			t.Errorf("%s taken back: %s", filter, back.Reasons)
		}
	}
}

func TestSides(t *testing.T) {
	old, now := engine(t, rules), engine(t, strings.Replace(rules, `"riot*"`, `"riot*", "looting"`, 1))
	item := event.Item{ID: "7", Text: strings.Repeat("word ", 30) + "Looting.", Language: "en", Source: event.Source{Feed: "wire"}}
	x, y := old.Explain(item), now.Explain(item)
	c, changed := Compare(&x, &y)
	if !changed || c.Old.Relevant || !c.New.Relevant || c.New.Severity != event.SeverityLow || strings.Join(c.New.Categories, ",") != "riot" {
		t.Errorf("the change is %+v", c)
	}
	if c.Item != "7" || c.Feed != "wire" || c.Language != "en" || !strings.HasPrefix(c.Title, "word word") || !strings.HasSuffix(c.Title, "…") {
		t.Errorf("the item is %q %q of %q in %q", c.Item, c.Title, c.Feed, c.Language)
	}
}

func TestWhatMakesAChange(t *testing.T) {
	osh, batken := &event.Place{Name: "Osh", Country: "KG"}, &event.Place{Name: "Batken", Country: "KG"}
	for _, c := range []struct {
		name     string
		from, to *assess.Engine
		want     string
	}{
		{"the same place", placed(t, rules, osh), placed(t, rules, osh), ""},
		{"another place of the country", placed(t, rules, osh), placed(t, rules, batken), "the story moved from Osh, KG to Batken, KG"},
		{"no place any more", placed(t, rules, osh), engine(t, rules), "the story moved from Osh, KG to no place"},
		{"settings", engine(t, rules), strict(t), "the findings are the same; the settings of the classifier differ"},
	} {
		item := event.Item{ID: "1", Title: "Troops clash.", Language: "en"}
		x, y := c.from.Explain(item), c.to.Explain(item)
		got, _ := Compare(&x, &y)
		if said := strings.Join(got.Reasons, " | "); said != c.want {
			t.Errorf("%s: %q, want %q", c.name, said, c.want)
		}
	}
}

// strict asks more of an alert than a clash has.
func strict(t *testing.T) *assess.Engine {
	t.Helper()
	set, err := rule.Load(config.NewDir(config.Layer{Name: "/etc", FS: fstest.MapFS{"rules/a.yaml": {Data: []byte(rules)}}}), token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	weights := assess.Default()
	weights.Threshold = 90
	return assess.New(set, weights, nil, "")
}

func TestSameScore(t *testing.T) {
	for _, c := range []struct {
		old, new int
		want     bool
	}{{50, 50, true}, {50, 54, true}, {50, 55, false}, {55, 50, false}, {54, 50, true}} {
		a, b := Side{Score: c.old}, Side{Score: c.new}
		if got := a.same(&b); got != c.want {
			t.Errorf("%d and %d are the same: %t, want %t", c.old, c.new, got, c.want)
		}
	}
}
