package fetcher

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/fulltext"
	"faultline/services/fetcher/internal/poll"
	"faultline/services/fetcher/internal/state"
)

// round is one poll of a feed on its way.
type round struct {
	*Service
	feed     Feed
	state    state.State
	revision uint64 // of the stored state, 0 when there is none
	adopted  bool   // the configuration is another one than the state's
	now      time.Time
	fresh    time.Duration // what is left of the answer's freshness
	notices  []event.Notice
	untold   *state.State             // as it was loaded, before anything that notices tell; others have it too
	articles map[string]fulltext.Text // of new items, by item id; nil when none were looked up
	start    time.Time                // before anything was asked
	wait     time.Duration            // until the next poll
	ahead    time.Duration            // by how much the clock that fires tokens is, see ahead
	pushed   bool                     // the document was pushed, not fetched
	first    bool                     // no whole document of the feed was taken before
	remedy   string                   // of what failed in this round
	guest    *guest                   // nil when the document was pushed
	success  time.Time                // the last one by the token, later than the stored one after a 304
	doubtful bool                     // it is asked without conditions, to see whether its 304s are true
	asked    time.Time                // when the feed was last asked, as far as the token says or this round did
}

// poll asks the feed, publishes what is new and stores the state. It returns
// the round, which knows how long to wait for the next one.
func (s *Service) poll(ctx context.Context, f Feed, g *guest) (*round, error) {
	r := &round{Service: s, feed: f, now: time.Now(), start: time.Now(), guest: g}
	if err := r.begin(ctx, g.delivery); err != nil {
		return nil, err
	}
	r.metrics.succeeded(f.ID, r.state.Success)
	if asleep := r.state.Asleep(r.now); asleep > 0 {
		r.wait = asleep + rand.N(time.Second)
		return r, nil
	}
	if err := g.enter(r.state.IsSuspect(r.now)); err != nil {
		return nil, err
	}
	fetching, end := context.WithCancelCause(ctx)
	defer end(nil)
	back := g.outlast(func() { end(client.ErrGiveWay) })
	resp, err := s.client.Fetch(fetching, r.request())
	back()
	defer resp.Release()
	switch busy, ok := errors.AsType[*client.Busy](err); {
	case ok && context.Cause(fetching) != nil: // its document came in part, maybe, and is to come less and less often in vain
		return nil, g.noRoom()
	case ok:
		return nil, bus.Postpone(busy.Retry, busy) // as many do after a start
	case (err != nil || resp.Cut != nil) && errors.Is(context.Cause(fetching), client.ErrGiveWay):
		return nil, r.giveWay(ctx)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx) // told to stop: no fault of the feed
	}
	took := time.Since(r.now)
	r.now = time.Now()
	r.asked = r.now
	answered := err == nil
	changed, outcome, err := r.judge(ctx, resp, err)
	if err != nil {
		return nil, err
	}
	if answered {
		changed = r.state.Took(r.now, took-resp.Waited) || changed
	}
	s.metrics.fetched(f.ID, outcome, took)
	changed = r.examine() || changed
	r.announce(ctx)
	if err := r.save(ctx, changed); err != nil {
		return nil, err
	}
	r.wait = r.next()
	return r, nil
}

// begin takes the state that the token was issued with from memory, where it is
// known, and reads it otherwise. Should another process have stored another one since,
// this round stores none; a document is compared with what is stored.
func (r *round) begin(ctx context.Context, d *bus.Delivery) error {
	said := tokenOf(d)
	r.success, r.asked = said.success, said.asked
	if head := r.board.head(r.feed.ID, said.revision); head != nil && said.revision > 0 {
		r.revision = said.revision
		r.fit(head)
		return nil
	}
	return r.load(ctx)
}

// load reads the feed's state and fits it to the configuration.
func (r *round) load(ctx context.Context) error {
	entry, err := r.states.Get(ctx, r.feed.ID)
	stored := state.State{}
	r.revision = entry.Revision
	switch {
	case errors.Is(err, bus.ErrNotFound):
	case errors.Is(err, bus.ErrDamaged):
		r.damaged(err)
	case err != nil:
		return err
	default:
		stored, err = state.Decode(entry.Value)
		if errors.Is(err, state.ErrVersion) {
			return err
		}
		r.damaged(err)
	}
	r.fit(&stored)
	return nil
}

// fit begins with a state as it is stored.
func (r *round) fit(stored *state.State) {
	r.state, r.untold = *stored, stored
	r.state.Success = latest(r.state.Success, r.success)
	r.adopted = r.state.Adopt(r.feed.URL, r.feed.Fingerprint())
}

// recall reads the items that the feed is known to have had, which a poll without
// a document does without.
func (r *round) recall() {
	if err := r.state.Recall(); err != nil {
		r.damaged(err)
		r.state = state.State{}
		r.state.Adopt(r.feed.URL, r.feed.Fingerprint())
	}
}

func (r *round) damaged(err error) {
	if err != nil {
		r.logger.Error("the stored state of the feed is damaged; it begins anew", "feed", r.feed.ID, "err", err)
	}
}

func (r *round) request() client.Request {
	request := client.Request{
		URL: r.feed.URL, Header: r.feed.Headers, Username: r.feed.Username, Password: r.feed.Password,
		AllowPrivate: r.feed.AllowPrivate, AllowDowngrade: r.feed.AllowDowngrade, Suspect: r.state.Failures > 0, Slow: r.state.IsSlow(r.now), Part: true,
	}
	if !r.state.Believed(r.now) {
		return request
	}
	if r.doubtful = r.state.Doubts(r.now, r.feed.Poll.Max, r.chance()); !r.doubtful {
		request.ETag, request.LastModified, request.ValidatorURL = r.state.ETag, r.state.LastModified, r.state.ValidatorURL
	}
	return request
}

// The outcomes of a fetch that is not an error; the others are error classes.
const (
	outcomeNotModified = "not_modified" // by the server's word
	outcomeUnchanged   = "unchanged"    // the same bytes, or nothing new in them
	outcomeNew         = "new"          // items were published
)

// judge turns an answer into items and state. changed says that the state must
// be stored; an error that the round failed for reasons on our side.
func (r *round) judge(ctx context.Context, resp *client.Response, fetchErr error) (changed bool, outcome string, err error) {
	if fetchErr != nil {
		return true, r.fail(fetchErr), nil
	}
	r.fresh = resp.Fresh
	r.metrics.bytes.Add(float64(resp.WireBytes))
	if resp.NotModified {
		convicted := r.convict()
		return r.succeed(resp.MovedTo) || convicted, outcomeNotModified, nil
	}
	hash := hashOf(resp.Body)
	if hash == r.state.Hash {
		validated := r.validate(resp, hash)
		return r.succeed(resp.MovedTo) || validated, outcomeUnchanged, nil
	}
	if r.state.IsHead() {
		if err := r.load(ctx); err != nil {
			return false, "", err
		}
	}
	doc, parseErr, err := r.parse(ctx, resp)
	if err != nil {
		return false, "", err
	}
	if parseErr != nil {
		return true, r.fail(cmp.Or(resp.Cut, parseErr)), nil
	}
	cutShort(doc, resp.Cut)
	changed, outcome, err = r.take(ctx, doc)
	if err != nil {
		return false, "", err
	}
	changed = r.state.Offers(offered(resp.Links, doc, resp.URL)) || changed
	changed = r.remember(resp, hash, doc.Partial, outcome) || changed
	if tooSlow(resp.Cut) { // what came is read, and the outlet is left alone for longer and longer all the same
		return true, r.fail(resp.Cut), nil
	}
	return r.succeed(resp.MovedTo) || changed, outcome, nil
}

// tooSlow reports whether a transfer took all the time there was: at every poll it would
// keep a worker, and its host's turn, as long.
func tooSlow(cut error) bool {
	e, ok := errors.AsType[*client.Error](cut)
	return ok && e.Class == client.ClassTimeout
}

// cutShort notes in a document why its transfer ended early, if it did.
func cutShort(doc *feed.Document, why error) {
	if why != nil {
		f := fault(why)
		doc.Partial = true
		doc.Warnings = append(doc.Warnings, fmt.Sprintf("partial: the transfer ended early (%s): %s", f.Class, f.Remedy))
	}
}

// large is the size in bytes from which documents are parsed one at a time: each
// takes several times its size meanwhile.
const large = 1 << 20

// parse reads the document and gives its memory back. err says that its turn did
// not come.
func (r *round) parse(ctx context.Context, resp *client.Response) (doc *feed.Document, parseErr, err error) {
	defer resp.Release()
	body := resp.Body
	resp.Body = nil // the only copy now is the parser's, which drops it early
	turns, big := r.parsing, len(body) > large
	if big {
		turns = r.parsingLarge
	}
	if err := turns.Acquire(ctx, 1); err != nil {
		return nil, nil, err
	}
	defer turns.Release(1)
	if big {
		defer runtime.GC() // or the garbage of one document, and its share of the goal, wait for the next
	}
	r.recall()
	doc, parseErr = feed.Parse(body, feed.Hints{
		ContentType: resp.ContentType, URL: resp.URL, Fetched: r.now, Known: r.state.Marked(), Limits: feed.Limits{Bytes: int(r.config.MaxBody)},
	})
	return doc, parseErr, nil
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// moved tells the operator once that a feed has a new address.
func (r *round) moved(to string) (changed bool) {
	if to == r.state.MovedTo {
		return false
	}
	r.state.MovedTo = to
	if to != "" {
		r.logger.Warn("the feed has moved for good", "feed", r.feed.ID, "host", address.Host(to),
			"remedy", "faultline feeds check "+r.feed.ID+" --fix-moved writes its new address into the configuration")
		r.notices = append(r.notices, r.address(to))
	}
	return true
}

// succeed notes an answer that is a feed, and the address that its outlet now gives it
// for good: what leads to anything else, as to the front page, is no new address.
func (r *round) succeed(movedTo string) (changed bool) {
	moved := r.moved(movedTo)
	if r.state.Said != "" {
		r.logger.Info("the feed is back", "feed", r.feed.ID, "after", r.state.Class, "failures", r.state.Failures)
	}
	if !r.feed.AllowPrivate {
		r.outage.reached(r.feed.ID)
	}
	r.metrics.healthy(r.feed.ID, r.now)
	return r.state.Succeed(r.now) || moved
}

// fail notes what went wrong and says it once, until it is something else.
func (r *round) fail(err error) (outcome string) {
	f, pause := fault(err), time.Duration(0)
	class := f.Class
	if e, ok := errors.AsType[*client.Error](err); ok {
		pause = e.RetryAfter
	}
	r.state.Fail(r.now, class, pause)
	r.remedy = f.Remedy
	if r.worthSaying(err, client.Class(class)) {
		r.state.Said = class
		r.logger.Warn("the feed cannot be read", "feed", r.feed.ID, "class", class, "err", f.Message, "remedy", f.Remedy)
	}
	if class == string(client.ClassGone) {
		r.state.End(r.now)
		r.logger.Warn("the feed has ended and is no longer asked, but for once a week; faultline feeds remove takes it out", "feed", r.feed.ID)
	}
	r.metrics.failing(r.feed.ID, class, r.state.Failures)
	return class
}

// worthSaying decides whether a failure deserves a line in the log. One that
// could not be reached is given a second chance, and may be the network's fault:
// then it is said once the outage is over, or none can be.
func (r *round) worthSaying(err error, class client.Class) bool {
	said := client.Class(r.state.Said)
	if r.feed.AllowPrivate {
		return said != class
	}
	if answered(err) { // a bad answer is an answer
		r.outage.reached(r.feed.ID)
	}
	if !unreachable(class) {
		return said != class
	}
	if r.state.Failures > 1 { // perhaps at another fetcher, of which no word is here yet
		r.hear(&r.feed, &r.state)
	}
	if feeds := r.feeds.Load(); r.outage.failed(signOf(&r.feed, class), feeds.public, feeds.hosts) {
		return false
	}
	return r.state.Failures > 1 && !unreachable(said)
}

// save stores the state. Somebody who was faster holds the feed's token too:
// then what they learned counts, and this round is dropped.
func (r *round) save(ctx context.Context, changed bool) error {
	if !changed && !r.adopted && r.revision > 0 {
		return nil
	}
	err := r.put(ctx)
	if errors.Is(err, bus.ErrConflict) {
		r.logger.Debug("another fetcher was faster with this feed", "feed", r.feed.ID)
		r.metrics.conflicts.Inc()
		return r.load(ctx)
	}
	return err
}

// put stores the state as it is, in place of the one that was loaded.
func (r *round) put(ctx context.Context) error {
	if r.state.IsHead() {
		if err := r.complete(ctx); err != nil {
			return err
		}
	}
	data, err := r.state.Encode()
	if err != nil {
		return err
	}
	revision, err := r.states.Put(ctx, r.feed.ID, data, r.revision)
	if err == nil {
		r.revision = revision
	}
	return err
}

// complete reads the items of a state that was taken from memory.
func (r *round) complete(ctx context.Context) error {
	entry, err := r.states.Get(ctx, r.feed.ID)
	if errors.Is(err, bus.ErrNotFound) || err == nil && entry.Revision != r.revision {
		return bus.ErrConflict
	}
	if err != nil {
		return err
	}
	stored, err := state.Decode(entry.Value)
	if err == nil {
		r.state.Complete(stored)
	}
	return err
}

// next is the time until the feed's next poll.
func (r *round) next() time.Duration {
	if asleep := r.state.Asleep(r.now); asleep > 0 && !r.state.Gone.IsZero() {
		return asleep + rand.N(time.Minute)
	}
	facts := r.state.Facts(r.now, r.fresh)
	facts.Pushed = r.proven()
	return r.pace.stretch(r.feed.ID, poll.Next(poll.Bounds(r.feed.Poll), facts, rand.Float64()))
}
