package fetcher

import (
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/fetcher/internal/address"
)

// Config is the section "fetcher" of faultline.yaml.
type Config struct {
	// Concurrency is how many feeds one process fetches at once, and three times as
	// many beside them that take longer than a second.
	Concurrency int     `yaml:"concurrency"`
	PerHost     PerHost `yaml:"per_host"`
	// Budget is how many requests per minute all fetchers together make for
	// feeds; 0 is no bound.
	Budget int `yaml:"budget"`
	// Timeout is for a whole fetch, HeaderTimeout until its headers are there.
	Timeout       config.Duration `yaml:"timeout"`
	HeaderTimeout config.Duration `yaml:"header_timeout"`
	// MaxBody is the largest document, decompressed. ByteBudget is how much all
	// documents may take in memory together beyond the first 64 KiB of each.
	MaxBody    Bytes `yaml:"max_body"`
	ByteBudget Bytes `yaml:"byte_budget"`
	// UserAgent replaces the fetcher's name; Contact is an address or a page
	// where an outlet can reach the desk, and is part of the name.
	UserAgent string `yaml:"user_agent"`
	Contact   string `yaml:"contact"`
	// FirstFetchWindow is how old an item may be, when its feed is fetched for
	// the first time, and still make an alert.
	FirstFetchWindow config.Duration `yaml:"first_fetch_window"`
	// Push lets hubs push feeds, when web.external_url says where they reach us.
	Push bool `yaml:"push"`
	// Proxy is the address of an HTTP proxy for all feeds. The variable
	// HTTP_PROXY is ignored.
	Proxy config.Secret `yaml:"proxy"` // which may hold user:password
}

// PerHost is how a host is spared.
type PerHost struct {
	Concurrency int             `yaml:"concurrency"` // requests at once
	Spacing     config.Duration `yaml:"spacing"`     // between the starts of two requests
}

// Default is the only list of the section's defaults.
func Default() Config {
	return Config{
		Concurrency:      64,
		PerHost:          PerHost{Concurrency: 2, Spacing: config.Duration(25 * time.Millisecond)},
		Timeout:          config.Duration(20 * time.Second),
		HeaderTimeout:    config.Duration(10 * time.Second),
		MaxBody:          16 << 20,
		ByteBudget:       32 << 20,
		FirstFetchWindow: config.Duration(time.Hour),
		Push:             true,
	}
}

// Bytes is a size: "16MiB", "512KiB", or a plain number of bytes.
type Bytes int64

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *Bytes) UnmarshalText(text []byte) error {
	number, shift := string(text), 0
	for i, unit := range []string{"KiB", "MiB", "GiB"} {
		if rest, ok := strings.CutSuffix(number, unit); ok {
			number, shift = strings.TrimSpace(rest), 10*(i+1)
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no size; write bytes, or a whole number with KiB, MiB or GiB", text)
	}
	*b = Bytes(n << shift)
	return nil
}

// UnmarshalYAML is UnmarshalText with the position of a fault.
func (b *Bytes) UnmarshalYAML(unmarshal func(any) error) error { return config.ReadText(unmarshal, b) }

// readConfig decodes and checks the section.
func readConfig(section config.Section) (Config, error) {
	c := Default()
	var faults config.Errors
	if err := section.Decode(&c); !faults.Take(err) {
		return c, err
	}
	refuse := func(key, remedy, format string, args ...any) {
		faults = append(faults, section.Errorf(key, remedy, format, args...))
	}
	if c.Concurrency < 1 || c.Concurrency > 1024 {
		refuse("concurrency", "write 1 to 1024", "%d feeds at once is not possible", c.Concurrency)
	}
	if c.PerHost.Concurrency < 1 || c.PerHost.Concurrency > 64 {
		refuse("per_host.concurrency", "write 1 to 64", "%d requests at once to one host is not possible", c.PerHost.Concurrency)
	}
	if c.PerHost.Spacing.Std() > 10*time.Second {
		refuse("per_host.spacing", "write 10s or less; poll.min is for single feeds", "a spacing of %s stops feeds", c.PerHost.Spacing)
	}
	if c.Budget < 0 {
		refuse("budget", "write 0 for no bound, or how many requests per minute all fetchers may make", "a budget of %d requests is not possible", c.Budget)
	}
	if c.Timeout <= 0 || c.Timeout.Std() > 5*time.Minute {
		refuse("timeout", "write up to 5m", "a timeout of %s is not possible", c.Timeout)
	}
	if c.HeaderTimeout <= 0 || c.HeaderTimeout > c.Timeout {
		refuse("header_timeout", "write more than 0 and at most fetcher.timeout", "a header timeout of %s is not possible", c.HeaderTimeout)
	}
	if c.MaxBody < 64<<10 {
		refuse("max_body", "write 64KiB or more", "%d bytes hold no feed", c.MaxBody)
	}
	if c.ByteBudget < c.MaxBody {
		refuse("byte_budget", "write at least fetcher.max_body", "a budget of %d bytes does not hold one document", c.ByteBudget)
	}
	if strings.ContainsFunc(c.UserAgent+c.Contact, unicode.IsControl) {
		refuse("user_agent", "write one line of user_agent and contact", "a name has no line breaks or other control characters")
	}
	if _, err := c.proxy(); err != nil {
		refuse("proxy", "write http://host:port", "%v", err)
	}
	return c, faults.Err()
}

func (c Config) proxy() (*url.URL, error) {
	if c.Proxy == "" {
		return nil, nil //nolint:nilnil // no proxy is no fault
	}
	u, err := url.Parse(c.Proxy.Reveal())
	if err != nil {
		return nil, fmt.Errorf("the proxy has no readable address")
	}
	return u, address.Check(u)
}

// userAgent is how the fetcher introduces itself (RFC 9110, section 10.1.5).
func (c Config) userAgent() string {
	name := c.UserAgent
	if name == "" {
		name = "Faultline/" + service.Version()
	}
	if c.Contact == "" {
		return name + " (news feed monitor)"
	}
	return name + " (news feed monitor; +" + c.Contact + ")"
}

// CheckConfig reads what the fetcher reads and returns everything that is wrong
// with it.
func CheckConfig(dir *config.Dir) error {
	var faults config.Errors
	_, err := loadSet(dir)
	if err := gather(&faults, err); err != nil {
		return err
	}
	settings, err := service.ReadSettings(dir, os.Environ())
	if err == nil {
		_, err = readConfig(settings.Fetcher)
	}
	if err := gather(&faults, err); err != nil {
		return err
	}
	return faults.Err()
}

// Warnings are what the configuration says that can be done and is hardly meant; none
// where CheckConfig finds faults.
func Warnings(dir *config.Dir) (warnings config.Errors) {
	settings, err := service.ReadSettings(dir, os.Environ())
	if err != nil {
		return nil
	}
	c, err := readConfig(settings.Fetcher)
	if err != nil {
		return nil
	}
	feeds, err := loadSet(dir)
	if err != nil {
		return nil
	}
	if w := nameless(c, feeds); w != nil {
		warnings = append(warnings, w)
	}
	return warnings
}

// nameless warns of feeds of others that are asked without a word of whom to write to.
func nameless(c Config, feeds *set) *config.Error {
	public := 0
	for i := range feeds.active {
		if !feeds.active[i].AllowPrivate {
			public++
		}
	}
	if c.Contact != "" || public == 0 {
		return nil
	}
	outlets := fmt.Sprintf("the outlets of %d feeds do not know whom to write to", public)
	if public == 1 {
		outlets = "the outlet of 1 feed does not know whom to write to"
	}
	return &config.Error{
		Path: "faultline.yaml", Message: "fetcher.contact is empty: " + outlets,
		Remedy: "set it to an address or a page of yours; it is sent with each request",
	}
}

// gather adds the faults in err, and returns any other error.
func gather(faults *config.Errors, err error) error {
	if more, ok := asFaults(err); ok {
		*faults = append(*faults, more...)
		return nil
	}
	return err
}
