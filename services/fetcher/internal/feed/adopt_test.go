package feed

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"faultline/services/fetcher/internal/markup"
)

// read reads a document by our own reader alone.
func read(t *testing.T, body string, h Hints) *reader {
	t.Helper()
	h.Limits = h.Limits.or(DefaultLimits())
	r := newReader(strings.TrimSpace(body), h)
	if err := r.read(); err != nil {
		t.Fatalf("reading %.200q: %v", body, err)
	}
	return r
}

// gofeedOf is what gofeed makes of the whole document.
func gofeedOf(r *reader) (*collector, error) { return r.gofeed(r.src) }

// agree checks that gofeed reads the document, and that it makes no difference to
// what comes out: or a document that is cut off, which only we read, would revise
// the items of the whole one.
func agree(t *testing.T, body string) {
	t.Helper()
	h := Hints{URL: "https://base.example/feed/", Fetched: fetched(), Limits: DefaultLimits()}
	g, err := gofeedOf(read(t, body, h))
	if err != nil {
		t.Fatalf("gofeed: %v", err)
	}
	ours := read(t, body, h)
	if len(g.items) != len(ours.items) {
		t.Fatalf("gofeed has %d items, we have %d", len(g.items), len(ours.items))
	}
	want, err := ours.document(h)
	if err != nil {
		t.Fatal(err)
	}
	got := parsed(t, body, h)
	if !got.Empty() && !reflect.DeepEqual(got, want) {
		t.Errorf("with gofeed\n%+v\nwithout\n%+v", got, want)
	}
}

func TestReadersAgree(t *testing.T) {
	read := 0
	for name, body := range samples(t) {
		if name == "sloppy.xml" || name == "feed.json" { // gofeed refuses them
			continue
		}
		read++
		t.Run(name, func(t *testing.T) { agree(t, string(body)) })
	}
	if read < 3 {
		t.Errorf("gofeed reads %d samples", read)
	}
	t.Run("benchmark", func(t *testing.T) { agree(t, string(news())) })
}

// The elements of an item, alone and with others: whatever gofeed makes of them,
// it means the same.
func TestReadersAgreeOnElements(t *testing.T) {
	const names = ` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/"` +
		` xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"` +
		` xmlns:a="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:h="http://www.w3.org/1999/xhtml"`
	rss := func(item string) string {
		return `<rss version="2.0"` + names + `><channel><title>T</title><link>https://x.example/</link><item>` + item + `</item></channel></rss>`
	}
	atom := func(entry string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"` + names + `><title>T</title><entry>` + entry + `</entry></feed>`
	}
	both := []string{
		`<title>A &amp; B &lt;i&gt;C&lt;/i&gt;</title>`, `<title><![CDATA[A & <b>B</b>]]> &amp; C</title>`, `<title>R&D &nbsp; AT&amp;amp;T &#150; &#8; &bomb;</title>`,
		`<title>A</title><title>B</title>`, `<title/><title>A</title>`, `<title>A</title><title/>`, `<title>5 < 6 <b>x</b></title>`, `<media:title>M</media:title><dc:title>D</dc:title>`,
		`<media:title>M</media:title><title>A</title>`, `<media:group><media:title>M</media:title><media:description>D</media:description></media:group>`,
		`<media:description>A<b>B</b>C</media:description>`, `<itunes:summary>S</itunes:summary>`, `<content:encoded><![CDATA[<p>A</p><p>B</p>]]></content:encoded>`,
		`<summary>S</summary><content>C</content>`, `<summary>A</summary><summary>longer</summary>`, `<h:div><h:p>A</h:p><h:p>B</h:p></h:div>`,
		`<dc:date>2010-05-13</dc:date>`, `<dcterms:issued>2010-05-13</dcterms:issued><dcterms:modified>2011-01-01</dcterms:modified>`, `<created>2010-05-13</created>`,
		`<published>2010-05-13</published><issued>2009-01-01</issued><updated>2011-01-01</updated><modified>2012-01-01</modified>`, `<dc:date>x</dc:date><dc:date>2010-05-13</dc:date>`,
		`<a:published>2010-05-13</a:published>`, `<a:link href="https://x.example/a b?c=ä&amp;utm_source=q"/>`, `<a:link rel="self" href="/s"/><a:link rel="alternate" href="/h"/>`,
		`<feedburner:origLink>https://x.example/o</feedburner:origLink><link>https://x.example/f</link>`, `<link rel="self" href="/s"/><link href="/h"/>`,
		`<link href="http://пример.example/новости/1#x"/>`, `<link xml:base="https://y.example/d/e" href="f"/>`, `<link href="javascript:x"/><id>https://x.example/i</id>`,
		`<id>https://x.example/Ош а%2f</id>`, `<id> tag:x,2010:1 </id>`, `<dc:creator>A</dc:creator><dc:creator>B</dc:creator>`, `<dc:language>ky</dc:language>`,
		`<title xml:lang="ru">A</title>`, `<foreign:title xmlns:foreign="urn:x">F</foreign:title>`, `<q:encoded xmlns:q="http://purl.org/rss/1.0/modules/content/">Q</q:encoded>`,
		`<!-- <title>no</title> --><title>A<!-- b -->C</title>`, `<title>A<![CDATA[B]]><![CDATA[C]]></title>`, `<source><title>S</title><id>s</id></source>`,
	}
	inRSS := []string{
		`<guid isPermaLink="false">https://x.example/g</guid>`, `<guid>https://x.example/g?a=1&amp;b=ä</guid>`, `<guid>a</guid><guid>b</guid>`, `<link>/r</link>`,
		`<link> https://x.example/1 </link><link>https://x.example/2</link>`, `<link/>`, `<description>A &lt;p&gt;B</description><content:encoded/>`,
		`<description>A <b>B</b> &amp; <i>C</i></description>`, `<description><![CDATA[A]]> and &lt;b&gt;B&lt;/b&gt;</description>`, `<body_html>A</body_html><fulltext>B</fulltext>`,
		`<pubDate>Thu, 13 May 2010 18:30:00 +0600</pubDate><dc:date>2009-01-01</dc:date>`, `<pubDate>soon</pubDate><lastBuildDate>2010-05-13</lastBuildDate>`,
		`<author>a@x.example (A)</author>`, `<url>https://x.example/u</url>`, `<a:content type="xhtml"><h:div>A<h:b>B</h:b></h:div></a:content>`, `<a:summary type="text">5 &lt; 6 &lt;x&gt;</a:summary>`,
	}
	inAtom := []string{
		`<title type="html">&lt;b&gt;A&lt;/b&gt; &amp;amp; B</title>`, `<title type="xhtml"><h:div>A <h:b>B</h:b></h:div></title>`, `<summary type="text">a &lt;b&gt; &lt;c&gt; 5 &lt; 6</summary>`,
		`<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A<br/>B</p><iframe src="x"/><p>C &lt;d&gt;</p></div></content>`, `<content type="html"><![CDATA[<p>A</p>]]></content>`,
		`<content type="html">&lt;div&gt;A&lt;/div&gt;&lt;div&gt;B&lt;/div&gt;</content>`, `<content type="html"><div>A &amp;amp; B</div></content>`, `<content type="text">A <b>B</b></content>`,
		`<content type="image/png">aGVsbG8=</content>`, `<content type="application/xml">&lt;x/&gt;</content>`, `<content type="text/html" mode="base64">PHA+SGk8L3A+</content>`, `<content mode="escaped">&lt;p&gt;A</content>`,
		`<summary type="application/octet-stream">PHA+SGk8L3A+</summary>`, `<content src="https://x.example/c"/>`, `<author><name>A &amp; B</name><email>a@x.example</email></author>`, `<description>D</description>`,
	}
	for i, e := range append(append([]string{}, both...), inRSS...) {
		t.Run(fmt.Sprintf("rss %d", i), func(t *testing.T) { agree(t, rss(e)) })
		t.Run(fmt.Sprintf("rss %d among others", i), func(t *testing.T) {
			agree(t, rss(`<title>First</title><link>https://x.example/1</link>`+e+`<description>Text</description><pubDate>2010-05-12</pubDate>`))
		})
	}
	for i, e := range append(append([]string{}, both...), inAtom...) {
		t.Run(fmt.Sprintf("atom %d", i), func(t *testing.T) { agree(t, atom(e)) })
		t.Run(fmt.Sprintf("atom %d among others", i), func(t *testing.T) {
			agree(t, atom(`<title>First</title><link href="https://x.example/1"/>`+e+`<summary>Text</summary><published>2010-05-12</published>`))
		})
	}
}

// What gofeed says is what counts where both readers have found something.
func TestGofeedIsHeard(t *testing.T) {
	c := collector{doc: &Document{TTL: time.Minute, Hubs: []string{"a", "b"}}, items: []rawItem{{guid: "g"}, {guid: "h"}, {odd: true}}}
	g := collector{doc: &Document{TTL: time.Hour, Hubs: []string{"c"}, SkipHours: []int{1}}, language: "ru", items: []rawItem{{guid: "g"}, {guid: "other"}, {}}}
	for i := range g.items {
		c.items[i].title.text, g.items[i].title.text = "ours", "gofeed's"
		c.items[i].dates[0], g.items[i].dates[1] = "2010", "2011"
		c.items[i].link.offer("ours", "", 3)
		g.items[i].link.offer("gofeed's", "", 3)
	}
	c.adopt(&g, []int{0, 1, 2}, false)
	for i, want := range []string{"gofeed's", "ours", "ours"} {
		if it := c.items[i]; it.title.text != want || it.link.href != want || it.dates[0] != "2010" || it.dates[1] != "" {
			t.Errorf("item %d is %+v, want what is %s", i, it, want)
		}
	}
	if c.doc.TTL != time.Hour || len(c.doc.Hubs) != 2 || len(c.doc.SkipHours) != 1 || c.language != "ru" {
		t.Errorf("settings %+v, language %q", c.doc, c.language)
	}
	c.adopt(&collector{doc: &Document{TTL: time.Second}, items: []rawItem{{}}}, []int{0, 1, 2}, false)
	if c.doc.TTL != time.Hour {
		t.Error("a reading that lost items counts")
	}
}

// What gofeed loses in a whole document is there all the same.
func TestGapsAreFilled(t *testing.T) {
	d := parsed(t, `<rss version="2.0"><channel><title>T</title><item><title>A</title><media:description>m <b>b</b></media:description></item>`+
		`<ITEM><title>B</title><link href="https://x.example/b" rel="alternate"/></ITEM></channel><item><guid>c</guid><dcterms:issued>2010-05-13</dcterms:issued></item></rss>`, Hints{})
	if len(d.Items) != 3 || d.Items[0].Text != "m b" || d.Items[1].URL != "https://x.example/b" || d.Items[2].RawDate != "2010-05-13" {
		t.Errorf("got %+v", d.Items)
	}
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>https://x.example/Ош</id><created>2010-05-13</created></entry></feed>`
	if e := one(t, atom, Hints{}); e.RawDate != "2010-05-13" || e.GUID != "https://x.example/Ош" {
		t.Errorf("got %+v", e)
	}
	json := `{"version":"https://jsonfeed.org/version/1.1","hubs":[{"type":"WebSub","url":"https://h.example/"}],"items":[null,{"id":true,"title":"A"},{"id":7,"author":{"name":"N"}}]}`
	d = parsed(t, json, Hints{})
	if len(d.Items) != 2 || d.Items[0].GUID != "" || d.Items[1].GUID != "7" || len(d.Hubs) != 1 || len(d.Items[1].Authors) != 1 {
		t.Errorf("got %+v", d)
	}
}

// What gofeed must not see it is not given; the document is read all the same.
func TestNotForGofeed(t *testing.T) {
	deep := strings.Repeat("<a>", 200) + strings.Repeat("</a>", 200)
	many := strings.Repeat("<dc:x>a<b/></dc:x>", 3000)
	for name, c := range map[string]struct {
		elements string
		want     error
	}{
		"nothing special":  {"", nil},
		"tags left open":   {"<description>a<p>b</description>", markup.ErrNesting},
		"deep in a leaf":   {"<dc:creator>" + deep + "</dc:creator>", markup.ErrBounds},
		"behind a DOCTYPE": {"<!X [><dc:creator>" + deep + "</dc:creator>]>", nil},
		"many children":    {many, markup.ErrBounds},
		"many namespaces":  {"<dc:x " + strings.Repeat(` xmlns:n="u"`, 40) + "/>", markup.ErrBounds},
		"too large":        {"<description>" + strings.Repeat("x", gofeedBytes) + "</description>", errNotGiven},
	} {
		t.Run(name, func(t *testing.T) {
			body := rss20(numbered(1, c.elements))
			if _, err := gofeedOf(read(t, body, Hints{Fetched: fetched()})); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if e := one(t, body, Hints{}); e.Title != "Story 1" || e.URL != "https://news.example/1" {
				t.Errorf("got %+v", e)
			}
		})
	}
	t.Run("cut off", func(t *testing.T) {
		if _, err := gofeedOf(read(t, rss20(numbered(1, ""))[:120], Hints{Fetched: fetched()})); !errors.Is(err, errNotGiven) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("more items than are kept", func(t *testing.T) {
		r := read(t, rss20(numbered(1, ""), numbered(2, ""), numbered(3, ""), numbered(4, "")), Hints{Fetched: fetched(), Limits: Limits{Items: 1}})
		if _, err := gofeedOf(r); !errors.Is(err, errNotGiven) {
			t.Errorf("error %v", err)
		}
	})
}

// The work that gofeed can be made to do within its bounds.
func TestGofeedTakesLinearTime(t *testing.T) {
	const size = gofeedBytes - 4096
	fill := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	for name, body := range map[string]string{
		"extension with much text": rss20(numbered(1, "<dc:x>"+fill("x")[:size-20_000]+strings.Repeat("<b/>a", 2000)+"</dc:x>")),
		"extensions":               rss20(strings.Repeat("<item>"+strings.Repeat("<dc:x/>", 50)+"</item>", size/400)),
		"ampersands":               rss20(numbered(1, "<description>"+fill("&")+"</description>")),
		"tables": `<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml"><div>` +
			strings.Repeat("<table><b><i>x</i></b><tr><td/></tr></table>", 2000) + `</div></content></entry></feed>`,
		"sections": rss20(numbered(1, "<dc:x>"+fill("<![CDATA[a]]>")+"</dc:x>")),
		"names":    rss20(numbered(1, "<author>"+fill("a@b (")+"</author>")),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			r := read(t, body, Hints{Fetched: fetched()})
			_, err := gofeedOf(r)
			t.Logf("gofeed took %v, error %v", time.Since(start), err)
			parsed(t, body, Hints{})
			if took := time.Since(start); took > 20*time.Second { // half a second on a quiet machine; minutes when quadratic
				t.Errorf("%d bytes took %v", len(body), took)
			}
		})
	}
}

// What is known is left out of what gofeed reads; what comes out is the same, but for the text of
// what is known.
func TestKnownItemsAreNotReadTwice(t *testing.T) {
	h := Hints{URL: "https://base.example/feed/", Fetched: fetched()}
	for name, body := range samples(t) {
		t.Run(name, func(t *testing.T) {
			want := parsed(t, string(body), h)
			for keep := range 4 { // every item is known but every fourth, and so on
				known := h
				marks := map[uint64]bool{}
				for i, e := range want.Items {
					if i%4 != keep {
						marks[e.Mark] = true
					}
				}
				known.Known = func(mark uint64) bool { return marks[mark] }
				got, unread := parsed(t, string(body), known), 0
				for i := range got.Items {
					if e := &got.Items[i]; e.Unread && e.Text == "" && marks[e.Mark] {
						e.Text, e.Truncated, e.Unread = want.Items[i].Text, want.Items[i].Truncated, false
						unread++
					}
				}
				if len(marks) > 2 && unread == 0 && want.Format != "json" {
					t.Error("every text was read")
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("with known items\n%+v\nwithout\n%+v", got, want)
				}
			}
		})
	}
}

// gofeed sees the head and the items that are not known.
func TestNewsIsTheDocumentWithoutWhatIsKnown(t *testing.T) {
	const one, two, three = "<item><title>One</title></item>", "<item><title>Two</title>", "<item><title>Three</title></item>"
	const body = "<rss><channel><title>T</title>" + one + " " + two + three + "<ttl>5</ttl></channel></rss>"
	h := Hints{URL: "https://base.example/", Fetched: fetched()}
	for known, want := range map[string]string{
		"":          body,
		one:         "<rss><channel><title>T</title> " + two + three + "<ttl>5</ttl></channel></rss>",
		two:         "<rss><channel><title>T</title>" + one + " " + three + "<ttl>5</ttl></channel></rss>", // it has no end tag
		one + three: "<rss><channel><title>T</title> " + two + "<ttl>5</ttl></channel></rss>",
	} {
		h.Known = func(m uint64) bool {
			for _, item := range []string{one, two, three} {
				if mark(item) == m {
					return strings.Contains(known, item)
				}
			}
			t.Errorf("a mark that no item has")
			return false
		}
		if _, src := read(t, body, h).news(); src != want {
			t.Errorf("%q is known: got\n%s, want\n%s", known, src, want)
		}
	}
}
