package fetcher

import (
	"fmt"
	"strings"
	"testing"
)

func TestDiscover(t *testing.T) {
	text := recentDocument()
	for name, c := range map[string]struct {
		answers map[string]string
		headers []string
		want    string // paths of the feeds
		asked   int    // requests at most
	}{
		"the address itself": {map[string]string{"/": text}, nil, "/", 1},
		"offered by the page": {map[string]string{
			"/":          `<html><head><base href="/x/"><link rel="stylesheet" type="text/css" href="a.css"><link rel=alternate type="application/rss+xml" href="one.xml"><LINK REL="alternate" TYPE="application/atom+xml;charset=utf-8" HREF="/two?a=1&amp;b=2"><link rel="alternate" hreflang="ru" href="/ru">`,
			"/x/one.xml": text, "/two?a=1&b=2": text,
		}, nil, "/x/one.xml /two?a=1&b=2", 3},
		"by a Link header":              {map[string]string{"/": "<html>", "/feed1": text}, []string{"Link", `</feed1>; rel="alternate"; type="application/rss+xml"; title="a, b"`}, "/feed1", 2},
		"by links that look like feeds": {map[string]string{"/": `<html><a href="/about">x</a> <a class=x href='/rss/all'>RSS</a><a href="/sitemap.xml">`, "/rss/all": text}, nil, "/rss/all", 2},
		"at a usual address":            {map[string]string{"/": "<html>", "/rss.xml": text}, nil, "/rss.xml", 14},
		"below a folder":                {map[string]string{"/ru": "<html>", "/ru/feed/": text}, nil, "/ru/feed/", 30},
		"behind a missing page":         {map[string]string{"/?feed=rss2": text}, nil, "/?feed=rss2", 14},
		"once, under two addresses":     {map[string]string{"/": `<html><link rel=alternate type=application/rss+xml href=/a><link rel=alternate type=application/rss+xml href=/b>`, "/a": "302 /b", "/b": text}, nil, "/a", 4},
		"none":                          {map[string]string{"/": "<html>"}, nil, "", 14},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveSite(t, c.answers, c.headers...)
			path := "/"
			if _, ok := c.answers["/ru"]; ok {
				path = "/ru"
			}
			d := openDesk(t).Discover(t.Context(), s.URL+path, true)
			var got []string
			for _, f := range d.Feeds {
				got = append(got, strings.TrimPrefix(f.URL, s.URL))
				if f.Items != 3 || f.Publish != nil {
					t.Errorf("got %+v", f)
				}
			}
			if strings.Join(got, " ") != c.want || len(s.asked) > c.asked {
				t.Errorf("found %q, asked %q", got, s.asked)
			}
		})
	}
}

// A search is bounded, whatever a page holds, and ends when nobody is there.
func TestDiscoverIsBounded(t *testing.T) {
	var page strings.Builder
	page.WriteString("<html>")
	for i := range 10_000 {
		fmt.Fprintf(&page, `<link rel=alternate type=application/rss+xml href="/offered/%d"><a href="/rss/%d">`, i, i)
	}
	s := serveSite(t, map[string]string{"/": page.String()})
	d := openDesk(t).Discover(t.Context(), s.URL+"/", true)
	if most := 1 + maxOffered + maxLikely + len(paths()); len(d.Feeds) != 0 || len(s.asked) > most || d.Tried != len(s.asked)-1 {
		t.Errorf("asked %d times, at most %d", len(s.asked), most)
	}
	s.Close()
	if d := openDesk(t).Discover(t.Context(), s.URL, true); d.Error == nil || d.Error.Class != "refused" || d.Tried != 0 {
		t.Errorf("got %+v", d)
	}
}

// The leave for a private address is the site's own: what its page links to on
// another private server is not reached.
func TestDiscoverKeepsToTheSite(t *testing.T) {
	inner := serveSite(t, map[string]string{"/feed": recentDocument()})
	outer := serveSite(t, map[string]string{"/": `<html><link rel=alternate type=application/rss+xml href="` + inner.URL + `/feed">`})
	d := openDesk(t).Discover(t.Context(), outer.URL, true)
	if len(d.Feeds) != 0 || len(inner.asked) != 0 {
		t.Errorf("found %+v, asked %q", d.Feeds, inner.asked)
	}
}
