package faultline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter"
	"faultline/services/faultline/internal/card"
	"faultline/services/faultline/internal/trail"
)

// silences is the command that those about silences are below.
func silences(app *kingpin.Application) *kingpin.CmdClause {
	if c := app.GetCommand("silences"); c != nil {
		return c
	}
	return app.Command("silences", "The silences in force, and to come: those made here, with mute, and over the API of Alertmanager. "+reach)
}

// silencesList shows the silences.
type silencesList struct {
	onBus
	all, asJSON *bool
}

func addSilencesList(app *kingpin.Application) (string, command) {
	c := silences(app).Command("list", `Show the silences that are in force or to come, the one that ends last first.
	faultline silences list
	faultline silences list --all --json | jq .id`)
	return c.FullCommand(), silencesList{
		all:    c.Flag("all", "Show those too that ended within the last 90 days.").Bool(),
		asJSON: c.Flag("json", "Write JSON lines, a silence each.").Bool(),
		onBus:  busFlags(c),
	}
}

func (c silencesList) run(ctx context.Context, stdio IO) error {
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		all, err := alerter.Silences(ctx, b)
		if err != nil {
			return err
		}
		now := time.Now()
		if !*c.all {
			all = slices.DeleteFunc(all, func(s alerter.Silence) bool { return !now.Before(s.Ends) })
		}
		switch {
		case *c.asJSON:
			return jsonLines(stdio.Out, withStates(all, now))
		case len(all) == 0:
			_, err := fmt.Fprintln(stdio.Out, "no silences")
			return err
		}
		return silenceTable(stdio, all, now)
	})
}

func silenceTable(stdio IO, all []alerter.Silence, now time.Time) error {
	rows := make([][]string, len(all))
	for i, s := range all {
		rows[i] = []string{s.ID, stateAt(s, now), minuteOf(s.Ends), card.Plain(s.By), card.Plain(s.Matchers), card.Plain(s.Comment)}
	}
	return stdio.table(3, []string{"SILENCE", "STATE", "UNTIL", "BY", "MATCHERS", "COMMENT"}, rows)
}

// statedSilence is a silence and the state that it is in now.
type statedSilence struct {
	alerter.Silence
	State string `json:"state"`
}

func withStates(all []alerter.Silence, now time.Time) []statedSilence {
	stated := make([]statedSilence, len(all))
	for i, s := range all {
		stated[i] = statedSilence{s, stateAt(s, now)}
	}
	return stated
}

// stateAt says it in Alertmanager's words.
func stateAt(s alerter.Silence, now time.Time) string {
	switch {
	case s.Holds(now):
		return "active"
	case now.Before(s.Starts):
		return "pending"
	}
	return "expired"
}

func minuteOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// silencesAdd makes a silence.
type silencesAdd struct {
	deskAct
	matchers *[]string
}

func addSilencesAdd(app *kingpin.Application) (string, command) {
	c := silences(app).Command("add", `Silence the alerts that all matchers match: nothing of them is told, whatever happens, and what gathers is told when it ends. faultline mute silences an incident.
	faultline silences add 'region="unplaced"' 'severity=~"low|moderate"' --duration 8h --comment "a quiet night"`)
	return c.FullCommand(), silencesAdd{
		matchers: c.Arg("matcher", `A label, an operator (=, !=, =~, !~) and a value, as alerting.yaml has it. An incident may be named by six characters that its id begins with.`).Required().Strings(),
		deskAct: deskAct{kind: event.DeskMuted, author: authorFlag(c), comment: commentFlag(c), onBus: busFlags(c),
			duration: c.Flag("duration", "How long: 30m, 4h, 2d.").Short('d').Default("1h").String()},
	}
}

func (c silencesAdd) run(ctx context.Context, stdio IO) error {
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	action, err := c.action()
	matchers, strange, unread := alerter.ParseMatchers(dir, *c.matchers)
	if err := errors.Join(err, unread); err != nil {
		return asUsage(err)
	}
	for _, w := range strange {
		if _, err := fmt.Fprintln(stdio.Err, "warning: "+w); err != nil {
			return err
		}
	}
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		if err := nameIncidents(ctx, b, matchers); err != nil {
			return err
		}
		action.Until = time.Now().Add(action.Until.Sub(action.At)).UTC().Truncate(time.Second)
		s, err := alerter.AddSilence(ctx, b, matchers, action)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdio.Out, "%s  silenced until %s: %s\n", s.ID, minuteOf(s.Ends), card.Plain(s.Matchers))
		return err
	})
}

// nameIncidents puts the whole id where a matcher names an incident in short: a part of an
// id is the id of none, and would silence nothing without a word.
func nameIncidents(ctx context.Context, b *bus.Bus, all alerter.Matchers) error {
	return all.NameIncidents(func(wanted string) (id string, err error) {
		found, err := findIncidents(ctx, b, []string{wanted})
		if err != nil {
			return "", err
		}
		return found[0].ID, nil
	})
}

// silencesExpire ends silences.
type silencesExpire struct {
	onBus
	ids *[]string
}

func addSilencesExpire(app *kingpin.Application) (string, command) {
	c := silences(app).Command("expire", `End silences, whoever made them. What gathered is told now.
	faultline silences expire 5e2a7c1e-4d0c-4c57-9d1c-6f3b8d0a9e11`)
	return c.FullCommand(), silencesExpire{ids: c.Arg("silence", "Id of the silence, or at least six characters that it begins with.").Required().Strings(), onBus: busFlags(c)}
}

func (c silencesExpire) run(ctx context.Context, stdio IO) error {
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		all, err := alerter.Silences(ctx, b)
		if err != nil {
			return err
		}
		var failed []error
		for _, wanted := range *c.ids {
			id, err := wholeSilence(all, wanted)
			if err == nil {
				err = expire(ctx, b, stdio, id)
			}
			failed = append(failed, err)
		}
		return errors.Join(failed...)
	})
}

func expire(ctx context.Context, b *bus.Bus, stdio IO, id string) error {
	s, err := alerter.ExpireSilence(ctx, b, id)
	if err != nil {
		return err
	}
	ended := "ended"
	if !time.Now().Before(s.Ends) {
		ended += " already, " + minuteOf(s.Ends)
	}
	_, err = fmt.Fprintf(stdio.Out, "%s  %s: %s\n", s.ID, ended, card.Plain(s.Matchers))
	return err
}

// wholeSilence is the id of the one silence that is meant by what it begins with. What
// begins none is left as it is, for whoever ends it to say so.
func wholeSilence(all []alerter.Silence, wanted string) (string, error) {
	var ids []string
	for _, s := range all {
		if s.ID == wanted {
			return wanted, nil
		}
		if len(wanted) >= trail.ShortestID && strings.HasPrefix(s.ID, wanted) {
			ids = append(ids, s.ID)
		}
	}
	switch len(ids) {
	case 0:
		return wanted, nil
	case 1:
		return ids[0], nil
	}
	return "", asUsage(fmt.Errorf("%d silences are meant by %s; give the id of the one:\n  %s", len(ids), wanted, strings.Join(ids, "\n  ")))
}
