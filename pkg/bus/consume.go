package bus

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"
)

// Consume hands the consumer's messages to h until ctx ends. Then it stops
// taking new ones, lets those in hand finish, and returns nil. When the server
// goes away, or the consumer or its stream is deleted, it goes on as soon as
// that can be mended. An error means that it cannot work at all: a
// permission, or a consumer the server refuses.
func (b *Bus) Consume(ctx context.Context, c Consumer, h Handler) error {
	return b.ConsumeBatches(ctx, c, func(ctx context.Context, d *Delivery, _ func(int) []*Delivery) []error { return []error{h(ctx, d)} })
}

// ConsumeBatches is Consume for a handler that can do several messages in one
// go. more takes up to n of those that wait at the moment, without waiting for
// any; d.Pending is how many did when d came. The handler returns what became of each delivery that it took, as a
// Handler would, d first and the others in the order they were taken.
func (b *Bus) ConsumeBatches(ctx context.Context, c Consumer, h BatchHandler) error {
	c = c.withDefaults()
	if err := c.validate(); err != nil {
		return err
	}
	r := &runner{bus: b, Consumer: c, handler: h, asking: make(chan struct{}, c.askers())}
	b.metrics.dead.WithLabelValues(c.Stream) // there before the first, so that its rise is one
	inHand, release := context.WithCancel(context.WithoutCancel(ctx))
	defer release()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(c.Drain, release) })()
	for wait := newBackoff(100*time.Millisecond, 5*time.Second); ; {
		start := time.Now()
		err := r.session(ctx, inHand)
		switch {
		case ctx.Err() != nil:
			return r.end(ctx, err)
		case b.ending():
			return fmt.Errorf("consumer %s on %s: %w", c.Durable, c.Stream, ErrClosed)
		case !r.mendable(err):
			return fmt.Errorf("consumer %s on %s: %w", c.Durable, c.Stream, err)
		}
		b.logger.Warn("The consumer was interrupted; starting it again", "consumer", c.Durable, "stream", c.Stream, "err", err)
		if time.Since(start) > time.Minute {
			wait = newBackoff(100*time.Millisecond, 5*time.Second)
		}
		if wait.sleep(ctx) != nil {
			return nil
		}
	}
}

// runner is one running Consume.
type runner struct {
	Consumer
	bus     *Bus
	handler BatchHandler
	asking  chan struct{}          // has one for each worker that asks
	floor   atomic.Uint64          // every message up to here is acknowledged
	pin     atomic.Pointer[string] // what this process is pinned by, if it is
	queue   bool                   // the stream is a work queue: what is acknowledged is gone
	gaps    *gapWatch              // nil unless the consumer sees all of an archive
}

var (
	// errInterrupted ends a session whose consumer is no longer there.
	errInterrupted = errors.New("the consumer is gone")
	// errSilence says that neither a message nor a heartbeat came.
	errSilence = errors.New("no heartbeat")
	// errNotSaid is of a delivery that a BatchHandler took and forgot.
	errNotSaid = errors.New("the handler did not say what became of it")
)

// end waits until the server has what the workers told it.
func (r *runner) end(ctx context.Context, err error) error {
	if !r.bus.conn.IsConnected() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tryTimeout)
	defer cancel()
	if flushErr := r.bus.conn.FlushWithContext(ctx); flushErr != nil {
		r.bus.logger.Warn("The server may not know what became of the last deliveries", "consumer", r.Durable, "err", flushErr)
	}
	if errors.Is(err, ErrPermission) {
		return err
	}
	return nil
}

// mendable reports whether a session that ended so may be started again.
func (r *runner) mendable(err error) bool {
	return err == nil || errors.Is(err, errInterrupted) || isTransient(err) ||
		errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrConsumerNotFound)
}

// session runs the workers on one binding of the consumer.
func (r *runner) session(ctx, inHand context.Context) error {
	consumer, err := r.start(ctx)
	if err != nil {
		return err
	}
	group, running := errgroup.WithContext(ctx)
	k := newKeeper(r, running.Done())
	for range r.Workers {
		group.Go(func() error { return r.work(running, inHand, consumer, k) })
	}
	group.Go(func() error { return r.observe(running, consumer, k) })
	group.Go(func() error {
		<-running.Done()
		k.close(ctx.Err() != nil)
		return nil
	})
	if r.gaps != nil {
		group.Go(func() error { r.gaps.run(running); return nil })
	}
	return group.Wait()
}

func (r *runner) start(ctx context.Context) (consumer jetstream.Consumer, err error) {
	_, err = r.bus.retry(ctx, "consumer", "", func(ctx context.Context) error {
		stream, err := r.bus.js.Stream(ctx, r.Stream)
		if err != nil {
			return err
		}
		info := stream.CachedInfo()
		r.queue = info.Config.Retention != jetstream.LimitsPolicy
		consumer, err = r.bus.bind(ctx, r.Consumer, info, r.floor.Load())
		return err
	})
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, errors.Join(err, r.bus.reapply(ctx))
	}
	if err == nil { // should it be deleted before it is looked at
		r.floor.Store(consumer.CachedInfo().AckFloor.Stream)
	}
	if err == nil && r.gaps == nil && !r.queue && len(r.Subjects) == 0 {
		r.gaps = &gapWatch{bus: r.bus, stream: r.Stream, last: consumer.CachedInfo().AckFloor.Stream, known: r.bus.damageTo(r.Stream)}
		r.bus.metrics.gaps.WithLabelValues(r.Stream) // there before the first, so that its rise is one
	}
	return consumer, err
}

// maxAsking is how many of the workers that are free ask at once; as soon as one has
// a message, the next one asks. The server looks at all requests for each message,
// and gives each a heartbeat of its own.
const maxAsking = 16

// askers is how many workers ask at once: not all of them if there are deliveries that
// come from this process.
func (c Consumer) askers() int {
	if c.Keep > 0 {
		return max(1, min(maxAsking, c.Workers/2))
	}
	return maxAsking
}

// work is one worker: it asks for one message at a time, and only when it is
// free, so that no message waits in this process while its AckWait runs.
func (r *runner) work(ctx, inHand context.Context, consumer jetstream.Consumer, k *keeper) error {
	p := &puller{runner: r}
	defer p.drop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case t := <-k.again:
			if k.resume(t) {
				r.round(inHand, t, k)
			}
		case r.asking <- struct{}{}:
			msg, err := p.next(ctx)
			<-r.asking
			switch {
			case errors.Is(err, errSilence):
				err = r.stillThere(ctx, consumer)
			case msg != nil:
				r.handle(inHand, msg, k)
			}
			if err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
	if msg := p.last(inHand); msg != nil {
		r.handle(inHand, msg, k)
	}
	return nil
}

// stillThere asks for the consumer after its heartbeat went missing. While the
// server is away it cannot be known, and the worker just goes on.
func (r *runner) stillThere(ctx context.Context, consumer jetstream.Consumer) error {
	if !r.bus.conn.IsConnected() {
		return nil
	}
	err := r.bus.try(ctx, "", func(ctx context.Context) error {
		_, err := consumer.Info(ctx)
		return err
	})
	if err == nil || errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errInterrupted, err)
}

// observeEvery is how often lag and gaps are looked at.
const observeEvery = 5 * time.Second

// observe keeps the metrics of the consumer and looks for damage.
func (r *runner) observe(ctx context.Context, consumer jetstream.Consumer, k *keeper) error {
	ticker := time.NewTicker(observeEvery)
	defer ticker.Stop()
	ahead, still, delivered, first := 0, 0, uint64(0), uint64(0)
	for {
		if at, ok := r.look(ctx, consumer); ok {
			// Twice, as on a cluster the two are not asked at one instant.
			if ahead = count(at.stream.State.LastSeq < at.consumer.Delivered.Stream, ahead); ahead == 2 {
				return fmt.Errorf("%w: it is ahead of its stream", errInterrupted)
			}
			if at.first > 0 && at.first == first && first <= at.consumer.AckFloor.Stream {
				return fmt.Errorf("%w: messages lie behind what it takes for done", errInterrupted)
			}
			first = at.first
			moved := at.consumer.Delivered.Stream != delivered
			delivered = at.consumer.Delivered.Stream
			if still = count(!moved && at.starving(k.size()), still); still == 4 {
				r.bus.logger.Error("Messages wait and the server does not deliver them: the store is probably damaged behind this sequence",
					"stream", r.Stream, "consumer", r.Durable, "sequence", delivered, "waiting", at.consumer.NumPending)
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// count is how often in a row something held.
func count(holds bool, before int) int {
	if holds {
		return before + 1
	}
	return 0
}

// position is how a durable consumer and its stream stand to each other.
type position struct {
	consumer *jetstream.ConsumerInfo
	stream   *jetstream.StreamInfo
	first    uint64 // of a work queue: the first message that it holds for the consumer, 0 for none
}

// starving reports that messages and workers wait for each other, beside those that
// are kept.
func (p position) starving(kept int) bool {
	return p.consumer.NumPending > 0 && p.consumer.NumWaiting > 0 && p.consumer.NumAckPending <= kept
}

func (r *runner) look(ctx context.Context, consumer jetstream.Consumer) (at position, ok bool) {
	err := r.bus.try(ctx, "", func(ctx context.Context) (err error) {
		if at.consumer, err = consumer.Info(ctx); err != nil {
			return err
		}
		stream, err := r.bus.js.Stream(ctx, r.Stream)
		if err != nil {
			return err
		}
		at.stream = stream.CachedInfo()
		if r.queue {
			at.first, err = r.bus.firstWaiting(ctx, r.Consumer)
		}
		return err
	})
	if err != nil {
		return at, false // the workers notice a consumer that is gone, and the connection a server that is
	}
	r.floor.Store(at.consumer.AckFloor.Stream)
	lag := float64(at.consumer.NumPending)
	if r.Keep == 0 { // else other processes may keep some as well
		lag += float64(at.consumer.NumAckPending)
	}
	r.bus.metrics.lag.WithLabelValues(r.Durable).Set(lag)
	return at, true
}

// handle runs the handler on one message, and on what it takes besides.
func (r *runner) handle(ctx context.Context, msg *nats.Msg, k *keeper) {
	if first := r.take(ctx, msg, k); first != nil {
		r.round(ctx, first, k)
	}
}

// round runs the handler on one delivery, and on what it takes besides, and
// tells the server what came of each.
func (r *runner) round(ctx context.Context, first *taken, k *keeper) {
	all := []*taken{first}
	more := func(n int) (out []*Delivery) {
		for _, msg := range r.waiting(ctx, n) {
			if t := r.take(ctx, msg, k); t != nil {
				all, out = append(all, t), append(out, t.Delivery)
			}
		}
		return out
	}
	start := time.Now()
	errs, panicked := r.guarded(ctx, first.Delivery, more)
	r.bus.metrics.handleTime.WithLabelValues(r.Durable).Observe(time.Since(start).Seconds())
	if panicked != nil {
		r.count("panic")
	}
	for i, t := range all {
		err := panicked
		switch {
		case err != nil:
		case i < len(errs):
			err = errs[i]
		default:
			err = errNotSaid
		}
		r.conclude(ctx, t, k, err)
	}
}

// taken is a delivery in the handler's hands.
type taken struct {
	*Delivery
	to   receipt
	rest func() // ends the signs of life
	sign sign
	lost <-chan struct{} // closed once the connection is another one than at the sign

	timer *time.Timer // while it is kept
	until time.Time
}

// take makes a delivery of a message and keeps it alive; nil when there is
// nothing left to do with it.
func (r *runner) take(ctx context.Context, msg *nats.Msg, k *keeper) *taken {
	d, err := read(msg)
	if err != nil {
		r.bus.logger.Error("A message without JetStream metadata was dropped", "consumer", r.Durable, "subject", msg.Subject, "err", err)
		return nil
	}
	to := receipt{r.bus.conn, msg.Reply}
	if r.MaxDeliver > 0 && d.Attempt > r.MaxDeliver {
		// The earlier attempts came to no end: the process died of them, or the
		// dead letter could not be written.
		r.bury(ctx, to, d, errors.New("every earlier delivery ended without an answer: the process was killed or hung"))
		return nil
	}
	k.replace(d.Subject)
	t := &taken{Delivery: d, to: to, lost: r.bus.reconnected()}
	t.sign.given()
	t.rest = r.keepAlive(ctx, t)
	d.keepable = func(pause time.Duration) bool { return k.allows(t, pause) }
	return t
}

func (r *runner) count(outcome string) {
	r.bus.metrics.handled.WithLabelValues(r.Durable, outcome).Inc()
}

// guarded runs the handler and turns a panic into an error, of all that was
// taken.
func (r *runner) guarded(ctx context.Context, d *Delivery, more func(n int) []*Delivery) (errs []error, panicked error) {
	defer func() {
		if p := recover(); p != nil {
			r.bus.logger.Error("A handler panicked", "consumer", r.Durable, "subject", d.Subject, "sequence", d.Sequence,
				"panic", p, "stack", string(debug.Stack()))
			panicked = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.handler(ctx, d, more), nil
}

// keepAlive tells the server three times per AckWait that the message is being
// worked on, until the returned function is called.
func (r *runner) keepAlive(ctx context.Context, t *taken) (stop func()) {
	var ended atomic.Bool
	var timer *time.Timer
	started := make(chan struct{})
	timer = time.AfterFunc(r.AckWait/3, func() {
		<-started
		if ended.Load() || ctx.Err() != nil {
			return
		}
		if err := t.to.working(); err != nil {
			r.bus.logger.Debug("A sign of life was not sent", "consumer", r.Durable, "subject", t.Subject, "err", err)
		} else {
			t.sign.renew(r.AckWait)
		}
		timer.Reset(r.AckWait / 3)
	})
	close(started)
	return func() { ended.Store(true); timer.Stop() }
}

// conclude acknowledges, keeps the delivery, asks for another one, or makes a dead letter.
func (r *runner) conclude(ctx context.Context, t *taken, k *keeper, err error) {
	var keep *keepError
	if errors.As(err, &keep) && k.put(t, keep.pause) {
		r.count("kept")
		return
	}
	t.rest()
	to, d := t.to, t.Delivery
	var permanent *permanentError
	switch {
	case keep != nil:
		r.retryLater(to, d, Postpone(keep.pause, err))
	case err == nil:
		r.count("done")
		r.settle(d, to.done())
	case ctx.Err() != nil:
		// Cut short by the end of the process: somebody else's turn, soon.
		r.retryLater(to, d, Postpone(time.Millisecond, err))
	case errors.As(err, &permanent), r.exhausted(d.Attempt):
		r.bury(ctx, to, d, err)
	default:
		r.retryLater(to, d, err)
	}
}

func (r *runner) retryLater(to receipt, d *Delivery, err error) {
	pause, say := r.pause(d.Attempt), r.bus.logger.Warn
	var retry *retryError
	if errors.As(err, &retry) {
		if pause = retry.after; retry.quiet {
			say = r.bus.logger.Debug
		}
	}
	r.count("retry")
	say("A message could not be handled; trying again", "consumer", r.Durable, "subject", d.Subject,
		"sequence", d.Sequence, "attempt", d.Attempt, "after", pause, "err", err)
	r.settle(d, to.later(pause))
}

// settle notes a delivery that the server could not be told about. It comes
// again after AckWait, which every handler must bear.
func (r *runner) settle(d *Delivery, err error) {
	if err != nil {
		r.bus.logger.Warn("The server was not told what became of a delivery; the message will come again",
			"consumer", r.Durable, "subject", d.Subject, "sequence", d.Sequence, "err", err)
	}
}
