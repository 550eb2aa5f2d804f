package markup

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// longestEntity bounds the search for the semicolon of an entity; the longest
// name of HTML has 31 characters.
const longestEntity = 34

// Unescape resolves character references and the named entities of HTML, once.
// References to what XML forbids (control characters, surrogates, U+FFFE and
// U+FFFF) vanish; those to 0x80 to 0x9F mean windows-1252, as in HTML. A lone
// ampersand and an unknown entity stay as they are.
func Unescape(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		n := reference(&b, s)
		s = s[n:]
		i = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// reference writes what the reference at the start of s stands for, and returns
// its length.
func reference(b *strings.Builder, s string) int {
	if strings.HasPrefix(s, "&#") {
		if n := numeric(b, s); n > 0 {
			return n
		}
		b.WriteByte('&')
		return 1
	}
	end := strings.IndexByte(s[:min(len(s), longestEntity)], ';')
	if end < 2 {
		return bare(b, s)
	}
	switch name := s[1:end]; name {
	case "amp", "AMP":
		b.WriteByte('&')
	case "lt", "LT":
		b.WriteByte('<')
	case "gt", "GT":
		b.WriteByte('>')
	case "quot", "QUOT":
		b.WriteByte('"')
	case "apos":
		b.WriteByte('\'')
	default:
		return named(b, s[:end+1])
	}
	return end + 1
}

func named(b *strings.Builder, entity string) int {
	// html.UnescapeString also takes prefixes ("&notit;" is "¬it;"): only a whole
	// entity counts, and that leaves no semicolon.
	for i := 1; i < len(entity)-1; i++ {
		if !digit(entity[i], 10) && (entity[i]|0x20 < 'a' || entity[i]|0x20 > 'z') {
			return bare(b, entity)
		}
	}
	if text := html.UnescapeString(entity); !strings.HasSuffix(text, ";") {
		b.WriteString(text)
		return len(entity)
	}
	b.WriteByte('&')
	return 1
}

// bare writes one of the commonest entities when it only lacks its semicolon
// ("AT&amp T"), else the ampersand.
func bare(b *strings.Builder, s string) int {
	for _, e := range [...]struct{ name, text string }{{"&amp", "&"}, {"&lt", "<"}, {"&gt", ">"}, {"&quot", "\""}, {"&nbsp", "\u00a0"}} {
		if strings.HasPrefix(s, e.name) && (len(s) == len(e.name) || s[len(e.name)] == ' ' || s[len(e.name)] == '&') {
			b.WriteString(e.text)
			return len(e.name)
		}
	}
	b.WriteByte('&')
	return 1
}

// numeric writes the character of a reference by number and returns the length
// of the reference, or 0 when it is none. The semicolon may be missing.
func numeric(b *strings.Builder, s string) int {
	i, base := 2, 10
	if i < len(s) && (s[i] == 'x' || s[i] == 'X') {
		i, base = 3, 16
	}
	end := i
	for end < len(s) && digit(s[end], base) {
		end++
	}
	if end == i {
		return 0
	}
	code, err := strconv.ParseInt(s[i:min(end, i+10)], base, 64)
	if err != nil || end > i+10 {
		code = -1
	}
	if r := character(code); r >= 0 {
		b.WriteRune(r)
	}
	if end < len(s) && s[end] == ';' {
		end++
	}
	return end
}

func digit(c byte, base int) bool {
	if '0' <= c && c <= '9' {
		return true
	}
	return base == 16 && ('a' <= c && c <= 'f' || 'A' <= c && c <= 'F')
}

// character is the character of a code, or -1 when there is none to show.
func character(code int64) rune {
	switch {
	case code == '\t' || code == '\n' || code == '\r':
		return rune(code)
	case code < 0x20 || code == 0x7F || code > utf8.MaxRune || code >= 0xD800 && code <= 0xDFFF || code&0xFFFE == 0xFFFE:
		return -1
	case code >= 0x80 && code <= 0x9F:
		return windows1252(code)
	}
	return rune(code)
}

// windows1252 reads a code of the C1 range as HTML does.
func windows1252(code int64) rune {
	r, _ := utf8.DecodeRuneInString(html.UnescapeString("&#" + strconv.FormatInt(code, 10) + ";"))
	if r < 0xA0 {
		return -1
	}
	return r
}

// Scrub removes from a document what XML does not allow in it: control
// characters but tab and line ends, U+FFFE and U+FFFF.
func Scrub(src []byte) []byte {
	i := forbidden(src, 0)
	if i == len(src) {
		return src
	}
	out := make([]byte, 0, len(src))
	for start := 0; ; {
		out = append(out, src[start:i]...)
		if i == len(src) {
			return out
		}
		start = i + 1
		if src[i] == 0xEF {
			start = i + 3
		}
		i = forbidden(src, start)
	}
}

// forbidden is the index of the next forbidden character at or after i, or the
// length of src.
func forbidden(src []byte, i int) int {
	for ; i < len(src); i++ {
		c := src[i]
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7F {
			return i
		}
		if c == 0xEF && i+2 < len(src) && src[i+1] == 0xBF && src[i+2] >= 0xBE {
			return i
		}
	}
	return i
}
