package push

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // as a MAC, see Signed
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"strings"
)

// SignatureHeader carries the signature of a ping.
const SignatureHeader = "X-Hub-Signature"

// Signed checks the signature "method=hex" of a ping (WebSub, section 8).
// It takes all methods that the section lists. sha1 is one of them, and all that
// several public hubs can: the known attacks on SHA-1 are collisions, which do not
// help against HMAC (RFC 6194, section 3.3).
func Signed(signature, secret string, body []byte) bool {
	method, given, _ := strings.Cut(strings.TrimSpace(signature), "=")
	newHash := hashes(method)
	if newHash == nil || secret == "" {
		return false
	}
	sum, err := hex.DecodeString(given)
	if err != nil {
		return false
	}
	mac := hmac.New(newHash, []byte(secret))
	mac.Write(body)
	return hmac.Equal(sum, mac.Sum(nil))
}

// Signable reports whether a signature could be one at all, before the body is
// read.
func Signable(signature string) bool {
	method, given, _ := strings.Cut(strings.TrimSpace(signature), "=")
	newHash := hashes(method)
	return newHash != nil && hex.DecodedLen(len(given)) == newHash().Size()
}

func hashes(method string) func() hash.Hash {
	switch strings.ToLower(method) {
	case "sha1":
		return sha1.New
	case "sha256":
		return sha256.New
	case "sha384":
		return sha512.New384
	case "sha512":
		return sha512.New
	}
	return nil
}
