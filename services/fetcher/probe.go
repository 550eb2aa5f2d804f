package fetcher

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/push"
	"faultline/services/fetcher/internal/state"
)

// Probe is what one fetch of a feed gave.
type Probe struct {
	Feed   string `json:"feed,omitempty"` // its id; empty for an address that is not configured
	URL    string `json:"url"`            // without user name and password
	OK     bool   `json:"ok"`
	Status int    `json:"status,omitempty"` // of HTTP; 0 when there was no answer
	// FinalURL is where redirects led to; MovedTo the address that all of them
	// called the new one for good, if a feed is there.
	FinalURL string    `json:"final_url,omitempty"`
	MovedTo  string    `json:"moved_to,omitempty"`
	Format   string    `json:"format,omitempty"` // rss, rdf, atom or json
	Title    string    `json:"title,omitempty"`
	Language string    `json:"language,omitempty"`
	Items    int       `json:"items"`
	Newest   time.Time `json:"newest,omitzero"`
	Oldest   time.Time `json:"oldest,omitzero"`
	// Validators are what the next request can be conditional on: etag,
	// last-modified.
	Validators []string `json:"validators"`
	// Hubs are the feed's WebSub hubs; Cloud says that it offers rssCloud.
	Hubs  []string `json:"hubs"`
	Cloud bool     `json:"cloud,omitempty"`
	// Private says that the address was permitted to be a private one.
	Private  bool     `json:"allow_private,omitempty"`
	Bytes    int64    `json:"bytes,omitempty"` // as transferred
	Seconds  float64  `json:"seconds"`
	Warnings []string `json:"warnings"`
	// Publish is what the feed's first fetch would publish, the newest first.
	Publish []ProbeItem `json:"publish,omitempty"`
	Error   *Fault      `json:"error,omitempty"`
}

// NetworkDown reports whether none of several feeds could be reached: then it is the
// network rather than the feeds, and remedy is what to do about it.
func NetworkDown(probes []Probe) (remedy string, down bool) {
	reached := func(p Probe) bool { return p.OK || !unreachable(client.Class(p.Error.Class)) }
	if len(probes) < leastGone || slices.ContainsFunc(probes, reached) {
		return "", false
	}
	counts := map[client.Class]int{}
	for i := range probes {
		counts[client.Class(probes[i].Error.Class)]++
	}
	return outageRemedy(most(counts)), true
}

// ProbeItem is an item that would be published.
type ProbeItem struct {
	ID              string                `json:"id"`
	URL             string                `json:"url"`
	Title           string                `json:"title"`
	Published       time.Time             `json:"published"`
	PublishedSource event.PublishedSource `json:"published_source"`
	Backlog         bool                  `json:"backlog"` // too old to alert on
}

// Classes of a Fault that the desk has other words for than the fetcher's.
const (
	FaultBlocked   = string(client.ClassBlocked)
	FaultAddress   = string(client.ClassAddress)
	FaultDowngrade = string(client.ClassDowngrade)
)

// Fault is what went wrong, as the fetcher names it.
type Fault struct {
	Class   string `json:"class"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// fault names an error of a fetch or of a document.
func fault(err error) *Fault {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return &Fault{Class: string(e.Class), Message: e.Cause.Error(), Remedy: e.Class.Remedy()}
	}
	if e, ok := errors.AsType[*feed.Error](err); ok {
		return &Fault{Class: string(e.Class), Message: e.Message, Remedy: e.Remedy}
	}
	return &Fault{Class: string(feed.ClassMalformed), Message: err.Error()}
}

// Check asks one feed.
func (d *Desk) Check(ctx context.Context, f Feed) Probe {
	result, body := d.ask(ctx, f)
	body.Release()
	return result
}

// CheckAll asks feeds, some at once, and hands over each result as it is there,
// one at a time, with the index of its feed. It ends early with ctx.
func (d *Desk) CheckAll(ctx context.Context, feeds []Feed, atOnce int, done func(i int, r Probe)) {
	results := make(chan func())
	go func() {
		defer close(results)
		group := errgroup.Group{}
		group.SetLimit(atOnce)
		for i, f := range feeds {
			group.Go(func() error {
				r := d.Check(ctx, f)
				results <- func() { done(i, r) }
				return nil
			})
		}
		_ = group.Wait() //nolint:errcheck // no check returns an error
	}()
	for tell := range results {
		tell()
	}
}

// ask fetches a feed and reads it. The response holds the document of a result
// that is no feed, too.
func (d *Desk) ask(ctx context.Context, f Feed) (Probe, *client.Response) {
	began := time.Now()
	r := Probe{Feed: f.ID, URL: address.Redact(f.URL), Private: f.AllowPrivate, Validators: []string{}, Hubs: []string{}, Warnings: []string{}}
	resp, err := d.fetch(ctx, f)
	r.Seconds = time.Since(began).Seconds()
	if err != nil {
		r.Error = fault(err)
		if e, ok := errors.AsType[*client.Error](err); ok {
			r.Status = e.Status
		}
		return r, nil
	}
	r.answered(resp)
	now := time.Now()
	doc, err := feed.Parse(resp.Body, feed.Hints{ContentType: resp.ContentType, URL: resp.URL, Fetched: now, Limits: feed.Limits{Bytes: int(d.config.MaxBody)}})
	if err != nil {
		r.Error = fault(cmp.Or(resp.Cut, err))
		return r, resp
	}
	cutShort(doc, resp.Cut)
	r.MovedTo = resp.MovedTo
	r.read(doc)
	r.pushed(offered(resp.Links, doc, resp.URL))
	var s state.State
	changes, _ := s.Take(doc, state.Fetch{Feed: f.ID, Time: now, Window: d.config.FirstFetchWindow.Std(), Burst: f.Poll.Min})
	r.publish(changes)
	return r, resp
}

// fetch waits for the turn of the feed's host as long as it takes.
func (d *Desk) fetch(ctx context.Context, f Feed) (*client.Response, error) {
	for {
		resp, err := d.client.Fetch(ctx, client.Request{
			URL: f.URL, Header: f.Headers, Username: f.Username, Password: f.Password,
			AllowPrivate: f.AllowPrivate, AllowDowngrade: f.AllowDowngrade, Part: true,
		})
		busy, ok := errors.AsType[*client.Busy](err)
		if !ok {
			return resp, err
		}
		select {
		case <-ctx.Done():
			return nil, &client.Error{Class: client.ClassCanceled, Cause: context.Cause(ctx)}
		case <-time.After(busy.Retry):
		}
	}
}

// answered takes over what the answer says besides its document.
func (r *Probe) answered(resp *client.Response) {
	r.Status, r.Bytes = http.StatusOK, resp.WireBytes
	if resp.URL != r.URL {
		r.FinalURL = resp.URL
	}
	if resp.ETag != "" {
		r.Validators = append(r.Validators, "etag")
	}
	if resp.LastModified != "" {
		r.Validators = append(r.Validators, "last-modified")
	}
}

// pushed takes over where the fetcher could subscribe.
func (r *Probe) pushed(endpoints []push.Endpoint) {
	for _, e := range endpoints {
		switch e.Kind {
		case push.WebSub:
			r.Hubs = append(r.Hubs, address.Redact(e.Hub))
		case push.RSSCloud:
			r.Cloud = true
		}
	}
}

// Push names the ways in which the feed can tell of news itself.
func (r *Probe) Push() []string {
	ways := slices.Clone(r.Hubs)
	if r.Cloud {
		ways = append(ways, "rssCloud")
	}
	return ways
}

// read takes over what the document says.
func (r *Probe) read(doc *feed.Document) {
	r.OK = true
	r.Format, r.Title, r.Language, r.Items = doc.Format, doc.Title, doc.Language, len(doc.Items)
	r.Warnings = append(r.Warnings, doc.Warnings...)
	for _, e := range doc.Items {
		if e.PublishedSource != event.PublishedFeed {
			continue
		}
		if at := e.Published.UTC(); r.Newest.IsZero() {
			r.Newest, r.Oldest = at, at
		} else if at.After(r.Newest) {
			r.Newest = at
		} else if at.Before(r.Oldest) {
			r.Oldest = at
		}
	}
}

// publish takes over what would be published, the newest first.
func (r *Probe) publish(changes []state.Change) {
	for i := len(changes) - 1; i >= 0; i-- {
		c := &changes[i]
		r.Publish = append(r.Publish, ProbeItem{
			ID: c.ID, URL: c.Entry.URL, Title: c.Entry.Title, Published: c.Entry.Published.UTC(),
			PublishedSource: c.Entry.PublishedSource, Backlog: c.Backlog,
		})
	}
}
