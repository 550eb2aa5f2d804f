package client

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync"
)

// meter is a connection that ends when its server sends what belongs to no answer. HTTP/2 has
// frames that may come at any time (pings, settings, windows, empty data, informational answers,
// such as nobody knows), each is read and many are answered, and a request that is over does not end
// its connection: a server that sends them as fast as it can would keep a processor busy for
// as long as it likes. HTTP/1 has nothing of the kind.
type meter struct {
	net.Conn
	most    int // requests that it may bring along
	mu      sync.Mutex
	armed   bool // it speaks HTTP/2
	reads   int  // bytes that may still come
	writes  int  // times that may still be written to it
	flooded bool
}

// What a request brings along, headers with what encrypts and frames them, and an answer that is sent
// before it is read; and that of few that are over is left for the next ones.
const (
	readsPerRequest  = 1 << 20
	writesPerRequest = 256
	fewRequests      = 4
)

// received is how much of an answer's body HTTP/2 takes before it is read, in bytes. It is not in the
// bank.
const received = 256 << 10

var errFlood = errors.New("the server floods the connection with what belongs to no answer")

// metered makes connections that are metered, each for so many requests at once.
func metered(requests int, dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &meter{Conn: conn, most: max(requests, fewRequests)}, nil
	}
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	if m.spend(n, 0) {
		return n, err
	}
	return 0, errFlood
}

func (m *meter) Write(p []byte) (int, error) {
	if m.spend(0, 1) {
		return m.Conn.Write(p)
	}
	return 0, errFlood
}

// spend reports whether the connection may go on, and else ends it.
func (m *meter) spend(reads, writes int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.armed {
		return true
	}
	m.reads -= reads
	m.writes -= writes
	if m.reads >= 0 && m.writes >= 0 {
		return true
	}
	if !m.flooded {
		m.flooded = true
		_ = m.Close() //nolint:errcheck // whoever reads or writes is told why
	}
	return false
}

// request notes that a request begins on a connection of HTTP/2.
func (m *meter) request() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.armed = true
	m.reads = min(m.reads+readsPerRequest, m.most*readsPerRequest)
	m.writes = min(m.writes+writesPerRequest, m.most*writesPerRequest)
}

// body notes that so much of an answer was read. Its frames are larger than what is in them,
// and each time the server is told that it may send more.
func (m *meter) body(n int) {
	if m == nil || n == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads += 2*n + 64
	m.writes++
}

// traced is the context of a request that notes by which connection it goes.
func (v *visit) traced(ctx context.Context) context.Context {
	v.meter = nil
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		secure, ok := info.Conn.(*tls.Conn)
		if !ok || secure.ConnectionState().NegotiatedProtocol != "h2" {
			return
		}
		conn := secure.NetConn()
		for over, ok := conn.(*tls.Conn); ok; over, ok = conn.(*tls.Conn) { // by a proxy that is asked by https
			conn = over.NetConn()
		}
		if v.meter, ok = conn.(*meter); ok {
			v.meter.request()
		}
	}})
}
