package faultline

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/faultline/internal/card"
	"faultline/services/fetcher"
)

// feedsList shows what is watched, and how it is when a running process can be
// asked.
type feedsList struct {
	onBus
	countries, tags *[]string
	asJSON          *bool
}

func addFeedsList(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("list", `Show the configured feeds and where each stands; with a process that runs on --data, or nats.url, also how each is.
	faultline feeds list --country KG
	faultline feeds list --tag state --json | jq .url`)
	return c.FullCommand(), feedsList{
		countries: c.Flag("country", "Only feeds of this country (ISO 3166-1: KG). May be repeated.").PlaceHolder("CODE").Strings(),
		tags:      c.Flag("tag", "Only feeds with this tag. May be repeated: then with one of them.").Strings(),
		asJSON:    c.Flag("json", "Write JSON lines, a feed each, with the settings that hold for it; of secrets only the names.").Bool(),
		onBus:     busFlags(c),
	}
}

// listedFeed is a feed as it is listed, with all that holds for it, whether it says so
// itself or has it from defaults. Of secrets it has the names.
type listedFeed struct {
	ID             string          `json:"id"`
	URL            string          `json:"url"`
	Title          string          `json:"title,omitempty"`
	Country        string          `json:"country,omitempty"`
	Language       string          `json:"language,omitempty"`
	Reliability    string          `json:"reliability,omitempty"`
	Owner          string          `json:"owner,omitempty"`
	Tags           []string        `json:"tags,omitempty"`
	Poll           listedPoll      `json:"poll"`
	FullText       bool            `json:"full_text"`
	AllowPrivate   bool            `json:"allow_private"`
	AllowDowngrade bool            `json:"allow_downgrade"`
	Headers        []string        `json:"headers,omitempty"` // the names alone
	Username       string          `json:"username,omitempty"`
	Disabled       bool            `json:"disabled"`
	Exercise       bool            `json:"exercise"`
	Verified       string          `json:"verified,omitempty"` // a day; absent when nobody saw the address work
	At             string          `json:"at"`                 // file:line
	Health         *fetcher.Health `json:"health,omitempty"`
}

type listedPoll struct {
	Min config.Duration `json:"min"`
	Max config.Duration `json:"max"`
}

func newListedFeed(f *fetcher.Listed) listedFeed {
	l := listedFeed{
		ID: f.ID, URL: f.URL, Title: f.Title, Country: f.Country, Language: f.Language, Reliability: f.Reliability, Owner: f.Owner, Tags: f.Tags,
		Poll: listedPoll{config.Duration(f.Poll.Min), config.Duration(f.Poll.Max)}, FullText: f.FullText, AllowPrivate: f.AllowPrivate, AllowDowngrade: f.AllowDowngrade,
		Headers: slices.Sorted(maps.Keys(f.Headers)), Username: f.Username, Disabled: f.Disabled, Exercise: f.Exercise, At: at(f),
	}
	if !f.Verified.IsZero() {
		l.Verified = f.Verified.Format(time.DateOnly)
	}
	return l
}

// at is where a feed stands.
func at(f *fetcher.Listed) string { return fmt.Sprintf("%s:%d", f.File.Path, f.Line) }

func (c feedsList) run(ctx context.Context, stdio IO) error {
	stdio.tellShipped(*c.config)
	all, err := openFeeds(*c.config)
	if err != nil {
		return err
	}
	if all, err = c.choose(all); err != nil {
		return err
	}
	health, err := c.health(ctx, stdio, all)
	if err != nil {
		return err
	}
	list := make([]listedFeed, len(all))
	for i := range all {
		list[i] = newListedFeed(&all[i])
		if h, ok := health[all[i].ID]; ok {
			list[i].Health = &h
		}
	}
	if *c.asJSON {
		return jsonLines(stdio.Out, list)
	}
	return feedTable(stdio, list, health != nil)
}

// choose are the feeds that the flags ask for, at least one unless there is none
// at all.
func (c feedsList) choose(all []fetcher.Listed) (chosen []fetcher.Listed, err error) {
	var countries, tags []string
	for i := range all {
		if c.wanted(&all[i]) {
			chosen = append(chosen, all[i])
		}
		countries, tags = append(countries, all[i].Country), append(tags, all[i].Tags...)
	}
	if len(chosen) == 0 && len(all) > 0 {
		return nil, fmt.Errorf("no feed matches; there are feeds of the countries %s, and with the tags %s", named(countries), named(tags))
	}
	return chosen, nil
}

// named names each of the words once.
func named(words []string) string {
	slices.Sort(words)
	words = slices.DeleteFunc(slices.Compact(words), func(s string) bool { return s == "" })
	return cmp.Or(strings.Join(words, ", "), "(none)")
}

func (c feedsList) wanted(f *fetcher.Listed) bool {
	if len(*c.countries) > 0 && !slices.ContainsFunc(*c.countries, func(s string) bool { return strings.EqualFold(s, f.Country) }) {
		return false
	}
	return len(*c.tags) == 0 || slices.ContainsFunc(*c.tags, func(tag string) bool { return slices.Contains(f.Tags, tag) })
}

// health asks the running process, if there is one. The list is worth having
// without it.
func (c feedsList) health(ctx context.Context, stdio IO, all []fetcher.Listed) (known map[string]fetcher.Health, err error) {
	process, err := openProcess("faultline", service.Flags{Config: *c.config}, stdio)
	if err != nil || !c.runs(process.Settings.NATS) {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	silent := stdio // the one word below is enough
	silent.Err = io.Discard
	err = c.do(ctx, silent, func(ctx context.Context, b *bus.Bus) error {
		known, err = fetcher.ReadHealth(ctx, b, all)
		return err
	})
	if err != nil {
		_, err = fmt.Fprintf(stdio.Err, "faultline: the health of the feeds is left out: %v\n", err)
	}
	return known, err
}

// jsonLines writes values as a line each.
func jsonLines[T any](w io.Writer, values []T) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for i := range values {
		if err := encoder.Encode(&values[i]); err != nil {
			return fmt.Errorf("writing JSON: %w", err)
		}
	}
	return nil
}

// feedTable is the list for people.
func feedTable(stdio IO, list []listedFeed, health bool) error {
	names := []string{"ID", "COUNTRY", "LANGUAGE", "RELIABILITY", "OWNER", "POLL", "VERIFIED", "DEFINED AT"}
	if health {
		names = append(names, "HEALTH", "LAST SUCCESS", "NEXT POLL")
	}
	rows := make([][]string, len(list))
	for i := range list {
		f := &list[i]
		rows[i] = []string{f.ID, dash(f.Country), dash(f.Language), dash(f.Reliability), dash(card.Plain(f.Owner)),
			fmt.Sprintf("%s to %s", f.Poll.Min, f.Poll.Max), f.verified(), f.At}
		if health {
			rows[i] = append(rows[i], f.health()...)
		}
	}
	return stdio.table(4, names, rows)
}

func (f *listedFeed) verified() string {
	if f.Disabled {
		return "disabled"
	}
	return cmp.Or(f.Verified, "no")
}

// health is the last three columns.
func (f *listedFeed) health() []string {
	h := f.Health
	if h == nil {
		return []string{"never asked", "-", "-"}
	}
	state := h.State
	switch {
	case h.Class != "" && h.State == "ok": // once is not yet an alarm
		state = fmt.Sprintf("last poll failed: %s, %d in a row", h.Class, h.Failures)
	case h.Class != "":
		state = fmt.Sprintf("%s: %s, %d in a row", state, h.Class, h.Failures)
	}
	if h.MovedTo != "" {
		state += ", moved to " + card.Plain(h.MovedTo)
	}
	return []string{state, moment(h.Success), moment(h.Next)}
}

// moment is a time for a table.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

func dash(s string) string { return cmp.Or(s, "-") }
