package deliver

import (
	"context"
	"errors"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
)

// post is where a channel shows an incident, and what it shows of it. It is written
// after each message, before the mark that the message was sent.
type post struct {
	notify.Post
	// Shown is the revision of the incident that the message shows.
	Shown int `json:"shown"`
	// By is the latest notification that told something: if its mark does not say
	// so, the process was stopped in between.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// To is the chat that the file named then; empty in what an older build left.
	To string `json:"to,omitempty"`

	revision uint64 // of the stored post; 0 if there is none
}

// posts are the stored posts. They lie beside the marks and are kept as long.
type posts struct{ bucket *bus.Bucket }

func postKey(receiver, integration, incident string) string {
	return event.NewID("post", receiver, integration, incident)
}

// load reads a post; the zero value is an incident that the channel does not show.
func (k posts) load(ctx context.Context, key string) (p post, err error) {
	entry, err := load(ctx, k.bucket, key, &p)
	p.revision = entry.Revision
	return p, err
}

// shown is where the lane's channel shows an incident. Where the file names another chat since, that
// one shows nothing yet: what stands elsewhere is neither edited nor answered.
func (l *lane) shown(ctx context.Context, a event.Alert) (post, error) {
	p, err := l.pool.posts.load(ctx, l.key(a))
	return p.in(l.sender.Load().Place()), err
}

// in is a post as a chat shows it: the zero value, but for its revision, if it stands in another one.
func (p post) in(place string) post {
	if p.To != "" && p.To != place {
		return post{revision: p.revision}
	}
	return p
}

// save writes a post over the one that was read. Two processes may have sent
// something about one incident at once: then the later one to write wins.
func (k posts) save(ctx context.Context, key string, p post) error {
	for {
		err := k.put(ctx, key, p)
		if !errors.Is(err, bus.ErrConflict) {
			return err
		}
		current, err := k.load(ctx, key)
		if err != nil {
			return err
		}
		p.revision = current.revision
	}
}

// add writes a post unless there is one.
func (k posts) add(ctx context.Context, key string, p post) error {
	p.revision = 0
	if err := k.put(ctx, key, p); !errors.Is(err, bus.ErrConflict) {
		return err
	}
	return nil
}

func (k posts) put(ctx context.Context, key string, p post) error {
	p.At = time.Now()
	_, err := save(ctx, k.bucket, key, p, p.revision)
	return err
}

// after is the post of a try's incident once the channel took its message, which
// edited another one, answered it or was the first, and now stands at at.
func (t *try) after(at notify.Post) post {
	p := t.post
	if !t.n.Update {
		p.By = t.n.ID
	}
	if !t.edit && p.Message != "" && at.Root == p.Root {
		return p // an answer: the first message stays the one to edit
	}
	p.Post, p.Shown = at, max(p.Shown, t.n.Alerts[0].Revision)
	return p
}
