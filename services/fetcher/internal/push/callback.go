package push

import (
	"crypto/subtle"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Callback is the path of a feed's callback below the base.
func (s *Subscription) Callback(feed string) string { return s.Base + feed + "/" + s.Token }

// Owns reports in constant time whether a token is the subscription's.
func (s *Subscription) Owns(token string) bool {
	return s.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.Token)) == 1
}

// Request is the form that asks the hub for what the state says.
func (s *Subscription) Request(feed string) url.Values {
	if s.Kind == RSSCloud {
		return s.cloudRequest(feed)
	}
	v := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {s.Topic}, "hub.callback": {s.Callback(feed)}}
	if s.State == Left {
		v.Set("hub.mode", "unsubscribe")
		return v
	}
	v.Set("hub.lease_seconds", strconv.Itoa(int(Lease/time.Second)))
	v.Set("hub.secret", s.Secret)
	return v
}

// cloudRequest registers for notifications by HTTP POST. It names our host, so
// that the server asks there, and not whoever sent the request.
func (s *Subscription) cloudRequest(feed string) url.Values {
	v := url.Values{"notifyProcedure": {""}, "protocol": {"http-post"}, "port": {"80"}, "url1": {s.Topic}}
	u, err := url.Parse(s.Callback(feed))
	if err != nil { // Base was checked
		return v
	}
	v.Set("domain", u.Hostname())
	v.Set("path", u.EscapedPath())
	if u.Scheme == "https" {
		v.Set("protocol", "https-post")
		v.Set("port", "443")
	}
	if u.Port() != "" {
		v.Set("port", u.Port())
	}
	return v
}

// longestChallenge is the number of bytes of a challenge that is echoed.
const longestChallenge = 1024

// Verdict is what a hub's question changes.
type Verdict int

// The verdicts.
const (
	Unasked   Verdict = iota // not our subscription: 404
	Echo                     // answer the challenge; nothing changes
	Confirmed                // store, then answer the challenge
	Denial                   // store
	Over                     // delete, then answer the challenge
)

// Answer judges a hub's question whether a subscription was meant (WebSub,
// section 5.3; rssCloud's challenge), or its word that there is none (section
// 5.2). It confirms only what was asked for within the last hour. reply is what
// the hub wants to read.
func (s *Subscription) Answer(q url.Values, now time.Time, random float64) (v Verdict, reply string) {
	expected := now.Sub(s.Requested) < lateAnswer
	challenge := q.Get("hub.challenge")
	if s.Kind == RSSCloud {
		if challenge = q.Get("challenge"); q.Get("url") != s.Topic || !expected || s.State == Left || !fits(challenge) {
			return Unasked, ""
		}
		return Echo, challenge
	}
	if q.Get("hub.topic") != s.Topic {
		return Unasked, ""
	}
	switch mode := q.Get("hub.mode"); {
	case mode == "denied" && s.State != Left && s.State != Denied:
		s.Deny(now, random)
		return Denial, ""
	case mode == "subscribe" && s.State != Left && expected && fits(challenge):
		s.Confirm(now, leaseOf(q.Get("hub.lease_seconds")), random)
		return Confirmed, challenge
	case mode == "unsubscribe" && s.State == Left && fits(challenge):
		return Over, challenge
	}
	return Unasked, ""
}

func fits(challenge string) bool { return challenge != "" && len(challenge) <= longestChallenge }

// leaseOf reads seconds; what is none is 0.
func leaseOf(text string) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		return 0
	}
	return time.Duration(min(n, int(longest/time.Second))) * time.Second
}

// Registered reports whether an rssCloud server took a registration: it answers
// with <notifyResult success="true" msg="..."/>, or in JSON with "success": true.
func Registered(answer []byte) bool {
	text := strings.ToLower(strings.Join(strings.Fields(string(answer)), ""))
	return strings.Contains(text, `success="true"`) || strings.Contains(text, `"success":true`)
}
