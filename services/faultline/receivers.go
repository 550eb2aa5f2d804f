package faultline

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/service"
	"faultline/services/alerter"
)

// receiversTest sends a marked message to the channels of a receiver.
type receiversTest struct {
	config, name *string
	asJSON       *bool
}

func addReceiversTest(app *kingpin.Application) (string, command) {
	c := app.Command("receivers", "The receivers of alerting.yaml.").Command("test", `Send one message, marked EXERCISE and TEST, through every channel of a receiver, as the alerter sends it: with its templates, bounds and secrets. It takes no route, is stored nowhere, and needs no process that runs. For each channel it says whether it was delivered, or why not and what to do; it exits with 1 when one was not. What it opens at a paging service it closes again, unless send_resolved is false there.
	faultline receivers test desk --config conf
	faultline receivers test duty-officer --config conf --json`)
	return c.FullCommand(), receiversTest{
		config: configFlag(c),
		name:   c.Arg("receiver", "Its name in alerting.yaml.").Required().HintAction(hint(alerter.ReceiverNames)).String(),
		asJSON: c.Flag("json", "Write what became of it as JSON, a line for each channel.").Bool(),
	}
}

func (c receiversTest) run(ctx context.Context, stdio IO) error {
	stdio.tellShipped(*c.config)
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	settings, err := service.ReadSettings(dir, os.Environ())
	if err != nil {
		return err
	}
	failed := false
	err = alerter.Try(ctx, alerter.Options{Config: dir, Settings: settings.Alerter, ExternalURL: settings.Web.ExternalURL}, *c.name, func(t alerter.Trial) error {
		failed = failed || !t.Delivered
		if *c.asJSON {
			return jsonLines(stdio.Out, []any{t})
		}
		_, err := fmt.Fprint(stdio.Out, describeTrial(t))
		return err
	})
	if err == nil && failed {
		return errSaid
	}
	_, untried := errors.AsType[alerter.Untried](err)
	if err != nil && *c.config == "" {
		err = fmt.Errorf("%w\nthe shipped alerting.yaml was read; name yours with --config DIR or FAULTLINE_CONFIG", err)
	}
	if untried {
		return asUsage(err)
	}
	return err
}

func describeTrial(t alerter.Trial) string {
	if t.Delivered {
		return fmt.Sprintf("%-14s delivered\n", t.Channel)
	}
	text := fmt.Sprintf("%-14s NOT delivered: %s\n", t.Channel, t.Error)
	if t.Host != "" {
		text += "  host     " + t.Host + "\n"
	}
	return text + "  to do    " + t.Remedy + "\n"
}
