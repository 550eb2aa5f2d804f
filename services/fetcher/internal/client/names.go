package client

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"
)

// names remembers what hosts resolve to, so that a fetch that needs a new
// connection asks no name server. The resolver does not tell how long an answer
// may be kept; five minutes is what most outlets' own records say, and an
// address that no longer answers is resolved anew at once. Errors are not kept.
type names struct {
	resolver *net.Resolver
	mu       sync.Mutex
	known    map[string]answer
}

type answer struct {
	addrs []netip.Addr
	until time.Time
}

const (
	nameTTL  = 5 * time.Minute
	maxNames = 4096
)

func newNames(r *net.Resolver) *names {
	if r == nil {
		r = net.DefaultResolver
	}
	return &names{resolver: r, known: map[string]answer{}}
}

// lookup returns the addresses of a host, at least one, and whether they are
// remembered ones.
func (n *names) lookup(ctx context.Context, host string) (addrs []netip.Addr, cached bool, err error) {
	n.mu.Lock()
	a, ok := n.known[host]
	n.mu.Unlock()
	if ok && time.Now().Before(a.until) {
		return a.addrs, true, nil
	}
	found, err := n.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, false, err
	}
	if len(found) == 0 {
		return nil, false, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	addrs = mixed(found)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sweep()
	n.known[host] = answer{addrs: addrs, until: time.Now().Add(nameTTL)}
	return addrs, false, nil
}

func (n *names) forget(host string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.known, host)
}

// sweep makes room: what is old goes, and if that is not enough, everything.
func (n *names) sweep() {
	if len(n.known) < maxNames {
		return
	}
	now := time.Now()
	for host, a := range n.known {
		if now.After(a.until) {
			delete(n.known, host)
		}
	}
	if len(n.known) >= maxNames {
		clear(n.known)
	}
}

// mixed puts the addresses of both families in turns, the preferred family
// first (RFC 8305, section 4), and leaves out what is too many.
func mixed(addrs []netip.Addr) []netip.Addr {
	var same, other []netip.Addr
	for i, a := range addrs {
		addrs[i] = a.Unmap()
		if addrs[i].Is4() == addrs[0].Is4() {
			same = append(same, addrs[i])
		} else {
			other = append(other, addrs[i])
		}
	}
	var out []netip.Addr
	for i := range max(len(same), len(other)) {
		if i < len(same) {
			out = append(out, same[i])
		}
		if i < len(other) {
			out = append(out, other[i])
		}
	}
	return out[:min(len(out), maxAddresses)]
}
