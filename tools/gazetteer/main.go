// Command gazetteer makes the compact file of places that the classifier embeds.
// services/classifier/internal/place/ATTRIBUTION.md says from what, and how to run it.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"faultline/tools/gazetteer/internal/gazette"
	"faultline/tools/gazetteer/internal/source"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gazetteer:", err)
		os.Exit(1)
	}
}

// options are where the sources lie.
type options struct {
	cities, locale, regions, districts, english, given, tables, out string
}

func run(args []string, report io.Writer) error {
	var o options
	flags := flag.NewFlagSet("gazetteer", flag.ContinueOnError)
	flags.StringVar(&o.cities, "cities", "", "GeoNames' city list (cities500.txt)")
	flags.StringVar(&o.locale, "locale", "", "locale directory of libgeonames-common")
	flags.StringVar(&o.regions, "regions", "", "names of first-level regions (admin1.json)")
	flags.StringVar(&o.districts, "districts", "", "names of second-level districts (admin2.json)")
	flags.StringVar(&o.english, "english", "", "English words, one a line")
	flags.StringVar(&o.given, "given", "", "files of given names, one a line, parted by commas")
	flags.StringVar(&o.tables, "tables", "gazetteer/data", "directory of countries.tsv, regions.tsv, towns.tsv, names.tsv and given-names.txt")
	flags.StringVar(&o.out, "out", "", "file to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	from, date, err := o.read()
	if err != nil {
		return err
	}
	g, err := gazette.Build(from)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := g.Encode(&file); err != nil {
		return err
	}
	fmt.Fprintf(report, "%d places, %d names, %d bytes; cities as of %s\n", len(g.Places), len(g.Names), file.Len(), date)
	return os.WriteFile(o.out, file.Bytes(), 0o644)
}

// languages are those whose names for places are taken.
func languages() []string {
	return []string{"en", "ru", "ky", "kk", "uz", "tg", "tk", "uk", "az", "tr", "fr", "es", "ar"}
}

func (o options) read() (from gazette.Sources, date string, err error) {
	from.Catalogs, err = source.Catalogs(o.locale, languages())
	read := func(path string, fn func(io.Reader) error) {
		if err == nil {
			err = open(path, fn)
		}
	}
	read(o.cities, func(r io.Reader) (err error) { from.Cities, date, err = source.Cities(r); return })
	read(o.regions, func(r io.Reader) (err error) { from.Regions, err = source.Regions(r); return })
	read(o.districts, func(r io.Reader) (err error) { from.Districts, err = source.Regions(r); return })
	read(o.english, func(r io.Reader) (err error) { from.English, err = source.Words(r); return })
	for _, path := range append(strings.Split(o.given, ","), filepath.Join(o.tables, "given-names.txt")) {
		read(path, func(r io.Reader) error {
			names, err := source.Words(r)
			from.Given = append(from.Given, names...)
			return err
		})
	}
	table := func(name string, width int, rows *[][]string) {
		read(filepath.Join(o.tables, name), func(r io.Reader) (err error) { *rows, err = source.Table(r, width); return })
	}
	table("countries.tsv", 8, &from.Countries)
	table("regions.tsv", 7, &from.Areas)
	table("towns.tsv", 7, &from.Towns)
	table("names.tsv", 3, &from.Names)
	return from, date, err
}

// open reads one source and says which one was at fault.
func open(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := read(f); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}
