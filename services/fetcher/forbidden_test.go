package fetcher

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
)

// TestFault45NoArticleOfAForbiddenAddress follows the links of items, the
// redirects of articles and those of robots.txt to each host that a feed must not
// be at, from a feed that itself may be private. Nothing on this machine is
// connected to but the feed's own server.
func TestFault45NoArticleOfAForbiddenAddress(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("internal/client/testdata/forbidden.txt")
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	var reached atomic.Int32
	canary := &http.Server{ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			reached.Add(1)
		}
	}}
	done := make(chan error, 1)
	go func() { done <- canary.Serve(l) }()
	t.Cleanup(func() {
		_ = canary.Close()
		<-done
	})
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		host := strings.TrimSpace(line)
		if host == "" || strings.HasPrefix(host, "#") || strings.HasSuffix(host, ".example") {
			continue
		}
		for way, err := range followed(t, "http://"+host+":"+port+"/secret") {
			if err == nil {
				t.Errorf("%s %s: an article was found", way, host)
			}
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// followed is what came of each way to an address.
func followed(t *testing.T, target string) map[string]error {
	t.Helper()
	site := newOutlet(t)
	defer site.Close()
	redirect := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", target)
		w.WriteHeader(http.StatusFound)
	}
	site.handle("/redirects", redirect)
	site.page("article", marketTitle)
	ask := func(link string) error {
		c := client.New(client.Options{
			Timeout: 10 * time.Second, HeaderTimeout: 10 * time.Second, MaxBody: 1 << 20, Budget: 1 << 20, PerHost: 4,
			Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
				return nil, errors.New("no name server here")
			}},
		})
		defer c.Close()
		_, err := newPages(c, "").article(t.Context(), Feed{URL: site.URL + "/rss", AllowPrivate: true}, feed.Entry{URL: link, Title: marketTitle})
		return err
	}
	all := map[string]error{"a link to": ask(target), "a redirect to": ask(site.URL + "/redirects")}
	site.handle("/robots.txt", redirect)
	all["a robots.txt at"] = ask(site.URL + "/article")
	return all
}
