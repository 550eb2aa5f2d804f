// Package source reads which feeds the desk watches: feeds.yaml, more files
// under feeds/, and OPML.
package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/address"
)

// Feed is one feed with everything said about it, defaults included.
type Feed struct {
	// ID names the feed in subjects, metrics and items: letters, digits, "-"
	// and "_". Items of another id are other items.
	ID  string
	URL string
	// Title is the outlet's name; empty means as the feed says.
	Title       string
	Country     string // ISO 3166-1 alpha-2, or empty
	Language    string // BCP 47, or empty: as the feed says
	Reliability string // the Admiralty code's source rating, A to F, or empty
	Owner       string // who controls the outlet; empty means the feed itself
	Poll        Poll
	// AllowPrivate lets the feed's own address be on this machine or its
	// networks.
	AllowPrivate bool
	// AllowDowngrade follows a redirect of the feed from https to http.
	AllowDowngrade bool
	// FullText asks for the article behind each new item, where the outlet
	// allows it.
	FullText bool
	Headers  map[string]config.Secret
	Username string
	Password config.Secret
	Tags     []string
	Exercise bool // everything of it is a drill
	Disabled bool
}

// Poll bounds how often a feed is asked.
type Poll struct {
	Min, Max time.Duration
}

// Fingerprint changes when a change of the configuration should be felt at
// once: where and how the feed is asked, and how often. Secrets are no part of
// it, since it is stored.
func (f Feed) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %t %s %s %t", f.URL, f.Username, f.AllowPrivate, f.Poll.Min, f.Poll.Max, f.Disabled)
	if f.AllowDowngrade { // older states have fingerprints without it
		fmt.Fprint(h, " downgrade")
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// maxID bounds ids, which are parts of subjects and labels.
const maxID = 64

// checkID reports whether an id can be used as it is in subjects and file names.
func checkID(id string) error {
	if id == "" || len(id) > maxID {
		return fmt.Errorf("an id has 1 to %d characters", maxID)
	}
	if i := strings.IndexFunc(id, func(r rune) bool { return !isWord(r) && r != '-' && r != '_' }); i >= 0 {
		return fmt.Errorf("id %q has a character that is not a letter, a digit, - or _", id)
	}
	return nil
}

func isWord(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// DeriveID is the id of a feed that has none: host and path in readable form,
// and a hash of the address without its scheme, so that a move from http to
// https does not make all its items new.
func DeriveID(raw string) string {
	key := Key(raw)
	sum := sha256.Sum256([]byte(key))
	return slug(key) + "-" + hex.EncodeToString(sum[:4])
}

// Key is the same for addresses that lead to the same feed: those that differ
// in scheme, "www." or a final slash alone.
func Key(raw string) string {
	u, err := address.Parse(raw)
	if err != nil {
		return raw
	}
	return addressKey(u)
}

// SuggestID is a short id for a feed that gets one of its own: the name of its
// host.
func SuggestID(raw string) string {
	u, err := address.Parse(raw)
	if err != nil {
		return DeriveID(raw)
	}
	return slug(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."))
}

// addressKey is an address without what does not tell two feeds apart.
func addressKey(u *url.URL) string {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	key := host + strings.TrimSuffix(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		key += "?" + u.RawQuery
	}
	return key
}

const maxSlug = 40

// slug is the beginning of an address in the characters of an id.
func slug(key string) string {
	key, _, _ = strings.Cut(key, "?") // queries carry secrets
	var b strings.Builder
	for _, r := range strings.ToLower(key) {
		switch {
		case b.Len() >= maxSlug:
		case isWord(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if text := strings.Trim(b.String(), "-"); text != "" {
		return text
	}
	return "feed"
}
