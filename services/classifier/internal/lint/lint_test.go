package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/assess"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

const rules = `
indicators:
  - id: clash
    title: Clash
    category: armed-clash
    severity: high
    points: 50
    match:
      en: ["clash*", "clashes with", "skirmish*", "fight*"]
      ru: ["столкновени*"]
    examples:
      en:
        fires: ["Troops clash.", "Police clashes with gunmen.", "He clashes with them.", "She clashes with us."]
        quiet: ["One.", "Two.", "Three."]
  - id: battle
    title: Battle
    category: armed-clash
    severity: high
    points: 50
    match: {en: ["skirmish*"]}
    examples: {en: {fires: ["A skirmish.", "Skirmishes.", "The skirmish."], quiet: ["One.", "Two.", "Three."]}}
`

func lint(t *testing.T, items []event.Item) Report {
	t.Helper()
	fsys := fstest.MapFS{"rules/a.yaml": {Data: []byte(rules)}}
	set, err := rule.Load(config.NewDir(config.Layer{Name: "/etc", FS: fsys}), token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	report, err := Lint(t.Context(), set, assess.New(set, assess.Default(), nil, "test").ExplainAs, items)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func lines(report Report) (out []string) {
	for _, n := range report.Notes {
		out = append(out, fmt.Sprintf("%s %s %s %s %s: %s", n.At(), n.Level, n.Kind, n.Rule, n.Language, n.Message))
	}
	return out
}

func TestNotes(t *testing.T) {
	got := lines(lint(t, nil))
	for _, want := range []string{
		"/etc/rules/a.yaml:3 error examples clash ru: has 0 firing and 0 quiet examples, 3 of each are wanted",
		`/etc/rules/a.yaml:20 warning duplicate battle en: the phrase "skirmish*" stands also in /etc/rules/a.yaml:9`,
		`/etc/rules/a.yaml:9 info dead clash en: no example, test or item matched "fight*"`,
		`/etc/rules/a.yaml:10 info dead clash ru: no example, test or item matched "столкновени*"`,
		"languages/ru info gap ru ru: has no phrases for battle",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no note %s\nin %s", want, strings.Join(got, "\n   "))
		}
	}
	if !slices.IsSortedFunc(lint(t, nil).Notes, func(a, b Note) int { return rank(b.Level) - rank(a.Level) }) {
		t.Error("the gravest notes do not come first")
	}
}

// A phrase is shadowed when each of its matches lies within those of another.
func TestShadowed(t *testing.T) {
	for _, n := range lint(t, nil).Notes {
		if n.Kind == "shadowed" && !strings.HasPrefix(n.Message, `"skirmish*" matched`) {
			t.Errorf("%q is called shadowed, though it is the longer one", n.Message)
		}
	}
	report := lint(t, []event.Item{{Text: "They clash.", Language: "en"}})
	if got := strings.Join(lines(report), "\n"); strings.Contains(got, `"clash*" matched`) {
		t.Errorf("a phrase that matches alone is called shadowed:\n%s", got)
	}
}

func TestItems(t *testing.T) {
	var items []event.Item
	for i := range 200 {
		text := "The bakery sells bread."
		if i%10 == 0 {
			text = "Fights in the north."
		}
		items = append(items, event.Item{Text: text, Language: "en"})
	}
	report := lint(t, items)
	got := strings.Join(lines(report), "\n")
	if !strings.Contains(got, "warning broad clash : fires on 10.0 % of the items") {
		t.Errorf("no note of the broad rule in\n%s", got)
	}
	if strings.Contains(got, `matched "fight*"`) {
		t.Error("a phrase that an item matched is called dead")
	}
	if c := report.Costs[0]; c.Rule != "clash" || c.Share != 0.1 || c.Matches < 24 || c.Counted != c.Matches || c.PerWords <= 0 {
		t.Errorf("the dearest rule is %+v", c)
	}
}

func TestCoverage(t *testing.T) {
	got := lint(t, nil).Coverage
	want := []Coverage{{Language: "en", Categories: 1, Indicators: 2, Phrases: 5, Examples: 13}, {Language: "ru", Categories: 1, Indicators: 1, Phrases: 1}}
	if !slices.Equal(got, want) {
		t.Errorf("coverage is %+v, want %+v", got, want)
	}
}

// What ships has its examples, and words for every category in every language.
func TestShippedRules(t *testing.T) {
	set, err := rule.Load(config.NewDir(config.Layer{Name: "shipped", FS: deploy.Config()}), token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	report, err := Lint(t.Context(), set, assess.New(set, assess.Default(), nil, "test").ExplainAs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range report.Notes {
		if n.Level != Info {
			t.Errorf("%s: %s %s (%s) %s", n.At(), n.Level, n.Rule, n.Language, n.Message)
		}
	}
	languages := []string{"ar", "en", "es", "fr", "kk", "ky", "ru", "tg", "tr", "uz"}
	for i, c := range report.Coverage {
		if i >= len(languages) || c.Language != languages[i] || c.Categories != len(event.Categories()) || c.Cues == 0 || c.Guards < 20 {
			t.Errorf("coverage of %s: %+v", c.Language, c)
		}
	}
	if len(report.Coverage) != len(languages) {
		t.Errorf("%d languages, want %d", len(report.Coverage), len(languages))
	}
}
