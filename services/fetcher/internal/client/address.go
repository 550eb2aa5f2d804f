package client

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"code.dny.dev/ssrf"
)

// errBlocked marks a connection that was refused because of where it went.
var errBlocked = errors.New("address must not be reached")

// guard decides which addresses a dialer may connect to. It is asked with the
// address of the connection itself, after resolution, so that odd spellings
// ("0177.0.0.1", full-width digits), redirects and names that resolve
// differently the second time make no difference.
type guard struct {
	public *ssrf.Guardian
	// private also permits loopback and private networks.
	private bool
}

func newGuard(private bool) *guard {
	return &guard{
		private: private,
		public: ssrf.New(ssrf.WithAnyPort(),
			// Azure's metadata service has a public address.
			ssrf.WithDeniedV4Prefixes(netip.MustParsePrefix("168.63.129.16/32"))),
	}
}

// control has the form of net.Dialer.Control.
func (g *guard) control(network, address string, _ syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("%w: network %s", errBlocked, network)
	}
	hostport, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q is no address", errBlocked, address)
	}
	return g.check(hostport.Addr())
}

// check returns an error that wraps errBlocked when addr must not be reached.
func (g *guard) check(addr netip.Addr) error {
	addr = embedded(addr.WithZone(""))
	if g.private && nearby(addr) {
		return nil
	}
	if err := g.public.SafeAddr(addr); err != nil {
		return fmt.Errorf("%w: %s is not a public address", errBlocked, addr)
	}
	return nil
}

// nearby reports whether addr is on this machine or its own networks. Link-local
// addresses are none of them: that is where clouds keep their credentials.
func nearby(addr netip.Addr) bool {
	if addr == netip.MustParseAddr("fd00:ec2::254") { // AWS metadata over IPv6
		return false
	}
	shared := netip.MustParsePrefix("100.64.0.0/10") // RFC 6598: carriers, overlay networks
	metadata := netip.MustParseAddr("100.100.100.200")
	return addr.IsLoopback() || addr.IsPrivate() || (shared.Contains(addr) && addr != metadata)
}

// embedded returns the IPv4 address within an IPv4-mapped (RFC 4291) or NAT64
// (RFC 6052) one, and other addresses as they are. A network with IPv6 only
// reaches all of IPv4 through NAT64, so these are judged by what they lead to.
func embedded(addr netip.Addr) netip.Addr {
	addr = addr.Unmap()
	if ssrf.IPv6NAT64Prefix.Contains(addr) {
		b := addr.As16()
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return addr
}
