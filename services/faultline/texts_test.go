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

// A text in another encoding would be read as one without its words.
func TestTextInAnotherEncodingIsTold(t *testing.T) {
	const want = "warning: the text is not in UTF-8"
	if code, _, errs := call("\xc2 \xce\xf8\xe5 \xee\xe1\xf1\xf2\xf0\xe5\xeb", "places"); code != exitOK || !strings.HasPrefix(errs, want) {
		t.Errorf("exit %d: %s", code, errs)
	}
	if code, _, errs := call("Обстрел в Оше", "places"); code != exitOK || errs != "" {
		t.Errorf("exit %d: %s", code, errs)
	}
}
