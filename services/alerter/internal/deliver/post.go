package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

	revision uint64 // of the stored post; 0 if there is none
}

// posts are the stored posts. They lie beside the marks and are kept as long.
type posts struct{ bucket *bus.Bucket }

func postKey(receiver, integration, incident string) string {
	return event.NewID("post", receiver, integration, incident)
}

// load reads a post; the zero value is an incident that the channel does not show.
func (k posts) load(ctx context.Context, key string) (p post, err error) {
	entry, err := k.bucket.Get(ctx, key)
	if errors.Is(err, bus.ErrNotFound) {
		return post{}, nil
	}
	if err != nil {
		return post{}, err
	}
	if err := json.Unmarshal(entry.Value, &p); err != nil {
		return post{}, fmt.Errorf("reading post %s: %w", key, err)
	}
	p.revision = entry.Revision
	return p, nil
}

// save writes a post over the one that was read. Two processes may have sent
// something about one incident at once: then the later one to write wins.
func (k posts) save(ctx context.Context, key string, p post) error {
	p.At = time.Now()
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encoding post %s: %w", key, err)
	}
	for {
		_, err := k.bucket.Put(ctx, key, data, p.revision)
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
	p.At = time.Now()
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encoding post %s: %w", key, err)
	}
	if _, err := k.bucket.Put(ctx, key, data, 0); !errors.Is(err, bus.ErrConflict) {
		return err
	}
	return nil
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
