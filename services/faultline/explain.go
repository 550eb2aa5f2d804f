package faultline

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/card"
)

// splitTitle takes the first line of a text as its title when an empty line
// follows, or when it is all there is.
func splitTitle(text string) (title, rest string) {
	text = strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n")
	title, rest, found := strings.Cut(text, "\n\n")
	if !found || strings.Contains(title, "\n") {
		if strings.Contains(text, "\n") {
			return "", text
		}
		return text, ""
	}
	return title, strings.TrimSpace(rest)
}

// explainText is the explanation as lines for a terminal.
func explainText(x *classifier.Explanation, color bool, width int) string {
	w := &explainer{color: color, width: max(width, 40), found: findings(x)}
	w.verdict(x)
	w.marked(x)
	w.matches(x)
	w.composites(x)
	w.rest(x)
	return w.out.String()
}

type explainer struct {
	out   strings.Builder
	color bool
	width int
	found map[string]*event.Finding
}

// The escape sequences of ECMA-48 that an explanation uses.
const (
	bold   = "1"
	faint  = "2"
	marked = "1;33"
	red    = "1;31"
	green  = "32"
)

// style is how a match is shown: the colour of its family, bold when it counts
// in full.
func (w *explainer) style(m *match) string {
	name, weak, _ := strings.Cut(look(m, w.found), " ")
	style := map[string]string{"armed": "31", "people": "35", "street": "33", "power": "36", "communal": "94", "other": "37", "dropped": faint}[name]
	if weak != "" || name == "dropped" {
		return style
	}
	return bold + ";" + style
}

func (w *explainer) paint(text, style string) string {
	if !w.color || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (w *explainer) printf(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

func (w *explainer) verdict(x *classifier.Explanation) {
	verdict := w.paint("not relevant", green)
	if x.Relevant {
		verdict = w.paint("RELEVANT", red)
	}
	w.printf("%s  score %d  severity %s  language %s  rule set %s\n", verdict, x.Score, x.Severity, cmp.Or(x.Language, "unknown"), x.Ruleset)
	if len(x.Categories) > 0 {
		w.printf("categories: %s\n", strings.Join(x.Categories, ", "))
	}
	if why := card.WhyQuiet(&x.Assessment); why != "" {
		w.printf("no alert: %s\n", why)
	}
}

// marked prints title and text with the evidence in brackets.
func (w *explainer) marked(x *classifier.Explanation) {
	w.out.WriteByte('\n')
	if x.Item.Title != "" {
		w.printf("%s\n", w.marks(x.Item.Title, spansOf(x.Matches, event.FieldTitle), bold))
	}
	if x.Item.Text != "" {
		w.printf("%s\n", w.marks(x.Item.Text, spansOf(x.Matches, event.FieldText), ""))
	}
}

// spansOf merges the overlapping matches of a field: each is the one that counts
// most, as long as all.
func spansOf(matches []match, field string) (out []match) {
	sorted := slices.DeleteFunc(slices.Clone(matches), func(m match) bool { return m.Evidence.Field != field })
	slices.SortFunc(sorted, func(a, b match) int {
		return cmp.Or(a.Evidence.Start-b.Evidence.Start, a.Evidence.End-b.Evidence.End)
	})
	for _, m := range sorted {
		n := len(out)
		if n == 0 || m.Evidence.Start > out[n-1].Evidence.End {
			out = append(out, m)
			continue
		}
		whole := out[n-1].Evidence
		whole.End = max(whole.End, m.Evidence.End)
		if m.Dropped == "" && (out[n-1].Dropped != "" || m.Points > out[n-1].Points) {
			out[n-1] = m
		}
		out[n-1].Evidence = whole
	}
	return out
}

func (w *explainer) marks(text string, spans []match, style string) string {
	var b strings.Builder
	at := 0
	plain := func(s string) string {
		if style == "" {
			return card.Plain(s)
		}
		return w.paint(card.Plain(s), style)
	}
	for i := range spans {
		s := spans[i].Evidence
		if s.Start < at || s.End > len(text) {
			continue
		}
		b.WriteString(plain(text[at:s.Start]) + w.paint("["+card.Plain(text[s.Start:s.End])+"]", w.style(&spans[i])))
		at = s.End
	}
	b.WriteString(plain(text[at:]))
	return b.String()
}

// matches lists what each phrase did, what counts first.
func (w *explainer) matches(x *classifier.Explanation) {
	if len(x.Matches) == 0 {
		w.printf("\nNo phrase of the rules occurs in this text.\n")
		return
	}
	w.printf("\nphrases\n")
	shipped := false
	for _, m := range byPoints(x.Matches) {
		w.match(m)
		shipped = shipped || strings.HasPrefix(m.Position(), "(shipped)/")
	}
	w.printf("  each rule counts once, where it gives most; the sum saturates towards 100, and\n  the severity is never above that of the gravest asserted finding\n")
	if shipped {
		w.printf("%s", w.paint(initHint, faint))
	}
}

// byPoints sorts matches, what counts most first, of these what the score rests
// on, and then what says who.
func byPoints(matches []match) []match {
	sorted := slices.Clone(matches)
	slices.SortStableFunc(sorted, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Slots.Len(), a.Slots.Len()))
	})
	return sorted
}

func rank(m match) int {
	if m.Best {
		return 0
	}
	return 1
}

func (w *explainer) match(m match) {
	points := fmt.Sprintf("%+6.1f", m.Points)
	switch {
	case m.Dropped != "":
		points = "     -"
	case !m.Best: // one indicator counts once
		points = fmt.Sprintf("%6s", fmt.Sprintf("(%.1f)", m.Points))
	}
	w.printf("%s  %s %s\n", w.paint(points, bold), m.Rule, w.paint("“"+card.Plain(m.Evidence.Text)+"” in the "+m.Evidence.Field, w.style(&m)))
	for _, line := range card.Wrap(fmt.Sprintf("phrase %s at %s", classifier.ShortPhrase(m.Phrase), m.Position()), w.width-8) {
		w.printf("        %s\n", w.paint(line, faint))
	}
	for _, line := range whyMatch(m) {
		w.printf("        %s\n", strings.Join(card.Wrap(line, w.width-8), "\n        "))
	}
}

// whyMatch says in lines how the points of a match came about.
func whyMatch(m match) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for name, slot := range m.Slots.All() {
		add("%s: “%s”", name, card.Plain(slot.Text))
	}
	if m.Dropped != "" {
		add("dropped %s", card.Plain(m.WhyDropped()))
		return lines
	}
	add("%.0f points x %.2f for its place x %.2f %s x %.2f guard", m.Base, m.Place, m.Stance, m.Assertion, m.Factor)
	switch cue := card.Plain(m.Cue.Text); {
	case m.ByTitle && cue != "":
		add("%s because of “%s” in the title", m.Assertion, cue)
	case m.ByTitle:
		add("%s, as the title has it", m.Assertion)
	case cue != "":
		add("%s because of “%s”", m.Assertion, cue)
	}
	if m.Guard != "" {
		add("demoted by the guard %s", card.Plain(m.GuardedBy()))
	}
	return lines
}

// said tells of each finding whose word it is, where the text says so.
func said(x *classifier.Explanation) (lines []string) {
	for _, f := range x.Findings {
		if f.Attribution != nil {
			lines = append(lines, fmt.Sprintf("%s: %s, “%s”", f.Indicator, f.Attribution.Source, card.Plain(f.Attribution.Text)))
		}
	}
	return lines
}

// folded tells which findings an alert leaves to another one, which says more of their words.
func folded(x *classifier.Explanation) (lines []string) {
	for _, t := range event.Tell(x.Findings, x.Casualties) {
		for _, f := range t.Also {
			lines = append(lines, f.Indicator+": told as "+t.Indicator)
		}
	}
	return lines
}

// coded are the codes of each finding, as "riot: acled Mob violence, plover ASSAULT".
func coded(x *classifier.Explanation) (lines []string) {
	for _, f := range x.Findings {
		var codes []string
		for _, scheme := range slices.Sorted(maps.Keys(f.Codes)) {
			codes = append(codes, scheme+" "+f.Codes[scheme])
		}
		if len(codes) > 0 {
			lines = append(lines, f.Indicator+": "+strings.Join(codes, ", "))
		}
	}
	return lines
}

// composites lists the conditions that held, with what they added.
func (w *explainer) composites(x *classifier.Explanation) {
	if len(x.Composites)+len(x.Failures) > 0 {
		w.printf("\ncomposites\n")
	}
	for _, c := range x.Composites {
		id, condition, _ := strings.Cut(c, ": ")
		points := 0.0
		if f := x.Finding(id); f != nil {
			points = f.Points
		}
		w.printf("%s  %s  as %s\n", w.paint(fmt.Sprintf("%+6.1f", points), bold), id, condition)
	}
	for _, f := range x.Failures {
		w.printf("failed  %s\n", f)
	}
}

// rest prints whose word it is, places, casualties and entities.
func (w *explainer) rest(x *classifier.Explanation) {
	if lines := coded(x); len(lines) > 0 {
		w.printf("\ncodes\n  %s\n", strings.Join(lines, "\n  "))
	}
	if lines := said(x); len(lines) > 0 {
		w.printf("\nwhose word it is\n  %s\n", strings.Join(lines, "\n  "))
	}
	if lines := folded(x); len(lines) > 0 {
		w.printf("\nsays no more of the same words\n  %s\n", strings.Join(lines, "\n  "))
	}
	if len(x.Places) > 0 {
		w.printf("\nplaces\n")
	}
	for _, p := range x.Places {
		main := ""
		if x.Main != nil && x.Main.GeonameID == p.GeonameID {
			main = "  (of the story)"
		}
		w.printf("  “%s” is %s, %s  %.2f%s\n", card.Plain(p.Text), p.Name, strings.TrimSuffix(p.Country+" "+p.Admin1, " "), p.Confidence, main)
	}
	if len(x.Regions) > 0 {
		w.printf("regions: %s\n", strings.Join(x.Regions, ", "))
	}
	if toll := card.Toll(x.Casualties); toll != "" {
		w.printf("casualties: %s\n", toll)
	}
	if len(x.Entities) > 0 {
		w.printf("entities: %s\n", strings.Join(x.Entities, ", "))
	}
}
