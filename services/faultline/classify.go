package faultline

import (
	"context"
	"os"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/config"
	"faultline/pkg/service"
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
	stdio.tellShipped(*c.config)
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
