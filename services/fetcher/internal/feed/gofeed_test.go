package feed

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

// byGofeed is what gofeed alone makes of a document.
func byGofeed(t *testing.T, body string) *collector {
	t.Helper()
	g, err := gofeedOf(read(t, body, Hints{URL: "https://base.example/", Fetched: fetched()}))
	if err != nil {
		t.Fatalf("gofeed: %v", err)
	}
	return g
}

func TestGofeedRSS(t *testing.T) {
	g := byGofeed(t, `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
		xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
		xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
		<title>T</title><link>https://x.example/</link><language>ky</language><ttl>30</ttl><skipHours><hour>3</hour></skipHours><skipDays><day>Monday</day></skipDays>
		<cloud domain="c.example" port="1" path="/p" registerProcedure="r" protocol="soap"/><atom:link rel="hub" href="https://h.example/"/>
		<atom:link rel="self" href="https://x.example/feed"/><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
		<item><title>A</title><link>https://x.example/f</link><guid isPermaLink="false">g</guid><pubDate>p</pubDate><dc:date>d</dc:date><author>N</author><dc:creator>M</dc:creator>
		<description>D</description><content:encoded>C</content:encoded><itunes:summary>S</itunes:summary><media:group><media:description>M</media:description></media:group>
		<feedburner:origLink>https://x.example/o</feedburner:origLink><dc:language>ru</dc:language></item></channel></rss>`)
	cloud := Cloud{Domain: "c.example", Path: "/p", RegisterProcedure: "r", Protocol: "soap", Port: 1}
	if d := g.doc; d.TTL != 30*time.Minute || !slices.Equal(d.SkipHours, []int{3}) || !slices.Equal(d.SkipDays, []time.Weekday{time.Monday}) ||
		d.Cloud == nil || *d.Cloud != cloud || !slices.Equal(d.Hubs, []string{"https://h.example/"}) || d.Self != "https://x.example/feed" {
		t.Errorf("settings %+v", d)
	}
	if g.head.title.text != "T" || g.head.link.href != "https://x.example/" || g.head.lang != "ky" || g.period != 24*time.Hour || g.frequency != 2 {
		t.Errorf("head %+v", g.head)
	}
	want := rawItem{
		guid: "g", notALink: true, title: rawText{text: "A"}, link: rawLink{"https://x.example/o", "https://base.example/", 5},
		authors: []string{"N", "M"}, lang: "ru",
	}
	want.texts = [4]rawText{{text: "S"}, {text: "M"}, {text: "D"}, {text: "C"}}
	want.dates[0], want.dates[dcDate-pubDate] = "p", "d"
	if len(g.items) != 1 || !reflect.DeepEqual(g.items[0], want) {
		t.Errorf("items %+v, want %+v", g.items, want)
	}
}

func TestGofeedAtom(t *testing.T) {
	g := byGofeed(t, `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru"><title>T</title><link href="https://x.example/"/>
		<link rel="self" href="feed"/><link rel="hub" href="https://h.example/"/>
		<entry><id>tag:x,2010:1</id><title type="html">A &amp;lt; B</title><link rel="enclosure" href="/e"/><link rel="alternate" type="text/html" href="/a"/>
		<published>p</published><updated>u</updated><author><name>N</name></author><author><name>M</name></author><summary>S</summary><content type="text">C</content></entry></feed>`)
	if g.language != "ru" || g.head.title.text != "T" || g.head.link.href != "https://x.example/" || g.doc.Self != "https://base.example/feed" || len(g.doc.Hubs) != 1 {
		t.Errorf("head %+v, settings %+v", g.head, g.doc)
	}
	want := rawItem{guid: "tag:x,2010:1", title: rawText{text: "A &lt; B"}, link: rawLink{"/a", "https://base.example/", 3}, authors: []string{"N", "M"}}
	want.texts = [4]rawText{2: {text: "S"}, 3: {text: "C", plain: true}}
	want.dates[published-pubDate], want.dates[updated-pubDate] = "p", "u"
	if len(g.items) != 1 || !reflect.DeepEqual(g.items[0], want) {
		t.Errorf("items %+v, want %+v", g.items, want)
	}
}

func TestGofeedRDF(t *testing.T) {
	g := byGofeed(t, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
		<channel rdf:about="https://x.example/"><title>T</title></channel>
		<item rdf:about="https://x.example/1"><title>A</title><link>https://x.example/1</link><dc:date>d</dc:date></item></rdf:RDF>`)
	if len(g.items) != 1 || g.items[0].title.text != "A" || g.items[0].dates[dcDate-pubDate] != "d" || g.head.title.text != "T" {
		t.Errorf("head %+v, items %+v", g.head, g.items)
	}
}

func TestGofeedJSON(t *testing.T) {
	d := parsed(t, `{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://x.example/","feed_url":"https://x.example/f","language":"en",
		"items":[{"id":"1","url":"https://x.example/1","title":"A","content_html":"<p>B</p>","summary":"S","date_published":"2010-05-13","authors":[{"name":"N"},null]},
		{"id":2.5,"external_url":"https://y.example/","content_text":"a < b","date_modified":"2010-05-12","author":{"name":"M"},"language":"ru"}]}`, Hints{})
	if d.Title != "T" || d.Link != "https://x.example/" || d.Self != "https://x.example/f" || d.Language != "en" || len(d.Items) != 2 {
		t.Fatalf("got %+v", d)
	}
	for i, want := range []Entry{
		{GUID: "1", URL: "https://x.example/1", Title: "A", Text: "B", Language: "en", RawDate: "2010-05-13", Authors: []string{"N"}},
		{GUID: "2.5", URL: "https://y.example/", Text: "a < b", Language: "ru", RawDate: "2010-05-12", Authors: []string{"M"}},
	} {
		got := d.Items[i]
		if got.GUID != want.GUID || got.URL != want.URL || got.Title != want.Title || got.Text != want.Text || got.Language != want.Language ||
			got.RawDate != want.RawDate || !slices.Equal(got.Authors, want.Authors) {
			t.Errorf("item %d is %+v, want %+v", i, got, want)
		}
	}
}

// JSON that gofeed refuses for one wrong type is read all the same, and its other
// items come out as they would.
func TestWrongTypesInJSON(t *testing.T) {
	const first = `{"id":"1","url":"https://x.example/1","title":"A","content_html":"<p>B</p>"}`
	feed := func(second string) string {
		return `{"version":"https://jsonfeed.org/version/1","items":[` + first + `,` + second + `]}`
	}
	want := parsed(t, feed(`{"id":"2"}`), Hints{}).Items[0]
	for _, second := range []string{
		`{"id":"2","title":5}`, `{"id":"2","authors":"N"}`, `{"id":"2","author":"N"}`, `{"id":"2","url":{}}`, `{"id":"2","content_html":[]}`, `5`, `"x"`, `[]`, `{"id":"2","tags":"x"}`,
	} {
		t.Run(second, func(t *testing.T) {
			d := parsed(t, feed(second), Hints{})
			if len(d.Items) == 0 || d.Partial || !reflect.DeepEqual(d.Items[0].Keys, want.Keys) || d.Items[0].Text != want.Text {
				t.Errorf("got %+v", d)
			}
		})
	}
}

// A feed that changes hands between the readers, fetch by fetch, keeps its ids and
// its texts: no item is told again.
func TestNoRevisionWhenTheReaderChanges(t *testing.T) {
	whole := string(news())
	variants := map[string]string{
		"cut off":           whole[:len(whole)*2/3],
		"an end is missing": whole[:len(whole)-len("</rss>")] + "<item><title>last</item></rss>",
		"junk before it":    "Warning: x\n" + whole,
		"a tag left open":   whole[:len(whole)-len("</channel></rss>")] + "<item><title>last</title><description><p>x</description></item></channel></rss>",
	}
	m := Memory{}
	texts := map[string]string{}
	for _, e := range parsed(t, whole, Hints{}).Items {
		id, _ := m.Identify("f", e)
		m.Remember(id, e.Keys)
		texts[id] = ContentHash(e.Title, e.Text)
	}
	for name, body := range variants {
		t.Run(name, func(t *testing.T) {
			seen := 0
			for _, e := range parsed(t, body, Hints{}).Items {
				id, known := m.Identify("f", e)
				if e.Title == "last" {
					continue
				}
				seen++
				if !known || texts[id] != ContentHash(e.Title, e.Text) {
					t.Errorf("%q is new or revised", e.Title)
				}
			}
			if seen < 15 {
				t.Errorf("%d items", seen)
			}
		})
	}
}

// What gofeed panics at is read without it.
func TestAPanicOfGofeedIsAnError(t *testing.T) {
	var none []string
	g, err := spared(func() (*collector, error) { return &collector{language: none[0]}, nil })
	if g != nil || err == nil {
		t.Errorf("got %+v, %v", g, err)
	}
	whole := &collector{language: "ru"}
	if g, err := spared(func() (*collector, error) { return whole, nil }); g != whole || err != nil {
		t.Errorf("without a panic: got %+v, %v", g, err)
	}
}
