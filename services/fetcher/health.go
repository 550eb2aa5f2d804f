package fetcher

import (
	"sync"

	"faultline/services/fetcher/internal/health"
)

// board is what this process last saw of the health of all feeds, for the
// judgement of regions.
type board struct {
	mu      sync.Mutex
	records map[string]health.Record
	// changed wakes whoever judges regions.
	changed chan struct{}
}

func newBoard() *board {
	return &board{records: map[string]health.Record{}, changed: make(chan struct{}, 1)}
}

// put notes a feed's record and reports whether its state is another one than
// before.
func (b *board) put(feed string, r health.Record) (before health.State, changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	old, known := b.records[feed]
	b.records[feed] = r
	changed = !known || old.Current() != r.Current()
	if changed {
		b.wake()
	}
	return old.Current(), changed
}

func (b *board) wake() {
	select {
	case b.changed <- struct{}{}:
	default: // it is awake already
	}
}

func (b *board) forget(feed string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.records, feed)
}

// of are the records of feeds; those never seen are in order.
func (b *board) of(feeds []string) []health.Record {
	b.mu.Lock()
	defer b.mu.Unlock()
	records := make([]health.Record, len(feeds))
	for i, id := range feeds {
		records[i] = b.records[id]
	}
	return records
}

// examine judges the feed that was just asked and says once what is new about
// its health. While the network is down nothing is said: it is no fault of the
// feed. changed says that the state must be stored.
func (r *round) examine() (changed bool) {
	record := &r.state.Health
	before, told := *record, false
	if r.outage.isDown() && !r.feed.AllowPrivate {
		changed = record.Wait()
	} else {
		told, changed = record.Step(r.state.Judged(r.now), r.now)
	}
	r.show(r.feed.ID, *record)
	if told {
		r.sayHealth(before.Current())
		if before.Current() != health.Fine {
			r.notices = append(r.notices, r.ended(before))
		}
		if record.Current() != health.Fine {
			r.notices = append(r.notices, r.began())
		}
	}
	return changed
}

// show makes a feed's health known to the metrics and to the judgement of
// regions.
func (s *Service) show(feed string, r health.Record) {
	if before, changed := s.board.put(feed, r); changed {
		s.metrics.condition(feed, before, r.Current())
	}
}

// sayHealth writes the line that an operator needs. That a feed cannot be read
// or has ended was said with its error.
func (r *round) sayHealth(before health.State) {
	id, since := r.feed.ID, r.state.Rhythm.Last
	switch now := r.state.Health.Current(); now {
	case health.Quiet:
		r.logger.Warn("the feed has gone quiet: by its rhythm something new is due", "feed", id, "since", since,
			"expected", int(r.state.Judged(r.now).Expected), "remedy", "open the outlet's site; if it has news, look for a new address of the feed")
	case health.Stale:
		r.logger.Warn("the feed is stale: its document changes, but brings nothing new", "feed", id, "since", since,
			"remedy", "open the outlet's site; if it has news, the feed's generator or cache is broken: tell the outlet")
	case health.Empty:
		r.logger.Warn("the feed is empty, although it had items", "feed", id, "remedy", "open it in a browser; look for a new address")
	case health.Fine:
		r.logger.Info("the feed is in order again", "feed", id, "after", string(before))
	case health.Gone, health.Failing:
	}
}
