package source

import (
	"slices"
	"strings"
	"testing"
)

func TestCitiesNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		osh + osh + "short\n": "line 3 has 1 columns, want 19",
		osh + strings.Replace(osh, "1527534", "4294967296", 1): "line 2: ",
		strings.Replace(osh, "72.7985", "1,5", 1):              "line 1: strconv.ParseFloat",
		strings.Replace(osh, "322164", "-1", 1):                "line 1: strconv.Atoi",
		"\n":                                                   "line 1 has 1 columns, want 19",
		osh + strings.Repeat("x", 2<<20) + "\n":                "token too long",
	} {
		cities, newest, err := Cities(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || len(want) == 0 {
			t.Errorf("%.60q: got %v, want %s", text, err, want)
		}
		if strings.HasPrefix(want, "line") && (cities != nil || newest != "") {
			t.Errorf("%.60q: half a list is returned", text)
		}
	}
}

func TestNewestIsTheLargestDate(t *testing.T) {
	at := func(date string) string { return strings.Replace(osh, "2022-05-01", date, 1) }
	cities, newest, err := Cities(strings.NewReader(at("2021-12-31") + at("2024-01-02") + at("2023-06-30")))
	if err != nil || newest != "2024-01-02" || len(cities) != 3 {
		t.Errorf("%d cities as of %s, %v", len(cities), newest, err)
	}
	if cities, newest, err = Cities(strings.NewReader("")); err != nil || newest != "" || len(cities) != 0 {
		t.Errorf("an empty list: %v as of %q, %v", cities, newest, err)
	}
}

// Whatever a catalogue is cut to or changed into, reading it does not crash.
func TestFaultDamagedCatalogues(t *testing.T) {
	good := catalog([2]string{"KG", "Киргизия"}, [2]string{"UZ", "Узбекистан"})
	for n := range good {
		if got, err := readCatalog(good[:n]); err == nil && len(got) > 2 {
			t.Errorf("%d bytes give %v", n, got)
		}
	}
	for at := range good {
		for _, b := range []byte{0x00, 0x7f, 0xff} {
			bad := slices.Clone(good)
			bad[at] = b
			if got, err := readCatalog(bad); err == nil && len(got) > 2 {
				t.Errorf("byte %d as %x: %v", at, b, got)
			}
		}
	}
}

func TestTableCountsLinesWithComments(t *testing.T) {
	_, err := Table(strings.NewReader("# one\n\na\tb\n# four\na\tb\tc\n"), 2)
	if err == nil || err.Error() != "line 5 has 3 columns, want 2" {
		t.Errorf("got %v", err)
	}
	if _, err := Table(strings.NewReader(strings.Repeat("x", 1<<20)), 1); err == nil {
		t.Error("a line of a megabyte was cut without a word")
	}
	if _, err := Words(strings.NewReader(strings.Repeat("x", 1<<20))); err == nil {
		t.Error("a word of a megabyte was cut without a word")
	}
}
