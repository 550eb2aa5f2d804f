// Package robots keeps what sites ask of programs in their robots.txt (RFC
// 9309), for the fetches that follow a link of a feed. Feeds themselves are
// published to be fetched by programs and are not asked about.
package robots

import (
	"bytes"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Rules are what one robots.txt asks of one program. The zero value allows
// everything.
type Rules struct {
	lines []line
	size  int
	// Delay is the pause that the site wants between two requests, 0 when it
	// says none.
	Delay time.Duration
}

// line allows or disallows the paths that a pattern matches.
type line struct {
	pattern string
	allow   bool
}

const (
	// maxRules bounds the bytes of patterns kept of one site. Who asks for more
	// is left alone altogether.
	maxRules = 32 << 10
	maxDelay = time.Hour
)

// nothing disallows every path.
func nothing() Rules { return Rules{lines: []line{{pattern: "/"}}} }

// parse reads a robots.txt for the program that calls itself agent, the product
// token of its User-Agent. All groups that name it count as one; those for "*"
// count when none does (RFC 9309, section 2.2.1).
func parse(body []byte, agent string) Rules {
	var own, others Rules
	var to []*Rules // whom the current group is for
	named, heading := false, false
	body = bytes.ReplaceAll(bytes.TrimPrefix(body, []byte("\uFEFF")), []byte("\r"), []byte("\n"))
	for text := range strings.SplitSeq(string(body), "\n") {
		key, value, ok := field(text)
		if !ok {
			continue
		}
		if key != "user-agent" {
			heading = false
		} else if !heading {
			to, heading = nil, true
		}
		switch {
		case key == "user-agent" && value == "*":
			to = append(to, &others)
		case key == "user-agent" && strings.EqualFold(Token(value), agent):
			to, named = append(to, &own), true
		case key == "allow", key == "disallow", key == "crawl-delay":
			for _, r := range to {
				r.add(key, value)
			}
		}
	}
	if named {
		return own.bounded()
	}
	return others.bounded()
}

// field cuts a line into its key, in lower case, and its value. A line of
// another form, and a key that belongs to no group, is none.
func field(text string) (key, value string, ok bool) {
	text, _, _ = strings.Cut(text, "#")
	key, value, ok = strings.Cut(text, ":")
	key = strings.ToLower(strings.TrimSpace(key))
	switch key {
	case "user-agent", "allow", "disallow", "crawl-delay":
		return key, strings.TrimSpace(value), ok
	}
	return "", "", false
}

// Token is the product token at the start of a User-Agent: letters, "-" and "_".
func Token(agent string) string {
	end := strings.IndexFunc(agent, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
	if end < 0 {
		return agent
	}
	return agent[:end]
}

func (r *Rules) add(key, value string) {
	switch {
	case value == "" || r.size > maxRules: // an empty pattern matches nothing
	case key == "crawl-delay":
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
			r.Delay = time.Duration(math.Min(seconds, maxDelay.Seconds()) * float64(time.Second))
		}
	default:
		pattern := canonical(value)
		r.lines = append(r.lines, line{pattern: pattern, allow: key == "allow"})
		r.size += len(pattern) + 16
	}
}

func (r Rules) bounded() Rules {
	if r.size > maxRules {
		return nothing()
	}
	return r
}

// Allow reports whether an address may be asked: the longest pattern that
// matches decides, and of two that are as long the one that allows.
func (r Rules) Allow(u *url.URL) bool {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	path = canonical(path)
	longest, allow := -1, true
	for _, l := range r.lines {
		if n := len(l.pattern); (n > longest || n == longest && l.allow) && matches(l.pattern, path) {
			longest, allow = n, l.allow
		}
	}
	return allow
}

// matches compares a path with a pattern in which "*" stands for anything and a
// "$" at the end for the end (RFC 9309, section 2.2.3). Taking each part where it
// comes first is enough, and takes linear time in the parts.
func matches(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	path, ok := strings.CutPrefix(path, parts[0])
	last := len(parts) - 1
	if !ok || last == 0 {
		return ok && (!whole || path == "")
	}
	for _, part := range parts[1:last] {
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	if whole {
		return strings.HasSuffix(path, parts[last])
	}
	return strings.Contains(path, parts[last])
}

// canonical brings patterns and paths into one form: what is beyond ASCII is
// escaped, what needs no escape is not, and escapes are in capital letters.
func canonical(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c, escaped := s[i], false
		if c == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				c, escaped = byte(n), true
				i += 2
			}
		}
		if c > ' ' && c < 0x7F && (!escaped || unreserved(c)) {
			b.WriteByte(c)
			continue
		}
		const digits = "0123456789ABCDEF"
		b.Write([]byte{'%', digits[c>>4], digits[c&0xF]})
	}
	return b.String()
}

// unreserved characters mean the same escaped or not (RFC 3986, section 2.3).
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
