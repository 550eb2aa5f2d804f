package event

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Item is one article as one feed told it, in plain text.
type Item struct {
	Schema Schema `json:"schema"`
	// ID is stable over fetches: see NewID. Revision counts the changes of its
	// title or text, from 0.
	ID       string `json:"id"`
	Revision int    `json:"revision"`
	Source   Source `json:"source"`
	// URL is the canonical link: http or https, tracking parameters removed,
	// or empty when the feed gave none that is safe.
	URL   string `json:"url,omitempty"`
	Title string `json:"title"`
	Text  string `json:"text"`
	// TextSource says where Text came from: TextFeed or TextArticle.
	TextSource string `json:"text_source"`
	// Truncated is set when title or text was cut to its limit.
	Truncated bool `json:"truncated,omitempty"`
	// Language is BCP 47, as the feed says, or empty.
	Language string `json:"language,omitempty"`
	// Published is the outlet's date, clamped to what can be true;
	// PublishedSource says how far to trust it.
	Published       time.Time       `json:"published"`
	PublishedSource PublishedSource `json:"published_source"`
	// FirstSeen is when this id was first fetched, Seen when this revision was.
	FirstSeen time.Time `json:"first_seen"`
	Seen      time.Time `json:"seen"`
	// Backlog is set on what was old already when its feed was first fetched:
	// archived and assessed, never alerted.
	Backlog bool `json:"backlog,omitempty"`
	// Exercise is set on everything that comes of a drill.
	Exercise bool `json:"exercise,omitempty"`
}

// The sources of an item's text.
const (
	TextFeed    = "feed"    // as the feed gives it, often a summary
	TextArticle = "article" // taken from the page that the item links to
)

// PublishedSource says where an item's date comes from.
type PublishedSource string

// The sources of a date.
const (
	PublishedFeed    PublishedSource = "feed"    // as the feed says
	PublishedClamped PublishedSource = "clamped" // the feed's date could not be true and was moved to the nearest bound
	PublishedFetched PublishedSource = "fetched" // the feed gave none that can be read: the time it was first fetched
)

// Source is the feed an item came from, as far as later stages need it.
type Source struct {
	Feed    string `json:"feed"`
	Title   string `json:"title,omitempty"`
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	// Owner is who controls the outlet; two outlets of one owner are not
	// independent. Empty means the feed itself. A state is written
	// "state: Country".
	Owner string `json:"owner,omitempty"`
	// Reliability is the Admiralty code's source rating, A to F.
	Reliability string   `json:"reliability,omitempty"`
	Tags        []string `json:"tags,omitempty"`
}

// State reports whether a state controls the outlet.
func (s Source) State() bool { return strings.HasPrefix(strings.ToLower(s.Owner), "state:") }

// NewID names a thing by what identifies it: the first 16 bytes of the SHA-256
// of its parts, in hexadecimal. The parts are separated by a byte that no text
// has, so that ("ab","c") and ("a","bc") differ.
func NewID(parts ...string) string {
	all := make([]byte, 0, 512) // the parts of most ids fit, and only the name is allocated
	for _, p := range parts {
		all = append(append(all, p...), 0xFF)
	}
	sum := sha256.Sum256(all)
	var id [32]byte
	hex.Encode(id[:], sum[:16])
	return string(id[:])
}
