package faultline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter"
	"faultline/services/faultline/internal/card"
)

// incidents is the command that those about incidents are below.
func incidents(app *kingpin.Application) *kingpin.CmdClause {
	if c := app.GetCommand("incidents"); c != nil {
		return c
	}
	return app.Command("incidents", "The incidents that are open, quiet, or were closed within alerter.incidents.keep. "+reach)
}

// incidentsList shows the incidents.
type incidentsList struct {
	onBus
	region, severity, since *string
	status                  *[]string
	asJSON                  *bool
}

func addIncidentsList(app *kingpin.Application) (string, command) {
	c := incidents(app).Command("list", `Show the incidents, those that changed last first: open and quiet ones unless --status says otherwise.
	faultline incidents list --severity high
	faultline incidents list --region ferghana-valley --since 24h
	faultline incidents list --status closed --json | jq .id`)
	return c.FullCommand(), incidentsList{
		region:   c.Flag("region", "Only incidents of this region of regions.yaml, or of unplaced.").PlaceHolder("ID").HintAction(hint(alerter.RegionIDs)).String(),
		status:   c.Flag("status", "Only incidents in this state: open, quiet, closed, or all of them. May be repeated.").PlaceHolder("STATUS").HintOptions(statuses()...).Enums(statuses()...),
		severity: c.Flag("severity", "Only incidents of at least this severity: low, moderate, high, critical.").PlaceHolder("SEVERITY").HintOptions(severities()...).Enum(severities()...),
		since:    c.Flag("since", "Only incidents that changed since: 24h, 7d.").PlaceHolder("AGO").String(),
		asJSON:   c.Flag("json", "Write JSON lines, an incident each, with everything in it.").Bool(),
		onBus:    busFlags(c),
	}
}

// anyStatus is what --status calls incidents in any state.
const anyStatus = "all"

// statuses are the values of --status.
func statuses() []string {
	return []string{string(event.StatusOpen), string(event.StatusQuiet), string(event.StatusClosed), anyStatus}
}

func severities() (names []string) {
	for _, s := range event.Severities()[1:] {
		names = append(names, string(s))
	}
	return names
}

func (c incidentsList) run(ctx context.Context, stdio IO) error {
	var from time.Time
	if *c.since != "" {
		var err error
		if from, err = ago("--since", *c.since); err != nil {
			return asUsage(err)
		}
	}
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		var all []event.Incident
		err := alerter.Incidents(ctx, b, func(in event.Incident) {
			if c.wanted(&in) && !in.Updated.Before(from) {
				all = append(all, in)
			}
		})
		if err != nil {
			return err
		}
		if len(all) == 0 {
			if err := c.knownRegion(); err != nil {
				return err
			}
		}
		slices.SortFunc(all, func(x, y event.Incident) int {
			return cmp.Or(y.Updated.Compare(x.Updated), cmp.Compare(x.ID, y.ID))
		})
		if *c.asJSON {
			return jsonLines(stdio.Out, all)
		}
		mutes, err := alerter.Mutes(ctx, b)
		if err != nil {
			return err
		}
		return incidentTable(stdio, all, mutes)
	})
}

// knownRegion refuses a region that the configuration does not have: of one that was
// misspelt there are no incidents.
func (c incidentsList) knownRegion() error {
	if *c.region == "" {
		return nil
	}
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	for _, strange := range alerter.Strange(dir, map[string]string{"region": *c.region}) {
		return asUsage(fmt.Errorf("--region: %s", strange))
	}
	return nil
}

func (c incidentsList) wanted(in *event.Incident) bool {
	switch {
	case *c.region != "" && in.Region != *c.region && !slices.Contains(in.Regions, *c.region):
		return false
	case *c.severity != "" && in.Severity.Rank() < event.Severity(*c.severity).Rank():
		return false
	case len(*c.status) == 0:
		return in.Status != event.StatusClosed
	}
	return slices.Contains(*c.status, anyStatus) || slices.Contains(*c.status, string(in.Status))
}

// shownID is how much of an id a table shows: enough to name the incident by.
const shownID = 10

func incidentTable(stdio IO, all []event.Incident, mutes func(*event.Incident) (alerter.Mute, error)) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(stdio.Out, "no incidents")
		return err
	}
	rows := make([][]string, len(all))
	for i := range all {
		in := &all[i]
		mute, err := mutes(in)
		if err != nil {
			return err
		}
		rows[i] = []string{in.ID[:min(len(in.ID), shownID)], state(in, mute), string(in.Severity), in.Region,
			strconv.Itoa(max(in.ReportCount, len(in.Reports))), in.Updated.UTC().Format("2006-01-02 15:04"), card.Headline(in)}
	}
	return stdio.table(6, []string{"INCIDENT", "STATUS", "SEVERITY", "REGION", "REPORTS", "CHANGED", "HEADLINE"}, rows)
}

// state is the status with what somebody said of it.
func state(in *event.Incident, m alerter.Mute) string {
	text := string(in.Status)
	if in.MergedInto != "" {
		text = "merged into " + in.MergedInto[:min(len(in.MergedInto), shownID)]
	}
	if in.Status == event.StatusOpen && !in.Acknowledged.IsZero() {
		text += ", acknowledged"
	}
	if !m.Until.IsZero() {
		held := "muted"
		if m.Wider {
			held = "silenced"
		}
		text += ", " + held + " until " + m.Until.UTC().Format("2006-01-02 15:04") + " by " + card.Plain(cmp.Or(m.By, "nobody named"))
	}
	return text
}

// incidentsShow shows one incident and its history.
type incidentsShow struct {
	onBus
	incident *string
	asJSON   *bool
}

func addIncidentsShow(app *kingpin.Application) (string, command) {
	c := incidents(app).Command("show", `Show an incident: how it stands, its reports, what changed when and why, and who did what about it.
	faultline incidents show 1f0c2a
	faultline incidents show https://example.org/news/1 --json`)
	return c.FullCommand(), incidentsShow{
		incident: c.Arg("incident", "Id of the incident, at least six characters that it begins with, or the id or link of one of its reports.").Required().String(),
		asJSON:   c.Flag("json", "Write the incident and its history as JSON.").Bool(),
		onBus:    busFlags(c),
	}
}

// shownIncident is an incident with what became of it.
type shownIncident struct {
	event.Incident
	History []shownChange `json:"history"`
}

// shownChange is one revision of an incident.
type shownChange struct {
	Revision int              `json:"revision"`
	Time     time.Time        `json:"time"`
	Kind     event.ChangeKind `json:"kind"`
	Reasons  []string         `json:"reasons,omitempty"`
}

func (c incidentsShow) run(ctx context.Context, stdio IO) error {
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		found, err := findIncidents(ctx, b, []string{*c.incident})
		if err != nil {
			return err
		}
		shown := shownIncident{Incident: found[0]}
		err = b.Replay(ctx, bus.Incidents, []string{bus.IncidentFilter(shown.ID)}, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
			var in event.Incident
			if event.Decode(d.Data, &in) == nil {
				shown.History = append(shown.History, shownChange{in.Revision, in.Updated, in.Change.Kind, in.Change.Reasons})
			}
			return nil
		})
		if err != nil {
			return err
		}
		if *c.asJSON {
			return writeJSON(stdio.Out, shown)
		}
		mutes, err := alerter.Mutes(ctx, b)
		if err != nil {
			return err
		}
		mute, err := mutes(&shown.Incident)
		if err != nil {
			return err
		}
		lines := plain(shown.tell(mute))
		_, err = fmt.Fprintf(stdio.Out, "%s\n%s\n", stdio.indented(lines[0], ""), stdio.labelled(lines[1:]))
		return err
	})
}

// tell says it in lines.
func (s *shownIncident) tell(mute alerter.Mute) []string {
	const minute = "2006-01-02 15:04"
	lines := []string{
		card.Headline(&s.Incident),
		fmt.Sprintf("incident   %s, %s, %s, score %d", s.ID, state(&s.Incident, mute), s.Severity, s.Score),
		"where      " + card.Place(&s.Incident),
	}
	lines = append(lines, labelled("what", card.What(&s.Incident))...)
	lines = append(lines, "kinds      "+cmp.Or(strings.Join(s.Categories, ", "), s.Category))
	if toll := card.Toll(s.Casualties); toll != "" {
		lines = append(lines, "toll       "+toll)
	}
	lines = append(lines, "support    "+card.Count(max(s.ReportCount, len(s.Reports)), "report")+", "+s.Corroboration.String())
	for i := range s.Reports {
		r := &s.Reports[i]
		lines = append(lines, fmt.Sprintf("report     %s  %s: %q  %s", r.Times.Seen.UTC().Format(minute), card.Source(r), r.Title, r.URL))
		if r.CopyOf == "" {
			lines = append(lines, labelled("", card.Evidence(r))...)
		}
	}
	for _, h := range s.History {
		lines = append(lines, fmt.Sprintf("%-9s  %s  %s", h.Kind, h.Time.UTC().Format(minute), strings.Join(h.Reasons, "; ")))
	}
	return lines
}

// labelled are lines of which the first has a label.
func labelled(label string, texts []string) (lines []string) {
	for _, text := range texts {
		lines, label = append(lines, fmt.Sprintf("%-9s  %s", label, text)), ""
	}
	return lines
}
