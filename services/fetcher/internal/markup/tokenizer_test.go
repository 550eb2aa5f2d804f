package markup

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// show writes tokens as one line: <name a=v>, </name>, text, [cdata].
func show(z *Tokenizer) string {
	var b strings.Builder
	for {
		t := z.Next()
		switch t.Kind {
		case End:
			return b.String()
		case Open:
			b.WriteString("<" + t.Name)
			for _, a := range t.Attrs {
				fmt.Fprintf(&b, " %s=%s", a.Name, a.Value)
			}
			if t.Empty {
				b.WriteString("/")
			}
			b.WriteString(">")
		case Close:
			b.WriteString("</" + t.Name + ">")
		case Text:
			if t.CDATA {
				b.WriteString("[" + t.Text + "]")
			} else {
				b.WriteString(t.Text)
			}
		}
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		cut            bool
	}{
		{"plain", `<a b="c">d</a>`, `<a b=c>d</a>`, false},
		{"single quotes, none, and no value", `<a b='c d' e=f g h = "i">`, `<a b=c d e=f g= h=i>`, false},
		{"closes itself", `<a/><b c="d" /><e f=g/>`, `<a/><b c=d/><e f=g/>`, false},
		{"angle brackets in text", `1 < 2 <3 a<= b`, `1 < 2 <3 a<= b`, false},
		{"closing angle bracket in a value", `<a b="c>d">e`, `<a b=c>d>e`, false},
		{"value without closing quote", `<a b="c>d<e>f`, `<a b=c>d<e>f`, false},
		{"value without closing quote, nothing follows", `<a b="c>d`, `<a b=c>d`, false},
		{"tag without closing bracket", `<a <b>c</b`, `<a><b>c</b>`, true},
		{"stray in end tag", `</a b="c"></d<e>`, `</a></d><e>`, false},
		{"comment, instruction and doctype", `<!-- <x> --><?pi a="b"?><!DOCTYPE a>b`, `b`, false},
		{"comment without end", `<!-- <x>y`, ` <x>y`, false},
		{"doctype with internal subset", `<!DOCTYPE a [<!ENTITY b "]>"><!-- it's > ]> --> <!ENTITY c '>'>]><d>`, `<d>`, false},
		{"doctype with broken subset", `<!DOCTYPE a [<!ENTITY b "><c>d`, `<c>d`, false},
		{"doctype without end", `a<!DOCTYPE b`, `a`, true},
		{"instruction without end", `a<?b`, `a`, true},
		{"cdata", `<a><![CDATA[<b>&amp;]]></a>`, `<a>[<b>&amp;]</a>`, false},
		{"cdata in lower case", `<![cdata[x]]>`, `[x]`, false},
		{"cdata without end", `<a><![CDATA[b</a><c>d</c>`, `<a>[b]</a><c>d</c>`, false},
		{"cdata without end before another", `<a><![CDATA[b</a><c><![CDATA[d]]></c>`, `<a>[b]</a><c>[d]</c>`, false},
		{"cdata without end before an item's end", `<a><![CDATA[b</a></item><c><![CDATA[d]]></c>`, `<a>[b]</a></item><c>[d]</c>`, false},
		{"cdata over an item's end, element unknown", `<![CDATA[b</item>c]]>d`, `[b</item>c]d`, false},
		{"cdata cut off", `<a><![CDATA[b`, `<a>[b]`, true},
		{"cut in a tag", `a<b c="d"`, `a<b c=d>`, true},
		{"cut after a bracket", `a<`, `a<`, true},
		{"prefixed and foreign names", `<x:y й="z">`, `<x:y й=z>`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			z := New(c.in, 10)
			if got := show(z); got != c.want {
				t.Errorf("tokens of %q:\ngot  %q\nwant %q", c.in, got, c.want)
			}
			if z.Cut() != c.cut {
				t.Errorf("Cut() = %v, want %v", z.Cut(), c.cut)
			}
		})
	}
}

func TestTooManyAttributes(t *testing.T) {
	z := New("<a b c d><e>", 2)
	if got := show(z); got != "" || !errors.Is(z.Err(), ErrAttributes) {
		t.Errorf("got %q and error %v, want ErrAttributes and no tokens", got, z.Err())
	}
}

func TestAttr(t *testing.T) {
	tok := New(`<a HREF="x?a=1&amp;b=2" rel>`, 10)
	a := tok.Next()
	if got := a.Attr("href"); got != "x?a=1&b=2" {
		t.Errorf("Attr(href) = %q", got)
	}
	if a.Attr("REL") != "" || a.Attr("type") != "" {
		t.Error("an attribute without a value and one that is not there have none")
	}
}

func TestSeek(t *testing.T) {
	z := New("a<b>c", 10)
	z.Next()
	b := z.Next()
	z.Seek(b.Start)
	if got := show(z); got != "<b>c" {
		t.Errorf("after Seek: %q", got)
	}
}

// What costs a search to the end for each tag would take minutes here.
func TestHostileInputTakesLinearTime(t *testing.T) {
	for name, unit := range map[string]string{
		"comments":  "<!--",
		"doctypes":  "<!a[",
		"cdata":     "<a><![CDATA[x</a>",
		"quotes":    `<a b="`,
		"brackets":  "<",
		"open tags": "<a ",
		"entities":  "&a",
	} {
		t.Run(name, func(t *testing.T) {
			src := strings.Repeat(unit, 2<<20/len(unit))
			start := time.Now()
			show(New(src, 1<<30))
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("2 MB took %v", took)
			}
		})
	}
}

func TestUnescape(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"none", "a b", "a b"},
		{"predefined", "&lt;&gt;&amp;&quot;&apos;", `<>&"'`},
		{"HTML's names", "a&nbsp;b &laquo;c&raquo; &mdash;", "a\u00a0b «c» —"},
		{"once only", "&amp;lt;", "&lt;"},
		{"lone ampersands", "AT&T & R&D; a&", "AT&T & R&D; a&"},
		{"unknown name", "&bomb;", "&bomb;"},
		{"a name's beginning is no name", "&notit;", "&notit;"},
		{"numbers", "&#1054;&#x448;&#X4;", "Ош"},
		{"number without semicolon", "&#1054 x", "О x"},
		{"no number", "&#; &#x; &#z", "&#; &#x; &#z"},
		{"control characters vanish", "a&#8;b&#x1F;c&#0;d&#127;e", "abcde"},
		{"white space stays", "a&#9;b&#10;c", "a\tb\nc"},
		{"surrogates and non-characters vanish", "a&#xD800;b&#xDFFF;c&#xFFFE;d&#xFFFF;e&#x1FFFE;f", "abcdef"},
		{"beyond Unicode", "a&#x110000;b&#99999999999999999999;c", "abc"},
		{"windows-1252", "&#150;&#x80;&#129;", "–€"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Unescape(c.in); got != c.want {
				t.Errorf("Unescape(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestScrub(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a\tb\r\nc", "a\tb\r\nc"},
		{"a\x00b\x08\x1fc\x7f", "abc"},
		{"\uFFFEa\uFFFFb\uFFFD", "ab\uFFFD"},
		{"", ""},
		{"\x01", ""},
		{"я\x02", "я"},
		{"a\xEF\xBF", "a\xEF\xBF"},
	} {
		if got := string(Scrub([]byte(c.in))); got != c.want {
			t.Errorf("Scrub(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	src := []byte("clean")
	if &Scrub(src)[0] != &src[0] {
		t.Error("a clean document must not be copied")
	}
}

func FuzzTokenizer(f *testing.F) {
	for _, s := range []string{`<a b="c">d</a>`, `<![CDATA[x]]>`, `<!DOCTYPE a [<!ENTITY b "c">]>`, `<a b='`, "<!--", "&#x;", "</"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		z := New(s, 100)
		for at := 0; ; {
			n := z.Next()
			if n.Kind == End {
				break
			}
			if n.Start < at || n.Stop <= n.Start {
				t.Fatalf("token %d..%d after %d: no progress", n.Start, n.Stop, at)
			}
			at = n.Stop
		}
		if got := Unescape(s); len(got) > 4*len(s)+16 {
			t.Fatalf("Unescape made %d bytes of %d", len(got), len(s))
		}
	})
}
