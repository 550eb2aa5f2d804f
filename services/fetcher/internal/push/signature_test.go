package push

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"strings"
	"testing"
)

func sign(newHash func() hash.Hash, secret, body string) string {
	mac := hmac.New(newHash, []byte(secret))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestSigned(t *testing.T) {
	const secret, body = "a secret of ours", "<rss/>"
	good := sign(sha256.New, secret, body)
	for _, signature := range []string{
		"sha1=" + sign(sha1.New, secret, body), "sha256=" + good, "sha384=" + sign(sha512.New384, secret, body), "sha512=" + sign(sha512.New, secret, body),
		"SHA256=" + strings.ToUpper(good), " sha256=" + good + " ",
	} {
		if !Signed(signature, secret, []byte(body)) || !Signable(signature) {
			t.Errorf("%s is refused", signature)
		}
		if Signed(signature, secret, []byte(body+" ")) || Signed(signature, "another", []byte(body)) || Signed(signature, "", []byte(body)) {
			t.Errorf("%s holds for something else", signature)
		}
	}
	for _, signature := range []string{
		"", "=", "sha256", "sha256=", good, "sha256=" + good[:62], "sha256=" + good + "00", "sha512=" + good, "sha1=" + good,
		"md5=" + sign(md5.New, secret, body), "sha256=" + strings.Repeat("z", 64), "sha256=" + sign(sha256.New, "", body), "sha256=" + good + "," + good,
	} {
		if Signed(signature, secret, []byte(body)) {
			t.Errorf("%q is taken", signature)
		}
	}
	for signature, want := range map[string]bool{"": false, "sha256=": false, "md5=" + strings.Repeat("0", 32): false, "sha256=" + strings.Repeat("0", 64): true, "sha1=" + strings.Repeat("0", 64): false} {
		if Signable(signature) != want {
			t.Errorf("%q: %t", signature, !want)
		}
	}
	if Signed("sha256="+sign(sha256.New, "", body), "", []byte(body)) {
		t.Error("a subscription without a secret takes a ping")
	}
}
