package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

var (
	// ErrNotFound says that a bucket has no such key, or a stream no such
	// message.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that somebody else was faster: the key or subject is no
	// longer at the revision that the write was based on.
	ErrConflict = errors.New("conflict: changed by somebody else")
	// ErrPermission says that the server's configuration does not let this user
	// do what was asked. The text names the permission. The server itself only
	// stays silent, so that without this it would look like a time-out.
	ErrPermission = errors.New("permission denied by the NATS server")
	// ErrClosed says that the Bus was closed.
	ErrClosed = errors.New("bus is closed")
	// ErrDamaged says that a stored value is not what was written: another try cannot
	// help.
	ErrDamaged = errors.New("the stored value is damaged")
	// ErrMissing says that a stream or bucket does not exist.
	ErrMissing = errors.New("stream is missing")
)

// errLost says that the connection was lost before the answer came.
var errLost = errors.New("the connection was lost before the server answered")

// retryError asks for another delivery after a pause.
type retryError struct {
	after time.Duration
	err   error
	quiet bool // nothing is wrong, or the handler says so itself
}

// RetryAfter is what a Handler returns when it knows how long to wait, for
// example from a Retry-After header. It replaces the consumer's BackOff for
// this delivery; MaxDeliver counts it like any other.
func RetryAfter(after time.Duration, err error) error {
	return &retryError{after: after, err: err}
}

// Postpone is RetryAfter for a delivery that waits for its turn, or whose trouble
// the handler tells of itself: it is no warning in the log.
func Postpone(after time.Duration, reason error) error {
	return &retryError{after: after, err: reason, quiet: true}
}

func (e *retryError) Error() string { return fmt.Sprintf("%v (again in %v)", e.err, e.after) }
func (e *retryError) Unwrap() error { return e.err }

// permanentError says that no further try can help.
type permanentError struct {
	err   error
	quiet bool
}

// Permanent is what a Handler returns when another try cannot help: the
// message becomes a dead letter at once.
func Permanent(err error) error { return &permanentError{err: err} }

// GiveUp is Permanent for a message whose handler tells of it itself: it is no error
// in the log.
func GiveUp(err error) error { return &permanentError{err: err, quiet: true} }

func (e *permanentError) Error() string { return e.err.Error() }
func (e *permanentError) Unwrap() error { return e.err }

// ShapeError says that a stream exists that cannot be, or be made into, the
// one Faultline needs.
type ShapeError struct {
	Stream string
	Field  string // as `nats stream info --json` names it
	Have   string
	Want   string
	Remedy string
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("stream %s: %s is %s, want %s; %s", e.Stream, e.Field, e.Have, e.Want, e.Remedy)
}

// API error codes that nats.go has no name for; see errors.json of nats-server.
const (
	codeAccountLimits  jetstream.ErrorCode = 10002 // resource limits exceeded for account
	codeBatchDisabled  jetstream.ErrorCode = 10174
	codeBatchHeader    jetstream.ErrorCode = 10177 // a header that a batch may not have
	codeBatchTooLarge  jetstream.ErrorCode = 10199
	codeBatchDuplicate jetstream.ErrorCode = 10201
	// The first try of this message waits for the other nodes of a cluster.
	codeDuplicateUnderWay jetstream.ErrorCode = 10158
)

// apiCode is the JetStream error code in err, or 0.
func apiCode(err error) jetstream.ErrorCode {
	if e := apiError(err); e != nil {
		return e.ErrorCode
	}
	return 0
}

func apiError(err error) *jetstream.APIError {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api
	}
	var js jetstream.JetStreamError
	if errors.As(err, &js) {
		return js.APIError()
	}
	return nil
}

// Stopped is the error of what ran until ctx ended: none, if it has.
func Stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// isConflict reports a compare-and-set that lost.
func isConflict(err error) bool {
	code := apiCode(err)
	return code == jetstream.JSErrCodeStreamWrongLastSequence ||
		code == jetstream.JSErrCodeStreamWrongLastSequenceConstant ||
		errors.Is(err, jetstream.ErrKeyRevisionMismatch)
}

// isTransient reports whether the same request may succeed later: the server
// is away, overloaded, without a leader or out of space. A stream that has no
// responder may be one that is being recovered.
func isTransient(err error) bool {
	switch {
	case errors.Is(err, ErrPermission), errors.Is(err, ErrClosed),
		errors.Is(err, nats.ErrConnectionClosed), errors.Is(err, jetstream.ErrConnectionClosed):
		return false
	case errors.Is(err, errLost), errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout),
		errors.Is(err, nats.ErrNoResponders), errors.Is(err, jetstream.ErrNoStreamResponse),
		errors.Is(err, nats.ErrDisconnected), errors.Is(err, nats.ErrReconnectBufExceeded),
		errors.Is(err, nats.ErrConnectionReconnecting), errors.Is(err, jetstream.ErrInvalidJSAck):
		return true
	}
	e := apiError(err)
	return e != nil && (e.Code >= 500 || e.Code == 429 || e.ErrorCode == codeAccountLimits || e.ErrorCode == codeDuplicateUnderWay)
}

// Join is errors.Join for what came of one message in several places: it is permanent only if no
// further try can help in any of them.
func Join(errs ...error) error {
	var all, lasting []error
	for _, err := range errs {
		if _, ok := errors.AsType[*permanentError](err); ok {
			lasting = append(lasting, err)
		} else if err != nil {
			all = append(all, err)
		}
	}
	if len(all) == 0 {
		return errors.Join(lasting...)
	}
	for _, err := range lasting {
		all = append(all, errors.New(err.Error()))
	}
	return errors.Join(all...)
}
