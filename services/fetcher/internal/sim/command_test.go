package sim

import (
	"bytes"
	"strings"
	"testing"
)

func TestCommand(t *testing.T) {
	for _, c := range []struct {
		args      string
		code      int
		out, errs string
	}{
		{"--help", 0, "-feeds", ""},
		{"-feeds 50 -hours 2", 0, "2h0m0s, 4 of 40 regions watched, seed 1 feeds 50 5 5", "1h0m0s of 2h0m0s"},
		{"-feeds 500 -hours 1 -budget 0.01", 0, "none none 0", ""},
		{"-feeds 0", 2, "", "1 to 10,000,000 feeds"},
		{"-feeds many", 2, "", "see pollsim --help"},
		{"surplus", 2, "", "surplus"},
		{"-feeds 50 -limit 1ns", 1, "", "take fewer -feeds"},
	} {
		var out, errs bytes.Buffer
		code := Command(t.Context(), strings.Fields(c.args), &out, &errs)
		if squeezed := strings.Join(strings.Fields(out.String()), " "); code != c.code || !strings.Contains(squeezed, strings.Join(strings.Fields(c.out), " ")) || !strings.Contains(errs.String(), c.errs) {
			t.Errorf("pollsim %s: exit code %d\n%s%s", c.args, code, out.String(), errs.String())
		}
	}
}
