package bus

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/nats-io/nats.go"
)

// permissions turns the server's asynchronous complaints into errors of the
// calls that caused them: the server says "Permissions Violation for Publish
// to ..." on the side, and leaves the request without an answer.
type permissions struct {
	inbox string // the prefix of the subjects answers come back on
	mu    sync.Mutex
	next  int
	calls map[int]call
	// mute is set when the user may not even listen for answers. The server
	// says so once, for all requests to come.
	mute *permissionError
}

type call struct {
	subject string // of the request; "items." stands for all below, and empty for any API request
	cancel  context.CancelCauseFunc
}

// permissionError names the permission that is missing.
type permissionError struct{ verb, subject string }

func (e *permissionError) Error() string {
	return fmt.Sprintf("%v: this user may not %s %q; allow it in the server's configuration", ErrPermission, e.verb, e.subject)
}

func (e *permissionError) Is(target error) bool { return target == ErrPermission }

// watch derives a context that ends with a permissionError once the server
// complains about the subject, or, with an empty subject, about any request to
// the JetStream API or subscription; and with errLost when the connection was
// lost and is back. The caller must call done.
func (p *permissions) watch(ctx context.Context, subject string) (watched context.Context, done func()) {
	watched, cancel := context.WithCancelCause(ctx)
	p.mu.Lock()
	id := p.next
	p.next++
	if p.calls == nil {
		p.calls = make(map[int]call)
	}
	p.calls[id] = call{subject: subject, cancel: cancel}
	if p.mute != nil {
		cancel(p.mute)
	}
	p.mu.Unlock()
	return watched, func() {
		p.mu.Lock()
		delete(p.calls, id)
		p.mu.Unlock()
		cancel(nil)
	}
}

// report takes an error of the connection's error handler. It returns nil if
// that is no permission violation.
func (p *permissions) report(err error) *permissionError {
	violation := parseViolation(err)
	if violation == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if violation.verb == verbSubscribe && strings.HasPrefix(violation.subject, p.inbox) {
		p.mute = violation
	}
	for _, c := range p.calls {
		if p.mute != nil || c.concerns(violation) {
			c.cancel(violation)
		}
	}
	return violation
}

// reconnected is called for a new connection: its permissions may be others,
// and the answers to requests on the old one will never come.
func (p *permissions) reconnected() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute = nil
	for _, c := range p.calls {
		c.cancel(errLost)
	}
}

func (c call) concerns(v *permissionError) bool {
	switch {
	case strings.HasSuffix(c.subject, "."):
		return strings.HasPrefix(v.subject, c.subject)
	case c.subject != "":
		return c.subject == v.subject
	}
	return v.verb == verbSubscribe || strings.HasPrefix(v.subject, "$JS.") || strings.HasPrefix(v.subject, "$KV.")
}

const (
	verbPublish   = "publish to"
	verbSubscribe = "subscribe to"
)

// parseViolation reads the server's text, in lower or upper case:
// nats: permissions violation: Permissions Violation for Publish to "items.x"
func parseViolation(err error) *permissionError {
	if err == nil {
		return nil
	}
	text := err.Error()
	lower := strings.ToLower(text)
	at := strings.Index(lower, "permissions violation for ")
	if at < 0 {
		return nil
	}
	verb := verbSubscribe
	if strings.HasPrefix(lower[at+len("permissions violation for "):], "publish") {
		verb = verbPublish
	}
	_, rest, _ := strings.Cut(text[at:], `"`)
	subject, _, _ := strings.Cut(rest, `"`)
	return &permissionError{verb: verb, subject: subject}
}

// onError is the connection's error handler.
func (b *Bus) onError(_ *nats.Conn, sub *nats.Subscription, err error) {
	if violation := b.permissions.report(err); violation != nil {
		b.metrics.violations.Inc()
		b.logger.Error("The NATS server refused this user", "err", violation)
		return
	}
	subject := ""
	if sub != nil {
		subject = sub.Subject
	}
	b.logger.Warn("The NATS connection reported an error", "subject", subject, "err", err)
}
