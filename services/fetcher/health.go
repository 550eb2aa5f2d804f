package fetcher

import (
	"context"
	"sync"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/health"
	"faultline/services/fetcher/internal/state"
)

// board is the health of all feeds by their stored states, whichever process
// polled them, and what of the states a poll without a document needs: the same in
// all processes but for the moment that a write takes.
type board struct {
	mu    sync.Mutex
	seen  map[string]sighting
	heads int // how many states are kept
	// changed wakes whoever judges regions.
	changed chan struct{}
}

// sighting is a feed's record and the revision of the state it was read from. head
// is the state itself, nil where enough are kept.
type sighting struct {
	record   health.Record
	revision uint64
	head     *state.State
	movedTo  string    // the address that the outlet gives for good
	asked    time.Time // when that was last learned, as far as the state says
}

// maxHeads is how many states are kept; each takes some 2 KB. Other feeds' are read
// for each poll.
const maxHeads = 10_000

func newBoard() *board {
	return &board{seen: map[string]sighting{}, changed: make(chan struct{}, 1)}
}

// put notes a feed's record, unless a newer one is known. It returns the state
// before, which is empty for a feed that is new.
func (b *board) put(feed string, now sighting) (before health.State, news bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	old, known := b.seen[feed]
	if now.revision <= old.revision {
		return "", false
	}
	if old.head == nil && b.heads == maxHeads {
		now.head = nil
	} else if old.head == nil {
		b.heads++
	}
	if b.seen[feed] = now; known {
		before = old.record.Current()
	}
	if before != now.record.Current() || old.movedTo != now.movedTo {
		b.wake()
	}
	return before, true
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
	if b.seen[feed].head != nil {
		b.heads--
	}
	delete(b.seen, feed)
}

// head is the feed's state of that revision, without its items, nil if it is not kept.
// It is everybody's and stays as it is.
func (b *board) head(feed string, revision uint64) *state.State {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.seen[feed]; s.revision == revision {
		return s.head
	}
	return nil
}

// suspects reports whether a feed failed or was slow lately, as far as its state is kept.
func (b *board) suspects(feed string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	head := b.seen[feed].head
	return head != nil && head.IsSuspect(now)
}

// hasMoved reports whether a feed may still have the new address that a notice tells of: as
// its state says, or as none says yet that was stored since. A feed is told of before its
// state is stored.
func (b *board) hasMoved(n event.Notice) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.seen[n.Feed]
	return !s.asked.After(n.Since) || n.ID == movedID(n.Feed, s.movedTo)
}

// of are the records of feeds; those never seen are in order.
func (b *board) of(feeds []string) []health.Record {
	b.mu.Lock()
	defer b.mu.Unlock()
	records := make([]health.Record, len(feeds))
	for i, id := range feeds {
		records[i] = b.seen[id].record
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

// show makes a feed's stored state known to the metrics and to the judgement of
// regions. Nothing else does, so that all processes say the same of a feed.
func (s *Service) show(feed string, revision uint64, st state.State) {
	head := st.Head()
	before, news := s.board.put(feed, sighting{st.Health, revision, &head, st.MovedTo, latest(st.Success, st.Since)})
	if !news {
		return
	}
	s.metrics.stored(feed, st, before == "")
	if now := st.Health.Current(); now != before {
		s.metrics.condition(feed, before, now)
	}
}

// hear makes a feed's stored state known to the judgement of this machine's network.
func (s *Service) hear(f *Feed, st *state.State) {
	if !f.AllowPrivate {
		s.outage.heard(signOf(f, client.Class(st.Class)), st.Since)
	}
}

// followStates shows what any process stores of the feeds from the time on at
// which all states were read, until ctx ends.
func (s *Service) followStates(ctx context.Context) error {
	var from uint64
	select {
	case <-ctx.Done():
		return nil
	case from = <-s.statesRead:
	}
	return s.states.FollowFrom(ctx, from, func(e bus.Entry) error {
		st, err := state.Decode(e.Value)
		if err != nil {
			return nil //nolint:nilerr // said when the feed is polled
		}
		if f, ok := s.feeds.Load().byID[e.Key]; ok { // else it is read once it is configured here
			s.show(e.Key, e.Revision, st)
			s.hear(&f, &st)
		}
		return nil
	})
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
