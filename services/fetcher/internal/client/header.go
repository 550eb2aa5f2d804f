package client

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"faultline/services/fetcher/internal/poll"
)

// MaxRetryAfter bounds what a server may ask for.
const MaxRetryAfter = poll.LongestPause

// retryAfter reads the Retry-After header (RFC 9110, section 10.2.3): seconds
// or a date, by the clock of the server where it says what that shows, and that shows no nonsense: one
// that stands at 1970 would turn minutes into all that may be asked for. What is absent, past, negative or unreadable is 0.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if date, err := http.ParseTime(value); err == nil {
		pause := date.Sub(now)
		if there, err := http.ParseTime(h.Get("Date")); err == nil && (date.Sub(there) <= MaxRetryAfter || pause > MaxRetryAfter) {
			pause = date.Sub(there)
		}
		return min(max(pause, 0), MaxRetryAfter)
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

// freshness is how much longer the answer calls itself fresh: max-age, or the
// time from Date to Expires where there is none, less Age (RFC 9111, section
// 4.2). It is at least 0 and at most a day.
func freshness(h http.Header) time.Duration {
	maxAge := expires(h)
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

// expires is the time from Date to Expires. Without two dates it is 0.
func expires(h http.Header) time.Duration {
	until := h.Get("Expires")
	if until == "" {
		return 0
	}
	from, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	to, err := http.ParseTime(until) // "0" and the like: stale already
	if err != nil {
		return 0
	}
	return min(max(to.Sub(from), 0), 24*time.Hour)
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
	if value == "" {
		return ""
	}
	if _, err := http.ParseTime(value); err != nil {
		return ""
	}
	return value
}
