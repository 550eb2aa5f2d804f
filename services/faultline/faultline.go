// Package faultline is the roof: every service in one process with NATS
// inside, and the tools that a desk works with.
package faultline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/faultline/internal/card"
)

// IO is what a command reads and writes.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	// Terminal is set when Out is a terminal: lines are broken to its width. Color is
	// set when there may be colour, too.
	Terminal, Color bool
	// Watched is set when Err is a terminal: long commands say there how far
	// they are.
	Watched bool
	Width   int // columns of the terminal
}

// indented breaks a text into the lines of a terminal, all but the first behind
// the indent. Elsewhere than on a terminal it stays one line, for grep.
func (s IO) indented(text, indent string) string {
	if !s.Terminal {
		return text
	}
	return strings.Join(card.Wrap(text, max(s.Width, 40)-len(indent)), "\n"+indent)
}

// initHint says how to open the files of the shipped configuration.
const initHint = "files of (shipped)/ are in the binary; faultline init DIR writes them out\n"

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // it was tried and did not work, or a check found faults
	exitUsage  = 2 // the command line, the settings or the configuration are wrong
)

// errSaid ends a command that has already said what is wrong.
var errSaid = errors.New("")

const help = `Watches news feeds for signs that a region is becoming unstable and alerts a risk desk, with the evidence.

Examples:
  faultline run --exercise                  see it work, without internet or configuration
  faultline init conf                       write the shipped configuration out to edit
  faultline check --config conf             find what is wrong with it
  faultline run --config conf --data data   watch the feeds
  faultline feeds discover example.org      find the feeds of a site
  faultline rules explain article.txt       why a text would alert, or not
  faultline places article.txt              which places it names, and where it happens`

// command is one command of the binary.
type command interface {
	// run does it. The context ends on SIGINT and SIGTERM.
	run(ctx context.Context, stdio IO) error
}

// Main runs the command that args name and returns the exit code.
func Main(args []string, stdio IO) int {
	service.SpareMemory()
	service.HushLibraries()
	if stdio.Terminal && os.Getenv("COLUMNS") == "" { // where the parser looks for the width of its pages
		if err := os.Setenv("COLUMNS", strconv.Itoa(stdio.Width)); err != nil {
			return say(stdio.Err, err, exitFailed)
		}
	}
	usage := &usage{out: stdio.Out}
	app := kingpin.New("faultline", help).Version(service.Version()).UsageWriter(usage).ErrorWriter(stdio.Err)
	app.HelpFlag.Short('h')
	app.Terminate(usage.end)
	commands := register(app)
	if slices.Contains(args, manPageFlag) {
		return exitCode(stdio.Err, writeManPage(app, stdio.Out))
	}
	name, err := app.Parse(args)
	switch {
	case usage.ended: // --help or --version
		return usage.code
	case err != nil:
		return say(stdio.Err, fmt.Errorf("%w; try faultline --help", err), exitUsage)
	}
	ctx, stop := service.Signals(context.Background())
	defer stop()
	stdio.In = interrupted{ctx, stdio.In}
	err = commands[name].run(ctx, stdio)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("stopped before the end")
	}
	return exitCode(stdio.Err, err)
}

// usage is what the command line parser prints itself. The parser expects the
// process to end with the first such page and goes on to print others.
type usage struct {
	out   io.Writer
	ended bool
	code  int
}

func (u *usage) Write(p []byte) (int, error) {
	if u.ended {
		return len(p), nil
	}
	return u.out.Write(p)
}

func (u *usage) end(code int) {
	if !u.ended {
		u.ended, u.code = true, code
	}
}

func register(app *kingpin.Application) map[string]command {
	commands := map[string]command{}
	for _, add := range []func(*kingpin.Application) (string, command){
		addRun, addInit, addCheck, addClassify, addStories, addRulesTest, addRulesExplain, addRulesLint, addRulesNew, addRulesDiff, addRulesFeedback, addRulesSuggest, addBacktest, addWhy, addPlaces, addFeedback, addFeedsList, addFeedsCheck, addFeedsRefresh, addFeedsAdd, addFeedsRemove, addFeedsDiscover, addFeedsParse, addFeedsImport, addFeedsExport,
		addIncidentsList, addIncidentsShow, addIncidentsSplit, addIncidentsMerge, addAck, addClose, addReopen, addMute, addUnmute, addSilencesList, addSilencesAdd, addSilencesExpire, addRoutesTest, addReceiversTest, addDLQList, addDLQShow, addDLQReplay, addSchema, addTopology, addCompletion, addVersion,
	} {
		name, c := add(app)
		commands[name] = c
	}
	return commands
}

// exitCode says an error and chooses its code: faults of the configuration
// will not go away by trying again.
func exitCode(w io.Writer, err error) int {
	var faults config.Errors
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errSaid):
		return exitFailed
	case errors.As(err, &faults), errors.Is(err, fs.ErrExist), errors.As(err, new(usageError)):
		return say(w, err, exitUsage)
	}
	return say(w, err, exitFailed)
}

// usageError is a fault of the command line, the environment or the settings:
// another try with the same ones fails as well.
type usageError struct{ error }

// Unwrap returns the fault itself.
func (e usageError) Unwrap() error { return e.error }

func asUsage(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

// say says an error. Of several each has the name of the program before it, but for faults of
// files, whose lines begin with the file, and for what is set off below a line.
func say(w io.Writer, err error, code int) int {
	const name = "faultline: "
	text := name + err.Error()
	if !errors.As(err, new(config.Errors)) {
		lines := strings.SplitAfter(text, "\n")
		for i := range lines[1:] {
			if line := &lines[i+1]; strings.TrimLeft(*line, " \t\n") == *line && *line != "" {
				*line = name + *line
			}
		}
		text = strings.Join(lines, "")
	}
	if _, failed := fmt.Fprintln(w, text); failed != nil {
		return exitFailed
	}
	return code
}

// configFlag adds --config to a command.
func configFlag(c *kingpin.CmdClause) *string {
	return c.Flag("config", "Directory of the configuration. Files that it lacks are taken from the shipped one.").Envar("FAULTLINE_CONFIG").PlaceHolder("DIR").String()
}

// tellShipped says that a command goes by the shipped configuration, when nobody named
// another one: after "init conf" most people believe that theirs is read. It is said to
// people at a terminal; what programs read stays as it is.
func (s IO) tellShipped(path string) {
	if path == "" && s.Watched {
		fmt.Fprintln(s.Err, "using the shipped configuration; yours with --config DIR or FAULTLINE_CONFIG") //nolint:errcheck // there is nowhere else to say it
	}
}

func openConfig(path string) (*config.Dir, error) {
	dir, err := service.OpenConfig(path, deploy.Config())
	return dir, asUsage(err)
}

// openProcess reads the settings for a command that needs NATS.
func openProcess(name string, flags service.Flags, stdio IO) (*service.Process, error) {
	process, err := service.Open(name, flags, deploy.Config(), stdio.Err)
	return process, asUsage(err)
}

// open reads a file, or standard input for "-" (which the command line gives
// as an empty name) and for no name.
func (s IO) open(path string) (io.ReadCloser, error) {
	if path == "-" || path == "" {
		return io.NopCloser(s.In), nil
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return nil, fmt.Errorf("opening the input: %s is a directory; name a file, or - for standard input", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the input: %w; name a file, or - for standard input", err)
	}
	return f, nil
}
