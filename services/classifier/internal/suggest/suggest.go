package suggest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"faultline/pkg/config"
	"faultline/services/classifier/internal/reason"
)

// Rules compiles the rules with one more rule file, nil for none.
type Rules func(file []byte) (Trial, error)

// Trial is a rule set to try.
type Trial struct {
	Explain reason.Explain
	// Examples runs the examples and tests of the rules; what fails is
	// config.Errors.
	Examples func(ctx context.Context) error
}

// Suggestion is a filter for each rule that it can make better.
type Suggestion struct {
	Edits []Edit
	// Before and After are the reports without and with the edits.
	Before, After Report
	// Refused are the edits that were not taken, those that needed no try first.
	Refused []Refusal
}

// Refusal is an edit that was tried and not taken.
type Refusal struct {
	Edit Edit
	Why  string // the true alarm that it would lose, or what it lacks
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
	first, err := rules(nil)
	if err == nil {
		err = first.Examples(ctx)
	}
	if err != nil {
		return Suggestion{}, err
	}
	s := search{judged: judged, background: background, rules: rules, tried: tried, failed: map[string]bool{}}
	s.state = state{trial: first, now: s.look(first.Explain)}
	byRule := s.byRule(s.now)
	for _, id := range slices.Sorted(maps.Keys(byRule)) {
		s.refused = append(s.refused, byRule[id].hopeless(id, background)...)
	}
	out := Suggestion{Before: Tell(judged, first.Explain)}
	for s.tries < mostTries {
		better, err := s.step(ctx)
		if err != nil {
			return out, err
		}
		if !better {
			break
		}
	}
	out.Edits, out.After, out.Refused = s.edits, Tell(judged, s.trial.Explain), s.refused
	return out, nil
}

// search is a search for edits: the best first, until none helps.
type search struct {
	judged     []Judged
	background Background
	rules      Rules
	tried      func(int)
	tries      int
	failed     map[string]bool // files of edits that did not help
	refused    []Refusal

	state
}

// state is a set of edits and what comes of it.
type state struct {
	edits []Edit
	trial Trial
	now   []reason.Explanation // of each item
	// Against the state before the last edit:
	gone  []string // titles of the false alarms that are none any more
	eased int      // by how much the scores of the false alarms sank
}

func (s *search) look(explain reason.Explain) []reason.Explanation {
	now := make([]reason.Explanation, len(s.judged))
	for i := range s.judged {
		now[i] = explain(s.judged[i].Item)
	}
	return now
}

// mostPartial is how many edits that do not suffice are tried with another one.
const mostPartial = 3

// step takes the best edit that holds, or the best two together when none
// suffices alone; it is false if there are none.
func (s *search) step(ctx context.Context) (bool, error) {
	taken, partial, err := s.single(ctx, s.state, "")
	if taken || err != nil {
		return taken, err
	}
	slices.SortStableFunc(partial, func(a, b state) int { return cmp.Compare(b.eased, a.eased) })
	for _, p := range partial[:min(len(partial), mostPartial)] {
		if taken, _, err = s.single(ctx, p, string(File(p.edits, Report{}, Report{}))); taken || err != nil {
			return taken, err
		}
	}
	return false, nil
}

// single tries one edit more on a state and keeps the first that holds. Those
// that lose no true alarm and ease false ones are partial.
func (s *search) single(ctx context.Context, from state, name string) (taken bool, partial []state, err error) {
	for _, c := range s.candidates(from.now) {
		file := name + string(File([]Edit{c}, Report{}, Report{}))
		if s.failed[file] || s.tries >= mostTries {
			continue
		}
		next, why, err := s.try(from, c)
		if err != nil {
			return false, nil, err
		}
		enough := len(next.gone) >= leastGone
		if why == "" && enough {
			if why, err = s.holds(ctx, &next); why == "" || err != nil {
				s.state = next
				return err == nil, nil, err
			}
		}
		if why == "" && next.eased > 0 {
			partial, why = append(partial, next), tooFew(&next)
		} else {
			s.failed[file] = true
		}
		if name == "" { // of two together, the first is told of already
			s.refused = append(s.refused, Refusal{c, cmp.Or(why, tooFew(&next))})
		}
	}
	return false, partial, ctx.Err()
}

// tooFew says how many false alarms go with an edit that is not worth it.
func tooFew(next *state) string {
	if len(next.gone) == 0 {
		return "no false alarm goes"
	}
	return fmt.Sprintf("only one false alarm goes (%q)", next.gone[0])
}

// try compiles the rules with one edit more and looks at the judged items. Why
// names a true alarm that is lost, if one is.
func (s *search) try(from state, c Edit) (next state, why string, err error) {
	s.tries++
	s.tried(s.tries)
	next = state{edits: join(from.edits, c), gone: slices.Clone(from.gone)}
	if next.trial, err = s.rules(File(next.edits, Report{}, Report{})); err != nil {
		return next, "", err
	}
	next.now = s.look(next.trial.Explain)
	for i, j := range s.judged {
		switch was, is := j.alarm(&from.now[i]), j.alarm(&next.now[i]); {
		case j.True && was && !is:
			return next, fmt.Sprintf("it would lose the true alarm %q", reason.Title(&j.Item)), nil
		case !j.True && was && !is:
			next.gone = append(next.gone, reason.Title(&j.Item))
		}
		if !j.True {
			next.eased += from.now[i].Score - next.now[i].Score
		}
	}
	return next, "", nil
}

// holds runs the examples and tests of the rules; when one fails, why says which.
func (s *search) holds(ctx context.Context, next *state) (why string, err error) {
	err = next.trial.Examples(ctx)
	if errors.As(err, new(config.Errors)) {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return "an example of the rules would fail: " + first, ctx.Err()
	}
	last := &next.edits[len(next.edits)-1]
	last.Gone = append(slices.Clone(last.Gone), next.gone...)
	next.gone = nil
	return "", err
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
func (s *search) candidates(now []reason.Explanation) []Edit {
	rules := s.byRule(now)
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
func (s *search) byRule(now []reason.Explanation) map[string]*matched {
	rules := map[string]*matched{}
	for i := range now {
		x := &now[i]
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
