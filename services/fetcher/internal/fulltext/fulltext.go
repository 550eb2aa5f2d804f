// Package fulltext finds the text of an article in the web page that an item of
// a feed links to, and refuses what is not that item's article: consent walls,
// log-in pages, pages that a script fills, another language. It is pure.
package fulltext

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"

	"faultline/services/fetcher/internal/charset"
	"faultline/services/fetcher/internal/plain"
)

// Page is what a server answered for an item's link.
type Page struct {
	Body        []byte
	ContentType string
	// URL is where the page came from after redirects.
	URL string
	// Robots is the X-Robots-Tag header, its lines joined by commas.
	Robots string
}

// Item is what the feed says of the article: what its text must fit.
type Item struct {
	Title, Text string // plain
}

// Text is the text of an article, plain.
type Text struct {
	Body      string
	Truncated bool // cut at limit, ends in an ellipsis
}

// Reason says why a page gives no text. It is a closed set: reasons are label
// values of a metric.
type Reason string

// The reasons.
const (
	NotHTML    Reason = "not_html"   // an image, a PDF ...
	NoArchive  Reason = "noarchive"  // the outlet does not want its text kept
	TooComplex Reason = "complex"    // more elements than an article has
	Unreadable Reason = "unreadable" // the page could not be taken apart
	Short      Reason = "short"      // too short for an article: a script's page, a consent wall
	Shorter    Reason = "shorter"    // the feed itself says more
	Language   Reason = "language"   // another script than the feed's
	Unrelated  Reason = "unrelated"  // another text than the item's: a log-in page, the front page
)

// Refusal is a page without a text for the item. It is the only kind of error
// that Extract returns.
type Refusal struct {
	Reason Reason
	Cause  error // nil when Reason says all
}

func (r *Refusal) Error() string {
	if r.Cause == nil {
		return string(r.Reason)
	}
	return fmt.Sprintf("%s: %v", r.Reason, r.Cause)
}

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Cause }

const (
	// limit is the most bytes of an article's text that are kept, as of a
	// feed's.
	limit = 64 << 10
	// maxElements bounds the time and memory that one page takes.
	maxElements = 20_000
	// minLetters is what the shortest news in brief has.
	minLetters = 200
)

// Extract finds the article of an item in a page.
func Extract(p Page, item Item) (Text, error) {
	if !isHTML(p.ContentType) {
		return Text{}, &Refusal{Reason: NotHTML}
	}
	if bytes.Count(p.Body, []byte("<")) > 2*maxElements { // tags open and close
		return Text{}, &Refusal{Reason: TooComplex}
	}
	body := charset.Decode(p.Body, withCharset(p.ContentType, p.Body)).Body
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return Text{}, &Refusal{Reason: Unreadable, Cause: err}
	}
	if forbids(p.Robots) || forbids(robotsMeta(doc)) {
		return Text{}, &Refusal{Reason: NoArchive}
	}
	dropConsent(doc)
	fragment, err := readable(doc, p.URL)
	if err != nil {
		return Text{}, &Refusal{Reason: Unreadable, Cause: err}
	}
	text, truncated := plain.Text(fragment, limit)
	if reason := judge(text, item); reason != "" {
		return Text{}, &Refusal{Reason: reason}
	}
	return Text{Body: text, Truncated: truncated}, nil
}

// isHTML takes a page that does not say what it is for one.
func isHTML(contentType string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	switch strings.TrimSpace(kind) {
	case "", "text/html", "application/xhtml+xml":
		return true
	}
	return false
}

// pageHead is how far a declaration of the charset may be from the start of a
// page; HTML demands 1024 bytes, scripts are often before it.
const pageHead = 4096

// withCharset is the header's value with the charset that the page declares in a
// meta element, unless the header has one, which then counts (HTML, section
// "determining the character encoding").
func withCharset(contentType string, body []byte) string {
	if strings.Contains(strings.ToLower(contentType), "charset=") {
		return contentType
	}
	head := bytes.ToLower(body[:min(len(body), pageHead)])
	for {
		_, rest, ok := bytes.Cut(head, []byte("<meta"))
		if !ok {
			return contentType
		}
		element, _, _ := bytes.Cut(rest, []byte(">"))
		if _, name, ok := bytes.Cut(element, []byte("charset=")); ok {
			name = bytes.TrimLeft(name, `"' `)
			if end := bytes.IndexAny(name, `"' ;/`); end >= 0 {
				name = name[:end]
			}
			return "text/html; charset=" + string(name)
		}
		head = rest
	}
}

// forbids reports that directives for robots say that a text must not be kept.
// A directive for one robot, "name: noarchive", is taken as said to all.
func forbids(directives string) bool {
	for d := range strings.FieldsFuncSeq(strings.ToLower(directives), func(r rune) bool { return r == ',' || r == ':' || r == ' ' }) {
		if d == "noarchive" {
			return true
		}
	}
	return false
}

// robotsMeta is what a page says to robots in its meta elements.
func robotsMeta(doc *html.Node) string {
	var all []string
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "meta" && strings.EqualFold(attribute(n, "name"), "robots") {
			all = append(all, attribute(n, "content"))
		}
	}
	return strings.Join(all, ",")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// dropConsent takes out the notices about cookies: to the library they are
// paragraphs beside the article.
func dropConsent(doc *html.Node) {
	var notices []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && consent(attribute(n, "id")+" "+attribute(n, "class")) && !holdsArticle(n) {
			notices = append(notices, n)
		}
	}
	for _, n := range notices {
		n.Parent.RemoveChild(n)
	}
}

func consent(names string) bool {
	names = strings.ToLower(names)
	return strings.Contains(names, "cookie") || strings.Contains(names, "consent") || strings.Contains(names, "gdpr")
}

// holdsArticle reports an element that is around the article, and only says
// something about cookies, as "cookies-accepted" of a body does.
func holdsArticle(n *html.Node) bool {
	if around(n) {
		return true
	}
	for d := range n.Descendants() {
		if around(d) {
			return true
		}
	}
	return false
}

func around(n *html.Node) bool {
	switch n.Data {
	case "html", "body", "main", "article", "h1":
		return n.Type == html.ElementNode
	}
	return false
}

var errPanic = errors.New("the library that reads pages panicked")

// readable is the article's part of a page, in HTML.
func readable(doc *html.Node, at string) (fragment string, err error) {
	defer func() { // pages are written by anybody, the library is not ours
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	base, err := url.Parse(at)
	if err != nil {
		return "", err
	}
	parser := readability.NewParser()
	parser.MaxElemsToParse = maxElements
	parser.DisableJSONLD = true // only names and dates are in it
	found, err := parser.ParseAndMutate(doc, base)
	if err != nil || found.Node == nil {
		return "", err
	}
	var b strings.Builder
	err = found.RenderHTML(&b)
	return b.String(), err
}
