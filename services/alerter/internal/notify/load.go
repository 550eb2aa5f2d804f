// Package notify is Alertmanager, as far as Faultline uses it: its
// configuration language, its routing tree, its time intervals, its templates
// and its senders. No other package imports Alertmanager.
package notify

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"time"

	"faultline/pkg/config"

	am "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/timeinterval"
	commoncfg "github.com/prometheus/common/config"
)

// File is the name of the configuration file that this package reads.
const File = "alerting.yaml"

// Options are what the file does not say.
type Options struct {
	// ExternalURL is where readers reach this alerter, for templates; may be nil.
	ExternalURL *url.URL
	Logger      *slog.Logger // nil discards
	// Deadline bounds one try of one sender; 0 means 30 s.
	Deadline time.Duration
	// WebhookSecret signs what webhooks are sent; empty for no signature.
	WebhookSecret config.Secret
	// Channels are those that the file has no word for.
	Channels []Channels
	// LinkLocal are the receivers whose channels may be at link-local addresses.
	LinkLocal []string

	reach boundary // of the receiver that is built
}

// Config is a routing tree with its receivers, ready to use.
type Config struct {
	root      *dispatch.Route
	routes    map[routeID]Route
	converted map[*dispatch.Route]Route
	asking    map[*dispatch.Route]bool // whether a matcher on the way to it asks for kinds of change
	receivers []Receiver
	intervals *timeinterval.Intervener
	spans     map[string][]timeinterval.TimeInterval // that the intervals are made of, by name
	file      *am.Config

	inhibitions []Inhibition
	regions     map[string]string // titles of regions.yaml, by id
	warnings    config.Errors
}

// Alertmanager is the file as Alertmanager reads it. It is not to be changed.
func (c *Config) Alertmanager() *am.Config { return c.file }

// Receiver is a name in the routing tree with the channels behind it.
type Receiver struct {
	Name         string
	Integrations []*Integration
}

// Load reads alerting.yaml and its templates. What it refuses it names with
// file and line. Nothing is sent and no connection is opened.
func Load(dir *config.Dir, o Options) (*Config, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Deadline == 0 {
		o.Deadline = 30 * time.Second
	}
	file, err := dir.Read(File)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", File, err)
	}
	// Our reader first: it bounds what a file may do, and knows the column.
	var shape map[string]any
	if err := file.Decode(&shape); err != nil {
		return nil, err
	}
	faults := unsupported(file, shape)
	cfg, err := parse(file, shape)
	if refused, ok := errors.AsType[config.Errors](err); ok {
		faults = append(faults, refused...)
		cfg = inhibiting(shape)
	}
	if faults = append(faults, checkInhibitions(file, cfg)...); len(faults) > 0 {
		return nil, faults.Err()
	}
	resolve(file, cfg)
	t, err := loadTemplates(dir, cfg.Templates, o.ExternalURL)
	if err != nil {
		return nil, err
	}
	spans := intervals(cfg)
	c := &Config{file: cfg, root: dispatch.NewRoute(cfg.Route, nil), intervals: timeinterval.NewIntervener(spans), spans: spans, inhibitions: inhibitions(cfg), regions: regionTitles(dir)}
	c.index()
	var errs []error
	for _, rc := range cfg.Receivers {
		r, err := build(file, rc, t, o)
		errs = append(errs, err)
		c.receivers = append(c.receivers, r)
	}
	if err := errors.Join(errs...); err != nil {
		return c, err
	}
	c.warnings = warn(dir, file, shape, c)
	return c, nil
}

// Region is the title of a region of regions.yaml, "" when it has none.
func (c *Config) Region(id string) string { return c.regions[id] }

// Receivers are all receivers of the file, in its order.
func (c *Config) Receivers() []Receiver { return c.receivers }

// Receiver is the receiver of that name.
func (c *Config) Receiver(name string) (Receiver, bool) {
	for _, r := range c.receivers {
		if r.Name == name {
			return r, true
		}
	}
	return Receiver{}, false
}

func intervals(cfg *am.Config) map[string][]timeinterval.TimeInterval {
	all := map[string][]timeinterval.TimeInterval{}
	for _, ti := range cfg.MuteTimeIntervals {
		all[ti.Name] = ti.TimeIntervals
	}
	for _, ti := range cfg.TimeIntervals {
		all[ti.Name] = ti.TimeIntervals
	}
	return all
}

// parse has Alertmanager read the file. It panics on update_message without
// api_url (v0.34.2).
func parse(file config.File, shape map[string]any) (cfg *am.Config, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = config.Errors{fault(file, find(file, `update_message`), "Alertmanager's reader does not take this file: update_message must stand beside api_url, if that is it",
				"remove update_message: a bot's messages are kept up to date without it")}.Err()
		}
	}()
	if cfg, err = am.Load(honoured(file, shape)); err != nil {
		return nil, explain(file, shape, err)
	}
	return cfg, nil
}

func find(file config.File, pattern string) int {
	if at := regexp.MustCompile(pattern).FindStringIndex(file.Data); at != nil {
		return at[0]
	}
	return -1
}

// withoutAddress cuts the address out of what net/url says of one: that of a
// hook is its key.
func withoutAddress(message string) string {
	return regexp.MustCompile(`parse "(\\.|[^"\\])*"`).ReplaceAllString(message, "the address")
}

// fault is an error at a byte of the file, or of the file as a whole when
// offset is negative.
func fault(file config.File, offset int, message, remedy string) *config.Error {
	e := &config.Error{Path: file.Path, Message: message, Remedy: remedy}
	if offset >= 0 {
		before := file.Data[:offset]
		e.Line = strings.Count(before, "\n") + 1
		e.Column = offset - strings.LastIndex(before, "\n")
	}
	return e
}

// resolve makes the paths of the HTTP settings (CA, certificates, credentials)
// relative to the file's directory, as Alertmanager's own loader does, when the
// file is one on disk.
func resolve(file config.File, cfg *am.Config) {
	if _, err := os.Stat(file.Path); errors.Is(err, fs.ErrNotExist) {
		return
	}
	base, err := filepath.Abs(filepath.Dir(file.Path))
	if err != nil {
		return
	}
	cfg.Global.HTTPConfig.SetDirectory(base)
	cfg.Global.SMTPTLSConfig.SetDirectory(base)
	for _, r := range cfg.Receivers {
		each(r, func(_ string, _ int, c reflect.Value) {
			for _, name := range []string{"HTTPConfig", "TLSConfig"} { // mail has no HTTP, the others have TLS within it
				if f := c.FieldByName(name); f.IsValid() {
					setDirectory(f.Interface(), base)
				}
			}
		})
	}
}

// setDirectory makes the relative paths of an HTTP or TLS configuration start
// at base.
func setDirectory(c any, base string) {
	switch c := c.(type) {
	case *commoncfg.HTTPClientConfig:
		c.SetDirectory(base)
	case *commoncfg.TLSConfig:
		c.SetDirectory(base)
	}
}

// each visits the configuration of every integration of a receiver: its kind,
// its index within the kind, and the struct that configures it.
func each(r am.Receiver, visit func(kind string, index int, c reflect.Value)) {
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		name, found := strings.CutSuffix(v.Type().Field(i).Name, "Configs")
		if !found {
			continue
		}
		for j := range v.Field(i).Len() {
			if c := v.Field(i).Index(j); !c.IsNil() {
				visit(strings.ToLower(name), j, c.Elem())
			}
		}
	}
}
