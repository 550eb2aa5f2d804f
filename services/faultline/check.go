package faultline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/alerter"
	"faultline/services/classifier"
	"faultline/services/fetcher"
)

// checkCommand reads the whole configuration as the services would.
type checkCommand struct{ config *string }

func addCheck(app *kingpin.Application) (string, command) {
	c := app.Command("check", `Read the whole configuration and say every fault with its place and what to write instead. The examples of the rules are run as well. What is hardly meant, such as a route that reaches nobody, is a warning and no fault.
	faultline check --config conf`)
	return c.FullCommand(), checkCommand{config: configFlag(c)}
}

// parts are what can be checked alone.
func parts(ctx context.Context) []struct {
	name  string
	check func(*config.Dir) error
} {
	return []struct {
		name  string
		check func(*config.Dir) error
	}{
		{"faultline.yaml", checkSettings},
		{"feeds", fetcher.CheckConfig},
		{"rules, entities and regions", func(dir *config.Dir) error { return classifier.CheckConfig(ctx, dir) }},
		{"alerting and templates", alerter.CheckConfig},
	}
}

func checkSettings(dir *config.Dir) error {
	_, err := service.ReadOwn(dir, os.Environ())
	return err
}

func (c checkCommand) run(ctx context.Context, stdio IO) error {
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	var faults []string
	stdio.tellShipped(*c.config)
	for _, part := range parts(ctx) {
		if err := part.check(dir); err != nil {
			if errors.Is(err, context.Canceled) {
				return err
			}
			faults = addNew(faults, err)
			continue
		}
		if _, err := fmt.Fprintf(stdio.Out, "ok: %s\n", part.name); err != nil {
			return err
		}
	}
	if err := warn(dir, stdio); err != nil {
		return err
	}
	if len(faults) == 0 {
		return nil
	}
	if checkSettings(dir) != nil {
		faults = append(faults, "not checked: what the sections fetcher, classifier and alerter say, because the settings have faults")
	}
	if _, err := fmt.Fprintln(stdio.Err, strings.Join(faults, "\n")); err != nil {
		return err
	}
	return config.Errors{{Path: "configuration", Message: "it has the faults above", Remedy: "mend them and run faultline check again"}}
}

// warn says what is no fault and hardly meant.
func warn(dir *config.Dir, stdio IO) error {
	settings, err := service.ReadSettings(dir, os.Environ())
	if err != nil {
		settings = service.Default() // a fault, said already
	}
	unread, err := service.Unread(dir, settings)
	if err != nil {
		return err
	}
	for _, w := range slices.Concat(unread, fetcher.Warnings(dir), alerter.Warnings(dir)) {
		if _, err := fmt.Fprintf(stdio.Err, "warning: %v\n", w); err != nil {
			return err
		}
	}
	return nil
}

// addNew adds the lines of an error that are not there yet: several parts read
// the settings and find the same fault.
func addNew(faults []string, err error) []string {
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimRight(line, "\n"); !slices.Contains(faults, line) {
			faults = append(faults, line)
		}
	}
	return faults
}
