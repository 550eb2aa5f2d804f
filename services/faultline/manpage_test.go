package faultline

import (
	"strings"
	"testing"

	"github.com/alecthomas/kingpin/v2"
)

// The examples of the manual page stand in it line by line, to be copied.
func TestManPageKeepsExamples(t *testing.T) {
	code, out, errs := call("", "--help-man")
	if code != exitOK || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	filled, blocks := "", 0
	for part := range strings.SplitSeq(out, "\n.nf\n") {
		example, rest, ended := strings.Cut(part, "\n.fi\n.RE")
		if blocks++; blocks == 1 {
			filled = part
			continue
		}
		if !ended || strings.Contains(example, "\n.") {
			t.Errorf("an example is not closed:\n%.300s", part)
		}
		filled += rest
	}
	app := kingpin.New("faultline", help)
	register(app)
	examples := 0
	for _, c := range app.Model().FlattenedCommands() {
		for line := range strings.Lines(c.Help) {
			if example := strings.TrimSpace(line); strings.HasPrefix(line, "\t") {
				examples++
				if want := "\n" + roffWord(example) + "\n"; !strings.Contains(out, want) || strings.Contains(filled, roffWord(example)) {
					t.Errorf("%s: the example %q is not a line of its own in an unfilled block", c.FullCommand, example)
				}
			}
		}
	}
	if examples < 20 || blocks < 20 || !strings.Contains(out, ".SH NAME\nfaultline \\- watch news feeds") || !strings.Contains(out, `\-\-config`) {
		t.Errorf("%d examples, %d blocks:\n%.2000s", examples, blocks, out)
	}
}

func TestRoff(t *testing.T) {
	for help, want := range map[string]string{
		"Says it.":             "Says it.",
		"Ex:\n  a -b\n  c\\d":  "Ex:\n.PP\n.RS 4\n.nf\na \\-b\nc\\ed\n.fi\n.RE",
		"One.\n\n.Two\n\tx\nY": "One.\n.PP\n\\&.Two\n.PP\n.RS 4\n.nf\nx\n.fi\n.RE\n.PP\nY",
	} {
		if got := roff(help); got != want {
			t.Errorf("%q gives\n%s\nwant\n%s", help, got, want)
		}
	}
}
