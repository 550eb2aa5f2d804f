package lang

import (
	"slices"
	"testing"
)

func TestPossible(t *testing.T) {
	for code, want := range map[string]bool{
		"en": true, "ky": true, "uz": true, "zh": true, "ja": true, "ka": true, "hy": true, "he": true,
		"kg": false, "kz": false, "xx": false, "": false, "any": false, "EN": false, "eng": false, "sw": false, "en-US": false,
	} {
		if got := Possible(code); got != want {
			t.Errorf("%q: %t, want %t", code, got, want)
		}
	}
	if told := Told(); !slices.IsSorted(told) || !slices.Contains(told, "tg") || slices.Contains(told, "") {
		t.Errorf("told %v", told)
	}
}
