package markup

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"faultline/services/fetcher/internal/costtest"
)

func wide() Bounds { return Bounds{Depth: 100, Elements: 1000, Children: 100, Bindings: 10} }

func TestRewrite(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"as it is", `<a b="c">d<e>f</e></a>`, `<a b="c">d<e>f</e></a>`},
		{"only the first element", `x<a>b</a>y<c/>`, `<a>b</a>`},
		{"empty elements", `<a><iframe/><b c/></a>`, `<a><iframe></iframe><b c=""></b></a>`},
		{"attributes", `<a b=c d='e"&lt;f' g="h&i">x</a>`, `<a b="c" d="e&#34;&lt;f" g="h&amp;i">x</a>`},
		{"no xml:base", `<a xml:base="http://x/" XML:BASE="y" xml:lang="z"/>`, `<a xml:lang="z"></a>`},
		{"references", `<a>&nbsp;&#8;&bomb; R&D &lt; 5 < 6 ]]></a>`, "<a>\u00a0&amp;bomb; R&amp;D &lt; 5 &lt; 6 ]]&gt;</a>"},
		{"sections", `<a><![CDATA[<b>&amp;]]>c</a>`, `<a><![CDATA[<b>&amp;]]>c</a>`},
		{"what is no content", `<a><!-- b --><?c d?><!DOCTYPE e [<!ENTITY f "g">]>h</a>`, `<a>h</a>`},
		{"what parsers see differently", `<a><!x [><b>]>c<?d ?e><f/>?></a>`, `<a>c<f></f>?&gt;</a>`},
		{"capitals", `<A>b</a>`, `<A>b</A>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Rewrite(c.in, 10, wide())
			if err != nil || got != c.want {
				t.Errorf("Rewrite(%q) = %q, %v, want %q", c.in, got, err, c.want)
			}
		})
	}
}

func TestRewriteRefuses(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"nothing", "", ErrNesting},
		{"no element", "text", ErrNesting},
		{"not closed", "<a><b></b>", ErrNesting},
		{"closed too early", "<a><b></a></b>", ErrNesting},
		{"closed before it opens", "</a><a></a>", ErrNesting},
		{"too deep", strings.Repeat("<a>", 101) + strings.Repeat("</a>", 101), ErrBounds},
		{"too many elements", "<a>" + strings.Repeat("<b>"+strings.Repeat("<c/>", 50)+"</b>", 50) + "</a>", ErrBounds},
		{"too many children", "<a>" + strings.Repeat("<b/>", 101) + "</a>", ErrBounds},
		{"too many sections", "<a>" + strings.Repeat("<![CDATA[b]]>", 101) + "</a>", ErrBounds},
		{"too many namespaces", `<a xmlns="1" xmlns:b="2" xmlns:c="3" xmlns:d="4" xmlns:e="5" xmlns:f="6"><g xmlns="7" xmlns:h="8" xmlns:i="9" xmlns:j="10" xmlns:k="11"/></a>`, ErrBounds},
		{"too many attributes", "<a " + strings.Repeat("b ", 11) + "/>", ErrAttributes},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := Rewrite(c.in, 10, wide()); !errors.Is(err, c.want) || got != "" {
				t.Errorf("Rewrite = %q, %v, want %v", got, err, c.want)
			}
		})
	}
	side := "<a>" + strings.Repeat(`<b xmlns:c="d"/>`, 50) + "</a>"
	if _, err := Rewrite(side, 10, wide()); err != nil {
		t.Errorf("namespaces side by side: %v", err)
	}
}

// shape is how many elements encoding/xml sees in a document, and how deep.
func shape(t *testing.T, src string) (elements, depth int) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(src))
	d.Strict = false
	for open := 0; ; {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return elements, depth
		}
		if err != nil {
			return 0, 0 // a name that XML does not allow: gofeed refuses it, too
		}
		switch tok.(type) {
		case xml.StartElement:
			open++
			depth = max(depth, open)
			elements++
		case xml.EndElement:
			open--
		case xml.CharData:
		default:
			t.Fatalf("%T in %q", tok, src)
		}
	}
}

// Whatever comes in, another parser sees no more elements in what comes out than
// were counted, no deeper, and nothing but elements and text.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{`<a b="c">d<e/></a>`, `<a><![CDATA[x]]></a>`, `<a><!x [><b>]></a>`, `<a b='>"<c>'></a>`, `<a><?b ?><c/>?></a>`, "<a>&#8;]]></a>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var out string
		var err error
		costtest.Bound(t, func() {
			out, err = Rewrite(string(Scrub([]byte(strings.ToValidUTF8(s, "?")))), 100, Bounds{Depth: 5, Elements: 20, Children: 10, Bindings: 5})
		})
		if (out == "") == (err == nil) {
			t.Fatalf("%q, %v", out, err)
		}
		if n, depth := shape(t, out); depth > 5 || n > 20 {
			t.Fatalf("%q gives %q: %d elements, %d deep", s, out, n, depth)
		}
		if err == nil {
			if again, err := Rewrite(out, 100, Bounds{Depth: 5, Elements: 20, Children: 10, Bindings: 5}); err != nil || again != out {
				t.Fatalf("%q gives %q, and that %q (%v)", s, out, again, err)
			}
		}
	})
}
