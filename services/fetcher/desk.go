package fetcher

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/source"
	"faultline/services/fetcher/internal/state"
)

// Desk asks feeds for people who look at them. Nothing is published or stored.
type Desk struct {
	config Config
	client *client.Client
}

// NewDesk reads the section "fetcher" of faultline.yaml. Close must be called
// in the end.
func NewDesk(settings config.Section) (*Desk, error) {
	c, err := readConfig(settings)
	if err != nil {
		return nil, err
	}
	proxy, err := c.proxy()
	if err != nil {
		return nil, err
	}
	return &Desk{config: c, client: newClient(c, proxy)}, nil
}

// Close ends idle connections.
func (d *Desk) Close() { d.client.Close() }

// Health is what the fetchers last learned of a feed.
type Health struct {
	State string `json:"state"` // as in the metric faultline_feed_health
	// Success is the last fetch without an error.
	Success time.Time `json:"last_success,omitzero"`
	// Class is the error class of the last fetch, and Failures how many failed in
	// a row since Since.
	Class    string    `json:"class,omitempty"`
	Failures int       `json:"failures,omitempty"`
	Since    time.Time `json:"since,omitzero"`
	// Next is when the feed will be asked again, zero when it is being asked.
	Next time.Time `json:"next_poll,omitzero"`
	// MovedTo is the address that the outlet calls the new one for good.
	MovedTo string `json:"moved_to,omitempty"`
}

// ReadHealth reads what the fetchers on a bus know of feeds, by their ids. Feeds
// that were never asked are missing, and those whose state is damaged until they are
// asked again.
func ReadHealth(ctx context.Context, b *bus.Bus, feeds []Listed) (map[string]Health, error) {
	states, err := b.Bucket(ctx, bus.FeedState)
	if err != nil {
		return nil, err
	}
	all := map[string]Health{}
	err = states.Each(ctx, func(e bus.Entry) error {
		s, err := state.Decode(e.Value)
		switch {
		case errors.Is(err, state.ErrVersion):
			return fmt.Errorf("the state of feed %s: %w", e.Key, err)
		case err != nil:
			return nil
		}
		all[e.Key] = Health{
			State: string(s.Health.Current()), Success: s.Success, Class: s.Class, Failures: s.Failures, Since: s.Since, MovedTo: s.MovedTo,
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	known := map[string]Health{}
	for i := range feeds {
		if h, ok := all[feeds[i].ID]; ok {
			known[feeds[i].ID] = h
		}
	}
	return known, readTokens(ctx, b.Timers(bus.Poll), known)
}

// readersOfTimers is how many timers are asked for at once.
const readersOfTimers = 32

// readTokens fills in what each feed's token knows: when it is asked again, and when it last
// went well, which the state need not have.
func readTokens(ctx context.Context, timers *bus.Timers, known map[string]Health) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readersOfTimers)
	var mu sync.Mutex
	for id := range maps.Clone(known) {
		group.Go(func() error {
			next, said, err := timers.Peek(ctx, id)
			mu.Lock()
			defer mu.Unlock()
			h := known[id]
			h.Next, h.Success = next, latest(h.Success, tokenSaying(said).success)
			known[id] = h
			return err
		})
	}
	return group.Wait()
}

// AddFeed appends a feed to a file of feeds, with comments and layout kept, and
// returns the file and the lines that were added.
func AddFeed(f config.File, feed *Listed) (config.File, string, error) { return source.Add(f, feed) }

// RemoveFeed takes a feed out of its file; index is Listed.Index.
func RemoveFeed(f config.File, index int) (config.File, error) { return source.Remove(f, index) }

// SetFeed gives a key of a feed a value in its file; index is Listed.Index.
func SetFeed(f config.File, index int, key, value string) (config.File, error) {
	return source.Set(f, index, key, value)
}

// DeriveID is the id of a feed that is given none.
func DeriveID(url string) string { return source.DeriveID(url) }

// SuggestID is a short id for a feed that is given one.
func SuggestID(url string) string { return source.SuggestID(url) }

// Redact is an address, or what was written for one, without user name and
// password.
func Redact(url string) string { return address.Redact(url) }

// SameAddress reports whether two addresses lead to the same feed.
func SameAddress(a, b string) bool { return source.Key(a) == source.Key(b) }
