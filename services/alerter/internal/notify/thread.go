package notify

import (
	"context"
	"sync/atomic"
	"time"

	"faultline/pkg/event"
)

// Post is where a channel shows an incident: what is needed to edit its message
// and to answer it. The zero value is nowhere.
type Post struct {
	// Channel is the chat as the channel itself names it.
	Channel string `json:"channel,omitempty"`
	// Root is the message that later ones answer.
	Root string `json:"root,omitempty"`
	// Message is the one that is the incident's own and can be edited; empty while
	// the incident is shown only within a message about several.
	Message string `json:"message,omitempty"`
}

// thread is what a sender of ours has to go on from, and what it made of it.
type thread struct {
	at   Post // to answer, or to edit
	edit bool // the message at.Message
	// instead is set on what is said anew because it could not be edited: it rings nobody.
	instead bool
	// stands is where the message stands now, once it was taken.
	stands Post
	// stuck is set when the message can no longer be edited, so that nothing was sent; a
	// new one is to answer what is at stands.
	stuck bool
	// gone is set when the message to edit was deleted and its incident is over, so
	// that nothing was sent.
	gone bool
	// wait is how long the latest answer asks to be left alone, a time.Duration. A
	// sender that was given up may still set it.
	wait atomic.Int64
}

type threadKey struct{}

// threadOf is the thread that a sender is to go on with; an empty one if there is
// none.
func threadOf(ctx context.Context) *thread {
	if t, ok := ctx.Value(threadKey{}).(*thread); ok {
		return t
	}
	return &thread{}
}

// Place is the chat that the file gives a channel that Edits, as a name of our own; another one when the
// file names another chat.
func (i *Integration) Place() string { return i.place }

// Edits reports whether the channel can change a message that it has shown.
func (i *Integration) Edits() bool { return i.edits }

// Reply makes one try to send a notification as an answer, which rings like a
// message of its own, to where the incident is shown. Channels that do not edit
// send it as they always do.
func (i *Integration) Reply(ctx context.Context, n event.Notification, remarks Remarks, now time.Time, to Post) Result {
	return i.try(ctx, n, remarks, now, &thread{at: to})
}

// Edit makes one try to put a notification in the place of the message that shows
// its incident, also of one that has ended. If the channel does not let that
// message be edited any more it is Stuck; where the message was deleted and its incident has
// ended, it is Skipped. The channel must be one that Edits.
func (i *Integration) Edit(ctx context.Context, n event.Notification, now time.Time, post Post) Result {
	return i.try(ctx, n, Remarks{}, now, &thread{at: post, edit: true})
}

// Replace makes one try to send what could not be edited as a message of its own, as quietly as
// the channel can, and as an answer to what the Stuck edit says.
func (i *Integration) Replace(ctx context.Context, n event.Notification, remarks Remarks, now time.Time, to Post) Result {
	return i.try(ctx, n, remarks, now, &thread{at: to, instead: true})
}
