// Package push decides how feeds are pushed to us, by the hubs of WebSub (W3C
// Recommendation of 23 January 2018) and of rssCloud: what a feed offers, how a
// subscription lives, and which pings are genuine. It is pure.
package push

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"faultline/services/fetcher/internal/link"
)

// Kind is the protocol of a subscription.
type Kind string

// The protocols.
const (
	WebSub   Kind = "websub"
	RSSCloud Kind = "rsscloud"
)

// Endpoint is where a feed can be subscribed to.
type Endpoint struct {
	Kind  Kind   `json:"kind"`
	Hub   string `json:"hub"`   // where the request goes
	Topic string `json:"topic"` // what the hub calls the feed
}

// maxHubs is how many hubs of a feed are tried.
const maxHubs = 4

// Named is what an answer's Link headers, or its document, name.
type Named struct {
	Self  string // the feed's own address
	Hubs  []string
	Cloud Cloud
}

// Cloud is an rssCloud server, as the cloud element of RSS 2.0 has it.
type Cloud struct {
	Domain, Path, Protocol string
	Port                   int
}

// Discover returns what a feed offers, best first: hubs of WebSub, those with
// https before others, then rssCloud. The header outranks the document (WebSub,
// section 4); at is where the answer came from.
func Discover(header, doc Named, at string) []Endpoint {
	hubs, topic := doc.Hubs, link.Resolve(doc.Self, at)
	if len(header.Hubs) > 0 {
		hubs, topic = header.Hubs, cmp.Or(link.Resolve(header.Self, at), topic)
	}
	topic = cmp.Or(topic, at)
	var found []Endpoint
	for _, hub := range hubs {
		e := Endpoint{WebSub, link.Resolve(hub, at), topic}
		if e.Hub != "" && len(e.Hub) <= link.Longest && !slices.Contains(found, e) && len(found) < maxHubs {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b Endpoint) int { return rank(a) - rank(b) })
	if hub := doc.Cloud.registration(); hub != "" {
		found = append(found, Endpoint{RSSCloud, hub, at})
	}
	return found
}

func rank(e Endpoint) int {
	if strings.HasPrefix(e.Hub, "https:") {
		return 0
	}
	return 1
}

// registration is the address at which the server takes requests by HTTP, or
// nothing.
func (c Cloud) registration() string {
	if c.Protocol != "http-post" && c.Protocol != "https-post" {
		return ""
	}
	host := c.Domain
	if strings.Contains(host, ":") { // IPv6
		host = "[" + host + "]"
	}
	u := url.URL{Scheme: "http", Host: host + ":" + strconv.Itoa(c.Port), Path: c.Path}
	if c.Protocol == "https-post" || c.Port == 443 {
		u.Scheme = "https"
	}
	if !strings.HasPrefix(u.Path, "/") {
		u.Path = "/" + u.Path
	}
	return link.Resolve(u.String(), "")
}
