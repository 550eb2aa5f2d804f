package notify

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"faultline/pkg/config"
	"faultline/pkg/event"

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
			err = config.Errors{fault(file, strings.Index(file.Data, rc.Name), fmt.Sprintf("receiver %q: empty entry (%v)", rc.Name, p), "fill it in or remove it")}.Err()
		}
	}()
	r.Name, o.reach = rc.Name, boundary{linkLocal: slices.Contains(o.LinkLocal, rc.Name)}
	var openings []*am.EmailConfig
	for _, c := range rc.EmailConfigs {
		openings = append(openings, prepareEmail(c))
	}
	if err := tryTemplates(file, rc, t); err != nil {
		return r, err
	}
	senders, err := senders(rc, t, o)
	if err != nil {
		return r, fmt.Errorf("%s: receiver %q: %w", file.Path, rc.Name, err)
	}
	first, err := receiver.BuildReceiverIntegrations(am.Receiver{Name: rc.Name, EmailConfigs: openings}, t, o.Logger)
	if err != nil {
		return r, fmt.Errorf("%s: receiver %q: %w", file.Path, rc.Name, err)
	}
	hidden := secretsOf(rc)
	for _, s := range senders {
		i := &Integration{
			Receiver: rc.Name, Name: fmt.Sprintf("%s-%d", s.Name(), s.Index()), Kind: s.Name(),
			sender: s, first: s, edits: edits(rc, s), place: placeOf(rc, s), markup: markupOf(rc, s), fits: fitsIn(t, rc.Name, boundsOf(rc, s)), deadline: o.Deadline,
			secrets: hidden.of(s.Name(), s.Index()),
		}
		if i.Kind == "email" {
			i.first, i.host = first[s.Index()], rc.EmailConfigs[s.Index()].Smarthost.String()
			i.reach = &o.reach
		}
		r.Integrations = append(r.Integrations, i)
	}
	more, err := added(rc.Name, t, o)
	r.Integrations = append(r.Integrations, more...)
	return r, err
}

// senders are the channels of a receiver: Alertmanager's senders but for webhooks,
// Telegram and Slack, see docs/decisions/0004 and 0015.
func senders(rc am.Receiver, t *template.Template, o Options) ([]amnotify.Integration, error) {
	plain := rc
	plain.WebhookConfigs, plain.TelegramConfigs, plain.SNSConfigs = nil, nil, nil
	all, err := receiver.BuildReceiverIntegrations(plain, t, o.Logger, commoncfg.WithUserAgent(userAgent), o.reach.option())
	ours := func(kind string, index int, conf amnotify.ResolvedSender, n amnotify.Notifier, failed error) amnotify.Integration {
		err = errors.Join(err, failed)
		return amnotify.NewIntegration(n, conf, kind, index, rc.Name)
	}
	for at, s := range all {
		client := clientOf(s)
		if listen(client, o.reach); s.Name() == "discord" && client != nil {
			client.Transport = pingless{client.Transport}
		}
		if s.Name() == "slack" {
			n, failed := newSlack(rc.SlackConfigs[s.Index()], t, o)
			all[at] = ours("slack", s.Index(), rc.SlackConfigs[s.Index()], n, failed)
		}
	}
	amazon, failed := receiver.BuildReceiverIntegrations(am.Receiver{Name: rc.Name, SNSConfigs: rc.SNSConfigs}, t, o.Logger, commoncfg.WithUserAgent(userAgent))
	for _, s := range amazon { // whose library asks the cloud for credentials by the same client
		listen(clientOf(s), boundary{everywhere: true})
	}
	all, err = append(all, amazon...), errors.Join(err, failed)
	for i, c := range rc.TelegramConfigs {
		n, failed := newChat(c, t, o)
		all = append(all, ours("telegram", i, c, n, failed))
	}
	for i, c := range rc.WebhookConfigs {
		n, failed := newWebhook(c, t, o)
		all = append(all, ours("webhook", i, c, n, failed))
	}
	return all, err
}

// edits reports whether a sender can change what it has sent.
func edits(rc am.Receiver, s amnotify.Integration) bool {
	return s.Name() == "telegram" || s.Name() == "slack" && isBot(rc.SlackConfigs[s.Index()])
}

// placeOf names the chat of a sender that edits, by what the file says of it but for secrets.
func placeOf(rc am.Receiver, s amnotify.Integration) string {
	if !edits(rc, s) {
		return ""
	}
	if s.Name() == "slack" {
		c := rc.SlackConfigs[s.Index()]
		return event.NewID("slack", c.APIURL.String(), c.Channel)
	}
	c := rc.TelegramConfigs[s.Index()]
	return event.NewID("telegram", c.APIUrl.String(), strconv.FormatInt(c.ChatID, 10), c.ChatIDFile, strconv.Itoa(c.MessageThreadID))
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
		if cmp.Or(c.Headers["Subject"], am.DefaultEmailSubject) == am.DefaultEmailSubject {
			c.Headers["Subject"] = "{{ with .CommonAnnotations.opening }}Re: {{ end }}" + am.DefaultEmailSubject
		}
	}
	return &first
}

func markupOf(rc am.Receiver, s amnotify.Integration) markup {
	switch s.Name() {
	case "webhook":
		return raw
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
	return plain
}
