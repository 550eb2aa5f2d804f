package assess

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/rule"
)

// Result is the outcome of one example or test of the rule files.
type Result struct {
	Rule     string // indicator, casualty rule or composite; the name of a test
	Language string
	Kind     string // "fires", "quiet" or "test"
	Text     string
	// Problem says what should have happened and what did; empty is a success.
	Problem string
	// Wanted is whether a test wants an alert, nil when it does not say; Alert
	// is whether there is one.
	Wanted *bool
	Alert  bool

	at  at
	nth int // of its list
}

// at says where the nth example of a list stands. Thousands share one.
type at func(language, list string, nth int) string

// At is where the example stands: "rules/x.yaml:12". The first call reads the file
// anew, so it is for people only.
func (r Result) At() string { return r.at(r.Language, r.Kind, r.nth) }

// example is one example with what it belongs to.
type example struct {
	rule, language, kind string
	at                   at
	nth                  int
	assertion            event.Assertion // of the rule, when the example names none
	*rule.Example
}

// Test runs every example and test of the rule set, in parallel, and returns
// the results in the order of the files.
func (e *Engine) Test(ctx context.Context) ([]Result, error) {
	examples := e.examples()
	return inParallel(ctx, len(examples)+len(e.rules.Tests), func(i int) Result {
		if i < len(examples) {
			return e.tryExample(examples[i])
		}
		return e.tryTest(e.rules.Tests[i-len(examples)])
	})
}

// RunTests runs tests that are not of the rule set.
func (e *Engine) RunTests(ctx context.Context, tests []rule.TestCase) ([]Result, error) {
	return inParallel(ctx, len(tests), func(i int) Result { return e.tryTest(tests[i]) })
}

func inParallel(ctx context.Context, n int, try func(i int) Result) ([]Result, error) {
	results := make([]Result, n)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	const chunk = 64
	for from := 0; from < n; from += chunk {
		group.Go(func() error {
			for i := from; i < min(from+chunk, n) && ctx.Err() == nil; i++ {
				results[i] = try(i)
			}
			return ctx.Err()
		})
	}
	return results, group.Wait()
}

// examples lists those of all rules.
func (e *Engine) examples() []example {
	var out []example
	add := func(id string, assertion event.Assertion, where at, all map[string]rule.Examples) {
		for _, language := range slices.Sorted(maps.Keys(all)) {
			fires, quiet := all[language].Fires, all[language].Quiet
			for i := range fires {
				out = append(out, example{id, language, "fires", where, i, assertion, &fires[i]})
			}
			for i := range quiet {
				out = append(out, example{id, language, "quiet", where, i, assertion, &quiet[i]})
			}
		}
	}
	for i := range e.rules.Indicators {
		v := &e.rules.Indicators[i]
		add(v.ID, v.Assertion, v.AtExample, v.Examples)
	}
	for i := range e.rules.Casualties {
		v := &e.rules.Casualties[i]
		add(v.ID, event.Asserted, v.AtExample, v.Examples)
	}
	for i := range e.rules.Composites {
		v := &e.rules.Composites[i]
		add(v.ID, event.Asserted, v.AtExample, v.Examples)
	}
	return out
}

func (e *Engine) tryExample(x example) Result {
	got := e.explain(x.Item(), x.language, x.rule)
	result := Result{Rule: x.rule, Language: x.language, Kind: x.kind, at: x.at, nth: x.nth, Text: whole(x.Title, x.Text)}
	want := x.Assertion
	if want == "" {
		want = x.assertion
	}
	shown := shows(&got, x.rule, want)
	switch {
	case x.kind == "quiet" && shows(&got, x.rule, event.Asserted):
		result.Problem = "should be quiet, but " + story(&got, x.rule)
	case x.kind == "fires" && !shown:
		result.Problem = fmt.Sprintf("should fire (%s), but %s", want, story(&got, x.rule))
	case x.kind == "fires":
		result.Problem = slots(&got, x.rule, x.Slots)
	}
	return result
}

// whole is a title and a text as one line.
func whole(title, text string) string {
	if title == "" {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(title + " " + text)
}

// shows reports whether the rule has a finding of that assertion which no guard
// demotes below half.
func shows(x *Explanation, id string, want event.Assertion) bool {
	f := x.Finding(id)
	return f != nil && f.Assertion == want && (want != event.Asserted || x.Effective[id])
}

// story tells what was found instead, for whoever writes rules.
func story(x *Explanation, id string) string {
	var parts []string
	for _, m := range x.Matches {
		if m.Rule == id {
			parts = append(parts, m.String())
		}
	}
	if len(parts) > 0 {
		return strings.Join(parts, "; ")
	}
	for _, f := range x.Findings {
		parts = append(parts, fmt.Sprintf("%s (%s) at %q", f.Indicator, f.Assertion, f.Evidence[0].Text))
	}
	if len(parts) == 0 {
		return "nothing fired"
	}
	return "fired instead: " + strings.Join(parts, "; ")
}

// slots says which slot of a finding is not as wanted.
func slots(x *Explanation, id string, want map[string]string) string {
	f := x.Finding(id)
	for name, text := range want {
		if got := cmp.Or(f.Slots.Get(name), &event.Slot{}).Text; got != text {
			return fmt.Sprintf("slot %s should be %q, is %q", name, text, got)
		}
	}
	return ""
}

func (e *Engine) tryTest(t rule.TestCase) Result {
	got := e.Explain(t.Item())
	result := Result{Rule: t.Name, Language: got.Language, Kind: "test", Text: whole(t.Title, t.Text), Wanted: t.Want.Relevant, Alert: got.Relevant}
	result.at = func(string, string, int) string { return t.At() }
	if t.Language != "" {
		result.Language = t.Language
	}
	if faults := differences(&got, t.Want); len(faults) > 0 {
		result.Problem = strings.Join(faults, "; ")
	}
	return result
}

// differences lists what is not as wanted.
func differences(x *Explanation, want rule.Want) []string {
	var faults []string
	check := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	if want.Relevant != nil {
		check(*want.Relevant == x.Relevant, "relevant should be %t (score %d)", *want.Relevant, x.Score)
	}
	for _, c := range want.Categories {
		check(slices.Contains(x.Categories, c), "category %s should be asserted (asserted: %v)", c, x.Categories)
	}
	for _, c := range want.Not {
		check(!slices.Contains(x.Categories, c), "category %s should not be asserted: %s", c, byCategory(x, c))
	}
	check(want.Severity == "" || want.Severity == x.Severity, "severity should be %s, is %s (score %d)", want.Severity, x.Severity, x.Score)
	c := &x.Casualties
	for _, n := range []struct {
		kind rule.Kind
		want *int
		got  *event.Count
	}{{rule.Killed, want.Killed, c.Killed}, {rule.Injured, want.Injured, c.Injured}, {rule.Missing, want.Missing, c.Missing}, {rule.Detained, want.Detained, c.Detained}, {rule.Displaced, want.Displaced, c.Displaced}} {
		check(n.want == nil || *n.want == least(n.got), "%s should be %d, is %d", n.kind, valueOf(n.want), least(n.got))
	}
	main := valueOf(x.Main)
	check(want.Main == "" || want.Main == main.Country, "the country should be %s, is %q", want.Main, main.Country)
	check(want.Place == "" || want.Place == main.Name, "the place should be %s, is %q", want.Place, main.Name)
	for id, assertion := range want.Findings {
		check(shows(x, id, assertion), "%s should be %s, but %s", id, assertion, story(x, id))
	}
	for _, id := range want.Entities {
		check(slices.Contains(x.Entities, id), "entity %s should be found (found: %v)", id, x.Entities)
	}
	slices.Sort(faults)
	return faults
}

// valueOf is what a pointer points to, zero for nil.
func valueOf[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func byCategory(x *Explanation, c string) string {
	for _, f := range x.Findings {
		if f.Category == c && f.Assertion == event.Asserted {
			return fmt.Sprintf("%s at %q", f.Indicator, f.Evidence[0].Text)
		}
	}
	return "?"
}
