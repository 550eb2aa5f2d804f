// Package address judges the addresses of feeds. It is pure.
package address

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Parse reads the address of a feed: absolute, http or https, with a host
// and without credentials, which belong into basic_auth. The error does not
// repeat the address, since that may be a secret.
func Parse(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		inner, ok := errors.AsType[*url.Error](err)
		if !ok || strings.Contains(raw, "@") { // what cannot be read may be a password
			return nil, errors.New("not an address")
		}
		return nil, fmt.Errorf("not an address: %w", inner.Err)
	}
	if err := Check(u); err != nil {
		return nil, err
	}
	if u.User != nil {
		return nil, errors.New("the address carries a user name or password")
	}
	u.Fragment = ""
	return u, nil
}

// Check reports what speaks against asking an address: another scheme than http
// and https, or no host.
func Check(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("scheme %.20q is not http or https", u.Scheme)
	}
	if u.Hostname() == "" {
		return errors.New("the address has no host")
	}
	if _, err := strconv.ParseUint(port(u), 10, 16); err != nil {
		return fmt.Errorf("port %.20s is above 65535", u.Port())
	}
	return nil
}

// Redact is an address as it may be shown: without user name and password, and
// safe also where it is none.
func Redact(raw string) string {
	end := strings.LastIndexByte(raw, '@')
	if end < 0 {
		return raw
	}
	if u, err := url.Parse(raw); err == nil && u.Opaque == "" {
		if u.User == nil {
			return raw
		}
		u.User = nil
		return u.String()
	}
	begin := 0
	if i := strings.Index(raw[:end], "://"); i >= 0 {
		begin = i + len("://")
	}
	return raw[:begin] + "***" + raw[end:]
}

// Host is the host of an address, with its port where it has one: what may be told to
// anybody, as paths and queries of feeds may be secrets. It is "?" where there is none.
func Host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return "?"
	}
	return u.Host
}

// SameServer reports whether b is the same server as a: the same host, whose capitals mean
// nothing (RFC 3986, section 6.2.2.1), and port, or the https server at the standard port beside the http one. What is asked
// by http is never that of an https address: anybody on the way may answer.
func SameServer(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) || a.Scheme == "https" && b.Scheme == "http" {
		return false
	}
	return port(a) == port(b) || port(a) == "80" && port(b) == "443" && b.Scheme == "https"
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
