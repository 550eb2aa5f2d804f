package faultline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"golang.org/x/net/publicsuffix"

	"faultline/pkg/config"
	"faultline/services/fetcher"
)

// feedsAdd writes one more feed into the configuration.
type feedsAdd struct {
	editing
	feed     *fetcher.Listed
	min, max *time.Duration
	file     *string
	unasked  *bool
}

func addFeedsAdd(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("add", `Check a feed and write it into the configuration. A running process watches it within seconds.
	faultline feeds add https://www.example.org/rss.xml --config conf --id example --country KG --reliability B`)
	a := feedsAdd{feed: &fetcher.Listed{}}
	f := &a.feed.Feed
	c.Arg("url", "Address of the feed.").Required().StringVar(&f.URL)
	c.Flag("id", "Its name in metrics and streams: letters, digits, - and _. The default is made of the host's name.").StringVar(&f.ID)
	c.Flag("title", "The outlet's name; the default is as the feed says.").StringVar(&f.Title)
	c.Flag("country", "Where the outlet is, ISO 3166-1: KG.").PlaceHolder("CODE").StringVar(&f.Country)
	c.Flag("language", "Language of its items: ru.").PlaceHolder("TAG").StringVar(&f.Language)
	c.Flag("reliability", "Admiralty code of the source, A to F.").PlaceHolder("LETTER").StringVar(&f.Reliability)
	c.Flag("owner", "Who controls the outlet: reports of one owner are not independent.").StringVar(&f.Owner)
	c.Flag("tag", "A tag. May be repeated.").StringsVar(&f.Tags)
	c.Flag("allow-private", "The address may be a private one.").BoolVar(&f.AllowPrivate)
	c.Flag("allow-downgrade", "It may redirect from https to http.").BoolVar(&f.AllowDowngrade)
	a.min = c.Flag("min", "Shortest time between two polls.").Default("30s").Duration()
	a.max = c.Flag("max", "Longest time between two polls.").Default("15m").Duration()
	a.file = c.Flag("file", "File to write, within the configuration: feeds.yaml or feeds/NAME.yaml. The default is feeds.yaml, or feeds/desk.yaml when that is the shipped one.").PlaceHolder("NAME").String()
	a.unasked = c.Flag("no-check", "Do not ask the feed first.").Bool()
	a.editing = newEditing(c)
	return c.FullCommand(), a
}

func (c feedsAdd) run(ctx context.Context, stdio IO) error {
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	begin, err := c.sheets(dir)
	if err != nil {
		return err
	}
	name, err := c.target(dir)
	if err != nil {
		return err
	}
	configured, err := fetcher.ListFeeds(dir)
	if err != nil {
		return err
	}
	if err := c.complete(configured); err != nil {
		return err
	}
	if _, err := begin.add(name, c.feed); err != nil {
		return err
	}
	if _, err := begin.check(); err != nil { // before the feed is asked
		return unplaced(err, begin.new[name].Path)
	}
	if !*c.unasked {
		if err := c.ask(ctx, stdio, dir, configured); err != nil {
			return err
		}
	}
	s, err := c.sheets(dir)
	if err != nil {
		return err
	}
	added, err := s.add(name, c.feed)
	if err != nil {
		return err
	}
	if err := s.end(stdio); err != nil || *c.dryRun {
		return err
	}
	_, err = io.WriteString(stdio.Out, added)
	return err
}

// target is the file to write.
func (c feedsAdd) target(dir *config.Dir) (string, error) {
	name := *c.file
	if name == "" {
		if f, err := dir.Read("feeds.yaml"); err == nil && f.Shipped {
			return "feeds/desk.yaml", nil
		}
		return "feeds.yaml", nil
	}
	if name != "feeds.yaml" && (!strings.HasPrefix(name, "feeds/") || path.Ext(name) != ".yaml" || path.Clean(name) != name || strings.Contains(name, `\`)) {
		return "", asUsage(fmt.Errorf("--file %s would not be read; write feeds.yaml or feeds/NAME.yaml", name))
	}
	return name, nil
}

// unplaced are the faults of a feed that is to be added to the file of path: the
// lines on which they would be are not there yet.
func unplaced(err error, path string) error {
	var faults config.Errors
	if !errors.As(err, &faults) {
		return err
	}
	for i, f := range faults {
		if f.Path == path {
			faults[i] = &config.Error{Path: "the new feed", Message: f.Message, Remedy: f.Remedy}
		}
	}
	return faults
}

// complete fills in what the command line leaves open.
func (c feedsAdd) complete(configured []fetcher.Listed) error {
	c.feed.Poll = fetcher.Poll{Min: *c.min, Max: *c.max}
	for i := range configured {
		switch f := &configured[i]; {
		case fetcher.SameAddress(f.URL, c.feed.URL):
			return asUsage(fmt.Errorf("the feed %s at %s has this address already", f.ID, at(f)))
		case f.ID == c.feed.ID:
			return asUsage(fmt.Errorf("the feed at %s has the id %s already; give another one as --id", at(f), f.ID))
		}
	}
	if c.feed.ID == "" {
		taken := func(f fetcher.Listed) bool { return f.ID == fetcher.SuggestID(c.feed.URL) }
		if c.feed.ID = fetcher.SuggestID(c.feed.URL); slices.ContainsFunc(configured, taken) {
			c.feed.ID = fetcher.DeriveID(c.feed.URL)
		}
	}
	return nil
}

// watcher is the feed of the configuration that watches what a fetch led to, nil
// when none does.
func watcher(configured []fetcher.Listed, r *fetcher.Probe) *fetcher.Listed {
	for i := range configured {
		if leads(r, configured[i].URL) {
			return &configured[i]
		}
	}
	return nil
}

// leads reports whether a fetch began at an address, or was led there.
func leads(r *fetcher.Probe, to string) bool {
	return to != "" && slices.ContainsFunc([]string{r.URL, r.FinalURL, r.MovedTo}, func(at string) bool { return at != "" && fetcher.SameAddress(at, to) })
}

// maxAsked is how many feeds of a site are asked where they lead.
const maxAsked = 16

// redirected is the first feed of the configuration whose address leads to where a fetch
// ended, nil when none does. Its neighbours are asked, the others are not.
func redirected(ctx context.Context, desk *fetcher.Desk, configured []fetcher.Listed, r *fetcher.Probe) *fetcher.Listed {
	near := neighbours(configured, r)
	feeds := make([]fetcher.Feed, len(near))
	for i, f := range near {
		feeds[i] = f.Feed
	}
	found := len(near)
	desk.CheckAll(ctx, feeds, 4, func(i int, known fetcher.Probe) {
		if leads(r, known.FinalURL) || leads(r, known.MovedTo) {
			found = min(found, i)
		}
	})
	if found == len(near) {
		return nil
	}
	return near[found]
}

// neighbours are the feeds of the site at which a fetch began or ended, in the order of
// the configuration. Of more than maxAsked those of the very same host are taken first.
func neighbours(configured []fetcher.Listed, r *fetcher.Probe) (near []*fetcher.Listed) {
	var indices []int
	for _, part := range []func(string) string{host, site} {
		for i := range configured {
			f := &configured[i]
			same := part(f.URL) == part(r.URL) || part(f.URL) == part(r.FinalURL)
			if same && !f.Disabled && !slices.Contains(indices, i) && len(indices) < maxAsked {
				indices = append(indices, i)
			}
		}
	}
	slices.Sort(indices)
	for _, i := range indices {
		near = append(near, &configured[i])
	}
	return near
}

// host is the name of an address's host.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// site is the part of the name of an address's host that somebody registered: all its
// hosts are likely to be theirs. An IP address or a name of one label is a site by itself.
func site(address string) string {
	name := host(address)
	if registered, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return registered
	}
	return name
}

// ask refuses a feed that cannot be read, and one that another one watches, whichever
// of the two is led to the other.
func (c feedsAdd) ask(ctx context.Context, stdio IO, dir *config.Dir, configured []fetcher.Listed) error {
	desk, err := newDesk(dir)
	if err != nil {
		return err
	}
	defer desk.Close()
	r := desk.Check(ctx, c.feed.Feed)
	if r.OK {
		if f := watcher(configured, &r); f != nil {
			return asUsage(fmt.Errorf("the address leads to %s, which the feed %s at %s watches already; --no-check adds it all the same", r.FinalURL, f.ID, at(f)))
		}
		if f := redirected(ctx, desk, configured, &r); f != nil {
			return asUsage(fmt.Errorf("the feed %s at %s leads to this address already; faultline feeds check %[1]s shows where, --no-check adds it all the same", f.ID, at(f)))
		}
		c.feed.Verified = time.Now().UTC()
		return nil
	}
	reword(&r, c.feed)
	if _, err := io.WriteString(stdio.Err, probeText(&r)); err != nil {
		return err
	}
	return errors.New("the feed is not added; --no-check adds it all the same, and faultline feeds discover looks for others")
}

// feedsRemove takes a feed out of the configuration.
type feedsRemove struct {
	editing
	id *string
}

func addFeedsRemove(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("remove", `Take a feed out of the configuration. What is known of its items is kept for a month, should it come back.
	faultline feeds remove example --config conf --dry-run`)
	return c.FullCommand(), feedsRemove{id: c.Arg("feed", "Id or address of the feed.").Required().HintAction(hint(feedIDs)).String(), editing: newEditing(c)}
}

func (c feedsRemove) run(_ context.Context, stdio IO) error {
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	s, err := c.sheets(dir)
	if err != nil {
		return err
	}
	configured, err := fetcher.ListFeeds(dir)
	if err != nil {
		return err
	}
	feed, err := findFeed(configured, *c.id)
	if err != nil {
		return err
	}
	if err := s.remove(feed); err != nil {
		return err
	}
	if err := s.end(stdio); err != nil || *c.dryRun {
		return err
	}
	_, err = fmt.Fprintf(stdio.Out, "removed %s from %s\n", feed.ID, at(feed))
	return err
}
