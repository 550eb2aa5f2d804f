package source

import (
	"time"

	"faultline/pkg/config"
)

// written is a feed as it is written into a file: what its defaults say already
// is left out. Headers and passwords are no part of it, and of users those alone that an
// import found.
type written struct {
	ID             string      `yaml:"id,omitempty"`
	URL            string      `yaml:"url"`
	Title          string      `yaml:"title,omitempty"`
	Country        string      `yaml:"country,omitempty"`
	Language       string      `yaml:"language,omitempty"`
	Reliability    string      `yaml:"reliability,omitempty"`
	Owner          string      `yaml:"owner,omitempty"`
	Poll           writtenPoll `yaml:"poll,omitempty,flow"`
	AllowPrivate   bool        `yaml:"allow_private,omitempty"`
	AllowDowngrade bool        `yaml:"allow_downgrade,omitempty"`
	FullText       bool        `yaml:"full_text,omitempty"`
	BasicAuth      writtenUser `yaml:"basic_auth,omitempty,flow"`
	Tags           []string    `yaml:"tags,omitempty,flow"`
	Exercise       bool        `yaml:"exercise,omitempty"`
	Disabled       bool        `yaml:"disabled,omitempty"`
	Verified       day         `yaml:"verified,omitempty"`
}

// day is a date, which YAML wants no quotes for.
type day string

// MarshalYAML implements yaml.BytesMarshaler.
func (d day) MarshalYAML() ([]byte, error) { return []byte(d), nil }

type writtenPoll struct {
	Min string `yaml:"min,omitempty"`
	Max string `yaml:"max,omitempty"`
}

type writtenUser struct {
	Username     string `yaml:"username,omitempty"`
	PasswordFile string `yaml:"password_file,omitempty"`
}

// written is the feed as it is written over defaults.
func (f *Listed) written(defaults Defaults) written {
	w := written{
		ID: f.ID, URL: f.URL, Title: f.Title, Country: f.Country, Language: f.Language, Reliability: f.Reliability, Owner: f.Owner,
		AllowPrivate: f.AllowPrivate, AllowDowngrade: f.AllowDowngrade, FullText: f.FullText, Tags: f.Tags, Exercise: f.Exercise, Disabled: f.Disabled,
	}
	if f.ID == DeriveID(f.URL) {
		w.ID = ""
	}
	if f.Poll.Min != defaults.Poll.Min.Std() {
		w.Poll.Min = config.Duration(f.Poll.Min).String()
	}
	if f.Poll.Max != defaults.Poll.Max.Std() {
		w.Poll.Max = config.Duration(f.Poll.Max).String()
	}
	if !f.Verified.IsZero() {
		w.Verified = day(f.Verified.Format(time.DateOnly))
	}
	return w
}
