package feed

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// TestFault02LogInPages: wherever a page names its feed, the operator is told.
func TestFault02LogInPages(t *testing.T) {
	const page = `<title>Log in</title><form method=post><input type=password></form>`
	for _, c := range []struct{ name, body, feed string }{
		{"relative to the page", `<!doctype html><link rel=alternate type=application/rss+xml href=rss.xml>` + page, "https://news.example/rss.xml"},
		{"capitals and single quotes", `<HTML><HEAD><LINK REL='Alternate' TYPE='application/RSS+xml' HREF='/RSS'></HEAD>` + page, "https://news.example/RSS"},
		{"Atom", `<html><link type="application/atom+xml" href="/atom" rel="alternate">` + page, "https://news.example/atom"},
		{"JSON Feed", `<html><link rel="alternate" type="application/feed+json" href="//other.example/feed.json">` + page, "https://other.example/feed.json"},
		{"an escaped address", `<html><link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2">` + page, "https://news.example/rss?a=1&b=2"},
		{"in the body", `<html><body>` + page + `<link rel="alternate" type="application/rss+xml" href="/late">`, "https://news.example/late"},
		{"XHTML with a declaration", `<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><link rel="alternate" type="application/rss+xml" href="/x"/></head></html>`, "https://news.example/x"},
		{"behind a comment", "<!-- saved --><!doctype html><html>" + page, ""},
		{"a script as address", `<html><link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">` + page, ""},
		{"another language of the page", `<html><link rel="alternate" hreflang="ru" href="/ru">` + page, ""},
	} {
		t.Run("2 "+c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.body), Hints{URL: "https://news.example/feed", Fetched: fetched(), ContentType: "text/html"})
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Class != ClassNotAFeed || e.Feed != c.feed {
				t.Errorf("got %v (feed %q), want not_a_feed and feed %q", err, e.Feed, c.feed)
			}
		})
	}
}

// TestFault07NothingIsRead: no notation of XML that names a file or an address
// makes the parser read it.
func TestFault07NothingIsRead(t *testing.T) {
	const doctype = `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>`
	item := numbered(1, "<description>before &f; after</description>")
	for name, body := range map[string]string{
		"rss":                    doctype + rss20(item),
		"atom":                   doctype + `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id><title>Story</title><summary>before &f; after</summary></entry></feed>`,
		"rdf":                    doctype + `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item><title>Story</title><description>before &f; after</description></item></rdf:RDF>`,
		"public":                 `<!DOCTYPE x [<!ENTITY f PUBLIC "-//x" "http://127.0.0.1:1/x">]>` + rss20(item),
		"through another entity": `<!DOCTYPE x [<!ENTITY g SYSTEM "file:///etc/passwd"><!ENTITY f "&g;">]>` + rss20(item),
		"unparsed":               `<!DOCTYPE x [<!NOTATION n SYSTEM "x"><!ENTITY f SYSTEM "file:///etc/passwd" NDATA n>]>` + rss20(item),
	} {
		t.Run("7 "+name, func(t *testing.T) {
			if e := one(t, body, Hints{}); e.Text != "before &f; after" {
				t.Errorf("text %q", e.Text)
			}
		})
	}
	for name, body := range map[string]string{
		"XInclude":     rss20(numbered(1, `<description>before <xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/> after</description>`)),
		"a stylesheet": `<?xml-stylesheet type="text/xsl" href="file:///etc/passwd"?>` + rss20(numbered(1, "<description>before after</description>")),
		"a schema":     strings.Replace(rss20(numbered(1, "<description>before after</description>")), "<rss", `<rss xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x http://127.0.0.1:1/x.xsd"`, 1),
	} {
		t.Run("7 "+name, func(t *testing.T) {
			if e := one(t, body, Hints{}); strings.Join(strings.Fields(e.Text), " ") != "before after" {
				t.Errorf("text %q", e.Text)
			}
		})
	}
}

// TestFault10To12InEveryField: characters that XML forbids cost no item, wherever
// and however they are written.
func TestFault10To12InEveryField(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"10 decimal", "a&#8;b", "ab"},
		{"10 hexadecimal", "a&#x1F;b&#X1f;c", "abc"},
		{"10 leading zeros", "a&#0008;b&#x00000000001F;c", "abc"},
		{"10 zero", "a&#0;b&#x0;c", "abc"},
		{"10 beyond Unicode", "a&#1114112;b&#x110000;c&#99999999999999999999;d", "abcd"},
		{"10 delete and C1", "a&#127;b&#x9C;c", "abœc"},
		{"11 as bytes", "a\xEF\xBF\xBEb\xEF\xBF\xBFc", "abc"},
		{"11 referenced", "a&#xFFFE;b&#65535;c", "abc"},
		{"11 of other planes", "a\U0001FFFEb\U0010FFFFc&#x1FFFF;d", "abcd"},
		{"11 the reserved block", "a\uFDD0b\uFDEFc", "abc"},
		{"12 referenced", "a&#xD800;b&#xDFFF;c", "abc"},
		{"12 a pair, referenced", "a&#xD83D;&#xDE00;b", "ab"},
	} {
		for field, body := range map[string]string{
			"title": rss20("<item><title>" + c.raw + "</title><guid>g</guid></item>"),
			"text":  rss20("<item><title>t</title><guid>g</guid><description>" + c.raw + "</description></item>"),
			"atom":  `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>g</id><title>` + c.raw + `</title></entry></feed>`,
		} {
			t.Run(c.name+" in "+field, func(t *testing.T) {
				e := one(t, body, Hints{})
				if got := map[bool]string{true: e.Text, false: e.Title}[field == "text"]; got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		}
	}
	for name, c := range map[string]struct{ raw, want string }{
		"10 control characters": {`a\u0008b\u001fc`, "abc"},
		"11 non-characters":     {`a\uFFFEb\uffffc`, "abc"},
		"12 a lone high one":    {`a\uD800b`, "a\uFFFDb"},
		"12 a lone low one":     {`a\uDC00b`, "a\uFFFDb"},
		"12 two in wrong order": {`a\uDE00\uD83Db`, "a\uFFFD\uFFFDb"},
		"12 a pair":             {`a\uD83D\uDE00b`, "a😀b"},
	} {
		t.Run(name+" in JSON", func(t *testing.T) {
			body := `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"` + c.raw + `"}]}`
			if e := one(t, body, Hints{}); e.Title != c.want {
				t.Errorf("got %q, want %q", e.Title, c.want)
			}
		})
	}
	t.Run("12 in UTF-16", func(t *testing.T) {
		body := "\xFF\xFE"
		for _, r := range `<rss><channel><item><title>a?b</title><guid>g</guid></item></channel></rss>` {
			if r == '?' {
				body += "\x00\xD8"
				continue
			}
			body += string([]byte{byte(r), 0})
		}
		if e := one(t, body, Hints{}); e.Title != "a\uFFFDb" {
			t.Errorf("got %q", e.Title)
		}
	})
}

// TestFault15WhereACharsetIsSaid covers each place that names a charset, or none.
func TestFault15WhereACharsetIsSaid(t *testing.T) {
	const title = "Захвачено здание администрации в городе, сообщает милиция"
	in := func(m *charmap.Charmap) string {
		out, err := m.NewEncoder().String(`<rss><channel><item><title>` + title + `</title><guid>g</guid></item></channel></rss>`)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct {
		name, body, header string
	}{
		{"cp1251, nowhere", in(charmap.Windows1251), ""},
		{"cp1251, a header without charset", in(charmap.Windows1251), "application/rss+xml"},
		{"koi8-r, nowhere", in(charmap.KOI8R), ""},
		{"cp1251, quoted in the header", in(charmap.Windows1251), `text/xml; charset="Windows-1251"`},
		{"cp1251, after another parameter", in(charmap.Windows1251), `application/rss+xml; boundary=x; Charset=CP1251`},
		{"koi8-r, in the header", in(charmap.KOI8R), "text/xml;charset=koi8-r"},
		{"cp1251, a header that says us-ascii", in(charmap.Windows1251), "text/xml; charset=us-ascii"},
		{"cp1251, a header that says utf-8", in(charmap.Windows1251), "text/xml; charset=utf-8"},
		{"cp1251, an empty charset", in(charmap.Windows1251), "text/xml; charset="},
	} {
		t.Run("15 "+c.name, func(t *testing.T) {
			if e := one(t, c.body, Hints{ContentType: c.header}); e.Title != title {
				t.Errorf("got %q", e.Title)
			}
		})
	}
}

// TestFault23And24WhereverTheyStand: depth and attributes are bounded in every
// format and part of a document; items that were whole before are kept.
func TestFault23And24WhereverTheyStand(t *testing.T) {
	deep, many := strings.Repeat("<a>", 200_000), strings.Repeat(` a="b"`, 200_000)
	var distinct strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&distinct, ` a%d="b"`, i)
	}
	whole := numbered(1, "")
	for name, c := range map[string]struct {
		body  string
		class Class // none: the items are taken
	}{
		"23 in the channel":          {"<rss><channel>" + deep, ClassTooDeep},
		"23 in an item":              {"<rss><channel><item><title>x</title>" + deep, ClassTooDeep},
		"23 in a title":              {"<rss><channel><item><title>x" + deep, ClassMalformed},
		"23 in Atom's XHTML":         {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml">` + deep, ClassMalformed},
		"23 with as many ends":       {"<rss><channel>" + deep + strings.Repeat("</a>", 200_000), ClassTooDeep},
		"23 in JSON":                 {`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"x","_x":` + strings.Repeat("[", 200_000), ClassMalformed},
		"23 in HTML that is escaped": {rss20(numbered(2, "<description>"+strings.Repeat("&lt;b&gt;", 200_000)+"</description>")), ""},
		"23 after a whole item":      {"<rss><channel>" + whole + "<item>" + deep, ClassTooDeep},
		"24 of the root":             {"<rss" + many + ">", ClassTooLarge},
		"24 of the root, distinct":   {"<rss" + distinct.String() + ">", ClassTooLarge},
		"24 of an item":              {"<rss><channel><item" + many + "><title>x</title></item>", ClassTooLarge},
		"24 in HTML that is escaped": {rss20(numbered(2, "<description>&lt;p"+strings.ReplaceAll(many, `"`, "&quot;")+"&gt;x&lt;/p&gt;</description>")), ""},
		"24 namespaces":              {"<rss" + strings.ReplaceAll(distinct.String(), " a", " xmlns:a") + ">", ClassTooLarge},
		"24 one of two megabytes":    {`<rss a="` + strings.Repeat("b", 2<<20) + `"><channel>` + whole + "</channel></rss>", ""},
		"24 names in JSON":           {`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"x"` + strings.ReplaceAll(strings.ReplaceAll(distinct.String(), ` a`, `,"a`), `=`, `":`) + "}]}", ""},
		"24 after a whole item":      {"<rss><channel>" + whole + "<item" + many + ">", ClassTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			d, err := Parse([]byte(c.body), Hints{Fetched: fetched()})
			if took := time.Since(start); took > 20*time.Second { // 100 ms on a quiet machine
				t.Errorf("took %v", took)
			}
			e, _ := errors.AsType[*Error](err)
			switch {
			case c.class == "" && (err != nil || len(d.Items) != 1):
				t.Errorf("got %v, want the item", err)
			case c.class != "" && (e == nil || e.Class != c.class):
				t.Errorf("got %v, want %s", err, c.class)
			}
		})
	}
}
