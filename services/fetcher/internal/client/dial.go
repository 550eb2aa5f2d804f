package client

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// dialer connects to hosts by the cached answers of the resolver. Each address
// is checked when it is connected to, by the guard in Dialer.Control, whoever
// gave it: a cached answer opens no door.
type dialer struct {
	*net.Dialer
	names *names
}

const (
	// headStart is how long an address is tried alone before the next one is
	// tried beside it (RFC 8305, section 5).
	headStart = 250 * time.Millisecond
	// maxAddresses is how many addresses of a host are tried.
	maxAddresses = 8
	// maxDials is how often one fetch may connect: once per hop, and again when a
	// connection turns out to be over. An HTTP/2 server that ends each as soon as
	// it is used would be connected to a thousand times otherwise.
	maxDials = 2 * (maxRedirects + 1)
)

// dials is the key of a fetch's count of connections, an *atomic.Int32.
type dials struct{}

var errDials = errors.New("the server ends each connection as soon as it is used")

// DialContext has the form of http.Transport.DialContext. A host that cannot be
// reached at cached addresses is resolved anew, since it may have moved.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if n, ok := ctx.Value(dials{}).(*atomic.Int32); ok && n.Add(1) > maxDials {
		return nil, errDials
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return d.Dialer.DialContext(ctx, network, address)
	}
	addrs, cached, err := d.names.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	conn, err := d.race(ctx, network, addrs, port)
	if err == nil || !cached || errors.Is(err, errBlocked) || ctx.Err() != nil {
		return conn, err
	}
	d.names.forget(host)
	if addrs, _, err = d.names.lookup(ctx, host); err != nil {
		return nil, err
	}
	return d.race(ctx, network, addrs, port)
}

type dialed struct {
	conn net.Conn
	err  error
}

// race tries the addresses in turn, each after a head start of the one before
// or as soon as that one failed. The first connection wins; of errors the first
// address's counts.
func (d *dialer) race(ctx context.Context, network string, addrs []netip.Addr, port string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	results := make(chan dialed, len(addrs))
	begun, ended := 0, 0
	try := func() {
		target := net.JoinHostPort(addrs[begun].String(), port)
		begun++
		go func() {
			conn, err := d.Dialer.DialContext(ctx, network, target)
			results <- dialed{conn, err}
		}()
	}
	defer func() { // the others end at once, and leave nothing open
		cancel()
		for ; ended < begun; ended++ {
			if r := <-results; r.conn != nil {
				_ = r.conn.Close()
			}
		}
	}()
	var first error
	wait := time.NewTicker(headStart)
	defer wait.Stop()
	for try(); ; {
		select {
		case r := <-results:
			ended++
			if r.err == nil {
				return r.conn, nil
			}
			if first == nil {
				first = r.err
			}
			if begun < len(addrs) {
				try()
			} else if ended == begun {
				return nil, first
			}
		case <-wait.C:
			if begun < len(addrs) {
				try()
			}
		}
	}
}
