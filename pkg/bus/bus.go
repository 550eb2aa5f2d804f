// Package bus is how the services of Faultline talk and remember: streams,
// work queues, scheduled tokens and key-value buckets on NATS JetStream.
//
// What is published was stored when Publish returns; what a Handler returns
// nil for is acknowledged afterwards, so that a process may be killed at any
// instant and nothing is lost. Every Handler must bear to see a message again.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// tryTimeout bounds one request to the server; transient faults are retried
// until the caller's context ends.
const tryTimeout = 5 * time.Second

// Bus is a connection to NATS JetStream. It is safe for concurrent use.
type Bus struct {
	name        string
	conn        *nats.Conn
	js          jetstream.JetStream
	logger      *slog.Logger
	metrics     *metrics
	permissions *permissions
	packer      *packer
	// applied is the topology this process may and did create; it is created
	// again when a stream vanishes.
	applied atomic.Pointer[Tuning]
	closed  chan struct{}
	once    sync.Once

	again     chan struct{} // closed, and replaced, when the connection came back
	againLock sync.Mutex

	flushes    flushes
	queues     queues
	stalls     stalls
	room       func() (Room, error)
	damage     []Damage // what the embedded server's store lost
	damageLock sync.Mutex
	damageSeen map[string]bool // by durable: it has been set back, or need not be
}

// Connect connects to the server. While the server cannot be reached it tries
// again with back-off until ctx ends, and says so in the log unless ctx has a
// deadline; a server that refuses the credentials
// or the certificate, or is too old, is an error at once.
func Connect(ctx context.Context, o Options) (*Bus, error) {
	o = o.withDefaults()
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	p, err := newPacker()
	if err != nil {
		return nil, err
	}
	b := &Bus{name: o.Name, logger: o.Logger, metrics: m, permissions: &permissions{inbox: o.InboxPrefix + "."}, packer: p, closed: make(chan struct{}), again: make(chan struct{}), damage: o.Damage, room: o.Room}
	for _, d := range o.Damage {
		m.gaps.WithLabelValues(d.Stream).Add(float64(d.Messages))
	}
	opts, err := b.connOptions(o)
	if err != nil {
		return nil, err
	}
	if err := b.dial(ctx, o, opts); err != nil {
		return nil, err
	}
	if b.js, err = jetstream.New(b.conn, jetstream.WithDefaultTimeout(tryTimeout), jetstream.WithPublishAsyncTimeout(tryTimeout)); err != nil {
		b.conn.Close()
		return nil, fmt.Errorf("opening JetStream: %w", err)
	}
	return b, nil
}

func (b *Bus) dial(ctx context.Context, o Options, opts []nats.Option) error {
	for wait := newBackoff(250*time.Millisecond, 10*time.Second); ; {
		conn, err := nats.Connect(o.URL, opts...)
		if err == nil {
			if err := checkVersion(conn.ConnectedServerVersion()); err != nil {
				conn.Close()
				return err
			}
			b.conn = conn
			b.metrics.connected.Set(1)
			return nil
		}
		err = fmt.Errorf("connecting to NATS at %s: %w", o.Where(), err)
		if !isAway(err) {
			return err
		}
		if _, bounded := ctx.Deadline(); !bounded { // who bounds the wait is told by the error
			b.logger.Warn("NATS cannot be reached; trying again", "server", o.Where(), "err", err)
		}
		if sleepErr := wait.sleep(ctx); sleepErr != nil {
			return fmt.Errorf("%w: %w", sleepErr, err)
		}
	}
}

// Close stops taking messages, waits until what is on its way out has been
// sent, and closes the connection; ctx bounds the wait.
func (b *Bus) Close(ctx context.Context) error {
	var err error
	b.once.Do(func() {
		err = b.conn.Drain()
		if errors.Is(err, nats.ErrConnectionReconnecting) { // the server is away: nothing can be sent, and Drain has closed
			err = nil
		}
	})
	select {
	case <-b.closed:
	case <-ctx.Done():
		err = errors.Join(err, fmt.Errorf("closing the NATS connection: %w", ctx.Err()))
		b.conn.Close()
	}
	return err
}

// Connected reports whether the server is reachable at this moment. It says
// nothing about whether it can store: see Healthy.
func (b *Bus) Connected() bool { return b.conn.IsConnected() }

// Reconnects is how often the connection was lost and is back. It has risen before the first
// message comes by the new connection.
func (b *Bus) Reconnects() uint64 { return b.conn.Stats().Reconnects }

func (b *Bus) ending() bool { return b.conn.IsClosed() || b.conn.IsDraining() }

// reconnected returns a channel that is closed when the connection has been
// lost and is back.
func (b *Bus) reconnected() <-chan struct{} {
	b.againLock.Lock()
	defer b.againLock.Unlock()
	return b.again
}

// try runs one request with a deadline of its own. The subject is the one
// published to, or empty for a request to the API. A refused permission is
// returned as such and not as a time-out.
func (b *Bus) try(ctx context.Context, subject string, request func(context.Context) error) error {
	if b.ending() {
		return ErrClosed
	}
	watched, done := b.permissions.watch(ctx, subject)
	defer done()
	limited, cancel := context.WithTimeout(watched, tryTimeout)
	defer cancel()
	err := request(limited)
	if err == nil {
		return nil
	}
	if cause := context.Cause(watched); errors.Is(cause, ErrPermission) || errors.Is(cause, errLost) {
		return cause
	}
	if b.ending() {
		return ErrClosed
	}
	return err
}

// retry runs a request until it succeeds, fails for good or ctx ends. what
// names it in the log. It reports how many tries failed before the last.
func (b *Bus) retry(ctx context.Context, what, subject string, request func(context.Context) error) (failed int, err error) {
	for wait := newBackoff(100*time.Millisecond, 5*time.Second); ; failed++ {
		err := b.try(ctx, subject, request)
		if err == nil || !isTransient(err) {
			return failed, err
		}
		if ctx.Err() != nil {
			return failed, fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		b.metrics.retries.WithLabelValues(what).Inc()
		if failed == 0 || failed%10 == 0 {
			b.logger.Warn("NATS did not answer; trying again", "request", what, "subject", subject, "tries", failed+1, "err", err)
		}
		if sleepErr := wait.sleep(ctx); sleepErr != nil {
			return failed, fmt.Errorf("%w: %w", sleepErr, err)
		}
	}
}
