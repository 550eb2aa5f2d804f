package faultline

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/event"
	"faultline/services/classifier"
)

// rules is the command that the rule commands are below.
func rules(app *kingpin.Application) *kingpin.CmdClause {
	if c := app.GetCommand("rules"); c != nil {
		return c
	}
	return app.Command("rules", "Test and explain the rules.")
}

// rulesExplain says why a text would alert, or not.
type rulesExplain struct {
	config, file, title, language, country *string
	asJSON, asHTML                         *bool
}

func addRulesExplain(app *kingpin.Application) (string, command) {
	c := rules(app).Command("explain", "Show what the rules see in a text: marks, points, what guards and cues did, and the phrases with their places. The first line of the text is its title, after an empty line comes the rest.")
	return c.FullCommand(), rulesExplain{
		file:   c.Arg("file", `File with the text, standard input when none is given.`).String(),
		config: configFlag(c),
		title:  c.Flag("title", "Title; then all of the file is the text.").String(), language: c.Flag("lang", "Language of the text; guessed when not given.").String(),
		country: c.Flag("country", "Country of the outlet, ISO 3166-1 alpha-2.").String(),
		asJSON:  c.Flag("json", "Write the explanation as JSON.").Bool(),
		asHTML:  c.Flag("html", "Write the explanation as a page that needs nothing else.").Bool(),
	}
}

const maxText = 4 << 20

func (c rulesExplain) run(_ context.Context, stdio IO) error {
	in, err := stdio.open(*c.file)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(in, maxText))
	if err != nil {
		return fmt.Errorf("reading the text: %w", err)
	}
	if err := in.Close(); err != nil {
		return fmt.Errorf("reading the text: %w", err)
	}
	dir, section, err := rulesSection(*c.config)
	if err != nil {
		return err
	}
	set, err := classifier.Compile(dir, section) // a failing example may be what is to be explained
	if err != nil {
		return err
	}
	item := event.Item{Title: *c.title, Text: string(data), Language: *c.language, Source: event.Source{Country: *c.country}}
	if *c.title == "" {
		item.Title, item.Text = splitTitle(string(data))
	}
	x := set.Explain(item)
	return c.write(&x, stdio)
}

func (c rulesExplain) write(x *classifier.Explanation, stdio IO) error {
	switch {
	case *c.asJSON:
		encoder := json.NewEncoder(stdio.Out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(x)
	case *c.asHTML:
		return explainHTML(stdio.Out, x)
	}
	_, err := io.WriteString(stdio.Out, explainText(x, stdio.Terminal, stdio.Width))
	return err
}
