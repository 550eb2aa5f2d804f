package source

import (
	"fmt"
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
	// AllowDowngrade follows a redirect of this feed from https to http. It is no
	// default: a list of feeds would be open to whoever is on the way to any of them.
	AllowDowngrade bool `yaml:"allow_downgrade"`
	Disabled       bool `yaml:"disabled"`
	// Verified is the day on which the address was last seen to work, as
	// 2026-05-31; without it the address is a guess.
	Verified string `yaml:"verified"`
}

type basicAuth struct {
	Username     string        `yaml:"username"`
	Password     config.Secret `yaml:"password"`
	PasswordFile string        `yaml:"password_file"`
}

// file is one file of feeds. Feeds are decoded one by one, each over the
// defaults.
type file struct {
	Catalogue []string         `yaml:"catalogue"`
	Defaults  config.Section   `yaml:"defaults"`
	Feeds     []config.Section `yaml:"feeds"`
}

// Layout is a file of feeds as its users know it; file is the same in parts
// that are decoded one by one.
type Layout struct {
	// Catalogue names the shipped lists that are watched too, by their files
	// under feeds/ without the ending. In feeds.yaml alone.
	Catalogue []string `yaml:"catalogue"`
	Defaults  Defaults `yaml:"defaults"`
	Feeds     []entry  `yaml:"feeds"`
}

// Empty is a file without feeds that holds the built-in defaults.
func Empty() Layout { return Layout{Defaults: builtIn()} }

// at is a place in a file: a YAML path, below which faults are, or a line.
type at struct {
	file         config.File
	path         string
	line, column int // instead of path, when line is not 0
	index        int // of the feed in its file
	begin        int // the line on which it begins, when path is set
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

// meantLanguage is the code of ISO 639-1 that somebody meant who wrote a longer one
// of a language without letters of its own: kyr, which is Kuruáya, for ky. It is ""
// where the language is one that feeds may have.
func meantLanguage(tag language.Tag) string {
	base, _ := tag.Base()
	if _, known := tag.Script(); known != language.No || len(base.String()) < 3 {
		return ""
	}
	short, err := language.ParseBase(base.String()[:2])
	if err != nil {
		return ""
	}
	return short.String()
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
		} else if short := meantLanguage(tag); short != "" {
			faults = append(faults, where.errorf("language", fmt.Sprintf("did you mean %q?", short), "%q is a language that nobody is known to write", d.Language))
		}
		d.Language = tag.String()
	}
	if d.Reliability != "" && !strings.Contains("ABCDEF", d.Reliability) || len(d.Reliability) > 1 {
		faults = append(faults, where.errorf("reliability", "write A (reliable) to F (cannot be judged)", "%q is no reliability", d.Reliability))
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
	password, err := config.ReadSecret(e.BasicAuth.Password, where.file.Resolve(e.BasicAuth.PasswordFile))
	if err != nil {
		faults = append(faults, where.errorf("basic_auth", "", "%v", err))
	}
	return Feed{
		ID: e.ID, URL: e.URL, Title: e.Title, Country: e.Country, Language: e.Language, Reliability: e.Reliability, Owner: e.Owner,
		Poll: Poll{Min: e.Poll.Min.Std(), Max: e.Poll.Max.Std()}, AllowPrivate: e.AllowPrivate, AllowDowngrade: e.AllowDowngrade, FullText: e.FullText, Headers: headers,
		Username: e.BasicAuth.Username, Password: password, Tags: e.Tags, Exercise: e.Exercise, Disabled: e.Disabled,
	}, append(faults, headerFaults...)
}

// headers are the ones written out and those from files.
func (e entry) headers(where at) (headers map[string]config.Secret, faults config.Errors) {
	headers = maps.Clone(e.Headers)
	for _, name := range slices.Sorted(maps.Keys(e.HeadersFile)) {
		value, err := config.ReadSecret(e.Headers[name], where.file.Resolve(e.HeadersFile[name]))
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
