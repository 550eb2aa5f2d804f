package feed

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/costtest"
)

// Each case is one item, written in one of the many ways, and what must come out.
func TestFormats(t *testing.T) {
	const day = "2010-05-13T00:00:00Z"
	atom := func(entry string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>x</id>` + entry + `</entry></feed>`
	}
	atom03 := func(entry string) string {
		return `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry><id>x</id>` + entry + `</entry></feed>`
	}
	for _, c := range []struct {
		name, body        string
		title, text, link string
		date              string
	}{
		{"rss 0.91", `<rss version="0.91"><channel><item><title>A</title><description>B</description><link>http://x.example/</link></item></channel></rss>`, "A", "B", "http://x.example/", ""},
		{"rss 0.90", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>T</title></channel><item><title>A</title><link>http://x.example/</link></item></rdf:RDF>`, "A", "", "http://x.example/", ""},
		{"rss with a namespace", `<rss xmlns="http://backend.userland.com/rss2"><channel><item><title>A</title></item></channel></rss>`, "A", "", "", ""},
		{"rss with a bogus namespace", `<rss xmlns="urn:nobody"><channel><item><title>A</title></item></channel></rss>`, "A", "", "", ""},
		{"channel without rss", `<channel><item><title>A</title></item></channel>`, "A", "", "", ""},
		{"items outside of the channel", `<rss><channel><title>T</title></channel><item><title>A</title></item></rss>`, "A", "", "", ""},
		{"elements in capitals", `<RSS><CHANNEL><ITEM><TITLE>A</TITLE><PUBDATE>2010-05-13</PUBDATE></ITEM></CHANNEL></RSS>`, "A", "", "", day},
		{"prefixed atom", `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>A</a:title><a:link href="http://x.example/"/></a:entry></a:feed>`, "A", "", "http://x.example/", ""},
		{"undeclared prefixes", `<rss><channel><item><title>A</title><content:encoded>B</content:encoded><dc:date>2010-05-13</dc:date></item></channel></rss>`, "A", "B", "", day},
		{"renamed prefixes", `<rss xmlns:z="http://purl.org/dc/elements/1.1/" xmlns:c="http://purl.org/rss/1.0/modules/content/"><channel><item><title>A</title><c:encoded>B</c:encoded><z:date>2010-05-13</z:date></item></channel></rss>`, "A", "B", "", day},
		{"prefix declared on the element", `<rss><channel><item><title>A</title><q:encoded xmlns:q="http://purl.org/rss/1.0/modules/content/">B</q:encoded><q:title>C</q:title></item></channel></rss>`, "A", "B", "", ""},
		{"foreign elements of the same name", `<rss xmlns:f="urn:foreign"><channel><item><f:title>X</f:title><title>A</title><f:link>http://y.example/</f:link><f:pubDate>2001-01-01</f:pubDate></item></channel></rss>`, "A", "", "", ""},
		{"elements of an inner element", `<rss><channel><item><source><title>X</title><pubDate>2001-01-01</pubDate></source><title>A</title></item></channel></rss>`, "A", "", "", ""},
		{"no title but a media title", `<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item><media:group><media:title>A</media:title><media:description>B</media:description></media:group></item></channel></rss>`, "A", "B", "", ""},
		{"the title outranks the media title", `<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item><media:title>X</media:title><title>A</title></item></channel></rss>`, "A", "", "", ""},
		{"content outranks description", `<rss><channel><item><content:encoded>long</content:encoded><description>short, but with more words in it</description></item></channel></rss>`, "", "long", "", ""},
		{"content with nothing but an image", `<rss><channel><item><content:encoded>&lt;img src=x></content:encoded><description>B</description></item></channel></rss>`, "", "B", "", ""},
		{"xhtml body", `<rss><channel><item><body xmlns="http://www.w3.org/1999/xhtml"><p>A &lt;x&gt; B</p></body></item></channel></rss>`, "", "A <x> B", "", ""},
		{"itunes summary", `<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><item><itunes:summary>B</itunes:summary></item></channel></rss>`, "", "B", "", ""},
		{"link as in atom", `<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><item><atom:link href="http://x.example/a"/></item></channel></rss>`, "", "", "http://x.example/a", ""},
		{"a link as text that leads to something else", atom(`<link rel="enclosure">http://x.example/e.mp3</link><link>http://x.example/a</link>`), "", "", "http://x.example/a", ""},
		{"and as all there is", atom(`<title>T</title><link rel="related">http://x.example/r</link>`), "T", "", "http://x.example/r", ""},
		{"the best of several links", atom(`<link rel="self" href="http://x.example/s"/><link rel="alternate" type="application/json" href="http://x.example/j"/><link href="http://x.example/h"/><link rel="via" href="http://x.example/v"/>`), "", "", "http://x.example/h", ""},
		{"link only to itself", atom(`<link rel="self" href="http://x.example/s"/>`), "", "", "http://x.example/s", ""},
		{"content elsewhere", atom(`<content src="http://x.example/c" type="text/html"/>`), "", "", "http://x.example/c", ""},
		{"atom text", atom(`<title>5 &lt; 6</title><summary type="text">a &lt;b&gt; c</summary>`), "5 < 6", "a c", "", ""},
		{"atom html", atom(`<title type="html">&lt;i&gt;A&lt;/i&gt;</title><content type="html">&lt;p&gt;B&lt;/p&gt;C</content>`), "A", "B\nC", "", ""},
		{"atom xhtml", atom(`<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>B</b></div></title><content type="xhtml"><div><p>C &amp; D</p><title>E</title></div></content>`), "A B", "C & D", "", ""},
		{"atom other media type", atom(`<content type="image/png">aGVsbG8=</content><summary>B</summary>`), "", "B", "", ""},
		{"atom 0.3 escaped", atom03(`<title mode="escaped" type="text/html">&lt;b&gt;A&lt;/b&gt;</title><content mode="escaped" type="text/html">&lt;p&gt;B&lt;/p&gt;</content>`), "A", "B", "", ""},
		{"atom 0.3 xml", atom03(`<content type="application/xhtml+xml" mode="xml"><p>A</p></content><issued>2010-05-13</issued>`), "", "A", "", day},
		{"atom 0.3 base64", atom03(`<title mode="base64">QTxiPkI8L2I+</title><content mode="base64" type="text/html">PHA+SGk8L3A+</content>`), "AB", "Hi", "", ""},
		{"atom 0.3 broken base64", atom03(`<content mode="base64">!!</content><summary>B</summary>`), "", "B", "", ""},
		{"published outranks updated", atom(`<updated>2011-01-01</updated><published>2010-05-13</published>`), "", "", "", day},
		{"dublin core terms", `<rss xmlns:t="http://purl.org/dc/terms/"><channel><item><t:modified>2011-01-01</t:modified><t:issued>2010-05-13</t:issued></item></channel></rss>`, "", "", "", day},
		{"title not closed", `<rss><channel><item><title>A<link>http://x.example/</link><pubDate>2010-05-13</item></channel></rss>`, "A", "", "http://x.example/", day},
		{"title not closed before another", `<rss><channel><item><title>A<title>B</item></channel></rss>`, "A", "", "", ""},
		{"description not closed", `<rss><channel><item><description><p>A<p>B<pubDate>2010-05-13</pubDate></item></channel></rss>`, "", "A\nB", "", day},
		{"item not closed", `<rss><channel><item><title>A</title></channel></rss>`, "A", "", "", ""},
		{"CDATA not closed", `<rss><channel><item><title><![CDATA[A</title><description><![CDATA[B]]></description></item></channel></rss>`, "A", "B", "", ""},
		{"markup in the description", `<rss><channel><item><description>A <b>B</b> &amp; <!-- C --><description>D</description></description></item></channel></rss>`, "", "A B &\nD", "", ""},
		{"stray end tags", `<rss><channel></b><item></foo><title>A</b></title></item></channel></rss>`, "A", "", "", ""},
		{"empty elements", `<rss><channel><item><title/><title>A</title><description/><link/><guid/></item></channel></rss>`, "A", "", "", ""},
		{"unclosed enclosure", `<rss><channel><item><enclosure url="x"><category>y<title>A</title></item></channel></rss>`, "A", "", "", ""},
		{"json without version", `{"items":[{"id":"1","title":"A","content_text":"a < b"}]}`, "A", "a < b", "", ""},
		{"json with marks", "\xEF\xBB\xBF" + `{"version":"https://jsonfeed.org/version/1","hubs":5,"title":null,"items":[{"title":"A","url":"http://x.example/","authors":5}],"x":{}}`, "A", "", "http://x.example/", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := one(t, c.body, Hints{})
			if e.Title != c.title || e.Text != c.text || e.URL != c.link {
				t.Errorf("title %q, text %q, link %q", e.Title, e.Text, e.URL)
			}
			date := ""
			if e.PublishedSource == event.PublishedFeed {
				date = e.Published.Format(time.RFC3339)
			}
			if date != c.date {
				t.Errorf("date %q, want %q", date, c.date)
			}
		})
	}
}

func TestChannel(t *testing.T) {
	d := parsed(t, `<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel xml:lang="tg"><title>A</title><title>B</title>
		<language>xx_nonsense!</language><ttl>-5</ttl><sy:updatePeriod>weekly</sy:updatePeriod><cloud domain="c.example" port="x"/><cloud domain="d.example"/>
		<item xml:lang="ru"><title>A</title></item><item><title>B</title><language>ky</language></item></channel></rss>`, Hints{})
	if d.Title != "A" || d.Language != "" || d.TTL != 7*24*time.Hour || d.Cloud == nil || d.Cloud.Port != 80 || d.Cloud.Domain != "c.example" {
		t.Errorf("got %+v, cloud %+v", d, d.Cloud)
	}
	if d.Items[0].Language != "ru" || d.Items[1].Language != "ky" {
		t.Errorf("languages %q and %q", d.Items[0].Language, d.Items[1].Language)
	}
	for period, want := range map[string]time.Duration{"hourly": time.Hour, "daily": 24 * time.Hour, "monthly": 720 * time.Hour, "yearly": 8760 * time.Hour, "never": 0} {
		d := parsed(t, `<rss><channel><sy:updatePeriod>`+period+`</sy:updatePeriod><sy:updateFrequency>x</sy:updateFrequency></channel></rss>`, Hints{})
		if d.TTL != want {
			t.Errorf("%s: %v, want %v", period, d.TTL, want)
		}
	}
}

func TestLongFields(t *testing.T) {
	long := strings.Repeat("g", 2000)
	e := one(t, rss20("<item><guid>"+long+"</guid><title>A</title><pubDate>"+long+"</pubDate>"+strings.Repeat("<author>B</author>", 50)+"</item>"), Hints{})
	if len(e.GUID) > longestGUID || len(e.RawDate) > longestDate || len(e.Authors) > maximumAuthors {
		t.Errorf("guid of %d bytes, date of %d, %d authors", len(e.GUID), len(e.RawDate), len(e.Authors))
	}
	d := parsed(t, `<rss><channel>`+strings.Repeat(`<atom:link rel="hub" href="http://h.example/"/>`, 50)+strings.Repeat("<skipHours><hour>1</hour></skipHours>", 50)+
		`<skipDays>`+strings.Repeat("<day>Monday</day>", 50)+`</skipDays></channel></rss>`, Hints{})
	if len(d.Hubs) > maximumHubs || len(d.SkipHours) > 24 || len(d.SkipDays) > 7 {
		t.Errorf("%d hubs, %d hours, %d days", len(d.Hubs), len(d.SkipHours), len(d.SkipDays))
	}
}

func TestBrokenJSON(t *testing.T) {
	d := parsed(t, `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"A"}, nonsense]}`, Hints{})
	if len(d.Items) != 1 || !d.Partial || !warned(d, "json") {
		t.Errorf("%d items, partial %v, warnings %q", len(d.Items), d.Partial, d.Warnings)
	}
}

func TestNoRootAtAll(t *testing.T) {
	for _, body := range []string{"<rss/>", "<rss><channel/>", "<a", "<", "<?xml", "<!DOCTYPE"} {
		if d, err := Parse([]byte(body), Hints{Fetched: fetched()}); err == nil && len(d.Items) > 0 {
			t.Errorf("%q gives %d items", body, len(d.Items))
		}
	}
}

func TestSummarize(t *testing.T) {
	encoded := func(r Report) string {
		out, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	r := Summarize([]byte(rss20(article("x", "https://news.example/a", "Title", noon))), "text/xml", "", fetched())
	want := `{"title":"T","items":[{"id":"` + Identity("", Entry{GUID: "x"}) + `","url":"https://news.example/a","title":"Title",` +
		`"published":"2010-05-13T12:00:00Z","published_source":"feed","text":""}],"warnings":[]}`
	if got := encoded(r); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if r := Summarize([]byte(rss20(article("x", "https://news.example/a", "Title", noon))), "", "wire", fetched()); r.Feed.Items[0].ID != Identity("wire", Entry{GUID: "x"}) || r.Feed.Items[0].ID == Identity("", Entry{GUID: "x"}) {
		t.Errorf("the id is not that of the feed: %s", encoded(r))
	}
	x, y := article("x", "https://news.example/a", "Title", noon), article("y", "https://news.example/b", "Other", noon)
	r = Summarize([]byte(rss20(x, y, x)), "text/xml", "", fetched())
	if all := r.Feed.Items; len(all) != 3 || all[2] != all[0] || all[1].Title != "Other" || len(r.Feed.Warnings) != 1 {
		t.Errorf("what stands twice in a document must be shown twice, with one id and a warning: %s", encoded(r))
	}
	if got := encoded(Summarize([]byte(rss20()), "", "", fetched())); !strings.Contains(got, `"items":[]`) {
		t.Errorf("no items must be an empty list: %s", got)
	}
	r = Summarize(nil, "", "", fetched())
	if got := encoded(r); r.Error == nil || got != `{"error":{"class":"empty","message":"the answer has no content; look whether the feed has moved"}}` {
		t.Errorf("got %s", got)
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, "text/xml; charset=utf-8")
	}
	f.Add([]byte(rss20("<item><title><![CDATA[x")), "")
	f.Add([]byte(`<feed><entry xml:base=":"><content type="xhtml"><div>`), "")
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		var d *Document
		var err error
		costtest.Bound(t, func() {
			d, err = Parse(body, Hints{ContentType: header, URL: "https://news.example/feed", Fetched: fetched(), Limits: Limits{Items: 20}})
		})
		if (d == nil) == (err == nil) {
			t.Fatal("Parse must give a document or an error")
		}
		if err != nil {
			return
		}
		sound(t, d)
	})
}

// sound checks what holds for every document.
func sound(t *testing.T, d *Document) {
	t.Helper()
	if len(d.Items) > 20 {
		t.Fatalf("%d items, 20 are allowed", len(d.Items))
	}
	seen := map[string]bool{}
	m := Memory{}
	for _, e := range d.Items {
		if e.Published.IsZero() || e.Published.After(fetched().Add(5*time.Minute)) || e.PublishedSource == "" || len(e.Keys) == 0 {
			t.Fatalf("date %v (%s), keys %q", e.Published, e.PublishedSource, e.Keys)
		}
		if e.URL != "" && !strings.HasPrefix(e.URL, "http://") && !strings.HasPrefix(e.URL, "https://") {
			t.Fatalf("link %q", e.URL)
		}
		if strings.ContainsAny(e.Title, "\n\x00\u202E\u200B") {
			t.Fatalf("title %q", e.Title)
		}
		id, known := m.Identify("f", e)
		if known && seen[id] {
			t.Fatalf("two items of one document are %s", id)
		}
		seen[id] = true
		m.Remember(id, e.Keys)
	}
	if _, err := json.Marshal(d); err != nil {
		t.Fatal(err)
	}
}

// news is a feed of 30 items of about 1.5 KB each.
func news() []byte {
	paragraph := "<p>Several hundred people <b>gathered</b> before the regional administration &amp; demanded the release of those held.</p>\n"
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>T</title><link>https://news.example/</link>`)
	for i := range 30 {
		b.WriteString(numbered(i, "<guid>https://news.example/"+time.Duration(i).String()+"</guid><pubDate>Thu, 13 May 2010 18:30:00 +0600</pubDate>"+
			"<description>One sentence about what happened.</description><content:encoded><![CDATA["+strings.Repeat(paragraph, 10)+"]]></content:encoded>"))
	}
	b.WriteString("</channel></rss>")
	return []byte(b.String())
}

func BenchmarkParse30Items(b *testing.B) {
	body := news()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := Parse(body, Hints{URL: "https://news.example/feed", Fetched: fetched()})
		if err != nil || len(d.Items) != 30 {
			b.Fatal(err)
		}
	}
}

// BenchmarkParse1NewOf30 is a poll of a feed that has one new item.
func BenchmarkParse1NewOf30(b *testing.B) {
	body := news()
	h := Hints{URL: "https://news.example/feed", Fetched: fetched()}
	d, err := Parse(body, h)
	if err != nil {
		b.Fatal(err)
	}
	marks := map[uint64]bool{}
	for _, e := range d.Items[1:] {
		marks[e.Mark] = true
	}
	h.Known = func(mark uint64) bool { return marks[mark] }
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if d, err := Parse(body, h); err != nil || len(d.Items) != 30 {
			b.Fatal(err)
		}
	}
}

// The yardstick for the benchmark above: gofeed alone, without plain text, links
// or identity.
func BenchmarkGofeed30Items(b *testing.B) {
	body := string(news())
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gofeed.NewParser().ParseString(body); err != nil {
			b.Fatal(err)
		}
	}
}
