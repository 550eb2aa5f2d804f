// Package offer finds what pages and answers say about feeds: those that they
// offer, and links that look like some. It is pure.
package offer

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"faultline/services/fetcher/internal/link"
	"faultline/services/fetcher/internal/source"
)

// Link is something that a page or an answer links to.
type Link struct {
	URL  string // absolute, http or https
	Rels string // relations, separated by spaces
	Type string // media type

	anchored bool // about another document than the one that was answered
}

// Rel reports whether the link has the relation, in lower case.
func (t Link) Rel(name string) bool {
	return slices.Contains(strings.Fields(strings.ToLower(t.Rels)), name)
}

// Feed reports whether the link says that it leads to a feed.
func (t Link) Feed() bool {
	kind, _, _ := strings.Cut(strings.ToLower(t.Type), ";")
	switch strings.TrimSpace(kind) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
		return t.Rel("alternate") || t.Rel("feed") || t.Rel("self")
	case "text/xml", "application/xml", "application/json":
		return t.Rel("alternate") && !t.Rel("stylesheet")
	}
	return t.Rel("feed")
}

const maxLinks = 64 // of Link headers, and of each kind on a page

// Header reads Link headers (RFC 8288, section 3), as far as servers write them.
// Links about another document (anchor) are left out.
func Header(headers []string, base string) (found []Link) {
	for _, header := range headers {
		for header != "" && len(found) < maxLinks {
			_, rest, ok := strings.Cut(header, "<")
			reference, rest, closed := strings.Cut(rest, ">")
			if !ok || !closed {
				break
			}
			var t Link
			t, header = parameters(rest)
			if t.URL = link.Resolve(reference, base); t.URL != "" && !t.anchored {
				found = append(found, t)
			}
		}
	}
	return found
}

// parameters reads those of one link and returns what is behind its comma.
func parameters(s string) (t Link, rest string) {
	for {
		s = strings.TrimLeft(s, " \t;")
		end := strings.IndexAny(s, "=;,")
		switch {
		case end < 0:
			return t, ""
		case s[end] == ',':
			return t, s[end+1:]
		case s[end] == ';':
			s = s[end:]
			continue
		}
		name, value := strings.ToLower(strings.TrimSpace(s[:end])), ""
		value, s = parameter(strings.TrimLeft(s[end+1:], " \t"))
		switch name {
		case "rel":
			t.Rels = cmp.Or(t.Rels, value) // of several the first counts
		case "type":
			t.Type = value
		case "anchor":
			t.anchored = true
		}
	}
}

// parameter is a value, a token or a quoted string, and what is behind it.
func parameter(s string) (value, rest string) {
	if quoted, ok := strings.CutPrefix(s, `"`); ok {
		value, rest, _ = strings.Cut(quoted, `"`)
		return value, rest
	}
	if end := strings.IndexAny(s, ";,"); end >= 0 {
		return strings.TrimSpace(s[:end]), s[end:]
	}
	return strings.TrimSpace(s), ""
}

// Page finds what a web page offers as feeds, and links on it that look like
// feeds.
func Page(body []byte, base string) (offered, likely []string) {
	z := html.NewTokenizer(strings.NewReader(string(body)))
	z.SetMaxBuf(1 << 20)
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return offered, likely
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		name, more := z.TagName()
		tag := string(name)
		if !more || tag != "a" && tag != "link" && tag != "base" {
			continue
		}
		t := attributes(z)
		switch {
		case tag == "base" && t.URL != "":
			if b := link.Resolve(t.URL, base); b != "" {
				base = b
			}
		case tag == "link" && t.Feed():
			offered = Gather(offered, link.Resolve(t.URL, base))
		case tag == "a" && looksLikeFeed(link.Resolve(t.URL, base)):
			likely = Gather(likely, link.Resolve(t.URL, base))
		}
	}
}

// attributes are those of the current tag that say where it leads.
func attributes(z *html.Tokenizer) (t Link) {
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "href":
			t.URL = string(value)
		case "rel":
			t.Rels = string(value)
		case "type":
			t.Type = string(value)
		}
	}
	return t
}

// Gather adds an address unless it is there already or there are many.
func Gather(list []string, address string) []string {
	same := func(other string) bool { return source.Key(other) == source.Key(address) }
	if address == "" || len(list) >= maxLinks || slices.ContainsFunc(list, same) {
		return list
	}
	return append(list, address)
}

// looksLikeFeed judges an address by its words.
func looksLikeFeed(address string) bool {
	u, err := url.Parse(address)
	if err != nil || strings.Contains(strings.ToLower(u.Path), "sitemap") {
		return false
	}
	words := regexp.MustCompile(`(?i)(^|[^a-z])(rss2?|atom|feeds?|rdf)([^a-z]|$)|\.(rss|atom|rdf|xml)$`)
	return words.MatchString(u.Path) || words.MatchString(u.RawQuery)
}
