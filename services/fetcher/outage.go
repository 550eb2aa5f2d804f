package fetcher

import (
	"log/slog"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/services/fetcher/internal/client"
)

// outage tells a network that is down from feeds that are: when half of the
// feeds cannot be reached, and nothing was since the first of them could not,
// it is the network. That is said once, and not for each feed.
type outage struct {
	logger *slog.Logger
	gauge  prometheus.Gauge

	mu   sync.Mutex
	gone map[string]bool // feeds that could not be reached since one last could
	down bool
}

func newOutage(logger *slog.Logger, gauge prometheus.Gauge) *outage {
	return &outage{logger: logger, gauge: gauge, gone: map[string]bool{}}
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

// leastGone is how many feeds at least make an outage.
const leastGone = 3

// failed notes a feed that could not be reached, of so many that are
// configured, and reports whether the network is the reason.
func (o *outage) failed(feed string, of int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gone[feed] = true
	if !o.down && len(o.gone) >= max(leastGone, of/2) {
		o.down = true
		o.gauge.Set(1)
		o.logger.Warn("the network seems to be down: no feed can be reached; trying again", "feeds", len(o.gone),
			"remedy", "check this machine's connection, name servers and proxy")
	}
	return o.down
}

// isDown reports whether the network seems to be down.
func (o *outage) isDown() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.down
}

// reached notes that a feed beyond this machine's own network answered.
func (o *outage) reached() {
	o.mu.Lock()
	defer o.mu.Unlock()
	clear(o.gone)
	if o.down {
		o.down = false
		o.gauge.Set(0)
		o.logger.Info("the network is back")
	}
}
