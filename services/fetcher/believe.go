package fetcher

import (
	"time"

	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/client"
)

// remember keeps what the next request can be conditional on.
func (r *round) remember(resp *client.Response, hash string, partial bool, outcome string) (changed bool) {
	switch {
	case partial: // nothing to compare the next answer with, or the rest would never be read
		return r.validate(&client.Response{URL: resp.URL}, "")
	case r.doubtful && outcome == outcomeNew && resp.URL == r.state.ValidatorURL:
		r.state.Hash, r.state.Tried = hash, r.now
		return true
	}
	return r.validate(resp, hash)
}

// validate makes the next request conditional on this answer.
func (r *round) validate(resp *client.Response, hash string) (changed bool) {
	s := &r.state
	changed = s.ETag != resp.ETag || s.LastModified != resp.LastModified || s.ValidatorURL != resp.URL || s.Hash != hash || !s.Tried.IsZero()
	s.ETag, s.LastModified, s.ValidatorURL, s.Hash, s.Tried = resp.ETag, resp.LastModified, resp.URL, hash, time.Time{}
	return changed
}

// convict takes a 304 for what it is where the document had changed: it is said once, and the
// body's hash alone tells whether the feed has changed, until the server is believed again.
func (r *round) convict() (changed bool) {
	if !r.state.Convict(r.now) {
		return false
	}
	r.logger.Warn("the feed's server answers 304 to a document that has changed; it is not believed for a month, and the feed is read in full each time",
		"feed", r.feed.ID, "host", address.Host(r.feed.URL), "remedy", "tell the outlet: its server, or a cache before it, calls unchanged whatever it is asked for")
	return true
}
