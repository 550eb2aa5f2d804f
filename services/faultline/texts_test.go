package faultline

import (
	"strings"
	"testing"
)

// Half of a text could be explained as what it does not say.
func TestTextTooLong(t *testing.T) {
	for _, command := range [][]string{{"rules", "explain"}, {"places"}} {
		code, out, errs := call(strings.Repeat("word ", maxText/5+1), command...)
		if code != exitFailed || out != "" || !strings.Contains(errs, "the text has more than 4 MiB; give a part of it") {
			t.Errorf("%v: exit %d, %d bytes of output: %s", command, code, len(out), errs)
		}
	}
}
