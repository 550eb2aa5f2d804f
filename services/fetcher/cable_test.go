package fetcher

import (
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

// cable is the way from fetchers to their NATS server, which goes on while it is pulled.
type cable struct {
	*bustest.Server
	mu     sync.Mutex
	pulled bool
	ends   []net.Conn
}

var errPulled = errors.New("the cable is pulled")

// InProcessConn makes it what the server is to a bus.
func (c *cable) InProcessConn() (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pulled {
		return nil, errPulled
	}
	conn, err := c.Server.InProcessConn()
	if err == nil {
		c.ends = append(c.ends, conn)
	}
	return conn, err
}

// pull cuts all connections and lets none be made until it is plugged in again.
func (c *cable) pull(pulled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = pulled
	for _, end := range c.ends {
		_ = end.Close() //nolint:errcheck // cut is cut
	}
	c.ends = nil
}

// plug connects a fetcher.
func (d *desk) plug(o *bus.Options) {
	if d.cable != nil {
		o.Server = d.cable
	}
}

// What came due while the only fetcher was cut off from a server that went on is asked in turn once
// it is back, and not all at once; what came due during a short loss is asked at once.
func TestFault62CutOffFromAServerThatGoesOn(t *testing.T) {
	for name, c := range map[string]struct{ overdue time.Duration }{"for long": {2 * time.Second}, "for a moment": {overdue}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOutlet(t)
			d := many(t, o, 20)
			d.cable, d.clock.overdue = &cable{Server: d.server}, c.overdue
			log := d.listen()
			r := d.start()
			r.settled(o, 1)
			feeds := r.feeds.Load().active
			asked := o.times(feeds)
			d.cable.pull(true)
			eventually(t, "the fetcher has lost its connection", func() bool { return !r.bus.Connected() })
			tokens := d.bus.Timers(bus.Poll)
			for _, f := range feeds {
				if err := tokens.Schedule(t.Context(), f.ID, time.Now().Add(100*time.Millisecond), nil); err != nil {
					t.Fatal(err)
				}
			}
			for _, f := range feeds {
				eventually(t, f.ID+" is due", func() bool {
					at, err := tokens.When(t.Context(), f.ID)
					return err == nil && at.IsZero()
				})
			}
			<-time.After(2500 * time.Millisecond)
			began := time.Now()
			d.cable.pull(false)
			r.settled(o, 2)
			putOff := c.overdue < overdue
			if putOff {
				r.inTurn(began, asked)
			}
			if said := r.putOff.Load() > 0 || log.count("polls were overdue") > 0; said != putOff {
				t.Errorf("they were put off: %v", said)
			}
		})
	}
}
