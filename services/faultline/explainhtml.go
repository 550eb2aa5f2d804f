package faultline

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
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

//go:embed explain.css
var explainStyle string

// explanationPage is an explanation as a page that needs nothing else: no
// script, no file, no address outside. Text of feeds is escaped by its place in
// the page, and the only style that counts is ours.
type explanationPage struct {
	*classifier.Explanation
	Style       template.CSS
	Policy      string
	Verdict     string
	Quiet       string // why it is no alert, "" for one
	Title, Text []piece
	Rows        []row
	Toll        string
}

// row is what a rule made of the text.
type row struct {
	Number         int
	Points         string
	Rule, Title    string
	Category, Look string
	Assertion      event.Assertion
	Severity       event.Severity
	Codes          map[string]string
	Said           string // whose word it is
	Words          string // of the match that counts
	Why            []string
	Matches        []matchRow
	best           float64
}

// matchRow is one match of a phrase.
type matchRow struct {
	Points, Words, Field, Phrase, At string
	Why                              []string
}

// Family is the colour of a category.
func (explanationPage) Family(category string) string { return family(category) }

// IsMain reports whether a place is that of the story.
func (p explanationPage) IsMain(place event.Place) bool {
	return p.Main != nil && p.Main.GeonameID == place.GeonameID
}

// explainHTML writes the explanation as a page.
func explainHTML(w io.Writer, x *classifier.Explanation) error {
	t, err := template.New("explain").Funcs(template.FuncMap{
		"join": func(list []string) string { return strings.Join(list, ", ") },
	}).Parse(explainPage)
	if err != nil {
		return fmt.Errorf("reading the template of the page: %w", err)
	}
	rows := rowsOf(x)
	numbers := map[string]int{}
	for i := range rows {
		rows[i].Number = i + 1
		numbers[rows[i].Rule] = i + 1
	}
	sum := sha256.Sum256([]byte(explainStyle))
	p := explanationPage{Explanation: x, Verdict: "not relevant", Quiet: card.WhyQuiet(&x.Assessment), Toll: card.Toll(x.Casualties), Rows: rows,
		Style:  template.CSS(explainStyle), //nolint:gosec // our own
		Policy: "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
		Title:  pieces(x.Item.Title, marksOf(x, event.FieldTitle, numbers)),
		Text:   pieces(x.Item.Text, marksOf(x, event.FieldText, numbers))}
	if x.Relevant {
		p.Verdict = "relevant"
	}
	return t.Execute(w, p)
}

// rowsOf gathers what each rule did, what counts most first and what counts for
// nothing last.
func rowsOf(x *classifier.Explanation) []row {
	rows, at, found := []row{}, map[string]int{}, findings(x)
	for _, m := range byPoints(x.Matches) {
		i, ok := at[m.Rule]
		if !ok {
			i = len(rows)
			at[m.Rule] = i
			rows = append(rows, rowOf(m.Rule, found[m.Rule]))
			rows[i].lead(&m, look(&m, found))
		}
		rows[i].Matches = append(rows[i].Matches, matchRow{Points: pointsOf(&m), Words: card.Plain(m.Evidence.Text), Field: m.Evidence.Field, Phrase: m.Phrase, At: m.Position(), Why: whyMatch(m)})
	}
	for _, c := range x.Composites {
		id, condition, _ := strings.Cut(c, ": ")
		r := rowOf(id, found[id])
		r.Why = []string{"holds: " + condition}
		if f := found[id]; f != nil {
			r.Points, r.best = fmt.Sprintf("%+.1f", f.Points), f.Points
		}
		rows = append(rows, r)
	}
	for _, t := range event.Tell(x.Findings, x.Casualties) {
		for _, f := range t.Also {
			if i := slices.IndexFunc(rows, func(r row) bool { return r.Rule == f.Indicator }); i >= 0 {
				rows[i].Why = append(rows[i].Why, "alerts tell it as "+t.Indicator+", which says more of the same words")
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(b.best, a.best) })
	return rows
}

// lead fills in what the match says that counts.
func (r *row) lead(m *match, look string) {
	r.Points, r.Words, r.Look, r.Why, r.best = pointsOf(m), card.Plain(m.Evidence.Text), look, whyMatch(*m), m.Points
	if m.Dropped != "" {
		r.best = -1
	}
}

func pointsOf(m *match) string {
	if m.Dropped != "" {
		return "–"
	}
	return fmt.Sprintf("%+.1f", m.Points)
}

// rowOf begins the row of a rule; it has no finding when all was dropped.
func rowOf(rule string, f *event.Finding) row {
	r := row{Rule: rule, Look: "dropped"}
	if f == nil {
		return r
	}
	r.Title, r.Category, r.Look, r.Assertion, r.Severity, r.Codes = f.Title, f.Category, family(f.Category), f.Assertion, f.Severity, f.Codes
	if a := f.Attribution; a != nil {
		r.Said = fmt.Sprintf("whose word: %s, “%s”", a.Source, card.Plain(a.Text))
	}
	return r
}
