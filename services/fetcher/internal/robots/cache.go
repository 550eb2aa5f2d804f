package robots

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"faultline/services/fetcher/internal/client"
)

var (
	// ErrDisallowed says that the site does not want this address fetched, or
	// that it cannot be asked what it wants.
	ErrDisallowed = errors.New("robots.txt does not allow it")
	// ErrDelayed says that the pause the site wants between two requests ends
	// after the deadline.
	ErrDelayed = errors.New("robots.txt asks for a pause")
)

const (
	// lifetime is how long an answer holds (RFC 9309, section 2.4), retry how
	// long the lack of one does.
	lifetime = 24 * time.Hour
	retry    = 30 * time.Minute
	// patience is how long a site has for its answer.
	patience = 4 * time.Second
	// maxBody bounds a robots.txt in bytes; at least 500 KiB must be read
	// (RFC 9309, section 2.5).
	maxBody = 512 << 10
	// maxSites bounds the memory: 512 sites of maxRules each.
	maxSites = 512
)

// Cache asks sites for their robots.txt and remembers what they said. It is
// safe for concurrent use.
type Cache struct {
	client   *client.Client
	agent    string
	patience time.Duration
	mu       sync.Mutex
	sites    map[site]*entry
}

// site is what one robots.txt speaks for. What was learned with leave to ask
// private addresses is not for those who have none.
type site struct {
	scheme, host string
	private      bool
}

// entry is what is known of a site. All but turn and used belong to who holds
// the turn.
type entry struct {
	turn  *semaphore.Weighted
	used  time.Time // guarded by Cache.mu
	rules Rules
	until time.Time // when the rules must be asked for again
	next  time.Time // when the site's pause is over
}

// New returns a Cache that asks with c for what concerns agent, the product
// token of the User-Agent.
func New(c *client.Client, agent string) *Cache {
	return &Cache{client: c, agent: agent, patience: patience, sites: map[site]*entry{}}
}

// Permit returns nil when the address may be asked now; it waits out the pause
// that the site wants when that ends before ctx does. Otherwise it returns
// ErrDisallowed, ErrDelayed, or why the question could not be asked. private
// lets the site itself be at an address that is not public.
func (c *Cache) Permit(ctx context.Context, u *url.URL, private bool) error {
	s := site{scheme: u.Scheme, host: u.Host, private: private}
	e := c.entry(s)
	if err := e.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer e.turn.Release(1)
	if time.Now().After(e.until) {
		if err := c.ask(ctx, s, e); err != nil {
			return err
		}
	}
	if !e.rules.Allow(u) {
		return ErrDisallowed
	}
	return e.pause(ctx)
}

// entry returns what is known of a site. When there are too many, the one that
// was not used for longest is forgotten.
func (c *Cache) entry(s site) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.sites[s]
	if e == nil {
		if len(c.sites) >= maxSites {
			c.forget()
		}
		e = &entry{turn: semaphore.NewWeighted(1)}
		c.sites[s] = e
	}
	e.used = time.Now()
	return e
}

func (c *Cache) forget() {
	var oldest site
	first := true
	for s, e := range c.sites {
		if first || e.used.Before(c.sites[oldest].used) {
			oldest, first = s, false
		}
	}
	delete(c.sites, oldest)
}

// ask fetches the robots.txt. A site without one allows everything; one that
// cannot be asked allows nothing for a while, unless it was asked before (RFC
// 9309, section 2.3.1). An error says that nothing was learned.
func (c *Cache) ask(ctx context.Context, s site, e *entry) error {
	asking, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	resp, err := c.client.Fetch(asking, client.Request{
		URL: (&url.URL{Scheme: s.scheme, Host: s.host, Path: "/robots.txt"}).String(), Accept: "text/plain",
		MaxBody: maxBody, AllowPrivate: s.private, Suspect: true, Wait: true,
	})
	defer resp.Release()
	now := time.Now()
	switch {
	case err == nil:
		e.rules, e.until = parse(resp.Body, c.agent), now.Add(lifetime)
	case ctx.Err() != nil, errors.As(err, new(*client.Busy)): // it is not the site's fault
		return err
	case absent(err):
		e.rules, e.until = Rules{}, now.Add(lifetime)
	default:
		if e.until.IsZero() {
			e.rules = nothing()
		}
		e.until = now.Add(retry)
	}
	return nil
}

// absent reports that the site has no robots.txt, by its status or because the
// redirects lead nowhere. A site that is only too busy (429) may have one.
func absent(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		return false
	}
	return e.Class == client.ClassRedirects || e.Status/100 == 4 && e.Status != http.StatusTooManyRequests
}

// pause takes the site's next turn.
func (e *entry) pause(ctx context.Context) error {
	wait := time.Until(e.next)
	if deadline, ok := ctx.Deadline(); ok && wait > 0 && e.next.After(deadline) {
		return ErrDelayed
	}
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if e.rules.Delay > 0 {
		e.next = time.Now().Add(e.rules.Delay)
	}
	return nil
}
