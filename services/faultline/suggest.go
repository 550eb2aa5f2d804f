package faultline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/card"
)

// judgements is a command on what the desk said of items.
type judgements struct {
	onBus
	items *string
	given *bool // "-" is given as an empty name
}

func judgementFlags(c *kingpin.CmdClause) judgements {
	j := judgements{given: new(bool), onBus: busFlags(c)}
	j.items = c.Flag("items", `File of texts as classify reads them, each with "true": true or false, in place of the stored feedback (.gz too, - is standard input).`).PlaceHolder("FILE").IsSetByUser(j.given).String()
	return j
}

// gather returns the rules in force and what was said.
func (c judgements) gather(ctx context.Context, stdio IO) (source classifier.Source, judged []classifier.Judged, err error) {
	stdio.tellShipped(*c.config)
	if source, err = ruleSource(*c.config); err == nil {
		judged, err = c.read(ctx, stdio)
	}
	return source, judged, err
}

// read returns what was said: of each item the latest.
func (c judgements) read(ctx context.Context, stdio IO) (judged []classifier.Judged, err error) {
	if *c.given {
		judged, err = readJudged(stdio, *c.items)
	} else {
		err = c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) (err error) {
			judged, err = stored(ctx, archives{b, newProgress(stdio)})
			return err
		})
	}
	if err == nil && len(judged) == 0 {
		err = errors.New("nobody has judged an item yet; faultline feedback does")
	}
	return judged, err
}

func readJudged(stdio IO, path string) (judged []classifier.Judged, err error) {
	in, err := stdio.openTexts(path)
	if err != nil {
		return nil, err
	}
	keys, lines := stdio.strangeKeys(), badLines{}
	tell := stdio.tellBad(path, `{"id":1,"title":"...","text":"...","true":false}`)
	err = classifier.EachLine(in, func(n int, line []byte) error {
		var t struct {
			True      *bool     `json:"true"`
			Indicator string    `json:"indicator"`
			Given     time.Time `json:"given"`
		}
		lines.all++
		text, unknown, err := classifier.ReadText(line, "true", "indicator", "given")
		if err == nil {
			err = errors.Join(keys.Note(n, unknown), json.Unmarshal(line, &t))
		}
		if err == nil && t.True == nil {
			err = errors.New(`it is not judged: "true" is missing`)
		}
		if err != nil {
			lines.bad++
			return tell(n, err)
		}
		judged = append(judged, classifier.Judged{Item: text.Item(), True: *t.True, Indicator: t.Indicator, Given: t.Given})
		return nil
	})
	if err == nil && lines.bad > 0 {
		err = lines
	}
	return judged, errors.Join(err, in.Close())
}

// stored is the feedback on the bus, in the order in which it first came. The
// latest word on an item holds for each rule that it names, and of those that
// name none.
func stored(ctx context.Context, a archives) (judged []classifier.Judged, err error) {
	type key struct{ item, indicator string }
	at := map[key]int{}
	err = a.replay(ctx, bus.Feedback, time.Time{}, each(func(f event.Feedback, _ uint64) {
		k := key{f.Item.ID, f.Indicator}
		i, known := at[k]
		if !known {
			i = len(judged)
			at[k], judged = i, append(judged, classifier.Judged{})
		}
		judged[i] = classifier.Judged{Item: f.Item, True: f.True, Indicator: f.Indicator, Given: f.Given}
	}))
	return judged, err
}

// rulesFeedback tells how often each rule was right.
type rulesFeedback struct {
	judgements
	asJSON *bool
}

func addRulesFeedback(app *kingpin.Application) (string, command) {
	c := rules(app).Command("feedback", `Count true and false alarms by rule, with the rules in force now, from what the desk said with faultline feedback.
	faultline rules feedback --config conf
	faultline rules feedback --items judged.jsonl --json`)
	return c.FullCommand(), rulesFeedback{asJSON: c.Flag("json", "Write the report as JSON.").Bool(), judgements: judgementFlags(c)}
}

func (c rulesFeedback) run(ctx context.Context, stdio IO) error {
	source, judged, unread := c.gather(ctx, stdio)
	if _, some := errors.AsType[badLines](unread); unread != nil && (!some || len(judged) == 0) {
		return unread
	}
	report, err := classifier.Feedback(source, judged)
	if err != nil {
		return err
	}
	if *c.asJSON {
		err = writeJSON(stdio.Out, report)
	} else {
		err = printFeedback(stdio.Out, &report)
	}
	return errors.Join(err, unread)
}

func printFeedback(w io.Writer, r *classifier.FeedbackReport) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tTRUE ALARMS\tFALSE ALARMS\tPRECISION\tLAST")
	for _, rule := range r.Rules {
		last := "unknown"
		if !rule.Last.IsZero() {
			last = rule.Last.Format(time.DateOnly)
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%.0f %%\t%s\n", rule.Rule, rule.True, rule.False, 100*float64(rule.True)/float64(max(rule.True+rule.False, 1)), last)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s: %s, %d missed, %s, %d rightly quiet\n", counted(r.True+r.Missed+r.False+r.Quiet, "judgement"), counted(r.True, "true alarm"), r.Missed, counted(r.False, "false alarm"), r.Quiet)
	return err
}

// rulesSuggest makes filters of false alarms.
type rulesSuggest struct {
	judgements
	output *string
}

func addRulesSuggest(app *kingpin.Application) (string, command) {
	c := rules(app).Command("suggest", `Suggest filters that drop false alarms and keep every true one, from what the desk said with faultline feedback, as a rule file. Each filter was tried on all judged items, and on the examples and tests of the rules.
	faultline rules suggest --config conf --output conf/rules/own-filters.yaml
	faultline rules suggest --items judged.jsonl`)
	return c.FullCommand(), rulesSuggest{
		output:     c.Flag("output", "Write the file there; it must not be there yet.").Short('o').PlaceHolder("FILE").String(),
		judgements: judgementFlags(c),
	}
}

func (c rulesSuggest) run(ctx context.Context, stdio IO) error {
	source, judged, err := c.gather(ctx, stdio)
	if _, some := errors.AsType[badLines](err); some {
		return fmt.Errorf("%w, and may be true alarms; mend or remove them", err)
	}
	if err != nil {
		return err
	}
	progress := newProgress(stdio)
	suggestion, err := classifier.Suggest(ctx, source, judged, func(n int) { progress.show(n, "filters tried") })
	progress.clear()
	if err != nil {
		return err
	}
	if err := printRefused(stdio.Err, suggestion.Refused); err != nil {
		return err
	}
	file := classifier.SuggestedFile(suggestion)
	if len(suggestion.Edits) == 0 && *c.output != "" {
		_, err = fmt.Fprintf(stdio.Out, "no filter drops two or more of %s and keeps every true alarm (%d); %s is not written\n", counted(suggestion.Before.False, "false alarm"), suggestion.Before.True, *c.output)
		return err
	}
	if *c.output == "" {
		_, err = stdio.Out.Write(file)
		return err
	}
	if err := writeNew(*c.output, file); err != nil {
		return err
	}
	s := &suggestion
	_, err = fmt.Fprintf(stdio.Out, "wrote %s: %d of %s go, every true alarm stays (%d)\n", *c.output, s.Before.False-s.After.False, counted(s.Before.False, "false alarm"), s.Before.True)
	return err
}

// printRefused says what was looked at and not taken, and why. Titles are a feed's.
func printRefused(w io.Writer, refused []classifier.Refusal) error {
	for _, r := range refused {
		if _, err := fmt.Fprintf(w, "refused: %s: %s\n", card.Plain(r.Edit.String()), card.Plain(r.Why)); err != nil {
			return err
		}
	}
	return nil
}

// writeNew writes a file that is not there yet.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("writing the filters: %w", err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
