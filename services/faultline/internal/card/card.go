// Package card draws incidents for the terminal.
package card

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"faultline/pkg/event"
)

// Options are how a card is drawn.
type Options struct {
	Color bool
	Width int // columns, at least 40
}

// The escape sequences of ECMA-48 that a card uses.
const (
	bold  = "1"
	faint = "2"
	red   = "1;31"
	amber = "1;33"
	green = "32"
)

// Render draws the incident as it is after its latest change.
func Render(i *event.Incident, o Options) string {
	c := &card{width: max(o.Width, 40), color: o.Color}
	c.head(i)
	c.line("")
	c.wrapped("", i.Headline, bold)
	c.row("where", Place(i))
	c.row("what", strings.Join(few(What(i)), "; "))
	c.row("toll", Toll(i.Casualties))
	c.row("severity", i.Bound())
	c.evidence(i)
	c.sources(i)
	c.row("why now", strings.Join(i.Change.Reasons, "; "))
	c.row("times", times(i))
	c.end(i)
	return c.out.String()
}

type card struct {
	out   strings.Builder
	width int
	color bool
}

func (c *card) paint(text, style string) string {
	if !c.color || style == "" || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (c *card) head(i *event.Incident) {
	style := green
	switch i.Severity {
	case event.SeverityCritical, event.SeverityHigh:
		style = red
	case event.SeverityModerate:
		style = amber
	}
	title := strings.ToUpper(string(i.Severity)) + "  " + strings.Join(i.Categories, ", ")
	if i.Exercise {
		title = "EXERCISE  " + title
	}
	mark := fmt.Sprintf("%s  score %d", i.Change.Kind, i.Score)
	rule := max(c.width-uniseg.StringWidth(title)-uniseg.StringWidth(mark)-7, 2)
	fmt.Fprintf(&c.out, "┌─ %s %s %s ─\n", c.paint(title, style), strings.Repeat("─", rule), c.paint(mark, faint))
}

func (c *card) end(i *event.Incident) {
	id := "incident " + i.ID + fmt.Sprintf(" revision %d", i.Revision)
	fmt.Fprintf(&c.out, "└%s %s ─\n", strings.Repeat("─", max(c.width-len(id)-4, 2)), c.paint(id, faint))
}

func (c *card) line(text string) {
	c.out.WriteString(strings.TrimRight("│ "+text, " ") + "\n")
}

// row is one labelled paragraph; an empty one is left out.
func (c *card) row(label, text string) {
	if text != "" {
		c.wrapped(label, text, "")
	}
}

const labelWidth = 9

func (c *card) wrapped(label, text, style string) {
	for n, part := range Wrap(Plain(text), c.width-labelWidth-2) {
		if n > 0 {
			label = ""
		}
		c.line(c.paint(fmt.Sprintf("%-*s", labelWidth, label), faint) + c.paint(part, style))
	}
}

// maxRows bounds each list of a card.
const maxRows = 5

// few are the first of a list, with how many more there are.
func few(all []string) []string {
	if len(all) <= maxRows {
		return all
	}
	return append(slices.Clip(all[:maxRows]), fmt.Sprintf("and %d more", len(all)-maxRows))
}

// rows are labelled paragraphs of which only the first has the label.
func (c *card) rows(label string, texts []string) {
	for _, text := range few(texts) {
		c.row(label, text)
		label = ""
	}
}

func (c *card) evidence(i *event.Incident) {
	if i.Change.Report < len(i.Reports) {
		c.rows("evidence", Evidence(&i.Reports[i.Change.Report]))
	}
}

// Evidence are the findings of a report with the words that fired, the weightiest
// first, each with what else fired on its words.
func Evidence(r *event.Report) (lines []string) {
	for _, t := range event.Tell(r.Findings, r.Casualties) {
		var quotes []string
		for _, e := range t.Evidence {
			quotes = append(quotes, "“"+e.Text+"”")
		}
		text := fmt.Sprintf("%+.1f  %s: %s", t.Points, t.Indicator, strings.Join(quotes, " … "))
		if t.Assertion != event.Asserted {
			text += " (" + string(t.Assertion) + ")"
		}
		for n, f := range t.Also {
			text += []string{", also ", ", "}[min(n, 1)] + fmt.Sprintf("%+.1f %s", f.Points, f.Indicator)
		}
		lines = append(lines, text)
	}
	return lines
}

// sources are those that tell the story, those that do not stand by it, and how well it is
// supported.
func (c *card) sources(i *event.Incident) {
	var telling, others []string
	for n := range i.Reports {
		r := &i.Reports[n]
		if line := Source(r) + "  " + r.URL; r.Denies {
			others = append(others, line)
		} else {
			telling = append(telling, line)
		}
	}
	c.rows("sources", telling)
	c.rows("against", others)
	c.row("support", i.Corroboration.String())
}

// Source names who tells a report, how reliable that is, whether a state controls it, whether
// it is a copy, and whether it denies the story.
func Source(r *event.Report) string {
	text := name(r.Source)
	if r.Source.Reliability != "" {
		text += " (" + r.Source.Reliability + ")"
	}
	if r.Source.State() {
		text += ", state-controlled"
	}
	if r.CopyOf != "" {
		text += ", a copy"
	}
	if stance := r.Stance(); stance != "" {
		text += ", " + stance
	}
	return text
}

func name(s event.Source) string {
	if s.Title != "" {
		return s.Title
	}
	return s.Feed
}

// Place is where it happens, and in which watched region.
func Place(i *event.Incident) string {
	if i.Place == nil {
		return "unplaced"
	}
	text := i.Place.Name + ", " + i.Place.Country
	if i.Region != "" && i.Region != "unplaced" {
		text += " · " + i.Region
	}
	return text
}

// Headline is the headline of an incident, marked where it is a drill.
func Headline(i *event.Incident) string { return event.Mark(i.Exercise, Plain(i.Headline)) }

// What is what happened, a line each, and who did it to whom where a report says
// so. What one report tells better is not told again for another, and the dead and hurt
// have a row of their own.
func What(i *event.Incident) (titles []string) {
	who, better := map[string]string{}, map[string][]string{}
	for _, r := range i.Reports {
		told := event.Tell(r.Findings, r.Casualties)
		acts := slices.ContainsFunc(told, func(t event.Telling) bool { return t.Assertion == event.Asserted && t.Category != "casualties" })
		for n := range told {
			t := &told[n]
			if t.Assertion != event.Asserted || t.Title == "" {
				continue
			}
			for _, f := range t.Also {
				better[f.Title] = append(better[f.Title], t.Title)
			}
			if t.Counted && acts {
				continue
			}
			if !slices.Contains(titles, t.Title) {
				titles = append(titles, t.Title)
			}
			if who[t.Title] == "" {
				who[t.Title] = strings.TrimPrefix(t.Who(func(name string) string { return name })+"; "+t.Came(), "; ")
				who[t.Title] = strings.TrimSuffix(who[t.Title], "; ")
			}
		}
	}
	titles = leading(once(titles, better), i)
	for n, title := range titles {
		if names := who[title]; names != "" {
			titles[n] = title + " (" + names + ")"
		}
	}
	return titles
}

// leading puts the title of the finding by which the incident goes before the others.
func leading(titles []string, i *event.Incident) []string {
	for n := range i.Reports {
		for _, f := range i.Reports[n].Findings {
			if f.Indicator == i.Indicator && !f.Releases() {
				at := slices.Index(titles, f.Title)
				if at > 0 {
					titles = slices.Insert(slices.Delete(titles, at, at+1), 0, f.Title)
				}
				return titles
			}
		}
	}
	return titles
}

// once leaves out the titles that another one tells better, by a report. Two may each be the
// better one of a report, as points depend on where the words stand: then the first stays.
func once(titles []string, better map[string][]string) []string {
	gone := map[string]bool{}
	for _, title := range slices.Backward(titles) {
		gone[title] = slices.ContainsFunc(better[title], func(by string) bool { return by != title && !gone[by] })
	}
	return slices.DeleteFunc(titles, func(title string) bool { return gone[title] })
}

// Toll is the casualties in words, or "".
func Toll(c event.Casualties) string {
	var parts []string
	for what, count := range c.Counts() {
		if count != nil {
			parts = append(parts, count.String()+" "+what)
		}
	}
	return strings.Join(parts, ", ")
}

func times(i *event.Incident) string {
	if i.Change.Report >= len(i.Reports) {
		return ""
	}
	r := i.Reports[i.Change.Report]
	text := "published " + clock(r.Times.Published)
	if r.PublishedSource != event.PublishedFeed {
		text += " (" + string(r.PublishedSource) + ")"
	}
	text += ", seen " + clock(r.Times.Seen)
	if took := i.Updated.Sub(r.Times.Seen); !r.Times.Seen.IsZero() && took >= 0 {
		text += fmt.Sprintf(", incident %s later", took.Round(time.Millisecond))
	}
	return text
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// Count is a number of things in words: "1 report", "2 reports".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Plain drops what could play with a terminal: control, bidirectional and
// zero-width characters. Feed text is hostile.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < 0x20 || r >= 0x7F && r < 0xA0 || r == utf8.RuneError,
			r == 0x061C || r >= 0x200B && r <= 0x200F || r >= 0x2028 && r <= 0x202E || r >= 0x2060 && r <= 0x206F || r == 0xFEFF:
			return -1
		}
		return r
	}, text)
}

// Wrap breaks a text between words into lines of at most so many columns; a
// longer word has a line of its own.
func Wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		w := uniseg.StringWidth(word)
		if used > 0 && used+1+w > width {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+w
	}
	return append(lines, line)
}
