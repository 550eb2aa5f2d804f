package notify

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/mail"
	"reflect"
	"strings"
	"time"

	"faultline/pkg/config"

	am "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/config/receiver"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/template"
	commoncfg "github.com/prometheus/common/config"
)

const userAgent = "Faultline (https://prometheus.io/docs/alerting compatible sender)"

// build makes the senders of a receiver and tries out their templates.
func build(file config.File, rc am.Receiver, t *template.Template, o Options) (r Receiver, err error) {
	defer func() {
		// Alertmanager dereferences an empty entry ("slack_configs: [null]").
		if p := recover(); p != nil {
			err = config.Errors{fault(file, strings.Index(string(file.Data), rc.Name), fmt.Sprintf("receiver %q: empty entry (%v)", rc.Name, p), "fill it in or remove it")}.Err()
		}
	}()
	r.Name = rc.Name
	var openings []*am.EmailConfig
	for _, c := range rc.EmailConfigs {
		openings = append(openings, prepareEmail(c))
	}
	if err := tryTemplates(file, rc, t); err != nil {
		return r, err
	}
	plain := rc
	plain.WebhookConfigs, plain.TelegramConfigs = nil, nil
	senders, err := receiver.BuildReceiverIntegrations(plain, t, o.Logger, commoncfg.WithUserAgent(userAgent))
	if err != nil {
		return r, fmt.Errorf("%s: receiver %q: %w", file.Path, rc.Name, err)
	}
	// The Telegram sender knows no context: the connection carries its deadline.
	telegram, err := receiver.BuildReceiverIntegrations(am.Receiver{Name: rc.Name, TelegramConfigs: rc.TelegramConfigs}, t, o.Logger,
		commoncfg.WithUserAgent(userAgent), commoncfg.WithKeepAlivesDisabled(), commoncfg.WithHTTP2Disabled(), commoncfg.WithDialContextFunc(dialFor(o.Deadline)))
	if err != nil {
		return r, fmt.Errorf("%s: receiver %q: %w", file.Path, rc.Name, err)
	}
	senders = append(senders, telegram...)
	for i, c := range rc.WebhookConfigs {
		w, err := newWebhook(c, t, o)
		if err != nil {
			return r, fmt.Errorf("%s: receiver %q: %w", file.Path, rc.Name, err)
		}
		senders = append(senders, amnotify.NewIntegration(w, c, "webhook", i, rc.Name))
	}
	first, err := receiver.BuildReceiverIntegrations(am.Receiver{Name: rc.Name, EmailConfigs: openings}, t, o.Logger)
	if err != nil {
		return r, fmt.Errorf("%s: receiver %q: %w", file.Path, rc.Name, err)
	}
	hidden := secretsOf(rc)
	for _, s := range senders {
		i := &Integration{
			Receiver: rc.Name, Name: fmt.Sprintf("%s-%d", s.Name(), s.Index()), Kind: s.Name(),
			sender: s, first: s, markup: markupOf(rc, s), fit: fitOf(rc, s, t), deadline: o.Deadline,
			secrets: hidden.of(s.Name(), s.Index()),
		}
		if i.Kind == "email" {
			i.first = first[s.Index()]
		}
		r.Integrations = append(r.Integrations, i)
	}
	return r, nil
}

// dialFor dials connections that end by themselves after the deadline.
func dialFor(deadline time.Duration) func(context.Context, string, string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: deadline}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
			return nil, fmt.Errorf("setting deadline: %w (closing: %v)", err, conn.Close())
		}
		return conn, nil
	}
}

// prepareEmail adds what a machine's mail should carry: a text part, and
// headers that let servers know a repeat, clients thread an incident, and
// nobody's absence note answer. It returns the configuration for the first mail
// of a thread, which answers none.
func prepareEmail(c *am.EmailConfig) (opening *am.EmailConfig) {
	if c.Text == "" {
		c.Text = `{{ template "email.default.text" . }}`
	}
	domain := "faultline.invalid"
	if from, err := mail.ParseAddress(c.From); err == nil {
		domain = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	}
	for name, value := range map[string]string{
		"Auto-Submitted": "auto-generated",
		"Message-Id":     "<{{ .CommonAnnotations.notification }}@" + domain + ">",
	} {
		if _, ok := c.Headers[name]; !ok {
			c.Headers[name] = value
		}
	}
	first := *c
	first.Headers = maps.Clone(c.Headers)
	if _, ok := c.Headers["References"]; !ok && !c.Threading.Enabled {
		c.Headers["References"] = "<{{ .CommonAnnotations.thread }}@" + domain + ">"
		c.Headers["In-Reply-To"] = c.Headers["References"]
	}
	return &first
}

func markupOf(rc am.Receiver, s amnotify.Integration) markup {
	switch s.Name() {
	case "slack":
		return slackText
	case "discord", "mattermost", "msteams", "msteamsv2", "rocketchat", "webex", "wechat", "jira", "incidentio":
		return markdown
	case "telegram":
		switch rc.TelegramConfigs[s.Index()].ParseMode {
		case "MarkdownV2":
			return telegramV2
		case "Markdown":
			return telegramV1
		}
	case "pushover":
		if rc.PushoverConfigs[s.Index()].HTML {
			return html
		}
	}
	return raw
}

// tryTemplates renders every template of a receiver with a sample, so that a
// mistake shows when the file is loaded, not when the first news comes.
func tryTemplates(file config.File, rc am.Receiver, t *template.Template) error {
	samples := sampleData(rc.Name, t)
	var faults config.Errors
	try := func(kind string, index int, field, text string, html bool) {
		run := t.ExecuteTextString
		if html {
			run = t.ExecuteHTMLString
		}
		for _, data := range samples {
			if _, err := run(text, data); err != nil {
				faults = append(faults, fault(file, strings.Index(string(file.Data), firstLine(text)),
					fmt.Sprintf("receiver %q, %s_configs[%d], %s: %v", rc.Name, kind, index, field, err), "correct the template"))
				return
			}
		}
	}
	each(rc, func(kind string, index int, c reflect.Value) {
		for i := range c.NumField() {
			name, value := c.Type().Field(i).Name, c.Field(i)
			if value.Kind() == reflect.Map && name == "Headers" {
				for header, text := range value.Interface().(map[string]string) {
					try(kind, index, "headers."+header, text, false)
				}
			}
			if value.Kind() != reflect.String || !strings.Contains(value.String(), "{{") {
				continue
			}
			html := kind == "email" && name == "HTML" || kind == "telegram" && name == "Message" && c.FieldByName("ParseMode").String() == "HTML"
			try(kind, index, strings.ToLower(name), value.String(), html)
		}
	})
	return faults.Err()
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
