package fetcher

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/client"
)

const rssDocument = `<rss version="2.0"><channel><title>Example</title><language>ru</language>
<item><guid>2</guid><title>Two</title><link>https://news.example/2</link><pubDate>%s</pubDate></item>
<item><guid>1</guid><title>One</title><link>https://news.example/1</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item>
<item><guid>0</guid><title>Undated</title></item></channel></rss>`

func recentDocument() string {
	return fmt.Sprintf(rssDocument, time.Now().UTC().Add(-time.Minute).Format(time.RFC1123Z))
}

func openDesk(t *testing.T) *Desk {
	t.Helper()
	d, err := NewDesk(config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// site is a web server with these answers: a body, or "status target".
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func serveSite(t *testing.T, answers map[string]string, headers ...string) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.RequestURI())
		s.mu.Unlock()
		answer, ok := answers[r.URL.RequestURI()]
		for i := 0; ok && i+1 < len(headers); i += 2 {
			w.Header().Add(headers[i], headers[i+1])
		}
		var status int
		var target string
		if n, err := fmt.Sscanf(answer, "%d %s", &status, &target); n == 2 && err == nil {
			w.Header().Set("Location", target)
			w.WriteHeader(status)
			return
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestCheckTellsWhatWouldBePublished(t *testing.T) {
	s := serveSite(t, map[string]string{"/old": "301 /new", "/new": recentDocument()},
		"ETag", `"1"`, "Last-Modified", "Mon, 02 Mar 2026 10:00:00 GMT", "Link", `<https://hub.example/>; rel="hub", </new>; rel=self`)
	r := openDesk(t).Check(t.Context(), Feed{ID: "a", URL: s.URL + "/old", AllowPrivate: true})
	if !r.OK || r.Status != 200 || r.MovedTo != s.URL+"/new" || r.FinalURL != r.MovedTo || r.Format != "rss" || r.Title != "Example" || r.Language != "ru" {
		t.Errorf("got %+v", r)
	}
	if strings.Join(r.Validators, " ") != "etag last-modified" || strings.Join(r.Hubs, " ") != "https://hub.example/" || r.Bytes == 0 || r.Error != nil {
		t.Errorf("got %+v", r)
	}
	if r.Items != 3 || time.Since(r.Newest) > time.Hour || !r.Oldest.Equal(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("got %+v", r)
	}
	backlog := map[string]bool{}
	for _, i := range r.Publish {
		backlog[i.Title] = i.Backlog
	}
	if len(backlog) != 3 || backlog["Two"] || !backlog["One"] || !backlog["Undated"] || r.Publish[2].Title != "One" {
		t.Errorf("would publish %+v", r.Publish)
	}
}

func TestCheckNamesTheFault(t *testing.T) {
	s := serveSite(t, map[string]string{"/gone": "410 /x", "/page": "<!doctype html><title>x</title>", "/loop": "302 /loop"})
	for path, want := range map[string]string{
		"/gone": "http_410 410", "/none": "http_404 404", "/page": "not_a_feed 200", "/loop": "redirect_loop 0",
	} {
		r := openDesk(t).Check(t.Context(), Feed{URL: s.URL + path, AllowPrivate: true})
		if r.OK || r.Error == nil || fmt.Sprint(r.Error.Class, " ", r.Status) != want || r.Error.Remedy == "" || r.Error.Message == "" {
			t.Errorf("%s: %+v, %+v", path, r, r.Error)
		}
	}
	r := openDesk(t).Check(t.Context(), Feed{URL: s.URL + "/page"})
	if r.Error == nil || r.Error.Class != "blocked_address" {
		t.Errorf("without leave: %+v", r.Error)
	}
}

func TestCheckSaysWhyADocumentIsCut(t *testing.T) {
	whole := recentDocument()
	s := serveSite(t, map[string]string{"/rss": whole[:len(whole)-40]}, "Content-Length", "9000")
	r := openDesk(t).Check(t.Context(), Feed{URL: s.URL + "/rss", AllowPrivate: true})
	if !r.OK || r.Items != 2 || !strings.Contains(strings.Join(r.Warnings, " "), "partial: the transfer ended early (reset)") {
		t.Errorf("got %+v", r)
	}
}

func TestCheckTakesNoPageForANewAddress(t *testing.T) {
	s := serveSite(t, map[string]string{"/old": "301 /", "/": "<!doctype html><title>Front page</title>"})
	r := openDesk(t).Check(t.Context(), Feed{URL: s.URL + "/old", AllowPrivate: true})
	if r.OK || r.MovedTo != "" || r.FinalURL != s.URL+"/" {
		t.Errorf("got %+v", r)
	}
}

// Feeds of one host wait for its turn and none is lost.
func TestCheckAllWaitsForBusyHosts(t *testing.T) {
	text := recentDocument()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select { // slower than a fetch waits for its turn
		case <-r.Context().Done():
		case <-time.After(400 * time.Millisecond):
		}
		fmt.Fprint(w, text)
	}))
	t.Cleanup(s.Close)
	var feeds []Feed
	for i := range 8 {
		feeds = append(feeds, Feed{ID: fmt.Sprint(i), URL: fmt.Sprint(s.URL, "/", i), AllowPrivate: true})
	}
	seen := map[int]string{}
	openDesk(t).CheckAll(t.Context(), feeds, 8, func(i int, r Probe) {
		if seen[i] = r.Feed; !r.OK {
			t.Errorf("%d: %+v", i, r.Error)
		}
	})
	for i := range feeds {
		if seen[i] != feeds[i].ID {
			t.Errorf("feed %d was told as %q", i, seen[i])
		}
	}
}

// A feed's allow_downgrade holds when it is polled and when it is checked, and opens no door
// to addresses that are not public.
func TestAllowDowngradeReachesTheRequest(t *testing.T) {
	s := httptest.NewTLSServer(http.RedirectHandler("http://127.0.0.1:1/", http.StatusFound))
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c := client.New(client.Options{
		Timeout: 5 * time.Second, HeaderTimeout: 5 * time.Second, MaxBody: 1 << 20, Budget: 1 << 20, PerHost: 2, RootCAs: roots,
	})
	t.Cleanup(c.Close)
	for allowed, want := range map[bool]client.Class{false: client.ClassDowngrade, true: client.ClassBlocked} {
		f := Feed{ID: "feed", URL: s.URL, AllowPrivate: true, AllowDowngrade: allowed}
		_, err := c.Fetch(t.Context(), (&round{feed: f}).request())
		if failure, ok := errors.AsType[*client.Error](err); !ok || failure.Class != want {
			t.Errorf("allowed %v: polled: %v", allowed, err)
		}
		if r := (&Desk{config: Default(), client: c}).Check(t.Context(), f); r.Error == nil || r.Error.Class != string(want) {
			t.Errorf("allowed %v: checked: %+v", allowed, r)
		}
	}
}
