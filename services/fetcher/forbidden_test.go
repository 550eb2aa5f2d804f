package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
)

// TestFault45NoConnectionToAForbiddenAddress takes every way on which the fetcher
// connects to somebody else to each host that a feed must not be at, from a feed
// that itself may be private. Nothing on this machine is connected to but the
// feed's own server. Icons are never fetched, and to what a hub sends or asks
// (pings, verifications) nobody connects.
func TestFault45NoConnectionToAForbiddenAddress(t *testing.T) {
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
		for way, err := range followed(t, host, port) {
			if err == nil {
				t.Errorf("%s %s: it was reached", way, host)
			}
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// lead is a site that may be private, and the address to which it leads.
type lead struct {
	*outlet
	t            *testing.T
	host, target string
}

// followed is what came of each way to an address.
func followed(t *testing.T, host, port string) map[string]error {
	t.Helper()
	s := &lead{outlet: newOutlet(t), t: t, host: host, target: "http://" + host + ":" + port + "/secret"}
	defer s.Close()
	redirect := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", s.target)
			w.WriteHeader(status)
		}
	}
	s.handle("/redirects", redirect(http.StatusFound))
	s.handle("/hub", redirect(http.StatusTemporaryRedirect))
	s.page("article", marketTitle)
	all := map[string]error{
		"feeds check of":          s.check(Feed{URL: s.target}),
		"feeds check led to":      s.check(Feed{URL: s.URL + "/redirects", AllowPrivate: true}),
		"feeds discover on":       s.discover(host+":"+port, false),
		"feeds discover led to":   s.discover(s.URL+"/redirects", true),
		"a page offers":           s.offers(),
		"a link to":               s.article(s.target),
		"a redirect to":           s.article(s.URL + "/redirects"),
		"a hub's redirect to":     s.subscribe(s.URL + "/hub"),
		"a hub at, or a cloud at": s.named(port),
	}
	s.handle("/robots.txt", redirect(http.StatusFound))
	all["a robots.txt at"] = s.article(s.URL + "/article")
	return all
}

func (s *lead) client() *client.Client {
	return client.New(client.Options{
		Timeout: 10 * time.Second, HeaderTimeout: 10 * time.Second, MaxBody: 1 << 20, Budget: 1 << 20, PerHost: 4,
		Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("no name server here")
		}},
	})
}

var errNothing = errors.New("nothing was found")

func (s *lead) desk() *Desk { return &Desk{config: Default(), client: s.client()} }

func (s *lead) check(f Feed) error {
	d := s.desk()
	defer d.Close()
	if r := d.Check(s.t.Context(), f); r.Error != nil {
		return errors.New(r.Error.Class)
	}
	return nil
}

func (s *lead) discover(site string, allow bool) error {
	d := s.desk()
	defer d.Close()
	found := d.Discover(s.t.Context(), site, allow)
	for _, r := range found.Feeds {
		if !strings.HasPrefix(r.URL, s.URL) {
			return nil
		}
	}
	return errNothing
}

// offers discovers a page that offers the target in every way.
func (s *lead) offers() error {
	s.handle("/rss", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, recentDocument()) })
	s.handle("/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "<"+s.target+"/1>; rel=alternate; type=application/rss+xml")
		fmt.Fprintf(w, `<!doctype html><link rel=alternate type=application/rss+xml href="%s"><a href="%s.rss">RSS</a><link rel=feed href=/rss>`, s.target, s.target)
	})
	return s.discover(s.URL+"/page", true)
}

// article asks for the article behind an item.
func (s *lead) article(link string) error {
	c := s.client()
	defer c.Close()
	_, err := newPages(c, "").article(s.t.Context(), Feed{URL: s.URL + "/rss", AllowPrivate: true}, feed.Entry{URL: link, Title: marketTitle})
	return err
}

// subscribe asks a hub of the feed.
func (s *lead) subscribe(hub string) error {
	c := s.client()
	defer c.Close()
	_, err := c.Post(s.t.Context(), client.Form{URL: hub, Values: url.Values{"hub.mode": {"subscribe"}}, Feed: s.URL + "/rss", AllowPrivate: true})
	return err
}

// named subscribes wherever a feed says that it can be, which is the target.
func (s *lead) named(port string) error {
	doc, err := feed.Parse(fmt.Appendf(nil, `<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>x</title><atom:link rel="hub" href="%s"/>
<cloud domain="%s" port="%s" path="/rpc" registerProcedure="" protocol="http-post"/><item><title>y</title></item></channel></rss>`,
		s.target, strings.Trim(s.host, "[]"), port), feed.Hints{Fetched: time.Now()})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, header := range [][]string{nil, {"<" + s.target + "/hub>; rel=hub"}} { // which outranks the element
		for _, at := range offered(header, doc, s.URL+"/rss") {
			if err := s.subscribe(at.Hub); err == nil {
				return nil
			}
		}
	}
	return errNothing
}
