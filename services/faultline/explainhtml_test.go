package faultline

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"faultline/pkg/event"
	"faultline/services/classifier"
)

func explained(t *testing.T, x *classifier.Explanation) string {
	t.Helper()
	var b strings.Builder
	if err := explainHTML(&b, x); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page marks what matched, what cue and guard stand on and where, and says
// how the points of each rule came about.
func TestExplainHTML(t *testing.T) {
	x := small(t).Explain(event.Item{Title: "Gunmen kidnap governor in Osh", Language: "en",
		Text: "Two guards were killed, Orozov said.\n\nThe ministry denied that they abducted a minister. In the thriller they kidnap a minister."})
	got := explained(t, &x)
	for _, want := range []string{
		`<mark class="people" title="1 taken: target: “governor”; 60 points x 1.00 for its place x 1.00 asserted x 1.00 guard">kidnap governor</mark><sup><a href="#r1">1</a></sup>`,
		`<mark class="people weak" title="1 taken: `, `<mark class="dropped" title="1 taken: `, `<mark class="cue" title="makes taken denied">denied</mark>`,
		`<mark class="guard" title="unless against taken">thriller</mark>`, `<mark class="place" title="Osh, KG`, "said.\n\nThe",
		`<tr id="r1"><td class="n">1</td><td class="n"><b>&#43;60.0</b></td>`, `<span class="chip people">kidnapping</span>`, "acled Abduction/forced disappearance",
		"<summary>3 matches</summary>", "denied because of “denied”", "dropped by unless “thriller”", "conf/rules/small.yaml:11",
		"holds: has(&#34;taken&#34;) &amp;&amp; killed &gt;= 1", "of the story", "2 killed", "person:orozov", `<meter min="0" max="100"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// FAULTS 106: whatever a feed says is text, and the page's own policy lets
// nothing run, load or be sent.
func TestFault106ExplainHTML(t *testing.T) {
	hostile := "Gunmen <script>alert(1)</script> \"onmouseover=\"alert(2) kidnapped\x1b[2J the\u202e governor </mark></title></style><style>*{}</style><img src=x onerror=alert(3)> {{.Score}}"
	x := small(t).Explain(event.Item{Title: hostile, Text: hostile, Language: "en"})
	x.Failures = []string{"<b>broken</b>"}
	got := explained(t, &x)
	for _, never := range []string{"<script", "<img", "<b>broken", "\x1b", "\u202e", "http:", "https:", `"onmouseover`, "unsafe-inline"} {
		if strings.Contains(got, never) {
			t.Errorf("the page has %q", never)
		}
	}
	if strings.Count(got, "<style>") != 1 || strings.Count(got, "</style>") != 1 || strings.Count(got, "<title>") != 1 {
		t.Error("a text opened or closed an element")
	}
	_, style, _ := strings.Cut(got, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	policy := html.UnescapeString(regexp.MustCompile(`Security-Policy" content="([^"]*)"`).FindStringSubmatch(got)[1])
	want := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	if policy != want {
		t.Errorf("the policy is %s, want %s", policy, want)
	}
}

func TestExplainHTMLOfNothing(t *testing.T) {
	x := small(t).Explain(event.Item{Title: "A bakery opens", Language: "en"})
	got := explained(t, &x)
	if !strings.Contains(got, "No phrase of the rules occurs in this text.") || !strings.Contains(got, "<strong>not relevant</strong>") || strings.Contains(got, "<mark") {
		t.Errorf("got %s", got)
	}
}

func TestFamily(t *testing.T) {
	for _, c := range event.Categories() {
		if family(c) == "other" {
			t.Errorf("%s has no colour", c)
		}
		if !strings.Contains(explainStyle, "."+family(c)+" {") || !strings.Contains(explainStyle, "mark.weak."+family(c)+" {") {
			t.Errorf("the page has no style for %s", family(c))
		}
	}
	if family("poems") != "other" {
		t.Error("an unknown category has a colour of its own")
	}
}

// Overlapping marks cut the text; the one that counts most is shown, and a row's
// number stands where its last match ends.
func TestPieces(t *testing.T) {
	marks := []mark{
		{start: 4, end: 11, look: "street", rank: 5, note: "a", row: 1}, {start: 0, end: 7, look: "armed", rank: 9, note: "b", row: 2},
		{start: 7, end: 11, look: "dropped", rank: 0.5, note: "c", row: 3}, {start: 8, end: 11, look: "cue", note: "d"}, {start: 4, end: 9, look: "street", rank: 2, note: "a", row: 1},
		{start: -1, end: 3, look: "armed", rank: 99}, {start: 9, end: 99, look: "armed", rank: 99},
	}
	var told []string
	for _, p := range pieces("one two six ten", marks) {
		told = append(told, fmt.Sprintf("%s[%s]%v(%s)", p.Text, p.Look, p.Rows, strings.ReplaceAll(p.Notes, "\n", ",")))
	}
	want := "one [armed][](b)|two[armed][2](b,a)| [street][](a,c)|s[street cue][](a,c,d)|ix[street cue][1 3](a,c,d)| ten[][]()"
	if got := strings.Join(told, "|"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := pieces("", nil); len(got) != 0 {
		t.Errorf("pieces of nothing: %v", got)
	}
}

// A text that matches everywhere makes a page of bounded notes, in bounded time.
func TestPiecesOfManyMarks(t *testing.T) {
	text := strings.Repeat("x", 20000)
	var marks []mark
	for i := range 10000 {
		marks = append(marks, mark{start: 2 * i, end: 2*i + 2, look: "armed", rank: 1, note: fmt.Sprint(i), row: 1})
	}
	for i := range 50 {
		marks = append(marks, mark{start: 0, end: len(text), look: "people", rank: 2, note: fmt.Sprintf("long %d", i), row: 2 + i})
	}
	got := pieces(text, marks)
	if len(got) != 10000 || strings.Count(got[7].Notes, "\n") != mostNotes || !strings.HasSuffix(got[7].Notes, "and 43 more") || got[7].Look != "people" {
		t.Errorf("%d pieces, %+v", len(got), got[7])
	}
}
