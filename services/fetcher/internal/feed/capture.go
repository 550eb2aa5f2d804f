package feed

import (
	"strings"

	"faultline/services/fetcher/internal/markup"
)

// capture reads the content of a leaf up to its end tag, or to where it must have
// ended. Character data is decoded and tags within are kept, unless the content is
// taken verbatim. What is one piece is left as it is written, and escaped says so: of
// most texts nothing is needed.
func (r *reader) capture(t markup.Token, f field, verbatim bool) (body string, escaped bool) {
	if t.Empty {
		return "", false
	}
	c := capture{f: f, name: t.Name, start: t.Stop, verbatim: verbatim}
	for {
		n := r.Next()
		if n.Kind == markup.End || r.ends(&c, n) {
			return c.text(r.src, n.Start), c.escaped
		}
		c.add(r.src, n)
	}
}

// capture is a leaf being read.
type capture struct {
	f        field
	name     string
	start    int
	depth    int // of elements of the same name within
	verbatim bool
	first    string
	escaped  bool            // first is not decoded yet
	more     strings.Builder // used from the second piece on
	pieces   int
}

// add takes a token of the content.
func (c *capture) add(src string, t markup.Token) {
	if c.verbatim {
		return
	}
	piece := src[t.Start:t.Stop]
	escaped := t.Kind == markup.Text && !t.CDATA
	if t.Kind == markup.Text {
		piece = t.Text
	}
	if c.pieces++; c.pieces == 1 {
		c.first, c.escaped = piece, escaped
		return
	}
	if c.pieces == 2 {
		c.more.WriteString(decoded(c.first, c.escaped))
		c.escaped = false
	}
	c.more.WriteString(decoded(piece, escaped))
}

// decoded is text whose references are resolved, if it has any.
func decoded(text string, escaped bool) string {
	if escaped {
		return markup.Unescape(text)
	}
	return text
}

func (c *capture) text(src string, end int) string {
	switch {
	case c.verbatim:
		return src[c.start:end]
	case c.pieces > 1:
		return c.more.String()
	}
	return c.first
}

// ends reports that a token ends the leaf. One that belongs to what follows is
// given back.
func (r *reader) ends(c *capture, t markup.Token) bool {
	switch {
	case t.Kind == markup.Text:
		return false
	case strings.EqualFold(t.Name, c.name):
		switch {
		case t.Kind == markup.Close && c.depth == 0:
			return true
		case t.Kind == markup.Close:
			c.depth--
		case !t.Empty && c.f.text():
			c.depth++
		case !t.Empty: // a second title: the first was not closed
			r.Seek(t.Start)
			return true
		}
		return false
	case t.Kind == markup.Close && r.isOpen(t.Name), t.Kind == markup.Open && breaks(c.f, r.field(t.Name), t.Name):
		r.Seek(t.Start)
		return true
	}
	return false
}

// isOpen reports that a container of that name is open, so that its end tag ends
// all within.
func (r *reader) isOpen(name string) bool {
	for i := len(r.frames) - 1; i >= 0; i-- {
		if r.frames[i].field != unknown && strings.EqualFold(r.frames[i].name, name) {
			return true
		}
	}
	return false
}

// breaks reports that an element of meaning g cannot stand within a leaf of
// meaning f, which therefore was not closed.
func breaks(f, g field, name string) bool {
	switch g {
	case unknown, html, hours, skipDs, group, rdf, hour, day:
		return false
	case item, channel, rss, atom, guid, ttl, origLink:
		return true
	}
	if f.text() || f == author {
		// HTML has a title, a link and a summary of its own.
		return g.date() && g < otherDate || strings.EqualFold(name, "description") || strings.HasPrefix(name, "content:")
	}
	return g.leaf() && !isXHTML(name)
}
