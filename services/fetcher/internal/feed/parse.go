package feed

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"

	"faultline/services/fetcher/internal/charset"
	"faultline/services/fetcher/internal/link"
	"faultline/services/fetcher/internal/markup"
)

// Parse reads a body, already decompressed. Every error is an *Error. It does not
// keep the body, and what it returns does not either. What it panics at is malformed, and the feed one that
// fails like others: as a fault of ours its outlet would be asked every half minute for ever.
func Parse(body []byte, h Hints) (d *Document, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, &Error{
				Class: ClassMalformed, Message: fmt.Sprintf("reading the document came to a panic: %v, at %s", p, place(debug.Stack())),
				Remedy: "this is a mistake in Faultline: report it with the document, which faultline feeds parse FILE reads as well",
			}
		}
	}()
	return parseBody(body, h)
}

// place is where in our own code a panic arose, as far as a stack tells.
func place(stack []byte) string {
	_, below, _ := strings.Cut(string(stack), "panic(")
	for line := range strings.Lines(below) {
		if file, ok := strings.CutPrefix(line, "\t"); ok && !strings.Contains(file, "runtime/") {
			at, _, _ := strings.Cut(filepath.Base(strings.TrimSpace(file)), " ")
			return at
		}
	}
	return "an unknown place"
}

func parseBody(body []byte, h Hints) (*Document, error) {
	h.Limits = h.Limits.or(DefaultLimits())
	if len(body) > h.Limits.Bytes {
		return nil, &Error{
			Class: ClassTooLarge, Message: fmt.Sprintf("the document has %d bytes, %d are allowed", len(body), h.Limits.Bytes),
		}
	}
	text := charset.Decode(body, h.ContentType)
	src := strings.TrimSpace(string(markup.Scrub(text.Body)))
	if src == "" {
		return nil, &Error{Class: ClassEmpty, Message: "the answer has no content", Remedy: "look whether the feed has moved"}
	}
	d, err := parse(src, h)
	if err != nil {
		return nil, err
	}
	for _, w := range text.Warnings {
		d.Warnings = append(d.Warnings, "charset: "+w)
	}
	if d.Empty() {
		d.Warnings = append(d.Warnings, "empty_feed: the feed is valid and has no items")
	}
	return d, nil
}

func parse(src string, h Hints) (*Document, error) {
	if src[0] == '{' || src[0] == '[' {
		return parseJSON(src, h)
	}
	r := newReader(src, h)
	if err := r.read(); err != nil {
		return nil, r.fault(err)
	}
	if !r.rooted || r.root == rdf && !r.channel && len(r.items) == 0 {
		return nil, r.fault(nil)
	}
	r.consult()
	return r.document(h)
}

// consult takes over what gofeed makes of the document, when it reads it: of its
// head, and of the items that are not known.
func (r *reader) consult() {
	news, src := r.news()
	if g, err := spared(func() (*collector, error) { return r.gofeed(src) }); err == nil {
		r.adopt(g, news, r.root == atom)
	}
}

// spared turns a panic into an error: documents are written by anybody, and gofeed is not ours. What it panics
// at our own reader has read all the same, which would come to nothing at each poll.
func spared(gofeed func() (*collector, error)) (g *collector, err error) {
	defer func() {
		if p := recover(); p != nil {
			g, err = nil, fmt.Errorf("gofeed panicked: %v", p)
		}
	}()
	return gofeed()
}

// news are the numbers of the items that are not known, and the document without
// the others. gofeed takes three times as long as our own reader, and of thirty
// items one is new.
func (r *reader) news() (numbers []int, src string) {
	if r.known == nil || r.dropped > 0 {
		return r.allItems(), r.src
	}
	var rest strings.Builder
	at := 0
	for i := range r.items {
		item := &r.items[i]
		if item.mark == 0 || item.from < at {
			return r.allItems(), r.src // no places, or items within items
		}
		if !r.known(item.mark) {
			numbers = append(numbers, i)
			continue
		}
		rest.WriteString(r.src[at:item.from])
		at = item.to
	}
	rest.WriteString(r.src[at:])
	return numbers, rest.String()
}

func (r *reader) allItems() []int {
	numbers := make([]int, len(r.items))
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

func newReader(src string, h Hints) *reader {
	r := &reader{
		Tokenizer: markup.New(src, h.Limits.Attributes), src: src, limits: h.Limits, known: h.Known,
		names: map[string]field{}, collector: collector{doc: &Document{}},
	}
	r.base = link.Resolve(h.URL, "")
	return r
}

// document is what was read, unless it was cut off before its first item.
func (r *reader) document(h Hints) (*Document, error) {
	r.doc.Partial = !r.closed || r.Cut()
	if r.doc.Partial && len(r.items)+r.dropped == 0 {
		return nil, &Error{
			Class: ClassMalformed, Message: "the feed is cut off before the end of its first item",
			Remedy: "if this lasts, tell the outlet",
		}
	}
	d := r.finish(h)
	if d.Format == "" {
		d.Format = r.format()
	}
	if r.doc.Partial {
		d.Warnings = append(d.Warnings, "partial: the document is cut off, the items before the cut are kept")
	}
	if r.junk {
		d.Warnings = append(d.Warnings, "junk: something stands before the feed and was passed over")
	}
	return d, nil
}

// format is the family of an XML feed.
func (r *reader) format() string {
	switch r.root {
	case rdf:
		return "rdf"
	case atom:
		return "atom"
	}
	return "rss"
}

// fault says why the document is no feed.
func (r *reader) fault(err error) *Error {
	switch {
	case errors.Is(err, errTooDeep):
		return &Error{Class: ClassTooDeep, Message: fmt.Sprintf("elements are nested more than %d deep", r.limits.Depth)}
	case errors.Is(err, markup.ErrAttributes):
		return &Error{Class: ClassTooLarge, Message: fmt.Sprintf("an element has more than %d attributes", r.limits.Attributes)}
	case errors.Is(err, errPage), page(r.src):
		return pageError(r.src, r.base)
	}
	e := &Error{Class: ClassNotAFeed, Message: "the answer is neither RSS nor Atom nor JSON Feed", Remedy: "look at the address in a browser"}
	switch strings.ToLower(r.first) {
	case "":
	case "opml":
		e.Message, e.Remedy = "the document is OPML, a list of feeds", "import it as OPML"
	case "urlset", "sitemapindex":
		e.Message, e.Remedy = "the document is a sitemap", "look for a feed of the same outlet"
	default:
		e.Message = fmt.Sprintf("the document is XML of another kind: its root is <%s>", quote(r.first))
	}
	return e
}

// quote bounds a name that a document made up.
func quote(s string) string { return strings.ToValidUTF8(s[:min(len(s), 40)], "") }
