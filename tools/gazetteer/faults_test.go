package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A bad table ends the run with one line that says where, and leaves the file of
// the run before as it was.
func TestFaultBadTableKeepsTheOldFile(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"tables/countries.tsv": {"KG\tx\t\t\tKyrgyzstan\t\t\t\n", "country KG: "},
		"tables/regions.tsv":   {"KG.08\t1\tnorth\t\tregion\tOsh\t\n", "region KG.08: "},
		"tables/towns.tsv":     {"99\tKG.08\t\t\t\tNowhere\t\n", "town Nowhere: GeoNames' list has no 99"},
		"tables/names.tsv":     {"KG.99\tky\tNowhere\n", "names: there is no place KG.99"},
		"admin2.json":          {`{"code": "x"}`, "admin2.json: "},
	} {
		dir, args := write(t)
		out := filepath.Join(dir, "out.gz")
		for path, text := range map[string]string{out: "the old file", filepath.Join(dir, name): c.text} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := run(args, &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if left, err := os.ReadFile(out); err != nil || string(left) != "the old file" {
			t.Errorf("%s: the file is now %q, %v", name, left, err)
		}
	}
}
