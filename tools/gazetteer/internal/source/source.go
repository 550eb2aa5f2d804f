// Package source reads what the gazetteer is made from: GeoNames' city list,
// the catalogues of names per language that are made from GeoNames, word lists,
// and the tables beside this generator.
package source

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// City is a line of GeoNames' city list.
type City struct {
	ID         uint32
	Name       string
	ASCII      string
	Alternates []string
	Lat, Lon   float64
	Feature    string // feature code: PPL, PPLA, PPLC, ...
	Country    string
	Admin1     string
	Admin2     string
	Population int
}

// The columns of GeoNames' "geoname" tables,
// https://download.geonames.org/export/dump/readme.txt.
const (
	columnID = iota
	columnName
	columnASCII
	columnAlternates
	columnLat
	columnLon
	_
	columnFeature
	columnCountry
	_
	columnAdmin1
	columnAdmin2
	_
	_
	columnPopulation
	_
	_
	_
	columnModified
	columns
)

// Cities reads GeoNames' city list and the date of its newest line.
func Cities(r io.Reader) (cities []City, newest string, err error) {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, 1<<20)
	for line := 1; scan.Scan(); line++ {
		f := strings.Split(scan.Text(), "\t")
		if len(f) < columns {
			return nil, "", fmt.Errorf("line %d has %d columns, want %d", line, len(f), columns)
		}
		c, err := city(f)
		if err != nil {
			return nil, "", fmt.Errorf("line %d: %w", line, err)
		}
		cities, newest = append(cities, c), max(newest, f[columnModified])
	}
	return cities, newest, scan.Err()
}

func city(f []string) (City, error) {
	id, errID := strconv.ParseUint(f[columnID], 10, 32)
	lat, errLat := strconv.ParseFloat(f[columnLat], 64)
	lon, errLon := strconv.ParseFloat(f[columnLon], 64)
	population, errPopulation := strconv.Atoi("0" + f[columnPopulation])
	c := City{
		ID: uint32(id), Name: f[columnName], ASCII: f[columnASCII], Lat: lat, Lon: lon,
		Feature: f[columnFeature], Country: f[columnCountry], Admin1: f[columnAdmin1], Admin2: f[columnAdmin2], Population: population,
	}
	if f[columnAlternates] != "" {
		c.Alternates = strings.Split(f[columnAlternates], ",")
	}
	return c, errors.Join(errID, errLat, errLon, errPopulation)
}

// Catalog is a gettext catalogue: names in one language by GeoNames id, country
// code ("KG") or first-level region ("KG.03").
type Catalog map[string]string

// readCatalog reads a compiled gettext catalogue (GNU gettext manual, "The
// Format of GNU MO Files").
func readCatalog(data []byte) (Catalog, error) {
	word := func(at uint32) uint32 {
		if uint64(at)+4 > uint64(len(data)) {
			return 0
		}
		return binary.LittleEndian.Uint32(data[at:])
	}
	if word(0) != 0x950412de {
		return nil, errors.New("not a little-endian gettext catalogue")
	}
	text := func(table, i uint32) (string, error) {
		length, start := uint64(word(table+8*i)), uint64(word(table+8*i+4))
		if start+length > uint64(len(data)) {
			return "", fmt.Errorf("string %d lies outside the file", i)
		}
		return string(data[start : start+length]), nil
	}
	count, ids, values := word(8), word(12), word(16)
	if uint64(count)*16 > uint64(len(data)) {
		return nil, fmt.Errorf("%d strings do not fit into the file", count)
	}
	out := make(Catalog, count)
	for i := range count {
		key, errKey := text(ids, i)
		value, errValue := text(values, i)
		if err := errors.Join(errKey, errValue); err != nil {
			return nil, err
		}
		if key != "" && value != "" {
			out[key] = value
		}
	}
	return out, nil
}

// Catalogs reads the catalogues of the languages below a locale directory
// (dir/ru/LC_MESSAGES/geonames.mo).
func Catalogs(dir string, languages []string) (map[string]Catalog, error) {
	out := make(map[string]Catalog, len(languages))
	for _, l := range languages {
		path := filepath.Join(dir, l, "LC_MESSAGES", "geonames.mo")
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if out[l], err = readCatalog(data); err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
	}
	return out, nil
}

// Regions reads the names of first-level regions by code from a JSON list of
// {"code": "KG.03", "name": "Jalal-Abad"}.
func Regions(r io.Reader) (map[string]string, error) {
	var list []struct{ Code, Name string }
	if err := json.NewDecoder(r).Decode(&list); err != nil {
		return nil, err
	}
	out := make(map[string]string, len(list))
	for _, e := range list {
		out[e.Code] = e.Name
	}
	return out, nil
}

// Table reads a tab-separated table with comments ("# ...") and exactly the
// given number of columns.
func Table(r io.Reader, width int) ([][]string, error) {
	var out [][]string
	scan := bufio.NewScanner(r)
	for line := 1; scan.Scan(); line++ {
		if text := scan.Text(); text != "" && text[0] != '#' {
			f := strings.Split(text, "\t")
			if len(f) != width {
				return nil, fmt.Errorf("line %d has %d columns, want %d", line, len(f), width)
			}
			out = append(out, f)
		}
	}
	return out, scan.Err()
}

// Words reads a list of words, one or more a line.
func Words(r io.Reader) ([]string, error) {
	var out []string
	scan := bufio.NewScanner(r)
	for scan.Scan() {
		if line := scan.Text(); !strings.HasPrefix(line, "#") {
			out = append(out, strings.Fields(line)...)
		}
	}
	return out, scan.Err()
}
