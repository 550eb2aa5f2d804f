package faultline

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// outlet is a web site with feeds, for the scripts: $SITE.
func outlet(t *testing.T) string {
	t.Helper()
	recent := time.Now().UTC().Add(-10 * time.Minute).Format(time.RFC1123Z)
	feed := func(title string) string {
		return fmt.Sprintf(`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>%s</title><language>ru</language>
<atom:link rel="hub" href="https://hub.example/"/>
<item><guid>new</guid><title>Fresh news</title><link>https://news.example/new</link><pubDate>%s</pubDate></item>
<item><guid>old</guid><title>Old news</title><link>https://news.example/old</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item>
</channel></rss>`, title, recent)
	}
	mux := http.NewServeMux()
	serve := func(path, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"1"`)
			fmt.Fprint(w, body)
		})
	}
	serve("/rss.xml", feed("Example News"))
	serve("/ru.xml", feed("Новости \x1b[31m"))
	serve("/new.xml", feed("Moved News"))
	serve("/empty.xml", `<rss version="2.0"><channel><title>Nothing</title></channel></rss>`)
	serve("/page", `<!doctype html><title>News</title><link rel="alternate" type="application/rss+xml" href="/rss.xml"><a href="/ru.xml?a=1&b=2">RSS</a>`)
	serve("/plain/", `<!doctype html><title>News</title>`)
	serve("/plain/feed/", feed("Hidden News"))
	mux.Handle("GET /moved.xml", http.RedirectHandler("/new.xml", http.StatusMovedPermanently))
	mux.HandleFunc("GET /gone.xml", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}
