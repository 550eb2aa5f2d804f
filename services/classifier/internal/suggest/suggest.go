package suggest

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"

	"faultline/pkg/config"
	"faultline/services/classifier/internal/reason"
)

// Rules compiles the rules with one more rule file and runs their examples.
type Rules func(ctx context.Context, file []byte) (reason.Explain, error)

// Suggestion is a filter for each rule that it can make better.
type Suggestion struct {
	Edits []Edit
	// Before and After are the reports without and with the edits.
	Before, After Report
}

// Edit is what a filter does to a rule. One of its fields is set at first; edits
// of one rule are joined.
type Edit struct {
	Rule    string
	Feeds   []string            // whose items the rule shall not see
	Words   map[string][]string // by language: they drop a match in their sentence
	Points  float64             // instead of the rule's; 0 keeps them
	Disable bool
	Gone    []string // titles of the false alarms that go
}

// The number of false alarms that an edit must touch to be tried, and that must
// go for it to be worth it: one that fits a single text teaches nothing.
const (
	leastForWord    = 2
	leastForFeed    = 2
	leastForPoints  = 2
	leastForDisable = 3
	leastGone       = 2
	mostTries       = 40 // rule sets compiled
)

// Suggest finds edits that drop false alarms and keep every true one. Each is
// tried on all items, and on the examples and tests of the rules, before it is
// taken; tried is told after each try.
func Suggest(ctx context.Context, judged []Judged, background Background, rules Rules, tried func(n int)) (Suggestion, error) {
	explain, err := rules(ctx, nil)
	if err != nil {
		return Suggestion{}, err
	}
	s := search{judged: judged, background: background, rules: rules, tried: tried, failed: map[string]bool{}}
	s.look(explain)
	out := Suggestion{Before: Tell(judged, explain)}
	for s.tries < mostTries {
		better, err := s.step(ctx)
		if err != nil {
			return out, err
		}
		if !better {
			break
		}
	}
	out.Edits, out.After = s.edits, out.Before
	if s.explain != nil {
		out.After = Tell(judged, s.explain)
	}
	return out, nil
}

// search is a search for edits: the best first, until none helps.
type search struct {
	judged     []Judged
	background Background
	rules      Rules
	tried      func(int)
	tries      int

	edits   []Edit
	explain reason.Explain       // with the edits; nil when there is none
	now     []reason.Explanation // of each item, with the edits
	failed  map[string]bool      // edits that did not help, as files
}

func (s *search) look(explain reason.Explain) {
	s.now = make([]reason.Explanation, len(s.judged))
	for i := range s.judged {
		s.now[i] = explain(s.judged[i].Item)
	}
}

// step takes the best edit that holds, false if there is none.
func (s *search) step(ctx context.Context) (bool, error) {
	for _, c := range s.candidates() {
		file := File([]Edit{c}, Report{}, Report{})
		if s.failed[string(file)] || s.tries >= mostTries {
			continue
		}
		ok, err := s.try(ctx, c)
		if ok || err != nil {
			return ok, err
		}
		s.failed[string(file)] = true
	}
	return false, nil
}

// try compiles the rules with one edit more and keeps it if false alarms go and
// all true ones stay.
func (s *search) try(ctx context.Context, c Edit) (bool, error) {
	edits := join(s.edits, c)
	explain, err := s.rules(ctx, File(edits, Report{}, Report{}))
	s.tries++
	s.tried(s.tries)
	if errors.As(err, new(config.Errors)) {
		return false, ctx.Err() // an example or test of the rules fails with it
	}
	if err != nil {
		return false, err
	}
	before := s.now
	s.look(explain)
	for i, j := range s.judged {
		switch was, is := j.alarm(&before[i]), j.alarm(&s.now[i]); {
		case j.True && was && !is:
			s.now = before
			return false, nil
		case !j.True && was && !is:
			c.Gone = append(c.Gone, reason.Title(&j.Item))
		}
	}
	if len(c.Gone) < leastGone {
		s.now = before
		return false, nil
	}
	s.edits, s.explain = join(s.edits, c), explain
	return true, nil
}

// join adds an edit to those of its rule.
func join(edits []Edit, c Edit) []Edit {
	out := slices.Clone(edits)
	i := slices.IndexFunc(out, func(e Edit) bool { return e.Rule == c.Rule })
	if i < 0 {
		return append(out, c)
	}
	e := &out[i]
	e.Feeds = append(slices.Clone(e.Feeds), c.Feeds...)
	e.Gone = append(slices.Clone(e.Gone), c.Gone...)
	e.Disable = e.Disable || c.Disable
	e.Points = cmp.Or(c.Points, e.Points)
	words := map[string][]string{}
	for _, more := range []map[string][]string{e.Words, c.Words} {
		for language, list := range more {
			words[language] = append(words[language], list...)
		}
	}
	e.Words = words
	return out
}

// candidates are edits worth a try, gentle ones first: a word of the sentence,
// a feed, half or a quarter of the points, no rule at all.
func (s *search) candidates() []Edit {
	rules := s.byRule()
	var words, feeds, points, disables []Edit
	for _, id := range slices.SortedFunc(maps.Keys(rules), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(rules[b].wrong), len(rules[a].wrong)), cmp.Compare(a, b))
	}) {
		r := rules[id]
		words = append(words, r.words(id, s.background)...)
		feeds = append(feeds, r.feeds(id)...)
		for _, part := range []float64{2, 4} {
			if len(r.wrong) >= leastForPoints && r.points >= part {
				points = append(points, Edit{Rule: id, Points: math.Floor(r.points / part)})
			}
		}
		if len(r.wrong) >= leastForDisable && len(r.right) == 0 {
			disables = append(disables, Edit{Rule: id, Disable: true})
		}
	}
	return slices.Concat(words, feeds, points, disables)
}

// byRule collects what each rule matched in the alarms that there are.
func (s *search) byRule() map[string]*matched {
	rules := map[string]*matched{}
	for i := range s.now {
		x := &s.now[i]
		if !x.Relevant {
			continue
		}
		for k := range x.Matches {
			m := &x.Matches[k]
			j := &s.judged[i]
			if !x.Effective[m.Rule] || !m.Counts() || !j.concerns(m.Rule) {
				continue
			}
			if rules[m.Rule] == nil {
				rules[m.Rule] = &matched{}
			}
			rules[m.Rule].add(x, m, j.True)
		}
	}
	return rules
}
