package event

import "time"

// Notice is what the watch has to tell the desk beside incidents: that a feed has gone
// quiet, a region is blind, the network is down, an edit was refused, a channel takes no message,
// far more than usual is going on in a region; or that this is over.
type Notice struct {
	Schema Schema `json:"schema"`
	// ID names the trouble. The notice of its end has the same one.
	ID   string     `json:"id"`
	Kind NoticeKind `json:"kind"`
	// Feed and Region are ids, Host is the machine, Channel is "receiver/integration"; each is
	// there when the trouble is its.
	Feed     string   `json:"feed,omitempty"`
	Region   string   `json:"region,omitempty"`
	Host     string   `json:"host,omitempty"`
	Channel  string   `json:"channel,omitempty"`
	Country  string   `json:"country,omitempty"` // the feed's
	Severity Severity `json:"severity"`
	// Summary is one line, Detail says more, Remedy what to do; plain text.
	Summary string `json:"summary"`
	Detail  string `json:"detail,omitempty"`
	Remedy  string `json:"remedy,omitempty"`
	// Since is when the trouble began, Over when it ended: zero while it lasts.
	Since    time.Time `json:"since"`
	Over     time.Time `json:"over,omitzero"`
	Exercise bool      `json:"exercise,omitempty"`
}

// NoticeKind is what the trouble is. It is the alert's name, so that routes can
// match it.
type NoticeKind string

// The kinds of notice.
const (
	NoticeFeedFailing NoticeKind = "FeedFailing"
	NoticeFeedEmpty   NoticeKind = "FeedEmpty"
	NoticeFeedStale   NoticeKind = "FeedStale"
	NoticeFeedQuiet   NoticeKind = "FeedQuiet"
	NoticeFeedGone    NoticeKind = "FeedGone"
	NoticeFeedMoved   NoticeKind = "FeedMoved"
	NoticeRegionBlind NoticeKind = "RegionBlind"
	NoticeNetworkDown NoticeKind = "NetworkDown"
	// NoticeReloadRefused is of a service, named in the summary, which refuses its new
	// configuration and runs on with the one before.
	NoticeReloadRefused NoticeKind = "ReloadRefused"
	// NoticeRegionSurge is of a region where far more is going on than usual.
	NoticeRegionSurge NoticeKind = "RegionSurge"
	// NoticeChannelFailing is of a channel that takes no message.
	NoticeChannelFailing NoticeKind = "ChannelFailing"
	// NoticeStoreRefuses is of a NATS server that stores nothing, so that it is never on a stream:
	// an alerter tells of it past the store.
	NoticeStoreRefuses NoticeKind = "StoreRefuses"
)

// NoticeKinds are all of them.
func NoticeKinds() []NoticeKind {
	return []NoticeKind{NoticeFeedFailing, NoticeFeedEmpty, NoticeFeedStale, NoticeFeedQuiet, NoticeFeedGone, NoticeFeedMoved, NoticeRegionBlind, NoticeNetworkDown, NoticeReloadRefused, NoticeRegionSurge, NoticeChannelFailing, NoticeStoreRefuses}
}
