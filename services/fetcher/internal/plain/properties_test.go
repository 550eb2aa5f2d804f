package plain

import (
	"html"
	"strings"
	"testing"
	"unicode/utf8"
)

// However a feed escapes its text, the text is the same.
func TestEscapedInAnyWay(t *testing.T) {
	for _, fragment := range []string{
		"<p>Several hundred people <b>gathered</b>.</p><p>Police left &amp; came back.</p>",
		"Митинг в <i>Оше</i><br/>разогнан &mdash; 5 задержаны",
		"<div><ul><li>one</li><li>two</li></ul></div>",
		"no markup at all",
	} {
		want, _ := Text(fragment, 1000)
		for n, form := 0, fragment; n < passes-1; n++ {
			if got, cut := Text(form, 1000); got != want || cut {
				t.Errorf("escaped %d times: %q, want %q", n, got, want)
			}
			form = html.EscapeString(form)
		}
	}
}

// What is plain text already is not changed again but for its lines, which HTML
// does not know.
func TestTextIsStable(t *testing.T) {
	for _, in := range []string{
		"<p>one</p><p>two &amp; three</p>", "5 &lt; 6 and 7 &gt; 3", "R&amp;D, AT&amp;T", "a<br>b<hr>c", "“quoted” — text…", "«Ош» — Бишкек", "یک\u200Cدو",
		"<table><tr><td>a<td>b<tr><td>c</table>", "&lt;3 you", "x &amp;&amp; y", "100 % &#37;", "👩\u200D🚒 saved 5",
	} {
		once, _ := Text(in, 1000)
		for name, convert := range map[string]func(string, int) (string, bool){"Text": Text, "Plain": Plain} {
			if again, cut := convert(once, 1000); again != strings.ReplaceAll(once, "\n", " ") || cut {
				t.Errorf("%s of %q (from %q) = %q", name, once, in, again)
			}
		}
		if title, _ := Title(once, 500); title != strings.ReplaceAll(once, "\n", " ") {
			t.Errorf("Title of %q = %q", once, title)
		}
	}
}

// Every element that ends a line, and every one that does not.
func TestElements(t *testing.T) {
	for name := range strings.FieldsSeq("p div br hr h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote pre table tr section article header footer nav aside main figure figcaption form fieldset address details center") {
		if got, _ := Text("a<"+name+">b", 100); got != "a\nb" {
			t.Errorf("<%s>: %q", name, got)
		}
	}
	for name := range strings.FieldsSeq("a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u var wbr") {
		if got, _ := Text("a<"+name+">b</"+name+">c", 100); got != "abc" {
			t.Errorf("<%s>: %q", name, got)
		}
		if got, _ := Text("a<"+strings.ToUpper(name)+" class='x'>b", 100); got != "ab" {
			t.Errorf("<%s> in capitals: %q", name, got)
		}
	}
	for name := range strings.FieldsSeq("script style iframe noscript template object embed svg math canvas audio video select textarea title head applet noframes") {
		if got, _ := Text("a <"+name+" src=x>hidden</"+name+"> b", 100); strings.Contains(got, "hidden") || !strings.HasPrefix(got, "a") || !strings.HasSuffix(got, "b") {
			t.Errorf("<%s>: %q", name, got)
		}
	}
}

// What must not be seen is not there, wherever it stands; what is only rare stays.
func TestHiddenCharacters(t *testing.T) {
	for r := rune(0); r < 0x20; r++ {
		if got, _ := Text("a"+string(r)+"b", 100); strings.ContainsRune(got, r) && r != '\n' {
			t.Errorf("U+%04X stays: %q", r, got)
		}
	}
	for _, r := range []rune{
		0x7F, 0x80, 0x9F, 0xAD, 0x34F, 0x61C, 0x115F, 0x17B4, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E,
		0x2060, 0x2061, 0x2066, 0x2067, 0x2068, 0x2069, 0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFC, 0xFDD0, 0xFFFE, 0x1FFFF, 0xE0001, 0xE007F,
	} {
		for _, in := range []string{"a" + string(r) + "b", string(r) + "ab", "ab" + string(r)} {
			if got, _ := Text(in, 100); got != "ab" {
				t.Errorf("U+%04X in %q: %q", r, in, got)
			}
			if got, _ := Title(in, 100); got != "ab" {
				t.Errorf("U+%04X in the title %q: %q", r, in, got)
			}
		}
	}
	for _, r := range []rune{'é', 'ё', 'ң', 'ө', 'ү', 'Ў', 'ʻ', '№', '€', '₽', '°', '—', '…', '„', 'ß', '漢', '한', 'あ', 'ع', '👍', 0x301, 0xFFFD, 0xE000} {
		if got, _ := Text("a"+string(r)+"b", 100); got != "a"+string(r)+"b" {
			t.Errorf("U+%04X: %q", r, got)
		}
	}
}

func TestWhiteSpace(t *testing.T) {
	for _, r := range []rune{' ', '\t', '\n', '\r', '\f', '\v', 0x85, 0xA0, 0x1680, 0x2000, 0x2009, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000} {
		if got, _ := Text(string(r)+"a"+string(r)+string(r)+"b"+string(r), 100); got != "a b" {
			t.Errorf("U+%04X: %q", r, got)
		}
	}
	if got, _ := Text("a<br><br>\n<p></p> <p> b", 100); got != "a\nb" {
		t.Errorf("several breaks: %q", got)
	}
}

// A joiner is kept where it is part of the writing, and nowhere else.
func TestJoiners(t *testing.T) {
	for in, want := range map[string]string{
		"a\u200Cb": "ab", "a\u200Db": "ab", "О\u200Cш": "Ош", "О\u200Dш": "Ош", "\u200Da": "a", "a\u200D": "a",
		"می\u200Cخواهم": "می\u200Cخواهم", "क्\u200Dष": "क्\u200Dष", "می\u200C": "می", "م\u200Ca": "مa",
		"👨\u200D👩": "👨\u200D👩", "👨\u200C👩": "👨👩", "❤\uFE0F\u200D🔥": "❤\uFE0F\u200D🔥", "👨\u200Da": "👨a",
	} {
		if got, _ := Text(in, 100); got != want {
			t.Errorf("%+q: %+q, want %+q", in, got, want)
		}
	}
}

// At no limit does a cut leave more than the limit, half a character or a lone
// space, and a longer limit never leaves less.
func TestEveryLimit(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("word ", 40), strings.Repeat("слово ", 40), strings.Repeat("x", 200), strings.Repeat("и\u0306", 80), strings.Repeat("👩\u200D🚒", 20), "<p>" + strings.Repeat("a</p><p>b ", 40),
	} {
		whole, _ := Text(text, 1<<20)
		last := 0
		for limit := len(ellipsis); limit < len(whole)+5; limit++ {
			got, cut := Text(text, limit)
			if len(got) > limit || !utf8.ValidString(got) || cut != (len(whole) > limit) {
				t.Fatalf("limit %d: %d bytes, cut %v: %q", limit, len(got), cut, got)
			}
			kept := strings.TrimSuffix(got, ellipsis)
			if !strings.HasPrefix(whole, kept) || kept != strings.TrimRight(kept, " \n") || len(kept) < last {
				t.Fatalf("limit %d: %q after %d bytes", limit, got, last)
			}
			last = len(kept)
		}
	}
}
