package client

import (
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// MaxRetryAfter bounds what a server may ask for: a mistake of ten years must
// not silence a feed for ten years.
const MaxRetryAfter = 24 * time.Hour

// retryAfter reads the Retry-After header (RFC 9110, section 10.2.3): seconds
// or a date. What is absent, past, negative or unreadable is 0.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if date, err := http.ParseTime(value); err == nil {
		return min(max(date.Sub(now), 0), MaxRetryAfter)
	}
	return seconds(value, MaxRetryAfter)
}

// seconds reads delta-seconds (RFC 9111, section 1.2.2), capped at limit, which
// also stands for numbers too large to hold. Anything else is 0.
func seconds(value string, limit time.Duration) time.Duration {
	if value == "" || strings.Trim(value, "0123456789") != "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n > int(limit/time.Second) {
		return limit
	}
	return time.Duration(n) * time.Second
}

// freshness is how much longer the answer calls itself fresh: max-age less Age
// (RFC 9111, section 4.2). It is at least 0 and at most a day.
func freshness(h http.Header) time.Duration {
	var maxAge time.Duration
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(name) {
		case "no-cache", "no-store":
			return 0
		case "max-age":
			maxAge = seconds(strings.Trim(value, `"`), 24*time.Hour)
		}
	}
	return max(0, maxAge-seconds(h.Get("Age"), 24*time.Hour))
}

const maxETag = 256

// cleanETag returns an entity tag that is safe to keep and to send back, or
// nothing. Tags without quotes are wrong but common and are sent back as they
// came.
func cleanETag(tag string) string {
	opaque := strings.TrimPrefix(tag, "W/")
	if quoted := len(opaque) >= 2 && opaque[0] == '"' && opaque[len(opaque)-1] == '"'; quoted {
		opaque = opaque[1 : len(opaque)-1]
	} else if opaque == "" {
		return ""
	}
	if len(tag) > maxETag {
		return ""
	}
	for _, b := range []byte(opaque) {
		if b <= ' ' || b == '"' || b >= 0x7F {
			return ""
		}
	}
	return tag
}

// cleanDate returns a Last-Modified value as it came when it is a date at all.
func cleanDate(value string) string {
	if _, err := http.ParseTime(value); err != nil {
		return ""
	}
	return value
}

// CheckHeader reports whether a feed may have this request header in its
// configuration: headers that decide about the connection or that the client
// sets itself are not for feeds.
func CheckHeader(name, value string) error {
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	switch canonical {
	case "Host", "Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Keep-Alive",
		"Proxy-Authorization", "Proxy-Connection", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range":
		return fmt.Errorf("header %s is set by the fetcher itself", canonical)
	}
	if name == "" || strings.ContainsFunc(name, notToken) {
		return fmt.Errorf("%q is no header name", name)
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }) {
		return fmt.Errorf("the value of header %s has control characters", canonical)
	}
	return nil
}

// notToken reports a character that cannot be in a token of RFC 9110, section
// 5.6.2.
func notToken(r rune) bool {
	return r <= ' ' || r >= 0x7F || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}
