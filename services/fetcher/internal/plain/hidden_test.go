package plain

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FAULTS 36: no character of any plane that is invisible by its Unicode category
// comes out, the joiners of scripts that need them excepted.
func TestFault36NoInvisibleCharacterComesOut(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Noncharacter_Code_Point) && (r < 0xE0000 || r > 0xE0FFF) {
			continue
		}
		in := "a" + string(r) + "b"
		got, cut := Text(in, 100)
		if cut || got != "ab" && got != "a b" {
			t.Errorf("%U: %q, cut %v", r, got, cut)
		}
		if title, _ := Title(fmt.Sprintf("a&#x%X;b", r), 100); strings.ContainsRune(title, r) {
			t.Errorf("%U comes through as a reference: %q", r, title)
		}
	}
}

// FAULTS 36: a word cut up by what nobody sees is found again as one word.
func TestFault36WordsAreWholeAgain(t *testing.T) {
	for _, r := range []rune{0x200B, 0x200C, 0x200D, 0x200E, 0x202E, 0x2060, 0x2066, 0xAD, 0xFEFF, 0x34F, 0x180E, 0x3164, 0xE0041, 0x61C} {
		for _, word := range []string{"coup", "переворот", "政变"} {
			spread := strings.Join(strings.Split(word, ""), string(r))
			for name, convert := range map[string]func(string, int) (string, bool){"Text": Text, "Plain": Plain, "Title": Title} {
				if got, _ := convert(spread+string(r), 200); got != word {
					t.Errorf("%s of %q with %U is %q", name, word, r, got)
				}
			}
		}
	}
}

// A joiner stays only where both neighbours are of a script that joins.
func TestJoinersNeedBothNeighbours(t *testing.T) {
	for in, want := range map[string]string{
		"می\u200Cشود":        "می\u200Cشود",
		"نا\u200Dم":          "نا\u200Dم",
		"क्\u200Dष":          "क्\u200Dष",
		"می\u200C":           "می",
		"\u200Cمی":           "می",
		"می\u200C x":         "می x",
		"می\u200Cx":          "میx",
		"x\u200Cمی":          "xمی",
		"👩\u200D🚒":           "👩\u200D🚒",
		"❤\uFE0F\u200D🔥":     "❤\uFE0F\u200D🔥",
		"👩\u200C🚒":           "👩🚒", // the non-joiner has no use there
		"👩\u200Da":           "👩a",
		"a\u200D👩":           "a👩",
		"\u200D\u200C\u200D": "",
	} {
		if got, _ := Text(in, 100); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

// Every kind of white space separates words, by one space whatever its number.
func TestWhiteSpaceOfAllKinds(t *testing.T) {
	for _, r := range "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2003\u2007\u2009\u200a\u2028\u2029\u202f\u205f\u3000" {
		s := string(r)
		for _, in := range []string{"a" + s + "b", s + "a" + s + s + "b" + s, "a" + s + "\u200b" + s + "b"} {
			if got, _ := Text(in, 100); got != "a b" {
				t.Errorf("Text(%q) = %q", in, got)
			}
		}
	}
}

// What came out once goes through a second time unchanged: nothing is left that
// could be taken for markup or for an entity.
func TestCleanTextStaysAsItIs(t *testing.T) {
	for _, in := range []string{
		"<p>one</p><p>two</p>", "5 &lt; 6 &amp;&amp; 7 &gt; 3", "a&nbsp;b&mdash;c", "<script>x</script>y", "AT&amp;amp;T", "&amp;lt;b&amp;gt;x",
		"<ul><li>a<li>b</ul>c", "می\u200Cشود\u202E", "R&D <3 x", "&#x202E;abc&#8203;d", "<![CDATA[a<b]]>", strings.Repeat("Ош ", 100),
	} {
		once, _ := Text(in, 200)
		if again, cut := Plain(strings.ReplaceAll(once, "\n", " "), 400); cut || again != strings.ReplaceAll(once, "\n", " ") {
			t.Errorf("Text(%q) = %q, and that gives %q", in, once, again)
		}
		title, _ := Title(in, 50)
		if again, _ := Title(title, 51); again != title {
			t.Errorf("Title(%q) = %q, and that gives %q", in, title, again)
		}
	}
}

// FAULTS 37: the elements that carry programs and documents go with all they hold,
// in any case and however they are nested or cut.
func TestFault37ProgramsGoWithTheirContent(t *testing.T) {
	for _, name := range []string{"script", "style", "iframe", "svg", "math", "object", "noscript", "template", "textarea", "title", "video", "audio", "canvas", "head", "select"} {
		for _, in := range []string{
			"a <%s>evil</%s> b", "a <%s src=x onload='evil'>evil</%s> b", "a <%s><b>evil</b></%s> b", "a <%s\n>evil</%s\n> b", "a <%s>evil &lt;</%s> b",
		} {
			for _, spelled := range []string{name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:]} {
				src := strings.ReplaceAll(in, "%s", spelled)
				for label, convert := range map[string]func(string, int) (string, bool){"Text": Text, "Plain": Plain} {
					if got, _ := convert(src, 500); got != "a b" {
						t.Errorf("%s(%q) = %q", label, src, got)
					}
				}
			}
		}
	}
}

// FAULTS 37: no spelling of a tag of HTML survives, escaped up to three times.
func TestFault37NoTagComesOut(t *testing.T) {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	for _, in := range []string{
		"<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>", "<IMG/SRC=x>", "<b\n>x</b\t>", "<svg/onload=alert(1)>",
		"<<b>b>x", "<<<<<b>b>b>b>b>x", "<<img>img src=x onerror=alert(1) ", "<p title='>'>x", "<input autofocus onfocus=alert(1)>", "</p>x<br/>", "<!--<b>-->x", "<details open ontoggle=alert(1)>",
	} {
		for times := range 3 {
			for label, convert := range map[string]func(string, int) (string, bool){"Text": Text, "Plain": Plain, "Title": Title} {
				got, _ := convert(in, 500)
				for i := range got {
					if got[i] == '<' && tag(got[i+1:]) {
						t.Errorf("%s of %q, escaped %d times, is %q", label, in, times, got)
					}
				}
			}
			in = escape.Replace(in)
		}
	}
}

// Only what would be left as a tag costs a text its other angle brackets.
func TestBracketsOfNoTagStay(t *testing.T) {
	for in, want := range map[string]string{
		"1 < 2 <Foo> <3": "1 < 2 <Foo> <3",
		"&amp;lt;&amp;lt;b&amp;gt;b&amp;gt;x 1 &lt; 2": "b>x 1  2",
	} {
		if got, _ := Plain(in, 100); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

// FAULTS 21: a title of 5 MB ends at the limit, marked, whatever it is made of.
func TestFault21LongTitles(t *testing.T) {
	for _, unit := range []string{"a", "Слово ", "政", "👩\u200D🚒", "<b>x</b> ", "&amp;lt;b&amp;gt;x ", "\u0301"} {
		got, cut := Title(strings.Repeat(unit, 5<<20/len(unit)), 300)
		if !cut || !strings.HasSuffix(got, "…") || !utf8.ValidString(got) || len(got) > 8*300+64+len("…") {
			t.Errorf("%q: %d bytes, cut %v", unit, len(got), cut)
		}
	}
}

// The limit of a text is on its bytes, the mark included, and exact.
func TestTextLimitIsExact(t *testing.T) {
	for _, c := range []struct {
		in, want string
		limit    int
		cut      bool
	}{
		{"12345", "12345", 5, false},
		{"123456", "12…", 5, true},
		{"<p>12345</p>", "12345", 5, false},
		{"12345 \n ", "12345", 5, false},
		{"Ошто", "О…", 6, true},
		{"Ошто", "Ошто", 8, false},
		{"one two", "one…", 7 - 1, true},
		{"", "", 3, false},
		{"abc", "abc", 3, false},
		{"abcd", "…", 3, true},
	} {
		if got, cut := Text(c.in, c.limit); got != c.want || cut != c.cut {
			t.Errorf("Text(%q, %d) = %q, %v, want %q, %v", c.in, c.limit, got, cut, c.want, c.cut)
		}
	}
}

// A longer limit never gives less text, and what was cut is a beginning of the
// whole.
func TestLongerLimitsGiveMore(t *testing.T) {
	const src = "<p>Толпа <b>заняла</b> здание &laquo;Белого дома&raquo; 👩\u200D🚒.</p><p>Second paragraph, with words.</p>"
	whole, _ := Text(src, 1000)
	last := 0
	for limit := len(ellipsis); limit <= len(whole)+1; limit++ {
		got, cut := Text(src, limit)
		if cut != (limit < len(whole)) {
			t.Errorf("limit %d of %d: cut %v", limit, len(whole), cut)
		}
		if begin := strings.TrimSuffix(got, ellipsis); !strings.HasPrefix(whole, begin) || len(begin) < last {
			t.Errorf("limit %d: %q after %d bytes", limit, got, last)
		} else {
			last = len(begin)
		}
	}
}

// Converting shares nothing.
func TestTextFromManyGoroutines(t *testing.T) {
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			want := fmt.Sprintf("one %d\ntwo", n)
			for range 50 {
				if got, _ := Text(fmt.Sprintf("<p>one %d<p>t<i>w</i>o", n), 100); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
	wait.Wait()
}

// Nothing with nothing in it gives nothing, at any limit.
func TestNothing(t *testing.T) {
	for _, in := range []string{"", " \n", "<p></p>", "&nbsp;", "\u200b", "<!-- a -->", "<script>x</script>"} {
		for _, limit := range []int{0, 1, 3, 100} {
			if got, cut := Title(in, limit); got != "" || cut {
				t.Errorf("Title(%q, %d) = %q, %v", in, limit, got, cut)
			}
		}
	}
}
