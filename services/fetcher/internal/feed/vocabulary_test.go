package feed

import (
	"strings"
	"testing"
)

// What each name means, per family. A name that moves to another meaning changes
// what is read of every feed that has it.
func TestFields(t *testing.T) {
	for _, c := range []struct {
		in    space
		want  field
		names string
	}{
		{core, html, "html head body"},
		{core, rss, "rss"},
		{core, rdf, "rdf"},
		{core, atom, "feed"},
		{core, channel, "channel"},
		{core, item, "item entry"},
		{core, title, "title"},
		{core, address, "link url"},
		{core, guid, "guid id"},
		{core, author, "author managingeditor"},
		{core, language, "language"},
		{core, content, "encoded content fulltext body_html"},
		{core, summary, "description summary abstract"},
		{core, ignored, "category enclosure comments generator docs copyright rights webmaster rating keywords"},
		{core, pubDate, "pubdate"},
		{core, published, "published"},
		{core, issued, "issued"},
		{core, created, "created"},
		{core, updated, "updated"},
		{core, modified, "modified"},
		{core, dcDate, "date"},
		{core, otherDate, "lastbuilddate publicationdate datetime pubtime"},
		{core, unknown, "source image textinput contributor logo icon p div"},
		{dublin, mediaTitle, "title"},
		{dublin, author, "creator"},
		{dublin, dcDate, "date"},
		{dublin, issued, "issued available"},
		{dublin, created, "created"},
		{dublin, modified, "modified"},
		{dublin, mediaDescription, "description abstract"},
		{dublin, language, "language"},
		{dublin, unknown, "subject rights publisher identifier source format type link"},
		{contentModule, content, "encoded"},
		{contentModule, unknown, "items format"},
		{media, mediaTitle, "title"},
		{media, mediaDescription, "description"},
		{media, group, "group"},
		{media, ignored, "thumbnail credit keywords category"},
		{media, unknown, "content player hash rating"},
		{itunes, itunesSummary, "summary"},
		{itunes, unknown, "title author subtitle image duration explicit"},
		{syndication, period, "updateperiod"},
		{syndication, frequency, "updatefrequency"},
		{syndication, unknown, "updatebase"},
		{feedburner, origLink, "origlink"},
		{feedburner, unknown, "info origenclosurelink"},
		{xhtml, html, "html head"},
		{xhtml, content, "body div"},
		{xhtml, unknown, "p b span"},
		{rdfSyntax, rdf, "rdf"},
		{rdfSyntax, unknown, "seq li description"},
		{foreign, unknown, "title link description pubdate guid item"},
	} {
		for name := range strings.FieldsSeq(c.names) {
			if got := fieldOf(c.in, name); got != c.want {
				t.Errorf("fieldOf(%d, %q) = %d, want %d", c.in, name, got, c.want)
			}
		}
	}
}

func TestKindsOfFields(t *testing.T) {
	for f := unknown; f <= otherDate; f++ {
		if f.text() && f.date() {
			t.Errorf("field %d is both text and a date", f)
		}
		if (f.text() || f.date()) && !f.leaf() {
			t.Errorf("field %d is not read whole", f)
		}
	}
	for _, f := range []field{unknown, html, rss, rdf, atom, channel, item, group, hours, skipDs} {
		if f.leaf() {
			t.Errorf("container %d is read whole", f)
		}
	}
	if n := content - itunesSummary + 1; len(rawItem{}.texts) != int(n) {
		t.Errorf("%d texts, %d fields", len(rawItem{}.texts), n)
	}
}

// The bounds of names and namespaces keep hostile documents cheap, and right.
func TestManyNames(t *testing.T) {
	var b strings.Builder
	for i := range 2 * maximumNames {
		b.WriteString("<x" + strings.Repeat("y", i%97) + string(rune('a'+i%26)) + "/>")
	}
	if e := one(t, rss20("<item>"+b.String()+"<title>A</title></item>"), Hints{}); e.Title != "A" {
		t.Errorf("title %q", e.Title)
	}
	names := strings.Repeat(`<z xmlns:a="u" xmlns:b="u" xmlns:c="u">`, 100)
	if e := one(t, rss20("<item>"+names+strings.Repeat("</z>", 100)+"<title>A</title></item>"), Hints{}); e.Title != "A" {
		t.Errorf("title %q", e.Title)
	}
}

// A namespace holds within its element only.
func TestScopeOfNamespaces(t *testing.T) {
	for _, c := range []struct{ name, item, want string }{
		{"declared before", `<z xmlns:d="http://purl.org/dc/elements/1.1/"/><d:title>X</d:title>`, ""},
		{"declared around", `<d:title xmlns:d="http://purl.org/dc/elements/1.1/">X</d:title>`, "X"},
		{"declared anew", `<dc:title xmlns:dc="urn:x">X</dc:title>`, ""},
		{"declared anew, then as before", `<dc:title xmlns:dc="urn:x">X</dc:title><dc:title>Y</dc:title>`, "Y"},
		{"default of another", `<title xmlns="urn:x">X</title>`, ""},
		{"default of Atom", `<title xmlns="http://www.w3.org/2005/Atom">X</title>`, "X"},
		{"prefix in capitals", `<DC:Title>X</DC:Title>`, "X"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if e := one(t, rss20("<item><guid>g</guid>"+c.item+"</item>"), Hints{}); e.Title != c.want {
				t.Errorf("title %q, want %q", e.Title, c.want)
			}
		})
	}
}
