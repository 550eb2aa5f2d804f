package source

import (
	"fmt"
	"net/textproto"
	"strings"
)

// checkHeader reports whether a feed may have this request header in its
// configuration: headers that decide about the connection or that the client
// sets itself are not for feeds.
func checkHeader(name, value string) error {
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	switch canonical {
	case "Host", "Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Keep-Alive",
		"Proxy-Authorization", "Proxy-Connection", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range":
		return fmt.Errorf("header %s is set by the fetcher itself", canonical)
	}
	if name == "" || strings.ContainsFunc(name, notToken) {
		return fmt.Errorf("%q is no header name", name)
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }) {
		return fmt.Errorf("the value of header %s has control characters", canonical)
	}
	return nil
}

// notToken reports a character that cannot be in a token of RFC 9110, section
// 5.6.2.
func notToken(r rune) bool {
	return r <= ' ' || r >= 0x7F || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}
