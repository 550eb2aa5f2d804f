package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"

	amnotify "github.com/prometheus/alertmanager/notify"
)

// Each way to fail has a class, and each class something to do about it.
func TestTroubles(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want Class
	}{
		"no such name":            {&net.DNSError{Err: "no such host"}, ClassDNS},
		"nobody listens":          {fmt.Errorf("post: %w", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), ClassRefused},
		"no way":                  {&net.OpError{Op: "dial", Err: syscall.ENETUNREACH}, ClassUnreachable},
		"broken off":              {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, ClassReset},
		"no TLS":                  {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, ClassTLS},
		"TLS to a plain server":   {&url.Error{Op: "Post", Err: http.ErrSchemeMismatch}, ClassTLS},
		"no HTTP":                 {&url.Error{Op: "Post", Err: errors.New("malformed HTTP response")}, ClassReset},
		"a strange certificate":   {&tls.CertificateVerificationError{Err: errors.New("x")}, ClassTLS},
		"no answer":               {context.DeadlineExceeded, ClassTimeout},
		"hangs":                   {errBusy, ClassTimeout},
		"revoked":                 {because(amnotify.AuthErrorReason, "unexpected status code 401"), ClassCredentials},
		"withdrawn":               {because(amnotify.ClientErrorReason, "unexpected status code 404: no_service"), ClassAddress},
		"gone":                    {because(amnotify.ClientErrorReason, "unexpected status code 410"), ClassAddress},
		"not understood":          {because(amnotify.ClientErrorReason, "unexpected status code 400: bad"), ClassMessage},
		"too many":                {because(amnotify.RateLimitedReason, "429"), ClassPace},
		"trouble there":           {because(amnotify.ServerErrorReason, "500"), ClassServer},
		"mail: login":             {&textproto.Error{Code: 535}, ClassCredentials},
		"mail: no such box":       {&textproto.Error{Code: 550}, ClassAddress},
		"mail: later":             {&textproto.Error{Code: 451}, ClassServer},
		"mail: too large":         {&textproto.Error{Code: 552}, ClassMessage},
		"Telegram: token":         {&telegramError{code: 401}, ClassCredentials},
		"Telegram: no chat":       {&telegramError{code: 400, description: "Bad Request: chat not found"}, ClassAddress},
		"Telegram: bad gateway":   {&telegramError{code: 502}, ClassServer},
		"Slack: no channel":       {&slackError{"channel_not_found"}, ClassAddress},
		"Slack: token":            {&slackError{"token_revoked"}, ClassCredentials},
		"Slack: pace":             {&slackError{"ratelimited"}, ClassPace},
		"Slack: trouble":          {&slackError{"internal_error"}, ClassServer},
		"Slack: not understood":   {&slackError{"invalid_blocks"}, ClassMessage},
		"the secret is not there": {fmt.Errorf("reading: %w", fs.ErrNotExist), ClassSecretFile},
		"crashed":                 {&panicError{"x"}, ClassSender},
	} {
		if got := troubleOf(c.err); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if c.want.Meaning() == "" != slices.Contains([]Class{ClassDNS, ClassRefused, ClassUnreachable, ClassReset, ClassTLS, ClassTimeout, ClassPace, ClassServer, ClassSecretFile}, c.want) {
			t.Errorf("%s means %q", c.want, c.want.Meaning())
		}
		if r := c.want.Remedy(); len(r) < 20 || strings.HasSuffix(r, ".") {
			t.Errorf("%s: %q is no remedy", c.want, r)
		}
	}
}
