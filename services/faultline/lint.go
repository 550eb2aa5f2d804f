package faultline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/event"
	"faultline/services/classifier"
)

// rulesLint says what is missing, idle or too broad in the rules.
type rulesLint struct {
	config, items, least *string
	asJSON, given        *bool // "-" is given as an empty name
	costs                *int
}

func addRulesLint(app *kingpin.Application) (string, command) {
	c := rules(app).Command("lint", `Say what is missing, idle, double or too broad in the rules: languages without phrases, too few examples, phrases that never match or only where another does, and what each rule has to do.
	faultline rules lint --config conf
	faultline rules lint --items archive.jsonl --min info`)
	given := new(bool)
	return c.FullCommand(), rulesLint{
		given:  given,
		config: configFlag(c),
		items:  c.Flag("items", "File of texts as classify reads them (.gz too, - is standard input), to measure hit rates on.").PlaceHolder("FILE").IsSetByUser(given).String(),
		least:  c.Flag("min", "Lowest level that is shown: info, warning or error.").Default("warning").Enum(classifier.LintLevels()...),
		costs:  c.Flag("costs", "How many of the rules that are tried most to list.").Default("10").Int(),
		asJSON: c.Flag("json", "Write the report as JSON.").Bool(),
	}
}

func (c rulesLint) run(ctx context.Context, stdio IO) error {
	stdio.tellShipped(*c.config)
	dir, section, err := rulesSection(*c.config)
	if err != nil {
		return err
	}
	items, err := c.readItems(stdio)
	bad, some := errors.AsType[badLines](err)
	if err != nil && !some {
		return err
	}
	report, err := classifier.Lint(ctx, dir, section, items)
	if err != nil {
		return err
	}
	levels := classifier.LintLevels()
	report.Notes = slices.DeleteFunc(report.Notes, func(n classifier.LintNote) bool {
		return slices.Index(levels, string(n.Level)) < slices.Index(levels, *c.least)
	})
	report.Costs = report.Costs[:min(max(*c.costs, 0), len(report.Costs))]
	if *c.asJSON {
		err = writeJSON(stdio.Out, report)
	} else {
		err = printLint(stdio, &report, *c.given)
	}
	if err == nil && some {
		return bad
	}
	if err == nil && slices.ContainsFunc(report.Notes, func(n classifier.LintNote) bool { return n.Level == "error" }) {
		return errSaid
	}
	return err
}

func (c rulesLint) readItems(stdio IO) (items []event.Item, err error) {
	if !*c.given {
		return nil, nil
	}
	in, err := stdio.openTexts(*c.items)
	if err != nil {
		return nil, err
	}
	err = stdio.eachText(in, func(_ int, t classifier.Text) error {
		items = append(items, t.Item())
		return nil
	}, stdio.tellBad(*c.items, textLine))
	return items, errors.Join(err, in.Close())
}

func printLint(stdio IO, report *classifier.LintReport, measured bool) error {
	table := tabwriter.NewWriter(stdio.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LANGUAGE\tCATEGORIES\tINDICATORS\tEXAMPLES\tPHRASES\tCUES\tGUARDS\tLIST WORDS\tENTITIES")
	for _, c := range report.Coverage {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", c.Language, c.Categories, c.Indicators, c.Examples, c.Phrases, c.Cues, c.Guards, c.Lists, c.Entities)
	}
	if len(report.Costs) > 0 {
		fmt.Fprintln(table, "\nRULE\tTRIES\tMATCHES\tCOUNTED\tPER 1,000 WORDS\tSHARE OF ITEMS")
		for _, c := range report.Costs {
			share := "-"
			if measured {
				share = fmt.Sprintf("%.1f %%", 100*c.Share)
			}
			fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%.1f\t%s\n", c.Rule, c.Tries, c.Matches, c.Counted, c.PerWords, share)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return printNotes(stdio, report.Notes)
}

func printNotes(stdio IO, notes []classifier.LintNote) error {
	var b strings.Builder
	shipped := false
	for _, n := range notes {
		language := ""
		if n.Language != "" {
			language = " (" + n.Language + ")"
		}
		at := n.At()
		shipped = shipped || strings.HasPrefix(at, "(shipped)/")
		b.WriteString(stdio.indented(fmt.Sprintf("%s: %s %s: %s%s %s", at, n.Level, n.Kind, n.Rule, language, n.Message), "    ") + "\n")
	}
	if shipped {
		b.WriteString(initHint)
	}
	b.WriteString(counted(len(notes), "note") + "\n")
	_, err := io.WriteString(stdio.Out, b.String())
	return err
}
