package link

import (
	"net/url"
	"strings"
	"testing"
)

const feed = "https://news.example/feeds/all.xml"

// FAULTS 32: only http and https come out, whatever is done to hide the scheme.
func TestFault32NoOtherSchemeComesOut(t *testing.T) {
	for _, scheme := range []string{"javascript", "data", "vbscript", "file", "ftp", "blob", "about", "intent", "view-source", "ws", "chrome-extension", "x"} {
		for _, in := range []string{
			scheme + ":alert(1)", scheme + "://news.example/a", strings.ToUpper(scheme) + ":alert(1)", " \t\n" + scheme + ":alert(1)",
			scheme[:1] + "\t" + scheme[1:] + ":alert(1)", scheme[:1] + "\x00" + scheme[1:] + ":alert(1)", "\u200b" + scheme + ":alert(1)",
			"\ufeff\"" + scheme + ":alert(1)\"", scheme + "\n:alert(1)", "feed:" + scheme + ":alert(1)",
		} {
			for _, base := range []string{"", feed, scheme + "://news.example/"} {
				got := Canonical(in, base)
				if got != "" && !strings.HasPrefix(got, "http://") && !strings.HasPrefix(got, "https://") {
					t.Errorf("Canonical(%q, %q) = %q", in, base, got)
				}
				if strings.HasPrefix(got, "http") && strings.HasSuffix(base, "news.example/") && base != "" {
					t.Errorf("Canonical(%q, %q) = %q: a base of another scheme makes no link", in, base, got)
				}
				if got := Resolve(in, base); got != "" && !strings.HasPrefix(got, "http") {
					t.Errorf("Resolve(%q, %q) = %q", in, base, got)
				}
			}
		}
	}
}

// FAULTS 32: relative links resolve as RFC 3986, section 5.4, has it.
func TestFault32RelativeLinks(t *testing.T) {
	const base = "http://a/b/c/d;p?q"
	for in, want := range map[string]string{
		"g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/", "/g": "http://a/g", "//g": "http://g/",
		"?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y", "#s": "http://a/b/c/d;p?q", "g#s": "http://a/b/c/g",
		";x": "http://a/b/c/;x", "..": "http://a/b/", "../..": "http://a/", "../../../g": "http://a/g", "/../g": "http://a/g",
		"g;x=1/../y": "http://a/b/c/y", "g?y/./x": "http://a/b/c/g?y/./x", `..\g`: "http://a/b/g", "g h": "http://a/b/c/g%20h",
	} {
		if got := Canonical(in, base); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", in, got, want)
		}
	}
}

// FAULTS 33: each parameter of the list goes, in any case and between any others;
// what only begins like one stays.
func TestFault33TrackingGoesTheRestStays(t *testing.T) {
	for _, name := range []string{
		"utm_source", "UTM_Campaign", "utm_", "fbclid", "FBCLID", "gclid", "yclid", "ysclid", "mc_eid", "mtm_kwd", "pk_source", "hsa_cam",
		"at_medium", "ns_mchannel", "ns_campaign", "ns_fee", "fb_ref", "_branch_match_id", "ref_src", "srsltid", "_openstat", "wt.mc_id", "mkt_tok",
	} {
		for _, in := range []string{"?" + name + "=1&id=5&p=2", "?id=5&" + name + "&p=2", "?id=5&p=2&" + name + "=", "?id=5&&p=2&amp;" + name + "=a=b"} {
			if got := Canonical("https://news.example/a"+in, ""); got != "https://news.example/a?id=5&p=2" {
				t.Errorf("%s: %q", in, got)
			}
		}
	}
	for _, name := range []string{"id", "utm", "clid", "attitude", "ns_x", "fb", "ref", "source", "page", "spmx", "_gallery", "item"} {
		in := "https://news.example/a?" + name + "=1"
		if got := Canonical(in, ""); got != in {
			t.Errorf("%q lost its parameter: %q", in, got)
		}
	}
}

// The many spellings of one address give one form.
func TestSpellingsOfOneAddressAgree(t *testing.T) {
	const want = "https://news.example/a/b?id=5"
	for _, in := range []string{
		want, "HTTPS://NEWS.EXAMPLE/a/b?id=5", "https://news.example:443/a/b?id=5", "https://news.example./a/b?id=5", "https://me:pw@news.example/a/b?id=5",
		"https://news.example/a/./b?id=5", "https://news.example/x/../a/b?id=5", "https://news.example/a/b?id=5#top", "https://news.example/a/b?id=5&",
		"https://news.example/a/b?&id=5", `https:\\news.example\a\b?id=5`, "https://news.example/%61/b?id=5", "//news.example/a/b?id=5", "/a/b?id=5", "../a/b?id=5",
		"\thttps://news.exam\nple/a/b?id=5 ", "https://news.example/a/b?utm_id=9&id=5",
	} {
		if got := Canonical(in, feed); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", in, got, want)
		}
	}
}

// What tells two articles apart must stay.
func TestDifferentArticlesStayDifferent(t *testing.T) {
	seen := map[string]string{}
	for _, in := range []string{
		"https://news.example/a", "https://news.example/A", "https://news.example/a/", "http://news.example/a", "https://news.example:444/a",
		"https://www.news.example/a", "https://news.example/a?id=1", "https://news.example/a?id=2", "https://news.example/a?ID=1", "https://news.example/a?id",
		"https://news.example/#!/a", "https://news.example/#/a", "https://news.example/%2Fa", "https://news.example//a", "https://news.example/a%3Fid=1",
		"https://news.example/a?id=1&p=2", "https://news.example/a?p=2&id=1",
	} {
		got := Canonical(in, "")
		if got == "" || seen[got] != "" {
			t.Errorf("%q and %q are both %q", in, seen[got], got)
		}
		seen[got] = in
	}
}

// The limit is on the bytes that come out: escapes count, tracking does not.
func TestLongestIsExact(t *testing.T) {
	const head = "https://news.example/"
	fits := head + strings.Repeat("a", Longest-len(head))
	if got := Canonical(fits, ""); got != fits {
		t.Errorf("an address of %d bytes comes out with %d", len(fits), len(got))
	}
	if got := Canonical(fits+"?utm_source=rss#top", ""); got != fits {
		t.Errorf("tracking counts: %d bytes", len(got))
	}
	if got := Canonical(fits+"a", ""); got != "" {
		t.Errorf("an address of %d bytes comes out", len(got))
	}
	if got := Canonical(head+strings.Repeat("Ж", Longest/4), ""); got != "" {
		t.Errorf("an address of %d bytes after escaping comes out", len(got))
	}
}

// Hosts that are none, and hosts in odd forms; user and password never show.
func TestHosts(t *testing.T) {
	for in, want := range map[string]string{
		"http://":                           "",
		"http://./a":                        "",
		"http://a%20b.example/":             "",
		"http://a<b.example/":               "",
		"http://[fe80::1%25eth0]/":          "http://[fe80::1]/",
		"http://[2001:db8::0:1]:8080/":      "http://[2001:db8::1]:8080/",
		"http://127.0.0.1/a":                "http://127.0.0.1/a", // the fetcher's dialer judges addresses
		"http://BÜCHER.example/":            "http://xn--bcher-kva.example/",
		"http://xn--bcher-kva.example/":     "http://xn--bcher-kva.example/",
		"http://news.example:0443/":         "http://news.example:0443/",
		"http://news.example:/a":            "http://news.example/a",
		"https://bank.example@evil.example": "https://evil.example/",
		"https://news.example:80/":          "https://news.example:80/",
		"http://news.example:443/":          "http://news.example:443/",
		"http://news.example:99999999999/x": "http://news.example:99999999999/x",
		"http://news.example:8a/":           "",
	} {
		got := Canonical(in, "")
		if got != want {
			t.Errorf("Canonical(%q) = %q, want %q", in, got, want)
		}
		if u, err := url.Parse(got); err != nil || u.User != nil {
			t.Errorf("Canonical(%q) = %q: %v, user %v", in, got, err, u.User)
		}
	}
}
