// Package link makes one address of the many that lead to an article, and lets
// through only what is safe to show: http and https.
package link

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// Longest is the number of bytes beyond which an address is dropped: no server
// takes more, and no message has room for it.
const Longest = 4096

// Canonical resolves raw against base and returns the address in its canonical
// form, or "" when there is none that is safe. Scheme and host are in lower case,
// the host in its ASCII form, without user, default port and trailing dot; the
// path is escaped and without dot segments; tracking parameters and the fragment
// are removed. Other parameters stay, in order, for they may say which article it
// is, and so does a fragment that a script takes for a path (#!, #/).
func Canonical(raw, base string) string {
	u := resolve(raw, base)
	if u == nil || !hostOf(u) {
		return ""
	}
	u.User = nil
	u.RawQuery = query(u.RawQuery)
	u.ForceQuery = false
	if f := u.EscapedFragment(); !strings.HasPrefix(f, "!") && !strings.HasPrefix(f, "/") {
		u.Fragment, u.RawFragment = "", ""
	}
	if u.Path == "" {
		u.Path = "/"
	}
	// Let each escape be there only where it is needed; an escaped slash is no
	// slash.
	if !strings.Contains(strings.ToLower(u.RawPath), "%2f") {
		u.RawPath = ""
	}
	s := u.String()
	if len(s) > Longest {
		return ""
	}
	return s
}

// Resolve is the absolute form of an address of http or https, else "". It is for
// bases: nothing is removed.
func Resolve(raw, base string) string {
	if u := resolve(raw, base); u != nil {
		return u.String()
	}
	return ""
}

// resolve reads an address as a browser does and makes it absolute: nil unless it
// comes out as http or https.
func resolve(raw, base string) *url.URL {
	raw = tidy(raw)
	if raw == "" || len(raw) > 4*Longest {
		return nil
	}
	u, err := url.Parse(raw)
	if err != nil {
		// A "%" that escapes nothing is the usual reason.
		if u, err = url.Parse(escapePercent(raw)); err != nil {
			return nil
		}
	}
	if !u.IsAbs() {
		u = absolute(u, raw, base)
	}
	if u == nil {
		return nil
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		u.Scheme = strings.ToLower(u.Scheme)
	case "feed":
		u.Scheme = "http"
	default:
		return nil
	}
	return u.ResolveReference(&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery, Fragment: u.Fragment, RawFragment: u.RawFragment})
}

// absolute resolves a relative address; without a base only one that names its
// host can be.
func absolute(u *url.URL, raw, base string) *url.URL {
	if u.Scheme == "" && u.Host == "" && strings.HasPrefix(strings.ToLower(raw), "www.") {
		if v, err := url.Parse("http://" + raw); err == nil {
			return v
		}
		return nil
	}
	b, err := url.Parse(tidy(base))
	if err != nil || b.Host == "" {
		if u.Host == "" {
			return nil
		}
		u.Scheme = "https"
		return u
	}
	return b.ResolveReference(u)
}

// tidy removes what stands in an address by accident: white space around it,
// control characters in it (browsers drop them, so "java\nscript:" is one
// word). Spaces within are escaped, backslashes turned.
func tidy(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' || r == 0xA0 || r == 0xFEFF || r == 0x200B || r == '"' })
	clean := true
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == 0x7F || c == '\\' {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	head := true // before the query
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteString("%20")
		case c < ' ' || c == 0x7F:
		case c == '\\' && head:
			b.WriteByte('/')
		default:
			head = head && c != '?' && c != '#'
			b.WriteByte(c)
		}
	}
	return b.String()
}

// escapePercent escapes each "%" that no two hexadecimal digits follow.
func escapePercent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		if s[i] == '%' && (i+2 >= len(s) || !hexadecimal(s[i+1]) || !hexadecimal(s[i+2])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

func hexadecimal(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// hostOf brings the host of u to its canonical form, and reports whether it is
// one.
func hostOf(u *url.URL) bool {
	name, port := u.Hostname(), u.Port()
	if a, err := netip.ParseAddr(name); err == nil && a.Is6() {
		name = "[" + a.WithZone("").String() + "]"
	} else if name = ascii(name); name == "" {
		return false
	}
	if port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		port = ""
	}
	u.Host = name
	if port != "" {
		u.Host += ":" + port
	}
	return true
}

// ascii is the host's name in lower case and in Punycode, without dots at its end,
// or "" when it can be none. The dots go last, for other scripts have some too.
func ascii(name string) string { return strings.TrimRight(mapped(name), ".") }

// mapped is a name in lower case and in Punycode, or "".
func mapped(name string) string {
	plain := true
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '.', c == '_':
		case 'A' <= c && c <= 'Z', c >= 0x80:
			plain = false
		default:
			return ""
		}
	}
	if plain {
		return name
	}
	a, err := idna.Lookup.ToASCII(name)
	if err == nil {
		return a
	}
	if lower := strings.ToLower(name); strings.IndexFunc(lower, func(r rune) bool { return r >= 0x80 }) < 0 {
		return lower // an underscore in a name that is ASCII
	}
	return ""
}

// query removes the tracking parameters and leaves the others as they are.
func query(raw string) string {
	if raw == "" {
		return ""
	}
	kept := make([]string, 0, 8)
	for part := range strings.SplitSeq(raw, "&") {
		name, _, _ := strings.Cut(part, "=")
		if part == "" || tracking(strings.ToLower(strings.TrimPrefix(name, "amp;"))) {
			continue
		}
		kept = append(kept, strings.TrimPrefix(part, "amp;"))
	}
	return escapeQuery(strings.Join(kept, "&"))
}

// escapeQuery escapes what may not stand in a query, bytes beyond ASCII included.
func escapeQuery(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c <= ' ' || c >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\'' || c == '`':
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// tracking reports parameters that say how a reader came, not to what.
func tracking(name string) bool {
	switch name {
	case "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "ttclid", "yclid", "ysclid", "ymclid", "rb_clickid",
		"igshid", "igsh", "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking",
		"_openstat", "xtor", "wt_mc", "wt.mc_id", "wt.nav", "cmpid", "cmp", "ito", "ncid", "s_cid", "icid", "ocid", "cid_source", "ftag",
		"guce_referrer", "guce_referrer_sig", "guccounter", "__twitter_impression", "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id",
		"_ga", "_gl", "ga_source", "ga_medium", "ga_campaign", "rss_source", "mibextid", "srsltid", "sr_share", "spm", "ref_src", "ref_url":
		return true
	}
	for _, prefix := range [...]string{"utm_", "pk_", "mtm_", "matomo_", "piwik_", "hsa_", "at_", "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee", "fb_action", "fb_ref", "fb_source", "_branch"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
