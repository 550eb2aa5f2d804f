package faultline

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"faultline/services/fetcher"
)

// A site is what somebody registered, whatever the suffix; an IP address is one by itself.
func TestSite(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.example.org/rss":      "example.org",
		"https://Feeds.News.Example.org:8": "example.org",
		"https://www.example.com.tr/rss":   "example.com.tr",
		"https://news.example.co.uk/":      "example.co.uk",
		"https://press.example.gov.kg/":    "example.gov.kg",
		"https://one.github.io/feed":       "one.github.io",
		"http://com.tr/":                   "com.tr",
		"http://192.0.2.7:8080/rss":        "192.0.2.7",
		"http://[2001:db8::1]/rss":         "2001:db8::1",
		"http://localhost:80/":             "localhost",
		"http://host./":                    "host.",
		"":                                 "",
		"http://%zz":                       "",
	} {
		if got := site(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func listed(urls ...string) (feeds []fetcher.Listed) {
	for i, u := range urls {
		feeds = append(feeds, fetcher.Listed{Feed: fetcher.Feed{ID: fmt.Sprint("feed", i), URL: u, AllowPrivate: true}})
	}
	return feeds
}

func names(feeds []*fetcher.Listed) string {
	var ids []string
	for _, f := range feeds {
		ids = append(ids, f.ID)
	}
	return strings.Join(ids, " ")
}

func TestNeighbours(t *testing.T) {
	configured := listed("https://other.com.tr/", "https://old.paper.com.tr/", "http://192.0.2.7/", "https://paper.com.tr/1", "https://off.paper.com.tr/", "https://moved.example/")
	configured[4].Disabled = true
	for _, tc := range []struct {
		begun, ended, want string
	}{
		{"https://paper.com.tr/new", "", "feed1 feed3"},
		{"https://paper.com.tr/new", "https://www.moved.example/rss", "feed1 feed3 feed5"},
		{"http://198.51.2.7/", "", ""},
		{"http://192.0.2.7/rss", "", "feed2"},
	} {
		if got := names(neighbours(configured, &fetcher.Probe{URL: tc.begun, FinalURL: tc.ended})); got != tc.want {
			t.Errorf("%s, %s: %q, want %q", tc.begun, tc.ended, got, tc.want)
		}
	}
}

// However many feeds a site has, those of the very same host are asked.
func TestNeighboursOfTheSameHostFirst(t *testing.T) {
	urls := slices.Repeat([]string{"https://blogs.example.org/"}, maxAsked+3)
	configured := listed(append(urls, "https://www.example.org/old")...)
	near := neighbours(configured, &fetcher.Probe{URL: "https://www.example.org/new"})
	if len(near) != maxAsked || near[0].ID != "feed0" || near[maxAsked-1].ID != fmt.Sprint("feed", len(urls)) {
		t.Errorf("asked: %s", names(near))
	}
}

// Of several feeds that lead to an address the first of the configuration is named, also
// when another one answers later.
func TestRedirectedNamesTheFirst(t *testing.T) {
	served := make(chan struct{})
	led := sync.OnceFunc(func() { close(served) })
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/new":
			fmt.Fprint(w, `<rss version="2.0"><channel><title>News</title></channel></rss>`)
			led()
			return
		case "/second":
			<-served
		}
		http.Redirect(w, r, "/new", http.StatusMovedPermanently)
	}))
	defer s.Close()
	dir, err := openConfig(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	desk, err := newDesk(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer desk.Close()
	configured := listed(s.URL+"/first", s.URL+"/second")
	if f := redirected(t.Context(), desk, configured, &fetcher.Probe{URL: s.URL + "/new"}); f == nil || f.ID != "feed0" {
		t.Errorf("named %+v", f)
	}
	if f := redirected(t.Context(), desk, listed(s.URL+"/new?other"), &fetcher.Probe{URL: s.URL + "/new"}); f != nil {
		t.Errorf("%s leads there by no redirect", f.ID)
	}
}
