package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

// Class names what went wrong with a fetch. It is a closed set: classes are
// label values of metrics.
type Class string

// The classes. Those of content (empty, not a feed) come from parsing.
const (
	ClassDNS            Class = "dns"
	ClassRefused        Class = "refused"
	ClassUnreachable    Class = "unreachable"
	ClassReset          Class = "reset"
	ClassTimeout        Class = "timeout"
	ClassCanceled       Class = "canceled"
	ClassTLS            Class = "tls"
	ClassTLSExpired     Class = "tls_expired"
	ClassTLSHostname    Class = "tls_hostname"
	ClassTLSUntrusted   Class = "tls_untrusted"
	ClassNoAuthorities  Class = "tls_no_authorities"
	ClassProxy          Class = "proxy"
	ClassBlocked        Class = "blocked_address"
	ClassRedirects      Class = "redirect_loop"
	ClassRedirectScheme Class = "redirect_scheme"
	ClassDowngrade      Class = "redirect_downgrade"
	ClassHeaders        Class = "headers_too_large"
	ClassTooLarge       Class = "too_large"
	ClassEncoding       Class = "bad_encoding"
	ClassBad304         Class = "bad_304"
	ClassProtocol       Class = "protocol"
	ClassAddress        Class = "bad_address"
	ClassUnauthorized   Class = "http_401"
	ClassForbidden      Class = "http_403"
	ClassNotFound       Class = "http_404"
	ClassGone           Class = "http_410"
	ClassRateLimited    Class = "http_429"
	ClassUnavailable    Class = "http_503"
	ClassHTTP4xx        Class = "http_4xx"
	ClassHTTP5xx        Class = "http_5xx"
	ClassHTTPOther      Class = "http_other"
)

// Error is a fetch that failed. Its text names hosts but no whole address:
// paths and queries of feeds may be secrets.
type Error struct {
	Class Class
	// Status is the server's HTTP status, 0 when there was none, or may have been none: of
	// a proxy alone.
	Status int
	// RetryAfter is how long the server asked to be left alone, 0 when it did
	// not say; at most MaxRetryAfter.
	RetryAfter time.Duration
	Cause      error
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Class, e.Cause) }
func (e *Error) Unwrap() error { return e.Cause }

// Remedy says what an operator can do about the class.
func (c Class) Remedy() string {
	switch c {
	case ClassDNS:
		return "check the spelling of the host and this machine's name servers"
	case ClassRefused, ClassUnreachable:
		return "check host and port, and whether a firewall is in the way"
	case ClassReset, ClassProtocol:
		return "the server broke off or answered something that is not HTTP; it is asked again later"
	case ClassAddress:
		return "write an address that begins with http:// or https://; a user name and a password belong into basic_auth of the feed"
	case ClassTimeout:
		return "the server is too slow; it is asked again later, or raise fetcher.timeout"
	case ClassTLS, ClassTLSExpired, ClassTLSHostname, ClassTLSUntrusted:
		return "the server's certificate cannot be trusted; tell the outlet, or add its authority to this machine's trust store"
	case ClassNoAuthorities:
		return "this machine trusts no certificate authority at all: install the bundle of its system (the package ca-certificates of Debian and Alpine), or name one in the variable SSL_CERT_FILE"
	case ClassProxy:
		return "the proxy (fetcher.proxy) cannot be reached, or does not reach the server: check its address, its password and its own connection; while other feeds come through it, the outlet's server is at fault"
	case ClassBlocked:
		return "the feed leads to an address that is not public; if the feed itself is inside your network set allow_private: true for it, which does not hold for redirects to another host or port: give the address that they lead to"
	case ClassRedirects:
		return "the server redirects in circles, often for want of a cookie or a login; find the feed's own address"
	case ClassRedirectScheme:
		return "the server redirects to something that is no address of a feed; check the address"
	case ClassDowngrade:
		return "the server redirects from https to http, where whoever is on the way can change what comes; look for an address that stays with https, or set allow_downgrade: true for the feed"
	case ClassHeaders:
		return "the server sends too many headers; tell the outlet"
	case ClassTooLarge:
		return "the feed is larger than fetcher.max_body; use a smaller feed of this outlet or raise the limit"
	case ClassEncoding:
		return "the server says that its answer is compressed in a way that it is not; tell the outlet"
	case ClassBad304:
		return "the server says unchanged to a first question; it is asked again later"
	}
	return c.statusRemedy()
}

func (c Class) statusRemedy() string {
	switch c {
	case ClassUnauthorized:
		return "set or correct basic_auth or headers of the feed"
	case ClassForbidden:
		return "the server does not want this reader; set fetcher.contact so that the outlet can tell why, or ask it"
	case ClassNotFound:
		return "the feed may have moved or ended; look for its address on the outlet's site"
	case ClassGone:
		return "the outlet has ended this feed; remove it or give its new address"
	case ClassRateLimited, ClassUnavailable:
		return "the server asks for a pause and gets it; raise poll.min if it happens often"
	case ClassHTTP4xx:
		return "check the address of the feed"
	case ClassHTTP5xx, ClassHTTPOther:
		return "the server is in trouble; it is asked again later"
	}
	return "it is tried again"
}

// wrap classifies what a round trip or a read returned.
func wrap(err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	return &Error{Class: classify(err), Cause: err}
}

func classify(err error) Class {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" && !errors.Is(err, context.Canceled) {
		return ClassProxy
	}
	if class := classifyTLS(err); class != "" {
		return class
	}
	var dns *net.DNSError
	switch {
	case errors.Is(err, errBlocked):
		return ClassBlocked
	case errors.Is(err, context.Canceled):
		return ClassCanceled
	case errors.As(err, &dns):
		return ClassDNS
	case isTimeout(err):
		return ClassTimeout
	case errors.Is(err, syscall.ECONNREFUSED):
		return ClassRefused
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return ClassUnreachable
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return ClassReset
	case isHeaderLimit(err):
		return ClassHeaders
	}
	return ClassProtocol
}

func classifyTLS(err error) Class {
	var (
		invalid  x509.CertificateInvalidError
		hostname x509.HostnameError
		unknown  x509.UnknownAuthorityError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		alert    tls.AlertError
	)
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return ClassTLSExpired
	case errors.As(err, &hostname):
		return ClassTLSHostname
	case errors.As(err, &unknown):
		if known, failed := x509.SystemCertPool(); failed == nil && known.Equal(x509.NewCertPool()) {
			return ClassNoAuthorities // an image without a bundle, where no outlet is to blame
		}
		return ClassTLSUntrusted
	case errors.As(err, &invalid), errors.As(err, &verify), errors.As(err, &record), errors.As(err, &alert):
		return ClassTLS
	}
	return ""
}

// isTimeout reports whether nothing came in time: for the request, or to the ping that HTTP/2
// asks a silent connection with, whose error has no value of its own.
func isTimeout(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		strings.Contains(err.Error(), "http2: client connection lost") {
		return true
	}
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// isHeaderLimit knows net/http's and its HTTP/2's words for a header that is
// too large: they have no error value of their own.
func isHeaderLimit(err error) bool {
	text := err.Error()
	return strings.Contains(text, "server response headers exceeded") ||
		strings.Contains(text, "header list too large") || // of many 1xx by HTTP/2
		strings.Contains(text, "response header list larger than advertised limit") ||
		strings.Contains(text, "too many 1xx informational responses")
}

func statusClass(status int) Class {
	switch status {
	case http.StatusUnauthorized:
		return ClassUnauthorized
	case http.StatusForbidden:
		return ClassForbidden
	case http.StatusNotFound:
		return ClassNotFound
	case http.StatusGone:
		return ClassGone
	case http.StatusTooManyRequests:
		return ClassRateLimited
	case http.StatusServiceUnavailable:
		return ClassUnavailable
	}
	switch status / 100 {
	case 4:
		return ClassHTTP4xx
	case 5:
		return ClassHTTP5xx
	}
	return ClassHTTPOther
}
