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
// certificate authorities. That is said once, and not for each feed. Of several fetchers each
// judges its own machine, as one may be cut off alone, by what it could not reach itself and,
// since each asks but a part of the feeds, by what the others could not since.
type outage struct {
	logger *slog.Logger
	gauge  prometheus.Gauge
	// changed is called when it begins and when it ends.
	changed func()

	mu    sync.Mutex
	gone  map[string]gone // feeds that could not be reached since one last could from here, by id
	need  int             // how many of them make an outage
	down  time.Time       // since when it is, or zero
	class client.Class    // what most of them failed with when it began
	seen  time.Time       // when something was last reached by this process, or zero
}

// sign is a feed that could not be reached.
type sign struct {
	feed, host string
	class      client.Class
}

func signOf(f *Feed, class client.Class) sign {
	return sign{feed: f.ID, host: address.Host(f.URL), class: class}
}

// gone is a sign, since when, and whether this process has seen it.
type gone struct {
	sign
	since time.Time
	here  bool
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

// leastGone is how many feeds at least make an outage, how many of them this process must
// have asked itself, and on how many hosts they must be, if the feeds are on so many: those of one
// server fail together.
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
	now := gone{s, time.Now(), true}
	if again {
		now.since = before.since
	}
	o.gone[s.feed] = now
	o.need = max(leastGone, of/2)
	if o.down.IsZero() && len(o.gone) >= o.need && o.isWide(hosts) {
		o.down, o.class = time.Now(), o.mostly()
		o.gauge.Set(1)
		o.changed()
		o.logger.Warn("the network seems to be down: hardly any feed can be reached; trying again", "feeds", len(o.gone),
			"class", o.class, "remedy", outageRemedy(o.class))
	}
	return !o.down.IsZero() || again && of >= leastGone && time.Since(now.since) < undecided
}

// isWide reports whether the feeds that could not be reached, enough of them by this process, are
// on enough hosts of so many.
func (o *outage) isWide(of int) bool {
	hosts, here := map[string]bool{}, 0
	for _, g := range o.gone {
		hosts[g.host] = true
		if g.here {
			here++
		}
	}
	return here >= leastGone && len(hosts) >= min(leastGone, of)
}

// heard notes what a fetcher, this one or another, has stored of a feed: since when it cannot be reached, or
// zero. That it can be from elsewhere says nothing of this machine, nor does what another has
// no certificate authorities for, nor a feed that is dead for longer than an outage is believed.
func (o *outage) heard(s sign, since time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before, known := o.gone[s.feed]
	switch {
	case known && before.here:
	case since.IsZero() || !unreachable(s.class) || s.class == client.ClassNoAuthorities:
		delete(o.gone, s.feed)
	case !known && since.After(o.seen) && time.Since(since) < orphaned:
		o.gone[s.feed] = gone{s, since, false}
	}
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
	return !o.seen.IsZero() && o.down.IsZero()
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
	if o.seen.IsZero() { // whoever began an outage before is told now that it is over
		o.changed()
	}
	o.seen = time.Now()
	if !o.down.IsZero() && len(o.gone) < o.need {
		o.down = time.Time{}
		o.gauge.Set(0)
		o.changed()
		o.logger.Info("the network is back")
	}
}
