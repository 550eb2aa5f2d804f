package source

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const osh = "1527534\tOsh\tOsh\tOş,Ош\t40.52828\t72.7985\tP\tPPLA\tKG\t\t08\t1\t\t\t322164\t\t1000\tAsia/Bishkek\t2022-05-01\n"

func TestCities(t *testing.T) {
	const empty = "1\tNowhere\tNowhere\t\t1\t-2\tP\tPPL\tKG\t\t\t\t\t\t\t\t\t\t2023-01-02\n"
	cities, newest, err := Cities(strings.NewReader(osh + empty))
	if err != nil {
		t.Fatal(err)
	}
	want := []City{
		{ID: 1527534, Name: "Osh", ASCII: "Osh", Alternates: []string{"Oş", "Ош"}, Lat: 40.52828, Lon: 72.7985, Feature: "PPLA", Country: "KG", Admin1: "08", Admin2: "1", Population: 322164},
		{ID: 1, Name: "Nowhere", ASCII: "Nowhere", Lat: 1, Lon: -2, Feature: "PPL", Country: "KG"},
	}
	if !reflect.DeepEqual(cities, want) || newest != "2023-01-02" {
		t.Errorf("got %+v as of %s, want %+v", cities, newest, want)
	}
}

func TestCitiesFaults(t *testing.T) {
	for name, text := range map[string]string{
		"columns":  osh + "1\tOsh\n",
		"id":       strings.Replace(osh, "1527534", "x", 1),
		"latitude": strings.Replace(osh, "40.52828", "north", 1),
		"people":   strings.Replace(osh, "322164", "many", 1),
	} {
		if _, _, err := Cities(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%s: error %v, want one that names the line", name, err)
		}
	}
}

// catalog builds a compiled gettext catalogue.
func catalog(pairs ...[2]string) []byte {
	header := []uint32{0x950412de, 0, uint32(len(pairs)), 28, uint32(28 + 8*len(pairs)), 0, 0}
	var ids, values, text []byte
	base := uint32(28 + 16*len(pairs))
	put := func(table []byte, s string) []byte {
		table = binary.LittleEndian.AppendUint32(table, uint32(len(s)))
		table = binary.LittleEndian.AppendUint32(table, base+uint32(len(text)))
		text = append(append(text, s...), 0)
		return table
	}
	for _, p := range pairs {
		ids = put(ids, p[0])
	}
	for _, p := range pairs {
		values = put(values, p[1])
	}
	var out []byte
	for _, n := range header {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	return slices.Concat(out, ids, values, text)
}

func TestReadCatalog(t *testing.T) {
	got, err := readCatalog(catalog([2]string{"", "Project-Id-Version: x"}, [2]string{"KG", "Киргизия"}, [2]string{"KG.08", ""}))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Catalog{"KG": "Киргизия"}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestReadCatalogDamaged(t *testing.T) {
	good := catalog([2]string{"KG", "Киргизия"})
	for name, data := range map[string][]byte{
		"empty": nil, "other": []byte("GIF89a, not a catalogue at all"), "cut": good[:len(good)-4],
		"count": append(append(slices.Clone(good[:8]), 0xff, 0xff, 0xff, 0x7f), good[12:]...),
	} {
		if got, err := readCatalog(data); err == nil {
			t.Errorf("%s: read %v, want an error", name, got)
		}
	}
}

func TestCatalogs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ru", "LC_MESSAGES")
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(path, "geonames.mo")
	if err := os.WriteFile(file, catalog([2]string{"KG", "Киргизия"}), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := Catalogs(dir, []string{"ru"})
	if err != nil || got["ru"]["KG"] != "Киргизия" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := Catalogs(dir, []string{"ky"}); err == nil {
		t.Error("no error for a language without a catalogue")
	}
	if err := os.WriteFile(file, []byte("damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Catalogs(dir, []string{"ru"}); err == nil || !strings.Contains(err.Error(), "geonames.mo") {
		t.Errorf("error %v, want one that names the file", err)
	}
}

func TestRegions(t *testing.T) {
	got, err := Regions(strings.NewReader(`[{"code":"KG.08","name":"Osh"}]`))
	if err != nil || got["KG.08"] != "Osh" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := Regions(strings.NewReader("{")); err == nil {
		t.Error("no error for broken JSON")
	}
}

func TestTable(t *testing.T) {
	got, err := Table(strings.NewReader("# a comment\na\tb\n\nc\t\n"), 2)
	if want := [][]string{{"a", "b"}, {"c", ""}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if _, err := Table(strings.NewReader("a\tb\nc\n"), 2); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v, want one about line 2", err)
	}
}

func TestWords(t *testing.T) {
	got, err := Words(strings.NewReader("# a comment\none two\n\nthree\n"))
	if want := []string{"one", "two", "three"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}
