package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"

	"faultline/pkg/address"

	commoncfg "github.com/prometheus/common/config"
)

// errForbidden marks a connection that was not made because of where it would have gone.
var errForbidden = errors.New("no message is sent to this address")

// boundary is how far the channels of a receiver reach, see docs/decisions/0033: to every address
// but those by which a machine finds its cloud's credentials, and those of its cable.
type boundary struct{ linkLocal, everywhere bool }

func (b boundary) check(addr netip.Addr) error {
	switch {
	case b.everywhere:
	case address.Metadata(addr):
		return fmt.Errorf("%w: %s is where a cloud keeps credentials", errForbidden, addr)
	case address.LinkLocal(addr) && !b.linkLocal:
		return fmt.Errorf("%w: %s is link-local", errForbidden, addr)
	}
	return nil
}

// control has the form of net.Dialer.Control: it is asked with the address of the connection
// itself, whatever name or template that came from.
func (b boundary) control(network, hostport string, _ syscall.RawConn) error {
	addr, err := address.Connected(network, hostport)
	if err != nil {
		return fmt.Errorf("%w: %w", errForbidden, err)
	}
	return b.check(addr)
}

// option makes a client of Alertmanager's connect to nothing beyond, its tokens' server included.
func (b boundary) option() commoncfg.HTTPClientOption {
	return commoncfg.WithDialContextFunc((&net.Dialer{Control: b.control}).DialContext)
}

// keep makes a transport send no request to a host that is an address beyond, in any spelling: a
// proxy, which is who is connected to, would take it there.
func (b boundary) keep(next http.RoundTripper) http.RoundTripper { return kept{next, b} }

type kept struct {
	http.RoundTripper
	boundary
}

// RoundTrip implements http.RoundTripper.
func (k kept) RoundTrip(request *http.Request) (*http.Response, error) {
	if addr, ok := address.Spelled(request.URL.Hostname()); ok {
		if err := k.check(addr); err != nil {
			return nil, err
		}
	}
	return k.RoundTripper.RoundTrip(request)
}

// resolve looks at the addresses of the host of a sender that connects by itself. What cannot be
// resolved is the sender's to say.
func (b boundary) resolve(ctx context.Context, hostport string) error {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	for _, addr := range addrs {
		if err := b.check(addr); err != nil {
			return err
		}
	}
	return nil
}
