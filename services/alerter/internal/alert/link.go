package alert

import (
	"net/url"
	"strings"
)

// Link is one report's address with the words that are shown for it.
type Link struct {
	// Report is the item's id, so that a group can remember whom it was told.
	Report string `json:"report"`
	URL    string `json:"url"`
	// Text names the outlet and ends in the real host: "24.kg (B), 24.kg".
	Text string `json:"text"`
}

// String is the link as one line of the annotation "links": address, space,
// text.
func (l Link) String() string { return l.URL + " " + l.Text }

// LinkTo is an entry of the annotation "links" for an address and the outlet that it is of, if
// that is known; empty if the address may not be shown.
func LinkTo(raw, outlet string) string {
	address, host := SafeURL(raw)
	if address == "" {
		return ""
	}
	if outlet != "" && !strings.EqualFold(host, outlet) {
		host = outlet + ", " + host
	}
	return Link{URL: address, Text: host}.String()
}

// maxURL is where chat clients stop to recognise an address.
const maxURL = 2000

// SafeURL returns an address that may be shown and followed, and its host. Only
// http and https pass; user and password, with which "https://bank@evil" hides
// the real host, are dropped, and what a channel could read as the end of the
// address or as markup is percent-encoded.
func SafeURL(raw string) (address, host string) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || len(raw) > maxURL {
		return "", ""
	}
	u.User = nil
	host = Clean(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), 80)
	if address = u.String(); strings.HasPrefix(u.Host, "[") { // an IPv6 address keeps its brackets
		prefix := u.Scheme + "://" + u.Host
		return prefix + encode(strings.TrimPrefix(address, prefix)), host
	}
	return encode(address), host
}

// escaped reports whether a text begins with a percent-encoded byte.
func escaped(text string) bool {
	_, err := url.PathUnescape(text[:min(3, len(text))])
	return err == nil
}

// encode percent-encodes what RFC 3986 allows in an address or forbids, but
// markup languages take for their own.
func encode(address string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(address) {
		c := address[i]
		if c <= ' ' || c >= 0x7f || c == '%' && !escaped(address[i:]) || strings.IndexByte("\"'<>\\^`{|}@()[]*~", c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
