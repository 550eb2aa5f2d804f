package source

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/address"
)

// File is the name of the main file in the configuration directory; more are
// under feeds/, as *.yaml and *.opml.
const File = "feeds.yaml"

// Defaults is what the key "defaults" may hold: what a feed does not say
// itself. Those of feeds.yaml hold for all files, another file may change them
// for its own feeds.
type Defaults struct {
	Country      string   `yaml:"country"`
	Language     string   `yaml:"language"`
	Reliability  string   `yaml:"reliability"`
	Owner        string   `yaml:"owner"`
	Poll         poll     `yaml:"poll"`
	FullText     bool     `yaml:"full_text"`
	AllowPrivate bool     `yaml:"allow_private"`
	Tags         []string `yaml:"tags"`
	Exercise     bool     `yaml:"exercise"`
}

type poll struct {
	Min config.Duration `yaml:"min"`
	Max config.Duration `yaml:"max"`
}

// builtIn is the only list of the defaults.
func builtIn() Defaults {
	return Defaults{Poll: poll{Min: config.Duration(30 * time.Second), Max: config.Duration(15 * time.Minute)}}
}

// entry is one feed as the user writes it.
type entry struct {
	ID          string `yaml:"id"`
	URL         string `yaml:"url"`
	Title       string `yaml:"title"`
	Defaults    `yaml:",inline"`
	Headers     map[string]config.Secret `yaml:"headers"`
	HeadersFile map[string]string        `yaml:"headers_file"` // header to the file that holds its value
	BasicAuth   basicAuth                `yaml:"basic_auth"`
	Disabled    bool                     `yaml:"disabled"`
}

type basicAuth struct {
	Username     string        `yaml:"username"`
	Password     config.Secret `yaml:"password"`
	PasswordFile string        `yaml:"password_file"`
}

// file is one file of feeds. Feeds are decoded one by one, each over the
// defaults.
type file struct {
	Defaults config.Section   `yaml:"defaults"`
	Feeds    []config.Section `yaml:"feeds"`
}

// Layout is a file of feeds as its users know it; file is the same in parts
// that are decoded one by one.
type Layout struct {
	Defaults Defaults `yaml:"defaults"`
	Feeds    []entry  `yaml:"feeds"`
}

// Empty is a file without feeds that holds the built-in defaults.
func Empty() Layout { return Layout{Defaults: builtIn()} }

// Load reads all feeds of the configuration, in the order of the files. Every
// fault of every file is in the error.
func Load(dir *config.Dir) ([]Feed, error) {
	l := &loader{seen: map[string]at{}}
	base, err := l.main(dir)
	if err != nil {
		return nil, err
	}
	for _, pattern := range []string{"feeds/**/*.yaml", "feeds/**/*.opml"} {
		names, err := dir.Glob(pattern)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", pattern, err)
		}
		for _, name := range names {
			f, err := dir.Read(name)
			if err != nil {
				return nil, fmt.Errorf("reading feeds: %w", err)
			}
			if strings.HasSuffix(name, ".opml") {
				l.opml(f, base)
			} else {
				l.yaml(f, base)
			}
		}
	}
	return l.feeds, l.faults.Err()
}

// loader gathers feeds and faults over the files.
type loader struct {
	feeds  []Feed
	faults config.Errors
	seen   map[string]at // "id x" or "url x" to where it was first
}

// main reads feeds.yaml and returns its defaults. A configuration without that
// file has none of its own.
func (l *loader) main(dir *config.Dir) (Defaults, error) {
	f, err := dir.Read(File)
	if errors.Is(err, fs.ErrNotExist) {
		return builtIn(), nil
	}
	if err != nil {
		return builtIn(), fmt.Errorf("reading feeds: %w", err)
	}
	return l.yaml(f, builtIn()), nil
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

// yaml reads one file over the base and returns its own defaults.
func (l *loader) yaml(f config.File, base Defaults) Defaults {
	var content file
	if err := f.Decode(&content); err != nil {
		l.fault(f, err)
		return base
	}
	own := base
	own.Tags = slices.Clone(base.Tags)
	if err := content.Defaults.Bind(f, "", nil).Decode(&own); err != nil {
		l.fault(f, err)
		return base
	}
	if faults := own.check(at{file: f, path: "$.defaults"}); len(faults) > 0 {
		l.faults = append(l.faults, faults...)
		return base
	}
	for i, section := range content.Feeds {
		e := entry{Defaults: own}
		e.Tags = slices.Clone(own.Tags)
		if err := section.Bind(f, "", nil).Decode(&e); err != nil {
			l.fault(f, err)
			continue
		}
		l.add(e, at{file: f, path: config.Index("$.feeds", i)})
	}
	return own
}

// at is a place in a file: a YAML path, below which faults are, or a line.
type at struct {
	file         config.File
	path         string
	line, column int // instead of path, when line is not 0
}

func (a at) errorf(key, remedy, format string, args ...any) *config.Error {
	if a.line > 0 {
		return &config.Error{Path: a.file.Path, Line: a.line, Column: a.column, Message: fmt.Sprintf(format, args...), Remedy: remedy}
	}
	return a.file.Errorf(a.path+"."+key, remedy, format, args...)
}

// position is where a key is, for the reader of another fault.
func (a at) position(key string) string {
	line := a.line
	if line == 0 {
		line = a.file.At(a.path + "." + key).Line
	}
	return fmt.Sprintf("%s:%d", a.file.Path, line)
}

// add takes a feed when nothing is wrong with it.
func (l *loader) add(e entry, where at) {
	feed, faults := e.resolve(where)
	faults = append(faults, l.duplicate(feed, where)...)
	l.faults = append(l.faults, faults...)
	if len(faults) == 0 {
		l.feeds = append(l.feeds, feed)
	}
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

// check finds what is wrong with values that a feed and the defaults share, and
// brings them into their canonical form.
func (d *Defaults) check(where at) (faults config.Errors) {
	if d.Country != "" {
		region, err := language.ParseRegion(d.Country)
		if err != nil || !region.IsCountry() || region.String() != d.Country {
			faults = append(faults, where.errorf("country", "write two capital letters, such as KG", "%q is no country code of ISO 3166-1", d.Country))
		}
	}
	if d.Language != "" {
		tag, err := language.Parse(d.Language)
		if err != nil {
			faults = append(faults, where.errorf("language", "write a language tag, such as ru or ky", "%q is no language of BCP 47", d.Language))
		}
		d.Language = tag.String()
	}
	if d.Reliability != "" && !strings.Contains("ABCDEF", d.Reliability) || len(d.Reliability) > 1 {
		faults = append(faults, where.errorf("reliability", "write A (reliable) to F (cannot be judged)", "%q is no reliability", d.Reliability))
	}
	if d.FullText {
		faults = append(faults, where.errorf("full_text", "leave it out or write false", "fetching the article behind an item is not built yet"))
	}
	return append(faults, d.Poll.check(where)...)
}

// minPoll is the shortest interval that makes sense: tokens fire four times a
// second.
const minPoll = time.Second

func (p poll) check(where at) config.Errors {
	switch {
	case p.Min.Std() < minPoll:
		return config.Errors{where.errorf("poll.min", "write 1s or more", "a feed cannot be asked every %s", p.Min)}
	case p.Max < p.Min:
		return config.Errors{where.errorf("poll.max", "make poll.max at least poll.min", "poll.max %s is below poll.min %s", p.Max, p.Min)}
	case p.Max.Std() > 7*24*time.Hour:
		return config.Errors{where.errorf("poll.max", "write 7d or less, or disable the feed", "poll.max %s is more than a week", p.Max)}
	}
	return nil
}

// resolve makes the feed that the entry describes.
func (e entry) resolve(where at) (Feed, config.Errors) {
	faults := e.check(where)
	if e.URL == "" {
		return Feed{}, append(faults, where.errorf("url", "add url: https://...", "the feed has no address"))
	}
	if _, err := address.Parse(e.URL); err != nil {
		faults = append(faults, where.errorf("url", "write an address that begins with http:// or https://; user names belong into basic_auth", "%v", err))
	}
	if e.ID == "" {
		e.ID = DeriveID(e.URL)
	} else if err := checkID(e.ID); err != nil {
		faults = append(faults, where.errorf("id", "use letters, digits, - and _", "%v", err))
	}
	headers, headerFaults := e.headers(where)
	password, err := config.ReadSecret(e.BasicAuth.Password, e.BasicAuth.PasswordFile)
	if err != nil {
		faults = append(faults, where.errorf("basic_auth", "", "%v", err))
	}
	return Feed{
		ID: e.ID, URL: e.URL, Title: e.Title, Country: e.Country, Language: e.Language, Reliability: e.Reliability, Owner: e.Owner,
		Poll: Poll{Min: e.Poll.Min.Std(), Max: e.Poll.Max.Std()}, AllowPrivate: e.AllowPrivate, Headers: headers,
		Username: e.BasicAuth.Username, Password: password, Tags: e.Tags, Exercise: e.Exercise, Disabled: e.Disabled,
	}, append(faults, headerFaults...)
}

// headers are the ones written out and those from files.
func (e entry) headers(where at) (headers map[string]config.Secret, faults config.Errors) {
	headers = maps.Clone(e.Headers)
	for _, name := range slices.Sorted(maps.Keys(e.HeadersFile)) {
		value, err := config.ReadSecret(e.Headers[name], e.HeadersFile[name])
		if err != nil {
			faults = append(faults, where.errorf("headers_file."+name, "", "%v", err))
		}
		if headers == nil {
			headers = map[string]config.Secret{}
		}
		headers[name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if err := checkHeader(name, headers[name].Reveal()); err != nil {
			faults = append(faults, where.errorf("headers", "leave it out", "%v", err))
		}
	}
	return headers, faults
}
