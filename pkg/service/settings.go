package service

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"strings"

	"faultline/pkg/bus"
	"faultline/pkg/config"
)

// File is the name of the settings file in the configuration directory.
const File = "faultline.yaml"

// Settings is faultline.yaml: what every process shares, and a section for
// each service that the service reads itself.
type Settings struct {
	NATS       NATS           `yaml:"nats"`
	Web        Web            `yaml:"web"`
	Log        Log            `yaml:"log"`
	Reload     Reload         `yaml:"reload"`
	Heartbeat  Heartbeat      `yaml:"heartbeat"`
	Fetcher    config.Section `yaml:"fetcher"`
	Classifier config.Section `yaml:"classifier"`
	Alerter    config.Section `yaml:"alerter"`
}

// NATS says where the streams are.
type NATS struct {
	// URL of an external server, "nats://host:4222", several separated by
	// commas. Empty means the server inside the faultline binary.
	URL string `yaml:"url"`
	// Listen is the address on which the server inside accepts clients of other
	// machines and users, "127.0.0.1:4222". Empty means none: no port is opened.
	Listen string `yaml:"listen"`
	// Durability of the server inside: "always" flushes each message to disk
	// before it is acknowledged, "interval" every ten seconds.
	Durability string `yaml:"durability"`
	// CreateStreams lets the process create and update streams. Switch it off
	// for services whose NATS user may not, and run "faultline topology".
	CreateStreams bool `yaml:"create_streams"`

	// Streams says how many copies of the streams there are and how long they
	// are kept.
	Streams bus.Tuning `yaml:"streams"`

	CredentialsFile string        `yaml:"credentials_file"`
	NKeyFile        string        `yaml:"nkey_file"`
	Username        string        `yaml:"username"`
	Password        config.Secret `yaml:"password"`
	PasswordFile    string        `yaml:"password_file"`
	// InboxPrefix is the subject prefix of replies, when the user's permissions
	// ask for one of its own.
	InboxPrefix string `yaml:"inbox_prefix"`
	TLS         TLS    `yaml:"tls"`
}

// TLS are the files for an encrypted connection.
type TLS struct {
	CAFile     string `yaml:"ca_file"`
	CertFile   string `yaml:"cert_file"`
	KeyFile    string `yaml:"key_file"`
	ServerName string `yaml:"server_name"`
}

// Web is the process's own HTTP server: metrics, health and reload.
type Web struct {
	Listen     string `yaml:"listen"`
	ConfigFile string `yaml:"config_file"` // exporter-toolkit: TLS and basic auth
	// ExternalURL is where others reach this process: readers by the links of
	// messages, and hubs that push feeds. Empty: nobody does.
	ExternalURL string `yaml:"external_url"`
}

const externalRemedy = "write it as https://host or https://host/path"

// checkExternal reports what speaks against the external address.
func (w Web) checkExternal() error {
	if w.ExternalURL == "" {
		return nil
	}
	u, err := url.Parse(w.ExternalURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("it is no address of http or https that others could be given")
	}
	return nil
}

// canListen reports whether an address may be one to listen on; an empty one is
// that of nobody.
func canListen(address string) bool {
	if address == "" {
		return true
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = net.LookupPort("tcp", port)
	return err == nil
}

// Log is how the process logs.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn or error
	Format string `yaml:"format"` // text or json
}

// Reload says how often the configuration is looked at for changes.
type Reload struct {
	Interval config.Duration `yaml:"interval"` // 0 switches the look off
}

// Default is the settings of an empty file.
func Default() Settings {
	return Settings{
		NATS:   NATS{Durability: "always", CreateStreams: true, Streams: bus.DefaultTuning()},
		Web:    Web{Listen: "127.0.0.1:9470"},
		Log:    Log{Level: "info", Format: "text"},
		Reload: Reload{Interval: config.Duration(2e9)},

		Heartbeat: Heartbeat{Every: config.Duration(60e9)},
	}
}

const envPrefix = "FAULTLINE_"

// reserved are the variables that stand for flags rather than for settings,
// and the sections that other packages read.
func reserved() []string {
	return []string{"FETCHER_", "CLASSIFIER_", "ALERTER_", "CONFIG", "DATA", "LISTEN", "EXERCISE"}
}

// ReadSettings reads faultline.yaml and lays the environment ("KEY=value")
// over it. A configuration without the file has the defaults.
func ReadSettings(dir *config.Dir, environ []string) (Settings, error) {
	s := Default()
	file, err := dir.Read(File)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	var faults config.Errors
	if err == nil {
		if err := file.Decode(&s); !faults.Take(err) {
			return s, err
		}
		s.resolve(file)
	}
	if err := config.Overlay(&s, envPrefix, environ, reserved()...); err != nil {
		return s, err
	}
	s.Fetcher = s.Fetcher.Bind(file, envPrefix+"FETCHER_", environ)
	s.Classifier = s.Classifier.Bind(file, envPrefix+"CLASSIFIER_", environ)
	s.Alerter = s.Alerter.Bind(file, envPrefix+"ALERTER_", environ)
	return s, append(faults, s.check(file)...).Err()
}

// ReadOwn is ReadSettings for the process that they are for: it reads besides the files that a
// command has no need of, and may not be allowed to read.
func ReadOwn(dir *config.Dir, environ []string) (Settings, error) {
	s, err := ReadSettings(dir, environ)
	if err != nil {
		return s, err
	}
	file, err := dir.Read(File)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	return s, errors.Join(s.Heartbeat.read(file), checkWebFile(s.Web.ConfigFile))
}

// resolve makes the paths that the file names ones to open.
func (s *Settings) resolve(file config.File) {
	n := &s.NATS
	for _, path := range []*string{&n.PasswordFile, &n.CredentialsFile, &n.NKeyFile, &n.TLS.CAFile, &n.TLS.CertFile, &n.TLS.KeyFile, &s.Web.ConfigFile, &s.Heartbeat.URLFile} {
		*path = file.Resolve(*path)
	}
}

func (s Settings) check(file config.File) (faults config.Errors) {
	if _, err := s.Log.level(); err != nil {
		faults = append(faults, file.Errorf("$.log.level", "write debug, info, warn or error", "unknown log level %q", s.Log.Level))
	}
	if s.Log.Format != "text" && s.Log.Format != "json" {
		faults = append(faults, file.Errorf("$.log.format", "write text or json", "unknown log format %q", s.Log.Format))
	}
	if err := s.Web.checkExternal(); err != nil {
		faults = append(faults, file.Errorf("$.web.external_url", externalRemedy, "%v", err))
	}
	for _, listen := range []struct{ key, address string }{{"web.listen", s.Web.Listen}, {"nats.listen", s.NATS.Listen}} {
		if !canListen(listen.address) {
			faults = append(faults, file.Errorf("$."+listen.key, "write host and port, as in 127.0.0.1:9470, with a port below 65536", "%s: %q is no address to listen on", listen.key, listen.address))
		}
	}
	if d := s.NATS.Durability; d != "always" && d != "interval" {
		faults = append(faults, file.Errorf("$.nats.durability", "write always or interval", "unknown durability %q", d))
	}
	if s.NATS.URL != "" && s.NATS.Listen != "" {
		faults = append(faults, file.Errorf("$.nats.listen", "remove nats.listen, or nats.url to run the server inside", "nats.url names an external server, so there is none inside that could listen"))
	}
	if (s.NATS.TLS.CertFile == "") != (s.NATS.TLS.KeyFile == "") {
		faults = append(faults, file.Errorf("$.nats.tls", "give both cert_file and key_file", "a certificate without its key"))
	}
	return append(faults, s.Heartbeat.check(file)...)
}

func (l Log) level() (slog.Level, error) {
	var level slog.Level
	err := level.UnmarshalText([]byte(l.Level))
	return level, err
}

// Bus is how to reach the streams, under the given client name.
func (n NATS) Bus(name string) (bus.Options, error) {
	password, err := config.ReadSecret(n.Password, n.PasswordFile)
	if err != nil {
		return bus.Options{}, fmt.Errorf("nats.password: %w", err)
	}
	prefix := n.InboxPrefix
	if prefix == "" && n.Username != "" {
		prefix = "_INBOX_" + strings.ReplaceAll(n.Username, ".", "_")
	}
	return bus.Options{
		URL: n.URL, Name: name, CredentialsFile: n.CredentialsFile, NKeyFile: n.NKeyFile,
		Username: n.Username, Password: password, InboxPrefix: prefix,
		TLS: bus.TLS{CAFile: n.TLS.CAFile, CertFile: n.TLS.CertFile, KeyFile: n.TLS.KeyFile, ServerName: n.TLS.ServerName},
	}, nil
}
