package faultline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/card"
)

// match is one match of a phrase.
type match = classifier.Match

// family is what a category is about: five colours can be told apart, eighteen
// cannot.
func family(category string) string {
	switch category {
	case "armed-clash", "armed-attack", "arms-hoarding":
		return "armed"
	case "casualties", "kidnapping":
		return "people"
	case "protest", "riot", "crackdown", "price-unrest":
		return "street"
	case "building-seizure", "secession", "coup", "mutiny", "base-status", "extradition":
		return "power"
	case "ethnic-violence", "spillover", "displacement":
		return "communal"
	}
	return "other"
}

// findings are those of an explanation by their rule.
func findings(x *classifier.Explanation) map[string]*event.Finding {
	all := map[string]*event.Finding{}
	for i := range x.Findings {
		all[x.Findings[i].Indicator] = &x.Findings[i]
	}
	return all
}

// look is how a match is shown: its family, and "weak" when it is not asserted
// or a guard demotes it, or "dropped" when it counts for nothing.
func look(m *match, found map[string]*event.Finding) string {
	if m.Dropped != "" {
		return "dropped"
	}
	category := ""
	if f := found[m.Rule]; f != nil {
		category = f.Category
	}
	if m.Assertion != event.Asserted || m.Guard != "" {
		return family(category) + " weak"
	}
	return family(category)
}

// mark is a span of a field that means something.
type mark struct {
	start, end int
	look       string
	rank       float64 // of several looks that of the highest is shown
	note       string
	row        int // number of the rule's row; 0 for what is no match
}

// marksOf are the marks of a field: matches, what guards and cues stand on, and
// places. Rows are the numbers of the rules.
func marksOf(x *classifier.Explanation, field string, rows map[string]int) (marks []mark) {
	found := findings(x)
	add := func(e event.Evidence, m mark) {
		if e.Field == field && e.Start < e.End {
			m.start, m.end = e.Start, e.End
			marks = append(marks, m)
		}
	}
	for i := range x.Matches {
		m := &x.Matches[i]
		rank := 1 + m.Points + float64(m.Slots.Len())/100 // of equals that which says who
		if m.Dropped != "" {
			rank = 0.5
		}
		add(m.Evidence, mark{look: look(m, found), rank: rank, note: fmt.Sprintf("%d %s: %s", rows[m.Rule], m.Rule, strings.Join(whyMatch(*m), "; ")), row: rows[m.Rule]})
		add(m.Cue, mark{look: "cue", note: fmt.Sprintf("makes %s %s", m.Rule, m.Assertion)})
		if m.GuardEvidence.Text != "" {
			add(m.GuardEvidence, mark{look: "guard", note: fmt.Sprintf("%s against %s", cmp.Or(m.Guard, string(m.Dropped)), m.Rule)})
		}
	}
	for _, p := range x.Places {
		add(p.Evidence, mark{look: "place", note: fmt.Sprintf("%s, %s", p.Name, strings.TrimSuffix(p.Country+" "+p.Admin1, " "))})
	}
	return marks
}

// piece is text that lies under the same marks from beginning to end.
type piece struct {
	Text  string
	Look  string // classes of the page; "" without a mark
	Notes string
	Rows  []int // numbers of the rows whose match ends here
}

// pieces cuts a text where marks begin and end. Marks that do not fit the text
// are left out.
func pieces(text string, marks []mark) (out []piece) {
	marks = slices.DeleteFunc(slices.Clone(marks), func(m mark) bool { return m.start < 0 || m.end > len(text) })
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.start, b.start) })
	cuts := []int{0, len(text)}
	for _, m := range marks {
		cuts = append(cuts, m.start, m.end)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var open []mark
	for i := range len(cuts) - 1 {
		from, to := cuts[i], cuts[i+1]
		for len(marks) > 0 && marks[0].start == from {
			open, marks = append(open, marks[0]), marks[1:]
		}
		out = append(out, under(text[from:to], to, open))
		open = slices.DeleteFunc(open, func(m mark) bool { return m.end == to })
	}
	return out
}

// mostNotes is how many notes one piece shows: a hostile text could have
// thousands.
const mostNotes = 8

// under is a piece that ends at a place of the field, with the marks above it:
// one note for each row, that of the match which gives most.
func under(text string, end int, open []mark) piece {
	p := piece{Text: plainLines(text)}
	sorted := slices.Clone(open)
	slices.SortStableFunc(sorted, func(a, b mark) int { return cmp.Compare(b.rank, a.rank) })
	var looks, notes []string
	noted := map[int]bool{}
	for i, m := range sorted {
		if (i == 0 || m.rank == 0) && !slices.Contains(looks, m.look) {
			looks = append(looks, m.look)
		}
		if (m.row == 0 || !noted[m.row]) && !slices.Contains(notes, m.note) {
			notes = append(notes, m.note)
		}
		noted[m.row] = true
		continues := slices.ContainsFunc(open, func(o mark) bool { return o.row == m.row && o.end > end })
		if m.row > 0 && m.end == end && !continues && !slices.Contains(p.Rows, m.row) {
			p.Rows = append(p.Rows, m.row)
		}
	}
	slices.Sort(p.Rows)
	p.Look = strings.Join(looks, " ")
	if len(notes) > mostNotes {
		notes = append(notes[:mostNotes], fmt.Sprintf("and %d more", len(notes)-mostNotes))
	}
	p.Notes = strings.Join(notes, "\n")
	return p
}

// plainLines is card.Plain that keeps the lines.
func plainLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = card.Plain(lines[i])
	}
	return strings.Join(lines, "\n")
}
