package link

import (
	"net/url"
	"strings"
	"testing"

	"faultline/services/fetcher/internal/costtest"
)

func TestCanonical(t *testing.T) {
	const base = "https://news.example/feeds/all.xml"
	long := "https://news.example/" + strings.Repeat("a", 500)
	for _, c := range []struct{ name, in, base, want string }{
		{"as it is", "https://news.example/a/b?c=d", "", "https://news.example/a/b?c=d"},
		{"white space and quotes around it", " \n\"https://news.example/a\"\t", "", "https://news.example/a"},
		{"relative to the document", "../a/b", base, "https://news.example/a/b"},
		{"relative to the host", "/a", base, "https://news.example/a"},
		{"query alone", "?id=5", base, "https://news.example/feeds/all.xml?id=5"},
		{"without scheme", "//other.example/a", base, "https://other.example/a"},
		{"without scheme and base", "//other.example/a", "", "https://other.example/a"},
		{"begins with www", "www.other.example/a", base, "http://www.other.example/a"},
		{"begins with www, broken", "www.other.example:x/a", base, ""},
		{"relative without base", "a/b", "", ""},
		{"relative to a base that is none", "a/b", ":", ""},
		{"feed scheme", "feed://news.example/a", "", "http://news.example/a"},
		{"script", "javascript:alert(1)", base, ""},
		{"script, broken by a line", "java\nscript:alert(1)", base, ""},
		{"script in capitals", "JaVaScRiPt:alert(1)", base, ""},
		{"data", "data:text/html,x", base, ""},
		{"file", "file:///etc/passwd", base, ""},
		{"mail", "mailto:a@b.example", base, ""},
		{"no host", "http:///a", "", ""},
		{"opaque", "http:a", "", ""},
		{"scheme and host in lower case", "HTTP://News.Example/A", "", "http://news.example/A"},
		{"default ports", "https://news.example:443/a", "", "https://news.example/a"},
		{"default port of http", "http://news.example:80/a", "", "http://news.example/a"},
		{"other port", "https://news.example:8443/a", "", "https://news.example:8443/a"},
		{"trailing dot", "https://news.example./a", "", "https://news.example/a"},
		{"trailing dots", "https://news.example../a", "", "https://news.example/a"},
		{"trailing dot of another script", "https://новости.рф。/", "", "https://xn--b1amnebsh.xn--p1ai/"},
		{"dots alone", "http://../a", "", ""},
		{"user", "https://user:secret@news.example/a", "", "https://news.example/a"},
		{"international name", "https://Новости.рф/а", "", "https://xn--b1amnebsh.xn--p1ai/%D0%B0"},
		{"name that cannot be", "https://новости\u202e.рф/", "", ""},
		{"underscore and capital", "https://a_B.example/", "", "https://a_b.example/"},
		{"spaces in the name", "https://a b.example/", "", ""},
		{"odd sign in the name", "https://a'b.example/", "", ""},
		{"address of version 6", "http://[2001:DB8::1]:80/a", "", "http://[2001:db8::1]/a"},
		{"no path", "https://news.example", "", "https://news.example/"},
		{"dot segments", "https://news.example/a/./b/../c", "", "https://news.example/a/c"},
		{"spaces and letters beyond ASCII", "https://news.example/a b/Ош", "", "https://news.example/a%20b/%D0%9E%D1%88"},
		{"escapes in either case", "https://news.example/%d0%9e", "", "https://news.example/%D0%9E"},
		{"escaped slash", "https://news.example/a%2Fb", "", "https://news.example/a%2Fb"},
		{"percent that escapes nothing", "https://news.example/100%", "", "https://news.example/100%25"},
		{"backslashes", `https:\\news.example\a?b=\`, "", `https://news.example/a?b=\`},
		{"tracking", "https://news.example/a?utm_source=rss&id=5&UTM_Medium=x&fbclid=y&gclid=z", "", "https://news.example/a?id=5"},
		{"tracking of other kinds", "https://news.example/a?yclid=1&mc_cid=2&at_medium=RSS&_openstat=3&mtm_campaign=4&xtor=5", "", "https://news.example/a"},
		{"escaped twice", "https://news.example/a?id=5&amp;utm_source=x&amp;p=2", "", "https://news.example/a?id=5&p=2"},
		{"parameters that mean something keep their order", "https://news.example/?p=2&a=1&p=1&b", "", "https://news.example/?p=2&a=1&p=1&b"},
		{"query that needs escapes", `https://news.example/?q="Ош"&b=c`, "", "https://news.example/?q=%22%D0%9E%D1%88%22&b=c"},
		{"empty query", "https://news.example/a?", "", "https://news.example/a"},
		{"fragment", "https://news.example/a#comments", "", "https://news.example/a"},
		{"fragment that is a path", "https://news.example/#!/a/5", "", "https://news.example/#!/a/5"},
		{"fragment that is a route", "https://news.example/#/a/5", "", "https://news.example/#/a/5"},
		{"500 characters with tracking", long + "?utm_source=" + strings.Repeat("b", 500), "", long},
		{"too long", "https://news.example/" + strings.Repeat("a", Longest), "", ""},
		{"far too long", "https://news.example/?utm_a=" + strings.Repeat("a", 5*Longest), "", ""},
		{"empty", "", base, ""},
		{"broken", "http://[::1", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Canonical(c.in, c.base)
			if got != c.want {
				t.Errorf("Canonical(%q) = %q, want %q", c.in, got, c.want)
			}
			if again := Canonical(got, ""); again != got {
				t.Errorf("Canonical(%q) = %q: it must change nothing again", got, again)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	if got := Resolve("../b?utm_source=x#y", "http://news.example/a/c"); got != "http://news.example/b?utm_source=x#y" {
		t.Errorf("Resolve = %q", got)
	}
	if got := Resolve("javascript:x", "http://news.example/"); got != "" {
		t.Errorf("Resolve of a script = %q", got)
	}
}

func FuzzLink(f *testing.F) {
	for _, s := range []string{
		"https://news.example/a?utm_source=b#c", "../a", "java\tscript:x", "//x", "www.x", "http://[::1]:80", "https://Ош.kg/%zz", "http:x", "feed:http://x",
	} {
		f.Add(s, "https://news.example/feed")
	}
	f.Add("0", "http://..")
	f.Fuzz(func(t *testing.T, s, base string) {
		var got string
		costtest.Bound(t, func() { got = Canonical(s, base) })
		if got == "" {
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || len(got) > Longest {
			t.Fatalf("Canonical(%q, %q) = %q", s, base, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r == '<' || r == '>' || r == '"' }) {
			t.Fatalf("Canonical(%q, %q) = %q has what needs an escape", s, base, got)
		}
		if again := Canonical(got, ""); again != got {
			t.Fatalf("Canonical(%q, %q) = %q, and of that %q", s, base, got, again)
		}
	})
}

func BenchmarkCanonical(b *testing.B) {
	for b.Loop() {
		Canonical("https://news.example/2010/05/13/story?utm_source=rss&id=5", "https://news.example/feed")
	}
}
