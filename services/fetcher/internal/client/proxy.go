package client

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// proxyFor sends every request to the proxy, except to hosts that are addresses
// which the guard refuses, in whatever spelling: the proxy reads more of them
// than we do. Other names are resolved by the proxy.
func proxyFor(proxy *url.URL, g *guard) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		if addr, ok := spelled(r.URL.Hostname()); ok {
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

// spelled is the address that a resolver may see in a host: one written as inet_aton
// takes it (with fewer parts than four, octal or hexadecimal), in other digits
// (UTS #46), or a name of this machine itself (RFC 6761, section 6.3).
func spelled(host string) (netip.Addr, bool) {
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr, true
	}
	if strings.HasSuffix("."+host, ".localhost") || host == "ip6-localhost" || host == "ip6-loopback" {
		return netip.IPv6Loopback(), true
	}
	parts := strings.Split(host, ".")
	var n uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts)) // the last part fills what is left
		}
		value, err := strconv.ParseUint(part, 0, 32)
		if err != nil || len(parts) > 4 || value >= 1<<bits {
			return netip.Addr{}, false
		}
		n = n<<bits | value
	}
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
}
