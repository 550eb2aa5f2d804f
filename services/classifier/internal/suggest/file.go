package suggest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// mostTitles is how many of the false alarms that go a file names for a rule.
const mostTitles = 5

// File is a rule file with a filter for each edit, to lay beside the others.
// Titles stand in it as comments, without control characters.
func File(edits []Edit, before, after Report) []byte {
	var b strings.Builder
	b.WriteString("# yaml-language-server: $schema=../schema/rules.json\n")
	if len(edits) == 0 {
		if before.False < leastGone {
			fmt.Fprintf(&b, "# A filter must drop %d false alarms or more, and %d is known.\nfilters: []\n", leastGone, before.False)
			return []byte(b.String())
		}
		fmt.Fprintf(&b, "# No filter drops %d or more of the %d false alarms and keeps every true alarm (%d).\nfilters: []\n", leastGone, before.False, before.True)
		return []byte(b.String())
	}
	fmt.Fprintf(&b, "# Suggested by faultline rules suggest: with these filters %d of %d false alarms go, and every true alarm stays (%d).\nfilters:\n",
		before.False-after.False, before.False, before.True)
	for _, e := range edits {
		for i, t := range e.Gone {
			if i == mostTitles {
				fmt.Fprintf(&b, "  # and %d more\n", len(e.Gone)-mostTitles)
				break
			}
			fmt.Fprintf(&b, "  # goes: %s\n", comment(t))
		}
		fmt.Fprintf(&b, "  - indicator: %s\n", e.Rule)
		e.write(&b)
	}
	return []byte(b.String())
}

func (e *Edit) write(b *strings.Builder) {
	if e.Disable {
		b.WriteString("    disable: true\n")
	}
	if e.Points > 0 {
		fmt.Fprintf(b, "    override: {points: %g}\n", e.Points)
	}
	if len(e.Words)+len(e.Feeds) == 0 {
		return
	}
	b.WriteString("    exclude:\n")
	if len(e.Words) > 0 {
		b.WriteString("      match:\n")
	}
	for _, language := range slices.Sorted(maps.Keys(e.Words)) {
		fmt.Fprintf(b, "        %s: [%s]\n", language, quoted(exactly(e.Words[language])))
	}
	if len(e.Feeds) > 0 {
		fmt.Fprintf(b, "      feeds: [%s]\n", quoted(e.Feeds))
	}
}

// exactly are words and pairs of words as phrases that match no other form.
func exactly(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = "=" + strings.ReplaceAll(w, " ", " =")
	}
	return out
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return strings.Join(out, ", ")
}

// comment is text for one line of a YAML comment.
func comment(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}

// String says in a line what an edit that was tried does.
func (e Edit) String() string {
	switch {
	case e.Disable:
		return e.Rule + " switched off"
	case e.Points > 0:
		return fmt.Sprintf("%s with %g points", e.Rule, e.Points)
	case len(e.Feeds) > 0:
		return fmt.Sprintf("%s without the feed %s", e.Rule, strings.Join(e.Feeds, ", "))
	}
	var words []string
	for _, language := range slices.Sorted(maps.Keys(e.Words)) {
		for _, w := range e.Words[language] {
			words = append(words, fmt.Sprintf("%q (%s)", w, language))
		}
	}
	return e.Rule + " not beside " + strings.Join(words, ", ")
}
