package faultline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/faultline/internal/card"
	"faultline/services/fetcher"
)

// feedsCheck asks feeds once and tells what they give.
type feedsCheck struct {
	editing
	feeds          *[]string
	all            *bool
	private        *bool
	atOnce         *int
	asJSON         *bool
	mark, fixMoved *bool
}

func addFeedsCheck(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("check", `Ask feeds once, and tell what would be published or what is wrong. Nothing is published. Exits with 1 when one cannot be read.
	faultline feeds check https://www.example.org/rss.xml
	faultline feeds check --all --config conf
	faultline feeds check --all --config conf --mark --fix-moved --dry-run`)
	return c.FullCommand(), feedsCheck{
		feeds:    c.Arg("feed", "Ids of configured feeds, or addresses.").HintAction(hint(feedIDs)).Strings(),
		all:      c.Flag("all", "All configured feeds that are not disabled.").Bool(),
		private:  c.Flag("allow-private", "Addresses of the command line may be private ones.").Bool(),
		atOnce:   c.Flag("concurrency", "How many feeds to ask at once.").Default("16").Int(),
		asJSON:   c.Flag("json", "Write JSON lines: a feed each, the summary last.").Bool(),
		mark:     c.Flag("mark", "Write into the files of the configuration that the addresses that work were verified today.").Bool(),
		fixMoved: c.Flag("fix-moved", "Write the new addresses of feeds that have moved for good into the files; ids stay, so that no item is new.").Bool(),
		editing:  newEditing(c),
	}
}

// newDesk opens the fetcher's client as the configuration has it.
func newDesk(dir *config.Dir) (*fetcher.Desk, error) {
	settings, err := service.ReadSettings(dir, os.Environ())
	if err != nil {
		return nil, asUsage(err)
	}
	return fetcher.NewDesk(settings.Fetcher)
}

func (c feedsCheck) run(ctx context.Context, stdio IO) error {
	stdio.tellShipped(*c.config)
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	configured, err := fetcher.ListFeeds(dir)
	if err != nil {
		return err
	}
	chosen, err := c.choose(configured)
	if err != nil {
		return err
	}
	sheets, err := c.sheets(dir)
	if *c.mark || *c.fixMoved {
		if err = errors.Join(err, unwritable(chosen)); err != nil {
			return err
		}
	}
	desk, err := newDesk(dir)
	if err != nil {
		return err
	}
	defer desk.Close()
	results := c.ask(ctx, stdio, desk, chosen)
	for i := range results {
		reword(&results[i], &chosen[i])
	}
	if err := ctx.Err(); err != nil {
		return errors.New("stopped before the end")
	}
	if err := c.tell(stdio, results); err != nil {
		return err
	}
	if *c.mark || *c.fixMoved {
		err = corrections{configured, chosen, results}.write(stdio, sheets, *c.mark, *c.fixMoved)
	}
	if err == nil && slices.ContainsFunc(results, func(r fetcher.Probe) bool { return !r.OK }) {
		return errSaid
	}
	return err
}

// choose finds the feeds that the command line names.
func (c feedsCheck) choose(configured []fetcher.Listed) (chosen []fetcher.Listed, err error) {
	if *c.all == (len(*c.feeds) > 0) {
		return nil, asUsage(errors.New("give ids of feeds, addresses, or --all"))
	}
	if *c.atOnce < 1 {
		return nil, asUsage(errors.New("--concurrency must be 1 or more"))
	}
	if *c.all {
		return slices.DeleteFunc(slices.Clone(configured), func(f fetcher.Listed) bool { return f.Disabled }), nil
	}
	for _, name := range *c.feeds {
		f, err := findFeed(configured, name)
		switch {
		case err == nil:
			chosen = append(chosen, *f)
		case strings.Contains(name, "://"):
			chosen = append(chosen, fetcher.Listed{Feed: fetcher.Feed{URL: name, AllowPrivate: *c.private}})
		default:
			return nil, err
		}
	}
	return chosen, nil
}

// unwritable says of an address that no configured feed has that nothing can be written of it.
func unwritable(chosen []fetcher.Listed) error {
	for i := range chosen {
		if chosen[i].File.Name == "" {
			return asUsage(fmt.Errorf("no configured feed has the address %s, and --mark and --fix-moved change those alone; faultline feeds add watches an address", fetcher.Redact(chosen[i].URL)))
		}
	}
	return nil
}

// findFeed is the feed of an id or an address.
func findFeed(all []fetcher.Listed, name string) (*fetcher.Listed, error) {
	for i := range all {
		if all[i].ID == name || strings.Contains(name, "://") && fetcher.SameAddress(all[i].URL, name) {
			return &all[i], nil
		}
	}
	return nil, asUsage(fmt.Errorf("no feed %q is configured; faultline feeds list shows the ids, and an address begins with https://", fetcher.Redact(name)))
}

// ask asks all feeds and says on a terminal how far it is.
func (c feedsCheck) ask(ctx context.Context, stdio IO, desk *fetcher.Desk, chosen []fetcher.Listed) []fetcher.Probe {
	asked, results := make([]fetcher.Feed, len(chosen)), make([]fetcher.Probe, len(chosen))
	for i := range chosen {
		asked[i] = chosen[i].Feed
	}
	progress, done, failed := newProgress(stdio), 0, 0
	progress.total = len(chosen)
	desk.CheckAll(ctx, asked, *c.atOnce, func(i int, r fetcher.Probe) {
		results[i] = r
		if done++; !r.OK {
			failed++
		}
		progress.show(done, fmt.Sprintf("%d fail", failed))
	})
	progress.clear()
	return results
}

// reword says in the words of the command line what to do about an address that
// stands there and in no file.
func reword(r *fetcher.Probe, f *fetcher.Listed) {
	switch {
	case r.OK || f.File.Name != "":
	case r.Error.Class == fetcher.FaultBlocked && r.Private:
		r.Error.Remedy = "it redirects to another server, which --allow-private does not permit; give the address that it leads to, if that is yours"
	case r.Error.Class == fetcher.FaultBlocked:
		r.Error.Remedy = "if it is inside your own network, say so with --allow-private"
	case r.Error.Class == fetcher.FaultDowngrade:
		r.Error.Remedy = "it redirects from https to http; look for an address that stays with https, or add it with --allow-downgrade"
	case r.Error.Class == fetcher.FaultAddress:
		r.Error.Remedy = "write an address that begins with http:// or https://; a user name and a password belong into basic_auth of a feed in the configuration"
	}
}

// checked counts the results of a check.
type checked struct {
	Feeds  int            `json:"feeds"`
	OK     int            `json:"ok"`
	Failed int            `json:"failed"`
	Moved  int            `json:"moved"`
	Errors map[string]int `json:"errors"` // by class
}

func countChecked(results []fetcher.Probe) checked {
	n := checked{Feeds: len(results), Errors: map[string]int{}}
	for i := range results {
		r := &results[i]
		if r.OK {
			n.OK++
		} else {
			n.Failed++
			n.Errors[r.Error.Class]++
		}
		if r.MovedTo != "" {
			n.Moved++
		}
	}
	return n
}

func (n checked) String() string {
	said := fmt.Sprintf("%d of %d can be read", n.OK, n.Feeds)
	if n.Failed > 0 {
		said += fmt.Sprintf(", %d cannot (%s)", n.Failed, mostFirst(n.Errors))
	}
	if n.Moved > 0 {
		said += fmt.Sprintf(", %d moved for good", n.Moved)
	}
	return said
}

// tell prints the results: in full when they are few, else as a table.
func (c feedsCheck) tell(stdio IO, results []fetcher.Probe) error {
	if *c.asJSON {
		if err := jsonLines(stdio.Out, results); err != nil {
			return err
		}
		return json.NewEncoder(stdio.Out).Encode(map[string]any{"summary": countChecked(results)})
	}
	if !*c.all {
		for i := range results {
			if _, err := io.WriteString(stdio.Out, probeText(&results[i])); err != nil {
				return err
			}
		}
		return nil
	}
	if remedy, down := fetcher.NetworkDown(results); down {
		said := fmt.Sprintf("none of %s can be reached (%s): the network seems to be down; %s; --json tells of each",
			counted(len(results), "feed"), mostFirst(countChecked(results).Errors), remedy)
		_, err := fmt.Fprintln(stdio.Out, stdio.indented(said, ""))
		return err
	}
	rows := make([][]string, len(results))
	for i := range results {
		r := &results[i]
		result := "ok"
		if !r.OK {
			result = r.Error.Class
		}
		rows[i] = []string{result, r.Feed, dash(r.Format), strconv.Itoa(r.Items), moment(r.Newest), note(r)}
	}
	if err := stdio.table(5, []string{"RESULT", "FEED", "FORMAT", "ITEMS", "NEWEST", "NOTE"}, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(stdio.Out, countChecked(results))
	return err
}

// note is what is worth a word in a table.
func note(r *fetcher.Probe) string {
	var said []string
	switch {
	case !r.OK:
		said = append(said, card.Plain(r.Error.Message)+"; "+r.Error.Remedy)
	case r.Items == 0:
		said = append(said, "it has no items")
	}
	if r.MovedTo != "" {
		said = append(said, "moved to "+card.Plain(r.MovedTo))
	}
	if len(r.Warnings) > 0 {
		said = append(said, fmt.Sprintf("%d warnings", len(r.Warnings)))
	}
	return strings.Join(said, "; ")
}

// shownItems is how many items of a feed are printed.
const shownItems = 5

// probeText is one result in full.
func probeText(r *fetcher.Probe) string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  %-12s %s\n", name, card.Plain(fmt.Sprintf(format, args...)))
	}
	fmt.Fprintln(&b, card.Plain(strings.TrimSpace(r.Feed+" "+r.URL)))
	if !r.OK {
		line("cannot read", "%s: %s", r.Error.Class, r.Error.Message)
		line("what to do", "%s", r.Error.Remedy)
	} else {
		line("ok", "%s, %s, %d bytes in %.1f s", r.Format, counted(r.Items, "item"), r.Bytes, r.Seconds)
		line("title", "%s", dash(r.Title))
		line("language", "%s", dash(r.Language))
	}
	if r.FinalURL != "" {
		line("answered by", "%s", r.FinalURL)
	}
	if r.MovedTo != "" {
		then := "no configured feed has the old address"
		if r.Feed != "" {
			then = "faultline feeds check " + r.Feed + " --fix-moved writes it into the configuration"
		}
		line("moved to", "%s for good; %s", r.MovedTo, then)
	}
	if r.OK {
		line("unchanged by", "%s", cmp.Or(strings.Join(r.Validators, ", "), "none: it is read in full each time"))
		line("push", "%s", dash(strings.Join(r.Push(), ", ")))
		if r.Newest.IsZero() {
			line("dates", "none")
		} else {
			line("dates", "%s to %s", moment(r.Oldest), moment(r.Newest))
		}
	}
	for _, w := range r.Warnings {
		line("warning", "%s", w)
	}
	if len(r.Publish) > 0 {
		b.WriteString(publishText(r))
	}
	return b.String()
}

// publishText is what the first fetch would publish.
func publishText(r *fetcher.Probe) string {
	var b strings.Builder
	old := 0
	for i := range r.Publish {
		if r.Publish[i].Backlog {
			old++
		}
	}
	fmt.Fprintf(&b, "  a first fetch would publish %s, %d of them as backlog that alerts nobody\n", card.Count(len(r.Publish), "item"), old)
	for i := range r.Publish[:min(shownItems, len(r.Publish))] {
		item := &r.Publish[i]
		fmt.Fprintf(&b, "    %s  %s\n", moment(item.Published), card.Plain(item.Title))
	}
	if more := len(r.Publish) - shownItems; more > 0 {
		fmt.Fprintf(&b, "    and %d more; --json shows all\n", more)
	}
	return b.String()
}
