package source

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/address"
)

// Listed is a feed as it stands in a file.
type Listed struct {
	Feed
	File config.File
	Line int // where it begins, from 1
	// Index is which of the file's feeds it is, from 0.
	Index int
	// Verified is the day on which somebody last saw that its address works;
	// zero when nobody did.
	Verified time.Time
}

// Load reads all feeds of the configuration, in the order of the files. Every
// fault of every file is in the error.
func Load(dir *config.Dir) ([]Feed, error) {
	listed, err := List(dir)
	if err != nil {
		return nil, err
	}
	feeds := make([]Feed, len(listed))
	for i := range listed {
		feeds[i] = listed[i].Feed
	}
	return feeds, nil
}

// List is Load with the place of each feed. The files of edited stand in for
// those of the same name.
func List(dir *config.Dir, edited ...config.File) ([]Listed, error) {
	l := &loader{dir: dir, edited: edited, seen: map[string]at{}, catalogue: map[string]bool{}}
	base, err := l.main()
	if err != nil {
		return nil, err
	}
	for _, ending := range []string{".yaml", ".opml"} {
		names, err := l.names(ending)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			f, err := l.read(name)
			switch {
			case err != nil:
				return nil, fmt.Errorf("reading feeds: %w", err)
			case (l.dir.AsShipped(f) || l.chosen && l.dir.Ships(name)) && !l.catalogue[name]:
			case ending == ".opml":
				l.opml(f, base)
			default:
				l.yaml(f, base)
			}
		}
	}
	return l.feeds, l.faults.Err()
}

// loader gathers feeds and faults over the files.
type loader struct {
	dir    *config.Dir
	edited []config.File // read in place of the files of their names
	// catalogue holds the shipped files that feeds.yaml asks for: the others are
	// there to be chosen from.
	catalogue map[string]bool
	// chosen is set when feeds.yaml says which lists it wants: then a copy of one
	// that it does not name is left out, too.
	chosen bool
	feeds  []Listed
	faults config.Errors
	seen   map[string]at // "id x" or "url x" to where it was first
}

func (l *loader) read(name string) (config.File, error) {
	for _, f := range l.edited {
		if f.Name == name {
			return f, nil
		}
	}
	return l.dir.Read(name)
}

// names are the files under feeds/ of that ending.
func (l *loader) names(ending string) ([]string, error) {
	names, err := l.dir.Glob("feeds/**/*" + ending)
	if err != nil {
		return nil, fmt.Errorf("listing the files of feeds: %w", err)
	}
	for _, f := range l.edited {
		if strings.HasPrefix(f.Name, "feeds/") && strings.HasSuffix(f.Name, ending) {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// main reads feeds.yaml and returns its defaults. A configuration without that
// file has none of its own.
func (l *loader) main() (Defaults, error) {
	f, err := l.read(File)
	if errors.Is(err, fs.ErrNotExist) {
		return builtIn(), nil
	}
	if err != nil {
		return builtIn(), fmt.Errorf("reading feeds: %w", err)
	}
	return l.yaml(f, builtIn()), nil
}

// choose notes the shipped lists that feeds.yaml asks for.
func (l *loader) choose(f config.File, lists []string) {
	if len(lists) > 0 && f.Name != File {
		l.faults = append(l.faults, f.Errorf("$.catalogue", "write it into feeds.yaml", "only feeds.yaml chooses from the catalogue"))
		return
	}
	known, err := l.dir.Glob("feeds/*.yaml")
	if err != nil {
		l.fault(f, err)
		return
	}
	l.chosen = l.chosen || f.Name == File && lists != nil
	for i, list := range lists {
		name := "feeds/" + list + ".yaml"
		if !slices.Contains(known, name) {
			l.faults = append(l.faults, f.Errorf(config.Index("$.catalogue", i), "the lists are "+listNames(known), "there is no list %q", list))
		}
		l.catalogue[name] = true
	}
}

// listNames names lists by their files.
func listNames(files []string) string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(f, "feeds/"), ".yaml")
	}
	return strings.Join(names, ", ")
}

// fault keeps what went wrong with a file.
func (l *loader) fault(f config.File, err error) {
	var faults config.Errors
	if errors.As(err, &faults) {
		l.faults = append(l.faults, faults...)
		return
	}
	l.faults = append(l.faults, &config.Error{Path: f.Path, Message: err.Error()})
}

// readable keeps what went wrong with a file that was decoded, and reports whether the rest of
// it can be looked at.
func (l *loader) readable(f config.File, err error) bool {
	var faults config.Errors
	if faults.Take(err) {
		l.faults = append(l.faults, faults...)
		return true
	}
	l.fault(f, err)
	return false
}

// yaml reads one file over the base and returns its own defaults.
func (l *loader) yaml(f config.File, base Defaults) Defaults {
	var content file
	if err := f.Decode(&content); !l.readable(f, err) {
		return base
	}
	l.choose(f, content.Catalogue)
	own := base
	own.Tags = slices.Clone(base.Tags)
	if err := content.Defaults.Bind(f, "", nil).Decode(&own); !l.readable(f, err) {
		return base
	}
	if faults := own.check(at{file: f, path: "$.defaults"}); len(faults) > 0 {
		l.faults = append(l.faults, faults...)
		return base
	}
	for i, section := range content.Feeds {
		e := entry{Defaults: own}
		e.Tags = slices.Clone(own.Tags)
		err := section.Bind(f, "", nil).Decode(&e)
		if !l.readable(f, err) || err != nil && e.URL == "" { // the key that there is not was to be the address
			continue
		}
		l.add(e, at{file: f, path: config.Index("$.feeds", i), index: i, begin: section.Position().Line})
	}
	return own
}

// add takes a feed when nothing is wrong with it.
func (l *loader) add(e entry, where at) {
	feed, faults := e.resolve(where)
	faults = append(faults, l.duplicate(feed, where)...)
	verified, err := e.verified()
	if err != nil {
		faults = append(faults, where.errorf("verified", "write a day such as 2026-05-31, or leave it out", "%v", err))
	}
	l.faults = append(l.faults, faults...)
	if len(faults) == 0 {
		l.feeds = append(l.feeds, Listed{Feed: feed, File: where.file, Line: max(where.line, where.begin), Index: where.index, Verified: verified})
	}
}

// verified is the day on which the address was seen to work.
func (e entry) verified() (time.Time, error) {
	if e.Verified == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, e.Verified)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no day", e.Verified)
	}
	return day, nil
}

// duplicate refuses a second feed of the same id or address.
func (l *loader) duplicate(feed Feed, where at) config.Errors {
	u, err := address.Parse(feed.URL)
	if err != nil {
		return nil // reported already
	}
	for _, c := range []struct{ key, value, remedy string }{
		{"url", addressKey(u), "remove one of them"},
		{"id", feed.ID, "give each feed an id of its own"},
	} {
		if first, ok := l.seen[c.key+" "+c.value]; ok {
			return config.Errors{where.errorf(c.key, c.remedy, "the same %s as the feed at %s", c.key, first.position(c.key))}
		}
		l.seen[c.key+" "+c.value] = where
	}
	return nil
}
