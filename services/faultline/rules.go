package faultline

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/alecthomas/kingpin/v2"

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
	input          textInput
	config, color  *string
	feed           *string
	asJSON, asHTML *bool
}

func addRulesExplain(app *kingpin.Application) (string, command) {
	c := rules(app).Command("explain", `Show what the rules see in a text: marks, points, what guards and cues did, and the phrases with their places. The first line of the text is its title, after an empty line comes the rest.
	faultline rules explain article.txt
	echo "Crowds storm the mayor's office" | faultline rules explain --country KG --html - > why.html`)
	return c.FullCommand(), rulesExplain{
		input: newTextInput(c), config: configFlag(c),
		feed:   c.Flag("feed", "Feed that it came from: filters may hide feeds from a rule.").PlaceHolder("ID").HintAction(hint(feedIDs)).String(),
		color:  c.Flag("color", "Colours: auto is when the output is a terminal and NO_COLOR is not set.").Default("auto").Enum("auto", "always", "never"),
		asJSON: c.Flag("json", "Write the explanation as JSON.").Bool(),
		asHTML: c.Flag("html", "Write the explanation as a page that needs nothing else.").Bool(),
	}
}

func (c rulesExplain) run(_ context.Context, stdio IO) error {
	if *c.asJSON && *c.asHTML {
		return asUsage(errors.New("one form at a time; write --json or --html"))
	}
	item, err := c.input.read(stdio)
	if err != nil {
		return err
	}
	item.Source.Feed = *c.feed
	stdio.tellShipped(*c.config)
	dir, section, err := rulesSection(*c.config)
	if err != nil {
		return err
	}
	set, err := classifier.Compile(dir, section) // a failing example may be what is to be explained
	if err != nil {
		return err
	}
	x := set.Explain(item)
	return c.write(&x, stdio)
}

func (c rulesExplain) write(x *classifier.Explanation, stdio IO) error {
	switch {
	case *c.asJSON:
		return writeJSON(stdio.Out, x)
	case *c.asHTML:
		return explainHTML(stdio.Out, x)
	}
	_, err := io.WriteString(stdio.Out, explainText(x, stdio.Color && *c.color != "never" || *c.color == "always", stdio.Width))
	return err
}

// writeJSON writes a value as JSON that people can read.
func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
