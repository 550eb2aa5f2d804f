package sim

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"faultline/services/fetcher/internal/poll"
)

const help = `usage: pollsim [<flags>]

Simulates how the fetcher polls many feeds: its own code decides, the outlets
are made up and the time is virtual. Prints the same world without a bound on
requests and with fetcher.budget, side by side.

Flags:
`

// Command is the program pollsim, until ctx ends or a signal comes. It returns the exit code.
func Command(ctx context.Context, args []string, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := command(ctx, args, out, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(errs, "pollsim:", err)
		if errors.Is(err, errUsage) {
			return 2
		}
		return 1
	}
	return 0
}

var errUsage = errors.New("see pollsim --help")

func command(ctx context.Context, args []string, out, errs io.Writer) error {
	flags := flag.NewFlagSet("pollsim", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	feeds := flags.Int("feeds", 100_000, "how many feeds")
	hours := flags.Int("hours", 24, "how many hours to simulate")
	seed := flags.Uint64("seed", 1, "the same seed makes the same world")
	fetchers := flags.Int("fetchers", 3, "how many fetchers share the feeds, each with 64 workers")
	budget := flags.Float64("budget", 0, "requests per minute of the second run; 0: half of what the first one made")
	watched := flags.Int("watched", 4, "how many of the 40 regions of the world are watched")
	limit := flags.Duration("limit", 10*time.Minute, "give up after this time on the clock")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, help)
		flags.SetOutput(out)
		flags.PrintDefaults()
		return err
	}
	if err == nil && (*feeds < 1 || *feeds > 10_000_000 || *hours < 1 || *hours > 24*7 || *fetchers < 1 || *fetchers > 1000 || *budget < 0 || *watched < 0) {
		err = errors.New("1 to 10,000,000 feeds, 1 to 168 hours and 1 to 1,000 fetchers can be simulated")
	}
	if err != nil || flags.NArg() > 0 {
		return fmt.Errorf("%w %v; %w", err, flags.Args(), errUsage)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, *limit, fmt.Errorf("it took more than %s; take fewer -feeds or -hours, or a longer -limit", *limit))
	defer cancel()
	o := Options{
		Feeds: *feeds, Length: time.Duration(*hours) * time.Hour, Seed: *seed, Watched: *watched,
		Bounds:  poll.Bounds{Min: 30 * time.Second, Max: 15 * time.Minute},
		Workers: 64 * *fetchers, Timeout: 20 * time.Second, Spacing: 25 * time.Millisecond,
	}
	defer debug.SetGCPercent(debug.SetGCPercent(collect))
	return both(ctx, o, *budget, out, errs)
}

// collect is how far the heap may grow before it is collected, in percent: the
// feeds' states are most of it and stay, and to go through them is a third of
// the time with Go's default.
const collect = 300

// both simulates the same world twice and prints what came of it.
func both(ctx context.Context, o Options, budget float64, out, progress io.Writer) error {
	o.Progress = func(passed time.Duration, polls int) {
		fmt.Fprintf(progress, "\rbudget %.0f: %s of %s, %d requests ", o.Budget, passed, o.Length, polls)
	}
	free, err := Run(ctx, o)
	if err != nil {
		return err
	}
	if o.Budget = budget; budget == 0 {
		o.Budget = float64(free.Polls) / o.Length.Minutes() / 2
	}
	bound, err := Run(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintln(progress)
	fmt.Fprintf(out, "%d feeds, %s, %d of 40 regions watched, seed %d\n\n", o.Feeds, o.Length, o.Watched, o.Seed)
	return Write(out, free, bound)
}
