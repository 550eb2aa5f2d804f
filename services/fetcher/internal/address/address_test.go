package address

import (
	"net/url"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, raw := range []string{"http://a.example/feed", "https://a.example:8443/feed?key=1#top", "http://[::1]/x"} {
		if u, err := Parse(raw); err != nil || u.Fragment != "" {
			t.Errorf("%s: %v, %v", raw, u, err)
		}
	}
	for _, raw := range []string{"", "feed", "ftp://a.example/x", "http://", "file:///etc/passwd", "http://a b/", "http://user:s3cret@a.example/", "://s3cret", "http://a.example/%zz-s3cret", "http://user:s3cret/x@a.example/", "http://a.example:65536/", "user:s3cret@a.example"} {
		_, err := Parse(raw)
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: got %v", raw, err)
		}
	}
}

func TestRedact(t *testing.T) {
	for raw, want := range map[string]string{
		"https://a.example/x?key=1":           "https://a.example/x?key=1",
		"https://a.example/@desk":             "https://a.example/@desk",
		"https://user:s3cret@a.example/@desk": "https://a.example/@desk",
		"https://s3cret@a.example":            "https://a.example",
		"http://user:s3cret@[::1":             "http://***@[::1",
		"http://user:s3cret/x@a.example/":     "http://***@a.example/",
		"user:s3cret@a.example":               "***@a.example",
		"nothing":                             "nothing",
	} {
		if got := Redact(raw); got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
	}
}

func TestHost(t *testing.T) {
	for raw, want := range map[string]string{
		"https://user:s3cret@a.example:8443/s3cret?key=s3cret": "a.example:8443", "http://[::1]/s3cret": "[::1]",
		"s3cret": "?", "": "?", "http://a.example/%zz-s3cret": "?", "http:///s3cret": "?",
	} {
		if got := Host(raw); got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
	}
}

func TestSameServer(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"http://a.example/x", "http://a.example/y", true}, {"http://a.example", "https://a.example", true}, {"http://a.example:80", "http://a.example", true},
		{"http://a.example", "http://b.example", false}, {"http://a.example:8080", "http://a.example:8081", false}, {"http://a.example:8080", "https://a.example", false},
		{"https://a.example", "http://a.example", false}, {"https://a.example:8443", "http://a.example:8443", false}, {"http://127.0.0.1:8900", "http://127.0.0.1:8999", false},
		{"http://News.Example/rss", "https://news.example/rss", true}, {"https://News.Example", "http://news.example", false}, {"http://a.Example", "http://b.example", false},
	} {
		a, errA := url.Parse(c.a)
		b, errB := url.Parse(c.b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if got := SameServer(a, b); got != c.want {
			t.Errorf("%s, %s: got %t", c.a, c.b, got)
		}
	}
}
