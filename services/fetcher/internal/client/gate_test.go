package client

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// A host is one however it is written, and others are others.
func TestGateKnowsAHostByAllItsNames(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"example.org", "Example.ORG", true}, {"example.org", "example.org.", true}, {"xn--bcher-kva.example", "Bücher.example", true},
		{"bu\u0308cher.example", "b\u00fccher.example.", true}, {"Новости.kz", "новости.KZ", true}, {"127.0.0.1", "127.0.0.1.", true},
		{"a_b.example", "A_B.example.", true}, {"::1", "::1", true}, {"fe80::1%eth0", "FE80::1%eth0", true},
		{"example.org", "www.example.org", false}, {"::1", "::2", false}, {"a_b.example", "a-b.example", false},
	} {
		g := newGate(1, 0)
		release, err := g.acquire(t.Context(), c.a, false, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		other, err := g.acquire(t.Context(), c.b, false, time.Millisecond)
		if errors.As(err, new(*Busy)) != c.same {
			t.Errorf("%s while %s is asked: got %v", c.b, c.a, err)
		}
		if err == nil {
			other()
		}
		release()
	}
}

// The turn of a host that a feed is redirected to is waited for on time that is not the outlet's.
func TestWaitingForATurnIsNoTimeOfTheOutlet(t *testing.T) {
	queued := make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			<-queued
			http.Redirect(w, r, "/new", http.StatusFound)
			return
		case "/other":
			<-time.After(1500 * time.Millisecond)
		case "/new":
			<-time.After(time.Second)
			if r.Header.Get("If-None-Match") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		fmt.Fprint(w, document)
	})
	o := options()
	o.PerHost, o.Timeout, o.HeaderTimeout = 1, 2*time.Second, 2*time.Second
	c := newClient(t, o)
	users := func(n int) {
		for have := 0; have < n; <-time.After(time.Millisecond) {
			c.gate.mu.Lock()
			for _, h := range c.gate.hosts {
				have = h.users
			}
			c.gate.mu.Unlock()
		}
	}
	other := make(chan error, 1)
	go func() {
		users(1)
		resp, err := c.Fetch(t.Context(), Request{URL: url + "/other", AllowPrivate: true, Wait: true})
		resp.Release()
		other <- err
	}()
	go func() {
		users(2)
		time.AfterFunc(2*alone, func() { close(queued) }) // by then it is in line
	}()
	resp, err := c.Fetch(t.Context(), Request{URL: url + "/moved", AllowPrivate: true, ETag: `"a"`, ValidatorURL: url + "/new"})
	if err != nil || !resp.NotModified || resp.Waited < time.Second || resp.Waited > 5*time.Second {
		t.Errorf("got %+v, %v", resp, err)
	}
	if err := <-other; err != nil {
		t.Error(err)
	}
}
