package faultline

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/event"
	"faultline/pkg/service"
	"faultline/services/alerter"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/card"
)

// storiesCommand groups texts by the story they tell, without NATS.
type storiesCommand struct {
	config          *string
	explain, asJSON *bool
}

func addStories(app *kingpin.Application) (string, command) {
	c := app.Command("stories", `Group texts by the story they tell: reads what classify reads and writes {"id","story"} for each line. Stories are the same in whatever order the lines come: texts are taken in the order of their "published", then of their id. A text without an id is called after its line. Of the configuration the rules, the sections "classifier" and "alerter.incidents" count (window, same, copy).
	faultline stories < texts.jsonl
	faultline stories --explain < texts.jsonl`)
	return c.FullCommand(), storiesCommand{
		config:  configFlag(c),
		explain: c.Flag("explain", "Say of each text which story it joined and by what evidence, or which was nearest and what was missing.").Bool(),
		asJSON:  c.Flag("json", "Explain in JSON lines, a text each; for --explain alone, since what else is written is JSON.").Bool(),
	}
}

// grouped is a text and how it came to its story, or a line that is no text.
type grouped struct {
	text event.Item // until it is in a story
	id   json.RawMessage
	item string
	how  alerter.Explanation
	bad  string // what is wrong with the line
}

func (c storiesCommand) run(ctx context.Context, stdio IO) error {
	if *c.asJSON && !*c.explain {
		return asUsage(errors.New("--json is for --explain: without that each line is JSON already"))
	}
	stdio.tellShipped(*c.config)
	rules, err := loadRules(ctx, *c.config)
	if err != nil {
		return err
	}
	stories, err := loadStories(*c.config)
	if err != nil {
		return err
	}
	var all []grouped
	err = stdio.eachText(stdio.In, func(n int, text classifier.Text) error {
		if text.ID == nil {
			text.ID = json.RawMessage(fmt.Sprintf(`"line %d"`, n))
		}
		all = append(all, grouped{text: text.Item(), id: text.ID})
		return ctx.Err()
	}, func(n int, why error) error {
		all = append(all, grouped{bad: fmt.Sprintf("line %d: %v", n, why)})
		return nil
	})
	if _, some := errors.AsType[badLines](err); err != nil && !some {
		return err
	}
	for _, g := range inOrder(all) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		a := rules.Assess(g.text)
		if g.item = a.Item.ID; *c.explain {
			g.how = stories.Explain(&a)
		} else {
			stories.Add(&a)
		}
		g.text = event.Item{} // a file may be large
	}
	return errors.Join(writeStories(stdio.Out, all, stories, c.line(all)), err)
}

// loadStories has no story yet, and joins texts by the settings of a configuration directory.
func loadStories(path string) (*alerter.Stories, error) {
	dir, err := openConfig(path)
	if err != nil {
		return nil, err
	}
	settings, err := service.ReadSettings(dir, os.Environ())
	if err != nil {
		return nil, err
	}
	return alerter.StoriesOf(settings.Alerter)
}

// inOrder are the texts in the order in which they are put into stories: as they were
// published, those without a date after all others; of one time as their ids count. The order of
// the lines must not decide: stories, and the ids that their first reports give them, would depend on it.
func inOrder(all []grouped) (texts []*grouped) {
	for i := range all {
		if all[i].bad == "" {
			texts = append(texts, &all[i])
		}
	}
	slices.SortStableFunc(texts, func(a, b *grouped) int {
		x, y := a.text, b.text
		if dated := !x.Published.IsZero(); dated != !y.Published.IsZero() {
			return y.Published.Compare(x.Published)
		}
		return cmp.Or(x.Published.Compare(y.Published), cmp.Compare(len(x.ID), len(y.ID)), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Title, y.Title), cmp.Compare(x.Text, y.Text))
	})
	return texts
}

// line is how the command writes a text and its story.
func (c storiesCommand) line(all []grouped) func(g grouped, story string) ([]byte, error) {
	names := map[string]json.RawMessage{} // of items, and of the stories that they opened
	for _, g := range all {
		if g.bad != "" {
			continue
		}
		if _, ok := names[g.item]; !ok {
			names[g.item] = g.id
		}
		if g.how.Opened {
			names[g.how.Story] = g.id
		}
	}
	return func(g grouped, story string) ([]byte, error) {
		switch {
		case g.bad != "" && *c.explain && !*c.asJSON:
			return []byte(card.Plain(g.bad)), nil
		case g.bad != "":
			return json.Marshal(map[string]string{"error": g.bad})
		case !*c.explain:
			return json.Marshal(map[string]any{"id": g.id, "story": story})
		case *c.asJSON:
			out := explainedText{g.id, story, explainedHow{g.how, nil}}
			if near := g.how.Nearest; near != nil {
				out.How.Nearest = &nearest{*near, names[near.Report]}
			}
			return json.Marshal(out)
		}
		return []byte(strings.Join(plain(tellStory(g, story, names)), "\n")), nil
	}
}

// explainedText is a text and how it came to its story, as JSON.
type explainedText struct {
	ID    json.RawMessage `json:"id"`
	Story string          `json:"story"` // as it stands in the end
	How   explainedHow    `json:"how"`
}

// explainedHow is an explanation that calls the nearest report by the id of its text.
type explainedHow struct {
	alerter.Explanation
	Nearest *nearest `json:"nearest"`
}

type nearest struct {
	alerter.Compared
	Report json.RawMessage `json:"report"`
}

// writeStories writes the story of each text once all are known: a later text
// may have shown that two stories are one.
func writeStories(w io.Writer, all []grouped, stories *alerter.Stories, line func(g grouped, story string) ([]byte, error)) error {
	out := bufio.NewWriter(w)
	for n, g := range all {
		answer, err := line(g, stories.Story(g.item))
		if err == nil {
			_, err = out.Write(append(answer, '\n'))
		}
		if err != nil {
			return fmt.Errorf("writing line %d: %w", n+1, err)
		}
	}
	return out.Flush()
}

// tellStory says in words how a text came to its story.
func tellStory(g grouped, story string, names map[string]json.RawMessage) []string {
	how, near := g.how, g.how.Nearest
	if near == nil {
		return []string{fmt.Sprintf("%s  opens a story: there is none to compare it with", g.id)}
	}
	with := fmt.Sprintf("%s (score %.2f; %.2f joins)", names[near.Report], near.Score, how.Bar)
	var head string
	switch {
	case how.Copy:
		head = fmt.Sprintf("joins the story of %s: its text is a copy of %s", names[near.Story], names[near.Report])
	case !how.Opened && how.Presumed:
		head = fmt.Sprintf("joins the story of %s, presumed; most like %s", names[near.Story], with)
	case !how.Opened:
		head = fmt.Sprintf("joins the story of %s; most like %s", names[near.Story], with)
	case !near.Looked:
		head = "opens a story: no word, name, number or event in a town leads to another one; nearest is " + with
	default:
		head = "opens a story; nearest is " + with
	}
	lines := []string{fmt.Sprintf("%s  %s", g.id, head)}
	add := func(label string, parts []string, by string) {
		if len(parts) > 0 {
			lines = append(lines, fmt.Sprintf("    %-8s %s", label, strings.Join(parts, by)))
		}
	}
	var pro, contra []string
	for _, p := range near.Evidence {
		if p.LogOdds > 0 {
			pro = append(pro, fmt.Sprintf("%s %+.2f", p.What, p.LogOdds))
		} else {
			contra = append(contra, fmt.Sprintf("%s %+.2f", p.What, p.LogOdds))
		}
	}
	add("for", pro, ", ")
	add("against", contra, ", ")
	add("missing", how.Missing, "; ")
	if story != how.Story {
		add("later", []string{fmt.Sprintf("merged into the story of %s", names[story])}, "")
	}
	return lines
}
