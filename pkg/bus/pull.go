package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// puller asks the server for one message at a time, when its worker is free.
//
// It speaks the pull protocol itself (ADR-13 of nats-architecture-and-design):
// the iterator of nats.go keeps a buffer in which messages wait while their
// AckWait runs, and with a buffer of one it can miss that it has to ask again
// and stand still until a heartbeat fails (nats.go 1.55.0, checkPending while
// fetchInProgress is set).
type puller struct {
	runner *runner
	sub    *nats.Subscription
	msgs   chan *nats.Msg
	closed chan struct{}   // the subscription has ended
	asked  bool            // a request is with the server
	silent *time.Timer     // nil until the first request
	lost   <-chan struct{} // closed once the server that had the request is gone
}

// request is the body of a pull.
type request struct {
	Batch     int           `json:"batch"`
	Expires   time.Duration `json:"expires,omitempty"`
	Heartbeat time.Duration `json:"idle_heartbeat,omitempty"`
	Group     string        `json:"group,omitempty"`
	Pin       string        `json:"id,omitempty"`
}

const (
	pullExpiry = 30 * time.Second
	// pullHeartbeat bounds how long a consumer that vanished goes unnoticed.
	pullHeartbeat = 5 * time.Second
)

func (r *runner) request() request {
	q := request{Batch: 1, Expires: pullExpiry, Heartbeat: pullHeartbeat}
	if r.Pinned {
		q.Expires, q.Heartbeat, q.Group = pinnedExpiry, pinnedExpiry/2, pinnedGroup
		if pin := r.pin.Load(); pin != nil {
			q.Pin = *pin
		}
	}
	return q
}

// ask sends a request if none is under way.
func (p *puller) ask(q request) error {
	if p.asked {
		return nil
	}
	if p.sub == nil {
		msgs, closed, once := make(chan *nats.Msg, 8), make(chan struct{}), new(sync.Once)
		sub, err := p.runner.bus.conn.ChanSubscribe(p.runner.bus.conn.NewInbox(), msgs)
		if err != nil {
			return err
		}
		// Called again when a drained subscription is ended.
		sub.SetClosedHandler(func(string) { once.Do(func() { close(closed) }) })
		p.sub, p.msgs, p.closed = sub, msgs, closed
	}
	body, err := json.Marshal(q)
	if err != nil {
		return err
	}
	p.lost = p.runner.bus.reconnected()
	subject := "$JS.API.CONSUMER.MSG.NEXT." + p.runner.Stream + "." + p.runner.Durable
	if err := p.runner.bus.conn.PublishRequest(subject, p.sub.Subject, body); err != nil {
		return err
	}
	p.asked = true
	return nil
}

// next waits for a message. It returns nil without an error when the worker
// should just call again, or when ctx has ended.
func (p *puller) next(ctx context.Context) (*nats.Msg, error) {
	q := p.runner.request()
	if err := p.ask(q); err != nil {
		return nil, err
	}
	silence := p.silence(2*q.Heartbeat + time.Second)
	defer silence.Stop()
	for {
		select {
		case msg := <-p.msgs:
			if msg.Reply == "" && msg.Header.Get("Status") == "100" { // a heartbeat
				silence.Reset(2*q.Heartbeat + time.Second)
				continue
			}
			return p.answer(ctx, msg)
		case <-silence.C:
			p.drop()
			return nil, errSilence
		case <-p.lost:
			if msgs := arrived(p.msgs); len(msgs) > 0 { // it may have come before the connection went
				return p.answer(ctx, msgs[0])
			}
			p.drop()
			return nil, nil
		case <-ctx.Done():
			return nil, nil
		}
	}
}

// silence is the worker's timer, which is the same for each request.
func (p *puller) silence(d time.Duration) *time.Timer {
	if p.silent == nil {
		p.silent = time.NewTimer(d)
	} else {
		p.silent.Reset(d)
	}
	return p.silent
}

// answer takes the end of a request: a message, or why there is none.
func (p *puller) answer(ctx context.Context, msg *nats.Msg) (*nats.Msg, error) {
	p.asked = false
	if msg.Reply == "" {
		return nil, p.status(ctx, msg)
	}
	if pin := msg.Header.Get("Nats-Pin-Id"); pin != "" {
		p.runner.pin.Store(&pin)
	}
	return msg, nil
}

// status makes sense of an answer that is no message. No error means that
// another request is in order.
func (p *puller) status(ctx context.Context, msg *nats.Msg) error {
	code, text := msg.Header.Get("Status"), msg.Header.Get("Description")
	switch {
	case code == "408", code == "404": // the request expired
		return nil
	case code == "503": // nobody listens: the server started again
		return errForgotten
	case code == "423": // another process is pinned
		p.runner.pin.Store(nil)
		return nil
	case code == "409" && (strings.EqualFold(text, "Batch Completed") || strings.EqualFold(text, "Leadership Change")):
		return nil
	case code == "409" && strings.EqualFold(text, "Server Shutdown"):
		// The connection goes next, and then comes back.
		return newBackoff(100*time.Millisecond, time.Second).sleep(ctx)
	}
	return fmt.Errorf("%w: the server answered a pull with %s %s", errInterrupted, code, text)
}

// maxBatchBytes bounds what is taken at once beyond the first message.
const maxBatchBytes = 16 << 20

// waiting takes up to n messages that wait at the moment. What goes wrong on
// the way costs nothing: they come again.
func (r *runner) waiting(ctx context.Context, n int) (msgs []*nats.Msg) {
	if n <= 0 {
		return nil
	}
	came := make(chan *nats.Msg, n+1) // and the word that there are no more
	sub, err := r.bus.conn.ChanSubscribe(r.bus.conn.NewInbox(), came)
	if err != nil {
		return nil
	}
	defer func() {
		if err := sub.Unsubscribe(); err != nil {
			r.bus.logger.Debug("A subscription did not end", "consumer", r.Durable, "err", err)
		}
	}()
	body, err := json.Marshal(batchRequest{request: r.takeNow(n), NoWait: true, MaxBytes: maxBatchBytes})
	if err != nil {
		return nil
	}
	lost := r.bus.reconnected()
	if err := r.bus.conn.PublishRequest("$JS.API.CONSUMER.MSG.NEXT."+r.Stream+"."+r.Durable, sub.Subject, body); err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	for len(msgs) < n {
		select {
		case msg := <-came:
			if msg.Reply == "" { // the end of what there is
				return msgs
			}
			msgs = append(msgs, msg)
			continue
		case <-lost:
		case <-ctx.Done():
		}
		return append(msgs, arrived(came)...)
	}
	return msgs
}

// arrived takes the messages that came already, and not what the server says of them.
func arrived(came <-chan *nats.Msg) (msgs []*nats.Msg) {
	for {
		select {
		case msg := <-came:
			if msg.Reply != "" {
				msgs = append(msgs, msg)
			}
		default:
			return msgs
		}
	}
}

// takeNow is a request for what is there at the moment.
func (r *runner) takeNow(n int) request {
	q := r.request()
	q.Batch, q.Expires, q.Heartbeat = n, nowExpiry, 0
	return q
}

// nowExpiry is when the server ends a pull that does not wait, of itself. It must have an end: when as much is
// under way as MaxPending allows, and more waits, the server says nothing until something is acknowledged
// (nats-server 2.15.2, errMaxAckPending in loopAndGatherMsgs), which may be what the handler has in hand.
const nowExpiry = 50 * time.Millisecond

// batchRequest is the body of a pull that does not wait.
type batchRequest struct {
	request
	NoWait   bool `json:"no_wait"`
	MaxBytes int  `json:"max_bytes"`
}

// last is the message that was already on its way when the worker was told to
// end, if any. Left alone it would come again only after AckWait.
func (p *puller) last(ctx context.Context) *nats.Msg {
	if !p.asked || p.sub == nil || !p.runner.bus.conn.IsConnected() || p.sub.Drain() != nil {
		return nil
	}
	for {
		select {
		case msg := <-p.msgs:
			if msg.Reply != "" {
				return msg
			}
		case <-p.closed:
			for len(p.msgs) > 0 {
				if msg := <-p.msgs; msg.Reply != "" {
					return msg
				}
			}
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// drop forgets the request and whatever still comes for it.
func (p *puller) drop() {
	if p.sub != nil && p.sub.IsValid() {
		if err := p.sub.Unsubscribe(); err != nil {
			p.runner.bus.logger.Debug("A subscription did not end", "consumer", p.runner.Durable, "err", err)
		}
	}
	p.sub, p.asked = nil, false
}

// receipt is how the server is told what became of a delivery.
type receipt struct {
	conn  *nats.Conn
	reply string
}

// done acknowledges. It does not wait for the server: a confirmed
// acknowledgement can be lost in a crash of the server as well.
func (r receipt) done() error { return r.conn.Publish(r.reply, []byte("+ACK")) }

// later asks for another delivery after a pause, which is never none: that
// would be at once, and for ever.
func (r receipt) later(pause time.Duration) error {
	return r.conn.Publish(r.reply, fmt.Appendf(nil, `-NAK {"delay": %d}`, max(pause, time.Millisecond).Nanoseconds()))
}

func (r receipt) working() error { return r.conn.Publish(r.reply, []byte("+WPI")) }
