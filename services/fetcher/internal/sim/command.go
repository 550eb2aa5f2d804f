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
are made up and the time is virtual. Prints three worlds side by side: all
feeds without a bound on requests, and a tenth of them without and with
fetcher.budget.

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
	budget := flags.Float64("budget", 0.5, "fetcher.budget of the last run, as a part of the requests that the feeds would use")
	watched := flags.Int("watched", 4, "how many of the 40 regions of the world are watched")
	limit := flags.Duration("limit", 20*time.Minute, "give up after this time on the clock")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, help)
		flags.SetOutput(out)
		flags.PrintDefaults()
		return err
	}
	if err == nil && (*feeds < 1 || *feeds > 10_000_000 || *hours < 1 || *hours > 24*7 || *fetchers < 1 || *fetchers > 1000 || *budget <= 0 || *watched < 0) {
		err = errors.New("1 to 10,000,000 feeds, 1 to 168 hours and 1 to 1,000 fetchers can be simulated, with a budget above 0")
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
	return compare(ctx, o, *budget, out, errs)
}

// collect is how far the heap may grow before it is collected, in percent: the
// feeds' states are most of it and stay, and to go through them is a third of
// the time with Go's default.
const collect = 300

// compared is the part of the feeds with which the budget is shown: its effect
// depends on what it is per feed.
const compared = 10

// compare simulates the world, and a smaller one twice: without a bound on
// requests and with one.
func compare(ctx context.Context, o Options, part float64, out, progress io.Writer) error {
	small := o
	small.Feeds = max(o.Feeds/compared, 1)
	var reports []Report
	for _, run := range []*Options{&o, &small, &small} {
		if len(reports) == 2 {
			run.Budget = part * float64(reports[1].Polls) / o.Length.Minutes()
		}
		run.Progress = func(passed time.Duration, polls int) {
			fmt.Fprintf(progress, "\r%d feeds, budget %.0f: %s of %s, %d requests ", run.Feeds, run.Budget, passed, o.Length, polls)
		}
		r, err := Run(ctx, *run)
		if err != nil {
			return err
		}
		reports = append(reports, r)
	}
	fmt.Fprintln(progress)
	fmt.Fprintf(out, "%s, %d of 40 regions watched, seed %d\n\n", o.Length, o.Watched, o.Seed)
	return Write(out, reports...)
}
