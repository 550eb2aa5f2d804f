package fetcher

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/health"
	"faultline/services/fetcher/internal/state"
)

const (
	// tokenCheck is how often tokens are compared with the configuration: a lost
	// one costs its feed this long at most.
	tokenCheck = time.Minute
	// forgetAfter is how long the state of a feed that is no longer configured
	// is kept, should the feed come back.
	forgetAfter = 30 * 24 * time.Hour
	// retireAgain is how old the last success in such a state may be while the feed's
	// token is not removed yet.
	retireAgain = time.Hour
)

// token is what a feed's token says. One that nobody polled for says nothing.
type token struct {
	revision uint64    // of the state that it was issued with
	putOff   int       // how often the feed was overdue and not asked since its last poll
	success  time.Time // when it was last fetched without an error, to the second: a 304 changes nothing else
	asked    time.Time // when the last of the fetches that fail now ended, to the second; zero for a feed in order
}

func (t token) encode() []byte {
	if (t == token{}) {
		return nil
	}
	said := fmt.Appendf(nil, "%d %d", t.revision, t.putOff)
	if !t.success.IsZero() || !t.asked.IsZero() {
		said = fmt.Appendf(said, " %d", unix(t.success))
	}
	if !t.asked.IsZero() {
		said = fmt.Appendf(said, " %d", unix(t.asked))
	}
	return said
}

// unix is a time in seconds since 1970, 0 for none.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// issue is what the feed's next token says.
func (r *round) issue() []byte {
	t := token{revision: r.revision, success: r.state.Success}
	if r.state.Failures > 0 {
		t.asked = r.asked
	}
	return t.encode()
}

// tokenSaying reads what a token says. What is missing or damaged is zero: those of
// older builds end after the first number, the second or the third.
func tokenSaying(data []byte) (t token) {
	numbers := [4]uint64{}
	for i, field := range strings.Fields(string(data)) {
		if n, err := strconv.ParseUint(field, 10, 63); err == nil && i < len(numbers) {
			numbers[i] = n
		}
	}
	t.revision, t.putOff = numbers[0], int(min(numbers[1], maxPutOff))
	for i, at := range []*time.Time{&t.success, &t.asked} {
		if n := numbers[2+i]; n > 0 {
			*at = time.Unix(int64(n), 0)
		}
	}
	return t
}

// tokenOf reads what a token says. One that comes again is not trusted with the
// state: something went wrong with it.
func tokenOf(d *bus.Delivery) token {
	t := tokenSaying(d.Data)
	if d.Again {
		t.revision = 0
	}
	return t
}

// keepTokens sees to it that each feed has a token and nothing else does, until
// ctx ends. Any number of processes may do so at once.
func (s *Service) keepTokens(ctx context.Context) error {
	ticker := time.NewTicker(tokenCheck)
	defer ticker.Stop()
	var known *set // nil before the first time
	checked := s.clock()
	for {
		feeds, now := s.feeds.Load(), s.clock()
		err := s.tidyTokens(ctx, known, feeds)
		if err == nil {
			err = s.mindClock(ctx, now.setForward(checked))
		}
		s.sayPutOff()
		if err == nil {
			known, checked = feeds, now
			s.tidy.Store(true)
			s.board.wake()
		} else if ctx.Err() == nil {
			s.logger.Error("the feeds' tokens cannot be checked; trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.edited:
		case <-ticker.C:
		}
	}
}

// tidyTokens gives a token to each feed that has none, asks edited feeds at
// once, and removes the tokens of all others.
func (s *Service) tidyTokens(ctx context.Context, before, feeds *set) error {
	keys, err := s.timers.Keys(ctx)
	if err != nil {
		return err
	}
	var missing, edited []Feed
	for _, f := range feeds.active {
		switch {
		case !keys[f.ID]:
			missing = append(missing, f)
		case before != nil && before != feeds && !same(before.byID[f.ID], f):
			edited = append(edited, f)
		}
	}
	if before != feeds {
		more, err := s.readStates(ctx, feeds, keys)
		if err != nil {
			return err
		}
		edited = append(edited, more...)
	}
	foreign := false
	for key := range keys {
		if _, ok := feeds.byID[key]; !ok {
			foreign = foreign || before == feeds
			if err := s.timers.Cancel(ctx, key); err != nil {
				return err
			}
			s.logger.Info("the feed is no longer polled", "feed", key)
		}
	}
	s.suspectOthers(foreign)
	s.forget(before, feeds)
	return s.issue(ctx, missing, edited)
}

// othersDiffer is how many checks in a row must find tokens of feeds that are not
// configured here before another fetcher is thought to have them: one may read the
// same change of the configuration a little later.
const othersDiffer = 3

// suspectOthers says once, until that ends, that other fetchers seem to have other
// feeds: each then removes the tokens that the other makes.
func (s *Service) suspectOthers(foreign bool) {
	if !foreign {
		s.foreign = 0
		return
	}
	if s.foreign++; s.foreign == othersDiffer {
		s.logger.Warn("another fetcher polls feeds that are not configured here, and each undoes what the other does",
			"remedy", "give all fetchers on this NATS server the same feeds, and reload or restart those with others")
	}
}

// same reports whether two readings of the configuration say the same of a
// feed.
func same(a, b Feed) bool { return reflect.DeepEqual(a, b) }

// readStates looks through the stored states: it shows how feeds are, returns
// those with a token that were last asked in another way, and looks after the
// states of feeds that are no longer configured.
func (s *Service) readStates(ctx context.Context, feeds *set, keys map[string]bool) (edited []Feed, err error) {
	upTo, err := s.states.EachUpTo(ctx, func(e bus.Entry) error {
		st, err := state.Decode(e.Value)
		if err != nil {
			return nil //nolint:nilerr // said when the feed is polled
		}
		f, ok := feeds.byID[e.Key]
		if !ok {
			return ignoreConflict(s.retire(ctx, e, st, keys[e.Key]))
		}
		s.show(f.ID, e.Revision, st)
		s.hear(&f, &st)
		if keys[f.ID] && st.Config != f.Fingerprint() {
			edited = append(edited, f)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	select {
	case s.statesRead <- upTo + 1:
	default: // they are followed already, or from where they were read before
	}
	return edited, nil
}

// retire looks after the state of a feed that is no longer configured: its
// trouble is over, and should the feed come back, told anew; in the end the state
// is removed. One that still has a token was asked until now, whatever its state has.
func (s *Service) retire(ctx context.Context, e bus.Entry, st state.State, polled bool) error {
	newest := latest(st.Success, st.Since, st.Item)
	switch {
	case polled && time.Since(newest) > retireAgain:
		st.Success = time.Now()
	case time.Since(newest) > forgetAfter:
		return s.states.Delete(ctx, e.Key, e.Revision)
	case st.Health == (health.Record{}):
		return nil
	}
	st.Health = health.Record{}
	data, err := st.Encode()
	if err != nil {
		return err
	}
	_, err = s.states.Put(ctx, e.Key, data, e.Revision)
	return err
}

func latest(times ...time.Time) (newest time.Time) {
	for _, t := range times {
		if t.After(newest) {
			newest = t
		}
	}
	return newest
}

// forget removes what is known of feeds that are no longer configured.
func (s *Service) forget(before, feeds *set) {
	if before == nil {
		return
	}
	for id := range before.byID {
		if _, ok := feeds.byID[id]; !ok {
			s.drop(id)
		}
	}
}

// issuers is how many tokens are issued at once: each waits for the disk of the
// server, and they share its waits.
const issuers = 32

// issue schedules tokens: those that are missing spread over the shortest
// interval, and those of edited feeds at once in place of what they had.
func (s *Service) issue(ctx context.Context, missing, edited []Feed) error {
	now := time.Now()
	group, issuing := errgroup.WithContext(ctx)
	group.SetLimit(issuers)
	for i, f := range missing {
		at := now.Add(s.pace.First(i, len(missing), f.Poll.Min))
		group.Go(func() error {
			_, err := s.timers.ScheduleNew(issuing, f.ID, at, nil)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	seen := map[string]bool{} // most edits are seen in the configuration and in the state, and one token is enough
	edited = slices.DeleteFunc(edited, func(f Feed) bool {
		again := seen[f.ID]
		seen[f.ID] = true
		return again
	})
	group, issuing = errgroup.WithContext(ctx)
	group.SetLimit(issuers)
	for i, f := range edited {
		at := now.Add(s.pace.First(i, len(edited), f.Poll.Min))
		group.Go(func() error {
			_, said, err := s.timers.Peek(issuing, f.ID)
			if err == nil {
				err = s.timers.Schedule(issuing, f.ID, at, token{success: tokenSaying(said).success}.encode())
			}
			if err == nil {
				s.logger.Info("the feed was edited and is asked at once", "feed", f.ID)
			}
			return err
		})
	}
	return group.Wait()
}
