package fetcher

import (
	"errors"
	"slices"
	"time"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/region"
	"faultline/services/fetcher/internal/source"
)

// Feed is one feed of the configuration.
type Feed = source.Feed

// LoadFeeds reads all feeds of the configuration: feeds.yaml, and *.yaml and
// *.opml under feeds/.
func LoadFeeds(dir *config.Dir) ([]Feed, error) { return source.Load(dir) }

// Poll bounds how often a feed is asked.
type Poll = source.Poll

// Listed is a feed as it stands in a file.
type Listed = source.Listed

// ListFeeds is LoadFeeds with the place of each feed. The files of edited stand
// in for those of the same name.
func ListFeeds(dir *config.Dir, edited ...config.File) ([]Listed, error) {
	return source.List(dir, edited...)
}

// Document is a file of feeds as the value that it is read over: what its JSON
// Schema is made of.
func Document() any { return source.Empty() }

// Imported is what an OPML document gives.
type Imported = source.Imported

// ImportOPML turns an OPML document into the text of a feeds file; path names
// the document in errors, secrets the directory for passwords. It mends what is
// damaged and leaves out what cannot be taken, each with a warning.
func ImportOPML(path string, data []byte, secrets string) (Imported, error) {
	return source.ImportOPML(path, data, secrets)
}

// ExportOPML writes feeds as OPML 2.0.
func ExportOPML(feeds []Listed) ([]byte, error) { return source.ExportOPML(feeds) }

// Report is what a document gives, or why it is no feed.
type Report = feed.Report

// Summarize reads a feed document as the fetcher would; contentType is the
// HTTP header's value, or empty.
func Summarize(body []byte, contentType, feedID string, now time.Time) Report {
	return feed.Summarize(body, contentType, feedID, now)
}

func asFaults(err error) (config.Errors, bool) {
	var faults config.Errors
	return faults, errors.As(err, &faults)
}

// set is the feeds of one reading of the configuration.
type set struct {
	active []Feed // all but the disabled ones; those that are a source of a region come first, as they are asked first
	byID   map[string]Feed
	place  map[string]int // of a feed in active
	// public is how many of the active ones are beyond this machine's own network, hosts on how many they are.
	public, hosts int
	// regions are those that have a source, sources the ids of their feeds.
	regions []region.Region
	sources map[string][]string
	watched map[string]bool // the feeds that are a source of a region
}

// loadSet reads feeds and regions.
func loadSet(dir *config.Dir) (*set, error) {
	feeds, err := LoadFeeds(dir)
	if err != nil {
		return nil, err
	}
	regions, err := region.Load(dir)
	if err != nil {
		return nil, err
	}
	return newSet(feeds, regions), nil
}

func newSet(feeds []Feed, regions []region.Region) *set {
	s := &set{byID: make(map[string]Feed, len(feeds)), place: make(map[string]int, len(feeds)), sources: map[string][]string{}, watched: map[string]bool{}}
	hosts := map[string]bool{}
	for _, f := range feeds {
		if !f.Disabled {
			s.active = append(s.active, f)
			s.byID[f.ID] = f
			if !f.AllowPrivate {
				s.public++
				hosts[address.Host(f.URL)] = true
			}
		}
	}
	s.hosts = len(hosts)
	for _, r := range regions {
		for _, f := range s.active {
			if r.Covers(f.Country, f.Tags) {
				s.sources[r.ID] = append(s.sources[r.ID], f.ID)
				s.watched[f.ID] = true
			}
		}
		if len(s.sources[r.ID]) > 0 {
			s.regions = append(s.regions, r)
		}
	}
	slices.SortStableFunc(s.active, func(a, b Feed) int {
		switch {
		case s.watched[a.ID] == s.watched[b.ID]:
			return 0
		case s.watched[a.ID]:
			return -1
		default:
			return 1
		}
	})
	for i, f := range s.active {
		s.place[f.ID] = i
	}
	return s
}
