package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
)

// ParseURL reads the address of a feed: absolute, http or https, with a host
// and without credentials, which belong into basic_auth. The error does not
// repeat the address, since that may be a secret.
func ParseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err
		}
		return nil, fmt.Errorf("not an address: %w", err)
	}
	if err := checkTarget(u); err != nil {
		return nil, err
	}
	if u.User != nil {
		return nil, errors.New("the address carries a user name or password")
	}
	u.Fragment = ""
	return u, nil
}

func checkTarget(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("scheme %.20q is not http or https", u.Scheme)
	}
	if u.Hostname() == "" {
		return errors.New("the address has no host")
	}
	return nil
}

// sameAuthority reports whether b is the same server as a: the same host and
// port, or the https server at the standard port beside the http one.
func sameAuthority(a, b *url.URL) bool {
	if a.Hostname() != b.Hostname() {
		return false
	}
	return port(a) == port(b) || port(a) == "80" && port(b) == "443" && b.Scheme == "https"
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// proxyFor sends every request to the proxy, except to addresses written as
// numbers that the guard refuses. Names are resolved by the proxy.
func proxyFor(proxy *url.URL, g *guard) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		if addr, err := netip.ParseAddr(r.URL.Hostname()); err == nil {
			if err := g.check(addr); err != nil {
				return nil, err
			}
		}
		return proxy, nil
	}
}
