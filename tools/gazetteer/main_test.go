package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// emptyCatalog is a gettext catalogue without entries.
var emptyCatalog = append([]byte{0xde, 0x12, 0x04, 0x95}, make([]byte, 24)...)

// write lays out the sources of a small world and returns the arguments that
// name them.
func write(t *testing.T) (dir string, args []string) {
	t.Helper()
	dir = t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, l := range languages() {
		put("locale/"+l+"/LC_MESSAGES/geonames.mo", string(emptyCatalog))
	}
	put("tables/countries.tsv", "KG\t1527747\t41.5\t75\tKyrgyzstan\tKyrgyz\tКиргизия\tкиргизский\n")
	put("tables/regions.tsv", "# none\n")
	put("tables/towns.tsv", "# none\n")
	put("tables/names.tsv", "# none\n")
	put("tables/given-names.txt", "Роза\n")
	return dir, []string{
		"-cities", put("cities.txt", "1527534\tOsh\tOsh\tОш\t40.5\t72.8\tP\tPPLA\tKG\t\t08\t\t\t\t322164\t\t\tAsia/Bishkek\t2022-05-01\n"),
		"-locale", filepath.Join(dir, "locale"),
		"-regions", put("admin1.json", `[{"code":"KG.08","name":"Osh Region"}]`),
		"-districts", put("admin2.json", `[]`),
		"-english", put("words", "nice\n"),
		"-given", put("given", "Roza\n"),
		"-tables", filepath.Join(dir, "tables"),
		"-out", filepath.Join(dir, "out.gz"),
	}
}

func TestRun(t *testing.T) {
	dir, args := write(t)
	var report strings.Builder
	if err := run(args, &report); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(report.String(), "3 places, ") || !strings.HasSuffix(report.String(), "cities as of 2022-05-01\n") {
		t.Errorf("report %q", report.String())
	}
	file, err := os.ReadFile(filepath.Join(dir, "out.gz"))
	if err != nil || !bytes.HasPrefix(file, []byte{0x1f, 0x8b}) {
		t.Errorf("the file begins with %x, %v; want a gzip stream", file[:2], err)
	}
}

func TestRunFaults(t *testing.T) {
	for _, broken := range []string{
		"cities.txt", "admin1.json", "tables/countries.tsv", "tables/regions.tsv", "tables/towns.tsv", "tables/names.tsv", "locale/ru/LC_MESSAGES/geonames.mo",
	} {
		dir, args := write(t)
		if err := os.WriteFile(filepath.Join(dir, broken), []byte("broken\tfile\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := run(args, &strings.Builder{}); err == nil || !strings.Contains(err.Error(), broken) {
			t.Errorf("%s is broken: error %v, want one that names it", broken, err)
		}
		if err := os.Remove(filepath.Join(dir, broken)); err != nil {
			t.Fatal(err)
		}
		if err := run(args, &strings.Builder{}); err == nil {
			t.Errorf("%s is missing: no error", broken)
		}
	}
	if err := run([]string{"-nonsense"}, &strings.Builder{}); err == nil {
		t.Error("no error for an unknown flag")
	}
	_, args := write(t)
	if err := run(append(args, "-out", "/nonexistent/dir/x"), &strings.Builder{}); err == nil {
		t.Error("no error for a file that cannot be written")
	}
}
