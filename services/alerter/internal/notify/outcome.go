package notify

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"time"

	"faultline/services/alerter/internal/alert"

	amnotify "github.com/prometheus/alertmanager/notify"
)

// Outcome is how a try to send ended, as far as can be known.
type Outcome string

const (
	// Sent: the channel took the message.
	Sent Outcome = "sent"
	// Skipped: there was nothing to send, as all of it is resolved and the
	// channel's send_resolved is off, or the message to edit was deleted and its
	// incident is over.
	Skipped Outcome = "skipped"
	// Failed: the channel did not take it, and may later.
	Failed Outcome = "failed"
	// Rejected: the channel will never take it: a wrong address, a revoked
	// token, a message it does not understand.
	Rejected Outcome = "rejected"
	// Stuck: the channel does not let the message be edited any more, and nothing was
	// sent; Replace says it anew.
	Stuck Outcome = "stuck"
	// Uncertain: the channel may have taken it: it gave no answer, or none
	// that can be read.
	Uncertain Outcome = "uncertain"
)

// Result is the end of one try.
type Result struct {
	Outcome Outcome
	// RetryAfter is how long the channel asks to be left alone; 0 if it does not.
	RetryAfter time.Duration
	// Err says why, without secrets and in one line; nil when Sent, Skipped or Stuck.
	Err error
	// Trouble says what Err is, and whose; zero when Err is nil.
	Trouble Trouble
	// Post is where the message stands now, if it was sent and the channel Edits; where
	// it is Stuck, what the new message is to answer.
	Post Post
}

// MaxRetryAfter is how long a channel may ask to be left alone, and defaultRetryAfter what is waited when one
// says "too many requests" but not for how long.
const (
	MaxRetryAfter     = time.Hour
	defaultRetryAfter = 30 * time.Second
)

// panicError is a sender's panic.
type panicError struct{ value any }

func (e *panicError) Error() string { return "sender panicked" }

// errBusy is a try that was not made.
var errBusy = errors.New("earlier tries still hang")

// conclude reads a sender's answer. written says that the request had left, so
// that silence does not mean that nothing arrived; asked is what Retry-After said.
func (s *secrets) conclude(retry bool, err error, written bool, asked time.Duration) Result {
	if err == nil {
		return Result{Outcome: Sent}
	}
	outcome, wait := classify(retry, err, written)
	if outcome == Failed && asked > 0 {
		wait = asked
	}
	return Result{Outcome: outcome, RetryAfter: min(wait, MaxRetryAfter), Err: errors.New(s.redact(err)), Trouble: Trouble{Class: troubleOf(err)}}
}

func classify(retry bool, err error, written bool) (Outcome, time.Duration) {
	var crashed *panicError
	var reasoned *amnotify.ErrorWithReason
	var smtp *textproto.Error
	switch {
	case errors.As(err, &crashed):
		return Uncertain, 0
	case errors.Is(err, errBusy), errors.Is(err, errForbidden):
		return Failed, 0
	case errors.As(err, &reasoned):
		return byReason(reasoned, retry)
	case errors.As(err, &smtp):
		if smtp.Code >= 500 {
			return Rejected, 0
		}
		return Failed, 0
	}
	if refusal, ok := errors.AsType[*telegramError](err); ok {
		return refusal.outcome()
	}
	if refusal, ok := errors.AsType[*slackError](err); ok {
		return refusal.outcome()
	}
	switch {
	case neverConnected(err), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return Failed, 0
	case !retry:
		return Rejected, 0
	case !written:
		return Failed, 0
	default:
		return Uncertain, 0
	}
}

// byReason reads the class of an HTTP status. Slack's API answers 200 to
// everything and puts the error in words.
func byReason(reasoned *amnotify.ErrorWithReason, retry bool) (Outcome, time.Duration) {
	text := reasoned.Error()
	switch reasoned.Reason {
	case amnotify.RateLimitedReason:
		return Failed, waitOf(text)
	case amnotify.AuthErrorReason:
		return Rejected, 0
	case amnotify.ClientErrorReason:
		for _, passing := range []string{"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
			"status code 408", "status code 425"} {
			if strings.Contains(text, passing) {
				return Failed, waitOf(text)
			}
		}
		if retry {
			return Uncertain, 0 // an answer that the sender could not read
		}
		return Rejected, 0
	default:
		return Failed, 0
	}
}

// waitOf finds how long a channel asks to wait in the body, where Discord says it.
func waitOf(text string) time.Duration {
	if m := regexp.MustCompile(`"retry_after":\s*([0-9.]{1,9})`).FindStringSubmatch(text); m != nil {
		if seconds, err := strconv.ParseFloat(m[1], 64); err == nil {
			return time.Duration(seconds * float64(time.Second))
		}
	}
	return defaultRetryAfter
}

// outcome is what Telegram's refusal means.
func (e *telegramError) outcome() (Outcome, time.Duration) {
	switch {
	case e.code == http.StatusTooManyRequests:
		return Failed, cmp.Or(e.wait, defaultRetryAfter)
	case e.code >= 400 && e.code < 500:
		return Rejected, 0
	default:
		return Failed, e.wait
	}
}

// begun reports whether a mail may have left before the error. Alertmanager's sender
// says at which step it ended.
func begun(err error) bool {
	return err == nil || !regexp.MustCompile(`^(establish |create SMTP client|send EHLO|'require_tls'|send STARTTLS|parse TLS|find auth)`).MatchString(err.Error())
}

// neverConnected reports whether the error came before anything could be sent.
func neverConnected(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

// redact is the error in one line that may be logged and shown: no address,
// which for most channels is the secret, nothing that the configuration keeps
// secret, and no more than a line of what the other side said.
func (s *secrets) redact(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	text := s.hide(amnotify.RedactURL(err).Error())
	text = regexp.MustCompile(`https?://[^\s"]+`).ReplaceAllString(text, "<redacted>")
	return alert.Clean(text, 300)
}
