package feed

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"

	"faultline/pkg/event"
)

// The faults are numbered as in the project's list of bad inputs.

// rss20 is a feed of one channel with these items.
func rss20(items ...string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>https://news.example/</link>` +
		strings.Join(items, "") + `</channel></rss>`
}

// item is an RSS item of these elements; title and link are numbered.
func numbered(n int, elements string) string {
	return fmt.Sprintf(`<item><title>Story %d</title><link>https://news.example/%d</link>%s</item>`, n, n, elements)
}

func parsed(t *testing.T, body string, h Hints) *Document {
	t.Helper()
	if h.Fetched.IsZero() {
		h.Fetched = fetched()
	}
	d, err := Parse([]byte(body), h)
	if err != nil {
		t.Fatalf("parsing %.200q: %v", body, err)
	}
	return d
}

// one is the only item of a feed.
func one(t *testing.T, body string, h Hints) Entry {
	t.Helper()
	d := parsed(t, body, h)
	if len(d.Items) != 1 {
		t.Fatalf("%d items, want 1", len(d.Items))
	}
	return d.Items[0]
}

func warned(d *Document, class string) bool {
	for _, w := range d.Warnings {
		if strings.HasPrefix(w, class+": ") {
			return true
		}
	}
	return false
}

func TestFault01To03NoFeed(t *testing.T) {
	page := `<!DOCTYPE html><html><head><title>Log in</title><base href="/x/">` +
		`<link rel="stylesheet" href="s.css"><link rel="alternate" type="application/rss+xml" href="feed.xml"></head><body>`
	for _, c := range []struct {
		name, body string
		class      Class
		message    string
		feed       string
	}{
		{"1 empty body", "", ClassEmpty, "no content", ""},
		{"1 only white space", " \r\n\t\x00", ClassEmpty, "no content", ""},
		{"1 only a byte-order mark", "\xEF\xBB\xBF", ClassEmpty, "no content", ""},
		{"2 login page with a feed", page, ClassNotAFeed, "web page", "https://news.example/x/feed.xml"},
		{"2 login page without", `<html><head></head><body><form></form></body></html>`, ClassNotAFeed, "web page", ""},
		{"2 page without html element", `<!doctype HTML><title>x</title><p>y`, ClassNotAFeed, "web page", ""},
		{"2 page in XHTML", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>`, ClassNotAFeed, "web page", ""},
		{"2 plain text", "Service unavailable", ClassNotAFeed, "neither RSS", ""},
		{"2 binary", "\x89PNG\r\n\x1a\n\x00\x00", ClassNotAFeed, "neither RSS", ""},
		{"2 OPML", `<opml version="2.0"><body><outline/></body></opml>`, ClassNotAFeed, "OPML", ""},
		{"2 sitemap", `<urlset><url/></urlset>`, ClassNotAFeed, "sitemap", ""},
		{"2 other XML", `<config><item><title>x</title></item></config>`, ClassNotAFeed, "<config>", ""},
		{"2 other RDF", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><foaf:Person/></rdf:RDF>`, ClassNotAFeed, "<rdf:RDF>", ""},
		{"2 television guide", `<tv><channel id="1"><display-name>x</display-name></channel></tv>`, ClassNotAFeed, "<tv>", ""},
		{"3 JSON of another kind", `{"a":1}`, ClassNotAFeed, "JSON", ""},
		{"3 JSON list", `[1,2]`, ClassNotAFeed, "JSON", ""},
		{"3 JSON with items that are no list", `{"items":5}`, ClassNotAFeed, "JSON", ""},
		{"3 JSON broken at once", `{`, ClassNotAFeed, "JSON", ""},
		{"4 cut off before the first item ends", `<rss><channel><item><title>x`, ClassMalformed, "cut off", ""},
		{"4 JSON cut off before the first item ends", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1`, ClassMalformed, "cut off", ""},
		{"23 200k nested", `<rss><channel>` + strings.Repeat("<a>", 200_000), ClassTooDeep, "nested", ""},
		{"24 200k attributes", `<rss ` + strings.Repeat(`a="b" `, 200_000) + `>`, ClassTooLarge, "attributes", ""},
		{"21 more bytes than allowed", strings.Repeat("x", 100_001), ClassTooLarge, "bytes", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			limits := Limits{}
			if strings.HasPrefix(c.name, "21") {
				limits.Bytes = 100_000
			}
			start := time.Now()
			d, err := Parse([]byte(c.body), Hints{URL: "https://news.example/feed", Fetched: fetched(), Limits: limits})
			took := time.Since(start)
			var e *Error
			if !errors.As(err, &e) || d != nil {
				t.Fatalf("got %v and error %v, want an *Error", d, err)
			}
			if e.Class != c.class || !strings.Contains(e.Message, c.message) || e.Feed != c.feed {
				t.Errorf("got %+v, want class %s, message with %q, feed %q", e, c.class, c.message, c.feed)
			}
			if c.feed != "" && !strings.Contains(e.Error(), c.feed) {
				t.Errorf("the operator is not told of %s: %q", c.feed, e.Error())
			}
			if took > 20*time.Second { // 100 ms on a quiet machine
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestFault04Truncated(t *testing.T) {
	whole := rss20(numbered(1, "<description>one</description>"), numbered(2, "<description>two</description>"), numbered(3, ""))
	json := `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"Story 1"},{"id":"2","title":"Story 2"},{"id":"3","ti`
	for name, body := range map[string]string{
		"4 within a description": whole[:strings.Index(whole, "wo</description>")] + "",
		"4 within a tag":         whole[:strings.Index(whole, "two</description>")-3],
		"4 between two items":    whole[:strings.Index(whole, "<item><title>Story 2")],
		"4 within CDATA":         whole[:strings.Index(whole, "<item><title>Story 2")] + "<item><title><![CDATA[Story 2",
	} {
		t.Run(name, func(t *testing.T) {
			d := parsed(t, body, Hints{})
			if !d.Partial || !warned(d, "partial") || len(d.Items) != 1 || d.Items[0].Text != "one" {
				t.Errorf("partial %v, items %v, warnings %q: want the one whole item", d.Partial, d.Items, d.Warnings)
			}
		})
	}
	t.Run("4 JSON", func(t *testing.T) {
		if d := parsed(t, json, Hints{}); !d.Partial || len(d.Items) != 2 || d.Items[1].Title != "Story 2" {
			t.Errorf("partial %v, items %v: want the two whole items", d.Partial, d.Items)
		}
	})
	t.Run("4 a whole document is not partial", func(t *testing.T) {
		if d := parsed(t, whole, Hints{}); d.Partial || len(d.Items) != 3 {
			t.Errorf("partial %v, %d items", d.Partial, len(d.Items))
		}
	})
	t.Run("4 the items before the cut are the same items", func(t *testing.T) {
		a, b := parsed(t, whole, Hints{}).Items[0], parsed(t, whole[:len(whole)-100], Hints{}).Items[0]
		if Identity("f", a) != Identity("f", b) || ContentHash(a.Title, a.Text) != ContentHash(b.Title, b.Text) {
			t.Errorf("%+v and %+v differ", a, b)
		}
	})
}

func TestFault05EmptyFeed(t *testing.T) {
	for name, body := range map[string]string{
		"5 rss":  rss20(),
		"5 atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title></feed>`,
		"5 json": `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if d := parsed(t, body, Hints{}); !d.Empty() || !warned(d, "empty_feed") || d.Partial || d.Title != "T" {
				t.Errorf("got %+v, want an empty feed", d)
			}
		})
	}
}

func TestFault06To08Entities(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">`
	for i := 1; i < 50; i++ {
		laughs += fmt.Sprintf(`<!ENTITY a%d "%s">`, i, strings.Repeat(fmt.Sprintf("&a%d;", i-1), 10))
	}
	for name, doctype := range map[string]string{
		"6 billion laughs": laughs + "]>",
		"7 XXE file":       `<!DOCTYPE rss [<!ENTITY a49 SYSTEM "file:///etc/passwd">]>`,
		"7 XXE parameter":  `<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p; <!ENTITY a49 "no">]>`,
		"8 external DTD":   `<!DOCTYPE rss PUBLIC "-//x" "http://127.0.0.1:1/x.dtd">`,
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			e := one(t, doctype+rss20(numbered(1, "<description>before &a49; after</description>")), Hints{})
			if e.Text != "before &a49; after" {
				t.Errorf("text %q: nothing may be expanded", e.Text)
			}
			if took := time.Since(start); took > 20*time.Second { // 50 ms on a quiet machine; for ever, if it were expanded
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestFault09To13And20And36Characters(t *testing.T) {
	item := func(title string) string { return rss20("<item><title>" + title + "</title><guid>g</guid></item>") }
	for _, c := range []struct{ name, title, want string }{
		{"9 control bytes", "a\x00b\x01c\x08d\x0Be\x1Ff\x7Fg", "abcdefg"},
		{"10 references to control characters", "a&#8;b&#x1F;c&#0;d&#x7f;e", "abcde"},
		{"11 non-characters", "a\uFFFEb\uFFFFc&#xFFFE;d&#65535;e", "abcde"},
		{"12 lone surrogates, referenced", "a&#xD800;b&#57343;c", "abc"},
		{"12 lone surrogates in UTF-8", "Ош\xED\xA0\x80Ош", "Ош\uFFFDОш"},
		{"13 an invalid byte in UTF-8", "Ош \xFF Ош", "Ош ÿ Ош"},
		{"20 lone ampersand", "R&D & more &", "R&D & more &"},
		{"20 HTML's entities", "a&nbsp;b &eacute;&hellip;", "a b é…"},
		{"20 unclosed tags", "a<br>b <b>c", "a b c"},
		{"20 escaped twice", "AT&amp;amp;T &amp;lt;i&amp;gt;wins&amp;lt;/i&amp;gt;", "AT&T wins"},
		{"20 comparison", "5 &lt; 6", "5 < 6"},
		{"36 bidirectional override", "abc\u202Edef\u2066g\u200Fh", "abcdefgh"},
		{"36 zero width", "O\u200Bs\u200Ch\uFEFF", "Osh"},
		{"36 letters of another script are shown as they are", "\u041Esh", "\u041Esh"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if e := one(t, item(c.title), Hints{}); e.Title != c.want {
				t.Errorf("title %q, want %q", e.Title, c.want)
			}
		})
	}
}

func TestFault13To18Charsets(t *testing.T) {
	const title = "Захвачено здание администрации"
	body := func(declared, title string) string {
		if declared != "" {
			declared = ` encoding="` + declared + `"`
		}
		return `<?xml version="1.0"` + declared + `?><rss><channel><item><title>` + title + `</title><guid>g</guid></item></channel></rss>`
	}
	encoded := func(enc interface{ String(string) (string, error) }, s string) string {
		out, err := enc.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	cp1251, koi := charmap.Windows1251.NewEncoder(), charmap.KOI8R.NewEncoder()
	utf16le := func(s string) string {
		out := []byte("\xFF\xFE")
		for _, u := range utf16.Encode([]rune(s)) {
			out = append(out, byte(u), byte(u>>8))
		}
		return string(out)
	}
	for _, c := range []struct {
		name, body, header, want string
		warn                     bool
	}{
		{"14 cp1251 declared", body("windows-1251", encoded(cp1251, title)), "", title, false},
		{"14 koi8-r declared", body("koi8-r", encoded(koi, title)), "", title, false},
		{"14 cp1256 declared", body("windows-1256", encoded(charmap.Windows1256.NewEncoder(), "احتجاجات")), "", "احتجاجات", false},
		{"14 euc-kr declared", body("EUC-KR", encoded(korean.EUCKR.NewEncoder(), "시위대")), "", "시위대", false},
		{"14 gb2312 declared", body("GB2312", encoded(simplifiedchinese.GBK.NewEncoder(), "抗议者")), "", "抗议者", false},
		{"15 cp1251 undeclared", body("", encoded(cp1251, title)), "", title, true},
		{"15 cp1251 only in the header", body("", encoded(cp1251, title)), "text/xml; charset=windows-1251", title, false},
		{"16 utf-16 with mark", utf16le(body("utf-16", title)), "", title, false},
		{"17 the header outranks the declaration", body("koi8-r", encoded(cp1251, title)), "application/rss+xml; charset=windows-1251", title, true},
		{"17 the mark outranks both", "\xEF\xBB\xBF" + body("koi8-r", title), "text/xml; charset=windows-1251", title, false},
		{"18 unknown name", body("bogus-8", encoded(cp1251, title)), "", title, true},
		{"13 cp1251 declared as utf-8", body("utf-8", encoded(cp1251, title)), "", title, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parsed(t, c.body, Hints{ContentType: c.header})
			if len(d.Items) != 1 || d.Items[0].Title != c.want || warned(d, "charset") != c.warn {
				t.Errorf("items %+v, warnings %q, want %q", d.Items, d.Warnings, c.want)
			}
		})
	}
}

func TestFault19Junk(t *testing.T) {
	for name, junk := range map[string]string{
		"19 a PHP warning":      "<br />\n<b>Warning</b>: x in <b>/a.php</b> on line <b>3</b><br />\n",
		"19 text":               "Notice: undefined index\n",
		"19 a wrapper":          "<xml>",
		"19 a mark and spaces":  " \n\uFEFF ",
		"19 an open comment":    "<!-- debug\n",
		"19 two declarations":   `<?xml version="1.0"?>`,
		"19 a broken paragraph": "<p class='x>",
	} {
		t.Run(name, func(t *testing.T) {
			if e := one(t, junk+rss20(numbered(1, "")), Hints{}); e.Title != "Story 1" {
				t.Errorf("title %q", e.Title)
			}
		})
	}
	if d := parsed(t, "Notice: x\n"+rss20(), Hints{}); !warned(d, "junk") {
		t.Errorf("warnings %q: the operator must be told", d.Warnings)
	}
}

func TestFault21And22Size(t *testing.T) {
	t.Run("21 a title of 5 MB", func(t *testing.T) {
		e := one(t, rss20("<item><title>"+strings.Repeat("Ош ", 1<<20)+"</title><guid>g</guid></item>"), Hints{})
		if !e.Truncated || len([]rune(e.Title)) > 501 || !strings.HasSuffix(e.Title, "…") {
			t.Errorf("truncated %v, %d characters", e.Truncated, len([]rune(e.Title)))
		}
	})
	t.Run("21 a text of 1 MB", func(t *testing.T) {
		e := one(t, rss20(numbered(1, "<description>"+strings.Repeat("word ", 200_000)+"</description>")), Hints{})
		if !e.Truncated || len(e.Text) > 64<<10 {
			t.Errorf("truncated %v, %d bytes", e.Truncated, len(e.Text))
		}
	})
	t.Run("22 100k items, the newest last", func(t *testing.T) {
		var b strings.Builder
		start := fetched().AddDate(-1, 0, 0)
		for i := range 100_000 {
			b.WriteString(numbered(i, "<pubDate>"+start.Add(time.Duration(i)*time.Minute).Format(time.RFC1123Z)+"</pubDate>"))
		}
		body := rss20(b.String())
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		d := parsed(t, body, Hints{})
		runtime.GC()
		runtime.ReadMemStats(&after)
		if len(d.Items) != 1000 || d.Items[999].Title != "Story 99999" || d.Items[0].Title != "Story 99000" || !warned(d, "items") {
			t.Errorf("%d items, from %q, warnings %q: want the newest 1,000", len(d.Items), d.Items[0].Title, d.Warnings)
		}
		if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 8<<20 {
			t.Errorf("%d bytes are kept: the document must not be", kept)
		}
		runtime.KeepAlive(body)
	})
	t.Run("22 100k items without dates, the newest first", func(t *testing.T) {
		var b strings.Builder
		for i := range 100_000 {
			b.WriteString(numbered(i, ""))
		}
		if d := parsed(t, rss20(b.String()), Hints{}); len(d.Items) != 1000 || d.Items[0].Title != "Story 0" || d.Items[999].Title != "Story 999" {
			t.Errorf("%d items, from %q: want the first 1,000", len(d.Items), d.Items[0].Title)
		}
	})
}

// What costs a search for each of its parts would take minutes here.
func TestHostileDocumentsTakeLinearTime(t *testing.T) {
	var open strings.Builder
	for i := range 100 {
		fmt.Fprintf(&open, "<x%d", i)
		for j := range 100 {
			fmt.Fprintf(&open, ` xmlns:p%d="u"`, j)
		}
		open.WriteString(">")
	}
	for name, unit := range map[string]string{
		"items":         "<item>",
		"titles":        "<item><title>",
		"end tags":      "</x>",
		"end tags of x": "</x0x>",
		"namespaces":    `<p:y xmlns:z="u"/>`,
		"names":         "<title><n1/><n2/></title>",
		"CDATA":         "<title><![CDATA[",
		"comments":      "<!--",
		"references":    "<title>&a&#1;</title>",
		"guids":         "<item><guid>x</guid><title>y</title></item>",
	} {
		t.Run(name, func(t *testing.T) {
			body := "<rss>" + open.String() + strings.Repeat(unit, 1<<20/len(unit))
			start := time.Now()
			d, err := Parse([]byte(body), Hints{Fetched: fetched()})
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("1 MB took %v", took)
			}
			if err == nil && len(d.Items) > DefaultLimits().Items {
				t.Errorf("%d items", len(d.Items))
			}
		})
	}
}

func TestFault32And33Links(t *testing.T) {
	for _, c := range []struct{ name, elements, want string }{
		{"32 javascript", "<link>javascript:alert(1)</link>", ""},
		{"32 data", "<link>data:text/html,x</link>", ""},
		{"32 relative", "<link>/a/b</link>", "https://news.example/a/b"},
		{"32 relative to xml:base", `<link xml:base="https://other.example/x/">y</link>`, "https://other.example/x/y"},
		{"32 bad link, good guid", "<link>javascript:x</link><guid>https://news.example/g</guid>", "https://news.example/g"},
		{"32 guid that is no link", `<guid isPermaLink="false">https://news.example/g</guid>`, ""},
		{"33 500 characters with tracking", "<link>https://news.example/" + strings.Repeat("a", 300) + "?id=1&amp;utm_source=" + strings.Repeat("b", 300) + "</link>",
			"https://news.example/" + strings.Repeat("a", 300) + "?id=1"},
		{"33 behind a counter", `<link>https://count.example/r/1</link><feedburner:origLink>https://news.example/a</feedburner:origLink>`, "https://news.example/a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := rss20("<item><title>x</title>" + c.elements + "</item>")
			if e := one(t, body, Hints{URL: "https://news.example/feed.xml"}); e.URL != c.want {
				t.Errorf("link %q, want %q", e.URL, c.want)
			}
		})
	}
}

func TestFault34And35Dates(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		want      time.Time
		from      event.PublishedSource
	}{
		{"34 none", "", fetched(), event.PublishedFetched},
		{"34 year 0001", "0001-01-01T00:00:00Z", fetched(), event.PublishedFetched},
		{"34 year 9999", "9999-12-31T00:00:00Z", fetched(), event.PublishedClamped},
		{"34 48 hours ahead", fetched().Add(48 * time.Hour).Format(time.RFC1123Z), fetched(), event.PublishedClamped},
		{"34 epoch", "1273775400", time.Unix(1273775400, 0), event.PublishedFeed},
		{"34 epoch zero", "0", fetched(), event.PublishedFetched},
		{"34 Russian month", "13 мая 2010 18:30", time.Date(2010, 5, 13, 18, 30, 0, 0, time.UTC), event.PublishedFeed},
		{"34 KGT", "Thu, 13 May 2010 18:30:00 KGT", time.Date(2010, 5, 13, 12, 30, 0, 0, time.UTC), event.PublishedFeed},
		{"34 IST", "Thu, 13 May 2010 18:30:00 IST", time.Date(2010, 5, 13, 13, 0, 0, 0, time.UTC), event.PublishedFeed},
		{"34 DST gap", "Sun, 28 Mar 2010 02:30:00 CET", time.Date(2010, 3, 28, 1, 30, 0, 0, time.UTC), event.PublishedFeed},
		{"34 25:61", "Thu, 13 May 2010 25:61:00 GMT", fetched(), event.PublishedFetched},
		{"35 three days behind", fetched().AddDate(0, 0, -3).Format(time.RFC1123Z), fetched().AddDate(0, 0, -3), event.PublishedFeed},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parsed(t, rss20(numbered(1, "<pubDate>"+c.raw+"</pubDate>")), Hints{})
			e := d.Items[0]
			if !e.Published.Equal(c.want) || e.PublishedSource != c.from || e.RawDate != c.raw {
				t.Errorf("got %v (%s) of %q, want %v (%s)", e.Published, e.PublishedSource, e.RawDate, c.want, c.from)
			}
			if flagged := c.from != event.PublishedFeed && c.raw != ""; warned(d, "dates") != flagged {
				t.Errorf("warnings %q", d.Warnings)
			}
		})
	}
	t.Run("34 the next best date", func(t *testing.T) {
		e := one(t, rss20(numbered(1, "<pubDate>soon</pubDate><dc:date>2010-05-13</dc:date>")), Hints{})
		if e.RawDate != "2010-05-13" || e.PublishedSource != event.PublishedFeed {
			t.Errorf("got %q (%s)", e.RawDate, e.PublishedSource)
		}
	})
}

func TestFault37Scripts(t *testing.T) {
	for _, c := range []struct{ name, html, want string }{
		{"37 script", `a<script>alert(1)</script>b`, "a b"},
		{"37 handlers", `<img src=x onerror=alert(1)>a<b onclick="x">b</b>`, "ab"},
		{"37 svg", `<svg onload=alert(1)><script>x</script><text>y</text></svg>a`, "a"},
		{"37 iframe with srcdoc", `<iframe srcdoc="<script>alert(1)</script>">x</iframe>a`, "a"},
		{"37 broken tag", `<<script>x</script>a`, "< a"},
		{"37 escaped twice", `&lt;script&gt;alert(1)&lt;/script&gt;a`, "a"},
	} {
		for form, element := range map[string]string{
			"cdata":   "<description><![CDATA[" + c.html + "]]></description>",
			"escaped": "<description>" + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(c.html) + "</description>",
		} {
			t.Run(c.name+" "+form, func(t *testing.T) {
				if e := one(t, rss20(numbered(1, element)), Hints{}); e.Text != c.want {
					t.Errorf("text %q, want %q", e.Text, c.want)
				}
			})
		}
	}
}

// What our own reader panics at is malformed, and the error says where that was.
func TestAPanicIsAMalformedDocument(t *testing.T) {
	h := Hints{URL: "https://x.example/feed", Fetched: fetched(), Known: func(uint64) bool { panic("a mark that cannot be") }}
	d, err := Parse(news(), h)
	e, ok := errors.AsType[*Error](err)
	if d != nil || !ok || e.Class != ClassMalformed || !strings.Contains(e.Message, "a mark that cannot be, at faults_test.go:") || !strings.Contains(e.Remedy, "report it") {
		t.Errorf("got %v, %v", d, err)
	}
	h.Known = func(uint64) bool { return []bool{}[len(h.URL)] }
	if _, err = Parse(news(), h); err == nil || !strings.Contains(err.Error(), "index out of range [22] with length 0, at faults_test.go:") {
		t.Errorf("got %v", err)
	}
}
