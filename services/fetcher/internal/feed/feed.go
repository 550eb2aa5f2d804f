// Package feed reads RSS, Atom, RDF and JSON feeds as they are found in the wild
// and tells their items in plain text. It is pure: bytes in, values out.
//
// A body is cleaned first (charset, control characters, junk, declarations); gofeed
// reads what is whole, our own reader what is not, and what gofeed loses.
package feed

import (
	"time"

	"faultline/pkg/event"
)

// Hints is what is known about a body besides its bytes.
type Hints struct {
	// ContentType is the HTTP header's value, as sent; its charset outranks the
	// XML declaration (RFC 7303). Empty when there was none.
	ContentType string
	// URL is where the body came from after redirects: the base of relative
	// links. It may be empty; then the feed's own links serve as base.
	URL string
	// Fetched is the time of the fetch: the date of undated items, and the bound
	// of what a date can be. It must be set.
	Fetched time.Time
	// Known reports whether an item with this Mark was taken before: what our own
	// reader says of it is enough then, and its text may be left out. nil knows none.
	Known func(mark uint64) bool
	// Limits bound the work; fields that are zero take DefaultLimits.
	Limits Limits
}

// Limits bound what one document may cost and give.
type Limits struct {
	Bytes      int // of the body, decompressed; beyond it the document is refused
	Items      int // kept per document, the newest; the rest is left out with a warning
	Title      int // characters (grapheme clusters) of a title
	Text       int // bytes of an item's plain text
	Depth      int // of nested elements; beyond it the document is refused
	Attributes int // of one element; beyond it the document is refused
}

// DefaultLimits is the only list of the limits' defaults.
func DefaultLimits() Limits {
	return Limits{Bytes: 16 << 20, Items: 1000, Title: 500, Text: 64 << 10, Depth: 128, Attributes: 512}
}

// or fills the fields that are not set.
func (l Limits) or(d Limits) Limits {
	for _, f := range []struct {
		have *int
		want int
	}{
		{&l.Bytes, d.Bytes}, {&l.Items, d.Items}, {&l.Title, d.Title},
		{&l.Text, d.Text}, {&l.Depth, d.Depth}, {&l.Attributes, d.Attributes},
	} {
		if *f.have <= 0 {
			*f.have = f.want
		}
	}
	return l
}

// Document is one fetch of a feed.
type Document struct {
	Format   string // "rss", "rdf" (RSS 0.9 and 1.0), "atom" or "json"
	Title    string // plain text
	Link     string // the outlet's page: canonical, or empty
	Language string // BCP 47, or empty
	// Self is the feed's own address as it says, Hubs are its WebSub hubs.
	Self string
	Hubs []string
	// Cloud is the rssCloud end point, nil when there is none.
	Cloud *Cloud
	// TTL is how long the feed asks to be left alone (RSS ttl, or the period of
	// the syndication module), zero when it does not say.
	TTL time.Duration
	// SkipHours are hours of the day in UTC (0 to 23), SkipDays are days on which
	// the feed says that nothing new comes.
	SkipHours []int
	SkipDays  []time.Weekday
	// Items are in document order, each once.
	Items []Entry
	// Repeats are what the document holds of Items once more, in document order.
	Repeats []Repeat `json:",omitempty"`
	// Warnings are sentences for the operator: what was repaired or left out.
	// Each begins with its class and a colon: "charset: ...".
	Warnings []string
	// Partial is set when the document ends before its end: Items are the whole
	// ones before the cut. Neither ETag nor Last-Modified of such an answer may
	// be kept, or the rest would never be fetched.
	Partial bool
}

// Empty reports a feed that is valid and has no items: healthy, yet worth a
// flag when it stays so.
func (d *Document) Empty() bool { return len(d.Items) == 0 }

// Cloud is an rssCloud registration end point (RSS 2.0, cloud element).
type Cloud struct {
	Domain, Path, RegisterProcedure, Protocol string
	Port                                      int
}

// Repeat is an item that repeats an earlier one in guid, link, title and date. It is that
// item, though its text may be another.
type Repeat struct {
	Entry
	Of     int // the number of the item that it repeats
	Before int // how many Items stand before it
}

// Entry is one item of a document in plain text.
type Entry struct {
	// GUID is the item's own identifier as the feed gives it, trimmed; empty when
	// there is none or when the document uses it for different items.
	GUID string
	// URL is the canonical link (see package link), or empty.
	URL   string
	Title string
	Text  string
	// Unread is set when Text was left out, because the item is known by its Mark.
	Unread bool `json:"-"`
	// Truncated is set when Title or Text was cut to its limit; the cut ends in
	// an ellipsis.
	Truncated bool
	Language  string // BCP 47, the item's own or the feed's
	Authors   []string
	// Published is never zero. With PublishedFetched and PublishedClamped it
	// depends on Hints.Fetched: keep that of the first fetch.
	Published       time.Time
	PublishedSource event.PublishedSource
	RawDate         string // the date as the feed wrote it
	// Mark is a hash of the item as the document has it, 0 where it has none: an
	// item with the mark of a known one says nothing new.
	Mark uint64 `json:"-"`
	// Keys are what the item is known by within its feed, see Memory.
	Keys []string

	sharedLink bool                  // URL does not tell the item from others of the document
	unread     func() (string, bool) // reads Text, and whether it was cut; nil once it is read
}
