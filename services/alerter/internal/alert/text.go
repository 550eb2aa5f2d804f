package alert

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// maxMarks is how many combining marks may follow one letter. Real scripts
// need three at most; feeds that stack more want to overflow the line.
const maxMarks = 4

// Clean makes text from a feed fit to be shown in one line: white space of any
// kind becomes one space, and what readers cannot see is dropped: control,
// bidirectional and zero-width characters, broken bytes, stacked marks.
// What is longer than limit characters, as a reader counts them, is cut
// between two characters and ends in an ellipsis.
func Clean(text string, limit int) string {
	var b strings.Builder
	b.Grow(min(len(text), 4*limit))
	space, marks := false, 0
	for _, r := range text {
		if unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' {
			space = b.Len() > 0
			continue
		}
		if invisible(r) {
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return Cut(b.String(), limit)
}

// invisible reports whether a character shows nothing but changes how the
// text around it is shown or compared.
func invisible(r rune) bool {
	switch r {
	case utf8.RuneError, '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u034f', '\ufffc':
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Co) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// Cut shortens text to at most limit grapheme clusters (UAX #29), the last of
// which is an ellipsis when something was cut off.
func Cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end, rest, state := 0, text, -1
	for n := 0; len(rest) > 0; n++ {
		if n == limit {
			return strings.TrimRightFunc(text[:end], unicode.IsSpace) + "…"
		}
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if n < limit-1 {
			end += len(cluster)
		}
	}
	return text
}
