package rule

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/stopwatch"
	"faultline/services/classifier/internal/token"
)

// dir is a configuration of the given files, "name: content".
func dir(files map[string]string) *config.Dir {
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return config.NewDir(config.Layer{Name: "/etc", FS: fsys})
}

func load(files map[string]string) (*Set, error) { return Load(dir(files), token.NewVocabulary()) }

// good is a rule file that every bad one below differs from in one line.
const good = `
lists:
  official: {en: [governor, "@head"], ru: [губернатор*]}
  head: {en: [mayor]}
guards:
  film: {match: {en: [film]}}
  game: {default: true, factor: 0.3, categories: [kidnapping], match: {en: [game]}}
cues:
  - assertion: denied
    before: {en: [not]}
indicators:
  - id: abducted
    title: Somebody is abducted
    category: kidnapping
    severity: high
    points: 60
    match: {en: ["@official ..3 kidnap*"], ru: ["похи* @official"]}
    guards: [film]
casualties:
  - id: killed
    kind: killed
    severity: high
    points: 30
    match: {en: ["<n> killed"]}
composites:
  - id: grave
    category: coup
    severity: critical
    points: 10
    when: has("abducted") && killed > 2
`

const entities = `
entities:
  - id: person:bakiyev
    classes: [leader, {class: president, from: 2005-03, to: 2010-04-15}]
    valid: {from: 1990}
    names: {en: [Bakiyev], any: ["Бакиев*"]}
`

func TestLoad(t *testing.T) {
	set, err := load(map[string]string{"rules/a.yaml": good, "entities/e.yaml": entities})
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Languages(); fmt.Sprint(got) != "[en ru]" {
		t.Errorf("languages are %v", got)
	}
	v := set.Indicators[0]
	if v.Status != Stable || v.Assertion != event.Asserted || fmt.Sprint(v.Guarded) != "[true true]" {
		t.Errorf("defaults of the indicator: %q, %q, guarded %v", v.Status, v.Assertion, v.Guarded)
	}
	if g := set.Guards[0]; g.Name != "film" || g.Reach != defaultGuardReach || g.Min != 1 || g.Scope != ScopeNear {
		t.Errorf("defaults of the guard: %+v", g.Guard)
	}
	if set.Cues[0].Reach != defaultCueReach {
		t.Errorf("default reach of a cue is %d", set.Cues[0].Reach)
	}
	if fmt.Sprint(set.Casualties[0].Guarded) != "[false false]" {
		t.Errorf("a guard for kidnapping applies to casualties: %v", set.Casualties[0].Guarded)
	}
	if at := v.At(); at != "/etc/rules/a.yaml:12" {
		t.Errorf("the indicator stands at %s", at)
	}
	en := set.Program("en")
	if en.Language != "en" || set.Program("de") != set.Program("") {
		t.Error("the program of a language is not its own, or an unknown language has one")
	}
	if o := en.Owners[0]; o.Text != "@official ..3 kidnap*" || o.Role != RoleMatch || o.Position() != "/etc/rules/a.yaml:17" {
		t.Errorf("the first phrase is %q at %s", o.Text, o.Position())
	}
}

func TestHash(t *testing.T) {
	hash := func(files map[string]string) string {
		set, err := load(files)
		if err != nil {
			t.Fatal(err)
		}
		return set.Hash
	}
	a := hash(map[string]string{"rules/a.yaml": good})
	if a != hash(map[string]string{"rules/a.yaml": good}) {
		t.Error("the same files have two hashes")
	}
	if a == hash(map[string]string{"rules/a.yaml": good + "\n"}) || a == hash(map[string]string{"rules/b.yaml": good}) {
		t.Error("other files have the same hash")
	}
}

func TestRejections(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"id: abducted", "id: Abducted!", `/etc/rules/a.yaml:12:9: the id "Abducted!" of the indicator is not valid; use small letters, digits and hyphens`},
		{"id: killed", "id: abducted", `/etc/rules/a.yaml:20:9: the id "abducted" is taken by /etc/rules/a.yaml:12; rename one of them`},
		{"category: kidnapping", "category: theft", `/etc/rules/a.yaml:14:15: unknown category "theft"; use one of armed-clash, `},
		{"severity: high\n    points: 60", "severity: huge\n    points: 60", `/etc/rules/a.yaml:15:15: unknown severity "huge"; use low, moderate, high or critical`},
		{"points: 60", "points: 160", `/etc/rules/a.yaml:16:13: 160 points are out of range; use 1 to 100`},
		{"points: 60", "points: 60\n    status: deprecated", `/etc/rules/a.yaml:17:13: unknown status "deprecated"; use stable or test`},
		{"points: 60", "points: 60\n    assertion: hoped", `/etc/rules/a.yaml:17:16: unknown assertion "hoped"; use asserted, denied, hypothetical, planned or historical`},
		{"points: 60", "points: 60\n    cues: [asserted]", `/etc/rules/a.yaml:17:12: unknown assertion "asserted"; use denied, hypothetical, planned or historical`},
		{"guards: [film]", "guards: [film, sport]", `/etc/rules/a.yaml:18:20: unknown guard "sport"; known guards: film, game`},
		{"guards: [film]", "no_guards: [sport]", `/etc/rules/a.yaml:18:17: unknown guard "sport"; known guards: film, game`},
		{`match: {en: ["@official ..3 kidnap*"], ru: ["похи* @official"]}`, "match: {}", `/etc/rules/a.yaml:12:5: the indicator "abducted" has no phrases; add match: {en: [...]}`},
		{`en: ["@official ..3 kidnap*"]`, `en: ["@official ..3"]`, `/etc/rules/a.yaml:17:29: the phrase ends with a gap in phrase "@official ..3"; remove it, or put a word outside it`},
		{`en: ["@official ..3 kidnap*"]`, `en: [governor (a]`, `/etc/rules/a.yaml:17:27: the bracket has no closing ")" in phrase "governor (a"; add it`},
		{`en: ["@official ..3 kidnap*"]`, `en: ["@offical ..3 kidnap*"]`, `/etc/rules/a.yaml:17:19: @offical is no list, entity class or entity in phrase "@offical ..3 kidnap*"; known lists and classes: head, official`},
		{`ru: ["похи* @official"]`, `ru: ["похи* @head"]`, `/etc/rules/a.yaml:17:56: @head has no words in "ru" in phrase "похи* @head"; add ru: [...] to the list`},
		{`ru: ["похи* @official"]`, `ru: []`, `/etc/rules/a.yaml:17:48: the list of phrases is empty; write a phrase or remove the key`},
		{`ru: ["похи* @official"]`, `russian: [похищение]`, `/etc/rules/a.yaml:17:53: no text is ever taken for one in "russian"; use one of`},
		{`en: ["@official ..3 kidnap*"]`, `en: ["<n> kidnap*"]`, `/etc/rules/a.yaml:17:19: <n> counts casualties in phrase "<n> kidnap*"; use it under casualties: only`},
		{"film: {match", "film: {scope: far, match", `/etc/rules/a.yaml:6:17: unknown scope "far"; use near, item or within`},
		{"film: {match", "film: {factor: 1, match", `/etc/rules/a.yaml:6:18: the factor 1 demotes nothing; use 0 (drop) to 0.9`},
		{"film: {match", "film: {reach: 100, match", `/etc/rules/a.yaml:6:17: a reach of 100 words is out of range; use 1 to 60 words`},
		{"categories: [kidnapping]", "categories: [theft]", `/etc/rules/a.yaml:7:51: unknown category "theft"; use one of armed-clash, `},
		{"film: {match: {en: [film]}}", "film: {}", `/etc/rules/a.yaml:6:9: the guard "film" has no phrases; add match: {en: [...]}`},
		{"film: {match", "Film: {match", `the name "Film" of the guard is not valid; use small letters, digits and hyphens`},
		{"assertion: denied", "assertion: asserted", `/etc/rules/a.yaml:9:16: unknown assertion "asserted"; use denied, hypothetical, planned or historical`},
		{"before: {en: [not]}", "reach: 3", `/etc/rules/a.yaml:9:5: the cues have no phrases; add before: or after: phrases`},
		{"before: {en: [not]}", "numbers: true\n    before: {en: [not]}", `: cues for numbers tell what is past only; write assertion: historical, or remove numbers`},
		{"before: {en: [not]}", "continues: true\n    before: {en: [not]}", `: cues that continue tell what is past only; write assertion: historical, or remove continues`},
		{"before: {en: [not]}", "last: true\n    before: {en: [not]}", `: cues that end a statement stand behind what they speak of; write the phrases under after`},
		{"before: {en: [not]}", "previous: true\n    before: {en: [not]}\n    after: {en: [nor]}", `: cues that open a sentence stand before what they speak of; write the phrases under before`},
		{"before: {en: [not]}", "previous: true\n    numbers: true\n    before: {en: [not]}", `: the cues are more than one of numbers, previous and continues; make a block for each`},
		{"before: {en: [not]}", "numbers: often\n    before: {en: [not]}", `/etc/rules/a.yaml:10:14`},
		{"kind: killed", "kind: eaten", `/etc/rules/a.yaml:21:11: unknown kind "eaten"; use killed, injured, missing, detained or displaced`},
		{`match: {en: ["<n> killed"]}`, "count: 1", `/etc/rules/a.yaml:20:5: the casualty rule "killed" has no phrases; add match: {en: [...]}`},
		{"head: {en: [mayor]}", `head: {en: ["@official"]}`, `refers to itself, directly or through other lists; remove one of the references`},
		{"head: {en: [mayor]}", `head: {}`, `the list "head" is empty; add {en: [...]}`},
		{"head: {en: [mayor]}", "head: {en: [mayor]}\n  Bad: {en: [x]}", `the name "Bad" of the list is not valid; use small letters, digits and hyphens`},
		{`when: has("abducted") && killed > 2`, `when: has("abduction")`, `/etc/rules/a.yaml:30:11: has("abduction"): no such indicator; did you mean "abducted"?`},
		{`when: has("abducted") && killed > 2`, `when: category("theft")`, `category("theft"): no such category`},
		{`when: has("abducted") && killed > 2`, `when: entity("person:x")`, `entity("person:x"): no such entity`},
		{`when: has("abducted") && killed > 2`, `when: class("x")`, `class("x"): no such entity class`},
		{`when: has("abducted") && killed > 2`, `when: near("abducted", "x")`, `near("x"): no such indicator or category`},
		{`when: has("abducted") && killed > 2`, `when: found("abducted", "maybe")`, `found("maybe"): no such assertion`},
		{`when: has("abducted") && killed > 2`, `when: killed`, `/etc/rules/a.yaml:30:11: expected bool, but got int; see`},
		{`when: has("abducted") && killed > 2`, `when: killed > 2 && wounded`, `/etc/rules/a.yaml:30:25: unknown name wounded in condition "killed > 2 && wounded"`},
		{`when: has("abducted") && killed > 2`, `when: "killed >"`, `/etc/rules/a.yaml:30:19: unexpected token EOF in condition "killed >"`},
		{"guards: [film]", "guards: [film]\n    examples: {en: {fires: [{country: KG}]}}", `the example is empty; write a text`},
		{"guards: [film]", "guards: [film]\n    examples: {en: {fires: [{text: x, assertion: maybe}]}}", `unknown assertion "maybe"; use asserted, denied, hypothetical, planned or historical`},
		{"composites:", "tests:\n  - title: x\ncomposites:", `the test has no name; add name: ...`},
		{"composites:", "tests:\n  - name: x\n    want: {categories: [theft]}\ncomposites:", `unknown category "theft"`},
		{"composites:", "tests:\n  - name: x\n    want: {findings: {abducted: maybe}}\ncomposites:", `unknown assertion "maybe"`},
		{"composites:", "filters:\n  - indicator: x\ncomposites:", `/etc/rules/a.yaml:26:16: unknown indicator "x"; write the id of an indicator`},
		{"composites:", "filters:\n  - indicator: abducted\n    override: {points: 200}\ncomposites:", `/etc/rules/a.yaml:27:24: 200 points are out of range; use 1 to 100`},
		{"composites:", "filters:\n  - indicator: abducted\n    override: {status: new}\ncomposites:", `unknown status "new"; use stable or test`},
		{"composites:", "filters:\n  - indicator: abducted\n    override: {guards: [sport]}\ncomposites:", `unknown guard "sport"`},
		{"composites:", "attributions: {rumour: {en: [it is said]}}\ncomposites:", `unknown kind of source "rumour"; use official, media, witness, armed-group, unnamed, hearsay`},
		{"composites:", "attributions: {media: {en: [\"a (b\"]}}\ncomposites:", `the bracket has no closing ")" in phrase "a (b"`},
		{"points: 60", "point: 60", `/etc/rules/a.yaml:16:5: `},
		{"points: 60", "points: many", `/etc/rules/a.yaml:16:13: `},
		{"points: 60", "points: 60\n    points: 61", `/etc/rules/a.yaml:17:5: `},
		{"points: 60", "\tpoints: 60", `/etc/rules/a.yaml:1`},
	} {
		rejects(t, c.from, c.to, c.want)
	}
}

// Whose part in an event a list takes.
func TestSlotRejections(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"composites:", "slots: {x: actor}\ncomposites:", `unknown list "x"; write the name of a list or class`},
		{"composites:", "slots: {official: victim}\ncomposites:", `/etc/rules/a.yaml:25:19: unknown slot "victim"; use actor or target`},
		{"composites:", "labels: {x: people}\ncomposites:", `unknown list "x"; write the name of a list or class`},
		{"composites:", "labels: {official: \" \"}\ncomposites:", `the label of "official" is empty; write what alerts call them, or remove it`},
		{"composites:", "agents: {en: [by], fr: [par le]}\ncomposites:", `more than one word for who did it in phrase "par le"; write the one next to who did it`},
		{"composites:", "agents: {xx: [by]}\ncomposites:", `no text is ever taken for one in "xx"`},
		{"composites:", "agents: {en: [\"@x\"]}\ncomposites:", `@x is no list, entity class or entity`},
		{"composites:", "turns: {xx: [but]}\ncomposites:", `no text is ever taken for one in "xx"`},
		{"composites:", "turns: {en: []}\ncomposites:", `the list of phrases is empty; write a phrase or remove the key`},
		{"guards: [film]", "guards: [film]\n    actors: [official, crowds]", `/etc/rules/a.yaml:19:24: unknown list "crowds"; write the name of a list or class`},
		{"guards: [film]", "guards: [film]\n    targets: [official, crowds]", `/etc/rules/a.yaml:19:25: unknown list "crowds"; write the name of a list or class`},
	} {
		rejects(t, c.from, c.to, c.want)
	}
}

// rejects checks what is said of the good file with one thing changed.
func rejects(t *testing.T, from, to, want string) {
	t.Helper()
	if !strings.Contains(good, from) {
		t.Fatalf("%q is not in the good file", from)
	}
	_, err := load(map[string]string{"rules/a.yaml": strings.Replace(good, from, to, 1)})
	var faults config.Errors
	if !errors.As(err, &faults) {
		t.Errorf("%s: error is %v", to, err)
		return
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("%s:\n got %v\nwant %s", to, err, want)
	}
}

func TestEntityRejections(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"id: person:bakiyev", "id: bakiyev", `/etc/entities/e.yaml:3:9: the id "bakiyev" of the entity is not valid; write person:name, with person, office, group, base, building, party or force`},
		{"names: {en: [Bakiyev], any: [\"Бакиев*\"]}", "side: old", `/etc/entities/e.yaml:3:5: the entity "person:bakiyev" has no names; add names: {en: [...]}`},
		{"classes: [leader", "classes: [Leader", `/etc/entities/e.yaml:4:15: the class "Leader" is not valid; use small letters, digits and hyphens`},
		{"classes: [leader", "classes: [official", `/etc/rules/a.yaml:3:13: "official" is both a list and an entity class; rename the list, or put @class into it`},
		{"from: 1990", "from: long ago", `"long ago" is not a date; write it as 2010-05-14`},
		{"entities:\n", "entities:\n  - {id: person:bakiyev, names: {en: [B]}}\n", `the id "person:bakiyev" is taken by /etc/entities/e.yaml:3; rename one of them`},
		{"[Bakiyev]", "[Bakiyev ..3]", `/etc/entities/e.yaml:6:26: the phrase ends with a gap`},
	} {
		_, err := load(map[string]string{"rules/a.yaml": good, "entities/e.yaml": strings.Replace(entities, c.from, c.to, 1)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.to, err, c.want)
		}
	}
}

func TestNamesAreUniqueOverFiles(t *testing.T) {
	_, err := load(map[string]string{"rules/a.yaml": "lists: {x: {en: [a]}}\nguards: {g: {match: {en: [a]}}}", "rules/sub/b.yaml": "lists: {x: {en: [b]}}\nguards: {g: {match: {en: [a]}}}"})
	for _, want := range []string{`the list "x" is defined already in /etc/rules/a.yaml:1; rename one of them`, `the guard "g" is defined already in /etc/rules/a.yaml:2; rename one of them`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// All faults are told at once, and no more than can be read.
func TestManyFaults(t *testing.T) {
	var b strings.Builder
	b.WriteString("indicators:\n")
	for i := range 300 {
		fmt.Fprintf(&b, "  - {id: i%d, title: t, category: x, severity: high, points: 1, match: {en: [a]}}\n", i)
	}
	_, err := load(map[string]string{"rules/a.yaml": b.String()})
	var faults config.Errors
	if !errors.As(err, &faults) || len(faults) != maxErrors {
		t.Errorf("%d faults, want %d", len(faults), maxErrors)
	}
}

func TestFilters(t *testing.T) {
	set, err := load(map[string]string{"rules/a.yaml": good, "rules/z.yaml": `
filters:
  - indicator: abducted
    override: {points: 12, severity: low, status: test, guards: []}
    exclude: {match: {en: [mock]}, feeds: [satire]}
  - indicator: killed
    disable: true
  - indicator: grave
    override: {points: 20, severity: low}
`})
	if err != nil {
		t.Fatal(err)
	}
	v := set.Indicators[0]
	if v.Points != 12 || v.Severity != event.SeverityLow || v.Status != Testing || fmt.Sprint(v.Guarded) != "[false true]" {
		t.Errorf("the override gave %v points, %s, %s, guarded %v", v.Points, v.Severity, v.Status, v.Guarded)
	}
	if at := v.Excludes("satire"); at == nil || at() != "/etc/rules/z.yaml:5" || v.Excludes("news") != nil {
		t.Error("the excluded feed is not known, or another is excluded")
	}
	if len(set.Casualties) != 0 {
		t.Error("a disabled rule is still there")
	}
	if c := set.Composites[0]; c.Points != 20 || c.Severity != event.SeverityLow {
		t.Errorf("the composite has %v points, %s", c.Points, c.Severity)
	}
	for id, want := range map[string]string{
		"abducted": "[the filter /etc/rules/z.yaml:3 sets its points and sets its severity and sets its status and sets its guards and leaves out the feed]",
		"killed":   "[the filter /etc/rules/z.yaml:6 disables it]",
		"grave":    "[the filter /etc/rules/z.yaml:8 sets its points and sets its severity]",
		"other":    "[]",
	} {
		if got := fmt.Sprint(set.Tuning(id, "satire")); got != want {
			t.Errorf("the tuning of %s is %s, want %s", id, got, want)
		}
	}
	found := false
	for _, o := range set.Program("en").Owners {
		found = found || o.Role == RoleUnless && o.Filter && o.Text == "mock"
	}
	if !found {
		t.Error("the excluding phrase is not compiled")
	}
}

func TestPeriod(t *testing.T) {
	day := func(s string) (d Date) {
		if err := d.UnmarshalText([]byte(s)); err != nil {
			t.Fatal(err)
		}
		return d
	}
	p := Period{day("2005-03-24"), day("2010-04-15")}
	for at, want := range map[string]bool{"2005-03-23": false, "2005-03-24": true, "2010-04-15": true, "2010-04-16": false} {
		if got := p.Holds(day(at).Add(12 * time.Hour)); got != want {
			t.Errorf("%s: %t, want %t", at, got, want)
		}
	}
	if !p.Holds(time.Time{}) || !(Period{}).Holds(time.Now()) {
		t.Error("an unknown moment, or an open period, does not hold")
	}
}

func TestConditionErrors(t *testing.T) {
	set, err := load(map[string]string{"rules/a.yaml": strings.Replace(good, `has("abducted") && killed > 2`, `countries[killed] == "KG"`, 1)})
	if err != nil {
		t.Fatal(err)
	}
	holds, err := set.Composites[0].Condition.Holds(&Facts{}, &Machine{})
	if holds || err == nil || !strings.Contains(err.Error(), "evaluating") {
		t.Errorf("an index out of range gives %t, %v", holds, err)
	}
}

func FuzzRules(f *testing.F) {
	f.Add([]byte(good), []byte(entities))
	f.Add([]byte("lists: {a: {en: [\"@a\"]}}"), []byte("entities: [{id: 3}]"))
	f.Fuzz(func(t *testing.T, rules, entities []byte) {
		var set *Set
		var err error
		stopwatch.Within(t, stopwatch.Limit, func() {
			set, err = load(map[string]string{"rules/a.yaml": string(rules), "entities/e.yaml": string(entities)})
		})
		if err == nil && set.Program("en") == nil {
			t.Fatal("a rule set without a program")
		}
		if err != nil && err.Error() == "" {
			t.Fatal("an error that says nothing")
		}
	})
}
