// Package reason is what an explanation of an assessment says: every match with
// the product that its points are, and what was dropped and why.
package reason

import (
	"fmt"
	"strings"

	"faultline/pkg/event"
)

// Explanation is an assessment with the reasons for every point.
type Explanation struct {
	event.Assessment
	Matches []Match `json:"matches"`
	// Failures are composites whose condition could not be evaluated.
	Failures []string `json:"failures,omitempty"`
	// Composites are those that held, with their conditions.
	Composites []string `json:"composites,omitempty"`
	// Tuning says what filters do to a rule for this item, with their places.
	Tuning func(rule string) []string `json:"-"`
	// Effective are the rules with a finding that counts: asserted, and not
	// demoted below half by a guard.
	Effective map[string]bool `json:"-"`
	// Tries is how often the phrases of a rule were run, in vain or not.
	Tries map[string]int `json:"-"`
}

// Explain is what a rule set says of an item.
type Explain func(event.Item) Explanation

// ExplainAs is what it says of an item as one in a language; with "" the
// language is told from the item.
type ExplainAs func(language string, item event.Item) Explanation

// Match is one match of a phrase of a rule and what became of it.
type Match struct {
	Rule     string         `json:"rule"`   // indicator or casualty rule
	Phrase   string         `json:"phrase"` // as the file has it
	Evidence event.Evidence `json:"evidence"`
	Slots    event.Slots    `json:"slots,omitzero"`
	// Base x Place x Stance x Factor = Points.
	Base          float64         `json:"base"`
	Place         float64         `json:"place"`
	Stance        float64         `json:"stance"`
	Factor        float64         `json:"factor"`
	Points        float64         `json:"points"`
	Assertion     event.Assertion `json:"assertion"`
	Cue           event.Evidence  `json:"cue,omitzero"` // the words that changed the assertion; empty Text if none did
	Guard         string          `json:"guard,omitempty"`
	GuardEvidence event.Evidence  `json:"guard_evidence,omitzero"`
	// ByTitle is set when the title says how the text stands to it: the cue is
	// there, if there is one.
	ByTitle bool `json:"by_title,omitempty"`
	// Best is set on the match that its rule's finding rests on.
	Best bool `json:"best,omitempty"`
	// Dropped says why the match counts for nothing, "" when it counts.
	Dropped Drop `json:"dropped,omitempty"`

	// At says where the phrase stands, By where that which dropped the match does;
	// nil when no phrase or filter did. ByGuard says where the words of Guard do, nil
	// without one.
	At, By, ByGuard func() string `json:"-"`
}

// Drop is why a match counts for nothing.
type Drop string

// The reasons. The words that dropped a match are in GuardEvidence.
const (
	Unless   Drop = "unless"
	Filter   Drop = "filter" // its words, or its feed
	Guard    Drop = "guard"
	InBody   Drop = "body"     // a phrase for title and lead stands elsewhere
	Tested   Drop = "test"     // the indicator is under test
	Alone    Drop = "alone"    // a number of people beside no violence
	Outdone  Drop = "outdone"  // a number that other words are closer to
	Contrary Drop = "contrary" // its actor is acted upon, or its target acts
	Clause   Drop = "clause"   // who it says acts, or is acted upon, is of another clause
)

// Position is where the phrase stands: "rules/x.yaml:12". The first call
// reads the file anew, so it is for people only.
func (m Match) Position() string {
	if m.At == nil {
		return ""
	}
	return m.At()
}

// droppedAt is where that which dropped the match stands, "" when no phrase or
// filter did.
func (m Match) droppedAt() string {
	if m.By == nil {
		return ""
	}
	return m.By()
}

// GuardedBy is the guard with its words and where they stand, "" without one: film
// (languages/en/guards.yaml:12) at “novel”.
func (m Match) GuardedBy() string {
	if m.Guard == "" {
		return ""
	}
	text := m.Guard
	if m.ByGuard != nil {
		text += " (" + m.ByGuard() + ")"
	}
	if m.GuardEvidence.Text != "" {
		text += " at “" + m.GuardEvidence.Text + "”"
	}
	return text
}

// WhyDropped says why a match was dropped: "by unless “kidnap thriller”".
func (m Match) WhyDropped() string {
	switch m.Dropped {
	case "":
		return ""
	case InBody:
		return "since it stood outside title and lead"
	case Tested:
		return "since the indicator is under test"
	case Alone:
		return "since no violence is told beside it"
	case Contrary:
		return "since its actor is acted upon, or its target acts"
	case Clause:
		return "since its actor or target is of another clause"
	case Outdone:
		return "since a closer phrase reads the same words"
	}
	by := strings.TrimSpace("by " + string(m.Dropped) + " " + m.Guard)
	if m.GuardEvidence.Text != "" {
		by += fmt.Sprintf(" “%s”", m.GuardEvidence.Text)
	}
	if m.Dropped == Filter {
		by += " (" + m.droppedAt() + ")"
	}
	return by
}

// Cause is what changed the match, cue and guard: "cue “not”, guard film at
// “novel”". It is empty when nothing did.
func (m Match) Cause() string {
	var by []string
	switch {
	case m.ByTitle && m.Cue.Text != "":
		by = append(by, fmt.Sprintf("cue “%s” of the title", m.Cue.Text))
	case m.ByTitle:
		by = append(by, "as the title has it")
	case m.Cue.Text != "":
		by = append(by, fmt.Sprintf("cue “%s”", m.Cue.Text))
	}
	if m.Guard != "" && m.Dropped == "" {
		by = append(by, fmt.Sprintf("guard %s at “%s”", m.Guard, m.GuardEvidence.Text))
	}
	return strings.Join(by, ", ")
}

// String is the match in one line.
func (m Match) String() string {
	s := fmt.Sprintf("“%s” matched %q (%s): ", m.Evidence.Text, Shorten(m.Phrase), m.Position())
	switch m.Dropped {
	case "":
	case Guard:
		return s + "dropped by guard " + m.GuardedBy()
	case Unless:
		return s + "dropped " + m.WhyDropped() + " (" + m.droppedAt() + ")"
	default:
		return s + "dropped " + m.WhyDropped()
	}
	s += string(m.Assertion)
	if why := m.Cause(); why != "" {
		s += ", " + why
	}
	if m.Guard != "" && m.ByGuard != nil {
		s += " (" + m.ByGuard() + ")"
	}
	return s
}

// Finding is the finding of a rule, nil when it has none.
func (x *Explanation) Finding(rule string) *event.Finding {
	for i := range x.Findings {
		if x.Findings[i].Indicator == rule {
			return &x.Findings[i]
		}
	}
	return nil
}

// longestPhrase is how much of a phrase is shown beside the place where all of
// it stands, in characters.
const longestPhrase = 80

// Shorten is the beginning of a phrase.
func Shorten(phrase string) string {
	if r := []rune(phrase); len(r) > longestPhrase {
		return string(r[:longestPhrase-1]) + "…"
	}
	return phrase
}

// Counts reports whether the match gave its rule points.
func (m *Match) Counts() bool { return m.Dropped == "" && m.Points > 0 }

// Title is the item's, or the beginning of its text.
func Title(item *event.Item) string {
	if item.Title != "" {
		return item.Title
	}
	text := []rune(strings.Join(strings.Fields(item.Text), " "))
	if len(text) > 100 {
		return string(text[:100]) + "…"
	}
	return string(text)
}
