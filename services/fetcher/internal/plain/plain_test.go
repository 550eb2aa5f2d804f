package plain

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"faultline/services/fetcher/internal/costtest"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "a b", "a b"},
		{"blocks stand on lines of their own", "<p>one</p><p>two</p>three<br>four<ul><li>five<li>six</ul>", "one\ntwo\nthree\nfour\nfive\nsix"},
		{"inline elements do not part words", "Jalal<b>abad</b> <a href='x'>and</a> O<i>sh</i>", "Jalalabad and Osh"},
		{"cells and images part words", "<tr><td>a<td>b</tr>c<img src=x>d", "a b\nc d"},
		{"unknown elements part words", "a<x-y>b</x-y>c", "a\nb\nc"},
		{"entities", "5 &lt; 6 &amp; &laquo;7&raquo;&nbsp;&#8212; &copy 8", "5 < 6 & «7» — © 8"},
		{"white space is folded", " a \t\r\n b\u00a0\u3000c \n", "a b c"},
		{"scripts, styles and embedded documents", "a<script>x<y</script>b<STYLE>p{}</STYLE >c<iframe srcdoc='<p>d'>e</iframe>f<svg><text>g</text></svg>h", "a b c f h"},
		{"a script that does not close takes nothing with it", "a<script>b</p>c<script>d", "a b\nc d"},
		{"an embedded document that closes itself", "a<iframe src=x />b", "a b"},
		{"handlers and addresses in attributes", `<img src=x onerror="alert(1)"><a href="javascript:alert(1)">a</a>`, "a"},
		{"comments and declarations", "<!DOCTYPE html>a<!-- b > c -->d<?php e ?>f", "adf"},
		{"CDATA of XHTML", "a <![CDATA[b &amp; c]]>", "a b & c"},
		{"escaped twice", "&lt;p&gt;one&lt;/p&gt;two &amp;amp; three", "one\ntwo & three"},
		{"escaped three times", "&amp;lt;b&amp;gt;one&amp;lt;/b&amp;gt;", "one"},
		{"a comparison is no tag", "a &lt; b and c &gt; d", "a < b and c > d"},
		{"control characters", "a\x00b\x08c\u0085d\u009be", "abc de"},
		{"bidirectional overrides", "a\u202Eb\u202Cc\u2066d\u2069\u200Ee\u061Cf", "abcdef"},
		{"zero width", "O\u200Bs\u200Dh \u2060B\u00ADi\u200Cs\uFEFFhkek", "Osh Bishkek"},
		{"joiners of Persian and of emoji stay", "می\u200Cشود 👩\u200D🚒", "می\u200Cشود 👩\u200D🚒"},
		{"non-characters and tags", "a\uFFFE\uFDD0\U000E0041b\uFFFC", "ab"},
		{"nothing but markup", "<p><br></p>", ""},
		{"invalid bytes", "a\xffb", "a\uFFFDb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, cut := Text(c.in, 1000)
			if got != c.want || cut {
				t.Errorf("Text(%q) = %q, %v, want %q", c.in, got, cut, c.want)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"what HTML does not know stays", "if a< b and <Foo> or <3", "if a< b and <Foo> or <3"},
		{"what HTML knows goes", "one <b>two</b> <script>x</script>three<br/>four", "one two three\nfour"},
		{"hidden in what HTML does not know", "<foo <script>x</script>>", "<foo >"},
		{"end tags go", "Title </subtitle>", "Title"},
		{"entities need their semicolon", "R&D &copy 8 &copy; 9", "R&D &copy 8 © 9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := Plain(c.in, 1000); got != c.want {
				t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		limit          int
		cut            bool
	}{
		{"one line", "<p>one</p>\n two<br>three", "one two three", 50, false},
		{"escaped twice", "AT&amp;amp;T &amp;lt;b&amp;gt;wins&amp;lt;/b&amp;gt;", "AT&T wins", 50, false},
		{"fits", "12345", "12345", 5, false},
		{"fits in characters, not in bytes", "Оштогу", "Оштогу", 6, false},
		{"cut", "Оштогу", "Ошт…", 3, true},
		{"cut at a space", "one two", "one…", 4, true},
		{"an emoji of many parts is one character", "👩\u200D🚒👩\u200D🚒", "👩\u200D🚒…", 1, true},
		{"a combining mark stays with its letter", "и\u0306и\u0306и\u0306и\u0306", "и\u0306и\u0306…", 2, true},
		{"one letter with a thousand marks", "a" + strings.Repeat("\u0301", 1000), "…", 2, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, cut := Title(c.in, c.limit)
			if strings.HasPrefix(c.name, "one letter") {
				if len(got) > 8*c.limit+64 || !cut || !utf8.ValidString(got) {
					t.Errorf("got %d bytes, cut %v", len(got), cut)
				}
				return
			}
			if got != c.want || cut != c.cut {
				t.Errorf("Title(%q, %d) = %q, %v, want %q, %v", c.in, c.limit, got, cut, c.want, c.cut)
			}
		})
	}
}

func TestTextIsCutBetweenCharacters(t *testing.T) {
	text := strings.Repeat("Толпа 👩\u200D🚒 ", 50)
	whole := map[string]bool{}
	for g := uniseg.NewGraphemes(text); g.Next(); {
		whole[g.Str()] = true
	}
	for limit := 10; limit < 400; limit++ {
		got, cut := Text(text, limit)
		if !cut || len(got) > limit || !utf8.ValidString(got) || !strings.HasSuffix(got, "…") {
			t.Fatalf("limit %d: %d bytes, cut %v: %q", limit, len(got), cut, got)
		}
		for g := uniseg.NewGraphemes(strings.TrimSuffix(got, "…")); g.Next(); {
			if !whole[g.Str()] {
				t.Fatalf("limit %d: %q is a part of a character", limit, g.Str())
			}
		}
	}
}

func TestLimitCountsAfterDecoding(t *testing.T) {
	if got, cut := Text(strings.Repeat("<b></b>&lt;p&gt;a", 100), 500); cut || len(got) != 199 {
		t.Errorf("got %d bytes, cut %v, want 199 bytes whole", len(got), cut)
	}
	if got, cut := Text(strings.Repeat("&lt;p&gt;a", 1000), 500); !cut || strings.Contains(got, "<p>") {
		t.Errorf("a text cut before its second decoding must be marked: %v, %q", cut, got)
	}
}

func TestHostileTextTakesLinearTime(t *testing.T) {
	for name, unit := range map[string]string{
		"svg":      "<svg>",
		"scripts":  "<script>",
		"foreign":  `<foo a="`,
		"entities": "&amp;",
		"joiners":  "\u200D",
	} {
		t.Run(name, func(t *testing.T) {
			src := strings.Repeat(unit, 2<<20/len(unit))
			start := time.Now()
			Text(src, 1<<30)
			Title(src, 500)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("2 MB took %v", took)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"<p>a</p>", "&lt;script&gt;", "<svg><!--", "a\u200Db", "<a href='", "&#x202E;", "<![CDATA[<b>"} {
		f.Add(s, 20)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		if limit < len(ellipsis) || limit > 1<<20 {
			limit = 100
		}
		for _, convert := range []func(string, int) (string, bool){Text, Plain} {
			var got string
			var cut bool
			costtest.Bound(t, func() { got, cut = convert(s, limit) })
			if len(got) > limit || !utf8.ValidString(got) {
				t.Fatalf("%d bytes, limit %d, cut %v", len(got), limit, cut)
			}
			if i := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && hidden(r) && !joiner(r) }); i >= 0 {
				t.Fatalf("hidden character at %d of %q", i, got)
			}
		}
	})
}

func BenchmarkText(b *testing.B) {
	src := strings.Repeat("<p>Several hundred people <b>gathered</b> in the square &amp; demanded answers.</p>\n", 20)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Text(src, 64<<10)
	}
}
