package faultline

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/deploy"
)

// schemaCommand writes the schema of a kind of configuration file.
type schemaCommand struct{ kind *string }

func addSchema(app *kingpin.Application) (string, command) {
	c := app.Command("schema", `Write the JSON Schema of a kind of configuration file, for editors. Files that init writes name theirs in the first line, but for alerting.yaml, which is Alertmanager's; write it into your own:
	# yaml-language-server: $schema=../schema/rules.json
	faultline schema rules > rules.json`)
	names, err := fs.Glob(deploy.Config(), "schema/*.json")
	kinds := make([]string, len(names))
	for i, name := range names {
		kinds[i] = strings.TrimSuffix(path.Base(name), ".json")
	}
	app.FatalIfError(err, "listing the schemas")
	return c.FullCommand(), schemaCommand{c.Arg("kind", strings.Join(kinds, ", ")+".").Required().HintOptions(kinds...).Enum(kinds...)}
}

func (c schemaCommand) run(_ context.Context, stdio IO) error {
	data, err := fs.ReadFile(deploy.Config(), "schema/"+*c.kind+".json")
	if err != nil {
		return fmt.Errorf("reading the schema: %w", err)
	}
	_, err = stdio.Out.Write(data)
	return err
}
