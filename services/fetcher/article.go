package fetcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/fulltext"
	"faultline/services/fetcher/internal/robots"
	"faultline/services/fetcher/internal/state"
)

const (
	// articleWait is how long the new items of a feed wait for their articles,
	// all together. What is not there by then is published with the feed's text.
	articleWait = 5 * time.Second
	// maxArticles bounds the articles of one round, and maxArticle the bytes of
	// one.
	maxArticles = 20
	maxArticle  = 2 << 20
	// articlesAtOnce is for feeds that link to many hosts: one host gets one
	// request at a time (client.Request.Suspect).
	articlesAtOnce = 4
	// readersAtOnce bounds the memory of all pages that are being taken apart.
	readersAtOnce = 2
)

// The outcomes of an article that are neither a client.Class nor an
// fulltext.Reason.
const (
	articleTaken    = "taken"
	articleSkipped  = "skipped"      // more new items than maxArticles
	articleRepeated = "repeated"     // the text of another item of the feed
	articleRobots   = "robots"       // robots.txt does not allow it
	articleDelayed  = "robots_delay" // robots.txt asks for a longer pause
	articleBusy     = "busy"         // its host had enough requests
)

// read fetches the articles of the changes that can alert. Each change is
// published once, after this: with its article's text when that came in time and
// is one, else with the feed's.
func (r *round) read(ctx context.Context, changes []state.Change) {
	ctx, cancel := context.WithTimeout(ctx, articleWait)
	defer cancel()
	found := make([]*fulltext.Text, len(changes))
	var group errgroup.Group
	group.SetLimit(articlesAtOnce)
	left := maxArticles
	for i, c := range slices.Backward(changes) { // the newest first
		if c.Backlog || c.Entry.URL == "" {
			continue
		}
		if left--; left < 0 {
			r.metrics.articles.WithLabelValues(articleSkipped).Inc()
			continue
		}
		group.Go(func() error {
			text, err := r.pages.article(ctx, r.feed, c.Entry)
			if err == nil {
				found[i] = &text
				return nil
			}
			r.metrics.articles.WithLabelValues(articleOutcome(err)).Inc()
			r.logger.Debug("the item is published without its article", "feed", r.feed.ID, "item", c.ID, "err", err, "remedy", articleRemedy(err))
			return nil
		})
	}
	_ = group.Wait() // no member fails
	r.choose(changes, found)
}

// choose keeps the texts that no other item of the feed has.
func (r *round) choose(changes []state.Change, found []*fulltext.Text) {
	count := map[string]int{}
	hashes := make([]string, len(found))
	for i, text := range found {
		if text != nil {
			hashes[i] = feed.ContentHash("", text.Body)
			count[hashes[i]]++
		}
	}
	r.articles = map[string]fulltext.Text{}
	for i, text := range found {
		switch id := changes[i].ID; {
		case text == nil:
		case count[hashes[i]] > 1 || !r.state.Tell(id, hashes[i]):
			r.metrics.articles.WithLabelValues(articleRepeated).Inc()
		default:
			r.metrics.articles.WithLabelValues(articleTaken).Inc()
			r.articles[id] = *text
		}
	}
}

// pages fetches the pages that items link to, for all feeds.
type pages struct {
	client  *client.Client
	robots  *robots.Cache
	readers *semaphore.Weighted
}

func newPages(c *client.Client, userAgent string) *pages {
	agent := cmp.Or(robots.Token(userAgent), "Faultline")
	return &pages{client: c, robots: robots.New(c, agent), readers: semaphore.NewWeighted(readersAtOnce)}
}

// article is find, for which a page that makes a reader panic is like any other that cannot be read:
// articles are read beside each other, where a panic ends the process, again and again.
func (p *pages) article(ctx context.Context, f Feed, e feed.Entry) (text fulltext.Text, err error) {
	defer func() {
		if why := recover(); why != nil {
			text, err = fulltext.Text{}, &fulltext.Refusal{Reason: fulltext.Unreadable, Cause: fmt.Errorf("a panic: %v", why)}
		}
	}()
	return p.find(ctx, f, e)
}

// find fetches the page that an item of a feed links to and finds its text.
func (p *pages) find(ctx context.Context, f Feed, e feed.Entry) (fulltext.Text, error) {
	u, err := address.Parse(e.URL)
	if err != nil {
		return fulltext.Text{}, &client.Error{Class: client.ClassAddress, Cause: err}
	}
	permit := func(ctx context.Context, at *url.URL) error { return p.robots.Permit(ctx, at, mayBePrivate(f, at)) }
	if err := permit(ctx, u); err != nil {
		return fulltext.Text{}, err
	}
	resp, err := p.client.Fetch(ctx, client.Request{
		URL: e.URL, Accept: "text/html, application/xhtml+xml", MaxBody: maxArticle,
		AllowPrivate: mayBePrivate(f, u), Suspect: true, Wait: true, Permit: permit,
	})
	defer resp.Release()
	if err != nil {
		return fulltext.Text{}, err
	}
	if err := p.readers.Acquire(ctx, 1); err != nil {
		return fulltext.Text{}, err
	}
	defer p.readers.Release(1)
	return fulltext.Extract(
		fulltext.Page{Body: resp.Body, ContentType: resp.ContentType, URL: resp.URL, Robots: resp.Robots},
		fulltext.Item{Title: e.Title, Text: e.Text})
}

// mayBePrivate reports whether an article may be at an address that is not
// public: on the server of a feed that may.
func mayBePrivate(f Feed, u *url.URL) bool {
	if !f.AllowPrivate {
		return false
	}
	own, err := address.Parse(f.URL)
	return err == nil && address.SameServer(own, u)
}

// articleRemedy is what can be done about an article that cannot be had; "" for nothing.
func articleRemedy(err error) string {
	known, ok := errors.AsType[*client.Error](err)
	switch {
	case !ok:
		return ""
	case known.Class == client.ClassBlocked:
		return "its address is not public: allow_private: true of the feed lets pages of the feed's own server be fetched, and no others"
	case known.Class == client.ClassDowngrade:
		return "the page is there by http alone, which is not followed from an https link; the feed's own text is published"
	}
	return known.Class.Remedy()
}

// articleOutcome names what went wrong with an article.
func articleOutcome(err error) string {
	if refusal, ok := errors.AsType[*fulltext.Refusal](err); ok {
		return string(refusal.Reason)
	}
	if _, ok := errors.AsType[*client.Busy](err); ok {
		return articleBusy
	}
	switch {
	case errors.Is(err, robots.ErrDisallowed):
		return articleRobots
	case errors.Is(err, robots.ErrDelayed):
		return articleDelayed
	case errors.Is(err, context.DeadlineExceeded):
		return string(client.ClassTimeout)
	}
	if failure, ok := errors.AsType[*client.Error](err); ok {
		return string(failure.Class)
	}
	return string(client.ClassCanceled)
}
