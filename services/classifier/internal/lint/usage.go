package lint

import (
	"context"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/rule"
)

// used names a phrase by what it is for.
type used struct{ rule, phrase, language string }

// span is where a phrase matched.
type span struct {
	text       int // number of the text
	field      string
	start, end int
}

// covered reports whether each of the spans lies within one of the others. Both
// are in the order of the texts.
func covered(spans, others []span) bool {
	first := 0 // of the others in the text of the span, or behind it
	for _, s := range spans {
		for first < len(others) && others[first].text < s.text {
			first++
		}
		i := first
		for i < len(others) && others[i].text == s.text && !others[i].holds(s) {
			i++
		}
		if i == len(others) || others[i].text != s.text {
			return false
		}
	}
	return true
}

// holds reports whether s, of the same text, lies within o.
func (o span) holds(s span) bool {
	return o.field == s.field && o.start <= s.start && s.end <= o.end
}

// usage is what the phrases matched over all texts.
type usage struct {
	texts, words int
	spans        map[used][]span   // in the order of the texts
	phrases      map[used][]string // of a rule in a language, used.phrase being ""
	tries        map[string]int    // by rule
	matches      map[string]int
	counted      map[string]int
	items        map[string]int // items that a rule has a counted match in
}

func newUsage() usage {
	return usage{spans: map[used][]span{}, phrases: map[used][]string{}, tries: map[string]int{}, matches: map[string]int{}, counted: map[string]int{}, items: map[string]int{}}
}

// read runs the rules over their examples, their tests and the items.
func (l *linter) read(ctx context.Context, items []event.Item) error {
	for i := range l.rules.Indicators {
		l.readExamples(l.rules.Indicators[i].Examples)
	}
	for i := range l.rules.Casualties {
		l.readExamples(l.rules.Casualties[i].Examples)
	}
	for i := range l.rules.Composites {
		l.readExamples(l.rules.Composites[i].Examples)
	}
	for _, t := range l.rules.Tests {
		l.readText("", t.Item(), false)
	}
	for _, item := range items {
		if err := ctx.Err(); err != nil {
			return err
		}
		l.readText("", item, true)
	}
	return nil
}

func (l *linter) readExamples(all map[string]rule.Examples) {
	for language, set := range all {
		for _, x := range slices.Concat(set.Fires, set.Quiet) {
			l.readText(language, x.Item(), false)
		}
	}
}

// readText notes what matched in one text, which is in the language, "" what it
// says or shows.
func (l *linter) readText(language string, item event.Item, archived bool) {
	u := &l.usage
	u.texts++
	u.words += len(strings.Fields(item.Title)) + len(strings.Fields(item.Text))
	x := l.explain(language, item)
	for id, n := range x.Tries {
		u.tries[id] += n
	}
	fired := map[string]bool{}
	for _, m := range x.Matches {
		key := used{m.Rule, m.Phrase, x.Language}
		if len(u.spans[key]) == 0 {
			of := used{rule: m.Rule, language: x.Language}
			u.phrases[of] = append(u.phrases[of], m.Phrase)
		}
		u.spans[key] = append(u.spans[key], span{u.texts, m.Evidence.Field, m.Evidence.Start, m.Evidence.End})
		u.matches[m.Rule]++
		if m.Dropped == "" {
			u.counted[m.Rule]++
			fired[m.Rule] = true
		}
	}
	if archived {
		for id := range fired {
			u.items[id]++
		}
	}
}
