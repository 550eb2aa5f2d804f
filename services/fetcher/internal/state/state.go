// Package state is what is remembered of a feed between two fetches, and the
// comparison of a fetched document with it. It is pure.
package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/health"
	"faultline/services/fetcher/internal/poll"
	"faultline/services/fetcher/internal/push"
	"faultline/services/fetcher/internal/rhythm"
)

// version is the major version of the document. It rises when an older build
// would misread it.
const version = 2

// State is the memory of one feed, stored as one document. The zero value is
// that of a feed never fetched.
type State struct {
	Version int `json:"version"`
	// URL is the address the rest was learned from, Config a fingerprint of how
	// the feed was to be asked.
	URL    string `json:"url"`
	Config string `json:"config,omitempty"`
	// Begun is when a whole document was first taken. Until then what is old
	// is backlog.
	Begun time.Time `json:"begun,omitzero"`

	// ETag, LastModified and Hash are of the last document that was taken whole,
	// from ValidatorURL.
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	ValidatorURL string `json:"validator_url,omitempty"`
	Hash         string `json:"hash,omitempty"`
	// Tried is since when ETag and LastModified are of the document before that: a server
	// that goes on to answer 304 to them lies. Lied is when one last did.
	Tried time.Time `json:"tried,omitzero"`
	Lied  time.Time `json:"lied,omitzero"`

	// Success is the last fetch without an error that changed anything here; of later
	// ones the feed's token knows. Item is the time of the newest item.
	Success time.Time `json:"success,omitzero"`
	Item    time.Time `json:"item,omitzero"`
	// Failures counts the failed fetches in a row, Class is the last one's error
	// class and Since when the row began.
	Failures int       `json:"failures,omitempty"`
	Class    string    `json:"class,omitempty"`
	Since    time.Time `json:"since,omitzero"`
	// Said is the class that was last logged in this row.
	Said string `json:"said,omitempty"`
	// Flag marks a feed that is in order but for its content: FlagEmpty or
	// FlagPartial.
	Flag string `json:"flag,omitempty"`
	// Until is the end of a pause that the server demanded.
	Until time.Time `json:"until,omitzero"`
	// Gone is when the server said that the feed has ended.
	Gone time.Time `json:"gone,omitzero"`
	// Slow is when an answer last took long, to within some minutes.
	Slow time.Time `json:"slow,omitzero"`
	// MovedTo is the address that the server proposed for good.
	MovedTo string `json:"moved_to,omitempty"`

	// Gap is the time between the latest items by the clock of Rhythm.
	Gap       time.Duration  `json:"gap,omitempty"`
	Rhythm    rhythm.Profile `json:"rhythm,omitzero"`
	TTL       time.Duration  `json:"ttl,omitempty"`
	SkipHours []int          `json:"skip_hours,omitempty"`
	SkipDays  []time.Weekday `json:"skip_days,omitempty"`

	// Offer is where the feed can be subscribed to, by its last document. Pushed
	// is when a ping last brought what no poll had; it is zero again once a poll
	// brings what no ping had.
	Offer  []push.Endpoint `json:"offer,omitempty"`
	Pushed time.Time       `json:"pushed,omitzero"`

	// Health is how the feed is, as it was told. Rebuilt counts the documents
	// since the last new item that were others and brought none.
	Health  health.Record `json:"health,omitzero"`
	Rebuilt int           `json:"rebuilt,omitempty"`

	// Items is empty until Recall. It is stored packed, as the last field of the
	// document; version 1 had it as a list.
	Items  []Known `json:"items,omitempty"`
	unread []byte  // the Items as they were stored, until Recall
	head   bool    // the Items are left out
}

// The flags.
const (
	FlagEmpty   = "empty_feed"
	FlagPartial = "partial"
)

// ErrVersion says that a newer build wrote the document.
var ErrVersion = errors.New("feed state of a newer version")

// itemsKey begins the items of a document and itemsEnd ends them. The key cannot
// occur in a text, whose quotation marks are escaped, and no other field has that
// name.
const (
	itemsKey = `,"packed":"`
	itemsEnd = `"}`
)

// Decode reads a stored state, all but its items: most polls do without them, and
// they are most of it. Recall reads those.
func Decode(data []byte) (State, error) {
	head, items := data, []byte(nil)
	if at := bytes.Index(data, []byte(itemsKey)); at >= 0 && bytes.HasSuffix(data, []byte(itemsEnd)) {
		head = append(slices.Clip(data[:at]), '}')
		items = data[at+len(itemsKey) : len(data)-len(itemsEnd)]
	}
	var s State
	if err := json.Unmarshal(head, &s); err != nil {
		return State{}, fmt.Errorf("reading feed state: %w", err)
	}
	if s.Version > version {
		return State{}, fmt.Errorf("%w: %d, this build reads %d", ErrVersion, s.Version, version)
	}
	s.unread = items
	return s, nil
}

// Head is the state without its items, which are most of it: enough for a poll
// without a document. It cannot be stored before Complete.
func (s State) Head() State {
	s.Items, s.unread, s.head = nil, nil, true
	return s
}

// IsHead reports whether the items are left out.
func (s *State) IsHead() bool { return s.head }

// Complete gives a Head the items of the state that it is of.
func (s *State) Complete(of State) { s.Items, s.unread, s.head = of.Items, of.unread, of.head }

var errHead = errors.New("the items of the feed state are left out")

// Recall reads the items of a state that was decoded. It must have been called
// before a document is compared with it.
func (s *State) Recall() error {
	if s.head {
		return errHead
	}
	if s.unread == nil {
		return nil
	}
	items, err := unpack(s.unread)
	if err != nil {
		return fmt.Errorf("reading the items of a feed state: %w", err)
	}
	s.Items, s.unread = items, nil
	return nil
}

// Encode is the state as it is stored.
func (s State) Encode() ([]byte, error) {
	if s.head {
		return nil, errHead
	}
	items := s.unread
	if items == nil {
		items = pack(s.Items)
	}
	s.Version, s.Items = version, nil
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("writing feed state: %w", err)
	}
	if len(items) > 0 {
		data = slices.Concat(data[:len(data)-1], []byte(itemsKey), items, []byte(itemsEnd))
	}
	return data, nil
}

// Adopt fits the state to the feed as it is configured. What was learned from
// another address no longer holds, save for the items; any other change lifts
// back-off and the end of the feed, but not a pause that the server demanded.
// It reports whether anything changed.
func (s *State) Adopt(url, config string) (changed bool) {
	changed = s.URL != url || s.Config != config
	if s.URL != url {
		*s = State{URL: url, Items: s.Items, unread: s.unread, head: s.head, Gap: s.Gap, Item: s.Item, Rhythm: s.Rhythm, Health: s.Health}
	} else if s.Config != config {
		s.Gone, s.Failures = time.Time{}, 0
	}
	s.Config = config
	return changed
}

// setBack is by how much a stored time must be to come that was none to come when it was
// stored, before the clock was set back since rather than that of another process is a little ahead.
const setBack = time.Hour

// Asleep is how long the feed must not be asked yet, 0 when it may be. A pause that is
// longer than any can be was noted by a clock that was set back since, maybe by years.
func (s *State) Asleep(now time.Time) time.Duration {
	until, most := s.Until, poll.LongestPause
	if !s.Gone.IsZero() {
		until, most = s.Gone.Add(poll.GoneRecheck), poll.GoneRecheck
	}
	asleep := max(until.Sub(now), 0)
	if asleep > most+setBack {
		return 0
	}
	return min(asleep, most)
}

// Succeed notes a fetch without an error and reports whether anything but the
// time changed, so that a feed that stays as it is costs no write.
func (s *State) Succeed(now time.Time) (changed bool) {
	changed = s.Failures > 0 || s.Class != "" || !s.Gone.IsZero() || !s.Until.IsZero()
	s.Said = ""
	s.Failures, s.Class, s.Since, s.Gone, s.Until = 0, "", time.Time{}, time.Time{}, time.Time{}
	s.Success = now
	return changed
}

// Fail notes a failed fetch. pause is what the server demanded.
func (s *State) Fail(now time.Time, class string, pause time.Duration) {
	if s.Failures == 0 {
		s.Since = now
	}
	s.Failures++
	s.Class = class
	s.Until = time.Time{}
	if pause > 0 {
		s.Until = now.Add(pause)
	}
}

// End notes that the server said that the feed has ended.
func (s *State) End(now time.Time) { s.Gone = now }

const (
	// slowFrom is how long an answer takes of a feed that is slow, and slowFor how long it then
	// counts as such. An answer that is quicker says little: another may be slow again.
	slowFrom = 3 * time.Second
	slowFor  = time.Hour
	// slowAgain is how old the stored time may become before it is worth a write.
	slowAgain = 10 * time.Minute
)

// Took notes how long an answer took, and reports whether that changed anything.
func (s *State) Took(now time.Time, took time.Duration) (changed bool) {
	if took < slowFrom || now.Sub(s.Slow).Abs() < slowAgain {
		return false
	}
	s.Slow = now
	return true
}

// IsSlow reports whether an answer took long lately. What a clock noted that was set back
// since says nothing.
func (s *State) IsSlow(now time.Time) bool { return now.Sub(s.Slow).Abs() < slowFor }

// IsSuspect reports whether a fetch may well take long: the last one failed, or one was slow lately.
func (s *State) IsSuspect(now time.Time) bool { return s.Failures > 0 || s.IsSlow(now) }

// Offers notes where the feed can be subscribed to and reports whether that
// changed.
func (s *State) Offers(offer []push.Endpoint) (changed bool) {
	changed = !slices.Equal(s.Offer, offer)
	s.Offer = offer
	return changed
}

// Facts are what the next interval depends on.
func (s *State) Facts(now time.Time, fresh time.Duration) poll.Facts {
	pace := max(s.Rhythm.Factor(now), slowest)
	f := poll.Facts{Gap: time.Duration(float64(s.Gap) / pace), Hint: max(fresh, s.TTL), Failures: s.Failures}
	if !s.Item.IsZero() && now.After(s.Item) {
		f.Silence = time.Duration(float64(s.Rhythm.Span(s.Item, now)) / pace)
	}
	if !s.Until.IsZero() {
		f.RetryAfter = max(0, s.Until.Sub(now))
	}
	utc := now.UTC()
	f.Idle = slices.Contains(s.SkipHours, utc.Hour()) || slices.Contains(s.SkipDays, utc.Weekday())
	return f
}

// slowest is the least part of a feed's pace at which it is asked in its quiet
// hours: it is then that news is unexpected.
const slowest = 0.25

// Judged are what the feed's health is judged by, right after it was asked.
func (s *State) Judged(now time.Time) health.Facts {
	p := &s.Rhythm
	f := health.Facts{
		Gone: !s.Gone.IsZero(), Failures: s.Failures, Rebuilt: s.Rebuilt,
		Empty: s.Flag == FlagEmpty && !s.Item.IsZero(),
	}
	if p.Last.IsZero() || s.Failures > 0 {
		return f
	}
	span := p.Span(p.Last, now)
	f.Silence, f.Expected, f.Pauses = now.Sub(p.Last), p.Expected(span), float64(span)/float64(max(p.Longest, 1))
	f.Arrivals, f.Watched = p.Arrivals(), now.Sub(p.Begun)
	return f
}

// learn keeps what the document says of its own rhythm.
func (s *State) learn(doc *feed.Document) {
	s.TTL, s.SkipHours, s.SkipDays = doc.TTL, doc.SkipHours, doc.SkipDays
}

// Marked reports whether an item with this mark was taken before.
func (s *State) Marked() func(mark uint64) bool {
	marks := make(map[uint64]bool, len(s.Items))
	for i := range s.Items {
		marks[s.Items[i].Mark] = true
	}
	return func(mark uint64) bool { return mark != 0 && marks[mark] }
}
