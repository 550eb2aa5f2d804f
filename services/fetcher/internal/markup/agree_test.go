package markup

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// strict is a document as encoding/xml reads it, strictly, in the notation of show.
func strict(t *testing.T, src string) string {
	t.Helper()
	var b strings.Builder
	for d := xml.NewDecoder(strings.NewReader(src)); ; {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("the test's document %q: %v", src, err)
		}
		name := func(n xml.Name) string { return strings.TrimPrefix(n.Space+":"+n.Local, ":") }
		switch tok := tok.(type) {
		case xml.StartElement:
			b.WriteString("<" + name(tok.Name))
			for _, a := range tok.Attr {
				fmt.Fprintf(&b, " %s=%s", name(a.Name), a.Value)
			}
			b.WriteString(">")
		case xml.EndElement:
			b.WriteString("</" + name(tok.Name) + ">")
		case xml.CharData:
			b.Write(tok)
		}
	}
}

// wellFormed are documents that have nothing wrong with them.
func wellFormed() []string {
	return []string{
		`<a/>`, `<a></a>`, `<a b="c" d='e'/>`, `<a  b = "c"  >d</a >`, "<a\n\tb='c'\n/>", `<a b="&lt;&amp;&quot;&#65;&#x42;">&gt;&apos;</a>`,
		`<?xml version="1.0" encoding="utf-8"?><a>b</a>`, `<!DOCTYPE a><a>b</a>`, `<!DOCTYPE a [<!ENTITY c "d>">]><a>b</a>`, `<a><!-- <b> -- --><c/></a>`,
		`<a><![CDATA[<b>&amp;</b>]]></a>`, `<a>b<![CDATA[c]]>d<![CDATA[]]>e</a>`, `<a><![CDATA[]]]]><![CDATA[>]]></a>`, `<a><?b c="d>e"?>f</a>`,
		`<a:b xmlns:a="urn:x" a:c="d"><a:e/></a:b>`, `<я ж="ё">щ</я>`, `<a-b.c_d e-f.g="h"/>`, `<a b="it's" c='"'/>`, `<a b=">"/>`, "<a>\r\n</a>",
		`<rss version="2.0"><channel><item><title>1 &amp; 2</title></item></channel></rss>`,
	}
}

// On a document that is well-formed the tokenizer sees what a strict parser sees.
func TestAgreesWithStrictParser(t *testing.T) {
	for _, src := range wellFormed() {
		if strings.Contains(src, "?>f") || strings.Contains(src, "-- --") {
			continue // an instruction ends at its first '>' here; XML has no "--" in comments
		}
		var got strings.Builder
		for z := New(src, 10); ; {
			n := z.Next()
			if n.Kind == End {
				break
			}
			switch n.Kind {
			case Open:
				got.WriteString("<" + n.Name)
				for _, a := range n.Attrs {
					got.WriteString(" " + a.Name + "=" + Unescape(a.Value))
				}
				got.WriteString(">")
				if n.Empty {
					got.WriteString("</" + n.Name + ">")
				}
			case Close:
				got.WriteString("</" + n.Name + ">")
			case Text:
				if !n.CDATA {
					n.Text = Unescape(n.Text)
				}
				got.WriteString(n.Text)
			}
		}
		// XML reads every line end as one line feed.
		if want := strict(t, src); strings.ReplaceAll(got.String(), "\r\n", "\n") != want {
			t.Errorf("tokens of %q:\ngot  %q\nwant %q", src, got.String(), want)
		}
	}
}

// What Rewrite writes means the same to a strict parser.
func TestRewriteKeepsTheMeaning(t *testing.T) {
	for _, src := range wellFormed() {
		if strings.Contains(src, "-- --") || strings.Contains(src, "?>f") {
			continue
		}
		out, err := Rewrite(src, 10, wide())
		if err != nil {
			t.Errorf("Rewrite(%q): %v", src, err)
			continue
		}
		if got, want := strict(t, out), strict(t, src); got != want {
			t.Errorf("Rewrite(%q) = %q:\ngot  %q\nwant %q", src, out, got, want)
		}
	}
}

// Whatever is wrong with a document that Rewrite accepts, a strict parser reads
// what comes out.
func TestRewriteMends(t *testing.T) {
	for _, src := range []string{
		`<a b=c>d</a>`, `<a b>d</a>`, `<a>R&D & &nbsp; &bomb; &#8; &#xD800;</a>`, `<a b="R&D <x">c</a>`, `<a>1 < 2 <3 ]]> x</a>`, `<A>b</a>`, `<a b='c' b='d'/>`,
		`<a><![cdata[x]]></a>`, `<a><!-- -- ></a> --></a>`, `<a><!DOCTYPE x></a>`, `<a><?php echo 1 > 2 ?></a>`, `<a/ >`, `<a / b="c">d</a>`, `junk <a>b</a> junk <c>`,
	} {
		out, err := Rewrite(src, 10, wide())
		if err != nil {
			continue // refused is well, too
		}
		for d := xml.NewDecoder(strings.NewReader(out)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Errorf("Rewrite(%q) = %q: %v", src, out, err)
				break
			}
		}
	}
}

// Cut anywhere, a document gives the tokens that stand before the cut.
func TestEveryCut(t *testing.T) {
	for _, src := range wellFormed() {
		whole := show(New(src, 10))
		for n := range len(src) {
			z := New(src[:n], 10)
			var names []string
			for tok := z.Next(); tok.Kind != End; tok = z.Next() {
				if tok.Stop > n {
					t.Fatalf("%q cut at %d: a token ends at %d", src, n, tok.Stop)
				}
				if tok.Kind == Open && tok.Stop < n {
					names = append(names, tok.Name)
				}
			}
			for _, name := range names {
				if !strings.Contains(whole, "<"+name) && !strings.Contains(src, "<!") {
					t.Fatalf("%q cut at %d: an element %q that is not there", src, n, name)
				}
			}
		}
	}
}

// Every entity of XML and the usual ones of HTML, in text and in attributes.
func TestEntities(t *testing.T) {
	for name, want := range map[string]string{
		"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": "\u00a0", "copy": "©", "reg": "®", "laquo": "«", "raquo": "»", "ndash": "–",
		"mdash": "—", "hellip": "…", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "bdquo": "„", "euro": "€", "eacute": "é", "Eacute": "É", "uuml": "ü",
		"ccedil": "ç", "szlig": "ß", "deg": "°", "middot": "·", "bull": "•", "trade": "™", "shy": "\u00ad", "zwnj": "\u200c", "rlm": "\u200f", "frac12": "½", "sup2": "²",
		"CounterClockwiseContourIntegral": "∳",
	} {
		if got := Unescape("a&" + name + ";b"); got != "a"+want+"b" {
			t.Errorf("&%s; is %q, want %q", name, got, want)
		}
		tok := New(`<x y="&`+name+`;"/>`, 10)
		if x := tok.Next(); x.Attr("y") != want {
			t.Errorf("&%s; in an attribute is %q", name, x.Attr("y"))
		}
	}
	for _, in := range []string{"&", "&;", "&&", "& amp;", "&nosuchentity;", "&amp", "&a b;", "&-;", "a&b=c;d"} {
		got := Unescape(in)
		if in != "&amp" && got != in {
			t.Errorf("%q became %q", in, got)
		}
	}
}

// Every code that can be referred to, decimal and hexadecimal.
func TestReferences(t *testing.T) {
	for code := range 0x3000 {
		dec, hex := Unescape(fmt.Sprintf("a&#%d;b", code)), Unescape(fmt.Sprintf("a&#x%X;b", code))
		if dec != hex {
			t.Fatalf("U+%04X: %q and %q", code, dec, hex)
		}
		switch {
		case code < 0x20 && code != '\t' && code != '\n' && code != '\r', code == 0x7F:
			if dec != "ab" {
				t.Errorf("U+%04X gives %q", code, dec)
			}
		case code >= 0x80 && code < 0xA0:
			if strings.ContainsRune(dec, rune(code)) {
				t.Errorf("U+%04X is not read as windows-1252: %q", code, dec)
			}
		case dec != "a"+string(rune(code))+"b":
			t.Errorf("U+%04X gives %q", code, dec)
		}
	}
}
