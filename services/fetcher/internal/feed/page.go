package feed

import (
	"strings"

	"faultline/services/fetcher/internal/link"
	"faultline/services/fetcher/internal/markup"
)

// pageHead bounds how far a page is searched for the feed it offers.
const pageHead = 256 << 10

// page reports a web page that does without the html element.
func page(src string) bool {
	head := strings.ToLower(src[:min(len(src), 1024)])
	return strings.Contains(head, "<!doctype html") || strings.Contains(head, "<meta ") || strings.Contains(head, "<script")
}

// pageError tells that the answer is a web page, and which feed the page offers.
func pageError(src, base string) *Error {
	e := &Error{Class: ClassNotAFeed, Message: "the answer is a web page", Remedy: "look at the address in a browser: it may ask to log in or have moved"}
	if e.Feed = alternate(src[:min(len(src), pageHead)], base); e.Feed != "" {
		e.Remedy = "the page offers a feed: " + e.Feed
	}
	return e
}

// alternate is the address of the first feed that a page links to.
func alternate(src, base string) string {
	z := markup.New(src, DefaultLimits().Attributes)
	for {
		t := z.Next()
		switch {
		case t.Kind == markup.End:
			return ""
		case t.Kind != markup.Open:
		case strings.EqualFold(t.Name, "base"):
			if b := link.Resolve(t.Attr("href"), base); b != "" {
				base = b
			}
		case strings.EqualFold(t.Name, "link") && strings.Contains(strings.ToLower(t.Attr("rel")), "alternate"):
			switch strings.ToLower(t.Attr("type")) {
			case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/xml", "application/xml":
				if u := link.Resolve(t.Attr("href"), base); u != "" {
					return u
				}
			}
		}
	}
}
