package client

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// What a proxy says in place of a server tells nothing of the server, and nothing is known to be
// heard of it; what comes through the proxy is the server's.
func TestFault47TheProxysOwnErrors(t *testing.T) {
	status := http.StatusOK
	proxy := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(status)
	})
	o := options()
	var err error
	if o.Proxy, err = url.Parse(proxy); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, o)
	for _, s := range []int{403, 407, 500, 502, 503, 504} {
		status = s
		_, err := c.Fetch(t.Context(), Request{URL: "https://news.example/feed"})
		if failure := wantClass(t, err, ClassProxy); failure.Status != 0 || !strings.Contains(failure.Error(), http.StatusText(s)) {
			t.Errorf("%d to CONNECT: %+v", s, failure)
		}
		want, by := ClassProxy, 0
		if s == 403 {
			want, by = ClassForbidden, 403
		}
		_, err = c.Fetch(t.Context(), Request{URL: "http://news.example/feed"})
		if failure := wantClass(t, err, want); failure.Status != by || failure.RetryAfter != time.Minute {
			t.Errorf("%d in place of a feed: %+v", s, failure)
		}
		_, err = c.Post(t.Context(), Form{URL: "http://hub.example/", Feed: "http://news.example/feed"})
		wantClass(t, err, want)
	}
	status = http.StatusBadGateway
	plain, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fetch(t, newClient(t, options()), plain.String())
	wantClass(t, err, ClassHTTP5xx)
}

func TestFault47AProxyThatIsNotThere(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	for _, proxy := range []string{"http://" + gone.Addr().String(), "https://" + gone.Addr().String()} {
		o := options()
		if o.Proxy, err = url.Parse(proxy); err != nil {
			t.Fatal(err)
		}
		c := newClient(t, o)
		for _, feed := range []string{"http://news.example/feed", "https://news.example/feed"} {
			_, err := c.Fetch(t.Context(), Request{URL: feed})
			failure := wantClass(t, err, ClassProxy)
			if !strings.Contains(failure.Class.Remedy(), "fetcher.proxy") || errors.Unwrap(failure) == nil {
				t.Errorf("%s by %s: %+v", feed, proxy, failure)
			}
		}
	}
}
