package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"faultline/pkg/address"
)

// proxyFor sends every request to the proxy, except to hosts that are addresses
// which the guard refuses, in whatever spelling: the proxy reads more of them
// than we do. Other names are resolved by the proxy.
func proxyFor(proxy *url.URL, g *guard) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		if addr, ok := address.Spelled(r.URL.Hostname()); ok {
			if err := g.check(addr); err != nil {
				return nil, err
			}
		}
		return proxy, nil
	}
}

// noTunnel is the error of a proxy that does not connect to the server of an https address,
// whatever its reason. net/http has its status as a text alone.
func noTunnel(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &Error{Class: ClassProxy, Cause: errors.New("the proxy does not connect: status " + short(resp.Status))}
}

// maybeProxy reports whether an answer may be the proxy's own: a demand for its password, or
// an error of a server where the proxy is asked in place of the server. Proxies say of servers
// that they do not reach 500, 502, 503 or 504, and so do servers of themselves.
func (v *visit) maybeProxy(resp *http.Response) bool {
	return v.client.opts.Proxy != nil && v.at.Scheme == "http" && (resp.StatusCode == http.StatusProxyAuthRequired || resp.StatusCode/100 == 5)
}
