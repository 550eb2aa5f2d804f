package faultline

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kingpin/v2"
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

// A table that is wider than the terminal has its last cells below each row.
func TestTableFitsTheTerminal(t *testing.T) {
	names, rows := []string{"ID", "STATE", "OWNER", "WHY"}, [][]string{{"a", "ok", "-", "it is well"}, {"bc", "failing", "somebody", strings.Repeat("слово ", 12)}}
	for name, c := range map[string]struct {
		width int
		want  string
	}{
		"wide":   {200, "ID  STATE    OWNER     WHY\na   ok       -         it is well\nbc  failing  somebody  " + strings.Repeat("слово ", 12) + "\n"},
		"narrow": {40, "ID  STATE\na   ok\n    why it is well\nbc  failing\n    owner somebody, why слово слово\n    слово слово слово слово слово слово\n    слово слово слово слово\n"},
	} {
		var out strings.Builder
		if err := (IO{Out: &out, Terminal: true, Width: c.width}).table(2, names, rows); err != nil || out.String() != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, out.String(), c.want)
		}
	}
	var out strings.Builder
	if err := (IO{Out: &out, Width: 40}).table(2, names, rows); err != nil || strings.Count(out.String(), "\n") != 3 {
		t.Errorf("a pipe gets\n%s", out.String())
	}
	out.Reset()
	if err := (IO{Out: &out, Terminal: true, Width: 10}).table(1, names[:2], rows[:1]); err != nil || out.String() != "ID  STATE\na   ok\n" {
		t.Errorf("one that fits is\n%s", out.String())
	}
}

// The help keeps within the terminal, but for examples, which stand as they are typed.
func TestHelpKeepsWithinTheTerminal(t *testing.T) {
	t.Setenv("COLUMNS", "")
	var out, errs strings.Builder
	if code := Main([]string{"help", "feeds", "check"}, IO{Out: &out, Err: &errs, Terminal: true, Width: 60}); code != exitOK {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	for line := range strings.Lines(out.String()) {
		if uniseg.StringWidth(strings.TrimSuffix(line, "\n")) > 60 && !strings.HasPrefix(line, "  faultline ") {
			t.Errorf("%d columns: %s", uniseg.StringWidth(line), line)
		}
	}
	if !strings.Contains(out.String(), "--[no-]fix-moved") {
		t.Errorf("got\n%s", out.String())
	}
}

func TestLabelled(t *testing.T) {
	lines := []string{"incident   " + strings.Repeat("word ", 12), "           short", ""}
	if got := (IO{Terminal: true, Width: 50}).labelled(lines); got != "incident   word word word word word word word word\n           word word word word\n           short\n" {
		t.Errorf("got\n%s", got)
	}
	if got := (IO{Width: 50}).labelled(lines); got != strings.Join(lines, "\n") {
		t.Errorf("a pipe gets\n%s", got)
	}
}

// What is stopped by a signal is no fault of the configuration.
func TestStoppedCheckBlamesNobody(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, errs strings.Builder
	none := ""
	if err := (checkCommand{config: &none}).run(ctx, IO{Out: &out, Err: &errs}); !errors.Is(err, context.Canceled) || errs.String() != "" {
		t.Errorf("%v\n%s", err, errs.String())
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

// Each command shows how it is typed in its help, and what stands there can be typed.
func TestEachHelpHasAnExample(t *testing.T) {
	commands := map[string]int{}
	app := kingpin.New("faultline", help)
	register(app)
	for _, c := range app.Model().FlattenedCommands() {
		if !c.Hidden && c.FullCommand != "help" {
			commands[c.FullCommand] = 0
		}
	}
	if len(commands) < 40 {
		t.Errorf("%d commands", len(commands))
	}
	for command := range commands {
		code, out, _ := call("", append([]string{"help"}, strings.Fields(command)...)...)
		if code != exitOK {
			t.Errorf("help %s: exit %d", command, code)
		}
		for line := range strings.Lines(out) {
			found := regexp.MustCompile(`^  (?:faultline|.*[ (]faultline) ([^)\n]+)`).FindStringSubmatch(line)
			if found == nil {
				continue
			}
			example := found[1]
			app := kingpin.New("faultline", help).Terminate(nil)
			register(app)
			if name, err := app.Parse(typed(example)); err != nil {
				t.Errorf("help %s: faultline %s: %v", command, example, err)
			} else if name == command {
				commands[command]++
			}
		}
	}
	for command, examples := range commands {
		if examples == 0 {
			t.Errorf("%s has no example", command)
		}
	}
}

// typed are the words of a line as a shell hands them to the command, up to what it keeps for itself.
func typed(line string) []string {
	var words []string
	for _, m := range regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`).FindAllString(line, -1) {
		if m == "|" || m == "<" || m == ">" || m == "#" {
			break
		}
		words = append(words, regexp.MustCompile(`'([^']*)'|"([^"]*)"`).ReplaceAllString(m, "$1$2"))
	}
	return words
}

// At a terminal a command says that nobody named a configuration; programs do not hear it.
func TestTheShippedConfigurationIsNamed(t *testing.T) {
	const note = "using the shipped configuration; yours with --config DIR or FAULTLINE_CONFIG\n"
	for _, args := range []string{"places -", "rules explain -", "classify", "routes test severity=high", "feeds list", "check"} {
		for _, c := range []struct {
			watched bool
			given   []string
			want    int
		}{{true, nil, 1}, {false, nil, 0}, {true, []string{"--config", t.TempDir()}, 0}} {
			var out, errs strings.Builder
			code := Main(append(strings.Fields(args), c.given...), IO{In: strings.NewReader(""), Out: &out, Err: &errs, Watched: c.watched, Width: 100})
			if code != exitOK || strings.Count(errs.String(), note) != c.want {
				t.Errorf("%s %v: exit %d, watched %t\n%s", args, c.given, code, c.watched, errs.String())
			}
		}
	}
}
