package deliver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/notice"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
)

// Telling is when the desk is told, by a notice, that a channel fails.
type Telling struct {
	Every time.Duration // between looks at the channels
	Lasts time.Duration // how long a channel takes nothing until it is told
	Rest  time.Duration // between the beginnings of two troubles of a channel that are told
	Again time.Duration // until what may have been told by another process is looked at again
}

// usualTelling is when nobody says otherwise.
var usualTelling = Telling{Every: 5 * time.Second, Lasts: time.Minute, Rest: 30 * time.Minute, Again: time.Minute}

// tellWithin bounds how long the stream of notices is waited for.
const tellWithin = 10 * time.Second

// afterRefusal is when the NATS server is asked again that does not let the alerter tell.
const afterRefusal = 10 * time.Minute

// oddities is how many messages in a row a channel may not understand without being in trouble.
const oddities = 3

// trouble is what the desk may have to hear of a channel: since when it takes nothing, or that it works.
type trouble struct {
	mu     sync.Mutex
	signs  signs
	odd    int  // messages in a row that were not understood
	news   bool // that was not looked at yet
	worked bool // the latest news is that it took a message
	looked time.Time
}

// signs are those of a channel that takes nothing. Zero while there are none.
type signs struct {
	began, last time.Time // the first try and the latest
	refused     bool      // it refuses messages for good, and does not only let them wait
	message     string    // the id of one that did not go out, "" for none but edits
	result      notify.Result
}

// failed notes a try that did not go out, with the message that was tried, if it was one.
func (t *trouble) failed(result notify.Result, message string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if result.Trouble.Class == notify.ClassMessage {
		if t.odd++; t.odd < oddities {
			return // the message is odd, and not the channel
		}
	}
	if t.signs.began.IsZero() {
		t.signs.began = now
	}
	if message != "" {
		t.signs.message = message
	}
	t.signs.last, t.signs.result, t.signs.refused = now, result, t.signs.refused || result.Outcome == notify.Rejected
	t.news, t.worked = true, false
}

// took notes that the channel took a message.
func (t *trouble) took() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.signs.began.IsZero() {
		t.looked = time.Time{}
	}
	t.signs, t.odd, t.news, t.worked = signs{}, 0, true, true
}

// look says whether the stream is to be asked, and about what.
func (t *trouble) look(w Telling, now time.Time) (s signs, worked, due bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	rested := now.Sub(t.looked) >= w.Again
	ripe := t.signs.message != "" && (t.signs.refused || now.Sub(t.signs.began) >= w.Lasts)
	if due = ripe && (t.news || rested) || t.worked && t.news && rested; due {
		t.news, t.looked = false, now
	}
	return t.signs, t.worked, due
}

// retry has what could not be told looked at again, unless more is known by now.
func (t *trouble) retry() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.news, t.looked = true, time.Time{}
}

// gone forgets signs that turned out to be over, because another process was taken a message
// from, unless there are later ones.
func (t *trouble) gone(s signs) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.signs.last.Equal(s.last) {
		t.signs = signs{}
	}
}

// watch tells the desk of channels that fail until ctx ends.
func (p *Pool) watch(ctx context.Context) error {
	ticker := time.NewTicker(p.Telling.Every)
	defer ticker.Stop()
	untold := false // the log knows that the desk cannot be told
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
		err := errors.Join(p.forget(ctx), p.tellAll(ctx))
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !untold {
			p.Logger.Warn("The desk is not told whether channels take messages; it is tried again", "err", err)
		}
		if untold = err != nil; errors.Is(err, bus.ErrPermission) {
			ticker.Reset(afterRefusal)
		} else {
			ticker.Reset(p.Telling.Every)
		}
	}
}

// tellAll looks at each channel.
func (p *Pool) tellAll(ctx context.Context) (err error) {
	p.mu.Lock()
	lanes := make([]*lane, 0, len(p.lanes))
	for _, l := range p.lanes {
		lanes = append(lanes, l)
	}
	p.mu.Unlock()
	for _, l := range lanes {
		now := time.Now()
		s, worked, due := l.trouble.look(p.Telling, now)
		if !due {
			continue
		}
		if failed := l.tell(ctx, s, worked, now); failed != nil {
			l.trouble.retry()
			err = failed
		}
	}
	return err
}

// tell makes the notices say how the channel stands.
func (l *lane) tell(ctx context.Context, s signs, worked bool, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	if worked {
		return l.pool.over(ctx, l.channel(), fmt.Sprintf("The channel %s of %s takes messages again", l.integration, l.receiver), now)
	}
	if !s.refused { // the message may have gone out by another process
		m, err := l.pool.marks.load(ctx, s.message)
		if err != nil {
			return err
		}
		if m.State == sent {
			l.trouble.gone(s)
			return nil
		}
	}
	n := l.notice(s)
	return notice.Settle(ctx, l.pool.Bus, n.Kind, n.Channel, func(last event.Notice) (event.Notice, bool) {
		switch {
		case last.ID == "":
		case last.Over.IsZero(): // told
			return n, false
		case !last.Over.Before(s.last): // another process knows better
			l.trouble.gone(s)
			return n, false
		case now.Sub(last.Since) < l.pool.Telling.Rest: // told then, if it lasts
			return n, false
		case n.Since.Before(last.Over): // of another process it took messages meanwhile: to the desk it begins now
			n.Since = now.UTC()
		}
		n.ID = event.NewID(string(n.Kind), n.Channel, n.Since.Format(time.RFC3339Nano))
		return n, true
	})
}

// notice is what the desk is told of a channel that fails, but for its id.
func (l *lane) notice(s signs) event.Notice {
	class := s.result.Trouble.Class
	why := fmt.Sprintf("%v (%s)", s.result.Err, strings.TrimSpace(string(class)+" "+s.result.Trouble.Host))
	n := event.Notice{
		Kind: event.NoticeChannelFailing, Channel: l.channel(), Severity: event.SeverityHigh, Since: s.began.UTC(),
		Summary: fmt.Sprintf("The channel %s of %s takes no message", l.integration, l.receiver),
		Detail:  fmt.Sprintf("%s. What is for it waits and is sent when it takes messages again, for %s at most.", why, words(l.pool.limits().GiveUpAfter)),
		Remedy:  class.Remedy(),
	}
	if s.result.Outcome == notify.Uncertain {
		n.Summary = fmt.Sprintf("The channel %s of %s does not say whether it takes messages", l.integration, l.receiver)
	}
	if s.result.Outcome == notify.Uncertain && l.pool.limits().Hold && !l.sender.Load().Idempotent() {
		n.Detail = why + ". What it may have got is a dead letter (faultline dlq list), as alerter.when_uncertain says."
	}
	if s.refused {
		n.Summary = fmt.Sprintf("The channel %s of %s refuses messages", l.integration, l.receiver)
		n.Detail = why + ". What it refuses is a dead letter (faultline dlq list)"
		if r, ok := l.pool.fallback(); ok && r.Name != l.receiver {
			n.Detail += ", and goes to the fallback receiver " + r.Name
		}
		n.Detail += "."
	}
	return n
}

// over tells that the trouble of a channel has ended, if the desk was told of one.
func (p *Pool) over(ctx context.Context, channel, summary string, now time.Time) error {
	return notice.Settle(ctx, p.Bus, event.NoticeChannelFailing, channel, func(last event.Notice) (event.Notice, bool) {
		open := last.ID != "" && last.Over.IsZero()
		last.Over, last.Summary, last.Detail, last.Remedy = now.UTC(), summary, "", ""
		return last, open
	})
}

// forget ends what was told of channels that are no longer configured, at the start and
// after each change of them.
func (p *Pool) forget(ctx context.Context) error {
	p.mu.Lock()
	configured := map[string]bool{}
	for _, r := range p.targets.Receivers {
		for _, i := range r.Integrations {
			configured[i.String()] = true
		}
	}
	changed := p.forgotten != p.changes
	changes := p.changes
	p.mu.Unlock()
	if !changed {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	open := map[string]bool{}
	err := p.Bus.Replay(ctx, bus.Notices, []string{bus.NoticeFilter(string(event.NoticeChannelFailing))}, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var n event.Notice
		if event.Decode(d.Data, &n) == nil {
			open[n.Channel] = n.Over.IsZero()
		}
		return nil
	})
	for channel, is := range open {
		if is && !configured[channel] && err == nil {
			err = p.over(ctx, channel, "The channel "+channel+" is no longer configured", time.Now())
		}
	}
	if err == nil {
		p.mu.Lock()
		p.forgotten = changes
		p.mu.Unlock()
	}
	return err
}
