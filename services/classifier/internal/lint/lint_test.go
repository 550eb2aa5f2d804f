package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

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
  - {id: march, title: March, category: protest, severity: low, points: 5, lead: {ky: ["журуш*"], ru: ["марш*"], en: ["=march"]}}
casualties:
  - {id: killed, title: Killed, kind: killed, severity: high, points: 30, match: {en: ["<n> =killed"]}}
`

func lint(t *testing.T, items []event.Item) Report {
	t.Helper()
	return lintOf(t, rules, items)
}

func lintOf(t *testing.T, rules string, items []event.Item) Report {
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
		"/etc/rules/a.yaml:3 info codes clash : has no codes: {acled: ..., plover: ...}",
		"languages/ky warning gap ky ky: has phrases for 1 of 3 indicators only: it has no phrases for clash, battle",
		"/etc/rules/a.yaml:22 error examples march ky: has 0 firing and 0 quiet examples, 3 of each are wanted",
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

// Of two phrases that match the same the later is shadowed, so that one is left when
// all that are noted go; and a word that is twice in a list is noted.
func TestShadowedByEachOther(t *testing.T) {
	report := lintOf(t, `
lists:
  fighter: {en: [rebel, gunman, =rebels, rebel], uz: [isyonchi]}
  other: {en: [rebel]}
indicators:
  - id: clash
    title: Clash
    category: armed-clash
    severity: high
    points: 50
    match: {en: ["@fighter ..2 (clash*|skirmish*)", "@fighter ..3 clash*", "(rebel|@other) ..4 clash*"]}
    examples: {en: {fires: ["Rebels clash.", "A rebel clashes.", "The rebel clashed."], quiet: ["One.", "Two.", "Three."]}}
`, nil)
	var got []string
	for _, n := range report.Notes {
		if n.Kind == "shadowed" || n.Kind == "duplicate" {
			got = append(got, n.At()+" "+n.Kind+" "+n.Rule)
		}
	}
	want := []string{"/etc/rules/a.yaml:3 duplicate @fighter", "/etc/rules/a.yaml:11 shadowed clash", "/etc/rules/a.yaml:11 shadowed clash"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
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
	if c := report.Costs[0]; c.Rule != "clash" || c.Share != 0.1 || c.Matches < 24 || c.Tries < c.Matches || c.Counted != c.Matches || c.PerWords <= 0 {
		t.Errorf("the dearest rule is %+v", c)
	}
}

// What lies within what is found text by text, in any number of texts.
func TestCovered(t *testing.T) {
	wide := []span{{1, "text", 0, 9}, {1, "title", 0, 5}, {3, "text", 2, 8}, {3, "text", 10, 12}}
	for name, c := range map[string]struct {
		spans []span
		want  bool
	}{
		"none":          {nil, true},
		"all":           {[]span{{1, "text", 3, 9}, {1, "title", 0, 5}, {3, "text", 10, 11}, {3, "text", 2, 3}}, true},
		"another text":  {[]span{{2, "text", 3, 4}}, false},
		"another field": {[]span{{3, "title", 3, 4}}, false},
		"longer":        {[]span{{1, "text", 3, 10}}, false},
		"behind all":    {[]span{{1, "text", 3, 4}, {4, "text", 3, 4}}, false},
	} {
		if got := covered(c.spans, wide); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// Many matches in many items take time in proportion: forty thousand items
// within the patience of a reader, where each was compared with each before.
func TestManyItems(t *testing.T) {
	var usage usage
	spans := make([]span, 200_000)
	for i := range spans {
		spans[i] = span{i, "text", 0, 5}
	}
	usage.spans = map[used][]span{{"clash", "a", "en"}: spans, {"clash", "b", "en"}: spans}
	usage.phrases = map[used][]string{{rule: "clash", language: "en"}: {"a", "b"}}
	began := time.Now()
	l := &linter{usage: usage}
	a, b := used{"clash", "a", "en"}, used{"clash", "b", "en"}
	if by := l.shadow(a, spans, map[used]bool{a: true}); by != "" {
		t.Errorf("the first of two that match the same is shadowed by %q", by)
	}
	if by := l.shadow(b, spans, map[used]bool{a: true, b: true}); by != "a" {
		t.Errorf("the second is shadowed by %q", by)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestCoverage(t *testing.T) {
	got := lint(t, nil).Coverage
	// A language is credited with casualties when it has words for them.
	want := []Coverage{{Language: "en", Categories: 3, Indicators: 3, Phrases: 7, Examples: 13}, {Language: "ky", Categories: 1, Indicators: 1, Phrases: 1}, {Language: "ru", Categories: 2, Indicators: 2, Phrases: 2}}
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
		if i >= len(languages) || c.Language != languages[i] || c.Categories != len(event.Categories()) || c.Cues == 0 || c.Guards < 20 || c.Entities < 100 {
			t.Errorf("coverage of %s: %+v", c.Language, c)
		}
	}
	if len(report.Coverage) != len(languages) {
		t.Errorf("%d languages, want %d", len(report.Coverage), len(languages))
	}
}
