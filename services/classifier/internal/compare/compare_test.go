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
cues: [{assertion: denied, before: {en: ["=no"]}}]
guards: {film: {default: true, factor: 0.1, match: {en: [film]}}}
`

func engine(t *testing.T, rules string) *assess.Engine {
	t.Helper()
	set, err := rule.Load(config.NewDir(config.Layer{Name: "/etc", FS: fstest.MapFS{"rules/a.yaml": {Data: []byte(rules)}}}), token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	return assess.New(set, assess.Default(), nil, "")
}

func TestCompare(t *testing.T) {
	for _, c := range []struct{ name, from, to, text, want string }{
		{"same", "", "", "Troops clash.", ""},
		{"both quiet", `"clash*"`, `"clashes*"`, "All quiet.", ""},
		{"another number of points within a severity", "points: 50", "points: 52", "Troops clash.", ""},
		{"new phrase", `"riot*"`, `"riot*", "looting"`, "Looting in the town.", `new riot: riot is found: asserted, 45 points, “Looting” by looting (/etc/rules/a.yaml:4)`},
		{"phrase removed", `"clash*"`, `"clashed*"`, "Troops clash.", `gone clash: clash is no longer found: it was asserted, 50 points, “clash” by clash* (/etc/rules/a.yaml:3)`},
		{"cue added", `["=no"]`, `["=no", feared]`, "Feared clash.", `gone clash: clash was asserted and is denied: denied, 5 points, “clash” by clash* (/etc/rules/a.yaml:3), cue “Feared”`},
		{"guard added", "[film]", "[film, opera]", "An opera of a clash.", `gone clash: clash had 50 points and has 5: asserted, 5 points, “clash” by clash* (/etc/rules/a.yaml:3), guard film at “opera”`},
		{"unless added", "[colour]", "[colour, flowers]", "A riot of flowers.", `gone riot: riot is no longer found: it was asserted, 45 points, “riot” by riot* (/etc/rules/a.yaml:4); dropped by unless “flowers”`},
		{"severity", "severity: high, points: 50", "severity: low, points: 50", "Troops clash.", "changed : the findings are the same; the severity of a rule or the settings differ"},
		{"a category more", `"riot*"`, `"riot*", "troops"`, "Troops clash.", "changed riot: riot is found: asserted, 45 points, “Troops” by troops (/etc/rules/a.yaml:4)"},
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
