// Package region says which feeds are the sources of a region that the desk
// watches.
//
// regions.yaml is the classifier's, which checks it against its gazetteer. A
// fetcher needs no gazetteer and a wing imports no other, so the little that is
// wanted here, ids, titles and countries, is read from the file itself.
package region

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"faultline/pkg/config"
)

// File is the name of the file of regions in the configuration.
const File = "regions.yaml"

// Region is one region of the file.
type Region struct {
	ID, Title string
	Countries []string // ISO 3166-1, those of its first-level areas too
}

// content is the file; places tell stories apart, not sources.
type content struct {
	Regions []struct {
		ID        string   `yaml:"id"`
		Title     string   `yaml:"title"`
		Countries []string `yaml:"countries"`
		Admin1    []string `yaml:"admin1"`
		Places    []string `yaml:"places"`
	} `yaml:"regions"`
}

// Load reads regions.yaml. Without the file there is no region. What a desk may
// write in it is checked by the classifier.
func Load(dir *config.Dir) ([]Region, error) {
	file, err := dir.Read(File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var c content
	if err := file.Decode(&c); err != nil {
		return nil, err
	}
	var regions []Region
	for _, r := range c.Regions {
		countries := slices.Clone(r.Countries)
		for _, code := range r.Admin1 {
			country, _, _ := strings.Cut(code, ".")
			countries = append(countries, country)
		}
		slices.Sort(countries)
		regions = append(regions, Region{ID: r.ID, Title: r.Title, Countries: slices.Compact(countries)})
	}
	return regions, nil
}

// Covers reports whether a feed is a source of the region: by its country, or
// by a tag that is the region's id.
func (r Region) Covers(country string, tags []string) bool {
	return country != "" && slices.Contains(r.Countries, country) || slices.Contains(tags, r.ID)
}
