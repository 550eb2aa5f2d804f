package suggest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/assess"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

const rules = `
indicators:
  - {id: clash, title: t, category: armed-clash, severity: high, points: 50, match: {en: ["clash*"]},
     examples: {en: {fires: [Troops clash with rebels., Rebels clash at the border., A gang clashed with police.], quiet: [Quiet.]}}}
  - {id: riot, title: t, category: riot, severity: moderate, points: 60, match: {en: ["riot*"]}}
  - {id: curfew, title: t, category: crackdown, severity: moderate, points: 45, match: {en: [curfew]}}
  - {id: loot, title: t, category: riot, severity: moderate, points: 100, match: {en: ["loot*"]}}
`

// compile makes rule sets of the rules and one more file.
func compile(t *testing.T, base string) (Background, Rules) {
	t.Helper()
	load := func(more []byte) (*rule.Set, error) {
		fsys := fstest.MapFS{"rules/a.yaml": {Data: []byte(base)}}
		if more != nil {
			fsys["rules/b.yaml"] = &fstest.MapFile{Data: more}
		}
		return rule.Load(config.NewDir(config.Layer{Name: "/etc", FS: fsys}), token.NewVocabulary())
	}
	set, err := load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return NewBackground(set), func(file []byte) (Trial, error) {
		set, err := load(file)
		if err != nil {
			return Trial{}, err
		}
		return Trial{assess.New(set, assess.Default(), nil, "").Explain, func(context.Context) error { return nil }}, nil
	}
}

// judge reads lines of "feed: text", with a "+" before true alarms.
func judge(lines string) (judged []Judged) {
	for i, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		feed, text, _ := strings.Cut(strings.TrimSpace(line), ": ")
		isTrue := strings.HasPrefix(feed, "+")
		item := event.Item{ID: fmt.Sprint(i), Title: text, Language: "en", Source: event.Source{Feed: strings.TrimPrefix(feed, "+")}}
		judged = append(judged, Judged{Item: item, True: isTrue})
	}
	return judged
}

func TestTell(t *testing.T) {
	_, compiled := compile(t, rules)
	trial, err := compiled(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := Tell(judge(`
		+wire: Troops clash
		+wire: Shells fall
		sport: Titans clash
		sport: A riot and a clash
		sport: The cup is won`), trial.Explain)
	if r.True != 1 || r.Missed != 1 || r.False != 2 || r.Quiet != 1 {
		t.Errorf("report %+v", r)
	}
	if len(r.Rules) != 2 || r.Rules[0] != (Rule{"clash", 1, 2, time.Time{}}) || r.Rules[1] != (Rule{"riot", 0, 1, time.Time{}}) {
		t.Errorf("rules %+v", r.Rules)
	}
}

// A word on one rule of an alarm is none on the others.
func TestJudgedByRule(t *testing.T) {
	background, compiled := compile(t, rules)
	trial, err := compiled(nil)
	if err != nil {
		t.Fatal(err)
	}
	judged := judge(`
		a: A riot of tulips and a clash
		b: The riot of tulips and the clash
		+c: A riot and a clash`)
	for i := range judged {
		judged[i].Indicator, judged[i].Given = "riot", time.Date(2026, 5, 10+i, 0, 0, 0, 0, time.UTC)
	}
	r := Tell(judged, trial.Explain)
	if len(r.Rules) != 1 || r.Rules[0] != (Rule{"riot", 1, 2, judged[2].Given}) || r.False != 2 {
		t.Errorf("report %+v", r)
	}
	both := append(slices.Clone(judged), judged[0], judged[1])
	both[3].Indicator, both[3].True, both[4].Indicator, both[4].True = "clash", true, "clash", true
	if r := Tell(both, trial.Explain); r.True != 3 || r.False != 2 {
		t.Errorf("with the clash judged as well: %+v", r)
	}
	s, err := Suggest(t.Context(), both, background, compiled, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	if s.After.True != 3 || s.After.False != 0 {
		t.Errorf("the riot of tulips stays, or the clash beside it goes: %+v", s)
	}
	for _, e := range s.Edits {
		if e.Rule != "riot" {
			t.Errorf("%s is edited, which nobody spoke of", e.Rule)
		}
	}
}

func TestWordsOf(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		"The Price War":         "price|price war|the|the price|war",
		"a price, war":          "a price|price|war",
		"of it":                 "",
		"5 price-war  İstanbul": "istanbul|price|war",
		"تجارة حرة":             "تجارة|تجارة حرة|حرة",
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(wordsOf(text))), "|"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	for _, c := range []struct{ name, judged, want string }{
		{"a word of the false alarms only", `
			+wire: Troops clash in the north
			sport: Titans clash in the stadium tonight
			daily: Fans clash near the stadium`, "clash: match en=stadium"},
		{"a word that true alarms have is left alone", `
			+wire: Troops clash at the stadium
			sport: Titans clash at the stadium
			sport: Rivals clash at the stadium`, "clash: feeds sport"},
		{"a feed with true alarms is left alone", `
			+sport: Troops clash at the stadium
			sport: Titans clash at the stadium
			sport: Rivals clash at the stadium`, ""},
		{"fewer points", `
			+wire: A riot and a curfew
			wire: A curfew
			wire: Another curfew`, "curfew: points 11"},
		{"no rule at all", `
			a: A curfew
			b: The curfew
			c: One curfew`, "curfew: points 11"},
		{"no rule at all", `
			a: A looter
			b: The loot
			c: Looting`, "loot: disable"},
		{"two words, where each alone stands in true alarms", `
			+wire: Troops clash over price
			+wire: Troops clash in the war
			sport: Chains clash in a price war
			daily: Shops clash in another price war`, "clash: match en=price war"},
		{"words that are no neighbours", `
			+wire: Troops clash over price
			+wire: Troops clash in the war
			sport: Chains clash in a price, war
			daily: Shops clash in another price-war`, ""},
		{"what only two edits together would do", `
			a: A riot and a curfew
			b: The riot and the curfew
			+d: A curfew and a clash`, "riot: match en=curfew; curfew: match en=riot"},
		{"one text teaches nothing", `
			+wire: A riot in town
			wire: A riot of colours`, ""},
		{"fewer points, but one text only goes", `
			+wire: A riot and a curfew
			wire: The curfew
			sport: A clash, and a riot after the curfew`, ""},
		{"words that true news has often", `
			+wire: Troops clash
			a: Titans clash with rebels
			b: Rivals clash with rebels`, ""},
		{"nothing to mend", "+wire: Troops clash", ""},
	} {
		background, compiled := compile(t, rules)
		s, err := Suggest(t.Context(), judge(c.judged), background, compiled, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range s.Edits {
			got = append(got, told(e))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if s.After.True != s.Before.True || s.After.Missed != s.Before.Missed || (len(got) > 0) != (s.After.False < s.Before.False) {
			t.Errorf("%s: before %+v, after %+v", c.name, s.Before, s.After)
		}
		if _, err := compiled(File(s.Edits, s.Before, s.After)); err != nil {
			t.Errorf("%s: the file is no rule file: %v", c.name, err)
		}
	}
}

// What was tried in vain is told, with the true alarm that it would have lost, or
// with how little it does.
func TestSuggestTellsWhatWasRefused(t *testing.T) {
	for _, c := range []struct{ judged, want string }{
		{`
			+sport: Troops clash at the stadium
			sport: Titans clash at the stadium
			sport: Rivals clash at the stadium`, `clash not beside "stadium" (en): it would lose the true alarm "Troops clash at the stadium"
clash not beside "the" (en): it would lose the true alarm "Troops clash at the stadium"
clash not beside "the stadium" (en): it would lose the true alarm "Troops clash at the stadium"
clash with 25 points: no false alarm goes
clash with 12 points: it would lose the true alarm "Troops clash at the stadium"
`},
		{`
			+wire: A riot and a curfew
			wire: The curfew
			sport: A clash, and a riot after the curfew`, `curfew not beside "the" (en): it is common in news that must alert
curfew with 22 points: no false alarm goes
curfew with 11 points: only one false alarm goes ("The curfew")
`},
	} {
		background, compiled := compile(t, rules)
		s, err := Suggest(t.Context(), judge(c.judged), background, compiled, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, r := range s.Refused {
			got += fmt.Sprintf("%v: %s\n", r.Edit, r.Why)
		}
		if got != c.want {
			t.Errorf("got\n%swant\n%s", got, c.want)
		}
	}
	if got := (Edit{Rule: "clash", Words: map[string][]string{"en": {"cup", "price war"}}}).String() + "; " + (Edit{Rule: "clash", Feeds: []string{"a", "b"}}).String() + "; " + (Edit{Rule: "clash", Disable: true}).String(); got != `clash not beside "cup" (en), "price war" (en); clash without the feed a, b; clash switched off` {
		t.Errorf("got %s", got)
	}
}

func told(e Edit) string {
	switch {
	case e.Disable:
		return e.Rule + ": disable"
	case e.Points > 0:
		return fmt.Sprintf("%s: points %g", e.Rule, e.Points)
	case len(e.Feeds) > 0:
		return e.Rule + ": feeds " + strings.Join(e.Feeds, ",")
	}
	return e.Rule + ": match en=" + strings.Join(e.Words["en"], ",")
}

// A rule whose examples or tests an edit breaks keeps as it is.
func TestSuggestKeepsTests(t *testing.T) {
	background, compiled := compile(t, rules)
	failing := config.Errors{{Message: "an example fails"}}
	refuse := func(file []byte) (Trial, error) {
		trial, err := compiled(file)
		trial.Examples = func(context.Context) error {
			if file == nil {
				return nil
			}
			return failing
		}
		return trial, err
	}
	s, err := Suggest(t.Context(), judge("a: A curfew\nb: The curfew\nc: One curfew"), background, refuse, func(int) {})
	if len(s.Refused) != 3 || s.Refused[1].Why != "an example of the rules would fail: : an example fails" {
		t.Errorf("refused %+v", s.Refused)
	}
	if err != nil || len(s.Edits) != 0 || s.After.False != 3 {
		t.Errorf("%v, %+v", err, s)
	}
}

// A fault of the rules is none of an edit: it is told.
func TestSuggestTellsFaults(t *testing.T) {
	background, compiled := compile(t, rules)
	for when, want := range map[string]string{"first": "no such list", "examples": "an example fails already", "": ""} {
		_, err := Suggest(t.Context(), judge("+wire: Troops clash\na: A riot"), background, func(file []byte) (Trial, error) {
			trial, err := compiled(file)
			if when == "first" {
				err = config.Errors{{Message: "no such list"}}
			}
			trial.Examples = func(context.Context) error {
				if when == "examples" {
					return config.Errors{{Message: "an example fails already"}}
				}
				return nil
			}
			return trial, err
		}, func(int) {})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", when, err)
		}
	}
	broken := config.Errors{{Message: "no such list"}}
	_, err := Suggest(t.Context(), judge("a: A curfew\nb: The curfew\nc: One curfew"), background, func(file []byte) (Trial, error) {
		if file != nil {
			return Trial{}, broken
		}
		return compiled(nil)
	}, func(int) {})
	if !errors.As(err, &broken) {
		t.Errorf("a fault with an edit is swallowed: %v", err)
	}
}

func TestFileOfNothing(t *testing.T) {
	file := string(File(nil, Report{False: 3, True: 2}, Report{False: 3, True: 2}))
	want := "# yaml-language-server: $schema=../schema/rules.json\n# No filter drops 2 or more of the 3 false alarms and keeps every true alarm (2).\nfilters: []\n"
	if file != want {
		t.Errorf("got\n%s", file)
	}
	file = string(File(nil, Report{False: 1, True: 2}, Report{False: 1, True: 2}))
	if want := "# A filter must drop 2 false alarms or more, and 1 is known.\n"; !strings.Contains(file, want) {
		t.Errorf("with one alarm:\n%s", file)
	}
}

// Titles come from feeds: they stand in the file as comments and end nowhere.
func TestFileIsHostileProof(t *testing.T) {
	edits := []Edit{{Rule: "clash", Feeds: []string{"it's"}, Words: map[string][]string{"en": {"cup", "price war"}},
		Gone: []string{"a\nfilters: []\u2028x", "2", "3", "4", "5", "6", "7"}}}
	file := string(File(edits, Report{False: 3, True: 2}, Report{False: 1, True: 2}))
	want := `# yaml-language-server: $schema=../schema/rules.json
# Suggested by faultline rules suggest: with these filters 2 of 3 false alarms go, and every true alarm stays (2).
filters:
  # goes: a filters: [] x
  # goes: 2
  # goes: 3
  # goes: 4
  # goes: 5
  # and 2 more
  - indicator: clash
    exclude:
      match:
        en: ['=cup', '=price =war']
      feeds: ['it''s']
`
	if file != want {
		t.Errorf("got\n%s", file)
	}
	_, compiled := compile(t, rules)
	if _, err := compiled([]byte(file)); err != nil {
		t.Error(err)
	}
}
