package faultline

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	faultline feeds discover https://www.example.org/`)
	return c.FullCommand(), feedsDiscover{
		site:    c.Arg("url", "Address of the site, or of one of its pages.").Required().String(),
		config:  configFlag(c),
		private: c.Flag("allow-private", "The site's own address may be a private one.").Bool(),
		asJSON:  c.Flag("json", "Write what was found as JSON.").Bool(),
	}
}

func (c feedsDiscover) run(ctx context.Context, stdio IO) error {
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	desk, err := newDesk(dir)
	if err != nil {
		return err
	}
	defer desk.Close()
	site := *c.site
	if !strings.Contains(site, "://") {
		site = "https://" + site
	}
	found := desk.Discover(ctx, site, *c.private)
	if ctx.Err() != nil {
		return errors.New("stopped before the end")
	}
	if *c.asJSON {
		err = writeJSON(stdio.Out, found)
	} else {
		_, err = io.WriteString(stdio.Out, discoveryText(&found))
	}
	if err == nil && len(found.Feeds) == 0 {
		return errSaid
	}
	return err
}

func discoveryText(d *fetcher.Discovery) string {
	var b strings.Builder
	if e := d.Error; e != nil {
		fmt.Fprintf(&b, "the site cannot be read: %s: %s; %s\n", e.Class, card.Plain(e.Message), e.Remedy)
	}
	for i := range d.Feeds {
		r := &d.Feeds[i]
		fmt.Fprintf(&b, "%s\n  %s, %d items, the newest of %s, language %s\n  faultline feeds add %s\n", card.Plain(r.URL),
			dash(card.Plain(r.Title)), r.Items, moment(r.Newest), dash(r.Language), shellWord(r.URL))
	}
	if len(d.Feeds) == 0 {
		fmt.Fprintf(&b, "no feed was found at %s; %d more addresses were tried\n", card.Plain(d.Site), d.Tried)
	}
	return b.String()
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
