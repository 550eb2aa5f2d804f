package fetcher

import (
	"context"
	"net/url"
	"strings"

	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/offer"
	"faultline/services/fetcher/internal/source"
)

// Discovery is what was found on a site.
type Discovery struct {
	Site  string  `json:"site"`
	Feeds []Probe `json:"feeds"`
	// Tried is how many addresses were asked besides the site's own.
	Tried int `json:"tried"`
	// Error is why the site itself could not be read; there may be feeds all the
	// same.
	Error *Fault `json:"error,omitempty"`
	// HTTPS is why https was given up for http, when the site was named without
	// either.
	HTTPS *Fault `json:"https_error,omitempty"`
}

// Bounds of a search: a site is asked at most forty-five times, two at once.
const (
	maxOffered = 12
	maxLikely  = 8
	searchers  = 2
)

// paths are where feeds usually are, the likeliest first.
func paths() []string {
	return []string{"feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "?feed=rss2", "rss/", "feeds", "news/rss", "rss/index.xml", "feed.json"}
}

// Discover finds the feeds of a site: the address itself, what its answer or
// its page offers as feeds, links that look like some, and, when these are none,
// the usual addresses. allow permits private addresses on the site's own server.
// A site that is named without a scheme is asked by https, and by http when
// there is no answer.
func (d *Desk) Discover(ctx context.Context, site string, allow bool) Discovery {
	if strings.Contains(site, "://") {
		return d.discover(ctx, site, allow)
	}
	found := d.discover(ctx, "https://"+site, allow)
	if found.Error == nil || found.Tried > 0 || !plainMayHelp(found.Error.Class) {
		return found
	}
	plain := d.discover(ctx, "http://"+site, allow)
	plain.HTTPS = found.Error
	return plain
}

// plainMayHelp reports whether a host that failed in this way by https may answer
// by http.
func plainMayHelp(class string) bool {
	switch client.Class(class) {
	case client.ClassDNS, client.ClassBlocked, client.ClassAddress, client.ClassCanceled:
		return false
	}
	return true
}

func (d *Desk) discover(ctx context.Context, site string, allow bool) Discovery {
	s := &search{desk: d, site: site, allow: allow, seen: map[string]bool{source.Key(site): true}, found: Discovery{Site: address.Redact(site), Feeds: []Probe{}}}
	result, resp := d.ask(ctx, Feed{URL: site, AllowPrivate: allow})
	defer resp.Release()
	if result.OK {
		s.keep(result)
		return s.found
	}
	at := site
	if resp == nil {
		s.found.Error = result.Error
		if result.Status == 0 { // nobody is there, or nobody whom we may ask
			return s.found
		}
	} else {
		if result.Error.Class != string(feed.ClassNotAFeed) {
			s.found.Error = result.Error
		}
		at = resp.URL
		var headed []string
		for _, l := range offer.Header(resp.Links, at) {
			if l.Feed() {
				headed = offer.Gather(headed, l.URL)
			}
		}
		offered, likely := offer.Page(resp.Body, at)
		s.try(ctx, append(headed, offered...), maxOffered)
		s.try(ctx, likely, maxLikely)
	}
	if len(s.found.Feeds) == 0 {
		s.try(ctx, usual(at), 2*len(paths()))
	}
	return s.found
}

// usual are the usual addresses of feeds below the folder of an address and at
// the root of its host.
func usual(at string) (list []string) {
	u, err := url.Parse(at)
	if err != nil {
		return nil
	}
	for _, folder := range []string{strings.TrimSuffix(u.Path, "/") + "/", "/"} {
		for _, path := range paths() {
			if to, err := u.Parse(folder + path); err == nil {
				list = offer.Gather(list, to.String())
			}
		}
	}
	return list
}

// search is a discovery on its way.
type search struct {
	desk  *Desk
	site  string
	allow bool
	seen  map[string]bool // by source.Key
	found Discovery
}

// try asks the first of the addresses that were not asked before.
func (s *search) try(ctx context.Context, addresses []string, most int) {
	var feeds []Feed
	for _, a := range addresses {
		if key := source.Key(a); !s.seen[key] && len(feeds) < most {
			s.seen[key] = true
			feeds = append(feeds, Feed{URL: a, AllowPrivate: s.allow && s.own(a)})
		}
	}
	s.found.Tried += len(feeds)
	results := make([]Probe, len(feeds))
	s.desk.CheckAll(ctx, feeds, searchers, func(i int, r Probe) { results[i] = r })
	for _, r := range results {
		if r.OK {
			s.keep(r)
		}
	}
}

// own reports whether an address is on the site's own server: what a page links
// to elsewhere must not be reached by the leave that was given for it.
func (s *search) own(other string) bool {
	a, errA := url.Parse(s.site)
	b, errB := url.Parse(other)
	return errA == nil && errB == nil && address.SameServer(a, b)
}

// keep takes a feed that was found, unless another address led to it.
func (s *search) keep(r Probe) {
	for i := range s.found.Feeds {
		if f := &s.found.Feeds[i]; source.Key(f.at()) == source.Key(r.at()) {
			return
		}
	}
	r.Publish = nil // the feeds are to be chosen from, not read
	s.found.Feeds = append(s.found.Feeds, r)
}

// at is where the document came from.
func (r *Probe) at() string {
	if r.FinalURL != "" {
		return r.FinalURL
	}
	return r.URL
}
