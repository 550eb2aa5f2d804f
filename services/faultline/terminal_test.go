package faultline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rivo/uniseg"

	"faultline/services/classifier"
)

// On a terminal no line is wider than it, in any script; elsewhere a line stays
// one, for grep.
func TestIndented(t *testing.T) {
	text := strings.Repeat("слово 词语 word ", 40)
	terminal := IO{Terminal: true, Width: 60}
	lines := strings.Split(terminal.indented(text, "    "), "\n")
	for i, line := range lines {
		if uniseg.StringWidth(line) > 60 || (i > 0) != strings.HasPrefix(line, "    ") {
			t.Errorf("line %d of %d columns: %q", i, uniseg.StringWidth(line), line)
		}
	}
	if len(lines) < 5 {
		t.Errorf("%d lines", len(lines))
	}
	if got := (IO{Width: 60}).indented(text, "    "); got != text {
		t.Errorf("a pipe gets %q", got)
	}
}

func TestCounted(t *testing.T) {
	for n, want := range map[int]string{0: "0 items", 1: "1 item", 2: "2 items"} {
		if got := counted(n, "item"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A long phrase is shortened beside the place where all of it stands, and the
// explanation keeps within the terminal.
func TestExplanationKeepsWithinTheTerminal(t *testing.T) {
	phrase := strings.Repeat("(clash*|fight*) ", 30)
	x := &classifier.Explanation{Matches: []match{{Rule: "riot", Phrase: phrase, At: func() string { return "(shipped)/rules/x.yaml:12" }}}}
	got := explainText(x, false, 80)
	for _, line := range strings.Split(got, "\n") {
		if uniseg.StringWidth(line) > 80 {
			t.Errorf("%d columns: %s", uniseg.StringWidth(line), line)
		}
	}
	if !strings.Contains(got, "…") || !strings.Contains(got, "(shipped)/rules/x.yaml:12\n") || !strings.Contains(got, "faultline init DIR writes them out") {
		t.Errorf("got\n%s", got)
	}
}

// The commands that read the streams take no flags of a server.
func TestNoServerFlags(t *testing.T) {
	for _, command := range []string{"why", "feedback", "backtest", "rules feedback", "rules suggest", "dlq list"} {
		code, out, _ := call("", append([]string{"help"}, strings.Fields(command)...)...)
		if code != exitOK || strings.Contains(out, "web.config.file") || strings.Contains(out, "--listen") {
			t.Errorf("%s: exit %d\n%s", command, code, out)
		}
	}
}

// Each command that people type shows how in its help.
func TestEachHelpHasAnExample(t *testing.T) {
	for _, command := range []string{"run", "init", "check", "classify", "stories", "why", "feedback", "backtest", "places", "schema", "topology", "completion",
		"rules test", "rules explain", "rules lint", "rules diff", "rules feedback", "rules suggest", "dlq list", "dlq replay"} {
		_, out, _ := call("", append([]string{"help"}, strings.Fields(command)...)...)
		if _, rest, found := strings.Cut(out, "\n\n"); !found || !strings.Contains(rest, fmt.Sprintf("faultline %s", command)) {
			t.Errorf("%s has no example:\n%s", command, out)
		}
	}
}
