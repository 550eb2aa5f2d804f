package faultline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter"
	"faultline/services/faultline/internal/card"
	"faultline/services/faultline/internal/trail"
)

// deskAct does something about incidents in the name of a person.
type deskAct struct {
	onBus
	kind            event.DeskKind
	incidents       *[]string
	author, comment *string
	duration        *string // of a mute; nil for the others
}

// reach is said by every command that wants a server.
const reach = "Asks the process that runs on --data, or the NATS server of nats.url."

func newDeskAct(c *kingpin.CmdClause, kind event.DeskKind) deskAct {
	return deskAct{
		kind:      kind,
		incidents: c.Arg("incident", "Id of the incident, at least six characters that it begins with, or the id or link of one of its reports.").Required().Strings(),
		author:    authorFlag(c),
		comment:   commentFlag(c),
		onBus:     busFlags(c),
	}
}

func authorFlag(c *kingpin.CmdClause) *string {
	return c.Flag("author", "Who does it. The default is $USER, else $LOGNAME, else the user that runs this.").Short('a').Envar("USER").String()
}

// person is who is named, or who runs this where nobody is.
func person(named string) string {
	for _, name := range []string{named, os.Getenv("USER"), os.Getenv("LOGNAME")} {
		if name = strings.TrimSpace(name); name != "" {
			return name
		}
	}
	if u, err := user.Current(); err == nil {
		return strings.TrimSpace(u.Username)
	}
	return ""
}

func commentFlag(c *kingpin.CmdClause) *string {
	return c.Flag("comment", "Why, in words.").Short('c').String()
}

func addAck(app *kingpin.Application) (string, command) {
	c := app.Command("ack", `Say that somebody has incidents in hand: they are not repeated any more. What escalates one is told, and ends the acknowledgement. `+reach+`
	faultline ack 1f0c2a --comment "calling the embassy"
	faultline ack https://example.org/news/1`)
	return c.FullCommand(), newDeskAct(c, event.DeskAcknowledged)
}

func addClose(app *kingpin.Application) (string, command) {
	c := app.Command("close", `Close incidents, with the reason. A further report of the story stays with them and is not told; what escalates one opens it again. `+reach+`
	faultline close 1f0c2a --comment "a drill, says the ministry"`)
	return c.FullCommand(), newDeskAct(c, event.DeskClosed)
}

func addReopen(app *kingpin.Application) (string, command) {
	c := app.Command("reopen", `Open incidents again that are quiet or closed. `+reach+`
	faultline reopen 1f0c2a --comment "it was no drill"`)
	return c.FullCommand(), newDeskAct(c, event.DeskReopened)
}

func addMute(app *kingpin.Application) (string, command) {
	c := app.Command("mute", `Silence incidents for a time: nothing of them is told, whatever happens. What gathers is told when it ends. `+reach+`
	faultline mute 1f0c2a --duration 4h --comment "on it until noon"`)
	m := newDeskAct(c, event.DeskMuted)
	m.duration = c.Flag("duration", "How long: 30m, 4h, 2d.").Short('d').Default("1h").String()
	return c.FullCommand(), m
}

func addUnmute(app *kingpin.Application) (string, command) {
	c := app.Command("unmute", `End the silences of incidents, whoever made them. What gathered is told now. `+reach+`
	faultline unmute 1f0c2a`)
	return c.FullCommand(), newDeskAct(c, event.DeskUnmuted)
}

// deskSplit makes reports of an incident one of their own.
type deskSplit struct {
	deskAct
	incident *string
	reports  *[]string
}

func addIncidentsSplit(app *kingpin.Application) (string, command) {
	c := incidents(app).Command("split", `Say that some reports of an incident tell another story: they become an incident of their own, with what copies them. Neither is merged with the other again. `+reach+`
	faultline incidents split 1f0c2a https://example.org/news/7 --comment "the second bombing"`)
	s := deskSplit{
		incident: c.Arg("incident", "Id of the incident, at least six characters that it begins with, or the id or link of one of its reports.").Required().String(),
		reports:  c.Arg("report", "Id of a report's item, at least six characters that it begins with, or its link.").Required().Strings(),
	}
	s.deskAct = deskAct{kind: event.DeskSplit, onBus: busFlags(c), author: authorFlag(c), comment: commentFlag(c)}
	return c.FullCommand(), s
}

func (c deskSplit) run(ctx context.Context, stdio IO) error {
	action, err := c.action()
	if err != nil {
		return asUsage(err)
	}
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		found, err := findIncidents(ctx, b, []string{*c.incident})
		if err != nil {
			return err
		}
		items := make([]string, len(*c.reports))
		for i, wanted := range *c.reports {
			if items[i], err = trail.Report(&found[0], wanted, linkOf(wanted)); err != nil {
				return asUsage(err)
			}
		}
		action.At = time.Now().UTC()
		part, rest, err := alerter.Split(ctx, b, found[0].ID, items, action)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdio.Out, "%s  %s: %s\n%s  %s, %s: %s\n", rest.ID, card.Count(len(rest.Reports), "report"), card.Headline(rest),
			part.ID, card.Count(len(part.Reports), "report"), card.Plain(action.String()), card.Headline(part))
		return err
	})
}

// deskMerge makes an incident part of another one.
type deskMerge struct {
	deskAct
	incident, into *string
}

func addIncidentsMerge(app *kingpin.Application) (string, command) {
	c := incidents(app).Command("merge", `Say that two incidents tell one story: the first becomes part of the second, which takes its reports. To undo it, split off all of them. `+reach+`
	faultline incidents merge 8a41be 1f0c2a --comment "the same raid, told in Russian"`)
	m := deskMerge{
		incident: c.Arg("incident", "Id of the incident, at least six characters that it begins with, or the id or link of one of its reports.").Required().String(),
		into:     c.Arg("into", "The incident that it becomes part of, named likewise.").Required().String(),
	}
	m.deskAct = deskAct{kind: event.DeskMerged, onBus: busFlags(c), author: authorFlag(c), comment: commentFlag(c)}
	return c.FullCommand(), m
}

func (c deskMerge) run(ctx context.Context, stdio IO) error {
	action, err := c.action()
	if err != nil {
		return asUsage(err)
	}
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		found, err := findIncidents(ctx, b, []string{*c.incident, *c.into})
		if err != nil {
			return err
		}
		if found[0].ID == found[1].ID {
			return asUsage(fmt.Errorf("both are incident %s already; name two", found[0].ID))
		}
		action.At = time.Now().UTC()
		whole, err := alerter.Unite(ctx, b, found[0].ID, found[1].ID, action)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdio.Out, "%s  %s, %s: %s\n", whole.ID, card.Count(len(whole.Reports), "report"), card.Plain(action.String()), card.Headline(whole))
		return err
	})
}

// mostWords bounds a comment, in bytes: it stays with the incident for ever.
const mostWords = 500

func (c deskAct) run(ctx context.Context, stdio IO) error {
	action, err := c.action()
	if err != nil {
		return asUsage(err)
	}
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		found, err := findIncidents(ctx, b, *c.incidents)
		if err != nil {
			return err
		}
		var failed []error
		for _, in := range found {
			now := action
			now.At = time.Now().UTC()
			if c.duration != nil {
				now.Until = now.At.Add(action.Until.Sub(action.At)).Truncate(time.Second)
			}
			after, err := alerter.Act(ctx, b, in.ID, now)
			if err == nil {
				_, err = fmt.Fprintf(stdio.Out, "%s  %s: %s\n", after.ID, card.Plain(now.String()), card.Headline(after))
			}
			failed = append(failed, err)
		}
		return errors.Join(failed...)
	})
}

// action is what is to be done, with an Until as far from At as the mute lasts. The
// error has all that is wrong.
func (c deskAct) action() (event.DeskAction, error) {
	a := event.DeskAction{Kind: c.kind, By: person(*c.author), Comment: strings.TrimSpace(*c.comment)}
	var faults []error
	switch {
	case a.By == "":
		faults = append(faults, errors.New("nobody is named who does it; write --author"))
	case len(a.By)+len(a.Comment) > mostWords:
		faults = append(faults, fmt.Errorf("--author and --comment have more than %d bytes; write less", mostWords))
	case a.Comment == "" && slices.Contains([]event.DeskKind{event.DeskClosed, event.DeskMuted, event.DeskSplit, event.DeskMerged}, a.Kind):
		faults = append(faults, errors.New("the desk wants to know why; write it as --comment"))
	}
	if c.duration != nil {
		d, err := config.ParseDuration(*c.duration)
		switch {
		case err != nil:
			faults = append(faults, fmt.Errorf("--duration: %w", err))
		case d < config.Duration(time.Minute):
			faults = append(faults, fmt.Errorf("--duration %s is too short to hold anything back; write 1m or more", *c.duration))
		}
		a.Until = a.At.Add(d.Std())
	}
	return a, errors.Join(faults...)
}

// findIncidents finds each incident that is wanted, the one that it became part of
// in its place. All must be there, and each must be one.
func findIncidents(ctx context.Context, b *bus.Bus, wanted []string) ([]event.Incident, error) {
	searches, byID := make([]*trail.IncidentSearch, len(wanted)), map[string]event.Incident{}
	for i, w := range wanted {
		searches[i] = trail.NewIncidentSearch(w, linkOf(w))
	}
	err := alerter.Incidents(ctx, b, func(in event.Incident) {
		byID[in.ID] = in
		for _, s := range searches {
			s.Incident(in)
		}
	})
	if err != nil {
		return nil, err
	}
	var found []event.Incident
	var failed []error
	for i, s := range searches {
		in, err := s.One()
		switch {
		case err != nil:
			failed = append(failed, asUsage(err))
		case in == nil:
			failed = append(failed, noIncident(wanted[i]))
		default:
			if into, ok := byID[in.MergedInto]; ok {
				in = &into
			}
			found = append(found, *in)
		}
	}
	return found, errors.Join(failed...)
}

// noIncident says why nothing is meant by what was written, and what to write.
func noIncident(wanted string) error {
	if !strings.Contains(wanted, ".") && len(wanted) < trail.ShortestID {
		return asUsage(fmt.Errorf("%q is too short to name an incident; write at least %d digits of its id, as in 1f0c2a, or the link of one of its reports: faultline incidents list shows the ids",
			wanted, trail.ShortestID))
	}
	return fmt.Errorf("no incident %s: no id begins so, and no report has that id or link; faultline incidents list shows the ids (of closed ones with --status closed), and faultline why says what became of a report", wanted)
}
