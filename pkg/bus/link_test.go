package bus_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

// link is the way between a service and its NATS server, and as bad as the
// test wants it.
type link struct {
	t     *testing.T
	to    string
	delay time.Duration // of each piece
	piece int           // bytes that go at once
	cuts  atomic.Int32  // connections that are still to be reset
	after int           // bytes of one that is
	still atomic.Bool   // nothing goes through, and nobody is told
	open  sync.WaitGroup
}

// url starts the link, which ends with the test, and is its near end.
func (l *link) url() string {
	l.t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(l.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		l.t.Fatal(err)
	}
	l.open.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return // the test is over
			}
			l.open.Go(func() { l.join(near) })
		}
	})
	l.t.Cleanup(func() {
		l.still.Store(false)
		if err := listener.Close(); err != nil {
			l.t.Error(err)
		}
		l.open.Wait()
	})
	return "nats://" + listener.Addr().String()
}

// join carries a connection until either end closes it, or it is cut.
func (l *link) join(near net.Conn) {
	far, err := (&net.Dialer{}).DialContext(l.t.Context(), "tcp", l.to)
	if err != nil {
		l.reset(near)
		return
	}
	left := -1
	if l.cuts.Add(-1) >= 0 {
		left = l.after
	}
	var both sync.WaitGroup
	both.Go(func() { l.carry(far, near, left); l.reset(near, far) })
	both.Go(func() { l.carry(near, far, -1); l.reset(near, far) })
	both.Wait()
}

// carry copies piece by piece, left bytes at most.
func (l *link) carry(to, from net.Conn, left int) {
	buf := make([]byte, max(l.piece, 1))
	for {
		n, err := from.Read(buf)
		for l.still.Load() || l.delay > 0 {
			<-time.After(max(l.delay, 10*time.Millisecond))
			if !l.still.Load() {
				break
			}
		}
		if left >= 0 {
			if left -= n; left < 0 {
				return
			}
		}
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// reset closes connections without the word of an end.
func (l *link) reset(all ...net.Conn) {
	for _, c := range all {
		if tcp, ok := c.(*net.TCPConn); ok {
			err := errors.Join(tcp.SetLinger(0), tcp.Close())
			if err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.EOF) {
				l.t.Logf("closing a connection: %v", err)
			}
		}
	}
}

// FAULTS 63: over a link that is slow, that gives bytes one by one, that breaks, or
// that says nothing for a while, each message is stored once and handled.
func TestFault63SlowAndBrokenLinks(t *testing.T) {
	links := map[string]func(*link){
		"half a second there and back": func(l *link) { l.delay, l.piece = 250*time.Millisecond, 64<<10 },
		"a narrow one":                 func(l *link) { l.delay, l.piece = 10*time.Millisecond, 512 },
		"in slices":                    func(l *link) { l.piece = 3 },
		"reset again and again":        func(l *link) { l.piece, l.after = 64<<10, 1500; l.cuts.Store(3) },
		"silent for a while":           func(l *link) { l.piece = 64 << 10 },
	}
	for name, spoil := range links {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := bustest.StartServer(t, bustest.Listen())
			l := &link{t: t, to: s.URL()[len("nats://"):]}
			spoil(l)
			url := l.url()
			b := s.Bus(func(o *bus.Options) { o.URL = url })
			const n = 12
			var handled sync.Map
			r := consume(t, b, quick("c"), func(_ context.Context, d *bus.Delivery) error {
				handled.Store(string(d.Data[:4]), true)
				return nil
			})
			for i := range n {
				if name == "silent for a while" && i == n/2 {
					l.still.Store(true)
					time.AfterFunc(3*time.Second, func() { l.still.Store(false) })
				}
				text := append(fmt.Appendf(nil, "%04d", i), make([]byte, 400)...)
				if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i), Data: text}); err != nil {
					t.Fatal(err)
				}
			}
			eventually(t, "all are handled", func() bool { return size(&handled) == n })
			r.end()
			stream, err := s.JetStream().Stream(t.Context(), bus.Items)
			if err != nil {
				t.Fatal(err)
			}
			if stored := stream.CachedInfo().State.Msgs; stored != n {
				t.Errorf("%d messages are stored, want %d", stored, n)
			}
			if l.cuts.Load() > 0 {
				t.Errorf("%d connections were not cut", l.cuts.Load())
			}
		})
	}
}

// size is how many keys a map has.
func size(m *sync.Map) (n int) {
	m.Range(func(any, any) bool { n++; return true })
	return n
}
