package client

import (
	"net/http"
	"net/netip"
	"net/url"
)

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
