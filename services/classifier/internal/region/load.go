package region

import (
	"strings"

	"faultline/pkg/config"
)

// File is the name of the file of regions in the configuration.
const File = "regions.yaml"

// Content is what the file holds.
type Content struct {
	Regions []Region `yaml:"regions"`
}

// Unplaced is the name under which stories without a region are routed; no
// region may have it.
const Unplaced = "unplaced"

// Gazetteer says which countries, first-level areas and names there are. An empty
// admin1 asks for the country.
type Gazetteer interface {
	Knows(country, admin1 string) bool
	Named(name string) bool
}

// Load reads regions.yaml. The error names every fault with its line and column.
func Load(dir *config.Dir, known Gazetteer) (*Set, error) {
	file, err := dir.Read(File)
	if err != nil {
		return nil, err
	}
	var content Content
	c := checker{file: file, known: known, ids: make(map[string]bool)}
	if err := file.Decode(&content); !c.faults.Take(err) {
		return nil, err
	}
	for i := range content.Regions {
		c.region(config.Index("$.regions", i), &content.Regions[i])
	}
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	return newSet(content.Regions), nil
}

// checker collects the faults of a file.
type checker struct {
	file   config.File
	known  Gazetteer
	ids    map[string]bool
	faults config.Errors
}

func (c *checker) fault(path, remedy, format string, args ...any) {
	c.faults = append(c.faults, c.file.Errorf(path, remedy, format, args...))
}

func (c *checker) region(path string, r *Region) {
	switch {
	case r.ID == "":
		c.fault(path, "give it one of small letters, digits and hyphens, as in \"ferghana-valley\"", "the region has no id")
	case strings.Trim(r.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		c.fault(path+".id", "use small letters, digits and hyphens only", "region id %q has other characters", r.ID)
	case r.ID == Unplaced:
		c.fault(path+".id", "choose another id", "%q is the name for stories without a region", r.ID)
	case c.ids[r.ID]:
		c.fault(path+".id", "give each region its own id", "region id %q is used twice", r.ID)
	}
	c.ids[r.ID] = true
	if r.Title == "" {
		c.fault(path, "add title: the name that alerts show", "region %q has no title", r.ID)
	}
	if len(r.Countries)+len(r.Admin1)+len(r.Places) == 0 {
		c.fault(path, "add countries, admin1 or places", "region %q holds nothing, so no story can belong to it", r.ID)
	}
	for i, code := range r.Countries {
		if !c.known.Knows(code, "") || code == "" {
			c.fault(config.Index(path+".countries", i), "write the two letters of ISO 3166-1, as in KG", "there is no country %q", code)
		}
	}
	for i, code := range r.Admin1 {
		country, admin1, _ := strings.Cut(code, ".")
		if admin1 == "" || !c.known.Knows(country, admin1) {
			c.fault(config.Index(path+".admin1", i), "write country and GeoNames code, as in KG.08", "there is no first-level area %q", code)
		}
	}
	for i, name := range r.Places {
		if name != "" && !c.known.Named(name) {
			c.fault(config.Index(path+".places", i), "write a name as faultline places shows it", "there is no place %q", name)
		}
	}
	c.repeated(path+".countries", r.Countries)
	c.repeated(path+".admin1", r.Admin1)
	c.repeated(path+".places", r.Places)
}

// repeated finds entries that a list has twice.
func (c *checker) repeated(path string, list []string) {
	seen := make(map[string]bool, len(list))
	for i, entry := range list {
		if entry == "" {
			c.fault(config.Index(path, i), "remove the entry", "the entry is empty")
		}
		if seen[entry] {
			c.fault(config.Index(path, i), "remove one of the two", "%q is listed twice", entry)
		}
		seen[entry] = true
	}
}
