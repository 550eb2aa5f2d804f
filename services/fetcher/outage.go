package fetcher

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
)

// outage tells a network that is down from feeds that are: when half of the
// feeds cannot be reached, and nothing was since the first of them could not,
// it is the network. That is said once, and not for each feed.
type outage struct {
	logger *slog.Logger
	gauge  prometheus.Gauge
	// changed is called when it begins and when it ends.
	changed func()

	mu   sync.Mutex
	gone map[string]time.Time // feeds that could not be reached since one last could, and since when
	down time.Time            // since when it is, or zero
	seen bool                 // something was reached since this process began
}

func newOutage(logger *slog.Logger, gauge prometheus.Gauge, changed func()) *outage {
	return &outage{logger: logger, gauge: gauge, changed: changed, gone: map[string]time.Time{}}
}

// unreachable reports whether a class of errors says that there was no answer,
// rather than a bad one.
func unreachable(class client.Class) bool {
	switch class {
	case client.ClassDNS, client.ClassRefused, client.ClassUnreachable, client.ClassTimeout:
		return true
	}
	return false
}

// answered reports whether an error says that a server answered: with a status, or
// with a document that cannot be read. An address that is refused, or a connection
// that breaks, tells nothing of the network.
func answered(err error) bool {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return e.Status != 0
	}
	_, ok := errors.AsType[*feed.Error](err)
	return ok
}

// leastGone is how many feeds at least make an outage.
const leastGone = 3

// undecided is how long at most a feed that cannot be reached, while nothing else was,
// is taken for the first sign of an outage.
const undecided = 15 * time.Minute

// failed notes a feed that could not be reached, of so many that are configured, and
// reports whether the network is the reason, or may yet turn out to be: the feed failed
// before, and nothing was reached since.
func (o *outage) failed(feed string, of int) (blamed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	since, again := o.gone[feed]
	if !again {
		since = time.Now()
		o.gone[feed] = since
	}
	if o.down.IsZero() && len(o.gone) >= max(leastGone, of/2) {
		o.down = time.Now()
		o.gauge.Set(1)
		o.changed()
		o.logger.Warn("the network seems to be down: no feed can be reached; trying again", "feeds", len(o.gone),
			"remedy", "check this machine's connection, name servers and proxy")
	}
	return !o.down.IsZero() || again && of >= leastGone && time.Since(since) < undecided
}

// forget leaves a feed that is no longer configured out of account.
func (o *outage) forget(feed string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.gone, feed)
}

// isDown reports whether the network seems to be down.
func (o *outage) isDown() bool {
	_, down := o.since()
	return down
}

// since reports whether the network seems to be down, and since when.
func (o *outage) since() (at time.Time, down bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.down, !o.down.IsZero()
}

// isOver reports whether the network is known to work: something was reached, and
// no outage has begun since.
func (o *outage) isOver() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.seen && o.down.IsZero()
}

// reached notes that a feed beyond this machine's own network answered.
func (o *outage) reached() {
	o.mu.Lock()
	defer o.mu.Unlock()
	clear(o.gone)
	if !o.seen { // whoever began an outage before is told now that it is over
		o.seen = true
		o.changed()
	}
	if !o.down.IsZero() {
		o.down = time.Time{}
		o.gauge.Set(0)
		o.changed()
		o.logger.Info("the network is back")
	}
}
