package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"faultline/services/alerter/internal/alert"

	amalert "github.com/prometheus/alertmanager/alert"
	am "github.com/prometheus/alertmanager/config"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/template"
)

// The methods of Slack's Web API that a bot needs (scope chat:write).
const (
	slackPost   = "chat.postMessage"
	slackUpdate = "chat.update"
)

const maxSlackTitle = 1024 // runes, as Alertmanager cuts it

// slack makes the messages of a configuration. Alertmanager's sender knows no threads.
type slack struct {
	renderer
	conf   *am.SlackConfig
	client *http.Client
}

// bot sends as a Slack app with a bot token, which can edit what it sent and
// answer it.
type bot struct{ slack }

// slackHook sends by an incoming webhook, which can do neither.
type slackHook struct{ slack }

// isBot reports whether a configuration is one of a bot: it posts by the Web API.
func isBot(c *am.SlackConfig) bool {
	return c != nil && c.APIURL != nil && c.APIURL.URL != nil && path.Base(c.APIURL.Path) == slackPost
}

func newSlack(c *am.SlackConfig, t *template.Template, o Options) (amnotify.Notifier, error) {
	client, err := newClient(*c.HTTPConfig, "slack", o.reach)
	if err != nil {
		return nil, err
	}
	s := slack{renderer{t, o.Logger}, c, client}
	if isBot(c) {
		return &bot{s}, nil
	}
	return &slackHook{s}, nil
}

// slackMessage is the request of both methods.
type slackMessage struct {
	Channel     string            `json:"channel"`
	Timestamp   string            `json:"ts,omitempty"` // of the message to edit
	Thread      string            `json:"thread_ts,omitempty"`
	Broadcast   bool              `json:"reply_broadcast,omitempty"`
	Username    string            `json:"username,omitempty"`
	IconEmoji   string            `json:"icon_emoji,omitempty"`
	IconURL     string            `json:"icon_url,omitempty"`
	LinkNames   bool              `json:"link_names,omitempty"`
	Text        string            `json:"text,omitempty"`
	Attachments []slackAttachment `json:"attachments"`
}

// slackAttachment is Slack's attachment, of which Alertmanager's file knows these
// parts.
type slackAttachment struct {
	Title      string           `json:"title,omitempty"`
	TitleLink  string           `json:"title_link,omitempty"`
	Pretext    string           `json:"pretext,omitempty"`
	Text       string           `json:"text"`
	Fallback   string           `json:"fallback"`
	CallbackID string           `json:"callback_id,omitempty"`
	Fields     []am.SlackField  `json:"fields,omitempty"`
	Actions    []am.SlackAction `json:"actions,omitempty"`
	ImageURL   string           `json:"image_url,omitempty"`
	ThumbURL   string           `json:"thumb_url,omitempty"`
	Footer     string           `json:"footer,omitempty"`
	Color      string           `json:"color,omitempty"`
	MrkdwnIn   []string         `json:"mrkdwn_in,omitempty"`
}

// slackError is what Slack says is wrong, in a word of its own.
type slackError struct{ word string }

func (e *slackError) Error() string { return "Slack says " + e.word }

// outcome is what Slack's refusal means.
func (e *slackError) outcome() (Outcome, time.Duration) {
	switch e.word {
	case "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout":
		return Failed, defaultRetryAfter
	}
	return Rejected, 0
}

// Notify implements Alertmanager's Notifier.
func (b *bot) Notify(ctx context.Context, alerts ...*amalert.Alert) (retry bool, err error) {
	message, err := b.message(b.data(ctx, alerts))
	if err != nil {
		return false, err
	}
	ctx, cancel := b.limit(ctx)
	defer cancel()
	t := threadOf(ctx)
	switch {
	case t.edit:
		retry, err = b.update(ctx, message, t, ended(alerts))
	case t.at.Root != "":
		retry, err = b.answer(ctx, message, t, !t.instead)
	default:
		retry, err = b.post(ctx, message, t)
	}
	return retry, err
}

// Notify implements Alertmanager's Notifier.
func (h *slackHook) Notify(ctx context.Context, alerts ...*amalert.Alert) (retry bool, err error) {
	message, err := h.message(h.data(ctx, alerts))
	if err != nil {
		return false, err
	}
	address, err := h.address()
	if err != nil {
		return false, err
	}
	ctx, cancel := h.limit(ctx)
	defer cancel()
	answer, retry, err := h.ask(ctx, address, message)
	if err != nil {
		return retry, err
	}
	switch text := strings.TrimSpace(string(answer.body)); {
	case text == "ok":
		return false, nil
	case !strings.HasPrefix(text, "{"):
		return true, fmt.Errorf("reading Slack's answer: it is %q, not %q", alert.Cut(text, 80), "ok")
	}
	_, err = readSlack(answer, message.Channel)
	return true, err
}

func (h *slackHook) address() (string, error) {
	if h.conf.APIURL != nil {
		return h.conf.APIURL.String(), nil
	}
	content, err := os.ReadFile(h.conf.APIURLFile)
	if err != nil {
		return "", fmt.Errorf("reading api_url_file: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// limit gives a try the time that the configuration allows, if it says so.
func (s *slack) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.conf.Timeout > 0 {
		return context.WithTimeout(ctx, s.conf.Timeout)
	}
	return ctx, func() {}
}

// ask posts a message and reads the answer, which must have the status of success.
func (s *slack) ask(ctx context.Context, address string, m slackMessage) (answer reply, retry bool, err error) {
	request, err := jsonRequest(ctx, http.MethodPost, address, m, "")
	if err != nil {
		return answer, false, err
	}
	if answer, err = ask(s.client, request); err != nil {
		return answer, true, err
	}
	retry, err = answer.check()
	return answer, retry, err
}

// message fills in the templates of the configuration.
func (s *slack) message(data *template.Data) (m slackMessage, err error) {
	c, text := s.conf, amnotify.TmplText(s.tmpl, data, &err)
	title, _ := amnotify.TruncateInRunes(text(c.Title), maxSlackTitle)
	a := slackAttachment{
		Title: title, TitleLink: text(c.TitleLink), Pretext: text(c.Pretext), Text: text(c.Text), Fallback: text(c.Fallback), CallbackID: text(c.CallbackID),
		ImageURL: text(c.ImageURL), ThumbURL: text(c.ThumbURL), Footer: text(c.Footer), Color: text(c.Color), MrkdwnIn: c.MrkdwnIn,
	}
	if len(a.MrkdwnIn) == 0 {
		a.MrkdwnIn = []string{"fallback", "pretext", "text"}
	}
	for _, f := range c.Fields {
		short := c.ShortFields
		if f.Short != nil {
			short = *f.Short
		}
		a.Fields = append(a.Fields, am.SlackField{Title: text(f.Title), Value: text(f.Value), Short: &short})
	}
	for _, action := range c.Actions {
		filled := am.SlackAction{Type: text(action.Type), Text: text(action.Text), URL: text(action.URL), Style: text(action.Style), Name: text(action.Name), Value: text(action.Value)}
		if f := action.ConfirmField; f != nil {
			filled.ConfirmField = &am.SlackConfirmationField{Title: text(f.Title), Text: text(f.Text), OkText: text(f.OkText), DismissText: text(f.DismissText)}
		}
		a.Actions = append(a.Actions, filled)
	}
	return slackMessage{
		Channel: text(c.Channel), Username: text(c.Username), IconEmoji: text(c.IconEmoji), IconURL: text(c.IconURL),
		LinkNames: c.LinkNames, Text: text(c.MessageText), Attachments: []slackAttachment{a},
	}, err
}

// update puts the message in the place of the one that stands. If Slack does not
// let it be edited any more, the news is to go under it, where it rings nobody. One that
// somebody deleted is to be posted anew, unless it is over.
func (b *bot) update(ctx context.Context, m slackMessage, t *thread, over bool) (retry bool, err error) {
	edited := m
	edited.Channel, edited.Timestamp = t.at.Channel, t.at.Message
	_, retry, err = b.call(ctx, slackUpdate, edited)
	switch {
	case said(err, "message_not_found") && over:
		t.gone = true
		return false, nil
	case said(err, "message_not_found"):
		t.stuck = true
		return false, nil
	case said(err, "cant_update_message", "edit_window_closed"):
		t.stands, t.stuck = t.at, true
		return false, nil
	case err != nil:
		return retry, err
	}
	t.stands = t.at
	return false, nil
}

// answer posts in the thread, and to the whole channel as well if it is to ring.
// Where the thread is gone or locked, the message stands by itself.
func (b *bot) answer(ctx context.Context, m slackMessage, t *thread, ring bool) (retry bool, err error) {
	reply := m
	reply.Channel, reply.Thread, reply.Broadcast = t.at.Channel, t.at.Root, ring
	stands, retry, err := b.call(ctx, slackPost, reply)
	switch {
	case said(err, "message_not_found", "thread_not_found", "cannot_reply_to_message", "thread_locked", "restricted_action_thread_locked"):
		return b.post(ctx, m, t)
	case err != nil:
		return retry, err
	}
	t.stands = Post{Channel: stands.Channel, Root: t.at.Root, Message: stands.Message}
	return false, nil
}

func (b *bot) post(ctx context.Context, m slackMessage, t *thread) (retry bool, err error) {
	t.stands, retry, err = b.call(ctx, slackPost, m)
	return retry, err
}

func said(err error, words ...string) bool {
	known, ok := errors.AsType[*slackError](err)
	return ok && slices.Contains(words, known.word)
}

// call makes one request and says where the message stands.
func (b *bot) call(ctx context.Context, method string, m slackMessage) (stands Post, retry bool, err error) {
	address := *b.conf.APIURL.URL
	address.Path = path.Join(path.Dir(address.Path), method)
	answer, retry, err := b.ask(ctx, address.String(), m)
	if err != nil {
		return Post{}, retry, err
	}
	stands, err = readSlack(answer, m.Channel)
	return stands, true, err
}

// readSlack reads an answer with status 200, which may say that nothing was done.
func readSlack(answer reply, channel string) (Post, error) {
	var a struct {
		OK        *bool  `json:"ok"`
		Error     string `json:"error"`
		Channel   string `json:"channel"`
		Timestamp string `json:"ts"`
	}
	switch err := json.Unmarshal(answer.body, &a); {
	case err != nil:
		return Post{}, fmt.Errorf("reading Slack's answer: %w", err)
	case a.OK == nil:
		return Post{}, fmt.Errorf("reading Slack's answer: it has no %q", "ok")
	case !*a.OK:
		return Post{}, &slackError{strings.TrimSpace(a.Error)}
	}
	if a.Channel != "" { // an id, where the file has a name
		channel = a.Channel
	}
	return Post{Channel: channel, Root: a.Timestamp, Message: a.Timestamp}, nil
}
