package alerter

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"time"

	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/alerter/internal/digest"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/notify"
)

// Config is the section "alerter" of faultline.yaml.
type Config struct {
	// Incidents says when reports tell one story.
	Incidents incident.Config `yaml:"incidents"`
	// FallbackReceiver is the receiver of alerting.yaml that gets what another
	// one's channel refuses for good, and in place of a channel that fails hears of that;
	// empty for none.
	FallbackReceiver string `yaml:"fallback_receiver"`
	// GiveUpAfter is the age at which a notification that cannot be delivered
	// becomes a dead letter.
	GiveUpAfter config.Duration `yaml:"give_up_after"`
	// WhenUncertain says what becomes of a message that a channel may have and did
	// not say so, after a crash or without an answer, where readers would see a repeat: "resend"
	// sends it again, marked as a possible repeat; "hold" makes a dead letter of it.
	WhenUncertain string `yaml:"when_uncertain"`
	// MessagesPerMinute is how many messages a channel that people read gets in a
	// minute. What is more is folded into digests, the worst incidents first.
	MessagesPerMinute int `yaml:"messages_per_minute"`
	// WebhookSecret signs what webhooks are sent, with the time (HMAC-SHA256);
	// WebhookSecretFile is a file that holds it instead. Empty for no signature.
	WebhookSecret     config.Secret `yaml:"webhook_secret"`
	WebhookSecretFile string        `yaml:"webhook_secret_file"`
	// SendTimeout bounds one try to send.
	SendTimeout config.Duration `yaml:"send_timeout"`
	// Channels gives receivers of alerting.yaml channels that Alertmanager's file
	// has no word for: Matrix, ntfy, and other Alertmanagers.
	Channels []notify.Channels `yaml:"channels"`
	// AllowLinkLocal names receivers of alerting.yaml whose channels may be at link-local
	// addresses (169.254.0.0/16, fe80::/10). What clouds keep there is never reached.
	AllowLinkLocal []string `yaml:"allow_link_local"`
	// Digests are the summaries that are sent by the clock.
	Digests []digest.Config `yaml:"digests"`
}

// The values of when_uncertain.
const (
	resend = "resend"
	hold   = "hold"
)

// DefaultConfig is what holds where faultline.yaml is silent.
func DefaultConfig() Config {
	return Config{
		Incidents:   incident.Default(),
		GiveUpAfter: config.Duration(24 * time.Hour),
		SendTimeout: config.Duration(10 * time.Second), MessagesPerMinute: 20, WhenUncertain: resend,
	}
}

// readConfig decodes and checks the section.
func readConfig(section config.Section) (Config, error) {
	c := DefaultConfig()
	var faults config.Errors
	if err := section.Decode(&c); !faults.Take(err) {
		return c, err
	}
	faults = append(faults, c.checkIncidents(section)...)
	if c.GiveUpAfter < config.Duration(time.Minute) {
		faults = append(faults, section.Errorf("give_up_after", "write 24h, or at least 1m", "give_up_after: %s is too short to bridge the outage of a channel", c.GiveUpAfter))
	}
	if c.MessagesPerMinute < 1 || c.MessagesPerMinute > 600 {
		faults = append(faults, section.Errorf("messages_per_minute", "write 20, or 1 to 600", "messages_per_minute: %d messages in a minute are not possible", c.MessagesPerMinute))
	}
	if c.WhenUncertain != resend && c.WhenUncertain != hold {
		faults = append(faults, section.Errorf("when_uncertain", "write resend or hold", "when_uncertain: unknown choice %q", c.WhenUncertain))
	}
	if c.SendTimeout < config.Duration(time.Second) || c.SendTimeout > config.Duration(5*time.Minute) {
		faults = append(faults, section.Errorf("send_timeout", "write 10s", "send_timeout: %s is not between 1s and 5m", c.SendTimeout))
	}
	secret, err := config.ReadSecret(c.WebhookSecret, section.Resolve(c.WebhookSecretFile))
	switch {
	case err != nil:
		faults = append(faults, section.Errorf("webhook_secret_file", "", "webhook_secret_file: %v", err))
	case secret != "" && len(secret) < 16:
		key := "webhook_secret"
		if c.WebhookSecretFile != "" {
			key += "_file"
		}
		faults = append(faults, section.Errorf(key, "write 16 characters or more, such as those of: openssl rand -hex 32", "webhook_secret is too short to keep"))
	}
	c.WebhookSecret = secret
	faults = append(faults, c.readChannels(section)...)
	faults = append(faults, checkDigests(section, c.Digests)...)
	return c, faults.Err()
}

// checkIncidents says what of incidents cannot be.
func (c *Config) checkIncidents(section config.Section) (faults config.Errors) {
	for _, p := range c.Incidents.Check() {
		faults = append(faults, section.Errorf("incidents."+p.Key, p.Remedy, "incidents.%s: %s", p.Key, p.Message))
	}
	return faults
}

// readChannels reads the secrets of the channels, and checks them.
func (c *Config) readChannels(section config.Section) (faults config.Errors) {
	for i := range c.Channels {
		key := config.Index("channels", i) + "."
		for _, p := range c.Channels[i].Read(section.Resolve) {
			faults = append(faults, section.Errorf(key+p.Key, p.Remedy, "%s", p.Message))
		}
	}
	return faults
}

// checkChannels finds those of receivers that alerting.yaml has not.
func checkChannels(section config.Section, all []notify.Channels, tree *notify.Config) (faults config.Errors) {
	for i, c := range all {
		if _, ok := tree.Receiver(c.Receiver); !ok {
			faults = append(faults, section.Errorf(config.Index("channels", i)+".receiver", "name one of its receivers", "%s has no receiver %q", notify.File, c.Receiver))
		}
	}
	return faults
}

// load reads alerting.yaml with its templates, and checks it against c.
func load(dir *config.Dir, section config.Section, c Config, o notify.Options) (*notify.Config, error) {
	o.Deadline, o.WebhookSecret, o.Channels, o.LinkLocal = c.SendTimeout.Std(), c.WebhookSecret, c.Channels, c.AllowLinkLocal
	channels, err := notify.Load(dir, o)
	if err != nil {
		return nil, err
	}
	faults := checkChannels(section, c.Channels, channels)
	if c.FallbackReceiver != "" {
		faults = append(faults, checkReceiver(section, "fallback_receiver", c.FallbackReceiver, channels)...)
	}
	for i, name := range c.AllowLinkLocal {
		faults = append(faults, checkReceiver(section, config.Index("allow_link_local", i), name, channels)...)
	}
	for i, d := range c.Digests {
		faults = append(faults, checkReceiver(section, config.Index("digests", i)+".receiver", d.Receiver, channels)...)
	}
	if len(faults) > 0 {
		return nil, faults.Err()
	}
	return channels, nil
}

// checkReceiver wants a receiver of alerting.yaml that reaches somebody.
func checkReceiver(section config.Section, key, name string, channels *notify.Config) config.Errors {
	r, ok := channels.Receiver(name)
	switch {
	case !ok:
		return config.Errors{section.Errorf(key, "name one of its receivers", "%s has no receiver %q", notify.File, name)}
	case len(r.Integrations) == 0:
		return config.Errors{section.Errorf(key, "give it one in "+notify.File, "receiver %q has no channel", name)}
	}
	return nil
}

// checkDigests says what is wrong with the digests.
func checkDigests(section config.Section, all []digest.Config) (faults config.Errors) {
	names := map[string]bool{}
	for i, c := range all {
		_, problems := digest.New(c)
		if names[c.Name] {
			problems = append(problems, digest.Problem{Key: "name", Message: "a digest above has the name " + c.Name, Remedy: "give each a name of its own"})
		}
		names[c.Name] = true
		for _, p := range problems {
			key := config.Index("digests", i) + "." + p.Key
			faults = append(faults, section.Errorf(key, p.Remedy, "%s: %s", key, p.Message))
		}
	}
	return faults
}

// newDigestsOf are the digests of a configuration that was checked.
func newDigestsOf(c Config) (all []*digest.Digest) {
	for _, one := range c.Digests {
		d, _ := digest.New(one)
		all = append(all, d)
	}
	return all
}

func parseURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("external URL: %w", err)
	}
	return u, nil
}

// CheckConfig reads alerting.yaml, its templates, and the section "alerter" of
// faultline.yaml as New would, and returns all faults. Faults of other
// sections of faultline.yaml are not its business.
func CheckConfig(dir *config.Dir) error {
	_, err := readAll(dir)
	return err
}

// Warnings are what alerting.yaml and the digests say that can be done and is
// hardly meant, such as a route that reaches nobody; none where CheckConfig finds
// faults.
func Warnings(dir *config.Dir) config.Errors {
	settings, err := service.ReadSettings(dir, os.Environ())
	if err != nil {
		return nil // a fault, said elsewhere
	}
	c, err := readConfig(settings.Alerter)
	if err != nil {
		return nil
	}
	channels, err := load(dir, settings.Alerter, c, notify.Options{})
	if err != nil {
		return nil
	}
	return warnings(dir, settings.Alerter, c, channels)
}

// warnings are those of alerting.yaml, then those of the digests of a configuration
// that was checked.
func warnings(dir *config.Dir, section config.Section, c Config, channels *notify.Config) config.Errors {
	all := slices.Clone(channels.Warnings())
	for i, one := range c.Digests {
		for k, text := range one.Matchers {
			matchers, err := notify.ParseMatchers(text)
			if err != nil {
				continue // a fault, said before
			}
			key := config.Index(config.Index("digests", i)+".matchers", k)
			for _, p := range notify.StrangeMatchers(dir, matchers) {
				all = append(all, section.Errorf(key, p.Remedy, "%s: %s", key, p.Message))
			}
		}
	}
	return all
}

func readAll(dir *config.Dir) (*notify.Config, error) {
	settings, err := service.ReadSettings(dir, os.Environ())
	if err != nil {
		return notify.Load(dir, notify.Options{}) // the settings are another's to check
	}
	c, configErr := readConfig(settings.Alerter)
	channels, err := load(dir, settings.Alerter, c, notify.Options{})
	return channels, errors.Join(configErr, err)
}
