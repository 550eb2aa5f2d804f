package faultline

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/card"
)

//go:embed explain.html.tmpl
var explainPage string

var explainTemplate = template.Must(template.New("explain").Funcs(template.FuncMap{
	"join": func(list []string) string { return strings.Join(list, ", ") },
}).Parse(explainPage))

// explanationPage is an explanation as a page that needs nothing else: no script, no file,
// no address outside. Text of feeds is escaped by its place in the page.
type explanationPage struct {
	*classifier.Explanation
	Verdict     string
	Title, Text []piece
	Rows        []row
	Said        []string
	Toll        string
}

// piece is text that a rule matched, or that none did.
type piece struct {
	Text, Rule string
	Dropped    bool // all that matched here counts for nothing
}

// row is what became of one match.
type row struct {
	Sum, Rule, Words, Field, Phrase, At string
	Why                                 []string
	Dropped                             bool
}

// IsMain reports whether a place is that of the story.
func (p explanationPage) IsMain(place event.Place) bool {
	return p.Main != nil && p.Main.GeonameID == place.GeonameID
}

// explainHTML writes the explanation as a page.
func explainHTML(w io.Writer, x *classifier.Explanation) error {
	p := explanationPage{Explanation: x, Verdict: "not relevant", Toll: card.Toll(x.Casualties), Said: said(x),
		Title: pieces(x.Item.Title, x.Matches, event.FieldTitle), Text: pieces(x.Item.Text, x.Matches, event.FieldText)}
	if x.Relevant {
		p.Verdict = "relevant"
	}
	sorted := slices.Clone(x.Matches)
	slices.SortStableFunc(sorted, func(a, b match) int { return cmp.Compare(b.Points, a.Points) })
	for _, m := range sorted {
		r := row{Sum: fmt.Sprintf("%+.1f", m.Points), Rule: m.Rule, Words: card.Plain(m.Evidence.Text), Field: m.Evidence.Field,
			Phrase: m.Phrase, At: m.Position(), Why: whyMatch(m), Dropped: m.Dropped != ""}
		if r.Dropped {
			r.Sum = "–"
		}
		p.Rows = append(p.Rows, r)
	}
	return explainTemplate.Execute(w, p)
}

// pieces cuts a field at the words that rules matched.
func pieces(text string, matches []match, field string) (out []piece) {
	var spans []event.Evidence
	for _, m := range matches {
		spans = append(spans, m.Evidence)
	}
	at := 0
	for _, s := range spansOf(spans, field) {
		if s.Start < at || s.End > len(text) {
			continue
		}
		p := piece{Text: card.Plain(text[s.Start:s.End]), Dropped: true}
		var rules []string
		for _, m := range matches {
			if m.Evidence.Field == field && m.Evidence.Start < s.End && s.Start < m.Evidence.End {
				rules = append(rules, m.Rule)
				p.Dropped = p.Dropped && m.Dropped != ""
			}
		}
		slices.Sort(rules)
		p.Rule = strings.Join(slices.Compact(rules), ", ")
		out = append(out, piece{Text: card.Plain(text[at:s.Start])}, p)
		at = s.End
	}
	if at < len(text) {
		out = append(out, piece{Text: card.Plain(text[at:])})
	}
	return out
}
