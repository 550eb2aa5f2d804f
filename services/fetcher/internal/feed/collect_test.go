package feed

import (
	"slices"
	"testing"
	"time"
)

func TestBestLink(t *testing.T) {
	type offer struct {
		href string
		rank int
	}
	for _, c := range []struct {
		name   string
		offers []offer
		want   string
	}{
		{"none", nil, ""},
		{"blank", []offer{{" \n", 5}}, ""},
		{"the better one first", []offer{{"a", 4}, {"b", 3}}, "a"},
		{"the better one last", []offer{{"a", 3}, {"b", 4}}, "b"},
		{"the first of equals", []offer{{"a", 3}, {"b", 3}}, "a"},
		{"white space around it", []offer{{" a\n", 3}}, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l rawLink
			for _, o := range c.offers {
				l.offer(o.href, "base", o.rank)
			}
			if l.href != c.want {
				t.Errorf("link %q, want %q", l.href, c.want)
			}
		})
	}
}

// Where a relation leads depends on where the link stands.
func TestRelations(t *testing.T) {
	for _, c := range []struct {
		rel, kind       string
		inHead, inItem  int // the rank it has there
		isHub, isItself bool
	}{
		{"", "", 3, 3, false, false},
		{"alternate", "", 3, 3, false, false},
		{"ALTERNATE", "TEXT/HTML", 3, 3, false, false},
		{"alternate", "application/xhtml+xml", 3, 3, false, false},
		{"alternate", "application/json", 2, 2, false, false},
		{"http://www.iana.org/assignments/relation/alternate", "", 3, 3, false, false},
		{"self", "", 0, 1, false, true},
		{"http://www.iana.org/assignments/relation/hub", "", 0, 0, true, false},
		{"hub", "", 0, 0, true, false},
		{"enclosure", "audio/mpeg", 0, 0, false, false},
		{"replies", "text/html", 0, 0, false, false},
		{"edit", "", 0, 0, false, false},
	} {
		t.Run(c.rel+" "+c.kind, func(t *testing.T) {
			g := collector{doc: &Document{}}
			e := element{field: address, href: "https://x.example/", rel: c.rel, kind: c.kind}
			var i rawItem
			g.put(&i, e)
			if i.link.rank != c.inItem || len(g.doc.Hubs) > 0 || g.doc.Self != "" {
				t.Errorf("in an item: rank %d, settings %+v", i.link.rank, g.doc)
			}
			g.put(&g.head, e)
			if g.head.link.rank != c.inHead || len(g.doc.Hubs) > 0 != c.isHub || g.doc.Self != "" != c.isItself {
				t.Errorf("in the head: rank %d, settings %+v", g.head.link.rank, g.doc)
			}
		})
	}
}

// Of two of a kind we keep the first, or the longest text, and note that gofeed
// does not.
func TestRepeatedElements(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields []field
		values []string
		want   string
		odd    bool
	}{
		{"one title", []field{title}, []string{"a"}, "a", false},
		{"two titles", []field{title, title}, []string{"a", "b"}, "a", true},
		{"an empty title first", []field{title, title}, []string{" ", "b"}, "b", false},
		{"an empty title last", []field{title, title}, []string{"a", ""}, "a", false},
		{"two kinds of title", []field{mediaTitle, title}, []string{"a", "b"}, "b", false},
		{"two kinds of title, the better first", []field{title, mediaTitle}, []string{"a", "b"}, "a", false},
		{"two media titles", []field{mediaTitle, mediaTitle}, []string{"a", "b"}, "a", true},
		{"two guids", []field{title, guid, guid}, []string{"a", "x", "y"}, "a", true},
		{"two dates", []field{title, pubDate, pubDate}, []string{"a", "x", "y"}, "a", true},
		{"dates of two kinds", []field{title, pubDate, dcDate}, []string{"a", "x", "y"}, "a", false},
		{"two texts", []field{title, summary, summary}, []string{"a", "x", "longer"}, "a", true},
		{"texts of two kinds", []field{title, summary, content}, []string{"a", "x", "y"}, "a", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := collector{doc: &Document{}}
			var i rawItem
			for k, f := range c.fields {
				g.put(&i, element{field: f, body: c.values[k]})
			}
			if i.title.text != c.want || i.odd != c.odd {
				t.Errorf("title %q, odd %v", i.title.text, i.odd)
			}
			if c.name == "two texts" && i.texts[summary-itunesSummary].text != "longer" {
				t.Errorf("texts %+v", i.texts)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	g := collector{doc: &Document{}}
	for _, v := range []struct {
		field field
		body  string
	}{
		{ttl, "0"}, {ttl, "-1"}, {ttl, "x"}, {ttl, " 60 "}, {hour, "-1"}, {hour, "25"}, {hour, "24"}, {hour, "5"}, {hour, "x"},
		{day, "sunday"}, {day, "Sonntag"}, {day, "SATURDAY"}, {frequency, "0"}, {frequency, "4"}, {period, "Daily"}, {period, "never"},
		{language, "ky"}, {language, "ru"}, {ignored, "x"},
	} {
		g.put(&g.head, element{field: v.field, body: v.body})
	}
	if g.doc.TTL != time.Hour || !slices.Equal(g.doc.SkipHours, []int{0, 5}) || !slices.Equal(g.doc.SkipDays, []time.Weekday{time.Sunday, time.Saturday}) {
		t.Errorf("settings %+v", g.doc)
	}
	if g.frequency != 4 || g.period != 24*time.Hour || g.head.lang != "ky" {
		t.Errorf("%d times in %v, language %q", g.frequency, g.period, g.head.lang)
	}
	g = collector{doc: &Document{}}
	if g.put(&g.head, element{field: ttl, body: "99999999999"}); g.doc.TTL < 0 {
		t.Errorf("TTL %v", g.doc.TTL)
	}
	if g.put(&g.head, element{field: ttl, body: "99999999"}); g.doc.TTL != (1<<20)*time.Minute {
		t.Errorf("TTL %v", g.doc.TTL)
	}
}

func TestCloud(t *testing.T) {
	for _, c := range []struct {
		domain, port string
		want         int // 0 for no cloud
	}{
		{"", "80", 0}, {"c.example", "5337", 5337}, {"c.example", "", 80}, {"c.example", "x", 80}, {"c.example", "0", 80}, {"c.example", "70000", 80},
	} {
		got := cloudOf(c.domain, c.port, "/p", "r", "soap")
		if c.want == 0 && got != nil || c.want != 0 && (got == nil || got.Port != c.want || got.Path != "/p" || got.RegisterProcedure != "r" || got.Protocol != "soap") {
			t.Errorf("%q, %q: %+v", c.domain, c.port, got)
		}
	}
}

// The ways in which Atom and RSS say what an element's text is.
func TestForms(t *testing.T) {
	for _, c := range []struct {
		kind, mode string
		inAtom     bool
		field      field
		want       form
	}{
		{"", "", true, content, form{plain: true}},
		{"", "", false, content, form{}},
		{"text", "", true, title, form{plain: true}},
		{"text/plain", "", true, content, form{plain: true}},
		{"html", "", true, content, form{}},
		{"text/html", "", true, content, form{}},
		{"text/markdown", "", true, content, form{}},
		{"xhtml", "", true, summary, form{verbatim: true}},
		{"application/xhtml+xml", "", true, content, form{verbatim: true}},
		{"image/svg+xml", "", true, content, form{}},
		{"image/png", "", true, content, form{base64: true, binary: true}},
		{"image/png", "", true, summary, form{}},
		{"application/octet-stream", "", true, title, form{base64: true}},
		{"text/html", "base64", true, content, form{base64: true}},
		{"image/png", "base64", true, content, form{base64: true, binary: true}},
		{"", "base64", true, content, form{base64: true}},
		{"text/plain", "escaped", true, content, form{plain: true}},
		{"text/html", "escaped", true, content, form{}},
		{"text/html", "xml", true, content, form{verbatim: true}},
	} {
		if got := formOfType(c.kind, c.mode, c.inAtom, c.field); got != c.want {
			t.Errorf("formOfType(%q, %q, %v, %d) = %+v, want %+v", c.kind, c.mode, c.inAtom, c.field, got, c.want)
		}
	}
	for _, c := range []struct {
		form form
		body string
		want rawText
	}{
		{form{}, "a", rawText{text: "a"}},
		{form{plain: true}, "a", rawText{text: "a", plain: true}},
		{form{base64: true}, " Y\nQ== ", rawText{text: "a"}},
		{form{base64: true}, "/w==", rawText{text: "\uFFFD"}},
		{form{base64: true}, "!", rawText{}},
		{form{base64: true, binary: true}, "YQ==", rawText{}},
	} {
		if got := c.form.decode(c.body); got != c.want {
			t.Errorf("%+v of %q = %+v, want %+v", c.form, c.body, got, c.want)
		}
	}
}

func TestNameOf(t *testing.T) {
	for in, want := range map[string]string{
		" A ": "A", "<name>A</name><email>b</email>": "A", "<uri>x</uri><name> A </name>": "A", "<name>A": "A", "": "", "<name></name>": "",
	} {
		if got := nameOf(in); got != want {
			t.Errorf("nameOf(%q) = %q, want %q", in, got, want)
		}
	}
}
