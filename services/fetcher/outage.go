package fetcher

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
)

// outage tells a network that is down from feeds that are: when half of the
// feeds cannot be reached, and nothing was since the first of them could not,
// it is the network, or what else of this machine all of them need: its proxy, its
// certificate authorities. That is said once, and not for each feed.
type outage struct {
	logger *slog.Logger
	gauge  prometheus.Gauge
	// changed is called when it begins and when it ends.
	changed func()

	mu    sync.Mutex
	gone  map[string]gone // feeds that could not be reached since one last could, by id
	need  int             // how many of them make an outage
	down  time.Time       // since when it is, or zero
	class client.Class    // what most of them failed with when it began
	seen  bool            // something was reached since this process began
}

// sign is a feed that could not be reached.
type sign struct {
	feed, host string
	class      client.Class
}

func signOf(f *Feed, class client.Class) sign {
	return sign{feed: f.ID, host: address.Host(f.URL), class: class}
}

// gone is a sign, and since when.
type gone struct {
	sign
	since time.Time
}

func newOutage(logger *slog.Logger, gauge prometheus.Gauge, changed func()) *outage {
	return &outage{logger: logger, gauge: gauge, changed: changed, gone: map[string]gone{}}
}

// unreachable reports whether a class of errors says that there was no answer,
// rather than a bad one. That a connection is reset is the server's doing as a rule, but
// also what a firewall does with all of them.
func unreachable(class client.Class) bool {
	switch class {
	case client.ClassDNS, client.ClassRefused, client.ClassUnreachable, client.ClassTimeout, client.ClassReset,
		client.ClassProxy, client.ClassNoAuthorities:
		return true
	}
	return false
}

// outageRemedy is what to do about an outage in which most feeds fail with a class.
func outageRemedy(class client.Class) string {
	switch class {
	case client.ClassProxy, client.ClassNoAuthorities:
		return class.Remedy()
	}
	return "check this machine's connection, name servers and proxy"
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

// leastGone is how many feeds at least make an outage, and on how many hosts they must be,
// if the feeds are on so many: those of one server fail together.
const leastGone = 3

// undecided is how long at most a feed that cannot be reached, while nothing else was,
// is taken for the first sign of an outage.
const undecided = 15 * time.Minute

// failed notes a feed that could not be reached, of so many that are configured on so many
// hosts, and reports whether the network is the reason, or may yet turn out to be: the feed
// failed before, and nothing was reached since.
func (o *outage) failed(s sign, of, hosts int) (blamed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before, again := o.gone[s.feed]
	now := gone{s, time.Now()}
	if again {
		now.since = before.since
	}
	o.gone[s.feed] = now
	o.need = max(leastGone, of/2)
	if o.down.IsZero() && len(o.gone) >= o.need && o.hosts() >= min(leastGone, hosts) {
		o.down, o.class = time.Now(), o.mostly()
		o.gauge.Set(1)
		o.changed()
		o.logger.Warn("the network seems to be down: hardly any feed can be reached; trying again", "feeds", len(o.gone),
			"class", o.class, "remedy", outageRemedy(o.class))
	}
	return !o.down.IsZero() || again && of >= leastGone && time.Since(now.since) < undecided
}

// hosts is on how many hosts the feeds are that could not be reached.
func (o *outage) hosts() int {
	hosts := map[string]bool{}
	for _, g := range o.gone {
		hosts[g.host] = true
	}
	return len(hosts)
}

// mostly is what most of the feeds failed with that could not be reached.
func (o *outage) mostly() client.Class {
	counts := map[client.Class]int{}
	for _, g := range o.gone {
		counts[g.class]++
	}
	return most(counts)
}

// most is the most frequent of classes.
func most(counts map[client.Class]int) (class client.Class) {
	for c, n := range counts {
		if n > counts[class] || n == counts[class] && c < class {
			class = c
		}
	}
	return class
}

// forget leaves a feed that is no longer configured out of account.
func (o *outage) forget(feed string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.gone, feed)
}

// isDown reports whether the network seems to be down.
func (o *outage) isDown() bool {
	_, _, down := o.since()
	return down
}

// since reports whether the network seems to be down, since when, and what most feeds fail
// with.
func (o *outage) since() (at time.Time, class client.Class, down bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.down, o.class, !o.down.IsZero()
}

// isOver reports whether the network is known to work: something was reached, and
// no outage has begun since.
func (o *outage) isOver() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.seen && o.down.IsZero()
}

// reached notes that a feed beyond this machine's own network answered. Then the network is
// there; but feeds by http can be reached without certificate authorities, and those by https
// still cannot.
func (o *outage) reached(feed string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for id, g := range o.gone {
		if id == feed || g.class != client.ClassNoAuthorities {
			delete(o.gone, id)
		}
	}
	if !o.seen { // whoever began an outage before is told now that it is over
		o.seen = true
		o.changed()
	}
	if !o.down.IsZero() && len(o.gone) < o.need {
		o.down = time.Time{}
		o.gauge.Set(0)
		o.changed()
		o.logger.Info("the network is back")
	}
}
