package link

import (
	"net/url"
	"strings"
	"testing"
)

// However an outlet writes one address, it is one article.
func TestSpellingsOfOneAddress(t *testing.T) {
	const want = "https://news.example/2010/05/%D0%9E%D1%88?id=5"
	for _, in := range []string{
		"https://news.example/2010/05/Ош?id=5",
		"https://news.example/2010/05/%D0%9E%D1%88?id=5",
		"https://news.example/2010/05/%d0%9e%d1%88?id=5",
		"HTTPS://NEWS.EXAMPLE/2010/05/Ош?id=5",
		"https://news.example:443/2010/05/Ош?id=5",
		"https://news.example./2010/05/Ош?id=5",
		"https://user@news.example/2010/05/Ош?id=5",
		"https://news.example/2010/05/Ош?id=5#comments",
		"https://news.example/2010/05/Ош?id=5&utm_source=rss",
		"https://news.example/2010/05/Ош?utm_source=rss&id=5",
		"https://news.example/2010/05/Ош?fbclid=x&amp;id=5",
		" https://news.example/2010/05/Ош?id=5 \n",
		"\uFEFFhttps://news.example/2010/05/Ош?id=5",
		"https://news.example/2010/./05/x/../Ош?id=5",
		"https:\\\\news.example\\2010\\05\\Ош?id=5",
		"//news.example/2010/05/Ош?id=5",
		"/2010/05/Ош?id=5",
		"../2010/05/Ош?id=5",
	} {
		if got := Canonical(in, "https://news.example/feeds/all.xml"); got != want {
			t.Errorf("Canonical(%q) = %q", in, got)
		}
	}
}

// What differs in more than spelling stays apart: two articles must not become one.
func TestDifferentAddressesStayApart(t *testing.T) {
	seen := map[string]string{}
	for _, in := range []string{
		"https://news.example/a", "http://news.example/a", "https://www.news.example/a", "https://news.example/a/", "https://news.example/A",
		"https://news.example/a?id=1", "https://news.example/a?id=2", "https://news.example/a?ID=1", "https://news.example/a?id=1&p=2", "https://news.example/a?p=2&id=1",
		"https://news.example/a%2Fb", "https://news.example/a/b", "https://news.example/#!/a", "https://news.example/#/a", "https://news.example/",
		"https://news.example:8443/a", "https://news.example/a%3Fb", "https://news.example/a?b",
	} {
		got := Canonical(in, "")
		if other, ok := seen[got]; ok || got == "" {
			t.Errorf("%q and %q are both %q", in, other, got)
		}
		seen[got] = in
	}
}

// Every tracking parameter goes, whatever its case, and nothing else does.
func TestTracking(t *testing.T) {
	for name := range strings.FieldsSeq("utm_source utm_medium utm_campaign utm_content utm_anything fbclid gclid dclid msclkid yclid ysclid igshid mc_cid mc_eid " +
		"_openstat at_medium at_campaign ns_mchannel pk_campaign mtm_source hsa_acc fb_source fb_ref fb_action_ids wt_mc wt.mc_id cmpid ocid _ga _gl srsltid ref_src") {
		for _, spelled := range []string{name, strings.ToUpper(name)} {
			if got := Canonical("https://news.example/a?"+spelled+"=x&id=5", ""); got != "https://news.example/a?id=5" {
				t.Errorf("%s stays: %q", spelled, got)
			}
		}
	}
	for name := range strings.FieldsSeq("id p page article story ref source s v q lang date from to category utm at ns pk fb mc") {
		in := "https://news.example/a?" + name + "=x"
		if got := Canonical(in, ""); got != in {
			t.Errorf("%s goes: %q", name, got)
		}
	}
}

// No scheme but http and https comes out, however it is dressed up.
func TestUnsafeSchemes(t *testing.T) {
	for _, scheme := range []string{"javascript", "data", "vbscript", "file", "mailto", "ftp", "blob", "about", "tel", "chrome", "intent", "ws"} {
		for _, dress := range []string{"%s:x", " %s:x", "%s\t:x", "\x01%s:x", "%s://news.example/x", "%s:%%0aalert(1)", "\u00a0%s:x"} {
			in := strings.ReplaceAll(dress, "%s", scheme)
			for _, base := range []string{"", "https://news.example/", scheme + ":x"} {
				got := Canonical(in, base)
				if got == "" {
					continue
				}
				// What is no scheme to a browser either is a path of the base.
				if u, err := url.Parse(got); err != nil || u.Scheme != "https" || u.Host != "news.example" {
					t.Errorf("Canonical(%q, %q) = %q", in, base, got)
				}
			}
		}
	}
}

// An address that is resolved twice is where it was.
func TestResolveIsStable(t *testing.T) {
	for _, base := range []string{"https://news.example/", "https://news.example/a/b/c.xml?d=e", "http://[2001:db8::1]:8080/x"} {
		for _, ref := range []string{"a", "/a", "../a", "?a=b", "//other.example/a", "https://other.example/a?b=c#d", "a b", "Ош"} {
			once := Resolve(ref, base)
			if once == "" || Resolve(once, base) != once || Resolve(once, "") != once {
				t.Errorf("Resolve(%q, %q) = %q, then %q", ref, base, once, Resolve(once, base))
			}
		}
	}
}

func TestFormsOfHosts(t *testing.T) {
	for in, want := range map[string]string{
		"http://127.0.0.1/":           "http://127.0.0.1/",
		"http://[::1]/":               "http://[::1]/",
		"http://[fe80::1%25eth0]/":    "http://[fe80::1]/",
		"http://[::ffff:192.0.2.1]/":  "http://[::ffff:192.0.2.1]/",
		"http://кыргызстан.example/":  "http://xn--80afmksoji0fc.example/",
		"http://xn--p1ai.example/":    "http://xn--p1ai.example/",
		"http://a..example/":          "http://a..example/",
		"http://a_b.example/":         "http://a_b.example/",
		"http://-a.example/":          "http://-a.example/",
		"http://a.example:/":          "http://a.example/",
		"http://a.example:443/":       "http://a.example:443/",
		"https://a.example:80/":       "https://a.example:80/",
		"http://a.example:99999999/":  "http://a.example:99999999/",
		"http://<script>.example/":    "",
		"http://a.example\u2028/":     "",
		"http://%61.example/":         "",
		"http:// /":                   "",
		"http://a,b.example/":         "",
		"http://user:pass@/":          "",
		"http://a.example:port/":      "",
		"http://[::1":                 "",
		"http://[not-an-address]/":    "",
		"http://a.example@b.example/": "http://b.example/",
	} {
		if got := Canonical(in, ""); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", in, got, want)
		}
	}
}
