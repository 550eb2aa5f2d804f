package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"syscall"

	amnotify "github.com/prometheus/alertmanager/notify"
)

// Trouble is why a try failed, for whoever is to mend it.
type Trouble struct {
	Class Class
	// Host is who did not take the message, with the port: never the path, which for
	// most channels is the secret. Empty when nobody was asked.
	Host string
}

// Class names what went wrong with a try. It is a closed set.
type Class string

// The classes.
const (
	ClassDNS         Class = "dns"
	ClassRefused     Class = "connection_refused"
	ClassUnreachable Class = "unreachable"
	ClassReset       Class = "reset"
	ClassForbidden   Class = "forbidden_address" // see boundary
	ClassTLS         Class = "tls"
	ClassTimeout     Class = "timeout"
	ClassCredentials Class = "credentials" // 401, 403, a login that is refused
	ClassAddress     Class = "address"     // 404, 410, a chat or mailbox that is not there
	ClassPace        Class = "pace"        // 429
	ClassServer      Class = "server"      // 5xx
	ClassRedirect    Class = "redirect"    // 3xx, to where no message is taken
	ClassMessage     Class = "message"     // what was sent is not understood
	ClassSecretFile  Class = "secret_file"
	ClassSender      Class = "sender" // the sender itself, or its templates
)

// Meaning says in a few words why a channel refused a message for good; it is empty for
// what is tried again.
func (c Class) Meaning() string {
	switch c {
	case ClassCredentials:
		return "the channel does not let us in"
	case ClassAddress:
		return "the hook, chat or mailbox is not there"
	case ClassMessage:
		return "the channel does not understand the message"
	case ClassSender:
		return "the message could not be made"
	}
	return ""
}

// Remedy says what the desk's operator can do.
func (c Class) Remedy() string {
	switch c {
	case ClassDNS:
		return "check the spelling of the host in " + File + " and this machine's name servers"
	case ClassRefused, ClassUnreachable:
		return "check host and port in " + File + ", whether the server runs, and whether a firewall is in the way"
	case ClassForbidden:
		return "no message is sent to where clouds keep credentials, nor to a link-local address unless alerter.allow_link_local names the receiver: check the address, and what its name resolves to"
	case ClassTLS:
		return "the certificate cannot be trusted, or no TLS is spoken there: check host and port, or give its authority in tls_config; if all https addresses fail so, this machine has no bundle of authorities (the package ca-certificates)"
	case ClassTimeout:
		return "the server is too slow or a firewall swallows the request; raise alerter.send_timeout if it is always so"
	case ClassCredentials:
		return "the token or password is wrong, was revoked, or may not write there: renew it, then faultline dlq replay what was refused"
	case ClassAddress:
		return "the hook, chat or mailbox is not there, or not any more: make a new one, write it into " + File + ", then faultline dlq replay what was refused"
	case ClassRedirect:
		return "it redirects to another host, or to where no message can be taken, such as a page to log in: write the address that it has now into " + File + "; what waits is sent there"
	case ClassPace:
		return "the channel asks for a pause and gets it; lower alerter.messages_per_minute if it happens often"
	case ClassMessage:
		return "the channel does not understand the message: check the channel's options and own templates, then faultline dlq replay what was refused"
	case ClassSecretFile:
		return "create the file and let the user that runs Faultline read it"
	case ClassSender:
		return "check the channel's options and own templates with faultline check"
	}
	return "the other side is in trouble; it is tried again by itself"
}

// troubleOf finds the class of an error.
func troubleOf(err error) Class {
	if class := ofConnection(err); class != "" {
		return class
	}
	if reasoned, ok := errors.AsType[*amnotify.ErrorWithReason](err); ok {
		return ofReason(reasoned)
	}
	if mail, ok := errors.AsType[*textproto.Error](err); ok {
		return ofMail(mail.Code)
	}
	if refusal, ok := errors.AsType[*telegramError](err); ok {
		if refusal.has("chat not found", "bot was kicked", "bot was blocked", "group chat was upgraded", "not a member") {
			return ClassAddress
		}
		return ofStatus(refusal.code)
	}
	if refusal, ok := errors.AsType[*slackError](err); ok {
		return ofSlack(refusal.word)
	}
	return ClassSender
}

// ofConnection is the class of an error from before there was an answer, "" if there
// was one.
func ofConnection(err error) Class {
	var (
		dns       *net.DNSError
		timeout   net.Error
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		authority x509.UnknownAuthorityError
	)
	switch {
	case errors.Is(err, errForbidden):
		return ClassForbidden
	case errors.As(err, &dns):
		return ClassDNS
	case errors.As(err, &verify), errors.As(err, &record), errors.As(err, &alert), errors.As(err, &authority), errors.Is(err, http.ErrSchemeMismatch):
		return ClassTLS
	case errors.Is(err, errBusy), errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return ClassTimeout
	case errors.Is(err, syscall.ECONNREFUSED):
		return ClassRefused
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return ClassUnreachable
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return ClassReset
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return ClassSecretFile
	case errors.As(err, new(*url.Error)), errors.As(err, new(*net.OpError)): // what was said is no HTTP
		return ClassReset
	}
	return ""
}

func ofReason(reasoned *amnotify.ErrorWithReason) Class {
	switch reasoned.Reason {
	case amnotify.AuthErrorReason:
		return ClassCredentials
	case amnotify.RateLimitedReason:
		return ClassPace
	case amnotify.ServerErrorReason:
		return ClassServer
	}
	if m := regexp.MustCompile(`status code:? ([0-9]{3})`).FindStringSubmatch(reasoned.Error()); m != nil {
		code, _ := strconv.Atoi(m[1]) //nolint:errcheck // three digits
		return ofStatus(code)
	}
	return ClassMessage
}

func ofStatus(code int) Class {
	switch {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return ClassCredentials
	case code == http.StatusNotFound, code == http.StatusGone:
		return ClassAddress
	case code == http.StatusTooManyRequests:
		return ClassPace
	case code >= 500:
		return ClassServer
	case code/100 == 3:
		return ClassRedirect
	}
	return ClassMessage
}

// ofMail is the class of an answer of SMTP (RFC 5321, section 4.2; RFC 4954).
func ofMail(code int) Class {
	switch {
	case code == 530 || code == 534 || code == 535 || code == 538:
		return ClassCredentials
	case code == 550 || code == 551 || code == 553:
		return ClassAddress
	case code < 500:
		return ClassServer
	}
	return ClassMessage
}

// ofSlack is the class of what Slack's API says is wrong.
func ofSlack(word string) Class {
	switch outcome, _ := (&slackError{word}).outcome(); {
	case slices.Contains([]string{"channel_not_found", "is_archived", "not_in_channel", "channel_is_archived", "no_service", "no_team"}, word):
		return ClassAddress
	case slices.Contains([]string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope", "no_permission", "access_denied", "invalid_token"}, word):
		return ClassCredentials
	case word == "ratelimited" || word == "rate_limited":
		return ClassPace
	case outcome == Failed:
		return ClassServer
	}
	return ClassMessage
}
