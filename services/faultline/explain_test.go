package faultline

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier"
)

var update = flag.Bool("update", false, "write the golden files")

// smallRules is a rule set with one of everything that an explanation shows.
const smallRules = `
lists:
  official: {en: [governor, minister]}
indicators:
  - id: taken
    title: An official is taken
    category: kidnapping
    severity: high
    points: 60
    codes: {acled: Abduction/forced disappearance, plover: COERCE}
    match: {en: ["(kidnap*|abduct*) ..4 <target:@official>"]}
    unless: {en: [thriller]}
    examples:
      en:
        fires: [Gunmen kidnapped the governor., They abducted a minister., The minister said nothing. Gunmen abducted the governor.]
        quiet: [All was quiet., The governor spoke., A child was kidnapped.]
guards:
  game:
    title: A game
    default: true
    scope: near
    factor: 0.2
    match: {en: [chess]}
  parade:
    title: A parade
    default: true
    scope: near
    factor: 0
    match: {en: [parade]}
cues:
  - {assertion: denied, reach: 8, before: {en: [denied]}}
casualties:
  - {id: killed-number, kind: killed, points: 30, severity: high, match: {en: ["<n> ..2 killed"]}}
composites:
  - id: bloody-abduction
    title: People are killed as an official is taken
    category: kidnapping
    severity: critical
    points: 20
    codes: {acled: Abduction/forced disappearance, plover: COERCE}
    when: has("taken") && killed >= 1
`

const smallEntities = `
entities:
  - {id: "person:orozov", title: Orozov, names: {en: [Orozov]}}
`

const smallRegions = `
regions:
  - {id: valley, title: The valley, countries: [KG]}
`

func small(t *testing.T) *classifier.Ruleset {
	t.Helper()
	files := fstest.MapFS{
		"rules/small.yaml":    {Data: []byte(smallRules)},
		"entities/small.yaml": {Data: []byte(smallEntities)},
		"regions.yaml":        {Data: []byte(smallRegions)},
	}
	set, err := classifier.Load(t.Context(), config.NewDir(config.Layer{Name: "conf", FS: files}), config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestExplainText(t *testing.T) {
	set := small(t)
	for name, item := range map[string]event.Item{
		"asserted": {Title: "Gunmen kidnap governor in Osh", Text: "Two guards were killed, Orozov said."},
		"denied":   {Text: "The ministry denied that gunmen had abducted a minister."},
		"guarded":  {Text: "Rebels kidnapped the governor in a game of chess."},
		"dropped":  {Text: "In the thriller they kidnap a minister. At the parade they abducted a governor."},
		"repeated": {Title: "Gunmen abducted a guard's governor", Text: "Gunmen kidnapped the governor. They abducted the minister."},
		"quiet":    {Title: "A bakery opens", Language: "en"},
		"hostile":  {Title: "Gunmen \x1b[31mkidnap\u202e governor\u200b", Language: "en"},
	} {
		x := set.Explain(item)
		x.Ruleset = "0123456789abcdef"
		golden(t, name+".txt", explainText(&x, false, 80))
		if name == "asserted" {
			golden(t, "color.txt", explainText(&x, true, 80))
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "explain", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// A condition that cannot be evaluated is said, not hidden.
func TestExplainTextSaysFailures(t *testing.T) {
	x := &classifier.Explanation{Failures: []string{"broken: no such function"}}
	if got := explainText(x, false, 80); !strings.Contains(got, "failed  broken: no such function") {
		t.Errorf("got %s", got)
	}
}

// Nothing of a hostile text reaches the terminal as a command, coloured or not.
func TestExplainTextIsPlain(t *testing.T) {
	const hostile = "Gunmen\x1b]0;owned\x07 kidnapped\x1b[2J the\u202e governor\x9b"
	for _, title := range []bool{true, false} {
		item := event.Item{Text: hostile, Language: "en"}
		if title {
			item = event.Item{Title: hostile, Language: "en"}
		}
		x := small(t).Explain(item)
		got := explainText(&x, false, 80)
		if strings.ContainsAny(got, "\x1b\x07\u202e\u009b") {
			t.Errorf("the terminal is told %q", got)
		}
		if !strings.Contains(got, "governor") {
			t.Errorf("the text is missing: %q", got)
		}
	}
}

func TestSplitTitle(t *testing.T) {
	for text, want := range map[string][2]string{
		"":                             {"", ""},
		"One line\n":                   {"One line", ""},
		"Title\n\nText\n\nmore":        {"Title", "Text\n\nmore"},
		"Title\r\n\r\nText\r\nmore":    {"Title", "Text\nmore"},
		"Two lines\nof text":           {"", "Two lines\nof text"},
		"Two lines\nof text\n\nand on": {"", "Two lines\nof text\n\nand on"},
	} {
		if title, rest := splitTitle(text); title != want[0] || rest != want[1] {
			t.Errorf("%q: title %q, text %q", text, title, rest)
		}
	}
}

func TestSpansOfMergesOverlaps(t *testing.T) {
	span := func(field string, start, end int, points float64) match {
		return match{Rule: fmt.Sprint(points), Points: points, Evidence: event.Evidence{Field: field, Start: start, End: end}}
	}
	dropped := span(event.FieldText, 8, 12, 0)
	dropped.Dropped = "unless"
	got := spansOf([]match{
		dropped, span(event.FieldTitle, 0, 3, 9), span(event.FieldText, 0, 4, 1), span(event.FieldText, 2, 6, 5), span(event.FieldText, 6, 7, 2), span(event.FieldText, 9, 10, 0),
	}, event.FieldText)
	var told []string
	for _, m := range got {
		told = append(told, fmt.Sprintf("%d-%d %s%s", m.Evidence.Start, m.Evidence.End, m.Rule, m.Dropped))
	}
	if strings.Join(told, ", ") != "0-7 5, 8-12 0" {
		t.Errorf("got %q", told)
	}
}

// Spans that are not of this text are left out rather than trusted.
func TestMarksIgnoresForeignSpans(t *testing.T) {
	w, spans := &explainer{}, []match{}
	for _, e := range []event.Evidence{{Start: 0, End: 3}, {Start: 1, End: 2}, {Start: 4, End: 99}} {
		spans = append(spans, match{Evidence: e})
	}
	if got := w.marks("one two", spans, ""); got != "[one] two" {
		t.Errorf("got %q", got)
	}
}
