package service

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// reloader makes the parts read their configuration again, one reload at a
// time.
type reloader struct {
	process *Process
	mu      sync.Mutex // held through a reload
	parts   []Part     // empty while the process starts
	read    uint64     // fingerprint of the files from before the parts read them
	hangup  chan os.Signal
	// settings are those that the process runs with until it is started again.
	settings map[string]string
	faults   map[string]error // what each part's last reload came to, by its name
	judged   chan struct{}    // wakes whoever tells of them
	untold   bool             // that could not be done when it was tried last
}

// newReloader is made before the parts are built, so that it sees every edit
// and SIGHUP since.
func newReloader(p *Process) *reloader {
	r := &reloader{process: p, hangup: make(chan os.Signal, 1), settings: written(p.Config), faults: map[string]error{}, judged: make(chan struct{}, 1)}
	signal.Notify(r.hangup, syscall.SIGHUP)
	read, err := p.Config.Fingerprint()
	if err != nil {
		p.Logger.Warn("the configuration is read once more after the start", "err", err)
	}
	r.read = read
	return r
}

func (r *reloader) stop() { signal.Stop(r.hangup) }

// errStarting is why a process is not ready at first.
var errStarting = errors.New("it is starting: waiting for NATS, or reading the configuration")

// begin hands over the parts once they are built.
func (r *reloader) begin(parts []Part) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parts = parts
	for _, part := range parts {
		if part.File != "" {
			r.judge(part, nil) // they were built from it
		}
	}
}

// judge notes what the reading of a part's configuration came to.
func (r *reloader) judge(part Part, err error) {
	r.process.metrics.reloaded(part.File, err)
	r.faults[part.Name] = err
	select {
	case r.judged <- struct{}{}:
	default:
	}
}

// judgements are the faults of the parts as they are now.
func (r *reloader) judgements() map[string]error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.faults)
}

// started are the parts, or errStarting.
func (r *reloader) started() ([]Part, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.parts == nil {
		return nil, errStarting
	}
	return r.parts, nil
}

// reload tells every part, also after one of them refused.
func (r *reloader) reload(ctx context.Context, cause string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.parts == nil {
		return errStarting
	}
	var all error
	for _, part := range r.parts {
		if part.File == "" {
			continue
		}
		err := part.Reload(ctx)
		r.judge(part, err)
		if err != nil {
			r.process.Logger.Error("the new configuration was refused; the last good one stays live", "service", part.Name, "cause", cause, "err", err)
		} else {
			r.process.Logger.Info("configuration loaded", "service", part.Name, "cause", cause)
		}
		all = errors.Join(all, err)
	}
	if err := r.process.sayUnread(); err != nil {
		r.process.Logger.Warn("files that nobody reads are not named", "err", err)
	}
	if all == nil {
		r.sayRestart()
	}
	return all
}

// watch reloads on SIGHUP and when a file changes, and tells the desk of what is
// refused, until ctx ends.
func (r *reloader) watch(ctx context.Context) {
	changed := make(chan struct{}, 1)
	var watching sync.WaitGroup
	defer watching.Wait()
	if interval := r.process.Settings.Reload.Interval.Std(); interval > 0 {
		watching.Go(func() { r.process.Config.Watch(ctx, interval, r.read, func() { changed <- struct{}{} }) })
	}
	tell := time.NewTimer(r.process.settled)
	defer tell.Stop()
	for {
		cause := "a file changed"
		select {
		case <-r.judged:
			tell.Reset(r.process.settled)
			continue
		case <-tell.C:
			if r.tell(ctx) {
				tell.Reset(tellAgain)
			}
			continue
		case <-ctx.Done():
			select { // the watcher may be about to say one thing more
			case <-changed:
			default:
			}
			return
		case <-r.hangup:
			cause = "SIGHUP"
		case <-changed:
		}
		if err := r.reload(ctx, cause); err != nil {
			continue // said in the log and in the metric
		}
	}
}
