// Package lint looks for what is missing, idle or too broad in a rule set, by
// running its phrases over its own examples and over items of the archive.
package lint

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/reason"
	"faultline/services/classifier/internal/rule"
)

// Level is how much a note matters.
type Level string

// The levels, lowest first. A rule set with errors should not ship.
const (
	Info    Level = "info"
	Warning Level = "warning"
	Error   Level = "error"
)

// Levels lists the levels, lowest first.
func Levels() []string { return []string{string(Info), string(Warning), string(Error)} }

// Note is one thing that was noticed.
type Note struct {
	Level    Level  `json:"level"`
	Kind     string `json:"kind"` // "gap", "examples", "codes", "dead", "duplicate", "shadowed" or "broad"
	Rule     string `json:"rule"`
	Language string `json:"language,omitempty"`
	Message  string `json:"message"`

	at func() string
}

// At is where the rule or phrase stands: "rules/x.yaml:12". The first call
// reads the file anew, so it is for people only.
func (n Note) At() string { return n.at() }

// MarshalJSON implements json.Marshaler: it adds where the rule or phrase stands.
func (n Note) MarshalJSON() ([]byte, error) {
	type plain Note
	return json.Marshal(struct {
		plain
		At string `json:"at"`
	}{plain(n), n.At()})
}

// Coverage is what a language has.
type Coverage struct {
	Language   string `json:"language"`
	Categories int    `json:"categories"` // of the 18
	Indicators int    `json:"indicators"`
	Phrases    int    `json:"phrases"` // of indicators and casualty rules
	Cues       int    `json:"cues"`
	Guards     int    `json:"guards"`
	Lists      int    `json:"lists"`
	Entities   int    `json:"entities"`
	Examples   int    `json:"examples"`
}

// Cost is how much a rule has to do: tries are places where a phrase was run
// because its rarest part stands there, and should hardly be more than the
// matches; each of these is weighed with its cues and guards, and most should
// count.
type Cost struct {
	Rule     string  `json:"rule"`
	Tries    int     `json:"tries"`
	Matches  int     `json:"matches"`
	Counted  int     `json:"counted"` // not dropped by unless, guard or body
	PerWords float64 `json:"per_1000_words"`
	Share    float64 `json:"share"` // of the items, 0 to 1; 0 without items
}

// Report is what linting a rule set gives.
type Report struct {
	Notes    []Note     `json:"notes"`
	Coverage []Coverage `json:"coverage"`
	Costs    []Cost     `json:"costs"` // the dearest first
}

// Thresholds of the notes.
const (
	leastExamples = 3
	broadShare    = 0.05 // of the items
	broadItems    = 100
	shadowMatches = 3 // matches that a phrase must have before it can be called shadowed
)

// linter collects the report.
type linter struct {
	explain reason.ExplainAs
	rules   *rule.Set
	report  Report
	usage   usage
}

// Lint examines rules, with an engine that explains by them. Items are texts from the archive; they
// may be none.
func Lint(ctx context.Context, rules *rule.Set, explain reason.ExplainAs, items []event.Item) (Report, error) {
	l := &linter{explain: explain, rules: rules, usage: newUsage()}
	if err := l.read(ctx, items); err != nil {
		return Report{}, err
	}
	l.examples()
	l.codes()
	if err := l.phrases(ctx); err != nil {
		return Report{}, err
	}
	l.broad(len(items))
	l.coverage()
	l.costs(len(items))
	slices.SortStableFunc(l.report.Notes, func(a, b Note) int {
		return cmp.Or(cmp.Compare(rank(b.Level), rank(a.Level)), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Language, b.Language))
	})
	return l.report, nil
}

func rank(l Level) int { return slices.Index(Levels(), string(l)) }

func (l *linter) note(n Note, at func() string) {
	n.at = at
	l.report.Notes = append(l.report.Notes, n)
}

// examples notes indicators with too few of them in a language they cover.
func (l *linter) examples() {
	for i := range l.rules.Indicators {
		v := &l.rules.Indicators[i]
		languages := rule.Phrases{}
		maps.Copy(languages, v.Match)
		maps.Copy(languages, v.Lead)
		for _, language := range slices.Sorted(maps.Keys(languages)) {
			if x := v.Examples[language]; language != rule.Any && (len(x.Fires) < leastExamples || len(x.Quiet) < leastExamples) {
				l.note(Note{Level: Error, Kind: "examples", Rule: v.ID, Language: language,
					Message: fmt.Sprintf("has %d firing and %d quiet examples, %d of each are wanted", len(x.Fires), len(x.Quiet), leastExamples)}, v.At)
			}
		}
	}
}

// codes notes indicators that no scheme of codes names: their findings come
// without one. Casualty rules are not asked, as most schemes have no code for a
// toll.
func (l *linter) codes() {
	for i := range l.rules.Indicators {
		if v := &l.rules.Indicators[i]; len(v.Codes) == 0 {
			l.note(Note{Level: Info, Kind: "codes", Rule: v.ID, Message: "has no codes: {acled: ..., plover: ...}"}, v.At)
		}
	}
}

// broad notes indicators that fire on too many of the items.
func (l *linter) broad(items int) {
	if items < broadItems {
		return
	}
	for i := range l.rules.Indicators {
		v := &l.rules.Indicators[i]
		if share := float64(l.usage.items[v.ID]) / float64(items); share > broadShare {
			l.note(Note{Level: Warning, Kind: "broad", Rule: v.ID, Message: fmt.Sprintf("fires on %.1f %% of the items", 100*share)}, v.At)
		}
	}
}

// coverage counts what each language has and notes what it lacks.
func (l *linter) coverage() {
	for _, language := range l.rules.Languages() {
		c := Coverage{Language: language}
		missing := []string(nil)
		for i := range l.rules.Indicators {
			v := &l.rules.Indicators[i]
			if len(v.Match[language])+len(v.Match[rule.Any])+len(v.Lead[language]) == 0 {
				missing = append(missing, v.ID)
				continue
			}
			c.Indicators++
			c.Examples += len(v.Examples[language].Fires) + len(v.Examples[language].Quiet)
		}
		l.count(&c)
		l.report.Coverage = append(l.report.Coverage, c)
		l.gaps(&c, missing)
	}
}

// gaps notes the indicators without phrases in a language. A language that has
// less than half of them cannot be relied on.
func (l *linter) gaps(c *Coverage, missing []string) {
	if len(missing) == 0 {
		return
	}
	n := Note{Level: Info, Kind: "gap", Rule: c.Language, Language: c.Language, Message: "has no phrases for " + strings.Join(missing, ", ")}
	if len(missing) > c.Indicators {
		n.Level = Warning
		n.Message = fmt.Sprintf("has phrases for %d of %d indicators only: it %s", c.Indicators, c.Indicators+len(missing), n.Message)
	}
	l.note(n, func() string { return "languages/" + c.Language })
}

// count adds up the phrases of a language by what they do.
func (l *linter) count(c *Coverage) {
	guards, entities, categories := map[int32]bool{}, map[int32]bool{}, map[string]bool{}
	for _, o := range l.rules.Program(c.Language).Owners {
		if _, category := l.owner(&o); category != "" {
			categories[category] = true
		}
		switch o.Role {
		case rule.RoleMatch, rule.RoleLead, rule.RoleCasualty:
			c.Phrases++
		case rule.RoleBefore, rule.RoleAfter, rule.RolePseudo:
			c.Cues++
		case rule.RoleGuard:
			guards[o.Index] = true
		case rule.RoleEntity:
			entities[o.Index] = true
		case rule.RoleList:
			c.Lists++
		}
	}
	c.Guards, c.Entities, c.Categories = len(guards), len(entities), len(categories)
}

// costs lists what the rules have to do.
func (l *linter) costs(items int) {
	for id, n := range l.usage.tries {
		c := Cost{Rule: id, Tries: n, Matches: l.usage.matches[id], Counted: l.usage.counted[id], PerWords: 1000 * float64(l.usage.matches[id]) / float64(max(l.usage.words, 1))}
		if items > 0 {
			c.Share = float64(l.usage.items[id]) / float64(items)
		}
		l.report.Costs = append(l.report.Costs, c)
	}
	slices.SortFunc(l.report.Costs, func(a, b Cost) int { return cmp.Or(cmp.Compare(b.Tries, a.Tries), cmp.Compare(a.Rule, b.Rule)) })
}
