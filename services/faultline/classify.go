package faultline

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/alerter"
	"faultline/services/classifier"
)

// classifyCommand assesses texts, without NATS.
type classifyCommand struct {
	config *string
	strict *bool
}

func addClassify(app *kingpin.Application) (string, command) {
	c := app.Command("classify", `Assess texts: JSON lines {"id","title","text","lang","country","published"} on standard input, one verdict a line on standard output. A key that is none of these is told once.
	faultline classify --config conf < texts.jsonl > verdicts.jsonl`)
	return c.FullCommand(), classifyCommand{config: configFlag(c), strict: c.Flag("strict", "Answer a line that has another key with an error.").Bool()}
}

func (c classifyCommand) run(ctx context.Context, stdio IO) error {
	rules, err := loadRules(ctx, *c.config)
	if err != nil {
		return err
	}
	service.GiveBack()
	keys := stdio.strangeKeys()
	keys.Strict = *c.strict
	return rules.Classify(ctx, stdio.In, stdio.Out, keys)
}

// rulesSection opens a configuration and its section "classifier".
func rulesSection(path string) (*config.Dir, config.Section, error) {
	dir, err := openConfig(path)
	if err != nil {
		return nil, config.Section{}, err
	}
	settings, err := service.ReadSettings(dir, os.Environ())
	return dir, settings.Classifier, asUsage(err)
}

func loadRules(ctx context.Context, path string) (*classifier.Ruleset, error) {
	dir, section, err := rulesSection(path)
	if err != nil {
		return nil, err
	}
	return classifier.Load(ctx, dir, section)
}

// storiesCommand groups texts by the story they tell, without NATS.
type storiesCommand struct{ config *string }

func addStories(app *kingpin.Application) (string, command) {
	c := app.Command("stories", `Group texts by the story they tell: reads what classify reads, in the order of time, and writes {"id","story"} for each line.
	faultline stories < texts.jsonl`)
	return c.FullCommand(), storiesCommand{config: configFlag(c)}
}

func (c storiesCommand) run(ctx context.Context, stdio IO) error {
	rules, err := loadRules(ctx, *c.config)
	if err != nil {
		return err
	}
	stories := alerter.NewStories(alerter.DefaultConfig())
	var ids []json.RawMessage
	var items []string
	err = stdio.eachText(stdio.In, func(_ int, text classifier.Text) error {
		a := rules.Assess(text.Item())
		stories.Add(&a)
		ids, items = append(ids, text.ID), append(items, a.Item.ID)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	return writeStories(stdio.Out, ids, items, stories)
}

// writeStories writes the story of each text once all are known: a later text
// may have shown that two stories are one.
func writeStories(w io.Writer, ids []json.RawMessage, items []string, stories *alerter.Stories) error {
	out := bufio.NewWriter(w)
	for line, id := range ids {
		answer, err := json.Marshal(map[string]any{"id": id, "story": stories.Story(items[line])})
		if err == nil {
			_, err = out.Write(append(answer, '\n'))
		}
		if err != nil {
			return fmt.Errorf("writing line %d: %w", line+1, err)
		}
	}
	return out.Flush()
}
