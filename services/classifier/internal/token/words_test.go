package token

import (
	"slices"
	"strings"
	"testing"
)

// A plain word is told without reading it as a text, and comes out as it would.
func TestPlainWordsAreTheirOwn(t *testing.T) {
	for word, plain := range map[string]bool{
		"police": true, "s": true, "полиция": true, "я": true,
		strings.Repeat("x", maxWordLength): true, strings.Repeat("x", maxWordLength+1): false,
		"Police": false, "jalal-abad": false, "ещё": false, "u.s": false, "12th": false, "өкмөт": false, "yıl": false,
		"pоlice": false, "": false, "don't": false, "полици\xd1": false, "a b": false,
	} {
		if got := plainWord(word); got != plain {
			t.Errorf("plainWord(%q) is %t", word, got)
		}
		if read := Words(word + " "); plain && !slices.Equal(read, Words(word)) {
			t.Errorf("%q is %q by itself and %q in a text", word, Words(word), read)
		}
	}
}
