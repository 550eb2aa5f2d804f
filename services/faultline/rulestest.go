package faultline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/config"
	"faultline/services/classifier"
)

// rulesTest runs the examples of the rules, or files of tests.
type rulesTest struct {
	config  *string
	files   *[]string
	verbose *bool
}

func addRulesTest(app *kingpin.Application) (string, command) {
	c := rules(app).Command("test", `Run the examples and tests of the rule files and say which do not do what they say. With files, only the tests in them are run, and counted by language:
	faultline rules test --config conf
	faultline rules test --config conf news.yaml`)
	return c.FullCommand(), rulesTest{
		config:  configFlag(c),
		files:   c.Arg("file", "File with tests: as in rule files.").Strings(),
		verbose: c.Flag("verbose", "Name what passes as well.").Short('v').Bool(),
	}
}

func (c rulesTest) run(ctx context.Context, stdio IO) error {
	began := time.Now()
	stdio.tellShipped(*c.config)
	results, err := c.results(ctx)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	failed := 0
	for _, r := range results {
		switch {
		case r.Problem != "":
			failed++
			fmt.Fprintf(&out, "FAIL %s: %s (%s, %s)\n  text: %s\n  %s\n", r.At(), r.Rule, r.Language, r.Kind, r.Text, r.Problem)
		case *c.verbose:
			fmt.Fprintf(&out, "ok   %s: %s (%s, %s)\n", r.At(), r.Rule, r.Language, r.Kind)
		}
	}
	if len(*c.files) > 0 {
		if err := tally(&out, results); err != nil {
			return err
		}
	}
	fmt.Fprintf(&out, "%d examples and tests, %d failed, in %v\n", len(results), failed, time.Since(began).Round(time.Millisecond))
	if _, err := stdio.Out.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing the results: %w", err)
	}
	if failed > 0 {
		return errSaid
	}
	return nil
}

func (c rulesTest) results(ctx context.Context) ([]classifier.Result, error) {
	dir, section, err := rulesSection(*c.config)
	if err != nil {
		return nil, err
	}
	if len(*c.files) == 0 {
		return classifier.TestRules(ctx, dir, section)
	}
	var files []config.File
	for _, path := range *c.files {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("opening the tests: %w; name files of tests, or none to run those of the configuration", err)
		}
		files = append(files, config.File{Name: path, Path: path, Data: string(data)})
	}
	return classifier.TestFiles(ctx, dir, section, files)
}

// count is what the tests of one language come to.
type count struct{ passed, failed, alerts, hits, quiet, falseAlarms int }

func (n *count) add(r classifier.Result) {
	if r.Problem == "" {
		n.passed++
	} else {
		n.failed++
	}
	switch {
	case r.Wanted == nil:
	case *r.Wanted:
		n.alerts++
		if r.Alert {
			n.hits++
		}
	default:
		n.quiet++
		if r.Alert {
			n.falseAlarms++
		}
	}
}

// tally writes a table of the results by language: how many of the items that
// should alert do, and how many of those that should not.
func tally(w io.Writer, results []classifier.Result) error {
	counts, all := map[string]*count{}, &count{}
	for _, r := range results {
		if counts[r.Language] == nil {
			counts[r.Language] = &count{}
		}
		counts[r.Language].add(r)
		all.add(r)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LANGUAGE\tPASSED\tFAILED\tALERTS FOUND\tFALSE ALARMS")
	row := func(name string, n *count) {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d of %d\t%d of %d\n", name, n.passed, n.failed, n.hits, n.alerts, n.falseAlarms, n.quiet)
	}
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		row(name, counts[name])
	}
	row("all", all)
	return table.Flush()
}
