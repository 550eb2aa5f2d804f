// Package plain makes plain text of what feeds call text: HTML, escaped once,
// twice or not at all, with control, bidirectional and zero-width characters in
// it. No markup comes out.
package plain

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Text is the plain text of an HTML fragment: entities are decoded, blocks stand
// on lines of their own, scripts, styles and embedded documents are dropped. It
// has at most limit bytes and then ends in an ellipsis, with truncated set.
func Text(fragment string, limit int) (text string, truncated bool) {
	return convert(fragment, limit, allTags)
}

// Plain cleans text that is no HTML. Tags that HTML has are taken out all the
// same, because feeds label wrongly; a "<" of other use stays.
func Plain(text string, limit int) (plain string, truncated bool) {
	return convert(text, limit, knownTags)
}

func convert(s string, limit int, tags scope) (string, bool) {
	w := writer{limit: limit}
	cut := false
	for range passes {
		w.reset(len(s))
		strip(&w, s, tags)
		cut = cut || w.full
		s, tags = w.String(), knownTags
		if !escapedTwice(s) {
			break
		}
	}
	if tagged(s) { // tags within tags, made to be left over: no "<" is worth it
		s = strings.ReplaceAll(s, "<", "")
	}
	return shorten(s, limit, cut)
}

// Title is Plain on one line, with at most limit characters (grapheme clusters),
// and about eight bytes for each: a character can be made of any number of marks.
func Title(text string, limit int) (title string, truncated bool) {
	title, truncated = Plain(text, 8*limit+64)
	title = strings.ReplaceAll(title, "\n", " ")
	if len(title) <= limit {
		return title, truncated
	}
	rest, state := title, -1
	for range limit {
		if rest == "" {
			return title, truncated
		}
		_, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
	}
	if rest == "" || rest == ellipsis && truncated {
		return title, truncated
	}
	return strings.TrimRight(title[:len(title)-len(rest)], " ") + ellipsis, true
}

// passes bounds how often text is decoded that was escaped more than once.
const passes = 3

const ellipsis = "…"

// escapedTwice reports text that still shows markup after it was decoded: an
// entity, or what may be a tag of HTML.
func escapedTwice(s string) bool {
	for i := range len(s) {
		if s[i] == '&' && entity(s[i+1:]) {
			return true
		}
	}
	return tagged(s)
}

// tagged reports text with what may be a tag of HTML.
func tagged(s string) bool {
	for i := range len(s) {
		if s[i] == '<' && tag(s[i+1:]) {
			return true
		}
	}
	return false
}

// tag reports the rest of what may be a tag of HTML.
func tag(s string) bool {
	if strings.HasPrefix(s, "!--") {
		return true
	}
	s = strings.TrimPrefix(s, "/")
	end := 0
	for end < len(s) && end < 16 && (s[end] > '@' || s[end] >= '0' && s[end] <= '9') {
		end++
	}
	return end > 0 && known(s[:end])
}

// entity reports the rest of one of the entities that escaping leaves behind.
func entity(s string) bool {
	end := strings.IndexByte(s[:min(len(s), 10)], ';')
	if end < 2 {
		return false
	}
	if s[0] == '#' {
		return true
	}
	switch s[:end] {
	case "amp", "lt", "gt", "quot", "apos", "nbsp", "ndash", "mdash", "laquo", "raquo", "hellip",
		"lsquo", "rsquo", "ldquo", "rdquo", "bdquo", "middot", "bull", "shy", "eacute", "egrave", "uuml", "ouml", "auml":
		return true
	}
	return false
}

// writer collects text, dropping what must not be shown and folding white space.
type writer struct {
	b     strings.Builder
	limit int
	full  bool
	gap   byte // what separates the next character from the last: 0, ' ' or '\n'
	prev  rune
}

// reset empties the writer and makes room for what size bytes of markup give.
func (w *writer) reset(size int) {
	*w = writer{limit: w.limit}
	w.b.Grow(min(size, w.limit+utf8.UTFMax))
}

func (w *writer) String() string { return w.b.String() }

// space asks for a separation before the next text; a line break outranks a
// space.
func (w *writer) space(c byte) {
	if w.gap != '\n' {
		w.gap = c
	}
}

// write adds decoded text.
func (w *writer) write(s string) {
	for i := 0; i < len(s) && !w.full; {
		if n := run(s[i:]); n > 0 {
			w.append(s[i : i+n])
			w.prev = rune(s[i+n-1])
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case white(r):
			w.space(' ')
		case joiner(r):
			next, _ := utf8.DecodeRuneInString(s[i+n:])
			if joins(r, w.prev, next) {
				w.append(s[i : i+n])
			}
		case r == utf8.RuneError && n == 1:
			w.append("\uFFFD")
		case !hidden(r):
			w.append(s[i : i+n])
			w.prev = r
		}
		i += n
	}
}

// run is the length of the printable ASCII at the start of s, the white space
// excluded.
func run(s string) int {
	i := 0
	for i < len(s) && s[i] > ' ' && s[i] < 0x7F {
		i++
	}
	return i
}

func (w *writer) append(s string) {
	if w.gap != 0 && w.b.Len() > 0 {
		w.b.WriteByte(w.gap)
	}
	w.gap = 0
	w.b.WriteString(s)
	w.full = w.b.Len() > w.limit
}

// shorten brings the text below the limit, between two characters as people count
// them. It marks a text that was cut, now or before.
func shorten(s string, limit int, cut bool) (string, bool) {
	if len(s) <= limit && !cut {
		return s, false
	}
	keep := min(len(s), max(limit-len(ellipsis), 0))
	return strings.TrimRight(s[:boundary(s, keep)], " \n") + ellipsis, true
}

// boundary is the last grapheme boundary of s at or before end. It looks back a
// bounded way only: a single character can be made of megabytes.
func boundary(s string, end int) int {
	const window = 256
	start := max(end-window, 0)
	for start < end && !utf8.RuneStart(s[start]) {
		start++
	}
	if i := strings.LastIndexAny(s[start:end], " \n"); i >= 0 {
		start += i
	}
	at, rest, state := start, s[start:min(len(s), end+window)], -1
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if at+len(cluster) > end {
			break
		}
		at += len(cluster)
	}
	if at == start && start > 0 && end-start > window/2 {
		for at = end; at > start && !utf8.RuneStart(s[at]); at-- {
		}
	}
	return at
}
