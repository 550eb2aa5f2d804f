package offer

import (
	"fmt"
	"strings"
	"testing"
)

func TestLinkHeaders(t *testing.T) {
	for header, want := range map[string]string{
		`<https://h.example/>; rel=hub`:                                       "https://h.example/ hub |",
		`</a>; rel="self hub"; type="x/y", <b>; title="a;b,c"; rel=alternate`: "https://s.example/a self hub x/y|https://s.example/d/b alternate |",
		`<c>;;; REL = hub ; crossorigin, <d>`:                                 "https://s.example/d/c hub |https://s.example/d/d  |",
		`<javascript:alert(1)>; rel=hub`:                                      "",
		`<f>; anchor="/other"; rel=hub, <g>; rel="Hub"; rel=self`:             "https://s.example/d/g Hub |",
		`nonsense`:           "",
		`<unclosed; rel=hub`: "",
		`<e>; rel="unclosed`: "https://s.example/d/e unclosed |",
	} {
		var got strings.Builder
		for _, l := range Header([]string{header}, "https://s.example/d/") {
			fmt.Fprintf(&got, "%s %s %s|", l.URL, l.Rels, l.Type)
		}
		if got.String() != want {
			t.Errorf("%s: %q, want %q", header, got.String(), want)
		}
	}
}

func TestLooksLikeFeed(t *testing.T) {
	for address, want := range map[string]bool{
		"https://a.example/rss": true, "https://a.example/RSS2/": true, "https://a.example/x.xml": true, "https://a.example/?feed=atom": true,
		"https://a.example/?format=feed&type=rss": true, "https://a.example/news/feeds/1": true, "https://a.example/rss.php?x": true,
		"https://a.example/feedback": false, "https://a.example/compass": false, "https://a.example/sitemap.xml": false, "": false,
		"https://feeds.example/": false, "https://a.example/anatomy": false,
	} {
		if got := looksLikeFeed(address); got != want {
			t.Errorf("%q: %t", address, got)
		}
	}
}

func FuzzLinks(f *testing.F) {
	f.Add(`</a>; rel="self"; type=x, <b>`, `<link rel=alternate href=x type=application/rss+xml><a href=rss>`)
	f.Fuzz(func(t *testing.T, header, body string) {
		offered, likely := Page([]byte(body), "https://s.example/")
		for _, l := range Header([]string{header}, "https://s.example/") {
			offered = append(offered, l.URL)
		}
		if len(offered)+len(likely) > 3*maxLinks {
			t.Errorf("%d addresses", len(offered)+len(likely))
		}
		for _, a := range append(offered, likely...) {
			if !strings.HasPrefix(a, "http://") && !strings.HasPrefix(a, "https://") {
				t.Errorf("%q leads to %q", body, a)
			}
		}
	})
}
