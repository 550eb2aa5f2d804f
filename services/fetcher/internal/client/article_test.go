package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestFetchAsksPermissionBeforeEachRedirect(t *testing.T) {
	errNo := errors.New("no")
	url1 := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/closed" {
			t.Error("an address that is not permitted was asked")
		}
		hops := map[string]string{"/": "/a", "/a": "/open", "/b": "/closed"}
		if to, ok := hops[r.URL.Path]; ok {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		w.Header().Add("X-Robots-Tag", "noarchive")
		w.Header().Add("X-Robots-Tag", "otherbot: noindex")
		fmt.Fprint(w, r.Header.Get("Accept"))
	})
	var asked []string
	req := Request{URL: url1, AllowPrivate: true, Accept: "text/html", Permit: func(_ context.Context, u *url.URL) error {
		asked = append(asked, u.Path)
		if u.Path == "/closed" {
			return errNo
		}
		return nil
	}}
	c := newClient(t, options())
	resp, err := c.Fetch(t.Context(), req)
	if err != nil || string(resp.Body) != "text/html" || resp.Robots != "noarchive,otherbot: noindex" {
		t.Errorf("got %+v, %v", resp, err)
	}
	req.URL += "/b"
	if _, err := c.Fetch(t.Context(), req); !errors.Is(err, errNo) {
		t.Errorf("got %v", err)
	}
	if got := strings.Join(asked, " "); got != "/a /open /closed" {
		t.Errorf("asked for permission to fetch %s", got)
	}
}

func TestFetchWithASmallerLimit(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/long" { // without a length
			w.(http.Flusher).Flush()
		}
		_, _ = io.WriteString(w, strings.Repeat("x", 2000))
	})
	c := newClient(t, options())
	for path, cases := range map[string]map[int64]bool{
		"/":     {1999: false, 2000: true, 0: true, 1 << 40: true},
		"/long": {1999: false, 2000: true},
	} {
		for limit, ok := range cases {
			_, err := c.Fetch(t.Context(), Request{URL: url + path, AllowPrivate: true, MaxBody: limit})
			if ok && err != nil {
				t.Errorf("%s, limit %d: %v", path, limit, err)
			} else if !ok {
				wantClass(t, err, ClassTooLarge)
			}
		}
	}
	endless := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	_, err := c.Fetch(t.Context(), Request{URL: endless, AllowPrivate: true, MaxBody: small + 1})
	wantClass(t, err, ClassTooLarge)
}

func TestFetchWaitsForItsTurn(t *testing.T) {
	o := options()
	o.PerHost = 1
	held := make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			<-held
		}
		fmt.Fprint(w, document)
	})
	c := newClient(t, o)
	first := make(chan error, 1)
	go func() {
		_, err := c.Fetch(t.Context(), Request{URL: url + "/first", AllowPrivate: true})
		first <- err
	}()
	for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
		if _, err := c.Fetch(t.Context(), Request{URL: url + "/second", AllowPrivate: true}); errors.As(err, new(*Busy)) {
			break
		}
	}
	time.AfterFunc(patience+100*time.Millisecond, func() { close(held) })
	if _, err := c.Fetch(t.Context(), Request{URL: url + "/third", AllowPrivate: true, Wait: true}); err != nil {
		t.Errorf("who waits: %v", err)
	}
	if err := <-first; err != nil {
		t.Error(err)
	}
}
