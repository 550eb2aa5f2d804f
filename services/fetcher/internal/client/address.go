package client

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"faultline/pkg/address"

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
	return &guard{private: private, public: ssrf.New(ssrf.WithAnyPort())}
}

// control has the form of net.Dialer.Control.
func (g *guard) control(network, hostport string, _ syscall.RawConn) error {
	addr, err := address.Connected(network, hostport)
	if err != nil {
		return fmt.Errorf("%w: %w", errBlocked, err)
	}
	return g.check(addr)
}

// check returns an error that wraps errBlocked when addr must not be reached.
func (g *guard) check(addr netip.Addr) error {
	addr = address.Embedded(addr.WithZone(""))
	if g.private && address.Nearby(addr) {
		return nil
	}
	if err := g.public.SafeAddr(addr); err != nil || address.Metadata(addr) { // Azure's has a public address
		return fmt.Errorf("%w: %s is not a public address", errBlocked, addr)
	}
	return nil
}
