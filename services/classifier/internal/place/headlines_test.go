package place

import (
	_ "embed"
	"strings"
	"testing"
)

//go:embed testdata/headlines.tsv
var headlines string

// headline is a row of testdata/headlines.tsv.
type headline struct{ language, outlet, want, group, title string }

func readHeadlines(t *testing.T) (rows []headline) {
	t.Helper()
	for line := range strings.Lines(headlines) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 5 {
			t.Fatalf("%q has %d columns, want 5", line, len(f))
		}
		rows = append(rows, headline{f[0], f[1], f[2], f[3], f[4]})
	}
	return rows
}

// TestHeadlinesOfManyLanguages places stories by their headlines alone.
func TestHeadlinesOfManyLanguages(t *testing.T) {
	for _, h := range readHeadlines(t) {
		got := short(find(h.title, "", h.outlet).Main)
		want, known := strings.CutPrefix(h.want, "~")
		_, at, placed := strings.Cut(got, "/")
		right := at == want || strings.HasPrefix(at, want+".") || !placed && want == "none"
		switch {
		case known && right:
			t.Errorf("%s %s: right, though known to go wrong", h.language, h.title)
		case !known && !right:
			t.Errorf("%s %s: %s, want %s", h.language, h.title, got, want)
		}
	}
}

// TestOnePlaceHasOneID holds that a place is the same one in every spelling.
func TestOnePlaceHasOneID(t *testing.T) {
	ids := make(map[string]int)
	for _, h := range readHeadlines(t) {
		main := find(h.title, "", h.outlet).Main
		if h.group == "" || main == nil {
			continue
		}
		if id, known := ids[h.group]; main.GeonameID == 0 || known && id != main.GeonameID {
			t.Errorf("%s %s: id %d, and %d in other headlines", h.language, h.title, main.GeonameID, id)
		}
		if ids[h.group] == 0 {
			ids[h.group] = main.GeonameID
		}
	}
}
