package faultline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/services/faultline/internal/card"
	"faultline/services/fetcher"
)

// feedsDiscover finds the feeds of a site.
type feedsDiscover struct {
	config, site    *string
	private, asJSON *bool
}

func addFeedsDiscover(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("discover", `Find the feeds of a site: what its page offers, links that look like feeds, and the usual addresses; forty-five requests at most. Exits with 1 when there is none.
	faultline feeds discover example.org
	faultline feeds discover https://www.example.org/world/ --config conf`)
	return c.FullCommand(), feedsDiscover{
		site:    c.Arg("url", "Address of the site, or of one of its pages. Without http:// or https:// the second is tried first.").Required().String(),
		config:  configFlag(c),
		private: c.Flag("allow-private", "The site's own address may be a private one.").Bool(),
		asJSON:  c.Flag("json", "Write what was found as JSON.").Bool(),
	}
}

func (c feedsDiscover) run(ctx context.Context, stdio IO) error {
	stdio.tellShipped(*c.config)
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	desk, err := newDesk(dir)
	if err != nil {
		return err
	}
	defer desk.Close()
	configured, err := fetcher.ListFeeds(dir)
	if err != nil {
		return err
	}
	found := desk.Discover(ctx, *c.site, *c.private)
	if ctx.Err() != nil {
		return errors.New("stopped before the end")
	}
	if *c.asJSON {
		err = writeJSON(stdio.Out, found)
	} else {
		_, err = io.WriteString(stdio.Out, c.text(&found, configured))
	}
	if err == nil && len(found.Feeds) == 0 {
		return errSaid
	}
	return err
}

// text is what was found, with the command that adds each feed: as it is printed
// it can be typed.
func (c feedsDiscover) text(d *fetcher.Discovery, configured []fetcher.Listed) string {
	var b strings.Builder
	if e := d.HTTPS; e != nil {
		fmt.Fprintf(&b, "https does not answer (%s: %s); asked %s instead\n", e.Class, card.Plain(e.Message), card.Plain(d.Site))
	}
	if e := d.Error; e != nil {
		r := fetcher.Probe{Private: *c.private, Error: e}
		reword(&r, &fetcher.Listed{})
		fmt.Fprintf(&b, "the site cannot be read: %s: %s; %s\n", e.Class, card.Plain(e.Message), e.Remedy)
	}
	dir := cmp.Or(*c.config, "conf")
	if _, err := os.Stat(dir); err != nil && len(d.Feeds) > 0 {
		fmt.Fprintf(&b, "there is no configuration to add feeds to; this writes one:\n  faultline init %s\n", shellWord(dir))
	}
	for i := range d.Feeds {
		r := &d.Feeds[i]
		fmt.Fprintf(&b, "%s\n  %s, %s, the newest of %s, language %s\n", card.Plain(r.URL), dash(card.Plain(r.Title)), counted(r.Items, "item"), moment(r.Newest), dash(r.Language))
		if f := watcher(configured, r); f != nil {
			fmt.Fprintf(&b, "  watched already as %s at %s\n", f.ID, at(f))
		} else {
			fmt.Fprintf(&b, "  %s\n", addition(r, dir))
		}
	}
	if len(d.Feeds) == 0 {
		fmt.Fprintf(&b, "no feed was found at %s%s\n", card.Plain(d.Site), tried(d.Tried))
	}
	return b.String()
}

// tried says how many addresses were asked besides the site's own.
func tried(n int) string {
	switch n {
	case 0:
		return ", and nothing else was tried"
	case 1:
		return "; 1 more address was tried"
	}
	return fmt.Sprintf("; %d more addresses were tried", n)
}

// addition is the command that adds a feed to a configuration.
func addition(r *fetcher.Probe, dir string) string {
	line := "faultline feeds add " + shellWord(cmp.Or(r.MovedTo, r.URL)) + " --config " + shellWord(dir)
	if r.Private {
		line += " --allow-private"
	}
	return line
}

// shellWord is a text as one word of a shell's command line.
func shellWord(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,", r)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
