package faultline

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/service"
	"faultline/services/alerter"
	"faultline/services/faultline/internal/card"
)

// routesTest tells who would hear of an alert.
type routesTest struct {
	onBus
	labels *[]string
	at     *string
	asJSON *bool
}

func addRoutesTest(app *kingpin.Application) (string, command) {
	c := app.Command("routes", "The routes of alerting.yaml.").Command("test", `Say which receivers of alerting.yaml an alert with these labels would reach, in which group, and how long it would wait. Nothing is sent. "change" is new unless it is given. A process that runs on --data, or the NATS server of nats.url, is asked for silences.
	faultline routes test severity=critical country=KG
	faultline routes test severity=low region=ferghana-valley --at 2026-12-01T03:00:00Z
	faultline routes test change=escalated category=kidnapping --json`)
	return c.FullCommand(), routesTest{
		labels: c.Arg("label=value", "Labels of the alert: "+strings.Join(alerter.LabelNames(), ", ")+".").HintOptions(hints()...).Strings(),
		at:     c.Flag("at", "When, for the time intervals of the routes (RFC 3339); now by default.").PlaceHolder("TIME").String(),
		asJSON: c.Flag("json", "Write the routes as JSON.").Bool(),
		onBus:  busFlags(c),
	}
}

func hints() []string {
	names := alerter.LabelNames()
	for i := range names {
		names[i] += "="
	}
	return names
}

func (c routesTest) run(ctx context.Context, stdio IO) error {
	labels, err := parseLabels(*c.labels)
	if err != nil {
		return asUsage(err)
	}
	at := time.Now()
	if *c.at != "" {
		if at, err = time.Parse(time.RFC3339, *c.at); err != nil {
			return asUsage(fmt.Errorf("--at %s is no time; write 2026-12-01T03:00:00Z", *c.at))
		}
	}
	stdio.tellShipped(*c.config)
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	settings, err := service.ReadSettings(dir, os.Environ())
	if err != nil {
		return err
	}
	held, unasked := c.held(ctx, stdio, settings.NATS, labels, at)
	routes, err := alerter.Take(dir, settings.Alerter, labels, at)
	if err != nil {
		return err
	}
	var remarks []string
	for _, w := range alerter.Strange(dir, labels) {
		remarks = append(remarks, "warning: "+w)
	}
	if unasked != nil {
		remarks = append(remarks, fmt.Sprintf("note: it is not known whether a silence holds the alert back: %v", unasked))
	}
	for _, r := range remarks {
		if _, err := fmt.Fprintln(stdio.Err, r); err != nil {
			return err
		}
	}
	for i := range routes {
		routes[i].Silenced = held
	}
	if *c.asJSON {
		return writeJSON(stdio.Out, routes)
	}
	for _, r := range routes {
		if _, err := fmt.Fprint(stdio.Out, describe(r, at)); err != nil {
			return err
		}
	}
	return nil
}

// held are the silences that hold the alert back, as a process that runs knows them. Of an incident
// that is named in short the label gets the whole id: silences have that.
func (c routesTest) held(ctx context.Context, stdio IO, settings service.NATS, labels map[string]string, at time.Time) (all []alerter.Silence, err error) {
	if !c.runs(settings) {
		return nil, fmt.Errorf("no process runs on %s; name the data directory of the one that does as --data", *c.data)
	}
	err = c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) (err error) {
		if wanted := labels["incident"]; wanted != "" {
			found, err := findIncidents(ctx, b, []string{wanted})
			if err != nil {
				return err
			}
			labels["incident"] = found[0].ID
		}
		all, err = alerter.Holding(ctx, b, labels, at)
		return err
	})
	return all, err
}

// parseLabels reads name=value. A name that no alert has would match nothing, so
// it is a mistake.
func parseLabels(args []string) (map[string]string, error) {
	labels := map[string]string{"change": "new"}
	for _, arg := range args {
		name, value, found := strings.Cut(arg, "=")
		if !found || value == "" {
			return nil, fmt.Errorf("%q is no label; write name=value, such as severity=critical", arg)
		}
		if !slices.Contains(alerter.LabelNames(), name) {
			return nil, fmt.Errorf("no alert has a label %q; the labels are %s", name, strings.Join(alerter.LabelNames(), ", "))
		}
		labels[name] = value
	}
	return labels, nil
}

// describe says a route in lines, as it is at a time.
func describe(r alerter.Taken, at time.Time) string {
	channels := strings.Join(r.Channels, ", ")
	if channels == "" {
		channels = "no channel: nobody is told"
	}
	group := slices.Clone(r.GroupBy)
	for i, name := range group {
		if value, ok := r.Group[name]; ok {
			group[i] = name + "=" + value
		}
	}
	if r.Untold != "" {
		return fmt.Sprintf("%s is not told: %s\n  route   %s\n", r.Receiver, r.Untold, r.Route)
	}
	text := fmt.Sprintf("%s (%s)\n  route   %s\n  group   by %s\n  timing  first message after %v, the next after %v (sooner if one becomes critical), again after %v\n",
		r.Receiver, channels, r.Route, cmp.Or(strings.Join(group, ", "), "nothing: all in one"), r.Wait, r.Interval, r.Repeat)
	switch {
	case r.MutedUntil.IsZero():
	case r.MutedUntil.Sub(at) >= alerter.MaxMute:
		text += "  muted   for more than a year\n"
	default:
		text += fmt.Sprintf("  muted   until %s; told then\n", r.MutedUntil.Format(time.RFC3339))
	}
	for _, s := range r.Silenced {
		text += fmt.Sprintf("  held    until %s by the silence %s of %s: %s; told then if it is open still\n", s.Ends.UTC().Format(time.RFC3339), s.ID, card.Plain(s.By), card.Plain(s.Comment))
	}
	for _, by := range r.Inhibited {
		text += fmt.Sprintf("  held    while an incident or notice is open with %s; told after that if it is open still\n", by)
	}
	return text
}
