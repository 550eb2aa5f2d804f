package bus

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
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
	r := &runner{bus: b, Consumer: c, handler: h, asking: semaphore.NewWeighted(maxAsking), aside: semaphore.NewWeighted(int64(c.Aside))}
	b.metrics.dead.WithLabelValues(c.Stream) // there before the first, so that its rise is one
	inHand, release := context.WithCancel(context.WithoutCancel(ctx))
	defer release()
	end := func() { time.AfterFunc(c.Drain, release) }
	defer r.workers.Wait()
	defer end() // also of those who stand aside when it cannot go on
	defer context.AfterFunc(ctx, end)()
	for wait := newBackoff(100*time.Millisecond, 5*time.Second); ; {
		start := time.Now()
		err := r.session(ctx, inHand)
		switch {
		case ctx.Err() != nil:
			r.workers.Wait() // also for those who stand aside
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
	asking  *semaphore.Weighted    // by workers that are free
	aside   *semaphore.Weighted    // held by deliveries whose place another has
	held    hands                  // what is being handled, where deliveries may stand aside
	workers sync.WaitGroup         // all of them, those who stand aside included
	floor   atomic.Uint64          // every message up to here is acknowledged
	created atomic.Int64           // when the server made the consumer, in nanoseconds
	binding sync.Mutex             // held by who makes anew what the server forgot
	pin     atomic.Pointer[string] // what this process is pinned by, if it is
	queue   bool                   // the stream is a work queue: what is acknowledged is gone
	gaps    *gapWatch              // nil unless the consumer sees all of an archive
}

var (
	// errInterrupted ends a session whose consumer is no longer there.
	errInterrupted = errors.New("the consumer is gone")
	// errForgotten says that the server does not know the consumer.
	errForgotten = errors.New("the server does not know the consumer")
	// errSilence says that neither a message nor a heartbeat came.
	errSilence = errors.New("no heartbeat")
	// errNotSaid is of a delivery that a BatchHandler took and forgot.
	errNotSaid = errors.New("the handler did not say what became of it")
)

// end waits until the server has what the workers told it.
func (r *runner) end(ctx context.Context, err error) error {
	r.bus.metrics.lag.DeleteLabelValues(r.Durable) // else a channel that is no longer configured would seem to be behind for ever
	if !r.bus.conn.IsConnected() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tryTimeout)
	defer cancel()
	if flushErr := r.bus.conn.FlushWithContext(ctx); flushErr != nil {
		r.bus.logger.Warn("The server may not know what became of the last deliveries", "consumer", r.Durable, "err", flushErr)
	}
	r.unpin(ctx)
	if errors.Is(err, ErrPermission) {
		return err
	}
	return nil
}

// unpin gives the pin back, if this process has it, so that whoever comes next need not wait until it
// runs out. Should another one have got it meanwhile, that one asks anew and loses nothing.
func (r *runner) unpin(ctx context.Context) {
	if r.pin.Swap(nil) == nil {
		return
	}
	err := r.bus.try(ctx, "", func(ctx context.Context) error {
		stream, err := r.bus.js.Stream(ctx, r.Stream)
		if err != nil {
			return err
		}
		return stream.UnpinConsumer(ctx, r.Durable, pinnedGroup)
	})
	if err != nil {
		r.bus.logger.Debug("The pin of a consumer was not given back; it runs out by itself", "consumer", r.Durable, "after", pinnedTTL, "err", err)
	}
}

// mendable reports whether a session that ended so may be started again.
func (r *runner) mendable(err error) bool {
	return err == nil || errors.Is(err, errInterrupted) || isTransient(err) ||
		errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrConsumerNotFound)
}

// session runs the workers on one binding of the consumer. It does not wait for those who stand aside: they come
// to their end beside the next session, which would have to wait as long as they do.
func (r *runner) session(ctx, inHand context.Context) error {
	consumer, err := r.start(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	var begin func(*puller)
	begin = func(p *puller) {
		left := make(chan error, 2) // that the worker has stepped aside, and how it ended
		another := func() {
			begin(p)
			left <- nil
		}
		group.Go(func() error { return <-left })
		r.workers.Go(func() { left <- r.work(ctx, inHand, consumer, &worker{p, another}) })
	}
	for range r.Workers {
		begin(&puller{runner: r})
	}
	group.Go(func() error { return r.observe(ctx, consumer) })
	if r.gaps != nil {
		group.Go(func() error { r.gaps.run(ctx); return nil })
	}
	return group.Wait()
}

func (r *runner) start(ctx context.Context) (jetstream.Consumer, error) {
	consumer, stream, err := r.bind(ctx)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, errors.Join(err, r.bus.reapply(ctx))
	}
	if err != nil {
		return nil, err
	}
	r.queue = stream.Config.Retention != jetstream.LimitsPolicy
	if r.gaps == nil && !r.queue && len(r.Subjects) == 0 {
		r.gaps = &gapWatch{bus: r.bus, stream: r.Stream, last: consumer.CachedInfo().AckFloor.Stream, known: r.bus.damageTo(r.Stream)}
		r.bus.metrics.gaps.WithLabelValues(r.Stream) // there before the first, so that its rise is one
	}
	return consumer, nil
}

// bind makes sure that the consumer exists.
func (r *runner) bind(ctx context.Context) (consumer jetstream.Consumer, stream *jetstream.StreamInfo, err error) {
	_, err = r.bus.retry(ctx, "consumer", "", func(ctx context.Context) error {
		s, err := r.bus.js.Stream(ctx, r.Stream)
		if err != nil {
			return err
		}
		stream = s.CachedInfo()
		consumer, err = r.bus.bind(ctx, r.Consumer, stream, r.floor.Load())
		return err
	})
	if err == nil {
		r.saw(consumer.CachedInfo()) // should it be deleted before it is looked at
	}
	return consumer, stream, err
}

// saw notes how the consumer stands; another process may have made it anew.
func (r *runner) saw(info *jetstream.ConsumerInfo) {
	r.floor.Store(info.AckFloor.Stream)
	r.created.Store(info.Created.UnixNano())
}

// maxAsking is how many of the workers that are free ask at once; as soon as one has
// a message, the next one asks. The server looks at all requests for each message,
// and gives each a heartbeat of its own.
const maxAsking = 16

// worker is what a worker asks with. Should the handler step aside, another worker goes on with it.
type worker struct {
	*puller
	another func()
}

// work is one worker: it asks for one message at a time, and only when it is
// free, so that no message waits in this process while its AckWait runs.
func (r *runner) work(ctx, inHand context.Context, consumer jetstream.Consumer, w *worker) error {
	for r.asking.Acquire(ctx, 1) == nil {
		msg, err := w.next(ctx)
		r.asking.Release(1)
		switch {
		case errors.Is(err, errSilence):
			err = r.stillThere(ctx, consumer)
		case errors.Is(err, errForgotten):
			err = r.again(ctx, consumer)
		case msg != nil && r.handle(inHand, msg, w.another):
			return nil
		}
		if err != nil && ctx.Err() == nil {
			w.drop()
			return err
		}
	}
	defer w.drop()
	if msg := w.last(inHand); msg != nil {
		r.handle(inHand, msg, nil)
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
		info, err := consumer.Info(ctx)
		if err == nil {
			r.saw(info)
		}
		return err
	})
	if err == nil || errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errInterrupted, err)
}

// again makes a consumer anew that the server has forgotten, as it does with one that it keeps
// in memory: workers that are busy go on.
func (r *runner) again(ctx context.Context, consumer jetstream.Consumer) error {
	r.binding.Lock()
	defer r.binding.Unlock()
	err := r.stillThere(ctx, consumer)
	switch {
	case errors.Is(err, jetstream.ErrConsumerNotFound): // no other worker was faster
		_, _, err = r.bind(ctx)
	case isTransient(err): // the server is not ready yet
		err = newBackoff(100*time.Millisecond, time.Second).sleep(ctx)
	}
	return err
}

// observeEvery is how often lag and gaps are looked at.
const observeEvery = 5 * time.Second

// observe keeps the metrics of the consumer and looks for damage.
func (r *runner) observe(ctx context.Context, consumer jetstream.Consumer) error {
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
			if still = count(!moved && at.starving(), still); still == 4 {
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

// starving reports that messages and workers wait for each other.
func (p position) starving() bool {
	return p.consumer.NumPending > 0 && p.consumer.NumWaiting > 0 && p.consumer.NumAckPending == 0
}

func (r *runner) look(ctx context.Context, consumer jetstream.Consumer) (at position, ok bool) {
	err := r.bus.try(ctx, "", func(ctx context.Context) (err error) {
		asked := time.Now()
		if at.consumer, err = consumer.Info(ctx); err != nil {
			return err
		}
		r.bus.metrics.clock(asked, time.Now(), at.consumer.TimeStamp)
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
	r.saw(at.consumer)
	r.bus.metrics.lag.WithLabelValues(r.Durable).Set(float64(at.consumer.NumPending) + float64(at.consumer.NumAckPending))
	return at, true
}

// handle runs the handler on one message, and on what it takes besides, and
// tells the server what came of each. It reports whether another worker has gone on meanwhile.
func (r *runner) handle(ctx context.Context, msg *nats.Msg, another func()) (aside bool) {
	first := r.take(ctx, msg)
	if first == nil {
		return false
	}
	if first.aside = stay; r.Aside > 0 && another != nil {
		p := &place{runner: r, another: another}
		first.aside = p.leave
		defer func() { aside = p.end() }()
	}
	all := []*taken{first}
	more := func(n int) (out []*Delivery) {
		for _, msg := range r.waiting(ctx, n) {
			if t := r.take(ctx, msg); t != nil {
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
		t.rest()
		err := panicked
		switch {
		case err != nil:
		case i < len(errs):
			err = errs[i]
		default:
			err = errNotSaid
		}
		r.conclude(ctx, t.to, t.Delivery, err)
		r.held.drop(t.Delivery)
	}
	return false
}

// taken is a delivery in the handler's hands.
type taken struct {
	*Delivery
	to   receipt
	rest func() // ends the signs of life
}

// take makes a delivery of a message and keeps it alive; nil when there is
// nothing left to do with it.
func (r *runner) take(ctx context.Context, msg *nats.Msg) *taken {
	d, err := read(msg, time.Unix(0, r.created.Load()))
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
	if r.Aside > 0 && !r.held.take(d) { // the consumer was made anew meanwhile
		r.retryLater(to, d, Postpone(again, errInHand))
		return nil
	}
	return &taken{d, to, r.keepAlive(ctx, to, d)}
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
func (r *runner) keepAlive(ctx context.Context, to receipt, d *Delivery) (stop func()) {
	var ended atomic.Bool
	var timer *time.Timer
	started := make(chan struct{})
	timer = time.AfterFunc(r.AckWait/3, func() {
		<-started
		if ended.Load() || ctx.Err() != nil {
			return
		}
		if err := to.working(); err != nil {
			r.bus.logger.Debug("A sign of life was not sent", "consumer", r.Durable, "subject", d.Subject, "err", err)
		}
		timer.Reset(r.AckWait / 3)
	})
	close(started)
	return func() { ended.Store(true); timer.Stop() }
}

// conclude acknowledges, asks for another delivery, or makes a dead letter.
func (r *runner) conclude(ctx context.Context, to receipt, d *Delivery, err error) {
	var permanent *permanentError
	switch {
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
